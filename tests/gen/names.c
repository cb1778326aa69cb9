// SPDX-License-Identifier: BSD-2-Clause
/* Names, addresses and identities, each made from a number alone. */
#include <string.h>

#include "gen.h"

enum { CLASS_ZONE, CLASS_OUTER, CLASS_PROBE };
#define CLASS_SHIFT 62

static const char *const words[] = {
    "api",     "auth",    "cart",    "catalog", "events",   "frontend",  "gateway",  "ingest",
    "ledger",  "login",   "metrics", "orders",  "payments", "queue",     "registry", "search",
    "session", "storage", "users",   "web",     "worker",   "telemetry", "mail",     "notify",
};
#define WORDS (sizeof words / sizeof words[0])
static const char *const zones[] = {"example.com",    "example.net", "example.org",
                                    "vendor.test",    "cloud.test",  "partner.example",
                                    "vendor.example", "cdn.test"};

uint64_t name_zone(uint64_t number)
{
    return number | (uint64_t)CLASS_ZONE << CLASS_SHIFT;
}

uint64_t name_outer(uint64_t number)
{
    return number | (uint64_t)CLASS_OUTER << CLASS_SHIFT;
}

uint64_t name_probe(uint64_t number)
{
    return (number & ((UINT64_C(1) << CLASS_SHIFT) - 1)) | (uint64_t)CLASS_PROBE << CLASS_SHIFT;
}

static size_t put(char *out, const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        out[i] = text[i];
    return n;
}

static size_t put_number(char *out, uint64_t value)
{
    char digits[20];
    size_t n = 0;
    do
        digits[n++] = (char)('0' + value % 10);
    while (value /= 10);
    for (size_t i = 0; i < n; i++)
        out[i] = digits[n - 1 - i];
    return n;
}

size_t name_text(uint64_t name, char out[256])
{
    uint64_t number = name & ((UINT64_C(1) << CLASS_SHIFT) - 1), h = mix(number, 77);
    size_t n = 0;
    switch (name >> CLASS_SHIFT) {
    case CLASS_PROBE: /* <number>.<number>. */
        n += put_number(out, number);
        out[n++] = '.';
        n += put_number(out + n, h >> 1);
        break;
    case CLASS_ZONE:
        n += put(out, words[h % WORDS]);
        out[n++] = '-';
        n += put_number(out + n, number);
        out[n++] = '.';
        n += put(out + n, words[h >> 20 & 7]);
        n += put(out + n, ".svc.cluster.local");
        break;
    default:
        n += put(out, words[h % WORDS]);
        out[n++] = '-';
        n += put_number(out + n, number);
        out[n++] = '.';
        n += put(out + n, words[(h >> 8) % WORDS]);
        out[n++] = '.';
        n += put(out + n, zones[h >> 20 & 7]);
    }
    out[n++] = '.';
    out[n] = 0;
    return n;
}

size_t name_wire(uint64_t name, bool upper, uint8_t out[256])
{
    char text[256];
    size_t n = name_text(name, text), label = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '.') {
            out[label] = (uint8_t)(i - label);
            label = i + 1;
        } else {
            bool raise = upper && i % 2 && text[i] >= 'a' && text[i] <= 'z';
            out[i + 1] = (uint8_t)(raise ? text[i] - 32 : text[i]);
        }
    }
    out[n] = 0;
    return n + 1;
}

static struct address four(uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
    return (struct address){{(uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)d}, 4};
}

static struct address six(uint8_t net, uint32_t sub, uint32_t host)
{
    return (struct address){{0xfd, 0, 0, net, (uint8_t)(sub >> 8), (uint8_t)sub, 0, 0, 0, 0, 0, 0,
                             (uint8_t)(host >> 24), (uint8_t)(host >> 16), (uint8_t)(host >> 8),
                             (uint8_t)(host | 1)},
                            16};
}

struct address address_client(const struct options *o, uint32_t client)
{
    if (client == UINT32_MAX)
        return four(127, 0, 0, 1);
    struct draw draw = {mix(client, 5)};
    if (draw_share(&draw, o->ipv6))
        return six(0x10, o->renamed ? 0x1248 : 0x1244, client << 1);
    return four(10, o->renamed ? 248 : 244, 1 + client / 250, 1 + client % 250);
}

struct address address_upstream(const struct options *o, uint32_t upstream)
{
    if (upstream == 2 && o->ipv6 > 0)
        return six(0x30, o->renamed ? 0x19 : 0x10, 0x35);
    return four(172, 30, o->renamed ? 9 : 0, 53 + upstream);
}

struct address address_server(const struct options *o, uint32_t replica, uint8_t len)
{
    if (len == 16)
        return six(0x10, o->renamed ? 0x1248 : 0x1244, 0xf00000 + (replica << 1));
    return four(10, o->renamed ? 248 : 244, 0, 2 + replica);
}

struct address address_service(const struct options *o, uint8_t len)
{
    if (len == 16)
        return six(0x10, o->renamed ? 0x98 : 0x96, 0xb);
    return four(10, o->renamed ? 98 : 96, 0, 10);
}

struct address address_node(const struct options *o, uint8_t len)
{
    if (len == 16)
        return six(0x20, o->renamed ? 0x19 : 0x10, 0x2);
    return four(192, 168, o->renamed ? 61 : 60, 2);
}

static size_t text_six(const uint8_t *octet, char *out)
{
    /* RFC 5952 for the addresses of six(): the zeros in the middle are the only run */
    static const char hex[] = "0123456789abcdef";
    size_t n = 0;
    for (unsigned group = 0; group < 8; group++) {
        if (group == 3) {
            out[n++] = ':';
            if (!octet[12] && !octet[13])
                group = 7;
            else
                group = 6;
        }
        unsigned value = (unsigned)octet[2 * group] << 8 | octet[2 * group + 1], shift = 12;
        if (group)
            out[n++] = ':';
        while (shift && !(value >> shift))
            shift -= 4;
        for (;; shift -= 4) {
            out[n++] = hex[value >> shift & 15];
            if (!shift)
                break;
        }
    }
    return n;
}

size_t address_text(struct address address, char out[64])
{
    size_t n = 0;
    if (address.len == 16)
        n = text_six(address.octet, out);
    else
        for (int i = 0; i < 4; i++) {
            if (i)
                out[n++] = '.';
            n += put_number(out + n, address.octet[i]);
        }
    out[n] = 0;
    return n;
}

size_t identity_text(uint32_t replica, char out[64])
{
    static const char letters[] = "bcdfghjklmnpqrstvwxz2456789";
    size_t n = put(out, "coredns-");
    struct draw draw = {mix(replica, 3)};
    for (int i = 0; i < 5; i++)
        out[n++] = letters[draw_below(&draw, 27)];
    out[n] = 0;
    return n;
}
