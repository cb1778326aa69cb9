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

#define PAGE_LABEL 12   /* columns of the label at the left */
#define PAGE_LINES 24   /* of the first screen */
#define PAGE_TROUBLES 4 /* inputs with something wrong that the first screen tells */

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

static void page_bold(const struct page *page, const char *text, const char *code)
{
    if (page->style->colour)
        text_add_string(page->out, code);
    text_add_string(page->out, text);
    if (page->style->colour)
        text_add_string(page->out, "\033[0m");
}

void page_heading(const struct page *page, const char *heading)
{
    page_bold(page, heading, "\033[1m");
    text_add_char(page->out, '\n');
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
    page_bold(page, label, "\033[1m");
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

static void page_head(const struct page *page)
{
    struct text line = {0};
    size_t inputs = access_list(page->report, "inputs").n;
    int64_t start = access_ns(page->report, "window.start"),
            end = access_ns(page->report, "window.end");
    char text[WHEN_TEXT_MAX];

    text_add_string(&line, "dnstap-analyse: ");
    page_count(&line, (int64_t)inputs);
    text_add_string(&line, inputs == 1 ? " capture, " : " captures, ");
    if (start != WHEN_NONE && end != WHEN_NONE) {
        text_add(&line, text, when_print_table(start, page->style->local, false, 0, text));
        text_add_string(&line, " to ");
        text_add(&line, text, when_print_table(end, page->style->local, !page->days, 0, text));
        text_add_string(&line, page->style->local ? " local time (" : " UTC (");
        page_duration(&line, end - start, false);
        text_add_string(&line, "), ");
    }
    text_add(page->out, line.at, line.len);
    size_t column = line.len;
    text_clear(&line);
    page_count(&line, access_count(page->report, "totals.messages"));
    text_add_string(&line, " messages");
    if (column + line.len > page->width) {
        page->out->len--; /* the blank behind the comma */
        text_add_string(page->out, "\n    ");
    }
    text_add(page->out, line.at, line.len);
    text_add_string(page->out, "\n\n");
    text_done(&line);
}

/* The state in capitals and the sentence behind it. */
static void page_verdict(const struct page *page)
{
    struct text state = {0}, sentence = {0};

    access_add(page->report, "verdict.state", false, &state);
    for (size_t i = 0; i < state.len; i++)
        if (state.at[i] >= 'a' && state.at[i] <= 'z')
            state.at[i] = (char)(state.at[i] - 'a' + 'A');
    access_add(page->report, "verdict.sentence", page->style->utf8, &sentence);
    if (state.len > 0) {
        page_bold(page, state.at,
                  access_is(page->report, "verdict.state", "healthy")   ? "\033[1;32m"
                  : access_is(page->report, "verdict.state", "failing") ? "\033[1;31m"
                                                                        : "\033[1;33m");
        text_add_string(page->out, "  ");
    }
    grid_wrap(page->out, sentence.at, sentence.len, state.len + 2, state.len + 2, page->width);
    text_add_string(page->out, "\n\n");
    text_done(&state);
    text_done(&sentence);
}

/* Adds what is wrong with one input; nothing where nothing is. */
static void page_trouble(const struct page *page, struct row_ref input, struct text *line)
{
    struct text what = {0};
    struct list_ref skipped = access_list(input, "skipped");
    int64_t left_out = 0, proven = access_count(input, "loss.proven");

    access_add(input, "error", page->style->utf8, &what);
    if (what.len == 0)
        access_add(input, "cut", page->style->utf8, &what);
    for (size_t i = 0; i < skipped.n; i++) {
        struct row_ref skip = access_item(&skipped, i);
        if (!access_is(skip, skip.table->fields[0].path, "duplicate"))
            left_out += access_count(skip, skip.table->fields[1].path);
    }
    if (left_out > 0) {
        text_add_string(&what, what.len > 0 ? "; " : "");
        page_count(&what, left_out);
        text_add_string(&what, left_out == 1 ? " frame skipped" : " frames skipped");
    }
    if (proven > 0) {
        text_add_string(&what, what.len > 0 ? "; " : "");
        page_count(&what, proven);
        text_add_string(&what, proven == 1 ? " frame proven lost" : " frames proven lost");
    }
    if (what.len > 0) {
        access_add(input, "file", page->style->utf8, line);
        text_add_string(line, ": ");
        text_add(line, what.at, what.len);
    }
    text_done(&what);
}

/* Cut, damaged and lossy inputs. */
static void page_troubles(const struct page *page)
{
    struct list_ref inputs = access_list(page->report, "inputs");
    struct text line = {0};
    size_t told = 0, more = 0;

    for (size_t i = 0; i < inputs.n; i++) {
        text_clear(&line);
        page_trouble(page, access_item(&inputs, i), &line);
        if (line.len == 0)
            continue;
        if (told == PAGE_TROUBLES) {
            more++;
            continue;
        }
        struct parts parts = parts_begin(page, told++ == 0 ? "CAPTURE" : "");
        (void)parts;
        grid_wrap(page->out, line.at, line.len, PAGE_LABEL, PAGE_LABEL, page->width);
        text_add_char(page->out, '\n');
    }
    if (more > 0) {
        text_add_fill(page->out, ' ', PAGE_LABEL - 2);
        page_more(page, more);
    }
    if (told > 0)
        text_add_char(page->out, '\n');
    text_done(&line);
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
        parts_add(&parts, &part);
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

    if (access_count(page->report, "latency.waited_ms.count") == 0)
        text_add_string(&part, "no wait can be told");
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        int64_t ns = access_ns(page->report, figures[i].path);
        if (ns == WHEN_NONE)
            continue;
        text_add_string(&part, figures[i].word);
        page_duration(&part, ns, false);
        parts_add(&parts, &part);
    }
    if (part.len > 0)
        parts_add(&parts, &part);
    text_add_string(&part, "slow (>");
    page_duration(&part, page->style->slow_ns, false);
    text_add_string(&part, ") ");
    page_count(&part, slow);
    if (slow > 0) {
        text_add_char(&part, ' ');
        page_percent(&part, access_share(page->report, "totals.slow_rate"));
    }
    parts_add(&parts, &part);
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

void page_report(struct text *out, const struct field_table *table, const void *report,
                 const struct render_style *style)
{
    struct page page = {
        .out = out, .report = {table, report}, .style = style, .width = style->columns};
    size_t from = out->len;

    page.days = !page_same_day(style, access_ns(page.report, "window.start"),
                               access_ns(page.report, "window.end"));
    page_head(&page);
    page_verdict(&page);
    page_troubles(&page);
    page_sessions(&page);
    page_failed(&page);
    page_waited(&page);
    page_timeline(&page);
    /* a blank line, the heads and a line for what does not fit; an upstream takes two at most */
    size_t lines = page_lines(out, from) + 3;
    size_t rows = lines < PAGE_LINES ? (PAGE_LINES - lines) / 2 : 0;
    page_upstreams(&page, rows < 3 ? 3 : rows);
    page_lists(&page);
}
