// SPDX-License-Identifier: BSD-2-Clause
// Datagrams that get lost: for each finding a capture that has it, one that just misses it, and a
// healthy one.
#include "finding-clients.h"

/* Losses ------------------------------------------------------------------------------------------ */

/* At the client's end: of a pair the first (1), the second (2) or both (3) are lost, and answered at
 * once when they are asked again behind TIMER. */
static void lose_at_client(double at, uint16_t port, unsigned which, double timer, double late)
{
    struct question one = {.at = at,
                           .client = 4,
                           .port = port,
                           .name = "a.test.",
                           .type = A,
                           .took = 0.001,
                           .id = port};
    for (unsigned i = 1; i <= 2; i++) {
        bool lost = which & i;
        one.again = lost ? timer : 0;
        one.took = lost ? timer + late : 0.001;
        one.lost = lost;
        ask_so(&one);
        one.at += 0.0001;
        one.type = AAAA;
        one.id = (uint16_t)(one.id * 3 + 1000);
    }
}

/* At CoreDNS: A comes, AAAA only with A's repeat (glibc); or (MISSING A) the other way. */
static void lose_at_server(double at, uint16_t port, uint16_t missing)
{
    struct question one = {.at = at,
                           .client = 4,
                           .port = port,
                           .name = "a.test.",
                           .type = missing == A ? AAAA : A,
                           .took = 0.0005,
                           .id = port,
                           .at_server = true};
    ask_so(&one);
    one.at += 5.005;
    ask_so(&one);
    one.at += 0.001;
    one.type = missing;
    one.id = (uint16_t)(port + 5000);
    ask_so(&one);
}

/* At CoreDNS: both came, both were answered, and both come again: an answer was lost. */
static void lose_answer(double at, uint16_t port, double timer)
{
    ask_pair(at, 4, port, "a.test.", true);
    ask_pair(at + timer, 4, port, "a.test.", true);
}

static void test_the_second_of_pairs_is_a_race(void **state)
{
    (void)state;
    ask_healthy(0, 50, false);
    for (unsigned i = 0; i < 7; i++)
        lose_at_client(10 + 10 * i, (uint16_t)(40000 + i), 2, 5.0, 0.001);
    judge();
    const struct finding_row *row = row_of(FINDING_AAAA_RACE);
    assert_non_null(row);
    assert_int_equal(row->severity, SEVERITY_ERROR);
    assert_int_equal(row->confidence, CONFIDENCE_LIKELY);
    assert_int_equal(row->lookups, 7);
    assert_true(row->start == AT(10) + WHEN_MS / 10);
    assert_null(row_of(FINDING_CLIENT_RETRY)); /* explained */
    assert_int_equal(findings->unexplained_lookups, 0);
    assert_int_equal(findings->unexplained_sessions, 0);
}

static void test_six_seconds_are_no_race_yet(void **state)
{
    (void)state;
    ask_healthy(0, 50, false);
    for (unsigned i = 0; i < 6; i++)
        lose_at_client(10 + 10 * i, (uint16_t)(40000 + i), 2, 2.5, 0.001);
    judge();
    assert_null(row_of(FINDING_AAAA_RACE));
    assert_non_null(row_of(FINDING_CLIENT_RETRY)); /* but a loss */
}

static void test_firsts_and_seconds_are_no_race(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 40; i++)
        lose_at_client(10 * i, (uint16_t)(40000 + i), i % 4 == 0 ? 1 : 2, 5.0, 0.001);
    judge();
    assert_null(row_of(FINDING_AAAA_RACE)); /* 30 of 40 */
    assert_int_equal(row_of(FINDING_CLIENT_RETRY)->lookups, 40);
}

static void test_lone_queries_that_are_lost_alike_are_no_race(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 60; i++)
        lose_at_client(20 * i, (uint16_t)(40000 + i), 2, 5.0, 0.001);
    for (unsigned i = 0; i < 3; i++)
        ask_so(&(struct question){.at = 1300 + 20 * i,
                                  .client = 5,
                                  .port = (uint16_t)(50000 + i),
                                  .name = "b.test.",
                                  .type = A,
                                  .took = 5.001,
                                  .again = 5,
                                  .lost = 1});
    judge();
    assert_null(row_of(FINDING_AAAA_RACE));
    assert_int_equal(row_of(FINDING_CLIENT_RETRY)->lookups, 63);
}

static void test_half_pairs_at_coredns_are_a_race(void **state)
{
    (void)state;
    ask_healthy(0, 50, true);
    for (unsigned i = 0; i < 16; i++)
        lose_at_server(10 + 10 * i, (uint16_t)(40000 + i), AAAA);
    judge();
    const struct finding_row *row = row_of(FINDING_AAAA_RACE);
    assert_non_null(row);
    assert_int_equal(row->confidence, CONFIDENCE_LIKELY);
    assert_int_equal(row->lookups, 16);
    expect_words(row->next[1], "tcpdump"); /* what would decide */
}

