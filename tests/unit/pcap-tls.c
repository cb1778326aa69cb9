// SPDX-License-Identifier: BSD-2-Clause
// DNS over TLS without its keys: handshakes, how they fail, and records that may be messages.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pcap-stream.h"

enum { CCS = 20, ALERT = 21, HANDSHAKE = 22, DATA = 23 };
enum { AES_GCM = 0xc02f, CHACHA = 0xcca8, TLS13_GCM = 0x1302 };
enum { FINISHED_32 = 53, FINISHED_48 = 69, TICKET = 266 };

static struct slice record_of(unsigned type, struct slice body)
{
    return join(OCTETS((uint8_t)type, 3, 3, U16(body.len)), body);
}

static struct slice data_of(size_t len)
{
    return record_of(DATA, junk_of(len));
}

static struct slice client_hello(void)
{
    return record_of(HANDSHAKE, join(OCTETS(1, 0, 0, 196), junk_of(196)));
}

static struct slice server_hello(unsigned cipher, bool tls13)
{
    struct slice extensions = OCTETS(0, 51, 0, 4, 0, 29, 0, 0);
    struct slice body = join(OCTETS(3, 3), junk_of(32));

    if (tls13)
        extensions = join(extensions, OCTETS(0, 43, 0, 2, 3, 4));
    body = join(body, join(OCTETS(3, 1, 2, 3, U16(cipher), 0, U16(extensions.len)), extensions));
    return record_of(HANDSHAKE, join(OCTETS(2, 0, U16(body.len)), body));
}

/* Both sides' places in their streams. */
static uint32_t asked, answered;

static void client(struct slice data)
{
    ask(asked, data);
    asked += (uint32_t)data.len;
}

static void server(struct slice data)
{
    answer(answered, data);
    answered += (uint32_t)data.len;
}

static void connect_dot(void)
{
    asked = answered = 0;
    shake_hands();
    net_check(&net, "#1 connect dot\n");
}

/* As OpenSSL's server does: hello, and all the rest encrypted in its first flight. */
static void hello_13(void)
{
    client(client_hello());
    server(join(
        server_hello(TLS13_GCM, true),
        join(record_of(CCS, OCTETS(1)),
             join(data_of(27), join(data_of(819), join(data_of(281), data_of(FINISHED_48)))))));
    net_check(&net, "");
}

static void finished_13(void)
{
    client(join(record_of(CCS, OCTETS(1)), data_of(FINISHED_48)));
}

/* What the captures show: the query does not wait for the tickets. */
static void test_tls13(void **state)
{
    (void)state;
    connect_dot();
    hello_13();
    finished_13();
    net_check(&net, "#6 connected dot\n");
    assert_int_equal(net.last.answerer.port, 853);
    client(data_of(76));
    net_check(&net, "#7 record query 57\n");
    assert_int_equal(net.last.transport, TRANSPORT_DOT);
    assert_int_equal(net.last.dns.reach, DNS_NOTHING);
    server(join(data_of(TICKET), data_of(TICKET)));
    net_check(&net, "");
    server(data_of(244));
    net_check(&net, "#9 record response 225\n");
    assert_int_equal(net.last.asker.port, 4000);
    client(data_of(50));
    server(data_of(66));
    net_check(&net, "#10 record query 31\n#11 record response 47\n");
    /* A late ticket, a new key, close_notify: nothing waits for them, or they are too small. */
    server(data_of(TICKET));
    client(data_of(22));
    client(data_of(50));
    server(data_of(22));
    net_check(&net, "#14 record query 31\n");
    server(data_of(19));
    net_give(&net, from_server(FIN | ACK, SERVER + answered, CLIENT + asked, NO_OCTETS));
    net_check(&net, "#17 closed dot\n");
    net_check_skips(&net, "");
}

/* Tickets in the server's first flight (Go), behind the Finished in a segment each, a single one
 * (a session that is resumed) of a size that was met before. */
