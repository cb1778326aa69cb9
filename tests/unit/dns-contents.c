// SPDX-License-Identifier: BSD-2-Clause
// The records of a message as text: whole, cut, hostile, unknown.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/limits.h"
#include "dns/contents.h"

#define HEAD(flags, qd, an, ns, ar) "\x1a\x2b" flags "\0" qd "\0" an "\0" ns "\0" ar
#define QUESTION "\7Example\3com\0\0\1\0\1"
#define AT_NAME "\xc0\x0c"
#define TTL "\0\0\0\x1e"
#define OPT "\0\0\x29\4\xd0\0\0\0\0\0\0"

// Read from a place of its size, so that a read beyond it is found.
static const char *told(const char *octets, size_t len, enum dns_section section, size_t i,
                        struct text *text)
{
    struct dns_message message;
    uint8_t *wire = malloc(len > 0 ? len : 1);

    memcpy(wire, octets, len);
    dns_read(&message, wire, len, DNS_READ_RECORDS);
    text_clear(text);
    dns_contents_print(&message, section, i, text);
    free(wire);
    return text->len > 0 ? text->at : "";
}

static size_t count(const char *octets, size_t len, enum dns_section section)
{
    struct dns_message message;
    dns_read(&message, octets, len, DNS_READ_RECORDS);
    return dns_contents(&message, section);
}

#define TOLD(octets, section, i) told(octets, sizeof(octets) - 1, section, i, &text)
#define COUNT(octets, section) count(octets, sizeof(octets) - 1, section)

static void test_sections(void **state)
{
    static const char octets[] = HEAD("\x85\x80", "\1", "\3", "\1", "\3") QUESTION AT_NAME
        "\0\5\0\1" TTL "\0\4\1b\xc0\x14"                                        // CNAME
        "\xc0\x29\0\1\0\1" TTL "\0\4\xc0\0\2\1"                                 // A
        "\xc0\x29\0\x1c\0\1" TTL "\0\x10\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1" // AAAA
        AT_NAME "\0\2\0\1" TTL "\0\5\2ns\xc0\x0c"                               // NS
        "\xc0\x0c\0\1\0\1" TTL "\0\4\xc0\0\2\2"                                 // A
        OPT "\xc0\x0c\0\x10\0\1" TTL "\0\6\5a\"b\\\1";                          // OPT, TXT
    struct text text = {0};
    (void)state;
    assert_int_equal(COUNT(octets, DNS_ANSWER), 3);
    assert_int_equal(COUNT(octets, DNS_AUTHORITY), 1);
    assert_int_equal(COUNT(octets, DNS_ADDITIONAL), 2);
    assert_string_equal(TOLD(octets, DNS_ANSWER, 0), "Example.com. 30 IN CNAME b.com.");
    assert_string_equal(TOLD(octets, DNS_ANSWER, 1), "b.com. 30 IN A 192.0.2.1");
    assert_string_equal(TOLD(octets, DNS_ANSWER, 2), "b.com. 30 IN AAAA 2001:db8::1");
    assert_string_equal(TOLD(octets, DNS_ANSWER, 3), "");
    assert_string_equal(TOLD(octets, DNS_AUTHORITY, 0), "Example.com. 30 IN NS ns.Example.com.");
    assert_string_equal(TOLD(octets, DNS_ADDITIONAL, 0), "Example.com. 30 IN A 192.0.2.2");
    assert_string_equal(TOLD(octets, DNS_ADDITIONAL, 1),
                        "Example.com. 30 IN TXT \"a\\\"b\\\\\\001\"");
    assert_string_equal(TOLD(octets, DNS_ADDITIONAL, 2), "");
    text_done(&text);
}

#define ONE(record) HEAD("\x81\x80", "\1", "\1", "\0", "\0") QUESTION record

