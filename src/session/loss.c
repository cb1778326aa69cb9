// SPDX-License-Identifier: BSD-2-Clause
#include "session/loss.h"

#include "base/memory.h"

/* The newest window that starts no later than WHEN, as an index; n where there is none. */
static size_t window_before(const struct loss *loss, int64_t when)
{
    size_t low = 0, high = loss->n; /* windows below low start by then, those from high on later */
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (loss->window[middle].start <= when)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? low - 1 : loss->n;
}

static void join_next(struct loss *loss, size_t i)
{
    if (i + 1 >= loss->n || loss->window[i + 1].start - loss->window[i].end > LOSS_JOIN_NS)
        return;
    if (loss->window[i].end < loss->window[i + 1].end)
        loss->window[i].end = loss->window[i + 1].end;
    loss->count[i] += loss->count[i + 1];
    for (size_t k = i + 1; k + 1 < loss->n; k++) {
        loss->window[k] = loss->window[k + 1];
        loss->count[k] = loss->count[k + 1];
    }
    loss->n--;
}

static void insert(struct loss *loss, size_t at, int64_t when)
{
    if (loss->n == loss->room) {
        loss->room = loss->room ? 2 * loss->room : 8;
        loss->window = memory_grow(loss->window, loss->room, sizeof *loss->window);
        loss->count = memory_grow(loss->count, loss->room, sizeof *loss->count);
    }
    for (size_t k = loss->n; k > at; k--) {
        loss->window[k] = loss->window[k - 1];
        loss->count[k] = loss->count[k - 1];
    }
    loss->window[at] = (struct loss_window){when, when};
    loss->count[at] = 1;
    loss->n++;
}

void loss_prove(struct loss *loss, int64_t when)
{
    if (loss->proven == 0 || when < loss->first)
        loss->first = when;
    if (loss->proven == 0 || when > loss->last)
        loss->last = when;
    loss->proven++;
    size_t i = window_before(loss, when);
    if (i < loss->n &&
        (when - loss->window[i].end <= LOSS_JOIN_NS || loss->n == LOSS_WINDOWS_MAX)) {
        if (loss->window[i].end < when)
            loss->window[i].end = when;
        loss->count[i]++;
        join_next(loss, i);
        return;
    }
    size_t next = i < loss->n ? i + 1 : 0;
    if (next < loss->n && loss->window[next].start - when <= LOSS_JOIN_NS) {
        loss->window[next].start = when;
        loss->count[next]++;
        return;
    }
    if (loss->n < LOSS_WINDOWS_MAX)
        insert(loss, next, when);
    else {
        loss->window[0].start = when;
        loss->count[0]++;
    }
}

/* How far beyond its first and last proof a window may reach.  Of one or two proofs nothing more
 * can be said than that they belong to one spell.  Where there are more they come at some rate, and
 * with 95 % the next one would have come within three of their mean distances. */
static int64_t reach(const struct loss *loss, size_t i)
{
    int64_t span = loss->window[i].end - loss->window[i].start, most = LOSS_JOIN_NS;
    if (loss->count[i] < 3)
        return most;
    int64_t far = 3 * (span / (int64_t)(loss->count[i] - 1));
    return far < LOSS_FLUSH_NS ? LOSS_FLUSH_NS : far > most ? most : far;
}

bool loss_touches(const struct loss *loss, int64_t from, int64_t to)
{
    size_t i = window_before(loss, to + LOSS_JOIN_NS); /* none that starts later reaches so far */
    for (; i < loss->n && loss->window[i].end + LOSS_JOIN_NS >= from; i--) {
        int64_t far = reach(loss, i);
        if (from <= loss->window[i].end + far && to >= loss->window[i].start - far)
            return true;
        if (i == 0)
            break;
    }
    return false;
}

void loss_silence(struct loss *loss, int64_t start, int64_t end)
{
    size_t i = window_before(loss, end + LOSS_FLUSH_NS);
    while (i < loss->n && loss->window[i].end >= start - LOSS_FLUSH_NS) {
        struct loss_window *window = &loss->window[i];
        if (window->start > start)
            window->start = start;
        if (window->end < end)
            window->end = end;
        join_next(loss, i);
        if (i-- == 0)
            break;
    }
}

void loss_done(struct loss *loss)
{
    memory_free(loss->window);
    memory_free(loss->count);
}
