// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_STOP_H
#define CLI_STOP_H
/* Ctrl-C and SIGTERM: the first one asks for the report of what was read, a second one ends at once. */
#include <signal.h>

extern volatile sig_atomic_t stop_came;

void stop_install(void);
/* 0, or the signal that came. */
static inline int stop_signal(void)
{
    return stop_came;
}

#endif
