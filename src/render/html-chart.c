// SPDX-License-Identifier: BSD-2-Clause
/*
 * Charts of the HTML report.  An SVG is as wide as its place; what stands in it is placed by parts
 * of that width, so that letters keep their size on narrow screens.  Bars are drawn in a drawing
 * inside it that is stretched (preserveAspectRatio="none"), which paths and rectangles bear.
 */
#include <inttypes.h>
#include <string.h>

#include "base/when.h"
#include "render/html.h"

#define MS WHEN_MS
#define S WHEN_SECOND
#define MIN (60 * S)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)
#define LABEL_EDGE 400 /* nearer to an edge a label would stick out of a narrow window */

struct html_axis html_axis_of(struct row_ref report)
{
    struct list_ref buckets = access_list(report, "timeline");
    struct html_axis axis = {WHEN_NONE, WHEN_NONE, WHEN_SECOND};

    if (buckets.n == 0)
        return axis;
    int64_t first = access_ns(access_item(&buckets, 0), "start");
    int64_t last = access_ns(access_item(&buckets, buckets.n - 1), "start");
    if (first == WHEN_NONE || last == WHEN_NONE || last < first)
        return axis;
    if (buckets.n > 1)
        axis.width_ns = (last - first) / (int64_t)(buckets.n - 1);
    axis.start = first;
    axis.end = last > INT64_MAX - axis.width_ns ? INT64_MAX : last + axis.width_ns;
    return axis;
}

unsigned html_axis_at(const struct html_axis *axis, int64_t when)
{
    if (when == WHEN_NONE || when <= axis->start || axis->end <= axis->start)
        return 0;
    if (when >= axis->end)
        return HTML_AXIS_UNITS;
    /* times lie within the years 1824 to 2116, so that differences fit; halved, products do, too */
    uint64_t part = (uint64_t)when - (uint64_t)axis->start;
    uint64_t whole = (uint64_t)axis->end - (uint64_t)axis->start;
    while (whole > UINT64_MAX / HTML_AXIS_UNITS) {
        whole /= 2;
        part /= 2;
    }
    return (unsigned)(part * HTML_AXIS_UNITS / whole);
}

/* Round steps of clocks and calendars; beyond, doubled days. */
static int64_t tick_step(int64_t span)
{
    static const int64_t steps[] = {
        1 * MS,   2 * MS,   5 * MS,   10 * MS,  20 * MS,  50 * MS,  100 * MS, 200 * MS,  500 * MS,
        1 * S,    2 * S,    5 * S,    10 * S,   15 * S,   30 * S,   1 * MIN,  2 * MIN,   5 * MIN,
        10 * MIN, 15 * MIN, 30 * MIN, 1 * HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR,
    };

    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (span / steps[i] < HTML_TICKS_MAX - 1)
            return steps[i];
    int64_t days = DAY;
    while (span / days >= HTML_TICKS_MAX - 1)
        days *= 2;
    return days;
}

size_t html_axis_ticks(const struct html_axis *axis, bool local, int64_t ticks[HTML_TICKS_MAX],
                       int64_t *step_ns)
{
    size_t n = 0;

    if (axis->start == WHEN_NONE || axis->end <= axis->start)
        return 0;
    int64_t step = tick_step(axis->end - axis->start);
    int64_t midnight = when_midnight(axis->start, local);
    int64_t first = midnight + (axis->start - midnight) / step * step;
    *step_ns = step;
    for (int64_t at = first; n < HTML_TICKS_MAX && at <= axis->end; at += step)
        if (at >= axis->start)
            ticks[n++] = at;
    return n;
}

unsigned html_bar(int64_t n, int64_t peak, unsigned height)
{
    if (n <= 0 || peak <= 0)
        return 0;
    if (n >= peak)
        return height;
    unsigned high = (unsigned)((double)n / (double)peak * height + 0.5);
    return high < 2 ? 2 : high;
}

