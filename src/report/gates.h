// SPDX-License-Identifier: BSD-2-Clause
#ifndef REPORT_GATES_H
#define REPORT_GATES_H
/* What the report tells of a gate (interface.md section 7).  The rows are made by gate/; the report only
 * shows them.  All texts live as long as the report. */
#include <stdint.h>

#include "base/value.h"

struct report;

enum gate_held { GATE_FAILED, GATE_HELD, GATE_UNKNOWN /* could not be judged */ };

struct gate_row {
    const char *gate;   /* what was asked for, in a few words */
    struct value value; /* of any kind: what was held against it */
    enum gate_held held;
    const char *why;    /* in words */
    uint32_t *findings; /* for which it failed: their places in the report's list */
    uint32_t n_findings;
};

/* The rows in the order in which they are to be shown; they are lent until the report is freed. */
void report_take_gates(struct report *report, const struct gate_row *rows, uint32_t n);

#endif
