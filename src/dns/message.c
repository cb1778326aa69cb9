// SPDX-License-Identifier: BSD-2-Clause
#include "dns/message.h"

#include <stddef.h>

#include "base/limits.h"
#include "base/memory.h"
#include "dns/name.h"

enum {
    HEADER_OCTETS = 12,
    QUESTION_OCTETS = 4, /* type and class behind the name */
    RECORD_OCTETS = 10,  /* type, class, TTL and RDLENGTH behind the name */
    POINTER = 0xc0,
    CLASS_IN = 1,
    TYPE_A = 1,
    TYPE_SOA = 6,
    TYPE_AAAA = 28,
    TYPE_OPT = 41,
    OPTION_EDE = 15,
    EDNS_SIZE_LEAST = 512, /* RFC 6891 section 6.2.3: smaller ones mean 512 */
};

/* Inlined everywhere, so that the walk can stay in registers. */
#define ALWAYS __attribute__((always_inline)) static inline

static inline uint16_t be16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t be32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* A place in a message and what went wrong there. */
struct walk {
    const uint8_t *wire;
    size_t len, at;
    bool malformed;
};

ALWAYS size_t malformed(struct walk *walk)
{
    walk->malformed = true;
    return 0;
}

/* Steps over labels; returns the place of the first octet that is no label's length, or one behind
 * the end. */
ALWAYS size_t labels_end(const uint8_t *wire, size_t len, size_t at)
{
    for (size_t n; at < len && (n = wire[at]) - 1 < 63;)
        at += n + 1;
    return at;
}

/* Continues the name that begins where WALK stands with the labels that the pointer at AT leads to.
 * Every pointer must lead in front of the labels that it stands behind (RFC 1035 section 4.1.4: "a
 * prior occurrence"), so there are no loops.  *BAD: it is damaged, not just cut. */
static size_t follow(struct walk walk, size_t at, uint8_t *name, bool *bad)
{
    size_t first = walk.at, have = at - first;

    *bad = true;
    for (int jumps = 0;; jumps++) {
        size_t target, n = 0;

        if (at + 1 >= walk.len)
            break;
        target = (size_t)(walk.wire[at] & ~POINTER) << 8 | walk.wire[at + 1];
        if (target >= first || jumps == LIMIT_NAME_JUMPS)
            return 0;
        first = target;
        at = labels_end(walk.wire, walk.len, first);
        if (at >= walk.len)
            break;
        n = walk.wire[at];
        if (n > 0 && n < POINTER)
            return 0;
        if (have + (at - first) + 1 > DNS_NAME_MAX)
            return 0;
        memory_copy(name + have, walk.wire + first, at - first);
        have += at - first;
        if (n == 0) {
            name[have++] = 0;
            *bad = false;
            return have;
        }
    }
    *bad = false;
    return 0;
}

/* Copies the name that stands here, uncompressed, into NAME and steps behind it.  Returns its
 * octets; 0 where it is cut or damaged. */
ALWAYS size_t read_name(struct walk *walk, uint8_t name[DNS_NAME_MAX + 1])
{
    const uint8_t *wire = walk->wire;
    size_t first = walk->at, at = labels_end(wire, walk->len, first), n;
    bool bad;

    if (at - first >= DNS_NAME_MAX)
        return malformed(walk);
    if (at >= walk->len)
        return 0;
    n = wire[at];
    if (n == 0) {
        walk->at = at + 1;
        bytes_copy(name, wire + first, at + 1 - first);
        return at + 1 - first;
    }
    if (n < POINTER)
        return malformed(walk);
    bytes_copy(name, wire + first, at - first);
    n = follow(*walk, at, name, &bad);
    walk->malformed |= bad;
    walk->at = at + 2;
    return n;
}

/* Steps behind a name without looking where its pointer leads; false where it is cut or damaged. */
ALWAYS bool skip_name(struct walk *walk)
{
    size_t first = walk->at, at = labels_end(walk->wire, walk->len, first), n;

    if (at - first >= DNS_NAME_MAX)
        return malformed(walk);
    if (at >= walk->len)
        return false;
    n = walk->wire[at];
    if (n >= POINTER && at + 1 >= walk->len)
        return false;
    if (n > 0 && (n < POINTER || ((size_t)(n & 63) << 8 | walk->wire[at + 1]) >= first))
        return malformed(walk);
    walk->at = at + (n > 0 ? 2 : 1);
    return true;
}

struct record {
    uint16_t type, class, rdlength;
    uint32_t ttl;
    bool of_root;
    const uint8_t *rdata;
};

