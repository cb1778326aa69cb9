// SPDX-License-Identifier: BSD-2-Clause
/* What CoreDNS itself did: errors of its own, queries that it refused, was late with or did not
 * answer at all, and restarts. */
#include <string.h>

#include "finding/server-inside.h"

enum { TYPE_HINFO = 13 };
enum { BIT_FORWARDED = BIT_FQ | BIT_FR };

/* A wait that is a whole number of CoreDNS's read timeouts was for an upstream. */
#define TIMEOUT_NS (2 * WHEN_SECOND)
#define TIMEOUT_NEAR_NS (WHEN_SECOND / 10)

struct server_evidence *server_evidence_new(void)
{
    return memory_get(1, sizeof(struct server_evidence));
}

/* Stands for a server that is not followed since there are too many. */
static struct watch nobody;

struct watch *watch_at(const struct server_evidence *evidence, uint32_t server)
{
    struct watch *watch = server < evidence->n_watches ? evidence->watches[server] : NULL;
    return watch != &nobody ? watch : NULL;
}

void server_evidence_free(struct server_evidence *evidence)
{
    for (size_t i = 0; i < evidence->n_watches; i++) {
        struct watch *watch = watch_at(evidence, (uint32_t)i);
        if (watch == NULL)
            continue;
        for (unsigned kind = 0; kind < SPELL_KINDS; kind++)
            memory_free(watch->goods[kind].at);
        compact_done(&watch->pace.blocks);
        forwards_free(watch->forwards);
        memory_free(watch);
    }
    memory_free(evidence->watches);
    memory_free(evidence);
}

static struct watch *watch_new(uint32_t server)
{
    struct watch *watch = memory_get(1, sizeof *watch);
    watch->server = server;
    watch->last_good = watch->pace.quiet = watch->forwarded = WHEN_NONE;
    for (unsigned kind = 0; kind < SPELL_KINDS; kind++)
        watch->run[kind].first = watch->run[kind].last = watch->run[kind].near =
            watch->run[kind].end = WHEN_NONE;
    return watch;
}

/* NULL: too many are followed already. */
static struct watch *watch_of(struct findings *findings, uint32_t server)
{
    struct server_evidence *evidence = findings->servers;
    if (server >= evidence->n_watches) { /* the session stage tells at most some thousand apart */
        size_t n = (size_t)server + 1;
        evidence->watches = memory_grow(evidence->watches, n, sizeof(struct watch *));
        while (evidence->n_watches < n)
            evidence->watches[evidence->n_watches++] = NULL;
    }
    struct watch **watch = &evidence->watches[server];
    if (*watch == NULL && evidence->watched < LIMIT_WATCHED_SERVERS) {
        *watch = watch_new(server);
        evidence->watched++;
    } else if (*watch == NULL) {
        *watch = &nobody;
        findings->folded_suspects++;
    }
    return *watch != &nobody ? *watch : NULL;
}

uint64_t watch_sessions(const struct findings *findings, uint32_t server)
{
    const struct servers *servers = &findings->report->servers;
    return server < servers->n ? servers->at[server].sessions : 0;
}

/* The time that its forwards were open: of attempts that got no reply, until CoreDNS gives up. */
static void note_forward(struct watch *watch, const struct session *session)
{
    const struct attempt *first = session->attempts, *last = first;
    while (last->next != NULL)
        last = last->next;
    int64_t to = session->end;
    if (to == WHEN_NONE && last->latency_ns != WHEN_NONE && last->began != WHEN_NONE)
        to = last->began + last->latency_ns;
    if (to == WHEN_NONE && last->began != WHEN_NONE)
        to = last->ended != WHEN_NONE && last->ended > last->began ? last->ended
                                                                   : last->began + TIMEOUT_NS;
    if (first->began != WHEN_NONE && to > first->began)
        forwards_open(&watch->forwards, first->began, to);
}

