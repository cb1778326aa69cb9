// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_FIELD_LIST_H
#define CLI_FIELD_LIST_H
/* All fields of a table, those of its lists' rows included, flat and in order. */
#include <stdbool.h>

#include "base/field.h"

/* PATH: dotted from the top ("upstreams.bad_periods.start"); lent during the call. */
typedef void field_visit(const char *path, const struct field *field, void *context);
void field_list(const struct field_table *table, field_visit *visit, void *context);
/* Whether --fields takes it: neither inside the rows of another field nor too nested itself. */
bool field_is_column(const char *path, const struct field *field);
/* "text", "count", "duration", "list of texts" … and its unit ("ms", "0..1", "UTC") or "". */
const char *field_type_word(const struct field *field);
const char *field_unit_word(const struct field *field);

#endif
