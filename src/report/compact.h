// SPDX-License-Identifier: BSD-2-Clause
#ifndef REPORT_COMPACT_H
#define REPORT_COMPACT_H
/*
 * Percentiles of durations for tables with many keys: 32 octets for the first two values, then a
 * short list of real values, then counters of 64 buckets an octave (at most 0.8 % off) over the
 * range that was met.  Values are kept in microseconds, which is what outputs print; a value over
 * 71 minutes counts as 71 minutes.  The least and the greatest are always real values.
 */
#include <stddef.h>
#include <stdint.h>

#define COMPACT_FEW 32   /* values kept as they are, for keys that come by the thousand */
#define COMPACT_MANY 512 /* the same, for tables with few rows */

struct compact { /* all zero: empty, with COMPACT_FEW */
    void *at;    /* uint32_t values, or counters of WIDTH octets; owned */
    uint64_t count;
    uint32_t least_us, most_us; /* of two values: the values */
    uint16_t room;              /* of values or counters */
    uint16_t first;             /* bucket of the first counter */
    uint16_t exact_max;         /* values kept before counters take over; 0 means COMPACT_FEW */
    uint8_t width;              /* 0: values; 1, 2, 4: octets of a counter */
};

uint32_t compact_us(int64_t duration_ns); /* 0 for negative ones */
/* Returns by how many octets of memory it grew. */
size_t compact_add(struct compact *compact, uint32_t us);
void compact_merge(struct compact *into, const struct compact *from);
/* Nearest rank, 0 < PER_CENT <= 100, in ns; WHEN_NONE where nothing was added. May sort inside. */
int64_t compact_percentile(struct compact *compact, double per_cent);
size_t compact_bytes(const struct compact *compact); /* memory behind `at` */
void compact_done(struct compact *compact);

#endif
