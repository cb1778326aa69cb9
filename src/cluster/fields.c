// SPDX-License-Identifier: BSD-2-Clause
#include "cluster/fields.h"

/* "p/default/web-1" behind what stands in TEXT. */
static void add_object(struct text *text, const struct cluster_object *object)
{
    static const char letters[CLUSTER_KINDS] = {'p', 's', 'n'};

    text_add_char(text, letters[object->kind]);
    text_add_char(text, '/');
    if (object->namespace != NULL) {
        text_add_string(text, object->namespace);
        text_add_char(text, '/');
    }
    text_add_string(text, object->name);
}

struct value cluster_value_object(const struct cluster_object *object, struct text *scratch)
{
    if (object == NULL)
        return value_null();
    add_object(scratch, object);
    return value_text(scratch->at, scratch->len);
}

struct value cluster_value_endpoint(const struct cluster_object *object, const struct endpoint *end,
                                    bool port, bool with_cluster, struct text *scratch)
{
    char text[ADDR_TEXT_MAX];
    size_t len = port ? endpoint_print(end, text) : endpoint_print_addr(end, text);

    if (len == 0)
        return cluster_value_object(object, scratch);
    if (object == NULL) {
        if (with_cluster)
            text_add_string(scratch, "r/");
        text_add(scratch, text, len);
        return value_text(scratch->at, scratch->len);
    }
    add_object(scratch, object);
    if (port && end->port != 0) {
        text_add_char(scratch, ':');
        text_add_count(scratch, end->port);
    }
    return value_text(scratch->at, scratch->len);
}

struct value cluster_value_kind(const struct cluster_object *object)
{
    return value_string(cluster_kind_words[object->kind]);
}

struct value cluster_value_owner(const struct cluster_object *object, struct text *scratch)
{
    if (object->owner_name == NULL)
        return value_null();
    text_add_string(scratch, object->owner_kind);
    text_add_char(scratch, '/');
    text_add_string(scratch, object->owner_name);
    return value_text(scratch->at, scratch->len);
}

/* As selectors are written: "app=web,tier=front". */
struct value cluster_value_labels(const struct cluster_object *object, struct text *scratch)
{
    for (size_t i = 0; i < object->labels.n; i++)
        text_format(scratch, "%s%s=%s", i == 0 ? "" : ",", object->labels.at[i].key,
                    object->labels.at[i].value);
    return scratch->len > 0 ? value_text(scratch->at, scratch->len) : value_null();
}

static struct value get_key(const void *row, struct text *scratch)
{
    const struct cluster_label *label = row;
    (void)scratch;
    return value_string(label->key);
}

static struct value get_value(const void *row, struct text *scratch)
{
    const struct cluster_label *label = row;
    (void)scratch;
    return value_string(label->value);
}

static const struct field label_entries[] = {
    {.path = "key",
     .shape = FIELD_VALUE,
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .help = "Key of the label.",
     .get = get_key},
    {.path = "value",
     .shape = FIELD_VALUE,
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .help = "Its value.",
     .get = get_value},
};
const struct field_table cluster_label_fields = {
    "labels",      "Labels of an object.",
    label_entries, sizeof label_entries / sizeof *label_entries,
    NULL,          NULL};
