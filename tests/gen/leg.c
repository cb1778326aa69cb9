// SPDX-License-Identifier: BSD-2-Clause
/* One leg: a query and its answer as each vantage shows them, over UDP and TCP. */
#include "packets.h"

#define GLANCE (2 * MICRO) /* from a pod's eth0 to the node's end of its veth */
#define REPLY (5 * MICRO)  /* the kernel's own answers: SYN-ACK, ACK */

/* The ends of a packet where the pod, or where the outside, sees it. */
static struct ends ends_of(const struct leg *leg, bool to_pod, bool outside)
{
    struct address near = outside ? leg->outside : leg->pod;
    uint16_t port = outside ? leg->outside_port : leg->pod_port;
    uint8_t sent = to_pod ? leg->ttl : 64;
    if (to_pod)
        return (struct ends){leg->far, near, leg->far_port, port, outside ? sent : sent - 1};
    return (struct ends){near, leg->far, port, leg->far_port, outside ? sent - 1 : sent};
}

static void show_ethernet(struct recording *recording, enum vantage vantage, int64_t at,
                          const struct ends *ends, const struct segment *segment, enum shown shown)
{
    uint8_t packet[PACKET_ROOM];
    if (recording_wants(recording, vantage))
        recording_add(recording, vantage, at, shown, packet, ethernet_write(ends, segment, packet));
}

static void show_cooked(struct recording *recording, int64_t at, const struct ends *ends,
                        const struct segment *segment, uint32_t interface, bool sent,
                        enum shown shown)
{
    uint8_t packet[PACKET_ROOM];
    if (recording_wants(recording, ANY))
        recording_add(recording, ANY, at, shown, packet,
                      cooked_write(ends, segment, interface, sent, packet));
}

void leg_show(struct recording *recording, const struct leg *leg, bool to_pod, int64_t at_pod,
              const struct segment *segment, enum shown shown)
{
    struct ends inside = ends_of(leg, to_pod, false), outside = ends_of(leg, to_pod, true);
    int64_t veth = to_pod ? at_pod - GLANCE : at_pod + GLANCE;
    int64_t far = to_pod ? at_pod - leg->crossing : at_pod + leg->crossing;
    enum shown again = shown == SHOWN_OTHER ? SHOWN_OTHER : SHOWN_AGAIN;
    show_ethernet(recording, POD, at_pod, &inside, segment, shown);
    show_cooked(recording, veth, &inside, segment, leg->pod_interface, to_pod,
                to_pod ? again : shown);
    show_cooked(recording, far, &outside, segment, leg->outside_interface, !to_pod,
                to_pod ? shown : again);
    if (leg->client)
        show_ethernet(recording, CLIENT, far, &outside, segment, shown);
}

void exchange_udp(struct recording *recording, const struct leg *leg, const struct exchange *e)
{
    struct segment query = {.protocol = PROTOCOL_UDP,
                            .offload = !e->to_pod || leg->client,
                            .ip_id = e->query_ip_id,
                            .payload = e->query,
                            .len = e->query_len};
    struct segment answer = {.protocol = PROTOCOL_UDP,
                             .offload = e->to_pod || leg->client,
                             .ip_id = e->answer_ip_id,
                             .payload = e->answer,
                             .len = e->answer_len};
    leg_show(recording, leg, e->to_pod, e->asked, &query, SHOWN_FIRST);
    if (e->answered)
        leg_show(recording, leg, !e->to_pod, e->answered, &answer, SHOWN_FIRST);
}

/* A TCP connection: what each end has sent so far. */
struct connection {
    struct recording *recording;
    const struct leg *leg;
    bool to_pod; /* from who opened it */
    uint32_t seq[2];
    uint16_t ip_id[2];
};

/* side: 0 who opened the connection, 1 the other. */
static void send_segment(struct connection *c, int side, int64_t at, uint8_t flags,
                         const uint8_t *payload, size_t len)
{
    struct segment segment = {.protocol = PROTOCOL_TCP,
                              .flags = flags,
                              .offload = true,
                              .ip_id = flags == (TCP_SYN | TCP_ACK) ? 0 : c->ip_id[side]++,
                              .seq = c->seq[side],
                              .ack = flags & TCP_ACK ? c->seq[!side] : 0,
                              .payload = payload,
                              .len = len};
    leg_show(c->recording, c->leg, side ? !c->to_pod : c->to_pod, at, &segment,
             len ? SHOWN_FIRST : SHOWN_OTHER);
    c->seq[side] += (uint32_t)len + (flags & (TCP_SYN | TCP_FIN) ? 1 : 0);
}

/* A DNS message behind its length (RFC 1035 section 4.2.2), in one segment. */
static void send_message(struct connection *c, int side, int64_t at, const uint8_t *message,
                         size_t len)
{
    uint8_t stream[PACKET_ROOM] = {(uint8_t)(len >> 8), (uint8_t)len};
    for (size_t i = 0; i < len; i++)
        stream[2 + i] = message[i];
    send_segment(c, side, at, TCP_PUSH | TCP_ACK, stream, len + 2);
}

/* From a packet of the opener at the pod to the far end's answer to it there, or the other way. */
static int64_t turn(const struct leg *leg, bool at_far)
{
    return REPLY + (at_far ? 2 * leg->crossing + 2 * GLANCE : 0);
}

int64_t exchange_opening(const struct leg *leg, bool to_pod)
{
    return turn(leg, !to_pod) + turn(leg, to_pod) + REPLY;
}

void exchange_tcp(struct recording *recording, const struct leg *leg, const struct exchange *e,
                  struct draw *draw)
{
    struct connection c = {recording, leg, e->to_pod, {0}, {e->query_ip_id, e->answer_ip_id}};
    int64_t opened = e->asked - exchange_opening(leg, e->to_pod), t = opened;
    c.seq[0] = (uint32_t)draw_next(draw);
    c.seq[1] = (uint32_t)draw_next(draw);
    send_segment(&c, 0, t, TCP_SYN, NULL, 0);
    send_segment(&c, 1, t += turn(leg, !e->to_pod), TCP_SYN | TCP_ACK, NULL, 0);
    send_segment(&c, 0, t + turn(leg, e->to_pod), TCP_ACK, NULL, 0);
    send_message(&c, 0, e->asked, e->query, e->query_len);
    send_segment(&c, 1, e->asked + turn(leg, !e->to_pod), TCP_ACK, NULL, 0);
    if (e->answered) {
        send_message(&c, 1, e->answered, e->answer, e->answer_len);
        send_segment(&c, 0, e->answered + turn(leg, e->to_pod), TCP_ACK, NULL, 0);
    }
    if (!e->ended)
        return;
    t = e->ended + turn(leg, e->to_pod);
    send_segment(&c, 0, t, TCP_FIN | TCP_ACK, NULL, 0);
    send_segment(&c, 1, t += turn(leg, !e->to_pod), TCP_FIN | TCP_ACK, NULL, 0);
    send_segment(&c, 0, t + turn(leg, e->to_pod), TCP_ACK, NULL, 0);
}
