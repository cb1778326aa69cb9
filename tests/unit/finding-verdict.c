// SPDX-License-Identifier: BSD-2-Clause
// The verdict: each state with the case that just misses it, and the words of its sentence.
#include "report-session.h"

#include "finding/inside.h"

static struct findings *findings;
static struct report *report;
static struct input_row input;

static int begin(void **state)
{
    (void)state;
    findings = findings_new(&(struct finding_options){.slow_ns = 100 * WHEN_MS});
    report = report_new(&(struct report_options){100 * WHEN_MS, 10, 1 << 22, NULL});
    memset(&input, 0, sizeof input);
    input.has_packets = true;
    return 0;
}

static int end(void **state)
{
    (void)state;
    report_free(report);
    findings_free(findings);
    return 0;
}

/* N sessions that waited for a millisecond; STATUS of all. */
static void add(unsigned n, enum status status, int64_t waited_ns)
{
    static unsigned second;
    struct made made;
    for (unsigned i = 0; i < n; i++) {
        made_session(&made, AT(second++ % 60), 1, "a.test.", waited_ns);
        made.session.status = (uint8_t)status;
        report_add(report, &made.session, made.session.start);
        enum harm harm = harm_of_session(&made.session, 100 * WHEN_MS);
        findings->sessions_by_harm[harm]++;
        findings->unexplained_sessions += harm >= HARM_STALLED;
    }
}

/* A finding, and the sessions that it explains. */
static struct finding_row *find(enum finding_id id, enum severity severity, uint64_t explains,
                                const char *summary)
{
    struct finding_row *row = finding_new(findings, id, NULL, CONFIDENCE_SURE);
    row->severity = (uint8_t)severity;
    row->sessions = explains;
    row->summary = summary;
    return row;
}

static void judge(void)
{
    report_finish(report, NULL, NULL, 0, false);
    if (input.has_packets) {
        report->facts.inputs = &input;
        report->facts.n_inputs = 1;
    }
    findings->report = report;
    verdict_judge(findings, report);
}

static void check(const char *state, const char *sentence)
{
    judge();
    assert_string_equal(report->verdict.sentence, sentence);
    assert_string_equal(report->verdict.state, state);
}

static void test_healthy(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    input.vantage = "node";
    check("healthy", "Nothing wrong seen: 20 sessions, none failed; the longest wait is 1.0 ms.");
}

static void test_healthy_says_what_it_does_not_speak_of(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_NONE);
    input.vantage = "client";
    check("healthy", "Nothing wrong seen: 20 sessions, none failed; how long they waited is not "
                     "seen. What CoreDNS asked upstreams is not seen here.");
}

static void test_healthy_of_a_part(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_NONE);
    add(2, STATUS_SUCCEEDED, 200 * WHEN_MS);
    input.vantage = "server";
    check("healthy", "Nothing wrong seen: 22 sessions, none failed, 2 waited longer than 100 ms; how "
                     "long they waited is seen of 2. What was lost on the way to CoreDNS, or back, is "
                     "not seen here.");
}

static void test_too_few_to_be_healthy(void **state)
{
    (void)state;
    add(11, STATUS_SUCCEEDED, WHEN_MS);
    check("unknown", "Nothing wrong is seen, but too little to say that all is well: only 11 sessions "
                     "show how they ended.");
}

static void test_just_enough_to_be_healthy(void **state)
{
    (void)state;
    add(12, STATUS_SUCCEEDED, WHEN_MS);
    check("healthy", "Nothing wrong seen: 12 sessions, none failed; the longest wait is 1.0 ms.");
}

static void test_results_that_are_not_shown(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    add(21, STATUS_UNKNOWN, WHEN_MS);
    check("unknown", "Nothing wrong is seen, but too little to say that all is well: only 20 of 41 "
                     "sessions show how they ended.");
}

static void test_no_result_is_shown(void **state)
{
    (void)state;
    add(30, STATUS_CAPTURE_EDGE, WHEN_NONE);
    check("unknown", "Nothing wrong is seen, but too little to say that all is well: none of 30 "
                     "sessions shows how it ended.");
}

