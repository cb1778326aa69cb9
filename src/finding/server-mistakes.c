// SPDX-License-Identifier: BSD-2-Clause
/* Errors that CoreDNS makes by itself, and queries that it refuses. */
#include "finding/server-inside.h"

enum { RCODE_FORMERR = 1, RCODE_SERVFAIL = 2, RCODE_NOTIMP = 4, RCODE_REFUSED = 5 };
enum { BIT_FORWARDED = BIT_FQ | BIT_FR };

/* `max_concurrent` answers at once; an upstream's REFUSED takes a way through the network. */
#define AT_ONCE_NS (5 * WHEN_MS)

static bool has_suspect(const struct charge *charge, enum finding_id id)
{
    for (size_t i = 0; i < charge->n; i++)
        if (charge->suspects[i]->subject.id == id)
            return true;
    return false;
}

/* The cache plugin keeps what upstreams send of these, and sets AA; an error that CoreDNS makes has
 * no AA. */
static bool is_cached_error(const struct session *session)
{
    return session->authoritative &&
           (session->rcode == RCODE_SERVFAIL || session->rcode == RCODE_NOTIMP);
}

/* CoreDNS made the error by itself, as far as this capture tells: nobody was asked, and it is no
 * upstream's that the cache holds. */
static bool is_own_error(const struct session *session, bool lone, const struct charge *charge)
{
    if (session->unobserved & UNOBSERVED_UPSTREAM_LEG)
        return session->rcode_source == 1;
    return session->attempts == NULL && !(session->bitmap & BIT_FORWARDED) &&
           session->join != JOIN_AMBIGUOUS && (lone || session->rcode_source == 1) &&
           !is_cached_error(session) && !has_suspect(charge, FINDING_UPSTREAM_ERROR);
}

void mistake_forwarded(struct watch *watch, const struct session *session,
                       const struct charge *charge)
{
    for (const struct attempt *attempt = session->attempts; attempt != NULL;
         attempt = attempt->next)
        if (attempt->outcome == OUTCOME_ANSWERED) {
            watch->dead.n = 0;
            if (session->start > watch->forwarded)
                watch->forwarded = session->start;
            return;
        }
    if (charge->n != 0 && session->start > watch->forwarded)
        watch->dead = *charge;
}

/* While every attempt fails, a SERVFAIL without an attempt is of the same cause: all upstreams are
 * held to be down (failfast_all_unhealthy_upstreams), or its attempts stand under a session beside it,
 * since connections that fail and encrypted queries show no question. */
static void charge_dead(const struct watch *watch, const struct session *session, bool lone,
                        struct charge *charge)
{
    if (session->rcode != RCODE_SERVFAIL && !lone)
        return;
    for (size_t i = 0; i < watch->dead.n; i++)
        charge_add(charge, watch->dead.suspects[i]);
}

static size_t rcode_place(uint16_t rcode)
{
    switch (rcode) {
    case RCODE_FORMERR:
        return 0;
    case RCODE_SERVFAIL:
        return 1;
    case RCODE_NOTIMP:
        return 2;
    case RCODE_REFUSED:
        return 3;
    default:
        return 4;
    }
}

static void note_error(struct findings *findings, struct watch *watch,
                       const struct session *session, struct charge *charge)
{
    bool lone = (session->unobserved & UNOBSERVED_CLIENT_ANSWER) != 0;
    bool blind = (session->unobserved & UNOBSERVED_UPSTREAM_LEG) != 0;
    bool at_once = session->waited_ns != WHEN_NONE && session->waited_ns < AT_ONCE_NS &&
                   (session->rcode == RCODE_REFUSED || session->rcode == RCODE_SERVFAIL);
    if (!is_own_error(session, lone, charge))
        return;
    if (watch != NULL)
        charge_dead(watch, session, lone, charge);
    if (watch != NULL) {
        watch->lone += lone;
        watch->by_rcode[rcode_place(session->rcode)] += !lone;
        watch->blind = watch->blind || blind;
    }
    struct suspect *error = suspect_of_server(findings, FINDING_SERVER_ERROR, session->server);
    suspect_event(error, session->start, session);
    charge_add(charge, error);
    if (watch == NULL || blind || (!lone && !at_once))
        return;
    struct suspect *rejects = suspect_of_server(findings, FINDING_SERVER_REJECTS, session->server);
    suspect_event(rejects, session->start, session);
    charge_add(charge, rejects);
    forwards_rejected(&watch->forwards, session->start, false);
}

/* Near the end of a capture a query that was refused looks like one whose answer is still to come. */
static bool is_lone_at_end(const struct session *session)
{
    return session->status == STATUS_CAPTURE_EDGE && session->reason == REASON_CAPTURE_END &&
           session->bitmap == BIT_CQ && session->service.len == 0;
}

void mistake_session(struct findings *findings, struct watch *watch, const struct session *session,
                     struct charge *charge)
{
    if (session->status == STATUS_FAILED)
        note_error(findings, watch, session, charge);
    if (watch != NULL && is_lone_at_end(session))
        forwards_rejected(&watch->forwards, session->start, true);
}
