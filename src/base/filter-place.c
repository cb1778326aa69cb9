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

    if (field == NULL || !(field->flags & (FIELD_COLUMN_ONLY | FIELD_NOT_COMPARED)))
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

/* The NTH of paths with blanks between them; *MORE: it is not the last. */
static struct filter_piece path_of(const char *paths, size_t nth, bool *more)
{
    const char *at = paths;

    for (; nth > 0; nth--)
        at += strcspn(at, " ") + 1;
    size_t len = strcspn(at, " ");
    *more = at[len] != 0;
    return (struct filter_piece){(size_t)(at - paths), len};
}

static bool find_alias(const struct filter_scope *scope, const char *path, size_t len, size_t nth,
                       struct filter_place *place)
{
    struct text real = {0};
    bool found = false;

    for (size_t i = 0; i < scope->n_aliases && !found; i++) {
        const struct filter_alias *alias = &scope->aliases[i];
        size_t n = leads(alias->alias, path, len);
        if (n == 0)
            continue;
        struct filter_piece piece = path_of(alias->path, nth, &place->more);
        text_clear(&real);
        text_add(&real, alias->path + piece.at, piece.len);
        text_add(&real, path + n, len - n);
        found = find_path(scope->table, real.at, real.len, place);
        place->unit_ns = alias->unit_ns;
    }
    text_done(&real);
    return found;
}

static bool find_in(const struct filter_scope *scope, const char *path, size_t len, size_t nth,
                    struct filter_place *place)
{
    size_t n = scope->prefix != NULL ? leads(scope->prefix, path, len) : 0;

    if (n > 0 && n < len &&
        find_in(&(struct filter_scope){scope->table, scope->aliases, scope->n_aliases, NULL},
                path + n + 1, len - n - 1, nth, place))
        return true;
    return find_path(scope->table, path, len, place) || find_alias(scope, path, len, nth, place);
}

bool filter_place_in(const struct field_table *table, const char *path, size_t len)
{
    struct filter_place place = {0};
    bool found = find_path(table, path, len, &place);

    memory_free(place.key);
    return found;
}

int filter_place_find(const struct filter_language *language, size_t scope, size_t end,
                      const char *text, const struct filter_piece *piece, size_t nth,
                      struct filter_place *place, struct error *error)
{
    const char *path = text + piece->at;

    for (size_t i = scope; i < end; i++) {
        *place = (struct filter_place){.scope = i};
        if (find_in(&language->scopes[i], path, piece->len, nth, place))
            return 0;
    }
    for (size_t i = scope; i < end; i++) {
        const struct field *field = field_find(language->scopes[i].table, path, piece->len);
        if (field != NULL)
            return filter_error(error, piece->at, "", field->path, strlen(field->path),
                                "is a column for reading, made of other fields: compare those");
    }
    return 1;
}
