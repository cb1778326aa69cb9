// SPDX-License-Identifier: BSD-2-Clause
#ifndef DNS_MESSAGE_H
#define DNS_MESSAGE_H
/*
 * What one DNS message says (RFC 1035 section 4, EDNS: RFC 6891, extended errors: RFC 8914), read
 * from bytes that may be cut or hostile, as far as they go.  No pointer but the lent ones into the
 * wire, no allocation, no recursion.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

#define DNS_NAME_MAX 255

enum { /* flags word of the header */
    DNS_QR = 0x8000, DNS_AA = 0x0400, DNS_TC = 0x0200, DNS_RD = 0x0100, DNS_RA = 0x0080,
    DNS_AD = 0x0020, DNS_CD = 0x0010,
};
#define DNS_OPCODE(flags) (((flags) >> 11) & 15)

enum dns_reach { /* how far the message could be read */
    DNS_NOTHING,  /* not even twelve octets */
    DNS_HEADER,   /* id, flags, rcode, counts */
    DNS_QUESTION, /* and name, type, class of the first question */
    DNS_WHOLE,    /* and every record that the counts promise (or those that were asked for) */
};

struct dns_message {
    enum dns_reach reach;
    uint16_t id, flags;
    uint16_t rcode; /* 12 bits: header's four and, where the OPT record was read, EDNS's eight */
    uint16_t qdcount, ancount, nscount, arcount;
    bool malformed;    /* something contradicts itself (a loop of pointers, a label over 63 …), not just cut */
    uint16_t type, class; /* of the first question; 0 without */
    uint16_t edns_size;   /* 0: no OPT record seen */
    uint16_t edns_octets; /* of its options */
    uint8_t name_len;     /* wire octets, root label included; 0: no question */
    uint32_t name_hash;   /* of the lower-cased wire name; 0 without */
    uint8_t name[DNS_NAME_MAX + 1]; /* uncompressed wire form, case as sent */
    /* from the records, where they were asked for */
    bool has_ttl;
    uint32_t ttl;         /* smallest of the answer section */
    uint32_t soa_minimum; /* of the authority section's SOA: min(ttl, MINIMUM) (RFC 2308); UINT32_MAX without */
    uint16_t answers;     /* records of the answer section that could be read */
    uint16_t addresses;   /* A and AAAA among them */
    struct slice records; /* the wire from the answer section on, lent, for dns_next_address/ede */
    struct slice wire;    /* the whole message, lent */
};

enum dns_depth { DNS_READ_QUESTION, DNS_READ_RECORDS };

/* Reads WIRE into MESSAGE (all of it is set).  DNS_READ_QUESTION stops behind the question. */
void dns_read(struct dns_message *message, const void *wire, size_t len, enum dns_depth depth);
/* Copies the A/AAAA addresses of the answer section, in order, at most MAX, 4 or 16 octets each,
 * behind one another into OCTETS (room for 16 * MAX) with their lengths in LENS.  Returns how many. */
unsigned dns_addresses(const struct dns_message *message, uint8_t *octets, uint8_t *lens, unsigned max);
struct dns_ede {
    uint16_t code;
    struct slice text; /* lent; UTF-8 by RFC 8914, but nobody vouches for it */
};
/* The extended DNS errors of the OPT record, at most MAX.  Returns how many. */
unsigned dns_edes(const struct dns_message *message, struct dns_ede *edes, unsigned max);

enum dns_section { DNS_ANSWER, DNS_AUTHORITY, DNS_ADDITIONAL };
struct dns_record {
    enum dns_section section;
    uint16_t type, class;
    uint32_t ttl;
    struct slice rdata; /* lent; names in it may be compressed */
    size_t at, end;     /* its octets in the message */
};
/* A walk over the records; all 0: it stands in front of the first. */
struct dns_walk {
    uint32_t n;
    size_t at;
};
/* The next record of MESSAGE; false behind the last, and where the message is cut or damaged. */
bool dns_next_record(const struct dns_message *message, struct dns_walk *walk,
                     struct dns_record *record);
/* The name of a record, uncompressed.  Returns its octets; 0 where it is damaged. */
size_t dns_record_name(const struct dns_message *message, const struct dns_record *record,
                       uint8_t name[DNS_NAME_MAX + 1]);

#endif
