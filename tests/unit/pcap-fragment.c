// SPDX-License-Identifier: BSD-2-Clause
// Fragments become whole, in any order, as copies, with holes, overlapping, and without end.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"

#include "pcap-net.h"

enum { MORE = 0x2000, STEP = 600 };

/* An answer of 1629 octets behind its UDP header. */
static struct slice big(unsigned id)
{
    return udp_of(53, 4000, answer_of(id, 100));
}

/* The N-th of three fragments of WHOLE. */
static struct slice piece4(struct slice whole, unsigned n, unsigned id)
{
    size_t from = n * STEP, len = n == 2 ? whole.len - from : STEP;

    return ip4_part(53, 1, UDP, id, (n == 2 ? 0 : MORE) | (unsigned)(from / 8),
                    part(whole, from, len));
}

static struct slice piece6(struct slice whole, unsigned n, uint32_t id)
{
    size_t from = n * STEP, len = n == 2 ? whole.len - from : STEP;
    unsigned place = (unsigned)from | (n == 2 ? 0 : 1);

    return ip6_of(53, 1, 44, join(OCTETS(UDP, 0, U16(place), U32(id)), part(whole, from, len)));
}

static void test_orders(void **state)
{
    static const unsigned orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                          {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    char want[64];

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        struct slice whole = big(0x100 + i);

        for (unsigned n = 0; n < 3; n++)
            net_give(&net, piece4(whole, orders[i][n], i + 1));
        snprintf(want, sizeof want, "#%u response %04x udp\n", 3 * i + 3, 0x100 + i);
        net_check(&net, want);
        /* The last piece made it whole. */
        assert_int_equal(net.last.when, 1000 * WHEN_SECOND + (3 * i + 2) * WHEN_MS);
        assert_int_equal(net.last.sighting.ip_id, i + 1);
        assert_int_equal(net.last.size, 1629);
        assert_int_equal(net.last.dns.reach, DNS_WHOLE);
        assert_int_equal(net.last.dns.answers, 100);
    }
    for (unsigned i = 0; i < 6; i++) {
        struct slice whole = big(0x200 + i);

        for (unsigned n = 0; n < 3; n++)
            net_give(&net, piece6(whole, orders[i][n], i + 1));
        snprintf(want, sizeof want, "#%u response %04x udp\n", 18 + 3 * i + 3, 0x200 + i);
        net_check(&net, want);
        assert_int_equal(net.last.dns.answers, 100);
    }
    net_end(&net);
    net_check(&net, "");
    net_check_skips(&net, "");
}

/* The same piece again is a copy, before and after the datagram is whole; each interface and
 * direction is put together by itself, and so are ids, protocols and addresses. */
static void test_copies(void **state)
{
    struct slice whole = big(1);

    (void)state;
    net_give(&net, piece4(whole, 0, 7));
    net_give(&net, piece4(whole, 0, 7));
    net_give(&net, piece4(whole, 1, 7));
    net_give(&net, piece4(whole, 1, 7));
    net_give(&net, piece4(whole, 2, 7));
    net_check(&net, "#5 response 0001 udp\n");
    net_give(&net, piece4(whole, 2, 7));
    net_give(&net, piece4(whole, 0, 7));
    net_check(&net, "");
    for (unsigned n = 0; n < 3; n++) {
        for (uint32_t interface = 3; interface < 5; interface++) {
            net.interface = interface;
            net.direction = (uint8_t)(interface - 2);
            net_give(&net, piece4(whole, n, 7));
        }
    }
    net_check(&net, "#12 response 0001 udp\n#13 response 0001 udp\n");
    net_give(&net, piece4(big(2), 0, 8));
    net_give(&net, piece4(big(3), 0, 9));
    net_give(&net, piece4(big(3), 1, 9));
    net_give(&net, piece4(big(2), 1, 8));
    net_give(&net, piece4(big(2), 2, 8));
    net_give(&net, piece4(big(3), 2, 9));
    net_check(&net, "#18 response 0002 udp\n#19 response 0003 udp\n");
    net_end(&net);
    net_check(&net, "");
    net_check_skips(&net, "");
}

