// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_CLASH_H
#define CLI_CLASH_H
/* Outputs that would destroy an input or one another, however their names are spelled. */
#include "cli/options.h"

/* -1 and ERROR_USAGE where two of the files are one.  Looks only: opens and makes nothing. */
int clash_check(const struct options *options, struct error *error);

#endif
