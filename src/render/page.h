// SPDX-License-Identifier: BSD-2-Clause
#ifndef RENDER_PAGE_H
#define RENDER_PAGE_H
/*
 * What the parts of the page share: the head (page-head.c), the gates (page-gates.c), the rest of the
 * first screen (page.c, page-upstreams.c, page-findings.c), the lists (page-lists.c), and what stands in
 * none (page-left-out.c).
 */
#include "render/access.h"
#include "render/format.h"
#include "render/grid.h"

struct page {
    struct text *out;
    struct row_ref report;
    const struct render_style *style;
    size_t width;
    char zone[WHEN_TEXT_MAX]; /* of the times, as at the window's start */
    bool days;                /* the window spans more than one day: times need their date */
};

struct page page_of(struct text *out, const struct field_table *table, const void *report,
                    const struct render_style *style);

/* "1,204", "18.1%" (nothing where not known), "11.8ms" (compact) or "11.8 ms", "10:00:12". */
void page_count(struct text *out, int64_t count);
void page_percent(struct text *out, double share);
void page_duration(struct text *out, int64_t ns, bool compact);
void page_time(const struct page *page, struct text *out, int64_t when);
/* "10:00:12-10:00:27" */
void page_span(const struct page *page, struct text *out, int64_t start, int64_t end);
/* TEXT, bold with colour; CODE: the control sequence. */
void page_bold(const struct page *page, const char *text, const char *code);
#define PAGE_BOLD "\033[1m"
#define PAGE_LABEL 12 /* columns of the label at the left of the first screen */
/* A heading of a list on a line of its own, bold with colour. */
void page_heading(const struct page *page, const char *heading);
/* "… and 14 more" where MORE > 0. */
void page_more(const struct page *page, size_t more);
/* The same with the zone of the times in the list: "SLOWEST (UTC)". */
void page_heading_times(const struct page *page, const char *heading);
/* What went on with an upstream: "up", "up since 10:00:31, was down from 10:00:12", "up, was down
 * 10:00:12-10:00:27 and 2 more times, next reply 10:02:31", "down since 10:00:12"; BRIEF: without the
 * reply where it was down more than once. */
void page_upstream_state(const struct page *page, struct row_ref upstream, bool brief,
                         struct text *out);
/* When the upstream answered again behind its bad period I; WHEN_NONE: not known of that one. */
int64_t page_recovered(struct row_ref upstream, const struct list_ref *periods, size_t i);
/* The share of an upstream's attempts that got no reply, of those that ended. */
double page_silent(struct row_ref upstream);
/* "172.30.0.53:53" of a row with addr and port. */
void page_endpoint(const struct page *page, struct row_ref row, struct text *out);
/* Attempts that were answered with an error or refused on the way. */
int64_t page_upstream_errors(struct row_ref upstream);

/* What was read, the verdict, and what is wrong with the inputs. */
void page_head(const struct page *page);
/* What the run was held against; nothing where that was nothing. */
void page_gates(const struct page *page);
/* The table of upstreams in about LINES lines, at least three of them, those in trouble first. */
void page_upstreams(const struct page *page, size_t lines);
/* What broke, and what to do about it, as far as --limit goes. */
void page_findings(const struct page *page);
/* The lines of it that the first screen should show. */
size_t page_findings_lines(const struct page *page);
void page_lists(const struct page *page);
/* What is only counted, lost frames, and what the capture cannot show. */
void page_left_out(const struct page *page);
/* Whether an input could not be used at all. */
bool page_unusable(struct row_ref input);

/* What other renderings of the report say in the same words. */

/* "2026-11-20 10:00:00 to 10:00:42 UTC (42 s)" */
void page_window(const struct page *page, int64_t start, int64_t end, struct text *piece);
/* "only sessions that start at or after …"; nothing where all were chosen. */
void page_chosen(const struct page *page, struct text *line);
/* What is wrong with one input; nothing where nothing is. */
void page_trouble(const struct page *page, struct row_ref input, struct text *line);
/* The Ith of what stands in no list, nothing where there is none of it; false behind the last. */
bool page_left(const struct page *page, size_t i, struct text *line);
/* Whether next to no attempt of a bad period was answered: the upstream was down in all of it. */
bool page_was_down(struct row_ref period);

#endif
