// SPDX-License-Identifier: BSD-2-Clause
// Times and durations, printed and read.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/when.h"

static void test_print(void **state)
{
    static const struct {
        int64_t when;
        const char *want;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000000000Z"},
        {INT64_C(1795168812031775000), "2026-11-20T10:00:12.031775000Z"},
        {-1, "1969-12-31T23:59:59.999999999Z"},
        {-WHEN_SECOND, "1969-12-31T23:59:59.000000000Z"},
        {-86400 * WHEN_SECOND - 1, "1969-12-30T23:59:59.999999999Z"},
        {951782400 * WHEN_SECOND, "2000-02-29T00:00:00.000000000Z"},
        {4107542400 * WHEN_SECOND, "2100-03-01T00:00:00.000000000Z"},
        {INT64_MAX, "2262-04-11T23:47:16.854775807Z"},
        {INT64_MIN + 1, "1677-09-21T00:12:43.145224193Z"},
        {WHEN_NONE, ""},
    };
    char text[WHEN_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(when_print(cases[i].when, text), strlen(cases[i].want));
        assert_string_equal(text, cases[i].want);
    }
}

/* Against the C library's calendar, over the whole range. */
static void test_calendar(void **state)
{
    char text[WHEN_TEXT_MAX], want[WHEN_TEXT_MAX];

    (void)state;
    for (int64_t seconds = INT64_C(-9223372036); seconds < INT64_C(9223372036);
         seconds += 7654321) {
        time_t when = (time_t)seconds;
        struct tm tm;
        enum when_base base;
        struct error error;
        int64_t back;

        assert_non_null(gmtime_r(&when, &tm));
        strftime(want, sizeof want, "%Y-%m-%dT%H:%M:%S.000000000Z", &tm);
        when_print(seconds * WHEN_SECOND, text);
        assert_string_equal(text, want);
        assert_int_equal(when_parse_point(text, &base, &back, &error), 0);
        assert_int_equal(base, WHEN_ABSOLUTE);
        assert_true(back == seconds * WHEN_SECOND);
    }
}

static void test_print_table(void **state)
{
    static const struct {
        bool local, clock_only;
        int decimals;
        const char *want;
    } cases[] = {
        {false, false, 0, "2026-11-20 10:00:12"},
        {false, true, 0, "10:00:12"},
        {false, true, 3, "10:00:12.031"},
        {false, true, 9, "10:00:12.031775999"},
        {true, false, 6, "2026-11-20 15:45:12.031775"},
    };
    char text[WHEN_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        when_print_table(INT64_C(1795168812031775999), cases[i].local, cases[i].clock_only,
                         cases[i].decimals, text);
        assert_string_equal(text, cases[i].want);
    }
    assert_int_equal(when_print_table(WHEN_NONE, true, false, 3, text), 0);
    assert_int_equal(when_print_table(-1, false, true, 1, text), 10);
    assert_string_equal(text, "23:59:59.9");
}

static void test_print_ms(void **state)
{
    static const struct {
        int64_t ns;
        const char *want;
    } cases[] = {
        {0, "0.000"},
        {499, "0.000"},
        {500, "0.001"},
        {-499, "0.000"},
        {-500, "-0.001"},
        {6003120000, "6003.120"},
        {1499, "0.001"},
        {999500, "1.000"},
        {-1234567890, "-1234.568"},
        {INT64_MAX, "9223372036854.776"},
        {INT64_MIN + 1, "-9223372036854.776"},
        {WHEN_NONE, ""},
    };
    char text[WHEN_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(when_print_ms(cases[i].ns, text), strlen(cases[i].want));
        assert_string_equal(text, cases[i].want);
    }
}

static void test_print_human(void **state)
{
    static const struct {
        int64_t ns;
        const char *want, *compact;
    } cases[] = {
        {0, "0 ms", "0ms"},
        {1, "0.00 ms", "0.00ms"},
        {34000, "0.03 ms", "0.03ms"},
        {94999, "0.09 ms", "0.09ms"},
        {95000, "0.1 ms", "0.1ms"},
        {300000, "0.3 ms", "0.3ms"},
        {9940000, "9.9 ms", "9.9ms"},
        {9950000, "10 ms", "10.0ms"},
        {11800000, "12 ms", "11.8ms"},
        {99960000, "100 ms", "100ms"},
        {231400000, "231 ms", "231ms"},
        {999499999, "999 ms", "999ms"},
        {999500000, "1.0 s", "1.0s"},
        {2100000000, "2.1 s", "2.1s"},
        {14200000000, "14 s", "14.2s"},
        {59499999999, "59 s", "59.5s"},
        {59500000000, "1m00s", "1m00s"},
        {100000000000, "1m40s", "1m40s"},
        {3599500000000, "1h00m", "1h00m"},
        {6000000000000, "1h40m", "1h40m"},
        {86400000000000, "24h00m", "24h00m"},
        {INT64_C(360000000000000), "4d4h", "4d4h"},
        {INT64_MAX, "106752d", "106752d"},
        {-2100000000, "-2.1 s", "-2.1s"},
        {WHEN_NONE, "", ""},
    };
    char text[WHEN_TEXT_MAX];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(when_print_human(cases[i].ns, false, text), strlen(cases[i].want));
        assert_string_equal(text, cases[i].want);
        when_print_human(cases[i].ns, true, text);
        assert_string_equal(text, cases[i].compact);
    }
    for (int64_t ns = 1; ns < INT64_MAX / 3; ns = ns * 3 / 2 + 1)
        assert_in_range(when_print_human(ns, false, text), 2, 7);
}

