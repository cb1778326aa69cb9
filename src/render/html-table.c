// SPDX-License-Identifier: BSD-2-Clause
/* Tables of the HTML report: a caption, heads with their scope, a row for each item of a list. */
#include <string.h>

#include "base/when.h"
#include "render/html.h"

/* Classes of cells: n numbers, bad what should be 0 and is not, c codes, a addresses, t times, p
 * sentences. */
static const char *cell_class(const struct html_column *column, struct row_ref row)
{
    switch (column->kind) {
    case HTML_BAD:
        return access_count(row, column->path) > 0 ? " class=\"n bad\"" : " class=\"n\"";
    case HTML_COUNT:
    case HTML_PERCENT:
    case HTML_DURATION:
    case HTML_WAIT:
        return " class=\"n\"";
    case HTML_CODE:
        return " class=\"c\"";
    case HTML_ADDR:
        return " class=\"a\"";
    case HTML_TIME:
        return " class=\"t\"";
    case HTML_PROSE:
        return " class=\"p\"";
    case HTML_WORD:
        break;
    }
    return "";
}

static bool is_number(const struct html_column *column)
{
    return column->kind == HTML_BAD || column->kind == HTML_COUNT ||
           column->kind == HTML_PERCENT || column->kind == HTML_DURATION ||
           column->kind == HTML_WAIT;
}

void html_pair_open(struct html *html)
{
    html_add(html, "<div class=\"pair\">\n");
}

void html_pair_close(struct html *html)
{
    html_add(html, "</div>\n");
}

/* Whether it has texts that may be long: they take all the width that there is. */
static bool is_full(const struct html_table *table)
{
    for (size_t i = 0; i < table->n; i++)
        if (table->columns[i].kind == HTML_CODE || table->columns[i].kind == HTML_PROSE)
            return true;
    return false;
}

void html_table_open(struct html *html, const struct html_table *table)
{
    /* wide tables scroll by themselves, by keyboard too, and never move the page */
    html_add(html, "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"");
    html_say(html, table->caption);
    html_add(html,
             is_full(table) ? "\">\n<table class=\"full\">\n<caption>" : "\">\n<table>\n<caption>");
    html_say(html, table->caption);
    html_add(html, "</caption>\n<thead><tr>");
    for (size_t i = 0; i < table->n; i++) {
        const struct html_column *column = &table->columns[i];
        html_add(html, is_number(column) ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">");
        html_say(html, column->heading);
        if (column->kind == HTML_TIME) {
            text_format(&html->words, " (%s)", html->page.zone);
            html_words(html);
        }
        html_add(html, "</th>");
    }
    html_add(html, "</tr></thead>\n<tbody>\n");
}

void html_table_close(struct html *html)
{
    html_add(html, "</tbody>\n</table>\n</div>\n");
}

static void cell_wait(struct html *html, struct row_ref row, const struct html_column *column)
{
    struct text scratch = {0};
    struct value exact = access_value(row, "waited_exact", &scratch);

    if (exact.kind == VALUE_BOOL && !exact.yes)
        text_add_string(&html->words, ">= ");
    page_duration(&html->words, access_ns(row, column->path), false);
    text_done(&scratch);
}

/* The words of a cell; none where it is not known. */
static void cell_words(struct html *html, struct row_ref row, const struct html_column *column)
{
    struct text *words = &html->words;

    if (column->make != NULL) {
        column->make(html, row);
        return;
    }
    switch (column->kind) {
    case HTML_COUNT:
    case HTML_BAD:
        if (html_known(row, column->path))
            page_count(words, access_count(row, column->path));
        break;
    case HTML_PERCENT:
        page_percent(words, access_share(row, column->path));
        break;
    case HTML_DURATION:
        page_duration(words, access_ns(row, column->path), false);
        break;
    case HTML_WAIT:
        cell_wait(html, row, column);
        break;
    case HTML_TIME:
        page_time(&html->page, words, access_ns(row, column->path));
        break;
    case HTML_WORD:
    case HTML_CODE:
    case HTML_PROSE:
    case HTML_ADDR:
        access_add(row, column->path, true, words);
        break;
    }
}

static void cell(struct html *html, struct row_ref row, const struct html_column *column, bool head)
{
    html_add(html, head ? "<th scope=\"row\"" : "<td");
    html_add(html, cell_class(column, row));
    html_add(html, ">");
    cell_words(html, row, column);
    if (html->words.len > 0 && column->kind == HTML_CODE) {
        html_name(html);
    } else if (html->words.len > 0) {
        html_words(html);
    } else if (column->none != NULL) {
        html_add(html, "<span class=\"soft\">");
        html_say(html, column->none);
        html_add(html, "</span>");
    }
    html_add(html, head ? "</th>" : "</td>");
}

void html_cells(struct html *html, const struct html_column *columns, size_t n, struct row_ref row,
                bool head)
{
    for (size_t i = 0; i < n; i++)
        cell(html, row, &columns[i], head && i == 0);
}

void html_row(struct html *html, const struct html_table *table, struct row_ref row)
{
    html_add(html, "<tr>");
    html_cells(html, table->columns, table->n, row, true);
    html_add(html, "</tr>\n");
}

void html_table(struct html *html, const struct html_table *table, const struct list_ref *rows)
{
    html_table_open(html, table);
    for (size_t i = 0; i < rows->n; i++)
        html_row(html, table, access_item(rows, i));
    html_table_close(html);
}

void html_endpoint(struct html *html, struct row_ref row)
{
    page_endpoint(&html->page, row, &html->words);
}
