// SPDX-License-Identifier: BSD-2-Clause
// Rows by a plan are what a walk through the table prints.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "render-toy.h"
#include "render/plan.h"

static const struct field_table plain_table = {
    "toys", "Toys without a map.", toy_entries, sizeof toy_entries / sizeof *toy_entries - 1, NULL,
    NULL};

static void json_key(struct text *out, const char *key, size_t len)
{
    text_add_json(out, key, len);
}

static void bare_key(struct text *out, const char *key, size_t len)
{
    text_add(out, key, len);
}

static const struct plan_syntax json = {.key = json_key, .escaped = text_add_json};
static const struct plan_syntax lines = {true, bare_key, text_add_json};

static void check(const struct plan_syntax *syntax, const struct toy *toy, const char *want)
{
    struct text out = {0};
    const struct plan *plan = plan_of(&plain_table, syntax);

    assert_non_null(plan);
    plan_print(plan, toy, &out);
    assert_string_equal(out.at, want);
    text_done(&out);
}

static void shapes(void **state)
{
    struct toy toy = toy_full;

    (void)state;
    toy.name = "plain";
    check(&json, &toy,
          "{\"name\":\"plain\",\"when\":\"2025-11-21T10:00:12.031775000Z\","
          "\"end\":{\"wait_ms\":6003.120,\"share\":0.25},\"count\":-1204,\"yes\":true,"
          "\"texts\":[\"x, y\",\"z\"],"
          "\"parts\":[{\"word\":\"NOERROR\",\"n\":3},{\"word\":\"no\",\"n\":4}]}");
    check(&json, &toy_empty,
          "{\"name\":null,\"when\":null,\"end\":null,\"count\":0,\"yes\":false,\"texts\":[],"
          "\"parts\":[]}");
    check(&lines, &toy,
          "- name: \"plain\"\n  when: \"2025-11-21T10:00:12.031775000Z\"\n  end:\n"
          "    wait_ms: 6003.120\n    share: 0.25\n  count: -1204\n  yes: true\n  texts:\n"
          "    - \"x, y\"\n    - \"z\"\n  parts:\n    - word: \"NOERROR\"\n      n: 3\n"
          "    - word: \"no\"\n      n: 4\n");
    check(&lines, &toy_empty,
          "- name: null\n  when: null\n  end: null\n  count: 0\n  yes: false\n  texts: []\n"
          "  parts: []\n");
}

// A text of any length and with an escape at any place leaves room for what stands behind it.
static void texts(void **state)
{
    static char name[3000], want[2 * sizeof name];
    struct toy toy = toy_empty;
    struct text out = {0};

    (void)state;
    for (size_t len = 1; len < sizeof name; len += 61) {
        memset(name, 'n', len);
        for (int odd = 0; odd < 2; odd++) {
            name[len / 2] = odd ? '"' : 'n';
            toy.name = name;
            toy.name_len = len;
            text_clear(&out);
            plan_print(plan_of(&plain_table, &json), &toy, &out);
            snprintf(want, sizeof want,
                     "{\"name\":\"%.*s%s%.*s\",\"when\":null,\"end\":null,\"count\":0,"
                     "\"yes\":false,\"texts\":[],\"parts\":[]}",
                     (int)(len / 2), name, odd ? "\\\"" : "n", (int)(len - len / 2 - 1),
                     name + len / 2 + 1);
            assert_string_equal(out.at, want);
        }
    }
    text_done(&out);
}

// Shares print themselves and may take the room of others.
static void shares(void **state)
{
    struct toy toy = toy_full;
    struct text out = {0};

    (void)state;
    for (double share = 1; share < 1e300; share *= 1e7) {
        toy.share = share;
        text_done(&out);
        plan_print(plan_of(&plain_table, &json), &toy, &out);
        assert_int_equal(out.len, strlen(out.at));
        assert_non_null(strstr(out.at, "},\"count\":-1204,\"yes\":true,"));
    }
    text_done(&out);
}

static void no_plan(void **state)
{
    (void)state;
    assert_null(plan_of(&toy_table, &json));
    for (int i = 0; i < 20; i++) { /* more plans than are kept */
        static const struct plan_syntax others[6] = {
            {false, json_key, text_add_json}, {false, json_key, text_add_json},
            {false, json_key, text_add_json}, {false, json_key, text_add_json},
            {false, json_key, text_add_json}, {false, json_key, text_add_json}};
        check(&others[i % 6], &toy_empty,
              "{\"name\":null,\"when\":null,\"end\":null,\"count\":0,\"yes\":false,\"texts\":[],"
              "\"parts\":[]}");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes),
        cmocka_unit_test(texts),
        cmocka_unit_test(shares),
        cmocka_unit_test(no_plan),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
