// SPDX-License-Identifier: BSD-2-Clause
/*
 * Lookups that CoreDNS makes inside a session (a zone's CNAME that points outside is chased with
 * the client's address, port and id and another name), and clients that walk their search list.
 */
#include "dns/name.h"
#include "session/live.h"

/* The nested lookup begins when the zone plugin has its answer: at once, but for a busy machine. */
#define NEST_DELAY_NS (20 * WHEN_MS)
/* A client that goes on to its next search name so soon had an answer for the one before. */
#define WALK_NS (WHEN_SECOND / 10)
/* The same question again within this is a retry after an error that was not tapped. */
#define RETRY_NS (2 * WHEN_SECOND)

static bool may_be_inside(const struct live *outer, const struct live *inner)
{
    return inner != outer && inner->stream == outer->stream && inner->s.id == outer->s.id &&
           inner->s.has_client && endpoint_same(&inner->s.client, &outer->s.client) &&
           inner->s.transport == outer->s.transport && inner->query_seen && outer->query_seen &&
           !outer->own_call && inner->s.has_question && outer->s.has_question &&
           inner->name_hash != outer->name_hash && inner->s.start > outer->s.start &&
           inner->s.start - outer->s.start <= NEST_DELAY_NS &&
           (!outer->answered || (inner->answered ? inner->s.end : inner->s.start) <= outer->s.end);
}

/* OUTER has its answer: what began and ended inside it is its own doing. */
void nest_answered(struct sessions *sessions, struct live *outer)
{
    struct live *inner = live_beside(sessions, outer);
    for (int n = 0; inner && n < CANDIDATES_MAX; inner = live_next_client(inner), n++)
        if (!inner->s.internal && may_be_inside(outer, inner)) {
            inner->s.internal = true;
            inner->s.parent = outer->s.number;
        }
}

void nest_inside(struct sessions *sessions, struct live *inner)
{
    struct live *outer = inner->s.internal ? NULL : live_beside(sessions, inner);
    for (int n = 0; outer && n < CANDIDATES_MAX; outer = live_next_client(outer), n++)
        if (outer->answered && may_be_inside(outer, inner)) {
            inner->s.internal = true;
            inner->s.parent = outer->s.number;
            return;
        }
}

/* LIVE leaves while the session around it is still open. */
void nest_leaving(struct sessions *sessions, struct live *live)
{
    struct live *outer =
        live->s.has_client && !live->s.internal ? live_beside(sessions, live) : NULL;
    for (int n = 0; outer && n < CANDIDATES_MAX; outer = live_next_client(outer), n++)
        if (!outer->answered && may_be_inside(outer, live)) {
            live->s.internal = true;
            live->s.parent = outer->s.number;
            return;
        }
}

/* Neither slot nor tag hang on the process' seed: which of two clients loses theirs must not change
 * from run to run. */
static struct walk *walk_of(struct sessions *sessions, const struct live *live)
{
    uint64_t words[2];
    memory_copy(words, live->s.client.octet, 16);
    uint64_t mixed = (words[0] ^ words[1] ^ (uint64_t)live->s.type << 40 ^ live->stream->index) *
                     UINT64_C(0x9e3779b97f4a7c15);
    struct walk *walk = &sessions->walks[mixed >> 32 & (WALK_SLOTS - 1)];
    if (walk->tag != (uint32_t)mixed)
        *walk = (struct walk){.tag = (uint32_t)mixed};
    return walk;
}

/* Whether NEXT is BEFORE with a shorter search suffix: the same first labels, and what follows
 * them in NEXT is what follows the first labels of the suffix in BEFORE (ns.svc.zone, svc.zone,
 * zone, and the name as it is). */
static bool walks_on(const struct session *before, const struct session *next)
{
    unsigned many = dns_name_labels(before->name, before->name_len);
    unsigned few = dns_name_labels(next->name, next->name_len);
    if (few == 0 || few >= many)
        return false;
    for (unsigned host = 1; host <= few; host++) {
        size_t host_len = dns_name_skip(next->name, next->name_len, host);
        if (host_len >= before->name_len)
            return false;
        for (size_t i = 0; i < host_len; i++)
            if (before->name[i] != next->name[i])
                return false;
        unsigned suffix = few - host;
        size_t tail = dns_name_skip(before->name, before->name_len, many - suffix);
        if (dns_name_same(before->name + tail, before->name_len - tail, next->name + host_len,
                          next->name_len - host_len) &&
            (suffix > 0 || host > 1))
            return true;
    }
    return false;
}

/* Follows the client along its search list.  It moves on for an answer only, unless it has just
 * asked the same again (glibc moves on behind two errors). */
void walk_query(struct sessions *sessions, struct live *live)
{
    if (!live->s.has_question || !live->s.has_client || live->stream->late)
        return;
    struct walk *walk = walk_of(sessions, live);
    struct live *before = walk->live;
    bool retry = false;
    if (before && !endpoint_same_addr(&before->s.client, &live->s.client))
        before = NULL;
    if (before) {
        int64_t apart = live->s.start - before->s.start;
        if (before->name_hash == live->name_hash)
            retry = apart < RETRY_NS;
        else if (apart >= 0 && apart <= WALK_NS && !before->walked_on && !before->refresh &&
                 walks_on(&before->s, &live->s))
            before->walked_on = true;
    }
    live->walking = !retry; /* nothing follows from where it goes after a retry */
    walk->live = retry ? NULL : live;
}

void walk_forget(struct sessions *sessions, struct live *live)
{
    struct walk *walk = walk_of(sessions, live);
    if (walk->live == live)
        walk->live = NULL;
    live->walking = false;
}
