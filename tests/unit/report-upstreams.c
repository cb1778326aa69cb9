// SPDX-License-Identifier: BSD-2-Clause
// States, periods and rates of upstreams.
#include "report-session.h"

#include "base/limits.h"

struct bench {
    struct upstreams upstreams;
    struct timeline timeline;
    struct arena arena;
};

static void begin(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    upstreams_init(&bench->upstreams, 1 << 26);
}

static void end(struct bench *bench)
{
    upstreams_done(&bench->upstreams);
    timeline_done(&bench->timeline);
    arena_done(&bench->arena);
}

/* A session of SERVER with one attempt at upstream 1. */
static void one(struct bench *bench, double at, unsigned server, enum outcome outcome)
{
    struct made made;
    made_session(&made, AT(at), 1, "a.test.", WHEN_MS);
    made_attempt(&made, AT(at), 1, outcome);
    made.session.server = server;
    upstreams_add(&bench->upstreams, &made.session, &bench->timeline);
}

/* A letter is an attempt: g good, s silent, u unreachable, w wrong, o open; 0.1 s pass behind it,
 * and as many seconds as a digit says. */
static void script(struct bench *bench, unsigned server, const char *letters)
{
    double at = 0;
    for (; *letters != 0; letters++) {
        if (*letters >= '0' && *letters <= '9') {
            at += *letters - '0';
            continue;
        }
        one(bench, at, server,
            *letters == 'g'   ? OUTCOME_ANSWERED
            : *letters == 's' ? OUTCOME_NO_REPLY
            : *letters == 'u' ? OUTCOME_UNREACHABLE
            : *letters == 'w' ? OUTCOME_WRONG_REPLY
                              : OUTCOME_OPEN);
        at += 0.1;
    }
}

static void finish(struct bench *bench, const struct server_facts *servers, size_t n)
{
    upstreams_finish(&bench->upstreams, &bench->arena, AT(1000), servers, n);
}

