// SPDX-License-Identifier: BSD-2-Clause
/* The top of the HTML report: what was read, the verdict with what bounds it, and key figures. */
#include "base/when.h"
#include "render/html.h"

/* Captures that were used, and files that could not be. */
static void head_read(struct html *html)
{
    struct list_ref inputs = access_list(html->page.report, "inputs");
    int64_t start = access_ns(html->page.report, "window.start"),
            end = access_ns(html->page.report, "window.end"), unusable = 0;

    for (size_t i = 0; i < inputs.n; i++)
        unusable += page_unusable(access_item(&inputs, i));
    html_add(html, "<p class=\"soft\">");
    if (start != WHEN_NONE && end != WHEN_NONE) {
        page_window(&html->page, start, end, &html->words);
        html_words(html);
        html_add(html, " · ");
    }
    html_counted(html, (int64_t)inputs.n - unusable, "capture", "captures");
    if (unusable > 0) {
        html_add(html, " · ");
        html_counted(html, unusable, "file could not be used", "files could not be used");
    }
    html_add(html, " · ");
    html_counted(html, access_count(html->page.report, "totals.messages"), "message", "messages");
    html_add(html, "</p>\n");
}

/* What the figures are not of. */
static void head_limits(struct html *html)
{
    page_chosen(&html->page, &html->words);
    if (html->words.len > 0) {
        html_add(html, "<p class=\"note\">Chosen: ");
        html_words(html);
        html_add(html, ".</p>\n");
    }
    if (html->page.style->interrupted)
        html_add(html, "<p class=\"note\">Interrupted: the inputs were not read to their end.</p>"
                       "\n");
}

static void head_troubles(struct html *html)
{
    struct list_ref inputs = access_list(html->page.report, "inputs");
    bool any = false;

    for (size_t i = 0; i < inputs.n; i++) {
        page_trouble(&html->page, access_item(&inputs, i), &html->words);
        if (html->words.len == 0)
            continue;
        html_add(html, any ? "<li>" : "<h3>What the captures lack</h3>\n<ul>\n<li>");
        any = true;
        html_words(html);
        html_add(html, "</li>\n");
    }
    html_add(html, any ? "</ul>\n" : "");
}

static void head_unseen(struct html *html)
{
    struct list_ref unseen = access_list(html->page.report, "verdict.unseen");

    if (unseen.n == 0)
        return;
    html_add(html, "<h3>What the captures cannot show</h3>\n<ul class=\"soft\">\n<li>");
    html_join(html, html->page.report, "verdict.unseen", "</li>\n<li>");
    html_add(html, "</li>\n</ul>\n");
}

/* The class of a state: one of the program's own words, never the text itself. */
static const char *state_class(struct html *html)
{
    static const char *const states[] = {"failing", "degraded", "healthy"};

    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (access_is(html->page.report, "verdict.state", states[i]))
            return states[i];
    return "unknown";
}

static void head_verdict(struct html *html)
{
    html_add(html, "<section id=\"verdict\" class=\"verdict ");
    html_add(html, state_class(html));
    html_add(html, "\" aria-labelledby=\"verdict-heading\">\n<h2 id=\"verdict-heading\">Verdict: "
                   "<strong class=\"state\">");
    html_field(html, html->page.report, "verdict.state");
    html_add(html, "</strong></h2>\n<p class=\"sentence\">");
    html_field(html, html->page.report, "verdict.sentence");
    html_add(html, "</p>\n");
    head_troubles(html);
    head_unseen(html);
    html_close(html);
}

static void figure_open(struct html *html, const char *label)
{
    html_add(html, "<div><dt>");
    html_say(html, label);
    html_add(html, "</dt><dd>");
}

/* "69" and, below, "17.4% of sessions". */
static void figure_part(struct html *html, const char *label, const char *path, double share,
                        const char *of)
{
    int64_t n = access_count(html->page.report, path);

    figure_open(html, label);
    html_add(html, n > 0 ? "<b class=\"bad\">" : "<b>");
    html_count(html, n);
    html_add(html, "</b><span>");
    if (n > 0 && share >= 0) {
        html_percent(html, share);
        html_say(html, of);
    } else {
        html_add(html, n > 0 ? "" : "none");
    }
    html_add(html, "</span></dd></div>\n");
}

