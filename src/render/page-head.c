// SPDX-License-Identifier: BSD-2-Clause
/* The head of the page: what was read and chosen, the verdict, and what the inputs lack. */
#include <string.h>

#include "base/when.h"
#include "input/skip.h"
#include "render/page.h"

#define PAGE_TROUBLES 4 /* inputs with something wrong that the first screen tells */
#define PAGE_FILTER 64  /* octets of a filter: it may be thousands; JSON has all of it */
#define PAGE_WINDOWS 3  /* times of losses that the first screen tells of one */

bool page_unusable(struct row_ref input)
{
    struct text scratch = {0};
    bool unusable = access_value(input, "error", &scratch).kind == VALUE_TEXT;

    text_done(&scratch);
    return unusable;
}

/* Adds a piece, emptied afterwards, behind SEPARATOR, or on a new line where it does not fit. */
static void head_add(const struct page *page, size_t *column, const char *separator,
                     struct text *piece)
{
    size_t columns = text_columns(piece->at, piece->len);

    text_add_string(page->out, separator);
    *column += 1;
    if (*column > 1 && *column + 1 + columns > page->width) {
        text_add_string(page->out, "\n    ");
        *column = 4;
    } else if (separator[0] != 0) {
        text_add_char(page->out, ' ');
        *column += 1;
    }
    text_add(page->out, piece->at, piece->len);
    *column += columns;
    text_clear(piece);
}

/* "2026-11-20 10:00:00 to 10:00:42 UTC (42 s)"; both zones where summer time begins or ends. */
void page_window(const struct page *page, int64_t start, int64_t end, struct text *piece)
{
    char text[WHEN_TEXT_MAX], zone[WHEN_TEXT_MAX];
    bool local = page->style->local;
    size_t len = when_zone(end, local, zone);

    text_add(piece, text, when_print_table(start, local, false, 0, text));
    if (len != strlen(page->zone) || memcmp(zone, page->zone, len) != 0)
        text_format(piece, " %s", page->zone);
    text_add_string(piece, " to ");
    text_add(piece, text, when_print_table(end, local, !page->days, 0, text));
    text_format(piece, " %s (", zone);
    page_duration(piece, end - start, false);
    text_add_char(piece, ')');
}

static void head_point(const struct page *page, const char *words, int64_t when, struct text *piece)
{
    char text[WHEN_TEXT_MAX];

    if (when == WHEN_NONE)
        return;
    text_add_string(piece, words);
    text_add(
        piece, text,
        when_print_table(when, page->style->local, false, when % WHEN_SECOND == 0 ? 0 : 3, text));
}

void page_chosen(const struct page *page, struct text *line)
{
    const struct render_chosen *chosen = page->style->chosen;

    if (chosen == NULL)
        return;
    bool bounded = chosen->since != WHEN_NONE || chosen->until != WHEN_NONE;
    text_add_string(line, bounded ? "only sessions that start" : "only sessions");
    head_point(page, " at or after ", chosen->since, line);
    if (chosen->since != WHEN_NONE && chosen->until != WHEN_NONE)
        text_add_string(line, " and");
    head_point(page, " before ", chosen->until, line);
    for (size_t i = 0; i < chosen->n_filters; i++) {
        text_add_string(line, i > 0 ? " and " : bounded ? ", with " : " with ");
        size_t len = strlen(chosen->filters[i]);
        bool whole = len <= PAGE_FILTER;
        text_add_terminal(line, chosen->filters[i], whole ? len : PAGE_FILTER, page->style->utf8);
        text_add_string(line, whole ? "" : "...");
    }
}

/* What the figures are not of: sessions that were not chosen, and what was not read. */
static void head_limits(const struct page *page)
{
    struct text line = {0};

    page_chosen(page, &line);
    if (line.len > 0) {
        text_add_string(page->out, "    ");
        grid_wrap(page->out, line.at, line.len, 4, 6, page->width);
        text_add_char(page->out, '\n');
    }
    if (page->style->interrupted)
        text_add_string(page->out, "    interrupted: the inputs were not read to their end\n");
    text_done(&line);
}

