// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_SKETCH_H
#define BASE_SKETCH_H
/*
 * Percentiles of durations: the real values while there are few (SKETCH_EXACT), then counters of
 * logarithmic buckets with at most 1 % relative error.  A percentile is the nearest rank, so of
 * real values it is a real value.  Minimum and maximum are always exact.
 */
#include <stddef.h>
#include <stdint.h>

#define SKETCH_EXACT 512 /* values kept as they are; 4 KiB */

struct sketch {
    uint64_t count;
    int64_t least_ns, most_ns;
    int64_t *values;    /* while exact; grows by doubling from 4 */
    uint32_t *buckets;  /* later; only the range that was met */
    uint32_t room;      /* of values or buckets */
    uint32_t first;     /* number of buckets[0] */
};

void sketch_add(struct sketch *sketch, int64_t duration_ns); /* negative ones are not added */
/* PER_CENT 0 < p <= 100; WHEN_NONE where nothing was added. */
int64_t sketch_percentile(struct sketch *sketch, double per_cent);
void sketch_merge(struct sketch *into, const struct sketch *from);
size_t sketch_bytes(const struct sketch *sketch);
void sketch_done(struct sketch *sketch);

#endif
