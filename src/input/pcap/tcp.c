// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/tcp.h"

#include "base/limits.h"
#include "base/lru.h"
#include "base/memory.h"
#include "input/pcap/connection.h"
#include "input/pcap/octets.h"
#include "input/pcap/servers.h"

enum { HEADER = 20, FIN = 0x01, SYN = 0x02, RST = 0x04, ACK = 0x10 };

enum stage { /* in which the messages of a packet come */
    STAGE_CONNECT,
    STAGE_CONNECTED,
    STAGE_OTHER, /* what the other side's data held back, now that it is acknowledged */
    STAGE_OWN,   /* the sender's data */
    STAGE_END,
    STAGE_DONE,
};

struct key {
    struct endpoint end[2]; /* the lesser one first */
};
_Static_assert(sizeof(struct key) == 2 * sizeof(struct endpoint), "no padding");

struct tcp {
    struct lru *table; /* of struct connection */
    struct intake intake;
    struct connection *at; /* that of the packet; NULL: it has none */
    unsigned side;         /* who sent it */
    enum stage stage;
    bool connect, connected; /* events of the packet */
    bool fin, reset;
    bool ending;
};

enum ip_result tcp_read(struct datagram *datagram, struct tcp_segment *segment)
{
    struct bytes bytes = bytes_of(datagram->payload.at, datagram->payload.len);
    const uint8_t *at = bytes_cut(&bytes, HEADER);
    uint32_t header;

    if (!at)
        return datagram->payload.len < datagram->size ? IP_CUT : IP_BAD;
    header = (at[12] >> 4) * 4u;
    if (header < HEADER || header > datagram->size)
        return IP_BAD;
    datagram->carrier.source.port = octets_16(at);
    datagram->carrier.destination.port = octets_16(at + 2);
    datagram->carrier.transport = TRANSPORT_TCP;
    segment->seq = octets_32(at + 4);
    segment->ack = octets_32(at + 8);
    segment->flags = at[13];
    segment->size = datagram->size - header;
    segment->payload = (struct slice){NULL, 0};
    if (bytes_cut(&bytes, header - HEADER))
        segment->payload = bytes_slice(&bytes, bytes_left(&bytes));
    return IP_READ;
}

struct tcp *tcp_new(struct skips *skips)
{
    struct tcp *tcp = memory_get(1, sizeof *tcp);

    tcp->table = lru_new(sizeof(struct key), sizeof(struct connection), LIMIT_CONNECTIONS);
    tcp->intake.skips = skips;
    tcp->stage = STAGE_DONE;
    return tcp;
}

void tcp_free(struct tcp *tcp)
{
    if (!tcp)
        return;
    for (struct connection *at = lru_oldest(tcp->table); at; at = lru_newer(tcp->table, at))
        connection_drop(at, &tcp->intake.flows);
    flows_release(&tcp->intake.flows);
    lru_free(tcp->table);
    memory_free(tcp);
}

static void let_oldest_go(struct tcp *tcp)
{
    struct connection *oldest = lru_oldest(tcp->table);

    tcp->intake.skips->n[SKIP_FOLDED] += connection_drop(oldest, &tcp->intake.flows);
    lru_remove(tcp->table, oldest);
}

/* Makes *SIDE the sender's. */
static struct key key_of(const struct carrier *carrier, unsigned *side)
{
    *side = endpoint_compare(&carrier->source, &carrier->destination) > 0;
    return *side ? (struct key){{carrier->destination, carrier->source}}
                 : (struct key){{carrier->source, carrier->destination}};
}

static struct connection *add(struct tcp *tcp, const struct key *key, const struct carrier *carrier,
                              unsigned ends)
{
    struct connection *connection;

    if (lru_count(tcp->table) == LIMIT_CONNECTIONS)
        let_oldest_go(tcp);
    connection = lru_add(tcp->table, key);
    connection->end[0] = key->end[0];
    connection->end[1] = key->end[1];
    connection->transport = (uint8_t)carrier->transport;
    connection->server = (uint8_t)(ends == SERVERS_SOURCE ? tcp->side : !tcp->side);
    return connection;
}

/* Forgets all about a connection whose ports are used again. */
static void renew(struct tcp *tcp, struct connection *connection, const struct carrier *carrier)
{
    struct connection fresh = {.transport = (uint8_t)carrier->transport,
                               .server = connection->server};

    /* Nobody knows how many octets are missing. */
    tcp->intake.skips->n[SKIP_TCP_GAP] += connection_drop(connection, &tcp->intake.flows);
    fresh.end[0] = connection->end[0];
    fresh.end[1] = connection->end[1];
    *connection = fresh;
}

/* SYN: the data begins one behind its number (RFC 9293 section 3.4). */
static void take_syn(struct tcp *tcp, const struct key *key, const struct carrier *carrier,
                     const struct tcp_segment *segment, unsigned ends)
{
    bool reply = (segment->flags & ACK) != 0;
    struct connection *at = tcp->at;
    struct flow *flow;

    if (!at)
        at = tcp->at = add(tcp, key, carrier, ends);
    else if (at->flow[tcp->side].begun && at->flow[tcp->side].first != segment->seq + 1)
        renew(tcp, at, carrier);
    flow = &at->flow[tcp->side];
    if (!flow->begun)
        flow_begin(flow, segment->seq + 1);
    if (!reply && !at->syn) {
        at->syn = tcp->connect = true;
        at->server = !tcp->side;
    }
    if (reply && !at->syn)
        at->server = (uint8_t)tcp->side;
    if (reply && at->transport == TRANSPORT_TCP && !at->connected)
        at->connected = tcp->connected = true;
}

