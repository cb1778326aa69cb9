// SPDX-License-Identifier: BSD-2-Clause
/* What attempts show of upstreams, and whom a session with attempts that went wrong points to. */
#include "base/limits.h"
#include "dns/name.h"
#include "finding/upstream.h"

/* The first timer of a stub that runs out before CoreDNS gives up is musl's, after 2.5 s. */
#define RAN_OUT_NS (WHEN_SECOND * 24 / 10)
/* Failed sessions in a row, the last so long ago, until nothing else is expected. */
enum { HIDDEN_MIN = 3, RCODE_SERVFAIL = 2 };
#define HIDDEN_NS (5 * WHEN_SECOND)

struct upstream_evidence *upstream_evidence_new(void)
{
    struct upstream_evidence *evidence = memory_get(1, sizeof *evidence);
    paths_init(&evidence->paths);
    evidence->zones = zone_errors_new();
    evidence->echoes = echoes_new();
    evidence->loops = loops_new();
    evidence->error_names =
        map_new(sizeof(struct error_name), LIMIT_ERROR_NAMES + LIMIT_ERROR_TOPS);
    return evidence;
}

void upstream_evidence_free(struct upstream_evidence *evidence)
{
    if (evidence == NULL)
        return;
    paths_done(&evidence->paths);
    zone_errors_free(evidence->zones);
    echoes_free(evidence->echoes);
    loops_free(evidence->loops);
    map_free(evidence->error_names);
    memory_free(evidence);
}

/* The last labels of a name with errors, MOST at most, as a suspect; NULL: too many. */
static struct suspect *suspect_of_labels(struct findings *findings, const struct session *session,
                                         unsigned most, size_t room)
{
    struct map *names = findings->upstreams->error_names;
    unsigned labels = dns_name_labels(session->name, session->name_len);
    size_t at = labels > most ? dns_name_skip(session->name, session->name_len, labels - most) : 0;
    const uint8_t *name = session->name + at;
    size_t len = session->name_len - at;
    struct error_name *domain = map_find(names, name, len);
    bool added = domain == NULL && map_count(names) < room;
    if (added)
        domain = map_add(names, name, len, NULL);
    if (domain == NULL)
        return NULL;
    domain->felt = domain->felt || session->status == STATUS_FAILED;
    if (!added)
        return domain->suspect;
    domain->suspect = suspect_of_name(findings, FINDING_UPSTREAM_ERROR, name, len);
    domain->name_len = session->name_len;
    memory_copy(domain->name, session->name, session->name_len);
    return domain->suspect;
}

/* The domain that a name with errors is in: which zone it was is known at the end.  Of too many
 * domains the one above them. */
static struct suspect *suspect_of_domain(struct findings *findings, const struct session *session)
{
    if (!session->has_question || session->name_len <= 1)
        return NULL;
    struct suspect *suspect = suspect_of_labels(findings, session, 2, LIMIT_ERROR_NAMES);
    if (suspect == NULL)
        suspect = suspect_of_labels(findings, session, 1, LIMIT_ERROR_NAMES + LIMIT_ERROR_TOPS);
    findings->folded_suspects += suspect == NULL;
    return suspect;
}

static struct suspect *suspect_of_fault(struct findings *findings, enum fault fault,
                                        const struct endpoint *end)
{
    static const enum finding_id ids[FAULTS] = {
        [FAULT_WRONG] = FINDING_WRONG_REPLY,
        [FAULT_LATE] = FINDING_UPSTREAM_LATE,
        [FAULT_REFUSED] = FINDING_UPSTREAM_UNREACHABLE,
        [FAULT_CONNECT] = FINDING_UPSTREAM_CONNECT,
        [FAULT_SILENT] = FINDING_UPSTREAM_TIMEOUT,
        [FAULT_DOUBTFUL] = FINDING_UPSTREAM_TIMEOUT,
        [FAULT_ERROR] = FINDING_UPSTREAM_ERROR,
    };
    struct endpoint key = *end;
    key.zero = fault == FAULT_DOUBTFUL; /* a suspect of its own: see upstream_doubtful() */
    struct suspect *suspect = suspect_of_endpoint(findings, ids[fault], &key);
    if (suspect != NULL && fault == FAULT_ERROR)
        suspect->rank = 1; /* behind the zones */
    return suspect;
}

