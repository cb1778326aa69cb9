// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sessions over time.  While the end is not known, fine buckets are kept; when they are too many,
 * they become those of the next fine width.  The widths are chosen so that the fine one always
 * divides the round width that the rows get in the end, whatever that is.
 */
#include "base/limits.h"
#include "base/when.h"
#include "report/parts.h"

#define MS WHEN_MS
#define S WHEN_SECOND
#define MIN (60 * S)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)

/* Each divides the next.  When LIMIT_FINE_BUCKETS (600) of one do not do, the rows will be at
 * least ten times as wide (60 rows), and the next one divides all widths from there on. */
static const int64_t fine_widths[] = {
    1 * MS,  10 * MS,  100 * MS,  1 * S,   5 * S,    1 * MIN,
    5 * MIN, 1 * HOUR, 12 * HOUR, 5 * DAY, 50 * DAY, 500 * DAY,
};

/* Never more than 2.5 times the one before, so that 24 to 60 rows come out. */
static const int64_t row_widths[] = {
    1 * MS,    2 * MS,    5 * MS,    10 * MS,    20 * MS,    50 * MS,    100 * MS, 200 * MS,
    500 * MS,  1 * S,     2 * S,     5 * S,      10 * S,     15 * S,     30 * S,   1 * MIN,
    2 * MIN,   5 * MIN,   10 * MIN,  15 * MIN,   30 * MIN,   1 * HOUR,   2 * HOUR, 3 * HOUR,
    6 * HOUR,  12 * HOUR, 1 * DAY,   2 * DAY,    5 * DAY,    10 * DAY,   20 * DAY, 50 * DAY,
    100 * DAY, 200 * DAY, 500 * DAY, 1000 * DAY, 2000 * DAY, 5000 * DAY,
};
#define ROW_WIDTHS (sizeof row_widths / sizeof row_widths[0])

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return q * b > a ? q - 1 : q;
}

static void bucket_merge(struct bucket *into, const struct bucket *from)
{
    into->sessions += from->sessions;
    into->failed += from->failed;
    into->slow += from->slow;
    into->upstream_failures += from->upstream_failures;
    compact_merge(&into->waited, &from->waited);
}

/* Takes the buckets FIRST..LAST (numbers) instead of those that are there, which lie within. */
static void spread_to(struct timeline *timeline, int64_t first, int64_t last)
{
    size_t n = (size_t)(last - first + 1), shift = (size_t)(timeline->first - first);
    if (timeline->n == 0)
        shift = 0;
    if (n > timeline->room || shift != 0) {
        size_t room = timeline->room == 0 ? 64 : timeline->room;
        while (room < n)
            room *= 2;
        struct bucket *fine = memory_get(room, sizeof *fine);
        memory_copy(fine + shift, timeline->fine, timeline->n * sizeof *fine);
        memory_free(timeline->fine);
        timeline->fine = fine;
        timeline->room = room;
        timeline->here = NULL;
    }
    timeline->first = first;
    timeline->n = n;
}

/* Goes on to the next fine width. */
static void coarsen(struct timeline *timeline)
{
    struct timeline next = {.level = timeline->level + 1};
    int64_t ratio = fine_widths[next.level] / fine_widths[timeline->level];
    for (size_t i = 0; i < timeline->n; i++) {
        struct bucket *from = &timeline->fine[i];
        int64_t number = floor_div(timeline->first + (int64_t)i, ratio);
        spread_to(&next, next.n == 0 ? number : next.first, number);
        bucket_merge(&next.fine[number - next.first], from);
        compact_done(&from->waited);
    }
    memory_free(timeline->fine);
    *timeline = next;
}

/* Keeps absurd times where the products below cannot overflow; years 1824 to 2116 stay. */
static int64_t sane(int64_t when)
{
    if (when == WHEN_NONE || (when > INT64_MIN / 2 && when < INT64_MAX / 2))
        return when;
    return when < 0 ? INT64_MIN / 2 : INT64_MAX / 2;
}

