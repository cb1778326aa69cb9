// SPDX-License-Identifier: BSD-2-Clause
#ifndef GEN_PACKETS_H
#define GEN_PACKETS_H
/*
 * The packets of the traffic.  One node with routed veths holds all clients and all CoreDNS pods:
 * clients ask the service, the node puts a pod in its place (DNAT) and itself in the pod's place
 * towards upstreams (SNAT), so that `-i any` shows each datagram twice, in two forms.
 */
#include "gen.h"

/* What a host sends, whatever addresses it is seen with on its way. */
enum protocol { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };
enum { TCP_FIN = 1, TCP_SYN = 2, TCP_PUSH = 8, TCP_ACK = 16 };
struct segment {
    uint8_t protocol, flags; /* flags, seq, ack: TCP's */
    bool offload;            /* sent on this node: the device was to finish its checksum */
    uint16_t ip_id;
    uint32_t seq, ack;
    const uint8_t *payload;
    size_t len;
    const struct segment *quoted; /* ICMP port unreachable: what its sender was sent */
};
/* Its addresses where it is seen. */
struct ends {
    struct address from, to;
    uint16_t from_port, to_port;
    uint8_t ttl;
};
#define PACKET_ROOM 2048
size_t ethernet_write(const struct ends *ends, const struct segment *segment,
                      uint8_t out[PACKET_ROOM]);
/* Linux cooked capture v2.  sent: by this host, else received. */
size_t cooked_write(const struct ends *ends, const struct segment *segment, uint32_t interface,
                    bool sent, uint8_t out[PACKET_ROOM]);

/* Capture files, in the order of time.  Packets are held until recording_until says that none will
 * come before them any more. */
enum shown { SHOWN_OTHER, SHOWN_AGAIN, SHOWN_FIRST }; /* a DNS message, first or further sighting */
struct recording;
struct recording *recording_open(const struct options *o);
bool recording_wants(const struct recording *recording, enum vantage vantage);
void recording_add(struct recording *recording, enum vantage vantage, int64_t at, enum shown shown,
                   const uint8_t *packet, size_t len);
void recording_until(struct recording *recording, int64_t until);
int64_t recording_newest(const struct recording *recording);
void recording_close(struct recording *recording, struct totals *totals);

/* CoreDNS's sockets towards its upstreams: one query at a time on each; those of UDP are used again
 * when they were answered. */
struct sockets;
struct sockets *sockets_new(const struct options *o);
/* Gives each attempt its port, the port behind the node's NAT and its ids. */
void sockets_plan(struct sockets *sockets, struct flow *flow, struct draw *draw);
uint16_t sockets_port(struct sockets *sockets, const struct flow *flow, int64_t from, int64_t to,
                      struct draw *draw);
void sockets_free(struct sockets *sockets);

/* Between whom the packets of a leg go: one end is the same everywhere; CoreDNS's is another one
 * outside of the pod: the service for clients, the node for upstreams. */
struct leg {
    struct address far, pod, outside;
    uint16_t far_port, pod_port, outside_port;
    uint32_t pod_interface, outside_interface;
    int64_t crossing; /* how long it takes from one interface to the other */
    uint8_t ttl;      /* of what the far end sends, where it is first seen */
    bool client;      /* the far end is a client */
};
void leg_show(struct recording *recording, const struct leg *leg, bool to_pod, int64_t at_pod,
              const struct segment *segment, enum shown shown);

/* A query and its answer, with all that goes with them.  Times are those of the pod's eth0. */
struct exchange {
    const uint8_t *query, *answer;
    size_t query_len, answer_len;
    int64_t asked, answered, ended; /* answered: 0 when not; ended: when TCP is closed, 0: not */
    uint16_t query_ip_id, answer_ip_id;
    bool to_pod; /* the query */
};
void exchange_udp(struct recording *recording, const struct leg *leg, const struct exchange *e);
void exchange_tcp(struct recording *recording, const struct leg *leg, const struct exchange *e,
                  struct draw *draw);
/* How long before its query a TCP connection begins, as the pod sees it. */
int64_t exchange_opening(const struct leg *leg, bool to_pod);

struct packets *packets_open(const struct options *o);
/* All packets that the flow causes, once it is planned. */
void packets_flow(struct packets *packets, struct flow *flow, const struct flow *repeat_of);
/* No packet will come any more before `until`. */
void packets_until(struct packets *packets, int64_t until);
/* The time of the newest packet that is written; -1: no packets are wanted. */
int64_t packets_newest(const struct packets *packets);
void packets_close(struct packets *packets, struct totals *totals);

/* A million clients that open TCP connections and leave them so, and an ordinary query for each
 * thousand of them. */
void half_open_run(const struct options *o);

#endif
