// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_STOP_H
#define CLI_STOP_H
/*
 * Ctrl-C, SIGTERM and SIGHUP: the first one asks for the report of what was read, a second one ends
 * at once (but not a second SIGHUP: a terminal that goes away may send several).  Whatever signal
 * ends the program, no file that is not whole stays behind.
 */
#include <signal.h>

#include "render/output.h"

extern volatile sig_atomic_t stop_came;

/* OUTPUTS: N of them, whose temporary files a signal that ends the program removes; they stay
 * where they are until stop_release(). */
void stop_install(const struct output *outputs, size_t n);
void stop_release(void);
/* 0, or the signal that came. */
static inline int stop_signal(void)
{
    return stop_came;
}

#endif
