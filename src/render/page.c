// SPDX-License-Identifier: BSD-2-Clause
/*
 * The report for people.  The first screen of 24 lines answers what is wrong, since when, how much
 * failed, how slow it was and which upstream; what the capture itself lacks (a cut, damage, lost
 * frames) stands there too, because it bounds all the rest.
 */
#include "render/page.h"

#include <string.h>

#include "base/when.h"
#include "render/formats.h"

#define PAGE_LINES 24 /* of the first screen */

void page_count(struct text *out, int64_t count)
{
    text_add_grouped(out, count);
}

void page_percent(struct text *out, double share)
{
    if (share < 0)
        return;
    int64_t thousandths = (int64_t)(share * 1000 + 0.5);
    if (thousandths == 0 && share > 0) {
        text_add_string(out, "<0.1%");
        return;
    }
    if (thousandths == 1000 && share < 1)
        thousandths = 999;
    text_add_count(out, thousandths / 10);
    text_add_char(out, '.');
    text_add_count(out, thousandths % 10);
    text_add_char(out, '%');
}

void page_duration(struct text *out, int64_t ns, bool compact)
{
    char text[WHEN_TEXT_MAX];

    if (ns != WHEN_NONE)
        text_add(out, text, when_print_human(ns, compact, text));
}

void page_time(const struct page *page, struct text *out, int64_t when)
{
    char text[WHEN_TEXT_MAX];

    if (when != WHEN_NONE)
        text_add(out, text, when_print_table(when, page->style->local, !page->days, 0, text));
}

void page_span(const struct page *page, struct text *out, int64_t start, int64_t end)
{
    struct text to = {0};
    size_t from = out->len;

    page_time(page, out, start);
    page_time(page, &to, end);
    if (out->len - from != to.len || memcmp(out->at + from, to.at, to.len) != 0) {
        text_add_string(out, page->days ? " to " : "-");
        text_add(out, to.at, to.len);
    }
    text_done(&to);
}

void page_bold(const struct page *page, const char *text, const char *code)
{
    if (page->style->colour)
        text_add_string(page->out, code);
    text_add_string(page->out, text);
    if (page->style->colour)
        text_add_string(page->out, "\033[0m");
}

void page_heading(const struct page *page, const char *heading)
{
    page_bold(page, heading, PAGE_BOLD);
    text_add_char(page->out, '\n');
}

void page_heading_times(const struct page *page, const char *heading)
{
    struct text whole = {0};

    text_format(&whole, "%s (%s)", heading, page->zone);
    page_heading(page, whole.at);
    text_done(&whole);
}

void page_more(const struct page *page, size_t more)
{
    if (more == 0)
        return;
    text_add_string(page->out, page->style->utf8 ? "  … and " : "  ... and ");
    page_count(page->out, (int64_t)more);
    text_add_string(page->out, " more\n");
}

/* A labelled line of several parts, which goes on below itself when it gets too long. */
struct parts {
    const struct page *page;
    size_t column;
};

static struct parts parts_begin(const struct page *page, const char *label)
{
    page_bold(page, label, PAGE_BOLD);
    text_add_fill(page->out, ' ', PAGE_LABEL - strlen(label));
    return (struct parts){page, PAGE_LABEL};
}

/* Adds PART, emptied afterwards, two blanks behind the one before. */
static void parts_add(struct parts *parts, struct text *part)
{
    struct text *out = parts->page->out;
    size_t columns = text_columns(part->at, part->len);

    if (parts->column > PAGE_LABEL) {
        if (parts->column + 2 + columns > parts->page->width) {
            text_add_char(out, '\n');
            text_add_fill(out, ' ', PAGE_LABEL);
            parts->column = PAGE_LABEL;
        } else {
            text_add_fill(out, ' ', 2);
            parts->column += 2;
        }
    }
    text_add(out, part->at, part->len);
    parts->column += columns;
    text_clear(part);
}

/* Of none there is nothing to say on a line of its own. */
static void parts_add_count(struct parts *parts, struct text *part, int64_t count)
{
    size_t columns = text_columns(part->at, part->len);

    if (count > 0 || parts->column + 2 + columns <= parts->page->width)
        parts_add(parts, part);
    text_clear(part);
}

static void page_sessions(const struct page *page)
{
    static const struct {
        const char *word, *path;
        bool always;
    } statuses[] = {{"Succeeded ", "totals.succeeded", true},
                    {"Failed ", "totals.failed", true},
                    {"SampleLoss ", "totals.sample_loss", true},
                    {"CaptureEdge ", "totals.capture_edge", true},
                    {"Unknown ", "totals.unknown", false}};
    struct text part = {0};
    struct parts parts = parts_begin(page, "SESSIONS");
    int64_t sessions = access_count(page->report, "totals.sessions");

    page_count(&part, sessions);
    parts_add(&parts, &part);
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        int64_t n = access_count(page->report, statuses[i].path);
        if (n == 0 && !statuses[i].always)
            continue;
        text_add_string(&part, statuses[i].word);
        page_count(&part, n);
        if (n > 0 && sessions > 0) {
            text_add_char(&part, ' ');
            page_percent(&part, (double)n / (double)sessions);
        }
        parts_add_count(&parts, &part, n);
    }
    text_add_char(page->out, '\n');
    text_done(&part);
}

