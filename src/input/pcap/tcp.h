// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_TCP_H
#define INPUT_PCAP_TCP_H
/*
 * DNS over TCP (RFC 7766) and over TLS (RFC 7858): connections become messages, records and what
 * happens to the connections themselves.  A connection is known by its addresses and ports,
 * whatever interface it is seen on: copies of a segment look like retransmissions, and are left
 * out as those are.  Bounded in connections and in octets held; the longest idle ones are let go.
 */
#include <stdbool.h>
#include <stdint.h>

#include "input/message.h"
#include "input/pcap/ip.h"
#include "input/skip.h"

struct tcp_segment { /* a TCP header that was read, and what follows it */
    uint32_t seq, ack;
    uint8_t flags;
    struct slice payload; /* as far as it was captured */
    uint32_t size;        /* on the wire */
};

/* Reads the header in DATAGRAM and sets the ports of its carrier. */
enum ip_result tcp_read(struct datagram *datagram, struct tcp_segment *segment);

struct tcp;

struct tcp *tcp_new(struct skips *skips);
void tcp_free(struct tcp *tcp);
/* Takes a segment of a connection of which ENDS are servers (servers.h).  What it gives is to be
 * taken by tcp_next before the next call. */
void tcp_add(struct tcp *tcp, const struct carrier *carrier, const struct tcp_segment *segment,
             unsigned ends);
/* Nothing more will come: tcp_next gives what was held back. */
void tcp_end(struct tcp *tcp);
int tcp_next(struct tcp *tcp, struct message *message);

#endif
