// SPDX-License-Identifier: BSD-2-Clause
/* The upstreams of the page: the table of the first screen. */
#include <string.h>

#include "base/memory.h"
#include "base/when.h"
#include "render/page.h"

void page_endpoint(const struct page *page, struct row_ref row, struct text *out)
{
    struct text addr = {0};
    int64_t port = access_count(row, "port");
    size_t before = out->len;

    access_add(row, "k8s", page->style->utf8, out);
    if (out->len == before)
        access_add(row, "addr", page->style->utf8, &addr);
    if (addr.len > 0 && port > 0 && strchr(addr.at, ':') != NULL)
        text_format(out, "[%s]", addr.at);
    else
        text_add(out, addr.at, addr.len);
    if (port > 0) {
        text_add_char(out, ':');
        text_add_count(out, port);
    }
    text_done(&addr);
}

int64_t page_upstream_errors(struct row_ref upstream)
{
    static const char *const usable[] = {"NOERROR", "NXDOMAIN"};
    struct list_ref rcodes = access_list(upstream, "rcodes");
    int64_t errors = access_count(upstream, "unreachable");

    for (size_t i = 0; i < rcodes.n; i++) {
        struct row_ref rcode = access_item(&rcodes, i);
        const char *key = rcode.table->fields[0].path;
        if (!access_is(rcode, key, usable[0]) && !access_is(rcode, key, usable[1]))
            errors += access_count(rcode, rcode.table->fields[1].path);
    }
    return errors;
}

/* How long behind the end of a bad period (of clients' attempts) CoreDNS's health checks may fail and
 * belong to it.  They go on for as long as nothing answers, but so much later there may have been
 * answers in between. */
#define PROBES_NS (60 * WHEN_SECOND)

int64_t page_recovered(struct row_ref upstream, const struct list_ref *periods, size_t i)
{
    int64_t end = access_ns(access_item(periods, i), "end");
    int64_t last = access_ns(upstream, "last_failure"), next = access_ns(upstream, "recovered_at");

    if (i + 1 != periods->n || end == WHEN_NONE || last == WHEN_NONE || next == WHEN_NONE)
        return WHEN_NONE;
    return next >= end && last <= end + PROBES_NS ? next : WHEN_NONE;
}

/* Whether the last failure of an upstream lies in the second in which a bad period ends. */
static bool is_last(struct row_ref upstream, int64_t end)
{
    int64_t last = access_ns(upstream, "last_failure");
    return end != WHEN_NONE && last != WHEN_NONE && end / WHEN_SECOND == last / WHEN_SECOND;
}

/* Of the attempts that ended: what is still open may be answered. */
double page_silent(struct row_ref upstream)
{
    int64_t silent = access_count(upstream, "no_reply");
    int64_t ended =
        silent + access_count(upstream, "answered") + access_count(upstream, "unreachable");

    return silent > 0 ? (double)silent / (double)ended : 0;
}

bool page_was_down(struct row_ref period)
{
    int64_t attempts = access_count(period, "attempts"),
            failures = access_count(period, "failures");
    return failures >= 3 && failures * 10 >= attempts * 9;
}

/* ", last failure 10:00:27" (where TELL), ", next reply 10:00:31" */
static void add_recovery(const struct page *page, struct row_ref upstream, bool tell,
                         struct text *out)
{
    int64_t last = access_ns(upstream, "last_failure");
    int64_t next = access_ns(upstream, "recovered_at");

    if (last == WHEN_NONE)
        return;
    if (tell) {
        text_add_string(out, ", last failure ");
        page_time(page, out, last);
    }
    if (next != WHEN_NONE) {
        text_add_string(out, ", next reply ");
        page_time(page, out, next);
    }
}

/* The times when it was down: the first of them, and how many more; *LAST is the last one's end. */
static size_t add_downs(const struct page *page, const struct list_ref *periods, size_t n,
                        int64_t *last, struct text *out)
{
    size_t downs = 0;

    *last = WHEN_NONE;
    for (size_t i = 0; i < n; i++) {
        struct row_ref period = access_item(periods, i);
        if (!page_was_down(period))
            continue;
        *last = access_ns(period, "end");
        if (downs++ > 0)
            continue;
        text_add_char(out, ' ');
        page_span(page, out, access_ns(period, "start"), *last);
    }
    if (downs > 1) {
        text_add_string(out, " and ");
        page_count(out, (int64_t)downs - 1);
        text_add_string(out, downs == 2 ? " more time" : " more times");
    }
    return downs;
}

/* "up since 10:00:31, was down from 10:00:12": of one that was down once, and nothing bad behind it. */
static bool add_outage(const struct page *page, struct row_ref upstream,
                       const struct list_ref *periods, struct text *out)
{
    int64_t next = periods->n != 0 ? page_recovered(upstream, periods, periods->n - 1) : WHEN_NONE;
    size_t downs = 0;

    if (!access_is(upstream, "state.now", "up") || next == WHEN_NONE)
        return false;
    for (size_t i = 0; i < periods->n; i++)
        downs += page_was_down(access_item(periods, i));
    struct row_ref last = access_item(periods, periods->n - 1);
    if (downs != 1 || !page_was_down(last))
        return false;
    text_add_string(out, "up since ");
    page_time(page, out, next);
    text_add_string(out, ", was down from ");
    page_time(page, out, access_ns(last, "start"));
    return true;
}

void page_upstream_state(const struct page *page, struct row_ref upstream, bool brief,
                         struct text *out)
{
    struct list_ref periods = access_list(upstream, "bad_periods");

