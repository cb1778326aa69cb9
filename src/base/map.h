// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_MAP_H
#define BASE_MAP_H
/*
 * A hash map from keys (bytes) to records of one size, with a ceiling.  Records stay where they
 * are (a pointer is good until the record is removed).  The hash is seeded per process, so nobody
 * can prepare keys that collide; never let the order of the buckets reach an output: walk by
 * insertion order (map_at).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct map;

/* RECORD_SIZE bytes of user data a key, zeroed; at most CEILING keys (0: no ceiling). */
struct map *map_new(size_t record_size, size_t ceiling);
void map_free(struct map *map);
size_t map_count(const struct map *map);
size_t map_bytes(const struct map *map); /* memory held */
void *map_find(const struct map *map, const void *key, size_t len);
/* Finds or adds; *ADDED tells which (may be NULL).  NULL when the map is full and the key is new. */
void *map_add(struct map *map, const void *key, size_t len, bool *added);
/* The key of a record given out by this map. */
struct slice map_key(const struct map *map, const void *record);
void *map_at(const struct map *map, size_t i); /* i < map_count, in order of insertion */
/* Removes the records for which DROP says so; used to fold rare keys when the ceiling is met. */
void map_sweep(struct map *map, bool (*drop)(void *record, void *context), void *context);

/* The seeded hash of some bytes, for tables of one's own. */
uint64_t map_hash(const void *at, size_t len);
/* The same over the bytes with A-Z as a-z; other values than map_hash. */
uint64_t map_hash_lower(const void *at, size_t len);
/* The seed: random, made before main() runs. */
extern uint64_t map_seed[3];
/* Both halves of the product of two words, folded into one; the latter by 32-bit halves, for
 * machines without wide products. */
uint64_t map_fold_halves(uint64_t a, uint64_t b);
static inline uint64_t map_fold(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    __extension__ unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    return map_fold_halves(a, b);
#endif
}
/* Mixes two words, seeded. */
static inline uint64_t map_mix(uint64_t a, uint64_t b)
{
    return map_fold(map_fold(a ^ map_seed[0], b ^ map_seed[1]) ^ map_seed[2], map_seed[1]);
}

#endif
