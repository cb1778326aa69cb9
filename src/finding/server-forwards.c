// SPDX-License-Identifier: BSD-2-Clause
/*
 * How many forwards of a server were open when it refused a query.  `max_concurrent` refuses where
 * their number is at its limit, so that the number is the same each time, and never greater.  A
 * session is known when it settles, up to 17 s behind its start: forwards are kept for some time,
 * and queries that were refused wait until all that was open beside them is known.
 */
#include <stdlib.h>

#include "finding/server-inside.h"

#define FORWARDS_KEPT_NS (40 * WHEN_SECOND)
#define FORWARDS_SETTLED_NS (17 * WHEN_SECOND)
#define FORWARDS_DUE_NS (30 * WHEN_SECOND) /* so long a reject may wait: they are judged in bulk */
#define OPEN_MAX 4096 /* the limit is 1,000 as a rule; greater numbers count as this */

struct forward {
    int64_t from, to;
};
struct reject {
    int64_t when;
    bool edge;
};
struct forwards {
    struct forward *ring;
    size_t head, n, room;
    struct reject *pending;
    size_t n_pending, pending_room;
    int64_t newest;
    uint32_t *at_open, *edge_at_open; /* rejects by the number of forwards open; OPEN_MAX + 1 */
    int64_t *last_edge;               /* by that number, too */
    uint32_t most;                    /* forwards open at once while queries were refused */
};

void forwards_free(struct forwards *forwards)
{
    if (forwards == NULL)
        return;
    memory_free(forwards->ring);
    memory_free(forwards->pending);
    memory_free(forwards->at_open);
    memory_free(forwards->edge_at_open);
    memory_free(forwards->last_edge);
    memory_free(forwards);
}

static struct forwards *forwards_of(struct forwards **forwards)
{
    if (*forwards == NULL) {
        *forwards = memory_get(1, sizeof **forwards);
        (*forwards)->newest = WHEN_NONE;
    }
    return *forwards;
}

static void grow(struct forwards *forwards)
{
    size_t room = forwards->room == 0 ? 64 : 2 * forwards->room;
    struct forward *ring = memory_get(room, sizeof *ring);
    for (size_t i = 0; i < forwards->n; i++)
        ring[i] = forwards->ring[(forwards->head + i) & (forwards->room - 1)];
    memory_free(forwards->ring);
    forwards->ring = ring;
    forwards->room = room;
    forwards->head = 0;
}

static void drop_first(struct forwards *forwards)
{
    forwards->head = (forwards->head + 1) & (forwards->room - 1);
    forwards->n--;
}

static void drop_old(struct forwards *forwards)
{
    while (forwards->n != 0 &&
           forwards->ring[forwards->head].from < forwards->newest - FORWARDS_KEPT_NS)
        drop_first(forwards);
}

