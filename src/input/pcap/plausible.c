// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/plausible.h"

#include "input/pcap/octets.h"

enum {
    QUESTION_LEAST = 5, /* the root, type and class */
    RECORD_LEAST = 11,  /* the root, type, class, TTL and RDLENGTH */
    OPCODE_UPDATE = 5,
    LENGTH = 2, /* in front of a message over TCP */
    Z_BIT = 0x0040,
    CLASS_IN = 1, CLASS_CH = 3, CLASS_HS = 4, CLASS_NONE = 254, CLASS_ANY = 255,
};

/* Query, inverse query, status, notify, update, stateful operations (IANA DNS parameters). */
static bool opcode_assigned(uint16_t flags)
{
    return DNS_OPCODE(flags) <= 6 && DNS_OPCODE(flags) != 3;
}

/* Whether the smallest questions and records of these numbers have room in SIZE octets. */
static bool counts_fit(uint32_t questions, uint32_t records, uint32_t size)
{
    return size >= PLAUSIBLE_HEADER &&
           (uint64_t)questions * QUESTION_LEAST + (uint64_t)records * RECORD_LEAST <=
               size - PLAUSIBLE_HEADER;
}

bool plausible_header(struct slice dns, uint32_t size)
{
    struct bytes bytes = bytes_of(dns.at, dns.len);
    const uint8_t *at = bytes_cut(&bytes, PLAUSIBLE_HEADER);
    uint32_t questions, records;

    if (!at || !opcode_assigned(octets_16(at + 2)))
        return false;
    questions = octets_16(at + 4);
    records = (uint32_t)octets_16(at + 6) + octets_16(at + 8) + octets_16(at + 10);
    /* Servers that cut an answer may leave the counts as they were, so a question is enough. */
    return questions == 1 || counts_fit(questions, records, size);
}

bool plausible_message(const struct dns_message *message, uint32_t size)
{
    uint32_t records = (uint32_t)message->ancount + message->nscount + message->arcount;

    if (message->reach == DNS_NOTHING || !opcode_assigned(message->flags))
        return false;
    if (counts_fit(message->qdcount, records, size))
        return true;
    return message->qdcount == 1 &&
           (message->reach >= DNS_QUESTION ||
            (message->wire.len < size && !message->malformed)); /* cut inside the question */
}

static bool class_sane(uint16_t class)
{
    return class == CLASS_IN || class == CLASS_CH || class == CLASS_HS || class == CLASS_NONE ||
           class == CLASS_ANY;
}

/* One question and records that can be read to the last octet. */
static bool reads_whole(struct slice dns)
{
    struct dns_message message;

    dns_read(&message, dns.at, dns.len, DNS_READ_RECORDS);
    return message.reach == DNS_WHOLE && !message.malformed && message.type != 0 &&
           class_sane(message.class) &&
           ((uint32_t)message.ancount + message.nscount + message.arcount > 0 ||
            message.records.len == 0);
}

/* Almost everything that is no DNS stops here, after a look at eight octets. */
static const uint8_t *one_question(struct slice dns, uint16_t qr)
{
    struct bytes bytes = bytes_of(dns.at, dns.len);
    const uint8_t *at = bytes_cut(&bytes, PLAUSIBLE_HEADER);
    uint16_t flags;

    if (!at || octets_16(at + 4) != 1)
        return NULL;
    flags = octets_16(at + 2);
    if ((flags & DNS_QR) != qr || (flags & Z_BIT) != 0 || DNS_OPCODE(flags) > OPCODE_UPDATE ||
        !opcode_assigned(flags))
        return NULL;
    return at;
}

bool plausible_query(struct slice dns)
{
    const uint8_t *at = one_question(dns, 0);

    if (!at)
        return false;
    /* A plain query has no answers, and OPT and a signature behind the question at most. */
    if (DNS_OPCODE(octets_16(at + 2)) == 0 && (octets_32(at + 6) != 0 || octets_16(at + 10) > 2))
        return false;
    return reads_whole(dns);
}

bool plausible_response(struct slice dns)
{
    return one_question(dns, DNS_QR) && reads_whole(dns);
}

bool plausible_start(struct slice segment)
{
    struct bytes bytes = bytes_of(segment.at, segment.len);
    const uint8_t *at = bytes_cut(&bytes, LENGTH);
    struct dns_message message;
    struct slice dns;
    uint32_t size;

    if (!at)
        return false;
    size = octets_16(at);
    dns = bytes_slice(&bytes, bytes_left(&bytes) < size ? bytes_left(&bytes) : size);
    if (dns.len < PLAUSIBLE_HEADER)
        return size >= PLAUSIBLE_HEADER && dns.len == 0 && segment.len == LENGTH;
    if (!plausible_header(dns, size))
        return false;
    dns_read(&message, dns.at, dns.len, DNS_READ_QUESTION);
    return !message.malformed && plausible_message(&message, size) &&
           (message.qdcount == 0 || class_sane(message.class) || message.reach == DNS_HEADER);
}
