// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/carrier.h"

#include "base/map.h"
#include "base/when.h"
#include "input/pcap/plausible.h"

/* Field by field, since the room for a name is large and need not be cleared. */
void carrier_message(const struct carrier *carrier, enum message_kind kind, bool response,
                     struct message *message)
{
    message->kind = kind;
    message->leg = LEG_WIRE;
    message->response = response;
    message->tap = 0;
    message->transport = carrier->transport;
    message->frame = carrier->origin.number;
    message->connection = 0;
    message->offset = carrier->origin.offset;
    message->when = carrier->origin.when;
    message->query_time = message->response_time = WHEN_NONE;
    message->asker = response ? carrier->destination : carrier->source;
    message->answerer = response ? carrier->source : carrier->destination;
    message->early_shape = false;
    message->coredns = 0;
    message->identity = message->version = (struct slice){NULL, 0};
    message->sighting = carrier->origin.sighting;
    message->reporter = (struct endpoint){.len = 0};
    message->icmp = 0;
    message->size = 0;
    message->no_payload = false;
    message->payload = 0;
}

void carrier_event(const struct carrier *carrier, enum message_kind kind, bool response,
                   struct message *message)
{
    carrier_message(carrier, kind, response, message);
    dns_read(&message->dns, NULL, 0, DNS_READ_QUESTION);
}

bool carrier_dns(const struct carrier *carrier, struct slice dns, uint32_t size,
                 struct message *message)
{
    bool response = dns.len > 2 && (dns.at[2] & 0x80) != 0; /* QR, RFC 1035 section 4.1.1 */

    dns_read(&message->dns, dns.at, dns.len, response ? DNS_READ_RECORDS : DNS_READ_QUESTION);
    if (!plausible_message(&message->dns, size))
        return false;
    carrier_message(carrier, MESSAGE_DNS, response, message);
    message->sighting.cut = dns.len < size;
    message->size = size;
    message->payload = map_hash(dns.at, dns.len);
    return true;
}
