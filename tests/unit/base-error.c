// SPDX-License-Identifier: BSD-2-Clause
// The sentence of a failure.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"

static void test_set(void **state)
{
    struct error error = {ERROR_NONE, ""};

    (void)state;
    assert_int_equal(error_set(&error, ERROR_INPUT, "%s: byte %d", "a.fstrm", 7), -1);
    assert_int_equal(error.code, ERROR_INPUT);
    assert_string_equal(error.text, "a.fstrm: byte 7");
}

static void test_long(void **state)
{
    struct error error;
    char word[2000];

    (void)state;
    memset(word, 'x', sizeof word);
    word[sizeof word - 1] = 0;
    assert_int_equal(error_set(&error, ERROR_USAGE, "%s", word), -1);
    assert_int_equal(strlen(error.text), sizeof error.text - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_set), cmocka_unit_test(test_long)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
