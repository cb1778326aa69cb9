// SPDX-License-Identifier: BSD-2-Clause
/* Datagrams that did not arrive: what stubs asked again when their timer had run out, and what was
 * seen at one place of the way and not at the other. */
#include <string.h>

#include "base/limits.h"
#include "finding/clients.h"

enum { TYPE_AAAA = 28 };

/* The answer to a repeat comes at once where only the first was lost: by far slower ones are
 * CoreDNS's own time. */
#define AT_ONCE_NS (WHEN_SECOND / 2)
/* CoreDNS gives an upstream up every 2 s (semantics.md section 4.1): an answer that comes so soon
 * behind such a time waited for that, whenever the stub asked again. */
#define READ_NS (2 * WHEN_SECOND)
#define READ_LATE_NS (WHEN_SECOND / 10)
/* A stub's shortest timer is 1 s (resolv.conf), with some haste. */
#define TIMER_NS (WHEN_SECOND * 9 / 10)

/* Of queries that were not lost, so many must be seen at both places: else the second place is not
 * on the way of all of them (a replica that nobody captured). */
#define CROSSED_SHARE 0.95

void losses_init(struct losses *losses)
{
    losses->ways = map_new(sizeof(struct way), LIMIT_WAYS);
    losses->retries.rate = 0.001; /* lost datagrams below one in a thousand are everyday */
    losses->path.rate = LOST_SHARE;
}

void losses_done(struct losses *losses)
{
    map_free(losses->ways);
}

struct suspect *losses_soft(struct findings *findings, enum finding_id id)
{
    return suspect_of_server(findings, id, UINT32_MAX);
}

/* Sessions ---------------------------------------------------------------------------------------- */

static struct way *way_of(struct losses *losses, const struct endpoint *client)
{
    if (losses->way != NULL) {
        struct slice key = map_key(losses->ways, losses->way);
        if (key.len == sizeof client->octet &&
            memcmp(key.at, client->octet, sizeof client->octet) == 0)
            return losses->way;
    }
    struct way *way = map_add(losses->ways, client->octet, sizeof client->octet, NULL);
    if (way != NULL) {
        losses->way = way;
        way->end = *client;
        way->end.port = 0;
    }
    return way;
}

static void note_way(struct findings *findings, const struct session *session,
                     struct charge *charge)
{
    struct losses *losses = &findings->clients->losses;
    struct way *way = way_of(losses, &session->client);
    unsigned lost = session->query_lost + (unsigned)session->answer_lost;
    if (way == NULL) {
        findings->folded_suspects++;
        return;
    }
    losses->datagrams += session->crossed + (unsigned)session->query_lost;
    way->crossed += session->crossed;
    way->uncrossed += session->crossed == 0 && session->query_lost == 0;
    way->query_lost += session->query_lost;
    way->answer_lost += session->answer_lost;
    way->inputs |= session->inputs;
    if (session->crossed != 0 && (session->inputs & (session->inputs - 1)) == 0)
        losses->wide_inputs |= session->inputs;
    if (lost == 0)
        return;
    struct suspect *suspect = suspect_of_capture(findings, FINDING_LOST_ON_PATH);
    charge_add(charge, suspect);
    for (unsigned i = 0; i < lost; i++) {
        suspect_event(suspect, session->start, session);
        spells_event(&losses->path, session->start, losses->datagrams);
    }
}

void losses_session(struct findings *findings, const struct session *session, struct charge *charge)
{
    struct losses *losses = &findings->clients->losses;
    if (session->crossed != 0)
        losses->crossing = true;
    if (session->status == STATUS_CAPTURE_EDGE)
        return; /* what comes behind the end nobody saw */
    if (losses->crossing && session->transport == TRANSPORT_UDP)
        note_way(findings, session, charge);
    if (session->unanswered == 0 || session->at_server)
        return;
    /* Whether something was lost its lookup tells.  In the race it is AAAA, which is sent second. */
    if (session->type == TYPE_AAAA)
        charge_add(charge, losses_soft(findings, FINDING_AAAA_RACE));
    charge_add(charge, losses_soft(findings, FINDING_CLIENT_RETRY));
}

/* Lookups ----------------------------------------------------------------------------------------- */

/* What one lookup shows. */
struct shown {
    int64_t when, second_when; /* the first loss; the first of a pair's second */
    unsigned first, second, both, lone, answers;
    bool soft;
};

static bool is_about_a_try(int64_t wait)
{
    return wait >= READ_NS && wait % READ_NS < READ_LATE_NS;
}

/* Nobody answered QUERY until it was asked again, and then it was answered at once. */
static bool is_lost(const struct lookup_query *query)
{
    if (!query->first_lost || query->answered == WHEN_NONE)
        return false;
    int64_t wait = query->answered - query->first;
    return wait >= TIMER_NS && query->answered - query->last < AT_ONCE_NS && !is_about_a_try(wait);
}

static void note(struct shown *shown, unsigned *count, int64_t when)
{
    ++*count;
    if (shown->when == WHEN_NONE || when < shown->when)
        shown->when = when;
    if (count == &shown->second && shown->second_when == WHEN_NONE)
        shown->second_when = when;
}

