// SPDX-License-Identifier: BSD-2-Clause
/* Which packets a flow causes, and when. */
#include <stdlib.h>

#include "packets.h"

enum { INTERFACE_ETH0 = 2, INTERFACE_PODS = 10, INTERFACE_CLIENTS = 100 };
#define COUNTERS 2048
#define IDLE (10 * SECOND) /* forward closes connections that were idle for so long */

struct packets {
    const struct options *o;
    struct sockets *sockets;
    struct recording *recording; /* NULL: no packets are wanted */
    uint16_t counter[COUNTERS];  /* IP ids of unconnected sockets: one for a hash of both ends */
};

struct packets *packets_open(const struct options *o)
{
    struct packets *packets = need(calloc(1, sizeof *packets));
    packets->o = o;
    packets->sockets = sockets_new(o);
    if (o->packets[POD] || o->packets[CLIENT] || o->packets[ANY])
        packets->recording = recording_open(o);
    for (unsigned i = 0; i < COUNTERS; i++)
        packets->counter[i] = (uint16_t)mix(o->seed, i);
    return packets;
}

int64_t packets_newest(const struct packets *packets)
{
    return packets->recording ? recording_newest(packets->recording) : -1;
}

void packets_until(struct packets *packets, int64_t until)
{
    if (packets->recording)
        recording_until(packets->recording, until);
}

void packets_close(struct packets *packets, struct totals *totals)
{
    if (packets->recording)
        recording_close(packets->recording, totals);
    sockets_free(packets->sockets);
    free(packets);
}

/* An id as Linux gives it to what an unconnected socket sends: the counter of the ends' hash, which
 * goes on by itself as well; old kernels left it 0. */
static uint16_t loose_id(struct packets *p, uint64_t from, uint64_t to, struct draw *draw)
{
    uint16_t *counter = &p->counter[mix(from, to) % COUNTERS];
    *counter = (uint16_t)(*counter + 1 + draw_below(draw, 20));
    return p->o->old_ids ? 0 : *counter;
}

static struct leg client_leg(const struct packets *p, const struct flow *flow, struct draw *draw)
{
    struct leg leg = {.far = address_client(p->o, flow->client), .far_port = flow->port};
    leg.pod = address_server(p->o, flow->replica, leg.far.len);
    leg.outside = address_service(p->o, leg.far.len);
    leg.pod_port = leg.outside_port = 53;
    leg.pod_interface = INTERFACE_PODS + flow->replica;
    leg.outside_interface = INTERFACE_CLIENTS + flow->client;
    leg.crossing = draw_between(draw, 8 * MICRO, 40 * MICRO);
    leg.ttl = 64;
    leg.client = true;
    return leg;
}

static struct leg upstream_leg(const struct packets *p, const struct flow *flow,
                               const struct attempt *attempt, struct draw *draw)
{
    struct leg leg = {.far = address_upstream(p->o, attempt->upstream), .far_port = 53};
    leg.pod = address_server(p->o, flow->replica, leg.far.len);
    leg.outside = address_node(p->o, leg.far.len);
    leg.pod_port = attempt->port;
    leg.outside_port = attempt->node_port;
    leg.pod_interface = INTERFACE_PODS + flow->replica;
    leg.outside_interface = INTERFACE_ETH0;
    leg.crossing = draw_between(draw, 8 * MICRO, 40 * MICRO);
    leg.ttl = 63;
    return leg;
}

/* The client leg: dnstap's times are those of the program, a little behind the query's packet and
 * behind the answer's. */
static void show_client(struct packets *p, struct flow *flow, const struct flow *repeat_of,
                        struct draw *draw)
{
    uint8_t query[1024], answer[1024];
    struct leg leg = client_leg(p, flow, draw);
    bool silent = flow->kind == KIND_MUTE && !flow->untapped;
    uint8_t rcode = flow->untapped ? RCODE_REFUSED : flow->rcode;
    if (repeat_of) /* from the same socket */
        flow->ip_id = (uint16_t)(repeat_of->ip_id + 1);
    flow->query_pod = flow->start - draw_between(draw, 5 * MICRO, 25 * MICRO);
    flow->query_client = flow->query_pod - leg.crossing;
    if (!silent) {
        flow->answer_pod = flow->end - draw_between(draw, 3 * MICRO, 12 * MICRO);
        flow->answer_client = flow->answer_pod + leg.crossing;
    }
    struct exchange e = {query, answer, .asked = flow->query_pod, .answered = flow->answer_pod};
    e.to_pod = true;
    e.query_len = dns_write_sent(flow, CQ, 0, flow->id, query);
    e.answer_len = dns_write_sent(flow, CR, rcode, flow->id, answer);
    e.query_ip_id = flow->ip_id;
    e.answer_ip_id = loose_id(p, flow->replica, flow->client + 1000ull, draw);
    e.ended = flow->answer_pod;
    if (flow->tcp)
        exchange_tcp(p->recording, &leg, &e, draw);
    else
        exchange_udp(p->recording, &leg, &e);
}

