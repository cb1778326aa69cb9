// SPDX-License-Identifier: BSD-2-Clause
/* The lists behind the first screen of the page. */
#include <string.h>

#include "base/when.h"
#include "render/page.h"

enum list_kind { LIST_TEXT, LIST_COUNT, LIST_PERCENT, LIST_DURATION, LIST_TIME, LIST_ENDPOINT };

struct list_column {
    const char *heading, *path;
    enum list_kind kind;
    bool wide; /* only in -o wide */
};

struct list {
    const char *heading, *path;
    const struct list_column *columns;
    size_t n, least; /* fewer rows than `least` are not worth a list */
    bool whole;      /* a short list of fixed words: never cut */
    size_t servers;  /* fewer servers than these make it tell nothing new */
};

/* Names and addresses stand last: they may be long and are never cut. */
#define FIGURES                                                                                    \
    {"SESSIONS", "sessions", LIST_COUNT, false}, {"FAILED", "failed", LIST_COUNT, false},          \
        {"RATE", "error_rate", LIST_PERCENT, false},                                               \
        {"P50", "waited_ms.p50", LIST_DURATION, false},                                            \
        {"P90", "waited_ms.p90", LIST_DURATION, true},                                             \
        {"P99", "waited_ms.p99", LIST_DURATION, false},                                            \
    {                                                                                              \
        "MAX", "waited_ms.max", LIST_DURATION, false                                               \
    }
static const struct list_column name_columns[] = {FIGURES, {"NAME", "name", LIST_TEXT, false}};
static const struct list_column client_columns[] = {FIGURES, {"CLIENT", "addr", LIST_TEXT, false}};
static const struct list_column realm_columns[] = {FIGURES, {"REALM", "realm", LIST_TEXT, false}};
static const struct list_column type_columns[] = {FIGURES, {"TYPE", "type", LIST_TEXT, false}};
static const struct list_column transport_columns[] = {
    FIGURES, {"TRANSPORT", "transport", LIST_TEXT, false}};
static const struct list_column server_columns[] = {
    FIGURES, {"RESTARTS", "restarts", LIST_COUNT, false}, {"SERVER", "identity", LIST_TEXT, false}};
static const struct list_column path_columns[] = {{"ATTEMPTS", "attempts", LIST_COUNT, false},
                                                  {"FAILED", "failure_rate", LIST_PERCENT, false},
                                                  {"P50", "latency_ms.p50", LIST_DURATION, false},
                                                  {"P99", "latency_ms.p99", LIST_DURATION, false},
                                                  {"UPSTREAM", "upstream", LIST_TEXT, false},
                                                  {"SERVER", "server", LIST_TEXT, false}};
static const struct list_column status_columns[] = {{"SESSIONS", "sessions", LIST_COUNT, false},
                                                    {"SHARE", "share", LIST_PERCENT, false},
                                                    {"STATUS", "status", LIST_TEXT, false},
                                                    {"REASON", "reason", LIST_TEXT, false}};
static const struct list_column bitmap_columns[] = {{"SESSIONS", "sessions", LIST_COUNT, false},
                                                    {"SHARE", "share", LIST_PERCENT, false},
                                                    {"BITMAP", "bitmap", LIST_COUNT, false},
                                                    {"MEANING", "meaning", LIST_TEXT, false}};
static const struct list_column rcode_columns[] = {{"SESSIONS", "sessions", LIST_COUNT, false},
                                                   {"SHARE", "share", LIST_PERCENT, false},
                                                   {"RCODE", "rcode", LIST_TEXT, false}};
static const struct list_column slow_columns[] = {{"WAITED", "waited_ms", LIST_DURATION, false},
                                                  {"START", "start", LIST_TIME, false},
                                                  {"STATUS", "status", LIST_TEXT, false},
                                                  {"REASON", "reason", LIST_TEXT, true},
                                                  {"TYPE", "type", LIST_TEXT, false},
                                                  {"CLIENT", "client", LIST_TEXT, false},
                                                  {"NAME", "name", LIST_TEXT, false}};
static const struct list_column input_columns[] = {{"FRAMES", "frames", LIST_COUNT, false},
                                                   {"QUERIES", "queries", LIST_COUNT, false},
                                                   {"RESPONSES", "responses", LIST_COUNT, false},
                                                   {"START", "start", LIST_TIME, false},
                                                   {"END", "end", LIST_TIME, false},
                                                   {"PRODUCER", "producer", LIST_TEXT, true},
                                                   {"FILE", "file", LIST_TEXT, false}};

#define COLUMNS(name) name, sizeof name / sizeof *name
static const struct list lists[] = {
    {"FAILING NAMES", "failing_names", COLUMNS(name_columns), 1, false, 0},
    {"SERVERS", "servers", COLUMNS(server_columns), 2, false, 0},
    {"PATHS", "paths", COLUMNS(path_columns), 2, false, 2},
    {"CLIENTS", "clients", COLUMNS(client_columns), 1, false, 0},
    {"NAMES", "names", COLUMNS(name_columns), 1, false, 0},
    {"SLOWEST", "slow", COLUMNS(slow_columns), 1, false, 0},
    {"STATUSES", "statuses", COLUMNS(status_columns), 1, true, 0},
    {"BITMAPS", "bitmaps", COLUMNS(bitmap_columns), 1, true, 0},
    {"RCODES", "rcodes", COLUMNS(rcode_columns), 1, false, 0},
    {"REALMS", "realms", COLUMNS(realm_columns), 1, true, 0},
    {"TYPES", "types", COLUMNS(type_columns), 1, false, 0},
    {"TRANSPORTS", "transports", COLUMNS(transport_columns), 2, true, 0},
    {"INPUTS", "inputs", COLUMNS(input_columns), 1, false, 0},
};

