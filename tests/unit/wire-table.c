// SPDX-License-Identifier: BSD-2-Clause
// What finds exchanges: chains keep their order while tables grow, and what goes is in none of
// them.
#include "wire-packets.h"

#include "wire/inside.h"

enum { MANY = 5000 };

static struct exchange *make(struct wire *wire, unsigned port, unsigned id, unsigned name)
{
    struct message message = packet_of(false, end_at(CLIENTS, port), end_at(SERVER, 53), id, name);
    message.when = T0;
    struct exchange *exchange = exchange_new(wire, &message, EXCHANGE_DNS);
    assert_non_null(exchange);
    return exchange;
}

static void open_table(struct stage *stage)
{
    stage_open(stage, 64u << 20);
}

// The table holds exchanges that no wheel knows: they are taken out by hand.
static void close_table(struct stage *stage)
{
    while (stage->wire->oldest)
        exchange_free(stage->wire, stage->wire->oldest);
    assert_int_equal(stage->wire->keys.n, 0);
    assert_int_equal(stage->wire->questions.n, 0);
    stage_close(stage);
}

// Of one port and id, and of one question, the newest is found first, however many there are.
static void test_one_chain(void **state)
{
    struct stage stage;
    (void)state;
    open_table(&stage);
    for (unsigned i = 0; i < MANY; i++)
        make(stage.wire, 1000, 7, 1);
    struct message message = packet_of(false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    uint64_t number = MANY;
    for (struct exchange *one = table_of_key(stage.wire, 7, 1000); one; one = table_next_key(one))
        assert_int_equal(one->number, number--);
    assert_int_equal(number, 0);
    number = MANY;
    for (struct exchange *one = table_of_question(stage.wire, &message.dns); one;
         one = table_next_question(one))
        assert_int_equal(one->number, number--);
    assert_int_equal(number, 0);
    close_table(&stage);
}

// Many keys and questions: each finds its own, and none another's by chance.
static void test_many(void **state)
{
    static struct exchange *made[MANY];
    struct stage stage;
    (void)state;
    open_table(&stage);
    for (unsigned i = 0; i < MANY; i++)
        made[i] = make(stage.wire, 1000 + i % 50, i / 50, i);
    for (unsigned i = 0; i < MANY; i++) {
        struct message message = packet_of(false, end_at(CLIENTS, 1), end_at(SERVER, 53), 1, i);
        struct exchange *found =
            table_of_key(stage.wire, (uint16_t)(i / 50), (uint16_t)(1000 + i % 50));
        assert_ptr_equal(found, made[i]);
        assert_null(table_next_key(found));
        found = table_of_question(stage.wire, &message.dns);
        assert_ptr_equal(found, made[i]);
        assert_true(exchange_same_question(found, &message.dns));
        assert_ptr_equal(table_of_name(stage.wire, message.dns.name_hash, 1), found);
    }
    close_table(&stage);
}

// Taken out in any order; the newest of its asking end is known until it goes.
static void test_taken_out(void **state)
{
    static struct exchange *made[MANY];
    struct stage stage;
    (void)state;
    open_table(&stage);
    for (unsigned i = 0; i < MANY; i++)
        made[i] = make(stage.wire, 1000, i, i % 7);
    assert_ptr_equal(*table_latest(stage.wire, &made[0]->forms[0].asker), made[MANY - 1]);
    for (unsigned i = 0; i < MANY; i++)
        exchange_free(stage.wire, made[i * 7919 % MANY]);
    assert_null(*table_latest(stage.wire, &(struct endpoint){.len = 0}));
    assert_int_equal(wire_counts(stage.wire).open, 0);
    for (unsigned i = 0; i < MANY; i++)
        assert_null(table_of_key(stage.wire, (uint16_t)i, 1000));
    close_table(&stage);
}

// A question that a cut query lacks comes with a copy; it is found by it from then on.
static void test_question_later(void **state)
{
    struct stage stage;
    (void)state;
    open_table(&stage);
    struct message message = packet_of(false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    struct message cut = message;
    dns_read(&cut.dns, message.dns.wire.at, 14, DNS_READ_QUESTION);
    struct exchange *exchange = exchange_new(stage.wire, &cut, EXCHANGE_DNS);
    assert_false(exchange->has_question);
    assert_null(table_of_question(stage.wire, &message.dns));
    exchange_set_question(stage.wire, exchange, &message.dns);
    exchange_set_question(stage.wire, exchange, &message.dns);
    assert_ptr_equal(table_of_question(stage.wire, &message.dns), exchange);
    assert_null(table_next_question(exchange));
    close_table(&stage);
}

// An owner goes to the front of its chain: what it caused does not hide it.
static void test_to_front(void **state)
{
    struct stage stage;
    (void)state;
    open_table(&stage);
    struct exchange *first = make(stage.wire, 1000, 7, 1);
    for (unsigned i = 0; i < 10; i++)
        make(stage.wire, 2000 + i, i, 1);
    struct message message = packet_of(false, end_at(CLIENTS, 1), end_at(SERVER, 53), 1, 1);
    table_to_front(stage.wire, first);
    assert_ptr_equal(table_of_question(stage.wire, &message.dns), first);
    unsigned n = 0;
    for (struct exchange *one = first; one; one = table_next_question(one))
        n++;
    assert_int_equal(n, 11);
    close_table(&stage);
}

// Queries that are gone are known for answers that come too late.
static void test_gone(void **state)
{
    struct stage stage;
    (void)state;
    open_table(&stage);
    struct exchange *exchange = make(stage.wire, 1000, 7, 1);
    struct endpoint asker = exchange->forms[0].asker, other = end_at(CLIENTS, 1001);
    table_note_gone(stage.wire, exchange); /* never seen to be asked */
    assert_false(table_is_gone(stage.wire, &asker, 7));
    exchange->asked = T0;
    table_note_gone(stage.wire, exchange);
    assert_true(table_is_gone(stage.wire, &asker, 7));
    assert_false(table_is_gone(stage.wire, &asker, 8));
    assert_false(table_is_gone(stage.wire, &other, 7));
    close_table(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_chain), cmocka_unit_test(test_many),
        cmocka_unit_test(test_taken_out), cmocka_unit_test(test_question_later),
        cmocka_unit_test(test_to_front),  cmocka_unit_test(test_gone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
