// SPDX-License-Identifier: BSD-2-Clause
// What a lookup comes to, for each stub resolver: outcome, wait, host, queries for nothing.
#include <stdio.h>

#include "lookup-session.h"

// Lookups of some questions, A and AAAA of a musl client where their ids are near.
static struct stage run(const struct asked *asked, size_t n)
{
    struct stage stage;
    stage_open(&stage, 1 << 20);
    for (size_t i = 0; i < n; i++)
        stage_ask(&stage, asked[i]);
    // something of another client, so that the capture is long enough
    stage_ask(
        &stage,
        (struct asked){
            .ms = 60000, .took = 1, .client = 99, .port = 1, .name = "z.test.", .addresses = 1});
    stage_end(&stage);
    return stage;
}

enum end { FOUND, EMPTY, MISSING, ERROR, NOTHING };

static struct asked question(enum end end, bool aaaa, bool musl)
{
    return (struct asked){.ms = aaaa ? .02 : 0,
                          .took = end == NOTHING ? -1 : 1,
                          .client = 7,
                          .port = 1,
                          .id = !aaaa  ? 1
                                : musl ? 129
                                       : 40000,
                          .name = "web.test.",
                          .type = aaaa ? AAAA : A,
                          .rcode = end == MISSING ? NXDOMAIN
                                   : end == ERROR ? SERVFAIL
                                                  : NOERROR,
                          .addresses = end == FOUND};
}

