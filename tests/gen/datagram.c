// SPDX-License-Identifier: BSD-2-Clause
/* Packets, octet by octet: Ethernet and SLL2, IPv4 and IPv6, UDP, TCP, ICMP port unreachable. */
#include <string.h>

#include "packets.h"

struct sink {
    uint8_t *at;
    size_t n;
};

static void u8(struct sink *s, unsigned value)
{
    s->at[s->n++] = (uint8_t)value;
}

static void u16(struct sink *s, unsigned value)
{
    u8(s, value >> 8 & 255);
    u8(s, value & 255);
}

static void u32(struct sink *s, uint32_t value)
{
    u16(s, value >> 16);
    u16(s, value & 0xffff);
}

static void octets(struct sink *s, const uint8_t *from, size_t n)
{
    if (n)
        memcpy(s->at + s->n, from, n);
    s->n += n;
}

/* Sums of 16-bit words as RFC 1071 has them, not yet folded. */
static uint32_t sum(uint32_t start, const uint8_t *at, size_t n)
{
    for (size_t i = 0; i + 1 < n; i += 2)
        start += (uint32_t)at[i] << 8 | at[i + 1];
    return n % 2 ? start + ((uint32_t)at[n - 1] << 8) : start;
}

static uint16_t fold(uint32_t value)
{
    while (value >> 16)
        value = (value & 0xffff) + (value >> 16);
    return (uint16_t)value;
}

static void patch(struct sink *s, size_t at, uint16_t value)
{
    s->at[at] = (uint8_t)(value >> 8);
    s->at[at + 1] = (uint8_t)value;
}

static uint8_t protocol_in(const struct ends *ends, const struct segment *segment)
{
    return segment->protocol == PROTOCOL_ICMP && ends->from.len == 16 ? 58 : segment->protocol;
}

/* What a device that finishes checksums finds in the field: the sum of the pseudo-header (packets
 * on veths are captured so). */
static void finish(struct sink *s, const struct ends *ends, const struct segment *segment,
                   size_t from, size_t field)
{
    size_t len = s->n - from;
    uint32_t pseudo = 0;
    if (segment->protocol != PROTOCOL_ICMP || ends->from.len == 16) {
        pseudo = sum(0, ends->from.octet, ends->from.len);
        pseudo = sum(pseudo, ends->to.octet, ends->to.len);
        pseudo += (uint32_t)len + protocol_in(ends, segment);
    }
    if (segment->offload) {
        patch(s, field, fold(pseudo));
        return;
    }
    uint16_t value = (uint16_t)~fold(sum(pseudo, s->at + from, len));
    patch(s, field, value || segment->protocol != PROTOCOL_UDP ? value : 0xffff);
}

static void ip_write(struct sink *s, const struct ends *ends, const struct segment *segment);

static void icmp(struct sink *s, const struct ends *ends, const struct segment *segment)
{
    struct ends quoted = {ends->to, ends->from, ends->to_port, ends->from_port, ends->ttl};
    bool six = ends->from.len == 16;
    u8(s, six ? 1 : 3); /* destination unreachable, port unreachable: RFC 792, RFC 4443 */
    u8(s, six ? 4 : 3);
    u16(s, 0);
    u32(s, 0);
    ip_write(s, &quoted, segment->quoted);
}

static void tcp(struct sink *s, const struct ends *ends, const struct segment *segment)
{
    u16(s, ends->from_port);
    u16(s, ends->to_port);
    u32(s, segment->seq);
    u32(s, segment->ack);
    u16(s, 5u << 12 | segment->flags);
    u16(s, 502); /* window */
    u16(s, 0);
    u16(s, 0);
    octets(s, segment->payload, segment->len);
}

static void udp(struct sink *s, const struct ends *ends, const struct segment *segment)
{
    u16(s, ends->from_port);
    u16(s, ends->to_port);
    u16(s, (unsigned)segment->len + 8);
    u16(s, 0);
    octets(s, segment->payload, segment->len);
}

static size_t header_four(struct sink *s, const struct ends *ends, const struct segment *segment)
{
    size_t at = s->n;
    u16(s, 0x4500);
    u16(s, 0);
    u16(s, segment->ip_id);
    u16(s, segment->protocol == PROTOCOL_ICMP ? 0 : 0x4000); /* don't fragment */
    u8(s, ends->ttl);
    u8(s, segment->protocol);
    u16(s, 0);
    octets(s, ends->from.octet, 4);
    octets(s, ends->to.octet, 4);
    return at;
}

static size_t header_six(struct sink *s, const struct ends *ends, const struct segment *segment)
{
    size_t at = s->n;
    u32(s, 0x60000000);
    u16(s, 0);
    u8(s, protocol_in(ends, segment));
    u8(s, ends->ttl);
    octets(s, ends->from.octet, 16);
    octets(s, ends->to.octet, 16);
    return at;
}

/* Not recursive beyond one level: what is quoted quotes nothing. */
static void ip_write(struct sink *s, const struct ends *ends, const struct segment *segment)
{
    bool six = ends->from.len == 16;
    size_t head = six ? header_six(s, ends, segment) : header_four(s, ends, segment), body = s->n;
    switch ((enum protocol)segment->protocol) {
    case PROTOCOL_ICMP:
        icmp(s, ends, segment);
        finish(s, ends, segment, body, body + 2);
        break;
    case PROTOCOL_TCP:
        tcp(s, ends, segment);
        finish(s, ends, segment, body, body + 16);
        break;
    case PROTOCOL_UDP:
        udp(s, ends, segment);
        finish(s, ends, segment, body, body + 6);
        break;
    }
    if (six) {
        patch(s, head + 4, (uint16_t)(s->n - body));
        return;
    }
    patch(s, head + 2, (uint16_t)(s->n - head));
    patch(s, head + 10, (uint16_t)~fold(sum(0, s->at + head, 20)));
}

static void mac(struct sink *s, const struct address *address)
{
    u16(s, 0x0242); /* locally administered */
    octets(s, address->octet + address->len - 4, 4);
}

size_t ethernet_write(const struct ends *ends, const struct segment *segment,
                      uint8_t out[PACKET_ROOM])
{
    struct sink s = {out, 0};
    mac(&s, &ends->to);
    mac(&s, &ends->from);
    u16(&s, ends->from.len == 16 ? 0x86dd : 0x0800);
    ip_write(&s, ends, segment);
    return s.n;
}

size_t cooked_write(const struct ends *ends, const struct segment *segment, uint32_t interface,
                    bool sent, uint8_t out[PACKET_ROOM])
{
    struct sink s = {out, 0};
    u16(&s, ends->from.len == 16 ? 0x86dd : 0x0800);
    u16(&s, 0);
    u32(&s, interface);
    u16(&s, 1); /* ARPHRD_ETHER */
    u8(&s, sent ? 4 : 0);
    u8(&s, 6);
    mac(&s, &ends->from);
    u16(&s, 0);
    ip_write(&s, ends, segment);
    return s.n;
}