    if (add_outage(page, upstream, &periods, out))
        return;
    struct text worst = {0}, now = {0};
    size_t past = periods.n;
    int64_t last;

    access_add(upstream, "state.worst", page->style->utf8, &worst);
    access_add(upstream, "state.now", page->style->utf8, &now);
    text_add(out, now.at, now.len);
    if (access_is(upstream, "state.now", "down")) {
        if (past > 0) {
            text_add_string(out, " since ");
            page_time(page, out, access_ns(access_item(&periods, --past), "start"));
        }
    } else if (!access_is(upstream, "state.worst", now.len > 0 ? now.at : "")) {
        text_add_string(out, ", was ");
        text_add(out, worst.at, worst.len);
    }
    if (access_is(upstream, "state.worst", "down")) {
        struct text downs = {0};
        size_t n = add_downs(page, &periods, past, &last, &downs);
        bool is_down = past < periods.n;
        if (n > 0 && is_down)
            text_add_string(out, ", was down");
        text_add(out, downs.at, downs.len);
        bool once = n == 1 && periods.n == 1; /* probes may have failed on for long */
        if (!is_down && (!brief || once))
            add_recovery(page, upstream, n != 1 || !is_last(upstream, last), out);
        text_done(&downs);
    } else if (!brief && access_is(upstream, "state.worst", "degraded")) {
        add_recovery(page, upstream, true, out);
    }
    text_done(&worst);
    text_done(&now);
}

static void upstream_heads(struct grid *grid, bool wide)
{
    static const char *const heads[] = {"UPSTREAM", "ATTEMPTS", "NO REPLY", "ERRORS",
                                        "P50",      "P99",      "STATE"};
    static const char *const wides[] = {"UPSTREAM", "TRANSPORT", "ATTEMPTS", "ANSWERED",
                                        "NO REPLY", "ERRORS",    "P50",      "P90",
                                        "P99",      "MAX",       "STATE"};
    size_t n = wide ? sizeof wides / sizeof *wides : sizeof heads / sizeof *heads;

    grid_init(grid, n);
    grid_add_row(grid);
    for (size_t i = 0; i < n; i++) {
        text_add_string(grid_cell(grid, i), wide ? wides[i] : heads[i]);
        grid->right[i] = i > (wide ? 1 : 0) && i + 1 < n;
    }
    grid->fit[0] = true;
}

static void upstream_row(const struct page *page, struct row_ref row, bool brief, struct grid *grid)
{
    static const char *const times[] = {"latency_ms.p50", "latency_ms.p90", "latency_ms.p99",
                                        "latency_ms.max"};
    bool wide = page->style->wide;
    size_t at = 0;
    int64_t silent = access_count(row, "no_reply");

    grid_add_row(grid);
    page_endpoint(page, row, grid_cell(grid, at++));
    if (wide)
        access_add(row, "transport", false, grid_cell(grid, at++));
    page_count(grid_cell(grid, at++), access_count(row, "attempts"));
    if (wide)
        page_count(grid_cell(grid, at++), access_count(row, "answered"));
    page_count(grid_cell(grid, at), silent);
    if (silent > 0) {
        text_add_char(grid_cell(grid, at), ' ');
        page_percent(grid_cell(grid, at), page_silent(row));
    }
    at++;
    page_count(grid_cell(grid, at++), page_upstream_errors(row));
    for (size_t i = 0; i < 4; i++)
        if (wide || i % 2 == 0)
            page_duration(grid_cell(grid, at++), access_ns(row, times[i]), true);
    page_upstream_state(page, row, brief, grid_cell(grid, at));
}

/* Those with something wrong come first, so that a short screen shows them. */
static bool upstream_wrong(struct row_ref row)
{
    return !access_is(row, "state.worst", "up") && !access_is(row, "state.worst", "unknown");
}

#define UPSTREAM_LINES 3 /* that the state of one in trouble takes; one less when it is brief */
#define UPSTREAM_LEAST 3 /* that are shown, however short the screen is */

/* Whether the lines do not do for the first few with all that is known of their states. */
static bool upstreams_brief(const struct list_ref *upstreams, size_t lines)
{
    size_t wrong = 0, least = upstreams->n < UPSTREAM_LEAST ? upstreams->n : UPSTREAM_LEAST;

    for (size_t i = 0; i < upstreams->n; i++)
        wrong += upstream_wrong(access_item(upstreams, i));
    wrong = wrong < least ? wrong : least;
    return wrong * UPSTREAM_LINES + least - wrong > lines;
}

void page_upstreams(const struct page *page, size_t lines)
{
    struct list_ref upstreams = access_list(page->report, "upstreams");
    struct grid grid;
    size_t shown = 0, used = 0;

    if (upstreams.n == 0)
        return;
    bool brief = upstreams_brief(&upstreams, lines);
    text_add_char(page->out, '\n');
    upstream_heads(&grid, page->style->wide);
    for (int wrong = 1; wrong >= 0; wrong--) {
        for (size_t i = 0; i < upstreams.n; i++) {
            struct row_ref row = access_item(&upstreams, i);
            if (upstream_wrong(row) != (wrong == 1))
                continue;
            used += wrong == 1 ? UPSTREAM_LINES - brief : 1;
            if (used > lines && shown >= UPSTREAM_LEAST)
                break;
            upstream_row(page, row, brief, &grid);
            shown++;
        }
    }
    grid_fit(&grid, 0, page->width, page->style->utf8);
    grid_print(&grid, 0, page->width, page->style->colour, page->out);
    page_more(page, upstreams.n - shown);
    grid_done(&grid);
}
