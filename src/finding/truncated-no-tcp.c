// SPDX-License-Identifier: BSD-2-Clause
#include "finding/clients.h"
#include "finding/kinds.h"

static struct asking_client *client_of(struct findings *findings, const struct suspect *suspect)
{
    struct endpoint end = suspect_endpoint(suspect);
    return map_find(findings->clients->asking.clients, end.octet, sizeof end.octet);
}

static void look(struct findings *findings, struct finding_row *row,
                 const struct asking_client *client)
{
    char addr[ADDR_TEXT_MAX];
    struct text text = {0};
    endpoint_print_addr(&client->end, addr);
    add_condition(&text, "client.addr==", addr);
    finding_next_rows(findings, row, "lookups", NULL, text.at);
    text_done(&text);
    finding_next(findings, row,
                 "kubectl debug CLIENT-POD -it --image=nicolaka/netshoot -- dig +tcp NAME");
    finding_next(findings, row, "kubectl exec CLIENT-POD -- cat /etc/os-release");
}

static void tell(struct findings *findings, struct finding_row *row,
                 const struct asking_client *client)
{
    struct text text = {0};
    add_endpoint(&text, &client->end);
    text_add_string(&text, " got truncated answers without an address for ");
    text_add_grouped(&text, (int64_t)client->cut);
    text_add_string(&text, " lookups");
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text, " and never asked again by TCP: its applications got nothing.");
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "lookups left with a truncated answer without an address", client->cut,
                     UINT64_MAX, NULL);
    finding_evidence(row, "truncated answers by UDP", client->truncated, UINT64_MAX, NULL);
    finding_evidence(row, "queries of this client by TCP", client->by_tcp, UINT64_MAX, NULL);
    look(findings, row, client);
}

static void judge(struct findings *findings)
{
    struct suspect *suspect;
    uint32_t at = 0;
    while ((suspect = suspect_next(findings, FINDING_TRUNCATED_NO_TCP, &at)) != NULL) {
        const struct asking_client *client = client_of(findings, suspect);
        if (client == NULL || client->cut < 3 || client->by_tcp != 0)
            continue;
        struct finding_row *row =
            finding_new(findings, FINDING_TRUNCATED_NO_TCP, suspect, CONFIDENCE_SURE);
        tell(findings, row, client);
    }
}

const struct finding_kind kind_truncated_no_tcp = {
    .key = "truncated-no-tcp",
    .severity = SEVERITY_ERROR,
    .meaning =
        "A client gets truncated answers that hold no address, and does not ask again by TCP: "
        "its lookups come back empty.",
    .rule = "At least 3 lookups of a client ended with a truncated answer without a usable record, "
            "and it sent no query by TCP. Whether TCP is blocked on the way, or its resolver "
            "knows none (musl before 1.2.4), only a capture at the client or a try there tells.",
    .advice = "Allow TCP to port 53 (NetworkPolicy, firewall); use an image whose libc asks by TCP "
              "(musl 1.2.4, Alpine 3.18, or newer); or make the answer smaller.",
    .reference = "https://www.rfc-editor.org/rfc/rfc7766",
    .judge = judge,
};
