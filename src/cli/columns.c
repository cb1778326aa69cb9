// SPDX-License-Identifier: BSD-2-Clause
#include "cli/columns.h"

#include <string.h>
#include <strings.h>

#include "base/memory.h"
#include "cli/field-list.h"
#include "cli/nearest.h"

struct nested_search {
    const char *at;
    size_t len;
    bool found;
};

static void search_nested(const char *path, const struct field *field, void *context)
{
    struct nested_search *search = context;

    if (!field_is_column(path, field) && strlen(path) == search->len &&
        strncasecmp(path, search->at, search->len) == 0)
        search->found = true;
}

/* Whether it is a field inside the rows of another one. */
static bool is_nested(const struct field_table *table, const char *at, size_t len)
{
    struct nested_search search = {at, len, false};

    field_list(table, search_nested, &search);
    return search.found;
}

static int too_nested(struct error *error, const char *option, const char *at, size_t len,
                      size_t column)
{
    struct text typed = {0};

    text_add_terminal(&typed, at, len, false);
    error_set(error, ERROR_USAGE,
              "%s: column %zu: '%s' is too nested for a column; it is in -o json, yaml and ndjson",
              option, column, typed.at);
    text_done(&typed);
    return -1;
}

static int no_field(struct error *error, const char *option, const struct field_table *table,
                    const char *at, size_t len, size_t column)
{
    struct text typed = {0};
    const char *near = field_nearest(table, at, len);

    if (is_nested(table, at, len))
        return too_nested(error, option, at, len, column);
    text_add_terminal(&typed, at, len, false);
    error_set(error, ERROR_USAGE, "%s: column %zu: there is no field '%s' in %s%s%s%s", option,
              column, len > 0 ? typed.at : "", table->name, near == NULL ? "" : "; did you mean '",
              near == NULL ? "" : near, near == NULL ? "" : "'?");
    text_done(&typed);
    return -1;
}

/* Whether a field can be one cell. */
static bool in_cell(const struct field *field)
{
    return !(field->flags & FIELD_NOT_CSV);
}

static void add(struct output_choice *output, const struct field *field)
{
    output->fields[output->n++] = field;
}

static void take_out(struct output_choice *output, const struct field *field)
{
    size_t kept = 0;

    for (size_t i = 0; i < output->n; i++)
        if (output->fields[i] != field)
            output->fields[kept++] = output->fields[i];
    output->n = kept;
}

/* One word of a list, with its + or - if there is one. */
static int take_word(struct output_choice *output, const struct field_table *table,
                     const char *list, const char *at, size_t len, struct error *error)
{
    char sign = len > 0 && (at[0] == '+' || at[0] == '-') ? at[0] : 0;
    const char *word = at + (sign != 0);
    size_t word_len = len - (sign != 0);
    const struct field *field = field_find(table, word, word_len);

    if (field == NULL)
        return no_field(error, "--fields", table, word, word_len, (size_t)(word - list) + 1);
    if (!in_cell(field))
        return too_nested(error, "--fields", word, word_len, (size_t)(word - list) + 1);
    take_out(output, field);
    if (sign != '-')
        add(output, field);
    return 0;
}

static int take_list(struct output_choice *output, const struct field_table *table,
                     const char *list, struct error *error)
{
    const char *at = list;

    for (;;) {
        size_t len = strcspn(at, ",");
        if (take_word(output, table, list, at, len, error) < 0)
            return -1;
        if (at[len] == 0)
            return 0;
        at += len + 1;
    }
}

/* Everything that fits a cell; an object's own fields stand for it. */
static void take_all(struct output_choice *output, const struct field_table *table)
{
    for (size_t i = 0; i < table->n; i++) {
        const struct field *field = &table->fields[i];
        if (in_cell(field) && field->shape != FIELD_GROUP)
            add(output, field);
    }
}

static int choose(struct output_choice *output, const struct field_table *table, const char *fields,
                  struct error *error)
{
    bool csv = strcmp(output->format->name, "csv") == 0;
    bool wide = strcmp(output->format->name, "wide") == 0;
    const char *preset = wide && table->wide != NULL ? table->wide : table->columns;
    bool changes = fields == NULL || fields[0] == '+' || fields[0] == '-';
    size_t words = 1;

    for (const char *c = fields; c != NULL && *c != 0; c++)
        words += *c == ',';
    output->fields = memory_get(table->n + words, sizeof *output->fields);
    if (changes && csv)
        take_all(output, table);
    else if (changes && preset != NULL && take_list(output, table, preset, error) < 0)
        return -1;
    if (fields != NULL && take_list(output, table, fields, error) < 0)
        return -1;
    return output->n > 0 ? 0 : error_set(error, ERROR_USAGE, "--fields: no column is left");
}

/* A column made for people (`waited`, `latency_ns`, with a unit) sorts by the figure behind it:
 * `waited_ms`, `latency_ns_raw`. */
static const struct field *sortable(const struct field_table *table, const struct field *field)
{
    struct text path = {0};
    const struct field *figure = NULL;

    if (field->flags & (FIELD_COLUMN_ONLY | FIELD_NOT_COMPARED)) {
        text_format(&path, "%s_ms", field->path);
        figure = field_find(table, path.at, path.len);
        text_clear(&path);
        text_format(&path, "%s_raw", field->path);
        if (figure == NULL)
            figure = field_find(table, path.at, path.len);
        text_done(&path);
    }
    return figure != NULL ? figure : field;
}

static int choose_sort(struct options *options, const struct field_table *table,
                       struct error *error)
{
    const char *word = options->sort;
    bool down = word[0] == '-', sign = down || word[0] == '+';
    const struct field *field = field_find(table, word + sign, strlen(word + sign));

    if (field == NULL)
        return no_field(error, "--sort", table, word + sign, strlen(word + sign), (size_t)sign + 1);
    if (!in_cell(field))
        return error_set(error, ERROR_USAGE, "--sort: '%s' is too nested to sort by", field->path);
    options->sort_down = down;
    options->sort_field = sortable(table, field);
    return 0;
}

bool columns_has(const struct output_format *format)
{
    static const char *const formats[] = {"table", "wide", "csv"};

    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (strcmp(format->name, formats[i]) == 0)
            return true;
    return false;
}

/* --fields needs an output that has columns. */
static int check_columns(const struct options *options, struct error *error)
{
    for (size_t i = 0; i < options->n_outputs; i++)
        if (columns_has(options->outputs[i].format))
            return 0;
    return error_set(error, ERROR_USAGE,
                     "--fields: chooses columns of table, wide and csv only; -o %s always holds "
                     "every field",
                     options->outputs[0].format->name);
}

int columns_choose(struct options *options, struct error *error)
{
    const struct field_table *table = view_table(options->view);

    if (options->view == VIEW_REPORT) {
        const char *option = options->fields != NULL ? "--fields"
                             : options->sort != NULL ? "--sort"
                                                     : NULL;
        if (option == NULL)
            return 0;
        return error_set(
            error, ERROR_USAGE,
            "%s: is for rows, and --view report has none; add --view lookups, sessions, attempts or "
            "messages",
            option);
    }
    if (options->fields != NULL && check_columns(options, error) < 0)
        return -1;
    for (size_t i = 0; i < options->n_outputs; i++)
        if (choose(&options->outputs[i], table, options->fields, error) < 0)
            return -1;
    return options->sort == NULL ? 0 : choose_sort(options, table, error);
}
