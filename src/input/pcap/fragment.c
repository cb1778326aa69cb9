// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/fragment.h"

#include <string.h>

#include "base/limits.h"
#include "base/lru.h"
#include "base/memory.h"
#include "base/when.h"

enum { DATAGRAM_MAX = 65535 };

struct key { /* zeroed, then set, so that it can be compared as octets */
    struct endpoint source, destination;
    uint32_t id, interface;
    uint8_t protocol, direction;
    uint8_t zero[6];
};
_Static_assert(sizeof(struct key) == 2 * sizeof(struct endpoint) + 16, "no padding");

struct piece {
    struct piece *next; /* the one behind it */
    uint32_t start, end;
    uint32_t have; /* octets captured of it; the others are missing at its end */
    uint8_t at[];
};

enum progress { WAITING, WHOLE, SPOILT };

struct parts {             /* of one datagram */
    struct piece *pieces;  /* in order, none over another */
    struct datagram first; /* that which the piece at 0 came with */
    int64_t when;          /* of the piece that came first */
    uint32_t total;        /* octets of the whole; 0: the last piece is not there */
    uint32_t covered;
    uint32_t n;
    enum progress progress; /* unless WAITING, nothing is held: it tells what comes late */
};

struct fragments {
    struct lru *table; /* of struct parts, never touched: in order of their beginning */
    struct skips *skips;
    size_t held_bytes;
    struct piece *lent;
    uint8_t whole[DATAGRAM_MAX];
};

struct fragments *fragments_new(struct skips *skips)
{
    struct fragments *fragments = memory_get(1, sizeof *fragments);

    /* One more than is kept, which fragments_give_up takes away. */
    fragments->table = lru_new(sizeof(struct key), sizeof(struct parts), LIMIT_FRAGMENTED + 1);
    fragments->skips = skips;
    return fragments;
}

static void drop_piece(struct fragments *fragments, struct piece *piece)
{
    fragments->held_bytes -= sizeof *piece + piece->have;
    memory_free(piece);
}

static void drop_pieces(struct fragments *fragments, struct parts *parts)
{
    for (struct piece *piece = parts->pieces, *next; piece; piece = next) {
        next = piece->next;
        drop_piece(fragments, piece);
    }
    parts->pieces = NULL;
    parts->n = 0;
}

static void drop_lent(struct fragments *fragments)
{
    if (fragments->lent)
        drop_piece(fragments, fragments->lent);
    fragments->lent = NULL;
}

void fragments_free(struct fragments *fragments)
{
    if (!fragments)
        return;
    for (struct parts *parts = lru_oldest(fragments->table); parts;
         parts = lru_newer(fragments->table, parts))
        drop_pieces(fragments, parts);
    drop_lent(fragments);
    lru_free(fragments->table);
    memory_free(fragments);
}

static struct parts *parts_of(struct fragments *fragments, const struct datagram *datagram)
{
    const struct carrier *carrier = &datagram->carrier;
    struct key key;
    struct parts *parts;

    memset(&key, 0, sizeof key);
    key.source = carrier->source;
    key.destination = carrier->destination;
    key.source.port = key.destination.port = 0;
    key.id = datagram->fragment_id;
    key.interface = carrier->origin.sighting.interface;
    key.direction = carrier->origin.sighting.direction;
    key.protocol = carrier->source.len == 4 ? datagram->protocol : 0; /* RFC 8200: by id alone */
    parts = lru_find(fragments->table, &key);
    if (!parts) {
        parts = lru_add(fragments->table, &key);
        if (parts)
            parts->when = carrier->origin.when;
    }
    return parts;
}

static void spoil(struct fragments *fragments, struct parts *parts)
{
    fragments->skips->n[SKIP_FRAGMENT]++;
    drop_pieces(fragments, parts);
    parts->progress = SPOILT;
}

static bool same_octets(const struct piece *piece, const struct datagram *datagram)
{
    size_t len = datagram->payload.len < piece->have ? datagram->payload.len : piece->have;

    return len == 0 || memcmp(piece->at, datagram->payload.at, len) == 0;
}

enum fit { FITS, IS_COPY, OVERLAPS };

/* Where the piece from START to END belongs: *LINK is the link to what stands behind it. */
static enum fit find_place(struct parts *parts, const struct datagram *datagram, uint32_t end,
                           struct piece ***link)
{
    uint32_t start = datagram->fragment_at;

