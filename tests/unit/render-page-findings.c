// SPDX-License-Identifier: BSD-2-Clause
// The findings of the page: order, indent, what --limit cuts, and commands that a shell takes.
#include "report-session.h"

#include "render/page.h"

static struct report *report;
static struct text page;
static struct render_style style;

static const struct finding_row timeout = {
    .key = "upstream-timeout",
    .severity = SEVERITY_ERROR,
    .confidence = CONFIDENCE_LIKELY,
    .subject = {.kind = "upstream", .text = "10.1.0.1:53"},
    .start = AT(1),
    .end = AT(2),
    .summary = "10.1.0.1:53 left 23 of 110 attempts without a reply.",
    .evidence = {{"without a reply", 23, 110, "attempts"}, {"in a row", 23, UINT64_MAX, NULL}},
    .n_evidence = 2,
    .n_next = 3,
    .lookups = 16,
    .advice = "Look after the upstream.",
    .reference = "https://coredns.io/plugins/forward/",
    .next = {"dnstap-analyse --view attempts --since 2026-11-21T10:00:01Z --until "
             "2026-11-21T10:00:03Z 'a file with blanks.fstrm' b.fstrm",
             "dnstap-analyse --view lookups c.fstrm",
             "kubectl exec -n shop web-0 -- tcpdump -i any"},
};
static const struct finding_row storm = {
    .key = "retry-storm",
    .severity = SEVERITY_WARNING,
    .confidence = CONFIDENCE_LIKELY,
    .subject = {.kind = "client", .text = "10.0.0.1"},
    .start = WHEN_NONE,
    .end = WHEN_NONE,
    .summary = "10.0.0.1 asked again and again.",
    .caused_by = &timeout,
    .advice = "Back off.",
    .reference = "https://example.org/",
};
static const struct finding_row cut = {
    .key = "capture-cut",
    .severity = SEVERITY_INFO,
    .confidence = CONFIDENCE_SURE,
    .subject = {.kind = "capture", .text = ""},
    .start = WHEN_NONE,
    .end = WHEN_NONE,
    .summary = "The file ends \033[31mearly.",
    .advice = "Stop the capture first.",
    .reference = "https://example.org/",
    .n_next = 1,
    .next = {"dnstap-analyse x"},
};

static int begin(void **state)
{
    (void)state;
    report = report_new(&(struct report_options){100 * WHEN_MS, 10, 1 << 22, NULL});
    report_finish(report, NULL, NULL, 0, false);
    report_take_verdict(report, VERDICT_FAILING,
                        "10.1.0.1:53 left 23 of 110 attempts without a reply. More.");
    style = (struct render_style){.columns = 80, .limit = 10, .slow_ns = 100 * WHEN_MS};
    return 0;
}

static int end(void **state)
{
    (void)state;
    report_free(report);
    text_done(&page);
    return 0;
}

static void check(const struct finding_row *const *rows, uint32_t n, uint64_t unexplained,
                  const char *want)
{
    report_take_findings(report, rows, n);
    report_take_unexplained(report, unexplained, 0);
    struct page of = page_of(&page, &report_fields, report, &style);
    page_findings(&of);
    assert_string_equal(page.at, want);
}

static const struct finding_row *const all[] = {&timeout, &storm, &cut};

static void test_roots_and_what_they_led_to(void **state)
{
    (void)state;
    check(all, 3, 4,
          "\nFINDINGS\n"
          "! upstream-timeout 10.1.0.1:53 (error, likely) explains 16 of 20 bad lookups\n"
          "    advice: Look after the upstream.\n"
          "    look: dnstap-analyse --view attempts --since 2026-11-21T10:00:01Z \\\n"
          "      --until 2026-11-21T10:00:03Z 'a file with blanks.fstrm' b.fstrm\n"
          "    to decide: kubectl exec -n shop web-0 -- tcpdump -i any\n"
          "    led to retry-storm 10.0.0.1 (warning, likely)\n"
          "      10.0.0.1 asked again and again.\n"
          "- capture-cut (info, sure)\n"
          "    The file ends \\x1b[31mearly.\n"
          "  unexplained: 4 of 20 bad lookups (failed, or waited for a second or longer)\n");
}

