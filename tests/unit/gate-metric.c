// SPDX-License-Identifier: BSD-2-Clause
// Figures of the report by their paths: what is found, what is said of what is not, which row counts.
#include "gate-report.h"

static struct report *report;

static int begin(void **state)
{
    (void)state;
    report = report_of(&(struct want){100, 10, 0, 20 * WHEN_MS, gate_findings, 2});
    return 0;
}

static int end(void **state)
{
    (void)state;
    report_free(report);
    return 0;
}

/* What EXPRESSION reads: "VALUE ROW", and whether it is true. */
static void expect(const char *expression, bool holds, const char *want)
{
    struct metric metric = {0};
    struct error error = {0};
    struct metric_reading reading;
    struct text text = {0};
    struct condition *condition = condition_new(expression, metric_find, &metric, &error);

    if (condition == NULL)
        fail_msg("%s: %s", expression, error.text);
    metric_read(&metric, condition, report, &reading);
    if (!reading.any)
        text_add_string(&text, "none");
    else if (reading.value.kind == VALUE_NULL)
        text_add_string(&text, "null");
    metric_print(&reading.value, &text);
    if (reading.row.len > 0)
        text_format(&text, " %s", reading.row.at);
    assert_string_equal(text.at, want);
    assert_int_equal(reading.holds, holds);
    text_done(&text);
    metric_reading_done(&reading);
    condition_free(condition);
    metric_done(&metric);
}

static void expect_error(const char *expression, const char *want)
{
    struct metric metric = {0};
    struct error error = {0};

    assert_null(condition_new(expression, metric_find, &metric, &error));
    assert_string_equal(error.text, want);
    metric_done(&metric);
}

static void test_scalars(void **state)
{
    (void)state;
    expect("totals.error_rate>9%", true, "10%");
    expect("Totals.Error_Rate>10%", false, "10%");
    expect("totals.sessions<100", false, "100");
    expect("latency.waited_ms.p99>=20ms", true, "20 ms");
    expect("verdict.state==healthy", false, "unknown");
    expect("totals.unexplained.lookups==0", true, "0");
    expect("lookups.waited_ms.p99>1s", false, "null");
    expect("window.start>2026-11-21T00:00:00Z", true, "2026-11-21T10:00:00.000000000Z");
    expect("verdict.unseen==x", false, "none");
}

static void test_lists(void **state)
{
    (void)state;
    expect("upstreams.failure_rate>9.9%", true, "10% 10.1.0.1:53");
    expect("upstreams.attempts<101", true, "100 10.1.0.1:53");
    expect("upstreams.rcodes.SERVFAIL>0", false, "0 10.1.0.1:53");
    expect("upstreams.rcodes.NOERROR>0", true, "90 10.1.0.1:53");
    expect("clients.sessions>=34", true, "34 10.0.0.1");
    expect("findings.severity==error", true, "error upstream-timeout 10.1.0.1:53");
    expect("findings.severity==info", true, "info search-path");
    expect("findings.severity==critical", false, "error upstream-timeout 10.1.0.1:53");
    expect("findings.ongoing==true", false, "false upstream-timeout 10.1.0.1:53");
    expect("latency.by_realm.upstream.p99>1ms", true, "20 ms");
    expect("latency.by_realm.cache.p99>1ms", false, "none");
    expect("servers.failed>1", false, "none");
    // of several rows the one that is worst for the condition
    expect("clients.sessions>0", true, "34 10.0.0.1");
    expect("clients.sessions<34", true, "33 10.0.0.2");
    expect("clients.sessions==33", true, "33 10.0.0.2");
    expect("clients.sessions!=34", true, "33 10.0.0.2");
    expect("clients.sessions<33", false, "33 10.0.0.2");
    expect("upstreams.bad_periods.failures>1", true, "10 10.1.0.1:53");
}

static void test_wrong(void **state)
{
    (void)state;
    expect_error("totals.eror_rate>1%",
                 "column 1: there is no field 'totals.eror_rate' in the report; "
                 "did you mean 'totals.error_rate'?");
    expect_error("  upstreams.failure_rat>1%",
                 "column 3: there is no field 'upstreams.failure_rat' in the report; did you mean "
                 "'upstreams.failure_rate'?");
    expect_error("upstream.failure_rate>1%",
                 "column 1: there is no field 'upstream.failure_rate' in the report; did you mean "
                 "'upstreams.failure_rate'?");
    expect_error("upstreams>1", "column 1: 'upstreams' is a list of objects: compare one of their "
                                "fields");
    expect_error("totals>1", "column 1: 'totals' is an object: compare one of its fields "
                             "(--list-fields)");
    expect_error("upstreams.rcodes>1",
                 "column 1: 'upstreams.rcodes' is an object: compare one of its "
                 "keys (PATH.KEY)");
    expect_error("gates.held==true", "column 1: 'gates.held' is what is being judged");
    expect_error("gates==1", "column 1: 'gates' is what is being judged");
    expect_error("totals.error_rate>1s", "column 19: '1s' is no share (like 0.01 or 1%)");
    expect_error("totals.error_rate>1",
                 "column 19: '1' is passed by no share: 1 is 100%, 0.01 is 1%");
    expect_error("totals.error_rate>=101%",
                 "column 20: '101%' is passed by no share: 1 is 100%, 0.01 is 1%");
    expect_error("latency.waited_ms.p99>1%",
                 "column 23: '1%' is no duration (like 200us, 5ms, 1.5s, "
                 "2m, 1h)");
    expect_error("upstreams.=1", "column 1: there is no field 'upstreams.' in the report; did "
                                 "you mean 'upstreams'?");
    expect_error("p99>1s", "column 1: there is no field 'p99' in the report; did you mean "
                           "'latency.waited_ms.p99'?");
    expect_error("waited_ms.p99>1s", "column 1: there is no field 'waited_ms.p99' in the report; did "
                                     "you mean 'latency.waited_ms.p99'?");
    expect_error("upstreams.state.now==donw",
                 "column 22: 'donw' is no state.now; did you mean 'down'?");
    expect_error(".=1", "column 1: there is no field '.' in the report");
}

static void test_print(void **state)
{
    static const struct {
        double share;
        const char *want;
    } cases[] = {{0, "0%"},         {1, "100%"},          {.1, "10%"},
                 {.1742, "17.42%"}, {.000312, "0.0312%"}, {.9999, "99.99%"}};
    struct text text = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct value value = value_share(cases[i].share);
        text_clear(&text);
        metric_print(&value, &text);
        assert_string_equal(text.at, cases[i].want);
    }
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scalars), cmocka_unit_test(test_lists),
                                       cmocka_unit_test(test_wrong), cmocka_unit_test(test_print)};
    return cmocka_run_group_tests(tests, begin, end);
}
