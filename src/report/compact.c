// SPDX-License-Identifier: BSD-2-Clause
#include "report/compact.h"

#include <stdlib.h>

#include "base/memory.h"
#include "base/when.h"

/* Buckets more than needed, so that ranges do not grow one by one. */
enum { SLACK = 16, BUCKETS = COMPACT_OWN + 25 * COMPACT_OCTAVE };

/* The middle of a bucket. */
static uint32_t bucket_value(unsigned bucket)
{
    if (bucket < COMPACT_OWN)
        return bucket;
    unsigned top = (bucket - COMPACT_OWN) / COMPACT_OCTAVE + 7u;
    uint32_t step = 1u << (top - 6u);
    uint32_t least = (COMPACT_OCTAVE + (bucket - COMPACT_OWN) % COMPACT_OCTAVE) << (top - 6u);
    return least + (step - 1u) / 2u;
}

static uint32_t counter_get(const struct compact *compact, unsigned i)
{
    if (compact->width == 1)
        return ((const uint8_t *)compact->at)[i];
    if (compact->width == 2)
        return ((const uint16_t *)compact->at)[i];
    return ((const uint32_t *)compact->at)[i];
}

static void counter_set(struct compact *compact, unsigned i, uint32_t n)
{
    if (compact->width == 1)
        ((uint8_t *)compact->at)[i] = (uint8_t)n;
    else if (compact->width == 2)
        ((uint16_t *)compact->at)[i] = (uint16_t)n;
    else
        ((uint32_t *)compact->at)[i] = n;
}

/* Moves the counters into a new block: FIRST and ROOM of its range, WIDTH of a counter. */
static void counters_move(struct compact *compact, unsigned first, unsigned room, unsigned width)
{
    struct compact old = *compact;
    unsigned shift = old.first - first;
    compact->at = memory_get(room, width);
    compact->first = (uint16_t)first;
    compact->room = (uint16_t)room;
    compact->width = (uint8_t)width;
    if (old.width == width)
        memory_copy((uint8_t *)compact->at + (size_t)shift * width, old.at,
                    (size_t)old.room * width);
    else
        for (unsigned i = 0; old.width != 0 && i < old.room; i++)
            counter_set(compact, i + shift, counter_get(&old, i));
    memory_free(old.at);
}

/* Makes the range hold BUCKET, and more on that side: an eighth of what it was. */
static void counters_reach(struct compact *compact, unsigned bucket)
{
    unsigned low = compact->first, high = low + compact->room, more = SLACK + compact->room / 8u;
    if (bucket < low)
        low = bucket < more ? 0 : bucket - more;
    else if (bucket >= high)
        high = bucket + more < BUCKETS ? bucket + 1 + more : BUCKETS;
    else
        return;
    counters_move(compact, low, high - low, compact->width);
}

static void counter_add(struct compact *compact, unsigned bucket, uint32_t n)
{
    counters_reach(compact, bucket);
    unsigned i = bucket - compact->first;
    uint64_t sum = (uint64_t)counter_get(compact, i) + n;
    if (sum > UINT32_MAX)
        sum = UINT32_MAX;
    unsigned width = sum > UINT16_MAX ? 4 : sum > UINT8_MAX ? 2 : 1;
    if (width > compact->width)
        counters_move(compact, compact->first, compact->room, width);
    counter_set(compact, i, (uint32_t)sum);
}

/* The values that are kept as they are; ROOM for two of them is lent by the caller. */
static const uint32_t *values_of(const struct compact *compact, uint32_t two[2])
{
    if (compact->at != NULL)
        return compact->at;
    two[0] = compact->least_us;
    two[1] = compact->most_us;
    return two;
}