/* A piece over another: nothing of the datagram is used, whatever comes (RFC 5722). */
static void test_overlaps(void **state)
{
    struct slice whole = big(1), other = big(2);
    static const struct {
        unsigned from, len;
    } over[] = {{592, 16}, {0, 608}, {8, 600}, {600, 608}, {0, 1800}, {1192, 16}};

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        unsigned id = 10 + i;

        net_give(&net, piece4(whole, 0, id));
        net_give(&net, piece4(whole, 1, id));
        net_give(&net, ip4_part(53, 1, UDP, id, MORE | over[i].from / 8, junk_of(over[i].len)));
        net_give(&net, piece4(whole, 2, id));
        net_give(&net, piece4(whole, 0, id));
        net_check(&net, "");
        net_check_skips(&net, "fragment 1");
    }
    /* The same place with other octets. */
    net_give(&net, piece4(whole, 0, 30));
    net_give(&net, piece4(other, 0, 30));
    net_give(&net, piece4(whole, 1, 30));
    net_give(&net, piece4(whole, 2, 30));
    net_check_skips(&net, "fragment 1");
    net_end(&net);
    net_check(&net, "");
    net_check_skips(&net, "");
}

/* Ends that contradict one another, pieces that are no multiple of eight, beyond 64 KiB, or empty.
 * */
static void test_damage(void **state)
{
    struct slice whole = big(1);

    (void)state;
    net_give(&net, piece4(whole, 2, 1));
    net_give(&net, ip4_part(53, 1, UDP, 1, MORE | 2048 / 8, junk_of(64)));
    net_check_skips(&net, "fragment 1");
    net_give(&net, ip4_part(53, 1, UDP, 2, MORE | 2048 / 8, junk_of(64)));
    net_give(&net, piece4(whole, 2, 2));
    net_check_skips(&net, "fragment 1");
    net_give(&net, piece4(whole, 2, 3));
    net_give(&net, ip4_part(53, 1, UDP, 3, 3000 / 8, junk_of(64)));
    net_check_skips(&net, "fragment 1");
    net_give(&net, ip4_part(53, 1, UDP, 4, MORE, junk_of(63)));
    net_check_skips(&net, "fragment 1");
    net_give(&net, ip4_part(53, 1, UDP, 5, 0x1fff, junk_of(64)));
    net_check_skips(&net, "fragment 1");
    net_give(&net, ip4_part(53, 1, UDP, 6, MORE | 1, NO_OCTETS));
    net_check_skips(&net, "fragment 1");
    for (unsigned n = 0; n <= LIMIT_FRAGMENTS; n++)
        net_give(&net, ip4_part(53, 1, UDP, 7, MORE | n, junk_of(8)));
    net_check_skips(&net, "fragment 1");
    net_end(&net);
    net_check(&net, "");
    net_check_skips(&net, "");
}

/* A filter on the port keeps only the first: it is given as what it is, with its own place. */
static void test_first_only(void **state)
{
    (void)state;
    net_give(&net, piece4(big(1), 0, 1));
    net_give(&net, piece6(big(2), 0, 1));
    net_give(&net, piece4(big(3), 1, 2)); /* never its first */
    net_check(&net, "");
    net.now += LIMIT_FRAGMENT_NS - 10 * WHEN_MS;
    net_give(&net, ip4_of(1, 53, UDP, udp_of(4000, 53, query_of(9))));
    net_check(&net, "#4 query 0009 udp\n");
    net_check_skips(&net, "");
    net.now += 20 * WHEN_MS;
    net_give(&net, ip4_of(1, 53, UDP, udp_of(4000, 53, query_of(10))));
    net_check(&net, "#5 query 000a udp\n"
                    "#1 response 0001 udp size 1629 cut\n"
                    "#2 response 0002 udp size 1629 cut\n");
    assert_int_equal(net.last.when, 1000 * WHEN_SECOND + WHEN_MS);
    assert_int_equal(net.last.offset, 200);
    assert_int_equal(net.last.dns.ancount, 100);
    assert_int_equal(net.last.dns.answers, (STEP - 8 - 29) / 16);
    net_check_skips(&net, "fragment 3");
    net_give(&net, piece4(big(4), 0, 4));
    net_end(&net);
    net_check(&net, "#6 response 0004 udp size 1629 cut\n");
    net_check_skips(&net, "fragment 1");
}