static void see_pair(struct shown *shown, const struct lookup_step *step)
{
    const struct lookup_query *first = &step->query[0], *second = &step->query[1];
    if (is_lost(first) && is_lost(second))
        note(shown, &shown->both, first->first);
    else if (is_lost(first))
        note(shown, &shown->first, first->first);
    else if (is_lost(second))
        note(shown, &shown->second, second->first);
}

/* Seen at the client's end, or at both. */
static void see_at_client(struct shown *shown, const struct lookup_step *step)
{
    for (unsigned i = 0; i < step->n; i++)
        shown->soft |= step->query[i].lost != 0;
    if (step->n == 2 && step->pair) {
        see_pair(shown, step);
        return;
    }
    for (unsigned i = 0; i < step->n; i++)
        if (is_lost(&step->query[i]))
            note(shown, &shown->lone, step->query[i].first);
}

/* At CoreDNS a query that was lost is not seen.  Of a pair the other one is; stubs that use one port
 * for both send A first (packets.md section 4.1). */
static void see_at_server(struct shown *shown, const struct lookup_step *step, bool stub)
{
    int64_t when = step->query[0].first;
    if (step->half) {
        note(shown, step->query[1].type == TYPE_AAAA ? &shown->second : &shown->first, when);
        return;
    }
    for (unsigned i = 0; i < step->n; i++)
        if (step->query[i].again != 0 && stub)
            note(shown, &shown->answers, when);
}

static struct shown see(const struct lookup *lookup)
{
    struct shown shown = {.when = WHEN_NONE, .second_when = WHEN_NONE};
    bool stub = lookup->at_server && asks_as_stub(lookup);
    for (const struct lookup_step *step = lookup->steps; step != NULL; step = step->next)
        if (lookup->at_server)
            see_at_server(&shown, step, stub);
        else
            see_at_client(&shown, step);
    shown.soft |= lookup->at_server && lookup->n_stalls != 0;
    return shown;
}

static bool is_early(const struct lookup_step *step)
{
    return step->pair && step->query[1].first < step->query[0].answered;
}

static void count_queries(struct losses *losses, const struct lookup *lookup)
{
    losses->lookups++;
    losses->at_server += lookup->at_server;
    for (const struct lookup_step *step = lookup->steps; step != NULL; step = step->next)
        if (step->pair || step->half) {
            losses->pairs++;
            losses->early += is_early(step);
        } else {
            losses->lone += step->n;
        }
}

static void charge_soft(struct findings *findings, const struct lookup *lookup,
                        struct charge *charge)
{
    findings->clients->losses.soft++;
    if (lookup->type[1] != 0)
        charge_add(charge, losses_soft(findings, FINDING_AAAA_RACE));
    charge_add(charge, losses_soft(findings, FINDING_CLIENT_RETRY));
}

void losses_lookup(struct findings *findings, const struct lookup *lookup, enum harm harm,
                   struct charge *charge)
{
    struct losses *losses = &findings->clients->losses;
    count_queries(losses, lookup);
    if (harm < HARM_STALLED)
        return;
    struct shown shown = see(lookup);
    unsigned others = shown.first + shown.both + shown.lone + shown.answers;
    if (shown.second + others == 0) {
        if (shown.soft)
            charge_soft(findings, lookup, charge);
        return;
    }
    losses->hard++;
    losses->first += shown.first;
    losses->second += shown.second;
    losses->both += shown.both;
    losses->lone_lost += shown.lone;
    losses->answers += shown.answers;
    if (shown.second != 0) {
        struct suspect *race = suspect_of_capture(findings, FINDING_AAAA_RACE);
        struct witness witness = witness_of_lookup(lookup, shown.second_when);
        suspect_witness(race, &witness);
        charge_add(charge, race);
    }
    struct suspect *retry = suspect_of_capture(findings, FINDING_CLIENT_RETRY);
    struct witness witness = witness_of_lookup(lookup, shown.when);
    suspect_witness(retry, &witness);
    charge_add(charge, retry);
    spells_event(&losses->retries, shown.when, losses->lookups);
}

/* ------------------------------------------------------------------------------------------------- */

/* Whether a query of the client is seen at both places where it is not lost.  A node shows that of
 * everybody: one whose queries never go on is cut off there (a NetworkPolicy). */
static bool is_on_the_way(const struct losses *losses, const struct way *way)
{
    if (way->crossed == 0)
        return way->uncrossed == 0 && (way->inputs & ~losses->wide_inputs) == 0;
    return (double)way->crossed >= CROSSED_SHARE * (double)(way->crossed + way->uncrossed);
}

struct way losses_on_path(const struct losses *losses)
{
    struct way sum = {.crossed = 0};
    unsigned clients = 0;
    for (size_t i = 0; i < map_count(losses->ways); i++) {
        const struct way *way = map_at(losses->ways, i);
        if (!is_on_the_way(losses, way))
            continue;
        sum.crossed += way->crossed;
        sum.uncrossed += way->uncrossed;
        sum.query_lost += way->query_lost;
        sum.answer_lost += way->answer_lost;
        if (way->query_lost + way->answer_lost != 0 && clients++ == 0)
            sum.end = way->end;
    }
    if (clients != 1)
        sum.end.len = 0;
    return sum;
}
