// SPDX-License-Identifier: BSD-2-Clause
/* Connections that hold a reader's memory: a SYN and nothing more, or a handshake and half of a
 * length, or a length and half of its message. */
#include "packets.h"

#define EVERY 1000 /* of the connections, one is followed by an ordinary query */

static void open_connection(struct recording *recording, const struct leg *leg, uint64_t number,
                            int64_t at, const struct flow *flow)
{
    uint8_t stream[1026] = {0};
    uint32_t seq = (uint32_t)mix(number, 31), other = (uint32_t)mix(number, 37);
    struct segment syn = {.protocol = PROTOCOL_TCP, .flags = TCP_SYN, .ip_id = 1, .seq = seq};
    struct segment reply = {.protocol = PROTOCOL_TCP, .flags = TCP_SYN | TCP_ACK, .seq = other};
    struct segment half = {.protocol = PROTOCOL_TCP, .flags = TCP_PUSH | TCP_ACK, .ip_id = 2};
    leg_show(recording, leg, true, at, &syn, SHOWN_OTHER);
    if (number % 3 == 0)
        return;
    reply.ack = half.seq = seq + 1;
    half.ack = other + 1;
    half.payload = stream;
    half.len = 1;
    if (number % 3 == 2) {
        size_t len = dns_write(flow, CQ, 0, stream + 2);
        stream[1] = (uint8_t)len;
        half.len = 2 + len / 2;
    }
    leg_show(recording, leg, false, at + 5 * MICRO, &reply, SHOWN_OTHER);
    leg_show(recording, leg, true, at + 100 * MICRO, &half, SHOWN_OTHER);
}

static void ask(struct recording *recording, const struct leg *leg, int64_t at,
                const struct flow *flow)
{
    uint8_t query[1024], answer[1024];
    struct exchange e = {query, answer, .asked = at, .answered = at + 200 * MICRO, .to_pod = true};
    e.query_len = dns_write(flow, CQ, 0, query);
    e.answer_len = dns_write(flow, CR, RCODE_NOERROR, answer);
    exchange_udp(recording, leg, &e);
}

void half_open_run(const struct options *o)
{
    struct recording *recording = recording_open(o);
    struct totals totals;
    uint64_t asked = 0;
    for (uint64_t i = 0; i < o->half_open; i++) {
        struct flow flow = {.name = name_zone(2 * i), .type = TYPE_A, .id = (uint16_t)i};
        struct leg leg = {.far = address_client(o, (uint32_t)(i % o->clients)),
                          .far_port = (uint16_t)(32768 + i / o->clients),
                          .pod_port = 53,
                          .ttl = 64};
        int64_t at = o->start + (int64_t)((double)i * 1e9 / o->rate);
        flow.answered = true;
        flow.ttl = 30;
        leg.pod = leg.outside = address_server(o, 0, leg.far.len);
        open_connection(recording, &leg, i, at, &flow);
        if (i % EVERY == EVERY - 1 && ++asked)
            ask(recording, &leg, at + 10 * MICRO, &flow);
        recording_until(recording, at - MILLI);
    }
    recording_until(recording, INT64_MAX);
    recording_close(recording, &totals);
    printf("{\"connections\":%llu,\"packets\":%llu,\"sessions\":%llu,\"succeeded\":%llu}\n",
           (unsigned long long)o->half_open, (unsigned long long)totals.packets[POD],
           (unsigned long long)asked, (unsigned long long)asked);
}
