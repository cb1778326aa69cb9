// SPDX-License-Identifier: BSD-2-Clause
// DNS over TCP: messages out of segments as they come, and what happens to connections.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"

#include "pcap-stream.h"

enum { QUERY = 31 }; /* octets of framed(query_of()) */

static void test_plain(void **state)
{
    (void)state;
    shake_hands();
    net_check(&net, "#1 connect tcp\n#2 connected tcp\n");
    assert_int_equal(net.last.asker.port, 4000);
    assert_int_equal(net.last.answerer.port, 53);
    assert_int_equal(net.last.dns.reach, DNS_NOTHING);
    net.interface = 5;
    ask(0, framed(query_of(1)));
    net_check(&net, "#4 query 0001 tcp\n");
    assert_int_equal(net.last.size, 29);
    assert_int_equal(net.last.sighting.interface, 5);
    assert_int_equal(net.last.when, 1000 * WHEN_SECOND + 3 * WHEN_MS);
    assert_int_equal(net.last.offset, 400);
    assert_int_equal(net.last.asker.port, 4000);
    answer(0, framed(answer_of(1, 2)));
    net_check(&net, "#5 response 0001 tcp\n");
    assert_int_equal(net.last.asker.port, 4000);
    assert_int_equal(net.last.dns.addresses, 2);
    net_give(&net, from_client(FIN | ACK, CLIENT + QUERY, SERVER, NO_OCTETS));
    net_check(&net, "#6 closed tcp\n");
    net_give(&net, from_server(FIN | ACK, SERVER + 63, CLIENT, NO_OCTETS));
    net_give(&net, from_client(RST, CLIENT + QUERY + 1, 0, NO_OCTETS));
    net_end(&net);
    net_check(&net, "");
    net_check_skips(&net, "");
}

/* glibc's pair in one segment; answers that come one by one; a FIN with the last data. */
static void test_several(void **state)
{
    (void)state;
    connect_quietly();
    ask(0, join(framed(query_of(1)), framed(query_of(2))));
    net_check(&net, "#4 query 0001 tcp\n#4 query 0002 tcp\n");
    answer(0, framed(answer_of(1, 1)));
    net_give(&net, from_server(FIN | ACK, SERVER + 47, CLIENT, framed(answer_of(2, 0))));
    net_check(&net, "#5 response 0001 tcp\n#6 response 0002 tcp\n#6 closed tcp\n");
    net_check_skips(&net, "");
}

/* One message over as many segments as it has octets, the length's own two apart. */
static void test_split(void **state)
{
    struct slice stream = join(framed(answer_of(1, 100)), framed(answer_of(2, 1)));
    struct slice both = join(framed(query_of(1)), framed(query_of(2)));

    (void)state;
    connect_quietly();
    for (size_t i = 0; i < both.len; i++)
        ask((uint32_t)i, part(both, i, 1));
    net_check(&net, "#34 query 0001 tcp\n#65 query 0002 tcp\n");
    for (size_t i = 0; i < stream.len; i += 700)
        answer((uint32_t)i, part(stream, i, stream.len - i < 700 ? stream.len - i : 700));
    net_check(&net, "#68 response 0001 tcp\n#68 response 0002 tcp\n");
    assert_int_equal(net.last.dns.addresses, 1);
    net_check_skips(&net, "");
}

/* The longest message, in ordinary segments. */
static void test_longest(void **state)
{
    struct slice stream = framed(join(answer_of(1, 4000), junk_of(1500)));

    (void)state;
    connect_quietly();
    for (size_t i = 0; i < stream.len; i += 1448)
        answer((uint32_t)i, part(stream, i, stream.len - i < 1448 ? stream.len - i : 1448));
    net_check(&net, "#49 response 0001 tcp\n");
    assert_int_equal(net.last.size, 65529);
    assert_int_equal(net.last.dns.addresses, 4000);
    net_check_skips(&net, "");
}

