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
/* Looks at the clock only now and then: call it for every message. */
void progress_tell(struct progress *progress, const struct inputs *inputs, uint64_t messages);
/* Takes the line away. */
void progress_end(struct progress *progress);

#endif
