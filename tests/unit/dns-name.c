// SPDX-License-Identifier: BSD-2-Clause
// Names in wire form.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/name.h"

#define WIRE(octets) (const uint8_t *)(octets), sizeof(octets) - 1

static void test_print(void **state)
{
    static const struct {
        const char *wire;
        size_t len;
        const char *want, *lower;
    } cases[] = {
        {"", 1, ".", "."},
        {"\3WwW\7example\3COM", 17, "WwW.example.COM.", "www.example.com."},
        {"\3a.b\1\\", 7, "a\\.b.\\\\.", "a\\.b.\\\\."},
        {"\4\0 \x7f\xff", 6, "\\000\\032\\127\\255.", "\\000\\032\\127\\255."},
        {"\5_a-@\"", 7, "_a-@\".", "_a-@\"."},
        /* damaged: as far as they go */
        {"", 0, "", ""},
        {"\3ab", 3, "ab", "ab"},
        {"\1a", 2, "a.", "a."},
        {"\1a\xc0\x0c", 4, "a.", "a."},
        {"\1a\x40zzz", 6, "a.", "a."},
    };
    struct text text = {NULL, 0, 0};

    (void)state;
    for (size_t i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        text_clear(&text);
        dns_name_print((const uint8_t *)cases[i / 2].wire, cases[i / 2].len, i % 2, &text);
        assert_string_equal(text.at ? text.at : "", i % 2 ? cases[i / 2].lower : cases[i / 2].want);
    }
    text_done(&text);
}

static void test_print_longest(void **state)
{
    uint8_t name[300];
    struct text text = {NULL, 0, 0};

    (void)state;
    memset(name, 1, sizeof name); /* labels of one octet \001 */
    dns_name_print(name, sizeof name, false, &text);
    assert_int_equal(text.len, 127 * 5);
    text_clear(&text);
    memset(name, 63, sizeof name);
    dns_name_print(name, sizeof name, false, &text);
    assert_int_equal(text.len, 3 * 64 + 62);
    text_done(&text);
}

static void test_parse(void **state)
{
#define LABEL63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    static const struct {
        const char *text;
        const char *wire;
        size_t len; /* 0: refused */
    } cases[] = {
        {".", "", 1},
        {"a", "\1a", 3},
        {"a.", "\1a", 3},
        {"Www.example.com.", "\3Www\7example\3com", 17},
        {"a\\.b", "\3a.b", 5},
        {"\\\\.\\032\\255", "\1\\\2 \xff", 6},
        {"\\000.", "\1\0", 3},
        {LABEL63, "?" LABEL63, 65},
        {"", NULL, 0},
        {"..", NULL, 0},
        {".a", NULL, 0},
        {"a..b", NULL, 0},
        {"a..", NULL, 0},
        {"a\\", NULL, 0},
        {"\\25", NULL, 0},
        {"\\256", NULL, 0},
        {"\\2x6", NULL, 0},
        {LABEL63 "a", NULL, 0},
        {LABEL63 "a.b", NULL, 0},
    };
    uint8_t wire[256];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(dns_name_parse(cases[i].text, wire), cases[i].len);
        if (cases[i].len)
            assert_memory_equal(wire, cases[i].wire, cases[i].len);
    }
}

/* 255 octets are a name, 256 are none, with and without the final dot. */
static void test_parse_longest(void **state)
{
    char text[512] = "";
    uint8_t wire[256];

    (void)state;
    for (size_t i = 0; i < 3; i++)
        memcpy(text + i * 64, LABEL63 ".", 65);
    memcpy(text + 192, LABEL63, 62);
    assert_int_equal(dns_name_parse(text, wire), 0);
    text[253] = 0; /* 61 of 63 */
    assert_int_equal(dns_name_parse(text, wire), 255);
    memcpy(text + 253, ".", 2);
    assert_int_equal(dns_name_parse(text, wire), 255);
    memcpy(text + 253, ".a", 3);
    assert_int_equal(dns_name_parse(text, wire), 0);
    memset(text, 0, sizeof text);
    for (size_t i = 0; i < 127; i++)
        memcpy(text + 2 * i, "a.", 3);
    assert_int_equal(dns_name_parse(text, wire), 255);
    memcpy(text + 254, "a.", 3);
    assert_int_equal(dns_name_parse(text, wire), 0);
}

