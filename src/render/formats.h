// SPDX-License-Identifier: BSD-2-Clause
#ifndef RENDER_FORMATS_H
#define RENDER_FORMATS_H
/* The functions of each output, for the table in formats.c; their contract is in format.h. */
#include "render/format.h"

typedef void format_edge(struct text *out, const struct field_table *table,
                         const struct field *const *fields, size_t n,
                         const struct render_style *style);
typedef void format_row(struct text *out, const struct field_table *table,
                        const struct field *const *fields, size_t n, const void *row, bool first,
                        const struct render_style *style);
typedef void format_end(struct text *out, const struct field_table *table,
                        const struct field *const *fields, size_t n, bool any,
                        const struct render_style *style);
typedef void format_report(struct text *out, const struct field_table *table, const void *report,
                           const struct render_style *style);

#define JSON_SEPARATOR_BYTES 1 /* the comma */
format_edge table_begin, json_begin, yaml_begin, csv_begin;
format_row table_row, json_row, yaml_row, ndjson_row, csv_row;
format_end table_end, json_end, yaml_end;
format_report page_report, json_report, yaml_report, ndjson_report, html_report,
    junit_report;

#endif
