// SPDX-License-Identifier: BSD-2-Clause
#include "cli/field-list.h"

#include <string.h>

struct visit {
    field_visit *visit;
    void *context;
};

/* Goes as deep as the tables are nested. */
static void walk(const struct field_table *table, const char *prefix, const struct visit *visit)
{
    for (size_t i = 0; i < table->n; i++) {
        const struct field *field = &table->fields[i];
        struct text path = {0};
        text_format(&path, "%s%s%s", prefix, prefix[0] == 0 ? "" : ".", field->path);
        visit->visit(path.at, field, visit->context);
        if (field->rows != NULL)
            walk(field->rows, path.at, visit);
        text_done(&path);
    }
}

void field_list(const struct field_table *table, field_visit *visit, void *context)
{
    struct visit both = {visit, context};
    walk(table, "", &both);
}

bool field_is_column(const char *path, const struct field *field)
{
    return strcmp(path, field->path) == 0 && !(field->flags & FIELD_NOT_CSV);
}

const char *field_type_word(const struct field *field)
{
    static const char *const values[] = {
        [VALUE_NULL] = "object", [VALUE_TEXT] = "text",     [VALUE_COUNT] = "count",
        [VALUE_SHARE] = "share", [VALUE_NUMBER] = "number", [VALUE_MS] = "duration",
        [VALUE_TIME] = "time",   [VALUE_BOOL] = "boolean"};
    static const char *const lists[] = {
        [VALUE_NULL] = "list",    [VALUE_TEXT] = "texts",     [VALUE_COUNT] = "counts",
        [VALUE_SHARE] = "shares", [VALUE_NUMBER] = "numbers", [VALUE_MS] = "durations",
        [VALUE_TIME] = "times",   [VALUE_BOOL] = "booleans"};

    switch (field->shape) {
    case FIELD_GROUP:
        return "object";
    case FIELD_LIST:
        return lists[field->kind];
    case FIELD_ROWS:
        return "objects";
    case FIELD_MAP:
        return "map";
    case FIELD_VALUE:
        break;
    }
    return field->flags & FIELD_ANY_KIND ? "any" : values[field->kind];
}

const char *field_unit_word(const struct field *field)
{
    if (field->shape != FIELD_VALUE && field->shape != FIELD_LIST)
        return "";
    return field->kind == VALUE_MS      ? "ms"
           : field->kind == VALUE_SHARE ? "0..1"
           : field->kind == VALUE_TIME  ? "UTC"
                                        : "";
}
