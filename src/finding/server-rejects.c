// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/server-inside.h"

/* Most of what was refused stands at the same number of open forwards. */
#define SAME_SHARE 0.5
/* With fewer forwards at once most queries stand at their greatest number by chance. */
#define OPEN_MIN 3

static void tell(struct findings *findings, struct finding_row *row,
                 const struct forwards_judged *judged, bool lone)
{
    struct text text = {0};
    add_server(&text, row);
    text_add_string(&text, lone ? " gave no answer that dnstap shows to " : " refused ");
    text_add_grouped(&text, (int64_t)(judged->at_most + judged->edges));
    text_add_string(&text, lone ? " queries" : " queries immediately");
    add_period(&text, findings, row->start, row->end);
    bool all = judged->at_most == judged->rejects;
    text_format(&text,
                ", %s while about %u upstream queries were open, never more: the limit of "
                "forward (max_concurrent) is reached.",
                all ? "always" : "mostly", judged->most);
    finding_summary(findings, row, &text);
    text_clear(&text);
    text_format(&text, "About %u upstream queries were under way whenever a client was refused.",
                judged->most);
    finding_advise(findings, row, &text);
    text_done(&text);
}

static void judge_one(struct findings *findings, struct suspect *suspect)
{
    const struct watch *watch = watch_at(findings->servers, suspect_server(suspect));
    if (watch == NULL)
        return;
    struct forwards_judged judged = forwards_judge(watch->forwards);
    if (judged.most < OPEN_MIN || !surely_over(judged.at_most, judged.rejects, SAME_SHARE))
        return;
    bool lone = watch->lone != 0;
    struct finding_row *row = finding_new(findings, FINDING_SERVER_REJECTS, suspect,
                                          lone ? CONFIDENCE_LIKELY : CONFIDENCE_SURE);
    if (judged.last_edge != WHEN_NONE && judged.last_edge > row->end)
        row->end = judged.last_edge;
    tell(findings, row, &judged, lone);
    finding_evidence(row, "refused with as many forwards open as ever", judged.at_most,
                     judged.rejects, "queries without attempt that were refused immediately");
    finding_evidence(row, "forwards open then", judged.most, UINT64_MAX, NULL);
    if (judged.edges != 0)
        finding_evidence(row, "more such queries in the last seconds of the capture", judged.edges,
                         UINT64_MAX, NULL);
    next_log(findings, row);
    if (lone)
        finding_next_capture(findings, row, CAPTURE_COREDNS, NULL);
    finding_next_rows(findings, row, "sessions", NULL, "status==Failed");
}

static void judge(struct findings *findings)
{
    uint32_t at = 0;
    struct suspect *suspect;
    while ((suspect = suspect_next(findings, FINDING_SERVER_REJECTS, &at)) != NULL)
        judge_one(findings, suspect);
}

const struct finding_kind kind_server_rejects = {
    .key = "server-rejects",
    .severity = SEVERITY_ERROR,
    .meaning = "CoreDNS refuses queries because too many of its forwards are open "
               "(max_concurrent).",
    .rule = "Queries that were refused within 5 ms without an upstream attempt (from dnstap, which "
            "does not show such answers: queries without attempt and answer), at least 3, and "
            "surely more than half of them at a time when as many forwards were open as ever "
            "while queries were refused (at least 3; about one in fifty may be missing, since the "
            "capture's times are not CoreDNS's own). A client's capture shows no forwards: there "
            "server-error tells of the answers.",
    .advice = "Raise max_concurrent of forward (2 KiB of memory each), add CoreDNS replicas, or "
              "repair the slow upstream that keeps forwards open.",
    .reference = "https://coredns.io/plugins/forward/",
    .judge = judge,
};
