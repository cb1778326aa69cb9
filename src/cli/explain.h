// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_EXPLAIN_H
#define CLI_EXPLAIN_H
/* --explain and --list-fields: the tables' own words. */
#include "cli/options.h"

/* -1 and ERROR_USAGE, with the nearest word, where nothing has that name. */
int explain_key(const char *key, struct text *out, struct error *error);
/* The fields of the view that was named, or of all views. */
void explain_fields(const struct options *options, struct text *out);
/* Calls VISIT for every word that --explain knows but the fields. */
void explain_words(void (*visit)(const char *kind, const char *word, const char *meaning,
                                 const char *advice, void *context),
                   void *context);

#endif
