// SPDX-License-Identifier: BSD-2-Clause
#ifndef REPORT_KEYS_H
#define REPORT_KEYS_H
/*
 * A table of tallies by address or name, for keys that come and go by the hundred thousand: no
 * malloc for a key, places in order of insertion, the lighter half given up when it gets too full.
 */
#include "report/tally.h"

struct key {
    struct tally tally;
    uint32_t hash;
    uint16_t len;
    uint8_t name[]; /* the key's LEN octets */
};

struct key_slot {
    struct key *key; /* NULL: empty */
    uint32_t hash;
};

struct keys {
    struct key **at; /* in order of insertion */
    size_t n, room, slots_n;
    struct key_slot *slots; /* open addressing, at most half full */
    struct pool pool;
    size_t bytes; /* of keys and what hangs on them */
    size_t budget;
    uint64_t folded_keys, folded_sessions, folded_failed;
};

void keys_init(struct keys *keys, size_t budget);

/* A key that is about to be counted.  The table is larger than the caches near the processor: what
 * adding will touch is asked for in four steps, between which the caller does other work. */
struct key_search {
    const void *name;
    size_t len; /* 0: nothing to count */
    uint32_t hash;
    struct key *likely; /* has the same hash; NULL: none */
};
/* HASH: of the name, seeded; 0: worked out here. */
struct key_search keys_expect(const struct keys *keys, const void *name, size_t len, uint32_t hash);
void keys_approach(const struct keys *keys, struct key_search *search);
static inline void keys_reach(const struct key_search *search, const struct sample *sample)
{
    if (search->likely != NULL)
        compact_expect(&search->likely->tally.waited, sample->bucket);
}
/* Counts a session for the key. */
void keys_add(struct keys *keys, const struct key_search *search, const struct sample *sample);
void keys_done(struct keys *keys);

#endif
