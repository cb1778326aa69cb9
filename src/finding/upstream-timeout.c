// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/upstream.h"

static void judge(struct findings *findings)
{
    static const struct silence silence = {
        .id = FINDING_UPSTREAM_TIMEOUT,
        .fault = FAULT_SILENT,
        .left = "did not answer",
        .evidence = "attempts without reply",
    };
    silence_judge(findings, &silence);
    silence_words(findings, FINDING_UPSTREAM_TIMEOUT);
}

const struct finding_kind kind_upstream_timeout = {
    .key = "upstream-timeout",
    .severity = SEVERITY_WARNING,
    .meaning = "An upstream did not answer: CoreDNS waited for it until its read timeout, 2 s as a "
               "rule.",
    .rule = "At least 3 attempts at one upstream stayed without reply, and either 3 of them "
            "followed one another or their share of all its attempts is surely over 1 % (lower "
            "bound of the 95 % Wilson interval; a storm of tries counts once). Attempts whose "
            "reply may only be missing in the capture are in neither number: where packets are "
            "known to be missing, or no answer of anybody is seen, all but those from which "
            "CoreDNS went on to another, or whose client got an error or a late answer; it is "
            "likely then. It is an error when "
            "lookups failed for it, or a stub asked again meanwhile; else a warning. Dnstap "
            "cannot tell it from answers that CoreDNS skipped (another id) or that came too late, "
            "nor, where not even the time is known that CoreDNS waited, from a refusal. "
            "It is at most likely where for most of that time no upstream answered at all.",
    .advice =
        "Look at the upstream and at the path to it: the node's network, firewalls, limits on "
        "queries. While it is silent, each try at it costs a client CoreDNS's read timeout, 2 s as "
        "a rule, before the next upstream is asked: repair it, or take it out of forward until it "
        "answers.",
    .reference = "https://coredns.io/plugins/forward/",
    .judge = judge,
};
