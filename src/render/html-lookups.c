// SPDX-License-Identifier: BSD-2-Clause
/* What applications waited for, in the HTML report. */
#include "base/when.h"
#include "render/html.h"

static void outcome_row(struct html *html, const char *word, int64_t n, int64_t of, bool bad)
{
    html_add(html, "<tr><th scope=\"row\">");
    html_say(html, word);
    html_add(html, bad && n > 0 ? "</th><td class=\"n bad\">" : "</th><td class=\"n\">");
    html_count(html, n);
    html_add(html, "</td><td class=\"n\">");
    if (of > 0)
        html_percent(html, (double)n / (double)of);
    html_add(html, "</td></tr>\n");
}

static void lookup_outcomes(struct html *html)
{
    static const struct html_column columns[] = {{"Outcome", NULL, HTML_WORD, NULL, NULL},
                                                 {"Lookups", NULL, HTML_COUNT, NULL, NULL},
                                                 {"Share", NULL, HTML_PERCENT, NULL, NULL}};
    static const struct html_table table = {
        "Lookups: the sessions of one call of an application each, by outcome", columns, 3};
    static const struct {
        const char *word, *path;
        bool bad;
    } rows[] = {{"Resolved", "lookups.resolved", false},
                {"NotFound", "lookups.not_found", false},
                {"Failed", "lookups.failed", true},
                {"TimedOut", "lookups.timed_out", true},
                {"Unknown", "lookups.unknown", false},
                {"stalled: a timer of the stub ran out", "lookups.stalled", true},
                {"slow", "lookups.slow", false}};
    int64_t all = access_count(html->page.report, "lookups.count");

    html_table_open(html, &table);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        outcome_row(html, rows[i].word, access_count(html->page.report, rows[i].path), all,
                    rows[i].bad);
    html_table_close(html);
}

static void lookup_waits(struct html *html)
{
    static const struct {
        const char *words, *path;
    } waits[] = {{"Half of the lookups waited at most ", "lookups.waited_ms.p50"},
                 {"; 90 % at most ", "lookups.waited_ms.p90"},
                 {"; 99 % at most ", "lookups.waited_ms.p99"},
                 {"; the longest ", "lookups.waited_ms.max"}};
    int64_t bounds = access_count(html->page.report, "lookups.waited_ms.lower_bounds");

    if (!html_known(html->page.report, waits[0].path))
        return;
    html_add(html, "<p>");
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        html_add(html, waits[i].words);
        page_duration(&html->words, access_ns(html->page.report, waits[i].path), false);
        html_words(html);
    }
    html_add(html, ".");
    if (bounds > 0) {
        html_add(html, " ");
        html_counted(html, bounds, "wait is only known to be at least that long.",
                     "waits are only known to be at least that long.");
    }
    html_add(html, "</p>\n");
}

static void lookup_waste(struct html *html)
{
    struct row_ref report = html->page.report;

    if (!html_known(report, "lookups.queries_per_lookup"))
        return;
    html_add(html, "<p>A lookup took ");
    html_tenths(html, report, "lookups.queries_per_lookup");
    html_add(html, " queries.");
    if (access_count(report, "lookups.wasted_queries") > 0) {
        html_add(html, " ");
        html_counted(html, access_count(report, "lookups.wasted_queries"), "query", "queries");
        html_add(html, " (");
        html_percent(html, access_share(report, "lookups.wasted_share"));
        html_add(html, ") went to names of search lists that do not exist, before the one that "
                       "does.");
    }
    html_add(html, "</p>\n");
}

void html_lookups(struct html *html)
{
    html_pair_open(html);
    lookup_outcomes(html);
    html_add(html, "<div>\n");
    lookup_waits(html);
    lookup_waste(html);
    html_add(html, "</div>\n");
    html_pair_close(html);
}
