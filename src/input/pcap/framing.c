// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/framing.h"

#include "base/limits.h"
#include "base/memory.h"
#include "input/pcap/octets.h"
#include "input/pcap/plausible.h"

enum {
    DNS_PREFIX = 2,
    TLS_PREFIX = 5, /* type, version, length */
    TLS_FIRST_TYPE = 20, TLS_LAST_TYPE = 24, TLS_MAJOR = 3, TLS_LAST_MINOR = 4,
    FIRST_ROOM = 64,
};

struct partial {
    struct origin origin; /* of the octets that came last */
    uint32_t have, room;
    uint8_t at[];
};

static uint32_t prefix_of(enum framing_kind kind)
{
    return kind == FRAMING_DNS ? DNS_PREFIX : TLS_PREFIX;
}

/* Octets of the body, out of a whole prefix. */
static uint32_t body_size(enum framing_kind kind, const uint8_t *at)
{
    return octets_16(at + prefix_of(kind) - 2);
}

/* How many octets it takes to know more of a unit of which HAVE are there, and in the end all of
 * them; 0: it is none. */
static uint32_t unit_len(enum framing_kind kind, const uint8_t *at, size_t have)
{
    uint32_t prefix = prefix_of(kind), size;

    if (have < prefix)
        return prefix;
    size = body_size(kind, at);
    if (kind == FRAMING_TLS) {
        bool sane = at[0] >= TLS_FIRST_TYPE && at[0] <= TLS_LAST_TYPE && at[1] == TLS_MAJOR &&
                    at[2] <= TLS_LAST_MINOR && size > 0 && size <= LIMIT_TLS_RECORD_BYTES;

        return sane ? prefix + size : 0;
    }
    if (size < PLAUSIBLE_HEADER)
        return 0;
    if (have < DNS_PREFIX + PLAUSIBLE_HEADER)
        return DNS_PREFIX + PLAUSIBLE_HEADER;
    return plausible_header((struct slice){at + DNS_PREFIX, have - DNS_PREFIX}, size)
               ? prefix + size
               : 0;
}

bool framing_may_start(enum framing_kind kind, struct slice segment)
{
    if (kind == FRAMING_DNS)
        return plausible_start(segment);
    return segment.len >= TLS_PREFIX && unit_len(kind, segment.at, segment.len) > 0;
}

static void advance(struct chunk *chunk, size_t len)
{
    chunk->bytes.at += len;
    chunk->bytes.len -= len;
    chunk->start = false;
}

static void set_unit(enum framing_kind kind, const uint8_t *at, size_t have,
                     const struct origin *origin, struct unit *unit)
{
    uint32_t prefix = prefix_of(kind);

    unit->type = at[0];
    unit->size = body_size(kind, at);
    unit->body = (struct slice){at + prefix, have - prefix};
    unit->twin = false;
    unit->origin = *origin;
}

static void lose(struct framing *framing, const struct framing_use *use, uint64_t octets)
{
    use->skips->n[SKIP_TCP_JUNK] += octets;
    framing->lost = true;
    framing->ahead = 0;
}

void framing_reject(struct framing *framing, const struct framing_use *use, const struct unit *unit)
{
    lose(framing, use, prefix_of(use->kind) + unit->body.len);
}

bool framing_drop(struct framing *framing, struct flows *flows)
{
    struct partial *partial = framing->partial;
    bool some = partial && partial->have > 0;

    if (partial)
        flows->held_bytes -= sizeof *partial + partial->room;
    memory_free(partial);
    framing->partial = NULL;
    return some;
}

void framing_release(struct framing *framing, struct flows *flows)
{
    if (framing->partial && framing->partial->have == 0)
        framing_drop(framing, flows);
}

/* Room grows with what comes, not with what a length promises. */
static void append(struct framing *framing, struct flows *flows, struct chunk *chunk, uint32_t len)
{
    struct partial *partial = framing->partial;
    uint32_t have = partial ? partial->have : 0, room = partial ? partial->room : 0;

    if (have + len > room) {
        uint32_t new_room = room ? room * 2 : FIRST_ROOM;

        if (new_room < have + len)
            new_room = have + len;
        flows->held_bytes += new_room - room + (partial ? 0 : sizeof *partial);
        partial = memory_grow(partial, 1, sizeof *partial + new_room);
        partial->room = new_room;
        framing->partial = partial;
    }
    memory_copy(partial->at + have, chunk->bytes.at, len);
    partial->have = have + len;
    partial->origin = chunk->origin;
    advance(chunk, len);
}

