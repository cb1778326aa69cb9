// SPDX-License-Identifier: BSD-2-Clause
// When exchanges are over, what stays bounded, and the clock.
#include "wire-packets.h"

#include "wire/inside.h"

static void ask(struct stage *stage, int64_t when, unsigned client)
{
    stage_packet(stage, when, false, end_at(CLIENTS + client, 1000 + client % 50000),
                 end_at(SERVER, 53), client, client);
}

static void answer(struct stage *stage, int64_t when, unsigned client)
{
    stage_packet(stage, when, true, end_at(CLIENTS + client, 1000 + client % 50000),
                 end_at(SERVER, 53), client, client);
}

// An answered query leaves a little over a second behind its answer, one without answer after 15 s.
static void test_times(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    ask(&stage, T0, 1);
    answer(&stage, T0 + MS(10), 1);
    ask(&stage, T0 + MS(20), 2);
    ask(&stage, T0 + MS(1200), 3);
    assert_int_equal(stage.lent, 0);
    ask(&stage, T0 + MS(1500), 3);
    assert_int_equal(stage.lent, 1);
    assert_int_equal(stage.answered, 1);
    ask(&stage, T0 + MS(14900), 4);
    assert_int_equal(stage.lent, 1);
    ask(&stage, T0 + MS(15300), 4);
    assert_int_equal(stage.lent, 2);
    stage_close(&stage);
}

// A million queries without answer under a small ceiling: memory stays below it, none is missing in
// the counts, and the oldest went first.
static void test_ceiling(void **state)
{
    enum { QUERIES = 1000000, CEILING = 1 << 20 };
    struct stage stage;
    size_t most = 0;
    (void)state;
    stage_open(&stage, CEILING);
    for (unsigned i = 0; i < QUERIES; i++) {
        ask(&stage, T0 + US(i), i);
        size_t used = wire_counts(stage.wire).used_bytes;
        most = used > most ? used : most;
    }
    struct wire_counts counts = wire_counts(stage.wire);
    assert_true(most <= CEILING);
    assert_true(counts.early > QUERIES / 2);
    assert_int_equal(counts.refused, 0);
    assert_int_equal(stage.lent + counts.open, QUERIES);
    assert_true(wire_oldest(stage.wire) > T0 + US(QUERIES - 2000));
    stage_close(&stage);
    assert_int_equal(stage.lent, QUERIES);
}

// A ceiling that nothing fits under: all is refused, and counted.
static void test_no_room(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1024);
    for (unsigned i = 0; i < 1000; i++)
        ask(&stage, T0 + US(i), i);
    assert_int_equal(wire_counts(stage.wire).refused, 1000);
    stage_close(&stage);
    assert_int_equal(stage.lent, 0);
}

// Long names and many addresses fill the pool sooner than exchanges do; it stays bounded all the
// same.
static void test_ceiling_of_details(void **state)
{
    struct stage stage;
    uint8_t octets[4096] = {0, 1, 0x81, 0x80, 0, 1, 0, 250, 0, 0, 0, 0, 1, 'x', 0, 0, 1, 0, 1};
    size_t len = 19;
    (void)state;
    for (unsigned i = 0; i < 250; i++, len += 16) {
        const uint8_t record[16] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 10, 0, 0, (uint8_t)i};
        memcpy(octets + len, record, sizeof record);
    }
    stage_open(&stage, 1u << 20);
    for (unsigned i = 0; i < 20000; i++) {
        struct message message =
            packet_of(true, end_at(CLIENTS + i, 1000), end_at(SERVER, 53), 1, 1);
        dns_read(&message.dns, octets, len, DNS_READ_RECORDS);
        stage_take(&stage, &message, T0 + US(i * 10));
        assert_true(wire_counts(stage.wire).used_bytes <= 1u << 20);
    }
    struct wire_counts counts = wire_counts(stage.wire);
    assert_int_equal(stage.lent + counts.open + counts.refused, 20000);
    if (counts.refused >= 200)
        fail_msg("%d refused, %d open, %d early", (int)counts.refused, (int)counts.open,
                 (int)counts.early);
    stage_close(&stage);
}

// Each host was asked by the one before, and asks the next one at the moment of its answer, for its
// cache: a chain of 60,000 is taken apart at the end without going down it.
static void test_long_chain(void **state)
{
    enum { HOSTS = 60000 };
    struct stage stage;
    (void)state;
    stage_open(&stage, 256u << 20);
    for (unsigned i = 0; i < HOSTS; i++)
        stage_packet(&stage, T0 + US(i), false, end_at(CLIENTS + i, 5000),
                     end_at(CLIENTS + i + 1, 53), i, 1);
    for (unsigned i = HOSTS; i-- > 0;) {
        struct message message =
            packet_of(true, end_at(CLIENTS + i, 5000), end_at(CLIENTS + i + 1, 53), i, 1);
        message.dns.flags |= DNS_AA;
        stage_take(&stage, &message, T0 + US(HOSTS) + US(HOSTS - i));
    }
    stage_close(&stage);
    assert_true(stage.lent > 0);
}

// One packet an hour ahead does not move the clock, two do; it goes back when many say so.
static void test_clock(void **state)
{
    struct stage stage;
    const int64_t hour = 3600 * WHEN_SECOND;
    (void)state;
    stage_open(&stage, 1u << 20);
    ask(&stage, T0, 1);
    ask(&stage, T0 + hour, 2);
    assert_int_equal(wire_clock(stage.wire), T0);
    ask(&stage, T0 + MS(1), 3);
    ask(&stage, T0 + hour, 4);
    assert_int_equal(wire_clock(stage.wire), T0 + MS(1));
    ask(&stage, T0 + hour + MS(1), 5);
    assert_int_equal(wire_clock(stage.wire), T0 + hour + MS(1));
    assert_int_equal(stage.lent, 2); /* 1 and 3 */
    for (unsigned i = 0; i < FAR_SURE; i++) {
        assert_int_equal(wire_clock(stage.wire), T0 + hour + MS(1));
        ask(&stage, T0 + MS(100 + i), 10 + i);
    }
    assert_int_equal(wire_clock(stage.wire), T0 + MS(100 + FAR_SURE - 1));
    stage_close(&stage);
    assert_int_equal(stage.lent, 5 + FAR_SURE);
}

// Times from one end of what can be told to the other, in no order.
static void test_odd_times(void **state)
{
    static const int64_t times[] = {
        0, 1, T0, INT64_MAX / 2, INT64_MAX - 3600 * WHEN_SECOND, T0 + 1, T0 - WHEN_SECOND};
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    for (unsigned round = 0; round < 40; round++)
        for (unsigned i = 0; i < sizeof times / sizeof *times; i++) {
            ask(&stage, times[i] + round, round);
            answer(&stage, times[(i + round) % (sizeof times / sizeof *times)], round);
        }
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times),      cmocka_unit_test(test_ceiling),
        cmocka_unit_test(test_no_room),    cmocka_unit_test(test_ceiling_of_details),
        cmocka_unit_test(test_long_chain), cmocka_unit_test(test_clock),
        cmocka_unit_test(test_odd_times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
