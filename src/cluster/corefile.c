// SPDX-License-Identifier: BSD-2-Clause
#include "cluster/corefile.h"

#include <string.h>

#include "base/limits.h"
#include "base/text.h"

struct source { /* a text that is read: the Corefile, and what it imports */
    const char *at;
    unsigned depth;      /* of its next line */
    unsigned base;       /* of its first line */
    unsigned skip;       /* braces of a snippet, which stands for itself only when it is imported */
    const char *pattern; /* texts of these keys follow; NULL: none */
    size_t next;         /* the first of the imports that may be one */
};

struct parsing {
    struct arena *arena;
    const struct cluster_labels *imports;
    const char *text; /* the Corefile itself: it has the snippets */
    struct source source[LIMIT_COREFILE_IMPORTS + 1];
    unsigned sources;
    struct corefile_line *lines;
    size_t n, room;
    const char **words; /* of the line that is read */
    size_t n_words, words_room;
    struct text word;
    size_t bytes; /* looked at so far */
    bool cut;
};

static void add_word(struct parsing *parsing)
{
    char *copy = arena_get(parsing->arena, parsing->word.len + 1, 1);

    memory_copy(copy, parsing->word.at, parsing->word.len);
    if (parsing->n_words == parsing->words_room) {
        parsing->words_room = parsing->words_room == 0 ? 16 : 2 * parsing->words_room;
        parsing->words = memory_grow(parsing->words, parsing->words_room, sizeof *parsing->words);
    }
    parsing->words[parsing->n_words++] = copy;
}

/* A word in quotes, at the first of them: it may go over several lines. */
static const char *read_quoted(const char *at, struct text *word)
{
    for (at++; *at != 0 && *at != '"'; at++) {
        if (at[0] == '\\' && at[1] == '"')
            at++;
        text_add_char(word, *at);
    }
    return *at == '"' ? at + 1 : at;
}

/* Takes the words of the next line that has some; false at the end. */
static bool read_line(struct parsing *parsing, struct source *source)
{
    const char *at = source->at;

    parsing->n_words = 0;
    while (*at != 0 && (parsing->n_words == 0 || *at != '\n')) {
        if (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n') {
            at++;
            continue;
        }
        if (*at == '#') {
            at += strcspn(at, "\n");
            continue;
        }
        text_clear(&parsing->word);
        if (*at == '"') {
            at = read_quoted(at, &parsing->word);
        } else {
            size_t len = strcspn(at, " \t\r\n");
            text_add(&parsing->word, at, len);
            at += len;
        }
        add_word(parsing);
    }
    parsing->bytes += (size_t)(at - source->at);
    parsing->cut = parsing->cut || parsing->bytes > LIMIT_COREFILE_BYTES;
    source->at = at;
    return parsing->n_words != 0;
}

static void add_line(struct parsing *parsing, unsigned depth)
{
    const char **words = arena_get(parsing->arena, parsing->n_words, sizeof *words);

    if (parsing->n == LIMIT_COREFILE_LINES) {
        parsing->cut = true;
        return;
    }
    if (parsing->n == parsing->room) {
        parsing->room = parsing->room == 0 ? 32 : 2 * parsing->room;
        parsing->lines = memory_grow(parsing->lines, parsing->room, sizeof *parsing->lines);
    }
    memory_copy(words, parsing->words, parsing->n_words * sizeof *words);
    parsing->lines[parsing->n++] = (struct corefile_line){{words, parsing->n_words}, depth, 0};
}

static void push(struct parsing *parsing, const char *text, unsigned depth, const char *pattern)
{
    if (parsing->sources > LIMIT_COREFILE_IMPORTS) {
        parsing->cut = true;
        return;
    }
    parsing->source[parsing->sources++] =
        (struct source){.at = text, .depth = depth, .base = depth, .pattern = pattern};
}

/* Whether KEY is what a path names whose last part may have one star; the folder is where a ConfigMap is
 * mounted, which nothing here tells. */
static bool is_named(const char *pattern, const char *key)
{
    const char *slash = strrchr(pattern, '/');
    const char *name = slash != NULL ? slash + 1 : pattern;
    const char *star = strchr(name, '*');

    if (star == NULL)
        return strcmp(name, key) == 0;
    size_t front = (size_t)(star - name), back = strlen(star + 1), len = strlen(key);
    return len >= front + back && strncmp(name, key, front) == 0 &&
           strcmp(star + 1, key + len - back) == 0;
}

