// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_LRU_H
#define BASE_LRU_H
/*
 * A table of records by key, kept in the order of their last use, so that the one that has been
 * idle longest can be let go when the ceiling is met.  Keys and records have one size each; a
 * record stays where it is until it is removed.  The hash is seeded (base/map.h).  Memory: at most
 * the ceiling's, kept until the end; nothing is allocated once that many records have been in it.
 */
#include <stddef.h>
#include <stdint.h>

struct lru;

struct lru *lru_new(size_t key_size, size_t record_size, size_t ceiling);
void lru_free(struct lru *lru);
size_t lru_count(const struct lru *lru);
void *lru_find(const struct lru *lru, const void *key); /* NULL where there is none; no use */
/* A new record, zeroed, used last; KEY must not be there yet.  NULL at the ceiling. */
void *lru_add(struct lru *lru, const void *key);
void lru_touch(struct lru *lru, void *record); /* it is the one used last */
void lru_remove(struct lru *lru, void *record);
const void *lru_key(const struct lru *lru, const void *record);
/* The record that has been idle longest, and the next one used after RECORD; NULL behind the last.
 * */
void *lru_oldest(const struct lru *lru);
void *lru_newer(const struct lru *lru, const void *record);

#endif
