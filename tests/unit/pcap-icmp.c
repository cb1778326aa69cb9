// SPDX-License-Identifier: BSD-2-Clause
// ICMP errors that quote DNS are evidence, and never a message of their own.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pcap-net.h"

static struct slice icmp_of(unsigned type, unsigned code, struct slice quote)
{
    return join(OCTETS((uint8_t)type, (uint8_t)code, 0, 0, 0, 0, 0, 0), quote);
}

static void test_query(void **state)
{
    struct slice asked = ip4_part(1, 53, UDP, 0x5555, 0, udp_of(4000, 53, query_of(7)));

    (void)state;
    net_give(&net, ip4_of(53, 1, ICMP4, icmp_of(3, 3, asked)));
    net_check(&net, "#1 icmp 3/3 query 0007 udp\n");
    assert_memory_equal(net.last.reporter.octet, "\12\0\0\65", 4);
    assert_int_equal(net.last.reporter.port, 0);
    assert_memory_equal(net.last.asker.octet, "\12\0\0\1", 4);
    assert_int_equal(net.last.asker.port, 4000);
    assert_int_equal(net.last.answerer.port, 53);
    assert_int_equal(net.last.dns.reach, DNS_QUESTION);
    assert_int_equal(net.last.size, 29);
    assert_int_equal(net.last.sighting.ip_id, 0x1234); /* the ICMP packet's */
    /* A router on the way. */
    net_give(&net, ip4_of(99, 1, ICMP4, icmp_of(11, 0, asked)));
    net_give(&net, ip4_of(99, 1, ICMP4, icmp_of(12, 0, asked)));
    net_check(&net, "#2 icmp 11/0 query 0007 udp\n#3 icmp 12/0 query 0007 udp\n");
    assert_memory_equal(net.last.reporter.octet, "\12\0\0\143", 4);
    net_check_skips(&net, "");
}

static void test_response(void **state)
{
    (void)state;
    net_give(&net, ip4_of(1, 53, ICMP4,
                          icmp_of(3, 3, ip4_of(53, 1, UDP, udp_of(53, 4000, answer_of(7, 2))))));
    net_check(&net, "#1 icmp 3/3 response 0007 udp\n");
    assert_memory_equal(net.last.asker.octet, "\12\0\0\1", 4);
    assert_int_equal(net.last.answerer.port, 53);
    assert_int_equal(net.last.dns.addresses, 2);
    net_give(&net, ip6_of(1, 53, ICMP6,
                          icmp_of(1, 4, ip6_of(53, 1, UDP, udp_of(53, 4000, answer_of(8, 2))))));
    net_give(&net, ip6_of(1, 53, ICMP6,
                          icmp_of(2, 0, ip6_of(53, 1, UDP, udp_of(53, 4000, answer_of(9, 2))))));
    net_check(&net, "#2 icmp 1/4 response 0008 udp\n#3 icmp 2/0 response 0009 udp\n");
}

/* Quotes end early: with the UDP header, or in the middle of DNS; then the ports tell. */
static void test_short(void **state)
{
    struct slice asked = ip4_of(1, 53, UDP, udp_of(4000, 53, query_of(7)));
    struct slice answered = ip4_of(53, 1, UDP, udp_of(53, 4000, answer_of(7, 2)));

    (void)state;
    net_give(&net, ip4_of(53, 1, ICMP4, icmp_of(3, 3, part(asked, 0, 28))));
    net_check(&net, "#1 icmp 3/3 query 0000 udp size 29 cut\n");
    assert_int_equal(net.last.dns.reach, DNS_NOTHING);
    net_give(&net, ip4_of(1, 53, ICMP4, icmp_of(3, 3, part(answered, 0, 28))));
    net_check(&net, "#2 icmp 3/3 response 0000 udp size 61 cut\n");
    net_give(&net, ip4_of(1, 53, ICMP4, icmp_of(3, 3, part(answered, 0, 42))));
    net_check(&net, "#3 icmp 3/3 response 0007 udp size 61 cut\n");
    assert_int_equal(net.last.dns.reach, DNS_HEADER);
    net_give(&net, ip4_of(1, 53, ICMP4, icmp_of(3, 3, part(answered, 0, 24))));
    net_check(&net, "#4 icmp 3/3 response 0000 udp\n");
    assert_int_equal(net.last.size, 0);
    for (size_t len = 0; len < 24; len++)
        net_give(&net, ip4_of(1, 53, ICMP4, icmp_of(3, 3, part(answered, 0, len))));
    net_give(&net, ip4_of(1, 53, ICMP4, OCTETS(3, 3, 0, 0)));
    net_check(&net, "");
    net_check_skips(&net, "not_dns 25");
}