static void head_lines(const struct page *page)
{
    struct list_ref inputs = access_list(page->report, "inputs");
    struct text piece = {0};
    size_t column = 0, unusable = 0;
    int64_t start = access_ns(page->report, "window.start"),
            end = access_ns(page->report, "window.end");

    for (size_t i = 0; i < inputs.n; i++)
        unusable += page_unusable(access_item(&inputs, i));
    text_add_string(&piece, "dnstap-analyse: ");
    page_count(&piece, (int64_t)(inputs.n - unusable));
    text_add_string(&piece, inputs.n - unusable == 1 ? " capture" : " captures");
    head_add(page, &column, "", &piece);
    if (unusable > 0) {
        page_count(&piece, (int64_t)unusable);
        text_add_string(&piece,
                        unusable == 1 ? " file could not be used" : " files could not be used");
        head_add(page, &column, ";", &piece);
    }
    if (start != WHEN_NONE && end != WHEN_NONE) {
        page_window(page, start, end, &piece);
        head_add(page, &column, unusable > 0 ? ";" : ",", &piece);
    }
    page_count(&piece, access_count(page->report, "totals.messages"));
    text_add_string(&piece, " messages");
    head_add(page, &column, ",", &piece);
    text_add_char(page->out, '\n');
    head_limits(page);
    text_add_char(page->out, '\n');
    text_done(&piece);
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

/* ", 09:23:12-09:23:22": when. */
static void head_losses(const struct page *page, struct row_ref input, struct text *what)
{
    struct list_ref windows = access_list(input, "loss.windows");

    for (size_t i = 0; i < windows.n && i < PAGE_WINDOWS; i++) {
        struct row_ref window = access_item(&windows, i);
        text_add_string(what, ", ");
        page_span(page, what, access_ns(window, "start"), access_ns(window, "end"));
    }
    if (windows.n > PAGE_WINDOWS) {
        text_add_string(what, " and ");
        page_count(what, (int64_t)(windows.n - PAGE_WINDOWS));
        text_add_string(what, windows.n - PAGE_WINDOWS == 1 ? " more time" : " more times");
    }
}

/* "skipped: fragment 3, bad_ip 1": what could not be read; what is beside the matter is none. */
static void head_left_out(struct row_ref input, struct text *what)
{
    struct list_ref skipped = access_list(input, "skipped");
    struct text scratch = {0};
    size_t told = 0;

    for (size_t i = 0; i < skipped.n; i++) {
        struct row_ref skip = access_item(&skipped, i);
        struct value word = access_value(skip, skip.table->fields[0].path, &scratch);
        if (skip_flags(word.text.at, word.text.len) & SKIP_IS_BESIDE)
            continue;
        text_add_string(what, told++ > 0 ? ", " : what->len > 0 ? "; skipped: " : "skipped: ");
        text_add(what, word.text.at, word.text.len);
        text_add_char(what, ' ');
        page_count(what, access_count(skip, skip.table->fields[1].path));
    }
    text_done(&scratch);
}

void page_trouble(const struct page *page, struct row_ref input, struct text *line)
{
    struct text what = {0};
    bool frames = access_is(input, "format", "dnstap");
    int64_t proven = access_count(input, "loss.proven");

    access_add(input, "error", page->style->utf8, &what);
    if (what.len == 0)
        access_add(input, "cut", page->style->utf8, &what);
    head_left_out(input, &what);
    if (proven > 0) {
        text_add_string(&what, what.len > 0 ? "; " : "");
        page_count(&what, proven);
        text_add_string(&what, frames ? " frame" : " packet");
        text_add_string(&what, proven == 1 ? " proven lost" : "s proven lost");
        head_losses(page, input, &what);
    }
    if (what.len > 0) {
        access_add(input, "file", page->style->utf8, line);
        grid_shorten(line, page->width - PAGE_LABEL - 1, page->style->utf8);
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
        const char *label = told++ == 0 ? "CAPTURE" : "";
        page_bold(page, label, PAGE_BOLD);
        text_add_fill(page->out, ' ', PAGE_LABEL - strlen(label));
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

void page_head(const struct page *page)
{
    head_lines(page);
    page_verdict(page);
    page_troubles(page);
}
