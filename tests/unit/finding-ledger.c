// SPDX-License-Identifier: BSD-2-Clause
// Who is charged with what, what is caused by what, and the bounds of rates.
#include "report-session.h"

#include "base/limits.h"
#include "finding/inside.h"

static struct endpoint address(unsigned number)
{
    uint8_t octets[4] = {10, 1, (uint8_t)(number >> 8), (uint8_t)number};
    return endpoint_of(octets, 4, 53);
}

static struct suspect *upstream(struct findings *findings, enum finding_id id, unsigned number)
{
    struct endpoint end = address(number);
    return suspect_of_endpoint(findings, id, &end);
}

static void charge(struct findings *findings, enum harm harm, unsigned times, struct suspect *first,
                   struct suspect *second)
{
    struct charge one = {.n = 0};
    struct made made;
    charge_add(&one, first);
    charge_add(&one, second);
    for (unsigned i = 0; i < times; i++) {
        made_session(&made, AT(i), 1, "a.test.", WHEN_MS);
        ledger_session(findings, &made.session, &one, harm);
    }
}

static struct findings *begin(void)
{
    struct finding_options options = {.slow_ns = 100 * WHEN_MS};
    return findings_new(&options);
}

static void test_the_first_guilty_one_is_charged(void **state)
{
    (void)state;
    struct findings *findings = begin();
    struct suspect *wrong = upstream(findings, FINDING_WRONG_REPLY, 1);
    struct suspect *silent = upstream(findings, FINDING_UPSTREAM_TIMEOUT, 2);
    charge(findings, HARM_FAILED, 5, silent, wrong); /* in any order: the root comes first */
    charge(findings, HARM_STALLED, 2, silent, NULL);
    charge(findings, HARM_SLOW, 7, silent, NULL);
    charge(findings, HARM_FAILED, 3, NULL, NULL);
    struct finding_row *row =
        finding_new(findings, FINDING_UPSTREAM_TIMEOUT, silent, CONFIDENCE_SURE);
    ledger_settle(findings);
    assert_int_equal(row->sessions, 7); /* WRONG was found guilty of nothing */
    assert_int_equal(findings->unexplained_sessions, 3);
    assert_null(row->caused_by);
    assert_int_equal(row->severity, SEVERITY_ERROR); /* it explains failures */
    findings_free(findings);
}

static void test_each_is_charged_once(void **state)
{
    (void)state;
    struct findings *findings = begin();
    struct suspect *wrong = upstream(findings, FINDING_WRONG_REPLY, 1);
    struct suspect *silent = upstream(findings, FINDING_UPSTREAM_TIMEOUT, 2);
    charge(findings, HARM_FAILED, 5, wrong, silent);
    struct finding_row *first = finding_new(findings, FINDING_WRONG_REPLY, wrong, CONFIDENCE_SURE);
    struct finding_row *second =
        finding_new(findings, FINDING_UPSTREAM_TIMEOUT, silent, CONFIDENCE_SURE);
    ledger_settle(findings);
    assert_int_equal(first->sessions, 5);
    assert_int_equal(second->sessions, 0);
    findings_free(findings);
}

static void test_what_another_explains_is_caused_by_it(void **state)
{
    (void)state;
    for (unsigned alone = 1; alone <= 2; alone++) { /* 9 of 10, 9 of 11 */
        struct findings *findings = begin();
        struct suspect *replica = suspect_of_server(findings, FINDING_ONE_BAD_REPLICA, 0);
        struct suspect *silent = upstream(findings, FINDING_UPSTREAM_TIMEOUT, 2);
        charge(findings, HARM_NONE, 9, replica, silent);
        charge(findings, HARM_NONE, alone, silent, NULL);
        struct finding_row *root =
            finding_new(findings, FINDING_ONE_BAD_REPLICA, replica, CONFIDENCE_SURE);
        struct finding_row *row =
            finding_new(findings, FINDING_UPSTREAM_TIMEOUT, silent, CONFIDENCE_SURE);
        ledger_settle(findings);
        assert_ptr_equal(row->caused_by, alone == 1 ? root : NULL);
        assert_null(root->caused_by);
        assert_int_equal(row->severity, SEVERITY_WARNING); /* nobody felt it */
        findings_free(findings);
    }
}

static void test_a_docket_keeps_the_roots(void **state)
{
    (void)state;
    struct findings *findings = begin();
    struct charge one = {.n = 0};
    for (unsigned i = 0; i < 2 * DOCKET_MAX; i++)
        charge_add(&one, upstream(findings, FINDING_UPSTREAM_TIMEOUT, i));
    charge_add(&one, upstream(findings, FINDING_UPSTREAM_TIMEOUT, 0));
    assert_int_equal(one.n, DOCKET_MAX);
    charge_add(&one, upstream(findings, FINDING_WRONG_REPLY, 1));
    assert_int_equal(one.n, DOCKET_MAX);
    assert_int_equal(one.suspects[0]->subject.id, FINDING_WRONG_REPLY);
    assert_int_equal(one.suspects[1]->number, 0);
    findings_free(findings);
}