// packets.md section 4.1: glibc takes the half that it has, musl takes all or nothing.
static void test_pairs(void **state)
{
    (void)state;
    static const struct {
        enum end a, aaaa;
        enum lookup_outcome glibc, musl;
    } cases[] = {
        {FOUND, FOUND, LOOKUP_RESOLVED, LOOKUP_RESOLVED},
        {FOUND, EMPTY, LOOKUP_RESOLVED, LOOKUP_RESOLVED},
        {EMPTY, FOUND, LOOKUP_RESOLVED, LOOKUP_RESOLVED},
        {EMPTY, EMPTY, LOOKUP_NOT_FOUND, LOOKUP_NOT_FOUND},
        {MISSING, MISSING, LOOKUP_NOT_FOUND, LOOKUP_NOT_FOUND},
        {FOUND, ERROR, LOOKUP_RESOLVED, LOOKUP_FAILED},
        {ERROR, FOUND, LOOKUP_RESOLVED, LOOKUP_FAILED},
        {ERROR, ERROR, LOOKUP_FAILED, LOOKUP_FAILED},
        {FOUND, NOTHING, LOOKUP_RESOLVED, LOOKUP_TIMED_OUT},
        {NOTHING, FOUND, LOOKUP_RESOLVED, LOOKUP_TIMED_OUT},
        {NOTHING, NOTHING, LOOKUP_TIMED_OUT, LOOKUP_TIMED_OUT},
        {ERROR, NOTHING, LOOKUP_FAILED, LOOKUP_TIMED_OUT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int musl = 0; musl < 2; musl++) {
            struct asked asked[2] = {question(cases[i].a, false, musl),
                                     question(cases[i].aaaa, true, musl)};
            struct stage stage = run(asked, 2);
            assert_int_equal(stage.n, 2);
            assert_int_equal(stage.told[0].stub, musl ? STUB_MUSL : STUB_GLIBC);
            assert_int_equal(stage.told[0].lookup.outcome, musl ? cases[i].musl : cases[i].glibc);
            stage_close(&stage);
        }
}

// The wait ends with the last answer; where one is missing it is a lower bound.
static void test_waits(void **state)
{
    (void)state;
    struct asked asked[2] = {question(FOUND, false, false), question(EMPTY, true, false)};
    asked[0].took = 3;
    asked[1].took = 7;
    struct stage stage = run(asked, 2);
    assert_int_equal(stage.told[0].lookup.waited_ns, MS(7.02));
    assert_true(stage.told[0].lookup.waited_exact);
    assert_int_equal(stage.told[0].lookup.end, T0 + MS(7.02));
    assert_true(lookup_is_slow(&stage.told[0].lookup, MS(7)));
    assert_false(lookup_is_slow(&stage.told[0].lookup, MS(7.02)));
    stage_close(&stage);
    asked[1].took = -1;
    stage = run(asked, 2);
    assert_int_equal(stage.told[0].lookup.waited_ns, MS(3));
    assert_false(stage.told[0].lookup.waited_exact);
    assert_int_equal(stage.told[0].lookup.end, T0 + MS(3));
    stage_close(&stage);
    asked[0].took = -1;
    stage = run(asked, 2);
    assert_int_equal(stage.told[0].lookup.waited_ns, MS(.02));
    assert_int_equal(stage.told[0].lookup.end, WHEN_NONE);
    stage_close(&stage);
}

// musl has given up 5 s behind its first query: what comes then comes too late.
static void test_musl_late(void **state)
{
    (void)state;
    struct asked asked[2] = {question(FOUND, false, true), question(FOUND, true, true)};
    asked[0].took = asked[1].took = 4999;
    struct stage stage = run(asked, 2);
    assert_int_equal(stage.told[0].lookup.outcome, LOOKUP_RESOLVED);
    stage_close(&stage);
    asked[1].took = 5060;
    stage = run(asked, 2);
    assert_int_equal(stage.told[0].lookup.outcome, LOOKUP_TIMED_OUT);
    stage_close(&stage);
}

#define STEP(n, at, rcode_, addresses_)                                                            \
    {                                                                                              \
        .ms = at, .took = .5, .client = 7, .port = n, .id = n, .rcode = rcode_,                    \
        .addresses = addresses_,                                                                   \
        .name = (n) == 1   ? "web.shop.svc.zone."                                                  \
                : (n) == 2 ? "web.svc.zone."                                                       \
                : (n) == 3 ? "web.zone."                                                           \
                           : "web."                                                                \
    }

// A walk is judged by its last name, but for what glibc keeps in mind on its way.
static void test_walks(void **state)
{
    (void)state;
    static const struct {
        uint16_t rcode[4];
        unsigned addresses[4];
        enum lookup_outcome outcome;
        uint32_t wasted;
    } cases[] = {
        {{NXDOMAIN, NXDOMAIN, NXDOMAIN, NOERROR}, {0, 0, 0, 1}, LOOKUP_RESOLVED, 3},
        {{NXDOMAIN, NXDOMAIN, NXDOMAIN, NXDOMAIN}, {0, 0, 0, 0}, LOOKUP_NOT_FOUND, 0},
        {{NOERROR, NXDOMAIN, NXDOMAIN, NXDOMAIN}, {0, 0, 0, 0}, LOOKUP_NOT_FOUND, 0},
        {{NOERROR, NXDOMAIN, NXDOMAIN, SERVFAIL}, {0, 0, 0, 0}, LOOKUP_NOT_FOUND, 0},
        {{SERVFAIL, NXDOMAIN, NXDOMAIN, NXDOMAIN}, {0, 0, 0, 0}, LOOKUP_FAILED, 0},
        {{SERVFAIL, NXDOMAIN, NXDOMAIN, NOERROR}, {0, 0, 0, 1}, LOOKUP_RESOLVED, 2},
        {{NXDOMAIN, NXDOMAIN, NXDOMAIN, SERVFAIL}, {0, 0, 0, 0}, LOOKUP_FAILED, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint16_t *r = cases[i].rcode;
        const unsigned *n = cases[i].addresses;
        const struct asked asked[4] = {STEP(1, 0, r[0], n[0]), STEP(2, .7, r[1], n[1]),
                                       STEP(3, 1.4, r[2], n[2]), STEP(4, 2.1, r[3], n[3])};
        struct stage stage = run(asked, 4);
        const struct told *told = &stage.told[0];
        assert_int_equal(stage.n, 2);
        assert_string_equal(told->host, "web.");
        assert_int_equal(told->lookup.outcome, cases[i].outcome);
        assert_int_equal(told->lookup.wasted, cases[i].wasted);
        assert_int_equal(told->lookup.queries, 4);
        assert_int_equal(told->n_steps, 4);
        for (int step = 0; step < 4; step++)
            assert_int_equal(told->rcodes[step], r[step]);
        assert_int_equal(told->lookup.waited_ns, MS(2.6));
        stage_close(&stage);
    }
}

// A search list that never ends: steps and sessions are kept up to a bound, and all are counted.
static void test_many(void **state)
{
    static int64_t again[SESSION_REPEAT_TIMES_MAX + 1];
    struct stage stage;
    (void)state;
    stage_open(&stage, 1 << 20);
    for (unsigned i = 0; i < 60; i++) {
        char name[256] = "web.";
        size_t len = strlen(name);
        for (unsigned k = i; k < 60; k++)
            len += (size_t)snprintf(name + len, sizeof name - len, "x%02u.", k);
        stage_ask(&stage, (struct asked){.ms = i,
                                         .took = .5,
                                         .client = 7,
                                         .port = i + 1,
                                         .id = i + 1,
                                         .name = name,
                                         .rcode = NXDOMAIN});
    }
    for (int i = 0; i < SESSION_REPEAT_TIMES_MAX; i++)
        again[i] = MS(2000 + 5000 * (i + 1));
    stage_ask(&stage, (struct asked){.ms = 2000,
                                     .took = -1,
                                     .client = 8,
                                     .port = 1,
                                     .id = 1,
                                     .name = "db.",
                                     .again = again});
    stage_ask(&stage, (struct asked){.ms = 2000.02,
                                     .took = -1,
                                     .client = 8,
                                     .port = 1,
                                     .id = 9999,
                                     .type = AAAA,
                                     .name = "db."});
    stage_end(&stage);
    assert_int_equal(stage.n, 2);
    assert_int_equal(stage.told[0].lookup.n_steps, 60);
    assert_int_equal(stage.told[0].n_steps, LOOKUP_STEPS_MAX);
    assert_int_equal(stage.told[0].lookup.n_sessions, 60);
    assert_int_equal(stage.told[0].n_sessions, LOOKUP_SESSIONS_MAX);
    for (uint64_t i = 0; i < LOOKUP_SESSIONS_MAX; i++)
        assert_int_equal(stage.told[0].sessions[i], i + 1);
    assert_int_equal(stage.told[1].lookup.n_stalls, SESSION_REPEAT_TIMES_MAX);
    assert_int_equal(stage.told[1].n_stalls, LOOKUP_STALLS_MAX);
    for (int i = 0; i < LOOKUP_STALLS_MAX; i++)
        assert_int_equal(stage.told[1].stalls[i], MS(5000));
    assert_int_equal(stage.told[1].lookup.queries, 2 + SESSION_REPEAT_TIMES_MAX);
    stage_close(&stage);
}

// What stands in no figure is in no lookup; what shows no question is counted.
static void test_passed_over(void **state)
{
    const struct asked asked = {.took = 1, .client = 7, .port = 1, .name = "web.test."};
    struct stage stage;
    struct session *session;
    (void)state;
    stage_open(&stage, 1 << 20);
    session = session_of(&stage, &asked);
    session->background = true;
    stage_add(&stage, session);
    session = session_of(&stage, &asked);
    session->internal = true;
    stage_add(&stage, session);
    session = session_of(&stage, &asked);
    session->has_client = false;
    stage_add(&stage, session);
    session = session_of(&stage, &asked);
    session->start = WHEN_NONE;
    stage_add(&stage, session);
    session = session_of(&stage, &asked);
    session->start = session->end = INT64_MAX;
    stage_add(&stage, session);
    assert_int_equal(lookups_counts(stage.lookups).nameless, 0);
    session = session_of(&stage, &asked);
    session->has_question = false;
    stage_add(&stage, session);
    assert_int_equal(lookups_counts(stage.lookups).nameless, 1);
    stage_end(&stage);
    assert_int_equal(stage.n, 0);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),     cmocka_unit_test(test_waits),
        cmocka_unit_test(test_musl_late), cmocka_unit_test(test_walks),
        cmocka_unit_test(test_many),      cmocka_unit_test(test_passed_over),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
