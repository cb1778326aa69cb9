// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_HELP_H
#define CLI_HELP_H
/* --help and --version; what is printed for documents is made from the same tables. */
#include "base/error.h"
#include "base/text.h"

/* WORD: "" for the help, else man, completion, schema-report, schema-sessions, schema-attempts. */
int help_print(const char *word, struct text *out, struct error *error);
/* What somebody gets who types no FILE. */
void help_short(struct text *out);
void help_version(struct text *out);

/* The documents, each in a file of its own. */
void manual_print(struct text *out);
void completion_print(struct text *out);
struct field_table;
/* The JSON Schema of TABLE: of the one document that the report is, or of a list of rows. */
void schema_print(const struct field_table *table, bool rows, struct text *out);

#endif