static void test_same(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } cases[] = {
        {"example.com.", "EXAMPLE.com", true},
        {"example.com.", "example.org.", false},
        {"a.b.", "a\\.b.", false},
        {".", ".", true},
        {"a[.", "a{.", false},
        {"a@.", "a`.", false},
        {"zZ.", "Zz.", true},
        {"a.", "ab.", false},
        {"\\193.", "\\225.", false}, /* letters of ASCII alone */
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t a[256], b[256];
        size_t a_len = dns_name_parse(cases[i].a, a), b_len = dns_name_parse(cases[i].b, b);

        assert_int_equal(dns_name_same(a, a_len, b, b_len), cases[i].same);
        assert_int_equal(dns_name_hash(a, a_len) == dns_name_hash(b, b_len), cases[i].same);
        dns_name_lower(a, a_len);
        dns_name_lower(b, b_len);
        assert_int_equal(a_len == b_len && memcmp(a, b, a_len) == 0, cases[i].same);
    }
    assert_true(dns_name_same(NULL, 0, NULL, 0));
    assert_true(dns_name_hash(NULL, 0) != 0);
}

static void test_labels(void **state)
{
    static const struct {
        const char *name;
        unsigned labels, skip;
        size_t at;
    } cases[] = {
        {".", 0, 0, 0},      {".", 0, 1, 0},      {"a.", 1, 0, 0},
        {"a.", 1, 1, 2},     {"a.", 1, 9, 2},     {"www.example.com.", 3, 1, 4},
        {"a.b.c.", 3, 2, 4}, {"a.b.c.", 3, 3, 6}, {"a\\.b.c.", 2, 1, 4},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t wire[256];
        size_t len = dns_name_parse(cases[i].name, wire);

        assert_int_equal(dns_name_labels(wire, len), cases[i].labels);
        assert_int_equal(dns_name_skip(wire, len, cases[i].skip), cases[i].at);
    }
    assert_int_equal(dns_name_labels(NULL, 0), 0);
    assert_int_equal(dns_name_skip(NULL, 0, 3), 0);
    assert_int_equal(dns_name_skip(WIRE("\x3f"), 1), 0);
}

static void test_within(void **state)
{
    static const struct {
        const char *name, *zone;
        bool within;
    } cases[] = {
        {"a.cluster.local.", "CLUSTER.local.", true},
        {"cluster.local.", "cluster.local.", true},
        {"acluster.local.", "cluster.local.", false},
        {"local.", "cluster.local.", false},
        {"a.b.", ".", true},
        {".", ".", true},
        {"x\\.cluster.local.", "cluster.local.", false},
        {"cluster.local.com.", "cluster.local.", false},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t name[256], zone[256];
        size_t len = dns_name_parse(cases[i].name, name);
        size_t zone_len = dns_name_parse(cases[i].zone, zone);

        assert_int_equal(dns_name_within(name, len, zone, zone_len), cases[i].within);
    }
    assert_false(dns_name_within(NULL, 0, NULL, 0));
    assert_false(dns_name_within(WIRE("\x3f"
                                      "abc"),
                                 WIRE("\1c")));
}

/* What is printed is read as the same name again, whatever its octets. */
static void test_round(void **state)
{
    uint32_t seed = 5;
    struct text text = {NULL, 0, 0};

    (void)state;
    for (int i = 0; i < 5000; i++) {
        uint8_t wire[256], again[256];
        size_t len = 0, labels;

        seed = seed * 1664525 + 1013904223;
        labels = seed >> 29;
        for (size_t j = 0; j < labels; j++) {
            seed = seed * 1664525 + 1013904223;
            wire[len] = (uint8_t)(1 + (seed >> 20) % 30);
            for (size_t k = wire[len++]; k > 0; k--) {
                seed = seed * 1664525 + 1013904223;
                wire[len++] = (uint8_t)(seed >> 24);
            }
        }
        wire[len++] = 0;
        text_clear(&text);
        dns_name_print(wire, len, false, &text);
        assert_int_equal(dns_name_parse(text.at, again), len);
        assert_memory_equal(wire, again, len);
    }
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print),  cmocka_unit_test(test_print_longest),
        cmocka_unit_test(test_parse),  cmocka_unit_test(test_parse_longest),
        cmocka_unit_test(test_same),   cmocka_unit_test(test_labels),
        cmocka_unit_test(test_within), cmocka_unit_test(test_round),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
