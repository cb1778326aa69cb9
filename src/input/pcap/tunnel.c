// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/tunnel.h"

#include "input/pcap/link.h"
#include "input/pcap/octets.h"

enum {
    LINK_ETHERNET = 1, /* LINKTYPE_ETHERNET */
    TYPE_IPV4 = 0x0800, TYPE_IPV6 = 0x86dd, TYPE_ETHERNET = 0x6558, /* as EtherType */
    PORT_VXLAN = 4789, PORT_VXLAN_LINUX = 8472, PORT_GENEVE = 6081,
    VXLAN_HEADER = 8, VXLAN_VALID = 0x08, /* the I flag: there is a network id */
    GENEVE_HEADER = 8, GENEVE_CONTROL = 0x80,
    GRE_HEADER = 4, GRE_CHECKSUM = 0x8000, GRE_ROUTING = 0x4000, GRE_KEY = 0x2000,
    GRE_SEQUENCE = 0x1000, GRE_VERSION = 0x0007,
};

static bool open_ip(struct slice packet, struct slice *inner)
{
    *inner = packet;
    return packet.len > 0 && (packet.at[0] >> 4 == 4 || packet.at[0] >> 4 == 6);
}

static bool open_ethernet(struct bytes bytes, struct slice *inner)
{
    struct link_seen seen;

    if (link_open(LINK_ETHERNET, (struct slice){bytes.at, bytes_left(&bytes)}, &seen) != LINK_IP)
        return false;
    return open_ip(seen.ip, inner);
}

static bool open_type(uint16_t type, struct bytes bytes, struct slice *inner)
{
    switch (type) {
    case TYPE_IPV4:
    case TYPE_IPV6:
        return open_ip((struct slice){bytes.at, bytes_left(&bytes)}, inner);
    case TYPE_ETHERNET:
        return open_ethernet(bytes, inner);
    default:
        return false;
    }
}

/* RFC 7348 section 5; Linux's group policy extension uses bits that are reserved there. */
static bool open_vxlan(struct bytes bytes, struct slice *inner)
{
    const uint8_t *at = bytes_cut(&bytes, VXLAN_HEADER);

    return at && (at[0] & VXLAN_VALID) != 0 && open_ethernet(bytes, inner);
}

/* RFC 8926 section 3.4.  Control packets are for the tunnel's ends. */
static bool open_geneve(struct bytes bytes, struct slice *inner)
{
    const uint8_t *at = bytes_cut(&bytes, GENEVE_HEADER);

    if (!at || at[0] >> 6 != 0 || (at[1] & GENEVE_CONTROL) != 0)
        return false;
    if (!bytes_cut(&bytes, (at[0] & 63u) * 4))
        return false;
    return open_type(octets_16(at + 2), bytes, inner);
}

bool tunnel_open_udp(uint16_t port, struct slice payload, struct slice *inner)
{
    struct bytes bytes = bytes_of(payload.at, payload.len);

    switch (port) {
    case PORT_VXLAN:
    case PORT_VXLAN_LINUX:
        return open_vxlan(bytes, inner);
    case PORT_GENEVE:
        return open_geneve(bytes, inner);
    default:
        return false;
    }
}

/* RFC 2784 section 2.1, RFC 2890 section 2; source routes (RFC 1701) and version 1 (PPTP) are not
 * known. */
static bool open_gre(struct bytes bytes, struct slice *inner)
{
    const uint8_t *at = bytes_cut(&bytes, GRE_HEADER);
    uint32_t words = 0;
    uint16_t flags;

    if (!at)
        return false;
    flags = octets_16(at);
    if ((flags & (GRE_ROUTING | GRE_VERSION)) != 0)
        return false;
    words += (flags & GRE_CHECKSUM) != 0;
    words += (flags & GRE_KEY) != 0;
    words += (flags & GRE_SEQUENCE) != 0;
    if (!bytes_cut(&bytes, words * 4))
        return false;
    return open_type(octets_16(at + 2), bytes, inner);
}

bool tunnel_open(const struct datagram *datagram, struct slice *inner)
{
    switch (datagram->protocol) {
    case IP_IPV4:
    case IP_IPV6:
        return open_ip(datagram->payload, inner);
    case IP_GRE:
        return open_gre(bytes_of(datagram->payload.at, datagram->payload.len), inner);
    default:
        return false;
    }
}
