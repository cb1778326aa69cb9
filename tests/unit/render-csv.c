// SPDX-License-Identifier: BSD-2-Clause
// CSV: RFC 4180, UTF-8 whatever the input holds.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "render-toy.h"

static void lines(void **state)
{
    const struct field *fields[] = {&toy_entries[0], &toy_entries[1], &toy_entries[3],
                                    &toy_entries[5], &toy_entries[6], &toy_entries[7],
                                    &toy_entries[8]};
    struct text out = {0};

    (void)state;
    csv_begin(&out, &toy_table, fields, 7, &toy_style);
    csv_row(&out, &toy_table, fields, 7, &toy_full, true, &toy_style);
    csv_row(&out, &toy_table, fields, 7, &toy_empty, false, &toy_style);
    assert_string_equal(
        out.at, "name,when,end.wait_ms,count,yes,shown,texts\r\n"
                "\"a\"\"b\\c\\x1b.\xc3\xa9\xc3\xbf\",2025-11-21T10:00:12.031775000Z,6003.120,-1204,"
                "true,for people,\"x, y z\"\r\n"
                ",,,0,false,for people,\r\n");
    text_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
