// SPDX-License-Identifier: BSD-2-Clause
// Values on their way to an output.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/value.h"
#include "base/when.h"

static void test_nulls(void **state)
{
    (void)state;
    assert_int_equal(value_null().kind, VALUE_NULL);
    assert_int_equal(value_string(NULL).kind, VALUE_NULL);
    assert_int_equal(value_share(-0.5).kind, VALUE_NULL);
    assert_int_equal(value_share(NAN).kind, VALUE_NULL);
    assert_int_equal(value_number(NAN).kind, VALUE_NULL);
    assert_int_equal(value_number(INFINITY).kind, VALUE_NULL);
    assert_int_equal(value_ms(WHEN_NONE).kind, VALUE_NULL);
    assert_int_equal(value_time(WHEN_NONE).kind, VALUE_NULL);
}

static void test_values(void **state)
{
    struct value text = value_text("abc", 2), empty = value_text(NULL, 0);

    (void)state;
    assert_int_equal(text.kind, VALUE_TEXT);
    assert_int_equal(text.text.len, 2);
    assert_int_equal(empty.kind, VALUE_TEXT);
    assert_non_null(empty.text.at);
    assert_int_equal(value_string("").kind, VALUE_TEXT);
    assert_int_equal(value_string("ab").text.len, 2);
    assert_int_equal(value_count(-3).count, -3);
    assert_int_equal(value_share(0).kind, VALUE_SHARE);
    assert_true(value_number(-1.5).share == -1.5);
    assert_int_equal(value_ms(5).ns, 5);
    assert_int_equal(value_time(0).kind, VALUE_TIME);
    assert_true(value_bool(true).yes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nulls), cmocka_unit_test(test_values)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