/* Packets only: dnstap does not show the errors that CoreDNS makes, so that silence there is none. */
static void note_silence(struct findings *findings, struct watch *watch,
                         const struct session *session, struct charge *charge)
{
    struct server_evidence *evidence = findings->servers;
    /* dnstap may tell of an answer that its client never got */
    bool failed = session->status == STATUS_FAILED && session->reason == REASON_NO_ANSWER;
    bool answered = !failed && session->bitmap & BIT_CR;
    bool reached = session->at_server || session->crossed != 0;
    evidence->crossed = evidence->crossed || session->crossed != 0;
    watch->unasked += answered && !(session->bitmap & BIT_CQ);
    if (answered &&
        session->unanswered <= session->answer_lost) { /* lost behind CoreDNS, if at all */
        watch->last_good = session->start > watch->last_good ? session->start : watch->last_good;
        run_good(watch, SPELL_SILENT, session->start);
        return;
    }
    if (!answered && !failed)
        return;
    if (session->attempts != NULL || session->bitmap & BIT_FORWARDED) {
        if (!answered) { /* so that its charge is remembered: a spell may be seen later */
            charge_add(charge, suspect_of_capture(findings, FINDING_SERVER_SILENT));
            run_unfinished(findings, watch, session, charge);
        }
        return;
    }
    if (session->crossed != 0 && session->query_lost != 0)
        return; /* one of its repeats came through, this one did not */
    if (!reached && watch->last_good == WHEN_NONE && evidence->crossed)
        return; /* an address under which nobody ever answers here: they were lost before */
    /* a server that lacks time lets queries fall out of its socket's queue */
    charge_add(charge, spell_slow_at(evidence, session->server, session->start));
    if (reached && !answered) {
        watch->reached++;
        struct suspect *silent =
            suspect_of_server(findings, FINDING_SERVER_SILENT, session->server);
        suspect_event(silent, session->start, session);
        charge_add(charge, silent);
    } else { /* remembered, too */
        charge_add(charge, suspect_of_capture(findings, FINDING_SERVER_SILENT));
    }
    run_bad(findings, watch, SPELL_SILENT, session, true, charge);
}

/* An answer that needed no upstream, once: what a client asked again for had been lost. */
static bool is_local(const struct session *session)
{
    bool local = session->realm == REALM_CLUSTER ||
                 (!(session->unobserved & UNOBSERVED_UPSTREAM_LEG) &&
                  (session->realm == REALM_LOCAL || session->realm == REALM_CACHE));
    return local && session->attempts == NULL && session->status == STATUS_SUCCEEDED &&
           session->waited_exact && session->repeats == 0 && session->join != JOIN_AMBIGUOUS &&
           !(session->bitmap & BIT_FORWARDED);
}

/* How much of a wait is CoreDNS's own, as far as the capture tells; 0 where it may be none. */
static int64_t own_wait(const struct session *session)
{
    const struct attempt *only = session->attempts;
    if (session->waited_ns == WHEN_NONE || !session->waited_exact ||
        session->join == JOIN_AMBIGUOUS || (only != NULL && only->next != NULL))
        return 0;
    if (only != NULL)
        return only->latency_exact && only->latency_ns != WHEN_NONE
                   ? session->waited_ns - only->latency_ns
                   : 0;
    if (!(session->unobserved & UNOBSERVED_UPSTREAM_LEG))
        return session->bitmap & BIT_FORWARDED ? 0 : session->waited_ns;
    int64_t beside = session->waited_ns % TIMEOUT_NS;
    bool timeouts = session->waited_ns > TIMEOUT_NS - TIMEOUT_NEAR_NS &&
                    (beside < TIMEOUT_NEAR_NS || beside > TIMEOUT_NS - TIMEOUT_NEAR_NS);
    return timeouts ? 0 : session->waited_ns;
}

/* It may have waited for what local answers waited for: CoreDNS itself.  While they do its attempts
 * look slow, too, since their answers lie unread. */
