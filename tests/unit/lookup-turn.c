// SPDX-License-Identifier: BSD-2-Clause
// Sessions wait for one another: those that nobody answered come late.
#include "lookup-session.h"

static struct asked client(unsigned i, double ms)
{
    return (struct asked){.ms = ms,
                          .took = .5,
                          .client = i % 250,
                          .port = i,
                          .id = i,
                          .name = "web.test.",
                          .addresses = 1};
}

// Whatever order they come in (within what the stage before promises), they leave in that of starts.
static void test_order(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 8 << 20);
    for (unsigned i = 0; i < 20000; i++) {
        double at = i * 5.0, ms = at - (i % 10 == 3 ? 900 : i % 100 == 57 ? 17000 : 0);
        struct asked asked = client(i, ms < 0 ? 0 : ms);
        int64_t watermark = T0 + MS(at - 17000);
        lookups_add(stage.lookups, session_of(&stage, &asked), watermark, true);
        stage_take(&stage);
        int64_t mark = lookups_watermark(stage.lookups);
        assert_true(stage.n == 0 || mark >= stage.told[stage.n - 1].lookup.start);
    }
    stage_end(&stage);
    assert_int_equal(stage.n, 20000);
    for (size_t i = 1; i < stage.n; i++)
        assert_true(stage.told[i].lookup.start >= stage.told[i - 1].lookup.start);
    struct lookup_counts counts = lookups_counts(stage.lookups);
    assert_int_equal(counts.early + counts.brief + counts.refused, 0);
    assert_int_equal(counts.open, 0);
    stage_close(&stage);
}

// The second query of a walk settles long before the first one, which nobody answered.
static void test_late_first(void **state)
{
    const int64_t again[] = {MS(5000), 0};
    struct stage stage;
    (void)state;
    stage_open(&stage, 1 << 20);
    struct asked next = {.ms = 10000,
                         .took = 1,
                         .client = 7,
                         .port = 2,
                         .id = 2,
                         .name = "web.zone.",
                         .addresses = 1};
    struct asked first = {
        .took = -1, .client = 7, .port = 1, .id = 1, .name = "web.a.zone.", .again = again};
    lookups_add(stage.lookups, session_of(&stage, &next), T0 - MS(7000), true);
    stage_take(&stage);
    lookups_add(stage.lookups, session_of(&stage, &first), T0, true);
    stage_take(&stage);
    stage_end(&stage);
    assert_int_equal(stage.n, 1);
    assert_string_equal(stage.told[0].host, "web.");
    assert_int_equal(stage.told[0].lookup.queries, 3);
    assert_int_equal(stage.told[0].n_stalls, 2);
    assert_int_equal(stage.told[0].lookup.waited_ns, MS(10001));
    stage_close(&stage);
}

// At the ceiling lookups leave early: those with their answers first; and each session is in one.
static void test_ceiling(void **state)
{
    struct stage stage;
    size_t sessions = 0;
    (void)state;
    stage_open(&stage, 256 << 10);
    for (unsigned i = 0; i < 20000; i++) {
        struct asked asked = client(i, i * 1.0);
        asked.took = i % 3 ? 1 : -1; /* a third of them has no answer */
        stage_ask(&stage, asked);
        assert_true(lookups_counts(stage.lookups).used_bytes <= 256 << 10);
    }
    struct lookup_counts counts = lookups_counts(stage.lookups);
    assert_true(counts.early > 1000);
    assert_true(counts.brief > 1000);
    assert_int_equal(counts.refused, 0);
    stage_end(&stage);
    for (size_t i = 0; i < stage.n; i++)
        sessions += stage.told[i].n_sessions;
    assert_int_equal(sessions, 20000);
    stage_close(&stage);
}

// What still waits for an answer steps aside for what has one: it is told whole all the same.
static void test_patience(void **state)
{
    struct stage stage;
    bool found = false;
    (void)state;
    stage_open(&stage, 256 << 10);
    struct asked waiting = {.took = -1, .client = 251, .port = 1, .id = 1, .name = "slow.test."};
    stage_ask(&stage, waiting);
    for (unsigned i = 0; i < 4000; i++)
        stage_ask(&stage, client(i, 1 + i * .5));
    waiting = (struct asked){.ms = 2500,
                             .took = 1,
                             .client = 251,
                             .port = 1,
                             .id = 1,
                             .name = "slow.test.",
                             .addresses = 1};
    stage_ask(&stage, waiting);
    stage_end(&stage);
    assert_true(lookups_counts(stage.lookups).brief > 0);
    for (size_t i = 0; i < stage.n; i++)
        if (strcmp(stage.told[i].host, "slow.test.") == 0) {
            assert_false(found);
            found = true;
            assert_int_equal(stage.told[i].lookup.queries, 2);
            assert_int_equal(stage.told[i].lookup.waited_ns, MS(2501));
        }
    assert_true(found);
    stage_close(&stage);
}

// No room at all: sessions are refused, and counted.
static void test_no_room(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 0);
    for (unsigned i = 0; i < 10; i++)
        stage_ask(&stage, client(i, i));
    stage_end(&stage);
    assert_int_equal(stage.n, 0);
    assert_int_equal(lookups_counts(stage.lookups).refused, 10);
    stage_close(&stage);
}

// A name of 255 octets lies in memory of its own.
static void test_long_names(void **state)
{
    char name[256] = "";
    struct stage stage;
    (void)state;
    for (int i = 0; i < 3; i++) {
        memset(name + strlen(name), 'a' + i, 63);
        strcat(name, ".");
    }
    strcat(name, "ddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd.");
    assert_int_equal(strlen(name), 254);
    stage_open(&stage, 1 << 20);
    struct asked asked = {.took = 1, .client = 7, .port = 1, .id = 1, .name = name, .addresses = 1};
    stage_ask(&stage, asked);
    asked.type = AAAA;
    asked.id = 5555;
    stage_ask(&stage, asked);
    stage_end(&stage);
    assert_int_equal(stage.n, 1);
    assert_string_equal(stage.told[0].host, name);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),   cmocka_unit_test(test_late_first),
        cmocka_unit_test(test_ceiling), cmocka_unit_test(test_patience),
        cmocka_unit_test(test_no_room), cmocka_unit_test(test_long_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
