// SPDX-License-Identifier: BSD-2-Clause
#ifndef RENDER_PLAN_H
#define RENDER_PLAN_H
/*
 * Printing many rows of one table: all that every row repeats (keys, brackets, indents) is put
 * together once, so that a row is a list of steps, each a literal and a value.  Prints octet for
 * octet what a walk through the table prints.
 */
#include "base/field.h"
#include "base/text.h"

struct plan_syntax {
    bool lines; /* YAML: a line each, indented; else JSON without any blank */
    void (*key)(struct text *out, const char *key, size_t len);
    /* A text, quotes included, whose octets need escapes. */
    void (*escaped)(struct text *out, const char *at, size_t len);
};

struct plan;
/* The plan of TABLE, made at its first use and kept (SYNTAX: one of a few constants); NULL where
 * there is none: the table has maps or empty groups.  Good until the next call. */
const struct plan *plan_of(const struct field_table *table, const struct plan_syntax *syntax);
/* One row as an object; with `lines` an item of a list, down to its last line end. */
void plan_print(const struct plan *plan, const void *row, struct text *out);

#endif
