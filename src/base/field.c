// SPDX-License-Identifier: BSD-2-Clause
#include "base/field.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/when.h"

const struct field_spelling field_address = {.what = "address"};

/* The end of the entries that stand inside the group at FIRST. */
static size_t group_end(const struct field_table *table, size_t first)
{
    const char *path = table->fields[first].path;
    size_t len = strlen(path), i = first + 1;

    while (i < table->n && strncmp(table->fields[i].path, path, len) == 0 &&
           table->fields[i].path[len] == '.')
        i++;
    return i;
}

size_t field_end(const struct field_table *table, size_t i)
{
    return table->fields[i].shape == FIELD_GROUP ? group_end(table, i) : i + 1;
}

struct walk {
    const struct field_sink *sink;
    struct text scratch, key;
};

static void walk_range(struct walk *walk, const struct field_table *table, size_t first, size_t end,
                       size_t prefix, const void *row);

static void walk_value(struct walk *walk, const struct field *field, const char *key,
                       size_t key_len, const struct value *value)
{
    walk->sink->value(walk->sink->context, key, key_len, field, value);
}

static void walk_list(struct walk *walk, const struct field *field, const void *row)
{
    for (size_t i = 0, n = field->count(row); i < n; i++) {
        struct value value;

        text_clear(&walk->scratch);
        value = field->item_value(row, i, &walk->scratch);
        walk_value(walk, field, NULL, 0, &value);
    }
}

static void walk_rows(struct walk *walk, const struct field *field, const void *row)
{
    for (size_t i = 0, n = field->count(row); i < n; i++) {
        const void *item = field->item(row, i);

        walk->sink->open(walk->sink->context, NULL, 0, false);
        walk_range(walk, field->rows, 0, field->rows->n, 0, item);
        walk->sink->close(walk->sink->context, false);
    }
}

static void walk_entry(struct walk *walk, const struct field_table *table, size_t i,
                       const char *key, size_t key_len, const void *row);

static void walk_map(struct walk *walk, const struct field *field, const void *row)
{
    const struct field_table *rows = field->rows;

    for (size_t i = 0, n = field->count(row); i < n; i++) {
        const void *item = field->item(row, i);
        struct value value;

        text_clear(&walk->scratch);
        value = rows->fields[0].get(item, &walk->scratch);
        text_clear(&walk->key);
        field_print(&value, &walk->key);
        if (rows->n == 2) {
            walk_entry(walk, rows, 1, walk->key.at ? walk->key.at : "", walk->key.len, item);
            continue;
        }
        walk->sink->open(walk->sink->context, walk->key.at ? walk->key.at : "", walk->key.len,
                         false);
        walk_range(walk, rows, 1, rows->n, 0, item);
        walk->sink->close(walk->sink->context, false);
    }
}

/* The entry at I under the key KEY, with all that stands inside it. */
static void walk_entry(struct walk *walk, const struct field_table *table, size_t i,
                       const char *key, size_t key_len, const void *row)
{
    const struct field *field = &table->fields[i];
    bool array = field->shape == FIELD_LIST || field->shape == FIELD_ROWS;
    struct value value = value_null();

    if (field->shape == FIELD_VALUE) {
        text_clear(&walk->scratch);
        value = field->get(row, &walk->scratch);
    }
    if (field->shape == FIELD_VALUE || (field->present && !field->present(row))) {
        walk_value(walk, field, key, key_len, &value);
        return;
    }
    walk->sink->open(walk->sink->context, key, key_len, array);
    if (field->shape == FIELD_GROUP)
        walk_range(walk, table, i + 1, group_end(table, i), strlen(field->path) + 1, row);
    else if (field->shape == FIELD_LIST)
        walk_list(walk, field, row);
    else if (field->shape == FIELD_ROWS)
        walk_rows(walk, field, row);
    else
        walk_map(walk, field, row);
    walk->sink->close(walk->sink->context, array);
}

