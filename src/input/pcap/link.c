// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/link.h"

#include <pcap/pcap.h>
#include <stdio.h>

#include "input/pcap/link-inside.h"

struct link {
    uint16_t type;
    const char *name;
    enum link_result (*open)(struct bytes *bytes, struct link_seen *seen);
    uint16_t skip; /* octets in front of what `open` wants */
};

/* The kernel's packet type in LINUX_SLL and LINUX_SLL2. */
static uint8_t cooked_direction(unsigned type)
{
    switch (type) {
    case 0:
        return DIRECTION_IN;
    case 1: /* broadcast, multicast, to another host: a bridge's port shows answers so */
    case 2:
    case 3:
        return DIRECTION_OTHER;
    case 4:
        return DIRECTION_OUT;
    default:
        return DIRECTION_UNKNOWN;
    }
}

static enum link_result cooked(struct bytes *bytes, struct link_seen *seen)
{
    seen->direction = cooked_direction(bytes_be16(bytes));
    bytes_skip(bytes, 12); /* ARPHRD_ type, length of the address, address */
    return link_walk(bytes, bytes_be16(bytes), seen);
}

static enum link_result cooked_2(struct bytes *bytes, struct link_seen *seen)
{
    uint16_t type = bytes_be16(bytes);

    bytes_skip(bytes, 2);
    seen->interface = bytes_be32(bytes);
    bytes_skip(bytes, 2); /* ARPHRD_ type */
    seen->direction = cooked_direction(bytes_u8(bytes));
    bytes_skip(bytes, 9); /* length of the address, address */
    return link_walk(bytes, type, seen);
}

/* An address family as a 32-bit number, of whatever system wrote it. */
static bool is_ip_family(uint32_t family)
{
    switch (family) {
    case 2:  /* AF_INET everywhere */
    case 10: /* AF_INET6 of Linux */
    case 23: /* Windows */
    case 24: /* NetBSD, OpenBSD, Npcap */
    case 26: /* Solaris */
    case 28: /* FreeBSD */
    case 30: /* macOS */
        return true;
    default:
        return false;
    }
}

/* BSD loopback: the family, in the byte order of the capturing host or (LOOP) of the network. */
static enum link_result family(struct bytes *bytes, struct link_seen *seen)
{
    struct bytes other = *bytes;
    uint32_t big = bytes_be32(bytes), little = bytes_le32(&other);

    if (bytes->bad)
        return LINK_SHORT;
    return is_ip_family(big) || is_ip_family(little) ? link_nibble(bytes, seen) : LINK_OTHER;
}

/* PPP, its address and control octets (RFC 1662 section 3.1) or Cisco's (C_HDLC) in front or
 * not. */
static enum link_result ppp(struct bytes *bytes, struct link_seen *seen)
{
    struct bytes after = *bytes;
    uint16_t first = bytes_be16(&after);

    if (after.bad)
        return LINK_SHORT;
    if (first == 0x0f00 || first == 0x8f00)
        return link_walk(&after, bytes_be16(&after), seen);
    if (first == 0xff03)
        *bytes = after;
    return link_walk(bytes, link_ppp(bytes), seen);
}

static enum link_result pppoe(struct bytes *bytes, struct link_seen *seen)
{
    return link_walk(bytes, 0x8864, seen);
}

/* An octet that tells the direction, 0 for received; pppd writes it in place of the address. */
static enum link_result ppp_directed(struct bytes *bytes, struct link_seen *seen)
{
    seen->direction = bytes_u8(bytes) ? DIRECTION_OUT : DIRECTION_IN;
    if (bytes_left(bytes) && *bytes->at == 3)
        bytes_skip(bytes, 1);
    return ppp(bytes, seen);
}

static enum link_result c_hdlc(struct bytes *bytes, struct link_seen *seen)
{
    bytes_skip(bytes, 2);
    return link_walk(bytes, bytes_be16(bytes), seen);
}

static enum link_result llc(struct bytes *bytes, struct link_seen *seen)
{
    return link_walk(bytes, link_llc(bytes), seen);
}

static enum link_result ethertype(struct bytes *bytes, struct link_seen *seen)
{
    return link_walk(bytes, bytes_be16(bytes), seen);
}

