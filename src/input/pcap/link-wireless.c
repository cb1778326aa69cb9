// SPDX-License-Identifier: BSD-2-Clause
/* IEEE 802.11 data frames that are not encrypted, bare and behind the headers of drivers. */
#include "input/pcap/link-inside.h"

enum {
    HEADER = 24,   /* octets of a data frame's header */
    ADDRESS = 6,   /* a fourth address, between access points */
    QOS = 2,       /* the field of QoS frames */
    HT = 4,        /* and of those with an HT control field */
    PRISM = 144,   /* of wlan-ng's header */
};
enum { /* the frame control field, read as big-endian: the octet with the type comes first */
    TYPE = 0x0c00,
    TYPE_DATA = 0x0800,
    SUBTYPE_QOS = 0x8000,
    SUBTYPE_EMPTY = 0x4000,
    BETWEEN = 0x0003, /* to and from a distribution system */
    PROTECTED = 0x0040,
    ORDER = 0x0080,
};

static uint16_t little16(struct bytes *bytes)
{
    uint16_t low = bytes_u8(bytes);

    return (uint16_t)(bytes_u8(bytes) << 8 | low);
}

/* LLC stands behind the header; some drivers pad that to four octets. */
static enum link_result body(struct bytes *bytes, size_t header, struct link_seen *seen)
{
    struct bytes padded;

    if (header % 4 && bytes_left(bytes) >= 4 && bytes->at[0] != 0xaa && bytes->at[2] == 0xaa) {
        padded = *bytes;
        bytes_skip(&padded, 2);
        return link_walk(&padded, link_llc(&padded), seen);
    }
    return link_walk(bytes, link_llc(bytes), seen);
}

enum link_result link_wifi(struct bytes *bytes, struct link_seen *seen)
{
    uint16_t control = bytes_be16(bytes);
    size_t header = HEADER;
    bool qos = (control & SUBTYPE_QOS) != 0;

    if (bytes->bad)
        return LINK_SHORT;
    if ((control & TYPE) != TYPE_DATA || (control & (SUBTYPE_EMPTY | PROTECTED)))
        return LINK_OTHER;
    if ((control & BETWEEN) == BETWEEN)
        header += ADDRESS;
    bytes_skip(bytes, header - 2);
    if (qos) {
        bool aggregated = (little16(bytes) & 0x80) != 0; /* several MSDUs in one */

        header += QOS;
        if (aggregated && !bytes->bad)
            return LINK_OTHER;
        if (control & ORDER) {
            bytes_skip(bytes, HT);
            header += HT;
        }
    }
    return body(bytes, header, seen);
}

/* https://www.radiotap.org: version, padding, length of all of it. */
enum link_result link_radiotap(struct bytes *bytes, struct link_seen *seen)
{
    size_t len;

    bytes_skip(bytes, 2);
    len = little16(bytes);
    if (bytes->bad)
        return LINK_SHORT;
    if (len < 8)
        return LINK_OTHER;
    bytes_skip(bytes, len - 4);
    return link_wifi(bytes, seen);
}

/* The AVS header: version 0x80211xxx, length of all of it. */
enum link_result link_avs(struct bytes *bytes, struct link_seen *seen)
{
    uint32_t version = bytes_be32(bytes), len = bytes_be32(bytes);

    if (bytes->bad)
        return LINK_SHORT;
    if (version >> 12 != 0x80211 || len < 8)
        return LINK_OTHER;
    bytes_skip(bytes, len - 8);
    return link_wifi(bytes, seen);
}

/* wlan-ng's header; drivers that write AVS headers use the same link type. */
enum link_result link_prism(struct bytes *bytes, struct link_seen *seen)
{
    struct bytes first = *bytes;

    if (bytes_be32(&first) >> 12 == 0x80211)
        return link_avs(bytes, seen);
    bytes_skip(bytes, PRISM);
    return link_wifi(bytes, seen);
}
