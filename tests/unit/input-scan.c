// SPDX-License-Identifier: BSD-2-Clause
// YAML and JSON as items; what is refused, and how much memory and time that takes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

#include "base/limits.h"
#include "cluster-file.h"
#include "input/scan.h"

/* The items as a text: {, [, ), key=, value or 'value' where it was quoted; at the end the error. */
static void scan_text(const char *text, size_t len, struct text *out)
{
    struct error error = {0};
    struct scan *scan = scan_open(file_with(text, len), &error);
    struct scan_item item;
    int found;

    assert_non_null(scan);
    text_clear(out);
    while ((found = scan_next(scan, &item, &error)) == 1) {
        switch (item.kind) {
        case SCAN_OBJECT:
        case SCAN_LIST:
            text_add_char(out, item.kind == SCAN_OBJECT ? '{' : '[');
            break;
        case SCAN_CLOSE:
            text_add_char(out, ')');
            break;
        case SCAN_KEY:
            text_format(out, "%s=", item.text);
            break;
        case SCAN_VALUE:
            text_format(out, item.bare ? "%s " : "'%s' ", item.text);
            break;
        }
    }
    if (found < 0) {
        const char *where = strstr(error.text, "fd/");
        text_add_string(out, "! ");
        where = where != NULL ? strchr(where, ':') : NULL;
        text_add_string(out, where != NULL ? where : error.text);
    }
    scan_close(scan);
}

static void expect_items(const char *text, const char *want)
{
    struct text out = {0};

    scan_text(text, strlen(text), &out);
    assert_string_equal(out.at != NULL ? out.at : "", want);
    text_done(&out);
}

static void test_items(void **state)
{
    (void)state;
    expect_items("", "");
    expect_items("# nothing\n", "");
    expect_items("a: 1\nb: [x, 'y']\nc: {d: null}\n", "{a=1 b=[x 'y' )c={d=null ))");
    expect_items("{\"a\":1,\"b\":[\"x\",{\"c\":\"\"}]}", "{a=1 b=['x' {c='' )))");
    expect_items("- a\n- - b\n", "[a [b ))");
    expect_items("a: |\n  one\n  two\n", "{a='one\ntwo\n' )");
    expect_items("a: 1\n---\nb: 2\n...\n---\n- 3\n", "{a=1 ){b=2 )[3 )");
    expect_items("\"tab\\there\"", "'tab\there' ");
    expect_items("{\n\t\"a\": 1,\n\t\"b\": 2\n}\n", "{a=1 b=2 )");
}

/* What PowerShell writes behind `>`. */
static void test_utf16(void **state)
{
    static const char text[] = "\xff\xfe"
                               "a\0:\0 \0b\0\n\0";
    struct text out = {0};

    (void)state;
    scan_text(text, sizeof text - 1, &out);
    assert_string_equal(out.at, "{a=b )");
    text_done(&out);
}

static void test_refused(void **state)
{
    (void)state;
    expect_items("a: &x 1\n",
                 "{a=! :1:4: anchors and aliases (& and *) are not taken");
    expect_items("a: *x\n",
                 "{a=! :1:4: anchors and aliases (& and *) are not taken");
    expect_items("- &x [1]\n",
                 "[! :1:3: anchors and aliases (& and *) are not taken");
    expect_items("? [1]\n: 2\n", "{! :1:3: a key is no text");
    expect_items("a: \"b\\0c\"\n", "{a=! :1:4: a text holds a NUL");
    expect_items("a: b: c\n",
                 "{a=b ! :1:5: is neither YAML nor JSON: mapping values are not allowed in this "
                 "context");
    expect_items("{\"a\": [1, 2\n",
                 "{a=[1 2 ! :2:1: is neither YAML nor JSON: did not find expected ',' or ']'");
    expect_items("a: \xff\n", "! : byte 3: is no text: invalid leading UTF-8 octet");
}

static void test_no_file(void **state)
{
    struct error error = {0};

    (void)state;
    assert_null(scan_open("/nowhere/cluster.yaml", &error));
    assert_int_equal(error.code, ERROR_INPUT);
    assert_non_null(strstr(error.text, "/nowhere/cluster.yaml: "));
}

static long peak_kib(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Refused with a message, the peak of memory not much higher than before, in little time. */
static void expect_refused(const struct text *text, const char *why)
{
    long before = peak_kib();
    clock_t start = clock();
    struct text out = {0};

    scan_text(text->at, text->len, &out);
    assert_non_null(strstr(out.at, why));
    text_done(&out);
    assert_true(peak_kib() - before < 65536);
    assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
}

static void test_long_value(void **state)
{
    static const char *const begins[] = {"a: ", "a: \"", "a: |\n  ", "# ", "{\"a\": \""};
    struct text text = {0};

    (void)state;
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        text_clear(&text);
        text_add_string(&text, begins[i]);
        text_add_fill(&text, 'x', 100u << 20);
        expect_refused(&text, ": behind this, a value takes more than 2 MiB");
    }
    text_clear(&text); /* and one that is just allowed */
    text_add_string(&text, "a: ");
    text_add_fill(&text, 'x', (2u << 20) - 65536);
    struct text out = {0};
    scan_text(text.at, text.len, &out);
    assert_int_equal(out.len, text.len + 2); /* "{a=… )" */
    text_done(&out);
    text_done(&text);
}

static void test_deep(void **state)
{
    struct text text = {0};

    (void)state;
    text_add_fill(&text, '[', 10u << 20);
    expect_refused(&text, "is nested too deep");
    text_clear(&text);
    for (int i = 0; i < 2000000; i++)
        text_add_string(&text, "{\"a\":");
    expect_refused(&text, "is nested too deep");
    text_clear(&text);
    for (int i = 0; i < 2000; i++) {
        text_add_fill(&text, ' ', (size_t)i);
        text_add_string(&text, "a:\n");
    }
    expect_refused(&text, "is nested too deep");
    text_clear(&text);
    for (int i = 0; i < 500000; i++)
        text_add_string(&text, "- ");
    expect_refused(&text, "is nested too deep");
    text_done(&text);
}

/* libyaml compares each %TAG line with all before it. */
static void test_tags(void **state)
{
    struct text text = {0};

    (void)state;
    for (int i = 0; i < 100000; i++)
        text_format(&text, "%%TAG !t%d! x\n", i);
    expect_refused(&text, "has too many %TAG lines");
    text_done(&text);
    expect_items("%YAML 1.1\n%TAG !a! b\n--- !a!c x\n", "x ");
}

/* A billion laughs: the first anchor ends it. */
static void test_aliases(void **state)
{
    struct text text = {0};

    (void)state;
    text_add_string(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 40; i++)
        text_format(&text, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i,
                    i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    expect_refused(&text, ":1:5: anchors and aliases");
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_items),   cmocka_unit_test(test_utf16),
        cmocka_unit_test(test_refused), cmocka_unit_test(test_no_file),
        cmocka_unit_test(test_deep),    cmocka_unit_test(test_aliases),
        cmocka_unit_test(test_tags),    cmocka_unit_test(test_long_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