static void to_counters(struct compact *compact)
{
    uint32_t two[2];
    const uint32_t *values = values_of(compact, two);
    uint32_t *list = compact->at;
    unsigned low = compact_bucket(compact->least_us), high = compact_bucket(compact->most_us);
    low = low < SLACK ? 0 : low - SLACK;
    compact->at = NULL;
    high = high + 1 + SLACK < BUCKETS ? high + 1 + SLACK : BUCKETS;
    counters_move(compact, low, high - low, 1);
    for (uint64_t i = 0; i < compact->count; i++)
        counter_add(compact, compact_bucket(values[i]), 1);
    memory_free(list);
}

static void value_add(struct compact *compact, uint32_t us)
{
    unsigned max = compact->exact_max != 0 ? compact->exact_max : COMPACT_FEW;
    if (compact->count >= max) {
        to_counters(compact);
        counter_add(compact, compact_bucket(us), 1);
        return;
    }
    if (compact->room == 0 || compact->count == compact->room) {
        unsigned room = compact->room == 0 ? 8 : compact->room * 2u;
        bool begin = compact->at == NULL;
        compact->at = memory_grow(compact->at, room, sizeof(uint32_t));
        compact->room = (uint16_t)room;
        if (begin) {
            ((uint32_t *)compact->at)[0] = compact->least_us;
            ((uint32_t *)compact->at)[1] = compact->most_us;
        }
    }
    ((uint32_t *)compact->at)[compact->count] = us;
}

size_t compact_add_slow(struct compact *compact, uint32_t us, unsigned bucket)
{
    size_t before = compact_bytes(compact);
    if (compact->width != 0)
        counter_add(compact, bucket, 1);
    else if (compact->count >= 2)
        value_add(compact, us);
    return compact_bytes(compact) - before;
}

void compact_merge(struct compact *into, const struct compact *from)
{
    if (from->count == 0)
        return;
    if (from->width == 0) {
        uint32_t two[2];
        const uint32_t *values = values_of(from, two);
        for (uint64_t i = 0; i < from->count; i++)
            compact_add(into, values[i]);
        return;
    }
    if (into->count == 0) {
        into->least_us = from->least_us;
        into->most_us = from->most_us;
    }
    if (into->width == 0)
        to_counters(into);
    for (unsigned i = 0; i < from->room; i++)
        if (counter_get(from, i) != 0)
            counter_add(into, from->first + i, counter_get(from, i));
    if (from->least_us < into->least_us)
        into->least_us = from->least_us;
    if (from->most_us > into->most_us)
        into->most_us = from->most_us;
    into->count += from->count;
}

static int compare_us(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t at_rank(struct compact *compact, uint64_t rank)
{
    if (rank <= 1)
        return compact->least_us;
    if (rank >= compact->count)
        return compact->most_us;
    if (compact->width == 0) {
        qsort(compact->at, (size_t)compact->count, sizeof(uint32_t), compare_us);
        return ((const uint32_t *)compact->at)[rank - 1];
    }
    uint64_t seen = 0;
    unsigned i = 0;
    for (; i < compact->room; i++) {
        seen += counter_get(compact, i);
        if (seen >= rank)
            break;
    }
    uint32_t us = i < compact->room ? bucket_value(compact->first + i) : compact->most_us;
    if (us < compact->least_us)
        return compact->least_us;
    return us > compact->most_us ? compact->most_us : us;
}

int64_t compact_percentile(struct compact *compact, double per_cent)
{
    if (compact->count == 0)
        return WHEN_NONE;
    double exact = per_cent / 100.0 * (double)compact->count;
    uint64_t rank = (uint64_t)exact;
    if ((double)rank < exact - 1e-9)
        rank++;
    return (int64_t)at_rank(compact, rank) * WHEN_US;
}

size_t compact_bytes(const struct compact *compact)
{
    return (size_t)compact->room * (compact->width == 0 ? sizeof(uint32_t) : compact->width);
}

void compact_done(struct compact *compact)
{
    memory_free(compact->at);
    *compact = (struct compact){.exact_max = compact->exact_max};
}
