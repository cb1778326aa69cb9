// SPDX-License-Identifier: BSD-2-Clause
/* DNS messages and dnstap frames, octet by octet. */
#include "gen.h"

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
    u8(s, value >> 8);
    u8(s, value);
}

static void u32(struct sink *s, uint32_t value)
{
    u16(s, value >> 16);
    u16(s, value & 0xffff);
}

static void octets(struct sink *s, const void *from, size_t n)
{
    const uint8_t *at = from;
    for (size_t i = 0; i < n; i++)
        s->at[s->n + i] = at[i];
    s->n += n;
}

static const uint8_t soa_zone[] = "\7cluster\5local", soa_outer[] = "\7example\3com";

static void soa(struct sink *s, bool zone, uint32_t ttl)
{
    const uint8_t *owner = zone ? soa_zone : soa_outer;
    size_t owner_len = zone ? sizeof soa_zone : sizeof soa_outer;
    octets(s, owner, owner_len);
    u16(s, 6);
    u16(s, 1);
    u32(s, ttl);
    size_t len_at = s->n;
    u16(s, 0);
    octets(s, "\2ns\3dns", 7);
    octets(s, owner, owner_len);
    octets(s, "\12hostmaster", 11);
    octets(s, owner, owner_len);
    for (int i = 0; i < 5; i++)
        u32(s, i == 4 ? 30 : (uint32_t)(3600 >> i));
    size_t len = s->n - len_at - 2;
    s->at[len_at] = (uint8_t)(len >> 8);
    s->at[len_at + 1] = (uint8_t)len;
}

/* Answers: one to three addresses for A and AAAA, else none (NODATA). */
static unsigned answer_count(const struct flow *flow, uint64_t name, uint8_t rcode)
{
    if (rcode != RCODE_NOERROR || (flow->type != TYPE_A && flow->type != TYPE_AAAA))
        return 0;
    uint64_t h = mix(name, flow->type) % 16;
    return h == 0 ? 3 : h == 8 ? 2 : 1;
}

static void answers(struct sink *s, const struct flow *flow, uint64_t name, unsigned n,
                    bool spelled, uint32_t ttl)
{
    for (unsigned i = 0; i < n; i++) {
        if (spelled)
            s->n += name_wire(name, flow->upper, s->at + s->n);
        else
            u16(s, 0xc00c);
        u16(s, flow->type);
        u16(s, 1);
        u32(s, ttl);
        u16(s, flow->type == TYPE_A ? 4 : 16);
        if (flow->type == TYPE_AAAA)
            octets(s, "\x20\1\x0d\xb8\0\0\0\0\0\0\0", 12);
        u32(s, 0xc6120000u | (uint32_t)(mix(name, 9) & 0xfff0u) | i); /* 198.18.0.0/15: RFC 2544 */
    }
}

static unsigned flags(const struct flow *flow, enum frame frame, uint8_t rcode)
{
    if (frame == CQ || frame == FQ)
        return 0x0100;
    if (frame == CR && !flow->answered)
        return 0x8100u | rcode; /* made by the server itself, which does not tap it */
    if (frame == FR || flow->kind == KIND_FORWARD || flow->kind == KIND_PROBE)
        return 0x8180u | rcode;
    return (flow->kind == KIND_CACHE ? 0x8580u : 0x8500u) | rcode;
}

static size_t dns(const struct flow *flow, enum frame frame, uint8_t rcode, uint16_t id,
                  bool spelled, uint8_t out[1024])
{
    struct sink s = {out, 0};
    bool response = frame == CR || frame == FR, upstream = frame == FQ || frame == FR;
    uint64_t name = upstream ? flow->asked_name : flow->name;
    unsigned n = response ? answer_count(flow, name, rcode) : 0;
    bool edns = flow->edns || (upstream && flow->own_opt),
         authority = response && !n && (rcode == RCODE_NOERROR || rcode == RCODE_NXDOMAIN);
    u16(&s, id);
    u16(&s, flags(flow, frame, rcode));
    u16(&s, 1);
    u16(&s, n);
    u16(&s, authority);
    u16(&s, edns);
    s.n += name_wire(name, flow->upper, s.at + s.n);
    u16(&s, flow->type);
    u16(&s, 1);
    answers(&s, flow, name, n, spelled, flow->ttl);
    if (authority)
        soa(&s, flow->kind == KIND_ZONE, flow->ttl);
    if (edns)
        octets(&s, "\0\0\x29\4\xd0\0\0\0\0\0\0", 11);
    return s.n;
}

size_t dns_write(const struct flow *flow, enum frame frame, uint8_t rcode, uint8_t out[1024])
{
    /* what an upstream said is packed again, uncompressed */
    return dns(flow, frame, rcode, flow->id, frame == FR, out);
}

size_t dns_write_sent(const struct flow *flow, enum frame frame, uint8_t rcode, uint16_t id,
                      uint8_t out[1024])
{
    return dns(flow, frame, rcode, id, false, out);
}

