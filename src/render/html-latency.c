// SPDX-License-Identifier: BSD-2-Clause
/* How long clients waited: percentiles by realm, and the histogram. */
#include <string.h>

#include "base/when.h"
#include "render/html.h"

bool html_has_waits(struct html *html)
{
    return access_count(html->page.report, "latency.waited_ms.count") > 0;
}

static const char *const percentiles[] = {"min", "p50", "p90", "p95", "p99", "max"};
#define PERCENTILES (sizeof percentiles / sizeof *percentiles)

/* The waits of ROW, whose paths begin with PREFIX. */
static void latency_row(struct html *html, struct row_ref row, const char *prefix)
{
    struct text path = {0};

    text_format(&path, "%scount", prefix);
    html_add(html, "<td class=\"n\">");
    html_count(html, access_count(row, path.at));
    html_add(html, "</td>");
    for (size_t i = 0; i < PERCENTILES; i++) {
        text_clear(&path);
        text_format(&path, "%s%s", prefix, percentiles[i]);
        html_add(html, "<td class=\"n\">");
        page_duration(&html->words, access_ns(row, path.at), false);
        html_words(html);
        html_add(html, "</td>");
    }
    html_add(html, "</tr>\n");
    text_done(&path);
}

static void latency_table(struct html *html)
{
    static const struct html_column columns[] = {{"Answered from", NULL, HTML_WORD, NULL, NULL},
                                                 {"Waits", NULL, HTML_COUNT, NULL, NULL},
                                                 {"Least", NULL, HTML_DURATION, NULL, NULL},
                                                 {"Median", NULL, HTML_DURATION, NULL, NULL},
                                                 {"90 %", NULL, HTML_DURATION, NULL, NULL},
                                                 {"95 %", NULL, HTML_DURATION, NULL, NULL},
                                                 {"99 %", NULL, HTML_DURATION, NULL, NULL},
                                                 {"Longest", NULL, HTML_DURATION, NULL, NULL}};
    static const struct html_table table = {"Waits of clients: so many of them were at most",
                                            columns, sizeof columns / sizeof *columns};
    struct list_ref realms = access_list(html->page.report, "latency.by_realm");

    html_table_open(html, &table);
    html_add(html, "<tr class=\"sum\"><th scope=\"row\">all</th>");
    latency_row(html, html->page.report, "latency.waited_ms.");
    for (size_t i = 0; i < realms.n; i++) {
        struct row_ref realm = access_item(&realms, i);
        if (access_count(realm, "count") == 0)
            continue;
        html_add(html, "<tr><th scope=\"row\">");
        html_field(html, realm, realm.table->fields[0].path);
        html_add(html, "</th>");
        latency_row(html, realm, "");
    }
    html_table_close(html);
}

/* Steps that stand at the ends of the histogram without sessions are not shown. */
struct steps {
    struct list_ref rows;
    size_t first, end;
    int64_t peak;
};

static struct steps latency_steps(struct html *html)
{
    struct steps steps = {.rows = access_list(html->page.report, "latency.histogram")};

    steps.first = steps.rows.n;
    for (size_t i = 0; i < steps.rows.n; i++) {
        int64_t n = access_count(access_item(&steps.rows, i), "sessions");
        if (n == 0)
            continue;
        steps.first = i < steps.first ? i : steps.first;
        steps.end = i + 1;
        steps.peak = n > steps.peak ? n : steps.peak;
    }
    return steps;
}

#define BARS_TOP 18     /* room for the counts */
#define BARS_HEIGHT 110 /* of the highest bar */
#define BAR_UNITS 10

/* The parts of the width, in hundredths of a percent, at PARTS of 10 parts of a step. */
static void latency_at(struct text *out, size_t parts, size_t steps)
{
    unsigned at = (unsigned)(parts * (HTML_AXIS_UNITS / 10) / (steps == 0 ? 1 : steps));
    text_format(out, "%u.%02u%%", at / 100, at % 100);
}

static void latency_bars(struct html *html, const struct steps *steps)
{
    struct text *out = html->page.out;
    int64_t below = 0; /* the lower bound of a step */

    for (size_t i = 0; i < steps->end; i++) {
        struct row_ref step = access_item(&steps->rows, i);
        unsigned high = html_bar(access_count(step, "sessions"), steps->peak, BARS_HEIGHT);
        bool slow = below != WHEN_NONE && below >= html->page.style->slow_ns;
        below = access_ns(step, "le_ms");
        if (i < steps->first || high == 0)
            continue;
        text_format(out, "<rect class=\"%s\" x=\"%zu\" y=\"%u\" width=\"%d\" height=\"%u\"/>\n",
                    slow ? "slow" : "sessions", BAR_UNITS * (i - steps->first), BARS_HEIGHT - high,
                    BAR_UNITS - 1, high);
    }
}

