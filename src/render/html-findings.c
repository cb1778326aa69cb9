// SPDX-License-Identifier: BSD-2-Clause
/*
 * The findings of the HTML report: roots in their order, what they caused nested under them.  Rows
 * name their cause by key and subject; one whose cause is not there, or that is in a ring of
 * causes, is told as a root with its cause in words.
 */
#include <string.h>

#include "base/map.h"
#include "base/memory.h"
#include "base/when.h"
#include "render/html.h"

#define NONE SIZE_MAX
#define DEEPEST 6      /* order of a heading in HTML */
#define SCOPE_MOST 256 /* the report counts so far: or more */

struct node {
    size_t parent, child, last, next; /* NONE: there is none */
    bool told;
};

struct tree {
    struct html *html;
    struct list_ref rows;
    struct node *nodes;
};

bool html_has_findings(struct html *html)
{
    return access_list(html->page.report, "findings").field != NULL;
}

/* A key and a subject as a key of the map; no text has a 0 in it. */
static void name_of(struct row_ref row, const char *key, const char *subject, struct text *name)
{
    text_clear(name);
    access_add(row, key, true, name);
    text_add_char(name, 0);
    access_add(row, subject, true, name);
}

static void tree_add(struct tree *tree, size_t parent, size_t i)
{
    struct node *above = &tree->nodes[parent];

    tree->nodes[i].parent = parent;
    if (above->child == NONE)
        above->child = i;
    else
        tree->nodes[above->last].next = i;
    above->last = i;
}

/* Ties what was caused to its cause. */
static void tree_tie(struct tree *tree)
{
    struct map *names = map_new(sizeof(size_t), 0);
    struct text name = {0};
    bool added;

    for (size_t i = 0; i < tree->rows.n; i++) {
        tree->nodes[i] = (struct node){NONE, NONE, NONE, NONE, false};
        name_of(access_item(&tree->rows, i), "key", "subject.text", &name);
        size_t *first = map_add(names, name.at, name.len, &added);
        if (added)
            *first = i;
    }
    for (size_t i = 0; i < tree->rows.n; i++) {
        struct row_ref row = access_item(&tree->rows, i);
        if (!html_known(row, "caused_by.key"))
            continue;
        name_of(row, "caused_by.key", "caused_by.subject", &name);
        const size_t *cause = map_find(names, name.at, name.len);
        if (cause != NULL && *cause != i)
            tree_add(tree, *cause, i);
    }
    text_done(&name);
    map_free(names);
}