static void test_one_direction(void **state)
{
    (void)state;
    add(30, STATUS_SUCCEEDED, WHEN_NONE);
    report->totals.unobserved[0] = 30;
    check("unknown", "Nothing wrong is seen, but too little to say that all is well: the capture holds "
                     "answers only, and what got none is not in it.");
}

static void test_nothing_at_all(void **state)
{
    (void)state;
    check("unknown", "The capture holds no DNS messages.");
}

static void lose(uint64_t frames)
{
    static const struct loss_window window = {AT(12), AT(19)};
    input.facts.frames = 100 - frames;
    input.loss = (struct loss_facts){
        .proven = frames, .estimate = UINT64_MAX, .windows = 1, .window = &window};
}

static void test_too_many_lost_frames(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    lose(11);
    check("unknown", "Nothing wrong is seen, but too little to say that all is well: 11 of 100 "
                     "frames are provably lost. Frames were lost from 10:00:12 to 10:00:19: what "
                     "they belong to may be in no figure.");
}

static void test_a_few_lost_frames(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    lose(10);
    find(FINDING_SAMPLE_LOSS, SEVERITY_ERROR, 0, "10 frames were lost.");
    check("healthy", "Nothing wrong seen: 20 sessions, none failed; the longest wait is 1.0 ms. Frames "
                     "were lost from 10:00:12 to 10:00:19: what they belong to may be in no figure.");
}

static void test_failures_are_proven_whatever_is_lost(void **state)
{
    (void)state;
    add(18, STATUS_SUCCEEDED, WHEN_MS);
    add(2, STATUS_FAILED, 6 * WHEN_SECOND);
    findings->unexplained_sessions = 0;
    lose(50);
    find(FINDING_UPSTREAM_TIMEOUT, SEVERITY_ERROR, 2, "10.1.0.1:53 did not answer.");
    check("failing", "10.1.0.1:53 did not answer. 2 of 20 sessions failed. Frames were lost from "
                     "10:00:12 to 10:00:19: what they belong to may be in no figure.");
}

static void test_info_is_nothing_wrong(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    find(FINDING_SEARCH_PATH, SEVERITY_INFO, 0, "Half of all queries were wasted.");
    find(FINDING_CAPTURE_CUT, SEVERITY_INFO, 0, "The file is cut.");
    check("healthy", "Nothing wrong seen: 20 sessions, none failed; the longest wait is 1.0 ms.");
}

static void test_degraded_without_harm(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    find(FINDING_UPSTREAM_UNREACHABLE, SEVERITY_ERROR, 0, "Nothing listens at 10.1.0.1:53.");
    check("degraded", "Nothing listens at 10.1.0.1:53. No session is seen to fail or to wait for a "
                      "second.");
}

static void test_degraded_with_harm(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    add(3, STATUS_SUCCEEDED, 2 * WHEN_SECOND);
    findings->unexplained_sessions = 1;
    find(FINDING_UPSTREAM_TIMEOUT, SEVERITY_WARNING, 2, "10.1.0.1:53 did not answer.");
    check("degraded", "10.1.0.1:53 did not answer. 3 of 23 sessions waited for a second or longer. 1 "
                      "of these no finding explains.");
}

static void test_failing(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    add(3, STATUS_SUCCEEDED, 2 * WHEN_SECOND);
    findings->unexplained_sessions = 0;
    find(FINDING_UPSTREAM_TIMEOUT, SEVERITY_ERROR, 3, "10.1.0.1:53 did not answer.");
    check("failing", "10.1.0.1:53 did not answer. 3 of 23 sessions waited for a second or longer.");
}

static void test_unexplained_failures(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    add(1, STATUS_FAILED, WHEN_MS);
    add(2, STATUS_SUCCEEDED, WHEN_SECOND);
    check("degraded",
          "1 of 23 sessions failed, 2 waited for a second or longer; no finding says why.");
}

static void test_sporadic_failures(void **state)
{
    (void)state;
    add(1999, STATUS_SUCCEEDED, WHEN_MS);
    add(1, STATUS_SUCCEEDED, 2 * WHEN_SECOND);
    check("healthy", "Next to nothing wrong is seen: 2,000 sessions, none failed, 1 waited longer than "
                     "100 ms. 1 of 2,000 sessions waited for a second or "
                     "longer; no finding says why.");
}

#define LONG "An upstream of this place, 10.1.0.1:53, did not answer for a rather long time. More of it."