/* An answer to a socket that is closed: the pod's kernel says so. */
static void show_late(struct packets *p, struct attempt *attempt, const struct leg *leg,
                      const struct exchange *e, struct draw *draw)
{
    struct segment answer = {.protocol = PROTOCOL_UDP,
                             .ip_id = e->answer_ip_id,
                             .payload = e->answer,
                             .len = e->answer_len};
    struct segment refused = {
        .protocol = PROTOCOL_ICMP, .ip_id = (uint16_t)draw_next(draw), .quoted = &answer};
    attempt->late_answer = attempt->ended + draw_between(draw, 5 * MILLI, 600 * MILLI);
    leg_show(p->recording, leg, true, attempt->late_answer, &answer, SHOWN_FIRST);
    leg_show(p->recording, leg, false, attempt->late_answer + 5 * MICRO, &refused, SHOWN_OTHER);
}

static void show_attempt(struct packets *p, struct flow *flow, struct attempt *attempt,
                         struct draw *draw)
{
    uint8_t query[1024], answer[1024];
    struct leg leg = upstream_leg(p, flow, attempt, draw);
    bool tcp = flow->tcp || flow->kind == KIND_REFRESH;
    attempt->sent = attempt->asked + draw_between(draw, 15 * MICRO, 60 * MICRO);
    if (tcp)
        attempt->sent += exchange_opening(&leg, false);
    if (attempt->answered)
        attempt->got = attempt->ended - draw_between(draw, 3 * MICRO, 8 * MICRO);
    struct exchange e = {query, answer, .asked = attempt->sent, .answered = attempt->got};
    e.query_len = dns_write_sent(flow, FQ, 0, attempt->id, query);
    e.answer_len = dns_write_sent(flow, FR, attempt->rcode, attempt->id, answer);
    e.query_ip_id = attempt->ip_id;
    e.answer_ip_id = loose_id(p, attempt->upstream + 100ull, flow->replica, draw);
    e.ended = attempt->ended + (attempt->answered ? IDLE : 0);
    if (tcp)
        exchange_tcp(p->recording, &leg, &e, draw);
    else
        exchange_udp(p->recording, &leg, &e);
    if (!tcp && !attempt->answered && draw_share(draw, p->o->late))
        show_late(p, attempt, &leg, &e, draw);
}

/* A try of a storm: the upstream's host says at once that nobody is there. */
static void show_try(struct packets *p, const struct flow *flow, const struct attempt *attempt,
                     int64_t at, struct draw *draw)
{
    uint8_t query[1024];
    struct leg leg = upstream_leg(p, flow, attempt, draw);
    struct segment sent = {
        .protocol = PROTOCOL_UDP, .offload = true, .ip_id = attempt->ip_id, .payload = query};
    struct segment refused = {.protocol = PROTOCOL_ICMP,
                              .ip_id = loose_id(p, attempt->upstream, 7, draw),
                              .quoted = &sent};
    sent.len = dns_write_sent(flow, FQ, 0, attempt->id, query);
    leg_show(p->recording, &leg, false, at, &sent, SHOWN_FIRST);
    leg_show(p->recording, &leg, true, at + 2 * leg.crossing + 10 * MICRO, &refused, SHOWN_OTHER);
}

static void show_storm(struct packets *p, struct flow *flow, struct draw *draw)
{
    int64_t gap = (flow->end - flow->call_time) / (flow->tries + 1);
    for (uint32_t i = 0; i < flow->tries; i++) {
        struct attempt attempt = flow->attempt[i % flow->attempts];
        int64_t at = flow->call_time + i * gap + 20 * MICRO;
        if (i < flow->attempts) {
            flow->attempt[i].sent = at;
        } else { /* the socket of the try before was closed */
            attempt.port = sockets_port(p->sockets, flow, at, at + gap, draw);
            attempt.node_port = attempt.port;
            attempt.ip_id = (uint16_t)draw_next(draw);
            if (!p->o->generation->same_id)
                attempt.id = (uint16_t)draw_next(draw);
        }
        show_try(p, flow, &attempt, at, draw);
    }
}

void packets_flow(struct packets *p, struct flow *flow, const struct flow *repeat_of)
{
    struct draw draw = {mix(p->o->seed, mix(flow->number, 23))};
    sockets_plan(p->sockets, flow, &draw);
    if (!p->recording)
        return;
    /* a refresh has no client, and the loop plugin asks over the pod's lo */
    if (flow->kind != KIND_REFRESH && flow->kind != KIND_PROBE)
        show_client(p, flow, repeat_of, &draw);
    if (flow->kind == KIND_STORM) {
        show_storm(p, flow, &draw);
        return;
    }
    for (unsigned i = 0; i < flow->attempts; i++)
        show_attempt(p, flow, &flow->attempt[i], &draw);
}
