// SPDX-License-Identifier: BSD-2-Clause
#ifndef RENDER_ACCESS_H
#define RENDER_ACCESS_H
/* Reading single values and lists of a row by their dotted paths, for the page.  A path that the
 * table does not have reads as not known. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/field.h"

struct row_ref {
    const struct field_table *table;
    const void *row;
};
struct list_ref {
    const struct field *field; /* NULL: no such list */
    const void *row;
    size_t n;
};

/* The value; a text may lie in SCRATCH, which is cleared first. */
struct value access_value(struct row_ref ref, const char *path, struct text *scratch);
int64_t access_count(struct row_ref ref, const char *path); /* 0 where not known */
int64_t access_ns(struct row_ref ref, const char *path);    /* WHEN_NONE where not known */
double access_share(struct row_ref ref, const char *path);  /* -1 where not known */
/* Whether the text at PATH is WORD. */
bool access_is(struct row_ref ref, const char *path, const char *word);
/* Adds the value as a terminal may see it; nothing where not known. */
void access_add(struct row_ref ref, const char *path, bool utf8, struct text *out);

struct list_ref access_list(struct row_ref ref, const char *path);
/* An object of a list of rows: good until the next item of the same list is asked for. */
struct row_ref access_item(const struct list_ref *list, size_t i);
/* A plain value of a list of values. */
struct value access_item_value(const struct list_ref *list, size_t i, struct text *scratch);

#endif
