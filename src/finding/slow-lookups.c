// SPDX-License-Identifier: BSD-2-Clause
#include "finding/clients.h"
#include "finding/kinds.h"

#define SLOW_SHARE 0.05
/* Of those that waited a second or longer, which any user notices. */
#define STALLED_SHARE 0.01

static void tell(struct findings *findings, struct finding_row *row, uint64_t slow,
                 const struct losses *losses)
{
    struct text text = {0};
    add_share(&text, slow, losses->lookups, "lookup", "lookups");
    if (findings->options.slow_ns < STALLED_NS) {
        text_add_string(&text, " waited longer than ");
        add_wait(&text, findings->options.slow_ns);
    } else {
        text_add_string(&text, " waited for a second or longer");
    }
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text, findings->options.filtered
                               ? ", and nothing that went wrong in what the filter keeps explains it."
                               : ", and nothing that went wrong here explains it.");
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "slow lookups that no other finding explains", slow, losses->lookups,
                     "lookups");
    finding_next_rows(findings, row, "lookups", "--sort -waited_ms --limit 20", NULL);
    if (losses->at_server < losses->lookups)
        finding_next_capture(findings, row, CAPTURE_COREDNS, NULL);
}

/* Last of those that explain anything: the others have judged. */
static void judge(struct findings *findings)
{
    const struct losses *losses = &findings->clients->losses;
    struct suspect *suspect = findings->whole[FINDING_SLOW_LOOKUPS];
    int64_t first, last;
    if (suspect == NULL)
        return;
    uint64_t stalled = ledger_left_to(findings, suspect, HARM_STALLED, &first, &last);
    uint64_t slow = ledger_left_to(findings, suspect, HARM_SLOW, &first, &last);
    struct finding_row *row = slow != 0 ? client_excuse(findings, first, last) : NULL;
    if (row != NULL) {
        finding_join(row, suspect);
        return;
    }
    if (!surely_over(slow, losses->lookups, SLOW_SHARE) &&
        !surely_over(stalled, losses->lookups, STALLED_SHARE))
        return;
    row = finding_new(findings, FINDING_SLOW_LOOKUPS, suspect,
                      findings->options.filtered ? CONFIDENCE_POSSIBLE : CONFIDENCE_SURE);
    row->start = first;
    row->end = last;
    tell(findings, row, slow, losses);
}

const struct finding_kind kind_slow_lookups = {
    .key = "slow-lookups",
    .severity = SEVERITY_WARNING,
    .meaning = "Applications wait long for their lookups, and no other finding explains why.",
    .rule = "Lookups that waited longer than --slow and that no other finding explains are surely "
            "more than 5 % of all, or those that waited a second or longer more than 1 %. What "
            "always takes long is not compared with anything: that is "
            "for you to judge.",
    .advice =
        "Where this capture shows only the clients' end, take one at CoreDNS: it tells which part "
        "takes the time. Else look at the upstreams' latency, and at what the slow names have in "
        "common.",
    .reference = "https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/",
    .judge = judge,
};
