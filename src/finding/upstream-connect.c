// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/upstream.h"

static void judge(struct findings *findings)
{
    static const struct silence silence = {
        .id = FINDING_UPSTREAM_CONNECT,
        .fault = FAULT_CONNECT,
        .left = "gave no connection, or none that lasted, for",
        .evidence = "attempts whose connection failed",
        .tapped = "Why the connections failed is not in dnstap: CoreDNS's log says it (errors "
                  "plugin), and packets show it.",
    };
    silence_judge(findings, &silence);
}

const struct finding_kind kind_upstream_connect = {
    .key = "upstream-connect",
    .severity = SEVERITY_WARNING,
    .meaning = "Connections to an upstream (TCP, or TLS on port 853) fail or break.",
    .rule =
        "At least 3 attempts at one upstream failed with their connection (in packets: refused, "
        "reset, closed on a waiting query, a TLS handshake that ends; in dnstap: attempts over "
        "TCP or at port 853 that surely ended without reply in less than 50 ms, which is at most "
        "likely), and either 3 of them followed one another or their share of all its "
        "attempts is surely over 1 %. It is an error when lookups failed for it, else a "
        "warning.",
    .advice = "For TLS: does the certificate hold the name in tls_servername, and is it valid now? "
              "Else: is TCP (53, or 853) open up to there, and does the upstream close idle "
              "connections sooner than expire says?",
    .reference = "https://coredns.io/plugins/forward/",
    .judge = judge,
};
