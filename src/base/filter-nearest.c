// SPDX-License-Identifier: BSD-2-Clause
/* What was likely meant by a name that no field has. */
#include <string.h>
#include <strings.h>

#include "base/filter-inside.h"
#include "base/memory.h"

struct words { /* all that could have been typed; as fields, for field_nearest() */
    struct field *fields;
    size_t n, room;
};

static void add_word(struct words *words, const char *head, const char *dot, const char *tail)
{
    struct text text = {0};

    text_add_string(&text, head);
    text_add_string(&text, dot);
    text_add_string(&text, tail);
    if (words->n == words->room) {
        words->room = words->room == 0 ? 256 : 2 * words->room;
        words->fields = memory_grow(words->fields, words->room, sizeof *words->fields);
    }
    words->fields[words->n++] = (struct field){.path = text.at};
}

static void add_table(struct words *words, const struct field_table *table)
{
    for (size_t i = 0; i < table->n; i++) {
        const struct field *field = &table->fields[i];
        add_word(words, field->path, "", "");
        for (size_t k = 0; field->shape == FIELD_ROWS && k < field->rows->n; k++)
            add_word(words, field->path, ".", field->rows->fields[k].path);
    }
}

/* An alias, and those of the first N words that stand inside of what it is for. */
static void add_alias(struct words *words, const struct filter_alias *alias, size_t n)
{
    size_t len = strcspn(alias->path, " ");

    add_word(words, alias->alias, "", "");
    for (size_t i = 0; i < n; i++) {
        const char *path = words->fields[i].path;
        if (strncmp(path, alias->path, len) == 0 && path[len] == '.')
            add_word(words, alias->alias, "", path + len);
    }
}

/* The word that ends in ".PATH"; or NULL. */
static const char *ending(const struct words *words, const char *path, size_t len)
{
    for (size_t i = 0; i < words->n; i++) {
        const char *word = words->fields[i].path;
        size_t word_len = strlen(word);
        if (word_len > len && word[word_len - len - 1] == '.' &&
            strncasecmp(word + word_len - len, path, len) == 0)
            return word;
    }
    return NULL;
}

/* What to type instead, in the scopes that a filter has. */
static void add_hint(const struct filter_scope *scope, const char *path, size_t len,
                     const char *elsewhere, struct text *hint)
{
    struct words words = {0};
    const char *near;

    add_table(&words, scope->table);
    for (size_t i = 0, n = words.n; i < scope->n_aliases; i++)
        add_alias(&words, &scope->aliases[i], n);
    /* a name that another view has is no typing error */
    if (elsewhere != NULL)
        near = ending(&words, path, len);
    else
        near = field_nearest(&(struct field_table){.fields = words.fields, .n = words.n}, path, len);
    if (near != NULL && elsewhere != NULL)
        text_format(hint, "; did you mean '%s', or --view %s?", near, elsewhere);
    else if (near != NULL)
        text_format(hint, "; did you mean '%s'?", near);
    for (size_t i = 0; i < words.n; i++)
        memory_free((void *)words.fields[i].path);
    memory_free(words.fields);
}

int filter_no_field(const struct filter_language *language, const char *text,
                    const struct filter_piece *field, struct error *error)
{
    const struct field_table *const *table = language->elsewhere;
    const char *path = text + field->at, *elsewhere;
    struct text hint = {0};
    size_t before;

    while (table != NULL && *table != NULL && !filter_place_in(*table, path, field->len))
        table++;
    elsewhere = table != NULL && *table != NULL ? (*table)->name : NULL;
    text_format(&hint, "in %s", language->scopes[0].table->name);
    before = hint.len;
    for (size_t i = 0; i < language->n_scopes && hint.len == before; i++)
        add_hint(&language->scopes[i], path, field->len, elsewhere, &hint);
    if (elsewhere != NULL && hint.len == before)
        text_format(&hint, "; it is one of --view %s", elsewhere);
    filter_error(error, field->at, "there is no field", path, field->len, hint.at);
    text_done(&hint);
    return -1;
}
