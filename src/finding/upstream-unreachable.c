// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/upstream.h"

static void judge(struct findings *findings)
{
    static const struct silence silence = {
        .id = FINDING_UPSTREAM_UNREACHABLE,
        .fault = FAULT_REFUSED,
        .left = "refused",
        .evidence = "attempts refused",
        .tapped =
            "That it refused follows from how soon they ended: the answers of ICMP are not in "
            "this capture.",
    };
    silence_judge(findings, &silence);
}

const struct finding_kind kind_upstream_unreachable = {
    .key = "upstream-unreachable",
    .severity = SEVERITY_WARNING,
    .meaning = "Nobody serves DNS at an upstream's address and port, or something on the way "
               "rejects it.",
    .rule = "At least 3 attempts at one upstream were refused (ICMP in packets; else attempts over "
            "UDP that surely ended without reply in less than 50 ms), and either 3 of them "
            "followed one another or their share of all its attempts is surely over 1 %. It "
            "is an error when lookups failed for it, else a warning. Dnstap shows only how soon "
            "an attempt was over, and captures with the filter 'port 53' hold no ICMP: then it is "
            "likely.",
    .advice = "Nothing listens there, or a firewall rejects: check address and port in the "
              "Corefile's forward, the node's /etc/resolv.conf if that is what it names, and "
              "whether the server runs.",
    .reference = "https://coredns.io/plugins/forward/",
    .judge = judge,
};
