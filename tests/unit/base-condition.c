// SPDX-License-Identifier: BSD-2-Clause
// One comparison with a value that is fetched elsewhere.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/condition.h"

static const char *const states[] = {"up", "down", NULL};
static const struct field toys[] = {
    {.path = "rate", .kind = VALUE_SHARE}, {.path = "wait_ms", .kind = VALUE_MS},
    {.path = "n", .kind = VALUE_COUNT},    {.path = "state", .kind = VALUE_TEXT, .words = states},
    {.path = "yes", .kind = VALUE_BOOL},   {.path = "name", .kind = VALUE_TEXT},
};
static const struct field_table table = {.name = "toys", .fields = toys, .n = 6};

static const struct field *find(void *context, const char *path, size_t len, size_t at,
                                struct error *error)
{
    (void)context;
    const struct field *field = field_find(&table, path, len);
    if (field == NULL)
        condition_error(error, at, "there is no field", path, len, "");
    return field;
}

static void expect(const char *text, struct value value, bool want)
{
    struct error error = {0};
    struct condition *condition = condition_new(text, find, NULL, &error);

    if (condition == NULL)
        fail_msg("%s: %s", text, error.text);
    if (condition_holds(condition, &value) != want)
        fail_msg("%s: not %d", text, want);
    condition_free(condition);
}

static void expect_error(const char *text, const char *want)
{
    struct error error = {0};

    assert_null(condition_new(text, find, NULL, &error));
    assert_int_equal(error.code, ERROR_USAGE);
    assert_string_equal(error.text, want);
}

static void test_holds(void **state)
{
    (void)state;
    expect("rate > 1%", value_share(.0101), true);
    expect("rate>1%", value_share(.01), false);
    expect("rate >= 0.01", value_share(.01), true);
    expect("RATE=1%", value_share(.01), true);
    expect("wait_ms>1s", value_ms(WHEN_SECOND + 1), true);
    expect("wait_ms>1000", value_ms(WHEN_SECOND), false);
    expect("wait_ms<=250ms", value_ms(250 * WHEN_MS), true);
    expect("n!=3", value_count(4), true);
    expect("n!=3", value_count(3), false);
    expect("state==DOWN", value_string("down"), true);
    expect("state!=up", value_string("up"), false);
    expect("yes==true", value_bool(true), true);
    expect("name == \"a,b\"", value_string("a,b"), true);
    expect("name!=x", value_null(), false); /* of null nothing is true */
    expect("n<5", value_null(), false);
}

static void test_wrong(void **state)
{
    (void)state;
    expect_error("", "column 1: a comparison is wanted: PATH OP VALUE");
    expect_error("!n>5", "column 1: a comparison is wanted: PATH OP VALUE");
    expect_error("n", "column 1: behind 'n' an operator and a value are missing");
    expect_error("n>", "column 3: a value is missing behind '>' (an empty one is \"\")");
    expect_error("n>5,n<9", "column 4: more than one comparison");
    expect_error("n>5||n<2", "column 4: more than one comparison");
    expect_error("n>five", "column 3: 'five' is no whole number");
    expect_error("m>5", "column 1: there is no field 'm'");
    expect_error("rate>lots", "column 6: 'lots' is no share (like 0.01 or 1%)");
    expect_error("name>x", "column 5: '>' is not for texts: == and != compare them");
    expect_error("name~x", "column 5: '~' is not for a single value (there are: ==, =, !=, <, <=, "
                           ">, >=)");
    expect_error("state==upp", "column 8: 'upp' is no state; did you mean 'up'?");
    expect_error("n=>5", "column 2: there is no operator '=>' (there are: ==, =, !=, <, <=, >, >=, "
                         "~, !~)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_holds), cmocka_unit_test(test_wrong)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