static void blame(struct suspect *suspect, const struct attempt *attempt,
                  const struct session *session, struct charge *charge)
{
    suspect_event(suspect, attempt->began, session);
    charge_add(charge, suspect);
}

static void charge_error(struct findings *findings, const struct session *session,
                         const struct attempt *attempt, struct charge *charge)
{
    blame(suspect_of_domain(findings, session), attempt, session, charge);
    if (session->has_question)
        zone_errors_bad(findings->upstreams->zones, session->name, session->name_len,
                        attempt->rcode, attempt->began);
}

static void charge_fault(struct findings *findings, const struct session *session,
                         const struct attempt *attempt, enum fault fault, struct charge *charge)
{
    if (fault == FAULT_ERROR)
        charge_error(findings, session, attempt, charge);
    blame(suspect_of_fault(findings, fault, &attempt->upstream), attempt, session, charge);
    if (!fault_is_silence(fault))
        return;
    blame(suspect_of_server(findings, FINDING_ONE_BAD_REPLICA, session->server), attempt, session,
          charge);
    loops_charge(findings->upstreams->loops, &attempt->upstream, charge);
}

/* What took most of the wait of its session, if that is slow. */
static void charge_slow(struct findings *findings, const struct session *session,
                        const struct attempt *attempt, struct charge *charge)
{
    struct suspect *suspect =
        suspect_of_endpoint(findings, FINDING_UPSTREAM_SLOW, &attempt->upstream);
    suspect_event(suspect, attempt->began, session);
    struct suspect *server =
        suspect_of_server(findings, FINDING_ONE_BAD_REPLICA, session->server | SLOW_SERVER);
    suspect_event(server, attempt->began, session);
    if (session->waited_ns != WHEN_NONE && 2 * attempt->latency_ns < session->waited_ns)
        return;
    charge_add(charge, suspect);
    charge_add(charge, server);
}

/* Of a session that had its answer late, only what made it late is to blame. */
static bool is_to_blame(const struct session *session, enum fault fault, bool waited)
{
    return !waited || session->status != STATUS_SUCCEEDED || fault_is_slow(fault);
}

static bool waited_in_vain(const struct session *session)
{
    for (const struct attempt *at = session->attempts; at != NULL; at = at->next)
        if (fault_is_slow(fault_of(at)))
            return true;
    return false;
}

/* Attempts of which at least one went wrong. */
static void charge_session(struct findings *findings, const struct session *session,
                           struct charge *charge)
{
    struct charge unused = {.n = 0};
    int64_t when = session->end != WHEN_NONE ? session->end : session->start;
    bool waited = waited_in_vain(session);
    uint16_t rcode = RCODE_NONE;
    for (const struct attempt *at = session->attempts; at != NULL; at = at->next) {
        enum fault fault = fault_of(at);
        if (fault == FAULT_NONE || fault == FAULT_UNKNOWN)
            continue;
        rcode = fault == FAULT_ERROR ? at->rcode : rcode;
        if (at->began != WHEN_NONE && at->began > when)
            when = at->began;
        charge_fault(findings, session, at, fault,
                     is_to_blame(session, fault, waited) ? charge : &unused);
    }
    echoes_note(findings->upstreams->echoes, session, charge, rcode, when);
}

/* Attempts over TLS are tied to sessions by time alone: some stand under another session, or none.
 * While all of a server's fail, a SERVFAIL without attempts is for the same reason. */
