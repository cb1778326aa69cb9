// SPDX-License-Identifier: BSD-2-Clause
/* Sessions over time: a strip of bars for each count, with the bad times behind them. */
#include <string.h>

#include "base/when.h"
#include "render/html.h"

#define STRIP_LABEL 18 /* height of the words above a strip */
#define STRIP_TALL 56
#define STRIP_LOW 34
#define BUCKET_UNITS 10

static const struct strip {
    const char *path, *words, *class;
    unsigned height;
} strips[] = {
    {"sessions", "Sessions", "sessions", STRIP_TALL},
    {"failed", "Failed", "failed", STRIP_LOW},
    {"slow", "Slow", "slow", STRIP_LOW},
    {"upstream_failures", "Upstream attempts without a usable answer", "upstream", STRIP_LOW},
};
#define STRIPS (sizeof strips / sizeof *strips)

bool html_has_timeline(struct html *html)
{
    return html->axis.start != WHEN_NONE;
}

/* Bad times are drawn once, however many upstreams and inputs have them: by places of the axis. */
#define PLACES 500
struct marks {
    bool at[PLACES];
    bool any;
};

static void marks_add(struct html *html, struct marks *marks, int64_t start, int64_t end)
{
    unsigned from = html_axis_at(&html->axis, start) * PLACES / HTML_AXIS_UNITS;
    unsigned to = html_axis_at(&html->axis, end) * PLACES / HTML_AXIS_UNITS;

    if (start == WHEN_NONE || end == WHEN_NONE)
        return;
    for (unsigned i = from; i <= to && i < PLACES; i++)
        marks->at[i] = true;
    marks->any = true;
}

static void marks_periods(struct html *html, struct marks *marks)
{
    struct list_ref upstreams = access_list(html->page.report, "upstreams");

    for (size_t i = 0; i < upstreams.n; i++) {
        struct list_ref periods = access_list(access_item(&upstreams, i), "bad_periods");
        for (size_t p = 0; p < periods.n; p++) {
            struct row_ref period = access_item(&periods, p);
            marks_add(html, marks, access_ns(period, "start"), access_ns(period, "end"));
        }
    }
}

static void marks_losses(struct html *html, struct marks *marks)
{
    struct list_ref inputs = access_list(html->page.report, "inputs");

    for (size_t i = 0; i < inputs.n; i++) {
        struct list_ref windows = access_list(access_item(&inputs, i), "loss.windows");
        for (size_t w = 0; w < windows.n; w++) {
            struct row_ref window = access_item(&windows, w);
            marks_add(html, marks, access_ns(window, "start"), access_ns(window, "end"));
        }
    }
}

static void marks_draw(struct html *html, const struct marks *marks, const char *class,
                       unsigned height)
{
    if (!marks->any)
        return;
    html_svg_inside(html, 0, height, PLACES);
    html_add(html, "<path class=\"");
    html_add(html, class);
    html_add(html, "\" d=\"");
    for (unsigned i = 0; i < PLACES; i++) {
        unsigned first = i;
        while (i < PLACES && marks->at[i])
            i++;
        if (i > first)
            text_format(html->page.out, "M%u 0h%uv%uh-%uz", first, i - first, height, i - first);
    }
    html_add(html, "\"/>\n</svg>\n");
}

/* Strips without anything in them are not drawn, but the first two always are. */
static int64_t strip_peak(const struct list_ref *buckets, size_t strip, bool *shown)
{
    int64_t peak = html_peak(buckets, strips[strip].path);

    *shown = strip < 2 || peak > 0;
    return peak;
}

static unsigned timeline_height(const struct list_ref *buckets)
{
    unsigned height = 0;
    bool shown;

    for (size_t i = 0; i < STRIPS; i++) {
        strip_peak(buckets, i, &shown);
        height += shown ? STRIP_LABEL + strips[i].height : 0;
    }
    return height;
}

static void timeline_strip(struct html *html, const struct list_ref *buckets, size_t strip,
                           unsigned top, int64_t peak)
{
    unsigned height = strips[strip].height, bottom = top + STRIP_LABEL + height;

    text_format(html->page.out, "<text class=\"label\" y=\"%u\">", top + STRIP_LABEL - 5);
    html_say(html, strips[strip].words);
    if (peak > 0) {
        html_add(html, ", peak ");
        html_count(html, peak);
    } else {
        html_add(html, ": none");
    }
    html_add(html, "</text>\n");
    html_svg_inside(html, top + STRIP_LABEL, height, (unsigned)(BUCKET_UNITS * buckets->n));
    html_svg_bars(html, buckets, strips[strip].path, peak, height, strips[strip].class);
    html_add(html, "</svg>\n");
    text_format(html->page.out, "<line class=\"base\" x2=\"100%%\" y1=\"%u.5\" y2=\"%u.5\"/>\n",
                bottom, bottom);
}

