// SPDX-License-Identifier: BSD-2-Clause
#include "report/keys.h"

#include <string.h>

#include "base/limits.h"
#include "base/map.h"

enum {
    KEYS_MIN = 64,     /* kept under any budget */
    FIRST_SLOTS = 256, /* a power of two */
    PLACE_BITS = 15
};
_Static_assert(LIMIT_TOP_KEYS <= 1 << PLACE_BITS, "a place has its bits in a weight");

void keys_init(struct keys *keys, size_t budget)
{
    *keys = (struct keys){.budget = budget};
    pool_init(&keys->pool, SIZE_MAX);
}

static size_t key_size(size_t len)
{
    return sizeof(struct key) + len;
}

static void slot_fill(struct keys *keys, struct key *key)
{
    size_t i = key->hash & (keys->slots_n - 1);
    while (keys->slots[i].key != NULL)
        i = (i + 1) & (keys->slots_n - 1);
    keys->slots[i] = (struct key_slot){key, key->hash};
}

static void slots_fill(struct keys *keys)
{
    for (size_t i = 0; i < keys->n; i++)
        slot_fill(keys, keys->at[i]);
}

struct key_search keys_expect(const struct keys *keys, const void *name, size_t len, uint32_t hash)
{
    struct key_search search = {name, len, hash != 0 ? hash : (uint32_t)map_hash(name, len), NULL};
    if (keys->slots_n != 0)
        __builtin_prefetch(&keys->slots[search.hash & (keys->slots_n - 1)]);
    return search;
}

void keys_approach(const struct keys *keys, struct key_search *search)
{
    if (keys->slots_n == 0 || search->len == 0)
        return;
    size_t mask = keys->slots_n - 1, i = search->hash & mask;
    while (keys->slots[i].key != NULL && keys->slots[i].hash != search->hash)
        i = (i + 1) & mask;
    search->likely = keys->slots[i].key;
    if (search->likely != NULL) {
        __builtin_prefetch(search->likely);
        __builtin_prefetch(search->likely->name + search->len);
    }
}

static bool key_is(const struct key *key, const struct key_search *search)
{
    return key->hash == search->hash && key->len == search->len &&
           memcmp(key->name, search->name, search->len) == 0;
}

static struct key *find(const struct keys *keys, const struct key_search *search)
{
    if (search->likely != NULL && key_is(search->likely, search))
        return search->likely;
    if (search->likely == NULL || keys->slots_n == 0)
        return NULL;
    size_t mask = keys->slots_n - 1;
    for (size_t i = search->hash & mask; keys->slots[i].key != NULL; i = (i + 1) & mask)
        if (keys->slots[i].hash == search->hash && key_is(keys->slots[i].key, search))
            return keys->slots[i].key;
    return NULL;
}

/* Failures weigh most, then sessions, then age; no two keys weigh the same. */
static uint64_t weight(const struct key *key, size_t place)
{
    const uint64_t failed_max = (1u << 20) - 1, sessions_max = (1u << 29) - 1;
    uint64_t failed = key->tally.failed, sessions = key->tally.sessions;
    if (failed > failed_max)
        failed = failed_max;
    if (sessions > sessions_max)
        sessions = sessions_max;
    return failed << 44 | sessions << PLACE_BITS | ((1u << PLACE_BITS) - 1 - place);
}

/* The weight that RANK of the N (all different) are below of: an octet at a time. */
static uint64_t weight_of_rank(const uint64_t *weights, size_t n, size_t rank)
{
    uint64_t prefix = 0;
    for (unsigned shift = 64; shift > 0;) {
        size_t counts[256] = {0}, below = 0;
        unsigned octet = 0;
        shift -= 8;
        for (size_t i = 0; i < n; i++)
            if (shift == 56 || weights[i] >> (shift + 8) == prefix)
                counts[weights[i] >> shift & 255]++;
        while (octet < 255 && below + counts[octet] <= rank)
            below += counts[octet++];
        rank -= below;
        prefix = prefix << 8 | octet;
    }
    return prefix;
}

