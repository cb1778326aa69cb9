// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/capture.h"

#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/memory.h"
#include "input/pcap/link.h"
#include "input/pcap/network.h"
#include "input/pcap/packets.h"
#include "input/pcap/probe.h"

/* What makes a packet's message the same in two inputs.  The interface is not of it: one capture
 * may be of `any`, the other of one device; and times count microseconds, as most captures do. */
struct key {
    int64_t when_us;
    uint64_t payload; /* hash */
    struct endpoint asker, answerer;
    uint32_t size;
    uint16_t ip_id, icmp;
    uint8_t kind, response, transport, ttl, tunnels;
};

struct capture {
    struct input_facts *facts;
    struct network_options options;
    struct packets *packets;
    struct network *network; /* NULL until the first message is asked for */
    uint32_t section;
    uint64_t known; /* packets of link types that are known */
    bool ended;
    struct key key;
};

static void *capture_open(struct stream *stream, const struct input_options *options,
                          struct input_facts *facts)
{
    struct capture *capture = memory_get(1, sizeof *capture);

    capture->facts = facts;
    capture->options = (struct network_options){options->ports, options->n_ports};
    capture->packets = packets_open(stream, facts);
    return capture;
}

static void capture_close(void *reader)
{
    struct capture *capture = reader;

    if (!capture)
        return;
    packets_close(capture->packets);
    network_free(capture->network);
    memory_free(capture);
}

static int capture_look(void *reader, int64_t *when)
{
    struct capture *capture = reader;
    struct packet packet;

    if (packets_next(capture->packets, &packet) == PACKETS_END)
        return 0;
    *when = packet.when;
    return 1;
}

/* A link type that is not known was met: its name is told once. */
static void name_unknown(struct input_facts *facts, uint16_t link)
{
    char name[LINK_TEXT_MAX], *names = facts->unknown_links;
    size_t len = strlen(names), name_len = link_print(link, name);

    for (const char *at = names; (at = strstr(at, name)); at++) {
        if ((at == names || at[-1] == ' ') && (!at[name_len] || at[name_len] == ','))
            return;
    }
    if (len + name_len + 3 > sizeof facts->unknown_links)
        return;
    snprintf(names + len, sizeof facts->unknown_links - len, "%s%s", len ? ", " : "", name);
}

/* A packet on its way up. */
static void take(struct capture *capture, const struct packet *packet)
{
    struct skips *skips = &capture->facts->skips;
    struct link_seen seen;
    enum link_result result = link_open(packet->link, packet->bytes, &seen);

    capture->section = packet->section;
    capture->known += result != LINK_UNKNOWN;
    switch (result) {
    case LINK_IP:
        network_add(capture->network, packet, seen.ip,
                    seen.interface ? seen.interface : packet->interface,
                    seen.direction ? seen.direction : packet->direction);
        break;
    case LINK_OTHER:
        skips->n[SKIP_NOT_IP]++;
        break;
    case LINK_SHORT:
        skips->n[SKIP_CUT_PACKET]++;
        break;
    case LINK_UNKNOWN:
        skips->n[SKIP_LINK]++;
        name_unknown(capture->facts, packet->link);
        break;
    }
}

static void gap(struct input_item *item, const struct packet *packet)
{
    item->message = (struct message){.kind = MESSAGE_GAP,
                                     .frame = packet->number,
                                     .offset = packet->offset,
                                     .connection = packet->section,
                                     .when = WHEN_NONE,
                                     .query_time = WHEN_NONE,
                                     .response_time = WHEN_NONE};
}

static void capture_identify(void *reader, struct input_item *item)
{
    struct capture *capture = reader;
    const struct message *message = &item->message;
    struct key *key = &capture->key;

    item->raw = (struct slice){NULL, 0};
    if (message->kind == MESSAGE_GAP)
        return;
    memset(key, 0, sizeof *key); /* its padding, too */
    key->when_us = message->when / WHEN_US;
    key->payload = message->payload;
    if (message->kind == MESSAGE_ICMP)
        key->payload ^= map_hash(&message->reporter, sizeof message->reporter);
    key->asker = message->asker;
    key->answerer = message->answerer;
    key->size = message->size;
    key->ip_id = message->sighting.ip_id;
    key->icmp = message->icmp;
    key->kind = (uint8_t)message->kind;
    key->response = message->response;
    key->transport = (uint8_t)message->transport;
    key->ttl = message->sighting.ttl;
    key->tunnels = message->sighting.tunnels;
    item->raw = (struct slice){(const uint8_t *)key, sizeof *key};
}

/* The network's next message, for what stands in front of it. */
static bool give(struct capture *capture, struct message *message)
{
    struct input_facts *facts = capture->facts;

    if (!network_next(capture->network, message))
        return false;
    message->connection = capture->section;
    message->hash = 0;
    if (message->dns.reach != DNS_NOTHING)
        message->payload = map_hash(message->dns.wire.at, message->dns.wire.len);
    if (message->kind == MESSAGE_DNS) {
        facts->payloads++;
        if (message->response)
            facts->responses++;
        else
            facts->queries++;
    }
    return true;
}

/* No more packets.  Where none of them could be looked into, nothing is known of the capture. */
static void end(struct capture *capture)
{
    struct input_facts *facts = capture->facts;

    capture->ended = true;
    network_end(capture->network);
    if (facts->skips.n[SKIP_LINK] && !capture->known)
        snprintf(facts->error, sizeof facts->error,
                 "holds only packets of link types that are not known: %s", facts->unknown_links);
}

static int capture_next(void *reader, struct input_item *item)
{
    struct capture *capture = reader;
    struct packet packet;

    if (!capture->network)
        capture->network = network_new(&capture->options, capture->facts);
    for (;;) {
        if (give(capture, &item->message))
            return 1;
        if (capture->ended)
            return 0;
        switch (packets_next(capture->packets, &packet)) {
        case PACKETS_ONE:
            take(capture, &packet);
            break;
        case PACKETS_GAP:
            gap(item, &packet);
            return 1;
        case PACKETS_END:
            end(capture);
        }
    }
}

const struct input_format pcap_format = {
    .name = "pcap",
    .probe = probe_pcap,
    .open = capture_open,
    .look = capture_look,
    .next = capture_next,
    .identify = capture_identify,
    .close = capture_close,
};

const struct input_format pcapng_format = {
    .name = "pcapng",
    .probe = probe_pcapng,
    .open = capture_open,
    .look = capture_look,
    .next = capture_next,
    .identify = capture_identify,
    .close = capture_close,
};