/* Three pieces in each order: the messages come when the hole is filled, with that packet. */
static void test_out_of_order(void **state)
{
    static const unsigned orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                          {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    (void)state;
    for (unsigned i = 0; i < 6; i++) {
        struct slice stream = join(framed(query_of(1)), framed(query_of(2)));
        char want[64];
        unsigned frame;

        client_port = 5000 + i;
        connect_quietly();
        frame = (unsigned)net.number;
        for (unsigned n = 0; n < 3; n++) {
            unsigned from = orders[i][n] * 20, len = orders[i][n] == 2 ? 22 : 20;

            ask(from, part(stream, from, len));
        }
        /* The first message ends in the second piece, the second one in the third. */
        snprintf(want, sizeof want, "#%u query 0001 tcp\n#%u query 0002 tcp\n",
                 frame + (orders[i][2] == 2 ? 2 : 3), frame + 3);
        net_check(&net, want);
    }
    net_check_skips(&net, "");
}

/* Sent again, as a copy on another interface, and keep-alives: seen already. */
static void test_again(void **state)
{
    (void)state;
    connect_quietly();
    shake_hands();
    ask(0, framed(query_of(1)));
    net.interface = 2;
    ask(0, framed(query_of(1)));
    net_give(&net, from_client(ACK, CLIENT + QUERY - 1, SERVER, OCTETS(0)));
    ask(QUERY, framed(query_of(2)));
    ask(QUERY, framed(query_of(2)));
    net_check(&net, "#7 query 0001 tcp\n#10 query 0002 tcp\n");
    /* Half of it is new. */
    ask(QUERY, join(framed(query_of(7)), framed(query_of(3))));
    net_check(&net, "#12 query 0003 tcp\n");
    net_check_skips(&net, "");
}

/* Of octets that are held, the first copy wins, and every new octet of a later one counts. */
static void test_overlap(void **state)
{
    struct slice stream = join(framed(query_of(1)), framed(query_of(2)));

    (void)state;
    connect_quietly();
    ask(40, part(stream, 40, 10));
    ask(20, part(stream, 20, 10));
    ask(15, join(part(stream, 15, 5),
                 join(junk_of(10),
                      join(part(stream, 30, 10), join(junk_of(10), part(stream, 50, 12))))));
    ask(16, part(stream, 16, 3));
    net_check(&net, "");
    ask(0, part(stream, 0, 18));
    net_check(&net, "#8 query 0001 tcp\n#8 query 0002 tcp\n");
    net_check_skips(&net, "");
}

/* A segment that was never captured: the other side has it, so it does not come any more. */
static void test_gap_acknowledged(void **state)
{
    (void)state;
    connect_quietly();
    ask(0, framed(query_of(1)));
    ask(2 * QUERY, framed(query_of(3)));
    ask(3 * QUERY, framed(query_of(4)));
    net_check(&net, "#4 query 0001 tcp\n");
    server_acks(QUERY);
    wait_for_hole();
    net_check(&net, "");
    server_acks(4 * QUERY);
    wait_for_hole();
    net_check(&net, "#5 query 0003 tcp\n#6 query 0004 tcp\n");
    assert_int_equal(net.last.when, 1000 * WHEN_SECOND + 5 * WHEN_MS); /* as it came */
    net_check_skips(&net, "tcp_gap 31");
    /* Acknowledged before what stands behind the hole is there. */
    server_acks(5 * QUERY);
    ask(5 * QUERY, framed(query_of(6)));
    wait_for_hole();
    net_check(&net, "#18 query 0006 tcp\n");
    net_check_skips(&net, "tcp_gap 31");
    /* The lost one comes late: it is over. */
    ask(QUERY, framed(query_of(2)));
    net_check(&net, "");
    net_check_skips(&net, "");
}

/* Packets that change places in the capture: what is acknowledged stands behind it. */
static void test_gap_closed(void **state)
{
    (void)state;
    connect_quietly();
    server_acks(2 * QUERY);
    ask(QUERY, framed(query_of(2)));
    answer(0, framed(answer_of(1, 1)));
    ask(0, framed(query_of(1)));
    net_check(&net, "#6 response 0001 tcp\n#7 query 0001 tcp\n#7 query 0002 tcp\n");
    net_check_skips(&net, "");
}

/* A hole inside a message: what is in front of it tells where the next one begins. */
static void test_gap_inside(void **state)
{
    struct slice stream = join(framed(answer_of(1, 100)), framed(answer_of(2, 1)));

    (void)state;
    connect_quietly();
    answer(0, part(stream, 0, 500));
    answer(1000, part(stream, 1000, stream.len - 1000));
    net_check(&net, "");
    net_give(&net, from_client(ACK, CLIENT, SERVER + (uint32_t)stream.len, NO_OCTETS));
    wait_for_hole();
    net_check(&net, "#4 response 0001 tcp size 1629 cut\n#5 response 0002 tcp\n");
    net_check_skips(&net, "tcp_gap 500");
    /* One that ends behind it: the next segment that begins like one. */
    net.number = 0;
    stream = framed(answer_of(3, 100));
    answer(1678, part(stream, 0, 500));
    answer(1678 + 1700, junk_of(50));
    answer(1678 + 1750, framed(answer_of(4, 1)));
    answer(1678 + 1750 + 47, framed(answer_of(5, 1)));
    net_give(&net, from_client(ACK, CLIENT, SERVER + 9000, NO_OCTETS));
    wait_for_hole();
    net_check(&net, "#1 response 0003 tcp size 1629 cut\n#3 response 0004 tcp\n"
                    "#4 response 0005 tcp\n");
    net_check_skips(&net, "tcp_gap 1200 tcp_junk 50");
    /* In front of the DNS header, so that nothing is known of the message but its length. */
    net.number = 0;
    answer(3522, part(stream, 0, 10));
    answer(3522 + 100, part(stream, 100, stream.len - 100));
    answer(3522 + (uint32_t)stream.len, framed(answer_of(6, 1)));
    net_give(&net, from_client(ACK, CLIENT, SERVER + 90000, NO_OCTETS));
    wait_for_hole();
    net_check(&net, "#3 response 0006 tcp\n");
    net_check_skips(&net, "tcp_gap 90");
}

/* Nothing is acknowledged in sight: more than is held gives up the hole. */
static void test_gap_ceiling(void **state)
{
    enum { SIZE = 1000 };
    unsigned n = 0;

    (void)state;
    connect_quietly();
    for (; net.log.len == 0 && n < 1000; n++) {
        size_t used = wire_used;

        answer(100 + n * 1002, framed(join(answer_of(n, 1), junk_of(SIZE - 45))));
        wire_used = used;
    }
    /* Pieces have heads. */
    assert_in_range(n, LIMIT_TCP_HELD_BYTES / 1100, LIMIT_TCP_HELD_BYTES / 1000);
    net_check_skips(&net, "tcp_gap 100");
    text_clear(&net.log);
    /* In number, too. */
    client_port++;
    connect_quietly();
    for (n = 0; net.log.len == 0 && n < 1000; n++)
        ask(QUERY * (n + 1), framed(query_of(n)));
    assert_int_equal(n, LIMIT_TCP_PIECES + 1);
    net_check_skips(&net, "tcp_gap 31");
}

/* What is held at the end of the capture is given, holes or not; what has begun is not. */
static void test_end(void **state)
{
    (void)state;
    connect_quietly();
    ask(QUERY, framed(query_of(2)));
    ask(3 * QUERY, framed(query_of(4)));
    ask(4 * QUERY, part(framed(query_of(5)), 0, 30));
    client_port++;
    connect_quietly();
    answer(100, framed(answer_of(7, 1)));
    net_check(&net, "");
    net_end(&net);
    net_check(&net, "#4 query 0002 tcp\n#5 query 0004 tcp\n#10 response 0007 tcp\n");
    net_check_skips(&net, "tcp_gap 162");
}

/* The capture begins in the middle: with a segment that starts with a length and a header. */
static void test_no_syn(void **state)
{
    struct slice large = framed(answer_of(1, 100));

    (void)state;
    answer(0, part(large, 700, 500));
    net_check_skips(&net, "tcp_junk 500");
    answer(500, framed(answer_of(2, 1)));
    net_check(&net, "#2 response 0002 tcp\n");
    ask(0, framed(query_of(3)));
    net_check(&net, "#3 query 0003 tcp\n");
    /* No beginning, so no events but its end. */
    net_give(&net, from_client(FIN | ACK, CLIENT + QUERY, SERVER, NO_OCTETS));
    net_check(&net, "#4 closed tcp\n");
    net_check_skips(&net, "");
    /* A length that is sent by itself. */
    client_port++;
    answer(0, part(large, 0, 2));
    answer(2, part(large, 2, large.len - 2));
    net_check(&net, "#6 response 0001 tcp\n");
    /* One by itself that was none. */
    client_port++;
    answer(0, OCTETS(9, 9));
    answer(2, junk_of(20));
    answer(22, framed(answer_of(4, 1)));
    net_check(&net, "#9 response 0004 tcp\n");
    net_check_skips(&net, "tcp_junk 22");
    /* Acknowledgements and ends of what nobody knows. */
    client_port++;
    server_acks(0);
    net_give(&net, from_server(RST, SERVER, 0, NO_OCTETS));
    net_give(&net, from_server(FIN | ACK, SERVER, 0, NO_OCTETS));
    net_check(&net, "");
    net_check_skips(&net, "");
}

/* The SYN is late; only the SYN-ACK is there; the client alone is captured. */
static void test_half_syn(void **state)
{
    (void)state;
    ask(0, framed(query_of(1)));
    net_give(&net, from_client(SYN, CLIENT - 1, 0, NO_OCTETS));
    ask(QUERY, framed(query_of(2)));
    net_check(&net, "#1 query 0001 tcp\n#2 connect tcp\n#3 query 0002 tcp\n");
    client_port++;
    net_give(&net, from_server(SYN | ACK, SERVER - 1, CLIENT, NO_OCTETS));
    ask(0, framed(query_of(3)));
    net_check(&net, "#4 connected tcp\n#5 query 0003 tcp\n");
    client_port++;
    net_give(&net, from_client(SYN, CLIENT - 1, 0, NO_OCTETS));
    net_check(&net, "#6 connect tcp\n");
    ask(0, framed(query_of(4)));
    net_check(&net, "#7 connected tcp\n#7 query 0004 tcp\n");
    net_check_skips(&net, "");
}

/* TCP Fast Open: data in the SYN; it may be sent again behind it. */
static void test_fast_open(void **state)
{
    (void)state;
    net_give(&net, from_client(SYN, CLIENT - 1, 0, framed(query_of(1))));
    net_give(&net, from_server(SYN | ACK, SERVER - 1, CLIENT + QUERY, framed(answer_of(1, 1))));
    net_check(&net, "#1 connect tcp\n#1 query 0001 tcp\n#2 connected tcp\n#2 response 0001 tcp\n");
    net_give(&net, from_client(ACK, CLIENT, SERVER, framed(query_of(1))));
    ask(QUERY, framed(query_of(2)));
    net_check(&net, "#4 query 0002 tcp\n");
    net_check_skips(&net, "");
}

/* Other protocols on the port, lengths that cannot be, and messages that are none. */
static void test_junk(void **state)
{
    struct slice hello = OCTETS(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9);

    (void)state;
    connect_quietly();
    ask(0, slice_copy("GET / HTTP/1.1\r\nHost: example\r\n\r\n", 33));
    net_check_skips(&net, "tcp_junk 33");
    ask(33, framed(query_of(1)));
    net_check(&net, "#5 query 0001 tcp\n");
    ask(33 + QUERY, join(OCTETS(0, 3), junk_of(3)));
    ask(33 + QUERY + 5, join(framed(query_of(2)), OCTETS(0, 0, 1, 2)));
    net_check(&net, "#7 query 0002 tcp\n");
    net_check_skips(&net, "tcp_junk 9");
    /* A header that might be, and a question that is none. */
    ask(2 * QUERY + 42, framed(join(part(query_of(3), 0, 12), junk_of(40))));
    ask(2 * QUERY + 96, framed(query_of(4)));
    net_check(&net, "#9 query 0004 tcp\n");
    client_port++;
    connect_quietly();
    ask(0, join(hello, junk_of(100)));
    net_check(&net, "");
    assert_true(net.facts.skips.n[SKIP_TCP_JUNK] >= 54);
}

static void test_reset(void **state)
{
    (void)state;
    /* Refused. */
    net_give(&net, from_client(SYN, CLIENT - 1, 0, NO_OCTETS));
    net_give(&net, from_client(SYN, CLIENT - 1, 0, NO_OCTETS));
    net_give(&net, from_server(RST | ACK, 0, CLIENT, NO_OCTETS));
    net_give(&net, from_server(RST | ACK, 0, CLIENT, NO_OCTETS));
    net_check(&net, "#1 connect tcp\n#3 broken tcp\n");
    assert_int_equal(net.last.asker.port, 4000);
    /* In the middle of things: what is held behind a hole was sent. */
    client_port++;
    connect_quietly();
    ask(0, framed(query_of(1)));
    answer(100, framed(answer_of(2, 1)));
    answer(147, part(framed(answer_of(3, 1)), 0, 20));
    net_give(&net, from_server(RST, SERVER + 160, 0, slice_copy("sorry", 5)));
    net_check(&net, "#8 query 0001 tcp\n#9 response 0002 tcp\n#11 broken tcp\n");
    net_check_skips(&net, "tcp_gap 100");
    net_give(&net, from_client(FIN | ACK, CLIENT + QUERY, SERVER, NO_OCTETS));
    net_check(&net, "");
    /* Behind a FIN it says nothing, but to a query. */
    client_port++;
    connect_quietly();
    net_give(&net, from_server(FIN | ACK, SERVER, CLIENT, NO_OCTETS));
    net_give(&net, from_client(RST, CLIENT, SERVER, NO_OCTETS));
    net_check(&net, "#16 closed tcp\n");
    client_port++;
    connect_quietly();
    net_give(&net, from_server(FIN | ACK, SERVER, CLIENT, NO_OCTETS));
    ask(0, framed(query_of(1)));
    net_give(&net, from_server(RST, SERVER + 1, 0, NO_OCTETS));
    net_check(&net, "#21 closed tcp\n#22 query 0001 tcp\n#23 broken tcp\n");
    net_check_skips(&net, "");
}

/* Sequence numbers run over the end of their 32 bits. */
static void test_wrap(void **state)
{
    struct slice stream = join(framed(query_of(1)), join(framed(query_of(2)), framed(query_of(3))));
    uint32_t first = UINT32_MAX - 40;

    (void)state;
    net_give(&net, from_client(SYN, first - 1, 0, NO_OCTETS));
    net_give(&net, from_client(ACK, first + 62, SERVER, part(stream, 62, 31)));
    net_give(&net, from_client(ACK, first + 20, SERVER, part(stream, 20, 42)));
    net_give(&net, from_client(ACK, first, SERVER, part(stream, 0, 30)));
    net_check(&net, "#1 connect tcp\n#2 connected tcp\n#4 query 0001 tcp\n#4 query 0002 tcp\n"
                    "#4 query 0003 tcp\n");
    net_check_skips(&net, "");
}

/* The same ports again: with a SYN, and, where that was not captured, far from the last number. */
static void test_port_reuse(void **state)
{
    (void)state;
    connect_quietly();
    ask(0, framed(query_of(1)));
    net_give(&net, from_client(SYN, CLIENT + 7000, 0, NO_OCTETS));
    net_give(&net, from_client(ACK, CLIENT + 7001, SERVER, framed(query_of(2))));
    net_check(&net, "#4 query 0001 tcp\n#5 connect tcp\n#6 connected tcp\n#6 query 0002 tcp\n");
    net_check_skips(&net, "");
    net_give(&net, from_client(ACK, CLIENT + 0x40000000, SERVER, junk_of(80)));
    net_check_skips(&net, "tcp_junk 80");
    net_give(&net, from_client(ACK, CLIENT + 0x40000000, SERVER, framed(query_of(3))));
    net_give(&net, from_client(ACK, CLIENT + 0x40000000 + QUERY, SERVER, framed(query_of(4))));
    net_check(&net, "#8 query 0003 tcp\n#9 query 0004 tcp\n");
    net_check_skips(&net, "tcp_gap 1");
    /* What was held for the old one is lost with it. */
    net_give(&net, from_client(ACK, CLIENT + 0x40000000 + 100, SERVER, framed(query_of(5))));
    net_give(&net, from_client(SYN, CLIENT, 0, NO_OCTETS));
    net_check(&net, "#11 connect tcp\n");
    net_check_skips(&net, "tcp_gap 1");
    /* The server's side tells, too. */
    client_port++;
    connect_quietly();
    net_give(&net, from_server(SYN | ACK, SERVER + 90000, CLIENT, NO_OCTETS));
    net_check(&net, "#15 connected tcp\n");
}

/* The snap length leaves the beginning of each segment. */
static void test_snap_length(void **state)
{
    (void)state;
    connect_quietly();
    net_give_cut(&net, from_server(ACK, SERVER, CLIENT, framed(answer_of(1, 10))), 40 + 50);
    net_check(&net, "#4 response 0001 tcp size 189 cut\n");
    net_give_cut(&net, from_server(ACK, SERVER + 191, CLIENT, framed(answer_of(2, 10))), 40 + 10);
    net_check(&net, "");
    net_give_cut(&net, from_server(ACK, SERVER + 382, CLIENT, framed(answer_of(3, 10))), 40);
    net_give(&net, from_server(ACK, SERVER + 573, CLIENT, framed(answer_of(4, 1))));
    net_check(&net, "#7 response 0004 tcp\n");
    net_check_skips(&net, "tcp_gap 513");
    for (size_t captured = 20; captured < 40; captured++)
        net_give_cut(&net, from_server(ACK, SERVER + 620, CLIENT, framed(answer_of(5, 1))),
                     captured);
    net_check(&net, "");
    net_check_skips(&net, "cut_packet 20");
    /* Options that were cut say nothing about the data behind them. */
    net_give(&net,
             ip4_of(53, 1, TCP,
                    OCTETS(0, 53, 15, 160, 0, 0, 0, 1, 0, 0, 0, 1, 0x40, 16, 0, 0, 0, 0, 0, 0)));
    net_give(&net,
             ip4_of(53, 1, TCP,
                    OCTETS(0, 53, 15, 160, 0, 0, 0, 1, 0, 0, 0, 1, 0xf0, 16, 0, 0, 0, 0, 0, 0)));
    net_give(&net, ip4_of(53, 1, TCP, OCTETS(0, 53, 15, 160)));
    net_check_skips(&net, "bad_ip 3");
}

/* A million half-open connections: the oldest are let go, and only those that held something count.
 * */
static void test_many(void **state)
{
    (void)state;
    connect_quietly();
    ask(5, OCTETS(1, 2, 3));
    for (unsigned i = 0; i < 3 * LIMIT_CONNECTIONS; i++) {
        size_t used = wire_used;

        net_give(&net, ip4_of(i >> 16, 53, TCP, tcp_of(i & 0xffff, 53, 1, 0, SYN, NO_OCTETS)));
        text_clear(&net.log);
        wire_used = used;
    }
    net_check_skips(&net, "folded 1");
}

/* However many connections hold however much. */
static void test_memory(void **state)
{
    enum { SIZE = 60000 };
    unsigned n = 3 * LIMIT_TCP_BYTES / SIZE;

    (void)state;
    for (unsigned i = 0; i < n; i++) {
        size_t used = wire_used;

        client_port = 5000 + i;
        connect_quietly();
        answer(1, junk_of(SIZE));
        wire_used = used;
    }
    assert_in_range(net.facts.skips.n[SKIP_FOLDED], n * 2 / 3 - 10, n * 2 / 3 + 10);
    net_end(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_plain, begin, finish),
        cmocka_unit_test_setup_teardown(test_several, begin, finish),
        cmocka_unit_test_setup_teardown(test_split, begin, finish),
        cmocka_unit_test_setup_teardown(test_longest, begin, finish),
        cmocka_unit_test_setup_teardown(test_out_of_order, begin, finish),
        cmocka_unit_test_setup_teardown(test_again, begin, finish),
        cmocka_unit_test_setup_teardown(test_overlap, begin, finish),
        cmocka_unit_test_setup_teardown(test_gap_acknowledged, begin, finish),
        cmocka_unit_test_setup_teardown(test_gap_closed, begin, finish),
        cmocka_unit_test_setup_teardown(test_gap_inside, begin, finish),
        cmocka_unit_test_setup_teardown(test_gap_ceiling, begin, finish),
        cmocka_unit_test_setup_teardown(test_end, begin, finish),
        cmocka_unit_test_setup_teardown(test_no_syn, begin, finish),
        cmocka_unit_test_setup_teardown(test_half_syn, begin, finish),
        cmocka_unit_test_setup_teardown(test_fast_open, begin, finish),
        cmocka_unit_test_setup_teardown(test_junk, begin, finish),
        cmocka_unit_test_setup_teardown(test_reset, begin, finish),
        cmocka_unit_test_setup_teardown(test_wrap, begin, finish),
        cmocka_unit_test_setup_teardown(test_port_reuse, begin, finish),
        cmocka_unit_test_setup_teardown(test_snap_length, begin, finish),
        cmocka_unit_test_setup_teardown(test_many, begin, finish),
        cmocka_unit_test_setup_teardown(test_memory, begin, finish),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
