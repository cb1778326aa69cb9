// SPDX-License-Identifier: BSD-2-Clause
/* The table of outputs: a line for each file beside this one. */
#include "render/formats.h"

#include <string.h>

const struct output_format output_formats[] = {
    {"table", NULL, "columns for people; the report as a page of 80 columns", true, true, 0,
     table_begin, table_row, table_end, page_report},
    {"wide", NULL, "table with more columns", true, true, 0, table_begin, table_row, table_end,
     page_report},
    {"json", NULL, "one JSON document: the report, or an array with a row a line", true, true,
     JSON_SEPARATOR_BYTES, json_begin, json_row, json_end, json_report},
    {"yaml", NULL, "the same values as YAML, every text in double quotes", true, true, 0,
     yaml_begin, yaml_row, yaml_end, yaml_report},
    {"ndjson", "jsonl", "one JSON object a line; the report is one line", true, true, 0, NULL,
     ndjson_row, NULL, ndjson_report},
    {"html", NULL, "one HTML file to attach or print, with charts; the report only", false, true, 0,
     NULL, NULL, NULL, html_report},
    {"junit", NULL, "JUnit XML: a test case a gate and a finding; the report only", false, true, 0,
     NULL, NULL, NULL, junit_report},
    {"csv", NULL, "RFC 4180 with a head line; rows only", true, false, 0, csv_begin, csv_row, NULL,
     NULL},
};
const size_t output_formats_n = sizeof output_formats / sizeof *output_formats;

const struct output_format *output_format_find(const char *name)
{
    for (size_t i = 0; i < output_formats_n; i++) {
        const struct output_format *format = &output_formats[i];
        if (strcmp(format->name, name) == 0 ||
            (format->alias != NULL && strcmp(format->alias, name) == 0))
            return format;
    }
    return NULL;
}
