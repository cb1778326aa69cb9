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
        .tapped = "Dnstap shows the same where answers came that CoreDNS skipped (another id), or "
                  "came too late: packets tell.",
    };
    silence_judge(findings, &silence);
}

const struct finding_kind kind_upstream_timeout = {
    .key = "upstream-timeout",
    .severity = SEVERITY_WARNING,
    .meaning = "An upstream did not answer: CoreDNS waited for it until its read timeout, 2 s as a "
               "rule.",
    .rule = "At least 3 attempts at one upstream stayed without reply, and either 3 of them "
            "followed one another or their share of all its attempts is surely over 1 % (lower "
            "bound of the 95 % Wilson interval; a storm of tries counts once). Attempts whose "
            "reply may only be missing in the capture are in neither number. It is an error when "
            "lookups failed for it, or a stub asked again meanwhile; else a warning. Dnstap "
            "cannot tell it from answers that CoreDNS skipped (another id) or that came too late, "
            "nor, where not even the time is known that CoreDNS waited, from a refusal.",
    .advice =
        "Look at the upstream and at the path to it: the node's network, firewalls, limits on "
        "queries. CoreDNS goes on to the next upstream only after its read timeout: give "
        "forward a second one, and max_fails and health_check so that a dead one is left out.",
    .reference = "https://coredns.io/plugins/forward/",
    .judge = judge,
};