static void list_cell(const struct page *page, struct row_ref row, const struct list_column *column,
                      struct text *cell)
{
    switch (column->kind) {
    case LIST_TEXT:
        access_add(row, column->path, page->style->utf8, cell);
        break;
    case LIST_COUNT:
        page_count(cell, access_count(row, column->path));
        break;
    case LIST_PERCENT:
        page_percent(cell, access_share(row, column->path));
        break;
    case LIST_DURATION:
        page_duration(cell, access_ns(row, column->path), true);
        break;
    case LIST_TIME:
        page_time(page, cell, access_ns(row, column->path));
        break;
    case LIST_ENDPOINT:
        page_endpoint(page, row, cell);
        break;
    }
}

static void list_head(const struct page *page, const struct list *list, struct grid *grid)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++)
        n += !list->columns[i].wide || page->style->wide;
    grid_init(grid, n);
    grid_add_row(grid);
    n = 0;
    for (size_t i = 0; i < list->n; i++) {
        const struct list_column *column = &list->columns[i];
        if (column->wide && !page->style->wide)
            continue;
        text_add_string(grid_cell(grid, n), column->heading);
        if (column->kind == LIST_TIME && strcmp(column->path, "start") == 0)
            text_add_string(grid_cell(grid, n), page->style->local ? " (local)" : " (UTC)");
        grid->right[n++] = column->kind == LIST_COUNT || column->kind == LIST_PERCENT ||
                           column->kind == LIST_DURATION;
    }
}

static void list_print(const struct page *page, const struct list *list)
{
    struct list_ref rows = access_list(page->report, list->path);
    size_t shown = list->whole || rows.n < page->style->limit ? rows.n : page->style->limit;
    struct grid grid;

    if (rows.n < list->least || access_list(page->report, "servers").n < list->servers)
        return;
    text_add_char(page->out, '\n');
    page_heading(page, list->heading);
    list_head(page, list, &grid);
    for (size_t i = 0; i < shown; i++) {
        struct row_ref row = access_item(&rows, i);
        size_t n = 0;
        grid_add_row(&grid);
        for (size_t c = 0; c < list->n; c++)
            if (!list->columns[c].wide || page->style->wide)
                list_cell(page, row, &list->columns[c], grid_cell(&grid, n++));
    }
    grid_print(&grid, 2, page->width, false, page->out);
    page_more(page, rows.n - shown);
    grid_done(&grid);
}

/* When each upstream was not well: the periods that the first screen has no room for. */
static void list_bad_periods(const struct page *page)
{
    struct list_ref upstreams = access_list(page->report, "upstreams");
    struct grid grid;
    size_t shown = 0, more = 0;
    static const char *const heads[] = {"FROM", "TO", "FAILED", "ATTEMPTS", "UPSTREAM"};

    grid_init(&grid, 5);
    grid_add_row(&grid);
    for (size_t i = 0; i < 5; i++) {
        text_add_string(grid_cell(&grid, i), heads[i]);
        grid.right[i] = i == 2 || i == 3;
    }
    for (size_t i = 0; i < upstreams.n; i++) {
        struct row_ref upstream = access_item(&upstreams, i);
        struct list_ref periods = access_list(upstream, "bad_periods");
        for (size_t p = 0; p < periods.n; p++) {
            struct row_ref period = access_item(&periods, p);
            if (shown == page->style->limit) {
                more++;
                continue;
            }
            grid_add_row(&grid);
            page_time(page, grid_cell(&grid, 0), access_ns(period, "start"));
            page_time(page, grid_cell(&grid, 1), access_ns(period, "end"));
            page_count(grid_cell(&grid, 2), access_count(period, "failures"));
            page_count(grid_cell(&grid, 3), access_count(period, "attempts"));
            page_endpoint(page, upstream, grid_cell(&grid, 4));
            shown++;
        }
    }
    if (shown > 0) {
        text_add_char(page->out, '\n');
        page_heading(page, page->style->local ? "BAD PERIODS (local)" : "BAD PERIODS (UTC)");
        grid_print(&grid, 2, page->width, false, page->out);
        page_more(page, more);
    }
    grid_done(&grid);
}

/* The windows in which frames were lost: no verdict is possible there. */
static void list_losses(const struct page *page)
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
            page_heading(page, page->style->local ? "LOST FRAMES (local)" : "LOST FRAMES (UTC)");
            any = true;
        }
        text_clear(&line);
        access_add(input, "file", page->style->utf8, &line);
        text_add_char(&line, ':');
        for (size_t w = 0; w < windows.n && w < page->style->limit; w++) {
            struct row_ref window = access_item(&windows, w);
            text_add_string(&line, w == 0 ? " " : ", ");
            page_time(page, &line, access_ns(window, "start"));
            text_add_char(&line, '-');
            page_time(page, &line, access_ns(window, "end"));
        }
        text_add_string(page->out, "  ");
        grid_wrap(page->out, line.at, line.len, 2, 4, page->width);
        text_add_char(page->out, '\n');
        page_more(page, windows.n > page->style->limit ? windows.n - page->style->limit : 0);
    }
    text_done(&line);
}

static void list_unseen(const struct page *page)
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

void page_lists(const struct page *page)
{
    list_bad_periods(page);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        list_print(page, &lists[i]);
    list_losses(page);
    list_unseen(page);
}