static void test_half_pairs_of_both_kinds_are_a_loss(void **state)
{
    (void)state;
    ask_healthy(0, 50, true);
    for (unsigned i = 0; i < 16; i++)
        lose_at_server(10 + 10 * i, (uint16_t)(40000 + i), i % 2 ? A : AAAA);
    judge();
    assert_null(row_of(FINDING_AAAA_RACE));
    const struct finding_row *row = row_of(FINDING_CLIENT_RETRY);
    assert_int_equal(row->lookups, 16);
    assert_int_equal(row->confidence, CONFIDENCE_POSSIBLE); /* it is one client */
}

static void test_lost_answers_are_a_loss(void **state)
{
    (void)state;
    ask_healthy(0, 50, true);
    for (unsigned i = 0; i < 3; i++)
        lose_answer(10 + 10 * i, (uint16_t)(40000 + i), 2.51);
    judge();
    const struct finding_row *row = row_of(FINDING_CLIENT_RETRY);
    assert_non_null(row);
    assert_int_equal(row->lookups, 3);
    assert_true(row->start == AT(10));
    assert_true(row->end == AT(30));
}

static void test_two_losses_are_none(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++)
        lose_answer(10 + 10 * i, (uint16_t)(40000 + i), 5.0);
    judge();
    assert_null(row_of(FINDING_CLIENT_RETRY));
    assert_int_equal(findings->unexplained_lookups, 2); /* and nobody hides them */
}

static void test_asking_again_at_no_timer_is_no_loss(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++)
        lose_answer(10 + 10 * i, (uint16_t)(40000 + i), 0.7);
    for (unsigned i = 0; i < 20; i++)
        lose_answer(300 + 10 * i, (uint16_t)(41000 + i), 3.3);
    judge();
    assert_int_equal(findings->n_rows, 0);
    assert_int_equal(findings->unexplained_lookups, 0);
}

static void test_slow_answers_are_no_loss(void **state)
{
    (void)state;
    ask_healthy(0, 20, false);
    for (unsigned i = 0; i < 20; i++) { /* CoreDNS gave an upstream up at 6.0 s */
        lose_at_client(10 + 20 * i, (uint16_t)(40000 + i), 3, 5.0, 1.0);
        lose_at_client(500 + 20 * i, (uint16_t)(41000 + i), 3, 4.0, 0.01); /* twice 2 s */
    }
    judge();
    assert_null(row_of(FINDING_CLIENT_RETRY));
    assert_null(row_of(FINDING_AAAA_RACE));
    assert_non_null(row_of(FINDING_SLOW_LOOKUPS));
}

static void test_one_loss_in_thousands_is_everyday(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) {
        ask_healthy(1000 * i, 2500, false);
        lose_at_client(1000 * i + 600, 40000, 3, 5.0, 0.001);
    }
    judge();
    assert_null(row_of(FINDING_CLIENT_RETRY));
}

static void test_a_minute_of_losses_in_a_quiet_day_is_told(void **state)
{
    (void)state;
    ask_healthy(0, 15000, false);
    for (unsigned i = 0; i < 6; i++) {
        ask_healthy(2000 + 10 * i, 10, false);
        lose_at_client(2001.05 + 10 * i, (uint16_t)(40000 + i), i % 2 + 1, 5.0, 0.001);
    }
    judge();
    const struct finding_row *row = row_of(FINDING_CLIENT_RETRY);
    assert_non_null(row);
    assert_true(row->start >= AT(2001) && row->end <= AT(2052));
}

static void test_what_a_restart_covers_is_no_loss(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++)
        lose_at_client(10 + i, (uint16_t)(40000 + i), 3, 5.0, 0.001);
    struct suspect *restart = suspect_of_server(findings, FINDING_SERVER_RESTART, 0);
    suspect_event(restart, AT(9), NULL);
    suspect_event(restart, AT(15), NULL);
    finding_new(findings, FINDING_SERVER_RESTART, restart, CONFIDENCE_SURE);
    judge();
    assert_null(row_of(FINDING_CLIENT_RETRY));
    assert_int_equal(findings->unexplained_lookups, 0);
}

/* Between two places ------------------------------------------------------------------------------ */

static uint64_t inputs = 1 | 2; /* of two captures */

static void cross(double at, unsigned client, unsigned crossed, unsigned query, unsigned answer)
{
    bool lost = query + answer > 0;
    made_session(&made, AT(at), client, "a.test.", lost ? 5 * WHEN_SECOND : WHEN_MS);
    made.session.crossed = (uint8_t)crossed;
    made.session.query_lost = (uint8_t)query;
    made.session.answer_lost = (uint8_t)answer;
    made.session.unanswered = lost;
    made.session.inputs = inputs;
    report_add(report, &made.session, made.session.start);
    findings_add_session(findings, &made.session);
}

