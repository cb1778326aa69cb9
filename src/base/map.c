// SPDX-License-Identifier: BSD-2-Clause
#include "base/map.h"

#include <assert.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/memory.h"

/* A record is preceded by its node and followed by its key. */
struct node {
    uint64_t hash;
    uint64_t key_len;
};

struct slot {
    uint32_t tag;   /* upper half of the hash */
    uint32_t place; /* 1 + index in order; 0: empty */
};

struct map {
    struct node **order; /* in order of insertion */
    struct slot *slots;  /* open addressing, linear; at most half full */
    size_t record_size, ceiling;
    size_t count, order_room, slots_n; /* slots_n: 0 or a power of two */
    size_t node_bytes;
};

enum { FIRST_ROOM = 8, MALLOC_BYTES = 16 /* what malloc keeps for itself for a node */ };

uint64_t map_seed[3];

__attribute__((constructor)) static void seed_make(void)
{
    /* Without getrandom (a very old kernel) the time and an address must do. */
    if (getrandom(map_seed, sizeof map_seed, 0) != (ssize_t)sizeof map_seed) {
        struct timespec now = {0, 0};

        clock_gettime(CLOCK_REALTIME, &now);
        map_seed[0] = (uint64_t)now.tv_nsec * UINT64_C(0x9e3779b97f4a7c15);
        map_seed[1] = (uint64_t)now.tv_sec * UINT64_C(0xd1b54a32d192ed03);
        map_seed[2] = (uint64_t)(uintptr_t)&now * UINT64_C(0x8bb84b93962eacc9);
    }
}

uint64_t map_fold_halves(uint64_t a, uint64_t b)
{
    uint64_t high = (a >> 32) * (b >> 32), low = (a & UINT32_MAX) * (b & UINT32_MAX);
    uint64_t cross = (a >> 32) * (b & UINT32_MAX), across = (a & UINT32_MAX) * (b >> 32);

    return high ^ low ^ (cross << 32 | cross >> 32) ^ (across << 32 | across >> 32);
}

/* Two words side by side: the compiler makes it one register where the machine has such. */
typedef uint64_t two_words __attribute__((vector_size(16)));
typedef int8_t octets __attribute__((vector_size(16)));

/* A-Z to a-z.  Octets above 0x7f are negative, and no letters. */
static inline two_words lower_words(two_words words)
{
    octets each = (octets)words, capital = (octets)(each > 'A' - 1) & (octets)(each < 'Z' + 1);

    return words | (two_words)(capital & 0x20);
}

static inline uint64_t load(const uint8_t *at, size_t len)
{
    uint64_t word = 0;

    memcpy(&word, at, len);
    return word;
}

/* At most 15 octets as two words: they overlap, and none is left out. */
static inline two_words load_few(const uint8_t *at, size_t len)
{
    if (len >= 8)
        return (two_words){load(at, 8), load(at + len - 8, 8)};
    if (len >= 4)
        return (two_words){load(at, 4), load(at + len - 4, 4)};
    if (len > 0)
        return (two_words){(uint64_t)at[0] << 16 | (uint64_t)at[len / 2] << 8 | at[len - 1], 0};
    return (two_words){0, 0};
}

static inline uint64_t take_words(uint64_t state, two_words words, bool lower)
{
    if (lower)
        words = lower_words(words);
    return map_fold(words[0] ^ map_seed[1], words[1] ^ state);
}

__attribute__((always_inline)) static inline uint64_t hash_bytes(const uint8_t *at, size_t len,
                                                                 bool lower)
{
    uint64_t state = map_seed[0];
    two_words words;

    if (len < sizeof words) {
        words = load_few(at, len);
    } else {
        const uint8_t *last = at + len - sizeof words; /* overlaps the ones before it */

        for (; at < last; at += sizeof words) {
            memcpy(&words, at, sizeof words);
            state = take_words(state, words, lower);
        }
        memcpy(&words, last, sizeof words);
    }
    state = take_words(state, words, lower);
    return map_fold(state ^ map_seed[2], len ^ map_seed[1]);
}

uint64_t map_hash(const void *at, size_t len)
{
    return hash_bytes(at, len, false);
}

uint64_t map_hash_lower(const void *at, size_t len)
{
    return hash_bytes(at, len, true);
}

struct map *map_new(size_t record_size, size_t ceiling)
{
    struct map *map = memory_get(1, sizeof *map);

    map->record_size = record_size;
    map->ceiling = ceiling;
    return map;
}

