// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_PIPELINE_H
#define CLI_PIPELINE_H
/* The one loop: inputs, sessions, rows or the report, outputs. */
#include "cli/options.h"

enum { /* exit statuses */
       EXIT_DONE = 0,
       EXIT_GATE = 1,
       EXIT_USAGE = 2,
       EXIT_PARTIAL = 3,
       EXIT_FAILED = 4,
       EXIT_SIGNAL = 128, /* plus the signal's number */
};

/* Runs; the exit status, or -1 with ERROR. */
int pipeline_run(const struct options *options, struct error *error);
/* A line on standard error: "dnstap-analyse: FILE: WHAT"; FILE may be NULL. */
void pipeline_say(const char *file, const char *what);

#endif