/* The entries from FIRST to END, whose keys are their paths behind the first PREFIX characters.
 * Goes as deep as the tables are nested. */
static void walk_range(struct walk *walk, const struct field_table *table, size_t first, size_t end,
                       size_t prefix, const void *row)
{
    for (size_t i = first; i < end; i = field_end(table, i)) {
        const struct field *field = &table->fields[i];
        const char *key = field->path + prefix;

        if (!(field->flags & FIELD_COLUMN_ONLY))
            walk_entry(walk, table, i, key, strlen(key), row);
    }
}

void field_walk(const struct field_table *table, const void *row, const struct field_sink *sink)
{
    struct walk walk = {.sink = sink};

    sink->open(sink->context, NULL, 0, false);
    walk_range(&walk, table, 0, table->n, 0, row);
    sink->close(sink->context, false);
    text_done(&walk.scratch);
    text_done(&walk.key);
}

static bool same_word(const char *word, const char *at, size_t len)
{
    return strncasecmp(word, at, len) == 0 && word[len] == 0;
}

const struct field *field_find(const struct field_table *table, const char *path, size_t len)
{
    for (size_t i = 0; i < table->n; i++) {
        if (same_word(table->fields[i].path, path, len))
            return &table->fields[i];
    }
    return NULL;
}

enum { WORD_MAX = 64 };

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

size_t field_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t row[3][WORD_MAX + 1]; /* of a's letters i - 2, i - 1 and i, by i % 3 */

    if (a_len > WORD_MAX || b_len > WORD_MAX)
        return SIZE_MAX;
    for (size_t j = 0; j <= b_len; j++)
        row[0][j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        const size_t *before = row[(i + 1) % 3], *last = row[(i + 2) % 3];
        size_t *now = row[i % 3];

        now[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            char x = lower(a[i - 1]), y = lower(b[j - 1]);
            size_t best = last[j - 1] + (x != y);

            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
    }
    return row[a_len % 3][b_len];
}

const char *field_nearest(const struct field_table *table, const char *path, size_t len)
{
    size_t least = len / 3 + 1; /* a third of the letters may differ, one in short words */
    const char *nearest = NULL;

    if (len == 0 || len > WORD_MAX)
        return NULL;
    if (len < 3)
        least = 2;
    for (size_t i = 0; i < table->n; i++) {
        const char *word = table->fields[i].path;
        size_t word_len = strlen(word), distance;

        if (word_len > WORD_MAX || word_len >= len + least || len >= word_len + least)
            continue; /* letters that one has more than the other must be added or taken away */
        distance = field_distance(path, len, word, word_len);
        if (distance < least && distance < word_len) {
            least = distance;
            nearest = word;
        }
    }
    /* "addr" may be short for "client.addr" */
    for (size_t i = 0; i < table->n && !nearest; i++) {
        const char *word = table->fields[i].path;
        size_t word_len = strlen(word);

        if (word_len > len && word[word_len - len - 1] == '.' &&
            same_word(word + word_len - len, path, len))
            nearest = word;
    }
    return nearest;
}

bool field_present(const struct field_table *table, const struct field *field, const void *row)
{
    bool inside = strchr(field->path, '.') != NULL;

    for (const struct field *group = field; inside && group-- > table->fields;) {
        size_t len = strlen(group->path);

        if (group->shape != FIELD_GROUP || strncmp(group->path, field->path, len) != 0 ||
            field->path[len] != '.')
            continue;
        if (group->present && !group->present(row))
            return false;
        inside = strchr(group->path, '.') != NULL;
    }
    return !field->present || field->present(row);
}

/* Appends VALUE to the item that begins at START of TEXT, with BETWEEN in front where it is not the
 * first thing there; null adds nothing. */
static void join(struct text *text, size_t start, char between, const struct value *value)
{
    if (value->kind == VALUE_NULL)
        return;
    if (text->len > start)
        text_add_char(text, between);
    field_print(value, text);
}

