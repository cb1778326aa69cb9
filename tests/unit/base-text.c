// SPDX-License-Identifier: BSD-2-Clause
// Growing texts and their escapes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

struct escape_case {
    const char *in;
    size_t len;
    const char *want;
};
#define CASE(in, want)                                                                             \
    {                                                                                              \
        in, sizeof(in) - 1, want                                                                   \
    }

static void check(const struct text *text, const char *want)
{
    assert_string_equal(text->at ? text->at : "", want);
    assert_int_equal(text->len, strlen(want));
}

static void test_numbers(void **state)
{
    static const struct {
        int64_t count;
        const char *plain, *grouped;
    } cases[] = {
        {0, "0", "0"},
        {7, "7", "7"},
        {-1, "-1", "-1"},
        {999, "999", "999"},
        {1000, "1000", "1,000"},
        {18311, "18311", "18,311"},
        {-123456, "-123456", "-123,456"},
        {1234567, "1234567", "1,234,567"},
        {INT64_MAX, "9223372036854775807", "9,223,372,036,854,775,807"},
        {INT64_MIN, "-9223372036854775808", "-9,223,372,036,854,775,808"},
    };
    struct text text = {NULL, 0, 0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&text);
        text_add_count(&text, cases[i].count);
        check(&text, cases[i].plain);
        text_clear(&text);
        text_add_grouped(&text, cases[i].count);
        check(&text, cases[i].grouped);
    }
    text_done(&text);
}

static void test_growth(void **state)
{
    struct text text = {NULL, 0, 0};

    (void)state;
    text_add(&text, NULL, 0);
    text_add_string(&text, "");
    text_add_fill(&text, 'x', 0);
    assert_null(text.at);
    for (size_t i = 0; i < 1000; i++) {
        text_add_char(&text, 'a');
        assert_int_equal(text.len, i + 1);
        assert_int_equal(text.at[i + 1], 0);
        assert_true(text.room > text.len);
    }
    text_clear(&text);
    check(&text, "");
    text_add_fill(&text, '-', 63);
    text_add(&text, "x", 1);
    assert_int_equal(text.len, 64);
    text_clear(&text);
    text_format(&text, "%s", "");
    text_format(&text, "%05d|%s", 42, "end");
    check(&text, "00042|end");
    text_done(&text);
    assert_null(text.at);
    text_done(&text);
}

static void test_json(void **state)
{
    static const struct escape_case cases[] = {
        CASE("", "\"\""),
        CASE("plain", "\"plain\""),
        CASE("a\"b\\c", "\"a\\\"b\\\\c\""),
        CASE("\n\r\t\b\f", "\"\\n\\r\\t\\u0008\\u000c\""),
        CASE("a\0b", "\"a\\u0000b\""),
        CASE("\x1b[31m\x7f", "\"\\u001b[31m\\u007f\""),
        CASE("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""),
        CASE("\xc2\x85", "\"\\u0085\""),                        /* a C1 control */
        CASE("\xef\xbf\xbe\xef\xbf\xbf", "\"\\ufffe\\uffff\""), /* no YAML has them */
        CASE("\xe2\x80\xa8\xe2\x80\xa9\xef\xbb\xbf",
             "\"\\u2028\\u2029\\ufeff\""),                            /* ends of lines in YAML */
        CASE("x\xff y", "\"x\\u00ff y\""),                            /* no UTF-8 at all */
        CASE("\xc3", "\"\\u00c3\""),                                  /* cut */
        CASE("\xe2\x82", "\"\\u00e2\\u0082\""),                       /* cut */
        CASE("\xc0\xaf", "\"\\u00c0\\u00af\""),                       /* longer than need be */
        CASE("\xe0\x80\xaf", "\"\\u00e0\\u0080\\u00af\""),            /* longer than need be */
        CASE("\xed\xa0\x80", "\"\\u00ed\\u00a0\\u0080\""),            /* a surrogate */
        CASE("\xf4\x90\x80\x80", "\"\\u00f4\\u0090\\u0080\\u0080\""), /* beyond 10FFFF */
        CASE("\xf5\x80\x80\x80", "\"\\u00f5\\u0080\\u0080\\u0080\""),
        CASE("a\xc3(", "\"a\\u00c3(\""),
    };
    struct text text = {NULL, 0, 0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&text);
        text_add_json(&text, cases[i].in, cases[i].len);
        check(&text, cases[i].want);
    }
    text_clear(&text);
    text_add_json(&text, NULL, 0);
    check(&text, "\"\"");
    text_done(&text);
}

static void test_csv(void **state)
{
    static const struct escape_case cases[] = {
        CASE("", ""),           CASE("a b", "a b"),       CASE("a,b", "\"a,b\""),
        CASE("\"", "\"\"\"\""), CASE("a\nb", "\"a\nb\""), CASE("a\r", "\"a\r\""),
        CASE(" lead", " lead"),
    };
    struct text text = {NULL, 0, 0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&text);
        text_add_csv(&text, cases[i].in, cases[i].len);
        check(&text, cases[i].want);
    }
    text_done(&text);
}

