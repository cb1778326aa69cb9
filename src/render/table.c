// SPDX-License-Identifier: BSD-2-Clause
/*
 * Rows in columns.  Rows are printed as they come, so widths are set beforehand, from the kind of
 * the field and what its values mostly look like; a longer value is never cut, it pushes the rest
 * of its line.  Two blanks between columns, numbers to the right, nothing where nothing is known.
 */
#include <string.h>

#include "base/when.h"
#include "render/formats.h"

#define TABLE_GAP 2

/* Fields whose values are mostly longer or shorter than their kind tells; by the end of the path. */
static const struct table_hint {
    const char *end;
    size_t width;
    bool right;
    size_t named; /* more where endpoints have the names of pods */
} table_hints[] = {
    {"name", 32, false, 0},     {"client", 21, false, 19},   {"server", 18, false, 22},
    {"upstream", 18, false, 3}, {"upstreams", 20, false, 3}, {"addr", 15, false, 0},
    {"type", 5, false, 0},      {"rcode", 8, false, 0},      {"waited", 8, true, 0},
    {"latency", 8, true, 0},    {"key", 10, false, 0},       {"session", 10, false, 0},
    {"port", 5, true, 0},       {"bitmap", 6, true, 0},      {"identity", 12, false, 0},
    {"parent", 10, false, 0},   {"id", 4, false, 0},         {"host", 32, false, 0},
    {"stalled", 7, true, 0},    {"stub_why", 48, false, 0},  {"src", 24, false, 16},
    {"dst", 24, false, 16},     {"nameserver", 15, false, 19}, {"qtype", 5, false, 0},
    {"latency_ns", 10, true, 0}, {"podName", 24, false, 0},  {"node", 34, false, 0},
};

static const struct table_hint *table_hint(const struct field *field)
{
    size_t len = strlen(field->path);

    for (size_t i = 0; i < sizeof table_hints / sizeof *table_hints; i++) {
        size_t end = strlen(table_hints[i].end);
        if (len >= end && strcmp(field->path + len - end, table_hints[i].end) == 0 &&
            (len == end || field->path[len - end - 1] == '.'))
            return &table_hints[i];
    }
    return NULL;
}

static void table_heading(struct text *out, const struct field *field,
                          const struct render_style *style)
{
    if (field->heading != NULL) {
        text_add_string(out, field->heading);
    } else {
        for (const char *c = field->path; *c != 0; c++)
            text_add_char(out, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
    }
    if (field->kind == VALUE_TIME && field->shape == FIELD_VALUE)
        text_format(out, " (%s)", style->zone[0] != 0 ? style->zone : "UTC");
}

static bool table_right(const struct field *field)
{
    const struct table_hint *hint = table_hint(field);

    if (field->shape != FIELD_VALUE)
        return false;
    if (hint != NULL && (hint->right || field->kind == VALUE_TEXT))
        return hint->right;
    return field->kind == VALUE_COUNT || field->kind == VALUE_MS || field->kind == VALUE_SHARE ||
           field->kind == VALUE_NUMBER;
}

static size_t table_width(const struct field *field, const struct render_style *style)
{
    const struct table_hint *hint = table_hint(field);
    struct text heading = {0};
    size_t width, least = 0;

    table_heading(&heading, field, style);
    width = text_columns(heading.at, heading.len);
    text_done(&heading);
    if (field->words != NULL) {
        for (const char *const *word = field->words; *word != NULL; word++)
            least = strlen(*word) > least ? strlen(*word) : least;
    } else if (hint != NULL) {
        least = hint->width + (style->named ? hint->named : 0);
    } else if (field->shape == FIELD_VALUE) {
        static const uint8_t widths[] = {
            [VALUE_TEXT] = 8, [VALUE_COUNT] = 5, [VALUE_SHARE] = 8, [VALUE_NUMBER] = 8,
            [VALUE_MS] = 9,   [VALUE_TIME] = 23, [VALUE_BOOL] = 5};
        least = widths[field->kind];
        if (field->kind == VALUE_TIME && style->wide)
            least += 3;
    }
    return least > width ? least : width;
}

/* Red for what failed, yellow for what cannot be judged: on top of the word, never instead of it. */
static const char *table_colour(const struct field *field, const struct value *value,
                                const struct render_style *style)
{
    if (!style->colour || strcmp(field->path, "status") != 0 || value->kind != VALUE_TEXT ||
        value->text.len == 0)
        return NULL;
    switch (value->text.at[0]) {
    case 'F':
        return "\033[31m";
    case 'C':
    case 'U':
        return "\033[33m";
    default:
        return value->text.len > 1 && value->text.at[1] == 'a' ? "\033[33m" : NULL;
    }
}

static void table_cell(struct text *cell, const struct value *value,
                       const struct render_style *style)
{
    if (value->kind == VALUE_TEXT) {
        text_add_terminal(cell, value->text.at, value->text.len, style->utf8);
    } else if (value->kind == VALUE_TIME) {
        char time[WHEN_TEXT_MAX];
        text_add(cell, time,
                 when_print_table(value->ns, style->local, false, style->wide ? 6 : 3, time));
    } else {
        field_print(value, cell);
    }
}

/* Adds one cell; *owed counts the blanks that stand between it and what is printed already. */
static void table_put(struct text *out, const struct text *cell, size_t width, bool right,
                      const char *colour, size_t *owed)
{
    size_t columns = text_columns(cell->at, cell->len);
    size_t blanks = columns < width ? width - columns : 0;

    if (right)
        *owed += blanks;
    if (columns > 0) {
        text_add_fill(out, ' ', *owed);
        if (colour != NULL)
            text_add_string(out, colour);
        text_add(out, cell->at, cell->len);
        if (colour != NULL)
            text_add_string(out, "\033[0m");
        *owed = 0;
    }
    *owed += (right ? 0 : blanks) + TABLE_GAP;
}

void table_begin(struct text *out, const struct field_table *table,
                 const struct field *const *fields, size_t n, const struct render_style *style)
{
    struct text cell = {0};
    size_t owed = 0;

    (void)table;
    for (size_t i = 0; i < n; i++) {
        text_clear(&cell);
        table_heading(&cell, fields[i], style);
        table_put(out, &cell, table_width(fields[i], style), table_right(fields[i]),
                  style->colour ? "\033[1m" : NULL, &owed);
    }
    text_add_char(out, '\n');
    text_done(&cell);
}

void table_row(struct text *out, const struct field_table *table, const struct field *const *fields,
               size_t n, const void *row, bool first, const struct render_style *style)
{
    struct text cell = {0}, scratch = {0};
    size_t owed = 0;

    (void)first;
    for (size_t i = 0; i < n; i++) {
        text_clear(&cell);
        text_clear(&scratch);
        struct value value = field_cell(table, fields[i], row, &scratch);
        table_cell(&cell, &value, style);
        table_put(out, &cell, table_width(fields[i], style), table_right(fields[i]),
                  table_colour(fields[i], &value, style), &owed);
    }
    text_add_char(out, '\n');
    text_done(&cell);
    text_done(&scratch);
}

void table_end(struct text *out, const struct field_table *table, const struct field *const *fields,
               size_t n, bool any, const struct render_style *style)
{
    (void)out, (void)table, (void)fields, (void)n, (void)any, (void)style;
}
