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

// Every octet at every place of texts of every small length.
static void quoted(void **state)
{
    char text[40], out[48];

    (void)state;
    for (size_t len = 0; len < 24; len++) {
        memset(text, 'n', sizeof text);
        assert_ptr_equal(text_put_quoted(out, text, len), out + len + 2);
        assert_true(out[0] == '"' && out[len + 1] == '"');
        assert_memory_equal(out + 1, text, len);
        for (size_t at = 0; at < len; at++) {
            for (unsigned c = 0; c < 256; c++) {
                bool plain = c >= 0x20 && c <= 0x7e && c != '"' && c != '\\';
                text[at] = (char)c;
                assert_int_equal(text_put_quoted(out, text, len) != NULL, plain);
            }
            text[at] = 'n';
        }
    }
}

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
    const struct CMUnitTest tests[] = {cmocka_unit_test(quoted), cmocka_unit_test(values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
