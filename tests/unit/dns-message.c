// SPDX-License-Identifier: BSD-2-Clause
// Reading of DNS messages: whole, cut, hostile; ldns as a second opinion.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ldns/ldns.h>

#include "dns/message.h"
#include "dns/name.h"

#define HEAD(flags, qd, an, ns, ar) "\x1a\x2b" flags "\0" qd "\0" an "\0" ns "\0" ar
#define EXAMPLE "\7Example\3com\0"
#define A_IN "\0\1\0\1"

/* A query as a stub sends it. */
#define QUERY HEAD("\1\0", "\1", "\0", "\0", "\0") EXAMPLE A_IN
/* Two addresses and a CNAME with TTLs 30, 20, 25, then OPT with two extended errors. */
#define ANSWER                                                                                     \
    HEAD("\x85\x80", "\1", "\3", "\0", "\1")                                                       \
    EXAMPLE A_IN "\xc0\x0c\0\5\0\1\0\0\0\x1e\0\4\1b\xc0\x14"                                       \
                 "\xc0\x29\0\1\0\1\0\0\0\x14\0\4\xc0\0\2\1"                                        \
                 "\xc0\x29\0\x1c\0\1\0\0\0\x19\0\x10\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"        \
                 "\0\0\x29\4\xd0\1\0\0\0\0\x16"                                                    \
                 "\0\x0f\0\6\0\x16"                                                                \
                 "cat\0"                                                                           \
                 "\0\x0a\0\2\1\2"                                                                  \
                 "\0\x0f\0\2\0\x17"
/* NXDOMAIN with a SOA of TTL 3600 and MINIMUM 30. */
#define NEGATIVE                                                                                   \
    HEAD("\x85\x83", "\1", "\0", "\1", "\0")                                                       \
    EXAMPLE A_IN "\xc0\x14\0\6\0\1\0\0\x0e\x10\0\x1a\1n\0\1h\0"                                    \
                 "\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\x1e"

static struct dns_message read_octets(const char *octets, size_t len, enum dns_depth depth)
{
    struct dns_message message;
    uint8_t *wire = malloc(len + 1); /* of its size, so that a read beyond it is found */

    memset(&message, 0xee, sizeof message);
    wire = realloc(wire, len ? len : 1);
    memcpy(wire, octets, len);
    dns_read(&message, wire, len, depth);
    if (message.wire.at)
        assert_ptr_equal(message.wire.at, wire);
    free(wire);
    return message;
}
#define READ(octets, depth) read_octets(octets, sizeof(octets) - 1, depth)

static void test_query(void **state)
{
    struct dns_message message = READ(QUERY, DNS_READ_QUESTION);
    uint8_t name[256];
    size_t len = dns_name_parse("Example.com.", name);

    (void)state;
    assert_int_equal(message.reach, DNS_QUESTION);
    assert_int_equal(message.id, 0x1a2b);
    assert_int_equal(message.flags, DNS_RD);
    assert_int_equal(message.qdcount, 1);
    assert_int_equal(message.type, 1);
    assert_int_equal(message.class, 1);
    assert_int_equal(message.name_len, len);
    assert_memory_equal(message.name, name, len);
    assert_int_equal(message.name_hash, dns_name_hash(name, len));
    dns_name_lower(name, len);
    assert_int_equal(message.name_hash, dns_name_hash(name, len));
    assert_false(message.malformed || message.has_ttl);
    assert_int_equal(READ(QUERY, DNS_READ_RECORDS).reach, DNS_WHOLE);
}

static void test_answer(void **state)
{
    static const char octets[] = ANSWER;
    struct dns_message message;
    struct dns_ede edes[4];
    uint8_t addresses[4 * 16], lens[4];

    (void)state;
    dns_read(&message, octets, sizeof octets - 1, DNS_READ_RECORDS);
    assert_int_equal(message.reach, DNS_WHOLE);
    assert_false(message.malformed);
    assert_int_equal(message.flags & (DNS_QR | DNS_AA | DNS_RA | DNS_RD),
                     DNS_QR | DNS_AA | DNS_RA | DNS_RD);
    assert_int_equal(message.answers, 3);
    assert_int_equal(message.addresses, 2);
    assert_true(message.has_ttl);
    assert_int_equal(message.ttl, 20);
    assert_int_equal(message.edns_size, 1232);
    assert_int_equal(message.rcode, 16); /* BADVERS: 1 in OPT, 0 in the header */
    assert_int_equal(message.soa_minimum, UINT32_MAX);
    assert_int_equal(dns_addresses(&message, addresses, lens, 4), 2);
    assert_int_equal(lens[0], 4);
    assert_memory_equal(addresses, "\xc0\0\2\1", 4);
    assert_int_equal(lens[1], 16);
    assert_memory_equal(addresses + 4, "\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1", 16);
    assert_int_equal(dns_addresses(&message, addresses, lens, 1), 1);
    assert_int_equal(dns_addresses(&message, NULL, NULL, 0), 0);
    assert_int_equal(dns_edes(&message, edes, 4), 2);
    assert_int_equal(edes[0].code, 22);
    assert_int_equal(edes[0].text.len, 3); /* without the 0 at its end */
    assert_memory_equal(edes[0].text.at, "cat", 3);
    assert_int_equal(edes[1].code, 23);
    assert_int_equal(edes[1].text.len, 0);
    assert_int_equal(dns_edes(&message, edes, 1), 1);
}