/* RFC 4391: behind the global routing header an EtherType and two reserved octets. */
static enum link_result infiniband(struct bytes *bytes, struct link_seen *seen)
{
    uint16_t type = bytes_be16(bytes);

    bytes_skip(bytes, 2);
    return link_walk(bytes, type, seen);
}

static enum link_result mpls(struct bytes *bytes, struct link_seen *seen)
{
    return link_walk(bytes, ETHER_MPLS, seen);
}

/* RFC 2427: address (its last octet is odd), control, padding, protocol. */
static enum link_result frame_relay(struct bytes *bytes, struct link_seen *seen)
{
    uint8_t protocol;

    for (int i = 0; i < 4 && bytes_u8(bytes) % 2 == 0; i++)
        ;
    if (bytes_u8(bytes) != 3)
        return bytes->bad ? LINK_SHORT : LINK_OTHER;
    protocol = bytes_u8(bytes);
    if (protocol == 0)
        protocol = bytes_u8(bytes);
    if (protocol == 0xcc || protocol == 0x8e)
        return link_rest(bytes, seen);
    if (protocol != 0x80) /* SNAP */
        return bytes->bad ? LINK_SHORT : LINK_OTHER;
    bytes_skip(bytes, 3);
    return ethertype(bytes, seen);
}

/* Token ring: a source route stands between the addresses and LLC where the source says so. */
static enum link_result token_ring(struct bytes *bytes, struct link_seen *seen)
{
    struct slice head = bytes_slice(bytes, 14);

    if (bytes->bad)
        return LINK_SHORT;
    if (head.at[8] & 0x80 && bytes_left(bytes))
        bytes_skip(bytes, *bytes->at & 0x1f);
    return llc(bytes, seen);
}

/* OpenBSD's packet filter: the header's length, rounded up to four, comes first. */
static enum link_result pflog(struct bytes *bytes, struct link_seen *seen)
{
    size_t len = bytes_left(bytes) ? (*bytes->at + 3u) & ~3u : 1;

    bytes_skip(bytes, len);
    return link_nibble(bytes, seen);
}

/* Linux's nfnetlink_log: a list of length, type, value, in the byte order of the capturing host. */
static enum link_result nflog(struct bytes *bytes, struct link_seen *seen)
{
    enum { PAYLOAD = 9 };
    bool big = false;

    bytes_skip(bytes, 4); /* family, version, resource */
    for (bool first = true; !bytes->bad; first = false) {
        struct bytes other = *bytes;
        uint32_t word = bytes_le32(bytes), swapped = bytes_be32(&other), len, type;

        /* The types are few: the octet that is 0 in the first one tells the order. */
        if (first)
            big = (word >> 24) != 0 && (swapped & 0xff00) == 0;
        len = big ? swapped >> 16 : word & 0xffff;
        type = big ? swapped & 0xffff : word >> 16;
        if (bytes->bad || len < 4)
            break;
        if (type == PAYLOAD) {
            struct bytes payload = *bytes;

            /* Cut by the snap length like all packets. */
            if (len - 4 < bytes_left(bytes))
                payload = bytes_take(bytes, len - 4);
            return link_nibble(&payload, seen);
        }
        bytes_skip(bytes, (len - 1) & ~3u); /* the value, padded to four octets */
    }
    return bytes->bad ? LINK_SHORT : LINK_OTHER;
}

static enum link_result wrapped(uint32_t type, struct bytes *bytes, struct link_seen *seen);

/* CACE's per-packet information: version, flags, length, link type. */
static enum link_result ppi(struct bytes *bytes, struct link_seen *seen)
{
    uint32_t first = bytes_le32(bytes), type = bytes_le32(bytes), len = first >> 16;

    if (bytes->bad)
        return LINK_SHORT;
    if (len < 8)
        return LINK_OTHER;
    bytes_skip(bytes, len - 8);
    return wrapped(type, bytes, seen);
}

/* Apple's header of packets from any interface: length, type of the record, link type. */
static enum link_result pktap(struct bytes *bytes, struct link_seen *seen)
{
    uint32_t len = bytes_le32(bytes), record = bytes_le32(bytes), type = bytes_le32(bytes);

    if (bytes->bad)
        return LINK_SHORT;
    if (record != 1 || len < 12)
        return LINK_OTHER;
    bytes_skip(bytes, len - 12);
    return wrapped(type, bytes, seen);
}

