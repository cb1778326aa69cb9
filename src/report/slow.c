// SPDX-License-Identifier: BSD-2-Clause
/* The slowest sessions: a heap of a few copies, not a list of all. */
#include <stdlib.h>

#include "base/limits.h"
#include "report/parts.h"

void slow_init(struct slow *slow, size_t limit)
{
    *slow = (struct slow){.limit = limit < LIMIT_LIST_ROWS ? limit : LIMIT_LIST_ROWS};
}

/* Slowest first; of equals the earliest. */
static int compare(const struct session *a, const struct session *b)
{
    if (a->waited_ns != b->waited_ns)
        return a->waited_ns > b->waited_ns ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static int compare_entries(const void *left, const void *right)
{
    const struct slow_entry *a = *(struct slow_entry *const *)left;
    const struct slow_entry *b = *(struct slow_entry *const *)right;
    return compare(&a->session, &b->session);
}

/* Copies what the rows tell; what they do not is let go. */
static void entry_fill(struct slow_entry *entry, const struct session *session)
{
    memory_free(entry->attempts);
    entry->attempts = NULL;
    entry->session = *session;
    size_t n = 0;
    for (const struct attempt *at = session->attempts; at != NULL; at = at->next)
        n++;
    if (n != 0)
        entry->attempts = memory_get(n, sizeof *entry->attempts);
    size_t i = 0;
    for (const struct attempt *at = session->attempts; at != NULL; at = at->next, i++) {
        entry->attempts[i] = *at;
        entry->attempts[i].next = i + 1 < n ? &entry->attempts[i + 1] : NULL;
    }
    entry->session.attempts = entry->attempts;
    if (session->name != NULL)
        memory_copy(entry->name, session->name, session->name_len);
    entry->session.name = session->name != NULL ? entry->name : NULL;
    entry->session.identity = NULL;
    entry->session.detail = NULL;
    entry->session.repeat_times = NULL;
    entry->session.n_addresses = entry->session.n_edes = 0;
}

static void swap(struct slow_entry **a, struct slow_entry **b)
{
    struct slow_entry *c = *a;
    *a = *b;
    *b = c;
}

static void sift_down(struct slow *slow)
{
    for (size_t i = 0, child; (child = 2 * i + 1) < slow->n; i = child) {
        if (child + 1 < slow->n &&
            compare(&slow->heap[child + 1]->session, &slow->heap[child]->session) > 0)
            child++;
        if (compare(&slow->heap[child]->session, &slow->heap[i]->session) <= 0)
            break;
        swap(&slow->heap[child], &slow->heap[i]);
    }
}

void slow_add(struct slow *slow, const struct session *session)
{
    slow->seen++;
    if (slow->n == slow->limit) {
        if (slow->n != 0 && compare(session, &slow->heap[0]->session) < 0) {
            entry_fill(slow->heap[0], session);
            sift_down(slow);
        }
        return;
    }
    if (slow->n == slow->room) {
        slow->room = slow->room == 0 ? 16 : slow->room * 2;
        slow->heap = memory_grow(slow->heap, slow->room, sizeof *slow->heap);
    }
    size_t i = slow->n++;
    slow->heap[i] = memory_get(1, sizeof **slow->heap);
    entry_fill(slow->heap[i], session);
    for (; i > 0 && compare(&slow->heap[i]->session, &slow->heap[(i - 1) / 2]->session) > 0;
         i = (i - 1) / 2)
        swap(&slow->heap[i], &slow->heap[(i - 1) / 2]);
}

void slow_finish(struct slow *slow)
{
    if (slow->n != 0)
        qsort(slow->heap, slow->n, sizeof *slow->heap, compare_entries);
}

void slow_done(struct slow *slow)
{
    for (size_t i = 0; i < slow->n; i++) {
        memory_free(slow->heap[i]->attempts);
        memory_free(slow->heap[i]);
    }
    memory_free(slow->heap);
    slow->heap = NULL;
    slow->n = slow->room = 0;
}