static void figure_duration(struct html *html, const char *words, const char *path)
{
    html_say(html, words);
    page_duration(&html->words, access_ns(html->page.report, path), false);
    html_words(html);
}

/* Where the waits of many are not known, the figures are of few. */
static void figure_wait(struct html *html)
{
    int64_t known = access_count(html->page.report, "latency.waited_ms.count");

    if (known == 0)
        return;
    figure_open(html, "Wait, median");
    html_add(html, "<b>");
    figure_duration(html, "", "latency.waited_ms.p50");
    html_add(html, "</b><span>");
    figure_duration(html, "99 % within ", "latency.waited_ms.p99");
    if (known * 10 < access_count(html->page.report, "totals.sessions") * 9) {
        html_add(html, "; known of ");
        html_count(html, known);
    }
    html_add(html, "</span></dd></div>\n");
}

static void figure_lookups(struct html *html)
{
    int64_t bad = access_count(html->page.report, "lookups.failed") +
                  access_count(html->page.report, "lookups.timed_out");

    if (access_count(html->page.report, "lookups.count") == 0)
        return;
    figure_open(html, "Lookups");
    html_add(html, "<b>");
    html_count(html, access_count(html->page.report, "lookups.count"));
    html_add(html, bad > 0 ? "</b><span class=\"bad\">" : "</b><span>");
    html_counted(html, bad, "failed", "failed");
    html_add(html, "</span></dd></div>\n");
}

static void figure_upstreams(struct html *html)
{
    struct list_ref upstreams = access_list(html->page.report, "upstreams");
    int64_t down = 0, was = 0;

    if (upstreams.n == 0)
        return;
    for (size_t i = 0; i < upstreams.n; i++) {
        struct row_ref upstream = access_item(&upstreams, i);
        down += access_is(upstream, "state.now", "down");
        was += access_is(upstream, "state.worst", "down");
    }
    figure_open(html, "Upstreams");
    html_add(html, "<b>");
    html_count(html, (int64_t)upstreams.n);
    html_add(html, down + was > 0 ? "</b><span class=\"bad\">" : "</b><span>");
    if (down > 0)
        html_counted(html, down, "down at the end", "down at the end");
    else if (was > 0)
        html_counted(html, was, "was down for a time", "were down for a time");
    else
        html_add(html, "none was down");
    html_add(html, "</span></dd></div>\n");
}

static void head_figures(struct html *html)
{
    struct row_ref report = html->page.report;
    int64_t sessions = access_count(report, "totals.sessions");
    int64_t failed = access_count(report, "totals.failed");
    struct text slow = {0};

    html_add(html, "<dl class=\"figures\">\n");
    figure_open(html, "Sessions");
    html_add(html, "<b>");
    html_count(html, sessions);
    html_add(html, "</b><span>");
    if (html_known(report, "totals.qps")) {
        html_tenths(html, report, "totals.qps");
        html_add(html, " a second");
    }
    html_add(html, "</span></dd></div>\n");
    figure_part(html, "Failed sessions", "totals.failed",
                sessions > 0 ? (double)failed / (double)sessions : -1, " of all");
    text_add_string(&slow, "Slow, over ");
    page_duration(&slow, html->page.style->slow_ns, false);
    figure_part(html, slow.at, "totals.slow", access_share(report, "totals.slow_rate"),
                " of known waits");
    figure_wait(html);
    figure_lookups(html);
    figure_upstreams(html);
    html_add(html, "</dl>\n");
    text_done(&slow);
}

void html_head(struct html *html)
{
    html_add(html, "<header>\n<h1>DNS report</h1>\n");
    head_read(html);
    head_limits(html);
    html_add(html, "</header>\n<main id=\"report\">\n");
    head_verdict(html);
    head_figures(html);
}
