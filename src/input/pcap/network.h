// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_NETWORK_H
#define INPUT_PCAP_NETWORK_H
/*
 * From IP packets to DNS messages and to what else tells about DNS: tunnels, IP options and
 * extension headers, fragments, UDP, TCP streams, TLS records of DoT, ICMP errors.  Everything is
 * bounded (limits.h); what is given up is counted.  A packet may give no message or many.
 *
 * Messages come in the order of the packets that made them whole, but for these, which keep their
 * own time and number: the first fragment of what never became whole (LIMIT_FRAGMENT_NS later at
 * most), queries to a server that its answer proved (servers.h: any time later), and what
 * TCP held behind a hole until the hole was given up.  Copies of a datagram on several interfaces
 * come each; of a TCP segment, the first one.
 *
 * Of MESSAGE_RECORD: a response that no query is in front of stands in for the response before it,
 * which was a session ticket.
 */
#include <stdbool.h>
#include <stdint.h>

#include "input/message.h"
#include "input/pcap/packets.h"
#include "input/skip.h"

struct network;

struct network_options {
    const uint16_t *ports; /* of DNS, beside 53 */
    unsigned n_ports;
};

struct network *network_new(const struct network_options *options, struct input_facts *facts);
void network_free(struct network *network);
/* Takes the IP packet IP that stood in PACKET; INTERFACE and DIRECTION as the link layer told them.
 * What it gives is to be taken by network_next before the next call. */
void network_add(struct network *network, const struct packet *packet, struct slice ip,
                 uint32_t interface, uint8_t direction);
/* No more packets will come: gives what was waiting for more (first fragments …). */
void network_end(struct network *network);
/* 1: *message is set but for input and hash (connection is 0), and its slices are lent until the
 * next call of this or of network_add; 0: nothing more for now. */
int network_next(struct network *network, struct message *message);

#endif