static void test_what_is_seen_at_one_place_only_is_lost(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 97; i++)
        cross(i, 1 + i % 3, 1, 0, 0);
    cross(97, 1, 1, 1, 0); /* the repeat came through */
    cross(98, 2, 2, 0, 1);
    cross(99, 2, 1, 1, 0);
    judge();
    const struct finding_row *row = row_of(FINDING_LOST_ON_PATH);
    assert_non_null(row);
    assert_int_equal(row->severity, SEVERITY_ERROR);
    assert_int_equal(row->confidence, CONFIDENCE_SURE);
    assert_true(row->start == AT(97) && row->end == AT(99));
    assert_int_equal(row->sessions, 3);
    assert_int_equal(row->evidence[0].count, 2);
    assert_int_equal(row->evidence[1].count, 1);
}

static void test_few_of_many_are_not_told(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5000; i++)
        cross(i / 100.0, 1, 1, 0, 0);
    for (unsigned i = 0; i < 3; i++) /* spread, so that no spell has a rate */
        cross(100 + 100 * i, 1, 1, 1, 0);
    judge();
    assert_null(row_of(FINDING_LOST_ON_PATH));
}

static void test_a_second_place_that_is_not_on_the_way_proves_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100; i++)
        cross(i, 1, i % 2, 0, 0); /* the other replica is in no capture */
    for (unsigned i = 0; i < 10; i++)
        cross(100 + i, 1, 0, 1, 0);
    judge();
    assert_null(row_of(FINDING_LOST_ON_PATH));
}

static void test_who_is_answered_without_the_second_place_is_not_judged(void **state)
{
    (void)state;
    inputs = 1; /* a node's, and a client in the node's own network */
    for (unsigned i = 0; i < 100; i++)
        cross(i, 1 + i % 3, i % 3 == 0 ? 0 : 1, 0, 0);
    for (unsigned i = 0; i < 10; i++)
        cross(100 + i, 1, 0, 1, 0);
    judge();
    assert_null(row_of(FINDING_LOST_ON_PATH));
}

static void test_one_place_alone_tells_of_no_path(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100; i++)
        cross(i, 1, 0, i % 10 == 0, 0);
    judge();
    assert_null(row_of(FINDING_LOST_ON_PATH));
}

static void test_who_is_cut_off_at_the_node_loses_all(void **state)
{
    (void)state;
    inputs = 1; /* a node's */
    for (unsigned i = 0; i < 100; i++)
        cross(i, 1 + i % 3, 1, 0, 0);
    for (unsigned i = 0; i < 10; i++)
        cross(100 + i, 9, 0, 1, 0);
    judge();
    const struct finding_row *row = row_of(FINDING_LOST_ON_PATH);
    assert_non_null(row);
    expect_words(row->summary, "10 queries of 10.0.0.9 ");
}

/* Spells ------------------------------------------------------------------------------------------ */

static void test_spells(void **state)
{
    (void)state;
    struct spells spells = {.rate = 0.01};
    struct spell found;
    assert_false(spells_judge(&spells, 100, &found));
    for (unsigned i = 0; i < 3; i++)
        spells_event(&spells, AT(10 + i), 1000 + 20 * i); /* 3 of 41 */
    assert_true(spells_judge(&spells, 100000, &found));
    assert_int_equal(found.events, 3);
    assert_true(found.first == AT(10) && found.last == AT(12));
    spells_event(&spells, AT(1000), 50000); /* one more proves nothing, and spoils nothing */
    assert_true(spells_judge(&spells, 100000, &found));
    assert_int_equal(found.events, 3);
    spells_event(&spells, AT(2000), 90000);
    assert_true(spells_judge(&spells, 100, &found)); /* of so few, all of them count */
    assert_int_equal(found.events, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_second_of_pairs_is_a_race),
        TEST(test_six_seconds_are_no_race_yet),
        TEST(test_firsts_and_seconds_are_no_race),
        TEST(test_lone_queries_that_are_lost_alike_are_no_race),
        TEST(test_half_pairs_at_coredns_are_a_race),
        TEST(test_half_pairs_of_both_kinds_are_a_loss),
        TEST(test_lost_answers_are_a_loss),
        TEST(test_two_losses_are_none),
        TEST(test_asking_again_at_no_timer_is_no_loss),
        TEST(test_slow_answers_are_no_loss),
        TEST(test_one_loss_in_thousands_is_everyday),
        TEST(test_a_minute_of_losses_in_a_quiet_day_is_told),
        TEST(test_what_a_restart_covers_is_no_loss),
        TEST(test_what_is_seen_at_one_place_only_is_lost),
        TEST(test_few_of_many_are_not_told),
        TEST(test_a_second_place_that_is_not_on_the_way_proves_nothing),
        TEST(test_who_is_answered_without_the_second_place_is_not_judged),
        TEST(test_one_place_alone_tells_of_no_path),
        TEST(test_who_is_cut_off_at_the_node_loses_all),
        cmocka_unit_test(test_spells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