static void test_durations(void **state)
{
    static const struct {
        const char *text;
        int64_t ns; /* -1: refused */
    } cases[] = {
        {"5ms", 5000000},
        {"1s", 1000000000},
        {"1.5s", 1500000000},
        {"200us", 200000},
        {"2m", 120000000000},
        {"1h", 3600000000000},
        {"0s", 0},
        {"0.1us", 100},
        {"0.0001us", 0},
        {"1.000000001s", 1000000001},
        {"0.123456789123456789s", 123456789},
        {"0.5h", 1800000000000},
        {"2562047h", INT64_C(9223369200000000000)},
        {"9223372036854775us", INT64_C(9223372036854775000)},
        {"9223372036854776us", -1},
        {"2562048h", -1},
        {"99999999999999999999s", -1},
        {"", -1},
        {"s", -1},
        {"5", -1},
        {"5 ms", -1},
        {" 5ms", -1},
        {"5ms ", -1},
        {"-5ms", -1},
        {"+5ms", -1},
        {".5s", -1},
        {"5.s", -1},
        {"1.5.2s", -1},
        {"1e3s", -1},
        {"0x10s", -1},
        {"5S", -1},
        {"5ns", 5},
        {"12.34\xc2\xb5s", 12340},
        {"3\xce\xbcs", 3000},
        {"1m30s", 90000000000},
        {"1h0m0.5s", INT64_C(3600500000000)},
        {"2562047h47m16s", INT64_C(9223372036000000000)},
        {"2562047h47m17s", -1},
        {"9223372036854775807ns1ns", -1},
        {"9223372036854775808ns", -1},
        {"5d", -1},
        {"1m30", -1},
        {"1m s", -1},
        {"1m.5s", -1},
        {"1m-5s", -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {ERROR_NONE, ""};
        int64_t ns = 77;
        int result = when_parse_duration(cases[i].text, &ns, &error);

        assert_int_equal(result, cases[i].ns < 0 ? -1 : 0);
        assert_true(ns == (cases[i].ns < 0 ? 77 : cases[i].ns));
        assert_int_equal(error.code, cases[i].ns < 0 ? ERROR_USAGE : ERROR_NONE);
        assert_int_equal(error.text[0] != 0, cases[i].ns < 0);
    }
}

static void test_points(void **state)
{
    static const struct {
        const char *text;
        enum when_base base;
        int64_t value; /* -1: refused */
    } cases[] = {
        {"2026-11-20T10:00:12.031775Z", WHEN_ABSOLUTE, INT64_C(1795168812031775000)},
        {"2026-11-20 10:00:12z", WHEN_ABSOLUTE, INT64_C(1795168812000000000)},
        {"2026-11-20t11:30:12+01:30", WHEN_ABSOLUTE, INT64_C(1795168812000000000)},
        {"2026-11-20T05:00:12-05:00", WHEN_ABSOLUTE, INT64_C(1795168812000000000)},
        {"2016-12-31T23:59:60Z", WHEN_ABSOLUTE, INT64_C(1483228800000000000)},
        {"2262-04-11T23:47:16.854775807Z", WHEN_ABSOLUTE, INT64_MAX},
        {"2024-02-29T00:00:00Z", WHEN_ABSOLUTE, INT64_C(1709164800000000000)},
        {"10:00", WHEN_CLOCK, 36000 * INT64_C(1000000000)},
        {"00:00:00", WHEN_CLOCK, 0},
        {"23:59:59.5", WHEN_CLOCK, INT64_C(86399500000000)},
        {"+90s", WHEN_FROM_START, 90 * INT64_C(1000000000)},
        {"-5m", WHEN_FROM_END, 300 * INT64_C(1000000000)},
        {"2262-04-11T23:47:16.854775808Z", WHEN_ABSOLUTE, -1},
        {"9999-12-31T23:59:59Z", WHEN_ABSOLUTE, -1},
        {"0000-01-01T00:00:00Z", WHEN_ABSOLUTE, -1},
        {"2023-02-29T00:00:00Z", WHEN_ABSOLUTE, -1},
        {"1900-02-29T00:00:00Z", WHEN_ABSOLUTE, -1},
        {"2026-13-01T00:00:00Z", WHEN_ABSOLUTE, -1},
        {"2026-00-01T00:00:00Z", WHEN_ABSOLUTE, -1},
        {"2026-04-31T00:00:00Z", WHEN_ABSOLUTE, -1},
        {"2026-11-20T24:00:00Z", WHEN_ABSOLUTE, -1},
        {"2026-11-20T10:60:00Z", WHEN_ABSOLUTE, -1},
        {"2026-11-20T10:00:12", WHEN_ABSOLUTE, -1},
        {"2026-11-20T10:00Z", WHEN_ABSOLUTE, -1},
        {"2026-11-20T10:00:12.Z", WHEN_ABSOLUTE, -1},
        {"2026-11-20T10:00:12Z ", WHEN_ABSOLUTE, -1},
        {"2026-11-20T10:00:12+1:00", WHEN_ABSOLUTE, -1},
        {"2026-11-20", WHEN_ABSOLUTE, -1},
        {"", WHEN_ABSOLUTE, -1},
        {"1", WHEN_ABSOLUTE, -1},
        {"10", WHEN_ABSOLUTE, -1},
        {"10:", WHEN_ABSOLUTE, -1},
        {"10:0", WHEN_ABSOLUTE, -1},
        {"1:00", WHEN_ABSOLUTE, -1},
        {"24:00", WHEN_ABSOLUTE, -1},
        {"10:00:", WHEN_ABSOLUTE, -1},
        {"10:00:60", WHEN_ABSOLUTE, -1},
        {"10:00:00.", WHEN_ABSOLUTE, -1},
        {"10:00.5", WHEN_ABSOLUTE, -1},
        {"+", WHEN_ABSOLUTE, -1},
        {"--5m", WHEN_ABSOLUTE, -1},
        {"+5", WHEN_ABSOLUTE, -1},
        {"yesterday", WHEN_ABSOLUTE, -1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error error = {ERROR_NONE, ""};
        enum when_base base = WHEN_ABSOLUTE;
        int64_t value = 0;
        int result = when_parse_point(cases[i].text, &base, &value, &error);

        if (result != (cases[i].value < 0 ? -1 : 0) || (result == 0 && value != cases[i].value))
            fail_msg("%s: %d, %lld, %s", cases[i].text, result, (long long)value, error.text);
        if (result == 0)
            assert_int_equal(base, cases[i].base);
        else
            assert_int_equal(error.code, ERROR_USAGE);
    }
}

/* Every prefix of a good text is read within its bounds. */
static void test_prefixes(void **state)
{
    static const char *const texts[] = {"2026-11-20T10:00:12.031775+01:30", "23:59:59.25",
                                        "+1.25h"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        for (size_t len = 0; len < strlen(texts[i]); len++) {
            char *cut = strndup(texts[i], len);
            struct error error;
            enum when_base base;
            int64_t value;

            when_parse_point(cut, &base, &value, &error);
            free(cut);
        }
    }
}

static void test_error_text(void **state)
{
    struct error error;
    int64_t ns;

    (void)state;
    when_parse_duration("5\x1b[31mms", &ns, &error);
    assert_string_equal(error.text,
                        "\"5\\x1b[31mms\" is not a duration (like 200us, 5ms, 1.5s, 2m, 1h)");
}

static void test_midnight(void **state)
{
    (void)state;
    assert_true(when_midnight(INT64_C(1795168812031775000), false) == INT64_C(1795132800000000000));
    /* +05:45: midnight there is 18:15 UTC of the day before */
    assert_true(when_midnight(INT64_C(1795168812031775000), true) == INT64_C(1795112100000000000));
    assert_true(when_midnight(-1, false) == -86400 * WHEN_SECOND);
    assert_true(when_midnight(0, false) == 0);
    assert_true(when_midnight(WHEN_NONE, true) == WHEN_NONE);
    when_midnight(INT64_MAX, true);
    assert_true(when_midnight(INT64_MIN + 1, false) == WHEN_NONE);
    when_midnight(INT64_MIN + 1, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_print),       cmocka_unit_test(test_calendar),
        cmocka_unit_test(test_print_table), cmocka_unit_test(test_print_ms),
        cmocka_unit_test(test_print_human), cmocka_unit_test(test_durations),
        cmocka_unit_test(test_points),      cmocka_unit_test(test_prefixes),
        cmocka_unit_test(test_error_text),  cmocka_unit_test(test_midnight),
    };

    setenv("TZ", "XXX-5:45", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
