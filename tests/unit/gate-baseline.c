// SPDX-License-Identifier: BSD-2-Clause
// Reports read back: the same as the report at hand, whoever printed them; what is refused.
#include "cluster-file.h"
#include "gate-report.h"

#include "base/limits.h"

static struct report *report;
static const struct render_style style = {.columns = 80, .limit = 10, .slow_ns = 100 * WHEN_MS};

static int begin(void **state)
{
    (void)state;
    report = report_of(&(struct want){100, 10, 5, 20 * WHEN_MS, gate_findings, 2});
    return 0;
}

static int end(void **state)
{
    (void)state;
    report_free(report);
    return 0;
}

static struct snapshot read_back(const char *at, size_t len)
{
    struct snapshot snapshot;
    struct error error = {0};

    if (baseline_read(&snapshot, file_with(at, len), &error) < 0)
        fail_msg("%s", error.text);
    return snapshot;
}

static void compare(const struct snapshot *a, const struct snapshot *b)
{
    for (size_t i = 0; i < SNAPSHOT_FIGURES; i++)
        assert_float_equal(a->figures[i], b->figures[i], 0);
    assert_int_equal(a->upstreams.n, b->upstreams.n);
    assert_int_equal(a->findings.n, b->findings.n);
    for (size_t i = 0; i < a->upstreams.n; i++) {
        assert_string_equal(a->upstreams.at[i].name, b->upstreams.at[i].name);
        assert_float_equal(a->upstreams.at[i].failure_rate, b->upstreams.at[i].failure_rate, 0);
        assert_float_equal(a->upstreams.at[i].attempts, b->upstreams.at[i].attempts, 0);
        assert_int_equal(a->upstreams.at[i].state, b->upstreams.at[i].state);
    }
    for (size_t i = 0; i < a->findings.n; i++) {
        assert_string_equal(a->findings.at[i].name, b->findings.at[i].name);
        assert_int_equal(a->findings.at[i].severity, b->findings.at[i].severity);
        assert_int_equal(a->findings.at[i].place, b->findings.at[i].place);
    }
}

static void test_same(void **state)
{
    format_report *const formats[] = {json_report, ndjson_report, yaml_report};
    struct snapshot now, then;
    struct text text = {0};

    (void)state;
    snapshot_take(&now, report);
    assert_float_equal(now.figures[SNAPSHOT_SESSIONS], 100, 0);
    assert_float_equal(now.figures[SNAPSHOT_ERROR_RATE], .105263, 0); /* as printed */
    assert_int_equal(now.upstreams.n, 1);
    assert_string_equal(now.upstreams.at[0].name, "10.1.0.1:53/udp");
    assert_string_equal(now.findings.at[1].name, "upstream-timeout 10.1.0.1:53");
    assert_int_equal(now.findings.at[1].place, 0);
    for (size_t i = 0; i < 3; i++) {
        text_clear(&text);
        formats[i](&text, &report_fields, report, &style);
        then = read_back(text.at, text.len);
        compare(&now, &then);
        snapshot_done(&then);
    }
    snapshot_done(&now);
    text_done(&text);
}

static void expect_refused(const char *at, size_t len, const char *want)
{
    struct snapshot snapshot;
    struct error error = {0};

    assert_int_equal(baseline_read(&snapshot, file_with(at, len), &error), -1);
    assert_int_equal(error.code, ERROR_INPUT);
    if (strstr(error.text, want) == NULL)
        fail_msg("'%s', not '%s'", error.text, want);
    snapshot_done(&snapshot);
}

static void refused(const char *text, const char *want)
{
    expect_refused(text, strlen(text), want);
}

#define SCHEMA "\"schema\":\"dnstap-analyse/report/1\""

