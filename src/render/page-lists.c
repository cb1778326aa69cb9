// SPDX-License-Identifier: BSD-2-Clause
/* The lists behind the first screen of the page. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/when.h"
#include "render/page.h"

enum list_kind {
    LIST_WORD, /* one of a few */
    LIST_TEXT, /* out of the capture: may be shortened in its middle */
    LIST_RCODE,
    LIST_COUNT,
    LIST_PERCENT,
    LIST_DURATION,
    LIST_WAIT, /* `waited_ms`, with >= where `waited_exact` is false */
    LIST_TIME
};

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
    const char *cut; /* how many rows the report itself cut off; NULL: none */
};

/* Names and addresses stand last: they may be long, and the longest wait gives way to them. */
#define FIGURES_MAX(only_wide)                                                                     \
    {"SESSIONS", "sessions", LIST_COUNT, false}, {"FAILED", "failed", LIST_COUNT, false},          \
        {"RATE", "error_rate", LIST_PERCENT, false},                                               \
        {"P50", "waited_ms.p50", LIST_DURATION, false},                                            \
        {"P90", "waited_ms.p90", LIST_DURATION, true},                                             \
        {"P99", "waited_ms.p99", LIST_DURATION, false},                                            \
    {                                                                                              \
        "MAX", "waited_ms.max", LIST_DURATION, only_wide                                           \
    }
#define FIGURES FIGURES_MAX(false)
static const struct list_column name_columns[] = {FIGURES_MAX(true),
                                                  {"NAME", "name", LIST_TEXT, false}};
static const struct list_column client_columns[] = {FIGURES, {"CLIENT", "client", LIST_TEXT, false}};
static const struct list_column realm_columns[] = {FIGURES, {"REALM", "realm", LIST_WORD, false}};
static const struct list_column type_columns[] = {FIGURES, {"TYPE", "type", LIST_WORD, false}};
static const struct list_column transport_columns[] = {
    FIGURES, {"TRANSPORT", "transport", LIST_WORD, false}};
static const struct list_column server_columns[] = {FIGURES_MAX(true),
                                                    {"RESTARTS", "restarts", LIST_COUNT, false},
                                                    {"SERVER", "server", LIST_TEXT, false}};
static const struct list_column path_columns[] = {{"ATTEMPTS", "attempts", LIST_COUNT, false},
                                                  {"FAILED", "failure_rate", LIST_PERCENT, false},
                                                  {"P50", "latency_ms.p50", LIST_DURATION, false},
                                                  {"P99", "latency_ms.p99", LIST_DURATION, false},
                                                  {"UPSTREAM", "upstream", LIST_TEXT, false},
                                                  {"SERVER", "server", LIST_TEXT, false}};
static const struct list_column status_columns[] = {{"SESSIONS", "sessions", LIST_COUNT, false},
                                                    {"SHARE", "share", LIST_PERCENT, false},
                                                    {"STATUS", "status", LIST_WORD, false},
                                                    {"REASON", "reason", LIST_WORD, false}};
static const struct list_column bitmap_columns[] = {{"SESSIONS", "sessions", LIST_COUNT, false},
                                                    {"SHARE", "share", LIST_PERCENT, false},
                                                    {"BITMAP", "bitmap", LIST_COUNT, false},
                                                    {"MEANING", "meaning", LIST_WORD, false}};
static const struct list_column rcode_columns[] = {{"SESSIONS", "sessions", LIST_COUNT, false},
                                                   {"SHARE", "share", LIST_PERCENT, false},
                                                   {"RCODE", "rcode", LIST_RCODE, false}};
static const struct list_column slow_columns[] = {
    {"WAITED", "waited_ms", LIST_WAIT, false}, {"START", "start", LIST_TIME, false},
    {"STATUS", "status", LIST_WORD, false},    {"REASON", "reason", LIST_WORD, true},
    {"TYPE", "type", LIST_WORD, false},        {"CLIENT", "client", LIST_TEXT, false},
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
    {"FAILING NAMES", "failing_names", COLUMNS(name_columns), 1, false, 0,
     "folded.cut.failing_names"},
    {"SERVERS", "servers", COLUMNS(server_columns), 2, false, 0, NULL},
    {"PATHS", "paths", COLUMNS(path_columns), 2, false, 2, NULL},
    {"CLIENTS", "clients", COLUMNS(client_columns), 1, false, 0, "folded.cut.clients"},
    {"NAMES", "names", COLUMNS(name_columns), 1, false, 0, "folded.cut.names"},
    {"SLOWEST", "slow", COLUMNS(slow_columns), 1, false, 0, "folded.cut.slow"},
    {"STATUSES", "statuses", COLUMNS(status_columns), 1, true, 0, NULL},
    {"BITMAPS", "bitmaps", COLUMNS(bitmap_columns), 1, true, 0, NULL},
    {"RCODES", "rcodes", COLUMNS(rcode_columns), 1, false, 0, NULL},
    {"REALMS", "realms", COLUMNS(realm_columns), 1, true, 0, NULL},
    {"TYPES", "types", COLUMNS(type_columns), 1, false, 0, NULL},
    {"TRANSPORTS", "transports", COLUMNS(transport_columns), 2, true, 0, NULL},
    {"INPUTS", "inputs", COLUMNS(input_columns), 1, false, 0, NULL},
};