static void test_tickets(void **state)
{
    (void)state;
    connect_dot();
    client(client_hello());
    server(join(server_hello(TLS13_GCM, true),
                join(data_of(27), join(data_of(FINISHED_32), data_of(122)))));
    client(join(data_of(FINISHED_32), data_of(50)));
    server(data_of(66));
    net_check(&net, "#6 connected dot\n#6 record query 31\n#7 record response 47\n");
    client_port++;
    asked = answered = 0;
    shake_hands();
    text_clear(&net.log);
    hello_13();
    finished_13();
    server(join(data_of(TICKET), data_of(TICKET)));
    client(data_of(50));
    server(data_of(66));
    net_check(&net, "#13 connected dot\n#15 record query 31\n#16 record response 47\n");
    client_port++;
    asked = answered = 0;
    shake_hands();
    text_clear(&net.log);
    hello_13();
    finished_13();
    client(data_of(50));
    server(data_of(TICKET));
    server(data_of(67));
    net_check(&net, "#22 connected dot\n#23 record query 31\n#25 record response 48\n");
    net_check_skips(&net, "");
}

/* A single ticket of a size that was never met: its answer follows without a query, and is given,
 * too; when that has happened twice, its size is known. */
static void test_unknown_ticket(void **state)
{
    (void)state;
    connect_dot();
    hello_13();
    finished_13();
    client(data_of(50));
    server(data_of(200));
    server(data_of(66));
    server(data_of(67));
    net_check(&net, "#6 connected dot\n#7 record query 31\n#8 record response 181\n"
                    "#9 record response 47\n");
    client(data_of(50));
    server(data_of(200)); /* an answer may be as long */
    net_check(&net, "#11 record query 31\n#12 record response 181\n");
    for (unsigned i = 0; i < 2; i++) {
        client_port++;
        asked = answered = 0;
        net.number = 0;
        shake_hands();
        text_clear(&net.log);
        hello_13();
        finished_13();
        client(data_of(50));
        server(data_of(200));
        server(data_of(66));
        net_check(&net, i == 0 ? "#6 connected dot\n#7 record query 31\n"
                                 "#8 record response 181\n#9 record response 47\n"
                               : "#6 connected dot\n#7 record query 31\n#9 record response 47\n");
    }
}

/* A certificate of the client; queries sent side by side; one in a segment with its Finished. */
static void test_client_flight(void **state)
{
    (void)state;
    connect_dot();
    hello_13();
    client(join(record_of(CCS, OCTETS(1)), data_of(25)));
    net_check(&net, "");
    client(join(data_of(FINISHED_48), join(data_of(50), data_of(52))));
    net_check(&net, "#7 connected dot\n#7 record query 31\n#7 record query 33\n");
    server(data_of(66));
    server(data_of(80));
    server(data_of(90));
    net_check(&net, "#8 record response 47\n#9 record response 61\n#10 record response 71\n");
    server(data_of(90));
    net_check(&net, "");
    /* All of its handshake in one record: after some the handshake must be over. */
    client_port++;
    asked = answered = 0;
    shake_hands();
    text_clear(&net.log);
    hello_13();
    client(data_of(700));
    client(data_of(50));
    client(data_of(51));
    net_check(&net, "");
    client(data_of(52));
    client(data_of(54));
    net_check(&net, "#20 connected dot\n#21 record query 35\n");
}

/* Early data stands in front of what the server says (RFC 8446 section 2.3). */
static void test_early_data(void **state)
{
    (void)state;
    connect_dot();
    client(join(client_hello(), join(record_of(CCS, OCTETS(1)), data_of(50))));
    net_check(&net, "#4 record query 31\n");
    server(join(server_hello(TLS13_GCM, true), join(data_of(40), data_of(FINISHED_48))));
    client(join(data_of(21), data_of(FINISHED_48)));
    net_check(&net, "#6 connected dot\n");
    server(data_of(66));
    net_check(&net, "#7 record response 47\n");
}

static void hello_12(unsigned cipher)
{
    client(client_hello());
    server(
        join(server_hello(cipher, false), join(record_of(HANDSHAKE, join(OCTETS(11), junk_of(900))),
                                               record_of(HANDSHAKE, OCTETS(14, 0, 0, 0)))));
    client(join(record_of(HANDSHAKE, join(OCTETS(16), junk_of(69))),
                join(record_of(CCS, OCTETS(1)), record_of(HANDSHAKE, junk_of(40)))));
    net_check(&net, "");
}

