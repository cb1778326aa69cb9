// SPDX-License-Identifier: BSD-2-Clause
#include "finding/clients.h"
#include "finding/kinds.h"

/* Of what was lost, so much must be the second of a pair. */
#define SECOND_SHARE 0.8
/* Where all of it is, so many are enough: seven of seven are chance once in 128 times. */
#define SECOND_ALL 7
/* Lone queries are lost at a like rate where theirs is more than a quarter of the pairs'. */
#define LONE_SHARE 0.25

static uint64_t lost(const struct losses *losses)
{
    return losses->first + losses->second + losses->both + losses->lone_lost + losses->answers;
}

static bool is_race(const struct losses *losses)
{
    uint64_t all = lost(losses);
    bool seconds = surely_over(losses->second, all, SECOND_SHARE) ||
                   (losses->second == all && all >= SECOND_ALL);
    double pairs = (double)losses->second / (double)(losses->pairs + 1);
    double lone = (double)losses->lone_lost / (double)(losses->lone + 1);
    return seconds && (losses->lone_lost < 3 || lone < LONE_SHARE * pairs);
}

static void tell(struct findings *findings, struct finding_row *row, const struct losses *losses)
{
    struct text text = {0};
    text_add_string(&text,
                    "Of two queries that a client sent together from one port only the first "
                    "got through, ");
    text_add_grouped(&text, (int64_t)losses->second);
    text_add_string(&text, " times");
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text, ": the lookup stood still until the stub's timer ran out.");
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "the second of a pair was lost", losses->second, lost(losses),
                     "lost datagrams that stubs asked for again");
    finding_evidence(row, "pairs whose second was lost", losses->second, losses->pairs,
                     "pairs sent together from one port");
    finding_evidence(row, "lone queries that were lost", losses->lone_lost, losses->lone,
                     "queries sent alone");
    finding_next_rows(findings, row, "lookups", NULL, STALLED_ROWS);
    if (losses->at_server != 0)
        finding_next_capture(findings, row, CAPTURE_CLIENT, NULL);
    else
        finding_next(findings, row, "conntrack -S | grep -v insert_failed=0    # on the node");
}

/* At CoreDNS's side a stub that asks for one after the other (glibc does so behind a loss) looks the
 * same, where the second of a pair comes behind the first's answer as a rule. */
static enum confidence confidence_of(const struct losses *losses)
{
    bool apart = losses->at_server != 0 && 2 * losses->early < losses->pairs;
    return apart ? CONFIDENCE_POSSIBLE : CONFIDENCE_LIKELY;
}

static void judge(struct findings *findings)
{
    const struct losses *losses = &findings->clients->losses;
    struct suspect *suspect = findings->whole[FINDING_AAAA_RACE];
    if (suspect == NULL || !is_race(losses))
        return;
    struct finding_row *row =
        finding_new(findings, FINDING_AAAA_RACE, suspect, confidence_of(losses));
    finding_join(row, losses_soft(findings, FINDING_AAAA_RACE));
    tell(findings, row, losses);
}

const struct finding_kind kind_aaaa_race = {
    .key = "aaaa-race",
    .severity = SEVERITY_ERROR,
    .meaning =
        "Of the A and AAAA queries that a client sends together from one port the second one "
        "gets lost, again and again: the lookup waits for the stub's timer.",
    .rule =
        "Of the datagrams that were lost (not answered until the stub's timer ran out, then "
        "immediately; "
        "at CoreDNS: the other of the pair came only then) surely more than 80 % are the second of "
        "two sent within 1 ms from one port, or all of at least 7; lone queries are not lost at a "
        "like rate. At most likely: that it is the node's conntrack table no capture of DNS shows; "
        "possible where CoreDNS's side does not show that both were sent together.",
    .advice = "Two packets of one socket race for one conntrack entry in the node's kernel. Run "
              "NodeLocal DNSCache (its traffic is not tracked), or a newer kernel, or set "
              "`options single-request-reopen` in the pods' dnsConfig (glibc only: musl ignores "
              "it).",
    .reference = "https://kubernetes.io/docs/tasks/administer-cluster/nodelocaldns/",
    .judge = judge,
};
