// SPDX-License-Identifier: BSD-2-Clause
/* Names in a filter: fields, other names of them, fields of rows inside the row, keys of maps. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/filter-inside.h"
#include "base/memory.h"

/* A column made for people (`waited`, with its unit) stands for the figure behind it. */
static const struct field *comparable(const struct field_table *table, const struct field *field)
{
    struct text path = {0};

    if (field == NULL || !(field->flags & FIELD_COLUMN_ONLY))
        return field;
    text_format(&path, "%s_ms", field->path);
    field = field_find(table, path.at, path.len);
    text_done(&path);
    return field;
}

/* REST inside the elements of OUTER: one of their fields, or a key. */
static bool find_inside(const struct field *outer, const char *rest, size_t len,
                        struct filter_place *place)
{
    if (outer->shape == FIELD_MAP && outer->rows->n == 2) {
        place->field = &outer->rows->fields[1];
        place->key = memory_get(len + 1, 1);
        memory_copy(place->key, rest, len);
    } else if (outer->shape == FIELD_ROWS) {
        place->field = comparable(outer->rows, field_find(outer->rows, rest, len));
    }
    if (place->field == NULL)
        return false;
    place->rows = outer;
    place->table = outer->rows;
    return true;
}

static bool find_path(const struct field_table *table, const char *path, size_t len,
                      struct filter_place *place)
{
    place->outer = place->table = table;
    place->field = comparable(table, field_find(table, path, len));
    if (place->field != NULL)
        return true;
    for (size_t i = 1; i + 1 < len; i++) {
        const struct field *outer = path[i] == '.' ? field_find(table, path, i) : NULL;
        if (outer != NULL && outer->rows != NULL)
            return find_inside(outer, path + i + 1, len - i - 1, place);
    }
    return false;
}

/* The octets of PATH that WORD is: all of them, or those in front of a dot; 0: it is not. */
static size_t leads(const char *word, const char *path, size_t len)
{
    size_t word_len = strlen(word);

    return word_len <= len && strncasecmp(word, path, word_len) == 0 &&
                   (word_len == len || path[word_len] == '.')
               ? word_len
               : 0;
}

static bool find_alias(const struct filter_scope *scope, const char *path, size_t len,
                       struct filter_place *place)
{
    struct text real = {0};
    bool found = false;

    for (size_t i = 0; i < scope->n_aliases && !found; i++) {
        const struct filter_alias *alias = &scope->aliases[i];
        size_t n = leads(alias->alias, path, len);
        if (n == 0)
            continue;
        text_clear(&real);
        text_add_string(&real, alias->path);
        text_add(&real, path + n, len - n);
        found = find_path(scope->table, real.at, real.len, place);
        place->unit_ns = alias->unit_ns;
    }
    text_done(&real);
    return found;
}

static bool find_in(const struct filter_scope *scope, const char *path, size_t len,
                    struct filter_place *place)
{
    size_t n = scope->prefix != NULL ? leads(scope->prefix, path, len) : 0;

    if (n > 0 && n < len &&
        find_in(&(struct filter_scope){scope->table, scope->aliases, scope->n_aliases, NULL},
                path + n + 1, len - n - 1, place))
        return true;
    return find_path(scope->table, path, len, place) || find_alias(scope, path, len, place);
}

/* The path that was most likely meant, as it would be typed, or "". */
static void nearest(const struct filter_scope *scope, const char *path, size_t len,
                    struct text *found)
{
    const char *near = NULL;

    for (size_t i = 1; i + 1 < len; i++) {
        const struct field *outer = path[i] == '.' ? field_find(scope->table, path, i) : NULL;
        if (outer == NULL || outer->shape != FIELD_ROWS)
            continue;
        near = field_nearest(outer->rows, path + i + 1, len - i - 1);
        if (near != NULL)
            text_format(found, "%s.%s", outer->path, near);
    }
    near = found->len == 0 ? field_nearest(scope->table, path, len) : NULL;
    if (near != NULL)
        text_add_string(found, near);
}

static bool has(const struct field_table *table, const char *path, size_t len)
{
    struct filter_place place = {0};
    bool found = find_path(table, path, len, &place);

    memory_free(place.key);
    return found;
}

static int no_field(const struct filter_language *language, const char *path, size_t len, size_t at,
                    struct error *error)
{
    struct text hint = {0}, near = {0};

    text_format(&hint, "in %s", language->scopes[0].table->name);
    const struct field_table *const *table = language->elsewhere;
    while (table != NULL && *table != NULL && !has(*table, path, len))
        table++;
    for (size_t i = 0; i < language->n_scopes && near.len == 0; i++)
        nearest(&language->scopes[i], path, len, &near);
    if (table != NULL && *table != NULL)
        text_format(&hint, "; it is one of --view %s", (*table)->name);
    else if (near.len > 0)
        text_format(&hint, "; did you mean '%s'?", near.at);
    filter_error(error, at, "there is no field", path, len, hint.at);
    text_done(&hint);
    text_done(&near);
    return -1;
}

int filter_place_find(const struct filter_language *language, size_t scope, size_t scope_end,
                      const char *path, size_t len, size_t column_at, struct filter_place *place,
                      bool *unknown, struct error *error)
{
    *unknown = false;
    for (size_t i = scope; i < scope_end; i++) {
        *place = (struct filter_place){.scope = i};
        if (find_in(&language->scopes[i], path, len, place))
            return 0;
    }
    for (size_t i = scope; i < scope_end; i++) {
        const struct field *field = field_find(language->scopes[i].table, path, len);
        if (field != NULL)
            return filter_error(error, column_at, "", field->path, strlen(field->path),
                                "is a column for reading, made of other fields: compare those");
    }
    *unknown = true;
    return no_field(language, path, len, column_at, error);
}
