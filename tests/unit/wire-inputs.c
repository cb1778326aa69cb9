// SPDX-License-Identifier: BSD-2-Clause
// What the inputs show: directions, until when, and which goes on with which.
#include "wire-packets.h"

#include "wire/inside.h"

static void show(struct stage *stage, uint32_t input, int64_t when, bool response)
{
    static unsigned id;
    id += !response;
    struct message message =
        packet_of(response, end_at(CLIENTS + input, 1000), end_at(SERVER, 53), id, id);
    message.input = input;
    stage_take(stage, &message, when);
}

static void test_directions(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    show(&stage, 2, T0 + MS(5), false);
    show(&stage, 2, T0 + MS(6), true);
    show(&stage, 2, T0 + MS(7), false);
    struct directions shown = wire_directions(stage.wire, 2);
    assert_int_equal(shown.queries, 2);
    assert_int_equal(shown.responses, 1);
    assert_int_equal(shown.first, T0 + MS(5));
    assert_int_equal(shown.last, T0 + MS(7));
    shown = wire_directions(stage.wire, 0);
    assert_int_equal(shown.queries, 0);
    assert_int_equal(shown.first, WHEN_NONE);
    assert_int_equal(wire_directions(stage.wire, 70).first, WHEN_NONE);
    stage_close(&stage);
}

// A rotated capture goes on in its next file; one that runs beside it is another.
static void test_rotation(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    for (unsigned second = 0; second < 30; second++) {
        show(&stage, second / 10, T0 + MS(1000 * second), false); /* files 0, 1, 2 */
        if (second < 15)
            show(&stage, 5, T0 + MS(1000 * second + 500), false);
    }
    assert_true(wire_goes_on(stage.wire, inputs_bit(0), T0 + MS(29000)));
    assert_false(wire_goes_on(stage.wire, inputs_bit(0), T0 + MS(29001)));
    assert_true(wire_goes_on(stage.wire, inputs_bit(5), T0 + MS(14500)));
    assert_false(wire_goes_on(stage.wire, inputs_bit(5), T0 + MS(14501)));
    assert_true(wire_goes_on(stage.wire, inputs_bit(5) | inputs_bit(2), T0 + MS(20000)));
    assert_false(wire_goes_on(stage.wire, 0, T0));
    stage_close(&stage);
}

// Files of one packet each, all of one time: none goes on with another for ever.
static void test_one_time(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    for (uint32_t input = 0; input < 5; input++)
        show(&stage, input, T0, false);
    assert_false(wire_goes_on(stage.wire, inputs_bit(0), T0 + 1));
    show(&stage, 3, T0 + MS(1), false);
    assert_true(wire_goes_on(stage.wire, inputs_bit(3), T0 + 1));
    stage_close(&stage);
}

// A file that begins long behind the end of another is another capture.
static void test_gap(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    show(&stage, 0, T0, false);
    show(&stage, 1, T0 + MS(9000), false);
    assert_false(wire_goes_on(stage.wire, inputs_bit(0), T0 + MS(8000)));
    assert_true(wire_goes_on(stage.wire, inputs_bit(1), T0 + MS(9000)));
    stage_close(&stage);
}

// Inputs from the 64th on share a bit: the newest packet of all counts for them.
static void test_many_inputs(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    for (uint32_t input = 0; input < 2000; input++)
        show(&stage, input, T0 + MS(10 * input), false);
    assert_int_equal(inputs_bit(62), UINT64_C(1) << 62);
    assert_int_equal(inputs_bit(63), UINT64_C(1) << 63);
    assert_int_equal(inputs_bit(1999), UINT64_C(1) << 63);
    assert_true(wire_goes_on(stage.wire, inputs_bit(1999), T0 + MS(19990)));
    assert_true(wire_goes_on(stage.wire, inputs_bit(0), T0 + MS(19990)));
    stage_close(&stage);
    assert_int_equal(stage.lent, 2000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_directions),  cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_one_time),    cmocka_unit_test(test_gap),
        cmocka_unit_test(test_many_inputs),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