/* The class of a severity: one of the program's own words, never the text itself. */
static const char *severity_class(struct row_ref row)
{
    static const char *const words[] = {"critical", "error", "warning"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (access_is(row, "severity", words[i]))
            return words[i];
    return "info";
}

static void finding_heading(struct html *html, struct row_ref row, unsigned order)
{
    text_format(html->page.out, "<h%u><span class=\"severity\">", order);
    html_field(html, row, "severity");
    html_add(html, "</span> <code>");
    html_field(html, row, "key");
    html_add(html, "</code> ");
    if (!access_is(row, "subject.text", "")) {
        html_add(html, "<span class=\"soft\">");
        html_field(html, row, "subject.kind");
        html_add(html, "</span> <span class=\"c\">");
        html_field(html, row, "subject.text");
        html_add(html, "</span>");
    }
    text_format(html->page.out, "</h%u>\n", order);
}

/* "10:00:12-10:00:27 UTC, going on when the capture ends" */
static void finding_when(struct html *html, struct row_ref row)
{
    int64_t start = access_ns(row, "start"), end = access_ns(row, "end");
    struct text scratch = {0};
    struct value ongoing = access_value(row, "ongoing", &scratch);

    if (start != WHEN_NONE) {
        page_span(&html->page, &html->words, start, end == WHEN_NONE ? start : end);
        text_format(&html->words, " %s", html->page.zone);
        if (ongoing.kind == VALUE_BOOL && ongoing.yes)
            text_add_string(&html->words, ", going on when the capture ends");
    }
    if (html->words.len > 0) {
        html_add(html, "<p class=\"when\">");
        html_words(html);
        html_add(html, "</p>\n");
    }
    text_done(&scratch);
}

static void finding_evidence(struct html *html, struct row_ref row)
{
    static const struct html_column columns[] = {
        {"What was counted", "what", HTML_PROSE, NULL, NULL},
        {"Count", "count", HTML_COUNT, NULL, NULL},
        {"Of", "of", HTML_COUNT, NULL, NULL},
        {"What those are", "base", HTML_PROSE, NULL, NULL}};
    static const struct html_table table = {"Evidence", columns, sizeof columns / sizeof *columns};
    struct list_ref evidence = access_list(row, "evidence");

    if (evidence.n > 0)
        html_table(html, &table, &evidence);
}

static void term_open(struct html *html, const char *term)
{
    html_add(html, "<div><dt>");
    html_add(html, term);
    html_add(html, "</dt><dd>");
}

static void term_close(struct html *html)
{
    html_add(html, "</dd></div>\n");
}

/* A term whose value is a text of the row; nothing where there is none. */
static void finding_term(struct html *html, struct row_ref row, const char *term, const char *path)
{
    if (!html_known(row, path))
        return;
    term_open(html, term);
    html_field(html, row, path);
    term_close(html);
}

static void finding_scope(struct html *html, struct row_ref row)
{
    static const struct {
        const char *path, *one, *many;
    } parts[] = {{"scope.clients", "client", "clients"},
                 {"scope.namespaces", "namespace", "namespaces"},
                 {"scope.names", "name", "names"},
                 {"scope.servers", "server", "servers"}};
    bool any = false;

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        int64_t n = access_count(row, parts[i].path);
        if (n == 0)
            continue;
        if (!any)
            term_open(html, "Touches");
        html_add(html, any ? ", " : "");
        any = true;
        html_count(html, n);
        html_add(html, n < SCOPE_MOST ? " " : " or more ");
        html_add(html, n == 1 ? parts[i].one : parts[i].many);
    }
    if (any)
        term_close(html);
}

static void finding_explains(struct html *html, struct row_ref row)
{
    int64_t lookups = access_count(row, "explains.lookups");
    int64_t sessions = access_count(row, "explains.sessions");

    if (lookups + sessions == 0)
        return;
    /* slow-lookups is no cause: it is what is left without one */
    term_open(html, access_is(row, "key", "slow-lookups") ? "Left without a cause" : "Explains");
    html_counted(html, lookups, "lookup", "lookups");
    html_add(html, " and ");
    html_counted(html, sessions, "session", "sessions");
    html_add(html, " that went wrong");
    term_close(html);
}

static void finding_cause(struct tree *tree, size_t i, struct row_ref row)
{
    struct html *html = tree->html;
    size_t parent = tree->nodes[i].parent;

    if (!html_known(row, "caused_by.key"))
        return;
    term_open(html, "Caused by");
    if (parent != NONE)
        text_format(html->page.out, "<a href=\"#finding-%zu\">", parent + 1);
    html_add(html, "<code>");
    html_field(html, row, "caused_by.key");
    html_add(html, "</code> <span class=\"c\">");
    html_field(html, row, "caused_by.subject");
    html_add(html, parent != NONE ? "</span></a>" : "</span>");
    term_close(html);
}

/* A link where it is one to a page (nothing else is worth a click), else its text. */
static void finding_reference(struct html *html, struct row_ref row)
{
    static const char scheme[] = "https://";
    struct text url = {0};

    access_add(row, "reference", true, &url);
    if (url.len > 0) {
        bool link = url.len > sizeof scheme - 1 && strncmp(url.at, scheme, sizeof scheme - 1) == 0;
        term_open(html, "Read more");
        if (link) {
            html_add(html, "<a rel=\"noopener noreferrer\" href=\"");
            html_say(html, url.at);
            html_add(html, "\">");
        }
        html_say(html, url.at);
        html_add(html, link ? "</a>" : "");
        term_close(html);
    }
    text_done(&url);
}

