// SPDX-License-Identifier: BSD-2-Clause
// Servers on ports of which nothing is known are found by what both sides say.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"

#include "pcap-net.h"

static void ask(unsigned client, unsigned port, struct slice dns)
{
    net_give(&net, ip4_of(client, 9, UDP, udp_of(4000, port, dns)));
}

static void answer(unsigned client, unsigned port, struct slice dns)
{
    net_give(&net, ip4_of(9, client, UDP, udp_of(port, 4000, dns)));
}

/* The answer gives what was remembered for its server, too; from then on both are known. */
static void test_found(void **state)
{
    (void)state;
    ask(1, 5353, query_of(1)); /* CoreDNS of OpenShift */
    ask(2, 5353, query_of(2));
    net.interface = 4; /* a copy is a sighting of its own */
    ask(1, 5353, query_of(1));
    ask(1, 5354, query_of(4));
    net_check(&net, "");
    answer(1, 5353, answer_of(1, 1));
    net_check(&net, "#1 query 0001 udp\n#2 query 0002 udp\n#3 query 0001 udp\n"
                    "#5 response 0001 udp\n");
    ask(3, 5353, query_of(6));
    net_check(&net, "#6 query 0006 udp\n");
    answer(2, 5353, answer_of(2, 0));
    net_check(&net, "#7 response 0002 udp\n");
    net_check_skips(&net, "");
    /* Another port of the same address is another server. */
    net_end(&net);
    net_check(&net, "");
    net_check_skips(&net, "not_dns 1");
}

/* All of it must fit. */
static void test_not_found(void **state)
{
    struct slice two = join(query_of(1), NO_OCTETS);

    (void)state;
    answer(1, 7000, answer_of(1, 1)); /* never asked */
    net_check_skips(&net, "not_dns 1");
    ask(1, 7000, query_of(1));
    answer(1, 7000, answer_of(2, 1)); /* another id */
    answer(2, 7000, answer_of(1, 1)); /* to somebody else */
    answer(1, 7001, answer_of(1, 1)); /* from another port */
    answer(1, 7000, dns_of(1, true, "www.example.com"));
    net_give(&net, ip4_of(9, 1, UDP, udp_of(4000, 7000, answer_of(1, 1)))); /* not reversed */
    net_check_skips(&net, "not_dns 5");
    ask(1, 7000, join(query_of(1), OCTETS(0))); /* more than the question */
    ask(1, 7000, part(query_of(1), 0, 28));     /* less */
    ask(1, 7000, answer_of(1, 1));
    wire_room[two.at - wire_room + 5] = 2; /* two questions */
    ask(1, 7000, two);
    ask(1, 7000, junk_of(40));
    ask(1, 7000, NO_OCTETS);
    net_check_skips(&net, "not_dns 6");
    net_check(&net, "");
    answer(1, 7000, dns_of(1, true, "WWW.Example"));
    net_check(&net, "#2 query 0001 udp\n#14 response 0001 udp\n");
}

static void test_query_shapes(void **state)
{
    struct slice dns = join(query_of(1), OCTETS(0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0));

    (void)state;
    /* With EDNS. */
    wire_room[dns.at - wire_room + 11] = 1;
    ask(1, 7000, dns);
    answer(1, 7000, answer_of(1, 0));
    net_check(&net, "#1 query 0001 udp\n#2 response 0001 udp\n");
    /* Of a server that is remembered at the time, a query that the snap length cut is none. */
    net_give_cut(&net, ip4_of(1, 9, UDP, udp_of(4000, 7002, query_of(5))), 50);
    net_check_skips(&net, "not_dns 1");
    /* An opcode that nobody has assigned, and a class; a bit that must be 0. */
    dns = query_of(2);
    wire_room[dns.at - wire_room + 2] = 3 << 3;
    ask(1, 7001, dns);
    dns = query_of(2);
    wire_room[dns.at - wire_room + 28] = 77;
    ask(1, 7001, dns);
    dns = query_of(2);
    wire_room[dns.at - wire_room + 3] = 0x40;
    ask(1, 7001, dns);
    net_check_skips(&net, "not_dns 3");
    /* A query longer than is remembered. */
    ask(1, 7001, join(query_of(3), junk_of(600)));
    net_check_skips(&net, "not_dns 1");
}

/* Only so many are remembered: the oldest go. */
static void test_forgotten(void **state)
{
    (void)state;
    for (unsigned i = 0; i <= LIMIT_REMEMBERED; i++)
        ask(1, 7000, query_of(i));
    net_check(&net, "");
    net_check_skips(&net, "not_dns 1");
    answer(1, 7000, answer_of(0, 1));
    net_check(&net, "");
    net_check_skips(&net, "not_dns 1");
    answer(1, 7000, answer_of(1, 1));
    assert_int_equal(strncmp(net.log.at, "#2 query 0001 udp\n#3 query 0002 udp\n", 36), 0);
    text_clear(&net.log);
    net_end(&net);
    net_check(&net, "");
    net_check_skips(&net, "");
}

static void test_many_servers(void **state)
{
    (void)state;
    for (unsigned i = 0; i <= LIMIT_SERVERS; i++) {
        size_t used = wire_used;

        ask(1, 7000 + i, query_of(i));
        answer(1, 7000 + i, answer_of(i, 1));
        ask(2, 7001, query_of(i)); /* this one stays in use */
        wire_used = used;
    }
    text_clear(&net.log);
    assert_int_equal(net.facts.skips.n[SKIP_FOLDED], 1);
    ask(3, 7001, query_of(1));
    net_check(&net, "#3076 query 0001 udp\n");
    ask(3, 7000, query_of(1));
    net_check(&net, "");
}

/* Over TCP a message that is alone in its segment is enough; its connection is joined there. */
static void test_tcp(void **state)
{
    struct slice query = ip4_of(1, 9, TCP, tcp_of(4000, 7000, 100, 1, ACK, framed(query_of(1))));

    (void)state;
    net_give(&net, query);
    net_give(&net, query); /* a copy, or sent again */
    net_give(&net, ip4_of(1, 9, TCP, tcp_of(4001, 7000, 1, 1, ACK, junk_of(100))));
    net_give(&net, ip4_of(1, 9, TCP, tcp_of(4001, 7000, 1, 1, SYN, NO_OCTETS)));
    net_check(&net, "");
    net_check_skips(&net, "not_dns 2");
    net_give(&net, ip4_of(9, 1, TCP, tcp_of(7000, 4000, 1, 131, ACK, framed(answer_of(1, 1)))));
    net_check(&net, "#1 query 0001 tcp\n#5 response 0001 tcp\n");
    net_give(&net, ip4_of(1, 9, TCP, tcp_of(4000, 7000, 131, 48, ACK, framed(query_of(2)))));
    net_give(&net, ip4_of(1, 9, TCP, tcp_of(4002, 7000, 7, 0, SYN, NO_OCTETS)));
    net_check(&net, "#6 query 0002 tcp\n#7 connect tcp\n");
    /* UDP of the same server is known with it. */
    ask(1, 7000, query_of(3));
    net_check(&net, "#8 query 0003 udp\n");
    net_check_skips(&net, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_found, begin, finish),
        cmocka_unit_test_setup_teardown(test_not_found, begin, finish),
        cmocka_unit_test_setup_teardown(test_query_shapes, begin, finish),
        cmocka_unit_test_setup_teardown(test_forgotten, begin, finish),
        cmocka_unit_test_setup_teardown(test_many_servers, begin, finish),
        cmocka_unit_test_setup_teardown(test_tcp, begin, finish),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
