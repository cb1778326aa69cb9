// SPDX-License-Identifier: BSD-2-Clause
/* How fast an upstream is: latencies, counted as in the buckets of its paths. */
#include "finding/upstream.h"

int64_t speed_edge(unsigned bin)
{
    return bin == 0 ? 0 : ((int64_t)(4 + (bin - 1) % 4) << ((bin - 1) / 4 + 8)) * 1000;
}

void speed_add(struct speed *speed, const struct path_bucket *bucket)
{
    for (unsigned i = 0; i < PATH_BINS; i++) {
        speed->bin[i] += bucket->bin[i];
        speed->n += bucket->bin[i];
    }
}

unsigned speed_bin(const struct speed *speed, unsigned per_cent)
{
    uint64_t rank = (speed->n * per_cent + 99) / 100, seen = 0;
    for (unsigned i = 0; i < PATH_BINS; i++) {
        seen += speed->bin[i];
        if (seen >= rank)
            return i;
    }
    return PATH_BINS - 1;
}

bool speed_is_slower(const struct speed *slow, const struct speed *usual)
{
    int64_t p90 = speed_edge(speed_bin(slow, 90));
    return slow->n >= SPEED_MIN && usual->n >= SPEED_MIN && p90 >= PATH_SLOW_NS &&
           p90 > SPEED_SLOWER * speed_edge(speed_bin(usual, 90) + 1);
}