static void test_negative(void **state)
{
    struct dns_message message = READ(NEGATIVE, DNS_READ_RECORDS);

    (void)state;
    assert_int_equal(message.reach, DNS_WHOLE);
    assert_int_equal(message.rcode, 3);
    assert_int_equal(message.soa_minimum, 30);
    assert_false(message.has_ttl || message.malformed);
}

/* Cut at every octet: as far as it goes, and nothing is called damaged that is just cut. */
static void test_cuts(void **state)
{
    static const struct {
        const char *octets;
        size_t len;
    } cases[] = {
        {QUERY, sizeof(QUERY) - 1}, {ANSWER, sizeof(ANSWER) - 1}, {NEGATIVE, sizeof(NEGATIVE) - 1}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (size_t len = 0; len < cases[i].len; len++) {
            struct dns_message message = read_octets(cases[i].octets, len, DNS_READ_RECORDS);
            enum dns_reach want = len < 12 ? DNS_NOTHING : len < 29 ? DNS_HEADER : DNS_QUESTION;

            if (i == 0 && len == 29)
                want = DNS_WHOLE;
            assert_int_equal(message.reach, want);
            assert_false(message.malformed);
            assert_int_equal(message.name_len > 0, want >= DNS_QUESTION);
            assert_int_equal(message.name_hash != 0, want >= DNS_QUESTION);
            assert_int_equal(message.type, want >= DNS_QUESTION);
            if (want >= DNS_HEADER)
                assert_int_equal(message.id, 0x1a2b);
            assert_true(message.answers <= 3 && message.addresses <= 2);
        }
    }
}

static void test_cut_lists(void **state)
{
    static const char octets[] = ANSWER;

    (void)state;
    for (size_t len = 0; len < sizeof octets; len++) {
        struct dns_message message;
        struct dns_ede edes[4];
        uint8_t addresses[4 * 16], lens[4], *wire = malloc(len ? len : 1);

        memcpy(wire, octets, len);
        dns_read(&message, wire, len, DNS_READ_RECORDS);
        assert_int_equal(dns_addresses(&message, addresses, lens, 4), message.addresses);
        assert_int_equal(dns_edes(&message, edes, 4), len >= sizeof octets - 1 ? 2 : 0);
        free(wire);
    }
}

struct hostile_case {
    const char *octets;
    size_t len;
    enum dns_reach reach;
    bool malformed;
};
#define HOSTILE(octets, reach, malformed)                                                          \
    {                                                                                              \
        octets, sizeof(octets) - 1, reach, malformed                                               \
    }
