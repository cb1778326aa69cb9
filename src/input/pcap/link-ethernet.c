// SPDX-License-Identifier: BSD-2-Clause
/* Ethernet and what counts by EtherType: VLAN tags, MPLS, PPPoE, LLC and SNAP. */
#include "base/limits.h"
#include "input/pcap/link-inside.h"

enum {
    ADDRESS = 6, /* octets */
    /* EtherTypes whose header is taken off */
    ETHER_VLAN = 0x8100,
    ETHER_QINQ = 0x88a8,
    ETHER_QINQ_OLD = 0x9100, /* and 0x9200, 0x9300: vendors' before IEEE 802.1ad */
    ETHER_QINQ_OLD_2 = 0x9200,
    ETHER_QINQ_OLD_3 = 0x9300,
    ETHER_MPLS_MULTICAST = 0x8848,
    ETHER_PPPOE = 0x8864, /* session stage */
    LENGTH_MAX = 1500,    /* up to here the field is a length, and LLC follows (IEEE 802.3) */
};

enum link_result link_rest(struct bytes *bytes, struct link_seen *seen)
{
    if (bytes->bad || bytes_left(bytes) == 0)
        return LINK_SHORT;
    seen->ip = bytes_slice(bytes, bytes_left(bytes));
    return LINK_IP;
}

enum link_result link_nibble(struct bytes *bytes, struct link_seen *seen)
{
    if (bytes->bad || bytes_left(bytes) == 0)
        return LINK_SHORT;
    if (*bytes->at >> 4 != 4 && *bytes->at >> 4 != 6)
        return LINK_OTHER;
    return link_rest(bytes, seen);
}

uint16_t link_llc(struct bytes *bytes)
{
    uint16_t points = bytes_be16(bytes), outer;
    uint8_t control = bytes_u8(bytes);
    uint16_t high, type;

    if (points == 0x0606) /* RFC 948 */
        return ETHER_IPV4;
    if (points != 0xaaaa || control != 3)
        return ETHER_NONE;
    high = bytes_be16(bytes); /* RFC 1042: OUI 0; some bridges write 00-00-f8 */
    outer = bytes_u8(bytes);
    type = bytes_be16(bytes);
    return high == 0 && (outer == 0 || outer == 0xf8) ? type : ETHER_NONE;
}

uint16_t link_ppp(struct bytes *bytes)
{
    uint16_t protocol = bytes_u8(bytes);

    if (protocol % 2 == 0) /* else it is compressed to one octet (RFC 1661 section 6.5) */
        protocol = (uint16_t)(protocol << 8 | bytes_u8(bytes));
    switch (protocol) {
    case 0x21:
        return ETHER_IPV4;
    case 0x57:
        return ETHER_IPV6;
    case 0x281:
        return ETHER_MPLS;
    default:
        return ETHER_NONE;
    }
}

/* RFC 2516 section 4: version and type, code (0: a session's data), session, length. */
static uint16_t pppoe(struct bytes *bytes)
{
    uint16_t first = bytes_be16(bytes);

    bytes_skip(bytes, 4);
    return first == 0x1100 ? link_ppp(bytes) : ETHER_NONE;
}

/* Labels until the bottom of the stack (RFC 3032); the version nibble tells what stands below. */
static enum link_result labels(struct bytes *bytes, struct link_seen *seen)
{
    for (int i = 0; i < LIMIT_LINK_TAGS; i++) {
        if (bytes_be32(bytes) & 0x100)
            return link_nibble(bytes, seen);
    }
    return bytes->bad ? LINK_SHORT : LINK_OTHER;
}

enum link_result link_walk(struct bytes *bytes, uint16_t type, struct link_seen *seen)
{
    for (int i = 0; i < LIMIT_LINK_TAGS && !bytes->bad; i++) {
        switch (type) {
        case ETHER_IPV4:
        case ETHER_IPV6:
            return link_rest(bytes, seen);
        case ETHER_VLAN:
        case ETHER_QINQ:
        case ETHER_QINQ_OLD:
        case ETHER_QINQ_OLD_2:
        case ETHER_QINQ_OLD_3:
            bytes_skip(bytes, 2);
            type = bytes_be16(bytes);
            break;
        case ETHER_MPLS:
        case ETHER_MPLS_MULTICAST:
            return labels(bytes, seen);
        case ETHER_PPPOE:
            type = pppoe(bytes);
            break;
        default:
            if (type > LENGTH_MAX)
                return LINK_OTHER;
            type = link_llc(bytes);
        }
    }
    return bytes->bad ? LINK_SHORT : LINK_OTHER;
}

enum link_result link_ethernet(struct bytes *bytes, struct link_seen *seen)
{
    bytes_skip(bytes, 2 * ADDRESS);
    return link_walk(bytes, bytes_be16(bytes), seen);
}
