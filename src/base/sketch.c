// SPDX-License-Identifier: BSD-2-Clause
#include "base/sketch.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/when.h"

/*
 * Buckets: every power of two is cut into 2^SUB_BITS of equal width, so a bucket is at most 1/64 of
 * its values wide and its middle at most 0.8 % away from each of them.  Below 64 ns a bucket is
 * one value.  2^63 ns end in bucket 3711.
 */
enum {
    SUB_BITS = 6,
    SUB = 1 << SUB_BITS,
    FIRST_VALUES = 4,
    SPARE_BUCKETS = 16, /* on the side where the range grows */
};

static uint32_t bucket_of(int64_t value)
{
    uint64_t v = (uint64_t)value;
    unsigned shift;

    if (v < SUB)
        return (uint32_t)v;
    shift = 63u - (unsigned)__builtin_clzll(v) - SUB_BITS;
    return (shift + 1) * SUB + (uint32_t)((v >> shift) - SUB);
}

static int64_t bucket_middle(uint32_t bucket)
{
    unsigned shift;
    uint64_t first;

    if (bucket < SUB)
        return bucket;
    shift = bucket / SUB - 1;
    first = (uint64_t)(SUB + bucket % SUB) << shift;
    return (int64_t)(first + ((UINT64_C(1) << shift) - 1) / 2);
}

/* Makes the range of buckets hold BUCKET. */
static void reach_bucket(struct sketch *sketch, uint32_t bucket)
{
    uint32_t first = sketch->first, end = sketch->first + sketch->room;
    uint32_t *buckets;

    if (sketch->room && bucket >= first && bucket < end)
        return;
    if (!sketch->room)
        first = end = bucket;
    if (bucket < first || !sketch->room)
        first = bucket > SPARE_BUCKETS ? bucket - SPARE_BUCKETS : 0;
    if (bucket >= end)
        end = bucket + 1 + SPARE_BUCKETS;
    buckets = memory_get(end - first, sizeof *buckets);
    if (sketch->room)
        memory_copy(buckets + (sketch->first - first), sketch->buckets,
                    sketch->room * sizeof *buckets);
    memory_free(sketch->buckets);
    sketch->buckets = buckets;
    sketch->first = first;
    sketch->room = end - first;
}

static void add_to_bucket(struct sketch *sketch, uint32_t bucket, uint32_t n)
{
    uint32_t *counter;

    reach_bucket(sketch, bucket);
    counter = &sketch->buckets[bucket - sketch->first];
    if (__builtin_add_overflow(*counter, n, counter))
        *counter = UINT32_MAX;
}

/* From values to buckets. */
static void fold_values(struct sketch *sketch)
{
    int64_t *values = sketch->values;

    sketch->values = NULL;
    sketch->room = 0;
    sketch->first = 0;
    for (uint64_t i = 0; i < sketch->count; i++)
        add_to_bucket(sketch, bucket_of(values[i]), 1);
    memory_free(values);
}

static void widen(struct sketch *sketch, int64_t least_ns, int64_t most_ns)
{
    if (!sketch->count || least_ns < sketch->least_ns)
        sketch->least_ns = least_ns;
    if (!sketch->count || most_ns > sketch->most_ns)
        sketch->most_ns = most_ns;
}

void sketch_add(struct sketch *sketch, int64_t duration_ns)
{
    if (duration_ns < 0)
        return;
    widen(sketch, duration_ns, duration_ns);
    if (!sketch->buckets && sketch->count == SKETCH_EXACT)
        fold_values(sketch);
    if (sketch->buckets) {
        add_to_bucket(sketch, bucket_of(duration_ns), 1);
    } else {
        if (sketch->count == sketch->room) {
            sketch->room = sketch->room ? sketch->room * 2 : FIRST_VALUES;
            sketch->values = memory_grow(sketch->values, sketch->room, sizeof *sketch->values);
        }
        sketch->values[sketch->count] = duration_ns;
    }
    sketch->count++;
}

static int by_size(const void *a, const void *b)
{
    int64_t x, y;

    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static void sort_values(struct sketch *sketch)
{
    for (uint64_t i = 1; i < sketch->count; i++) {
        if (sketch->values[i - 1] > sketch->values[i]) {
            qsort(sketch->values, (size_t)sketch->count, sizeof *sketch->values, by_size);
            return;
        }
    }
}

/* The value of the RANKth smallest, 1 <= RANK <= count. */
static int64_t bucket_rank(const struct sketch *sketch, uint64_t rank)
{
    uint64_t seen = 0;

    for (uint32_t i = 0; i < sketch->room; i++) {
        seen += sketch->buckets[i];
        if (seen >= rank) {
            int64_t middle = bucket_middle(sketch->first + i);

            if (middle < sketch->least_ns)
                return sketch->least_ns;
            return middle < sketch->most_ns ? middle : sketch->most_ns;
        }
    }
    return sketch->most_ns;
}

int64_t sketch_percentile(struct sketch *sketch, double per_cent)
{
    double exact = per_cent * (double)sketch->count / 100;
    uint64_t rank;

    if (!sketch->count)
        return WHEN_NONE;
    /* rounded up, but for what the multiplication adds behind the twelfth digit */
    rank = exact > 0 && exact < (double)sketch->count ? (uint64_t)exact
           : exact > 0                                ? sketch->count
                                                      : 0;
    if (rank < sketch->count && (double)rank < exact - exact * 1e-12)
        rank++;
    if (rank <= 1)
        return sketch->least_ns;
    if (rank == sketch->count)
        return sketch->most_ns;
    if (sketch->buckets)
        return bucket_rank(sketch, rank);
    sort_values(sketch);
    return sketch->values[rank - 1];
}

void sketch_merge(struct sketch *into, const struct sketch *from)
{
    assert(into != from);
    if (!from->buckets) {
        for (uint64_t i = 0; i < from->count; i++)
            sketch_add(into, from->values[i]);
        return;
    }
    if (!into->buckets)
        fold_values(into);
    widen(into, from->least_ns, from->most_ns);
    for (uint32_t i = 0; i < from->room; i++) {
        if (from->buckets[i])
            add_to_bucket(into, from->first + i, from->buckets[i]);
    }
    into->count += from->count;
}

size_t sketch_bytes(const struct sketch *sketch)
{
    return sketch->room * (sketch->buckets ? sizeof *sketch->buckets : sizeof *sketch->values);
}

void sketch_done(struct sketch *sketch)
{
    memory_free(sketch->values);
    memory_free(sketch->buckets);
    *sketch = (struct sketch){.count = 0};
}
