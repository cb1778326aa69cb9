// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H
/*
 * Memory.  Out of memory ends the program with one sentence and exit status 4 (memory_fail): no
 * caller checks for NULL.  Tables that input can make grow live in a pool with a ceiling instead.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void *memory_get(size_t n, size_t size);               /* zeroed; n * size checked */
void *memory_grow(void *old, size_t n, size_t size);   /* realloc; new part not zeroed */
void memory_free(void *at);
/* The one memcpy; LEN 0 takes NULL. */
static inline void memory_copy(void *to, const void *from, size_t len)
{
    if (len)
        memcpy(to, from, len);
}
char *memory_string(const char *string);

/* An arena: freed at once.  Memory is zeroed and aligned to 16. */
struct arena {
    struct arena_chunk *chunks;
    size_t used_bytes;
};
void *arena_get(struct arena *arena, size_t n, size_t size);
void arena_done(struct arena *arena);

/*
 * A pool: blocks of size classes 16, 32, 48 … 512, 1024, 2048, 4096 bytes from 64 KiB slabs with
 * free lists; no malloc in steady state.  used_bytes counts slabs taken;
 * a get that would take it over ceiling_bytes gives NULL and the caller folds something.
 */
#define POOL_CLASSES 35
#define POOL_LARGEST 4096
struct pool {
    size_t ceiling_bytes, used_bytes;
    void *free_list[POOL_CLASSES];
    struct pool_region *regions;
};
void pool_init(struct pool *pool, size_t ceiling_bytes);
void *pool_get(struct pool *pool, size_t size); /* not zeroed; NULL at the ceiling; size <= POOL_LARGEST */
void pool_put(struct pool *pool, void *block, size_t size); /* the size that was asked for; NULL is taken */
void pool_done(struct pool *pool);

#endif