static void fold_key(struct keys *keys, struct key *key)
{
    keys->folded_keys++;
    keys->folded_sessions += key->tally.sessions;
    keys->folded_failed += key->tally.failed;
    keys->bytes -= compact_bytes(&key->tally.waited) + key_size(key->len);
    compact_done(&key->tally.waited);
    pool_put(&keys->pool, key, key_size(key->len));
}

/* The weight below which half of the keys are, rounded up. */
static uint64_t middle_weight(const struct keys *keys)
{
    uint64_t *weights = memory_get(keys->n, sizeof *weights);
    for (size_t i = 0; i < keys->n; i++)
        weights[i] = weight(keys->at[i], i);
    uint64_t middle = weight_of_rank(weights, keys->n, keys->n - keys->n / 2);
    memory_free(weights);
    return middle;
}

/* Keys without failures are of the class of their sessions, all others of the last one. */
enum { CLASSES = 256, LAST_CLASS = CLASSES - 1 };

static uint8_t class_of(const struct key *key)
{
    bool light = key->tally.failed == 0 && key->tally.sessions < LAST_CLASS;
    return light ? (uint8_t)key->tally.sessions : LAST_CLASS;
}

/* The same weight by counting the classes: as a rule most keys were seen but a few times. */
static uint64_t middle_of_classes(const struct keys *keys)
{
    size_t counts[CLASSES] = {0}, left = keys->n - keys->n / 2;
    unsigned class = 0;
    for (size_t i = 0; i < keys->n; i++)
        counts[class_of(keys->at[i])]++;
    while (class < LAST_CLASS && counts[class] <= left)
        left -= counts[class ++];
    if (class == LAST_CLASS)
        return middle_weight(keys);
    /* of equals the youngest are the lightest: the one after LEFT of them, from the end */
    size_t i = keys->n;
    for (left++; left > 0;)
        left -= class_of(keys->at[--i]) == class;
    return weight(keys->at[i], i);
}

/* Folds the lighter half of the keys into counters. */
static void fold_half(struct keys *keys)
{
    uint64_t least = middle_of_classes(keys);
    size_t kept = 0;
    for (size_t i = 0; i < keys->n; i++) {
        if (weight(keys->at[i], i) >= least)
            keys->at[kept++] = keys->at[i];
        else
            fold_key(keys, keys->at[i]);
    }
    keys->n = kept;
    memset(keys->slots, 0, keys->slots_n * sizeof *keys->slots);
    slots_fill(keys);
}

static void make_room(struct keys *keys)
{
    if (keys->n == LIMIT_TOP_KEYS)
        fold_half(keys);
    if (keys->n == keys->room) {
        keys->room = keys->room == 0 ? FIRST_SLOTS / 2 : keys->room * 2;
        keys->at = memory_grow(keys->at, keys->room, sizeof(struct key *));
        keys->slots_n = keys->room * 2;
        memory_free(keys->slots);
        keys->slots = memory_get(keys->slots_n, sizeof *keys->slots);
        slots_fill(keys);
    }
}

static struct key *insert(struct keys *keys, const struct key_search *search)
{
    make_room(keys);
    struct key *key = pool_get(&keys->pool, key_size(search->len));
    *key = (struct key){.hash = search->hash, .len = (uint16_t)search->len};
    memory_copy(key->name, search->name, search->len);
    keys->at[keys->n++] = key;
    slot_fill(keys, key);
    keys->bytes += key_size(search->len);
    return key;
}

void keys_add(struct keys *keys, const struct key_search *search, const struct sample *sample)
{
    if (search->len == 0)
        return;
    struct key *key = find(keys, search);
    if (key == NULL)
        key = insert(keys, search);
    keys->bytes += tally_add(&key->tally, sample);
    if (keys->bytes + keys->room * (sizeof(struct key *) + 2 * sizeof(struct key_slot)) >
            keys->budget &&
        keys->n > KEYS_MIN)
        fold_half(keys);
}

void keys_done(struct keys *keys)
{
    for (size_t i = 0; i < keys->n; i++)
        compact_done(&keys->at[i]->tally.waited);
    memory_free(keys->at);
    memory_free(keys->slots);
    pool_done(&keys->pool);
    *keys = (struct keys){0};
}
