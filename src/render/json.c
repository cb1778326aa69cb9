// SPDX-License-Identifier: BSD-2-Clause
/*
 * JSON (RFC 8259) and lines of it.  Rows are one object a line, in an array for `json`; the report
 * is one document, indented for `json`.  Every key of the table is always there, whatever columns
 * were chosen: kinds and keys never depend on options.  Rows are many and go by a plan; a document
 * is walked.
 */
#include "render/formats.h"
#include "render/plan.h"
#include "render/scalar.h"

struct json {
    struct text *out;
    bool pretty;
    size_t depth;
};

/* Comma, line, indent and key before the next value; room for SCALAR_ROOM octets is left behind it. */
static char *json_lead(struct json *json, const char *key, size_t key_len)
{
    struct text *out = json->out;
    char last = out->len > 0 ? out->at[out->len - 1] : 0;
    char *at = text_room(out, key_len + 2 * json->depth + 8 + SCALAR_ROOM);

    if (json->depth > 0) {
        if (last != '{' && last != '[')
            *at++ = ',';
        if (json->pretty) {
            *at++ = '\n';
            for (size_t i = 0; i < 2 * json->depth; i++)
                *at++ = ' ';
        }
    }
    if (key == NULL)
        return at;
    char *end = text_put_quoted(at, key, key_len);
    if (end == NULL) { /* keys out of the data may hold anything */
        text_end(out, at);
        text_add_json(out, key, key_len);
        end = text_room(out, 2 + SCALAR_ROOM);
    }
    *end++ = ':';
    if (json->pretty)
        *end++ = ' ';
    return end;
}

static char *json_text(struct text *out, char *at, const char *from, size_t len)
{
    if (len + 2 > SCALAR_ROOM) {
        text_end(out, at);
        at = text_room(out, len + 2);
    }
    char *end = text_put_quoted(at, from, len);
    if (end != NULL)
        return end;
    text_end(out, at);
    text_add_json(out, from, len);
    return out->at + out->len;
}

static void json_value(void *context, const char *key, size_t key_len, const struct field *field,
                       const struct value *value)
{
    struct json *json = context;
    struct text *out = json->out;
    char *at = json_lead(json, key, key_len);

    (void)field;
    if (value->kind == VALUE_TEXT)
        at = json_text(out, at, value->text.at, value->text.len);
    else
        at = scalar_value(out, at, value);
    text_end(out, at);
}

static void json_open(void *context, const char *key, size_t key_len, bool array)
{
    struct json *json = context;
    char *at = json_lead(json, key, key_len);

    *at++ = array ? '[' : '{';
    text_end(json->out, at);
    json->depth++;
}

static void json_close(void *context, bool array)
{
    struct json *json = context;
    char last = json->out->at[json->out->len - 1];

    json->depth--;
    if (json->pretty && last != '[' && last != '{') {
        text_add_char(json->out, '\n');
        text_add_fill(json->out, ' ', 2 * json->depth);
    }
    text_add_char(json->out, array ? ']' : '}');
}

static void json_walk(struct text *out, const struct field_table *table, const void *row,
                      bool pretty)
{
    struct json json = {.out = out, .pretty = pretty};
    struct field_sink sink = {json_open, json_close, json_value, &json};

    field_walk(table, row, &sink);
}

static const struct plan_syntax json_syntax = {.key = text_add_json, .escaped = text_add_json};

static void json_object(struct text *out, const struct field_table *table, const void *row)
{
    const struct plan *plan = plan_of(table, &json_syntax);

    if (plan != NULL)
        plan_print(plan, row, out);
    else
        json_walk(out, table, row, false);
}

void json_begin(struct text *out, const struct field_table *table,
                const struct field *const *fields, size_t n, const struct render_style *style)
{
    (void)table, (void)fields, (void)n, (void)style;
    text_add_char(out, '[');
}

void json_row(struct text *out, const struct field_table *table, const struct field *const *fields,
              size_t n, const void *row, bool first, const struct render_style *style)
{
    (void)fields, (void)n, (void)style;
    text_add_string(out, first ? "\n" : ",\n");
    json_object(out, table, row);
}

void json_end(struct text *out, const struct field_table *table, const struct field *const *fields,
              size_t n, bool any, const struct render_style *style)
{
    (void)table, (void)fields, (void)n, (void)style;
    text_add_string(out, any ? "\n]\n" : "]\n");
}

void ndjson_row(struct text *out, const struct field_table *table,
                const struct field *const *fields, size_t n, const void *row, bool first,
                const struct render_style *style)
{
    (void)fields, (void)n, (void)first, (void)style;
    json_object(out, table, row);
    text_add_char(out, '\n');
}

void json_report(struct text *out, const struct field_table *table, const void *report,
                 const struct render_style *style)
{
    (void)style;
    json_walk(out, table, report, true);
    text_add_char(out, '\n');
}

void ndjson_report(struct text *out, const struct field_table *table, const void *report,
                   const struct render_style *style)
{
    (void)style;
    json_walk(out, table, report, false);
    text_add_char(out, '\n');
}
