// SPDX-License-Identifier: BSD-2-Clause
#include "render/access.h"

#include <string.h>

#include "base/when.h"

struct value access_value(struct row_ref ref, const char *path, struct text *scratch)
{
    const struct field *field = field_find(ref.table, path, strlen(path));

    text_clear(scratch);
    return field == NULL ? value_null() : field_cell(ref.table, field, ref.row, scratch);
}

/* The value without its text, which nobody but the caller's kind check looks at. */
static struct value access_plain(struct row_ref ref, const char *path)
{
    struct text scratch = {0};
    struct value value = access_value(ref, path, &scratch);

    text_done(&scratch);
    return value.kind == VALUE_TEXT ? value_null() : value;
}

int64_t access_count(struct row_ref ref, const char *path)
{
    struct value value = access_plain(ref, path);
    return value.kind == VALUE_COUNT ? value.count : 0;
}

int64_t access_ns(struct row_ref ref, const char *path)
{
    struct value value = access_plain(ref, path);
    return value.kind == VALUE_MS || value.kind == VALUE_TIME ? value.ns : WHEN_NONE;
}

double access_share(struct row_ref ref, const char *path)
{
    struct value value = access_plain(ref, path);
    return value.kind == VALUE_SHARE || value.kind == VALUE_NUMBER ? value.share : -1;
}

bool access_is(struct row_ref ref, const char *path, const char *word)
{
    struct text scratch = {0};
    struct value value = access_value(ref, path, &scratch);
    bool is = value.kind == VALUE_TEXT && value.text.len == strlen(word) &&
              strncmp(value.text.at, word, value.text.len) == 0;

    text_done(&scratch);
    return is;
}

void access_add(struct row_ref ref, const char *path, bool utf8, struct text *out)
{
    struct text scratch = {0};
    struct value value = access_value(ref, path, &scratch);

    if (value.kind == VALUE_TEXT)
        text_add_terminal(out, value.text.at, value.text.len, utf8);
    else
        field_print(&value, out);
    text_done(&scratch);
}

struct list_ref access_list(struct row_ref ref, const char *path)
{
    const struct field *field = field_find(ref.table, path, strlen(path));
    struct list_ref list = {.row = ref.row};

    if (field != NULL && field->count != NULL) {
        list.field = field;
        list.n = field->count(ref.row);
    }
    return list;
}

struct row_ref access_item(const struct list_ref *list, size_t i)
{
    return (struct row_ref){list->field->rows, list->field->item(list->row, i)};
}

struct value access_item_value(const struct list_ref *list, size_t i, struct text *scratch)
{
    text_clear(scratch);
    return list->field->item_value == NULL ? value_null()
                                           : list->field->item_value(list->row, i, scratch);
}
