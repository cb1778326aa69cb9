// SPDX-License-Identifier: BSD-2-Clause
// HTML: places on charts, escapes of what comes from a capture, how findings are nested.
#include "report-session.h"

#include <stdio.h>

#include "render/formats.h"
#include "render/html.h"
#include "report/findings.h"
#include "report/report.h"

static const struct render_style style = {.columns = 80, .limit = 10, .slow_ns = 100 * WHEN_MS};

// Sessions of 50 s; an upstream that gives no reply from the 10th to the 20th second.
static struct report *new_report(void)
{
    struct report *report = report_new(&(struct report_options){100 * WHEN_MS, 10, 1 << 26, NULL});
    struct made made;

    for (unsigned i = 0; i < 500; i++) {
        int64_t at = AT(i * 0.1);
        made_session(&made, at, i % 3, "name.test.", WHEN_MS * (i % 300));
        bool bad = i >= 100 && i < 200;
        if (bad)
            made_fail(&made, REASON_UPSTREAM_NO_REPLY, RCODE_NONE);
        made_attempt(&made, at, 1, bad ? OUTCOME_NO_REPLY : OUTCOME_ANSWERED);
        report_add(report, &made.session, at);
    }
    return report;
}

static struct text page_with(const struct finding_row *const *rows, uint32_t n)
{
    struct report *report = new_report();
    struct text out = {0};

    report_finish(report, NULL, NULL, 1000, false);
    report_take_findings(report, rows, n);
    report_take_unexplained(report, 1, 2);
    html_report(&out, &report_fields, report, &style);
    report_free(report);
    return out;
}

// How often NEEDLE stands in OUT.
static size_t times(const struct text *out, const char *needle)
{
    size_t n = 0;

    for (const char *at = strstr(out->at, needle); at != NULL; at = strstr(at + 1, needle))
        n++;
    return n;
}

// Every element that is opened is closed, in its order, but those that say that they have no end.
static void check_nesting(const struct text *out)
{
    char open[64][16];
    size_t depth = 0;

    for (const char *at = strchr(out->at, '<'); at != NULL; at = strchr(at, '<')) {
        bool closes = *++at == '/';
        at += closes;
        size_t len = strcspn(at, " >/\n");
        const char *end = strchr(at, '>');
        assert_true(len > 0 && len < sizeof open[0] && end != NULL);
        if (closes) {
            assert_true(depth > 0);
            depth--;
            assert_true(strlen(open[depth]) == len && strncmp(at, open[depth], len) == 0);
        } else if (end[-1] != '/' && *at != '!' && strncmp(at, "meta ", 5) != 0 &&
                   strncmp(at, "wbr>", 4) != 0) {
            assert_true(depth < sizeof open / sizeof *open);
            snprintf(open[depth++], sizeof open[0], "%.*s", (int)len, at);
        }
        at = end;
    }
    assert_int_equal(depth, 0);
}

static void test_axis(void **state)
{
    struct html_axis axis = {AT(0), AT(40), WHEN_SECOND};

    (void)state;
    assert_int_equal(html_axis_at(&axis, AT(0)), 0);
    assert_int_equal(html_axis_at(&axis, AT(10)), 2500);
    assert_int_equal(html_axis_at(&axis, AT(40)), 10000);
    assert_int_equal(html_axis_at(&axis, AT(-1)), 0);
    assert_int_equal(html_axis_at(&axis, AT(41)), 10000);
    assert_int_equal(html_axis_at(&axis, WHEN_NONE), 0);
    // all times there are, and none
    struct html_axis all = {-WHEN_LAST, WHEN_LAST, WHEN_SECOND};
    assert_int_equal(html_axis_at(&all, 0), 5000);
    struct html_axis none = {AT(0), AT(0), WHEN_SECOND};
    assert_int_equal(html_axis_at(&none, AT(0)), 0);
}

static void test_ticks(void **state)
{
    static const struct {
        double start, end, first, step;
        size_t n;
    } cases[] = {
        {0, 40, 0, 5, 9},           {0.5, 42, 5, 5, 8},
        {0, 60, 0, 10, 7},          {3, 100, 15, 15, 6},
        {0, 0.05, 0, 0.01, 6},      {0, 3600, 0, 600, 7},
        {0, 86400, 7200, 10800, 8}, {0, 40 * 86400., 655200, 691200, 5},
    };
    int64_t ticks[HTML_TICKS_MAX], step = 0;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct html_axis axis = {AT(cases[i].start), AT(cases[i].end), WHEN_SECOND};
        size_t n = html_axis_ticks(&axis, false, ticks, &step);
        assert_int_equal(n, cases[i].n);
        assert_int_equal(step, AT(cases[i].step) - T0);
        for (size_t t = 0; t < n; t++)
            assert_int_equal(ticks[t], AT(cases[i].first) + (int64_t)t * step);
    }
    struct html_axis none = {WHEN_NONE, WHEN_NONE, WHEN_SECOND};
    assert_int_equal(html_axis_ticks(&none, false, ticks, &step), 0);
    for (int64_t span = 1; span < WHEN_LAST / 3; span *= 3) {
        struct html_axis axis = {T0, T0 + span, WHEN_SECOND};
        assert_in_range(html_axis_ticks(&axis, false, ticks, &step), 1, HTML_TICKS_MAX);
    }
}

