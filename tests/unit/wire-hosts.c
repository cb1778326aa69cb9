// SPDX-License-Identifier: BSD-2-Clause
// What is known of addresses: who serves, who asks for whom, and what the user says of it.
#include "wire-packets.h"

#include "wire/inside.h"

enum { SERVICE = 0x0a60000a };

static const struct host *host_at(const struct stage *stage, uint32_t address)
{
    struct endpoint end = end_at(address, 53);
    return host_find(stage->wire, &end);
}

/* A query from ASKER to ANSWERER, and its answer a millisecond later. */
static void exchange_pair(struct stage *stage, int64_t when, uint32_t asker, uint32_t answerer,
                          unsigned name)
{
    stage_packet(stage, when, false, end_at(asker, 1000), end_at(answerer, 53), name, name);
    stage_packet(stage, when + MS(1), true, end_at(asker, 1000), end_at(answerer, 53), name, name);
}

// Who is asked, answers, and asks others serves; who only asks is a client, who only answers an
// upstream.
static void test_roles(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    exchange_pair(&stage, T0, CLIENTS, SERVER, 1);
    assert_false(host_is_server(host_at(&stage, SERVER)));
    exchange_pair(&stage, T0 + MS(10), SERVER, UPSTREAM, 2);
    assert_true(host_is_server(host_at(&stage, SERVER)));
    assert_true(host_asks(host_at(&stage, SERVER)));
    assert_false(host_is_server(host_at(&stage, UPSTREAM)));
    assert_null(host_at(&stage, CLIENTS));
    assert_false(host_is_server(NULL));
    assert_false(host_asks(NULL));
    stage_close(&stage);
}

// One stray answer makes no server of a client; many do where nobody is seen to ask.
static void test_stray_answer(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    for (unsigned i = 0; i < ANSWERS_SURE; i++) {
        assert_false(host_is_server(host_at(&stage, CLIENTS)));
        stage_packet(&stage, T0 + MS(i), true, end_at(CLIENTS + 1, 1000 + i), end_at(CLIENTS, 53),
                     i, i);
        exchange_pair(&stage, T0 + MS(i), CLIENTS, SERVER, 100 + i);
    }
    assert_true(host_is_server(host_at(&stage, CLIENTS)));
    stage_close(&stage);
}

// An address asks right behind what comes to a server, three times: it is the server's other one.
static void test_supposed(void **state)
{
    struct stage stage;
    (void)state;
    for (int far = 0; far < 2; far++) {
        stage_open(&stage, 1u << 20);
        for (unsigned i = 0; i < 5; i++) {
            int64_t when = T0 + MS(100 * i);
            stage_packet(&stage, when, false, end_at(CLIENTS, 1000), end_at(SERVER, 53), i, i);
            exchange_pair(&stage, when + (far ? MS(30) : US(100)), NODE, UPSTREAM, i);
            stage_packet(&stage, when + MS(50), true, end_at(CLIENTS, 1000), end_at(SERVER, 53), i,
                         i);
        }
        const struct host *node = host_at(&stage, NODE);
        if (far)
            assert_true(!node || node->self == node);
        else
            assert_ptr_equal(node->self, host_at(&stage, SERVER));
        stage_close(&stage);
        assert_int_equal(stage.owned, far ? 0 : 5);
        assert_int_equal(stage.lent, far ? 10 : 5);
    }
}

/* A client's query to the service and on to the server, or what the capture did not lose of it; the
 * server asks its upstream for it, and both are answered the same way back. */
static void translated(struct stage *stage, unsigned i, uint32_t server, unsigned lost)
{
    const struct endpoint client = end_at(CLIENTS, 1000 + i), upstream = end_at(UPSTREAM, 53);
    const struct {
        bool response;
        struct endpoint asker, answerer;
    } sightings[] = {
        {false, client, end_at(SERVICE, 53)},  {false, client, end_at(server, 5353)},
        {false, end_at(server, 2000), upstream}, {false, end_at(NODE, 2000), upstream},
        {true, end_at(NODE, 2000), upstream},  {true, end_at(server, 2000), upstream},
        {true, client, end_at(server, 5353)},  {true, client, end_at(SERVICE, 53)},
    };
    struct message message = {0};
    for (unsigned at = 0; at < 8; at++) {
        unsigned id = i + (at >= 2 && at < 6 ? 5000 : 0);
        struct message next = packet_of(sightings[at].response, sightings[at].asker,
                                        sightings[at].answerer, id, i);
        if (at % 2) /* a copy of the one before */
            next.sighting.ip_id = message.sighting.ip_id;
        next.sighting.interface = at;
        message = next;
        if (!(lost >> at & 1))
            stage_take(stage, &message, T0 + MS(100 * i) + US(50 * at));
    }
}