/* What stands where a text is not known. */
static const char *list_none(const struct page *page, const struct list_column *column)
{
    if (column->kind == LIST_RCODE) /* answered without an rcode that the capture shows: Unknown */
        return access_count(page->report, "totals.unknown") == 0 ? "(no answer seen)"
                                                                 : "(no rcode seen)";
    bool server = strcmp(column->heading, "SERVER") == 0;
    return server ? "(not stated)" : "(not shown)";
}

static void list_text(const struct page *page, struct row_ref row, const struct list_column *column,
                      struct text *cell)
{
    struct text scratch = {0};

    if (access_value(row, column->path, &scratch).kind == VALUE_NULL)
        text_add_string(cell, list_none(page, column));
    else
        access_add(row, column->path, page->style->utf8, cell);
    text_done(&scratch);
}

static void list_wait(struct row_ref row, const struct list_column *column, struct text *cell)
{
    struct text scratch = {0};
    struct value exact = access_value(row, "waited_exact", &scratch);

    if (exact.kind == VALUE_BOOL && !exact.yes)
        text_add_string(cell, ">=");
    page_duration(cell, access_ns(row, column->path), true);
    text_done(&scratch);
}

static void list_cell(const struct page *page, struct row_ref row, const struct list_column *column,
                      struct text *cell)
{
    switch (column->kind) {
    case LIST_WORD:
    case LIST_TEXT:
    case LIST_RCODE:
        list_text(page, row, column, cell);
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
    case LIST_WAIT:
        list_wait(row, column, cell);
        break;
    case LIST_TIME:
        page_time(page, cell, access_ns(row, column->path));
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
        grid->fit[n] = column->kind == LIST_TEXT;
        grid->right[n++] = column->kind == LIST_COUNT || column->kind == LIST_PERCENT ||
                           column->kind == LIST_DURATION || column->kind == LIST_WAIT;
    }
}

/* The heading; where there are times it names their zone. */
static void list_heading(const struct page *page, const struct list *list)
{
    bool times = false;

    for (size_t i = 0; i < list->n; i++)
        times = times || list->columns[i].kind == LIST_TIME;
    text_add_char(page->out, '\n');
    if (times)
        page_heading_times(page, list->heading);
    else
        page_heading(page, list->heading);
}

/* A single server is worth its list when it did not simply run. */
static bool list_worth(const struct list *list, const struct list_ref *rows)
{
    if (rows->n == 1 && strcmp(list->path, "servers") == 0) {
        struct row_ref row = access_item(rows, 0);
        return access_count(row, "restarts") > 0 || access_count(row, "reloads") > 0;
    }
    return rows->n >= list->least;
}

/* Inputs that could not be used have no figures: their errors stand below the list. */
static void list_unusable(const struct page *page, const struct list_ref *inputs)
{
    struct text line = {0}, error = {0};
    size_t shown = 0, more = 0;

    for (size_t i = 0; i < inputs->n; i++) {
        struct row_ref input = access_item(inputs, i);
        if (!page_unusable(input))
            continue;
        if (shown == page->style->limit) {
            more++;
            continue;
        }
        text_clear(&line);
        text_clear(&error);
        access_add(input, "file", page->style->utf8, &line);
        grid_shorten(&line, page->width - 4, page->style->utf8);
        access_add(input, "error", page->style->utf8, &error);
        text_format(&line, ": not used: %s", error.at != NULL ? error.at : "");
        text_add_string(page->out, "  ");
        grid_wrap(page->out, line.at, line.len, 2, 4, page->width);
        text_add_char(page->out, '\n');
        shown++;
    }
    page_more(page, more);
    text_done(&line);
    text_done(&error);
}

