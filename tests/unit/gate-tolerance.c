// SPDX-License-Identifier: BSD-2-Clause
// --tolerance: its grammar, and what is worse by it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gate/inside.h"

static struct tolerance read(const char *typed)
{
    struct tolerance tolerance = tolerance_default;
    struct error error = {0};

    if (tolerance_read(&tolerance, typed, &error) < 0)
        fail_msg("%s: %s", typed, error.text);
    return tolerance;
}

static void expect_error(const char *typed, const char *want)
{
    struct tolerance tolerance = tolerance_default;
    struct error error = {0};

    assert_int_equal(tolerance_read(&tolerance, typed, &error), -1);
    assert_int_equal(error.code, ERROR_USAGE);
    assert_string_equal(error.text, want);
}

static void test_read(void **state)
{
    struct tolerance all = read("rates=2pp/50%,percentiles=10ms/100%,counts=7");
    struct tolerance some = read("percentiles=12.5%");
    struct tolerance turned = read("rates=50%/2pp");

    (void)state;
    assert_float_equal(all.rate_points, .02, 1e-12);
    assert_float_equal(all.rate_rise, .5, 1e-12);
    assert_int_equal(all.wait_ns, 10 * WHEN_MS);
    assert_float_equal(all.wait_rise, 1, 1e-12);
    assert_int_equal(all.counts, 7);
    assert_float_equal(some.rate_points, .01, 1e-12);
    assert_float_equal(some.wait_rise, .125, 1e-12);
    assert_int_equal(some.wait_ns, 5 * WHEN_MS);
    assert_float_equal(turned.rate_points, .02, 1e-12);
    assert_float_equal(turned.rate_rise, .5, 1e-12);
}

static void test_wrong(void **state)
{
    (void)state;
    expect_error("", "column 1: '' is no tolerance (there are: rates=1pp/20%, percentiles=5ms/25%, "
                     "counts=20)");
    expect_error("counts=20,", "column 11: '' is no tolerance (there are: rates=1pp/20%, "
                               "percentiles=5ms/25%, counts=20)");
    expect_error("rates=", "column 7: '' is neither points (like 1pp) nor a share of what it was "
                           "(like 20%)");
    expect_error("rates=1%/5ms",
                 "column 10: '5ms' is neither points (like 1pp) nor a share of what "
                 "it was (like 20%)");
    expect_error("percentiles=5", "column 13: '5' is neither a duration (like 5ms) nor a share of "
                                  "what it was (like 25%)");
    expect_error("counts=2.5", "column 8: '2.5' is no whole number");
    expect_error("counts=-1", "column 8: '-1' is no whole number");
    expect_error("counts=99999999999", "column 8: '99999999999' is no whole number");
    expect_error("rates=1.2.3%", "column 7: '1.2.3%' is neither points (like 1pp) nor a share of "
                                 "what it was (like 20%)");
}

static void test_worse(void **state)
{
    const struct tolerance *usual = &tolerance_default;
    struct tolerance none = read("rates=0pp/0%,percentiles=0ms/0%");

    (void)state;
    assert_true(tolerance_rate_worse(usual, .01, .0201));
    assert_false(tolerance_rate_worse(usual, .01, .02)); /* by 1 point, not more */
    assert_false(tolerance_rate_worse(usual, .50, .55)); /* by 5 points, but 10 % */
    assert_true(tolerance_rate_worse(usual, .50, .61));
    assert_false(tolerance_rate_worse(usual, 0, .0099));
    assert_false(tolerance_rate_worse(usual, .5, .1));
    assert_true(tolerance_wait_worse(usual, 100, 126));
    assert_false(tolerance_wait_worse(usual, 100, 125));
    assert_false(tolerance_wait_worse(usual, .2, 5.1)); /* 25 times, but 4.9 ms */
    assert_true(tolerance_wait_worse(usual, .2, 5.3));
    assert_true(tolerance_rate_worse(&none, .5, .500001));
    assert_false(tolerance_rate_worse(&none, .5, .5));
    assert_true(tolerance_wait_worse(&none, 1, 1.001));
    assert_false(tolerance_wait_worse(&none, 0, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_read), cmocka_unit_test(test_wrong),
                                       cmocka_unit_test(test_worse)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