static void test_as_many_roots_as_fit(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    struct finding_row *root = find(FINDING_UPSTREAM_TIMEOUT, SEVERITY_ERROR, 0, LONG);
    find(FINDING_RETRY_STORM, SEVERITY_WARNING, 0, "Led to.")->caused_by = root;
    find(FINDING_UPSTREAM_ERROR, SEVERITY_ERROR, 0, LONG);
    find(FINDING_SERVER_ERROR, SEVERITY_ERROR, 0, LONG);
    find(FINDING_MISSING_NAME, SEVERITY_WARNING, 0, "Short.");
    check("degraded", LONG " " LONG
                           " And 2 more findings: server-error, missing-name. No session is seen to "
                           "fail or to wait for a second.");
}

static void test_of_many_kinds_the_first_are_named(void **state)
{
    static const enum finding_id ids[] = {
        FINDING_UPSTREAM_TIMEOUT, FINDING_UPSTREAM_LATE, FINDING_UPSTREAM_SLOW,
        FINDING_UPSTREAM_SLOW,    FINDING_RETRY_STORM,   FINDING_MISSING_NAME,
        FINDING_SERVER_ERROR};
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        find(ids[i], SEVERITY_WARNING, 0, LONG)->subject.text = "10.1.0.1:53";
    check("degraded",
          LONG " " LONG " And 5 more findings: upstream-slow (2), retry-storm 10.1.0.1:53, "
               "missing-name 10.1.0.1:53 and others. No session is seen to fail or to wait for a "
               "second.");
}

/* What comes while nothing runs is in no dnstap; packets show it. */
static void test_a_restart_hides_whom_it_hurt(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    input.has_packets = false;
    find(FINDING_SERVER_RESTART, SEVERITY_WARNING, 0, "CoreDNS restarted.");
    check("degraded", "CoreDNS restarted. No session is seen to fail or to wait for a second. Queries "
                      "that came while CoreDNS was away are in no dnstap: who was hurt, packets tell.");
}

static void test_a_restart_in_packets(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    find(FINDING_SERVER_RESTART, SEVERITY_WARNING, 0, "CoreDNS restarted.");
    check("degraded",
          "CoreDNS restarted. No session is seen to fail or to wait for a second.");
}

/* CoreDNS 1.8.1: the client's leg of those that failed is not tapped, so that no lookup has them. */
static void clientless(void)
{
    add(18, STATUS_SUCCEEDED, WHEN_MS);
    add(2, STATUS_FAILED, 6 * WHEN_SECOND);
    findings->unexplained_sessions = 0;
    report->lookups.count = 10;
    findings->lookups_by_harm[HARM_FAILED] = 1;
    report->lookups.by_outcome[LOOKUP_FAILED] = 1;
    report->totals.by_bitmap[4] = 2;
    find(FINDING_UPSTREAM_TIMEOUT, SEVERITY_ERROR, 2, "Silent.")->lookups = 1;
}

static void test_sessions_are_counted_where_lookups_lack_them(void **state)
{
    (void)state;
    input.has_packets = false;
    clientless();
    check("failing",
          "Silent. 2 of 20 sessions failed. Who asked for those that failed is not in dnstap of "
          "CoreDNS 1.8.1 and older: few lookups show it.");
}

static void test_lookups_are_counted_where_packets_show_them(void **state)
{
    (void)state;
    clientless();
    check("failing", "Silent. 1 of 10 lookups failed.");
}

static void test_lookups_that_came_back_empty(void **state)
{
    (void)state;
    clientless();
    report->lookups.by_outcome[LOOKUP_FAILED] = 0;
    check("failing", "Silent. 1 of 10 lookups came back empty.");
}

static void test_slow_lookups_say_it_once(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    report->lookups.count = 10;
    findings->lookups_by_harm[HARM_STALLED] = 3;
    find(FINDING_SLOW_LOOKUPS, SEVERITY_WARNING, 0, "4 are slow. 3 of these waited for a second.")
        ->lookups = 3;
    check("degraded", "4 are slow. 3 of these waited for a second.");
}

