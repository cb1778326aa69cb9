// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/upstream.h"

static void judge_one(struct findings *findings, const struct upstream_path *sum)
{
    uint64_t count = sum->fault[FAULT_WRONG];
    struct suspect *suspect =
        count != 0 ? suspect_of_endpoint(findings, FINDING_WRONG_REPLY, &sum->end) : NULL;
    if (suspect == NULL)
        return;
    struct finding_row *row = finding_new(findings, FINDING_WRONG_REPLY, suspect, CONFIDENCE_SURE);
    struct text text = {0};
    text_add_string(&text, "From ");
    add_upstream(&text, &sum->end);
    text_add_string(&text,
                    count == 1 ? " came an answer that does not" : " came answers that do not");
    text_add_string(&text, " fit what CoreDNS had asked");
    text_add_string(&text,
                    sum->in_packets ? " (another question or id): " : " (another question): ");
    add_share(&text, count, path_ended(sum), "attempt", "attempts");
    text_add_char(&text, ',');
    add_period(&text, findings, row->start, row->end);
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "attempts with a wrong reply", count, path_ended(sum), "attempts");
    upstream_next(findings, row, &sum->end, "outcome!=answered", sum->in_packets);
}

static void judge(struct findings *findings)
{
    upstreams_judge(findings, judge_one);
}

const struct finding_kind kind_wrong_reply = {
    .key = "wrong-reply",
    .severity = SEVERITY_WARNING,
    .meaning = "Answers come from an upstream's address that do not fit the question or the id "
               "that CoreDNS sent.",
    .rule = "One is enough, since no sane server sends any: in packets a reply to a waiting query "
            "with another question, or to its question with another id, and none that fits. "
            "CoreDNS skips replies with another id, so that dnstap shows only those with another "
            "question; there attempts that waited for nothing else count as upstream-timeout.",
    .advice = "Something answers for the upstream: a middlebox or NAT on the way, a broken server, "
              "or somebody who guesses (spoofing). Capture on both sides of the path and compare.",
    .reference = "https://www.rfc-editor.org/rfc/rfc5452",
    .judge = judge,
};
