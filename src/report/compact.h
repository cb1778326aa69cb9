// SPDX-License-Identifier: BSD-2-Clause
#ifndef REPORT_COMPACT_H
#define REPORT_COMPACT_H
/*
 * Percentiles of durations for tables with many keys: 32 octets for the first two values, then a
 * short list of real values, then counters of 64 buckets an octave (at most 0.8 % off) over the
 * range that was met.  Values are kept in microseconds, which is what outputs print; a value over
 * 71 minutes counts as 71 minutes.  The least and the greatest are always real values.
 */
#include <stdbool.h>
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

#define COMPACT_OWN 128   /* values below have a bucket of their own */
#define COMPACT_OCTAVE 64 /* buckets of every later power of two */

/* Microseconds, rounded; 0 for negative durations. */
static inline uint32_t compact_us(int64_t duration_ns)
{
    uint64_t ns = duration_ns > 0 ? (uint64_t)duration_ns : 0, us = (ns + 500) / 1000;
    return us > UINT32_MAX ? UINT32_MAX : (uint32_t)us;
}

static inline unsigned compact_bucket(uint32_t us)
{
    if (us < COMPACT_OWN)
        return us;
    unsigned top = 31u - (unsigned)__builtin_clz(us);
    return COMPACT_OWN + (top - 7u) * COMPACT_OCTAVE + ((us >> (top - 6u)) & (COMPACT_OCTAVE - 1u));
}

/* Adds one to the counter at I where it has room for it. */
static inline bool compact_step(struct compact *compact, unsigned i)
{
    if (compact->width == 1) {
        uint8_t *counter = (uint8_t *)compact->at + i;
        return *counter != UINT8_MAX && ++*counter;
    }
    if (compact->width == 2) {
        uint16_t *counter = (uint16_t *)compact->at + i;
        return *counter != UINT16_MAX && ++*counter;
    }
    uint32_t *counter = (uint32_t *)compact->at + i;
    return *counter != UINT32_MAX && ++*counter;
}

/* Asks for the memory that adding to BUCKET will touch: as a number, since there may be none yet. */
static inline void compact_expect(const struct compact *compact, unsigned bucket)
{
    uintptr_t at = (uintptr_t)compact->at;
    at += compact->width != 0 ? (uintptr_t)(bucket - compact->first) * compact->width
                              : compact->count * sizeof(uint32_t);
    __builtin_prefetch((const void *)at);
}
size_t compact_add_slow(struct compact *compact, uint32_t us, unsigned bucket);
/* Adds a value with its bucket, which is worked out once for all tables that count it.  Returns by
 * how many octets of memory it grew. */
static inline size_t compact_add_to(struct compact *compact, uint32_t us, unsigned bucket)
{
    unsigned i = bucket - compact->first;
    size_t grown = 0;
    if (compact->width == 0 || i >= compact->room || !compact_step(compact, i))
        grown = compact_add_slow(compact, us, bucket);
    if (us < compact->least_us || compact->count == 0)
        compact->least_us = us;
    if (us > compact->most_us)
        compact->most_us = us;
    compact->count++;
    return grown;
}
static inline size_t compact_add(struct compact *compact, uint32_t us)
{
    return compact_add_to(compact, us, compact_bucket(us));
}
void compact_merge(struct compact *into, const struct compact *from);
/* Nearest rank, 0 < PER_CENT <= 100, in ns; WHEN_NONE where nothing was added. May sort inside. */
int64_t compact_percentile(struct compact *compact, double per_cent);
size_t compact_bytes(const struct compact *compact); /* memory behind `at` */
void compact_done(struct compact *compact);

#endif