static void test_tls12(void **state)
{
    (void)state;
    connect_dot();
    hello_12(AES_GCM);
    server(join(record_of(HANDSHAKE, join(OCTETS(4), junk_of(180))),
                join(record_of(CCS, OCTETS(1)), record_of(HANDSHAKE, junk_of(40)))));
    net_check(&net, "#7 connected dot\n");
    client(data_of(57));
    server(data_of(73));
    server(data_of(73)); /* nobody asked */
    net_check(&net, "#8 record query 31\n#9 record response 47\n");
    server(record_of(ALERT, junk_of(26)));
    net_give(&net, from_server(FIN | ACK, SERVER + answered, CLIENT + asked, NO_OCTETS));
    net_check(&net, "#12 closed dot\n");
    client_port++;
    asked = answered = 0;
    shake_hands();
    text_clear(&net.log);
    hello_12(CHACHA);
    /* The server's end of the handshake was not captured. */
    client(data_of(49));
    net_check(&net, "#19 connected dot\n#19 record query 31\n");
    assert_int_equal(net.last.frame, 19);
    server(data_of(65));
    net_check(&net, "#20 record response 47\n");
}

/* Alerts: plain ones, encrypted ones, those that are none. */
static void test_alerts(void **state)
{
    (void)state;
    connect_dot();
    client(client_hello());
    server(record_of(ALERT, OCTETS(1, 112))); /* a warning: the name is not known */
    net_check(&net, "");
    server(record_of(ALERT, OCTETS(2, 40)));
    net_check(&net, "#6 broken dot\n");
    net_give(&net, from_server(FIN | ACK, SERVER + answered, CLIENT + asked, NO_OCTETS));
    net_check(&net, "");
    /* TLS 1.3: the client does not like the certificate. */
    client_port++;
    asked = answered = 0;
    shake_hands();
    text_clear(&net.log);
    hello_13();
    client(join(record_of(CCS, OCTETS(1)), data_of(19)));
    net_check(&net, "#13 broken dot\n");
    net_give(&net, from_client(RST, CLIENT + asked, SERVER, NO_OCTETS));
    net_check(&net, "");
    /* TLS 1.2: the server does not like the Finished. */
    client_port++;
    asked = answered = 0;
    shake_hands();
    text_clear(&net.log);
    hello_12(AES_GCM);
    server(join(record_of(CCS, OCTETS(1)), record_of(ALERT, junk_of(26))));
    net_check(&net, "#21 broken dot\n");
}

/* It ends in front of the handshake's end, without a word. */
static void test_fin(void **state)
{
    (void)state;
    connect_dot();
    client(client_hello());
    net_give(&net, from_server(FIN | ACK, SERVER, CLIENT + asked, NO_OCTETS));
    net_check(&net, "#5 broken dot\n");
    net_give(&net, from_client(FIN | ACK, CLIENT + asked, SERVER, NO_OCTETS));
    net_check(&net, "");
    /* One direction of a handshake proves nothing. */
    client_port++;
    asked = answered = 0;
    net_give(&net, from_client(SYN, CLIENT - 1, 0, NO_OCTETS));
    client(client_hello());
    net_give(&net, from_client(FIN | ACK, CLIENT + asked, SERVER, NO_OCTETS));
    net_check(&net, "#7 connect dot\n#9 closed dot\n");
    net_check_skips(&net, "");
}

/* The client alone was captured. */
static void test_one_direction(void **state)
{
    (void)state;
    asked = 0;
    client(client_hello());
    client(join(record_of(CCS, OCTETS(1)), data_of(FINISHED_48)));
    client(data_of(50));
    client(data_of(50));
    net_check(&net, "#2 connected dot\n#3 record query 31\n#4 record query 31\n");
    /* The server alone: nothing says what its records answer. */
    client_port++;
    answered = 0;
    server(join(server_hello(TLS13_GCM, true), data_of(FINISHED_48)));
    server(data_of(66));
    net_check(&net, "");
}

/* The capture begins when all is over but the queries; and in the middle of a record. */
static void test_no_handshake(void **state)
{
    (void)state;
    asked = answered = 0;
    client(data_of(FINISHED_32));
    server(data_of(66));
    net_check(&net, "#1 record query 34\n#2 record response 47\n");
    net_give(&net, from_client(FIN | ACK, CLIENT + asked, SERVER, NO_OCTETS));
    net_check(&net, "#3 closed dot\n");
    client_port++;
    client(junk_of(80));
    net_check_skips(&net, "tcp_junk 80");
    client(data_of(50));
    net_check(&net, "#5 record query 31\n");
    client(OCTETS(23, 3, 9, 0, 50));
    net_check_skips(&net, "tcp_junk 5");
    client(OCTETS(23, 3, 3, 0xff, 0xff));
    net_check_skips(&net, "tcp_junk 5");
    client(data_of(51));
    net_check(&net, "#8 record query 32\n");
}