static void test_kinds(void **state)
{
    static const struct {
        const char *record;
        size_t len;
        const char *text;
    } cases[] = {
#define CASE(record, text) {ONE(record), sizeof(ONE(record)) - 1, text}
        CASE(AT_NAME "\0\x21\0\1" TTL "\0\x0f\0\1\0\2\0\x35\6target\xc0\x14",
             "Example.com. 30 IN SRV 1 2 53 target.com."),
        CASE(AT_NAME
             "\0\6\0\1\0\0\x0e\x10\0\x1a\1n\0\1h\0\0\0\0\1\0\0\0\2\0\0\0\3\0\0\0\4\0\0\0\x1e",
             "Example.com. 3600 IN SOA n. h. 1 2 3 4 30"),
        CASE(AT_NAME "\0\x0f\0\1" TTL "\0\7\0\x0a\2mx\xc0\x14", "Example.com. 30 IN MX 10 mx.com."),
        // of a type that nobody knows, and of a class
        CASE(AT_NAME "\xff\x78\0\1" TTL "\0\2\x0a\x0b", "Example.com. 30 IN TYPE65400 \\# 2 0a0b"),
        CASE(AT_NAME "\0\1\1\x2c" TTL "\0\4\xc0\0\2\1", "Example.com. 30 CLASS300 A 192.0.2.1"),
        // an AAAA record may hold a mapped address
        CASE(AT_NAME "\0\x1c\0\1" TTL "\0\x10\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\2\1",
             "Example.com. 30 IN AAAA ::ffff:192.0.2.1"),
        // names with octets that stand for something else
        CASE("\5a.\\\1z\0\0\2\0\1" TTL "\0\4\2\xff.\0", "a\\.\\\\\\001z. 30 IN NS \\255\\.."),
        // without data, as an UPDATE has them
        CASE(AT_NAME "\0\1\0\xff\0\0\0\0\0\0", "Example.com. 0 ANY A"),
        // names in the data that are none, or that lead nowhere: as octets
        CASE(AT_NAME "\0\5\0\1" TTL "\0\2\xc0\xff", "Example.com. 30 IN CNAME \\# 2 c0ff"),
        CASE(AT_NAME "\0\5\0\1" TTL "\0\2\xc0\x29", "Example.com. 30 IN CNAME \\# 2 c029"),
        CASE(AT_NAME "\0\x0f\0\1" TTL "\0\1\0", "Example.com. 30 IN MX \\# 1 00"),
        CASE(AT_NAME "\0\x10\0\1" TTL "\0\2\xff\x61", "Example.com. 30 IN TXT \\# 2 ff61"),
        CASE("\xc0\x02\0\x10\0\1" TTL "\0\2\1a", "(damaged name) 30 IN TXT \\# 2 0161"),
    };
    struct text text = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(told(cases[i].record, cases[i].len, DNS_ANSWER, 0, &text),
                            cases[i].text);
    text_done(&text);
}

// What is there of a cut message is told, of a damaged one nothing.
static void test_cut(void **state)
{
    static const char octets[] = HEAD("\x81\x80", "\1", "\2", "\0", "\1") QUESTION AT_NAME
        "\0\1\0\1" TTL "\0\4\xc0\0\2\1" AT_NAME "\0\5\0\1" TTL "\0\4\1b\xc0\x14" OPT;
    static const char twice[] = HEAD("\x81\x80", "\1", "\1", "\0", "\2") QUESTION AT_NAME
        "\0\1\0\1" TTL "\0\4\xc0\0\2\1" OPT OPT;
    struct text text = {0};
    (void)state;
    for (size_t len = 0; len < sizeof octets; len++) {
        size_t n = len >= 61 ? 2 : len >= 45;
        assert_int_equal(count(octets, len, DNS_ANSWER), n);
        assert_string_equal(told(octets, len, DNS_ANSWER, 0, &text),
                            n > 0 ? "Example.com. 30 IN A 192.0.2.1" : "");
        assert_string_equal(told(octets, len, DNS_ANSWER, 1, &text),
                            n > 1 ? "Example.com. 30 IN CNAME b.com." : "");
        assert_int_equal(count(octets, len, DNS_AUTHORITY), 0);
        assert_int_equal(count(octets, len, DNS_ADDITIONAL), 0);
    }
    assert_int_equal(COUNT(twice, DNS_ANSWER), 0);
    assert_string_equal(TOLD(twice, DNS_ANSWER, 0), "");
    text_done(&text);
}

// A header may promise, and a message hold, more than is told.
static void test_many(void **state)
{
    static const char record[] = AT_NAME "\0\1\0\1" TTL "\0\4\xc0\0\2\1";
    static const char head[] = "\x1a\x2b\x81\x80\0\1\x10\0\0\1\0\0" QUESTION;
    struct text wire = {0}, text = {0};
    (void)state;
    text_add(&wire, head, sizeof head - 1);
    for (int i = 0; i < 4096 + 1; i++)
        text_add(&wire, record, sizeof record - 1);
    assert_int_equal(count(wire.at, wire.len, DNS_ANSWER), LIMIT_CONTENTS);
    assert_string_equal(told(wire.at, wire.len, DNS_ANSWER, LIMIT_CONTENTS - 1, &text),
                        "Example.com. 30 IN A 192.0.2.1");
    assert_int_equal(count(wire.at, wire.len, DNS_AUTHORITY), 1);
    assert_string_equal(told(wire.at, wire.len, DNS_AUTHORITY, 0, &text),
                        "Example.com. 30 IN A 192.0.2.1");
    text_done(&wire);
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sections),
                                       cmocka_unit_test(test_kinds), cmocka_unit_test(test_cut),
                                       cmocka_unit_test(test_many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
