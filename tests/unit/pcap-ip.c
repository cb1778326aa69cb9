// SPDX-License-Identifier: BSD-2-Clause
// IP headers: options, lengths, extension headers, damage.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "input/pcap/ip.h"

#include "pcap-net.h"

static struct slice question(unsigned id)
{
    return udp_of(4000, 53, query_of(id));
}

static void test_plain(void **state)
{
    (void)state;
    net.interface = 7;
    net.direction = DIRECTION_OUT;
    net_give(&net, ip4_of(1, 53, UDP, question(0xabcd)));
    net_check(&net, "#1 query abcd udp\n");
    assert_int_equal(net.last.when, 1000 * WHEN_SECOND);
    assert_int_equal(net.last.offset, 100);
    assert_int_equal(net.last.size, 29);
    assert_int_equal(net.last.sighting.interface, 7);
    assert_int_equal(net.last.sighting.direction, DIRECTION_OUT);
    assert_int_equal(net.last.sighting.ttl, 64);
    assert_int_equal(net.last.sighting.ip_id, 0x1234);
    assert_int_not_equal(net.last.payload, 0);
    assert_int_equal(net.last.asker.port, 4000);
    assert_int_equal(net.last.answerer.port, 53);
    assert_memory_equal(net.last.asker.octet, "\12\0\0\1", 4);
    assert_memory_equal(net.last.answerer.octet, "\12\0\0\65", 4);
    assert_int_equal(net.last.dns.reach, DNS_QUESTION);
    net_give(&net, ip6_of(1, 53, UDP, question(0xabce)));
    net_check(&net, "#2 query abce udp\n");
    assert_int_equal(net.last.asker.len, 16);
    assert_int_equal(net.last.sighting.ip_id, 0);
    assert_int_equal(net.last.sighting.ttl, 64);
    net_check_skips(&net, "");
}

/* Options, padding behind the packet, a length of 0 (segmentation offload). */
static void test_v4_lengths(void **state)
{
    struct slice plain = ip4_of(1, 53, UDP, question(1)), with, zero;

    (void)state;
    with = join(part(plain, 0, 20), join(OCTETS(7, 4, 0, 0, 1, 1, 1, 0), question(2)));
    wire_room[with.at - wire_room] = 0x47;
    wire_room[with.at - wire_room + 3] = (uint8_t)with.len;
    net_give(&net, with);
    net_check(&net, "#1 query 0002 udp\n");
    net_give(&net, join(plain, junk_of(18)));
    net_check(&net, "#2 query 0001 udp\n");
    assert_int_equal(net.last.size, 29);
    zero = join(plain, NO_OCTETS);
    wire_room[zero.at - wire_room + 2] = wire_room[zero.at - wire_room + 3] = 0;
    net_give(&net, zero);
    net_check(&net, "#3 query 0001 udp\n");
    net_check_skips(&net, "");
}

static void test_v4_damage(void **state)
{
    struct slice plain = ip4_of(1, 53, UDP, question(1)), bad;

    (void)state;
    net_give(&net, NO_OCTETS);
    net_check_skips(&net, "bad_ip 1");
    bad = join(plain, NO_OCTETS);
    wire_room[bad.at - wire_room] = 0x55; /* version 5 */
    net_give(&net, bad);
    bad = join(plain, NO_OCTETS);
    wire_room[bad.at - wire_room] = 0x44; /* a header of 16 octets */
    net_give(&net, bad);
    bad = join(plain, NO_OCTETS);
    wire_room[bad.at - wire_room + 3] = 19; /* less than the header */
    net_give(&net, bad);
    net_check_skips(&net, "bad_ip 3");
    for (size_t captured = 0; captured < 20; captured++)
        net_give_cut(&net, plain, captured);
    net_check_skips(&net, "cut_packet 20");
    bad = ip4_of(1, 53, UDP, junk_of(60));
    wire_room[bad.at - wire_room] = 0x4f; /* options beyond what was captured */
    net_give_cut(&net, bad, 40);
    net_check_skips(&net, "cut_packet 1");
    /* A length of the header alone: there is nothing to read. */
    bad = join(plain, NO_OCTETS);
    wire_room[bad.at - wire_room + 3] = 20;
    net_give(&net, bad);
    net_check_skips(&net, "bad_ip 1");
    net_check(&net, "");
}

