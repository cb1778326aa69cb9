// SPDX-License-Identifier: BSD-2-Clause
/* Words, figures and the frames of sections of the HTML report. */
#include <string.h>

#include "render/html.h"

void html_add(struct html *html, const char *markup)
{
    text_add_string(html->page.out, markup);
}

void html_say(struct html *html, const char *words)
{
    text_add_html(html->page.out, words, strlen(words));
}

void html_words(struct html *html)
{
    if (html->words.len > 0)
        text_add_html(html->page.out, html->words.at, html->words.len);
    text_clear(&html->words);
}

void html_name(struct html *html)
{
    const char *at = html->words.at, *end = at + html->words.len;

    while (at < end) {
        size_t len = strcspn(at, "./");
        len += len < (size_t)(end - at); /* with its dot */
        text_add_html(html->page.out, at, len);
        at += len;
        if (at < end)
            html_add(html, "<wbr>");
    }
    text_clear(&html->words);
}

void html_count(struct html *html, int64_t count)
{
    page_count(html->page.out, count);
}

void html_counted(struct html *html, int64_t count, const char *one, const char *many)
{
    html_count(html, count);
    html_add(html, " ");
    html_say(html, count == 1 ? one : many);
}

void html_percent(struct html *html, double share)
{
    page_percent(&html->words, share);
    html_words(html);
}

void html_tenths(struct html *html, struct row_ref row, const char *path)
{
    int64_t tenths = (int64_t)(access_share(row, path) * 10 + 0.5);

    page_count(&html->words, tenths / 10);
    text_add_char(&html->words, '.');
    text_add_count(&html->words, tenths % 10);
    html_words(html);
}

void html_field(struct html *html, struct row_ref row, const char *path)
{
    access_add(row, path, true, &html->words);
    html_words(html);
}

bool html_known(struct row_ref row, const char *path)
{
    struct text scratch = {0};
    bool known = access_value(row, path, &scratch).kind != VALUE_NULL;

    text_done(&scratch);
    return known;
}

void html_join(struct html *html, struct row_ref row, const char *path, const char *separator)
{
    struct list_ref list = access_list(row, path);
    struct text scratch = {0};

    for (size_t i = 0; i < list.n; i++) {
        struct value value = access_item_value(&list, i, &scratch);
        html_add(html, i > 0 ? separator : "");
        field_print(&value, &html->words);
        html_words(html);
    }
    text_done(&scratch);
}

void html_open(struct html *html, const char *id, const char *heading)
{
    html_add(html, "<section id=\"");
    html_add(html, id);
    html_add(html, "\" aria-labelledby=\"");
    html_add(html, id);
    html_add(html, "-heading\">\n<h2 id=\"");
    html_add(html, id);
    html_add(html, "-heading\">");
    html_say(html, heading);
    html_add(html, "</h2>\n");
}

void html_close(struct html *html)
{
    html_add(html, "</section>\n");
}

void html_nothing(struct html *html, const char *sentence)
{
    html_add(html, "<p class=\"soft\">");
    html_say(html, sentence);
    html_add(html, "</p>\n");
}

void html_more(struct html *html, int64_t more, const char *what)
{
    if (more <= 0)
        return;
    html_add(html, "<p class=\"soft\">… and ");
    html_count(html, more);
    html_add(html, " more");
    html_say(html, what);
    html_add(html, "</p>\n");
}
