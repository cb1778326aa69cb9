// SPDX-License-Identifier: BSD-2-Clause
#ifndef RENDER_FORMAT_H
#define RENDER_FORMAT_H
/*
 * Outputs.  A format prints rows (--view sessions, attempts) or the report, through field tables
 * only.  Adding one: a file with a struct output_format, and a line in formats.c.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/field.h"
#include "base/text.h"
#include "base/when.h"

struct render_chosen { /* by --since, --until and --filter */
    int64_t since, until; /* WHEN_NONE: no bound */
    const char *const *filters;
    size_t n_filters;
};

struct render_style {
    size_t columns; /* of the terminal; 80 where not known, never over 160 */
    bool colour, utf8, local, wide;
    bool named;                         /* endpoints are shown as names: "p/default/web-1:41022" */
    size_t limit;                       /* rows of the page's lists */
    int64_t slow_ns;                    /* from there on a session counts as slow */
    char zone[WHEN_TEXT_MAX];           /* of the times of rows; "": UTC */
    const struct render_chosen *chosen; /* NULL: every session */
    bool interrupted;                   /* the inputs were not read to their end */
};

struct output_format {
    const char *name;  /* of -o */
    const char *alias; /* or NULL */
    const char *help;
    bool rows, report; /* which of the two it can print */
    /* Octets that a row which is not the first starts with and the first does not: rows that are
     * rendered before their order is known are rendered as later ones, and the first one printed
     * goes without them. */
    size_t separator_bytes;
    /* Everything is appended to OUT, which the caller writes out when it grows. FIELDS: n chosen columns. */
    void (*begin)(struct text *out, const struct field_table *table,
                  const struct field *const *fields, size_t n, const struct render_style *style);
    void (*row)(struct text *out, const struct field_table *table,
                const struct field *const *fields, size_t n, const void *row, bool first,
                const struct render_style *style);
    void (*end)(struct text *out, const struct field_table *table,
                const struct field *const *fields, size_t n, bool any,
                const struct render_style *style);
    void (*report_page)(struct text *out, const struct field_table *table, const void *report,
                        const struct render_style *style);
};

extern const struct output_format output_formats[];
extern const size_t output_formats_n;
const struct output_format *output_format_find(const char *name); /* NULL where there is none */

#endif
