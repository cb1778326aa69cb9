// SPDX-License-Identifier: BSD-2-Clause
/*
 * Failures that repeat an earlier one, or that share its attempts.  CoreDNS keeps an upstream's error
 * for 5 s and answers from there.  Where two sessions ask one question at once their attempts stand
 * under the older one, and of repeats from one socket it may be that their answers are exchanged.
 */
#include "base/limits.h"
#include "finding/upstream.h"

/* The cache plugin's `servfail` as CoreDNS sets it; times of two messages differ a little. */
#define KEPT_NS (5 * WHEN_SECOND + WHEN_SECOND / 2)
/* A forward call is over within this (semantics.md section 4.1). */
#define CALL_NS (7 * WHEN_SECOND)
enum { RCODE_SERVFAIL = 2, RCODE_NOTIMP = 4 }; /* what the cache plugin takes for server errors */

struct echo_key { /* no padding: compared as bytes */
    uint64_t name;
    uint32_t type, server;
};
_Static_assert(sizeof(struct echo_key) == 16, "no padding");

struct echo {
    int64_t since; /* start of the first of those that followed one another within CALL_NS */
    int64_t start, end;
    struct charge charge;
    struct endpoint client;
    uint16_t rcode; /* that the upstream sent; RCODE_NONE: none */
};

struct echoes {
    struct lru *table;
};

struct echoes *echoes_new(void)
{
    struct echoes *echoes = memory_get(1, sizeof *echoes);
    echoes->table = lru_new(sizeof(struct echo_key), sizeof(struct echo), LIMIT_ECHOES);
    return echoes;
}

void echoes_free(struct echoes *echoes)
{
    if (echoes != NULL)
        lru_free(echoes->table);
    memory_free(echoes);
}

static struct echo_key key_of(const uint8_t *name, size_t len, uint16_t type, uint32_t server)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a: the same in every run */
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ name[i]) * UINT64_C(0x100000001b3);
    return (struct echo_key){hash, type, server};
}

void echoes_note(struct echoes *echoes, const struct session *session, const struct charge *charge,
                 uint16_t rcode, int64_t when)
{
    if (!session->has_question || charge->n == 0)
        return;
    struct echo_key key = key_of(session->name, session->name_len, session->type, session->server);
    struct echo *echo = lru_find(echoes->table, &key);
    if (echo == NULL && lru_count(echoes->table) == LIMIT_ECHOES)
        lru_remove(echoes->table, lru_oldest(echoes->table));
    int64_t since =
        echo != NULL && session->start - echo->end <= CALL_NS ? echo->since : session->start;
    if (echo == NULL)
        echo = lru_add(echoes->table, &key);
    if (echo == NULL)
        return;
    *echo = (struct echo){since, session->start, when, *charge, session->client, rcode};
    lru_touch(echoes->table, echo);
}

static bool repeats(const struct echo *echo, const struct session *session)
{
    bool cached = session->attempts == NULL && echo->rcode != RCODE_NONE &&
                  session->rcode == echo->rcode && session->start - echo->end <= KEPT_NS;
    bool shared = (session->join == JOIN_AMBIGUOUS ||
                   (session->has_client && endpoint_same(&session->client, &echo->client))) &&
                  session->start - echo->start <= CALL_NS;
    return session->start >= echo->start && (cached || shared);
}

void echoes_charge(const struct echoes *echoes, const struct session *session,
                   struct charge *charge)
{
    if (!session->has_question || lru_count(echoes->table) == 0)
        return;
    struct echo_key key = key_of(session->name, session->name_len, session->type, session->server);
    const struct echo *echo = lru_find(echoes->table, &key);
    if (echo == NULL || !repeats(echo, session))
        return;
    for (size_t i = 0; i < echo->charge.n; i++) {
        suspect_event(echo->charge.suspects[i], session->start, session);
        charge_add(charge, echo->charge.suspects[i]);
    }
}

static void recall_one(const struct echoes *echoes, const struct lookup *lookup, struct slice name,
                       uint16_t type, struct charge *charge)
{
    struct echo_key key = key_of(name.at, name.len, type, lookup->server);
    const struct echo *echo = lru_find(echoes->table, &key);
    if (echo == NULL || echo->since > lookup->start + CALL_NS || echo->end < lookup->start)
        return;
    for (size_t k = 0; k < echo->charge.n; k++)
        charge_add(charge, echo->charge.suspects[k]);
}

/* What asks for one type of address asks for the other, too, though that is not tapped. */
static void recall_name(const struct echoes *echoes, const struct lookup *lookup, struct slice name,
                        struct charge *charge)
{
    enum { TYPE_A = 1, TYPE_AAAA = 28 };
    bool address = lookup->type[0] == TYPE_A || lookup->type[0] == TYPE_AAAA;
    recall_one(echoes, lookup, name, address ? TYPE_A : lookup->type[0], charge);
    if (address)
        recall_one(echoes, lookup, name, TYPE_AAAA, charge);
}

void echoes_recall(const struct echoes *echoes, const struct lookup *lookup, struct charge *charge)
{
    if (lru_count(echoes->table) == 0)
        return;
    for (const struct lookup_step *step = lookup->steps; step != NULL; step = step->next)
        recall_name(echoes, lookup, (struct slice){step->name, step->name_len}, charge);
    recall_name(echoes, lookup, lookup_host(lookup), charge);
}
