// SPDX-License-Identifier: BSD-2-Clause
#include "finding/clients.h"
#include "finding/kinds.h"

/* Whose datagram is lost waits until the stub's timer runs out; a lookup may lose several.  Of those
 * that only the program which captured has lost nobody notices anything: tcpdump on all interfaces of
 * a busy node loses one in a thousand and more. */
#define LOST_PER_HARMED 4

static void add_count(struct text *text, uint64_t count, const char *one, const char *many)
{
    text_add_grouped(text, (int64_t)count);
    text_add_char(text, ' ');
    text_add_string(text, count == 1 ? one : many);
}

static void add_lost(struct text *text, const struct way *way)
{
    if (way->query_lost != 0)
        add_count(text, way->query_lost, "query", "queries");
    if (way->query_lost != 0 && way->answer_lost != 0)
        text_add_string(text, " and ");
    if (way->answer_lost != 0)
        add_count(text, way->answer_lost, "answer", "answers");
    if (way->end.len == 0)
        return;
    text_add_string(text, way->query_lost != 0 ? " of " : " to ");
    add_endpoint(text, &way->end);
}

static void tell(struct findings *findings, struct finding_row *row, const struct way *way)
{
    uint64_t sent = way->crossed + way->query_lost;
    struct text text = {0};
    add_lost(&text, way);
    text_add_string(&text, " got lost between the client's interface and CoreDNS's");
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text, ": seen at the one, never at the other.");
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "queries seen where clients send them, never where CoreDNS gets them",
                     way->query_lost, sent, "queries sent");
    finding_evidence(row, "answers seen where CoreDNS sends them, never where the client gets them",
                     way->answer_lost, way->crossed, "queries that came through");
    finding_next_rows(findings, row, "sessions", "--fields +frames", NULL);
    finding_next(findings, row,
                 "nstat -az | grep -i drop; conntrack -S; iptables-save -c | grep -i "
                 "drop; nft list ruleset | grep -i drop    # on the node, while it happens");
}

/* When it went on.  Where clients that are not seen at both places as a rule are among those that lost
 * something, spells are not told apart. */
static bool is_guilty(const struct losses *losses, const struct suspect *suspect,
                      const struct way *way, struct spell *spell)
{
    uint64_t lost = way->query_lost + way->answer_lost;
    *spell = (struct spell){.first = suspect->first, .last = suspect->last};
    if (lost < 3)
        return false;
    if (10 * lost >= 9 * suspect->events)
        return spells_judge(&losses->path, losses->datagrams, spell);
    return surely_over(lost, way->crossed + way->query_lost, LOST_SHARE);
}

static void judge(struct findings *findings)
{
    const struct losses *losses = &findings->clients->losses;
    struct suspect *suspect = findings->whole[FINDING_LOST_ON_PATH];
    struct way way = losses_on_path(losses);
    struct spell spell;
    if (suspect == NULL || !is_guilty(losses, suspect, &way, &spell))
        return;
    if (LOST_PER_HARMED * ledger_harmed(findings, suspect, HARM_STALLED) <
        way.query_lost + way.answer_lost)
        return;
    struct finding_row *row = finding_new(findings, FINDING_LOST_ON_PATH, suspect, CONFIDENCE_SURE);
    row->start = spell.first;
    row->end = spell.last;
    tell(findings, row, &way);
}

const struct finding_kind kind_lost_on_path = {
    .key = "lost-on-path",
    .severity = SEVERITY_ERROR,
    .meaning = "Datagrams are seen at one place of their way and never at the next: they get lost "
               "between the two.",
    .rule = "The capture looks at two places (a node's interfaces, or a client's and CoreDNS's "
            "captures together) and sees at least 95 % of a client's queries at both: of the "
            "others, those without answer, and answers that went back only half of the way, are "
            "surely more than 0.5 % of the queries, of all or of a spell of trouble, and the "
            "lookups that failed or waited for it are a fourth of them or more: what only the "
            "capturing program lost hurts nobody. A second capture that shows nothing of a client "
            "proves nothing; a node shows all that goes through it.",
    .advice = "Look at the hop between the two places: the node's conntrack table and firewall "
              "rules (dropped packets), NetworkPolicy, queues of the interfaces.",
    .reference = "https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/",
    .judge = judge,
};
