// SPDX-License-Identifier: BSD-2-Clause
/* What the cluster's Corefile has about the upstream or the zone of a finding: where to repair it. */
#include <string.h>

#include "cluster/forwards.h"
#include "dns/name.h"
#include "finding/inside.h"

enum { TARGETS = 6, WORD = 80 }; /* that are told, and of each */

/* "forward . 172.30.0.53 172.30.0.54 (policy random, max_fails 2)" */
static void add_forward(struct text *text, const struct coredns_forward *forward)
{
    text_format(text, "`forward %.*s", WORD, forward->from);
    for (size_t i = 0; i < forward->to.n && i < TARGETS; i++)
        text_format(text, " %.*s", WORD, forward->to.at[i]);
    if (forward->to.n > TARGETS)
        text_add_string(text, " ...");
    text_format(text, "` (policy %.*s, max_fails %lld", WORD, forward->policy,
                (long long)forward->max_fails);
    if (forward->max_concurrent != 0)
        text_format(text, ", max_concurrent %lld", (long long)forward->max_concurrent);
    if (forward->force_tcp)
        text_add_string(text, ", force_tcp");
    if (forward->prefer_udp)
        text_add_string(text, ", prefer_udp");
    text_add_string(text, ").");
    if (forward->max_fails == 0 && forward->to.n > 1)
        text_add_string(text,
                        " With max_fails 0 an upstream that is down is asked like the others.");
}

static void add_of_upstream(struct text *text, const struct coredns *coredns,
                            const struct endpoint *end)
{
    size_t at = 0;
    const struct coredns_forward *forward = forwards_to(coredns, end, &at);

    if (forward != NULL) {
        text_add_string(text, " The Corefile has ");
        add_forward(text, forward);
        if (forwards_to(coredns, end, &at) != NULL)
            text_add_string(text, " It is named for other zones, too.");
    } else if (forwards_all_named(coredns)) {
        text_add_string(text, " No forward of the cluster's Corefile names it: that file may be of "
                              "another time, or it is not CoreDNS that asks.");
    }
}

static void add_of_zone(struct text *text, const struct coredns *coredns, const char *zone)
{
    uint8_t wire[256];
    size_t len = dns_name_parse(zone, wire);
    const struct coredns_forward *forward;

    if (len == 0)
        return;
    dns_name_lower(wire, len);
    forward = forwards_for(coredns, wire, len);
    if (forward == NULL)
        return;
    text_add_string(text, " In the Corefile that zone goes to ");
    add_forward(text, forward);
}

static bool is_key(const struct finding_row *row, enum finding_id id)
{
    return row->key == finding_kinds[id]->key;
}

static void tell(struct findings *findings, struct finding_row *row, const struct coredns *coredns)
{
    struct text text = {0};

    text_add_string(&text, row->advice);
    size_t len = text.len;
    if (is_key(row, FINDING_UPSTREAM_ERROR) && strcmp(row->subject.kind, "zone") == 0)
        add_of_zone(&text, coredns, row->subject.name);
    else if (strcmp(row->subject.kind, "upstream") == 0 && row->severity > SEVERITY_INFO)
        add_of_upstream(&text, coredns, &row->subject.addr);
    else if (is_key(row, FINDING_SERVER_REJECTS))
        add_of_zone(&text, coredns, ".");
    if (text.len != len)
        row->advice = keep(findings, &text);
    text_done(&text);
}

void forward_words(struct findings *findings)
{
    if (findings->options.cluster == NULL)
        return;
    const struct coredns *coredns = cluster_coredns(findings->options.cluster);
    for (size_t i = 0; i < findings->n_rows && coredns->n_blocks != 0; i++)
        tell(findings, findings->rows[i], coredns);
}