int64_t html_peak(const struct list_ref *rows, const char *path)
{
    int64_t peak = 0;

    for (size_t i = 0; i < rows->n; i++) {
        int64_t n = access_count(access_item(rows, i), path);
        peak = n > peak ? n : peak;
    }
    return peak;
}

void html_svg_open(struct html *html, const char *title, unsigned height)
{
    text_format(html->page.out,
                "<svg role=\"img\" width=\"100%%\" height=\"%u\" "
                "xmlns=\"http://www.w3.org/2000/svg\">\n<title>",
                height);
    html_say(html, title);
    html_add(html, "</title>\n<desc>");
    html_words(html);
    html_add(html, "</desc>\n");
}

void html_svg_inside(struct html *html, unsigned top, unsigned height, unsigned width)
{
    text_format(html->page.out,
                "<svg y=\"%u\" width=\"100%%\" height=\"%u\" viewBox=\"0 0 %u %u\" "
                "preserveAspectRatio=\"none\">\n",
                top, height, width, height);
}

void html_svg_bars(struct html *html, const struct list_ref *rows, const char *path, int64_t peak,
                   unsigned height, const char *class)
{
    html_add(html, "<path class=\"");
    html_add(html, class);
    html_add(html, "\" d=\"");
    for (size_t i = 0; i < rows->n; i++) {
        unsigned high = html_bar(access_count(access_item(rows, i), path), peak, height);
        if (high > 0) /* one unit is left free to the next bar */
            text_format(html->page.out, "M%zu %uv-%uh9v%uz", 10 * i, height, high, high);
    }
    html_add(html, "\"/>\n");
}

/* "10:05", "10:05:30", "10:05:30.250", "11-20 10:05", "2026-11-20": what tells the ticks apart. */
static void tick_label(struct html *html, int64_t when, int64_t step)
{
    char text[WHEN_TEXT_MAX];
    bool local = html->page.style->local;
    size_t date = sizeof "2026-11-20" - 1, len;

    if (step >= DAY) {
        when_print_table(when, local, false, 0, text);
        text_add(&html->words, text, date);
    } else if (html->page.days) {
        len = when_print_table(when, local, false, 0, text);
        text_add(&html->words, text + 5, len - 5 - (step % MIN == 0 ? 3 : 0));
    } else {
        len = when_print_table(when, local, true, step < WHEN_SECOND ? 3 : 0, text);
        text_add(&html->words, text, len - (step % MIN == 0 ? 3 : 0));
    }
    html_words(html);
}

void html_svg_lines(struct html *html, unsigned height)
{
    int64_t ticks[HTML_TICKS_MAX], step = 0;
    size_t n = html_axis_ticks(&html->axis, html->page.style->local, ticks, &step);

    for (size_t i = 0; i < n; i++) {
        unsigned at = html_axis_at(&html->axis, ticks[i]);
        text_format(html->page.out,
                    "<line class=\"tick\" x1=\"%u.%02u%%\" x2=\"%u.%02u%%\" y2=\"%u\"/>\n",
                    at / 100, at % 100, at / 100, at % 100, height);
    }
}

void html_svg_labels(struct html *html, unsigned top)
{
    int64_t ticks[HTML_TICKS_MAX], step = 0;
    size_t n = html_axis_ticks(&html->axis, html->page.style->local, ticks, &step);

    for (size_t i = 0; i < n; i++) {
        unsigned at = html_axis_at(&html->axis, ticks[i]);
        if (at < LABEL_EDGE || at > HTML_AXIS_UNITS - LABEL_EDGE)
            continue;
        /* on narrow screens every other one is shown */
        text_format(html->page.out, "<text class=\"middle%s\" x=\"%u.%02u%%\" y=\"%u\">",
                    i % 2 ? " odd" : "", at / 100, at % 100, top + HTML_LABELS - 4);
        tick_label(html, ticks[i], step);
        html_add(html, "</text>\n");
    }
}
