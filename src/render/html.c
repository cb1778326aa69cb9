// SPDX-License-Identifier: BSD-2-Clause
/*
 * The report as one HTML file: what one attaches to a ticket.  It needs no script and nothing from
 * elsewhere (its own policy forbids both), is light or dark as the reader likes it, can be printed,
 * and tells in words and tables whatever its charts and colours show.
 */
#include "render/html.h"

#include "render/formats.h"

struct section {
    const char *id, *heading;
    html_worth *worth; /* NULL: always there */
    html_section *print;
};

static bool has(struct html *html, const char *path)
{
    return access_list(html->page.report, path).n > 0;
}

static bool has_upstreams(struct html *html)
{
    return has(html, "upstreams");
}

static bool has_servers(struct html *html)
{
    return has(html, "servers");
}

/* With one replica they tell what the upstreams do. */
static bool has_paths(struct html *html)
{
    return has(html, "paths") && access_list(html->page.report, "servers").n > 1;
}

static bool has_clients(struct html *html)
{
    return has(html, "clients");
}

static bool has_names(struct html *html)
{
    return has(html, "names") || has(html, "failing_names");
}

static bool has_slow(struct html *html)
{
    return has(html, "slow");
}

static bool has_lookups(struct html *html)
{
    return access_count(html->page.report, "lookups.count") > 0;
}

static bool has_kinds(struct html *html)
{
    return has(html, "rcodes") || has(html, "bitmaps");
}

static bool has_gates(struct html *html)
{
    return has(html, "gates");
}

static const struct section sections[] = {
    {"findings", "Findings", html_has_findings, html_findings},
    {"gates", "Gates", has_gates, html_gates},
    {"sessions", "Sessions", NULL, html_sessions},
    {"latency", "Latency", html_has_waits, html_latency},
    {"timeline", "Timeline", html_has_timeline, html_timeline},
    {"upstreams", "Upstreams", has_upstreams, html_upstreams},
    {"servers", "Servers", has_servers, html_servers},
    {"paths", "Paths", has_paths, html_paths},
    {"clients", "Clients", has_clients, html_clients},
    {"names", "Names", has_names, html_names},
    {"slow", "Slowest sessions", has_slow, html_slow},
    {"lookups", "Lookups", has_lookups, html_lookups},
    {"kinds", "Kinds of sessions", has_kinds, html_kinds},
    {"inputs", "Inputs", NULL, html_inputs},
    {"left-out", "Left out", NULL, html_folded},
};
#define SECTIONS (sizeof sections / sizeof *sections)

static bool is_there(struct html *html, const struct section *section)
{
    return section->worth == NULL || section->worth(html);
}

/* The state with a capital: "Failing". */
static void add_state(struct html *html)
{
    access_add(html->page.report, "verdict.state", true, &html->words);
    if (html->words.len > 0 && html->words.at[0] >= 'a' && html->words.at[0] <= 'z')
        html->words.at[0] = (char)(html->words.at[0] - 'a' + 'A');
}

/* Nothing may be fetched, run or sent: should markup of a capture ever get through, it is dead. */
static void html_document(struct html *html)
{
    html_add(html, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                   "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                   "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
                   "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                   "<meta name=\"color-scheme\" content=\"light dark\">\n"
                   "<meta name=\"referrer\" content=\"no-referrer\">\n"
                   "<meta name=\"generator\" content=\"dnstap-analyse\">\n<title>");
    add_state(html);
    text_add_string(&html->words, ": DNS report");
    int64_t start = access_ns(html->page.report, "window.start");
    char text[WHEN_TEXT_MAX];
    if (start != WHEN_NONE) {
        text_add_string(&html->words, " of ");
        text_add(&html->words, text,
                 when_print_table(start, html->page.style->local, false, 0, text));
        text_format(&html->words, " %s", html->page.zone);
    }
    html_words(html);
    html_add(html, "</title>\n<style>\n");
    html_style(html->page.out);
    html_add(html, "</style>\n</head>\n<body>\n"
                   "<a class=\"skip\" href=\"#report\">Skip to the report</a>\n");
}

static void html_contents(struct html *html)
{
    html_add(html, "<nav aria-label=\"Sections\"><ul>\n");
    for (size_t i = 0; i < SECTIONS; i++) {
        if (!is_there(html, &sections[i]))
            continue;
        html_add(html, "<li><a href=\"#");
        html_add(html, sections[i].id);
        html_add(html, "\">");
        html_say(html, sections[i].heading);
        html_add(html, "</a></li>\n");
    }
    html_add(html, "</ul></nav>\n");
}

void html_report(struct text *out, const struct field_table *table, const void *report,
                 const struct render_style *style)
{
    struct render_style own = *style;
    own.utf8 = true; /* the file says so itself, whatever the locale is */
    own.colour = false;
    own.columns = HTML_COLUMNS;
    struct html html = {.page = page_of(out, table, report, &own)};

    html.axis = html_axis_of(html.page.report);
    html_document(&html);
    html_head(&html);
    html_contents(&html);
    for (size_t i = 0; i < SECTIONS; i++) {
        if (!is_there(&html, &sections[i]))
            continue;
        html_open(&html, sections[i].id, sections[i].heading);
        sections[i].print(&html);
        html_close(&html);
    }
    html_add(&html, "</main>\n<footer><p>Made by dnstap-analyse; the same figures for programs: "
                    "<code>-o json</code>, schema <code>");
    html_field(&html, html.page.report, "schema");
    html_add(&html, "</code>. What a word means: <code>dnstap-analyse --explain WORD</code>."
                    "</p></footer>\n</body>\n</html>\n");
    text_done(&html.words);
}