static void test_refused(void **state)
{
    (void)state;
    refused("", ":1:1: is no report of dnstap-analyse (-o json)");
    refused("{}", ":1:1: is no report");
    refused("[{" SCHEMA "}]", ":1:1: is no report");
    refused("{\"a\":{" SCHEMA "}}", ":1:1: is no report");
    refused("no", ":1:1: is no report");
    refused("{" SCHEMA "}", ":1:1: is a report without its counts");
    refused("{" SCHEMA "," SCHEMA "}", ":1:46: begins a second report");
    refused("{\"schema\":\"dnstap-analyse/report/2\"}",
            ":1:11: is the schema of another kind or version of documents");
    refused("{" SCHEMA ",\"totals\":{\"sessions\":\"many\"}}", ": is no number");
    refused("{" SCHEMA ",\"totals\":{\"sessions\":-1}}", ": is no number");
    refused("{" SCHEMA ",\"totals\":{\"sessions\":1e999}}", ": is no number");
    refused("{" SCHEMA ",\"totals\":{\"sessions\":1e300}}", ": is no number");
    refused("{" SCHEMA ",\"totals\":{\"sessions\":nan}}", ": is no number");
    refused("{" SCHEMA ",\"totals\":{\"sessions\":12", "is neither YAML nor JSON");
    refused("{" SCHEMA ",\"upstreams\":[{\"attempts\":\"x\"}]}", ": is no number");
    refused("a: &a [x]\nb: *a\n", "anchors and aliases");
}

/* Every report cut anywhere is refused; octets changed at random never do harm. */
static void test_damaged(void **state)
{
    struct text text = {0};
    uint32_t random = 1;

    (void)state;
    ndjson_report(&text, &report_fields, report, &style);
    for (size_t len = 0; len + 2 < text.len; len += 7)
        expect_refused(text.at, len, "");
    for (unsigned i = 0; i < 300; i++) {
        struct snapshot snapshot;
        struct error error = {0};
        random = random * 1664525 + 1013904223;
        size_t at = (random >> 8) % text.len;
        char was = text.at[at];
        text.at[at] = (char)(random >> 24);
        (void)baseline_read(&snapshot, file_with(text.at, text.len), &error);
        snapshot_done(&snapshot);
        text.at[at] = was;
    }
    text_done(&text);
}

/* Rows without end: refused at the ceiling, which is not memory yet. */
static void test_many(void **state)
{
    struct text text = {0};

    (void)state;
    text_add_string(&text, "{" SCHEMA ",\"upstreams\":[{}");
    for (unsigned i = 0; i < LIMIT_BASELINE_ROWS; i++)
        text_add_string(&text, ",{}");
    text_add_string(&text, "]}");
    expect_refused(text.at, text.len, ": has more upstreams or findings than any report");
    text_clear(&text);
    text_add_string(&text, "{" SCHEMA ",\"findings\":[{}");
    for (unsigned i = 0; i < LIMIT_BASELINE_BYTES / 1000000 + 2; i++) {
        text_add_string(&text, ",{\"key\":\"");
        text_add_fill(&text, 'x', 1000000);
        text_add_string(&text, "\"}");
    }
    text_add_string(&text, "]}");
    expect_refused(text.at, text.len, ": has more upstreams or findings than any report");
    text_done(&text);
}

/* Long keys, and such as look like paths, are neither kept nor taken for them. */
static void test_keys(void **state)
{
    struct text text = {0};

    (void)state;
    text_add_string(&text, "{" SCHEMA ",");
    for (unsigned i = 0; i < 100; i++) {
        text_add_string(&text, "\"");
        text_add_fill(&text, 'k', 900);
        text_add_string(&text, "\":{");
    }
    text_add_string(&text, "\"a\":1");
    text_add_fill(&text, '}', 100);
    text_add_string(&text, ",\"\":{\"\":{\"schema\":1}},\"lookups\":{\"count\":[{\"count\":-1}]}}");
    expect_refused(text.at, text.len, ":1:1: is a report without its counts");
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same), cmocka_unit_test(test_refused),
                                       cmocka_unit_test(test_damaged), cmocka_unit_test(test_many),
                                       cmocka_unit_test(test_keys)};
    return cmocka_run_group_tests(tests, begin, end);
}
