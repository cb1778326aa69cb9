// SPDX-License-Identifier: BSD-2-Clause
// DNS inside of tunnels, tunnels inside of tunnels, and what only looks like one.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"

#include "pcap-net.h"

/* The inner packet: other addresses, another id and TTL than the outer one. */
static struct slice inner(unsigned id)
{
    struct slice ip = ip4_part(101, 153, UDP, 0x7777, 0, udp_of(4000, 53, query_of(id)));

    wire_room[ip.at - wire_room + 8] = 63;
    return ip;
}

static void check_inner(unsigned tunnels)
{
    assert_int_equal(net.last.sighting.tunnels, tunnels);
    assert_int_equal(net.last.sighting.ip_id, 0x7777);
    assert_int_equal(net.last.sighting.ttl, 63);
    assert_memory_equal(net.last.asker.octet, "\12\0\0\145", 4);
    net_check_skips(&net, "");
}

static struct slice vxlan(struct slice frame)
{
    return join(OCTETS(8, 0, 0, 0, 0, 0, 1, 0), frame);
}

static void test_vxlan(void **state)
{
    (void)state;
    net_give(&net, ip4_of(1, 2, UDP, udp_of(40000, 8472, vxlan(ethernet_of(inner(1))))));
    net_check(&net, "#1 query 0001 udp tunnels 1\n");
    check_inner(1);
    net_give(&net, ip6_of(1, 2, UDP, udp_of(40000, 4789, vxlan(ethernet_of(inner(2))))));
    net_check(&net, "#2 query 0002 udp tunnels 1\n");
    check_inner(1);
    /* The answer comes back through a tunnel of its own, to the same port. */
    net_give(&net, ip4_of(2, 1, UDP,
                          udp_of(40001, 8472,
                                 vxlan(ethernet_of(
                                     ip4_of(153, 101, UDP, udp_of(53, 4000, answer_of(2, 1))))))));
    net_check(&net, "#3 response 0002 udp tunnels 1\n");
    /* Something else inside is no DNS. */
    net_give(&net, ip4_of(1, 2, UDP,
                          udp_of(40000, 8472,
                                 vxlan(OCTETS(2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 6, 0, 1)))));
    net_check(&net, "");
    net_check_skips(&net, "not_dns 1");
}

static void test_geneve(void **state)
{
    (void)state;
    net_give(&net, ip4_of(1, 2, UDP,
                          udp_of(40000, 6081,
                                 join(OCTETS(2, 0, 0x65, 0x58, 0, 0, 1, 0, /* options */
                                             1, 2, 3, 1, 9, 9, 9, 9),
                                      ethernet_of(inner(1))))));
    net_check(&net, "#1 query 0001 udp tunnels 1\n");
    check_inner(1);
    net_give(&net, ip4_of(1, 2, UDP,
                          udp_of(40000, 6081, join(OCTETS(0, 0, 8, 0, 0, 0, 1, 0), inner(2)))));
    net_check(&net, "#2 query 0002 udp tunnels 1\n");
    /* Control packets, versions, protocols that are not known; options that do not end. */
    net_give(&net, ip4_of(1, 2, UDP,
                          udp_of(40000, 6081, join(OCTETS(0, 0x80, 8, 0, 0, 0, 1, 0), inner(3)))));
    net_give(&net, ip4_of(1, 2, UDP,
                          udp_of(40000, 6081, join(OCTETS(0x40, 0, 8, 0, 0, 0, 1, 0), inner(3)))));
    net_give(&net, ip4_of(1, 2, UDP,
                          udp_of(40000, 6081, join(OCTETS(0, 0, 8, 6, 0, 0, 1, 0), inner(3)))));
    net_give(&net, ip4_of(1, 2, UDP, udp_of(40000, 6081, OCTETS(0x3f, 0, 8, 0, 0, 0, 1, 0))));
    net_check(&net, "");
    net_check_skips(&net, "not_dns 4");
}