static void test_more_of_one_kind_are_named(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    find(FINDING_UPSTREAM_TIMEOUT, SEVERITY_ERROR, 0, LONG " " LONG " " LONG);
    for (unsigned i = 0; i < 3; i++)
        find(FINDING_MISSING_NAME, SEVERITY_WARNING, 0,
             "A name that nobody has ever heard of, for it was typed late at night by somebody who was "
             "too tired to see what was on the screen, was never found, as far as that goes.");
    check("degraded", "An upstream of this place, 10.1.0.1:53, did not answer for a rather long time. "
                      "And 3 more findings: missing-name. No session is seen to fail or to wait for a "
                      "second.");
}

static void test_the_first_root_is_told_however_long(void **state)
{
    (void)state;
    add(20, STATUS_SUCCEEDED, WHEN_MS);
    find(FINDING_UPSTREAM_TIMEOUT, SEVERITY_ERROR, 0, LONG " " LONG " " LONG);
    find(FINDING_MISSING_NAME, SEVERITY_WARNING, 0, "It is v1.9. 3 names. No more.");
    check("degraded", "An upstream of this place, 10.1.0.1:53, did not answer for a rather long time. "
                      "It is v1.9. 3 names. No more. No session is seen to fail or to wait for a "
                      "second.");
}

/* What a finding meant for those who waited stands behind its summary. */
static void check_harm(uint64_t lookups, uint64_t failed_lookups, uint64_t sessions,
                       uint64_t failed_sessions, uint32_t clients, const char *want)
{
    struct finding_row *row = find(FINDING_UPSTREAM_TIMEOUT, SEVERITY_ERROR, sessions, "Silent.");
    row->lookups = lookups;
    row->failed_lookups = failed_lookups;
    row->failed_sessions = failed_sessions;
    row->clients = clients;
    findings->n_rows = 1;
    findings->rows[0] = row;
    harm_tell(findings);
    assert_string_equal(row->summary, want);
}

static void test_harm(void **state)
{
    (void)state;
    findings->report = report;
    report->lookups.by_outcome[LOOKUP_FAILED] = 1;
    check_harm(0, 0, 0, 0, 3, "Silent.");
    check_harm(8, 3, 11, 9, 3,
               "Silent. 3 lookups failed because of it, 5 waited for a second or longer. It hurt 3 "
               "clients.");
    check_harm(1, 0, 1, 0, 1,
               "Silent. 1 lookup waited for a second or longer because of it, none failed.");
    check_harm(2, 2, 0, 0, FINDING_CROWD_MAX + 1,
               "Silent. 2 lookups failed because of it. It hurt over 255 clients.");
    check_harm(0, 0, 1, 1, 0, "Silent. 1 session failed because of it.");
    findings->n_rows = 0;
    find(FINDING_SLOW_LOOKUPS, SEVERITY_WARNING, 4, "Slow.")->lookups = 3;
    harm_tell(findings);
    assert_string_equal(findings->rows[0]->summary, "Slow. 3 of these waited for a second or longer.");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_healthy),
        TEST(test_healthy_says_what_it_does_not_speak_of),
        TEST(test_healthy_of_a_part),
        TEST(test_too_few_to_be_healthy),
        TEST(test_just_enough_to_be_healthy),
        TEST(test_results_that_are_not_shown),
        TEST(test_no_result_is_shown),
        TEST(test_one_direction),
        TEST(test_nothing_at_all),
        TEST(test_too_many_lost_frames),
        TEST(test_a_few_lost_frames),
        TEST(test_failures_are_proven_whatever_is_lost),
        TEST(test_info_is_nothing_wrong),
        TEST(test_degraded_without_harm),
        TEST(test_degraded_with_harm),
        TEST(test_failing),
        TEST(test_unexplained_failures),
        TEST(test_sporadic_failures),
        TEST(test_as_many_roots_as_fit),
        TEST(test_of_many_kinds_the_first_are_named),
        TEST(test_a_restart_hides_whom_it_hurt),
        TEST(test_a_restart_in_packets),
        TEST(test_sessions_are_counted_where_lookups_lack_them),
        TEST(test_lookups_are_counted_where_packets_show_them),
        TEST(test_lookups_that_came_back_empty),
        TEST(test_slow_lookups_say_it_once),
        TEST(test_more_of_one_kind_are_named),
        TEST(test_the_first_root_is_told_however_long),
        TEST(test_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
