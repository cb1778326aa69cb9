// SPDX-License-Identifier: BSD-2-Clause
#ifndef RENDER_TOY_H
#define RENDER_TOY_H
/* A toy field table with every shape and kind, for the tests of the outputs. */
#include "base/field.h"
#include "base/when.h"
#include "render/formats.h"

struct toy_part {
    const char *word;
    int64_t n;
};
struct toy {
    const char *name; /* NULL: not known */
    size_t name_len;  /* 0: strlen */
    int64_t when, wait_ns, count;
    double share;
    bool yes, has_end;
    size_t parts, texts;
    struct toy_part part[3];
    const char *text[3];
};

#define TOY(row) ((const struct toy *)(row))
#define TOY_GET(getter, result)                                                                    \
    static struct value getter(const void *row, struct text *scratch)                              \
    {                                                                                              \
        (void)row, (void)scratch;                                                                  \
        return result;                                                                             \
    }
TOY_GET(toy_name, TOY(row)->name_len ? value_text(TOY(row)->name, TOY(row)->name_len)
                                     : value_string(TOY(row)->name))
TOY_GET(toy_when, value_time(TOY(row)->when))
TOY_GET(toy_wait, value_ms(TOY(row)->wait_ns))
TOY_GET(toy_count, value_count(TOY(row)->count))
TOY_GET(toy_share, value_share(TOY(row)->share))
TOY_GET(toy_yes, value_bool(TOY(row)->yes))
TOY_GET(toy_word, value_string(((const struct toy_part *)row)->word))
TOY_GET(toy_n, value_count(((const struct toy_part *)row)->n))
TOY_GET(toy_shown, value_string("for people"))

static bool toy_has_end(const void *row)
{
    return TOY(row)->has_end;
}
static size_t toy_parts(const void *row)
{
    return TOY(row)->parts;
}
static const void *toy_part_at(const void *row, size_t i)
{
    return &TOY(row)->part[i];
}
static size_t toy_texts(const void *row)
{
    return TOY(row)->texts;
}
static struct value toy_text_at(const void *row, size_t i, struct text *scratch)
{
    (void)scratch;
    return value_string(TOY(row)->text[i]);
}

static const struct field toy_part_entries[] = {
    {.path = "word", .shape = FIELD_VALUE, .kind = VALUE_TEXT, .get = toy_word},
    {.path = "n", .shape = FIELD_VALUE, .kind = VALUE_COUNT, .get = toy_n},
};
static const struct field_table toy_part_table = {"parts", "Parts.", toy_part_entries,
                                                  2,       NULL,     NULL};

static const struct field toy_entries[] = {
    {.path = "name", .shape = FIELD_VALUE, .kind = VALUE_TEXT, .get = toy_name},
    {.path = "when", .shape = FIELD_VALUE, .kind = VALUE_TIME, .get = toy_when},
    {.path = "end", .shape = FIELD_GROUP, .present = toy_has_end},
    {.path = "end.wait_ms", .shape = FIELD_VALUE, .kind = VALUE_MS, .get = toy_wait},
    {.path = "end.share", .shape = FIELD_VALUE, .kind = VALUE_SHARE, .get = toy_share},
    {.path = "count", .heading = "N", .shape = FIELD_VALUE, .kind = VALUE_COUNT, .get = toy_count},
    {.path = "yes", .shape = FIELD_VALUE, .kind = VALUE_BOOL, .get = toy_yes},
    {.path = "shown",
     .shape = FIELD_VALUE,
     .kind = VALUE_TEXT,
     .flags = FIELD_COLUMN_ONLY,
     .get = toy_shown},
    {.path = "texts",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .count = toy_texts,
     .item_value = toy_text_at},
    {.path = "parts",
     .shape = FIELD_ROWS,
     .flags = FIELD_NOT_CSV,
     .rows = &toy_part_table,
     .count = toy_parts,
     .item = toy_part_at},
    {.path = "map",
     .shape = FIELD_MAP,
     .flags = FIELD_NOT_CSV,
     .rows = &toy_part_table,
     .count = toy_parts,
     .item = toy_part_at},
};
static const struct field_table toy_table = {
    "toys", "Toys.", toy_entries, sizeof toy_entries / sizeof *toy_entries, NULL, NULL};

/* A row with everything, and one with nothing. */
static const struct toy toy_full = {.name = "a\"b\\c\033.\xc3\xa9\xff",
                                    .when = INT64_C(1763719212031775000),
                                    .wait_ns = INT64_C(6003120400),
                                    .count = -1204,
                                    .share = 0.25,
                                    .yes = true,
                                    .has_end = true,
                                    .parts = 2,
                                    .texts = 2,
                                    .part = {{"NOERROR", 3}, {"no", 4}},
                                    .text = {"x, y", "z"}};
static const struct toy toy_empty = {.when = WHEN_NONE, .wait_ns = WHEN_NONE, .share = -1};

static const struct render_style toy_style = {.columns = 80, .limit = 10};

#endif