/* The record that stands here; false where it is cut or damaged. */
ALWAYS bool next_record(struct walk *walk, struct record *record)
{
    size_t first = walk->at;
    const uint8_t *at;

    if (!skip_name(walk) || walk->len - walk->at < RECORD_OCTETS)
        return false;
    at = walk->wire + walk->at;
    record->of_root = walk->wire[first] == 0;
    record->type = be16(at);
    record->class = be16(at + 2);
    record->ttl = be32(at + 4);
    record->rdlength = be16(at + 8);
    record->rdata = at + RECORD_OCTETS;
    walk->at += RECORD_OCTETS;
    if (walk->len - walk->at < record->rdlength)
        return false;
    walk->at += record->rdlength;
    return true;
}

static bool is_address(const struct record *record)
{
    return (record->type == TYPE_A && record->rdlength == 4) ||
           (record->type == TYPE_AAAA && record->rdlength == 16);
}

/* RFC 2181 section 8: a TTL with its highest bit set means 0. */
static uint32_t ttl_of(uint32_t ttl)
{
    return ttl > INT32_MAX ? 0 : ttl;
}

static void take_answer(struct dns_message *message, const struct record *record)
{
    uint32_t ttl = ttl_of(record->ttl);

    message->answers++;
    if (!message->has_ttl || ttl < message->ttl)
        message->ttl = ttl;
    message->has_ttl = true;
    if (is_address(record))
        message->addresses++;
    else if (record->class == CLASS_IN && (record->type == TYPE_A || record->type == TYPE_AAAA))
        message->malformed = true;
}

static void take_soa(struct dns_message *message, const struct record *record)
{
    uint32_t minimum;

    if (record->rdlength < 22) {                         /* two names and five numbers */
        message->malformed |= record->class == CLASS_IN; /* an UPDATE may have empty ones */
        return;
    }
    minimum = be32(record->rdata + record->rdlength - 4);
    if (ttl_of(record->ttl) < minimum)
        minimum = ttl_of(record->ttl);
    if (minimum < message->soa_minimum)
        message->soa_minimum = minimum;
}

/* RFC 6891 section 6.1: the requestor's size in CLASS, eight bits of the rcode in front of TTL. */
static void take_opt(struct dns_message *message, const struct record *record)
{
    if (message->edns_size || !record->of_root) {
        message->malformed = true;
        return;
    }
    message->edns_size = record->class < EDNS_SIZE_LEAST ? EDNS_SIZE_LEAST : record->class;
    message->edns_octets = record->rdlength;
    message->rcode = (uint16_t)(message->rcode | (record->ttl >> 24) << 4);
}

/* All records from AT on. */
__attribute__((noinline)) static void read_records(struct dns_message *message, size_t at)
{
    struct walk walk = {.wire = message->wire.at, .len = message->wire.len, .at = at};
    uint32_t authority = message->ancount, additional = authority + message->nscount;
    uint32_t total = additional + message->arcount;

    for (uint32_t i = 0; i < total; i++) {
        struct record record;

        if (i == LIMIT_RECORDS || !next_record(&walk, &record)) {
            message->malformed |= walk.malformed;
            return;
        }
        if (i < authority)
            take_answer(message, &record);
        else if (i < additional && record.type == TYPE_SOA)
            take_soa(message, &record);
        else if (i >= additional && record.type == TYPE_OPT)
            take_opt(message, &record);
    }
    message->reach = DNS_WHOLE;
}

/* The first question into MESSAGE; false where it is cut or damaged. */
ALWAYS bool read_question(struct dns_message *message, struct walk *walk)
{
    const uint8_t *sent = walk->wire + walk->at, *name = message->name;
    size_t len = read_name(walk, message->name);

    if (len == 0 || walk->len - walk->at < QUESTION_OCTETS)
        return false;
    /* Without a pointer (two octets that stand for one, or for three and more) the name stands in
     * the wire as it is; reading it there does not have to wait for the copy. */
    if (sent + len == walk->wire + walk->at)
        name = sent;
    message->name_len = (uint8_t)len;
    message->name_hash = dns_name_hash(name, len);
    message->type = be16(walk->wire + walk->at);
    message->class = be16(walk->wire + walk->at + 2);
    message->reach = DNS_QUESTION;
    walk->at += QUESTION_OCTETS;
    return true;
}

ALWAYS bool skip_question(struct walk *walk)
{
    if (!skip_name(walk) || walk->len - walk->at < QUESTION_OCTETS)
        return false;
    walk->at += QUESTION_OCTETS;
    return true;
}

/* The first question into MESSAGE, the others passed over.  Returns where the records begin; 0
 * where a question is cut or damaged. */
ALWAYS size_t read_questions(struct dns_message *message, const uint8_t *wire, size_t len)
{
    struct walk walk = {.wire = wire, .len = len, .at = HEADER_OCTETS};
    bool good = message->qdcount == 0 || read_question(message, &walk);

    for (uint32_t i = 1; good && i < message->qdcount; i++)
        good = skip_question(&walk);
    message->malformed = walk.malformed;
    return good ? walk.at : 0;
}

