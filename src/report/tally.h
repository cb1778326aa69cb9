// SPDX-License-Identifier: BSD-2-Clause
#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H
/* What is counted for every kind of key, and what a finished count tells. */
#include "base/memory.h"
#include "report/compact.h"
#include "session/session.h"

/* Percentiles of one set of durations; WHEN_NONE where it is empty. */
struct spread {
    uint64_t count;
    int64_t least, p50, p90, p95, p99, most;
};
struct spread spread_of(struct compact *compact);

struct tally {
    uint64_t sessions, succeeded, failed;
    struct compact waited;
};
size_t tally_add(struct tally *tally, const struct session *session); /* octets it grew by */

/* A finished tally: the first member of every row that has one. */
struct figures {
    uint64_t sessions, succeeded, failed;
    struct spread waited;
};
struct figures figures_of(struct tally *tally);
int figures_compare(const struct figures *a,
                    const struct figures *b); /* most failed, then most, first */

#endif
