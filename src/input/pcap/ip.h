// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_IP_H
#define INPUT_PCAP_IP_H
/*
 * IP headers: IPv4 with options (RFC 791), IPv6 with extension headers (RFC 8200 section 4), AH
 * (RFC 4302).  Checksums are not looked at: offload to the network card leaves most of what a host
 * sends without one.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "input/pcap/carrier.h"

enum ip_protocol { /* IANA protocol numbers */
    IP_HOP_BY_HOP = 0, IP_ICMP = 1, IP_IPV4 = 4, IP_TCP = 6, IP_UDP = 17, IP_IPV6 = 41,
    IP_ROUTING = 43, IP_FRAGMENT = 44, IP_GRE = 47, IP_AH = 51, IP_ICMPV6 = 58,
    IP_DESTINATION = 60, IP_MOBILITY = 135, IP_HIP = 139, IP_SHIM6 = 140,
};

struct datagram {
    struct carrier carrier; /* its ports and transport are not set here */
    uint8_t protocol;       /* of what follows the IP headers */
    struct slice payload;   /* behind them, as far as it was captured; lent */
    uint32_t size;          /* octets that it has on the wire */
    bool fragment, more;    /* RFC 791, RFC 8200 section 4.5 */
    uint32_t fragment_at;   /* the first octet's place in the whole payload */
    uint32_t fragment_id;
};

enum ip_result {
    IP_READ,
    IP_CUT, /* captured only in part of the headers */
    IP_BAD, /* contradicts itself, or is no IP */
};

/* Reads the packet that IP begins with, MISSING octets of which the snap length left out.  Of the
 * carrier's origin, only TTL and id of the sighting are set. */
enum ip_result ip_read(struct slice ip, uint32_t missing, struct datagram *datagram);
/* Steps over the extension headers at the head of the payload, up to a fragment header that really
 * parts a packet: for a payload that has been made whole of fragments. */
enum ip_result ip_walk(struct datagram *datagram);
bool ip_is_multicast(const struct endpoint *end);

#endif
