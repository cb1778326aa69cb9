// SPDX-License-Identifier: BSD-2-Clause
/*
 * A cache in front of CoreDNS that is tapped, too (NodeLocal DNSCache, packets.md section 6): what
 * it asks CoreDNS is part of its own sessions.  Dnstap of CoreDNS shows the cache as a client like
 * others, under an address of the node; it is known by its queries lying inside open sessions of
 * another process, question by question.
 */
#include "base/lru.h"
#include "session/live.h"

/* Questions whose newest sessions are known: those of the last seconds, which may be open. */
#define ASKED_MAX 16384
/* Clients that are watched, and how often, and in what share of its queries, one must ask inside
 * sessions of one other process until it is known to be that. */
#define LINKS_MAX 4096
#define HITS_SURE 3
#define SHARE_SURE 8 / 10

struct link { /* of a client to the process that it is */
    const struct stream *front;
    uint64_t hits, asked;
};

struct asked { /* a session, as long as it may be the outer one of another */
    const struct stream *stream; /* NULL: none */
    uint64_t number;
    int64_t start, end; /* end: INT64_MAX while it is open */
    struct endpoint client;
    uint32_t name_hash;
    uint16_t type;
};

struct newest { /* sessions with one question, of two processes */
    struct asked of[2];
};

struct chain {
    struct lru *questions; /* struct newest by question_key */
    struct map *links;     /* by client address and asked process */
};

struct chain *chain_new(void)
{
    struct chain *chain = memory_get(1, sizeof *chain);
    chain->questions = lru_new(sizeof(uint64_t), sizeof(struct newest), ASKED_MAX);
    chain->links = map_new(sizeof(struct link), LINKS_MAX);
    return chain;
}

void chain_free(struct chain *chain)
{
    if (chain) {
        lru_free(chain->questions);
        map_free(chain->links);
    }
    memory_free(chain);
}

static uint64_t question_key(const struct live *live)
{
    return (uint64_t)live->name_hash << 16 | live->s.type;
}

/* The sessions with the question of LIVE; the question asked longest ago makes room for a new one. */
static struct asked *slots_add(struct lru *questions, const struct live *live)
{
    uint64_t key = question_key(live);
    struct newest *newest = lru_find(questions, &key);
    if (newest) {
        lru_touch(questions, newest);
        return newest->of;
    }
    if (lru_count(questions) >= ASKED_MAX)
        lru_remove(questions, lru_oldest(questions));
    newest = lru_add(questions, &key);
    return newest ? newest->of : NULL;
}

static size_t key_of(const struct live *live, uint8_t key[24])
{
    memory_copy(key, live->s.client.octet, 16);
    for (unsigned i = 0; i < 4; i++)
        key[16 + i] = (uint8_t)(live->stream->index >> 8 * i);
    key[20] = live->s.client.len;
    return 21;
}

/* INNER was asked while OUTER, a session of another process, was open with the same question. */
static bool is_inside(const struct live *inner, const struct asked *outer)
{
    return outer->stream && outer->stream != inner->stream &&
           outer->name_hash == inner->name_hash && outer->type == inner->s.type &&
           outer->start <= inner->s.start && inner->s.start - outer->start <= SETTLE_NS &&
           outer->end >= inner->s.start &&
           !endpoint_same_addr(&outer->client, &inner->s.client);
}

void chain_query(struct sessions *sessions, struct live *live)
{
    if (sessions->n_streams < 2 || !live->s.has_question || !live->s.has_client)
        return;
    struct asked *slot = slots_add(sessions->chain->questions, live);
    if (!slot)
        return;
    bool second = slot[0].stream && slot[0].stream != live->stream;
    slot[second] = (struct asked){.stream = live->stream,
                                  .number = live->s.number,
                                  .start = live->s.start,
                                  .end = INT64_MAX,
                                  .client = live->s.client,
                                  .name_hash = live->name_hash,
                                  .type = live->s.type};
    live->chained = true;
}

/* Counts whether LIVE lies inside OUTER (NULL: inside none), and tells whether its client is known
 * to be the process of OUTER. */
static bool learn(struct sessions *sessions, const struct live *live, const struct asked *outer)
{
    uint8_t key[24];
    size_t len = key_of(live, key);
    struct link *link = map_add(sessions->chain->links, key, len, NULL);
    if (!link || live->probe)
        return false;
    link->asked++;
    if (!outer)
        return false;
    if (link->hits > 0 && link->front != outer->stream) {
        link->hits--; /* the most frequent one stays */
        return false;
    }
    link->front = outer->stream;
    link->hits++;
    return link->hits >= HITS_SURE && link->hits >= link->asked * SHARE_SURE;
}

/* Frames of other connections come up to a second late, so that this is looked at only when a
 * session leaves. */
void chain_leaving(struct sessions *sessions, struct live *live)
{
    if (!live->chained)
        return;
    uint64_t key = question_key(live);
    struct newest *newest = lru_find(sessions->chain->questions, &key);
    struct asked *slot = newest ? newest->of : NULL;
    for (int i = 0; i < 2 && slot; i++)
        if (slot[i].number == live->s.number)
            slot[i].end = live->s.end != WHEN_NONE ? live->s.end : live->s.start + SETTLE_NS;
    if (sessions->n_streams < 2 || live->s.internal || !live->query_seen)
        return;
    const struct asked *outer = !slot                       ? NULL
                                : is_inside(live, &slot[0]) ? &slot[0]
                                : is_inside(live, &slot[1]) ? &slot[1]
                                                            : NULL;
    if (learn(sessions, live, outer)) {
        live->s.internal = true;
        live->s.parent = outer->number;
    }
}
