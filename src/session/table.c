// SPDX-License-Identifier: BSD-2-Clause
/* The sessions that are here: their memory and the two tables that find them. */
#include "dns/detail.h"
#include "dns/name.h"
#include "session/live.h"

#define BUCKETS 1024 /* at first; doubled while there are more sessions than half of the buckets */

void index_init(struct index *index)
{
    index->bucket = memory_get(BUCKETS, sizeof(struct live *));
    index->mask = BUCKETS - 1;
}

static uint32_t client_hash(const struct stream *stream, const struct endpoint *client, uint16_t id)
{
    uint64_t words[3];
    memory_copy(words, client->octet, 16);
    words[2] = (uint64_t)client->port << 48 | (uint64_t)id << 32 | stream->index;
    return (uint32_t)map_mix(map_mix(words[0], words[1]), words[2]);
}

static uint32_t id_hash(const struct stream *stream, uint16_t id)
{
    return (uint32_t)map_mix((uint64_t)id << 32 | stream->index, 1);
}

/* A new session; NULL (and counted) where the ceiling leaves no room for it. */
struct live *live_new(struct sessions *sessions, struct stream *stream,
                      const struct message *message, int64_t start)
{
    struct live *live = pool_get(&sessions->pool, sizeof *live);
    if (!live) {
        sessions->counts.refused++;
        sessions->full = true;
        return NULL;
    }
    *live = (struct live){
        .stream = stream, .newest = start, .written = start, .bounded = WHEN_NONE, .copies = 1};
    live->s = (struct session){.start = start,
                               .end = WHEN_NONE,
                               .waited_ns = WHEN_NONE,
                               .rcode = RCODE_NONE,
                               .answers = UINT32_MAX,
                               .ttl = UINT32_MAX,
                               .join = JOIN_NULL,
                               .transport = (uint8_t)message->transport,
                               .at_server = true,
                               .identity = stream->facts.identity,
                               .server = stream->index,
                               .number = ++sessions->numbers,
                               .input_query = message->input,
                               .input_answer = message->input};
    live_set_name(sessions, live, &message->dns);
    live->older = sessions->newest;
    if (sessions->newest)
        sessions->newest->newer = live;
    else
        sessions->oldest = live;
    sessions->newest = live;
    sessions->counts.open++;
    return live;
}

static void hang_client(struct live **head, struct live *live)
{
    live->next_client = *head;
    live->client_link = head;
    if (*head)
        (*head)->client_link = &live->next_client;
    *head = live;
}

static void hang_id(struct live **head, struct live *live)
{
    live->next_id = *head;
    live->id_link = head;
    if (*head)
        (*head)->id_link = &live->next_id;
    *head = live;
}

static void unhang_client(struct index *index, struct live *live)
{
    *live->client_link = live->next_client;
    if (live->next_client)
        live->next_client->client_link = live->client_link;
    live->client_link = NULL;
    index->n--;
}

static void unhang_id(struct index *index, struct live *live)
{
    *live->id_link = live->next_id;
    if (live->next_id)
        live->next_id->id_link = live->id_link;
    live->id_link = NULL;
    index->n--;
}

/* Doubles the table of an index.  SESSIONS are hung again by arrival, so that the newest of a chain
 * stands first again. */
static void grow(struct sessions *sessions, struct index *index, bool client)
{
    size_t buckets = 2 * ((size_t)index->mask + 1);
    memory_free(index->bucket);
    index->bucket = memory_get(buckets, sizeof *index->bucket);
    index->mask = (uint32_t)(buckets - 1);
    for (struct live *live = sessions->oldest; live; live = live->newer) {
        if (client && live->client_link)
            hang_client(&index->bucket[live->client_hash & index->mask], live);
        else if (!client && live->id_link)
            hang_id(&index->bucket[live->id_hash & index->mask], live);
    }
}

void live_index_client(struct sessions *sessions, struct live *live)
{
    struct index *index = &sessions->by_client;
    if (2 * ++index->n > index->mask)
        grow(sessions, index, true);
    live->client_hash = client_hash(live->stream, &live->s.client, live->s.id);
    struct live *beside = live_beside(sessions, live);
    if (beside)
        beside->crowded = live->crowded = true;
    hang_client(&index->bucket[live->client_hash & index->mask], live);
}

void live_index_id(struct sessions *sessions, struct live *live)
{
    struct index *index = &sessions->by_id;
    if (2 * ++index->n > index->mask)
        grow(sessions, index, false);
    live->id_hash = id_hash(live->stream, live->s.id);
    hang_id(&index->bucket[live->id_hash & index->mask], live);
}

/* The first of a chain from LIVE on that has this hash. */
static struct live *same_client_hash(struct live *live, uint32_t hash)
{
    while (live && live->client_hash != hash)
        live = live->next_client;
    return live;
}

static struct live *same_id_hash(struct live *live, uint32_t hash)
{
    while (live && live->id_hash != hash)
        live = live->next_id;
    return live;
}

struct live *live_of_client(const struct sessions *sessions, const struct stream *stream,
                            const struct endpoint *client, uint16_t id)
{
    uint32_t hash = client_hash(stream, client, id);
    return same_client_hash(sessions->by_client.bucket[hash & sessions->by_client.mask], hash);
}

