// SPDX-License-Identifier: BSD-2-Clause
// Which stub resolver asked: its words, each sign of it, and what the client's other lookups tell.
#include "lookup-session.h"

static void test_words(void **state)
{
    static const char *const outcomes[LOOKUP_OUTCOMES] = {"Resolved", "NotFound", "Failed",
                                                          "TimedOut", "Unknown"};
    static const char *const stubs[STUBS] = {"unknown", "glibc", "musl", "go"};
    (void)state;
    for (int i = 0; i < LOOKUP_OUTCOMES; i++) {
        assert_string_equal(lookup_outcome_words[i].word, outcomes[i]);
        assert_non_null(lookup_outcome_words[i].meaning);
    }
    for (int i = 0; i < STUBS; i++) {
        assert_string_equal(stub_words[i].word, stubs[i]);
        assert_non_null(stub_words[i].meaning);
    }
    assert_null(stub_why_texts[STUB_WHY_NOTHING]);
    for (int i = 1; i < STUB_WHYS; i++)
        assert_true(strlen(stub_why_texts[i]) > 8);
}

#define WEB .client = 7, .name = "web.test.", .addresses = 1

// The stub of the first lookup that these questions make.
static struct told told_of(const struct asked *asked, size_t n)
{
    struct stage stage;
    stage_open(&stage, 1 << 20);
    for (size_t i = 0; i < n; i++)
        stage_ask(&stage, asked[i]);
    stage_end(&stage);
    assert_int_equal(stage.n, 1);
    struct told told = stage.told[0];
    stage_close(&stage);
    return told;
}

static void test_signs(void **state)
{
    static const int64_t glibc[] = {MS(5004), 0}, musl[] = {MS(2503), 0}, other[] = {MS(3001), 0};
    (void)state;
    static const struct {
        struct asked asked[2];
        size_t n;
        enum stub stub;
        enum stub_why why;
    } cases[] = {
        {{{.took = 1, .port = 1, .id = 1, WEB}}, 1, STUB_UNKNOWN, STUB_WHY_NOTHING},
        {{{.took = 6000, .port = 1, .id = 1, .again = glibc, WEB}},
         1,
         STUB_GLIBC,
         STUB_WHY_TIMER_GLIBC},
        {{{.took = 3000, .port = 1, .id = 1, .again = musl, WEB}},
         1,
         STUB_MUSL,
         STUB_WHY_TIMER_MUSL},
        {{{.took = 4000, .port = 1, .id = 1, .again = other, WEB}},
         1,
         STUB_UNKNOWN,
         STUB_WHY_NOTHING},
        {{{.took = -1, .port = 1, .id = 1, WEB}, {.ms = 5003, .took = 1, .port = 2, .id = 2, WEB}},
         2,
         STUB_GO,
         STUB_WHY_TIMER_GO},
        {{{.took = 9, .port = 1, .id = 1, WEB},
          {.ms = .3, .took = 9, .port = 2, .id = 2, .type = AAAA, WEB}},
         2,
         STUB_GO,
         STUB_WHY_TWO_PORTS},
        {{{.took = 1, .port = 1, .id = 1, WEB},
          {.ms = 1.2, .took = 1, .port = 2, .id = 2, .type = AAAA, WEB}},
         2,
         STUB_GLIBC,
         STUB_WHY_SEQUENTIAL},
        {{{.took = 1, .port = 1, .id = 0xfff0, WEB},
          {.ms = .02, .took = 1, .port = 1, .id = 0x0070, .type = AAAA, WEB}},
         2,
         STUB_MUSL,
         STUB_WHY_IDS_NEAR},
        {{{.took = 1, .port = 1, .id = 0x0070, .type = AAAA, WEB},
          {.ms = .02, .took = 1, .port = 1, .id = 0xfff0, WEB}},
         2,
         STUB_MUSL,
         STUB_WHY_IDS_NEAR},
        {{{.took = 1, .port = 1, .id = 0x0070, WEB}, // the id of AAAA in front of A's
          {.ms = .02, .took = 1, .port = 1, .id = 0xfff0, .type = AAAA, WEB}},
         2,
         STUB_GLIBC,
         STUB_WHY_IDS_APART},
        {{{.took = 1, .port = 1, .id = 1, WEB},
          {.ms = .02, .took = 1, .port = 1, .id = 1 + MUSL_IDS, .type = AAAA, WEB}},
         2,
         STUB_GLIBC,
         STUB_WHY_IDS_APART},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct told told = told_of(cases[i].asked, cases[i].n);
        assert_int_equal(told.stub, cases[i].stub);
        assert_int_equal(told.why, cases[i].why);
    }
}

// musl stops where another name follows an empty one: who goes on is not musl, whatever its ids.
static void test_went_on(void **state)
{
    static const struct asked asked[] = {
        {.took = 1, .client = 7, .port = 1, .id = 1, .name = "web.a.zone."},
        {.ms = .02,
         .took = 1,
         .client = 7,
         .port = 1,
         .id = 99,
         .type = AAAA,
         .name = "web.a.zone."},
        {.ms = 1.3,
         .took = 1,
         .client = 7,
         .port = 2,
         .id = 3,
         .name = "web.zone.",
         .addresses = 1}};
    (void)state;
    assert_int_equal(told_of(asked, 2).stub, STUB_MUSL);
    assert_int_equal(told_of(asked, 3).stub, STUB_UNKNOWN);
}

// Three lookups that agree tell of a fourth that shows nothing, but only of the same client.
static void test_usual(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1 << 20);
    for (unsigned i = 0; i < 3; i++) {
        double ms = i * 10000.0;
        stage_ask(&stage, (struct asked){.ms = ms, .took = 1, .port = i + 1, .id = 1, WEB});
        stage_ask(
            &stage,
            (struct asked){.ms = ms + .1, .took = 1, .port = i + 1, .id = 9999, .type = AAAA, WEB});
        struct asked alone = {.ms = ms + 5000, .took = 1, .port = 70 + i, .id = 5, WEB};
        stage_ask(&stage, alone);
    }
    stage_ask(&stage, (struct asked){.ms = 60000, .took = 1, .port = 80, .id = 5, WEB});
    stage_ask(&stage, (struct asked){.ms = 61000,
                                     .took = 1,
                                     .client = 8,
                                     .port = 80,
                                     .id = 5,
                                     .name = "web.test.",
                                     .addresses = 1});
    stage_end(&stage);
    assert_int_equal(stage.n, 8);
    assert_int_equal(stage.told[1].stub, STUB_UNKNOWN);
    assert_int_equal(stage.told[3].stub, STUB_UNKNOWN);
    assert_int_equal(stage.told[6].stub, STUB_GLIBC);
    assert_int_equal(stage.told[6].why, STUB_WHY_CLIENT);
    assert_int_equal(stage.told[7].stub, STUB_UNKNOWN);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_signs),
        cmocka_unit_test(test_went_on),
        cmocka_unit_test(test_usual),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
