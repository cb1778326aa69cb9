// SPDX-License-Identifier: BSD-2-Clause
/* Clients, one at a time: those that ask again and again for what failed, and those that are left with
 * truncated answers. */
#include <string.h>

#include "base/limits.h"
#include "finding/clients.h"

void asking_init(struct asking *asking)
{
    asking->clients = map_new(sizeof(struct asking_client), LIMIT_ASKING_CLIENTS);
}

void asking_done(struct asking *asking)
{
    for (size_t i = 0; i < map_count(asking->clients); i++) {
        struct asking_client *client = map_at(asking->clients, i);
        memory_free(client->storms);
    }
    map_free(asking->clients);
}

static struct asking_client *client_of(struct asking *asking, const struct endpoint *end)
{
    bool added = false;
    struct asking_client *client = asking->here;
    if (client != NULL && endpoint_same_addr(&client->end, end))
        return client;
    client = map_add(asking->clients, end->octet, sizeof end->octet, &added);
    if (client == NULL) {
        asking->folded++;
        return NULL;
    }
    if (added) {
        client->end = *end;
        client->end.port = 0;
        client->second = WHEN_NONE;
    }
    asking->here = client;
    return client;
}

/* Truncated answers ------------------------------------------------------------------------------- */

void asking_session(struct findings *findings, const struct session *session)
{
    if (session->transport == TRANSPORT_UDP && !session->truncated)
        return;
    struct asking_client *client = client_of(&findings->clients->asking, &session->client);
    if (client == NULL)
        return;
    if (session->transport != TRANSPORT_UDP) {
        client->by_tcp++;
        client->cut = 0; /* it can */
    } else {
        client->truncated++;
    }
}

static bool is_cut(const struct lookup *lookup)
{
    const struct lookup_step *last = lookup->steps;
    bool cut = false;
    while (last->next != NULL)
        last = last->next;
    for (unsigned i = 0; i < last->n; i++)
        cut |= last->query[i].result == RESULT_CUT;
    return cut && lookup->outcome != LOOKUP_RESOLVED;
}

/* The application got nothing, though there is an answer: that is a failure, whatever its resolver
 * says. */
static void note_cut(struct findings *findings, struct asking_client *client,
                     const struct lookup *lookup, enum harm harm, struct charge *charge)
{
    struct charge own = {.n = 0};
    client->cut++;
    if (client->by_tcp != 0)
        return;
    struct suspect *suspect = suspect_of_endpoint(findings, FINDING_TRUNCATED_NO_TCP, &client->end);
    struct witness witness = witness_of_lookup(lookup, lookup->start);
    if (suspect == NULL)
        return;
    suspect_witness(suspect, &witness);
    charge_add(charge, suspect);
    charge_add(&own, suspect);
    if (harm < HARM_STALLED)
        ledger_lookup(findings, lookup, &own, HARM_FAILED);
}

/* Storms ------------------------------------------------------------------------------------------ */

/* The host failed for this client lately. */
static bool is_repeat(struct asking_client *client, const struct lookup *lookup, uint64_t host)
{
    for (size_t i = 0; i < FAILED_HOSTS; i++)
        if (client->failed[i].host == host && lookup->start - client->failed[i].when <= FAILED_NS)
            return true;
    return false;
}

static void note_failed(struct asking_client *client, const struct lookup *lookup, uint64_t host)
{
    size_t at = client->n_failed % FAILED_HOSTS;
    for (size_t i = 0; i < FAILED_HOSTS; i++)
        if (client->failed[i].host == host)
            at = i;
    client->n_failed += client->failed[at].host != host;
    client->failed[at] = (struct failed_host){host, lookup->start};
}

/* The second is over: a stormy one is kept by its rate, since what is quiet is known at the end. */
static void close_second(struct asking_client *client)
{
    struct storm storm = {1, client->queries, client->repeats, client->second, client->second_last};
    unsigned level = 0;
    if (client->second == WHEN_NONE || client->repeats < STORM_REPEATS)
        return;
    while (level + 1 < STORM_LEVELS && client->queries >= (uint64_t)2 << level)
        level++;
    if (client->storms == NULL)
        client->storms = memory_get(STORM_LEVELS, sizeof *client->storms);
    storm_add(&client->storms[level], &storm);
}

void storm_add(struct storm *to, const struct storm *storm)
{
    if (storm->seconds == 0)
        return;
    if (to->seconds == 0 || storm->first < to->first)
        to->first = storm->first;
    if (to->seconds == 0 || storm->last > to->last)
        to->last = storm->last;
    to->seconds += storm->seconds;
    to->queries += storm->queries;
    to->repeats += storm->repeats;
}

static void note_rate(struct asking_client *client, const struct lookup *lookup)
{
    uint64_t host = witness_of_lookup(lookup, lookup->start).name;
    if (client->second == WHEN_NONE || lookup->start - client->second >= WHEN_SECOND ||
        lookup->start < client->second) {
        close_second(client);
        client->second = lookup->start;
        client->queries = client->repeats = 0;
    }
    client->second_last = lookup->start;
    client->queries += lookup->n_sessions;
    client->repeats += is_repeat(client, lookup, host);
    note_failed(client, lookup, host);
}

/* What went well, or does not exist, is of no interest here: nearly all. */
void asking_lookup(struct findings *findings, const struct lookup *lookup, enum harm harm,
                   struct charge *charge)
{
    bool failed = lookup->outcome == LOOKUP_FAILED || lookup->outcome == LOOKUP_TIMED_OUT;
    bool cut = lookup->outcome != LOOKUP_RESOLVED && is_cut(lookup);
    if (!failed && !cut)
        return;
    struct asking_client *client = client_of(&findings->clients->asking, &lookup->client);
    if (client == NULL)
        return;
    if (failed)
        note_rate(client, lookup);
    if (cut)
        note_cut(findings, client, lookup, harm, charge);
}

static uint64_t sessions_of(const struct report *report, const struct endpoint *client)
{
    const struct keys *keys = &report->clients.table;
    for (size_t i = 0; i < keys->n; i++)
        if (keys->at[i]->len == client->len &&
            memcmp(keys->at[i]->name, client->octet, client->len) == 0)
            return keys->at[i]->tally.sessions;
    return 0;
}

struct storm asking_storm(struct asking_client *client, const struct report *report)
{
    struct storm all = {0, 0, 0, WHEN_NONE, WHEN_NONE}, fierce = all;
    close_second(client);
    client->second = WHEN_NONE;
    if (client->storms == NULL)
        return fierce;
    for (unsigned level = 0; level < STORM_LEVELS; level++)
        storm_add(&all, &client->storms[level]);
    uint64_t sessions = all.seconds != 0 ? sessions_of(report, &client->end) : 0;
    double seconds = report_seconds(report) - (double)all.seconds;
    if (sessions < all.queries || seconds < STORM_QUIET)
        return fierce; /* nothing to compare with */
    client->quiet = (double)(sessions - all.queries) / seconds;
    for (unsigned level = 0; level < STORM_LEVELS; level++)
        if ((double)((uint64_t)1 << level) >= STORM_TIMES * client->quiet)
            storm_add(&fierce, &client->storms[level]);
    return fierce;
}