static void test_ip_in_ip(void **state)
{
    (void)state;
    net_give(&net, ip4_of(1, 2, IPIP, inner(1)));
    net_check(&net, "#1 query 0001 udp tunnels 1\n");
    check_inner(1);
    net_give(&net, ip4_of(1, 2, SIX_IN_FOUR, ip6_of(3, 53, UDP, udp_of(4000, 53, query_of(2)))));
    net_check(&net, "#2 query 0002 udp tunnels 1\n");
    net_give(&net, ip6_of(1, 2, IPIP, inner(3)));
    net_give(&net, ip6_of(1, 2, SIX_IN_FOUR, ip6_of(3, 53, UDP, udp_of(4000, 53, query_of(4)))));
    net_check(&net, "#3 query 0003 udp tunnels 1\n#4 query 0004 udp tunnels 1\n");
    net_give(&net, ip4_of(1, 2, IPIP, junk_of(40)));
    net_check_skips(&net, "not_dns 1");
    net_give(&net, ip4_of(1, 2, IPIP, part(inner(5), 0, 12)));
    net_check_skips(&net, "bad_ip 1");
}

static void test_gre(void **state)
{
    (void)state;
    net_give(&net, ip4_of(1, 2, GRE, join(OCTETS(0, 0, 8, 0), inner(1))));
    net_check(&net, "#1 query 0001 udp tunnels 1\n");
    check_inner(1);
    net_give(&net, ip4_of(1, 2, GRE, join(OCTETS(0x20, 0, 8, 0, 1, 2, 3, 4), inner(2))));
    net_give(&net, ip4_of(1, 2, GRE,
                          join(OCTETS(0xb0, 0, 0x65, 0x58, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9),
                               ethernet_of(inner(3)))));
    net_give(&net, ip4_of(1, 2, GRE,
                          join(OCTETS(0, 0, 0x86, 0xdd),
                               ip6_of(3, 53, UDP, udp_of(4000, 53, query_of(4))))));
    net_check(&net, "#2 query 0002 udp tunnels 1\n#3 query 0003 udp tunnels 1\n"
                    "#4 query 0004 udp tunnels 1\n");
    /* Source routes, PPTP's version, MPLS; nothing behind the header. */
    net_give(&net, ip4_of(1, 2, GRE, join(OCTETS(0x40, 0, 8, 0), inner(5))));
    net_give(&net, ip4_of(1, 2, GRE, join(OCTETS(0x20, 1, 8, 0), inner(5))));
    net_give(&net, ip4_of(1, 2, GRE, join(OCTETS(0, 0, 0x88, 0x47), inner(5))));
    net_give(&net, ip4_of(1, 2, GRE, OCTETS(0x20, 0, 8, 0, 1, 2)));
    net_give(&net, ip4_of(1, 2, GRE, OCTETS(0, 0)));
    net_check(&net, "");
    net_check_skips(&net, "not_dns 5");
}

static void test_depth(void **state)
{
    struct slice packet = inner(1);

    (void)state;
    for (unsigned depth = 1; depth <= LIMIT_TUNNELS; depth++)
        packet = ip4_of(1, 2, depth % 2 ? IPIP : UDP,
                        depth % 2 ? packet : udp_of(40000, 8472, vxlan(ethernet_of(packet))));
    net_give(&net, packet);
    net_check(&net, "#1 query 0001 udp tunnels 4\n");
    check_inner(LIMIT_TUNNELS);
    net_give(&net, ip4_of(1, 2, IPIP, packet));
    net_check(&net, "");
    net_check_skips(&net, "folded 1");
}

/* A tunnel's port that holds plain DNS is a port like any other; the DNS ports go first. */
static void test_fallback(void **state)
{
    (void)state;
    net_give(&net, ip4_of(53, 1, UDP, udp_of(53, 8472, answer_of(0x0800, 1))));
    net_check(&net, "#1 response 0800 udp\n");
    net_give(&net, ip4_of(1, 2, UDP, udp_of(4000, 6081, query_of(2))));
    net_check(&net, "");
    net_give(&net, ip4_of(2, 1, UDP, udp_of(6081, 4000, answer_of(2, 1))));
    net_check(&net, "#2 query 0002 udp\n#3 response 0002 udp\n");
}

