// SPDX-License-Identifier: BSD-2-Clause
#include "base/when.h"
#include "report/parts.h"

#define US WHEN_US
#define MS WHEN_MS

const int64_t latency_steps[LATENCY_STEPS] = {
    100 * US, 200 * US, 500 * US, 1 * MS,    2 * MS,    5 * MS,    10 * MS,    20 * MS,   50 * MS,
    100 * MS, 200 * MS, 500 * MS, 1000 * MS, 2000 * MS, 5000 * MS, 10000 * MS, WHEN_NONE,
};

void latency_add(struct latency *latency, const struct session *session)
{
    int64_t waited = session->waited_ns;
    if (waited == WHEN_NONE || waited < 0)
        return;
    sketch_add(&latency->waited, waited);
    latency->lower_bounds += !session->waited_exact;
    unsigned i = 0;
    while (i < LATENCY_STEPS - 1 && waited > latency_steps[i])
        i++;
    latency->histogram[i]++;
}

void latency_finish(struct latency *latency)
{
    struct sketch *sketch = &latency->waited;
    bool any = sketch->count != 0;
    latency->all = (struct spread){
        .count = sketch->count,
        .least = any ? sketch->least_ns : WHEN_NONE,
        .p50 = sketch_percentile(sketch, 50),
        .p90 = sketch_percentile(sketch, 90),
        .p95 = sketch_percentile(sketch, 95),
        .p99 = sketch_percentile(sketch, 99),
        .most = any ? sketch->most_ns : WHEN_NONE,
    };
}

void latency_done(struct latency *latency)
{
    sketch_done(&latency->waited);
}
