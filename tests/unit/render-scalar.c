// SPDX-License-Identifier: BSD-2-Clause
// Values written straight into a text.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "render/scalar.h"

static void values(void **state)
{
    static const struct {
        struct value value;
        const char *want;
    } cases[] = {
        {{.kind = VALUE_NULL}, "null"},
        {{.kind = VALUE_COUNT, .count = 0}, "0"},
        {{.kind = VALUE_COUNT, .count = INT64_MIN}, "-9223372036854775808"},
        {{.kind = VALUE_COUNT, .count = INT64_MAX}, "9223372036854775807"},
        {{.kind = VALUE_BOOL, .yes = true}, "true"},
        {{.kind = VALUE_BOOL, .yes = false}, "false"},
        {{.kind = VALUE_SHARE, .share = 0.5}, "0.5"},
        {{.kind = VALUE_MS, .ns = 1500000}, "1.500"},
        {{.kind = VALUE_TIME, .ns = 0}, "\"1970-01-01T00:00:00.000000000Z\""},
    };
    struct text out = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&out);
        text_end(&out, scalar_value(&out, text_room(&out, SCALAR_ROOM), &cases[i].value));
        assert_string_equal(out.at, cases[i].want);
        assert_int_equal(out.len, strlen(cases[i].want));
    }
    text_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