/* Records over several segments, and holes in them. */
static void test_segments(void **state)
{
    struct slice large = data_of(3000), both;

    (void)state;
    asked = answered = 0;
    client(join(data_of(50), data_of(50)));
    text_clear(&net.log);
    server(part(large, 0, 3));
    net_check_skips(&net, "tcp_junk 3");
    answered = 0;
    server(part(large, 0, 1000));
    server(part(large, 1000, 1000));
    net_check(&net, "");
    server(part(large, 2000, 1005));
    net_check(&net, "#5 record response 2981\n");
    /* A hole in the middle; where the next one begins is known. */
    client(join(data_of(50), data_of(50)));
    text_clear(&net.log);
    both = join(large, data_of(66));
    server(part(both, 0, 1000));
    answered += 1000;
    server(part(both, 2000, both.len - 2000));
    net_give(&net, from_client(ACK, CLIENT + asked, SERVER + answered, NO_OCTETS));
    wait_for_hole();
    net_check(&net, "#7 record response 2981\n#8 record response 47\n");
    net_check_skips(&net, "tcp_gap 1000");
}

/* With the snap length nothing of TLS, or only the heads of records can be seen. */
static void test_snap_length(void **state)
{
    (void)state;
    connect_dot();
    net_give_cut(&net, from_client(ACK, CLIENT, SERVER, client_hello()), 40);
    net_give(&net, from_server(FIN | ACK, SERVER, CLIENT + 205, NO_OCTETS));
    net_check(&net, "#5 closed dot\n"); /* nothing is proved */
    client_port++;
    asked = answered = 0;
    shake_hands();
    text_clear(&net.log);
    hello_13();
    finished_13();
    client(data_of(50));
    net_give_cut(&net, from_server(ACK, SERVER + answered, CLIENT, join(data_of(300), data_of(300))),
                 40 + 20);
    answered += 610;
    net_give_cut(&net, from_server(ACK, SERVER + answered, CLIENT, data_of(66)), 40 + 20);
    net_check(&net, "#11 connected dot\n#12 record query 31\n#14 record response 47\n");
}

/* Hellos that end early, or whose parts do: nothing is known of the version. */
static void test_cut_hello(void **state)
{
    struct slice whole = server_hello(TLS13_GCM, true);

    (void)state;
    for (size_t len = 6; len < whole.len; len++) {
        struct slice hello = record_of(HANDSHAKE, part(whole, 5, len - 5));

        /* Without any extension it is a TLS 1.2 hello. */
        if (len == 5 + 45)
            continue;
        client_port = 5000 + (unsigned)len;
        asked = answered = 0;
        net.number = 0;
        shake_hands();
        client(client_hello());
        text_clear(&net.log);
        server(join(hello, data_of(100)));
        client(data_of(FINISHED_48));
        client(data_of(57));
        /* Whatever it is taken for, the query is one. */
        assert_non_null(strstr(net.log.at, "#6 connected dot\n"));
        assert_non_null(strstr(net.log.at, "#7 record query 3"));
        text_clear(&net.log);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_tls13, begin_dot, finish),
        cmocka_unit_test_setup_teardown(test_tickets, begin_dot, finish),
        cmocka_unit_test_setup_teardown(test_unknown_ticket, begin_dot, finish),
        cmocka_unit_test_setup_teardown(test_client_flight, begin_dot, finish),
        cmocka_unit_test_setup_teardown(test_early_data, begin_dot, finish),
        cmocka_unit_test_setup_teardown(test_tls12, begin_dot, finish),
        cmocka_unit_test_setup_teardown(test_alerts, begin_dot, finish),
        cmocka_unit_test_setup_teardown(test_fin, begin_dot, finish),
        cmocka_unit_test_setup_teardown(test_one_direction, begin_dot, finish),
        cmocka_unit_test_setup_teardown(test_no_handshake, begin_dot, finish),
        cmocka_unit_test_setup_teardown(test_segments, begin_dot, finish),
        cmocka_unit_test_setup_teardown(test_snap_length, begin_dot, finish),
        cmocka_unit_test_setup_teardown(test_cut_hello, begin_dot, finish),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
