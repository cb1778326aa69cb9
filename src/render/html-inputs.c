// SPDX-License-Identifier: BSD-2-Clause
/* The end of the HTML report: the inputs with what they lack, and what stands in no list. */
#include "base/when.h"
#include "render/html.h"

static void make_producer(struct html *html, struct row_ref row)
{
    access_add(row, "producer", true, &html->words);
    if (html->words.len > 0 && html_known(row, "producer_version"))
        text_add_char(&html->words, ' ');
    access_add(row, "producer_version", true, &html->words);
}

/* "pcap, LINUX_SLL2, node" */
static void make_kind(struct html *html, struct row_ref row)
{
    static const char *const paths[] = {"format", "link_types", "vantage"};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        size_t len = html->words.len;
        text_add_string(&html->words, len > 0 ? ", " : "");
        size_t from = html->words.len;
        access_add(row, paths[i], true, &html->words);
        if (html->words.len == from) /* not known: no comma either */
            html->words.len = len;
    }
}

/* "; " between parts. */
static struct text *next_part(struct html *html)
{
    text_add_string(&html->words, html->words.len > 0 ? "; " : "");
    return &html->words;
}

/* "skipped: fragment 3, bad_ip 1": what is beside the matter, too. */
static void add_skipped(struct html *html, struct row_ref row)
{
    struct list_ref skipped = access_list(row, "skipped");

    for (size_t i = 0; i < skipped.n; i++) {
        struct row_ref skip = access_item(&skipped, i);
        text_add_string(i == 0 ? next_part(html) : &html->words, i == 0 ? "skipped: " : ", ");
        access_add(skip, skip.table->fields[0].path, true, &html->words);
        text_add_char(&html->words, ' ');
        page_count(&html->words, access_count(skip, skip.table->fields[1].path));
    }
}

/* "not used: …; cut at …; skipped: …; 3 proven lost, about 40 in all" */
static void make_state(struct html *html, struct row_ref row)
{
    int64_t lost = access_count(row, "loss.proven");

    if (html_known(row, "error")) {
        text_add_string(next_part(html), "not used: ");
        access_add(row, "error", true, &html->words);
    }
    if (html_known(row, "cut"))
        access_add(row, "cut", true, next_part(html));
    add_skipped(html, row);
    if (lost == 0)
        return;
    page_count(next_part(html), lost);
    text_add_string(&html->words, " proven lost");
    if (html_known(row, "loss.estimate")) {
        text_add_string(&html->words, ", about ");
        page_count(&html->words, access_count(row, "loss.estimate"));
        text_add_string(&html->words, " in all");
    }
}

static const struct html_column input_columns[] = {
    {"File", "file", HTML_CODE, NULL, NULL},
    {"Kind", NULL, HTML_WORD, NULL, make_kind},
    {"Made by", NULL, HTML_PROSE, NULL, make_producer},
    {"Bytes", "bytes", HTML_COUNT, NULL, NULL},
    {"Frames", "frames", HTML_COUNT, NULL, NULL},
    {"Queries", "queries", HTML_COUNT, NULL, NULL},
    {"Responses", "responses", HTML_COUNT, NULL, NULL},
    {"Start", "start", HTML_TIME, NULL, NULL},
    {"End", "end", HTML_TIME, NULL, NULL},
    {"What it lacks", NULL, HTML_PROSE, "nothing that is known", make_state}};
static const struct html_table input_table = {"Inputs, in the order of the arguments",
                                              input_columns,
                                              sizeof input_columns / sizeof *input_columns};

/* Rows of a list inside the inputs, each headed by its file. */
static void inner_rows(struct html *html, const struct html_table *table,
                       const struct list_ref *inputs, const char *path)
{
    bool any = false;

    for (size_t i = 0; i < inputs->n; i++) {
        struct row_ref input = access_item(inputs, i);
        struct list_ref rows = access_list(input, path);
        for (size_t r = 0; r < rows.n; r++) {
            if (!any)
                html_table_open(html, table);
            any = true;
            html_add(html, "<tr>");
            html_cells(html, table->columns, 1, input, true);
            html_cells(html, table->columns + 1, table->n - 1, access_item(&rows, r), false);
            html_add(html, "</tr>\n");
        }
    }
    if (any)
        html_table_close(html);
}

static void input_comments(struct html *html, const struct list_ref *inputs)
{
    bool any = false;

    for (size_t i = 0; i < inputs->n; i++) {
        struct row_ref input = access_item(inputs, i);
        if (access_list(input, "first_comments").n == 0)
            continue;
        html_add(html, any ? "<dt class=\"c\">"
                           : "<h3>Comments in the captures</h3>\n<dl>\n<dt class=\"c\">");
        any = true;
        html_field(html, input, "file");
        html_add(html, "</dt>\n<dd class=\"c\">");
        html_join(html, input, "first_comments", "</dd>\n<dd class=\"c\">");
        html_add(html, "</dd>\n");
    }
    html_add(html, any ? "</dl>\n" : "");
}

void html_inputs(struct html *html)
{
    static const struct html_column loss_columns[] = {{"File", "file", HTML_CODE, NULL, NULL},
                                                      {"From", "start", HTML_TIME, NULL, NULL},
                                                      {"To", "end", HTML_TIME, NULL, NULL}};
    static const struct html_table losses = {"Times in which frames were lost", loss_columns, 3};
    static const struct html_column interface_columns[] = {
        {"File", "file", HTML_CODE, NULL, NULL},
        {"Interface", "name", HTML_CODE, NULL, NULL},
        {"Description", "description", HTML_CODE, NULL, NULL},
        {"Link type", "link_type", HTML_WORD, NULL, NULL},
        {"Filter", "filter", HTML_CODE, NULL, NULL},
        {"Packets", "packets", HTML_COUNT, NULL, NULL},
        {"Dropped", "drops", HTML_BAD, "not stated", NULL}};
    static const struct html_table interfaces = {
        "Interfaces", interface_columns, sizeof interface_columns / sizeof *interface_columns};
    struct list_ref inputs = access_list(html->page.report, "inputs");

    if (inputs.n == 0)
        html_nothing(html, "There was no input.");
    else
        html_table(html, &input_table, &inputs);
    inner_rows(html, &losses, &inputs, "loss.windows");
    inner_rows(html, &interfaces, &inputs, "interfaces");
    input_comments(html, &inputs);
}

void html_folded(struct html *html)
{
    bool any = false;

    for (size_t i = 0; page_left(&html->page, i, &html->words); i++) {
        if (html->words.len == 0)
            continue;
        html_add(html, any ? "<li>" : "<p>Counted, but in no list:</p>\n<ul>\n<li>");
        any = true;
        html_words(html);
        html_add(html, "</li>\n");
    }
    if (any)
        html_add(html, "</ul>\n");
    else
        html_nothing(html, "Nothing met a ceiling: all that was read is in the figures above.");
}
