// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_UDP_H
#define INPUT_PCAP_UDP_H
/* UDP headers (RFC 768); checksums are not looked at (ip.h). */
#include <stdint.h>

#include "input/pcap/ip.h"

struct udp_content {
    struct slice payload; /* as far as it was captured; lent as the datagram is */
    uint32_t size;        /* on the wire, as the header says */
};

/* Reads the header in DATAGRAM and sets the ports of its carrier. */
enum ip_result udp_read(struct datagram *datagram, struct udp_content *content);
/* Whether it belongs to a protocol that looks like DNS and is none of a DNS server's: multicast DNS
 * (RFC 6762), LLMNR (RFC 4795), NetBIOS names (RFC 1002).  Unicast DNS on port 5353 does not. */
bool udp_is_multicast(const struct carrier *carrier);

enum { PORT_MDNS = 5353 };

#endif