#define ONE HEAD("\1\0", "\1", "\0", "\0", "\0")
#define REPLY HEAD("\x81\x80", "\1", "\1", "\0", "\0") "\0" A_IN
#define LABEL63 "?aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void test_hostile(void **state)
{
    static const struct hostile_case cases[] = {
        HOSTILE("", DNS_NOTHING, false),
        HOSTILE(HEAD("\1\0", "\0", "\0", "\0", "\0"), DNS_WHOLE, false),
        HOSTILE(ONE, DNS_HEADER, false),
        HOSTILE(ONE "\0" A_IN, DNS_WHOLE, false),
        HOSTILE(ONE "\0" A_IN "trailing", DNS_WHOLE, false),
        HOSTILE(ONE "\xc0\x0c" A_IN, DNS_HEADER, true),         /* to itself */
        HOSTILE(ONE "\1a\xc0\x0c" A_IN, DNS_HEADER, true),      /* to its own first label */
        HOSTILE(ONE "\xc0\x20" A_IN "\1a\0", DNS_HEADER, true), /* forward */
        HOSTILE(ONE "\xff\xff" A_IN, DNS_HEADER, true),         /* beyond the end */
        HOSTILE(ONE "\xc0", DNS_HEADER, false),                 /* cut in a pointer */
        HOSTILE(ONE "\x40" A_IN, DNS_HEADER, true),             /* label types that are none */
        HOSTILE(ONE "\x80" A_IN, DNS_HEADER, true),
        HOSTILE(ONE "?abc", DNS_HEADER, false), /* a label beyond the end */
        HOSTILE(ONE LABEL63 LABEL63 LABEL63 LABEL63 "\0" A_IN, DNS_HEADER, true), /* 257 octets */
        HOSTILE(ONE LABEL63 LABEL63 LABEL63
                "=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                "\0" A_IN,
                DNS_WHOLE, false), /* 255 */
        HOSTILE(ONE LABEL63 LABEL63 LABEL63
                ">aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                "\0" A_IN,
                DNS_HEADER, true), /* 256 */
        HOSTILE(HEAD("\1\0", "\2", "\0", "\0", "\0") "\0" A_IN, DNS_QUESTION,
                false), /* counts that lie */
        HOSTILE(HEAD("\1\0", "\2", "\0", "\0", "\0") "\0" A_IN "\1a\0" A_IN, DNS_WHOLE, false),
        HOSTILE(HEAD("\1\0", "\2", "\0", "\0", "\0") "\0" A_IN "\xc0\x11" A_IN, DNS_QUESTION, true),
        HOSTILE("\0\0\0\0\0\1\xff\xff\xff\xff\xff\xff\0" A_IN, DNS_QUESTION, false),
        HOSTILE(REPLY, DNS_QUESTION, false),
        HOSTILE(REPLY "\0" A_IN "\0\0\0\1\0\4abcd", DNS_WHOLE, false),
        HOSTILE(REPLY "\0" A_IN "\0\0\0\1\0\3abc", DNS_WHOLE,
                true), /* an address of three octets */
        HOSTILE(REPLY "\0" A_IN "\0\0\0\1\xff\xff", DNS_QUESTION, false),
        HOSTILE(REPLY "\xc0\x11" A_IN "\0\0\0\1\0\4abcd", DNS_QUESTION, true), /* to itself */
        HOSTILE(HEAD("\1\0", "\0", "\0", "\0", "\1") "\0\0\x29\0\0\0\0\0\0\0\0", DNS_WHOLE, false),
        HOSTILE(HEAD("\1\0", "\0", "\0", "\0", "\1") "\1a\0\0\x29\0\0\0\0\0\0\0\0", DNS_WHOLE,
                true),
        HOSTILE(HEAD("\1\0", "\0", "\0", "\0", "\2") "\0\0\x29\0\0\0\0\0\0\0\0"
                                                     "\0\0\x29\0\0\0\0\0\0\0\0",
                DNS_WHOLE, true), /* OPT twice */
        HOSTILE(HEAD("\1\0", "\0", "\0", "\1", "\0") "\0\0\6\0\1\0\0\0\1\0\2\0\0", DNS_WHOLE, true),
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dns_message message = read_octets(cases[i].octets, cases[i].len, DNS_READ_RECORDS);

        if (message.reach != cases[i].reach || message.malformed != cases[i].malformed)
            fail_msg("case %zu: reach %d, malformed %d", i, (int)message.reach, message.malformed);
        message = read_octets(cases[i].octets, cases[i].len, DNS_READ_QUESTION);
        assert_true(message.reach <= DNS_QUESTION && message.answers == 0);
    }
}

static void test_odd_figures(void **state)
{
    struct dns_message message;

    (void)state;
    message = READ(REPLY "\0" A_IN "\xff\xff\xff\xff\0\4abcd", DNS_READ_RECORDS);
    assert_true(message.has_ttl);
    assert_int_equal(message.ttl, 0); /* the highest bit set */
    message =
        READ(HEAD("\1\0", "\0", "\0", "\0", "\1") "\0\0\x29\0\1\0\0\0\0\0\0", DNS_READ_RECORDS);
    assert_int_equal(message.edns_size, 512);
    assert_int_equal(message.name_len, 0);
    assert_int_equal(message.name_hash, 0);
    assert_int_equal(READ(HEAD("\1\0", "\0", "\0", "\0", "\0"), DNS_READ_QUESTION).reach,
                     DNS_HEADER);
}

