// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/upstream.h"

enum { RETURNED_MIN = 3 };
/* The node's own programs ask for what others ask for, too, at times; a loop returns everything. */
#define RETURNED_SHARE 0.5

static void tell(struct findings *findings, struct suspect *suspect, const struct endpoint *end,
                 const struct loop_count *count)
{
    struct text text = {0};
    struct finding_row *row =
        finding_new(findings, FINDING_FORWARDING_LOOP, suspect, CONFIDENCE_SURE);
    text_add_string(&text, "What CoreDNS forwards to ");
    add_upstream(&text, end);
    text_add_string(&text, " comes back to CoreDNS: ");
    if (count->probes != 0 && count->probes == count->returned) {
        text_add_string(&text, "the loop plugin's probe did");
    } else {
        add_share(&text, count->returned, count->asked, "question", "questions");
        text_add_string(&text, " from there were such that CoreDNS waited for,");
    }
    add_period(&text, findings, row->start, row->end);
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "questions that came back while they were waited for", count->returned,
                     count->asked, "questions from the upstream's address");
    finding_evidence(row, "of them probes of the loop plugin", count->probes, UINT64_MAX, NULL);
    upstream_next(findings, row, end, NULL, true);
    finding_next(findings, row, "kubectl -n kube-system get configmap coredns -o yaml");
}

static void judge(struct findings *findings)
{
    struct suspect *suspect;
    for (uint32_t at = 0;
         (suspect = suspect_next(findings, FINDING_FORWARDING_LOOP, &at)) != NULL;) {
        struct endpoint end = suspect_endpoint(suspect);
        struct loop_count count = loops_of(findings->upstreams->loops, &end);
        bool many = count.returned >= RETURNED_MIN &&
                    wilson_low(count.returned, count.asked) > RETURNED_SHARE;
        if (count.probes != 0 || many)
            tell(findings, suspect, &end, &count);
    }
}

const struct finding_kind kind_forwarding_loop = {
    .key = "forwarding-loop",
    .severity = SEVERITY_CRITICAL,
    .meaning =
        "CoreDNS forwards to an upstream that asks CoreDNS: every such query goes round until "
        "it times out.",
    .rule =
        "A question that CoreDNS has forwarded and waits for comes back to it from that upstream's "
        "address (or from the loopback or its own address, where it forwards to itself), with "
        "another id or port: at least 3 times, and surely more than half of what comes from that "
        "address; or once, where it is the loop plugin's probe, whose name is random. Pods that "
        "ask a cache on the node which asks CoreDNS are no loop.",
    .advice =
        "The node's /etc/resolv.conf names a local stub (127.0.0.53, or the cluster's DNS), and "
        "CoreDNS forwards to what stands there: forward to the real upstreams instead, or point "
        "kubelet's resolvConf to /run/systemd/resolve/resolv.conf.",
    .reference = "https://coredns.io/plugins/loop/",
    .judge = judge,
};
