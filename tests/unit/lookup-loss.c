// SPDX-License-Identifier: BSD-2-Clause
// What a lookup tells of datagrams that did not arrive: pairs, halves, queries asked in vain or again.
#include "lookup-session.h"

#define WEB .client = 7, .name = "web.test.", .addresses = 1
#define AT_POD WEB, .at_server = true

/* The first step of the one lookup that these questions make. */
static struct lookup_step step_of(const struct asked *asked, size_t n, const uint8_t *unanswered)
{
    struct stage stage;
    struct lookup_step step;
    stage_open(&stage, 1 << 20);
    for (size_t i = 0; i < n; i++) {
        struct session *session = session_of(&stage, &asked[i]);
        session->unanswered = unanswered != NULL ? unanswered[i] : 0;
        lookups_add(stage.lookups, session, session->start, true);
        assert_null(lookups_next(stage.lookups));
    }
    lookups_end(stage.lookups);
    const struct lookup *lookup = lookups_next(stage.lookups);
    assert_non_null(lookup);
    step = *lookup->steps;
    assert_null(lookups_next(stage.lookups));
    stage_close(&stage);
    return step;
}

static void test_pairs(void **state)
{
    static const struct {
        struct asked asked[2];
        bool pair;
    } cases[] = {
        {{{.took = 1, .port = 9, .id = 1, WEB},
          {.ms = 0.1, .took = 1, .port = 9, .id = 2, .type = AAAA, WEB}},
         true},
        /* behind the first's answer: one after the other */
        {{{.took = 1, .port = 9, .id = 1, WEB},
          {.ms = 1.2, .took = 1, .port = 9, .id = 2, .type = AAAA, WEB}},
         false},
        /* later than at once, but before the answer */
        {{{.took = 10, .port = 9, .id = 1, WEB},
          {.ms = 3, .took = 1, .port = 9, .id = 2, .type = AAAA, WEB}},
         true},
        {{{.took = 1, .port = 9, .id = 1, WEB},
          {.ms = 0.1, .took = 1, .port = 8, .id = 2, .type = AAAA, WEB}},
         false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct lookup_step step = step_of(cases[i].asked, 2, NULL);
        assert_int_equal(step.n, 2);
        assert_int_equal(step.pair, cases[i].pair);
        assert_false(step.half);
    }
}

static void test_halves(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        double gap = late ? 2580 : 2504; /* musl's timer, and a pause that is none */
        const struct asked asked[] = {
            {.took = 1, .port = 9, .id = 0x100, AT_POD},
            {.ms = gap, .took = 1, .port = 9, .id = 0x190, .type = AAAA, AT_POD}};
        struct lookup_step step = step_of(asked, 2, NULL);
        assert_int_equal(step.half, !late);
        assert_false(step.pair);
    }
}

static void test_asked_again_though_answered(void **state)
{
    static const struct {
        double took, gap;
        unsigned again;
    } cases[] = {{1, 5003, 1}, {1, 2501, 1}, {1, 5300, 0}, {5100, 5003, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct asked asked[] = {{.took = cases[i].took, .port = 9, .id = 1, AT_POD},
                                      {.ms = cases[i].gap, .took = 1, .port = 9, .id = 1, AT_POD}};
        struct lookup_step step = step_of(asked, 2, NULL);
        assert_int_equal(step.query[0].asked, 2);
        assert_int_equal(step.query[0].again, cases[i].again);
        assert_int_equal(step.query[0].lost, 0);
    }
}

static void test_asked_in_vain(void **state)
{
    static const int64_t glibc[] = {MS(5001), 0};
    static const uint8_t one[] = {1}, none[] = {0};
    const struct asked asked[] = {{.took = 5002, .port = 9, .id = 1, .again = glibc, WEB}};
    (void)state;
    struct lookup_step step = step_of(asked, 1, one);
    assert_int_equal(step.query[0].lost, 1);
    assert_true(step.query[0].first_lost);
    step = step_of(asked, 1, none); /* both were answered: it was late, not lost */
    assert_int_equal(step.query[0].lost, 0);
    assert_false(step.query[0].first_lost);
    const struct asked never[] = {{.took = -1, .port = 9, .id = 1, WEB}};
    step = step_of(never, 1, one);
    assert_true(step.query[0].first_lost);
}

static void test_timers(void **state)
{
    static const double yes[] = {1000, 2003, 2500, 2549, 5020, 10049},
                        no[] = {0, 990, 2051, 3500, 5100};
    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        assert_true(lookup_is_timer(MS(yes[i])));
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        assert_false(lookup_is_timer(MS(no[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_halves),
        cmocka_unit_test(test_asked_again_though_answered),
        cmocka_unit_test(test_asked_in_vain),
        cmocka_unit_test(test_timers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
