// SPDX-License-Identifier: BSD-2-Clause
// JUnit: a case a gate and a finding, what fails and what does not, escapes.
#include "gate-report.h"

static const struct render_style style = {.columns = 80, .limit = 10, .slow_ns = 100 * WHEN_MS};

static void check(const struct want *want, const char *condition, const char *finding,
                  const char *wanted)
{
    struct report *report = report_of(want);
    struct gates *gates = gates_new();
    struct error error = {0};
    struct text out = {0};

    if (condition != NULL)
        assert_int_equal(gates_add_condition(gates, condition, &error), 0);
    if (finding != NULL)
        assert_true(gates_add_finding(gates, finding, strlen(finding)));
    if (condition != NULL || finding != NULL)
        gates_judge(gates, report);
    junit_report(&out, &report_fields, report, &style);
    assert_string_equal(out.at, wanted);
    text_done(&out);
    report_free(report);
    gates_free(gates);
}

#define HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static void test_gates(void **state)
{
    (void)state;
    check(
        &(struct want){100, 10, 20, 20 * WHEN_MS, gate_findings, 2}, "totals.error_rate>\"5%\"",
        "error",
        HEAD
        "<testsuites name=\"dnstap-analyse\" tests=\"5\" failures=\"3\" errors=\"1\">\n"
        "  <testsuite name=\"gates\" tests=\"3\" failures=\"2\" errors=\"1\" skipped=\"0\">\n"
        "    <testcase classname=\"dnstap-analyse.gates\" "
        "name=\"totals.error_rate&gt;&quot;5%&quot;\">\n"
        "      <failure type=\"gate\" message=\"is 12.5%\">totals.error_rate&gt;&quot;5%&quot;: is "
        "12.5%</failure>\n"
        "    </testcase>\n"
        "    <testcase classname=\"dnstap-analyse.gates\" name=\"fail-on error\">\n"
        "      <failure type=\"gate\" message=\"error upstream-timeout 10.1.0.1:53\">fail-on "
        "error: "
        "error upstream-timeout 10.1.0.1:53</failure>\n"
        "    </testcase>\n"
        "    <testcase classname=\"dnstap-analyse.gates\" name=\"sample_loss\">\n"
        "      <error type=\"unknown\" message=\"20% of the sessions were lost: what is left "
        "proves "
        "nothing (at most 10% may be)\">sample_loss: 20% of the sessions were lost: what is left "
        "proves nothing (at most 10% may be)</error>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "  <testsuite name=\"findings\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"0\">\n"
        "    <testcase classname=\"dnstap-analyse.findings\" name=\"upstream-timeout "
        "10.1.0.1:53\">\n"
        "      <failure type=\"error\" message=\"It &lt;was&gt; \\x1b[31msilent.\">error, "
        "possible: "
        "It &lt;was&gt; \\x1b[31msilent.\n"
        "advice: Look.\n"
        "look: dnstap-analyse &#39;x &amp; y&#39;\n"
        "see: https://example.org/</failure>\n"
        "    </testcase>\n"
        "    <testcase classname=\"dnstap-analyse.findings\" name=\"search-path\">\n"
        "      <system-out>info, possible: Many.\n"
        "advice: Dots.\n"
        "see: https://example.org/</system-out>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n");
}

static void test_none(void **state)
{
    (void)state;
    check(&(struct want){100, 10, 0, 20 * WHEN_MS, NULL, 0}, NULL, NULL,
          HEAD
          "<testsuites name=\"dnstap-analyse\" tests=\"0\" failures=\"0\" errors=\"0\">\n"
          "  <testsuite name=\"gates\" tests=\"0\" failures=\"0\" errors=\"0\" skipped=\"0\">\n"
          "  </testsuite>\n"
          "  <testsuite name=\"findings\" tests=\"0\" failures=\"0\" errors=\"0\" skipped=\"0\">\n"
          "  </testsuite>\n"
          "</testsuites>\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_gates), cmocka_unit_test(test_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
