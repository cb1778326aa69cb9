// SPDX-License-Identifier: BSD-2-Clause
#include "input/copies.h"

#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/memory.h"

/* Open addressing; at most half full. */
enum { ENTRIES = LIMIT_COPIES / 2, SLOTS = LIMIT_COPIES };

struct entry {
    uint64_t hash; /* 0: empty */
    uint64_t count;
};

/* Two tables: what the young one does not know is looked up in the old one and taken over; when
 * the young one is full it becomes the old one. */
struct copies {
    struct entry *young, *old;
    size_t used; /* entries of the young one */
};

struct copies *copies_new(void)
{
    struct copies *copies = memory_get(1, sizeof *copies);

    copies->young = memory_get(SLOTS, sizeof *copies->young);
    copies->old = memory_get(SLOTS, sizeof *copies->old);
    return copies;
}

void copies_free(struct copies *copies)
{
    if (!copies)
        return;
    memory_free(copies->young);
    memory_free(copies->old);
    memory_free(copies);
}

static struct entry *place(struct entry *table, uint64_t hash)
{
    size_t i = hash & (SLOTS - 1);

    while (table[i].hash && table[i].hash != hash)
        i = (i + 1) & (SLOTS - 1);
    return &table[i];
}

static uint64_t *counter(struct copies *copies, uint64_t hash)
{
    struct entry *entry;

    hash += !hash;
    entry = place(copies->young, hash);
    if (entry->hash)
        return &entry->count;
    if (copies->used == ENTRIES) {
        struct entry *old = copies->old;

        copies->old = copies->young;
        copies->young = old;
        memset(old, 0, SLOTS * sizeof *old);
        copies->used = 0;
        entry = place(copies->young, hash);
    }
    copies->used++;
    *entry = (struct entry){hash, place(copies->old, hash)->count};
    return &entry->count;
}

bool copies_seen(struct copies *copies, uint64_t hash, uint32_t input)
{
    /* How often this input held it, then the most that any input did: the copies lent so far. */
    uint64_t here = ++*counter(copies, map_mix(hash, (uint64_t)input + 1));
    uint64_t *most = counter(copies, hash);

    if (here <= *most)
        return true;
    *most = here;
    return false;
}