    *link = &parts->pieces;
    for (struct piece *piece; (piece = **link) && piece->start < end; *link = &piece->next) {
        if (piece->start == start && piece->end == end)
            return same_octets(piece, datagram) ? IS_COPY : OVERLAPS;
        if (piece->end > start)
            return OVERLAPS;
    }
    return FITS;
}

/* Whether the ends that the pieces tell of agree; learns the whole's from the last one. */
static bool ends_agree(struct parts *parts, const struct datagram *datagram, uint32_t end)
{
    if (datagram->more)
        return end % 8 == 0 && (parts->total == 0 || end < parts->total);
    if (parts->total != 0)
        return end == parts->total;
    for (const struct piece *piece = parts->pieces; piece; piece = piece->next) {
        if (piece->end > end)
            return false;
    }
    parts->total = end;
    return true;
}

static void insert(struct fragments *fragments, struct parts *parts, struct piece **link,
                   const struct datagram *datagram)
{
    size_t have = datagram->payload.len;
    struct piece *piece = memory_get(1, sizeof *piece + have);

    piece->start = datagram->fragment_at;
    piece->end = datagram->fragment_at + datagram->size;
    piece->have = (uint32_t)have;
    memory_copy(piece->at, datagram->payload.at, have);
    piece->next = *link;
    *link = piece;
    fragments->held_bytes += sizeof *piece + have;
    parts->covered += datagram->size;
    parts->n++;
    if (datagram->fragment_at == 0)
        parts->first = *datagram;
}

/* Copies the pieces together, up to the first octet that was not captured. */
static void assemble(struct fragments *fragments, struct parts *parts, struct datagram *datagram)
{
    size_t len = 0;

    for (const struct piece *piece = parts->pieces; piece; piece = piece->next) {
        memory_copy(fragments->whole + len, piece->at, piece->have);
        len += piece->have;
        if (piece->have < piece->end - piece->start)
            break;
    }
    datagram->payload = (struct slice){fragments->whole, len};
    datagram->size = parts->total;
    datagram->protocol = parts->first.protocol; /* RFC 8200: as the first one says */
    datagram->fragment = false;
    drop_pieces(fragments, parts);
    parts->progress = WHOLE;
}

bool fragments_add(struct fragments *fragments, struct datagram *datagram)
{
    uint32_t end = datagram->fragment_at + datagram->size;
    struct parts *parts;
    struct piece **link;

    parts = parts_of(fragments, datagram);
    if (!parts) {
        fragments->skips->n[SKIP_FOLDED]++;
        return false;
    }
    if (parts->progress != WAITING)
        return false;
    switch (find_place(parts, datagram, end, &link)) {
    case IS_COPY:
        return false;
    case OVERLAPS:
        spoil(fragments, parts);
        return false;
    case FITS:
        break;
    }
    if (datagram->size == 0 || end > DATAGRAM_MAX || !ends_agree(parts, datagram, end) ||
        parts->n == LIMIT_FRAGMENTS) {
        spoil(fragments, parts);
        return false;
    }
    insert(fragments, parts, link, datagram);
    if (parts->total == 0 || parts->covered < parts->total)
        return false;
    assemble(fragments, parts, datagram);
    return true;
}

/* The clock of a capture may run backwards where files were joined. */
static bool is_old(const struct parts *parts, int64_t now)
{
    int64_t age;

    return __builtin_sub_overflow(now, parts->when, &age) || age > LIMIT_FRAGMENT_NS ||
           age < -LIMIT_FRAGMENT_NS;
}

static bool take_first(struct fragments *fragments, struct parts *parts, struct datagram *datagram)
{
    struct piece *first = parts->pieces;

    if (!first || first->start != 0)
        return false;
    *datagram = parts->first;
    datagram->payload = (struct slice){first->at, first->have};
    datagram->fragment = false;
    parts->pieces = first->next;
    fragments->lent = first;
    return true;
}

bool fragments_give_up(struct fragments *fragments, int64_t now, bool ending,
                       struct datagram *datagram)
{
    struct parts *parts;

    drop_lent(fragments);
    while ((parts = lru_oldest(fragments->table))) {
        bool given;

        if (!ending && lru_count(fragments->table) <= LIMIT_FRAGMENTED &&
            fragments->held_bytes <= LIMIT_FRAGMENT_BYTES && !is_old(parts, now))
            return false;
        given = take_first(fragments, parts, datagram);
        fragments->skips->n[SKIP_FRAGMENT] += parts->progress == WAITING;
        drop_pieces(fragments, parts);
        lru_remove(fragments->table, parts);
        if (given)
            return true;
    }
    return false;
}
