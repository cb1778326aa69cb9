// SPDX-License-Identifier: BSD-2-Clause
// Rows in columns.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "render-toy.h"

static const struct field *const fields[] = {&toy_entries[1], &toy_entries[5], &toy_entries[6],
                                             &toy_entries[8]};

static void columns(void **state)
{
    struct text out = {0};
    struct toy toy = toy_full;

    (void)state;
    table_begin(&out, &toy_table, fields, 4, &toy_style);
    table_row(&out, &toy_table, fields, 4, &toy_full, true, &toy_style);
    table_row(&out, &toy_table, fields, 4, &toy_empty, false, &toy_style);
    toy.count = 12345678;
    table_row(&out, &toy_table, fields, 4, &toy, false, &toy_style);
    assert_string_equal(out.at, "WHEN (UTC)                   N  YES    TEXTS\n"
                                "2025-11-21 10:00:12.031  -1204  true   x, y z\n"
                                "                             0  false\n"
                                "2025-11-21 10:00:12.031  12345678  true   x, y z\n");
    text_done(&out);
}

// What a capture brings cannot steer a terminal.
static void escapes(void **state)
{
    const struct field *name[] = {&toy_entries[0]};
    struct text out = {0};

    (void)state;
    table_row(&out, &toy_table, name, 1, &toy_full, true, &toy_style);
    assert_null(strchr(out.at, '\033'));
    for (size_t i = 0; i + 1 < out.len; i++)
        assert_true(out.at[i] >= ' ' && out.at[i] <= '~');
    text_done(&out);
}

static void colours(void **state)
{
    struct render_style style = toy_style;
    struct text out = {0};

    (void)state;
    style.colour = true;
    table_begin(&out, &toy_table, fields, 1, &style);
    assert_string_equal(out.at, "\033[1mWHEN (UTC)\033[0m\n");
    text_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns),
        cmocka_unit_test(escapes),
        cmocka_unit_test(colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