static void test_states(void **state)
{
    static const struct {
        const char *letters;
        enum path_state worst, now;
        size_t periods;
    } cases[] = {
        {"o", STATE_UNKNOWN, STATE_UNKNOWN, 0},
        {"ggg", STATE_UP, STATE_UP, 0},
        {"gggssggg", STATE_UP, STATE_UP, 1},
        {"gggsssggg", STATE_DOWN, STATE_UP, 1},
        {"gggsswssg", STATE_DEGRADED, STATE_UP, 1}, /* a wrong reply is a reply */
        {"gggsss", STATE_DOWN, STATE_DOWN, 1},
        {"suugggsss", STATE_DOWN, STATE_DOWN, 2},
        {"sgsgsgsgsgggg", STATE_DEGRADED, STATE_UP, 1},
        {"sgg3sgg3sgg", STATE_DEGRADED, STATE_UP, 3}, /* one good and 2 s without bad ones */
        {"sg1sg1sggg", STATE_DEGRADED, STATE_UP, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench bench;
        begin(&bench);
        script(&bench, 0, cases[i].letters);
        finish(&bench, NULL, 0);
        const struct upstream *upstream = bench.upstreams.rows[0];
        if (upstream->worst != cases[i].worst || upstream->now != cases[i].now ||
            upstream->periods.n != cases[i].periods)
            fail_msg("%s: %s, now %s, %zu periods", cases[i].letters, state_words[upstream->worst],
                     state_words[upstream->now], upstream->periods.n);
        end(&bench);
    }
}

/* A low no-reply rate is no state; the same count in few attempts is. */
static void test_degraded(void **state)
{
    (void)state;
    assert_false(rate_surely_over(3, 300, 0.01));
    assert_false(rate_surely_over(3, 110, 0.01));
    assert_true(rate_surely_over(3, 100, 0.01)); /* 1.03 % .. 8.45 % */
    assert_true(rate_surely_over(4, 80, 0.01));
    assert_true(rate_surely_over(20, 1000, 0.01));
    assert_false(rate_surely_over(0, 0, 0.01));
}

static void test_times(void **state)
{
    struct bench bench;
    (void)state;
    begin(&bench);
    script(&bench, 0, "ggsgsssss1gggg");
    finish(&bench, NULL, 0);
    const struct upstream *upstream = bench.upstreams.rows[0];
    assert_int_equal(upstream->first_failure, AT(0.2));
    assert_true(upstream->last_failure - AT(0.8) < 1000 && AT(0.8) - upstream->last_failure < 1000);
    assert_true(upstream->recovered_at > AT(1.8) && upstream->recovered_at < AT(2));
    assert_int_equal(upstream->periods.n, 1);
    assert_int_equal(upstream->periods.at[0].start, upstream->first_failure);
    assert_int_equal(upstream->periods.at[0].end, upstream->last_failure);
    assert_int_equal(upstream->periods.at[0].failures, 6);
    assert_int_equal(upstream->periods.at[0].attempts, 7);
    assert_int_equal(upstream->counts.attempts, 13);
    assert_int_equal(upstream->sessions_hurt, 6);
    end(&bench);
}

/* One replica is cut off, the other asks the same upstream with success. */
static void test_two_replicas(void **state)
{
    const struct server_facts servers[] = {
        {.identity = "a", .name = "a", .first_seen = AT(0), .last_seen = AT(5)},
        {.identity = "b", .name = "b", .first_seen = AT(0), .last_seen = AT(900)},
    };
    struct bench bench;
    (void)state;
    begin(&bench);
    script(&bench, 0, "ggsssss");
    script(&bench, 1, "gggggggg");
    finish(&bench, servers, 2);
    const struct upstream *upstream = bench.upstreams.rows[0];
    assert_int_equal(bench.upstreams.n_paths, 2);
    assert_string_equal(bench.upstreams.path_rows[0]->server_name, "a");
    assert_int_equal(upstream->worst, STATE_DOWN);
    assert_int_equal(upstream->now, STATE_DOWN);
    assert_int_equal(upstream->periods.n, 1);
    assert_int_equal(upstream->periods.at[0].failures, 5);
    end(&bench);

    /* the replica was gone before the upstream was heard again: that says nothing about now */
    begin(&bench);
    script(&bench, 0, "ggsssss");
    script(&bench, 1, "gg6gggg");
    finish(&bench, servers, 2);
    assert_int_equal(bench.upstreams.rows[0]->worst, STATE_DOWN);
    assert_int_equal(bench.upstreams.rows[0]->now, STATE_UP);
    end(&bench);
}

/* Failures of a session that came first but started its last attempts late stand in order. */
static void test_order(void **state)
{
    struct bench bench;
    struct made made;
    (void)state;
    begin(&bench);
    made_session(&made, AT(0), 1, "a.test.", WHEN_MS);
    made_attempt(&made, AT(0), 1, OUTCOME_NO_REPLY);
    made_attempt(&made, AT(2), 1, OUTCOME_NO_REPLY);
    made_attempt(&made, AT(4), 1, OUTCOME_NO_REPLY);
    upstreams_add(&bench.upstreams, &made.session, &bench.timeline);
    one(&bench, 1, 0, OUTCOME_ANSWERED);
    upstreams_advance(&bench.upstreams, AT(1));
    one(&bench, 3, 0, OUTCOME_ANSWERED);
    finish(&bench, NULL, 0);
    assert_int_equal(bench.upstreams.rows[0]->worst, STATE_DEGRADED); /* never three in a row */
    assert_int_equal(bench.upstreams.rows[0]->sessions_hurt, 1);
    assert_int_equal(bench.upstreams.rows[0]->recovered_at, WHEN_NONE);
    end(&bench);
}

static void test_storms_and_errors(void **state)
{
    struct bench bench;
    struct made made;
    (void)state;
    begin(&bench);
    made_session(&made, AT(0), 1, "a.test.", WHEN_MS);
    made_attempt(&made, AT(0), 1, OUTCOME_CONNECT_FAILED)->count = 5000;
    made_attempt(&made, AT(1), 2, OUTCOME_ANSWERED)->rcode = 2;
    made_attempt(&made, AT(2), 2, OUTCOME_ANSWERED)->latency_exact = false;
    made.session.tries = 5010;
    upstreams_add(&bench.upstreams, &made.session, &bench.timeline);
    finish(&bench, NULL, 0);
    const struct upstream *first = bench.upstreams.rows[1], *second = bench.upstreams.rows[0];
    assert_int_equal(first->counts.attempts, 1); /* a storm is one attempt */
    assert_int_equal(first->counts.unreachable, 1);
    assert_int_equal(bench.upstreams.folded_tries, 8);
    assert_int_equal(second->counts.answered, 2);
    assert_int_equal(counts_failed(&second->counts), 1); /* SERVFAIL is no usable answer */
    assert_int_equal(counts_ended(&second->counts), 2);
    assert_int_equal(second->first_failure, WHEN_NONE); /* but a reply */
    assert_int_equal(second->n_rcodes, 2);
    assert_int_equal(second->rcodes[0].rcode, 0);
    assert_int_equal(second->spread.count, 1); /* exact ones only */
    end(&bench);
}

/* Refreshes of the cache tell of the state and are in no count. */
static void test_refresh(void **state)
{
    struct bench bench;
    struct made made;
    (void)state;
    begin(&bench);
    one(&bench, 0, 0, OUTCOME_ANSWERED);
    made_session(&made, AT(1), 1, "a.test.", WHEN_NONE);
    for (int i = 0; i < 3; i++)
        made_attempt(&made, AT(1 + i), 1, OUTCOME_NO_REPLY);
    made_attempt(&made, AT(9), 7, OUTCOME_ANSWERED); /* an upstream without any client's attempt */
    upstreams_add_refresh(&bench.upstreams, &made.session);
    finish(&bench, NULL, 0);
    assert_int_equal(bench.upstreams.n, 1);
    assert_int_equal(bench.upstreams.n_paths, 1);
    assert_int_equal(bench.upstreams.rows[0]->counts.attempts, 1);
    assert_int_equal(bench.upstreams.rows[0]->sessions_hurt, 0);
    assert_int_equal(bench.upstreams.rows[0]->worst, STATE_DOWN);
    assert_int_equal(bench.upstreams.rows[0]->first_failure, AT(1));
    assert_int_equal(bench.upstreams.rows[0]->periods.n, 0);
    end(&bench);
}

/* However many periods there are, a bounded number is kept: the worst ones. */
static void test_many_periods(void **state)
{
    struct bench bench;
    (void)state;
    begin(&bench);
    for (int i = 0; i < 500; i++) {
        one(&bench, i * 10, 0, OUTCOME_NO_REPLY);
        if (i % 20 == 0)
            one(&bench, i * 10 + 1, 0, OUTCOME_NO_REPLY);
        for (int j = 0; j < 3; j++)
            one(&bench, i * 10 + 2 + j, 0, OUTCOME_ANSWERED);
    }
    finish(&bench, NULL, 0);
    const struct periods *periods = &bench.upstreams.rows[0]->periods;
    size_t doubles = 0;
    assert_int_equal(periods->n, LIMIT_BAD_PERIODS);
    assert_int_equal(bench.upstreams.folded_periods, 500 - LIMIT_BAD_PERIODS);
    for (size_t i = 0; i < periods->n; i++) {
        doubles += periods->at[i].failures == 2;
        assert_true(i == 0 || periods->at[i - 1].start < periods->at[i].start);
    }
    assert_int_equal(doubles, 25);
    end(&bench);
}

/* More attempts than may wait for their turn. */
static void test_moments_ceiling(void **state)
{
    struct moments moments = {0};
    struct moment moment;
    int64_t last = INT64_MIN;
    uint32_t taken = 0;
    (void)state;
    for (uint32_t i = 0; i < LIMIT_MOMENTS * 2; i++) {
        moments_add(&moments, (struct moment){.when = (int64_t)(i ^ 5), .kind = MOMENT_GOOD});
        while (moments_take(&moments, INT64_MIN, &moment))
            taken++;
    }
    assert_true(moments.n < LIMIT_MOMENTS);
    while (moments_take(&moments, INT64_MAX, &moment)) {
        assert_true(moment.when >= last);
        last = moment.when;
        taken++;
    }
    assert_int_equal(taken, LIMIT_MOMENTS * 2);
    moments_done(&moments);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),          cmocka_unit_test(test_degraded),
        cmocka_unit_test(test_times),           cmocka_unit_test(test_two_replicas),
        cmocka_unit_test(test_order),           cmocka_unit_test(test_storms_and_errors),
        cmocka_unit_test(test_refresh),         cmocka_unit_test(test_many_periods),
        cmocka_unit_test(test_moments_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