/* A question may hold a pointer to what stands in front of it: the header's octets here. */
static void test_compressed_question(void **state)
{
    struct dns_message message = READ("\1a\0\0\0\2\0\0\0\0\0\0"
                                      "\1b\0" A_IN "\1c\xc0\x0c" A_IN,
                                      DNS_READ_QUESTION);

    (void)state;
    assert_int_equal(message.reach, DNS_QUESTION);
    assert_memory_equal(message.name, "\1b\0", 3);
    message = READ("\1a\0\0\0\1\0\0\0\0\0\0"
                   "\1b\xc0\0" A_IN,
                   DNS_READ_QUESTION);
    assert_int_equal(message.reach, DNS_QUESTION);
    assert_int_equal(message.name_len, 5);
    assert_memory_equal(message.name, "\1b\1a\0", 5);
}

/* A question after which 64 KiB of questions follow, each a pointer to the one before. */
static void test_many_pointers(void **state)
{
    enum { N = 2000 };
    static uint8_t wire[12 + 6 * N] = {0, 0, 0, 0, N >> 8, N & 255};
    struct dns_message message;

    (void)state;
    for (size_t i = 1; i < N; i++) {
        size_t target = 12 + 6 * (i - 1);

        wire[12 + 6 * i] = (uint8_t)(0xc0 | target >> 8);
        wire[13 + 6 * i] = (uint8_t)target;
    }
    wire[12] = 0xc0; /* to the header's first octet, a root label */
    dns_read(&message, wire, sizeof wire, DNS_READ_RECORDS);
    assert_int_equal(message.reach, DNS_WHOLE);
    assert_int_equal(message.name_len, 1);
}

static uint32_t next(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 8;
}

/* Where ldns takes a message, this reader does, too, with the same figures. */
static void check_against_ldns(const uint8_t *wire, size_t len)
{
    struct dns_message message;
    ldns_pkt *packet = NULL;
    uint8_t addresses[16 * 16], lens[16];
    struct dns_ede edes[8];

    dns_read(&message, wire, len, DNS_READ_RECORDS);
    assert_true(dns_addresses(&message, addresses, lens, 16) <= 16);
    dns_edes(&message, edes, 8);
    if (ldns_wire2pkt(&packet, wire, len) == LDNS_STATUS_OK && !message.malformed) {
        const ldns_rr_list *questions = ldns_pkt_question(packet);

        assert_int_equal(message.id, ldns_pkt_id(packet));
        assert_int_equal(message.rcode & 15, ldns_pkt_get_rcode(packet));
        /* ldns goes by what it finds inside a record where RDLENGTH says otherwise. */
        if (message.reach == DNS_WHOLE)
            assert_int_equal(message.answers, ldns_rr_list_rr_count(ldns_pkt_answer(packet)));
        assert_true(message.reach >= DNS_HEADER + (message.qdcount > 0));
        if (ldns_rr_list_rr_count(questions) > 0) {
            ldns_rr *question = ldns_rr_list_rr(questions, 0);
            ldns_rdf *owner = ldns_rr_owner(question);

            assert_int_equal(message.type, ldns_rr_get_type(question));
            assert_int_equal(message.class, ldns_rr_get_class(question));
            assert_int_equal(message.name_len, ldns_rdf_size(owner));
            assert_memory_equal(message.name, ldns_rdf_data(owner), message.name_len);
        }
    }
    ldns_pkt_free(packet);
}

static void test_mutated(void **state)
{
    static const struct {
        const char *octets;
        size_t len;
    } seeds[] = {
        {QUERY, sizeof(QUERY) - 1}, {ANSWER, sizeof(ANSWER) - 1}, {NEGATIVE, sizeof(NEGATIVE) - 1}};
    uint32_t seed = 20261120;

    (void)state;
    for (int i = 0; i < 60000; i++) {
        size_t which = next(&seed) % 3, len = seeds[which].len;
        uint8_t *wire;

        if (next(&seed) % 4 == 0)
            len = next(&seed) % (len + 1);
        wire = malloc(len ? len : 1);
        memcpy(wire, seeds[which].octets, len);
        for (uint32_t n = len ? next(&seed) % 4 : 0; n > 0; n--) {
            size_t at = next(&seed) % len;

            wire[at] = next(&seed) % 3 ? (uint8_t)next(&seed) : (uint8_t)(0xc0 * (next(&seed) & 1));
        }
        check_against_ldns(wire, len);
        free(wire);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_query),         cmocka_unit_test(test_answer),
        cmocka_unit_test(test_negative),      cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_cut_lists),     cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_odd_figures),   cmocka_unit_test(test_compressed_question),
        cmocka_unit_test(test_many_pointers), cmocka_unit_test(test_mutated),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
