// SPDX-License-Identifier: BSD-2-Clause
/*
 * The tries of a call follow one another: where CoreDNS has read in vain, the next one begins as
 * soon as its read timeout is over (packets.md section 3).  So the try before is found by the time
 * at which it began, among however many others.
 */
#include "dns/name.h"
#include "wire/inside.h"

/* How long CoreDNS reads for a reply (semantics.md section 4.1); next tries were seen to begin up
 * to 4 ms behind that. */
#define READ_NS (2 * WHEN_SECOND)
#define EARLY_NS WHEN_MS
/* Exchanges looked at: those of 6 ms, of 80,000 a second. */
#define WALK_MAX 512

bool call_timed_out(const struct exchange *last, int64_t when)
{
    return last->asked != WHEN_NONE && when - last->asked >= READ_NS - EARLY_NS &&
           when - last->asked <= READ_NS + FORWARD_NS &&
           (last->answered == WHEN_NONE || last->answered > when) &&
           (last->refused == WHEN_NONE || last->refused > when) &&
           (last->wrong == WHEN_NONE || last->wrong > when);
}

static bool of_one_server(const struct exchange *a, const struct exchange *b)
{
    return endpoint_same_addr(&a->forms[0].asker, &b->forms[0].asker) ||
           (a->asker_host && b->asker_host && a->asker_host->self == b->asker_host->self);
}

/* LAST is a try of the server that asks OWNED, and OWNED may be the next one. */
static bool precedes(const struct exchange *last, const struct exchange *owned)
{
    return last->kind == owned->kind && !last->over && call_timed_out(last, owned->asked) &&
           of_one_server(last, owned) && last->has_question == owned->has_question &&
           (owned->has_question
                ? last->type == owned->type && last->name_hash == owned->name_hash &&
                      dns_name_same(last->name, last->name_len, owned->name, owned->name_len)
                : last->size == owned->size);
}

/* The first exchange that was asked at FIRST or later.  Where that is moves on with the time. */
static struct exchange *since(struct wire *wire, int64_t first)
{
    struct exchange *at = wire->read_out ? wire->read_out : wire->oldest;
    while (at->newer && (at->asked == WHEN_NONE || at->asked < first))
        at = at->newer;
    wire->read_out = at;
    for (int n = 0; n < CANDIDATES_MAX && at->older && at->older->asked >= first; n++)
        at = at->older; /* not all came in the order of time */
    return at;
}

unsigned call_before(struct wire *wire, const struct exchange *owned, bool again,
                     struct exchange *found[CALLS_MAX])
{
    unsigned n_found = 0;
    struct exchange *at = since(wire, owned->asked - READ_NS - FORWARD_NS);
    for (int n = 0; at && n < WALK_MAX && n_found < CALLS_MAX; at = at->newer, n++) {
        if (at->asked != WHEN_NONE && at->asked > owned->asked - READ_NS + EARLY_NS)
            break;
        if ((again ? at->doubted : !at->followed) && precedes(at, owned))
            found[n_found++] = at;
    }
    return n_found;
}
