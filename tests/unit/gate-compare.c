// SPDX-License-Identifier: BSD-2-Clause
// Gates of --baseline: what is worse, what is not, what is too little to tell.
#include "cluster-file.h"
#include "gate-report.h"

static const struct render_style style = {.columns = 80, .limit = 10, .slow_ns = 100 * WHEN_MS};

/* The gates of NOW, THEN being the baseline. */
static struct gates *compared(const struct want *then, const struct want *now,
                              const char *tolerance)
{
    struct report *old = report_of(then), *new = report_of(now);
    struct gates *gates = gates_new();
    struct error error = {0};
    struct text text = {0};

    json_report(&text, &report_fields, old, &style);
    assert_int_equal(gates_read_baseline(gates, file_with(text.at, text.len), &error), 0);
    if (tolerance != NULL)
        assert_int_equal(gates_set_tolerance(gates, tolerance, &error), 0);
    gates_judge(gates, new);
    text_done(&text);
    report_free(old);
    report_free(new);
    return gates;
}

static void expect(const struct gates *gates, const char *name, enum gate_held held,
                   const char *why)
{
    const struct gate_row *row = row_of(gates, name);

    assert_int_equal(row->held, held);
    assert_string_equal(row->why, why);
}

static void test_same(void **state)
{
    struct want want = {100, 30, 0, 300 * WHEN_MS, gate_findings, 2};
    struct gates *gates = compared(&want, &want, "rates=0pp/0%,percentiles=0ms/0%,counts=0");

    (void)state;
    assert_true(gates_held(gates));
    expect(gates, "baseline totals.error_rate", GATE_HELD, "is 30%, was 30%");
    expect(gates, "baseline upstreams.failure_rate", GATE_HELD,
           "1 upstream compared, none is worse");
    expect(gates, "baseline findings", GATE_HELD, "2 findings compared, none is worse");
    gates_free(gates);
}

static void test_worse(void **state)
{
    struct want then = {100, 2, 0, 20 * WHEN_MS, gate_findings + 1, 1};
    struct want now = {100, 30, 5, 150 * WHEN_MS, gate_findings, 2};
    struct gates *gates = compared(&then, &now, NULL);

    (void)state;
    assert_false(gates_held(gates));
    expect(gates, "baseline totals.error_rate", GATE_FAILED, "is 31.58%, was 2%");
    expect(gates, "baseline totals.slow_rate", GATE_FAILED, "is 100%, was 0%");
    expect(gates, "baseline sample_loss", GATE_FAILED, "is 5%, was 0%");
    expect(gates, "baseline latency.waited_ms.p50", GATE_FAILED, "is 150 ms, was 20 ms");
    expect(gates, "baseline lookups.waited_ms.p99", GATE_HELD,
           "too few to judge (0, 0 before)");
    expect(gates, "baseline upstreams.failure_rate", GATE_FAILED, "10.1.0.1:53/udp is 30%, was 2%");
    expect(gates, "baseline findings", GATE_FAILED, "upstream-timeout 10.1.0.1:53 is new (error)");
    const struct gate_row *row = row_of(gates, "baseline findings");
    assert_int_equal(row->n_findings, 1);
    assert_int_equal(row->findings[0], 0);
    assert_int_equal(row->value.count, 1);
    gates_free(gates);
}

static void test_better(void **state)
{
    struct want then = {100, 30, 5, 150 * WHEN_MS, gate_findings, 2};
    struct want now = {100, 2, 0, 20 * WHEN_MS, NULL, 0};
    struct gates *gates = compared(&then, &now, NULL);

    (void)state;
    assert_true(gates_held(gates));
    gates_free(gates);
}

static void test_few(void **state)
{
    struct want then = {19, 0, 0, 20 * WHEN_MS, NULL, 0};
    struct want now = {100, 100, 0, 20 * WHEN_MS, NULL, 0};
    struct gates *few = compared(&then, &now, NULL), *enough = compared(&then, &now, "counts=19");

    (void)state;
    assert_true(gates_held(few));
    expect(few, "baseline totals.error_rate", GATE_HELD,
           "too few to judge (100, 19 before)");
    expect(few, "baseline upstreams.failure_rate", GATE_HELD,
           "0 upstreams compared, none is worse");
    expect(enough, "baseline totals.error_rate", GATE_FAILED, "is 100%, was 0%");
    expect(enough, "baseline upstreams.state.worst", GATE_FAILED,
           "10.1.0.1:53/udp is down, was up");
    gates_free(few);
    gates_free(enough);
}

static void test_severity(void **state)
{
    struct finding_row mild = gate_timeout;
    mild.severity = SEVERITY_WARNING;
    const struct finding_row *const milds[] = {&mild};
    struct want then = {100, 0, 0, 20 * WHEN_MS, milds, 1};
    struct want now = {100, 0, 0, 20 * WHEN_MS, gate_findings, 2};
    struct gates *rose = compared(&then, &now, NULL), *fell = compared(&now, &then, NULL);

    (void)state;
    expect(rose, "baseline findings", GATE_FAILED,
           "upstream-timeout 10.1.0.1:53 is error, was warning");
    expect(fell, "baseline findings", GATE_HELD, "1 finding compared, none is worse");
    gates_free(rose);
    gates_free(fell);
}

/* Those beyond the first few are counted. */
static void test_names(void **state)
{
    struct finding_row rows[9];
    const struct finding_row *pointers[9];
    char texts[9][16];
    struct want then = {100, 0, 0, 20 * WHEN_MS, NULL, 0};
    struct want now = {100, 0, 0, 20 * WHEN_MS, pointers, 9};

    (void)state;
    for (unsigned i = 0; i < 9; i++) {
        rows[i] = gate_timeout;
        snprintf(texts[i], sizeof texts[i], "10.1.0.%u:53", i);
        rows[i].subject.text = texts[i];
        pointers[i] = &rows[i];
    }
    struct gates *gates = compared(&then, &now, NULL);
    const struct gate_row *row = row_of(gates, "baseline findings");
    assert_int_equal(row->n_findings, 9);
    assert_non_null(strstr(row->why, "10.1.0.4:53 is new (error); and 4 more"));
    gates_free(gates);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same), cmocka_unit_test(test_worse),    cmocka_unit_test(test_better),
        cmocka_unit_test(test_few),  cmocka_unit_test(test_severity), cmocka_unit_test(test_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
