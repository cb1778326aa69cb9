// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/network.h"

#include "base/limits.h"
#include "base/memory.h"
#include "input/pcap/fragment.h"
#include "input/pcap/icmp.h"
#include "input/pcap/ip.h"
#include "input/pcap/octets.h"
#include "input/pcap/plausible.h"
#include "input/pcap/servers.h"
#include "input/pcap/tcp.h"
#include "input/pcap/tunnel.h"
#include "input/pcap/udp.h"

enum stage { /* what network_next looks at first */
    STAGE_REMEMBERED, /* queries to the server that this packet proves, then its own content */
    STAGE_DATAGRAM,
    STAGE_QUOTE,
    STAGE_CONNECTION,
    STAGE_OLD, /* fragments that nothing more will come for */
};

struct network {
    struct skips *skips;
    struct servers *servers;
    struct fragments *fragments;
    struct tcp *tcp;
    enum stage stage, after;  /* the latter behind STAGE_REMEMBERED */
    bool ending, ended;       /* network_end was called; tcp_end was */
    struct datagram datagram; /* the innermost */
    struct udp_content content;
    struct tcp_segment segment;
    struct quote quote;
    int64_t now;
};

struct network *network_new(const struct network_options *options, struct input_facts *facts)
{
    struct network *network = memory_get(1, sizeof *network);

    network->skips = &facts->skips;
    network->servers = servers_new(options->ports, options->n_ports, network->skips);
    network->fragments = fragments_new(network->skips);
    network->tcp = tcp_new(network->skips);
    network->stage = STAGE_OLD;
    return network;
}

void network_free(struct network *network)
{
    if (!network)
        return;
    servers_free(network->servers);
    fragments_free(network->fragments);
    tcp_free(network->tcp);
    memory_free(network);
}

static void skip(struct network *network, enum skip_reason reason)
{
    network->skips->n[reason]++;
}

/* Whether the header could be read; counts why not. */
static bool is_read(struct network *network, enum ip_result result)
{
    if (result != IP_READ)
        skip(network, result == IP_CUT ? SKIP_CUT_PACKET : SKIP_BAD_IP);
    return result == IP_READ;
}

/* A datagram or segment between ports that say nothing: NEXT is where a server's answer goes on. */
static void look(struct network *network, struct slice dns, enum skip_reason reason,
                 enum stage next)
{
    switch (servers_look(network->servers, &network->datagram.carrier, dns)) {
    case SERVERS_NOTHING:
        skip(network, reason);
        break;
    case SERVERS_REMEMBERED:
        break;
    case SERVERS_FOUND:
        network->stage = STAGE_REMEMBERED;
        network->after = next;
        break;
    }
}

/* True: a tunnel, and what is in it. */
static bool open_udp(struct network *network, struct slice *inner)
{
    struct carrier *carrier = &network->datagram.carrier;
    struct udp_content *content = &network->content;

    if (!is_read(network, udp_read(&network->datagram, content)))
        return false;
    if (servers_ends(network->servers, carrier)) {
        if (content->payload.len >= PLAUSIBLE_HEADER)
            network->stage = STAGE_DATAGRAM;
        else
            skip(network, content->size >= PLAUSIBLE_HEADER ? SKIP_CUT_PACKET : SKIP_NOT_DNS);
        return false;
    }
    if (tunnel_open_udp(carrier->destination.port, content->payload, inner))
        return true;
    if (udp_is_multicast(carrier))
        skip(network, SKIP_MULTICAST);
    else if (content->payload.len < content->size)
        skip(network, SKIP_NOT_DNS);
    else
        look(network, content->payload,
             carrier->source.port == PORT_MDNS ? SKIP_MULTICAST : SKIP_NOT_DNS, STAGE_DATAGRAM);
    return false;
}

/* The message that is alone in a segment, without its length; nothing where it is not. */
static struct slice only_message(const struct tcp_segment *segment)
{
    struct bytes bytes = bytes_of(segment->payload.at, segment->payload.len);
    const uint8_t *at = bytes_cut(&bytes, 2);

    if (!at || segment->payload.len < segment->size || octets_16(at) != bytes_left(&bytes))
        return (struct slice){NULL, 0};
    return bytes_slice(&bytes, bytes_left(&bytes));
}

static void open_tcp(struct network *network)
{
    struct carrier *carrier = &network->datagram.carrier;
    struct tcp_segment *segment = &network->segment;
    unsigned ends;

    if (!is_read(network, tcp_read(&network->datagram, segment)))
        return;
    ends = servers_ends(network->servers, carrier);
    if (ends) {
        tcp_add(network->tcp, carrier, segment, ends);
        network->stage = STAGE_CONNECTION;
        return;
    }
    look(network, only_message(segment), SKIP_NOT_DNS, STAGE_CONNECTION);
    if (network->stage == STAGE_REMEMBERED)
        tcp_add(network->tcp, carrier, segment, SERVERS_SOURCE);
}

