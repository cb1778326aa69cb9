// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_ROWS_H
#define CLI_ROWS_H
/*
 * The rows of a row view on their way to the outputs: straight through, or, with --sort, held as
 * rendered text with their sort key until the end (with --limit N only the N first of them).
 */
#include "cli/options.h"
#include "render/output.h"

struct rows;

/* STYLES: one for each output.  CEILING_BYTES: for rows that are held. */
struct rows *rows_new(const struct options *options, struct output *outputs,
                      const struct render_style *styles, size_t ceiling_bytes);
void rows_free(struct rows *rows);
/* What stands in front of the first row. */
void rows_begin(struct rows *rows);
/* ERROR_OUTPUT, or ERROR_LIMIT where the rows that must be held do not fit. */
int rows_add(struct rows *rows, const void *row, struct error *error);
/* Prints what was held, and what stands behind the last row. */
int rows_end(struct rows *rows, struct error *error);

#endif