/* The text behind the "{" of the snippet NAME; NULL. */
static const char *find_snippet(const char *text, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = text; (at = strchr(at, '(')) != NULL; at++)
        if (strncmp(at + 1, name, len) == 0 && at[1 + len] == ')') {
            const char *brace = at + len + 2 + strspn(at + len + 2, " \t");
            return *brace == '{' ? brace + 1 : NULL;
        }
    return NULL;
}

static void import(struct parsing *parsing, unsigned depth)
{
    const char *name = parsing->n_words > 1 ? parsing->words[1] : "";
    const char *snippet = find_snippet(parsing->text, name);

    parsing->bytes += strlen(parsing->text);
    push(parsing, snippet != NULL ? snippet : "", depth, snippet != NULL ? NULL : name);
}

/* Goes on with the next text of the same import; false: there is none. */
static bool next_text(const struct parsing *parsing, struct source *source)
{
    while (source->pattern != NULL && source->next < parsing->imports->n) {
        const struct cluster_label *text = &parsing->imports->at[source->next++];
        if (!is_named(source->pattern, text->key))
            continue;
        source->at = text->value;
        source->depth = source->base;
        source->skip = 0;
        return true;
    }
    return false;
}

/* The words of a line are in hand.  False: the source is over. */
static bool take_line(struct parsing *parsing, struct source *source)
{
    const char *first = parsing->words[0], *last = parsing->words[parsing->n_words - 1];
    bool opens = strcmp(last, "{") == 0;

    if (strcmp(first, "}") == 0) {
        if (source->skip > 0)
            source->skip--;
        else if (source->depth > source->base)
            source->depth--;
        else
            return source == parsing->source; /* of a snippet; in the Corefile one too many */
        return true;
    }
    if (source->skip > 0 || (source->depth == 0 && first[0] == '(')) {
        source->skip += opens;
        return true;
    }
    if (strcmp(first, "import") == 0) {
        import(parsing, source->depth);
        return true;
    }
    parsing->n_words -= opens;
    if (parsing->n_words > 0)
        add_line(parsing, source->depth);
    source->depth += opens && parsing->n_words > 0;
    return true;
}

struct corefile corefile_parse(struct arena *arena, const char *text,
                               const struct cluster_labels *imports)
{
    struct parsing parsing = {.arena = arena, .imports = imports, .text = text};

    push(&parsing, text, 0, NULL);
    while (parsing.sources > 0 && !parsing.cut) {
        unsigned top = parsing.sources - 1;
        struct source *source = &parsing.source[top];
        if (read_line(&parsing, source) ? !take_line(&parsing, source)
                                        : !next_text(&parsing, source))
            parsing.sources = top;
    }
    struct corefile_line *lines = arena_get(arena, parsing.n + 1, sizeof *lines);
    memory_copy(lines, parsing.lines, parsing.n * sizeof *lines);
    for (size_t i = parsing.n; i-- > 0;)
        for (lines[i].end = i + 1;
             lines[i].end < parsing.n && lines[lines[i].end].depth > lines[i].depth;)
            lines[i].end = lines[lines[i].end].end;
    memory_free(parsing.lines);
    memory_free(parsing.words);
    text_done(&parsing.word);
    return (struct corefile){lines, parsing.n, parsing.cut};
}

size_t corefile_find(const struct corefile *corefile, size_t parent, size_t from, const char *word)
{
    size_t end = corefile->at[parent].end;
    unsigned depth = corefile->at[parent].depth + 1;

    for (size_t i = from; i < end; i++)
        if (corefile->at[i].depth == depth && strcmp(corefile->at[i].words.at[0], word) == 0)
            return i;
    return corefile->n;
}

const char *corefile_property(const struct corefile *corefile, size_t parent, const char *word)
{
    size_t i = corefile_find(corefile, parent, parent + 1, word);

    if (i == corefile->n)
        return NULL;
    return corefile->at[i].words.n > 1 ? corefile->at[i].words.at[1] : "";
}
