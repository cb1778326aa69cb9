// SPDX-License-Identifier: BSD-2-Clause
#include "report/parts.h"

#include "base/when.h"

struct spread spread_of(struct compact *compact)
{
    return (struct spread){
        .count = compact->count,
        .least = compact->count == 0 ? WHEN_NONE : (int64_t)compact->least_us * WHEN_US,
        .p50 = compact_percentile(compact, 50),
        .p90 = compact_percentile(compact, 90),
        .p95 = compact_percentile(compact, 95),
        .p99 = compact_percentile(compact, 99),
        .most = compact->count == 0 ? WHEN_NONE : (int64_t)compact->most_us * WHEN_US,
    };
}

struct figures figures_of(struct tally *tally)
{
    return (struct figures){tally->sessions, tally->succeeded, tally->failed,
                            spread_of(&tally->waited)};
}

int figures_compare(const struct figures *a, const struct figures *b)
{
    if (a->failed != b->failed)
        return a->failed > b->failed ? -1 : 1;
    if (a->sessions != b->sessions)
        return a->sessions > b->sessions ? -1 : 1;
    return 0;
}

double share_of(uint64_t part, uint64_t base)
{
    return base == 0 ? -1 : (double)part / (double)base;
}

bool rate_surely_over(uint64_t part, uint64_t base, double rate)
{
    if (base == 0)
        return false;
    /* The Wilson interval is where the score test does not reject: its lower bound is over RATE
     * exactly when (p - RATE) / sqrt(RATE (1 - RATE) / n) is over z, here without the root. */
    double n = (double)base, over = (double)part / n - rate, z = 1.959964;
    return over > 0 && over * over * n > z * z * rate * (1 - rate);
}

const char *arena_text(struct arena *arena, const char *at, size_t len)
{
    char *copy = arena_get(arena, len + 1, 1);
    memory_copy(copy, at, len);
    return copy;
}