static void list_print(const struct page *page, const struct list *list)
{
    struct list_ref rows = access_list(page->report, list->path);
    size_t most = list->whole || rows.n < page->style->limit ? rows.n : page->style->limit;
    size_t shown = 0, left_out = 0;
    bool inputs = strcmp(list->path, "inputs") == 0;
    struct grid grid;

    if (!list_worth(list, &rows) || access_list(page->report, "servers").n < list->servers)
        return;
    list_heading(page, list);
    list_head(page, list, &grid);
    for (size_t i = 0; i < rows.n && shown < most; i++) {
        struct row_ref row = access_item(&rows, i);
        size_t n = 0;
        if (inputs && page_unusable(row))
            continue;
        shown++;
        grid_add_row(&grid);
        for (size_t c = 0; c < list->n; c++)
            if (!list->columns[c].wide || page->style->wide)
                list_cell(page, row, &list->columns[c], grid_cell(&grid, n++));
    }
    grid_fit(&grid, 2, page->width, page->style->utf8);
    grid_print(&grid, 2, page->width, false, page->out);
    for (size_t i = 0; inputs && i < rows.n; i++)
        left_out += page_unusable(access_item(&rows, i));
    if (list->cut != NULL)
        page_more(page, rows.n - shown + (size_t)access_count(page->report, list->cut));
    else
        page_more(page, rows.n - shown - left_out);
    if (inputs)
        list_unusable(page, &rows);
    grid_done(&grid);
}

struct bad_period {
    struct row_ref upstream;
    size_t place; /* among all of them */
    int64_t start, end, next, attempts, failures;
};

/* The one with the most failures first, of equals the earliest. */
static int compare_bad(const void *left, const void *right)
{
    const struct bad_period *a = left, *b = right;

    if (a->failures != b->failures)
        return a->failures > b->failures ? -1 : 1;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return a->place < b->place ? -1 : 1;
}

/* Those of all upstreams, in that order; the caller frees them. */
static struct bad_period *find_bad(const struct list_ref *upstreams, size_t *n)
{
    struct bad_period *bad;
    size_t room = 1;

    *n = 0;
    for (size_t i = 0; i < upstreams->n; i++)
        room += access_list(access_item(upstreams, i), "bad_periods").n;
    bad = memory_get(room, sizeof *bad);
    for (size_t i = 0; i < upstreams->n; i++) {
        struct row_ref upstream = access_item(upstreams, i);
        struct list_ref periods = access_list(upstream, "bad_periods");
        for (size_t p = 0; p < periods.n && *n < room; p++) {
            struct row_ref period = access_item(&periods, p);
            bad[*n] = (struct bad_period){upstream,
                                          *n,
                                          access_ns(period, "start"),
                                          access_ns(period, "end"),
                                          page_recovered(upstream, &periods, p),
                                          access_count(period, "attempts"),
                                          access_count(period, "failures")};
            ++*n;
        }
    }
    qsort(bad, *n, sizeof *bad, compare_bad);
    return bad;
}

static void bad_row(const struct page *page, const struct bad_period *bad, struct grid *grid)
{
    grid_add_row(grid);
    page_time(page, grid_cell(grid, 0), bad->start);
    page_time(page, grid_cell(grid, 1), bad->end);
    if (bad->next != WHEN_NONE)
        page_time(page, grid_cell(grid, 2), bad->next);
    page_count(grid_cell(grid, 3), bad->failures);
    page_count(grid_cell(grid, 4), bad->attempts);
    page_endpoint(page, bad->upstream, grid_cell(grid, 5));
}

/* "… and 12 single failures", which tell of no period, or "… and 14 more" where not all are single. */
static void bad_more(const struct page *page, const struct bad_period *bad, size_t n)
{
    if (n == 0 || bad[0].failures > 1) {
        page_more(page, n);
        return;
    }
    text_add_string(page->out, page->style->utf8 ? "  … and " : "  ... and ");
    page_count(page->out, (int64_t)n);
    text_add_string(page->out, n == 1 ? " single failure\n" : " single failures\n");
}

/* When each upstream was not well: the periods that the first screen has no room for. */
static void list_bad_periods(const struct page *page)
{
    struct list_ref upstreams = access_list(page->report, "upstreams");
    struct grid grid;
    size_t n, shown;
    struct bad_period *bad = find_bad(&upstreams, &n);
    static const char *const heads[] = {"FROM",   "TO",       "NEXT REPLY",
                                        "FAILED", "ATTEMPTS", "UPSTREAM"};

    grid_init(&grid, 6);
    grid_add_row(&grid);
    for (size_t i = 0; i < 6; i++) {
        text_add_string(grid_cell(&grid, i), heads[i]);
        grid.right[i] = i == 3 || i == 4;
    }
    grid.fit[5] = true;
    for (shown = 0; shown < n && shown < page->style->limit; shown++) {
        if (bad[shown].failures == 1 && bad[0].failures > 1)
            break;
        bad_row(page, &bad[shown], &grid);
    }
    if (shown > 0) {
        text_add_char(page->out, '\n');
        page_heading_times(page, "BAD PERIODS");
        grid_fit(&grid, 2, page->width, page->style->utf8);
        grid_print(&grid, 2, page->width, false, page->out);
        bad_more(page, bad + shown, n - shown);
    }
    grid_done(&grid);
    memory_free(bad);
}

void page_lists(const struct page *page)
{
    list_bad_periods(page);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        list_print(page, &lists[i]);
}