static void node_free(struct map *map, struct node *node)
{
    map->node_bytes -= sizeof *node + map->record_size + node->key_len + MALLOC_BYTES;
    memory_free(node);
}

void map_free(struct map *map)
{
    if (!map)
        return;
    for (size_t i = 0; i < map->count; i++)
        node_free(map, map->order[i]);
    memory_free(map->order);
    memory_free(map->slots);
    memory_free(map);
}

size_t map_count(const struct map *map)
{
    return map->count;
}

size_t map_bytes(const struct map *map)
{
    return sizeof *map + map->node_bytes + map->order_room * sizeof *map->order +
           map->slots_n * sizeof *map->slots;
}

static uint8_t *node_record(const struct node *node)
{
    return (uint8_t *)(uintptr_t)(node + 1);
}

static bool node_has(const struct map *map, const struct node *node, uint64_t hash, const void *key,
                     size_t len)
{
    return node->hash == hash && node->key_len == len &&
           (len == 0 || memcmp(node_record(node) + map->record_size, key, len) == 0);
}

static struct node *find(const struct map *map, uint64_t hash, const void *key, size_t len)
{
    uint32_t tag = (uint32_t)(hash >> 32);

    if (!map->slots_n)
        return NULL;
    for (size_t i = hash & (map->slots_n - 1); map->slots[i].place;
         i = (i + 1) & (map->slots_n - 1)) {
        if (map->slots[i].tag == tag) {
            struct node *node = map->order[map->slots[i].place - 1];

            if (node_has(map, node, hash, key, len))
                return node;
        }
    }
    return NULL;
}

void *map_find(const struct map *map, const void *key, size_t len)
{
    struct node *node = find(map, map_hash(key, len), key, len);

    return node ? node_record(node) : NULL;
}

/* Puts the node that stands at PLACE in order into the slots. */
static void slot_fill(struct map *map, size_t place)
{
    uint64_t hash = map->order[place]->hash;
    size_t i = hash & (map->slots_n - 1);

    while (map->slots[i].place)
        i = (i + 1) & (map->slots_n - 1);
    map->slots[i] = (struct slot){(uint32_t)(hash >> 32), (uint32_t)place + 1};
}

static void slots_fill(struct map *map)
{
    for (size_t i = 0; i < map->count; i++)
        slot_fill(map, i);
}

/* Makes room for one key more. */
static void make_room(struct map *map)
{
    if (map->count == map->order_room) {
        map->order_room = map->order_room ? map->order_room * 2 : FIRST_ROOM;
        map->order = memory_grow(map->order, map->order_room, sizeof(struct node *));
    }
    if (map->count + 1 > map->slots_n / 2) {
        memory_free(map->slots);
        map->slots_n = map->slots_n ? map->slots_n * 2 : 2 * FIRST_ROOM;
        map->slots = memory_get(map->slots_n, sizeof *map->slots);
        slots_fill(map);
    }
}

void *map_add(struct map *map, const void *key, size_t len, bool *added)
{
    uint64_t hash = map_hash(key, len);
    struct node *node = find(map, hash, key, len);

    if (added)
        *added = !node;
    if (node)
        return node_record(node);
    if ((map->ceiling && map->count >= map->ceiling) || map->count >= UINT32_MAX / 2) {
        if (added)
            *added = false;
        return NULL;
    }
    make_room(map);
    assert(len < SIZE_MAX / 4 && map->record_size < SIZE_MAX / 4);
    node = memory_get(1, sizeof *node + map->record_size + len);
    node->hash = hash;
    node->key_len = len;
    memory_copy(node_record(node) + map->record_size, key, len);
    map->node_bytes += sizeof *node + map->record_size + len + MALLOC_BYTES;
    map->order[map->count] = node;
    slot_fill(map, map->count++);
    return node_record(node);
}

struct slice map_key(const struct map *map, const void *record)
{
    const struct node *node = (const struct node *)record - 1;

    return (struct slice){node_record(node) + map->record_size, node->key_len};
}

void *map_at(const struct map *map, size_t i)
{
    assert(i < map->count);
    return node_record(map->order[i]);
}

void map_sweep(struct map *map, bool (*drop)(void *record, void *context), void *context)
{
    size_t kept = 0;

    for (size_t i = 0; i < map->count; i++) {
        struct node *node = map->order[i];

        if (drop(node_record(node), context))
            node_free(map, node);
        else
            map->order[kept++] = node;
    }
    if (kept == map->count)
        return;
    map->count = kept;
    memset(map->slots, 0, map->slots_n * sizeof *map->slots);
    slots_fill(map);
}