static void note_hidden(struct upstream_evidence *evidence, const struct session *session,
                        const struct charge *charge, bool bad)
{
    struct hidden *hidden = &evidence->hidden;
    const struct attempt *last = session->attempts;
    if (!last->in_packets || last->name_hash != 0 || (!bad && hidden->failed == 0))
        return;
    if (!bad || hidden->server != session->server)
        hidden->failed = 0;
    if (!bad || charge->n == 0)
        return;
    hidden->server = session->server;
    hidden->failed++;
    hidden->charge = *charge;
    hidden->when = session->start;
}

static void charge_hidden(const struct upstream_evidence *evidence, const struct session *session,
                          struct charge *charge)
{
    const struct hidden *hidden = &evidence->hidden;
    if (charge->n != 0 || session->rcode != RCODE_SERVFAIL || hidden->failed < HIDDEN_MIN ||
        hidden->server != session->server || session->start - hidden->when > HIDDEN_NS)
        return;
    for (size_t i = 0; i < hidden->charge.n; i++) {
        suspect_event(hidden->charge.suspects[i], session->start, session);
        charge_add(charge, hidden->charge.suspects[i]);
    }
}

/* Whether it was answered is not known, a reply may be lost; but it was waited for, so long. */
static void charge_waited(struct findings *findings, const struct attempt *attempt,
                          struct charge *charge)
{
    if (attempt->outcome == OUTCOME_UNKNOWN && attempt->ended != WHEN_NONE &&
        attempt->ended - attempt->began >= STALLED_NS)
        charge_add(charge, suspect_of_fault(findings, FAULT_SILENT, &attempt->upstream));
}

/* Nobody waits for a health check, nor for what could be one. */
static bool is_health(const struct session *session)
{
    return session->background && (!session->has_question || session->name_len <= 1);
}

/* The loop plugin's, which is in no figure either; what it shows of loops is taken.  Where the server is
 * known from the start, its probe has no client. */
static bool is_probe(const struct session *session)
{
    enum { TYPE_HINFO = 13 };
    return session->background && (session->has_client || session->type == TYPE_HINFO);
}

void upstream_evidence_session(struct findings *findings, const struct session *session,
                               struct charge *charge)
{
    struct upstream_evidence *evidence = findings->upstreams;
    bool bad = false;
    if (session->attempts == NULL) {
        echoes_charge(evidence->echoes, session, charge);
        charge_hidden(evidence, session, charge);
        return;
    }
    if (is_health(session)) {
        paths_probe(&evidence->paths, session);
        return;
    }
    if (is_probe(session)) {
        loops_session(findings, evidence->loops, session, charge);
        return;
    }
    bool ran_out = session->repeats != 0 && session->waited_ns != WHEN_NONE &&
                   session->waited_ns >= RAN_OUT_NS;
    for (const struct attempt *at = session->attempts; at != NULL; at = at->next) {
        enum fault fault = fault_of(at);
        struct upstream_path *path = paths_add(&evidence->paths, session, at, fault);
        findings->folded_suspects += path == NULL;
        if (fault == FAULT_NONE) {
            if (at->latency_exact && at->latency_ns != WHEN_NONE && at->latency_ns >= PATH_SLOW_NS)
                charge_slow(findings, session, at, charge);
            if (session->has_question)
                zone_errors_good(evidence->zones, session->name, session->name_len);
            continue;
        }
        if (fault == FAULT_UNKNOWN)
            charge_waited(findings, at, charge);
        bad = bad || fault != FAULT_UNKNOWN;
        if (path != NULL && ran_out && fault_is_slow(fault))
            path->ran_out++;
    }
    loops_session(findings, evidence->loops, session, charge);
    if (bad)
        charge_session(findings, session, charge);
    note_hidden(evidence, session, charge, bad);
    if (bad)
        return;
    if (session->status == STATUS_FAILED)
        echoes_charge(evidence->echoes, session, charge);
}

void upstream_evidence_lookup(struct findings *findings, const struct lookup *lookup,
                              struct charge *charge)
{
    if (charge->n == 0)
        echoes_recall(findings->upstreams->echoes, lookup, charge);
}
