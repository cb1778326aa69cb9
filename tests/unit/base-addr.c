// SPDX-License-Identifier: BSD-2-Clause
// Addresses and ports.
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/addr.h"

static struct endpoint make(const char *text, uint16_t port)
{
    uint8_t octets[16];

    if (inet_pton(AF_INET, text, octets) == 1)
        return endpoint_of(octets, 4, port);
    assert_int_equal(inet_pton(AF_INET6, text, octets), 1);
    return endpoint_of(octets, 16, port);
}

static void test_print(void **state)
{
    static const struct {
        const char *in;
        uint16_t port;
        const char *addr, *whole;
    } cases[] = {
        {"10.244.1.7", 53, "10.244.1.7", "10.244.1.7:53"},
        {"0.0.0.0", 65535, "0.0.0.0", "0.0.0.0:65535"},
        {"255.255.255.255", 0, "255.255.255.255", "255.255.255.255"},
        {"2001:db8::1", 53, "2001:db8::1", "[2001:db8::1]:53"},
        {"2001:db8::1", 0, "2001:db8::1", "2001:db8::1"},
        {"::", 1, "::", "[::]:1"},
        {"::1", 1, "::1", "[::1]:1"},
        {"1::", 1, "1::", "[1::]:1"},
        {"2001:db8:0:1:1:1:1:1", 1, "2001:db8:0:1:1:1:1:1", "[2001:db8:0:1:1:1:1:1]:1"},
        {"2001:db8:0:0:1:0:0:1", 1, "2001:db8::1:0:0:1", "[2001:db8::1:0:0:1]:1"},
        {"2001:0:0:1:0:0:0:1", 1, "2001:0:0:1::1", "[2001:0:0:1::1]:1"},
        {"0:0:1:2:3:4:5:6", 1, "::1:2:3:4:5:6", "[::1:2:3:4:5:6]:1"},
        {"1:2:3:4:5:6:0:0", 1, "1:2:3:4:5:6::", "[1:2:3:4:5:6::]:1"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 65535,
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535"},
        {"::ffff:10.0.0.1", 53, "10.0.0.1", "10.0.0.1:53"}, /* one form a host */
        {"::10.0.0.1", 53, "::a00:1", "[::a00:1]:53"},
    };
    char text[ADDR_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct endpoint end = make(cases[i].in, cases[i].port);

        assert_int_equal(endpoint_print_addr(&end, text), strlen(cases[i].addr));
        assert_string_equal(text, cases[i].addr);
        assert_int_equal(endpoint_print(&end, text), strlen(cases[i].whole));
        assert_string_equal(text, cases[i].whole);
    }
}

static void test_none(void **state)
{
    static const size_t lens[] = {0, 1, 3, 5, 15, 17};
    uint8_t octets[17] = {1};
    char text[ADDR_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        struct endpoint end = endpoint_of(octets, lens[i], 53);

        assert_int_equal(end.len, 0);
        assert_int_equal(endpoint_print(&end, text), 0);
        assert_string_equal(text, "");
        assert_false(endpoint_is_loopback(&end));
    }
    assert_int_equal(endpoint_of(NULL, 0, 0).len, 0);
}

static void test_parse(void **state)
{
    static const char *const good[] = {"10.0.0.1", "::1", "2001:DB8::A", "::ffff:10.0.0.1", "::"};
    static const char *const bad[] = {"",           " 10.0.0.1",    "10.0.0.1 ", "10.0.0",
                                      "10.0.0.256", "10.0.0.1:53",  "010.0.0.1", "0x0a000001",
                                      "[::1]",      "fe80::1%eth0", "1::2::3",   "host"};
    struct endpoint end;

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct endpoint want = make(good[i], 0);

        assert_true(endpoint_parse(good[i], &end));
        assert_memory_equal(&end, &want, sizeof end);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(endpoint_parse(bad[i], &end));
        assert_int_equal(end.len, 0);
    }
}

static void test_same(void **state)
{
    struct endpoint a = make("10.0.0.1", 53), b = make("::ffff:10.0.0.1", 53),
                    c = make("10.0.0.1", 54);

    (void)state;
    assert_true(endpoint_same(&a, &b));
    assert_memory_equal(&a, &b, sizeof a);
    assert_false(endpoint_same(&a, &c));
    assert_true(endpoint_same_addr(&a, &c));
}

static void test_loopback(void **state)
{
    static const struct {
        const char *addr;
        bool loopback;
    } cases[] = {{"127.0.0.1", true}, {"127.1.2.3", true}, {"128.0.0.1", false},
                 {"::1", true},       {"::2", false},      {"1::1", false}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct endpoint end = make(cases[i].addr, 0);

        assert_int_equal(endpoint_is_loopback(&end), cases[i].loopback);
    }
}

static void test_order(void **state)
{
    struct endpoint order[] = {endpoint_of(NULL, 0, 0), make("9.0.0.1", 99), make("10.0.0.1", 53),
                               make("10.0.0.1", 54),    make("::1", 1),      make("2001::", 1)};
    const int n = sizeof order / sizeof *order;

    (void)state;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++) {
            int got = endpoint_compare(&order[i], &order[j]);

            assert_int_equal((got > 0) - (got < 0), (i > j) - (i < j));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print), cmocka_unit_test(test_none),     cmocka_unit_test(test_parse),
        cmocka_unit_test(test_same),  cmocka_unit_test(test_loopback), cmocka_unit_test(test_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