static void test_too_many_suspects_are_counted(void **state)
{
    (void)state;
    struct findings *findings = begin();
    for (unsigned i = 0; i < LIMIT_SUSPECTS; i++)
        assert_non_null(upstream(findings, FINDING_UPSTREAM_TIMEOUT, i));
    assert_null(upstream(findings, FINDING_UPSTREAM_TIMEOUT, LIMIT_SUSPECTS));
    assert_int_equal(findings->folded_suspects, 1);
    assert_non_null(upstream(findings, FINDING_UPSTREAM_TIMEOUT, 3));
    charge(findings, HARM_FAILED, 4, NULL, NULL); /* what would point to it stays unexplained */
    assert_int_equal(findings->unexplained_sessions, 4);
    findings_free(findings);
}

static void test_a_lookup_recalls_its_sessions(void **state)
{
    (void)state;
    struct findings *findings = begin();
    struct lookup_options options = {1 << 20};
    struct lookups *lookups = lookups_new(&options);
    struct suspect *silent = upstream(findings, FINDING_UPSTREAM_TIMEOUT, 2);
    struct charge one = {.n = 0};
    struct made made;
    made_session(&made, AT(0), 1, "a.test.", WHEN_NONE);
    made_fail(&made, REASON_UPSTREAM_NO_REPLY, 2);
    charge_add(&one, silent);
    ledger_session(findings, &made.session, &one, HARM_FAILED);
    lookups_add(lookups, &made.session, AT(0), true);
    lookups_end(lookups);
    const struct lookup *lookup = lookups_next(lookups);
    assert_non_null(lookup);
    struct charge recalled = {.n = 0};
    ledger_recall(findings, lookup, &recalled);
    assert_int_equal(recalled.n, 1);
    assert_ptr_equal(recalled.suspects[0], silent);
    ledger_lookup(findings, lookup, &recalled, HARM_FAILED);
    struct finding_row *row =
        finding_new(findings, FINDING_UPSTREAM_TIMEOUT, silent, CONFIDENCE_SURE);
    ledger_settle(findings);
    assert_int_equal(row->lookups, 1);
    lookups_free(lookups);
    findings_free(findings);
}

static void test_crowds_are_exact_up_to_their_end(void **state)
{
    (void)state;
    struct crowd crowd = {0};
    for (unsigned twice = 0; twice < 2; twice++)
        for (uint64_t i = 1; i <= 200; i++)
            crowd_add(&crowd, i * UINT64_C(0x10000));
    assert_int_equal(crowd.n, 200);
    for (uint64_t i = 1; i <= 1000; i++)
        crowd_add(&crowd, i);
    assert_int_equal(crowd.n, FINDING_CROWD_MAX + 1);
    memory_free(crowd.seen);
}

static void test_a_row_counts_everyone_once(void **state)
{
    (void)state;
    struct findings *findings = begin();
    struct suspect *one = upstream(findings, FINDING_UPSTREAM_TIMEOUT, 1);
    struct suspect *other = upstream(findings, FINDING_UPSTREAM_TIMEOUT, 2);
    struct made made;
    for (unsigned client = 1; client <= 3;
         client++) /* 1, 2 and 2, 3; one name each, and one of both */
        for (unsigned i = 0; i < 2; i++) {
            if (client == (i == 0 ? 3 : 1))
                continue;
            made_session(&made, AT(client), client,
                         client == 2 ? "a.test."
                         : i == 0    ? "b.test."
                                     : "c.test.",
                         WHEN_MS);
            suspect_event(i == 0 ? one : other, made.session.start, &made.session);
        }
    struct finding_row *row = finding_new(findings, FINDING_UPSTREAM_TIMEOUT, one, CONFIDENCE_SURE);
    assert_int_equal(row->clients, 2);
    finding_join(row, other);
    assert_int_equal(row->clients, 3);
    assert_int_equal(row->names, 3);
    assert_int_equal(row->servers, 1);
    assert_true(row->start == AT(1) && row->end == AT(3));
    findings_free(findings);
}

static void near(double got, double want)
{
    assert_true(got > want - 0.0005 && got < want + 0.0005);
}

/* Values of R's binom::binom.confint(method = "wilson"). */
static void test_wilson(void **state)
{
    (void)state;
    near(wilson_low(3, 10), 0.1078);
    near(wilson_high(3, 10), 0.6032);
    near(wilson_low(10, 10), 0.7225);
    near(wilson_high(0, 10), 0.2775);
    assert_true(wilson_low(0, 10) == 0);
    assert_true(wilson_high(10, 10) == 1);
    assert_true(wilson_low(0, 0) == 0 && wilson_high(0, 0) == 1);
    assert_false(surely_over(2, 2, 0.01)); /* too few */
    assert_true(surely_over(3, 3, 0.4));
    assert_false(surely_over(3, 3, 0.45)); /* 0.4385 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_guilty_one_is_charged),
        cmocka_unit_test(test_each_is_charged_once),
        cmocka_unit_test(test_what_another_explains_is_caused_by_it),
        cmocka_unit_test(test_a_docket_keeps_the_roots),
        cmocka_unit_test(test_too_many_suspects_are_counted),
        cmocka_unit_test(test_a_lookup_recalls_its_sessions),
        cmocka_unit_test(test_crowds_are_exact_up_to_their_end),
        cmocka_unit_test(test_a_row_counts_everyone_once),
        cmocka_unit_test(test_wilson),
    };
    return cmocka_run_group_tests_name("finding-ledger", tests, NULL, NULL);
}
