// SPDX-License-Identifier: BSD-2-Clause
// Findings about single clients, and slow lookups: for each a capture that has it, one that just
// misses it, and a healthy one.
#include "finding-clients.h"

/* One client at a time ---------------------------------------------------------------------------- */

static void ask_cut(double at, unsigned client, uint16_t port, bool by_tcp)
{
    struct question one = {.at = at,
                           .client = client,
                           .port = port,
                           .name = "big.test.",
                           .type = A,
                           .took = 0.001,
                           .truncated = true,
                           .id = (uint16_t)(port * 7 + client)};
    ask_so(&one);
    if (!by_tcp)
        return;
    one.at += 0.002;
    one.truncated = false;
    one.tcp = true;
    ask_so(&one);
}

static void test_truncated_answers_without_tcp(void **state)
{
    (void)state;
    ask_healthy(0, 50, false);
    ask_cut(8, 10, 2000, true); /* it can, and lets it be */
    for (unsigned i = 0; i < 3; i++) {
        ask_cut(10 + 10 * i, 7, (uint16_t)(2000 + i), false);
        ask_cut(15 + 10 * i, 8, (uint16_t)(2000 + i), true);
    }
    ask_cut(50, 9, 2000, false);
    for (unsigned i = 0; i < 3; i++)
        ask_cut(60 + 10 * i, 10, (uint16_t)(3000 + i), false);
    judge();
    const struct finding_row *row = row_of(FINDING_TRUNCATED_NO_TCP);
    assert_non_null(row);
    assert_int_equal(row->subject.addr.octet[3], 7);
    assert_int_equal(row->severity, SEVERITY_ERROR);
    assert_int_equal(row->lookups, 3);
    assert_true(row->start == AT(10) && row->end == AT(30));
    assert_null(row_at(FINDING_TRUNCATED_NO_TCP, 1));   /* 8 asks by TCP, 9 only once */
    assert_int_equal(findings->unexplained_lookups, 1); /* that of 9 */
}

/* A lookup that fails, N times a second. */
static void fail_often(double at, double seconds, unsigned n, const char *name)
{
    char other[64];
    for (unsigned i = 0; i < n * seconds; i++) {
        snprintf(other, sizeof other, "n%u.test.", i);
        ask(at + i / (double)n, 5, (uint16_t)(1024 + i % 60000), name != NULL ? name : other, A,
            SERVFAIL);
    }
}

static void test_a_storm_of_retries(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 60; i++)
        ask(i, 5, (uint16_t)(2000 + i), "quiet.test.", A, NOERROR);
    fail_often(60, 5, 50, "down.test.");
    judge();
    const struct finding_row *row = row_of(FINDING_RETRY_STORM);
    assert_non_null(row);
    assert_int_equal(row->subject.addr.octet[3], 5);
    expect_words(row->summary, "50 queries a second");
    assert_true(row->start >= AT(59.9) && row->end <= AT(65));
}

static void test_new_work_that_fails_is_no_storm(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 60; i++)
        ask(i, 5, (uint16_t)(2000 + i), "quiet.test.", A, NOERROR);
    fail_often(60, 5, 50, NULL);
    judge();
    assert_null(row_of(FINDING_RETRY_STORM));
}

static void test_a_client_that_is_always_busy_makes_no_storm(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1200; i++)
        ask(i / 20.0, 5, (uint16_t)(2000 + i), "quiet.test.", A, NOERROR);
    fail_often(60, 5, 70, "down.test."); /* 70 a second after 20 a second */
    judge();
    assert_null(row_of(FINDING_RETRY_STORM));
}

/* Slow lookups ------------------------------------------------------------------------------------ */

static void ask_slow(double at, uint16_t port, double took)
{
    ask_so(&(struct question){.at = at,
                              .client = 6,
                              .port = port,
                              .id = port,
                              .name = "slow.test.",
                              .type = A,
                              .took = took});
}