struct live *live_of_id(const struct sessions *sessions, const struct stream *stream, uint16_t id)
{
    uint32_t hash = id_hash(stream, id);
    return same_id_hash(sessions->by_id.bucket[hash & sessions->by_id.mask], hash);
}

struct live *live_beside(const struct sessions *sessions, const struct live *live)
{
    return same_client_hash(
        sessions->by_client.bucket[live->client_hash & sessions->by_client.mask],
        live->client_hash);
}

struct live *live_next_client(const struct live *live)
{
    return same_client_hash(live->next_client, live->client_hash);
}

struct live *live_next_id(const struct live *live)
{
    return same_id_hash(live->next_id, live->id_hash);
}

/* Takes a session out of all tables; it still holds its memory. */
void live_unlink(struct sessions *sessions, struct live *live)
{
    if (live->client_link)
        unhang_client(&sessions->by_client, live);
    if (live->id_link)
        unhang_id(&sessions->by_id, live);
    *(live->older ? &live->older->newer : &sessions->oldest) = live->newer;
    *(live->newer ? &live->newer->older : &sessions->newest) = live->older;
    live->older = live->newer = NULL;
    if (sessions->touched == live)
        sessions->touched = NULL;
    if (live->stream->unbounded == live)
        live->stream->unbounded = NULL;
    if (live->walking)
        walk_forget(sessions, live);
    sessions->counts.open--;
}

void live_free(struct sessions *sessions, struct live *live)
{
    for (struct attempt *attempt = live->s.attempts, *next; attempt; attempt = next) {
        next = attempt->next;
        pool_put(&sessions->pool, attempt, sizeof *attempt);
    }
    pool_put(&sessions->pool, (void *)(uintptr_t)live->s.name, live->s.name_len);
    pool_put(&sessions->pool, (void *)(uintptr_t)live->s.detail, live->detail_len);
    pool_put(&sessions->pool, (void *)(uintptr_t)live->s.repeat_times,
             session_repeat_times(live->s.repeats) * sizeof *live->s.repeat_times);
    pool_put(&sessions->pool, live, sizeof *live);
}

/* Id and question; a session that has a name keeps it. */
void live_set_name(struct sessions *sessions, struct live *live, const struct dns_message *dns)
{
    if (dns->reach == DNS_NOTHING || live->s.name)
        return;
    live->payload = live->s.has_id = true;
    live->s.id = dns->id;
    if (dns->name_len == 0)
        return;
    uint8_t *name = pool_get(&sessions->pool, dns->name_len);
    if (!name)
        return;
    memory_copy(name, dns->name, dns->name_len);
    dns_name_lower(name, dns->name_len);
    live->s.name = name;
    live->s.name_len = dns->name_len;
    live->s.type = dns->type;
    live->s.class = dns->class;
    live->s.has_question = true;
    live->name_hash = dns->name_hash;
}

/* Keeps addresses and extended errors of an answer. */
void live_set_detail(struct sessions *sessions, struct live *live, const struct dns_message *dns)
{
    uint8_t detail[DNS_DETAIL_MAX];
    uint16_t n_addresses, n_edes;
    if (live->s.detail || (!dns->addresses && !dns->edns_octets))
        return;
    size_t len = dns_detail(dns, detail, &n_addresses, &n_edes);
    uint8_t *kept = len ? pool_get(&sessions->pool, len) : NULL;
    if (!kept)
        return;
    memory_copy(kept, detail, len);
    live->s.detail = kept;
    live->detail_len = (uint16_t)len;
    live->s.n_addresses = n_addresses;
    live->s.n_edes = n_edes;
}

/* One more attempt at the end of the list; NULL where only its number can be kept. */
struct attempt *live_add_attempt(struct sessions *sessions, struct live *live)
{
    live->s.tries++;
    struct attempt *attempt = live->s.attempts_kept < SESSION_ATTEMPTS_MAX
                                  ? pool_get(&sessions->pool, sizeof *attempt)
                                  : NULL;
    if (!attempt)
        return NULL;
    *attempt = (struct attempt){.start = WHEN_NONE,
                                .latency_ns = WHEN_NONE,
                                .ended = WHEN_NONE,
                                .count = 1,
                                .rcode = RCODE_NONE,
                                .outcome = OUTCOME_OPEN};
    *(live->last_attempt ? &live->last_attempt->next : &live->s.attempts) = attempt;
    live->last_attempt = attempt;
    live->s.attempts_kept++;
    return attempt;
}

bool live_same_client(const struct live *live, const struct stream *stream,
                      const struct message *message)
{
    return live->stream == stream && live->s.has_client && live->s.id == message->dns.id &&
           endpoint_same(&live->s.client, &message->asker);
}

/* By the seeded hash of the name, not by its octets, which would have to be fetched: of one id and
 * client two names meet by chance once in four billion. */
bool live_same_question(const struct live *live, const struct dns_message *dns)
{
    return live->name_hash == dns->name_hash && live->s.type == dns->type &&
           live->s.name_len == dns->name_len;
}

void live_fetch(const struct live *live)
{
    for (size_t at = 0; at < sizeof *live; at += 64)
        __builtin_prefetch((const char *)live + at, 1);
}
