// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/server-inside.h"

/* The loop plugin asks its probe so soon behind the first answers of a new process. */
#define PROBE_NEAR_NS (3 * WHEN_SECOND)
/* Numbers of the spells that dnstap's gaps stand for: behind those of packets. */
#define GAP_NUMBER LIMIT_SPELLS

struct restart {
    uint64_t gaps, spells, queries, refused, probes;
    int64_t longest;
    bool at_server;
    struct finding_row *row;
};

static void take(struct findings *findings, struct restart *restart, struct suspect *suspect,
                 bool at_server)
{
    if (suspect == NULL)
        return;
    restart->at_server = restart->at_server || at_server;
    if (restart->row == NULL)
        restart->row = finding_new(findings, FINDING_SERVER_RESTART, suspect, CONFIDENCE_LIKELY);
    else
        finding_join(restart->row, suspect);
}

/* dnstap: silences that a loop probe ended, without old work behind them. */
static void take_gaps(struct findings *findings, uint32_t server, const struct server_facts *facts,
                      struct restart *restart)
{
    for (uint32_t i = 0; i < facts->n_gaps; i++) {
        const struct server_gap *gap = &facts->gaps[i];
        struct suspect *suspect =
            suspect_of_spell(findings, FINDING_SERVER_RESTART, server, GAP_NUMBER + i);
        suspect_event(suspect, gap->start, NULL);
        suspect_event(suspect, gap->end, NULL);
        if (gap->end - gap->start > restart->longest)
            restart->longest = gap->end - gap->start;
        take(findings, restart, suspect, true);
    }
    restart->gaps = facts->restarts;
}

static bool is_probed(const struct server_evidence *evidence, const struct spell *spell)
{
    for (size_t i = 0; i < evidence->n_probes; i++) {
        const struct probe *probe = &evidence->probes[i];
        if (probe->server == spell->server && probe->when >= spell->first &&
            probe->when <= spell->last + PROBE_NEAR_NS)
            return true;
    }
    return false;
}

/* Packets: no answers, while the kernel said that nobody serves there, or until the probe came; then
 * answers again. */
static void take_spells(struct findings *findings, const struct watch *watch,
                        struct restart *restart)
{
    const struct server_evidence *evidence = findings->servers;
    for (size_t i = 0; i < evidence->n_spells; i++) {
        const struct spell *spell = &evidence->spells[i];
        bool probed = is_probed(evidence, spell);
        if (spell->kind != SPELL_SILENT || spell->server != watch->server ||
            watch->last_good < spell->last || (!spell->refused && !probed))
            continue;
        restart->spells++;
        restart->queries += spell->queries;
        restart->refused += spell->refused;
        restart->probes += probed;
        if (spell->last - spell->first > restart->longest)
            restart->longest = spell->last - spell->first;
        take(findings, restart, spell->suspects[1], spell->at_server != 0);
    }
}

/* "coredns-… restarted 2 times from … to …, and was silent for up to 2.8 s: 66 queries …" */
static void tell(struct findings *findings, const struct restart *restart)
{
    struct text text = {0};
    struct finding_row *row = restart->row;
    uint64_t times = restart->gaps > restart->spells ? restart->gaps : restart->spells;
    add_server(&text, row);
    text_add_string(&text, restart->at_server ? " restarted" : " went away and came back");
    if (times != 1) {
        text_add_char(&text, ' ');
        text_add_grouped(&text, (int64_t)times);
        text_add_string(&text, " times");
    }
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text,
                    restart->gaps != 0 ? ", silent for up to " : ", without an answer for up to ");
    add_wait(&text, restart->longest);
    if (restart->queries != 0) {
        text_add_string(&text, ": ");
        text_add_grouped(&text, (int64_t)restart->queries);
        text_add_string(&text, " queries got no answer");
    }
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_done(&text);
}

static void tell_reload(struct findings *findings, uint32_t server,
                        const struct server_facts *facts)
{
    struct text text = {0};
    struct suspect *suspect = suspect_of_server(findings, FINDING_SERVER_RESTART, server);
    suspect_event(suspect, facts->reloaded, NULL);
    struct finding_row *row =
        finding_new(findings, FINDING_SERVER_RESTART, suspect, CONFIDENCE_SURE);
    row->severity = SEVERITY_INFO;
    row->advice = "Nothing to do: a changed Corefile is taken over so.";
    add_server(&text, row);
    text_add_string(&text, " took over a new configuration");
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text, facts->reloads == 1 ? " without a gap."
                                               : ", not for the first time, without a gap.");
    finding_summary(findings, row, &text);
    finding_evidence(row, "reloads", facts->reloads, UINT64_MAX, NULL);
    text_done(&text);
}

static void judge_one(struct findings *findings, uint32_t server)
{
    const struct server_facts *facts = &findings->report->facts.servers[server];
    const struct watch *watch = watch_at(findings->servers, server);
    struct restart restart = {0};
    take_gaps(findings, server, facts, &restart);
    if (watch != NULL)
        take_spells(findings, watch, &restart);
    if (restart.row == NULL) {
        if (facts->reloads != 0)
            tell_reload(findings, server, facts);
        return;
    }
    if (restart.at_server)
        restart.row->confidence = CONFIDENCE_SURE;
    tell(findings, &restart);
    if (restart.gaps != 0)
        finding_evidence(restart.row, "silences in dnstap that a loop probe of CoreDNS ended",
                         restart.gaps, UINT64_MAX, NULL);
    if (restart.spells != 0)
        finding_evidence(restart.row, "queries in a row without answer", restart.queries,
                         watch->seen[SPELL_SILENT], "queries to this server");
    if (restart.refused != 0)
        finding_evidence(restart.row, "silences in which ICMP said that nobody serves there",
                         restart.refused, restart.spells, "silences in packets");
    if (restart.probes != 0)
        finding_evidence(restart.row, "silences that a loop probe ended", restart.probes,
                         restart.spells, "silences in packets");
    if (facts->reloads != 0)
        finding_evidence(restart.row, "reloads beside, without a gap", facts->reloads, UINT64_MAX,
                         NULL);
    finding_next(findings, restart.row,
                 "kubectl -n kube-system get events --sort-by=.lastTimestamp");
    finding_next(findings, restart.row,
                 "kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide");
    next_log(findings, restart.row);
}

static void judge(struct findings *findings)
{
    for (size_t i = 0; i < findings->report->facts.n_servers; i++)
        judge_one(findings, (uint32_t)i);
}

const struct finding_kind kind_server_restart = {
    .key = "server-restart",
    .severity = SEVERITY_WARNING,
    .meaning = "A CoreDNS process ended and another one took its place.",
    .rule = "dnstap: a silence unusual for that process, behind which the loop plugin's probe "
            "(HINFO) comes within 3 s and no work from before goes on. Packets: queries in a row "
            "without answer (as for server-silent), in which ICMP says that nobody serves there, "
            "or which such a probe ends, and answers behind them. Start and end are the edges of "
            "the silence. The probe without a silence is a reload: it is told as info. START "
            "and STOP frames in a file prove nothing, they are the capturing tool's. Without the "
            "loop plugin and without ICMP in the capture a restart is told as server-silent; from "
            "a client's capture it is at most likely, since the service may only have lost its "
            "endpoints.",
    .advice = "Look why: a rollout, an eviction, a failing probe or a kill for lack of memory "
              "(events and `kubectl describe` of the pod); lameduck of the health plugin and "
              "a second replica bridge a planned one.",
    .reference = "https://coredns.io/plugins/health/",
    .judge = judge,
};
