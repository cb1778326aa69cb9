// SPDX-License-Identifier: BSD-2-Clause
/* The stage as a whole: sessions and lookups in, rows of the report out. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "finding/answers.h"

struct findings *findings_new(const struct finding_options *options)
{
    struct findings *findings = memory_get(1, sizeof *findings);
    findings->options = *options;
    findings->suspects = map_new(sizeof(struct suspect), LIMIT_SUSPECTS);
    findings->dockets = map_new(sizeof(struct docket), LIMIT_DOCKETS);
    findings->charged = lru_new(sizeof(uint64_t), sizeof(struct charged), LIMIT_CHARGED);
    if (options->cluster != NULL)
        findings->addresses = map_new(sizeof(struct endpoint), LIMIT_SCOPE_ADDRESSES);
    findings->upstreams = upstream_evidence_new();
    findings->servers = server_evidence_new();
    findings->clients = client_evidence_new();
    findings->answers = answers_new(options->cluster);
    return findings;
}

void findings_free(struct findings *findings)
{
    if (findings == NULL)
        return;
    for (size_t i = 0; i < map_count(findings->suspects); i++) {
        struct suspect *suspect = map_at(findings->suspects, i);
        memory_free(suspect->clients.seen);
        memory_free(suspect->names.seen);
        memory_free(suspect->servers.seen);
    }
    for (size_t i = 0; i < findings->n_rows; i++)
        finding_done(findings->rows[i]);
    upstream_evidence_free(findings->upstreams);
    server_evidence_free(findings->servers);
    client_evidence_free(findings->clients);
    answers_free(findings->answers);
    map_free(findings->addresses);
    map_free(findings->suspects);
    map_free(findings->dockets);
    lru_free(findings->charged);
    arena_done(&findings->arena);
    memory_free(findings->rows);
    memory_free(findings);
}

void findings_add_session(struct findings *findings, const struct session *session)
{
    struct charge charge = {.n = 0};
    bool figures = session_in_figures(session);
    enum harm harm = figures ? harm_of_session(session, findings->options.slow_ns) : HARM_NONE;

    namespaces_client(findings, session);
    if (session->attempts != NULL || harm == HARM_FAILED)
        upstream_evidence_session(findings, session, &charge);
    server_evidence_session(findings, session, harm, &charge);
    if (session->parent != 0 && charge.n != 0)
        ledger_child(findings, session, &charge);
    if (!figures)
        return;
    findings->sessions_by_harm[harm]++;
    client_evidence_session(findings, session, harm, &charge);
    answers_session(findings->answers, session);
    if (charge.n != 0 || harm >= HARM_STALLED)
        ledger_session(findings, session, &charge, harm);
}

void findings_add_lookup(struct findings *findings, const struct lookup *lookup)
{
    struct charge charge = {.n = 0};
    enum harm harm = harm_of_lookup(lookup, findings->options.slow_ns);

    if (harm != HARM_NONE)
        ledger_recall(findings, lookup, &charge);
    if (harm >= HARM_STALLED) {
        server_evidence_lookup(findings, lookup, &charge);
        upstream_evidence_lookup(findings, lookup, &charge);
    }
    client_evidence_lookup(findings, lookup, harm, &charge);
    if (harm != HARM_NONE)
        ledger_lookup(findings, lookup, &charge, harm);
}

/* The place of its kind in the order of roots. */
static unsigned rank_of(const struct finding_row *row)
{
    unsigned id = 0;
    while (id + 1 < FINDINGS && strcmp(finding_kinds[id]->key, row->key) != 0)
        id++;
    return id;
}

/* What hurt most first; then roots of others; then what began first; then by name, so that the order
 * is one. */
static int compare_rows(const void *left, const void *right)
{
    const struct finding_row *a = *(struct finding_row *const *)left;
    const struct finding_row *b = *(struct finding_row *const *)right;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    uint64_t hurt_a = a->lookups + a->sessions, hurt_b = b->lookups + b->sessions;
    if (hurt_a != hurt_b)
        return hurt_a > hurt_b ? -1 : 1;
    if (rank_of(a) != rank_of(b))
        return rank_of(a) < rank_of(b) ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return strcmp(a->subject.text, b->subject.text);
}

/* ROW, and behind it what it caused. */
static void put_row(struct findings *findings, struct finding_row **to, size_t *n,
                    const struct finding_row *cause)
{
    for (size_t i = 0; i < findings->n_rows; i++)
        if (findings->rows[i]->caused_by == cause)
            to[(*n)++] = findings->rows[i];
}

/* Roots first, what they caused right behind them. */
static void order_rows(struct findings *findings)
{
    size_t n = 0;
    struct finding_row **ordered = memory_get(findings->n_rows + 1, sizeof(struct finding_row *));
    if (findings->n_rows != 0)
        qsort(findings->rows, findings->n_rows, sizeof(struct finding_row *), compare_rows);
    for (size_t i = 0; i < findings->n_rows; i++) {
        if (findings->rows[i]->caused_by != NULL)
            continue;
        ordered[n++] = findings->rows[i];
        put_row(findings, ordered, &n, findings->rows[i]);
    }
    memory_free(findings->rows);
    findings->rows = ordered;
    findings->n_rows = n;
}

void findings_judge(struct findings *findings, struct report *report,
                    const struct sessions *sessions)
{
    findings->report = report;
    findings->sessions = sessions;
    for (unsigned id = 0; id < FINDINGS; id++)
        if (finding_kinds[id]->judge != NULL)
            finding_kinds[id]->judge(findings);
    for (size_t i = 0; i < findings->n_rows; i++)
        finding_scope(findings, findings->rows[i]);
    forward_words(findings);
    ledger_settle(findings);
    harm_tell(findings);
    order_rows(findings);
    report_take_findings(report, (const struct finding_row *const *)findings->rows,
                         (uint32_t)findings->n_rows);
    report_take_unexplained(report, findings->unexplained_lookups, findings->unexplained_sessions);
    report_take_folded(report, findings->folded_suspects, findings->folded_dockets);
    verdict_judge(findings, report);
}