static int compare_times(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* How many of the N sorted times are no later than WHEN. */
static size_t until(const int64_t *times, size_t n, int64_t when)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (times[middle] <= when)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void count_reject(struct forwards *forwards, const struct reject *reject, size_t open)
{
    size_t at = open < OPEN_MAX ? open : OPEN_MAX;
    if (!reject->edge) {
        forwards->at_open[at]++;
        return;
    }
    forwards->edge_at_open[at]++;
    if (forwards->edge_at_open[at] == 1 || reject->when > forwards->last_edge[at])
        forwards->last_edge[at] = reject->when;
}

/* The most that were open at once, up to CUTOFF. */
static void note_most(struct forwards *forwards, const int64_t *from, const int64_t *to,
                      int64_t cutoff)
{
    size_t ended = 0;
    for (size_t began = 0; began < forwards->n && from[began] <= cutoff; began++) {
        while (ended < forwards->n && to[ended] <= from[began])
            ended++;
        size_t open = began + 1 - ended;
        if (open > forwards->most)
            forwards->most = (uint32_t)(open < OPEN_MAX ? open : OPEN_MAX);
    }
}

/* Holds what was refused until CUTOFF against what was open then. */
static void settle(struct forwards *forwards, int64_t cutoff)
{
    size_t n = forwards->n, kept = 0;
    int64_t *from = memory_get(2 * n + 1, sizeof *from), *to = from + n;
    if (forwards->at_open == NULL) {
        forwards->at_open = memory_get(OPEN_MAX + 1, sizeof *forwards->at_open);
        forwards->edge_at_open = memory_get(OPEN_MAX + 1, sizeof *forwards->edge_at_open);
        forwards->last_edge = memory_get(OPEN_MAX + 1, sizeof *forwards->last_edge);
    }
    for (size_t i = 0; i < n; i++) {
        const struct forward *forward =
            &forwards->ring[(forwards->head + i) & (forwards->room - 1)];
        from[i] = forward->from;
        to[i] = forward->to;
    }
    if (n != 0) {
        qsort(from, n, sizeof *from, compare_times);
        qsort(to, n, sizeof *to, compare_times);
    }
    note_most(forwards, from, to, cutoff);
    for (size_t i = 0; i < forwards->n_pending; i++) {
        struct reject reject = forwards->pending[i];
        if (reject.when > cutoff)
            forwards->pending[kept++] = reject;
        else
            count_reject(forwards, &reject,
                         until(from, n, reject.when) - until(to, n, reject.when));
    }
    forwards->n_pending = kept;
    memory_free(from);
    drop_old(forwards); /* so that it is not sorted again and again */
}

static void advance(struct forwards *forwards, int64_t when)
{
    if (when <= forwards->newest)
        return;
    forwards->newest = when;
    if (forwards->n_pending != 0 && forwards->pending[0].when < when - FORWARDS_DUE_NS)
        settle(forwards, when - FORWARDS_SETTLED_NS);
}

void forwards_open(struct forwards **of, int64_t from, int64_t to)
{
    struct forwards *forwards = forwards_of(of);
    advance(forwards, from);
    drop_old(forwards);
    if (forwards->n == LIMIT_FORWARDS)
        drop_first(forwards);
    else if (forwards->n == forwards->room)
        grow(forwards);
    forwards->ring[(forwards->head + forwards->n++) & (forwards->room - 1)] =
        (struct forward){from, to};
}

void forwards_rejected(struct forwards **of, int64_t when, bool edge)
{
    struct forwards *forwards = forwards_of(of);
    advance(forwards, when);
    if (forwards->n_pending == LIMIT_REJECTS)
        settle(forwards, forwards->newest - FORWARDS_SETTLED_NS);
    if (forwards->n_pending == LIMIT_REJECTS) /* all of them are new: what is known has to do */
        settle(forwards, forwards->newest);
    if (forwards->n_pending == forwards->pending_room) {
        forwards->pending_room = forwards->pending_room == 0 ? 16 : 2 * forwards->pending_room;
        forwards->pending =
            memory_grow(forwards->pending, forwards->pending_room, sizeof *forwards->pending);
    }
    forwards->pending[forwards->n_pending++] = (struct reject){when, edge};
}

/* The tap's and the packets' times are not quite those of CoreDNS's own count: of a great number,
 * one in fifty may have ended by then. */
static uint32_t about(uint32_t most)
{
    return most < 5 ? most : most - 1 - most / 50;
}

struct forwards_judged forwards_judge(struct forwards *forwards)
{
    struct forwards_judged judged = {.last_edge = WHEN_NONE};
    if (forwards == NULL || (forwards->n_pending == 0 && forwards->at_open == NULL))
        return judged;
    settle(forwards, WHEN_LAST);
    judged.most = forwards->most;
    for (uint32_t open = 0; open <= OPEN_MAX; open++) {
        judged.rejects += forwards->at_open[open];
        if (open < about(forwards->most))
            continue;
        judged.at_most += forwards->at_open[open];
        judged.edges += forwards->edge_at_open[open];
        if (forwards->edge_at_open[open] != 0 && forwards->last_edge[open] > judged.last_edge)
            judged.last_edge = forwards->last_edge[open];
    }
    return judged;
}