/* The plain values of entries FIRST to END of ROW, BETWEEN them. */
static void join_range(const struct field_table *table, size_t first, size_t end, const void *row,
                       char between, struct text *text)
{
    struct text scratch = {NULL, 0, 0};
    size_t start = text->len;

    for (size_t i = first; i < end; i = field_end(table, i)) {
        const struct field *field = &table->fields[i];
        struct value value;

        if (!field->get || field->flags & FIELD_COLUMN_ONLY ||
            (field->present && !field->present(row)))
            continue;
        text_clear(&scratch);
        value = field->get(row, &scratch);
        join(text, start, between, &value);
    }
    text_done(&scratch);
}

/* Lists: "a b c"; rows and maps: "x:1 y:2". */
static void join_items(const struct field *field, const void *row, struct text *text)
{
    struct text scratch = {NULL, 0, 0};

    for (size_t i = 0, n = field->count(row); i < n; i++) {
        if (field->shape == FIELD_LIST) {
            struct value value;

            text_clear(&scratch);
            value = field->item_value(row, i, &scratch);
            join(text, 0, ' ', &value);
            continue;
        }
        if (text->len)
            text_add_char(text, ' ');
        join_range(field->rows, 0, field->rows->n, field->item(row, i), ':', text);
    }
    text_done(&scratch);
}

struct value field_cell(const struct field_table *table, const struct field *field, const void *row,
                        struct text *scratch)
{
    text_clear(scratch);
    if (!field_present(table, field, row))
        return value_null();
    bool own = field->shape == FIELD_GROUP || field->shape == FIELD_MAP;
    if (field->shape == FIELD_VALUE || (own && field->get))
        return field->get(row, scratch);
    if (field->shape == FIELD_GROUP) {
        size_t i = (size_t)(field - table->fields);

        join_range(table, i + 1, group_end(table, i), row, ' ', scratch);
    } else {
        join_items(field, row, scratch);
    }
    return value_text(scratch->at, scratch->len);
}

/* NUMBER with DECIMALS decimals, rounded; with TRIM without the zeros at its end. */
static void print_real(double number, int decimals, bool trim, struct text *text)
{
    uint64_t unit = 1, scaled, part;
    double amount = number < 0 ? -number : number;
    char digit[16];

    if (!(amount < 9e12)) { /* no decimal is exact any more; %.0f knows no locale */
        text_format(text, "%.0f", number);
        return;
    }
    for (int i = 0; i < decimals; i++)
        unit *= 10;
    scaled = (uint64_t)(amount * (double)unit + 0.5);
    part = scaled % unit;
    if (number < 0 && scaled)
        text_add_char(text, '-');
    text_add_count(text, (int64_t)(scaled / unit));
    for (; trim && decimals && part % 10 == 0; decimals--)
        part /= 10;
    if (!decimals)
        return;
    text_add_char(text, '.');
    for (int i = decimals; i-- > 0; part /= 10)
        digit[i] = (char)('0' + part % 10);
    text_add(text, digit, (size_t)decimals);
}

void field_print(const struct value *value, struct text *text)
{
    char shown[WHEN_TEXT_MAX];

    switch (value->kind) {
    case VALUE_NULL:
        break;
    case VALUE_TEXT:
        text_add(text, value->text.at, value->text.len);
        break;
    case VALUE_COUNT:
        text_add_count(text, value->count);
        break;
    case VALUE_SHARE:
        print_real(value->share, 6, true, text);
        break;
    case VALUE_NUMBER:
        print_real(value->share, 3, false, text);
        break;
    case VALUE_MS:
        text_add(text, shown, when_print_ms(value->ns, shown));
        break;
    case VALUE_TIME:
        text_add(text, shown, when_print(value->ns, shown));
        break;
    case VALUE_BOOL:
        text_add_string(text, value->yes ? "true" : "false");
        break;
    }
}
