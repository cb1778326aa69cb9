// SPDX-License-Identifier: BSD-2-Clause
/*
 * YAML in the subset that every parser reads alike: block style, two blanks a level, every text in
 * double quotes with JSON's escapes (bare words such as `no`, `1e21` or `~` would be read as
 * something else), all characters outside ASCII escaped, `[]` and `{}` for what is empty.  Rows are
 * the items of one list.
 */
#include <string.h>

#include "base/memory.h"
#include "render/formats.h"
#include "render/plan.h"
#include "render/scalar.h"
#include "render/utf8.h"

#define YAML_DEPTH_MAX 24 /* levels of the tables; deeper ones are printed without further indent */

struct yaml {
    struct text *out;
    size_t depth;
    bool array[YAML_DEPTH_MAX]; /* what is open at each level */
    bool pending;               /* the innermost was opened and holds nothing yet */
    bool dash;                  /* the next line was begun by "- " already */
};

/* A text whose octets need escapes: what JSON makes of them, and all beyond ASCII too. */
static void yaml_escaped(struct text *out, const char *at, size_t len)
{
    text_add_char(out, '"');
    for (size_t i = 0; i < len;) {
        size_t used;
        uint32_t code = utf8_read(at + i, len - i, &used);
        if (code == '"' || code == '\\')
            text_format(out, "\\%c", (char)code);
        else if (code >= ' ' && code <= '~')
            text_add_char(out, (char)code);
        else
            text_format(out, code > 0xffff ? "\\U%08x" : "\\u%04x", (unsigned)code);
        i += used;
    }
    text_add_char(out, '"');
}

/* In quotes; returns the end, with room for SCALAR_ROOM behind it. */
static char *yaml_text(struct text *out, char *at, const char *from, size_t len)
{
    text_end(out, at);
    at = text_room(out, len + 2 + SCALAR_ROOM);
    char *end = text_put_quoted(at, from, len);
    if (end != NULL)
        return end;
    text_end(out, at);
    yaml_escaped(out, from, len);
    return text_room(out, SCALAR_ROOM);
}

/* Small plain words that no YAML version takes for anything else go without quotes. */
static bool yaml_plain_key(const char *key, size_t len)
{
    static const char *const taken[] = {"y",   "n",    "yes",   "no",  "on",
                                        "off", "true", "false", "null"};

    for (size_t i = 0; i < len; i++)
        if (!((key[i] >= 'a' && key[i] <= 'z') || key[i] == '_' ||
              (i > 0 && key[i] >= '0' && key[i] <= '9')))
            return false;
    if (len > 5 || len == 0 || strchr("ynotf", key[0]) == NULL)
        return len > 0;
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (strlen(taken[i]) == len && strncmp(taken[i], key, len) == 0)
            return false;
    return true;
}

static void yaml_add_key(struct text *out, const char *key, size_t len)
{
    if (yaml_plain_key(key, len))
        text_add(out, key, len);
    else
        yaml_escaped(out, key, len);
}

static const struct plan_syntax yaml_syntax = {true, yaml_add_key, yaml_escaped};

static char *yaml_key(struct text *out, char *at, const char *key, size_t len)
{
    if (yaml_plain_key(key, len)) {
        memory_copy(at, key, len);
        at += len;
    } else {
        at = yaml_text(out, at, key, len);
    }
    *at++ = ':';
    return at;
}

/* Starts the line of the next key or item of what is open; leaves room for SCALAR_ROOM octets. */
static char *yaml_lead(struct yaml *yaml, const char *key, size_t key_len)
{
    bool in_array = yaml->depth > 0 && yaml->array[yaml->depth - 1];
    char *at = text_room(yaml->out, key_len + 2 * yaml->depth + 8 + SCALAR_ROOM);

    if (yaml->pending && !yaml->dash)
        *at++ = '\n';
    for (size_t i = 1; i < yaml->depth && !yaml->dash; i++) {
        *at++ = ' ';
        *at++ = ' ';
    }
    yaml->pending = yaml->dash = false;
    if (in_array)
        *at++ = '-';
    else if (key != NULL)
        at = yaml_key(yaml->out, at, key, key_len);
    return at;
}

static void yaml_open(void *context, const char *key, size_t key_len, bool array)
{
    struct yaml *yaml = context;

    if (yaml->depth > 0) {
        bool in_array = yaml->array[yaml->depth - 1];
        text_end(yaml->out, yaml_lead(yaml, key, key_len));
        yaml->pending = true;
        if (in_array && !array) { /* "- " and the first key on one line */
            text_add_char(yaml->out, ' ');
            yaml->dash = true;
        }
    }
    if (yaml->depth < YAML_DEPTH_MAX)
        yaml->array[yaml->depth++] = array;
}

static void yaml_close(void *context, bool array)
{
    struct yaml *yaml = context;

    if (yaml->pending) {
        if (!yaml->dash)
            text_add_char(yaml->out, ' ');
        text_add_string(yaml->out, array ? "[]\n" : "{}\n");
    }
    yaml->pending = yaml->dash = false;
    if (yaml->depth > 0)
        yaml->depth--;
}

static void yaml_value(void *context, const char *key, size_t key_len, const struct field *field,
                       const struct value *value)
{
    struct yaml *yaml = context;
    struct text *out = yaml->out;

    (void)field;
    char *at = yaml_lead(yaml, key, key_len);
    *at++ = ' ';
    if (value->kind == VALUE_TEXT)
        at = yaml_text(out, at, value->text.at, value->text.len);
    else
        at = scalar_value(out, at, value);
    *at++ = '\n';
    text_end(out, at);
}

void yaml_begin(struct text *out, const struct field_table *table,
                const struct field *const *fields, size_t n, const struct render_style *style)
{
    (void)out, (void)table, (void)fields, (void)n, (void)style;
}

void yaml_row(struct text *out, const struct field_table *table, const struct field *const *fields,
              size_t n, const void *row, bool first, const struct render_style *style)
{
    const struct plan *plan = plan_of(table, &yaml_syntax);
    /* The row is the one item of a list that is open around it. */
    struct yaml yaml = {.out = out, .depth = 1, .array = {true}};
    struct field_sink sink = {yaml_open, yaml_close, yaml_value, &yaml};

    (void)fields, (void)n, (void)first, (void)style;
    if (plan != NULL)
        plan_print(plan, row, out);
    else
        field_walk(table, row, &sink);
}

void yaml_end(struct text *out, const struct field_table *table, const struct field *const *fields,
              size_t n, bool any, const struct render_style *style)
{
    (void)table, (void)fields, (void)n, (void)style;
    if (!any)
        text_add_string(out, "[]\n");
}

void yaml_report(struct text *out, const struct field_table *table, const void *report,
                 const struct render_style *style)
{
    struct yaml yaml = {.out = out};
    struct field_sink sink = {yaml_open, yaml_close, yaml_value, &yaml};

    (void)style;
    field_walk(table, report, &sink);
}