/* What the pointer shows over a bucket: its figures. */
static void timeline_hints(struct html *html, const struct list_ref *buckets, unsigned height)
{
    html_svg_inside(html, 0, height, (unsigned)(BUCKET_UNITS * buckets->n));
    html_add(html, "<g class=\"hint\">\n");
    for (size_t i = 0; i < buckets->n; i++) {
        struct row_ref bucket = access_item(buckets, i);
        text_format(html->page.out, "<rect x=\"%zu\" width=\"%d\" height=\"%u\"><title>",
                    BUCKET_UNITS * i, BUCKET_UNITS, height);
        page_time(&html->page, &html->words, access_ns(bucket, "start"));
        for (size_t s = 0; s < STRIPS; s++) {
            int64_t n = access_count(bucket, strips[s].path);
            if (s > 0 && n == 0)
                continue;
            text_add_string(&html->words, s == 0 ? ": " : ", ");
            page_count(&html->words, n);
            text_format(&html->words, " %s", s == 3 ? "upstream failures" : strips[s].path);
        }
        html_words(html);
        html_add(html, "</title></rect>\n");
    }
    html_add(html, "</g>\n</svg>\n");
}

/* The chart in words, for those who do not see it. */
static void timeline_words(struct html *html, const struct list_ref *buckets)
{
    struct text *words = &html->words;

    text_add_string(words, "From ");
    page_time(&html->page, words, html->axis.start);
    text_add_string(words, " to ");
    page_time(&html->page, words, html->axis.end);
    text_format(words, " %s", html->page.zone);
    for (size_t s = 0; s < STRIPS; s++) {
        int64_t peak = html_peak(buckets, strips[s].path);
        text_format(words, "; %s: ", strips[s].words);
        if (peak == 0) {
            text_add_string(words, "none");
            continue;
        }
        text_add_string(words, "at most ");
        page_count(words, peak);
        text_add_string(words, " in a column, at ");
        for (size_t i = 0; i < buckets->n; i++) {
            struct row_ref bucket = access_item(buckets, i);
            if (access_count(bucket, strips[s].path) == peak) {
                page_time(&html->page, words, access_ns(bucket, "start"));
                break;
            }
        }
    }
    text_add_string(words, ". The same figures stand in the table below.");
}

static void timeline_caption(struct html *html, const struct marks *bad, const struct marks *lost)
{
    html_add(html, "<figcaption>A column is ");
    page_duration(&html->words, html->axis.width_ns, false);
    html_words(html);
    text_format(&html->words, "; times are %s.", html->page.zone);
    html_words(html);
    if (bad->any)
        html_add(html, " <span class=\"key period\"></span>shaded: an upstream gave no usable "
                       "answer for a time.");
    if (lost->any)
        html_add(html, " <span class=\"key loss\"></span>grey: frames of a capture were lost.");
    html_add(html, "</figcaption>\n");
}

static void timeline_table(struct html *html, const struct list_ref *buckets)
{
    static const struct html_column columns[] = {
        {"From", "start", HTML_TIME, NULL, NULL},
        {"Sessions", "sessions", HTML_COUNT, NULL, NULL},
        {"Failed", "failed", HTML_BAD, NULL, NULL},
        {"Slow", "slow", HTML_COUNT, NULL, NULL},
        {"99 % waited at most", "p99_ms", HTML_DURATION, NULL, NULL},
        {"Upstream failures", "upstream_failures", HTML_COUNT, NULL, NULL}};
    static const struct html_table table = {"Sessions over time", columns,
                                            sizeof columns / sizeof *columns};

    html_add(html, "<details><summary>The timeline as a table</summary>\n");
    html_table(html, &table, buckets);
    html_add(html, "</details>\n");
}

void html_timeline(struct html *html)
{
    struct list_ref buckets = access_list(html->page.report, "timeline");
    struct marks bad = {0}, lost = {0};
    unsigned height = timeline_height(&buckets), top = 0;
    bool shown;

    marks_periods(html, &bad);
    marks_losses(html, &lost);
    html_add(html, "<figure>\n");
    timeline_caption(html, &bad, &lost);
    timeline_words(html, &buckets);
    html_svg_open(html, "Timeline", height + HTML_LABELS);
    marks_draw(html, &bad, "period", height);
    marks_draw(html, &lost, "loss", height);
    html_svg_lines(html, height);
    html_svg_labels(html, height);
    for (size_t i = 0; i < STRIPS; i++) {
        int64_t peak = strip_peak(&buckets, i, &shown);
        if (!shown)
            continue;
        timeline_strip(html, &buckets, i, top, peak);
        top += STRIP_LABEL + strips[i].height;
    }
    timeline_hints(html, &buckets, height);
    html_add(html, "</svg>\n");
    timeline_table(html, &buckets);
    html_add(html, "</figure>\n");
}
