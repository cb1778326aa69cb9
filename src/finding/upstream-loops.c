// SPDX-License-Identifier: BSD-2-Clause
/*
 * Questions that come back: CoreDNS forwards to an upstream that asks CoreDNS.  The address of an
 * upstream may be a client's, too (the node's own programs), so that it is not the address that
 * tells, but the same question coming from there while it is waited for.  Nothing is kept until a
 * client has an upstream's address, or asks from where the server is.
 */
#include "base/limits.h"
#include "finding/upstream.h"

/* A question is waited for no longer than a forward call lasts (semantics.md section 4.1). */
#define CALL_NS (7 * WHEN_SECOND)
enum { TYPE_HINFO = 13 };

struct loop_key { /* no padding: compared as bytes */
    uint64_t name;
    uint32_t type, server;
};
_Static_assert(sizeof(struct loop_key) == 16, "no padding");

struct forwarded { /* the newest session that forwarded a question */
    struct endpoint client, upstream;
    int64_t start, end;
    uint16_t id;
};

struct loop {
    struct endpoint upstream;
    struct loop_count count;
    struct suspect *suspect;
};

struct loops {
    uint64_t upstreams;    /* one bit an address, hashed */
    struct lru *forwarded; /* NULL until somebody is suspected */
    struct map *loops;     /* struct loop by address */
};

struct loops *loops_new(void)
{
    struct loops *loops = memory_get(1, sizeof *loops);
    loops->loops = map_new(sizeof(struct loop), LIMIT_FINDING_PATHS);
    return loops;
}

void loops_free(struct loops *loops)
{
    if (loops == NULL)
        return;
    if (loops->forwarded != NULL)
        lru_free(loops->forwarded);
    map_free(loops->loops);
    memory_free(loops);
}

static uint64_t bit_of(const struct endpoint *end)
{
    return UINT64_C(1) << ((end->octet[3] ^ end->octet[2] << 2 ^ end->octet[15]) & 63);
}

/* The client may be the upstream UPSTREAM: it has its address, or both are the server itself. */
static bool may_be(const struct session *session, const struct endpoint *upstream)
{
    const struct endpoint *client = &session->client;
    return endpoint_same_addr(client, upstream) ||
           (endpoint_is_loopback(client) && endpoint_is_loopback(upstream)) ||
           (session->server_addr.len != 0 && endpoint_same_addr(client, &session->server_addr));
}

static struct loop_key key_of(const struct session *session)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a: the same in every run */
    for (size_t i = 0; i < session->name_len; i++)
        hash = (hash ^ session->name[i]) * UINT64_C(0x100000001b3);
    return (struct loop_key){hash, session->type, session->server};
}

static struct loop *loop_at(struct loops *loops, const struct endpoint *upstream)
{
    bool added = false;
    struct endpoint key = *upstream;
    key.port = 0;
    struct loop *loop = map_add(loops->loops, &key, sizeof key, &added);
    if (loop != NULL && added)
        loop->upstream = *upstream;
    return loop;
}

/* It is what FORWARDED waits for, and no repeat of the same query. */
static bool is_return(const struct forwarded *forwarded, const struct session *session)
{
    bool repeated =
        session->id == forwarded->id && endpoint_same(&session->client, &forwarded->client);
    return session->start > forwarded->start && session->start <= forwarded->end && !repeated &&
           may_be(session, &forwarded->upstream);
}

static void remember(struct loops *loops, const struct session *session, const struct loop_key *key)
{
    struct forwarded *forwarded = lru_find(loops->forwarded, key);
    if (forwarded == NULL && lru_count(loops->forwarded) == LIMIT_ECHOES)
        lru_remove(loops->forwarded, lru_oldest(loops->forwarded));
    if (forwarded == NULL)
        forwarded = lru_add(loops->forwarded, key);
    if (forwarded == NULL)
        return;
    int64_t end = session->end != WHEN_NONE ? session->end : session->start + CALL_NS;
    *forwarded = (struct forwarded){session->client, session->attempts->upstream, session->start,
                                    end, session->id};
    lru_touch(loops->forwarded, forwarded);
}

/* A question from an address that is an upstream's, too. */
static void note_client(struct findings *findings, struct loops *loops,
                        const struct session *session, const struct loop_key *key,
                        struct charge *charge)
{
    const struct forwarded *forwarded = lru_find(loops->forwarded, key);
    bool returned = forwarded != NULL && is_return(forwarded, session);
    struct loop *loop =
        loop_at(loops, forwarded != NULL ? &forwarded->upstream : &session->attempts->upstream);
    if (loop == NULL)
        return;
    loop->count.asked++;
    if (!returned)
        return;
    loop->count.returned++;
    loop->count.probes += session->type == TYPE_HINFO && session->background;
    if (loop->suspect == NULL)
        loop->suspect = suspect_of_endpoint(findings, FINDING_FORWARDING_LOOP, &loop->upstream);
    suspect_event(loop->suspect, session->start, session);
    charge_add(charge, loop->suspect);
}

void loops_session(struct findings *findings, struct loops *loops, const struct session *session,
                   struct charge *charge)
{
    for (const struct attempt *at = session->attempts; at != NULL; at = at->next)
        loops->upstreams |= bit_of(&at->upstream);
    if (!session->has_client || !session->has_question)
        return;
    bool suspected = false;
    if ((loops->upstreams & bit_of(&session->client)) != 0 ||
        endpoint_is_loopback(&session->client) ||
        (session->server_addr.len != 0 &&
         endpoint_same_addr(&session->client, &session->server_addr)))
        for (const struct attempt *at = session->attempts; at != NULL && !suspected; at = at->next)
            suspected = may_be(session, &at->upstream);
    if (!suspected && loops->forwarded == NULL)
        return;
    if (loops->forwarded == NULL)
        loops->forwarded = lru_new(sizeof(struct loop_key), sizeof(struct forwarded), LIMIT_ECHOES);
    struct loop_key key = key_of(session);
    if (suspected)
        note_client(findings, loops, session, &key, charge);
    remember(loops, session, &key);
}

void loops_charge(struct loops *loops, const struct endpoint *upstream, struct charge *charge)
{
    struct endpoint key = *upstream;
    key.port = 0;
    if (map_count(loops->loops) == 0)
        return;
    const struct loop *loop = map_find(loops->loops, &key, sizeof key);
    if (loop != NULL)
        charge_add(charge, loop->suspect);
}

struct loop_count loops_of(const struct loops *loops, const struct endpoint *upstream)
{
    struct endpoint key = *upstream;
    key.port = 0;
    const struct loop *loop = map_find(loops->loops, &key, sizeof key);
    return loop != NULL ? loop->count : (struct loop_count){0};
}
