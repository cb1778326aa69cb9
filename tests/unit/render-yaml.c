// SPDX-License-Identifier: BSD-2-Clause
// YAML: the same values as JSON, in a subset that every parser reads alike.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "render-toy.h"

static void document(void **state)
{
    struct text out = {0};

    (void)state;
    yaml_report(&out, &toy_table, &toy_full, &toy_style);
    assert_string_equal(out.at, "name: \"a\\\"b\\\\c\\u001b.\\u00e9\\u00ff\"\n"
                                "when: \"2025-11-21T10:00:12.031775000Z\"\n"
                                "end:\n"
                                "  wait_ms: 6003.120\n"
                                "  share: 0.25\n"
                                "count: -1204\n"
                                "\"yes\": true\n"
                                "texts:\n"
                                "  - \"x, y\"\n"
                                "  - \"z\"\n"
                                "parts:\n"
                                "  - word: \"NOERROR\"\n"
                                "    \"n\": 3\n"
                                "  - word: \"no\"\n"
                                "    \"n\": 4\n"
                                "map:\n"
                                "  \"NOERROR\": 3\n"
                                "  \"no\": 4\n");
    text_clear(&out);
    yaml_report(&out, &toy_table, &toy_empty, &toy_style);
    assert_string_equal(out.at, "name: null\nwhen: null\nend: null\ncount: 0\n\"yes\": false\n"
                                "texts: []\nparts: []\nmap: {}\n");
    text_done(&out);
}

static void rows(void **state)
{
    struct text out = {0};

    (void)state;
    yaml_begin(&out, &toy_table, NULL, 0, &toy_style);
    yaml_row(&out, &toy_table, NULL, 0, &toy_empty, true, &toy_style);
    yaml_row(&out, &toy_table, NULL, 0, &toy_full, false, &toy_style);
    yaml_end(&out, &toy_table, NULL, 0, true, &toy_style);
    assert_non_null(strstr(out.at, "- name: null\n  when: null\n  end: null\n"));
    assert_non_null(strstr(out.at, "  map: {}\n- name: \"a"));
    assert_non_null(
        strstr(out.at, "\n  end:\n    wait_ms: 6003.120\n    share: 0.25\n  count: -1204\n"));
    assert_non_null(
        strstr(out.at, "\n  parts:\n    - word: \"NOERROR\"\n      \"n\": 3\n    - word"));
    text_clear(&out);
    yaml_end(&out, &toy_table, NULL, 0, false, &toy_style);
    assert_string_equal(out.at, "[]\n");
    text_done(&out);
}

static void beyond_ascii(void **state)
{
    static const struct {
        const char *name, *want;
    } cases[] = {
        {"\xf0\x9f\x98\x80", "\\U0001f600"},
        {"\xe2\x80\xa8", "\\u2028"},
        {"\xc2\x85", "\\u0085"},
        {"\x7f", "\\u007f"},
        {"\t", "\\u0009"},
        {"\xed\xa0\x80", "\\u00ed\\u00a0\\u0080"},
        {"\xc0\x80", "\\u00c0\\u0080"},
        {"\xe2\x82", "\\u00e2\\u0082"},
    };
    struct text out = {0}, want = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct toy toy = toy_empty;
        toy.name = cases[i].name;
        text_clear(&out);
        text_clear(&want);
        yaml_report(&out, &toy_table, &toy, &toy_style);
        text_format(&want, "name: \"%s\"\n", cases[i].want);
        assert_memory_equal(out.at, want.at, want.len);
    }
    text_done(&out);
    text_done(&want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(document),
        cmocka_unit_test(rows),
        cmocka_unit_test(beyond_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
