// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_CONDITION_H
#define BASE_CONDITION_H
/*
 * One comparison of the language of filters, FIELD OP VALUE, with a value that its caller fetches:
 * "totals.error_rate > 1%".  Operators, units, quotes and words are those of base/filter.h, but for ~
 * and !~: a pattern that takes too long would leave it open.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/field.h"

struct condition;

/* Tells which field PATH is (a plain value, or a list of them), which begins at octet AT of the
 * expression; NULL with ERROR where it is none. */
typedef const struct field *condition_find(void *context, const char *path, size_t len, size_t at,
                                           struct error *error);

/* NULL and ERROR_USAGE where TEXT is none: "column 21: '5' is no share (like 0.01 or 1%)". */
struct condition *condition_new(const char *text, condition_find *find, void *context,
                                struct error *error);
void condition_free(struct condition *condition); /* takes NULL */
/* Whether it is true of VALUE, one of its field; of null nothing is. */
bool condition_holds(struct condition *condition, const struct value *value);
/* Whether it is "<" or "<=": of numbers the smallest is then the one to look at. */
bool condition_asks_less(const struct condition *condition);
/* "column N: WHAT 'TYPED' WHY", where TYPED begins at octet AT; for condition_find.  Always -1. */
int condition_error(struct error *error, size_t at, const char *what, const char *typed, size_t len,
                    const char *why);

#endif
