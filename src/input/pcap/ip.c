// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/ip.h"

#include "base/limits.h"
#include "input/pcap/octets.h"

enum {
    V4_HEADER = 20, V6_HEADER = 40, FRAGMENT_HEADER = 8,
    V4_MORE = 0x2000, V4_PLACE = 0x1fff, /* in the word of flags and offset */
    V6_MORE = 1, V6_PLACE = 0xfff8,
};

/* Sets the payload: what was captured of SIZE octets, whatever padding stands behind them.  SIZE 0
 * is what segmentation offload leaves in a header: all that is there. */
static void set_payload(struct datagram *datagram, struct bytes *rest, uint32_t size,
                        uint32_t missing)
{
    size_t captured = bytes_left(rest);

    if (size == 0)
        size = (uint32_t)captured + missing;
    datagram->size = size;
    datagram->payload = bytes_slice(rest, captured < size ? captured : size);
}

static enum ip_result read_v4(struct bytes bytes, uint32_t missing, struct datagram *datagram)
{
    const uint8_t *at = bytes_cut(&bytes, V4_HEADER);
    uint32_t header, total, parts;

    if (!at)
        return IP_CUT;
    header = (at[0] & 15u) * 4;
    total = octets_16(at + 2);
    if (header < V4_HEADER || (total != 0 && total < header))
        return IP_BAD;
    if (!bytes_cut(&bytes, header - V4_HEADER))
        return IP_CUT;
    parts = octets_16(at + 6);
    datagram->fragment = (parts & (V4_MORE | V4_PLACE)) != 0;
    datagram->more = (parts & V4_MORE) != 0;
    datagram->fragment_at = (parts & V4_PLACE) * 8;
    datagram->fragment_id = octets_16(at + 4);
    datagram->carrier.origin.sighting.ip_id = octets_16(at + 4);
    datagram->carrier.origin.sighting.ttl = at[8];
    datagram->protocol = at[9];
    endpoint_set(&datagram->carrier.source, at + 12, 4);
    endpoint_set(&datagram->carrier.destination, at + 16, 4);
    if (total == header) {
        datagram->payload = (struct slice){NULL, 0};
        datagram->size = 0;
    } else {
        set_payload(datagram, &bytes, total ? total - header : 0, missing);
    }
    return datagram->protocol == IP_AH && !datagram->fragment ? ip_walk(datagram) : IP_READ;
}

static enum ip_result read_v6(struct bytes bytes, uint32_t missing, struct datagram *datagram)
{
    const uint8_t *at = bytes_cut(&bytes, V6_HEADER);

    if (!at)
        return IP_CUT;
    datagram->fragment = false;
    datagram->carrier.origin.sighting.ip_id = 0;
    datagram->carrier.origin.sighting.ttl = at[7];
    datagram->protocol = at[6];
    endpoint_set(&datagram->carrier.source, at + 8, 16);
    endpoint_set(&datagram->carrier.destination, at + 24, 16);
    set_payload(datagram, &bytes, octets_16(at + 4), missing);
    return datagram->protocol == IP_UDP || datagram->protocol == IP_TCP ? IP_READ
                                                                        : ip_walk(datagram);
}

enum ip_result ip_read(struct slice ip, uint32_t missing, struct datagram *datagram)
{
    struct bytes bytes = bytes_of(ip.at, ip.len);
    unsigned version = ip.len ? ip.at[0] >> 4 : 0;
    enum ip_result result = IP_BAD;

    if (version == 4)
        result = read_v4(bytes, missing, datagram);
    else if (version == 6)
        result = read_v6(bytes, missing, datagram);
    else if (ip.len == 0)
        result = IP_CUT;
    return result == IP_CUT && missing == 0 ? IP_BAD : result;
}

/* Steps over what stands in front of BYTES. */
static void step(struct datagram *datagram, const struct bytes *bytes)
{
    uint32_t len = (uint32_t)(datagram->payload.len - bytes_left(bytes));

    datagram->payload = (struct slice){bytes->at, bytes_left(bytes)};
    datagram->size -= len;
}

/* RFC 8200 section 4.5.  One that is whole in itself (RFC 6946) is stepped over like any other. */
static enum ip_result walk_fragment(struct datagram *datagram, struct bytes bytes)
{
    const uint8_t *at = bytes_cut(&bytes, FRAGMENT_HEADER);
    uint16_t place;

    if (!at)
        return IP_CUT;
    place = octets_16(at + 2);
    datagram->protocol = at[0];
    datagram->fragment_at = place & V6_PLACE;
    datagram->more = (place & V6_MORE) != 0;
    datagram->fragment_id = octets_32(at + 4);
    datagram->fragment = datagram->more || datagram->fragment_at > 0;
    step(datagram, &bytes);
    return IP_READ;
}

/* Headers that give the next one and their length: in units of eight octets beyond the first eight,
 * in AH in units of four beyond the first eight. */
static enum ip_result walk_header(struct datagram *datagram, struct bytes bytes)
{
    const uint8_t *at = bytes_cut(&bytes, 8);
    uint32_t more;

    if (!at)
        return IP_CUT;
    more = datagram->protocol == IP_AH ? at[1] * 4u : at[1] * 8u;
    if (!bytes_cut(&bytes, more))
        return IP_CUT;
    datagram->protocol = at[0];
    step(datagram, &bytes);
    return IP_READ;
}

enum ip_result ip_walk(struct datagram *datagram)
{
    datagram->fragment = false;
    for (int headers = 0;; headers++) {
        struct bytes bytes = bytes_of(datagram->payload.at, datagram->payload.len);
        bool cut = datagram->payload.len < datagram->size;
        enum ip_result result;

        switch (datagram->protocol) {
        case IP_HOP_BY_HOP:
        case IP_ROUTING:
        case IP_DESTINATION:
        case IP_AH:
        case IP_MOBILITY:
        case IP_HIP:
        case IP_SHIM6:
            result = walk_header(datagram, bytes);
            break;
        case IP_FRAGMENT:
            result = walk_fragment(datagram, bytes);
            break;
        default:
            return IP_READ;
        }
        if (result != IP_READ)
            return cut ? result : IP_BAD;
        if (headers == LIMIT_IP_HEADERS)
            return IP_BAD;
        if (datagram->fragment)
            return IP_READ;
    }
}

bool ip_is_multicast(const struct endpoint *end)
{
    return end->len == 4 ? end->octet[0] >> 4 == 14 : end->len == 16 && end->octet[0] == 0xff;
}