/* "5ms", "1s": bounds are round, so that ".0" tells nothing. */
static void step_label(struct html *html, int64_t le_ns)
{
    page_duration(&html->words, le_ns, true);
    const char *at = html->words.at, *point = strstr(at, ".0");
    if (point != NULL && (point[2] < '0' || point[2] > '9')) {
        text_add_html(html->page.out, at, (size_t)(point - at));
        html_say(html, point + 2);
        text_clear(&html->words);
    } else {
        html_words(html);
    }
}

/* Counts above the bars; the bounds of the steps below, where steps meet. */
static void latency_labels(struct html *html, const struct steps *steps)
{
    struct text *out = html->page.out;
    size_t n = steps->end - steps->first;

    for (size_t i = steps->first; i < steps->end; i++) {
        struct row_ref step = access_item(&steps->rows, i);
        int64_t sessions = access_count(step, "sessions"), le = access_ns(step, "le_ms");
        size_t at = i - steps->first;
        if (sessions > 0) {
            html_add(html, "<text class=\"value middle\" x=\"");
            latency_at(out, 10 * at + 5, n);
            text_format(out, "\" y=\"%u\">",
                        BARS_TOP + BARS_HEIGHT - 5 - html_bar(sessions, steps->peak, BARS_HEIGHT));
            html_count(html, sessions);
            html_add(html, "</text>\n");
        }
        if (le == WHEN_NONE)
            continue;
        /* on narrow screens every other one is shown, the last one always */
        text_format(out, "<text class=\"%s%s\" x=\"", at + 1 == n ? "last" : "middle",
                    (n - at) % 2 ? "" : " odd");
        latency_at(out, 10 * (at + 1), n);
        text_format(out, "\" y=\"%u\">", BARS_TOP + BARS_HEIGHT + HTML_LABELS - 2);
        step_label(html, le);
        html_add(html, "</text>\n");
    }
}

static void latency_words(struct html *html, const struct steps *steps)
{
    struct text *words = &html->words;
    int64_t from =
        steps->first > 0 ? access_ns(access_item(&steps->rows, steps->first - 1), "le_ms") : 0;
    int64_t to = access_ns(access_item(&steps->rows, steps->end - 1), "le_ms");

    text_add_string(words, "Sessions by their wait, from ");
    page_duration(words, from, false);
    if (to != WHEN_NONE) {
        text_add_string(words, " to ");
        page_duration(words, to, false);
    } else {
        text_add_string(words, " on");
    }
    text_add_string(words, "; the highest bar has ");
    page_count(words, steps->peak);
    text_add_string(words, ". The same figures stand in the table below.");
}

static void latency_histogram(struct html *html)
{
    static const struct html_column columns[] = {
        {"Waited at most", "le_ms", HTML_DURATION, "longer", NULL},
        {"Sessions", "sessions", HTML_COUNT, NULL, NULL}};
    static const struct html_table table = {"Sessions by their wait", columns, 2};
    struct steps steps = latency_steps(html);

    if (steps.peak == 0)
        return;
    html_add(html, "<figure>\n<figcaption>Sessions by their wait. <span class=\"key slow\"></span>"
                   "slow: over ");
    page_duration(&html->words, html->page.style->slow_ns, false);
    html_words(html);
    html_add(html, "</figcaption>\n");
    latency_words(html, &steps);
    html_svg_open(html, "Histogram of waits", BARS_TOP + BARS_HEIGHT + HTML_LABELS);
    html_svg_inside(html, BARS_TOP, BARS_HEIGHT, (unsigned)(BAR_UNITS * (steps.end - steps.first)));
    latency_bars(html, &steps);
    html_add(html, "</svg>\n");
    text_format(html->page.out, "<line class=\"base\" x2=\"100%%\" y1=\"%d.5\" y2=\"%d.5\"/>\n",
                BARS_TOP + BARS_HEIGHT, BARS_TOP + BARS_HEIGHT);
    latency_labels(html, &steps);
    html_add(html, "</svg>\n<details><summary>The histogram as a table</summary>\n");
    html_table_open(html, &table);
    for (size_t i = steps.first; i < steps.end; i++)
        html_row(html, &table, access_item(&steps.rows, i));
    html_table_close(html);
    html_add(html, "</details>\n</figure>\n");
}

void html_latency(struct html *html)
{
    int64_t bounds = access_count(html->page.report, "latency.waited_ms.lower_bounds");

    latency_table(html);
    if (bounds > 0) {
        html_add(html, "<p class=\"soft\">");
        html_counted(html, bounds, "wait among them is only known to be at least that long.",
                     "waits among them are only known to be at least that long.");
        html_add(html, "</p>\n");
    }
    latency_histogram(html);
}