/* Adds to the unit that has begun; true where it is whole, false where CHUNK is used up or the unit
 * is none. */
static bool collect(struct framing *framing, const struct framing_use *use, struct chunk *chunk,
                    struct unit *unit)
{
    for (;;) {
        const struct partial *partial = framing->partial;
        uint32_t have = partial ? partial->have : 0;
        uint32_t len = unit_len(use->kind, partial ? partial->at : NULL, have), more = len - have;

        if (len == 0) {
            lose(framing, use, have);
            framing_drop(framing, use->flows);
            return false;
        }
        if (more == 0) {
            set_unit(use->kind, partial->at, have, &partial->origin, unit);
            framing->partial->have = 0;
            return true;
        }
        if (chunk->bytes.len == 0)
            return false;
        append(framing, use->flows, chunk,
               chunk->bytes.len < more ? (uint32_t)chunk->bytes.len : more);
    }
}

static bool stands_whole(struct framing *framing, const struct framing_use *use,
                         const struct chunk *chunk)
{
    uint32_t len = unit_len(use->kind, chunk->bytes.at, chunk->bytes.len);

    return !framing->partial && len > 0 && chunk->bytes.len >= len;
}

/* Whether the record that CHUNK begins with now is of the same type and size. */
static bool has_twin(const struct chunk *chunk, const struct unit *unit)
{
    return chunk->bytes.len >= TLS_PREFIX && chunk->bytes.at[0] == unit->type &&
           body_size(FRAMING_TLS, chunk->bytes.at) == unit->size;
}

bool framing_next(struct framing *framing, const struct framing_use *use, struct chunk *chunk,
                  struct unit *unit)
{
    framing_release(framing, use->flows);
    while (chunk->bytes.len > 0) {
        bool found;

        if (framing->ahead > 0) {
            size_t len = chunk->bytes.len < framing->ahead ? chunk->bytes.len : framing->ahead;

            framing->ahead -= (uint32_t)len;
            advance(chunk, len);
            continue;
        }
        if (framing->lost) {
            if (!chunk->start || !framing_may_start(use->kind, chunk->bytes)) {
                use->skips->n[SKIP_TCP_JUNK] += chunk->bytes.len;
                advance(chunk, chunk->bytes.len);
                break;
            }
            framing->lost = false;
        }
        found = stands_whole(framing, use, chunk);
        if (found) {
            size_t len = unit_len(use->kind, chunk->bytes.at, chunk->bytes.len);

            set_unit(use->kind, chunk->bytes.at, len, &chunk->origin, unit);
            advance(chunk, len);
        } else {
            found = collect(framing, use, chunk, unit);
        }
        if (found) {
            unit->twin = use->kind == FRAMING_TLS && has_twin(chunk, unit);
            return true;
        }
    }
    return false;
}

bool framing_hole(struct framing *framing, const struct framing_use *use, uint32_t missing,
                  struct unit *unit)
{
    struct partial *partial;
    uint32_t have, prefix = prefix_of(use->kind), rest;

    framing_release(framing, use->flows);
    partial = framing->partial;
    if (framing->ahead >= missing) {
        framing->ahead -= missing;
        return false;
    }
    framing->ahead = 0;
    framing->lost = true;
    if (!partial || partial->have < prefix) {
        framing_drop(framing, use->flows);
        return false;
    }
    have = partial->have;
    partial->have = 0;
    rest = prefix + body_size(use->kind, partial->at) - have;
    if (missing <= rest) {
        framing->ahead = rest - missing;
        framing->lost = false;
    }
    set_unit(use->kind, partial->at, have, &partial->origin, unit);
    unit->twin = use->kind == FRAMING_TLS && missing == rest + prefix + unit->size;
    return use->kind == FRAMING_TLS || have >= DNS_PREFIX + PLAUSIBLE_HEADER;
}
