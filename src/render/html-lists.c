// SPDX-License-Identifier: BSD-2-Clause
/* The lists of the HTML report that are a table each. */
#include "base/when.h"
#include "render/html.h"

#define TABLE(name, words)                                                                         \
    static const struct html_table name##_table = {words, name##_columns,                          \
                                                   sizeof name##_columns / sizeof *name##_columns}
#define FIGURES                                                                                    \
    {"Sessions", "sessions", HTML_COUNT, NULL, NULL}, {"Failed", "failed", HTML_BAD, NULL, NULL},  \
        {"Rate", "error_rate", HTML_PERCENT, NULL, NULL},                                          \
        {"Median", "waited_ms.p50", HTML_DURATION, NULL, NULL},                                    \
        {"99 %", "waited_ms.p99", HTML_DURATION, NULL, NULL},                                      \
    {                                                                                              \
        "Longest", "waited_ms.max", HTML_DURATION, NULL, NULL                                      \
    }

static void list_table(struct html *html, const struct html_table *table, const char *path)
{
    struct list_ref rows = access_list(html->page.report, path);

    if (rows.n > 0)
        html_table(html, table, &rows);
}

/* Rows that --limit cut off in the report. */
static void list_cut(struct html *html, const char *path)
{
    html_more(html, access_count(html->page.report, path), " (--limit shows them)");
}

/* Sessions that are in no figure. */
static void list_others(struct html *html, const char *path, const char *one, const char *many)
{
    int64_t n = access_count(html->page.report, path);

    if (n == 0)
        return;
    html_add(html, "<p class=\"soft\">");
    html_counted(html, n, one, many);
    html_add(html, "</p>\n");
}

static const struct html_column status_columns[] = {
    {"Status", "status", HTML_WORD, NULL, NULL},
    {"Reason", "reason", HTML_WORD, NULL, NULL},
    {"Sessions", "sessions", HTML_COUNT, NULL, NULL},
    {"Share", "share", HTML_PERCENT, NULL, NULL}};
TABLE(status, "Sessions by status and reason");

void html_sessions(struct html *html)
{
    if (access_list(html->page.report, "statuses").n == 0)
        html_nothing(html, "The captures show no session.");
    list_table(html, &status_table, "statuses");
    list_others(html, "totals.background",
                "session of CoreDNS itself (prefetch, probes) is in no figure.",
                "sessions of CoreDNS itself (prefetch, probes) are in no figure.");
    list_others(html, "totals.internal", "session that another one caused is in no figure.",
                "sessions that others caused are in no figure.");
}

/* Its identity, with its address where packets show that, too; else the address. */
static void make_server(struct html *html, struct row_ref row)
{
    access_add(row, "name", true, &html->words);
    if (!html_known(row, "identity") || !html_known(row, "addr"))
        return;
    text_add_string(&html->words, " (");
    access_add(row, "addr", true, &html->words);
    text_add_char(&html->words, ')');
}

static const struct html_column server_columns[] = {
    {"Server", NULL, HTML_CODE, "(not stated)", make_server},
    FIGURES,
    {"Restarts", "restarts", HTML_BAD, NULL, NULL},
    {"First seen", "first_seen", HTML_TIME, NULL, NULL},
    {"Last seen", "last_seen", HTML_TIME, NULL, NULL}};
TABLE(server, "Replicas of CoreDNS");

void html_servers(struct html *html)
{
    list_table(html, &server_table, "servers");
}

static const struct html_column path_columns[] = {
    {"Server", "server", HTML_CODE, "(not stated)", NULL},
    {"Upstream", "upstream", HTML_ADDR, "(not shown)", NULL},
    {"Attempts", "attempts", HTML_COUNT, NULL, NULL},
    {"Failed", "failure_rate", HTML_PERCENT, NULL, NULL},
    {"Median", "latency_ms.p50", HTML_DURATION, NULL, NULL},
    {"99 %", "latency_ms.p99", HTML_DURATION, NULL, NULL},
    {"Longest", "latency_ms.max", HTML_DURATION, NULL, NULL}};
TABLE(path, "Replica by upstream");

void html_paths(struct html *html)
{
    list_table(html, &path_table, "paths");
}

static const struct html_column client_columns[] = {
    {"Client", "addr", HTML_ADDR, "(not shown)", NULL}, FIGURES};
TABLE(client, "Clients by failures, then by sessions");

void html_clients(struct html *html)
{
    list_table(html, &client_table, "clients");
    list_cut(html, "folded.cut.clients");
}

