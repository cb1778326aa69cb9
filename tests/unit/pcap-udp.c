// SPDX-License-Identifier: BSD-2-Clause
// DNS over UDP on ports that are known: directions, lengths, the snap length, what is no DNS.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pcap-wire.h"

static const uint16_t ports[] = {5300, 5353};
static struct net net;

static int begin(void **state)
{
    (void)state;
    net_open(&net, NULL, 0);
    return 0;
}

static int begin_ports(void **state)
{
    (void)state;
    net_open(&net, ports, 2);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    net_close(&net);
    return 0;
}

static struct slice multicast_of(unsigned from, unsigned to, bool v6)
{
    struct slice udp = udp_of(from, to, query_of(0)), ip;

    ip = v6 ? ip6_of(1, 2, UDP, udp) : ip4_of(1, 2, UDP, udp);
    if (v6)
        memcpy(wire_room + (ip.at - wire_room) + 24, "\377\2", 2);
    else
        memcpy(wire_room + (ip.at - wire_room) + 16, "\340\0\0\373", 4);
    return ip;
}

static void give(unsigned from, unsigned to, struct slice dns)
{
    net_give(&net, ip4_of(1, 2, UDP, udp_of(from, to, dns)));
}

/* Who asks is told by the QR bit, whatever the ports; a sum that is wrong or absent says nothing.
 * */
static void test_directions(void **state)
{
    (void)state;
    give(4000, 53, query_of(1));
    net_check(&net, "#1 query 0001 udp\n");
    assert_int_equal(net.last.asker.port, 4000);
    assert_int_equal(net.last.answerer.port, 53);
    give(53, 4000, answer_of(1, 2));
    net_check(&net, "#2 response 0001 udp\n");
    assert_int_equal(net.last.asker.port, 4000);
    assert_int_equal(net.last.answerer.port, 53);
    assert_memory_equal(net.last.asker.octet, "\12\0\0\2", 4);
    assert_int_equal(net.last.dns.addresses, 2);
    give(53, 53, query_of(3));
    net_check(&net, "#3 query 0003 udp\n");
    assert_memory_equal(net.last.asker.octet, "\12\0\0\1", 4);
    give(53, 53, answer_of(3, 1));
    net_check(&net, "#4 response 0003 udp\n");
    assert_memory_equal(net.last.asker.octet, "\12\0\0\2", 4);
    /* From the port to elsewhere, and still a query. */
    give(53, 4000, query_of(5));
    net_check(&net, "#5 query 0005 udp\n");
    assert_int_equal(net.last.asker.port, 53);
    net_check_skips(&net, "");
}

static void test_ports(void **state)
{
    (void)state;
    give(4000, 5300, query_of(1));
    give(5300, 4000, answer_of(1, 1));
    give(4000, 53, query_of(2));
    net_check(&net, "#1 query 0001 udp\n#2 response 0001 udp\n#3 query 0002 udp\n");
    /* mDNS was asked for by its port. */
    net_give(&net, multicast_of(5353, 5353, false));
    net_check(&net, "#4 query 0000 udp\n");
    give(4000, 5301, query_of(4));
    net_check(&net, "");
}

static struct slice with_length(struct slice udp, unsigned len)
{
    struct slice copy = join(udp, NO_OCTETS);

    wire_room[copy.at - wire_room + 4] = (uint8_t)(len >> 8);
    wire_room[copy.at - wire_room + 5] = (uint8_t)len;
    return copy;
}

static void test_lengths(void **state)
{
    struct slice udp = udp_of(4000, 53, query_of(1));

    (void)state;
    /* Offload leaves 0; octets behind the length are padding. */
    net_give(&net, ip4_of(1, 53, UDP, with_length(udp, 0)));
    net_check(&net, "#1 query 0001 udp\n");
    assert_int_equal(net.last.size, 29);
    net_give(&net, ip4_of(1, 53, UDP, join(udp, junk_of(7))));
    net_check(&net, "#2 query 0001 udp\n");
    assert_int_equal(net.last.dns.wire.len, 29);
    /* More than there is. */
    net_give(&net, ip4_of(1, 53, UDP, with_length(udp, 100)));
    net_check(&net, "#3 query 0001 udp size 92 cut\n");
    net_check_skips(&net, "");
    net_give(&net, ip4_of(1, 53, UDP, with_length(udp, 7)));
    net_give(&net, ip4_of(1, 53, UDP, part(udp, 0, 7)));
    net_check(&net, "");
    net_check_skips(&net, "bad_ip 2");
}

/* Too little for a header, or nothing that could be one. */
static void test_not_dns(void **state)
{
    (void)state;
    give(4000, 53, NO_OCTETS);
    give(4000, 53, part(query_of(1), 0, 11));
    give(4000, 53, junk_of(40));
    give(4000, 53, slice_copy("GET / HTTP/1.1\r\nHost: example\r\n\r\n", 33));
    net_check(&net, "");
    net_check_skips(&net, "not_dns 4");
    /* A header alone is one, and so is a message that is damaged behind its question. */
    give(4000, 53, OCTETS(0, 9, 0x81, 0x85, 0, 0, 0, 0, 0, 0, 0, 0));
    give(4000, 53, join(answer_of(1, 3), junk_of(30)));
    net_check(&net, "#5 response 0009 udp\n#6 response 0001 udp\n");
    net_check_skips(&net, "");
    net_give(&net, ip4_of(1, 2, 132, junk_of(40)));
    net_check_skips(&net, "not_dns 1");
}

static void test_snap_length(void **state)
{
    struct slice packet = ip4_of(2, 1, UDP, udp_of(53, 4000, answer_of(1, 3)));
    const size_t head = 20 + 8 + 12;

    (void)state;
    for (size_t captured = 20; captured < head; captured++)
        net_give_cut(&net, packet, captured);
    net_check(&net, "");
    net_check_skips(&net, "cut_packet 20");
    net_give_cut(&net, packet, head);
    net_check(&net, "#21 response 0001 udp size 77 cut\n");
    assert_int_equal(net.last.dns.reach, DNS_HEADER);
    assert_false(net.last.dns.malformed);
    net_give_cut(&net, packet, head + 17 + 16);
    net_check(&net, "#22 response 0001 udp size 77 cut\n");
    assert_int_equal(net.last.dns.reach, DNS_QUESTION);
    assert_int_equal(net.last.dns.answers, 1);
    assert_int_equal(net.last.dns.ancount, 3);
    net_check_skips(&net, "");
}

static void test_multicast(void **state)
{
    (void)state;
    net_give(&net, multicast_of(5353, 5353, false));
    net_give(&net, multicast_of(4000, 5353, false));
    net_give(&net, multicast_of(4000, 5353, true));
    net_give(&net, multicast_of(4000, 5355, false));
    give(5353, 5353, answer_of(0, 1)); /* an mDNS answer to one */
    give(5353, 4000, answer_of(0, 1)); /* and to a plain client, RFC 6762 section 6.7 */
    give(5355, 4000, answer_of(0, 1));
    give(4000, 5355, query_of(0));
    give(137, 137, query_of(0));
    net_check(&net, "");
    net_check_skips(&net, "multicast 9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_directions, begin, finish),
        cmocka_unit_test_setup_teardown(test_ports, begin_ports, finish),
        cmocka_unit_test_setup_teardown(test_lengths, begin, finish),
        cmocka_unit_test_setup_teardown(test_not_dns, begin, finish),
        cmocka_unit_test_setup_teardown(test_snap_length, begin, finish),
        cmocka_unit_test_setup_teardown(test_multicast, begin, finish),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
