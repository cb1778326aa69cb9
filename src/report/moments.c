// SPDX-License-Identifier: BSD-2-Clause
#include "report/moments.h"

#include "base/limits.h"
#include "base/memory.h"
#include "base/when.h"

enum { SEARCHED = 16 }; /* places of the line, from its end */
/* Nothing goes into the line that is so much later than its end. */
#define AHEAD_NS (50 * WHEN_MS)

/* A whole order, so that ties do not depend on the order of coming. */
static bool before(const struct moment *a, const struct moment *b)
{
    if (a->when != b->when)
        return a->when < b->when;
    if (a->kind != b->kind)
        return a->kind < b->kind;
    if (a->path != b->path)
        return a->path < b->path;
    return a->refresh < b->refresh;
}

/* The Ith of the line. */
static struct moment *line_at(const struct moments *moments, size_t i)
{
    return &moments->line[(moments->line_first + i) & (moments->line_room - 1)];
}

static void line_grow(struct moments *moments)
{
    size_t room = moments->line_room == 0 ? 64 : moments->line_room * 2;
    struct moment *line = memory_get(room, sizeof *line);
    for (size_t i = 0; i < moments->line_n; i++)
        line[i] = *line_at(moments, i);
    memory_free(moments->line);
    moments->line = line;
    moments->line_first = 0;
    moments->line_room = room;
}

/* Puts it at its place in the line, if that is near the end and does not run ahead of the others,
 * which would all have to go into the heap then. */
static bool line_add(struct moments *moments, const struct moment *moment)
{
    if (moments->line_n == moments->line_room)
        line_grow(moments);
    size_t n = moments->line_n, place = n;
    if (n != 0 && moment->when > AHEAD_NS &&
        moment->when - AHEAD_NS > line_at(moments, n - 1)->when)
        return false;
    while (place > 0 && before(moment, line_at(moments, place - 1)))
        if (n - --place > SEARCHED)
            return false;
    for (size_t i = n; i > place; i--)
        *line_at(moments, i) = *line_at(moments, i - 1);
    *line_at(moments, place) = *moment;
    moments->line_n++;
    return true;
}

static void heap_add(struct moments *moments, const struct moment *moment)
{
    if (moments->heap_n == moments->heap_room) {
        moments->heap_room = moments->heap_room == 0 ? 64 : moments->heap_room * 2;
        moments->heap = memory_grow(moments->heap, moments->heap_room, sizeof *moment);
    }
    struct moment *heap = moments->heap;
    size_t i = moments->heap_n++;
    while (i > 0 && before(moment, &heap[(i - 1) / 2])) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap[i] = *moment;
}

void moments_add(struct moments *moments, struct moment moment)
{
    if (!line_add(moments, &moment))
        heap_add(moments, &moment);
    moments->n++;
}

static void heap_take(struct moments *moments)
{
    struct moment *heap = moments->heap, last = heap[--moments->heap_n];
    size_t i = 0, n = moments->heap_n;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= n)
            break;
        if (child + 1 < n && before(&heap[child + 1], &heap[child]))
            child++;
        if (!before(&heap[child], &last))
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = last;
}

bool moments_take(struct moments *moments, int64_t when, struct moment *moment)
{
    if (moments->n == 0)
        return false;
    const struct moment *first = moments->line_n != 0 ? line_at(moments, 0) : NULL;
    bool in_heap = first == NULL || (moments->heap_n != 0 && before(&moments->heap[0], first));
    if (in_heap)
        first = &moments->heap[0];
    if (first->when >= when && moments->n < LIMIT_MOMENTS)
        return false;
    *moment = *first;
    moments->n--;
    if (in_heap) {
        heap_take(moments);
        return true;
    }
    moments->line_first++;
    moments->line_n--;
    return true;
}

void moments_done(struct moments *moments)
{
    memory_free(moments->line);
    memory_free(moments->heap);
    *moments = (struct moments){0};
}
