// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_COLUMNS_H
#define CLI_COLUMNS_H
/* --fields and --sort: words become fields of the view's table. */
#include "cli/options.h"

/* Whether --fields acts on an output. */
bool columns_has(const struct output_format *format);
/* Sets the columns of every output and the sort field, from what was typed. */
int columns_choose(struct options *options, struct error *error);

#endif
