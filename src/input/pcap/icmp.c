// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/icmp.h"

#include "base/map.h"
#include "input/pcap/octets.h"

enum {
    HEADER = 8, PORTS = 4, UDP_HEADER = 8,
    /* types */
    UNREACHABLE = 3, TIME_EXCEEDED = 11, PARAMETER = 12,
    V6_UNREACHABLE = 1, V6_TOO_BIG = 2, V6_TIME_EXCEEDED = 3, V6_PARAMETER = 4,
};

static bool is_error(const struct datagram *datagram, uint8_t type)
{
    if (datagram->protocol == IP_ICMP)
        return type == UNREACHABLE || type == TIME_EXCEEDED || type == PARAMETER;
    return type == V6_UNREACHABLE || type == V6_TOO_BIG || type == V6_TIME_EXCEEDED ||
           type == V6_PARAMETER;
}

/* The IP header that is quoted, and the ports behind it. */
static bool read_quoted(struct slice quoted, struct datagram *datagram)
{
    struct bytes bytes;
    const uint8_t *ports;

    if (ip_read(quoted, UINT16_MAX, datagram) != IP_READ || datagram->fragment_at > 0 ||
        (datagram->protocol != IP_UDP && datagram->protocol != IP_TCP))
        return false;
    bytes = bytes_of(datagram->payload.at, datagram->payload.len);
    ports = bytes_cut(&bytes, PORTS);
    if (!ports)
        return false;
    datagram->carrier.source.port = octets_16(ports);
    datagram->carrier.destination.port = octets_16(ports + 2);
    datagram->carrier.transport = datagram->protocol == IP_UDP ? TRANSPORT_UDP : TRANSPORT_TCP;
    return true;
}

/* What is quoted behind the UDP header; its length says how much there was. */
static void read_udp(struct slice payload, struct quote *quote)
{
    struct bytes bytes = bytes_of(payload.at, payload.len);
    const uint8_t *at = bytes_cut(&bytes, UDP_HEADER);
    uint32_t len = at ? octets_16(at + 4) : 0;

    if (len < UDP_HEADER)
        return;
    quote->size = len - UDP_HEADER;
    quote->dns =
        bytes_slice(&bytes, bytes_left(&bytes) < quote->size ? bytes_left(&bytes) : quote->size);
}

/* RFC 792 promises eight octets behind the IP header: the ports, and no DNS header.  The port that
 * is a server's tells the direction then. */
static bool is_response(const struct quote *quote, unsigned ends)
{
    if (quote->dns.len > 2)
        return (quote->dns.at[2] & 0x80) != 0;
    return ends == SERVERS_SOURCE;
}

bool icmp_read(const struct datagram *datagram, struct servers *servers, struct quote *quote)
{
    struct bytes bytes = bytes_of(datagram->payload.at, datagram->payload.len);
    const uint8_t *at = bytes_cut(&bytes, HEADER);
    struct datagram quoted = {.protocol = 0};
    unsigned ends;

    if (!at || !is_error(datagram, at[0]))
        return false;
    if (!read_quoted((struct slice){bytes.at, bytes_left(&bytes)}, &quoted))
        return false;
    ends = servers_ends(servers, &quoted.carrier);
    if (ends == SERVERS_NONE)
        return false;
    *quote = (struct quote){.carrier = quoted.carrier,
                            .reporter = datagram->carrier.source,
                            .icmp = (uint16_t)(at[0] << 8 | at[1])};
    quote->carrier.origin = datagram->carrier.origin;
    if (quoted.protocol == IP_UDP)
        read_udp(quoted.payload, quote);
    quote->response = is_response(quote, ends);
    return true;
}

void icmp_message(const struct quote *quote, struct message *message)
{
    carrier_message(&quote->carrier, MESSAGE_ICMP, quote->response, message);
    dns_read(&message->dns, quote->dns.at, quote->dns.len,
             quote->response ? DNS_READ_RECORDS : DNS_READ_QUESTION);
    message->reporter = quote->reporter;
    message->icmp = quote->icmp;
    message->size = quote->size;
    message->sighting.cut = quote->dns.len < quote->size;
    message->payload = quote->dns.len ? map_hash(quote->dns.at, quote->dns.len) : 0;
}