/* A clock that runs backwards, and one that is nowhere near. */
static void test_clock(void **state)
{
    (void)state;
    net_give(&net, piece4(big(1), 0, 1));
    net.now -= 3600 * WHEN_SECOND;
    net_give(&net, piece4(big(2), 0, 2));
    net_check(&net, "#1 response 0001 udp size 1629 cut\n");
    net_give(&net, piece4(big(2), 1, 2));
    net_give(&net, piece4(big(2), 2, 2));
    net_check(&net, "#4 response 0002 udp\n");
    net.now = INT64_MIN;
    net_give(&net, piece4(big(3), 0, 3));
    net.now = INT64_MAX - WHEN_SECOND;
    net_give(&net, piece4(big(3), 1, 3));
    net_check(&net, "#5 response 0003 udp size 1629 cut\n");
}

/* The snap length leaves holes: what stands in front of the first one can be read. */
static void test_cut(void **state)
{
    struct slice whole = big(1);

    (void)state;
    net_give_cut(&net, piece4(whole, 0, 1), 320);
    net_give(&net, piece4(whole, 1, 1));
    net_give(&net, piece4(whole, 2, 1));
    net_check(&net, "#3 response 0001 udp size 1629 cut\n");
    assert_int_equal(net.last.dns.wire.len, 300 - 8);
    net_give(&net, piece4(whole, 0, 2));
    net_give_cut(&net, piece4(whole, 2, 2), 100);
    net_give(&net, piece4(whole, 1, 2));
    net_check(&net, "#6 response 0001 udp size 1629 cut\n");
    assert_int_equal(net.last.dns.wire.len, 2 * STEP + 80 - 8);
    /* Only the UDP header of the first. */
    net_give_cut(&net, piece4(whole, 0, 3), 30);
    net_give(&net, piece4(whole, 1, 3));
    net_give(&net, piece4(whole, 2, 3));
    net_check(&net, "");
    net_check_skips(&net, "cut_packet 1");
}

/* However many begin, and however large they are, the oldest are given up for the newest. */
static void test_ceilings(void **state)
{
    enum { SOME = 100 };
    struct slice whole = big(1);
    char want[64];

    (void)state;
    for (unsigned i = 0; i < LIMIT_FRAGMENTED + SOME; i++) {
        size_t used = wire_used;

        net_give(&net, piece4(whole, 0, i));
        net.now -= WHEN_MS;
        wire_used = used;
    }
    /* The first that had to go. */
    snprintf(want, sizeof want, "#%u response 0001 udp size 1629 cut", 1u);
    assert_int_equal(strncmp(net.log.at, want, strlen(want)), 0);
    text_clear(&net.log);
    assert_int_equal(net.facts.skips.n[SKIP_FRAGMENT], SOME);
    assert_int_equal(net.facts.skips.n[SKIP_FOLDED], 0);
    net.facts.skips.n[SKIP_FRAGMENT] = 0;
    net_end(&net);
    assert_int_equal(net.facts.skips.n[SKIP_FRAGMENT], LIMIT_FRAGMENTED);
}

static void test_octet_ceiling(void **state)
{
    enum { SIZE = 60000, SOME = 20 };
    unsigned n = LIMIT_FRAGMENT_BYTES / SIZE + SOME;
    struct slice large = udp_of(53, 4000, junk_of(SIZE));

    (void)state;
    for (unsigned i = 0; i < n; i++) {
        size_t used = wire_used;

        net_give(&net, ip4_part(53, 1, UDP, i, MORE, part(large, 0, SIZE)));
        net.now -= WHEN_MS;
        wire_used = used;
    }
    assert_in_range(net.facts.skips.n[SKIP_FRAGMENT], SOME, SOME + 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_orders, begin, finish),
        cmocka_unit_test_setup_teardown(test_copies, begin, finish),
        cmocka_unit_test_setup_teardown(test_overlaps, begin, finish),
        cmocka_unit_test_setup_teardown(test_damage, begin, finish),
        cmocka_unit_test_setup_teardown(test_first_only, begin, finish),
        cmocka_unit_test_setup_teardown(test_clock, begin, finish),
        cmocka_unit_test_setup_teardown(test_cut, begin, finish),
        cmocka_unit_test_setup_teardown(test_ceilings, begin, finish),
        cmocka_unit_test_setup_teardown(test_octet_ceiling, begin, finish),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
