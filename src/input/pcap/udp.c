// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/udp.h"

#include "input/pcap/octets.h"

enum { HEADER = 8, PORT_NETBIOS = 137, PORT_LLMNR = 5355 };

enum ip_result udp_read(struct datagram *datagram, struct udp_content *content)
{
    struct bytes bytes = bytes_of(datagram->payload.at, datagram->payload.len);
    const uint8_t *at = bytes_cut(&bytes, HEADER);
    uint32_t len;

    if (!at)
        return datagram->payload.len < datagram->size ? IP_CUT : IP_BAD;
    datagram->carrier.source.port = octets_16(at);
    datagram->carrier.destination.port = octets_16(at + 2);
    datagram->carrier.transport = TRANSPORT_UDP;
    len = octets_16(at + 4);
    if (len == 0)
        len = datagram->size; /* segmentation offload, or a jumbogram (RFC 2675) */
    if (len < HEADER)
        return IP_BAD;
    content->size = len - HEADER;
    content->payload = bytes_slice(&bytes, bytes_left(&bytes) < content->size ? bytes_left(&bytes)
                                                                              : content->size);
    return IP_READ;
}

bool udp_is_multicast(const struct carrier *carrier)
{
    uint16_t from = carrier->source.port, to = carrier->destination.port;

    if (from == PORT_LLMNR || to == PORT_LLMNR || from == PORT_NETBIOS || to == PORT_NETBIOS)
        return true;
    return to == PORT_MDNS && (from == PORT_MDNS || ip_is_multicast(&carrier->destination));
}
