// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/upstream.h"

enum { LATE_MIN = 3 };

static void tell(struct findings *findings, struct finding_row *row,
                 const struct upstream_path *sum)
{
    struct text text = {0};
    text_add_string(&text, "Upstream ");
    add_upstream(&text, &sum->end);
    text_add_string(&text, " answered ");
    add_share(&text, sum->fault[FAULT_LATE], path_ended(sum), "attempt", "attempts");
    text_add_string(&text, " only when CoreDNS had given up, those");
    add_period(&text, findings, row->start, row->end);
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_done(&text);
}

static void judge_one(struct findings *findings, const struct upstream_path *sum)
{
    if (sum->fault[FAULT_LATE] < LATE_MIN)
        return;
    struct suspect *suspect = suspect_of_endpoint(findings, FINDING_UPSTREAM_LATE, &sum->end);
    if (suspect == NULL)
        return;
    /* The few others came later still, or not before the capture's end: it is slow, not dead. */
    struct suspect *silent = suspect_of_endpoint(findings, FINDING_UPSTREAM_TIMEOUT, &sum->end);
    bool joins = silent != NULL && sum->fault[FAULT_SILENT] != 0 &&
                 sum->fault[FAULT_SILENT] <= sum->fault[FAULT_LATE];
    struct finding_row *row =
        finding_new(findings, FINDING_UPSTREAM_LATE, suspect, CONFIDENCE_SURE);
    if (joins)
        finding_join(row, silent);
    tell(findings, row, sum);
    row->ongoing = sum->in_row != 0;
    if (sum->ran_out != 0)
        row->severity = SEVERITY_ERROR;
    finding_evidence(row, "attempts answered too late", sum->fault[FAULT_LATE], path_ended(sum),
                     "attempts");
    if (joins)
        finding_evidence(row, "attempts without any reply", sum->fault[FAULT_SILENT],
                         path_ended(sum), "attempts");
    upstream_next(findings, row, &sum->end, "outcome==no_reply", true);
}

static void judge(struct findings *findings)
{
    upstreams_judge(findings, judge_one);
}

const struct finding_kind kind_upstream_late = {
    .key = "upstream-late",
    .severity = SEVERITY_WARNING,
    .meaning = "An upstream answers, but only when CoreDNS has given up waiting for it.",
    .rule = "In packets, at least 3 answers of one upstream came when CoreDNS had given up: more "
            "than 1.9 s after the query, and behind its next attempt, behind the answer to its "
            "client, or met by ICMP because the port was closed. Judged over the whole capture. "
            "Dnstap never shows such answers: there it is upstream-timeout.",
    .advice =
        "The upstream is slow, not dead: find out what it waits for. CoreDNS 1.14.5 and later "
        "can wait longer (forward's read_timeout), but stubs ask again after 2.5 to 5 s.",
    .reference = "https://coredns.io/plugins/forward/",
    .judge = judge,
};
