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

/* What a session adds to a tally: worked out once, however many tallies count it. */
struct sample {
    bool succeeded, failed, slow;
    bool waited; /* the wait is known: */
    uint32_t us;
    unsigned bucket;
};
static inline struct sample sample_of(const struct session *session, bool slow)
{
    bool waited = session->waited_ns != WHEN_NONE;
    uint32_t us = waited ? compact_us(session->waited_ns) : 0;
    return (struct sample){session->status == STATUS_SUCCEEDED,
                           session->status == STATUS_FAILED,
                           slow,
                           waited,
                           us,
                           compact_bucket(us)};
}

/* Returns the octets of memory that it grew by. */
static inline size_t tally_add(struct tally *tally, const struct sample *sample)
{
    tally->sessions++;
    tally->succeeded += sample->succeeded;
    tally->failed += sample->failed;
    return sample->waited ? compact_add_to(&tally->waited, sample->us, sample->bucket) : 0;
}

/* A finished tally: the first member of every row that has one. */
struct figures {
    uint64_t sessions, succeeded, failed;
    struct spread waited;
};
struct figures figures_of(struct tally *tally);
int figures_compare(const struct figures *a,
                    const struct figures *b); /* most failed, then most, first */

#endif
