// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/server-inside.h"

/* The loop plugin asks its probe so soon behind the first answers of a new process. */
#define PROBE_NEAR_NS (3 * WHEN_SECOND)
/* Numbers of the spells that dnstap's gaps stand for: behind those of packets. */
#define GAP_NUMBER LIMIT_SPELLS

#define TIMES_TOLD 3 /* restarts; of more the first and the last */

struct restart {
    uint64_t gaps, spells, queries, refused, probes;
    int64_t gap;                /* the longest silence in dnstap: it was away no longer */
    int64_t least, most;        /* without an answer, in packets: it was away longer */
    int64_t starts[TIMES_TOLD]; /* of the spells, else of the gaps */
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
        if (gap->end - gap->start > restart->gap)
            restart->gap = gap->end - gap->start;
        if (i < TIMES_TOLD)
            restart->starts[i] = gap->start;
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
        int64_t silent = spell->last - spell->first;
        if (restart->spells < TIMES_TOLD)
            restart->starts[restart->spells] = spell->first;
        if (restart->spells == 0 || silent < restart->least)
            restart->least = silent;
        if (silent > restart->most)
            restart->most = silent;
        restart->spells++;
        restart->queries += spell->queries;
        restart->refused += spell->refused;
        restart->probes += probed;
        take(findings, restart, spell->suspects[1], spell->at_server != 0);
    }
}

/* " 2 times (09:26:56, 09:27:17)" */
static void add_times(struct text *text, const struct findings *findings,
                      const struct restart *restart)
{
    uint64_t told = restart->spells != 0 ? restart->spells : restart->gaps;
    uint64_t times = restart->gaps > restart->spells ? restart->gaps : restart->spells;
    if (times != 1) {
        text_add_char(text, ' ');
        text_add_grouped(text, (int64_t)times);
        text_add_string(text, " times");
    }
    if (times == 1 || times != told || times > TIMES_TOLD) {
        add_period(text, findings, restart->row->start, restart->row->end);
        return;
    }
    for (uint64_t i = 0; i < times; i++) {
        text_add_string(text, i == 0 ? " (" : ", ");
        add_time(text, findings, restart->starts[i]);
    }
    text_add_char(text, ')');
}

/* Packets show how long queries came in vain, which is shorter than it was away; dnstap shows how long
 * nothing came, which is longer. */
static void add_silence(struct text *text, const struct restart *restart)
{
    if (restart->spells == 0) {
        text_add_string(text, ", silent for up to ");
        add_wait(text, restart->gap);
        return;
    }
    text_add_string(text, ", without an answer for ");
    add_wait(text, restart->least);
    if (restart->least != restart->most) {
        text_add_string(text, " to ");
        add_wait(text, restart->most);
    }
    text_add_string(text, " or longer: ");
    text_add_grouped(text, (int64_t)restart->queries);
    text_add_string(text, restart->queries == 1 ? " query got none" : " queries got none");
}

/* "coredns-… restarted 2 times (09:26:56, 09:27:17), without an answer for 1.2 s to 2.2 s or longer: 66
 * queries got none." */
static void tell(struct findings *findings, const struct restart *restart)
{
    struct text text = {0};
    struct finding_row *row = restart->row;
    add_server(&text, row);
    text_add_string(&text, restart->at_server ? " restarted" : " went away and came back");
    add_times(&text, findings, restart);
    add_silence(&text, restart);
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_done(&text);
}

/* What the killed process said last is in the log of the one before. */
static void look(struct findings *findings, const struct restart *restart)
{
    struct finding_row *row = restart->row;
    if (restart->queries != 0)
        finding_next_rows(findings, row, "sessions", NULL, "reason==no_answer");
    finding_next(findings, row, "kubectl -n kube-system describe pods -l k8s-app=kube-dns");
    finding_next(findings, row,
                 "kubectl -n kube-system logs -l k8s-app=kube-dns --previous --tail=100 --prefix "
                 "--timestamps");
    finding_next(findings, row, "kubectl -n kube-system get events --sort-by=.lastTimestamp");
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
    look(findings, &restart);
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