/* Outer fragments, inner fragments, both at once: every layer is put together. */
static void test_fragments(void **state)
{
    struct slice answer = udp_of(53, 4000, answer_of(1, 100)), first, second;

    (void)state;
    first = ip4_part(53, 1, UDP, 5, 0x2000, part(answer, 0, 800));
    second = ip4_part(53, 1, UDP, 5, 100, part(answer, 800, answer.len - 800));
    net_give(&net, ip4_of(101, 102, IPIP, first));
    net_give(&net, ip4_of(101, 102, IPIP, second));
    net_check(&net, "#2 response 0001 udp tunnels 1\n");
    assert_int_equal(net.last.dns.answers, 100);
    net.now += 2 * WHEN_SECOND;
    net_give(&net, ip4_part(101, 102, IPIP, 9, 0x2000, part(first, 0, 400)));
    net_give(&net, ip4_part(101, 102, IPIP, 9, 50, part(first, 400, first.len - 400)));
    net_give(&net, ip4_part(101, 102, IPIP, 10, 50, part(second, 400, second.len - 400)));
    net_check(&net, "");
    net_give(&net, ip4_part(101, 102, IPIP, 10, 0x2000, part(second, 0, 400)));
    net_check(&net, "#6 response 0001 udp tunnels 1\n");
    assert_int_equal(net.last.dns.answers, 100);
    net_check_skips(&net, "");
    /* Of the tunnel's packet only the first fragment: what is in it can be read. */
    net.now += 2 * WHEN_SECOND;
    answer = udp_of(40000, 8472, vxlan(ethernet_of(ip4_of(53, 1, UDP, answer))));
    net_give(&net, ip4_part(101, 102, UDP, 11, 0x2000, part(answer, 0, 800)));
    net_end(&net);
    net_check(&net, "#7 response 0001 udp size 1629 cut tunnels 1\n");
    net_check_skips(&net, "fragment 1");
}

/* The first fragment of a tunnel's packet, given up, holds a fragment itself. */
static void test_fragment_inside_given_up(void **state)
{
    struct slice answer = udp_of(53, 4000, answer_of(1, 100)), inside;

    (void)state;
    inside = ip4_part(53, 1, UDP, 5, 0x2000, part(answer, 0, 1200));
    inside = udp_of(40000, 8472, vxlan(ethernet_of(inside)));
    net_give(&net, ip4_part(101, 102, UDP, 11, 0x2000, part(inside, 0, 800)));
    net_end(&net);
    net_check(&net, "#1 response 0001 udp size 1629 cut tunnels 1\n");
    net_check_skips(&net, "fragment 2");
}

static void test_cut(void **state)
{
    struct slice packet = ip4_of(1, 2, UDP, udp_of(40000, 8472, vxlan(ethernet_of(inner(1)))));

    (void)state;
    for (size_t captured = 0; captured < packet.len; captured++)
        net_give_cut(&net, packet, captured);
    /* Everything from the end of the DNS header on. */
    assert_int_equal(net.last.size, 29);
    assert_true(net.last.sighting.cut);
    text_clear(&net.log);
    assert_int_equal(net.facts.skips.n[SKIP_BAD_IP], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_vxlan, begin, finish),
        cmocka_unit_test_setup_teardown(test_geneve, begin, finish),
        cmocka_unit_test_setup_teardown(test_ip_in_ip, begin, finish),
        cmocka_unit_test_setup_teardown(test_gre, begin, finish),
        cmocka_unit_test_setup_teardown(test_depth, begin, finish),
        cmocka_unit_test_setup_teardown(test_fallback, begin, finish),
        cmocka_unit_test_setup_teardown(test_fragments, begin, finish),
        cmocka_unit_test_setup_teardown(test_fragment_inside_given_up, begin, finish),
        cmocka_unit_test_setup_teardown(test_cut, begin, finish),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
