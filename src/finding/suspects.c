// SPDX-License-Identifier: BSD-2-Clause
/* Who or what may be at fault, and the bad events that point to it. */
#include <string.h>

#include "base/limits.h"
#include "finding/inside.h"

/* FNV-1a (RFC draft-eastlake-fnv). */
uint64_t steady_hash(const void *at, size_t len)
{
    const uint8_t *octet = at;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ octet[i]) * UINT64_C(0x100000001b3);
    return hash != 0 ? hash : 1;
}

static bool crowd_put(struct crowd *crowd, uint64_t hash)
{
    for (uint64_t i = hash;; i++) {
        uint64_t *place = &crowd->seen[i & (crowd->room - 1)];
        if (*place == hash)
            return false;
        if (*place == 0) {
            *place = hash;
            return true;
        }
    }
}

static void crowd_grow(struct crowd *crowd)
{
    struct crowd larger = {
        memory_get(crowd->room == 0 ? 8 : 2 * (size_t)crowd->room, sizeof *larger.seen), crowd->n,
        crowd->room == 0 ? 8 : 2 * crowd->room};
    for (uint32_t i = 0; i < crowd->room; i++)
        if (crowd->seen[i] != 0)
            crowd_put(&larger, crowd->seen[i]);
    memory_free(crowd->seen);
    *crowd = larger;
}

void crowd_add(struct crowd *crowd, uint64_t hash)
{
    if (crowd->n > FINDING_CROWD_MAX)
        return;
    if (2 * crowd->n >= crowd->room)
        crowd_grow(crowd);
    crowd->n += crowd_put(crowd, hash);
}

void crowd_join(struct crowd *crowd, const struct crowd *other)
{
    for (uint32_t i = 0; i < other->room; i++)
        if (other->seen[i] != 0)
            crowd_add(crowd, other->seen[i]);
}

static struct suspect *suspect_at(struct findings *findings, const struct subject *subject)
{
    bool added = false;
    struct suspect *suspect =
        map_add(findings->suspects, subject, offsetof(struct subject, at) + subject->len, &added);
    if (suspect == NULL)
        findings->folded_suspects++;
    if (!added)
        return suspect;
    suspect->number = (uint32_t)map_count(findings->suspects) - 1;
    suspect->subject = *subject;
    suspect->first = suspect->last = WHEN_NONE;
    return suspect;
}

static struct suspect *suspect_of(struct findings *findings, enum finding_id id, const void *at,
                                  size_t len)
{
    struct subject subject;
    memset(&subject, 0, sizeof subject);
    subject.id = id;
    subject.len = (uint8_t)(len < sizeof subject.at ? len : sizeof subject.at);
    memory_copy(subject.at, at, subject.len);
    return suspect_at(findings, &subject);
}

struct suspect *suspect_of_endpoint(struct findings *findings, enum finding_id id,
                                    const struct endpoint *end)
{
    return suspect_of(findings, id, end, sizeof *end);
}

struct suspect *suspect_of_name(struct findings *findings, enum finding_id id, const uint8_t *name,
                                size_t len)
{
    return suspect_of(findings, id, name, len);
}

struct suspect *suspect_of_server(struct findings *findings, enum finding_id id, uint32_t server)
{
    return suspect_of(findings, id, &server, sizeof server);
}

struct suspect *suspect_of_spell(struct findings *findings, enum finding_id id, uint32_t server,
                                 uint32_t spell)
{
    const uint32_t at[2] = {server, spell};
    return suspect_of(findings, id, at, sizeof at);
}

struct suspect *suspect_of_capture(struct findings *findings, enum finding_id id)
{
    if (findings->whole[id] == NULL)
        findings->whole[id] = suspect_of(findings, id, NULL, 0);
    return findings->whole[id];
}

struct witness witness_of(const struct session *session)
{
    struct witness witness = {.when = session->start, .server = (uint64_t)session->server + 1};
    if (session->has_client)
        witness.client = steady_hash(session->client.octet, sizeof session->client.octet);
    if (session->has_question)
        witness.name = steady_hash(session->name, session->name_len);
    return witness;
}

uint64_t witness_of_client(const struct endpoint *client)
{
    return steady_hash(client->octet, sizeof client->octet);
}

struct witness witness_of_lookup(const struct lookup *lookup, int64_t when)
{
    struct slice host = lookup_host(lookup);
    return (struct witness){.when = when,
                            .client = witness_of_client(&lookup->client),
                            .name = steady_hash(host.at, host.len),
                            .server = (uint64_t)lookup->server + 1};
}

void suspect_witness(struct suspect *suspect, const struct witness *witness)
{
    if (suspect == NULL)
        return;
    suspect->events++;
    if (witness->when != WHEN_NONE) {
        if (suspect->first == WHEN_NONE || witness->when < suspect->first)
            suspect->first = witness->when;
        if (suspect->last == WHEN_NONE || witness->when > suspect->last)
            suspect->last = witness->when;
    }
    if (witness->client != 0)
        crowd_add(&suspect->clients, witness->client);
    if (witness->name != 0)
        crowd_add(&suspect->names, witness->name);
    if (witness->server != 0)
        crowd_add(&suspect->servers, witness->server);
}

void suspect_event(struct suspect *suspect, int64_t when, const struct session *session)
{
    struct witness witness = {.when = when};
    if (suspect == NULL)
        return;
    if (session != NULL)
        witness = witness_of(session);
    witness.when = when;
    suspect_witness(suspect, &witness);
}

struct endpoint suspect_endpoint(const struct suspect *suspect)
{
    struct endpoint end = {0};
    memory_copy(&end, suspect->subject.at,
                suspect->subject.len < sizeof end ? suspect->subject.len : sizeof end);
    return end;
}

struct slice suspect_name(const struct suspect *suspect)
{
    return (struct slice){suspect->subject.at, suspect->subject.len};
}

uint32_t suspect_server(const struct suspect *suspect)
{
    uint32_t server = UINT32_MAX;
    if (suspect->subject.len >= sizeof server) /* a spell's stands behind it */
        memory_copy(&server, suspect->subject.at, sizeof server);
    return server;
}

struct suspect *suspect_next(struct findings *findings, enum finding_id id, uint32_t *at)
{
    while (*at < map_count(findings->suspects)) {
        struct suspect *suspect = map_at(findings->suspects, (*at)++);
        if (suspect->subject.id == id)
            return suspect;
    }
    return NULL;
}
