// SPDX-License-Identifier: BSD-2-Clause
/*
 * Errors of upstreams by the names that were asked for: counted for each suffix of those names, and
 * beside them the good answers for the same suffix, so that the zone can be told whose servers are
 * ill.  Good answers are counted only where there were errors before: that costs nothing while all
 * is well.
 */
#include "base/limits.h"
#include "dns/name.h"
#include "finding/upstream.h"

/* Suffixes of a name that are counted, the shortest first: zones are cut near the root. */
enum { SUFFIXES = 6 };
/* Of the answers for a zone that is ill, so many are errors. */
#define ILL_SHARE 0.9
/* A zone is told where so many of the errors are its, not only its parent's. */
#define OWN_SHARE 0.9

/* Bits by the hash of a suffix: one that had errors has its own set.  Nearly all good answers are for
 * names without; these bits stay in the nearest cache, which the map does not. */
enum { MARKS = 1 << 16 };

struct upstream_zones {
    struct map *map; /* struct zone_error by suffix */
    size_t patience; /* so many more errors may find no room before rare suffixes are swept */
    uint8_t marks[MARKS / 8];
};

static bool is_marked(const struct upstream_zones *zones, const uint8_t *name, size_t len)
{
    uint64_t mark = map_hash(name, len) % MARKS;
    return zones->marks[mark / 8] >> (mark & 7) & 1;
}

struct upstream_zones *zone_errors_new(void)
{
    struct upstream_zones *zones = memory_get(1, sizeof *zones);
    zones->map = map_new(sizeof(struct zone_error), LIMIT_ERROR_ZONES);
    return zones;
}

void zone_errors_free(struct upstream_zones *zones)
{
    if (zones != NULL)
        map_free(zones->map);
    memory_free(zones);
}

static bool is_rare(void *record, void *context)
{
    const struct zone_error *zone = record;
    (void)context;
    return zone->errors == 1;
}

/* NULL: too many; then suffixes with one error make room, looked for now and then. */
static struct zone_error *zone_at(struct upstream_zones *zones, const uint8_t *name, size_t len)
{
    bool added = false;
    struct zone_error *zone = map_add(zones->map, name, len, &added);
    if (zone == NULL && zones->patience-- == 0) {
        map_sweep(zones->map, is_rare, NULL);
        zones->patience = map_count(zones->map);
        zone = map_add(zones->map, name, len, &added);
    }
    if (zone != NULL && added) {
        memory_copy(zone->name, name, len);
        zone->len = (uint8_t)len;
        zone->first = WHEN_NONE;
        zone->last = WHEN_NONE;
        zone->rcode = RCODE_NONE;
        uint64_t mark = map_hash(name, len) % MARKS;
        zones->marks[mark / 8] |= (uint8_t)(1u << (mark & 7));
    }
    return zone;
}

/* How many suffixes are counted, and the octet at which the one with I + 1 labels begins. */
static unsigned suffixes_of(const uint8_t *name, size_t len, size_t at[SUFFIXES])
{
    uint8_t begin[DNS_NAME_MAX / 2 + 1]; /* of every label */
    unsigned labels = 0, n;
    for (size_t place = 0; place < len && name[place] != 0 && labels < sizeof begin;
         place += 1u + name[place])
        begin[labels++] = (uint8_t)place;
    n = labels < SUFFIXES ? labels : SUFFIXES;
    for (unsigned i = 0; i < n; i++)
        at[i] = begin[labels - 1 - i];
    return n;
}

void zone_errors_bad(struct upstream_zones *zones, const uint8_t *name, size_t len, uint16_t rcode,
                     int64_t when)
{
    size_t at[SUFFIXES];
    unsigned n = suffixes_of(name, len, at);
    for (unsigned i = 0; i < n; i++) {
        struct zone_error *zone = zone_at(zones, name + at[i], len - at[i]);
        if (zone == NULL)
            return;
        zone->rcode = zone->errors == 0 || zone->rcode == rcode ? rcode : RCODE_NONE;
        zone->errors++;
        zone->whole += at[i] == 0;
        zone->good += zone->later;
        zone->later = 0;
        if (zone->first == WHEN_NONE || when < zone->first)
            zone->first = when;
        if (zone->last == WHEN_NONE || when > zone->last)
            zone->last = when;
    }
}

void zone_errors_good(struct upstream_zones *zones, const uint8_t *name, size_t len)
{
    size_t at[SUFFIXES];
    if (map_count(zones->map) == 0)
        return;
    unsigned n = suffixes_of(name, len, at);
    for (unsigned i = 0; i < n; i++) {
        if (!is_marked(zones, name + at[i], len - at[i]))
            return; /* no longer suffix has any, either */
        struct zone_error *zone = map_find(zones->map, name + at[i], len - at[i]);
        if (zone == NULL)
            return;
        zone->later++;
    }
}

static bool is_ill(const struct zone_error *zone)
{
    return zone->errors >= 3 &&
           (double)zone->errors >= ILL_SHARE * (double)(zone->errors + zone->good);
}

const struct zone_error *zone_errors_zone(const struct upstream_zones *zones, const uint8_t *name,
                                          size_t len)
{
    size_t at[SUFFIXES];
    unsigned n = suffixes_of(name, len, at);
    const struct zone_error *found = NULL;
    for (unsigned i = 0; i < n; i++) {
        const struct zone_error *zone = map_find(zones->map, name + at[i], len - at[i]);
        if (zone == NULL)
            break;
        if (found == NULL && is_ill(zone)) {
            found = zone;
            continue;
        }
        /* nearer to the names, as long as nearly all of the errors are there, too; but a single name
         * is told by the domain that it is in */
        bool single = zone->whole == zone->errors && i >= 2;
        if (found != NULL && !single && (double)zone->errors >= OWN_SHARE * (double)found->errors)
            found = zone;
    }
    return found;
}
