// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/upstream.h"

static void tell(struct findings *findings, const struct endpoint *first, uint64_t upstreams,
                 uint64_t attempts)
{
    struct suspect *suspect = suspect_of_endpoint(findings, FINDING_ENCRYPTED_UPSTREAM, first);
    struct text text = {0};
    if (suspect == NULL)
        return;
    struct finding_row *row =
        finding_new(findings, FINDING_ENCRYPTED_UPSTREAM, suspect, CONFIDENCE_SURE);
    text_add_string(&text, "CoreDNS asks ");
    add_upstream(&text, first);
    if (upstreams > 1) {
        text_add_string(&text, " and ");
        text_add_grouped(&text, (int64_t)upstreams - 1);
        text_add_string(&text, upstreams == 2 ? " other" : " others");
    }
    text_add_string(&text,
                    " over TLS: these packets show when and how much, but not what was asked "
                    "and answered.");
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "answers of which only size and time are seen", attempts, UINT64_MAX,
                     NULL);
    finding_next(
        findings, row,
        "kubectl -n kube-system edit configmap coredns   # dnstap tcp://ADDRESS:6000 full");
}

static void judge(struct findings *findings)
{
    const struct upstream_paths *paths = &findings->upstreams->paths;
    const struct upstream_path *path;
    const struct endpoint *first = NULL;
    uint64_t upstreams = 0, attempts = 0;
    for (size_t at = 0; (path = paths_next(paths, &at)) != NULL;) {
        struct upstream_path sum = paths_sum(paths, &path->end);
        if (sum.sealed != 0) {
            first = first == NULL ? &path->end : first;
            upstreams++;
            attempts += sum.sealed;
        }
        path_sum_done(&sum);
    }
    if (first != NULL)
        tell(findings, first, upstreams, attempts);
}

const struct finding_kind kind_encrypted_upstream = {
    .key = "encrypted-upstream",
    .severity = SEVERITY_INFO,
    .meaning =
        "An upstream is asked by DNS over TLS, HTTPS or QUIC: packets do not show the names and "
        "rcodes.",
    .rule =
        "In packets, answers from an upstream of which only sizes and times are to be seen. Errors "
        "of that upstream cannot be found then.",
    .advice =
        "Add CoreDNS's dnstap (with full) or its log to the packets: both show what TLS hides.",
    .reference = "https://coredns.io/plugins/dnstap/",
    .judge = judge,
};
