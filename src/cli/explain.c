// SPDX-License-Identifier: BSD-2-Clause
#include "cli/explain.h"

#include <string.h>
#include <strings.h>

#include "cli/field-list.h"
#include "cli/nearest.h"
#include "finding/finding.h"
#include "input/skip.h"
#include "lookup/lookup.h"
#include "render/grid.h"
#include "session/session.h"

#define EXPLAIN_WIDTH 80

static const struct {
    const char *kind;
    const struct word *words;
    size_t n;
} word_tables[] = {
    {"status", status_words, STATUSES},
    {"reason", reason_words, REASONS},
    {"bitmap", bitmap_words, 16},
    {"realm", realm_words, REALMS},
    {"outcome of an attempt", outcome_words, OUTCOMES},
    {"join", join_words, JOINS},
    {"outcome of a lookup", lookup_outcome_words, LOOKUP_OUTCOMES},
    {"stub resolver", stub_words, STUBS},
};

void explain_words(void (*visit)(const char *kind, const char *word, const char *meaning,
                                 const char *advice, void *context),
                   void *context)
{
    for (size_t t = 0; t < sizeof word_tables / sizeof *word_tables; t++)
        for (size_t i = 0; i < word_tables[t].n; i++) {
            const struct word *word = &word_tables[t].words[i];
            if (word->word != NULL)
                visit(word_tables[t].kind, word->word, word->meaning, word->advice, context);
        }
    for (size_t i = 0; i < SKIP_REASONS; i++)
        visit("reason for skipping", skip_words[i].word, skip_words[i].help, NULL, context);
}

static void add_paragraph(struct text *out, const char *lead, const char *sentence)
{
    struct text line = {0};

    text_format(&line, "%s%s", lead, sentence);
    text_add_string(out, "  ");
    grid_wrap(out, line.at, line.len, 2, 2, EXPLAIN_WIDTH);
    text_add_char(out, '\n');
    text_done(&line);
}

struct search {
    const char *key, *view;
    struct text *out;
    size_t found;
    struct nearest nearest;
    struct text nearest_word; /* paths are lent: the best one is copied */
};

static void offer(struct search *search, const char *word)
{
    struct nearest before = search->nearest;
    const char *dot = strrchr(word, '.');

    nearest_offer(&search->nearest, search->key, strlen(search->key), word);
    /* "error_rate" may be short for "totals.error_rate" */
    if (dot != NULL && strcasecmp(dot + 1, search->key) == 0 && search->nearest.distance > 1)
        search->nearest = (struct nearest){word, 1};
    if (search->nearest.word == before.word && search->nearest.distance == before.distance)
        return;
    text_clear(&search->nearest_word);
    text_add_string(&search->nearest_word, word);
    search->nearest.word = search->nearest_word.at;
}

static void search_word(const char *kind, const char *word, const char *meaning, const char *advice,
                        void *context)
{
    struct search *search = context;
    bool all = strcmp(kind, "bitmap") == 0 && strcasecmp(search->key, "bitmap") == 0;

    offer(search, word);
    if (!all && strcasecmp(search->key, word) != 0)
        return;
    search->found++;
    text_format(search->out, "%s (%s)\n", word, kind);
    if (meaning != NULL)
        add_paragraph(search->out, "", meaning);
    if (advice != NULL)
        add_paragraph(search->out, "What to do: ", advice);
}

static void search_finding(struct search *search, const struct finding_kind *kind)
{
    offer(search, kind->key);
    if (strcasecmp(search->key, kind->key) != 0)
        return;
    search->found++;
    const char *severity = severity_words[kind->severity];
    bool worse = kind->severity == SEVERITY_WARNING;
    text_format(search->out, "%s (finding; %s%s)\n", kind->key, severity,
                worse ? "; error where lookups failed for it" : "");
    add_paragraph(search->out, "", kind->meaning);
    add_paragraph(search->out, "Rule: ", kind->rule);
    add_paragraph(search->out, "What to do: ", kind->advice);
    text_format(search->out, "  See: %s\n", kind->reference);
}

static void search_field(const char *path, const struct field *field, void *context)
{
    struct search *search = context;
    const char *unit = field_unit_word(field);

    offer(search, path);
    if (strcasecmp(search->key, path) != 0)
        return;
    search->found++;
    text_format(search->out, "%s (field of %s; %s%s%s)\n", path, search->view,
                field_type_word(field), unit[0] == 0 ? "" : ", ", unit);
    if (field->help != NULL)
        add_paragraph(search->out, "", field->help);
    if (field->words != NULL) {
        struct text words = {0};
        for (size_t i = 0; field->words[i] != NULL; i++)
            text_format(&words, "%s%s", i == 0 ? "" : ", ", field->words[i]);
        add_paragraph(search->out, "One of: ", words.at != NULL ? words.at : "");
        text_done(&words);
    }
}

int explain_key(const char *key, struct text *out, struct error *error)
{
    struct search search = {.key = key, .out = out};
    char hint[NEAREST_HINT];

    for (int view = VIEW_REPORT; view < VIEWS; view++) {
        search.view = view_words[view];
        field_list(view_table((enum view)view), search_field, &search);
    }
    explain_words(search_word, &search);
    for (unsigned id = 0; id < FINDINGS; id++)
        search_finding(&search, finding_kinds[id]);
    if (search.found == 0) {
        struct text shown = {0};
        text_add_terminal(&shown, key, strlen(key), false);
        nearest_hint(&search.nearest, strlen(key), hint, sizeof hint);
        error_set(error, ERROR_USAGE,
                  "--explain: there is no finding, status, reason, bitmap, realm, outcome or field "
                  "'%s'%s",
                  shown.len > 0 ? shown.at : "",
                  hint[0] != 0 ? hint : "; --list-fields names the fields");
        text_done(&shown);
    }
    text_done(&search.nearest_word);
    return search.found == 0 ? -1 : 0;
}

struct listing {
    struct text *out;
    size_t path_columns; /* 0: still being found */
    bool measured;
    bool rows; /* a row view: what cannot be a column is told */
};

static void list_field(const char *path, const struct field *field, void *context)
{
    struct listing *listing = context;
    size_t len = strlen(path);

    if (!listing->measured) {
        listing->path_columns = len > listing->path_columns ? len : listing->path_columns;
        return;
    }
    text_add_string(listing->out, path);
    text_add_fill(listing->out, ' ', listing->path_columns - len + 2);
    text_format(listing->out, "%-9s  %-4s  %s%s\n", field_type_word(field), field_unit_word(field),
                field->help != NULL ? field->help : "",
                listing->rows && !field_is_column(path, field) ? " (Nested: no column.)" : "");
}

void explain_fields(const struct options *options, struct text *out)
{
    for (int view = VIEW_REPORT; view < VIEWS; view++) {
        struct listing listing = {.out = out, .rows = view != VIEW_REPORT};
        if (options->view_given && options->view != (enum view)view)
            continue;
        const struct field_table *table = view_table((enum view)view);
        field_list(table, list_field, &listing);
        listing.measured = true;
        if (!options->view_given)
            text_format(out, "%s--view %s\n", view == VIEW_REPORT ? "" : "\n", view_words[view]);
        field_list(table, list_field, &listing);
    }
}
