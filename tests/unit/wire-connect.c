// SPDX-License-Identifier: BSD-2-Clause
// Connections and encrypted records, many of them, and what they leave behind.
#include "wire-packets.h"

#include "wire/inside.h"

static const int64_t step = US(10);

/* A client's query that stays open, so that the server is known to be one. */
static void begin(struct stage *stage)
{
    stage_open(stage, 256u << 20);
    stage_packet(stage, T0, false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
}

static struct endpoint from(unsigned i)
{
    return end_at(SERVER, 1024 + i % 60000);
}

static struct endpoint to(unsigned i)
{
    return end_at(UPSTREAM + i / 60000, 853);
}

// As many connections as there are packets, none of which is answered.
static void many_open(unsigned n)
{
    struct stage stage;
    begin(&stage);
    for (unsigned i = 0; i < n; i++)
        stage_event(&stage, T0 + MS(1) + i * step, MESSAGE_CONNECT, TRANSPORT_DOT, from(i), to(i));
    stage_close(&stage);
    assert_int_equal(stage.lent, 1);
}

// … that are used from the last to the first.
static void many_used(unsigned n)
{
    struct stage stage;
    begin(&stage);
    for (unsigned i = 0; i < n; i++)
        stage_event(&stage, T0 + MS(1) + i * step, MESSAGE_CONNECT, TRANSPORT_DOT, from(i), to(i));
    for (unsigned i = n; i-- > 0;)
        stage_event(&stage, T0 + MS(1) + (2 * n - i) * step, MESSAGE_CONNECTED, TRANSPORT_DOT,
                    from(i), to(i));
    stage_close(&stage);
    assert_int_equal(stage.lent, 1);
    assert_true(stage.owned <= 1);
}

// Each is broken at once, and the next one begins: a storm of tries for one query.
static void many_broken(unsigned n)
{
    struct stage stage;
    begin(&stage);
    for (unsigned i = 0; i < n; i++) {
        stage_event(&stage, T0 + MS(1) + i * step, MESSAGE_CONNECT, TRANSPORT_DOT, from(i), to(i));
        stage_event(&stage, T0 + MS(1) + i * step + US(5), MESSAGE_BROKEN, TRANSPORT_DOT, from(i),
                    to(i));
    }
    stage_close(&stage);
    assert_int_equal(stage.lent, 1);
    assert_int_equal(stage.owned, n);
}

// Records from one connection, all without answer.
static void many_records(unsigned n)
{
    struct stage stage;
    begin(&stage);
    for (unsigned i = 0; i < n; i++)
        stage_event(&stage, T0 + MS(1) + i * step, MESSAGE_RECORD, TRANSPORT_DOT, from(0), to(0));
    stage_close(&stage);
    assert_true(stage.lent >= 1);
}

static void test_linear(void **state)
{
    (void)state;
    check_linear(many_open, 5000);
    check_linear(many_used, 5000);
    check_linear(many_broken, 5000);
    check_linear(many_records, 5000);
}

// A client's connections are no tries; they are counted.
static void test_of_client(void **state)
{
    struct stage stage;
    (void)state;
    begin(&stage);
    for (unsigned i = 0; i < 5; i++)
        stage_event(&stage, T0 + MS(i), MESSAGE_CONNECT, TRANSPORT_TCP,
                    end_at(CLIENTS + 1, 2000 + i), end_at(SERVER, 53));
    assert_int_equal(wire_counts(stage.wire).open, 1);
    assert_int_equal(wire_counts(stage.wire).connections, 5);
    stage_close(&stage);
}

// What comes for connections that nobody opened changes nothing.
static void test_unknown(void **state)
{
    static const enum message_kind kinds[] = {MESSAGE_CONNECTED, MESSAGE_BROKEN, MESSAGE_CLOSED};
    struct stage stage;
    (void)state;
    begin(&stage);
    for (unsigned i = 0; i < 3; i++)
        stage_event(&stage, T0 + MS(i), kinds[i], TRANSPORT_DOT, from(i), to(i));
    assert_int_equal(wire_counts(stage.wire).open, 1);
    assert_null(stage.wire->oldest->owned);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear),
        cmocka_unit_test(test_of_client),
        cmocka_unit_test(test_unknown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