/* The reasons of what failed. */
static void page_failed(const struct page *page)
{
    struct list_ref statuses = access_list(page->report, "statuses");
    struct text part = {0};
    int64_t failed = access_count(page->report, "totals.failed");

    if (failed == 0)
        return;
    struct parts parts = parts_begin(page, "FAILED");
    page_count(&part, failed);
    parts_add(&parts, &part);
    for (size_t i = 0; i < statuses.n; i++) {
        struct row_ref row = access_item(&statuses, i);
        if (!access_is(row, "status", "Failed"))
            continue;
        access_add(row, "reason", false, &part);
        text_add_char(&part, ' ');
        page_count(&part, access_count(row, "sessions"));
        parts_add(&parts, &part);
    }
    text_add_char(page->out, '\n');
    text_done(&part);
}

/* Where the waits of many are not known, the figures are of others than the line above. */
static void page_wait_base(const struct page *page, struct parts *parts)
{
    int64_t known = access_count(page->report, "latency.waited_ms.count");
    struct text part = {0};

    if (known * 10 >= access_count(page->report, "totals.sessions") * 9 && known > 0)
        return;
    text_add_string(&part, known == 0 ? "no wait can be told" : "known of ");
    if (known > 0)
        page_count(&part, known);
    parts_add(parts, &part);
    text_done(&part);
}

static void page_slow(const struct page *page, struct parts *parts, int64_t slow)
{
    struct text part = {0};

    text_add_string(&part, "slow (>");
    page_duration(&part, page->style->slow_ns, false);
    text_add_string(&part, ") ");
    page_count(&part, slow);
    if (slow > 0) {
        text_add_char(&part, ' ');
        page_percent(&part, access_share(page->report, "totals.slow_rate"));
    }
    parts_add(parts, &part);
    text_done(&part);
}

static void page_waited(const struct page *page)
{
    static const struct {
        const char *word, *path;
    } figures[] = {{"p50 ", "latency.waited_ms.p50"},
                   {"p90 ", "latency.waited_ms.p90"},
                   {"p99 ", "latency.waited_ms.p99"},
                   {"max ", "latency.waited_ms.max"}};
    struct text part = {0};
    struct parts parts = parts_begin(page, "WAITED");
    int64_t slow = access_count(page->report, "totals.slow");
    int64_t bounds = access_count(page->report, "latency.waited_ms.lower_bounds");

    page_wait_base(page, &parts);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        int64_t ns = access_ns(page->report, figures[i].path);
        if (ns == WHEN_NONE)
            continue;
        text_add_string(&part, figures[i].word);
        page_duration(&part, ns, false);
        parts_add(&parts, &part);
    }
    if (slow > 0 || access_count(page->report, "latency.waited_ms.count") > 0)
        page_slow(page, &parts, slow);
    if (bounds > 0) {
        text_add_char(&part, '(');
        page_count(&part, bounds);
        text_add_string(&part, bounds == 1 ? " lower bound)" : " lower bounds)");
        parts_add(&parts, &part);
    }
    text_add_char(page->out, '\n');
    text_done(&part);
}

static void page_lookup_waits(const struct page *page, struct parts *parts)
{
    static const struct {
        const char *word, *path;
    } waits[] = {{"p50 ", "lookups.waited_ms.p50"}, {"p99 ", "lookups.waited_ms.p99"}};
    int64_t bounds = access_count(page->report, "lookups.waited_ms.lower_bounds");
    int64_t stalled = access_count(page->report, "lookups.stalled");
    double wasted = access_share(page->report, "lookups.wasted_share");
    struct text part = {0};

    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        int64_t ns = access_ns(page->report, waits[i].path);
        if (ns == WHEN_NONE || (ns == 0 && bounds > 0)) /* "at least nothing" says nothing */
            continue;
        text_add_string(&part, waits[i].word);
        page_duration(&part, ns, false);
        parts_add(parts, &part);
    }
    if (bounds > 0) {
        text_add_char(&part, '(');
        page_count(&part, bounds);
        text_add_string(&part, bounds == 1 ? " lower bound)" : " lower bounds)");
        parts_add(parts, &part);
    }
    if (stalled > 0) {
        text_add_string(&part, "stalled ");
        page_count(&part, stalled);
        parts_add(parts, &part);
    }
    if (wasted > 0) {
        text_add_string(&part, "queries wasted ");
        page_percent(&part, wasted);
        parts_add(parts, &part);
    }
    text_done(&part);
}

