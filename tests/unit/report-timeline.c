// SPDX-License-Identifier: BSD-2-Clause
// Buckets of a round width whatever the window is.
#include "report-session.h"

#include "base/limits.h"

/* N sessions evenly over SPAN_NS, in order or backwards: nothing is lost, rows as promised. */
static void check_span(int64_t span_ns, int n, bool backwards)
{
    struct timeline timeline = {0};
    struct arena arena = {0};
    struct made made;
    for (int i = 0; i < n; i++) {
        int64_t at = (int64_t)((double)span_ns * (backwards ? n - 1 - i : i) / (n - 1));
        struct sample sample =
            sample_of(made_session(&made, T0 + at, 1, "a.test.", WHEN_MS), i % 2 == 0);
        timeline_add(&timeline, T0 + at, &sample);
        if (i % 3 == 0)
            timeline_failure(&timeline, T0 + at);
    }
    timeline_finish(&timeline, &arena, T0, T0 + span_ns);
    uint64_t sessions = 0, slow = 0, failures = 0;
    assert_true(timeline.n_rows <= LIMIT_TIMELINE_ROWS);
    assert_true(timeline.n_rows >= 20 || timeline.width == WHEN_MS);
    for (size_t i = 0; i < timeline.n_rows; i++) {
        const struct bucket *row = &timeline.rows[i];
        assert_int_equal(row->start % timeline.width, 0);
        assert_true(i == 0 || row->start - row[-1].start == timeline.width);
        assert_int_equal(row->p99, row->sessions == 0 ? WHEN_NONE : WHEN_MS);
        sessions += row->sessions;
        slow += row->slow;
        failures += row->upstream_failures;
    }
    assert_true(timeline.rows[0].start <= T0 && T0 < timeline.rows[0].start + timeline.width);
    assert_int_equal(sessions, n);
    assert_int_equal(slow, (n + 1) / 2);
    assert_int_equal(failures, (n + 2) / 3);
    timeline_done(&timeline);
    arena_done(&arena);
}

static void test_spans(void **state)
{
    (void)state;
    for (int64_t span = 7 * WHEN_MS; span < INT64_C(3000000000) * WHEN_SECOND;
         span = span / 7 * 11) {
        check_span(span, 1000, false);
        check_span(span, 100, true);
    }
}

static void test_widths(void **state)
{
    static const struct {
        double seconds, width;
    } cases[] = {{42, 1}, {59, 1}, {61, 2}, {121, 5}, {600, 15}, {3600, 120}, {86400, 1800}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct timeline timeline = {0};
        struct arena arena = {0};
        timeline_finish(&timeline, &arena, T0, AT(cases[i].seconds)); /* empty rows, too */
        assert_int_equal(timeline.width, (int64_t)(cases[i].width * 1e9));
        assert_int_equal(timeline.rows[timeline.n_rows - 1].p99, WHEN_NONE);
        arena_done(&arena);
    }
}

static void test_nothing(void **state)
{
    struct timeline timeline = {0};
    struct arena arena = {0};
    (void)state;
    timeline_finish(&timeline, &arena, WHEN_NONE, WHEN_NONE);
    assert_int_equal(timeline.n_rows, 0);
    arena_done(&arena);
}

static void test_absurd(void **state)
{
    struct timeline timeline = {0};
    struct arena arena = {0};
    (void)state;
    timeline_failure(&timeline, INT64_MAX);
    timeline_failure(&timeline, INT64_MIN + 1);
    timeline_failure(&timeline, 0);
    timeline_failure(&timeline, WHEN_NONE); /* no place for it */
    timeline_finish(&timeline, &arena, INT64_MIN + 1, INT64_MAX);
    uint64_t failures = 0;
    for (size_t i = 0; i < timeline.n_rows; i++)
        failures += timeline.rows[i].upstream_failures;
    assert_int_equal(failures, 3);
    assert_true(timeline.n_rows <= LIMIT_TIMELINE_ROWS);
    timeline_done(&timeline);
    arena_done(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spans),
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_absurd),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