/* All but SYN and RST.  False where nothing can be made of it. */
static bool take_data(struct tcp *tcp, const struct key *key, const struct carrier *carrier,
                      const struct tcp_segment *segment, unsigned ends)
{
    struct connection *at = tcp->at;
    struct segment *data = &tcp->intake.segment;

    if (!at && segment->size == 0)
        return false;
    if (!at || (!at->flow[tcp->side].begun && segment->size > 0)) {
        struct connection fresh = {.transport = (uint8_t)carrier->transport};

        if (!connection_may_start(&fresh, segment->payload)) {
            tcp->intake.skips->n[SKIP_TCP_JUNK] += segment->size;
            data->len = 0;
        } else {
            if (!at)
                at = tcp->at = add(tcp, key, carrier, ends);
            flow_begin(&at->flow[tcp->side], segment->seq);
        }
    }
    if (!at)
        return false;
    /* A client acknowledges only what has been accepted. */
    if (at->transport == TRANSPORT_TCP && !at->connected && tcp->side != at->server) {
        at->connected = true;
        tcp->connected = at->syn;
    }
    return true;
}

void tcp_add(struct tcp *tcp, const struct carrier *carrier, const struct tcp_segment *segment,
             unsigned ends)
{
    struct intake *intake = &tcp->intake;
    struct key key = key_of(carrier, &tcp->side);
    bool syn = (segment->flags & SYN) != 0;

    tcp->stage = STAGE_DONE;
    flows_release(&intake->flows);
    while (intake->flows.held_bytes > LIMIT_TCP_BYTES && lru_count(tcp->table) > 0)
        let_oldest_go(tcp);
    tcp->at = lru_find(tcp->table, &key);
    tcp->connect = tcp->connected = false;
    tcp->reset = (segment->flags & RST) != 0;
    tcp->fin = (segment->flags & FIN) != 0;
    intake->chunk.bytes = (struct slice){NULL, 0};
    intake->record = false;
    intake->segment = (struct segment){.seq = segment->seq + syn,
                                       .bytes = segment->payload,
                                       .len = segment->size,
                                       .origin = carrier->origin,
                                       .final = tcp->reset};
    if (tcp->reset && !tcp->at)
        return;
    if (tcp->reset)
        intake->segment.len = 0; /* a text that explains, RFC 9293 section 3.5.3 */
    else if (syn)
        take_syn(tcp, &key, carrier, segment, ends);
    else if (!take_data(tcp, &key, carrier, segment, ends))
        return;
    lru_touch(tcp->table, tcp->at);
    if ((segment->flags & ACK) != 0 && !tcp->reset)
        flow_acked(&tcp->at->flow[!tcp->side], segment->ack);
    tcp->stage = STAGE_CONNECT;
}

/* What SIDE sent; its new segment, where it is the sender's. */
static bool pull(struct tcp *tcp, unsigned side, bool own, struct message *message)
{
    struct intake *intake = &tcp->intake;
    struct segment segment = intake->segment;
    bool found;

    if (!tcp->at->flow[side].begun)
        return false;
    if (!own)
        intake->segment.len = 0;
    found = connection_pull(tcp->at, side, intake, message);
    if (!own)
        intake->segment = segment;
    return found;
}

static bool give_event(struct tcp *tcp, enum message_kind kind, struct message *message)
{
    connection_event(tcp->at, tcp->side, kind, &tcp->intake.segment.origin, message);
    return true;
}

static bool give_end(struct tcp *tcp, struct message *message)
{
    enum message_kind kind = MESSAGE_GAP;

    if (tcp->fin || tcp->reset)
        kind = connection_end(tcp->at, tcp->reset);
    if (tcp->reset)
        connection_drop(tcp->at, &tcp->intake.flows); /* what has begun will not be whole */
    if (kind == MESSAGE_GAP)
        return false;
    *(kind == MESSAGE_BROKEN ? &tcp->at->broken : &tcp->at->closed) = true;
    return give_event(tcp, kind, message);
}

void tcp_end(struct tcp *tcp)
{
    tcp->ending = true;
    tcp->at = lru_oldest(tcp->table);
    tcp->side = 0;
    tcp->connect = tcp->connected = tcp->fin = tcp->reset = false;
    tcp->intake.segment.len = 0;
    tcp->intake.segment.final = true;
    tcp->stage = tcp->at ? STAGE_OTHER : STAGE_DONE;
}

/* Goes on with the next connection, at the end. */
static bool go_on(struct tcp *tcp)
{
    if (!tcp->ending || !tcp->at)
        return false;
    tcp->at = lru_newer(tcp->table, tcp->at);
    tcp->stage = tcp->at ? STAGE_OTHER : STAGE_DONE;
    return tcp->at != NULL;
}

int tcp_next(struct tcp *tcp, struct message *message)
{
    for (;;) {
        switch (tcp->stage) {
        case STAGE_CONNECT:
            tcp->stage = STAGE_CONNECTED;
            if (tcp->connect && give_event(tcp, MESSAGE_CONNECT, message))
                return 1;
            break;
        case STAGE_CONNECTED:
            tcp->stage = STAGE_OTHER;
            if (tcp->connected && give_event(tcp, MESSAGE_CONNECTED, message))
                return 1;
            break;
        case STAGE_OTHER:
            if (pull(tcp, !tcp->side, false, message))
                return 1;
            tcp->stage = STAGE_OWN;
            break;
        case STAGE_OWN:
            if (pull(tcp, tcp->side, true, message))
                return 1;
            tcp->stage = STAGE_END;
            break;
        case STAGE_END:
            tcp->stage = STAGE_DONE;
            if (give_end(tcp, message))
                return 1;
            break;
        case STAGE_DONE:
            if (!go_on(tcp))
                return 0;
            break;
        }
    }
}
