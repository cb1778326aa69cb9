// SPDX-License-Identifier: BSD-2-Clause
#ifndef RENDER_PAGE_H
#define RENDER_PAGE_H
/* What the two halves of the page share: the first screen (page.c), the lists (page-lists.c). */
#include "render/access.h"
#include "render/format.h"
#include "render/grid.h"

struct page {
    struct text *out;
    struct row_ref report;
    const struct render_style *style;
    size_t width;
    bool days; /* the window spans more than one day: times need their date */
};

/* "1,204", "18.1%" (nothing where not known), "11.8ms" (compact) or "11.8 ms", "10:00:12". */
void page_count(struct text *out, int64_t count);
void page_percent(struct text *out, double share);
void page_duration(struct text *out, int64_t ns, bool compact);
void page_time(const struct page *page, struct text *out, int64_t when);
/* A heading of a list on a line of its own, bold with colour. */
void page_heading(const struct page *page, const char *heading);
/* "… and 14 more" where MORE > 0. */
void page_more(const struct page *page, size_t more);
/* What went on with an upstream: "up", "up, was down 10:00:12-10:00:27", "down since 10:00:12". */
void page_upstream_state(const struct page *page, struct row_ref upstream, struct text *out);
/* "172.30.0.53:53" of a row with addr and port. */
void page_endpoint(const struct page *page, struct row_ref row, struct text *out);
/* Attempts that were answered with an error or refused on the way. */
int64_t page_upstream_errors(struct row_ref upstream);

/* The table of upstreams, at most LINES of them, those in trouble first. */
void page_upstreams(const struct page *page, size_t lines);
void page_lists(const struct page *page);

#endif
