// SPDX-License-Identifier: BSD-2-Clause
#include "base/memory.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* With the address sanitizer, blocks that lie in a free list may not be touched. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define POOL_GUARDED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define POOL_GUARDED 1
#endif
#ifdef POOL_GUARDED
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, len) ((void)(at), (void)(len))
#define ASAN_UNPOISON_MEMORY_REGION(at, len) ((void)(at), (void)(len))
#endif

enum {
    ALIGNMENT = 16,
    ARENA_CHUNK_BYTES = 64 * 1024,
    POOL_SLAB_BYTES = 64 * 1024,
    POOL_REGION_BYTES = 2 * 1024 * 1024,
};

static _Noreturn void memory_fail(void)
{
    fputs("dnstap-analyse: out of memory\n", stderr);
    exit(4);
}

void *memory_get(size_t n, size_t size)
{
    void *at = calloc(n ? n : 1, size ? size : 1);

    if (!at)
        memory_fail();
    return at;
}

void *memory_grow(void *old, size_t n, size_t size)
{
    size_t len;
    void *at;

    if (__builtin_mul_overflow(n, size, &len))
        memory_fail();
    at = realloc(old, len ? len : 1);
    if (!at)
        memory_fail();
    return at;
}

void memory_free(void *at)
{
    free(at);
}

char *memory_string(const char *string)
{
    size_t len = strlen(string) + 1;
    char *copy = memory_get(len, 1);

    memcpy(copy, string, len);
    return copy;
}

struct arena_chunk {
    struct arena_chunk *next;
    size_t used, room; /* bytes behind this head */
    size_t pad;        /* keeps what follows aligned */
};
_Static_assert(sizeof(struct arena_chunk) % ALIGNMENT == 0, "blocks of an arena are aligned");

void *arena_get(struct arena *arena, size_t n, size_t size)
{
    struct arena_chunk *chunk = arena->chunks;
    size_t len;
    void *at;

    if (__builtin_mul_overflow(n, size, &len) || len > SIZE_MAX / 2)
        memory_fail();
    len = (len + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (!chunk || chunk->room - chunk->used < len) {
        size_t room = ARENA_CHUNK_BYTES - sizeof *chunk;

        if (room < len)
            room = len;
        chunk = memory_get(1, sizeof *chunk + room);
        chunk->next = arena->chunks;
        chunk->room = room;
        arena->chunks = chunk;
        arena->used_bytes += sizeof *chunk + room;
    }
    at = (char *)(chunk + 1) + chunk->used;
    chunk->used += len;
    return at;
}

void arena_done(struct arena *arena)
{
    struct arena_chunk *next;

    for (struct arena_chunk *chunk = arena->chunks; chunk; chunk = next) {
        next = chunk->next;
        free(chunk);
    }
    *arena = (struct arena){NULL, 0};
}

/* Slabs are cut from regions that the kernel may back with huge pages: blocks are met in any order,
 * and small pages would miss their translations. */
struct pool_region {
    struct pool_region *next;
    size_t used_bytes;
};
_Static_assert(sizeof(struct pool_region) % ALIGNMENT == 0, "blocks of a pool are aligned");

enum { SMALL_CLASSES = 32, SMALL_STEP = 16 };

static unsigned class_of(size_t size)
{
    assert(size <= POOL_LARGEST);
    if (size <= SMALL_CLASSES * SMALL_STEP)
        return (unsigned)(size ? (size - 1) / SMALL_STEP : 0);
    return SMALL_CLASSES + (size > 1024 ? 1u : 0) + (size > 2048 ? 1u : 0);
}

static size_t class_bytes(unsigned class)
{
    return class < SMALL_CLASSES ? (class + 1) * SMALL_STEP : (size_t)1024 << (class - SMALL_CLASSES);
}

void pool_init(struct pool *pool, size_t ceiling_bytes)
{
    *pool = (struct pool){.ceiling_bytes = ceiling_bytes};
}

/* The next POOL_SLAB_BYTES of the newest region, or of a new one. */
static char *next_slab(struct pool *pool)
{
    struct pool_region *region = pool->regions;

    if (!region || region->used_bytes + POOL_SLAB_BYTES > POOL_REGION_BYTES) {
        region = aligned_alloc(POOL_REGION_BYTES, POOL_REGION_BYTES);
        if (!region)
            memory_fail();
        madvise(region, POOL_REGION_BYTES, MADV_HUGEPAGE); /* a hint: its failure changes nothing */
        *region = (struct pool_region){.next = pool->regions};
        pool->regions = region;
    }
    region->used_bytes += POOL_SLAB_BYTES;
    return (char *)region + region->used_bytes - POOL_SLAB_BYTES;
}

/* Takes one slab more and puts its blocks into the free list of CLASS; false at the ceiling. */
static bool pool_more(struct pool *pool, unsigned class)
{
    size_t size = class_bytes(class);
    char *slab;

    if (pool->ceiling_bytes < POOL_SLAB_BYTES ||
        pool->used_bytes > pool->ceiling_bytes - POOL_SLAB_BYTES)
        return false;
    slab = next_slab(pool) + sizeof(struct pool_region); /* the first of a region begins with it */
    pool->used_bytes += POOL_SLAB_BYTES;
    for (size_t i = (POOL_SLAB_BYTES - sizeof(struct pool_region)) / size; i-- > 0;)
        pool_put(pool, slab + i * size, size);
    return true;
}

void *pool_get(struct pool *pool, size_t size)
{
    unsigned class = class_of(size);
    void *block;

    if (!pool->free_list[class] && !pool_more(pool, class))
        return NULL;
    block = pool->free_list[class];
    ASAN_UNPOISON_MEMORY_REGION(block, class_bytes(class));
    memcpy(&pool->free_list[class], block, sizeof(void *));
    __builtin_prefetch(pool->free_list[class], 1); /* the next one, before it is asked for */
    return block;
}

void pool_put(struct pool *pool, void *block, size_t size)
{
    unsigned class = class_of(size);

    if (!block)
        return;
    memcpy(block, &pool->free_list[class], sizeof(void *));
    pool->free_list[class] = block;
    ASAN_POISON_MEMORY_REGION(block, class_bytes(class));
}

void pool_done(struct pool *pool)
{
    for (struct pool_region *region = pool->regions, *next; region; region = next) {
        next = region->next;
        ASAN_UNPOISON_MEMORY_REGION(region, POOL_REGION_BYTES);
        free(region);
    }
    *pool = (struct pool){.ceiling_bytes = pool->ceiling_bytes};
}
