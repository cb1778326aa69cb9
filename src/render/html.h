// SPDX-License-Identifier: BSD-2-Clause
#ifndef RENDER_HTML_H
#define RENDER_HTML_H
/*
 * What the parts of the HTML report share.  All that is not markup of these files goes through
 * text_add_html(): markup is added with html_add(), everything else with the other calls.
 */
#include "render/page.h"

/* The time that the charts cover, so that they stand above one another. */
struct html_axis {
    int64_t start, end; /* WHEN_NONE where there is no timeline */
    int64_t width_ns;   /* of a bucket of the timeline */
};

#define HTML_COLUMNS 1000000 /* lines are broken by whoever reads them: nothing is shortened */

struct html {
    struct page page;  /* the words of counts, times and states are those of the page */
    struct text words; /* about to be escaped */
    struct html_axis axis;
};

/* Markup, as it is. */
void html_add(struct html *html, const char *markup);
/* Words of the program or of a capture. */
void html_say(struct html *html, const char *words);
/* Escapes what stands in html->words, and empties it. */
void html_words(struct html *html);
/* The same of a name or a file: where it is too long for a line it breaks behind a dot or a slash. */
void html_name(struct html *html);
void html_count(struct html *html, int64_t count);
/* "3 sessions", "1 session": ONE and MANY are without the count. */
void html_counted(struct html *html, int64_t count, const char *one, const char *many);
void html_percent(struct html *html, double share);
/* The number at PATH with one decimal; it is known and not negative. */
void html_tenths(struct html *html, struct row_ref row, const char *path);
/* The value at PATH; nothing where not known. */
void html_field(struct html *html, struct row_ref row, const char *path);
bool html_known(struct row_ref row, const char *path);
/* The values of the list at PATH, with SEPARATOR (markup) between them. */
void html_join(struct html *html, struct row_ref row, const char *path, const char *separator);

/* A part of the document with a heading of the second order; ID is its place in the document. */
void html_open(struct html *html, const char *id, const char *heading);
void html_close(struct html *html);
/* A sentence in a section that has nothing else to show. */
void html_nothing(struct html *html, const char *sentence);

/* Tables ------------------------------------------------------------------------------------------ */

enum html_kind {
    HTML_WORD, /* one of a few */
    HTML_CODE, /* out of the capture: names, files; may be broken anywhere */
    HTML_ADDR, /* an address, or some: only broken between them */
    HTML_PROSE,
    HTML_COUNT,
    HTML_BAD, /* a count that should be 0 */
    HTML_PERCENT,
    HTML_DURATION,
    HTML_WAIT, /* with >= where `waited_exact` is false */
    HTML_TIME,
};

struct html_column {
    const char *heading, *path;
    enum html_kind kind;
    const char *none; /* what stands where it is not known; NULL: nothing */
    /* Makes the words of the cell instead, in html->words; PATH is not used. */
    void (*make)(struct html *html, struct row_ref row);
};

struct html_table {
    const char *caption;
    const struct html_column *columns; /* the first one names the row */
    size_t n;
};

/* Tables that stand beside one another where there is room. */
void html_pair_open(struct html *html);
void html_pair_close(struct html *html);
/* Down to the body; the heads of times name their zone. */
void html_table_open(struct html *html, const struct html_table *table);
void html_row(struct html *html, const struct html_table *table, struct row_ref row);
/* Some cells of a row; HEAD: the first one names it. */
void html_cells(struct html *html, const struct html_column *columns, size_t n, struct row_ref row,
                bool head);
void html_table_close(struct html *html);
/* All rows of a list. */
void html_table(struct html *html, const struct html_table *table, const struct list_ref *rows);
/* "and 14 more" behind a table. */
void html_more(struct html *html, int64_t more, const char *what);
/* The words of an address with its port, for columns. */
void html_endpoint(struct html *html, struct row_ref row);

/* Charts: html-chart.c ---------------------------------------------------------------------------- */

/* Units from the left to the right edge of the axis. */
#define HTML_AXIS_UNITS 10000
#define HTML_TICKS_MAX 10

struct html_axis html_axis_of(struct row_ref report);
/* Where WHEN stands on the axis, 0 to HTML_AXIS_UNITS; what lies outside stands at its edge. */
unsigned html_axis_at(const struct html_axis *axis, int64_t when);
/* Round times on the axis, at most HTML_TICKS_MAX; *STEP_NS is what lies between them. */
size_t html_axis_ticks(const struct html_axis *axis, bool local, int64_t ticks[HTML_TICKS_MAX],
                       int64_t *step_ns);
/* The height of a bar: 0 for 0, else at least 2, so that it is seen. */
unsigned html_bar(int64_t n, int64_t peak, unsigned height);

/* An SVG of HEIGHT, up to its contents; what it shows is told by TITLE and html->words. */
void html_svg_open(struct html *html, const char *title, unsigned height);
/* A drawing inside it, WIDTH units wide, from TOP on; closed with "</svg>". */
void html_svg_inside(struct html *html, unsigned top, unsigned height, unsigned width);
/* Bars side by side, each 10 units of the drawing: the counts at PATH of ROWS. */
void html_svg_bars(struct html *html, const struct list_ref *rows, const char *path, int64_t peak,
                   unsigned height, const char *class);
/* Round times: lines from the top to HEIGHT; their labels, HTML_LABELS high, from TOP on. */
void html_svg_lines(struct html *html, unsigned height);
void html_svg_labels(struct html *html, unsigned top);
#define HTML_LABELS 16 /* height of the labels of an axis */
int64_t html_peak(const struct list_ref *rows, const char *path);

/* Sections, in the order of the document ---------------------------------------------------------- */

void html_style(struct text *out);          /* the style sheet */
void html_head(struct html *html);          /* what was read, the verdict, key figures */
typedef bool html_worth(struct html *html); /* whether there is anything to show */
typedef void html_section(struct html *html);
html_worth html_has_findings, html_has_timeline, html_has_waits;
html_section html_findings, html_sessions, html_latency, html_timeline, html_upstreams,
    html_servers, html_paths, html_clients, html_names, html_slow, html_lookups, html_kinds,
    html_gates, html_inputs, html_folded;

#endif
