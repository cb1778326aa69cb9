// SPDX-License-Identifier: BSD-2-Clause
/* A binary heap of what is to be done next; equal times keep the order in which they were put in. */
#include <stdlib.h>

#include "gen.h"

static bool before(const struct todo *a, const struct todo *b)
{
    if (a->at != b->at)
        return a->at < b->at;
    if (a->write != b->write)
        return a->write < b->write;
    return a->order < b->order;
}

void queue_push(struct queue *queue, struct todo todo)
{
    if (queue->n == queue->room) {
        queue->room = queue->room ? queue->room * 2 : 1024;
        queue->at = need(realloc(queue->at, queue->room * sizeof *queue->at));
    }
    todo.order = queue->order++;
    size_t i = queue->n++;
    while (i && before(&todo, &queue->at[(i - 1) / 2])) {
        queue->at[i] = queue->at[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    queue->at[i] = todo;
}

bool queue_pop(struct queue *queue, struct todo *todo)
{
    if (!queue->n)
        return false;
    *todo = queue->at[0];
    struct todo last = queue->at[--queue->n];
    size_t i = 0;
    for (size_t child; (child = 2 * i + 1) < queue->n; i = child) {
        if (child + 1 < queue->n && before(&queue->at[child + 1], &queue->at[child]))
            child++;
        if (!before(&queue->at[child], &last))
            break;
        queue->at[i] = queue->at[child];
    }
    if (queue->n)
        queue->at[i] = last;
    return true;
}
