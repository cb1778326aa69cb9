// SPDX-License-Identifier: BSD-2-Clause
/* The end of the page: what stands in no list, was lost, or cannot be seen. */
#include "base/when.h"
#include "render/page.h"

/* What ceilings left out of the lists: it is counted, and told where that is not 0. */
static const struct {
    const char *path, *one, *many;
} left_counts[] = {
    {"folded.clients.sessions", "session of a rare client", "sessions of rare clients"},
    {"folded.names.sessions", "session of a rare name", "sessions of rare names"},
    {"folded.types", "session of a rare type", "sessions of rare types"},
    {"folded.servers", "session of a further server", "sessions of further servers"},
    {"folded.upstreams", "attempt at a further upstream", "attempts at further upstreams"},
    {"folded.paths", "attempt on a further path", "attempts on further paths"},
    {"folded.rcodes", "upstream answer with a rare rcode", "upstream answers with rare rcodes"},
    {"folded.bad_periods", "short bad period of an upstream", "short bad periods of upstreams"},
    {"folded.tries", "try beyond the attempts kept of a session",
     "tries beyond the attempts kept of a session"},
    {"folded.settled_early", "session judged before its time (memory ceiling)",
     "sessions judged before their time (memory ceiling)"},
    {"folded.lookups.early", "lookup told before its time (memory ceiling)",
     "lookups told before their time (memory ceiling)"},
    {"folded.lookups.brief", "answered lookup told without waiting for a repeat (memory ceiling)",
     "answered lookups told without waiting for repeats (memory ceiling)"},
    {"folded.lookups.refused", "session in no lookup (memory ceiling)",
     "sessions in no lookup (memory ceiling)"},
    {"folded.lookups.nameless", "session in no lookup, since it shows no question",
     "sessions in no lookup, since they show no question"},
    {"folded.findings.suspects", "pointer to something that no finding was judged about",
     "pointers to things that no finding was judged about"},
    {"folded.findings.charges", "session or lookup that findings could not keep",
     "sessions and lookups that findings could not keep"},
    {"folded.absurd_times", "duration that is impossible (a clock was set)",
     "durations that are impossible (a clock was set)"},
    {"folded.other_opcodes", "message with another opcode than QUERY",
     "messages with another opcode than QUERY"},
};

/* ", 12 failed" of rare clients and names. */
static void left_failed(const struct page *page, size_t i, struct text *line)
{
    static const char *const paths[] = {"folded.clients.failed", "folded.names.failed"};
    int64_t failed = i < 2 ? access_count(page->report, paths[i]) : 0;

    if (failed == 0)
        return;
    text_add_string(line, ", ");
    page_count(line, failed);
    text_add_string(line, " failed");
}

bool page_left(const struct page *page, size_t i, struct text *line)
{
    if (i >= sizeof left_counts / sizeof *left_counts)
        return false;
    int64_t n = access_count(page->report, left_counts[i].path);
    if (n == 0)
        return true;
    page_count(line, n);
    text_format(line, " %s", n == 1 ? left_counts[i].one : left_counts[i].many);
    left_failed(page, i, line);
    return true;
}

static void left_folded(const struct page *page)
{
    struct text line = {0};
    bool any = false;

    for (size_t i = 0; page_left(page, i, &line); i++, text_clear(&line)) {
        if (line.len == 0)
            continue;
        if (!any) {
            text_add_char(page->out, '\n');
            page_heading(page, "COUNTED, BUT IN NO LIST");
            any = true;
        }
        text_add_string(page->out, "  ");
        grid_wrap(page->out, line.at, line.len, 2, 4, page->width);
        text_add_char(page->out, '\n');
    }
    text_done(&line);
}

/* The windows in which frames were lost: no verdict is possible there. */
static void left_losses(const struct page *page)
{
    struct list_ref inputs = access_list(page->report, "inputs");
    struct text line = {0};
    bool any = false;

    for (size_t i = 0; i < inputs.n; i++) {
        struct row_ref input = access_item(&inputs, i);
        struct list_ref windows = access_list(input, "loss.windows");
        if (windows.n == 0)
            continue;
        if (!any) {
            text_add_char(page->out, '\n');
            page_heading_times(page, "LOST FRAMES");
            any = true;
        }
        text_clear(&line);
        access_add(input, "file", page->style->utf8, &line);
        grid_shorten(&line, page->width - 3, page->style->utf8);
        text_add_char(&line, ':');
        for (size_t w = 0; w < windows.n && w < page->style->limit; w++) {
            struct row_ref window = access_item(&windows, w);
            text_add_string(&line, w == 0 ? " " : ", ");
            page_span(page, &line, access_ns(window, "start"), access_ns(window, "end"));
        }
        text_add_string(page->out, "  ");
        grid_wrap(page->out, line.at, line.len, 2, 4, page->width);
        text_add_char(page->out, '\n');
        page_more(page, windows.n > page->style->limit ? windows.n - page->style->limit : 0);
    }
    text_done(&line);
}

static void left_unseen(const struct page *page)
{
    struct list_ref unseen = access_list(page->report, "verdict.unseen");
    struct text scratch = {0}, line = {0};

    if (unseen.n > 0) {
        text_add_char(page->out, '\n');
        page_heading(page, "WHAT THIS CAPTURE CANNOT SHOW");
    }
    for (size_t i = 0; i < unseen.n; i++) {
        struct value value = access_item_value(&unseen, i, &scratch);
        text_clear(&line);
        if (value.kind == VALUE_TEXT)
            text_add_terminal(&line, value.text.at, value.text.len, page->style->utf8);
        text_add_string(page->out, "  ");
        grid_wrap(page->out, line.at, line.len, 2, 4, page->width);
        text_add_char(page->out, '\n');
    }
    text_done(&line);
    text_done(&scratch);
}

void page_left_out(const struct page *page)
{
    left_folded(page);
    left_losses(page);
    left_unseen(page);
}
