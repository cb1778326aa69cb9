// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_TUNNEL_H
#define INPUT_PCAP_TUNNEL_H
/*
 * Tunnels in the clear, as cluster networks use them: VXLAN (RFC 7348), Geneve (RFC 8926), IPIP
 * (RFC 2003), IPv6 in IPv4 (RFC 4213), GRE (RFC 2784, RFC 2890) with IP or Ethernet inside.
 */
#include <stdbool.h>

#include "base/bytes.h"
#include "input/pcap/ip.h"

/* Takes the tunnel's header off DATAGRAM; *INNER is an IP packet.  False where it is no tunnel, or
 * holds something else than IP. */
bool tunnel_open(const struct datagram *datagram, struct slice *inner);
/* The same for what was sent over UDP to PORT: PAYLOAD is behind the UDP header. */
bool tunnel_open_udp(uint16_t port, struct slice payload, struct slice *inner);

#endif