static bool suffers(const struct watch *watch, const struct session *session, int64_t limit)
{
    const struct run *run = &watch->run[SPELL_SLOW];
    if (session->waited_ns == WHEN_NONE || session->waited_ns < limit)
        return false;
    bool beside = run->count != 0 && session->start <= run->end && session->waited_exact;
    return beside || own_wait(session) >= limit;
}

static void note_pace(struct findings *findings, struct watch *watch, const struct session *session,
                      struct charge *charge)
{
    bool from_taps = session->service.len == 0;
    int64_t limit = pace_limit(&watch->pace, from_taps);
    bool local = is_local(session);
    if (local)
        pace_add(&watch->pace, session->waited_ns);
    if (local && session->waited_ns < limit) {
        run_good(watch, SPELL_SLOW, session->start);
        return;
    }
    if (!local && !suffers(watch, session, limit))
        return;
    charge_add(charge, suspect_of_capture(findings, FINDING_SERVER_OVERLOAD));
    run_bad(findings, watch, SPELL_SLOW, session, local, charge);
}

/* Why a connection failed may be seen by nothing but its own end. */
static void note_answers(struct server_evidence *evidence, const struct session *session)
{
    if (session->service.len != 0 && session->bitmap & BIT_CR)
        evidence->answers[session->client.len == 16] = true;
    for (const struct attempt *at = session->attempts; at != NULL; at = at->next)
        if (at->in_packets &&
            (at->late || at->other_id || at->outcome == OUTCOME_ANSWERED ||
             at->outcome == OUTCOME_UNREACHABLE || at->outcome == OUTCOME_WRONG_REPLY))
            evidence->answers[at->upstream.len == 16] = true;
}

bool packets_show_answers(const struct findings *findings, const struct endpoint *end)
{
    return findings->servers->answers[end->len == 16];
}

bool packets_are_missing(const struct findings *findings)
{
    const struct facts *facts = &findings->report->facts;
    for (size_t i = 0; i < facts->n_inputs; i++)
        if (facts->inputs[i].has_packets && facts->inputs[i].loss.proven != 0)
            return true;
    return false;
}

static void note_probe(struct findings *findings, const struct session *session)
{
    struct server_evidence *evidence = findings->servers;
    if (session->type != TYPE_HINFO || !session->background || session->service.len == 0)
        return;
    if (evidence->n_probes < LIMIT_SPELLS)
        evidence->probes[evidence->n_probes++] = (struct probe){session->server, session->start};
    else
        findings->folded_suspects++;
}

void server_evidence_session(struct findings *findings, const struct session *session,
                             enum harm harm, struct charge *charge)
{
    bool figures = session_in_figures(session);
    struct watch *watch = watch_of(findings, session->server);
    note_answers(findings->servers, session);
    if (watch != NULL && session->attempts != NULL) {
        note_forward(watch, session);
        mistake_forwarded(watch, session, charge);
    }
    if (!figures) {
        note_probe(findings, session);
        return;
    }
    if (harm == HARM_FAILED || session->status == STATUS_CAPTURE_EDGE)
        mistake_session(findings, watch, session, charge);
    if (watch == NULL)
        return;
    if (session->service.len != 0)
        note_silence(findings, watch, session, charge);
    note_pace(findings, watch, session, charge);
}

void server_evidence_lookup(struct findings *findings, const struct lookup *lookup,
                            const struct charge *charge)
{
    struct watch *watch = watch_at(findings->servers, lookup->server);
    bool stalled = lookup->n_stalls != 0;
    for (size_t i = 0; watch != NULL && i < charge->n; i++) {
        const struct suspect *suspect = charge->suspects[i];
        bool spell = suspect->subject.len > sizeof(uint32_t);
        if (suspect->subject.id != FINDING_SERVER_SILENT ||
            suspect_server(suspect) != watch->server)
            continue;
        watch->lookups += !spell;
        watch->stalled += !spell && stalled;
        watch->spell_lookups += spell;
        watch->spell_stalled += spell && stalled;
    }
}
