// SPDX-License-Identifier: BSD-2-Clause
// Which sessions make one lookup: times on both sides of each bound.
#include "lookup-session.h"

static void test_timers(void **state)
{
    (void)state;
    static const struct {
        double ms;
        bool timer;
    } gaps[] = {{500, false},  {899, false},  {994, false},   {995, true},    {1100, true},
                {1101, false}, {2000, true},  {2494, false},  {2495, true},   {2675, true},
                {2676, false}, {5000, true},  {5300, true},   {5301, false},  {9994, false},
                {9995, true},  {10550, true}, {10551, false}, {11000, false}, {-5000, false}};
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++)
        assert_int_equal(match_is_timer(MS(gaps[i].ms)), gaps[i].timer);
    assert_false(match_is_timer(INT64_MAX));
    assert_false(match_is_timer(INT64_MIN));
}

// How many lookups two questions make.
static size_t lookups_of(struct asked one, struct asked other)
{
    struct stage stage;
    stage_open(&stage, 1 << 20);
    one.client = one.client ? one.client : 7;
    other.client = other.client ? other.client : 7;
    stage_ask(&stage, one);
    stage_ask(&stage, other);
    stage_end(&stage);
    size_t n = stage.n;
    stage_close(&stage);
    return n;
}

#define WEB .name = "web.test.", .addresses = 1

static void test_pair(void **state)
{
    (void)state;
    struct asked a = {.took = 3, .port = 1, .id = 1, WEB}, b = a;
    b.type = AAAA;
    b.id = 77;
    b.ms = 5;
    assert_int_equal(lookups_of(a, b), 1); // from one port
    b.ms = 2010;
    assert_int_equal(lookups_of(a, b), 2);
    b.port = 2;
    b.ms = 1;
    assert_int_equal(lookups_of(a, b), 1); // from two ports, while A is open
    b.ms = 3.1;
    assert_int_equal(lookups_of(a, b), 1); // behind A's answer
    b.ms = 9;
    assert_int_equal(lookups_of(a, b), 2); // but at once
    b.ms = 1;
    b.client = 8;
    assert_int_equal(lookups_of(a, b), 2);
    b.client = 7;
    b.type = SRV;
    assert_int_equal(lookups_of(a, b), 2);
}

static void test_again(void **state)
{
    (void)state;
    struct asked a = {.took = -1, .port = 1, .id = 1, WEB}, b = a;
    b.ms = 1234;
    b.took = 1;
    assert_int_equal(lookups_of(a, b), 1); // open: whatever the time
    b.ms = 15001;
    assert_int_equal(lookups_of(a, b), 2); // but within all timers
    a.took = 1;
    b.ms = 1234;
    assert_int_equal(lookups_of(a, b), 2); // answered
    b.ms = 5003;
    assert_int_equal(lookups_of(a, b), 2); // the client has had it
    a.at_server = b.at_server = true;
    assert_int_equal(lookups_of(a, b), 1); // it may have been lost
    b.ms = 4003;
    assert_int_equal(lookups_of(a, b), 1);
    b.ms = 4300;
    assert_int_equal(lookups_of(a, b), 2);
    b.ms = 5003;
    b.id = 2;
    assert_int_equal(lookups_of(a, b), 2);
    a.at_server = b.at_server = false;
    a.rcode = SERVFAIL;
    b.id = 1;
    b.ms = 1.1;
    b.port = 2;
    assert_int_equal(lookups_of(a, b), 1); // behind an error, from a new socket
    b.id = 2;
    assert_int_equal(lookups_of(a, b), 1); // with a new id: Go, as it seems
    b.ms = 3;
    assert_int_equal(lookups_of(a, b), 2); // but not so late
}

static void test_go(void **state)
{
    (void)state;
    struct asked a = {.took = -1, .port = 1, .id = 1, WEB}, b = a;
    b.port = b.id = 2;
    b.took = 1;
    b.ms = 5003;
    assert_int_equal(lookups_of(a, b), 1);
    b.ms = 4990;
    assert_int_equal(lookups_of(a, b), 2);
    b.ms = 5260;
    assert_int_equal(lookups_of(a, b), 2);
}

// The next name: 20 ms behind the answer, up to 2 s where the client's search list is known.
static void test_walk(void **state)
{
    (void)state;
    struct asked a = {.took = 1, .port = 1, .id = 1, .name = "w.a.zone.", .rcode = NXDOMAIN};
    struct asked b = {.ms = 1.2, .took = 1, .port = 2, .id = 2, .name = "w.zone.", .addresses = 1};
    assert_int_equal(lookups_of(a, b), 1);
    b.ms = 2000;
    assert_int_equal(lookups_of(a, b), 1); // Kubernetes's order of suffixes tells by itself
    b.ms = 2002;
    assert_int_equal(lookups_of(a, b), 2);
    b.ms = 1.2;
    a.rcode = NOERROR;
    a.addresses = 1;
    assert_int_equal(lookups_of(a, b), 2); // found: nothing to go on for
    a.addresses = 0;
    assert_int_equal(lookups_of(a, b), 1);
    b.type = AAAA;
    assert_int_equal(lookups_of(a, b), 2); // not for that type
    b.type = A;
    b.client = 8;
    assert_int_equal(lookups_of(a, b), 2);
}

// All of a client's names of one first label are in one bucket: the newest are looked at.
static void test_crowd(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 4 << 20);
    for (unsigned i = 0; i < 1000; i++)
        stage_ask(
            &stage,
            (struct asked){.ms = i * .01, .took = 5000, .client = 7, .port = 1 + i, .id = i, WEB});
    for (unsigned i = 0; i < 1000; i++)
        stage_ask(&stage, (struct asked){.ms = 10 + i * .01,
                                         .took = 5000,
                                         .client = 7,
                                         .port = 1 + i,
                                         .id = i,
                                         .type = AAAA,
                                         WEB});
    stage_end(&stage);
    assert_in_range(stage.n, 1000, 2000);
    size_t sessions = 0;
    for (size_t i = 0; i < stage.n; i++)
        sessions += stage.told[i].n_sessions;
    assert_int_equal(sessions, 2000);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timers), cmocka_unit_test(test_pair), cmocka_unit_test(test_again),
        cmocka_unit_test(test_go),     cmocka_unit_test(test_walk), cmocka_unit_test(test_crowd),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