static const struct html_column name_columns[] = {{"Name", "name", HTML_CODE, NULL, NULL}, FIGURES};
TABLE(name, "Names by failures, then by sessions");
static const struct html_table failing_table = {"Names with failures", name_columns,
                                                sizeof name_columns / sizeof *name_columns};

static void list_names(struct html *html, const struct html_table *table, const char *path,
                       const char *cut)
{
    if (access_list(html->page.report, path).n == 0)
        return;
    html_add(html, "<div>\n");
    list_table(html, table, path);
    list_cut(html, cut);
    html_add(html, "</div>\n");
}

void html_names(struct html *html)
{
    html_pair_open(html);
    list_names(html, &name_table, "names", "folded.cut.names");
    list_names(html, &failing_table, "failing_names", "folded.cut.failing_names");
    html_pair_close(html);
}

static const struct html_column slow_columns[] = {
    {"Start", "start", HTML_TIME, NULL, NULL},
    {"Waited", "waited_ms", HTML_WAIT, NULL, NULL},
    {"Client", "client", HTML_ADDR, "(not shown)", NULL},
    {"Name", "name", HTML_CODE, "(not shown)", NULL},
    {"Type", "type", HTML_WORD, NULL, NULL},
    {"Status", "status", HTML_WORD, NULL, NULL},
    {"Reason", "reason", HTML_WORD, NULL, NULL},
    {"Bitmap", "bitmap", HTML_COUNT, NULL, NULL},
    {"Upstreams tried", "upstreams", HTML_ADDR, NULL, NULL},
    {"Frames", "frames", HTML_ADDR, NULL, NULL}};
TABLE(slow, "The slowest sessions; ! is behind an upstream that gave no usable answer");

void html_slow(struct html *html)
{
    list_table(html, &slow_table, "slow");
    list_cut(html, "folded.cut.slow");
}

static const struct html_column rcode_columns[] = {
    {"Rcode", "rcode", HTML_WORD, "(none seen)", NULL},
    {"Sessions", "sessions", HTML_COUNT, NULL, NULL},
    {"Share", "share", HTML_PERCENT, NULL, NULL}};
TABLE(rcode, "Sessions by rcode");
static const struct html_column bitmap_columns[] = {
    {"Bitmap", "bitmap", HTML_COUNT, NULL, NULL},
    {"Sessions", "sessions", HTML_COUNT, NULL, NULL},
    {"Share", "share", HTML_PERCENT, NULL, NULL},
    {"Meaning", "meaning", HTML_PROSE, NULL, NULL}};
TABLE(bitmap, "Sessions by bitmap: which of their four messages were seen");
static const struct html_column realm_columns[] = {{"Realm", "realm", HTML_WORD, NULL, NULL},
                                                   FIGURES};
TABLE(realm, "Sessions by realm: where the answer came from");
static const struct html_column type_columns[] = {{"Type", "type", HTML_WORD, "(not shown)", NULL},
                                                  FIGURES};
TABLE(type, "Sessions by query type");
static const struct html_column transport_columns[] = {
    {"Transport", "transport", HTML_WORD, "(not stated)", NULL}, FIGURES};
TABLE(transport, "Sessions by the client's transport");

void html_kinds(struct html *html)
{
    html_pair_open(html);
    list_table(html, &bitmap_table, "bitmaps");
    list_table(html, &rcode_table, "rcodes");
    list_table(html, &realm_table, "realms");
    list_table(html, &type_table, "types");
    list_table(html, &transport_table, "transports");
    html_pair_close(html);
}

/* 0: failed, 1: could not be judged, 2: held. */
static size_t gate_rank(struct row_ref row)
{
    struct text scratch = {0};
    struct value held = access_value(row, "held", &scratch);

    text_done(&scratch);
    return held.kind != VALUE_BOOL ? 1 : held.yes ? 2 : 0;
}

static void gate_word(struct html *html, struct row_ref row)
{
    static const char *const words[] = {"FAILED", "UNKNOWN", "held"};

    text_add_string(&html->words, words[gate_rank(row)]);
}

static const struct html_column gate_columns[] = {{"Gate", "gate", HTML_CODE, NULL, NULL},
                                                  {"Outcome", "held", HTML_WORD, NULL, gate_word},
                                                  {"Why", "why", HTML_PROSE, NULL, NULL}};
TABLE(gate, "Conditions that the run was held against");

void html_gates(struct html *html)
{
    struct list_ref rows = access_list(html->page.report, "gates");

    html_table_open(html, &gate_table);
    for (size_t rank = 0; rank < 3; rank++)
        for (size_t i = 0; i < rows.n; i++)
            if (gate_rank(access_item(&rows, i)) == rank)
                html_row(html, &gate_table, access_item(&rows, i));
    html_table_close(html);
}