/* All but the name, whose octets say nothing while name_len is 0. */
ALWAYS void clear(struct dns_message *message, const uint8_t *wire, size_t len)
{
    message->reach = DNS_NOTHING;
    message->id = message->flags = message->rcode = 0;
    message->qdcount = message->ancount = message->nscount = message->arcount = 0;
    message->malformed = false;
    message->type = message->class = message->edns_size = message->edns_octets = 0;
    message->name_len = 0;
    message->name_hash = 0;
    message->name[0] = 0;
    message->has_ttl = false;
    message->ttl = 0;
    message->soa_minimum = UINT32_MAX;
    message->answers = message->addresses = 0;
    message->records = (struct slice){NULL, 0};
    message->wire = (struct slice){wire, len};
}

void dns_read(struct dns_message *message, const void *wire, size_t len, enum dns_depth depth)
{
    const uint8_t *octet = wire;
    size_t at;

    clear(message, octet, len);
    if (len < HEADER_OCTETS)
        return;
    message->reach = DNS_HEADER;
    message->id = be16(octet);
    message->flags = be16(octet + 2);
    message->rcode = message->flags & 15;
    message->qdcount = be16(octet + 4);
    message->ancount = be16(octet + 6);
    message->nscount = be16(octet + 8);
    message->arcount = be16(octet + 10);
    at = read_questions(message, octet, len);
    if (at == 0)
        return;
    message->records = (struct slice){octet + at, len - at};
    if (depth == DNS_READ_RECORDS)
        read_records(message, at);
}

/* A walk that stands in front of MESSAGE's first record. */
static struct walk walk_records(const struct dns_message *message)
{
    struct walk walk = {
        .wire = message->wire.at, .len = message->wire.len, .at = message->wire.len};

    if (message->records.at)
        walk.at = message->wire.len - message->records.len;
    return walk;
}

unsigned dns_addresses(const struct dns_message *message, uint8_t *octets, uint8_t *lens,
                       unsigned max)
{
    struct walk walk = walk_records(message);
    struct record record;
    unsigned n = 0;

    for (uint32_t i = 0; i < message->ancount && i < LIMIT_RECORDS && n < max; i++) {
        if (!next_record(&walk, &record))
            break;
        if (!is_address(&record))
            continue;
        memory_copy(octets, record.rdata, record.rdlength);
        octets += record.rdlength;
        lens[n++] = (uint8_t)record.rdlength;
    }
    return n;
}

/* The extended errors among the options of an OPT record (RFC 8914 section 2). */
static unsigned read_options(struct bytes options, struct dns_ede *edes, unsigned max)
{
    unsigned n = 0;

    while (n < max && bytes_left(&options) >= 4) {
        uint16_t code = bytes_be16(&options);
        struct bytes option = bytes_take(&options, bytes_be16(&options));

        if (option.bad || code != OPTION_EDE || bytes_left(&option) < 2)
            continue;
        edes[n].code = bytes_be16(&option);
        edes[n].text = bytes_slice(&option, bytes_left(&option));
        while (edes[n].text.len > 0 && edes[n].text.at[edes[n].text.len - 1] == 0)
            edes[n].text.len--; /* some senders end it as a C string */
        n++;
    }
    return n;
}

unsigned dns_edes(const struct dns_message *message, struct dns_ede *edes, unsigned max)
{
    uint32_t additional = (uint32_t)message->ancount + message->nscount;
    uint32_t total = additional + message->arcount;
    struct walk walk = walk_records(message);
    struct record record;

    for (uint32_t i = 0; i < total && i < LIMIT_RECORDS; i++) {
        if (!next_record(&walk, &record))
            break;
        if (i >= additional && record.type == TYPE_OPT)
            return read_options(bytes_of(record.rdata, record.rdlength), edes, max);
    }
    return 0;
}

bool dns_next_record(const struct dns_message *message, struct dns_walk *walk,
                     struct dns_record *record)
{
    uint32_t authority = message->ancount, additional = authority + message->nscount;
    struct walk here = walk_records(message);
    struct record found;

    if (walk->n > 0)
        here.at = walk->at;
    record->at = here.at;
    if (walk->n >= additional + message->arcount || walk->n >= LIMIT_RECORDS ||
        !next_record(&here, &found))
        return false;
    record->section = walk->n < authority    ? DNS_ANSWER
                      : walk->n < additional ? DNS_AUTHORITY
                                             : DNS_ADDITIONAL;
    record->type = found.type;
    record->class = found.class;
    record->ttl = found.ttl;
    record->rdata = (struct slice){found.rdata, found.rdlength};
    record->end = here.at;
    walk->at = here.at;
    walk->n++;
    return true;
}

size_t dns_record_name(const struct dns_message *message, const struct dns_record *record,
                       uint8_t name[DNS_NAME_MAX + 1])
{
    struct walk walk = {.wire = message->wire.at, .len = message->wire.len, .at = record->at};

    return read_name(&walk, name);
}
