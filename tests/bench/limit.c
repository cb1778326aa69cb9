// SPDX-License-Identifier: BSD-2-Clause
/*
 * limit [-j] FILE: the least that any session analyser of dnstap or pcap has to do, as the rival of
 * `make bench`: read 256 KiB at a time, walk the frames, decode the protobuf fields or the headers of
 * Ethernet, IPv4 and UDP, the DNS header and the question, hash the name in lower case, and do one
 * operation on a session table for each message, with expiry.  Prints totals (of a pcap, each query
 * is a session, those to upstreams as well); -j also a JSON line for each session.  It trusts its
 * input to be what gen writes; it is no tool.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (256u << 10)
#define SLOTS (1u << 18)
#define EXPIRES (INT64_C(7000000000))

struct message {
    const uint8_t *dns, *address, *dns_end;
    uint32_t address_len, port, type;
    int64_t query, response;
};
struct slot {
    uint64_t key; /* 0: free */
    int64_t start;
    uint8_t bits;
};
static struct slot table[SLOTS];
static struct slot ring[SLOTS]; /* the sessions in the order of opening, for expiry */
static uint64_t ring_head, ring_tail, messages, sessions, succeeded, failed, unanswered;
static bool lines;

static uint64_t varint(const uint8_t **at)
{
    uint64_t value = 0;
    unsigned shift = 0;
    for (; **at & 128 && shift < 63; shift += 7)
        value |= (uint64_t)(*(*at)++ & 127) << shift;
    return value | (uint64_t) * (*at)++ << shift;
}

static uint32_t fixed(const uint8_t *at)
{
    return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void fields(const uint8_t *at, const uint8_t *end, struct message *m)
{
    while (at < end) {
        unsigned tag = *at++;
        if ((tag & 7) == 0) {
            uint64_t value = varint(&at);
            if (tag >> 3 == 1)
                m->type = (uint32_t)value;
            else if (tag >> 3 == 6)
                m->port = (uint32_t)value;
            else if (tag >> 3 == 8)
                m->query += (int64_t)value * 1000000000;
            else if (tag >> 3 == 12)
                m->response += (int64_t)value * 1000000000;
        } else if ((tag & 7) == 5) {
            if (tag >> 3 == 9)
                m->query += fixed(at);
            else if (tag >> 3 == 13)
                m->response += fixed(at);
            at += 4;
        } else {
            uint64_t n = varint(&at);
            if (tag >> 3 == 4)
                m->address = at, m->address_len = (uint32_t)n;
            else if (tag >> 3 == 10 || tag >> 3 == 14)
                m->dns = at, m->dns_end = at + n;
            at += n;
        }
    }
}

static uint64_t hash(uint64_t h, const uint8_t *at, size_t n, unsigned fold)
{
    for (size_t i = 0; i < n; i++) {
        unsigned c = at[i];
        if (c - 'A' < 26u)
            c |= fold;
        h = (h ^ c) * UINT64_C(0x100000001b3);
    }
    return h;
}

/* Client, port, id, lower-case name and type as one number. */
static uint64_t key_of(const struct message *m)
{
    const uint8_t *name = m->dns + 12, *at = name;
    while (at < m->dns_end && *at)
        at += *at + 1;
    uint64_t h = hash(UINT64_C(0xcbf29ce484222325), name, (size_t)(at + 5 - name), 32);
    h = hash(h, m->dns, 2, 0);
    h = hash(h, m->address, m->address_len, 0) ^ (uint64_t)m->port << 48;
    h ^= h >> 29;
    return h | 1;
}

static struct slot *find(uint64_t key)
{
    uint32_t i = (uint32_t)(key >> 20) & (SLOTS - 1);
    while (table[i].key && table[i].key != key)
        i = (i + 1) & (SLOTS - 1);
    return &table[i];
}

static void drop(struct slot *slot)
{
    uint32_t hole = (uint32_t)(slot - table), i = hole;
    for (;;) {
        i = (i + 1) & (SLOTS - 1);
        if (!table[i].key)
            break;
        uint32_t home = (uint32_t)(table[i].key >> 20) & (SLOTS - 1);
        if (((i - home) & (SLOTS - 1)) < ((i - hole) & (SLOTS - 1)))
            continue;
        table[hole] = table[i];
        hole = i;
    }
    table[hole].key = 0;
}

static void session(const struct slot *slot, int64_t end, unsigned rcode, bool answered)
{
    sessions++;
    if (!answered)
        unanswered++;
    else if (rcode == 0 || rcode == 3)
        succeeded++;
    else
        failed++;
    if (lines)
        printf(
            "{\"key\":\"%016llx\",\"start\":%lld,\"waited_ns\":%lld,\"rcode\":%u,\"bitmap\":%u}\n",
            (unsigned long long)slot->key, (long long)slot->start, (long long)(end - slot->start),
            rcode, slot->bits);
}

static void expire(int64_t now)
{
    while (ring_tail < ring_head && ring[ring_tail & (SLOTS - 1)].start < now - EXPIRES) {
        const struct slot *old = &ring[ring_tail++ & (SLOTS - 1)];
        struct slot *slot = find(old->key);
        if (!slot->key || slot->start != old->start)
            continue;
        session(slot, slot->start, 0, false);
        drop(slot);
    }
}

static void take(const struct message *m)
{
    struct slot *slot = find(key_of(m));
    if (m->type == 5) {
        expire(m->query);
        slot = find(key_of(m));
        *slot = (struct slot){key_of(m), m->query, 1};
        ring[ring_head++ & (SLOTS - 1)] = *slot;
    } else if (slot->key) {
        slot->bits |= (uint8_t)(1u << (m->type - 5));
        if (m->type != 6)
            return;
        session(slot, m->response, m->dns[3] & 15, true);
        drop(slot);
    }
}

static void frame(const uint8_t *at, const uint8_t *end)
{
    struct message m = {0};
    while (at < end) {
        unsigned tag = *at++;
        if ((tag & 7) == 0) {
            varint(&at);
            continue;
        }
        uint64_t n = varint(&at);
        if (tag >> 3 == 14)
            fields(at, at + n, &m);
        at += n;
    }
    messages++;
    if (m.dns)
        take(&m);
}

static void packet(const uint8_t *at, size_t len, int64_t when)
{
    const uint8_t *ip = at + 14, *udp = ip + 20, *dns = udp + 8;
    if (len < 14 + 20 + 8 + 12 || at[12] != 8 || at[13] || ip[0] != 0x45 || ip[9] != 17)
        return;
    bool response = dns[2] >> 7;
    const uint8_t *port = response ? udp + 2 : udp;
    struct message m = {.dns = dns, .dns_end = at + len, .address_len = 4};
    m.address = response ? ip + 16 : ip + 12;
    m.port = (uint32_t)port[0] << 8 | port[1];
    m.type = response ? 6 : 5;
    m.query = m.response = when;
    messages++;
    take(&m);
}

static size_t walk(const uint8_t *at, size_t n)
{
    size_t done = 0;
    while (n - done >= 4) {
        const uint8_t *p = at + done;
        size_t len = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3], head = 4;
        if (!len) { /* a control frame */
            if (n - done < 8)
                break;
            len = (size_t)p[6] << 8 | p[7];
            if (n - done < 8 + len)
                break;
            done += 8 + len;
            continue;
        }
        if (n - done < head + len)
            break;
        frame(p + head, p + head + len);
        done += head + len;
    }
    return done;
}

