// SPDX-License-Identifier: BSD-2-Clause
/*
 * How fast a server answers what it knows by itself.  Slow is slow against its own quiet times: the
 * 90th percentile of the fastest tenth of all blocks of twenty answers, so that it is known even
 * where most of the capture is an incident.
 */
#include "finding/server-inside.h"

/* Ten times the quiet 90th percentile is no longer spread, and below these nobody feels it: CoreDNS
 * takes some ten microseconds (dnstap's own clock), and a way through the node's network and a busy
 * scheduler some milliseconds more (packets). */
#define PACE_TIMES 10
#define PACE_TAPS_NS (2 * WHEN_MS)
#define PACE_PACKETS_NS (20 * WHEN_MS)
#define QUIET_SHARE 10.0 /* per cent of the blocks */

static void look(struct pace *pace)
{
    pace->looked = pace->blocks.count;
    pace->quiet = compact_percentile(&pace->blocks, QUIET_SHARE);
}

static void end_block(struct pace *pace)
{
    compact_add(&pace->blocks, compact_us(pace->top[2]));
    pace->n = 0;
    pace->top[0] = pace->top[1] = pace->top[2] = 0;
    /* seldom enough to cost nothing, often enough to follow */
    if (pace->blocks.count >= pace->looked + pace->looked / 8 + 1)
        look(pace);
}

void pace_add(struct pace *pace, int64_t waited_ns)
{
    if (waited_ns > pace->top[2]) {
        size_t i = 2;
        for (; i > 0 && waited_ns > pace->top[i - 1]; i--)
            pace->top[i] = pace->top[i - 1];
        pace->top[i] = waited_ns;
    }
    if (++pace->n == PACE_BLOCK)
        end_block(pace);
}

int64_t pace_limit(const struct pace *pace, bool from_taps)
{
    int64_t least = from_taps ? PACE_TAPS_NS : PACE_PACKETS_NS;
    int64_t slow = pace->quiet == WHEN_NONE ? 0 : PACE_TIMES * pace->quiet;
    return slow > least ? slow : least;
}
