// SPDX-License-Identifier: BSD-2-Clause
/* JSON Schema (draft 2020-12) of what -o json, yaml and ndjson print, out of the field tables. */
#include <string.h>

#include "base/field.h"
#include "cli/help.h"

struct schema {
    struct text *out;
    size_t depth;
};

static void line(struct schema *schema, const char *text)
{
    text_add_fill(schema->out, ' ', 2 * schema->depth);
    text_add_string(schema->out, text);
}

/* "NAME": */
static void key(struct schema *schema, const char *name, size_t len)
{
    text_add_fill(schema->out, ' ', 2 * schema->depth);
    text_add_json(schema->out, name, len);
    text_add_string(schema->out, ": ");
}

static void text_member(struct schema *schema, const char *name, const char *text)
{
    key(schema, name, strlen(name));
    text_add_json(schema->out, text, strlen(text));
}

/* The members that tell a plain value; no braces. */
static void value_members(struct schema *schema, const struct field *field, bool nullable)
{
    static const char *const types[] = {
        [VALUE_NULL] = "null",    [VALUE_TEXT] = "string",   [VALUE_COUNT] = "integer",
        [VALUE_SHARE] = "number", [VALUE_NUMBER] = "number", [VALUE_MS] = "number",
        [VALUE_TIME] = "string",  [VALUE_BOOL] = "boolean"};
    const char *type = types[field->kind];

    line(schema, "");
    if (field->flags & FIELD_ANY_KIND)
        text_add_string(schema->out, "\"type\": [\"number\", \"string\", \"boolean\", \"null\"]");
    else if (nullable && field->kind != VALUE_NULL)
        text_format(schema->out, "\"type\": [\"%s\", \"null\"]", type);
    else
        text_format(schema->out, "\"type\": \"%s\"", type);
    if (field->kind == VALUE_TIME)
        text_add_string(schema->out, ",\n"), text_member(schema, "format", "date-time");
    if (field->kind == VALUE_SHARE) {
        text_add_string(schema->out, ",\n");
        line(schema, "\"minimum\": 0,\n");
        line(schema, "\"maximum\": 1");
    }
    if (field->words == NULL)
        return;
    text_add_string(schema->out, ",\n");
    line(schema, "\"enum\": [");
    for (size_t i = 0; field->words[i] != NULL; i++) {
        text_add_string(schema->out, i == 0 ? "" : ", ");
        text_add_json(schema->out, field->words[i], strlen(field->words[i]));
    }
    text_add_string(schema->out, nullable ? ", null]" : "]");
}

static void object_members(struct schema *schema, const struct field_table *table, size_t first,
                           size_t end, size_t prefix, bool nullable);

/* The end of the entries inside the group at FIRST. */
static size_t group_end(const struct field_table *table, size_t first)
{
    size_t len = strlen(table->fields[first].path), i = first + 1;

    if (table->fields[first].shape != FIELD_GROUP)
        return i;
    while (i < table->n && strncmp(table->fields[i].path, table->fields[first].path, len) == 0 &&
           table->fields[i].path[len] == '.')
        i++;
    return i;
}

static void open_key(struct schema *schema, const char *name)
{
    text_add_string(schema->out, ",\n");
    key(schema, name, strlen(name));
    text_add_string(schema->out, "{\n");
    schema->depth++;
}

static void close_key(struct schema *schema)
{
    text_add_char(schema->out, '\n');
    schema->depth--;
    line(schema, "}");
}

static void map_members(struct schema *schema, const struct field *field)
{
    line(schema, "\"type\": \"object\"");
    open_key(schema, "additionalProperties");
    if (field->rows->n == 2 && field->rows->fields[1].shape == FIELD_VALUE)
        value_members(schema, &field->rows->fields[1],
                      !(field->rows->fields[1].flags & FIELD_NEVER_NULL));
    else
        object_members(schema, field->rows, 1, field->rows->n, 0, false);
    close_key(schema);
}

/* One entry of a table, with all that stands inside it. */
static void entry(struct schema *schema, const struct field_table *table, size_t i, size_t prefix)
{
    const struct field *field = &table->fields[i];

    key(schema, field->path + prefix, strlen(field->path + prefix));
    text_add_string(schema->out, "{\n");
    schema->depth++;
    if (field->help != NULL) {
        text_member(schema, "description", field->help);
        text_add_string(schema->out, ",\n");
    }
    switch (field->shape) {
    case FIELD_VALUE:
        value_members(schema, field, !(field->flags & FIELD_NEVER_NULL));
        break;
    case FIELD_GROUP:
        object_members(schema, table, i + 1, group_end(table, i), strlen(field->path) + 1,
                       field->present != NULL);
        break;
    case FIELD_LIST:
        line(schema,
             field->present != NULL ? "\"type\": [\"array\", \"null\"]" : "\"type\": \"array\"");
        open_key(schema, "items");
        value_members(schema, field, false);
        close_key(schema);
        break;
    case FIELD_ROWS:
        line(schema,
             field->present != NULL ? "\"type\": [\"array\", \"null\"]" : "\"type\": \"array\"");
        open_key(schema, "items");
        object_members(schema, field->rows, 0, field->rows->n, 0, false);
        close_key(schema);
        break;
    case FIELD_MAP:
        map_members(schema, field);
        break;
    }
    close_key(schema);
}

static bool in_document(const struct field *field)
{
    return !(field->flags & FIELD_COLUMN_ONLY);
}

/* Goes as deep as the tables are nested. */
static void object_members(struct schema *schema, const struct field_table *table, size_t first,
                           size_t end, size_t prefix, bool nullable)
{
    bool any = false;

    line(schema, nullable ? "\"type\": [\"object\", \"null\"],\n" : "\"type\": \"object\",\n");
    line(schema, "\"additionalProperties\": false,\n");
    line(schema, "\"required\": [");
    for (size_t i = first; i < end; i = group_end(table, i)) {
        if (!in_document(&table->fields[i]))
            continue;
        text_add_string(schema->out, any ? ", " : "");
        text_add_json(schema->out, table->fields[i].path + prefix,
                      strlen(table->fields[i].path + prefix));
        any = true;
    }
    text_add_string(schema->out, "]");
    open_key(schema, "properties");
    any = false;
    for (size_t i = first; i < end; i = group_end(table, i)) {
        if (!in_document(&table->fields[i]))
            continue;
        text_add_string(schema->out, any ? ",\n" : "");
        entry(schema, table, i, prefix);
        any = true;
    }
    close_key(schema);
}

void schema_print(const struct field_table *table, bool rows, struct text *out)
{
    struct schema schema = {out, 1};

    text_add_string(out, "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n");
    text_format(out, "  \"title\": \"dnstap-analyse: %s\",\n", table->name);
    if (table->help != NULL) {
        text_member(&schema, "description", table->help);
        text_add_string(out, ",\n");
    }
    if (rows) {
        /* The array that -o json and yaml print, or one of its rows, as a line of ndjson is. */
        text_add_string(out, "  \"if\": {\"type\": \"array\"},\n"
                             "  \"then\": {\"items\": {\"$ref\": \"#/$defs/row\"}},\n"
                             "  \"else\": {\"$ref\": \"#/$defs/row\"},\n"
                             "  \"$defs\": {\n    \"row\": {\n");
        schema.depth = 3;
    }
    object_members(&schema, table, 0, table->n, 0, false);
    text_add_string(out, rows ? "\n    }\n  }\n}\n" : "\n}\n");
}
