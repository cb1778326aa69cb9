// SPDX-License-Identifier: BSD-2-Clause
#include "finding/clients.h"
#include "finding/kinds.h"

/* "23 lookups had to ask again before they got an answer (21), or got none (2)" */
static void add_seen(struct text *text, const struct losses *losses, uint64_t all, uint64_t failed)
{
    text_add_grouped(text, (int64_t)all);
    text_add_string(text, all == 1 ? " lookup" : " lookups");
    if (losses->at_server != 0) {
        text_add_string(text, " came again when a stub's timer had run out, though CoreDNS had "
                              "answered in time, or had got only half of the pair");
        return;
    }
    text_add_string(text, " had to ask again before they got an answer");
    if (failed == 0)
        return;
    text_add_string(text, " (");
    text_add_grouped(text, (int64_t)(all - failed));
    text_add_string(text, "), or got none (");
    text_add_grouped(text, (int64_t)failed);
    text_add_char(text, ')');
}

static void tell(struct findings *findings, struct finding_row *row, const struct losses *losses,
                 const struct suspect *suspect)
{
    struct text text = {0};
    int64_t first, last;
    uint64_t all = ledger_left_to(findings, suspect, HARM_STALLED, &first, &last);
    add_seen(&text, losses, all, ledger_left_to(findings, suspect, HARM_FAILED, &first, &last));
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text, row->confidence == CONFIDENCE_LIKELY
                               ? ": datagrams get lost between the clients and CoreDNS."
                               : ": datagrams get lost on the client's way, or it asks twice by "
                                 "habit.");
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "lookups that asked again though CoreDNS was there", losses->hard,
                     losses->lookups, "lookups");
    if (losses->answers != 0)
        finding_evidence(row, "queries asked again after they had been answered", losses->answers,
                         UINT64_MAX, NULL);
    finding_evidence(row, "pairs that lost the first, the second or both",
                     losses->first + losses->second + losses->both, losses->pairs,
                     "pairs sent together from one port");
    if (losses->at_server == 0)
        finding_evidence(row, "lone queries that were lost", losses->lone_lost, losses->lone,
                         "queries sent alone");
    finding_next_rows(findings, row, "lookups", NULL, STALLED_ROWS);
    finding_next_capture(findings, row, losses->at_server != 0 ? CAPTURE_NODE : CAPTURE_COREDNS,
                         NULL);
}

/* One client alone may have its own reasons. */
static enum confidence confidence_of(const struct suspect *suspect)
{
    return suspect->clients.n > 1 ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE;
}

/* What a race, a loss that was seen, a restart or a silence explains is no finding of its own. */
static void judge(struct findings *findings)
{
    const struct losses *losses = &findings->clients->losses;
    struct suspect *suspect = findings->whole[FINDING_CLIENT_RETRY];
    struct spell spell;
    int64_t first, last;
    if (suspect == NULL)
        return;
    uint64_t left = ledger_left_to(findings, suspect, HARM_STALLED, &first, &last);
    struct finding_row *row = left != 0 ? client_excuse(findings, first, last) : NULL;
    if (row != NULL) {
        finding_join(row, suspect);
        return;
    }
    if (left < 3 || losses->hard < 3 || !spells_judge(&losses->retries, losses->lookups, &spell))
        return;
    row = finding_new(findings, FINDING_CLIENT_RETRY, suspect, confidence_of(suspect));
    finding_join(row, losses_soft(findings, FINDING_CLIENT_RETRY));
    row->start = left == losses->hard ? spell.first : first;
    row->end = left == losses->hard ? spell.last : last;
    tell(findings, row, losses, suspect);
}

const struct finding_kind kind_client_retry = {
    .key = "client-retry",
    .severity = SEVERITY_WARNING,
    .meaning = "Clients ask again when their stub's timer runs out, although CoreDNS is there and "
               "answers immediately: queries or answers get lost on the way.",
    .rule =
        "At CoreDNS: a stub (glibc, musl or Go by its habits) asks the same again when its timer "
        "ran out "
        "(a whole second, or 2.5 s), after it was answered, or the other of a pair comes only "
        "then. At the client: no answer until the "
        "repeat, and then within 0.5 s, and not about 2 s (a try of CoreDNS) after the first. At "
        "least 3 lookups that nothing else explains, and surely more than 0.1 % of all, or of "
        "those "
        "in a spell of trouble. Repeats within 1 s are none. Possible where it is one client, else "
        "at "
        "most likely: one end alone does not "
        "show where a datagram got lost.",
    .advice = "Look between the clients and CoreDNS: the node's conntrack table (full?), "
              "NetworkPolicy, overlay network; a capture of the node shows the hop.",
    .reference = "https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/",
    .judge = judge,
};
