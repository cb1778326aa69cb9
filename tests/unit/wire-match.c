// SPDX-License-Identifier: BSD-2-Clause
// Queries and answers that pile up on one key: what each costs stays the same, and all are counted.
#include "wire-packets.h"

#include "wire/inside.h"

static const int64_t step = US(50);

// One query again and again: one exchange with its repeats.
static void many_repeats(unsigned n)
{
    struct stage stage;
    stage_open(&stage, 64u << 20);
    for (unsigned i = 0; i < n; i++)
        stage_packet(&stage, T0 + i * step, false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    assert_true(wire_counts(stage.wire).open <= 1 + WIRE_FOLDED_MAX);
    assert_int_equal(stage.wire->oldest->repeats, n - 1);
    stage_close(&stage);
    assert_int_equal(stage.lent, 1);
    assert_int_equal(stage.folded, WIRE_FOLDED_MAX);
}

// Answers of one id to a query that was answered by the first of them.
static void many_replies(unsigned n)
{
    struct stage stage;
    stage_open(&stage, 64u << 20);
    stage_packet(&stage, T0, false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    for (unsigned i = 0; i < n; i++)
        stage_packet(&stage, T0 + MS(1) + i * step, true, end_at(CLIENTS, 1000), end_at(SERVER, 53),
                     7, 1);
    assert_int_equal(wire_counts(stage.wire).strays, n - 1);
    stage_close(&stage);
    assert_int_equal(stage.lent, 1);
}

// Somebody guesses: answers of all ids to one query, of which one fits.
static void many_guesses(unsigned n)
{
    struct stage stage;
    stage_open(&stage, 64u << 20);
    stage_packet(&stage, T0, false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    for (unsigned i = 0; i < n; i++)
        stage_packet(&stage, T0 + MS(1) + i * step, true, end_at(CLIENTS, 1000), end_at(SERVER, 53),
                     i, 1);
    assert_int_equal(wire_counts(stage.wire).strays, n - 1);
    stage_close(&stage);
    assert_int_equal(stage.lent, 1);
    assert_int_equal(stage.answered, 1);
}

// Answers to nobody: each is all that is known of its query.
static void many_unasked(unsigned n)
{
    struct stage stage;
    stage_open(&stage, 64u << 20);
    for (unsigned i = 0; i < n; i++)
        stage_packet(&stage, T0 + i * step, true, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    stage_close(&stage);
    assert_int_equal(stage.lent, n);
}

// One question by as many clients, and the server asks once for each.
static void one_question(unsigned n)
{
    struct stage stage;
    stage_open(&stage, 64u << 20);
    for (unsigned i = 0; i < n; i++) {
        stage_packet(&stage, T0 + i * step, false, end_at(CLIENTS + i, 1000), end_at(SERVER, 53), i,
                     1);
        stage_packet(&stage, T0 + i * step + US(20), false, end_at(SERVER, 1024 + i % 60000),
                     end_at(UPSTREAM, 53), i * 7, 1);
    }
    stage_close(&stage);
    assert_int_equal(stage.lent, n);
    assert_int_equal(stage.owned, n);
}

// ICMP refuses one query again and again, and others that nobody made.
static void many_refusals(unsigned n)
{
    struct stage stage;
    stage_open(&stage, 64u << 20);
    stage_packet(&stage, T0, false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    for (unsigned i = 0; i < n; i++) {
        struct message message =
            packet_of(false, end_at(CLIENTS, 1000), end_at(SERVER, 53), i % 2 ? 7 : i, 1);
        message.kind = MESSAGE_ICMP;
        message.icmp = 3 << 8 | 3;
        stage_take(&stage, &message, T0 + MS(1) + i * step);
    }
    stage_close(&stage);
    assert_int_equal(stage.lent, 1);
}

static void test_linear(void **state)
{
    (void)state;
    check_linear(many_repeats, 4000);
    check_linear(many_replies, 4000);
    check_linear(many_guesses, 4000);
    check_linear(many_unasked, 4000);
    check_linear(one_question, 4000);
    check_linear(many_refusals, 4000);
}

// Two queries of one key are answered in the order in which they were asked.
static void test_order(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    stage_packet(&stage, T0, false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    stage_packet(&stage, T0 + MS(5000), false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    stage_packet(&stage, T0 + MS(6000), true, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    assert_int_equal(stage.wire->oldest->answered, T0 + MS(6000));
    assert_int_equal(stage.wire->newest->answered, WHEN_NONE);
    stage_close(&stage);
}

// A stub asks several questions from one port: an answer to one that is not in the capture is of
// that; another answer to the one that is open is a stray.
static void test_unasked_beside(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    stage_packet(&stage, T0, false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    stage_packet(&stage, T0 + MS(1), true, end_at(CLIENTS, 1000), end_at(SERVER, 53), 8, 2);
    assert_int_equal(wire_counts(stage.wire).strays, 0);
    stage_packet(&stage, T0 + MS(2), true, end_at(CLIENTS, 1000), end_at(SERVER, 53), 9, 1);
    assert_int_equal(wire_counts(stage.wire).strays, 1);
    stage_packet(&stage, T0 + MS(3), true, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    stage_close(&stage);
    assert_int_equal(stage.lent, 2);
    assert_int_equal(stage.answered, 2);
}

// An answer longer than 15 s behind its query fits none; it is counted as a stray.
static void test_too_late(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    stage_packet(&stage, T0, false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    stage_packet(&stage, T0 + MS(15500), false, end_at(CLIENTS, 1001), end_at(SERVER, 53), 8, 1);
    stage_packet(&stage, T0 + MS(16000), true, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    assert_int_equal(wire_counts(stage.wire).strays, 1);
    stage_close(&stage);
    assert_int_equal(stage.lent, 2);
    assert_int_equal(stage.answered, 0);
}

// A reply to the question with another id is told; one to another question with another id says
// nothing, and with the right id it is wrong.
static void test_wrong_replies(void **state)
{
    static const struct {
        unsigned id, name;
        bool other_id, wrong;
    } cases[] = {{8, 1, true, false}, {8, 2, false, false}, {7, 2, false, true}, {7, 1, false, false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct stage stage;
        stage_open(&stage, 1u << 20);
        stage_packet(&stage, T0, false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
        stage_packet(&stage, T0 + MS(1), true, end_at(CLIENTS, 1000), end_at(SERVER, 53),
                     cases[i].id, cases[i].name);
        assert_int_equal(stage.wire->oldest->other_id, cases[i].other_id);
        assert_int_equal(stage.wire->oldest->wrong != WHEN_NONE, cases[i].wrong);
        stage_close(&stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_linear),         cmocka_unit_test(test_order),
        cmocka_unit_test(test_unasked_beside), cmocka_unit_test(test_too_late),
        cmocka_unit_test(test_wrong_replies),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
