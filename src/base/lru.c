// SPDX-License-Identifier: BSD-2-Clause
#include "base/lru.h"

#include <string.h>

#include "base/map.h"
#include "base/memory.h"

/* Stands in front of the record, which its key follows. */
struct node {
    uint64_t hash;
    struct node *chain; /* the next of its bucket, or of the free ones */
    struct node *older, *newer;
};

struct lru {
    struct node **buckets; /* a power of two of them, at least as many as records */
    size_t buckets_n, count, ceiling;
    size_t key_size, record_size; /* the latter rounded up, so that keys are aligned */
    struct node *oldest, *newest, *unused;
    struct arena arena;
};

enum { FIRST_BUCKETS = 64, ALIGNMENT = 16 };
_Static_assert(sizeof(struct node) % ALIGNMENT == 0, "records are aligned as their nodes are");

struct lru *lru_new(size_t key_size, size_t record_size, size_t ceiling)
{
    struct lru *lru = memory_get(1, sizeof *lru);

    lru->key_size = key_size;
    lru->record_size = (record_size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    lru->ceiling = ceiling;
    lru->buckets_n = FIRST_BUCKETS;
    lru->buckets = memory_get(lru->buckets_n, sizeof(struct node *));
    return lru;
}

void lru_free(struct lru *lru)
{
    if (!lru)
        return;
    arena_done(&lru->arena);
    memory_free(lru->buckets);
    memory_free(lru);
}

size_t lru_count(const struct lru *lru)
{
    return lru->count;
}

static void *record_of(struct node *node)
{
    return node + 1;
}

static struct node *node_of(const void *record)
{
    return (struct node *)(uintptr_t)record - 1;
}

static uint8_t *key_of(const struct lru *lru, const struct node *node)
{
    return (uint8_t *)(uintptr_t)(node + 1) + lru->record_size;
}

static struct node **bucket_of(const struct lru *lru, uint64_t hash)
{
    return &lru->buckets[hash & (lru->buckets_n - 1)];
}

void *lru_find(const struct lru *lru, const void *key)
{
    uint64_t hash = map_hash(key, lru->key_size);

    for (struct node *node = *bucket_of(lru, hash); node; node = node->chain) {
        if (node->hash == hash && memcmp(key_of(lru, node), key, lru->key_size) == 0)
            return record_of(node);
    }
    return NULL;
}

static void chain_in(struct lru *lru, struct node *node)
{
    struct node **bucket = bucket_of(lru, node->hash);

    node->chain = *bucket;
    *bucket = node;
}

static void grow(struct lru *lru)
{
    memory_free(lru->buckets);
    lru->buckets_n *= 2;
    lru->buckets = memory_get(lru->buckets_n, sizeof(struct node *));
    for (struct node *node = lru->oldest; node; node = node->newer)
        chain_in(lru, node);
}

static void append(struct lru *lru, struct node *node)
{
    node->newer = NULL;
    node->older = lru->newest;
    *(lru->newest ? &lru->newest->newer : &lru->oldest) = node;
    lru->newest = node;
}

static void unlink_node(struct lru *lru, struct node *node)
{
    *(node->older ? &node->older->newer : &lru->oldest) = node->newer;
    *(node->newer ? &node->newer->older : &lru->newest) = node->older;
}

void *lru_add(struct lru *lru, const void *key)
{
    struct node *node = lru->unused;

    if (lru->count == lru->ceiling)
        return NULL;
    if (lru->count == lru->buckets_n)
        grow(lru);
    if (node) {
        lru->unused = node->chain;
        memset(record_of(node), 0, lru->record_size);
    } else {
        node = arena_get(&lru->arena, 1, sizeof *node + lru->record_size + lru->key_size);
    }
    node->hash = map_hash(key, lru->key_size);
    memcpy(key_of(lru, node), key, lru->key_size);
    chain_in(lru, node);
    append(lru, node);
    lru->count++;
    return record_of(node);
}

void lru_touch(struct lru *lru, void *record)
{
    struct node *node = node_of(record);

    if (node == lru->newest)
        return;
    unlink_node(lru, node);
    append(lru, node);
}

void lru_remove(struct lru *lru, void *record)
{
    struct node *node = node_of(record), **link = bucket_of(lru, node->hash);

    while (*link != node)
        link = &(*link)->chain;
    *link = node->chain;
    unlink_node(lru, node);
    node->chain = lru->unused;
    lru->unused = node;
    lru->count--;
}

const void *lru_key(const struct lru *lru, const void *record)
{
    return key_of(lru, node_of(record));
}

void *lru_oldest(const struct lru *lru)
{
    return lru->oldest ? record_of(lru->oldest) : NULL;
}

void *lru_newer(const struct lru *lru, const void *record)
{
    const struct node *node = node_of(record);

    (void)lru;
    return node->newer ? record_of(node->newer) : NULL;
}
