// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/server-inside.h"

/* One in ten local answers of a base of a hundred: less is a moment, not an incident. */
#define ANSWERS_MIN 10

/* --slow says what is to be listed: over this much a server is short of time whatever is said. */
#define FELT_NS (100 * WHEN_MS)

/* It was felt: somebody waited as long as what --slow calls slow. */
static bool is_felt(const struct findings *findings, const struct watch *watch,
                    const struct spell *spell)
{
    int64_t limit = pace_limit(&watch->pace, spell->from_taps);
    int64_t slow = findings->options.slow_ns < FELT_NS ? findings->options.slow_ns : FELT_NS;
    return spell->least >= limit && spell->most >= slow;
}

struct overload {
    uint64_t answers, spells;
    int64_t most;
    bool blind, from_taps;
    struct finding_row *row;
};

/* All that was slow at that server, and enough of it. */
static bool weigh(const struct findings *findings, const struct watch *watch,
                  struct overload *overload)
{
    const struct server_evidence *evidence = findings->servers;
    if (watch->pace.quiet == WHEN_NONE) /* nothing to compare with */
        return false;
    for (size_t i = 0; i < evidence->n_spells; i++) {
        const struct spell *spell = &evidence->spells[i];
        if (spell->kind != SPELL_SLOW || spell->server != watch->server ||
            !is_felt(findings, watch, spell))
            continue;
        overload->answers += spell->queries;
        overload->spells++;
        overload->most = spell->most > overload->most ? spell->most : overload->most;
        overload->blind = overload->blind || spell->blind;
        overload->from_taps = overload->from_taps || spell->from_taps;
    }
    return overload->answers >= ANSWERS_MIN;
}

/* The period is that of the answers which needed no upstream. */
static void take_spell(struct findings *findings, struct overload *overload,
                       const struct spell *spell)
{
    bool weak = overload->blind || overload->from_taps;
    if (spell->suspects[0] == NULL)
        return;
    if (overload->row == NULL) {
        overload->row = finding_new(findings, FINDING_SERVER_OVERLOAD, spell->suspects[0],
                                    weak ? CONFIDENCE_LIKELY : CONFIDENCE_SURE);
        overload->row->start = spell->first;
        overload->row->end = spell->last;
        return;
    }
    int64_t start = overload->row->start, end = overload->row->end;
    finding_join(overload->row, spell->suspects[0]);
    overload->row->start = spell->first < start ? spell->first : start;
    overload->row->end = spell->last > end ? spell->last : end;
}

static void tell(struct findings *findings, const struct watch *watch,
                 const struct overload *overload)
{
    struct text text = {0};
    struct finding_row *row = overload->row;
    add_server(&text, row);
    text_add_string(&text, " was too slow");
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text, ": ");
    text_add_grouped(&text, (int64_t)overload->answers);
    text_add_string(&text, " answers that need no upstream took up to ");
    add_wait(&text, overload->most);
    text_add_string(&text, ", on all names at once; in quiet times nine of ten take no more than ");
    add_wait(&text, watch->pace.quiet);
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_done(&text);
}

static void judge_one(struct findings *findings, const struct watch *watch)
{
    const struct server_evidence *evidence = findings->servers;
    struct overload overload = {0};
    if (!weigh(findings, watch, &overload))
        return;
    for (size_t i = 0; i < evidence->n_spells; i++) {
        const struct spell *spell = &evidence->spells[i];
        if (spell->kind == SPELL_SLOW && spell->server == watch->server &&
            is_felt(findings, watch, spell))
            take_spell(findings, &overload, spell);
    }
    if (overload.row == NULL)
        return;
    tell(findings, watch, &overload);
    finding_evidence(overload.row, "slow answers that need no upstream, at least three in a row",
                     overload.answers, watch->seen[SPELL_SLOW],
                     "answers of this server that need no upstream");
    finding_evidence(overload.row, "spells of that", overload.spells, UINT64_MAX, NULL);
    if (overload.blind || overload.from_taps)
        finding_next_capture(findings, overload.row, CAPTURE_COREDNS, NULL);
    finding_next(findings, overload.row,
                 "kubectl -n kube-system top pods -l k8s-app=kube-dns --containers");
    finding_next_rows(findings, overload.row, "sessions", "--sort -waited_ms --limit 20", NULL);
    note_ongoing(findings, overload.row);
}

static void judge(struct findings *findings)
{
    const struct server_evidence *evidence = findings->servers;
    for (size_t i = 0; i < evidence->n_watches; i++)
        if (watch_at(evidence, (uint32_t)i) != NULL)
            judge_one(findings, watch_at(evidence, (uint32_t)i));
}

const struct finding_kind kind_server_overload = {
    .key = "server-overload",
    .severity = SEVERITY_ERROR,
    .meaning = "CoreDNS was late with answers that need no upstream: it lacks processor time.",
    .rule = "Answers out of CoreDNS's own zones or its cache, in a row without a quick one between "
            "them, that all took over ten times the quiet time (the 90th percentile of the "
            "fastest tenth of all blocks of twenty such answers) and over 2 ms in dnstap or 20 ms "
            "in packets: so many of several names that chance does not make them (at least 3), "
            "one of them slow by --slow, and 10 in all. What clients asked again for is not "
            "counted: it was lost. Packets at CoreDNS are sure; dnstap's clock starts when "
            "CoreDNS reads a query, so that what waited before is not seen there; a client's "
            "capture cannot tell CoreDNS from the way to it.",
    .advice = "Look for CPU throttling of the CoreDNS pods, raise or drop their CPU limit, and add "
              "replicas (dns autoscaler).",
    .reference = "https://kubernetes.io/docs/tasks/administer-cluster/dns-horizontal-autoscaling/",
    .judge = judge,
};
