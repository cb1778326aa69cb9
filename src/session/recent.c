// SPDX-License-Identifier: BSD-2-Clause
/*
 * Answers from the cache in the last seconds.  Exactly the newest RECENTS_MAX of them are known,
 * whatever their hashes: a ring, with a chain through it for each bucket.
 */
#include "session/live.h"

#define RECENTS_MAX 32768 /* 1 MiB; five seconds of 6,000 cache hits a second */

struct recent {
    uint64_t key;
    int64_t answered;
    uint64_t before; /* number of the one before in its bucket */
};

struct recents {
    uint64_t n;                   /* numbers run from 1 */
    uint64_t newest[RECENTS_MAX]; /* of each bucket */
    struct recent ring[RECENTS_MAX];
};

struct recents *recents_new(void)
{
    return memory_get(1, sizeof(struct recents));
}

static uint64_t key_of(const struct stream *stream, uint16_t id, const struct endpoint *client,
                       uint32_t name_hash)
{
    uint64_t words[2] = {name_hash, 0}, where = (uint64_t)id << 32 | stream->index;
    if (name_hash == 0)
        memory_copy(words, client->octet, 16);
    return map_mix(map_mix(words[0], words[1]), where << 16 ^ (name_hash ? 0 : client->port));
}

void recent_add(struct sessions *sessions, const struct live *live)
{
    struct recents *recents = sessions->recents;
    /* Only answers from the cache are refreshed: those of CoreDNS' own zones have no RA.  Over TCP
     * nothing could be told. */
    bool own = live->payload && !(live->answer_flags & DNS_RA) && !live->stream->no_ra;
    if (own || live->s.bitmap & (BIT_FQ | BIT_FR) || live->s.transport == TRANSPORT_TCP ||
        live->s.end == WHEN_NONE)
        return;
    uint64_t key = key_of(live->stream, live->s.id, &live->s.client, live->name_hash);
    uint64_t *newest = &recents->newest[key % RECENTS_MAX];
    recents->ring[++recents->n % RECENTS_MAX] = (struct recent){key, live->s.end, *newest};
    *newest = recents->n;
}

bool recent_is(const struct sessions *sessions, const struct stream *stream,
               const struct message *message, int64_t most)
{
    const struct recents *recents = sessions->recents;
    if (message->query_time == WHEN_NONE)
        return false;
    uint64_t key = key_of(stream, message->dns.id, &message->asker, message->dns.name_hash);
    uint64_t number = recents->newest[key % RECENTS_MAX];
    for (int n = 0; n < CANDIDATES_MAX && number > 0 && number + RECENTS_MAX > recents->n; n++) {
        const struct recent *recent = &recents->ring[number % RECENTS_MAX];
        int64_t apart = message->query_time - recent->answered;
        if (recent->key == key && apart > -most && apart < most)
            return true;
        number = recent->before;
    }
    return false;
}