static size_t walk_packets(const uint8_t *at, size_t n)
{
    size_t done = 0;
    while (n - done >= 16) {
        const uint8_t *p = at + done;
        size_t len = fixed(p + 8);
        if (n - done - 16 < len)
            break;
        packet(p + 16, len, fixed(p) * INT64_C(1000000000) + fixed(p + 4) * INT64_C(1000));
        done += 16 + len;
    }
    return done;
}

int main(int argc, char **argv)
{
    static uint8_t buffer[2 * CHUNK];
    static const uint8_t pcap[4] = {0xd4, 0xc3, 0xb2, 0xa1};
    bool packets = false;
    size_t n = 0;
    lines = argc > 2 && !strcmp(argv[1], "-j");
    int file = argc > 1 ? open(argv[argc - 1], O_RDONLY) : -1;
    if (file < 0)
        return 2;
    for (ssize_t got; (got = read(file, buffer + n, CHUNK)) > 0;) {
        n += (size_t)got;
        size_t done = 0;
        if (!messages && !packets && n >= 24 && !memcmp(buffer, pcap, sizeof pcap))
            packets = true, done = 24; /* the file's header */
        done += packets ? walk_packets(buffer + done, n - done) : walk(buffer, n);
        memmove(buffer, buffer + done, n - done);
        n -= done;
        if (n > CHUNK)
            return 3; /* a frame longer than gen writes */
    }
    expire(INT64_MAX);
    printf("{\"messages\":%llu,\"sessions\":%llu,\"succeeded\":%llu,\"failed\":%llu,\"unanswered\":"
           "%llu}\n",
           (unsigned long long)messages, (unsigned long long)sessions,
           (unsigned long long)succeeded, (unsigned long long)failed,
           (unsigned long long)unanswered);
    return 0;
}