/* protobuf: a varint field, a length-delimited field, a fixed32 field */
static void varint(struct sink *s, uint64_t value)
{
    for (; value > 127; value >>= 7)
        u8(s, (unsigned)(value & 127) | 128);
    u8(s, (unsigned)value);
}

static void field_number(struct sink *s, unsigned field, uint64_t value)
{
    u8(s, field << 3);
    varint(s, value);
}

static void field_octets(struct sink *s, unsigned field, const void *at, size_t n)
{
    u8(s, field << 3 | 2);
    varint(s, n);
    octets(s, at, n);
}

static void field_time(struct sink *s, unsigned field, int64_t when)
{
    uint32_t ns = (uint32_t)(when % SECOND);
    field_number(s, field, (uint64_t)(when / SECOND));
    u8(s, (field + 1) << 3 | 5);
    for (unsigned i = 0; i < 4; i++)
        u8(s, ns >> 8 * i & 255);
}

static void field_address(struct sink *s, unsigned field, struct address address, bool mapped)
{
    uint8_t sixteen[16] = {[10] = 0xff, [11] = 0xff};
    if (address.len != 4 || !mapped) {
        field_octets(s, field, address.octet, address.len);
        return;
    }
    for (int i = 0; i < 4; i++)
        sixteen[12 + i] = address.octet[i];
    field_octets(s, field, sixteen, 16);
}

static void ends_client(struct sink *s, const struct options *o, const struct flow *flow,
                        enum frame frame)
{
    struct address client = address_client(o, flow->client);
    field_number(s, 1, frame);
    field_number(s, 2, client.len == 4 ? 1 : 2);
    field_number(s, 3, flow->tcp ? 2 : 1);
    field_address(s, 4, client, o->generation->client_mapped);
    field_number(s, 6, flow->port);
}

static void ends_upstream(struct sink *s, const struct options *o, const struct flow *flow,
                          enum frame frame, const struct attempt *attempt)
{
    const struct generation *g = o->generation;
    struct address upstream = address_upstream(o, attempt->upstream);
    bool bare = flow->kind == KIND_REFRESH && g->refresh_bare;
    field_number(s, 1, frame);
    field_number(s, 2, upstream.len == 4 ? 1 : 2);
    field_number(s, 3, flow->kind == KIND_REFRESH || flow->tcp ? 2 : 1);
    if (g->asker == ASKER_UPSTREAM) {
        field_address(s, 4, upstream, g->upstream_mapped);
        field_number(s, 6, 53);
        return;
    }
    if (g->asker == ASKER_CLIENT && !bare)
        field_address(s, 4, address_client(o, flow->client), g->client_mapped);
    if (g->asker == ASKER_SOCKET)
        field_address(s, 4, address_server(o, flow->replica, upstream.len), false);
    field_address(s, 5, upstream, g->upstream_mapped);
    if (g->asker == ASKER_CLIENT)
        field_number(s, 6, bare ? 0 : flow->port);
    if (g->asker == ASKER_SOCKET)
        field_number(s, 6, attempt->port);
    field_number(s, 7, 53);
}

static void times(struct sink *s, const struct options *o, const struct flow *flow,
                  enum frame frame, const struct attempt *attempt)
{
    bool upstream = frame == FQ || frame == FR, response = frame == CR || frame == FR;
    int64_t asked = upstream ? flow->call_time : flow->start;
    int64_t ended = upstream ? attempt->ended : flow->end;
    bool raced = upstream ? flow->race_upstream && attempt->answered : flow->race_client;
    if (raced && o->generation->racy_times)
        asked = ended;
    if (!response || !o->generation->racy_times)
        field_time(s, 8, asked);
    if (response)
        field_time(s, 12, ended);
}

size_t frame_write(const struct options *o, const struct flow *flow, enum frame frame,
                   const struct attempt *attempt, uint8_t out[2048])
{
    uint8_t dns[1024], message[1536];
    char identity[64], version[32] = "CoreDNS-";
    struct sink inner = {message, 0}, s = {out, 0};
    bool upstream = frame == FQ || frame == FR;
    if (upstream)
        ends_upstream(&inner, o, flow, frame, attempt);
    else
        ends_client(&inner, o, flow, frame);
    times(&inner, o, flow, frame, attempt);
    if (o->full) {
        size_t n = dns_write(flow, frame, upstream ? attempt->rcode : flow->rcode, dns);
        field_octets(&inner, frame == CR || frame == FR ? 14 : 10, dns, n);
    }
    if (o->generation->identity) {
        size_t n = 8;
        for (const char *at = o->generation->name; *at; at++)
            version[n++] = *at;
        field_octets(&s, 1, identity, identity_text(flow->replica, identity));
        field_octets(&s, 2, version, n);
    }
    field_octets(&s, 14, message, inner.n);
    field_number(&s, 15, 1);
    return s.n;
}
