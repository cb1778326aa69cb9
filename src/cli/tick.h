// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_TICK_H
#define CLI_TICK_H
/*
 * Rows of a live input.  While the program waits for more input, rows that are ready must not wait
 * with it: a timer writes them out five times a second.  Its signal handler touches the text only
 * between tick_wait() and tick_go(), when nobody else does, and calls nothing but write(2).
 */
#include <stdbool.h>

#include "render/output.h"

void tick_start(struct output *output);
void tick_stop(void);
/* Whether the timer runs: only then are the two below of use. */
bool tick_runs(void);
/* The program is about to read, and may have to wait. */
void tick_wait(void);
/* It goes on.  False: a write failed; errno tells how. */
bool tick_go(void);

#endif