// Whatever single packet the capture loses of each query: one server, one upstream, each forward
// has its client.  One that came before any was seen whole, too.
static void test_lost_copies(void **state)
{
    (void)state;
    for (unsigned lost = 0; lost < 8; lost++) {
        struct stage stage;
        stage_open(&stage, 1u << 20);
        for (unsigned i = 0; i < 40; i++)
            translated(&stage, i, SERVER, i == 3 || i == 20 ? 0 : 1u << lost);
        assert_ptr_equal(host_at(&stage, SERVER)->self, host_at(&stage, SERVER));
        stage_close(&stage);
        assert_int_equal(stage.lent, 40);
        assert_int_equal(stage.answered, 40);
        assert_int_equal(stage.owned, 40);
        assert_int_equal(stage.clientless, 0);
    }
}

/* A try that leaves its node from another port; the query on its way out is a copy. */
static const struct exchange *forward(struct stage *stage, int64_t when, unsigned port,
                                      unsigned node_port)
{
    const struct endpoint upstream = end_at(UPSTREAM, 53);
    struct message inside = packet_of(false, end_at(SERVER, port), upstream, 77, 77);
    struct message outside = packet_of(false, end_at(NODE, node_port), upstream, 77, 77);
    outside.sighting.ip_id = inside.sighting.ip_id;
    inside.sighting.interface = 1;
    stage_take(stage, &inside, when);
    stage_take(stage, &outside, when + US(20));
    return wire_touched(stage->wire);
}

// Two tries with one id and question, both seen on their way out: an answer to the node is that of the
// port it comes to, not of the older try that the node's address stands for, too.
static void test_ports_tell(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    for (unsigned i = 0; i < 10; i++)
        translated(&stage, i, SERVER, 0);
    const struct exchange *first = forward(&stage, T0 + MS(2000), 2500, 2500);
    const struct exchange *second = forward(&stage, T0 + MS(2100), 2600, 4600);
    assert_non_null(second);
    stage_packet(&stage, T0 + MS(2105), true, end_at(NODE, 4600), end_at(UPSTREAM, 53), 77, 77);
    assert_ptr_equal(wire_touched(stage.wire), second);
    stage_packet(&stage, T0 + MS(2160), true, end_at(NODE, 2500), end_at(UPSTREAM, 53), 77, 77);
    assert_ptr_equal(wire_touched(stage.wire), first);
    stage_close(&stage);
}

// What the user says of an address holds from the first packet on.
static void test_said(void **state)
{
    static const enum role roles[] = {ROLE_CLIENT, ROLE_SERVER, ROLE_UPSTREAM, ROLE_CACHE};
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        struct stage stage = {.newest = T0};
        struct wire_role said = {end_at(SERVER, 0), roles[i]};
        struct wire_options options = {
            .roles = &said, .n_roles = 1, .ceiling_bytes = 1u << 20, .numbers = &stage.numbers};
        stage.wire = wire_new(&options);
        bool serves = roles[i] == ROLE_SERVER || roles[i] == ROLE_CACHE;
        assert_int_equal(host_is_server(host_at(&stage, SERVER)), serves);
        exchange_pair(&stage, T0, CLIENTS, SERVER, 1);
        exchange_pair(&stage, T0 + MS(10), SERVER, UPSTREAM, 2);
        assert_int_equal(host_is_server(host_at(&stage, SERVER)), serves);
        stage_close(&stage);
        assert_int_equal(stage.clientless, serves);
    }
}

// More addresses than are kept: their queries are sessions all the same.
static void test_many(void **state)
{
    enum { HOSTS = HOSTS_MAX + 5000 };
    struct stage stage;
    (void)state;
    stage_open(&stage, 64u << 20);
    for (unsigned i = 0; i < HOSTS; i++)
        exchange_pair(&stage, T0 + US(100) * i, CLIENTS, SERVER + i, i);
    assert_null(host_at(&stage, SERVER + HOSTS - 1));
    stage_close(&stage);
    assert_int_equal(stage.lent, HOSTS);
    assert_int_equal(stage.answered, HOSTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_roles),    cmocka_unit_test(test_stray_answer),
        cmocka_unit_test(test_supposed), cmocka_unit_test(test_said),
        cmocka_unit_test(test_many),     cmocka_unit_test(test_lost_copies),
        cmocka_unit_test(test_ports_tell),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