static void test_what_is_sure_has_more_to_look_at(void **state)
{
    (void)state;
    struct finding_row sure = timeout;
    const struct finding_row *row = &sure;
    sure.confidence = CONFIDENCE_SURE;
    check(&row, 1, 0,
          "\nFINDINGS\n"
          "! upstream-timeout 10.1.0.1:53 (error, sure) explains 16 of 16 bad lookups\n"
          "    advice: Look after the upstream.\n"
          "    look: dnstap-analyse --view attempts --since 2026-11-21T10:00:01Z \\\n"
          "      --until 2026-11-21T10:00:03Z 'a file with blanks.fstrm' b.fstrm\n"
          "    then: kubectl exec -n shop web-0 -- tcpdump -i any\n"
          "  unexplained: 0 of 16 bad lookups (failed, or waited for a second or longer)\n");
}

static void test_wide_tells_all(void **state)
{
    (void)state;
    style.wide = true;
    style.columns = 160;
    check(all, 1, 0,
          "\nFINDINGS\n"
          "! upstream-timeout 10.1.0.1:53 (error, likely) explains 16 of 16 bad lookups\n"
          "    evidence: without a reply: 23 of 110 (attempts); in a row: 23\n"
          "    advice: Look after the upstream.\n"
          "    reference: https://coredns.io/plugins/forward/\n"
          "    look: dnstap-analyse --view attempts --since 2026-11-21T10:00:01Z --until "
          "2026-11-21T10:00:03Z 'a file with blanks.fstrm' b.fstrm\n"
          "    look: dnstap-analyse --view lookups c.fstrm\n"
          "    to decide: kubectl exec -n shop web-0 -- tcpdump -i any\n"
          "  unexplained: 0 of 16 bad lookups (failed, or waited for a second or longer)\n");
}

static void test_limit(void **state)
{
    (void)state;
    style.limit = 0;
    check(all, 3, 0,
          "\nFINDINGS\n"
          "  ... and 3 more\n"
          "  unexplained: 0 of 16 bad lookups (failed, or waited for a second or longer)\n");
}

static void test_none(void **state)
{
    (void)state;
    check(NULL, 0, 0, "\nFINDINGS    none\n");
}

static void test_only_unexplained(void **state)
{
    (void)state;
    check(NULL, 0, 1,
          "\nFINDINGS\n"
          "  unexplained: 1 of 1 bad lookup (failed, or waited for a second or longer)\n");
}

static void test_narrow_and_coloured(void **state)
{
    (void)state;
    style.columns = 40;
    style.colour = style.utf8 = true;
    report_take_verdict(report, VERDICT_FAILING, "Other words.");
    check(all, 1, 0,
          "\n\033[1mFINDINGS\033[0m\n"
          "! \033[1;31mupstream-timeout\033[0m 10.1.0.1:53 (error,\n"
          "    likely) explains 16 of 16 bad\n"
          "    lookups\n"
          "    10.1.0.1:53 left 23 of 110 attempts\n"
          "    without a reply.\n"
          "    advice: Look after the upstream.\n"
          "    look: dnstap-analyse \\\n"
          "      --view attempts \\\n"
          "      --since 2026-11-21T10:00:01Z \\\n"
          "      --until 2026-11-21T10:00:03Z \\\n"
          "      'a file with blanks.fstrm' b.fstrm\n"
          "    to decide: kubectl exec -n shop \\\n"
          "      web-0 -- tcpdump -i any\n"
          "  unexplained: 0 of 16 bad lookups\n"
          "    (failed, or waited for a second or\n"
          "    longer)\n");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_roots_and_what_they_led_to),
        TEST(test_what_is_sure_has_more_to_look_at),
        TEST(test_wide_tells_all),
        TEST(test_limit),
        TEST(test_none),
        TEST(test_only_unexplained),
        TEST(test_narrow_and_coloured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
