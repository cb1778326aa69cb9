// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H
/* How far reading is, on a line of a terminal that is written over and taken away at the end. */
#include <stdbool.h>
#include <stdint.h>

#include "input/inputs.h"

struct progress {
    bool on, shown;
    int64_t begun, told; /* by the monotonic clock, ns */
};

struct progress progress_start(bool on);
#define PROGRESS_MESSAGES 1023 /* a mask: the clock is looked at each 1024 messages */
/* Writes the line again where it is time. */
void progress_look(struct progress *progress, const struct inputs *inputs, uint64_t messages);
/* Call it for every message. */
static inline void progress_tell(struct progress *progress, const struct inputs *inputs,
                                 uint64_t messages)
{
    if ((messages & PROGRESS_MESSAGES) == 0)
        progress_look(progress, inputs, messages);
}
/* Takes the line away. */
void progress_end(struct progress *progress);

#endif
