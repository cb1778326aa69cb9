// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_UNIT_PCAP_WIRE_H
#define TESTS_UNIT_PCAP_WIRE_H
/*
 * Packets made octet by octet, from the inside out, and a network that takes them and notes down
 * what it gives, a line a message:
 *     #FRAME query|response ID TRANSPORT [size N] [cut] [tunnels N]
 *     #FRAME icmp TYPE/CODE query|response ID TRANSPORT
 *     #FRAME connect|connected|broken|closed TRANSPORT
 *     #FRAME record query|response SIZE
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/when.h"
#include "input/pcap/network.h"
#include "input/skip.h"

#define UNUSED __attribute__((unused))

enum { FIN = 1, SYN = 2, RST = 4, ACK = 16 };
enum { ICMP4 = 1, IPIP = 4, TCP = 6, UDP = 17, SIX_IN_FOUR = 41, GRE = 47, AH = 51, ICMP6 = 58 };

#define NO_OCTETS ((struct slice){NULL, 0})
/* Octets out of a list of numbers. */
#define OCTETS(...)                                                                                \
    slice_copy((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

/* Room for what is made; net_open begins it anew. */
static uint8_t wire_room[8 << 20];
static size_t wire_used;

static UNUSED struct slice slice_room(size_t len)
{
    struct slice slice = {wire_room + wire_used, len};

    if (len > sizeof wire_room - wire_used)
        abort();
    wire_used += len;
    return slice;
}

static UNUSED struct slice slice_copy(const void *at, size_t len)
{
    struct slice slice = slice_room(len);

    memcpy(wire_room + (slice.at - wire_room), at, len);
    return slice;
}

static UNUSED struct slice join(struct slice a, struct slice b)
{
    size_t len = a.len + b.len;
    struct slice slice = slice_room(len);
    uint8_t *to = wire_room + (slice.at - wire_room);

    if (a.len)
        memcpy(to, a.at, a.len);
    if (b.len)
        memcpy(to + a.len, b.at, b.len);
    return slice;
}

static UNUSED struct slice part(struct slice whole, size_t from, size_t len)
{
    return (struct slice){whole.at + from, len};
}

#define U16(number) (uint8_t)((number) >> 8), (uint8_t)(number)
#define U32(number) U16((number) >> 16), U16(number)

/* LEN octets that are no DNS, nor anything else. */
static UNUSED struct slice junk_of(size_t len)
{
    struct slice slice = slice_room(len);

    memset(wire_room + (slice.at - wire_room), 0xf9, len);
    return slice;
}

/* A question for NAME ("a.example"), type A. */
static UNUSED struct slice dns_of(unsigned id, bool response, const char *name)
{
    struct slice dns =
        OCTETS(U16(id), response ? 0x81 : 0x01, response ? 0x80 : 0, 0, 1, 0, 0, 0, 0, 0, 0);

    for (const char *label = name; *label;) {
        size_t len = strcspn(label, ".");

        dns = join(join(dns, OCTETS((uint8_t)len)), slice_copy(label, len));
        label += len + (label[len] == '.');
    }
    return join(dns, OCTETS(0, 0, 1, 0, 1));
}

static UNUSED struct slice query_of(unsigned id)
{
    return dns_of(id, false, "www.example");
}

/* With N addresses in it: 16 octets each behind the question's 29. */
static UNUSED struct slice answer_of(unsigned id, unsigned n)
{
    static const uint8_t record[16] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1};
    struct slice question = dns_of(id, true, "www.example"), dns = slice_room(29 + 16 * (size_t)n);
    uint8_t *to = wire_room + (dns.at - wire_room);

    memcpy(to, question.at, question.len);
    to[6] = (uint8_t)(n >> 8);
    to[7] = (uint8_t)n;
    for (unsigned i = 0; i < n; i++)
        memcpy(to + 29 + 16 * i, record, sizeof record);
    return dns;
}

static UNUSED struct slice udp_of(unsigned from, unsigned to, struct slice payload)
{
    return join(OCTETS(U16(from), U16(to), U16(payload.len + 8), 0xba, 0xad), payload);
}

static UNUSED struct slice tcp_of(unsigned from, unsigned to, uint32_t seq, uint32_t ack,
                                  unsigned flags, struct slice payload)
{
    return join(OCTETS(U16(from), U16(to), U32(seq), U32(ack), 5 << 4, (uint8_t)flags, 0xff, 0xff,
                       0xba, 0xad, 0, 0),
                payload);
}

/* With its length, as it stands in a stream. */
static UNUSED struct slice framed(struct slice dns)
{
    return join(OCTETS(U16(dns.len)), dns);
}

/* Between 10.0.0.FROM and 10.0.0.TO; PARTS: the word of flags and offset. */
static UNUSED struct slice ip4_part(unsigned from, unsigned to, unsigned protocol, unsigned id,
                                    unsigned parts, struct slice payload)
{
    return join(OCTETS(0x45, 0, U16(payload.len + 20), U16(id), U16(parts), 64, (uint8_t)protocol,
                       0, 0, 10, 0, 0, (uint8_t)from, 10, 0, 0, (uint8_t)to),
                payload);
}

static UNUSED struct slice ip4_of(unsigned from, unsigned to, unsigned protocol,
                                  struct slice payload)
{
    return ip4_part(from, to, protocol, 0x1234, 0, payload);
}

/* Between fd00::FROM and fd00::TO. */
static UNUSED struct slice ip6_of(unsigned from, unsigned to, unsigned next, struct slice payload)
{
    return join(OCTETS(0x60, 0, 0, 0, U16(payload.len), (uint8_t)next, 64, 0xfd, 0, 0, 0, 0, 0, 0,
                       0, 0, 0, 0, 0, 0, 0, 0, (uint8_t)from, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
                       0, 0, 0, (uint8_t)to),
                payload);
}

/* An Ethernet frame around an IP packet. */
static UNUSED struct slice ethernet_of(struct slice ip)
{
    return join(OCTETS(2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, ip.at[0] >> 4 == 6 ? 0x86 : 0x08,
                       ip.at[0] >> 4 == 6 ? 0xdd : 0x00),
                ip);
}

struct net {
    struct input_facts facts;
    struct network *network;
    struct text log;
    struct message last;
    uint64_t sum;
    uint64_t number;
    int64_t now;
    uint32_t interface;
    uint8_t direction;
};

static UNUSED void net_open(struct net *net, const uint16_t *ports, unsigned n_ports)
{
    struct network_options options = {ports, n_ports};

    wire_used = 0;
    memset(net, 0, sizeof *net);
    net->now = 1000 * WHEN_SECOND;
    net->network = network_new(&options, &net->facts);
}

static UNUSED void net_close(struct net *net)
{
    network_free(net->network);
    text_done(&net->log);
}

static void net_note(struct net *net, const struct message *message)
{
    static const char *const words[] = {"",          "gap",    "icmp",   "connect",
                                        "connected", "broken", "closed", "record"};
    static const char *const transports[] = {"?", "udp", "tcp", "dot"};
    const char *side = message->response ? "response" : "query";

    net->last = *message;
    text_format(&net->log, "#%u ", (unsigned)message->frame);
    if (message->kind == MESSAGE_RECORD) {
        text_format(&net->log, "record %s %u\n", side, (unsigned)message->size);
        return;
    }
    if (message->kind == MESSAGE_ICMP)
        text_format(&net->log, "icmp %u/%u ", message->icmp >> 8, message->icmp & 255u);
    if (message->kind == MESSAGE_DNS || message->kind == MESSAGE_ICMP) {
        text_format(&net->log, "%s %04x %s", side, message->dns.id, transports[message->transport]);
        if (message->sighting.cut)
            text_format(&net->log, " size %u cut", (unsigned)message->size);
        if (message->sighting.tunnels)
            text_format(&net->log, " tunnels %u", message->sighting.tunnels);
        text_add_char(&net->log, '\n');
        return;
    }
    text_format(&net->log, "%s %s\n", words[message->kind], transports[message->transport]);
}

static UNUSED void net_drain(struct net *net)
{
    struct message message;

    memset(&message, 0xee, sizeof message); /* all of it must be set */
    message.input = 0;
    while (network_next(net->network, &message)) {
        for (size_t i = 0; i < message.dns.wire.len; i++)
            net->sum += message.dns.wire.at[i]; /* a sanitizer sees what is not lent any more */
        if (message.leg != LEG_WIRE || message.tap || message.no_payload || message.coredns ||
            message.early_shape || message.identity.len || message.version.len ||
            message.query_time != WHEN_NONE || message.response_time != WHEN_NONE)
            abort();
        net_note(net, &message);
    }
}

/* Gives the packet to the network, of which only CAPTURED octets were kept: from a block of its own
 * that is gone afterwards. */
static UNUSED void net_give_cut(struct net *net, struct slice ip, size_t captured)
{
    uint8_t *copy = malloc(captured ? captured : 1);
    struct packet packet = {.when = net->now,
                            .len = (uint32_t)ip.len,
                            .number = ++net->number,
                            .offset = 100 * net->number};

    if (!copy)
        abort();
    if (captured)
        memcpy(copy, ip.at, captured);
    packet.bytes = (struct slice){copy, captured};
    network_add(net->network, &packet, packet.bytes, net->interface, net->direction);
    net_drain(net);
    free(copy);
    net->now += WHEN_MS;
}

static UNUSED void net_give(struct net *net, struct slice ip)
{
    net_give_cut(net, ip, ip.len);
}

static UNUSED void net_end(struct net *net)
{
    network_end(net->network);
    net_drain(net);
}

/* What was noted down since the last call. */
static UNUSED void net_check_at(struct net *net, const char *want, const char *file, int line)
{
    const char *have = net->log.len ? net->log.at : "";

    if (strcmp(have, want) != 0) {
        print_error("%s:%d: want\n%shave\n%s", file, line, want, have);
        fail();
    }
    text_clear(&net->log);
}
#define net_check(net, want) net_check_at(net, want, __FILE__, __LINE__)

/* The reasons that were counted since the last call, all others being 0: "not_dns 1 fragment 2". */
static UNUSED void net_check_skips_at(struct net *net, const char *want, const char *file, int line)
{
    struct text have = {0};

    text_add(&have, "", 0);
    for (int i = 0; i < SKIP_REASONS; i++) {
        if (net->facts.skips.n[i])
            text_format(&have, "%s%s %u", have.len ? " " : "", skip_words[i].word,
                        (unsigned)net->facts.skips.n[i]);
        net->facts.skips.n[i] = 0;
    }
    if (strcmp(have.len ? have.at : "", want) != 0) {
        print_error("%s:%d: want \"%s\", have \"%s\"\n", file, line, want, have.len ? have.at : "");
        fail();
    }
    text_done(&have);
}
#define net_check_skips(net, want) net_check_skips_at(net, want, __FILE__, __LINE__)

#endif
