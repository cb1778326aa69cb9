// SPDX-License-Identifier: BSD-2-Clause
/* The upstreams of the HTML report: their table, their states over time, their bad periods. */
#include "base/limits.h"
#include "base/when.h"
#include "render/html.h"

static void make_silent(struct html *html, struct row_ref row)
{
    int64_t silent = access_count(row, "no_reply");

    page_count(&html->words, silent);
    if (silent > 0) {
        text_add_string(&html->words, " (");
        page_percent(&html->words, page_silent(row));
        text_add_char(&html->words, ')');
    }
}

static void make_errors(struct html *html, struct row_ref row)
{
    page_count(&html->words, page_upstream_errors(row));
}

static void make_state(struct html *html, struct row_ref row)
{
    page_upstream_state(&html->page, row, false, &html->words);
}

/* "NOERROR 28, NXDOMAIN 3" */
static void make_rcodes(struct html *html, struct row_ref row)
{
    struct list_ref rcodes = access_list(row, "rcodes");

    for (size_t i = 0; i < rcodes.n; i++) {
        struct row_ref rcode = access_item(&rcodes, i);
        text_add_string(&html->words, i > 0 ? ", " : "");
        access_add(rcode, rcode.table->fields[0].path, true, &html->words);
        text_add_char(&html->words, ' ');
        page_count(&html->words, access_count(rcode, rcode.table->fields[1].path));
    }
}

static const struct html_column upstream_columns[] = {
    {"Upstream", NULL, HTML_ADDR, "(not shown)", html_endpoint},
    {"Transport", "transport", HTML_WORD, NULL, NULL},
    {"Attempts", "attempts", HTML_COUNT, NULL, NULL},
    {"Answered", "answered", HTML_COUNT, NULL, NULL},
    {"No reply", "no_reply", HTML_BAD, NULL, make_silent},
    {"Errors", NULL, HTML_COUNT, NULL, make_errors},
    {"Sessions hurt", "sessions_hurt", HTML_BAD, NULL, NULL},
    {"Median", "latency_ms.p50", HTML_DURATION, NULL, NULL},
    {"99 %", "latency_ms.p99", HTML_DURATION, NULL, NULL},
    {"Longest", "latency_ms.max", HTML_DURATION, NULL, NULL},
    {"Rcodes", NULL, HTML_PROSE, NULL, make_rcodes},
    {"State", NULL, HTML_PROSE, NULL, make_state}};
static const struct html_table upstream_table = {"Upstreams that CoreDNS asked", upstream_columns,
                                                 sizeof upstream_columns /
                                                     sizeof *upstream_columns};

#define LANE_HEIGHT 16
#define LANE_LEAST 25 /* units that a period has at least, so that it is seen */

/* One bad period: high where the upstream was down in it, low where some attempts failed. */
static void lane_period(struct html *html, struct row_ref period, int64_t end)
{
    unsigned from = html_axis_at(&html->axis, access_ns(period, "start"));
    unsigned to = html_axis_at(&html->axis, end);
    bool down = page_was_down(period);

    if (to < from + LANE_LEAST)
        to = from + LANE_LEAST;
    text_format(html->page.out,
                "<rect class=\"%s\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\"><title>",
                down ? "down" : "degraded", from, down ? 0 : LANE_HEIGHT / 4, to - from,
                down ? LANE_HEIGHT : LANE_HEIGHT / 2);
    page_span(&html->page, &html->words, access_ns(period, "start"), end);
    text_add_string(&html->words, ": ");
    page_count(&html->words, access_count(period, "failures"));
    text_add_string(&html->words, " of ");
    page_count(&html->words, access_count(period, "attempts"));
    text_add_string(&html->words, " attempts failed");
    html_words(html);
    html_add(html, "</title></rect>\n");
}

static void lane(struct html *html, struct row_ref upstream)
{
    struct list_ref periods = access_list(upstream, "bad_periods");
    bool is_down = access_is(upstream, "state.now", "down");
    struct text name = {0};

    html_add(html, "<li><p><b class=\"c\">");
    page_endpoint(&html->page, upstream, &name);
    text_add(&html->words, name.at, name.len);
    html_words(html);
    html_add(html, "</b> ");
    make_state(html, upstream);
    html_words(html);
    html_add(html, "</p>\n");
    make_state(html, upstream);
    html_svg_open(html, name.len > 0 ? name.at : "upstream", LANE_HEIGHT);
    html_svg_lines(html, LANE_HEIGHT);
    html_svg_inside(html, 0, LANE_HEIGHT, HTML_AXIS_UNITS);
    text_format(html->page.out, "<rect class=\"lane\" y=\"%d\" width=\"%d\" height=\"2\"/>\n",
                LANE_HEIGHT / 2 - 1, HTML_AXIS_UNITS);
    for (size_t i = 0; i < periods.n; i++) {
        struct row_ref period = access_item(&periods, i);
        bool open = is_down && i + 1 == periods.n;
        lane_period(html, period, open ? html->axis.end : access_ns(period, "end"));
    }
    html_add(html, "</svg>\n</svg>\n</li>\n");
    text_done(&name);
}

static void upstream_lanes(struct html *html, const struct list_ref *upstreams)
{
    size_t shown = upstreams->n < LIMIT_HTML_LANES ? upstreams->n : LIMIT_HTML_LANES;

    if (html->axis.start == WHEN_NONE)
        return;
    html_add(html, "<figure>\n<figcaption>States over time, on the timeline's axis. "
                   "<span class=\"key down\"></span>high: down, next to nothing was answered. "
                   "<span class=\"key degraded\"></span>low: some attempts got no usable answer. "
                   "<span class=\"key lane\"></span>line: nothing bad was seen."
                   "</figcaption>\n<ul class=\"lanes\">\n");
    for (size_t i = 0; i < shown; i++)
        lane(html, access_item(upstreams, i));
    html_add(html, "</ul>\n<svg aria-hidden=\"true\" width=\"100%\" height=\"16\">\n");
    html_svg_labels(html, 0);
    html_add(html, "</svg>\n");
    html_more(html, (int64_t)(upstreams->n - shown), ", in the table only");
    html_add(html, "</figure>\n");
}

/* The periods of all upstreams. */
static void upstream_periods(struct html *html, const struct list_ref *upstreams)
{
    static const struct html_column columns[] = {
        {"Upstream", NULL, HTML_ADDR, "(not shown)", html_endpoint},
        {"From", "start", HTML_TIME, NULL, NULL},
        {"To", "end", HTML_TIME, NULL, NULL},
        {"Attempts", "attempts", HTML_COUNT, NULL, NULL},
        {"Failed", "failures", HTML_BAD, NULL, NULL}};
    static const struct html_table table = {"Bad periods", columns,
                                            sizeof columns / sizeof *columns};
    bool any = false;

    for (size_t i = 0; i < upstreams->n; i++) {
        struct row_ref upstream = access_item(upstreams, i);
        struct list_ref periods = access_list(upstream, "bad_periods");
        for (size_t p = 0; p < periods.n; p++) {
            if (!any)
                html_table_open(html, &table);
            any = true;
            html_add(html, "<tr>");
            html_cells(html, columns, 1, upstream, true);
            html_cells(html, columns + 1, table.n - 1, access_item(&periods, p), false);
            html_add(html, "</tr>\n");
        }
    }
    if (any)
        html_table_close(html);
}

void html_upstreams(struct html *html)
{
    struct list_ref upstreams = access_list(html->page.report, "upstreams");

    html_table(html, &upstream_table, &upstreams);
    upstream_lanes(html, &upstreams);
    upstream_periods(html, &upstreams);
}