static void test_bars(void **state)
{
    (void)state;
    assert_int_equal(html_bar(0, 100, 50), 0);
    assert_int_equal(html_bar(-1, 100, 50), 0);
    assert_int_equal(html_bar(1, 0, 50), 0);
    assert_int_equal(html_bar(1, 1000000, 50), 2); // seen, however small
    assert_int_equal(html_bar(50, 100, 50), 25);
    assert_int_equal(html_bar(100, 100, 50), 50);
    assert_int_equal(html_bar(INT64_MAX, INT64_MAX, 50), 50);
}

static void test_charts(void **state)
{
    struct text out = page_with(NULL, 0);

    (void)state;
    check_nesting(&out);
    // a bar a bucket; the bad time is marked behind them and on the upstream's lane
    assert_non_null(strstr(out.at, "<path class=\"sessions\" d=\"M0 56v-56h9v56zM10 56v-56h9v56z"));
    assert_non_null(strstr(out.at, "<path class=\"failed\" d=\"M100 34v-34h9v34z"));
    assert_non_null(strstr(out.at, "<path class=\"period\" d=\"M100 0h100v"));
    assert_non_null(strstr(out.at,
                           "<rect class=\"down\" x=\"2000\" y=\"0\" width=\"1980\" height=\"16\">"
                           "<title>10:00:10-10:00:19: 100 of 100 attempts failed</title>"));
    // each picture is told in words and as a table
    assert_int_equal(times(&out, "<svg role=\"img\""), times(&out, "</title>\n<desc>"));
    assert_int_equal(times(&out, "<details>"), 2);
    assert_null(strstr(out.at, "<script"));
    assert_null(strstr(out.at, "http://www.w3.org/1999"));
    text_done(&out);
}

static void test_empty(void **state)
{
    struct report *report = report_new(&(struct report_options){100 * WHEN_MS, 10, 1 << 26, NULL});
    struct text out = {0};

    (void)state;
    report_finish(report, NULL, NULL, 0, false);
    html_report(&out, &report_fields, report, &style);
    report_free(report);
    check_nesting(&out);
    assert_non_null(strstr(out.at, "The captures show no session."));
    assert_non_null(strstr(out.at, "There was no input."));
    assert_null(strstr(out.at, "<svg"));
    text_done(&out);
}

#define HOSTILE "<script>alert('1')</script>\"&\x1b[2J\xe2\x80\xae\xff\n"
#define HARMLESS                                                                                   \
    "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;\\x1b[2J\\xe2\\x80\\xae\\xff\\x0a"

static const struct finding_row root = {
    .key = "upstream-timeout",
    .severity = SEVERITY_ERROR,
    .confidence = CONFIDENCE_SURE,
    .subject = {.kind = "upstream", .text = "10.1.0.1:53"},
    .start = AT(10),
    .end = AT(19.9),
    .ongoing = true,
    .summary = "10.1.0.1:53 gave no reply.",
    .evidence = {{"attempts without reply", 100, 500, "attempts at it"},
                 {"sessions that failed", 100, UINT64_MAX, NULL}},
    .n_evidence = 2,
    .n_next = 1,
    .clients = 3,
    .names = 1,
    .servers = 256,
    .lookups = 40,
    .sessions = 100,
    .advice = "Look at the path to it.",
    .reference = "https://coredns.io/plugins/forward/",
    .next = {"dnstap-analyse --view attempts a.fstrm"},
};