static struct bucket *bucket_find(struct timeline *timeline, int64_t when)
{
    for (;;) {
        int64_t number = floor_div(when, fine_widths[timeline->level]);
        int64_t first = timeline->n == 0 || number < timeline->first ? number : timeline->first;
        int64_t last = timeline->first + (int64_t)timeline->n - 1;
        if (timeline->n == 0 || number > last)
            last = number;
        if (last - first < LIMIT_FINE_BUCKETS) {
            if (timeline->n == 0 || first != timeline->first ||
                last - first + 1 != (int64_t)timeline->n)
                spread_to(timeline, first, last);
            return &timeline->fine[number - timeline->first];
        }
        coarsen(timeline);
    }
}

/* Most often it is that of the last time, too. */
static struct bucket *bucket_at(struct timeline *timeline, int64_t when)
{
    when = sane(when);
    if (timeline->here != NULL && when >= timeline->here->start && when < timeline->here_end)
        return timeline->here;
    timeline->here = bucket_find(timeline, when);
    int64_t width = fine_widths[timeline->level];
    timeline->here->start = floor_div(when, width) * width;
    timeline->here_end = timeline->here->start + width;
    return timeline->here;
}

void timeline_add(struct timeline *timeline, int64_t start, const struct sample *sample)
{
    if (start == WHEN_NONE)
        return;
    struct bucket *bucket = bucket_at(timeline, start);
    bucket->sessions++;
    bucket->failed += sample->failed;
    bucket->slow += sample->slow;
    if (sample->waited)
        compact_add_to(&bucket->waited, sample->us, sample->bucket);
}

void timeline_failure(struct timeline *timeline, int64_t when)
{
    if (when != WHEN_NONE)
        bucket_at(timeline, when)->upstream_failures++;
}

static size_t rows_of(int64_t start, int64_t end, int64_t width)
{
    return (size_t)(floor_div(end, width) - floor_div(start, width) + 1);
}

void timeline_finish(struct timeline *timeline, struct arena *arena, int64_t start, int64_t end)
{
    int64_t fine = fine_widths[timeline->level];
    start = sane(start);
    end = sane(end);
    if (timeline->n != 0) { /* the rows hold all that was added, even outside START..END */
        int64_t first = timeline->first * fine;
        int64_t last = (timeline->first + (int64_t)timeline->n - 1) * fine;
        if (start == WHEN_NONE || floor_div(start, fine) > timeline->first)
            start = first;
        if (end == WHEN_NONE || end < last)
            end = last;
    }
    if (start == WHEN_NONE || end == WHEN_NONE)
        return;
    size_t i = 0;
    while (i < ROW_WIDTHS - 1 &&
           (row_widths[i] % fine != 0 || rows_of(start, end, row_widths[i]) > LIMIT_TIMELINE_ROWS))
        i++;
    int64_t width = timeline->width = row_widths[i], first = floor_div(start, width);
    timeline->n_rows = rows_of(start, end, width);
    timeline->rows = arena_get(arena, timeline->n_rows, sizeof *timeline->rows);
    for (size_t row = 0; row < timeline->n_rows; row++)
        timeline->rows[row].start = (first + (int64_t)row) * width;
    for (size_t at = 0; at < timeline->n; at++) {
        int64_t number = floor_div((timeline->first + (int64_t)at) * fine, width);
        bucket_merge(&timeline->rows[number - first], &timeline->fine[at]);
    }
    for (size_t row = 0; row < timeline->n_rows; row++) {
        timeline->rows[row].p99 = compact_percentile(&timeline->rows[row].waited, 99);
        compact_done(&timeline->rows[row].waited);
    }
}

void timeline_done(struct timeline *timeline)
{
    for (size_t i = 0; i < timeline->n; i++)
        compact_done(&timeline->fine[i].waited);
    memory_free(timeline->fine);
    timeline->fine = timeline->here = NULL;
    timeline->n = timeline->room = 0;
}
