// SPDX-License-Identifier: BSD-2-Clause
/* The lookups that may still go on: their memory, and the table that finds them by their client and
 * first label, which all names of a walk share. */
#include "base/limits.h"
#include "lookup/inside.h"

_Static_assert(sizeof(struct list) <= CELL_BYTES, "a block of a list fits a cell");
_Static_assert(sizeof(struct open) + 64 <= CELL_BYTES, "a lookup and most names fit a cell");

void store_init(struct lookups *lookups, size_t ceiling_bytes)
{
    size_t buckets = 64;
    pool_init(&lookups->pool, ceiling_bytes);
    lookups->cells_max = ceiling_bytes / CELL_BYTES / 16 * 15; /* slabs have a rest */
    while (buckets < 2 * lookups->cells_max)                   /* most have one lookup at most */
        buckets *= 2;
    lookups->bucket = memory_get(buckets, sizeof *lookups->bucket);
    lookups->mask = (uint32_t)(buckets - 1);
    lookups->clients =
        lru_new(sizeof(struct endpoint), sizeof(struct client), LIMIT_LOOKUP_CLIENTS);
    lookups->suffixes = map_new(sizeof(uint32_t), LIMIT_LOOKUP_SUFFIXES);
}

void store_done(struct lookups *lookups)
{
    memory_free(lookups->bucket);
    lru_free(lookups->clients);
    map_free(lookups->suffixes);
    memory_free(lookups->orphans);
    pool_done(&lookups->pool);
}

void *cell_get(struct lookups *lookups)
{
    void *cell = lookups->cells < lookups->cells_max ? pool_get(&lookups->pool, CELL_BYTES) : NULL;
    lookups->cells += cell != NULL;
    return cell;
}

void cell_put(struct lookups *lookups, void *cell)
{
    if (!cell)
        return;
    lookups->cells--;
    pool_put(&lookups->pool, cell, CELL_BYTES);
}

void store_add(struct lookups *lookups, struct open *open)
{
    struct open **bucket = &lookups->bucket[open->hash & lookups->mask];
    open->chain = *bucket;
    open->link = bucket;
    if (*bucket)
        (*bucket)->link = &open->chain;
    *bucket = open;
    queue_add(&lookups->queue, open);
}

void store_remove(struct open *open)
{
    *open->link = open->chain;
    if (open->chain)
        open->chain->link = open->link;
}

void queue_add(struct queue *queue, struct open *open)
{
    open->newer = NULL;
    if (queue->newest)
        queue->newest->newer = open;
    else
        queue->oldest = open;
    queue->newest = open;
    queue->n++;
}

/* Fetches the next cell, the bucket of the last one that was, and the head of the bucket of the next
 * that is taken. */
static void queue_fetch(struct lookups *lookups, struct queue *queue)
{
    for (int n = 0; n < 2 && queue->n_ahead < QUEUE_AHEAD && queue->ahead->newer; n++) {
        __builtin_prefetch(&lookups->bucket[queue->ahead->hash & lookups->mask], 1);
        __builtin_prefetch(queue->ahead->first.next, 1); /* NULL as a rule, in the turns' queue */
        __builtin_prefetch(queue->ahead->last, 1);
        queue->ahead = queue->ahead->newer;
        queue->n_ahead++;
        const char *cell = (const char *)queue->ahead; /* not its end, where long names lie */
        __builtin_prefetch(cell, 1);
        __builtin_prefetch(cell + 64, 1);
        __builtin_prefetch(cell + 128, 1);
        __builtin_prefetch(cell + 192, 1);
    }
    const struct open *head = lookups->bucket[queue->oldest->hash & lookups->mask];
    if (head)
        __builtin_prefetch(&head->hash);
}

struct open *queue_take(struct lookups *lookups, struct queue *queue)
{
    struct open *open = queue->oldest;
    queue->n--;
    queue->oldest = open->newer;
    if (!queue->oldest) {
        *queue = (struct queue){0};
        return open;
    }
    if (!queue->ahead || queue->n_ahead == 0)
        queue->ahead = queue->oldest;
    else
        queue->n_ahead--;
    queue_fetch(lookups, queue);
    return open;
}

void list_add(struct lookups *lookups, struct list **list, int64_t value)
{
    while (*list && (*list)->n == sizeof(*list)->at / sizeof *(*list)->at)
        list = &(*list)->next;
    if (!*list) {
        *list = cell_get(lookups);
        if (!*list)
            return;
        (*list)->next = NULL;
        (*list)->n = 0;
    }
    (*list)->at[(*list)->n++] = value;
}

void list_free(struct lookups *lookups, struct list *list)
{
    for (struct list *next; list; list = next) {
        next = list->next;
        cell_put(lookups, list);
    }
}

static size_t list_count(const struct list *list)
{
    size_t n = 0;
    for (; list; list = list->next)
        n += list->n;
    return n;
}

static int64_t list_at(const struct list *list, size_t i)
{
    for (; list && i >= list->n; list = list->next)
        i -= list->n;
    return list ? list->at[i] : 0;
}

size_t lookup_sessions(const struct lookup *lookup)
{
    const struct open *open = lookup->open;
    return (open->n_sessions < 2 ? open->n_sessions : 2) + list_count(open->sessions);
}

uint64_t lookup_session(const struct lookup *lookup, size_t i)
{
    const struct open *open = lookup->open;
    return i < 2 ? open->number[i] : (uint64_t)list_at(open->sessions, i - 2);
}

size_t lookup_stalls(const struct lookup *lookup)
{
    return list_count(lookup->open->stalls);
}

int64_t lookup_stall(const struct lookup *lookup, size_t i)
{
    return list_at(lookup->open->stalls, i);
}