/* Lines of a command are broken at its blanks only: each word is an element of its own. */
static void add_command(struct html *html, const char *at, size_t len)
{
    const char *end = at + len;

    html_add(html, "<code class=\"command\">");
    while (at < end) {
        const char *blank = memchr(at, ' ', (size_t)(end - at));
        const char *stop = blank != NULL ? blank : end;
        html_add(html, "<span>");
        text_add_html(html->page.out, at, (size_t)(stop - at));
        html_add(html, blank != NULL ? "</span> " : "</span>");
        at = blank != NULL ? blank + 1 : end;
    }
    html_add(html, "</code>\n");
}

static void finding_next(struct html *html, struct row_ref row)
{
    struct list_ref next = access_list(row, "next");
    struct text scratch = {0};

    if (next.n == 0)
        return;
    term_open(html, "Look");
    for (size_t i = 0; i < next.n; i++) {
        struct value command = access_item_value(&next, i, &scratch);
        if (command.kind == VALUE_TEXT)
            add_command(html, command.text.at, command.text.len);
    }
    term_close(html);
    text_done(&scratch);
}

/* All of a finding but what it caused; its article stays open. */
static void finding_print(struct tree *tree, size_t i, unsigned depth)
{
    struct html *html = tree->html;
    struct row_ref row = access_item(&tree->rows, i);

    tree->nodes[i].told = true;
    text_format(html->page.out, "<article id=\"finding-%zu\" class=\"finding %s\">\n", i + 1,
                severity_class(row));
    finding_heading(html, row, depth < DEEPEST - 3 ? depth + 3 : DEEPEST);
    finding_when(html, row);
    html_add(html, "<p>");
    html_field(html, row, "summary");
    html_add(html, "</p>\n");
    finding_evidence(html, row);
    html_add(html, "<dl>\n");
    finding_term(html, row, "Confidence", "confidence");
    finding_explains(html, row);
    finding_scope(html, row);
    finding_cause(tree, i, row);
    finding_term(html, row, "Advice", "advice");
    finding_next(html, row);
    finding_reference(html, row);
    html_add(html, "</dl>\n");
}

/* ROOT and what hangs below it, without recursion: causes may form long chains. */
static void tree_print(struct tree *tree, size_t root)
{
    struct html *html = tree->html;
    unsigned depth = 0;

    for (size_t i = root;;) {
        finding_print(tree, i, depth);
        if (tree->nodes[i].child != NONE) {
            html_add(html, "<div class=\"caused\">\n<p>It caused:</p>\n");
            i = tree->nodes[i].child;
            depth++;
            continue;
        }
        html_add(html, "</article>\n");
        while (i != root && tree->nodes[i].next == NONE) {
            i = tree->nodes[i].parent;
            depth--;
            html_add(html, "</div>\n</article>\n");
        }
        if (i == root)
            return;
        i = tree->nodes[i].next;
    }
}

/* What went wrong and no finding explains: never hidden. */
static void findings_unexplained(struct html *html)
{
    int64_t lookups = access_count(html->page.report, "totals.unexplained.lookups");
    int64_t sessions = access_count(html->page.report, "totals.unexplained.sessions");

    if (lookups + sessions == 0)
        return;
    html_add(html, "<p class=\"note\">");
    html_counted(html, lookups, "lookup", "lookups");
    html_add(html, " and ");
    html_counted(html, sessions, "session", "sessions");
    html_add(html, " went wrong, and no finding explains them.</p>\n");
}

void html_findings(struct html *html)
{
    struct tree tree = {html, access_list(html->page.report, "findings"), NULL};

    if (tree.rows.n == 0)
        html_nothing(html, "None: nothing that the captures show meets the rule of a finding.");
    tree.nodes = memory_get(tree.rows.n + 1, sizeof *tree.nodes);
    tree_tie(&tree);
    for (size_t i = 0; i < tree.rows.n; i++)
        if (tree.nodes[i].parent == NONE)
            tree_print(&tree, i);
    for (size_t i = 0; i < tree.rows.n; i++) /* rings of causes */
        if (!tree.nodes[i].told) {
            finding_print(&tree, i, 0);
            html_add(html, "</article>\n");
        }
    memory_free(tree.nodes);
    findings_unexplained(html);
}