static void open_icmp(struct network *network)
{
    if (icmp_read(&network->datagram, network->servers, &network->quote))
        network->stage = STAGE_QUOTE;
    else
        skip(network, SKIP_NOT_DNS);
}

/* What the IP headers of the datagram have led to.  True: a tunnel, and what is in it. */
static bool open_datagram(struct network *network, struct slice *inner)
{
    switch (network->datagram.protocol) {
    case IP_UDP:
        return open_udp(network, inner);
    case IP_TCP:
        open_tcp(network);
        return false;
    case IP_ICMP:
    case IP_ICMPV6:
        open_icmp(network);
        return false;
    default:
        if (tunnel_open(&network->datagram, inner))
            return true;
        skip(network, SKIP_NOT_DNS);
        return false;
    }
}

/* True: the datagram is none, or is whole now. */
static bool is_whole(struct network *network)
{
    struct datagram *datagram = &network->datagram;

    while (datagram->fragment) {
        if (!fragments_add(network->fragments, datagram))
            return false;
        if (!is_read(network, ip_walk(datagram)))
            return false;
    }
    return true;
}

/* Goes on with INNER, out of the tunnels that the datagram is the innermost of so far. */
static void open_inner(struct network *network, struct slice inner)
{
    struct datagram *datagram = &network->datagram;

    do {
        struct sighting *sighting = &datagram->carrier.origin.sighting;
        uint32_t missing = datagram->size - (uint32_t)datagram->payload.len;

        if (sighting->tunnels == LIMIT_TUNNELS) {
            skip(network, SKIP_FOLDED);
            return;
        }
        sighting->tunnels++;
        if (!is_read(network, ip_read(inner, missing, datagram)) || !is_whole(network))
            return;
    } while (open_datagram(network, &inner));
}

void network_add(struct network *network, const struct packet *packet, struct slice ip,
                 uint32_t interface, uint8_t direction)
{
    struct datagram *datagram = &network->datagram;
    struct origin *origin = &datagram->carrier.origin;
    uint32_t missing = 0; /* octets that the snap length left out */
    struct slice inner;

    origin->when = network->now = packet->when;
    origin->number = packet->number;
    origin->offset = packet->offset;
    origin->sighting = (struct sighting){.interface = interface, .direction = direction};
    if (packet->len > packet->bytes.len)
        missing = packet->len - (uint32_t)packet->bytes.len;
    network->stage = STAGE_OLD;
    if (is_read(network, ip_read(ip, missing, datagram)) && is_whole(network) &&
        open_datagram(network, &inner))
        open_inner(network, inner);
}

void network_end(struct network *network)
{
    network->ending = true;
    servers_end(network->servers);
}

/* The first fragment of a datagram that was given up: a UDP header and what is behind it can be
 * read; of TCP, the stream would not know what is missing. */
static bool give_up(struct network *network)
{
    struct slice inner;

    if (fragments_give_up(network->fragments, network->now, network->ending, &network->datagram)) {
        if (ip_walk(&network->datagram) == IP_READ && network->datagram.protocol == IP_UDP &&
            open_udp(network, &inner))
            open_inner(network, inner);
        return true;
    }
    if (!network->ending || network->ended)
        return false;
    network->ended = true;
    tcp_end(network->tcp);
    network->stage = STAGE_CONNECTION;
    return true;
}

/* 1 where the stage has a message; else it goes on with the next stage. */
static int stage_next(struct network *network, struct message *message)
{
    const struct datagram *datagram = &network->datagram;
    const struct carrier *carrier;
    struct slice dns;

    switch (network->stage) {
    case STAGE_REMEMBERED:
        if (!servers_next(network->servers, &carrier, &dns)) {
            network->stage = network->after;
            return 0;
        }
        return carrier_dns(carrier, dns, (uint32_t)dns.len, message);
    case STAGE_DATAGRAM:
        network->stage = STAGE_OLD;
        if (carrier_dns(&datagram->carrier, network->content.payload, network->content.size,
                        message))
            return 1;
        skip(network, SKIP_NOT_DNS);
        return 0;
    case STAGE_QUOTE:
        network->stage = STAGE_OLD;
        icmp_message(&network->quote, message);
        return 1;
    case STAGE_CONNECTION:
        if (tcp_next(network->tcp, message))
            return 1;
        network->stage = STAGE_OLD;
        return 0;
    case STAGE_OLD:
        return 0;
    }
    return 0;
}

int network_next(struct network *network, struct message *message)
{
    for (;;) {
        if (network->stage != STAGE_OLD) {
            if (stage_next(network, message))
                return 1;
        } else if (!give_up(network)) {
            return 0;
        }
    }
}