static void test_slow_lookups_that_nothing_explains(void **state)
{
    (void)state;
    ask_healthy(0, 100, false);
    for (unsigned i = 0; i < 15; i++)
        ask_slow(20 + i, (uint16_t)(2000 + i), 0.2);
    judge();
    const struct finding_row *row = row_of(FINDING_SLOW_LOOKUPS);
    assert_non_null(row);
    expect_words(row->summary, "15 of 115");
    assert_true(row->start == AT(20) && row->end == AT(34));
}

static void test_a_few_slow_ones_are_not_told(void **state)
{
    (void)state;
    ask_healthy(0, 100, false);
    for (unsigned i = 0; i < 8; i++)
        ask_slow(20 + i, (uint16_t)(2000 + i), 0.2);
    judge();
    assert_null(row_of(FINDING_SLOW_LOOKUPS));
}

static void test_a_few_that_wait_for_seconds_are_told(void **state)
{
    (void)state;
    ask_healthy(0, 100, false);
    for (unsigned i = 0; i < 4; i++)
        ask_slow(20 + i, (uint16_t)(2000 + i), 1.5);
    judge();
    assert_int_equal(row_of(FINDING_SLOW_LOOKUPS)->lookups, 4);
}

static void test_slowness_explains_no_failure(void **state)
{
    (void)state;
    ask_healthy(0, 20, false);
    for (unsigned i = 0; i < 20; i++) { /* musl, by its ids: A comes late, AAAA never */
        struct question one = {.at = 20 + i,
                               .client = 6,
                               .port = (uint16_t)(2000 + i),
                               .id = (uint16_t)(3000 * i),
                               .name = "slow.test.",
                               .type = A,
                               .took = 0.5};
        ask_so(&one);
        one.at += 0.0001;
        one.id += 0x90;
        one.type = AAAA;
        one.took = -1;
        one.lost = 1;
        ask_so(&one);
    }
    for (unsigned i = 0; i < 20; i++)
        ask_slow(50 + i, (uint16_t)(3000 + i), 0.5);
    judge();
    assert_non_null(row_of(FINDING_SLOW_LOOKUPS));
    assert_int_equal(findings->unexplained_lookups, 20);
}

static void test_slow_ones_that_another_explains_are_not_told(void **state)
{
    (void)state;
    ask_healthy(0, 100, false);
    for (unsigned i = 0; i < 15; i++)
        ask_slow(20 + i, (uint16_t)(2000 + i), 2.0);
    struct suspect *overload = suspect_of_server(findings, FINDING_SERVER_OVERLOAD, 0);
    suspect_event(overload, AT(18), NULL);
    suspect_event(overload, AT(36), NULL);
    finding_new(findings, FINDING_SERVER_OVERLOAD, overload, CONFIDENCE_SURE);
    judge();
    assert_null(row_of(FINDING_SLOW_LOOKUPS));
    assert_int_equal(findings->unexplained_lookups, 0);
}

static void test_a_healthy_capture_has_none(void **state)
{
    (void)state;
    ask_healthy(0, 2000, false);
    for (unsigned i = 0; i < 500; i++)
        walk(0.05 + i, 9, (uint16_t)(1024 + 10 * i), "cart.", "shop", 0);
    judge();
    assert_int_equal(findings->n_rows, 0);
    assert_int_equal(findings->unexplained_lookups + findings->unexplained_sessions, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_truncated_answers_without_tcp),
        TEST(test_a_storm_of_retries),
        TEST(test_new_work_that_fails_is_no_storm),
        TEST(test_a_client_that_is_always_busy_makes_no_storm),
        TEST(test_slow_lookups_that_nothing_explains),
        TEST(test_a_few_slow_ones_are_not_told),
        TEST(test_a_few_that_wait_for_seconds_are_told),
        TEST(test_slowness_explains_no_failure),
        TEST(test_slow_ones_that_another_explains_are_not_told),
        TEST(test_a_healthy_capture_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