/* What applications waited for; nothing where that cannot be told. */
static void page_lookups(const struct page *page)
{
    static const struct {
        const char *word, *path;
        bool always;
    } outcomes[] = {{"Resolved ", "lookups.resolved", true},
                    {"NotFound ", "lookups.not_found", true},
                    {"Failed ", "lookups.failed", true},
                    {"TimedOut ", "lookups.timed_out", false},
                    {"Unknown ", "lookups.unknown", false}};
    int64_t lookups = access_count(page->report, "lookups.count");

    if (lookups == 0)
        return;
    struct text part = {0};
    struct parts parts = parts_begin(page, "LOOKUPS");
    page_count(&part, lookups);
    parts_add(&parts, &part);
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++) {
        int64_t n = access_count(page->report, outcomes[i].path);
        if (n == 0 && !outcomes[i].always)
            continue;
        text_add_string(&part, outcomes[i].word);
        page_count(&part, n);
        if (n > 0) {
            text_add_char(&part, ' ');
            page_percent(&part, (double)n / (double)lookups);
        }
        parts_add(&parts, &part);
    }
    page_lookup_waits(page, &parts);
    text_add_char(page->out, '\n');
    text_done(&part);
}

/* The series that the timeline shows: failures where there are any. */
static const char *page_series(const struct list_ref *buckets, const char **words, int64_t *peak)
{
    static const struct {
        const char *path, *words;
    } series[] = {{"failed", "failures"},
                  {"upstream_failures", "upstream failures"},
                  {"sessions", "sessions"}};

    for (size_t s = 0; s < sizeof series / sizeof *series; s++) {
        *peak = 0;
        for (size_t i = 0; i < buckets->n; i++) {
            int64_t n = access_count(access_item(buckets, i), series[s].path);
            *peak = n > *peak ? n : *peak;
        }
        *words = series[s].words;
        if (*peak > 0)
            return series[s].path;
    }
    return series[2].path;
}

static void page_timeline(const struct page *page)
{
    static const char *const blocks[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const plain[] = {".", ":", "-", "=", "+", "*", "#", "@"};
    struct list_ref buckets = access_list(page->report, "timeline");
    struct text part = {0};
    const char *words;
    int64_t peak, first = WHEN_NONE, second = WHEN_NONE;

    if (buckets.n == 0)
        return;
    const char *path = page_series(&buckets, &words, &peak);
    struct parts parts = parts_begin(page, "TIMELINE");
    for (size_t i = 0; i < buckets.n; i++) {
        struct row_ref bucket = access_item(&buckets, i);
        int64_t n = access_count(bucket, path);
        size_t level = n == 0 || peak == 0 ? 0 : 1 + (size_t)((n * 7 - 1) / peak);
        level = level > 7 ? 7 : level;
        text_add_string(&part, page->style->utf8 ? blocks[level] : plain[level]);
        if (i < 2)
            *(i == 0 ? &first : &second) = access_ns(bucket, "start");
    }
    parts_add(&parts, &part);
    text_add_string(&part, words);
    if (second != WHEN_NONE) {
        text_add_string(&part, ", ");
        page_duration(&part, second - first, false);
        text_add_string(&part, " a column");
    }
    text_add_string(&part, ", peak ");
    page_count(&part, peak);
    parts_add(&parts, &part);
    text_add_char(page->out, '\n');
    text_done(&part);
}

static size_t page_lines(const struct text *out, size_t from)
{
    size_t lines = 0;

    for (size_t i = from; i < out->len; i++)
        lines += out->at[i] == '\n';
    return lines;
}

static bool page_same_day(const struct render_style *style, int64_t start, int64_t end)
{
    return start == WHEN_NONE || end == WHEN_NONE ||
           when_midnight(start, style->local) == when_midnight(end, style->local);
}

/* Of the window, or of an input where the window is empty. */
static int64_t page_start(const struct page *page)
{
    struct list_ref inputs = access_list(page->report, "inputs");
    int64_t start = access_ns(page->report, "window.start");

    for (size_t i = 0; i < inputs.n && start == WHEN_NONE; i++)
        start = access_ns(access_item(&inputs, i), "start");
    return start;
}

struct page page_of(struct text *out, const struct field_table *table, const void *report,
                    const struct render_style *style)
{
    struct page page = {
        .out = out, .report = {table, report}, .style = style, .width = style->columns};

    page.days = !page_same_day(style, access_ns(page.report, "window.start"),
                               access_ns(page.report, "window.end"));
    when_zone(page_start(&page), style->local, page.zone);
    return page;
}

void page_report(struct text *out, const struct field_table *table, const void *report,
                 const struct render_style *style)
{
    struct page page = page_of(out, table, report, style);
    size_t from = out->len;

    page_head(&page);
    page_gates(&page);
    page_sessions(&page);
    page_failed(&page);
    page_waited(&page);
    page_lookups(&page);
    page_timeline(&page);
    /* a blank line, the heads and a line for what does not fit */
    size_t lines = page_lines(out, from) + 3 + page_findings_lines(&page);
    page_upstreams(&page, lines < PAGE_LINES ? PAGE_LINES - lines : 0);
    page_findings(&page);
    page_lists(&page);
    page_left_out(&page);
}
