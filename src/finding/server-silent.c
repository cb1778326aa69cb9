// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/server-inside.h"

/* Under one query in two hundred is what a capture itself may miss. */
#define SILENT_RATE 0.005
/* A stub that has no answer asks again when its timer runs out; one that does not had its answer,
 * which the capture lost. */
#define STALLED_SHARE 0.5
/* Of what a capture lost of queries and answers at random, the answers' share. */
#define LOST_SHARE 0.5

struct silence {
    uint64_t queries, at_server, spells, alone;
    struct finding_row *row;
};

static void take(struct findings *findings, struct silence *silence, struct suspect *suspect,
                 enum confidence confidence)
{
    if (suspect == NULL)
        return;
    if (silence->row == NULL)
        silence->row = finding_new(findings, FINDING_SERVER_SILENT, suspect, confidence);
    else
        finding_join(silence->row, suspect);
}

/* Of the lookups in silences, the part (one in so many) whose stub must have asked again: else the
 * capture does not show the answers, as one of queries only. */
#define AGAIN_SHARE 10

static bool stubs_asked_again(const struct watch *watch)
{
    return watch->spell_stalled * AGAIN_SHARE > watch->spell_lookups;
}

/* No answer of anybody is seen, and stubs do not behave as if there were none. */
static bool is_one_way(const struct findings *findings, const struct watch *watch,
                       const struct spell *spell)
{
    const bool *answers = findings->servers->answers;
    bool shown = (spell->over[0] && answers[0]) || (spell->over[1] && answers[1]);
    return !shown && !spell->refused &&
           (double)watch->spell_stalled <= STALLED_SHARE * (double)watch->spell_lookups;
}

static enum confidence confidence_of(const struct watch *watch, const struct spell *spell,
                                     bool missing)
{
    bool missed = spell->refused || watch->spell_lookups == 0 || stubs_asked_again(watch);
    if (!missed) /* the capture may have lost the answers */
        return CONFIDENCE_POSSIBLE;
    if (spell->at_server != 0)
        return missing ? CONFIDENCE_LIKELY : CONFIDENCE_SURE;
    return spell->suspects[0] != NULL && spell->suspects[0]->clients.n > 1 ? CONFIDENCE_LIKELY
                                                                           : CONFIDENCE_POSSIBLE;
}

static void tell(struct findings *findings, const struct watch *watch,
                 const struct silence *silence)
{
    struct text text = {0};
    struct finding_row *row = silence->row;
    add_server(&text, row);
    text_add_string(&text, " did not answer ");
    add_share(&text, silence->queries + silence->alone, watch->seen[SPELL_SILENT], "query",
              "queries");
    add_period(&text, findings, row->start, row->end);
    if (silence->queries != 0)
        text_add_string(&text, silence->spells == 1 ? ", and nobody else's meanwhile"
                                                    : ", and nobody else's at those times");
    if (silence->at_server + silence->alone != 0)
        text_add_string(&text, "; they had reached it, and it asked no upstream for them.");
    else
        text_add_string(&text, "; whether they reached it is not in this capture.");
    finding_summary(findings, row, &text);
    text_done(&text);
}

/* The capture may have lost so many answers: one that loses packets loses as many queries, and shows
 * the answers to them. */
static bool may_be_lost(const struct findings *findings, const struct watch *watch,
                        uint64_t answers)
{
    return packets_are_missing(findings) ||
           !surely_over(answers, answers + watch->unasked, LOST_SHARE);
}

/* Queries that reached it one by one, scattered between others that it answered. */
static void judge_scattered(struct findings *findings, const struct watch *watch,
                            uint64_t in_spells, struct silence *silence)
{
    uint64_t alone = watch->reached > in_spells ? watch->reached - in_spells : 0;
    bool again = surely_over(watch->stalled, watch->lookups, STALLED_SHARE);
    if (!surely_over(alone, watch->seen[SPELL_SILENT], SILENT_RATE) ||
        (!again && may_be_lost(findings, watch, alone)))
        return;
    silence->alone = alone;
    take(findings, silence, suspect_of_server(findings, FINDING_SERVER_SILENT, watch->server),
         again ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE);
}

static void judge_one(struct findings *findings, const struct watch *watch)
{
    const struct server_evidence *evidence = findings->servers;
    struct silence silence = {0};
    uint64_t in_spells = 0;
    bool missing = packets_are_missing(findings);
    for (size_t i = 0; i < evidence->n_spells; i++) {
        const struct spell *spell = &evidence->spells[i];
        if (spell->kind != SPELL_SILENT || spell->server != watch->server)
            continue;
        in_spells += spell->at_server;
        if (spell->suspects[1] != NULL && spell->suspects[1]->finding != NULL)
            continue; /* a restart */
        if (is_one_way(findings, watch, spell))
            continue;
        take(findings, &silence, spell->suspects[0], confidence_of(watch, spell, missing));
        silence.queries += spell->queries;
        silence.at_server += spell->at_server;
        silence.spells++;
    }
    judge_scattered(findings, watch, in_spells, &silence);
    if (silence.row == NULL)
        return;
    tell(findings, watch, &silence);
    if (silence.spells != 0)
        finding_evidence(silence.row, "without answer, in a row", silence.queries,
                         watch->seen[SPELL_SILENT], "queries to this server");
    if (silence.alone != 0)
        finding_evidence(silence.row, "without answer, between others that were answered",
                         silence.alone, watch->seen[SPELL_SILENT], "queries to this server");
    if (silence.at_server + silence.alone == 0)
        finding_next_capture(findings, silence.row, CAPTURE_COREDNS, NULL);
    next_log(findings, silence.row);
    finding_next_rows(findings, silence.row, "sessions", NULL, "status==Failed");
}

static void judge(struct findings *findings)
{
    const struct server_evidence *evidence = findings->servers;
    for (size_t i = 0; i < evidence->n_watches; i++)
        if (watch_at(evidence, (uint32_t)i) != NULL)
            judge_one(findings, watch_at(evidence, (uint32_t)i));
}

const struct finding_kind kind_server_silent = {
    .key = "server-silent",
    .severity = SEVERITY_ERROR,
    .meaning = "Queries reached CoreDNS, and it neither answered them nor asked an upstream.",
    .rule = "Packets only. Either queries in a row, over half a second or longer and for several "
            "names, none of which was answered while nobody else's was, too: so many that the "
            "share that goes unanswered at other times does not make them by chance (under one in "
            "a hundred), at least 3. Or queries that are seen to reach CoreDNS, without answer "
            "and attempt, at least 3 and surely over 0.5 % of its queries. Lost frames, the "
            "capture's edges and restarts are not counted. It is sure where the capture shows "
            "the queries at CoreDNS; from a client's capture it is at most likely, and with one "
            "client only possible: the way to CoreDNS may be broken; and possible where hardly any "
            "stub asked again, likely where packets are known to be missing. Where the capture "
            "shows no answer of anybody, most lookups must have asked again. dnstap cannot show "
            "it: an error that CoreDNS makes is not tapped, either (server-error).",
    .advice = "Look whether the process was stuck or stopped at that time (events and log of the "
              "pod), and for acl drop or erratic in the Corefile.",
    .reference = "https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/",
    .judge = judge,
};