/* Those that captures of DNS have come first. */
static const struct link links[] = {
    {LINK_EN10MB, "EN10MB", link_ethernet, 0},
    {276, "LINUX_SLL2", cooked_2, 0},
    {113, "LINUX_SLL", cooked, 0},
    {101, "RAW", link_nibble, 0},
    {12, "RAW", link_nibble, 0}, /* DLT_RAW as it is, written by some */
    {14, "RAW", link_nibble, 0}, /* OpenBSD's */
    {228, "IPV4", link_nibble, 0},
    {229, "IPV6", link_nibble, 0},
    {0, "NULL", family, 0},
    {108, "LOOP", family, 0},
    {9, "PPP", ppp, 0},
    {50, "PPP_SERIAL", ppp, 0},
    {51, "PPP_ETHER", pppoe, 0},
    {166, "PPP_PPPD", ppp_directed, 0},
    {204, "PPP_WITH_DIR", ppp_directed, 0},
    {104, "C_HDLC", c_hdlc, 0},
    {205, "C_HDLC_WITH_DIR", c_hdlc, 1},
    {107, "FRELAY", frame_relay, 0},
    {206, "FRELAY_WITH_DIR", frame_relay, 1},
    {239, "NFLOG", nflog, 0},
    {117, "PFLOG", pflog, 0},
    {109, "ENC", link_nibble, 12}, /* family, SPI, flags */
    {219, "MPLS", mpls, 0},
    {105, "IEEE802_11", link_wifi, 0},
    {127, "IEEE802_11_RADIO", link_radiotap, 0},
    {119, "PRISM_HEADER", link_prism, 0},
    {163, "IEEE802_11_RADIO_AVS", link_avs, 0},
    {192, "PPI", ppi, 0},
    {258, "PKTAP", pktap, 0},
    {6, "IEEE802", token_ring, 0},
    {8, "SLIP", link_nibble, 16}, /* direction, compressed header */
    {10, "FDDI", llc, 13},
    {100, "ATM_RFC1483", llc, 0},
    {122, "IP_OVER_FC", llc, 16},
    {138, "APPLE_IP_OVER_IEEE1394", ethertype, 16},
    {226, "IPNET", link_nibble, 24},
    {240, "NETANALYZER", link_ethernet, 4},
    {241, "NETANALYZER_TRANSPARENT", link_ethernet, 12},
    {242, "IPOIB", infiniband, 40},
    {274, "ETHERNET_MPACKET", link_ethernet, 8},
};

static const struct link *find(uint32_t type)
{
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        if (links[i].type == type)
            return &links[i];
    }
    return NULL;
}

static enum link_result open_as(const struct link *link, struct bytes *bytes,
                                struct link_seen *seen)
{
    bytes_skip(bytes, link->skip);
    return link->open(bytes, seen);
}

/* A packet in a header that names its link type: one such header is enough. */
static enum link_result wrapped(uint32_t type, struct bytes *bytes, struct link_seen *seen)
{
    const struct link *link = find(type);

    if (!link || link->open == ppi || link->open == pktap)
        return LINK_OTHER;
    return open_as(link, bytes, seen);
}

enum link_result link_open(uint16_t type, struct slice packet, struct link_seen *seen)
{
    const struct link *link = find(type);
    struct bytes bytes = bytes_of(packet.at, packet.len);

    *seen = (struct link_seen){.direction = DIRECTION_UNKNOWN};
    return link ? open_as(link, &bytes, seen) : LINK_UNKNOWN;
}

bool link_known(uint16_t link)
{
    return find(link) != NULL;
}

size_t link_print(uint16_t type, char text[LINK_TEXT_MAX])
{
    enum { USER_FIRST = 147, USER_LAST = 162 }; /* for private use; libpcap does not name them */
    const struct link *link = find(type);
    const char *name = link ? link->name : pcap_datalink_val_to_name(type);
    int len;

    if (name)
        len = snprintf(text, LINK_TEXT_MAX, "%s", name);
    else if (type >= USER_FIRST && type <= USER_LAST)
        len = snprintf(text, LINK_TEXT_MAX, "USER%u", type - USER_FIRST);
    else
        len = snprintf(text, LINK_TEXT_MAX, "%u", type);

    return len < LINK_TEXT_MAX ? (size_t)len : LINK_TEXT_MAX - 1;
}