static void test_tcp(void **state)
{
    struct slice syn = ip4_of(1, 53, TCP, tcp_of(4000, 53, 1, 0, SYN, NO_OCTETS));
    struct slice dot = ip4_of(1, 53, TCP, tcp_of(4000, 853, 1, 0, SYN, NO_OCTETS));

    (void)state;
    net_give(&net, ip4_of(53, 1, ICMP4, icmp_of(3, 1, part(syn, 0, 28))));
    net_check(&net, "#1 icmp 3/1 query 0000 tcp\n");
    assert_int_equal(net.last.dns.reach, DNS_NOTHING);
    assert_int_equal(net.last.answerer.port, 53);
    net_give(&net, ip4_of(53, 1, ICMP4, icmp_of(3, 1, dot)));
    net_check(&net, "#2 icmp 3/1 query 0000 dot\n");
    net_give(&net,
             ip4_of(1, 53, ICMP4,
                    icmp_of(3, 1, ip4_of(53, 1, TCP, tcp_of(53, 4000, 1, 0, ACK, NO_OCTETS)))));
    net_check(&net, "#3 icmp 3/1 response 0000 tcp\n");
    assert_int_equal(net.last.answerer.port, 53);
}

static void test_others(void **state)
{
    struct slice asked = ip4_of(1, 53, UDP, udp_of(4000, 53, query_of(7)));

    (void)state;
    net_give(&net, ip4_of(1, 53, ICMP4, icmp_of(8, 0, asked))); /* echo */
    net_give(&net, ip4_of(1, 53, ICMP4, icmp_of(5, 0, asked))); /* redirect */
    net_give(&net, ip6_of(1, 53, ICMP6, icmp_of(128, 0, asked)));
    net_give(&net,
             ip4_of(1, 53, ICMP4, icmp_of(3, 3, ip4_of(1, 2, UDP, udp_of(1, 2, junk_of(9))))));
    net_give(&net, ip4_of(1, 53, ICMP4, icmp_of(3, 3, ip4_of(1, 2, GRE, junk_of(9)))));
    /* A later fragment has no ports. */
    net_give(&net, ip4_of(1, 53, ICMP4, icmp_of(3, 3, ip4_part(1, 53, UDP, 1, 9, junk_of(64)))));
    net_check(&net, "");
    net_check_skips(&net, "not_dns 6");
    /* The first one has, in IPv6 too. */
    net_give(&net, ip6_of(53, 1, ICMP6,
                          icmp_of(3, 1,
                                  ip6_of(1, 53, 44,
                                         join(OCTETS(UDP, 0, 0, 1, 0, 0, 0, 7),
                                              udp_of(4000, 53, query_of(8)))))));
    net_check(&net, "#7 icmp 3/1 query 0008 udp\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_query, begin, finish),
        cmocka_unit_test_setup_teardown(test_response, begin, finish),
        cmocka_unit_test_setup_teardown(test_short, begin, finish),
        cmocka_unit_test_setup_teardown(test_tcp, begin, finish),
        cmocka_unit_test_setup_teardown(test_others, begin, finish),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
