// SPDX-License-Identifier: BSD-2-Clause
// Gates of a run: what held, what failed, and what could not be judged.
#include "gate-report.h"

static struct gates *judged(const struct want *want, const char *condition, const char *finding)
{
    struct report *report = report_of(want);
    struct gates *gates = gates_new();
    struct error error = {0};

    if (condition != NULL)
        assert_int_equal(gates_add_condition(gates, condition, &error), 0);
    if (finding != NULL)
        assert_true(gates_add_finding(gates, finding, strlen(finding)));
    gates_judge(gates, report);
    report_free(report);
    return gates;
}

/* The first gate alone. */
static void expect(const struct want *want, const char *condition, const char *finding,
                   enum gate_held held, const char *why)
{
    struct gates *gates = judged(want, condition, finding);

    if (gates->rows[0].held != held || strcmp(gates->rows[0].why, why) != 0)
        fail_msg("%s: %d, %s", gates->rows[0].gate, gates->rows[0].held, gates->rows[0].why);
    assert_int_equal(gates_held(gates), held == GATE_HELD);
    gates_free(gates);
}

static const struct want good = {100, 0, 0, 20 * WHEN_MS, NULL, 0},
                         bad = {100, 10, 0, 20 * WHEN_MS, gate_findings, 2},
                         nothing = {0, 0, 0, 0, NULL, 0};

static void test_conditions(void **state)
{
    (void)state;
    expect(&bad, "totals.error_rate > 5%", NULL, GATE_FAILED, "is 10%");
    expect(&good, "totals.error_rate > 5%", NULL, GATE_HELD, "is 0%");
    expect(&bad, "upstreams.failure_rate>5%", NULL, GATE_FAILED, "is 10% (10.1.0.1:53)");
    expect(&bad, "findings.severity==critical", NULL, GATE_HELD, "so is none of them");
    expect(&bad, "findings.severity==error", NULL, GATE_FAILED,
           "is error (upstream-timeout 10.1.0.1:53)");
    expect(&good, "findings.severity==error", NULL, GATE_HELD, "there is none");
    expect(&good, "failing_names.failed>5", NULL, GATE_HELD, "there is none");
    expect(&good, "servers.failed>5", NULL, GATE_UNKNOWN, "not known: the list is empty");
    expect(&good, "lookups.waited_ms.p99>1s", NULL, GATE_UNKNOWN, "not known from this capture");
    expect(&good, "verdict.state==failing", NULL, GATE_UNKNOWN,
           "not known: the capture allows no verdict");
    expect(&good, "verdict.state!=healthy", NULL, GATE_FAILED, "is unknown");
}

static void test_findings(void **state)
{
    (void)state;
    expect(&bad, NULL, "upstream-timeout", GATE_FAILED, "error upstream-timeout 10.1.0.1:53");
    expect(&bad, NULL, "warning", GATE_FAILED, "error upstream-timeout 10.1.0.1:53");
    expect(&bad, NULL, "INFO", GATE_FAILED, "error upstream-timeout 10.1.0.1:53; info search-path");
    expect(&bad, NULL, "critical", GATE_HELD, "there is none");
    expect(&bad, NULL, "retry-storm", GATE_HELD, "there is none");
    struct gates *gates = gates_new();
    assert_false(gates_add_finding(gates, "erro", 4));
    assert_false(gates_add_finding(gates, "error", 4));
    assert_false(gates_add_finding(gates, "", 0));
    gates_free(gates);
}

/* A report without sessions is never green; what failed stays failed. */
static void test_nothing(void **state)
{
    (void)state;
    expect(&nothing, "totals.failed > 0", NULL, GATE_UNKNOWN, "there is no session to judge");
    expect(&nothing, NULL, "error", GATE_UNKNOWN, "there is no session to judge");
    expect(&nothing, "totals.sessions < 1", NULL, GATE_FAILED, "is 0");
}

/* What a doubt touches is not green; what failed stays failed. */
static void test_doubt(void **state)
{
    (void)state;
    struct gates *gates = gates_new();
    struct error error = {0};
    assert_int_equal(gates_add_condition(gates, "totals.error_rate>5%", &error), 0);
    assert_int_equal(gates_add_condition(gates, "totals.sessions>0", &error), 0);
    gates_doubt(gates, "a pattern gave up");
    struct report *report = report_of(&good);
    gates_judge(gates, report);
    report_free(report);
    assert_int_equal(gates->rows[0].held, GATE_UNKNOWN);
    assert_string_equal(gates->rows[0].why, "a pattern gave up");
    assert_int_equal(gates->rows[1].held, GATE_FAILED);
    gates_free(gates);
}

static void test_loss(void **state)
{
    static const struct want some = {100, 0, 10, 20 * WHEN_MS, NULL, 0},
                             much = {100, 0, 11, 20 * WHEN_MS, NULL, 0};
    struct gates *gates = judged(&some, "totals.error_rate > 5%", NULL);

    (void)state;
    assert_true(gates_held(gates));
    assert_string_equal(row_of(gates, "sample_loss")->why,
                        "10% of the sessions were lost (at most 10% may be)");
    gates_free(gates);
    gates = judged(&much, "totals.error_rate > 5%", NULL);
    assert_false(gates_held(gates));
    assert_int_equal(gates->rows[0].held, GATE_HELD);
    assert_int_equal(row_of(gates, "sample_loss")->held, GATE_UNKNOWN);
    assert_float_equal(row_of(gates, "sample_loss")->value.share, .11, 1e-9);
    gates_free(gates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_conditions),
                                       cmocka_unit_test(test_findings),
                                       cmocka_unit_test(test_nothing),
                                       cmocka_unit_test(test_doubt), cmocka_unit_test(test_loss)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