static void test_findings(void **state)
{
    struct finding_row caused = root, deeper = root, other = root;
    const struct finding_row *rows[] = {&root, &caused, &deeper, &other};
    (void)state;
    caused.key = "server-error";
    caused.severity = SEVERITY_WARNING;
    caused.caused_by = &root;
    deeper.key = "retry-storm";
    deeper.severity = SEVERITY_INFO;
    deeper.caused_by = &caused;
    other.key = "capture-cut";
    other.subject = (struct finding_subject){.kind = "capture", .text = ""};
    other.start = other.end = WHEN_NONE;
    struct text out = page_with(rows, 4);
    check_nesting(&out);
    assert_non_null(strstr(out.at, "<article id=\"finding-1\" class=\"finding error\">\n<h3>"));
    assert_non_null(strstr(out.at, "<p>It caused:</p>\n<article id=\"finding-2\" class=\"finding "
                                   "warning\">\n<h4>"));
    assert_non_null(strstr(out.at, "<article id=\"finding-3\" class=\"finding info\">\n<h5>"));
    assert_non_null(strstr(out.at, "</article>\n</div>\n</article>\n</div>\n</article>\n<article "
                                   "id=\"finding-4\" class=\"finding error\">\n<h3>"));
    assert_non_null(strstr(out.at, "10:00:10-10:00:19 UTC, going on when the capture ends"));
    assert_non_null(strstr(out.at, "3 clients, 1 name, 256 or more servers"));
    assert_non_null(strstr(out.at, "40 lookups and 100 sessions that went wrong"));
    assert_int_equal(times(&out, "<a href=\"#finding-1\"><code>upstream-timeout</code>"), 1);
    assert_int_equal(times(&out, "href=\"https://coredns.io/plugins/forward/\""), 4);
    assert_non_null(strstr(out.at, "1 lookup and 2 sessions went wrong, and no finding explains"));
    text_done(&out);
}

// Words of a finding may quote the capture: names, addresses, files.
static void test_hostile_findings(void **state)
{
    struct finding_row first = root, second = root;
    const struct finding_row *rows[] = {&first, &second};
    (void)state;
    first.key = first.summary = first.advice = first.next[0] = first.evidence[0].what = HOSTILE;
    first.evidence[0].base = first.subject.text = HOSTILE;
    first.reference = "javascript:alert(1)";
    second.reference = "https://a.test/\"onclick=\"";
    struct text out = page_with(rows, 2);
    check_nesting(&out);
    assert_int_equal(times(&out, HARMLESS), 7);
    assert_null(strstr(out.at, "<script"));
    assert_null(strstr(out.at, "href=\"javascript"));
    assert_non_null(strstr(out.at, "<dd>javascript:alert(1)</dd>"));
    assert_non_null(strstr(out.at, "href=\"https://a.test/&quot;onclick=&quot;\""));
    text_done(&out);
}

// A cause that is not told, and findings that cause one another: all are told, once.
static void test_odd_causes(void **state)
{
    struct finding_row rows[4] = {root, root, root, root};
    const struct finding_row *told[] = {&rows[0], &rows[1], &rows[2], &rows[3]};
    struct finding_row absent = root;
    (void)state;
    absent.key = "absent";
    rows[0].caused_by = &absent;
    for (size_t i = 1; i < 4; i++) {
        rows[i].key = i == 1 ? "one" : i == 2 ? "two" : "three";
        rows[i].caused_by = &rows[i == 3 ? 1 : i + 1];
    }
    struct text out = page_with(told, 4);
    check_nesting(&out);
    assert_int_equal(times(&out, "<article "), 4);
    assert_non_null(strstr(out.at, "<code>absent</code>"));
    text_done(&out);
}

// A chain of causes as long as can be: no recursion, headings go no deeper than HTML's.
static void test_chain(void **state)
{
    enum { LONG = 40 };
    static struct finding_row rows[LONG];
    static char keys[LONG][16];
    const struct finding_row *told[LONG];
    (void)state;
    for (size_t i = 0; i < LONG; i++) {
        rows[i] = root;
        snprintf(keys[i], sizeof keys[i], "key-%zu", i);
        rows[i].key = keys[i];
        rows[i].caused_by = i > 0 ? &rows[i - 1] : NULL;
        told[i] = &rows[i];
    }
    struct text out = page_with(told, 20);
    check_nesting(&out);
    assert_int_equal(times(&out, "<h6>"), 17);
    text_done(&out);
    out = page_with(told, LONG);
    assert_int_equal(times(&out, "<article "), LONG);
    assert_int_equal(times(&out, "</article>"), LONG);
    assert_null(strstr(out.at, "<h7"));
    text_done(&out);
}

// The same report gives the same octets, whatever the locale and the terminal are.
static void test_same_bytes(void **state)
{
    struct render_style other = style;
    struct report *report = new_report();
    struct text first = {0}, second = {0};

    (void)state;
    report_finish(report, NULL, NULL, 1000, false);
    html_report(&first, &report_fields, report, &style);
    other.utf8 = other.colour = other.wide = true;
    other.columns = 160;
    html_report(&second, &report_fields, report, &other);
    report_free(report);
    assert_int_equal(first.len, second.len);
    assert_memory_equal(first.at, second.at, first.len);
    assert_int_equal(strlen(first.at), first.len);
    text_done(&first);
    text_done(&second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_axis),
        cmocka_unit_test(test_ticks),
        cmocka_unit_test(test_bars),
        cmocka_unit_test(test_charts),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_findings),
        cmocka_unit_test(test_hostile_findings),
        cmocka_unit_test(test_odd_causes),
        cmocka_unit_test(test_chain),
        cmocka_unit_test(test_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