/* Every extension header, one behind another. */
static void test_v6_headers(void **state)
{
    struct slice headers = OCTETS(
        43, 0, 1, 4, 0, 0, 0, 0,                                                 /* hop-by-hop */
        60, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* routing */
        51, 0, 1, 4, 0, 0, 0, 0,                                                 /* destination */
        44, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, /* AH, 24 octets */
        17, 0, 0, 0, 0, 0, 0, 9); /* atomic fragment */

    (void)state;
    net_give(&net, ip6_of(1, 53, 0, join(headers, question(1))));
    net_check(&net, "#1 query 0001 udp\n");
    assert_int_equal(net.last.size, 29);
    /* Jumbograms and offload leave a length of 0. */
    headers = ip6_of(1, 53, 0, join(headers, question(2)));
    wire_room[headers.at - wire_room + 4] = wire_room[headers.at - wire_room + 5] = 0;
    net_give(&net, headers);
    net_check(&net, "#2 query 0002 udp\n");
    net_check_skips(&net, "");
}

static void test_v6_damage(void **state)
{
    struct slice chain = NO_OCTETS, plain = ip6_of(1, 53, UDP, question(1));

    (void)state;
    for (size_t captured = 0; captured < 40; captured++)
        net_give_cut(&net, plain, captured);
    net_check_skips(&net, "cut_packet 40");
    /* A header that says to be longer than the packet; one that was cut. */
    net_give(&net, ip6_of(1, 53, 0, OCTETS(17, 9, 0, 0, 0, 0, 0, 0)));
    net_check_skips(&net, "bad_ip 1");
    net_give(&net, ip6_of(1, 53, 44, OCTETS(17, 0, 0, 0)));
    net_check_skips(&net, "bad_ip 1");
    net_give_cut(&net, ip6_of(1, 53, 0, join(OCTETS(17, 1), junk_of(30))), 48);
    net_check_skips(&net, "cut_packet 1");
    net_give_cut(&net, ip6_of(1, 53, 44, join(OCTETS(17, 0, 0, 0, 0, 0, 0, 0), question(1))), 44);
    net_check_skips(&net, "cut_packet 1");
    /* No end of headers. */
    for (int i = 0; i < 16; i++)
        chain = join(chain, OCTETS(60, 0, 1, 4, 0, 0, 0, 0));
    net_give(&net,
             ip6_of(1, 53, 60, join(chain, join(OCTETS(17, 0, 1, 4, 0, 0, 0, 0), question(1)))));
    net_check_skips(&net, "bad_ip 1");
    net_give(&net, ip6_of(1, 53, 60,
                          join(part(chain, 0, 15 * 8),
                               join(OCTETS(17, 0, 1, 4, 0, 0, 0, 0), question(1)))));
    net_check(&net, "#46 query 0001 udp\n");
    net_check_skips(&net, "");
    /* Nothing behind them, ESP, and a header in IPv4. */
    net_give(&net, ip6_of(1, 53, 59, NO_OCTETS));
    net_give(&net, ip6_of(1, 53, 50, junk_of(40)));
    net_check_skips(&net, "not_dns 2");
    net_give(&net,
             ip4_of(1, 53, AH, join(OCTETS(17, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2), question(3))));
    net_check(&net, "#49 query 0003 udp\n");
}

static void test_multicast(void **state)
{
    struct endpoint end = endpoint_of("\340\0\0\373", 4, 0);

    (void)state;
    assert_true(ip_is_multicast(&end));
    end = endpoint_of("\337\0\0\373", 4, 0);
    assert_false(ip_is_multicast(&end));
    end = endpoint_of("\377\2\0\0\0\0\0\0\0\0\0\0\0\0\0\373", 16, 0);
    assert_true(ip_is_multicast(&end));
    end = endpoint_of("\376\200\0\0\0\0\0\0\0\0\0\0\0\0\0\373", 16, 0);
    assert_false(ip_is_multicast(&end));
    end = endpoint_of(NULL, 0, 0);
    assert_false(ip_is_multicast(&end));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_plain, begin, finish),
        cmocka_unit_test_setup_teardown(test_v4_lengths, begin, finish),
        cmocka_unit_test_setup_teardown(test_v4_damage, begin, finish),
        cmocka_unit_test_setup_teardown(test_v6_headers, begin, finish),
        cmocka_unit_test_setup_teardown(test_v6_damage, begin, finish),
        cmocka_unit_test(test_multicast),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
