// SPDX-License-Identifier: BSD-2-Clause
// Sightings of one datagram: more of them, and more addresses, than are kept; and what is none.
#include "wire-packets.h"

#include "wire/inside.h"

static void see(struct stage *stage, struct message *message, unsigned interface,
                enum direction direction, int64_t when)
{
    message->sighting.interface = interface;
    message->sighting.direction = (uint8_t)direction;
    stage_take(stage, message, when);
}

// Seen at 40 places within 20 ms of one another: one query, one answer.
static void test_many_places(void **state)
{
    struct stage stage;
    (void)state;
    for (int has_ids = 0; has_ids < 2; has_ids++) {
        stage_open(&stage, 1u << 20);
        for (int response = 0; response < 2; response++) {
            struct message message =
                packet_of(response, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
            message.sighting.ip_id = has_ids ? message.sighting.ip_id : 0;
            for (unsigned i = 0; i < (has_ids ? 40 : WIRE_PLACES_MAX); i++)
                see(&stage, &message, i, DIRECTION_OUT, T0 + MS(response) + US(i * 10));
        }
        stage_close(&stage);
        assert_int_equal(stage.lent, 1);
        assert_int_equal(stage.answered, 1);
    }
}

// Each translation has another pair of addresses: the first ones are kept, none makes a new query.
static void test_many_forms(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    struct message message = packet_of(false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    for (unsigned i = 0; i < 3 * WIRE_FORMS_MAX; i++) {
        message.answerer = end_at(SERVER + i, 53);
        see(&stage, &message, i, DIRECTION_OUT, T0 + US(i * 10));
    }
    assert_int_equal(wire_counts(stage.wire).open, 1);
    assert_int_equal(stage.wire->oldest->n_forms, WIRE_FORMS_MAX);
    assert_int_equal(wire_counts(stage.wire).sightings, 3 * WIRE_FORMS_MAX - 1);
    struct message answer = packet_of(true, end_at(CLIENTS, 1000), message.answerer, 7, 1);
    see(&stage, &answer, 1, DIRECTION_IN, T0 + MS(1)); /* from an address that is not kept */
    stage_close(&stage);
    assert_int_equal(stage.lent, 1);
    assert_int_equal(stage.answered, 1);
}

// What is no copy: 21 ms later; another IP id; other octets; the same place again; another
// transport.
static void test_none(void **state)
{
    struct stage stage;
    (void)state;
    for (int which = 0; which < 5; which++) {
        stage_open(&stage, 1u << 20);
        struct message message = packet_of(false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
        message.sighting.ip_id = which == 1 ? 1 : 0;
        see(&stage, &message, 1, DIRECTION_IN, T0);
        if (which == 1)
            message.sighting.ip_id = 2;
        if (which == 2)
            message.payload++;
        if (which == 4)
            message.transport = TRANSPORT_TCP;
        see(&stage, &message, which == 3 ? 1 : 2, which == 3 ? DIRECTION_IN : DIRECTION_OUT,
            T0 + (which == 0 ? MS(21) : US(20)));
        assert_int_equal(wire_counts(stage.wire).open, 2);
        assert_int_equal(wire_counts(stage.wire).sightings, 0);
        stage_close(&stage);
    }
}

// A sighting by a node whose clock is a little behind comes later and lies before; the first time
// counts.
static void test_times(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    struct message message = packet_of(false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    see(&stage, &message, 1, DIRECTION_IN, T0 + MS(5));
    message.input = 1;
    see(&stage, &message, 1, DIRECTION_IN, T0 + MS(3));
    message.input = 2;
    see(&stage, &message, 1, DIRECTION_IN, T0 + MS(9));
    const struct exchange *one = stage.wire->oldest;
    assert_int_equal(one->asked, T0 + MS(3));
    assert_int_equal(one->asked_last, T0 + MS(9));
    assert_int_equal(one->inputs, 7);
    assert_int_equal(one->n_seen, 3);
    stage_close(&stage);
    assert_int_equal(stage.lent, 1);
}

// A server that hands on what it was asked, octet by octet, does not send a copy.
static void test_forwarded(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    struct message message = packet_of(false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    message.sighting.ip_id = 0;
    see(&stage, &message, 1, DIRECTION_OUT, T0);
    message.asker = end_at(SERVER, 1000);
    message.answerer = end_at(UPSTREAM, 53);
    see(&stage, &message, 1, DIRECTION_IN, T0 + US(50));
    assert_int_equal(wire_counts(stage.wire).open, 2);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many_places), cmocka_unit_test(test_many_forms),
        cmocka_unit_test(test_none),        cmocka_unit_test(test_times),
        cmocka_unit_test(test_forwarded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
