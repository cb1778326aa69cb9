// SPDX-License-Identifier: BSD-2-Clause
// JSON: documents, rows, escapes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "render-toy.h"

#define FULL                                                                                       \
    "{\"name\":\"a\\\"b\\\\c\\u001b.\xc3\xa9\\u00ff\",\"when\":\"2025-11-21T10:00:12."             \
    "031775000Z\","                                                                                \
    "\"end\":{\"wait_ms\":6003.120,\"share\":0.25},\"count\":-1204,\"yes\":true,"                  \
    "\"texts\":[\"x, "                                                                             \
    "y\",\"z\"],\"parts\":[{\"word\":\"NOERROR\",\"n\":3},{\"word\":\"no\",\"n\":4}],"             \
    "\"map\":{\"NOERROR\":3,\"no\":4}}"
#define EMPTY                                                                                      \
    "{\"name\":null,\"when\":null,\"end\":null,\"count\":0,\"yes\":false,\"texts\":[],\"parts\":[" \
    "],\"map\":{}}"

static void rows(void **state)
{
    struct text out = {0};

    (void)state;
    json_begin(&out, &toy_table, NULL, 0, &toy_style);
    json_row(&out, &toy_table, NULL, 0, &toy_full, true, &toy_style);
    json_row(&out, &toy_table, NULL, 0, &toy_empty, false, &toy_style);
    json_end(&out, &toy_table, NULL, 0, true, &toy_style);
    assert_string_equal(out.at, "[\n" FULL ",\n" EMPTY "\n]\n");
    text_clear(&out);
    json_begin(&out, &toy_table, NULL, 0, &toy_style);
    json_end(&out, &toy_table, NULL, 0, false, &toy_style);
    assert_string_equal(out.at, "[]\n");
    text_clear(&out);
    ndjson_row(&out, &toy_table, NULL, 0, &toy_full, false, &toy_style);
    ndjson_row(&out, &toy_table, NULL, 0, &toy_empty, false, &toy_style);
    assert_string_equal(out.at, FULL "\n" EMPTY "\n");
    text_done(&out);
}

// A row that is rendered as a later one becomes the first without its separator.
static void separator(void **state)
{
    struct text first = {0}, later = {0};

    (void)state;
    for (size_t i = 0; i < output_formats_n; i++) {
        const struct output_format *format = &output_formats[i];
        const struct field *fields[] = {&toy_entries[0]};
        if (!format->rows)
            continue;
        text_clear(&first);
        text_clear(&later);
        format->row(&first, &toy_table, fields, 1, &toy_full, true, &toy_style);
        format->row(&later, &toy_table, fields, 1, &toy_full, false, &toy_style);
        assert_string_equal(first.at, later.at + format->separator_bytes);
    }
    text_done(&first);
    text_done(&later);
}

static void document(void **state)
{
    struct text out = {0};

    (void)state;
    json_report(&out, &toy_table, &toy_empty, &toy_style);
    assert_string_equal(
        out.at, "{\n  \"name\": null,\n  \"when\": null,\n  \"end\": null,\n  \"count\": 0,\n"
                "  \"yes\": false,\n  \"texts\": [],\n  \"parts\": [],\n  \"map\": {}\n}\n");
    text_clear(&out);
    json_report(&out, &toy_table, &toy_full, &toy_style);
    assert_non_null(
        strstr(out.at, "\n  \"end\": {\n    \"wait_ms\": 6003.120,\n    \"share\": 0.25\n  },\n"));
    assert_non_null(strstr(out.at, "\n  \"parts\": [\n    {\n      \"word\": \"NOERROR\",\n"));
    text_clear(&out);
    ndjson_report(&out, &toy_table, &toy_full, &toy_style);
    assert_string_equal(out.at, FULL "\n");
    text_done(&out);
}

// Texts longer than any first guess of room, in front of a full buffer too.
static void long_texts(void **state)
{
    static char name[5000];
    struct toy toy = toy_empty;
    struct text out = {0};

    (void)state;
    for (size_t len = 1; len < sizeof name; len += 97) {
        memset(name, 'n', len);
        toy.name = name;
        toy.name_len = len;
        text_clear(&out);
        ndjson_row(&out, &toy_table, NULL, 0, &toy, true, &toy_style);
        assert_int_equal(out.len, strlen(EMPTY) - 4 + len + 2 + 1);
        assert_int_equal(out.len, strlen(out.at));
    }
    text_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows),
        cmocka_unit_test(separator),
        cmocka_unit_test(document),
        cmocka_unit_test(long_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