static void test_terminal(void **state)
{
    static const struct {
        struct escape_case escape;
        bool utf8;
    } cases[] = {
        {CASE("plain \\ text~", "plain \\ text~"), true},
        {CASE("\x1b]0;x\x07\n\x7f", "\\x1b]0;x\\x07\\x0a\\x7f"), true},
        {CASE("\xc3\xa4", "\xc3\xa4"), true},
        {CASE("\xc3\xa4", "\\xc3\\xa4"), false},
        {CASE("\xc2\x9b", "\\xc2\\x9b"), true},                   /* CSI as a C1 control */
        {CASE("\xe2\x80\xae", "\\xe2\\x80\\xae"), true},          /* right-to-left override */
        {CASE("\xe2\x81\xa6", "\\xe2\\x81\\xa6"), true},          /* isolate */
        {CASE("\xd8\x9c", "\\xd8\\x9c"), true},                   /* Arabic letter mark */
        {CASE("\xef\xbb\xbf", "\\xef\\xbb\\xbf"), true},          /* byte order mark */
        {CASE("\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81"), true}, /* tag */
        {CASE("a\0b", "a\\x00b"), true},
        {CASE("\xff", "\\xff"), true},
        {CASE("12.34\xc2\xb5s", "12.34us"), false},
        {CASE("\xc2\xb5", "\xc2\xb5"), true},
    };
    struct text text = {NULL, 0, 0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&text);
        text_add_terminal(&text, cases[i].escape.in, cases[i].escape.len, cases[i].utf8);
        check(&text, cases[i].escape.want);
    }
    assert_int_equal(text_columns("a\xc3\xa4\xe2\x96\x81", 6), 3);
    assert_int_equal(text_columns(NULL, 0), 0);
    text_done(&text);
}

static void test_html(void **state)
{
    static const struct escape_case cases[] = {
        CASE("", ""),
        CASE("plain \\ text~", "plain \\ text~"),
        CASE("<a href=\"x\" b='y'>&amp;</a>",
             "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;"),
        CASE("a\0\n\t\x1b\x7f", "a\\x00\\x0a\\x09\\x1b\\x7f"),
        CASE("\xc3\xa4\xe2\x82\xac", "\xc3\xa4\xe2\x82\xac"),
        CASE("\xc2\x85", "\\xc2\\x85"),               /* a C1 control */
        CASE("\xe2\x80\xae", "\\xe2\\x80\\xae"),      /* right-to-left override */
        CASE("\xe2\x81\xa7<", "\\xe2\\x81\\xa7&lt;"), /* isolate */
        CASE("\xe2\x80\x8b", "\\xe2\\x80\\x8b"),      /* of no width */
        CASE("\xef\xbb\xbf", "\\xef\\xbb\\xbf"),      /* byte order mark */
        CASE("\xc0\xbc", "\\xc0\\xbc"),               /* a longer '<' */
        CASE("\xe2\x82<", "\\xe2\\x82&lt;"),          /* cut in front of markup */
        CASE("\xff&", "\\xff&amp;"),
    };
    struct text text = {NULL, 0, 0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&text);
        text_add_html(&text, cases[i].in, cases[i].len);
        check(&text, cases[i].want);
    }
    // no octet, and no two of them, give anything that markup could be made of
    for (unsigned pair = 0; pair < 1u << 16; pair++) {
        char octets[2] = {(char)(pair >> 8), (char)pair};
        text_clear(&text);
        text_add_html(&text, octets, 2);
        assert_null(strpbrk(text.at, "<>\"'"));
        for (size_t i = 0; i < text.len; i++)
            assert_true((uint8_t)text.at[i] >= 0x20 && text.at[i] != 0x7f);
    }
    text_done(&text);
}

// Every octet at every place of texts of every small length.
static void test_put_quoted(void **state)
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

// The same for what names are made of, with lengths around whole blocks.
static void test_put_without(void **state)
{
    char text[64], out[64];

    (void)state;
    for (size_t len = 0; len < 40; len++) {
        memset(text, 'n', sizeof text);
        assert_true(text_put_without(out, text, len, '.'));
        assert_memory_equal(out, text, len);
        assert_true(text_is_small(text, len));
        for (size_t at = 0; at < len; at++) {
            for (unsigned c = 0; c < 256; c++) {
                bool small = c > 0x20 && c <= 0x7e && c != '\\' && (c < 'A' || c > 'Z');
                text[at] = (char)c;
                assert_int_equal(text_put_without(out, text, len, '.'), c != '.');
                assert_int_equal(text_is_small(text, len), small);
            }
            text[at] = 'n';
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_put_quoted), cmocka_unit_test(test_put_without),
        cmocka_unit_test(test_numbers),    cmocka_unit_test(test_growth),
        cmocka_unit_test(test_json),       cmocka_unit_test(test_csv),
        cmocka_unit_test(test_terminal),   cmocka_unit_test(test_html),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
