// SPDX-License-Identifier: BSD-2-Clause
// Findings about upstreams: for each a capture that has it, one that just misses it, and a healthy one.
#include "report-session.h"

#include <stdio.h>

#include "base/limits.h"
#include "finding/upstream.h"

enum { SERVFAIL = 2, NOTIMP = 4, REFUSED = 5, HINFO = 13 };

static struct findings *findings;
static struct report *report;
static struct sessions *sessions;
static struct input_row input;

static int begin(void **state)
{
    (void)state;
    findings = findings_new(&(struct finding_options){.slow_ns = 100 * WHEN_MS});
    report = report_new(&(struct report_options){100 * WHEN_MS, 10, 1 << 22, NULL});
    sessions = sessions_new(&(struct session_options){.ceiling_bytes = 1 << 20});
    input = (struct input_row){.facts.file = "a.pcap", .facts.format = "pcap", .has_packets = true};
    return 0;
}

static int end(void **state)
{
    (void)state;
    report_free(report);
    findings_free(findings);
    sessions_free(sessions);
    return 0;
}

static void add(const struct made *made)
{
    findings_add_session(findings, &made->session);
}

/* A session that upstream UPSTREAM answered after so long. */
static void add_good(double at, unsigned upstream, const char *name, double took_ms)
{
    struct made made;
    made_session(&made, AT(at), 1 + (unsigned)(at * 10) % 3, name, (int64_t)(took_ms * 1e6));
    made_attempt(&made, AT(at), upstream, OUTCOME_ANSWERED)->latency_ns = (int64_t)(took_ms * 1e6);
    add(&made);
}

static void add_goods(double at, unsigned upstream, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        add_good(at + i * 0.1, upstream, "good.test.", 5);
}

/* A session whose first attempt, at UPSTREAM, got no reply; the second was answered 2 s later. */
static struct attempt *make_silent(struct made *made, double at, unsigned upstream)
{
    made_session(made, AT(at), 1, "silent.test.", 2 * WHEN_SECOND);
    struct attempt *attempt = made_attempt(made, AT(at), upstream, OUTCOME_NO_REPLY);
    made_attempt(made, AT(at + 2), 9, OUTCOME_ANSWERED)->latency_exact = false;
    return attempt;
}

static void add_silent(double at, unsigned upstream)
{
    struct made made;
    make_silent(&made, at, upstream)->spent = true;
    add(&made);
}

static void add_failed(double at, unsigned upstream)
{
    struct made made;
    made_session(&made, AT(at), 1, "failed.test.", WHEN_NONE);
    made_fail(&made, REASON_UPSTREAM_NO_REPLY, RCODE_NONE);
    made_attempt(&made, AT(at), upstream, OUTCOME_NO_REPLY)->spent = true;
    add(&made);
}

static void add_quick(double at, unsigned upstream, enum transport transport)
{
    struct made made;
    made_session(&made, AT(at), 1, "quick.test.", 6 * WHEN_MS);
    struct attempt *attempt = made_attempt(&made, AT(at), upstream, OUTCOME_NO_REPLY);
    attempt->quick = true;
    attempt->transport = (uint8_t)transport & 7u;
    made_attempt(&made, AT(at + 0.001), 9, OUTCOME_ANSWERED);
    add(&made);
}

static void add_error(double at, unsigned upstream, const char *name, uint16_t rcode)
{
    struct made made;
    made_session(&made, AT(at), 1, name, 5 * WHEN_MS);
    made_fail(&made, REASON_UPSTREAM_ERROR, rcode);
    made.session.rcode = rcode;
    made_attempt(&made, AT(at), upstream, OUTCOME_ANSWERED)->rcode = rcode;
    add(&made);
}

/* Judges; the rows of one key, counted, and the first of them. */
static size_t judge(enum finding_id id, const struct finding_row **first)
{
    size_t n = 0;
    report_finish(report, NULL, NULL, 0, false);
    if (input.loss.proven != 0) {
        report->facts.inputs = &input;
        report->facts.n_inputs = 1;
    }
    findings_judge(findings, report, sessions);
    for (size_t i = 0; i < findings->n_rows; i++)
        if (strcmp(findings->rows[i]->key, finding_kinds[id]->key) == 0 && n++ == 0 &&
            first != NULL)
            *first = findings->rows[i];
    return n;
}

/* Nothing about upstreams at all. */
static void assert_silent(void)
{
    report_finish(report, NULL, NULL, 0, false);
    findings_judge(findings, report, sessions);
    for (size_t i = 0; i < findings->n_rows; i++) {
        assert_null(strstr(findings->rows[i]->key, "upstream"));
        assert_null(strstr(findings->rows[i]->key, "wrong-reply"));
        assert_null(strstr(findings->rows[i]->key, "replica"));
        assert_null(strstr(findings->rows[i]->key, "loop"));
    }
}

static void test_healthy(void **state)
{
    (void)state;
    add_goods(0, 1, 100);
    add_goods(10, 2, 100);
    assert_silent();
}

static void test_timeout_in_a_row(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    add_goods(0, 1, 1000);
    for (unsigned i = 0; i < 3; i++)
        add_silent(100 + i, 1);
    add_goods(110, 1, 1000);
    assert_int_equal(judge(FINDING_UPSTREAM_TIMEOUT, &row), 1);
    assert_string_equal(row->subject.text, "10.1.0.1:53");
    assert_int_equal(row->severity, SEVERITY_WARNING); /* the other upstream saved all */
    assert_int_equal(row->confidence, CONFIDENCE_LIKELY);
    assert_true(row->start == AT(100) && row->end == AT(102));
    assert_int_equal(row->sessions, 3);
    assert_false(row->ongoing);
}

/* Three among thousands, never one behind another: lossy paths do that. */
static void test_timeouts_here_and_there(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        add_silent(i * 100, 1);
        add_goods(i * 100 + 1, 1, 900);
    }
    assert_silent();
}

static void test_two_timeouts_are_too_few(void **state)
{
    (void)state;
    add_goods(0, 1, 10);
    add_silent(5, 1);
    add_silent(6, 1);
    assert_silent();
}

static void test_timeout_that_fails_lookups(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    add_goods(0, 1, 50);
    for (unsigned i = 0; i < 5; i++)
        add_failed(10 + i, 1);
    assert_int_equal(judge(FINDING_UPSTREAM_TIMEOUT, &row), 1);
    assert_int_equal(row->severity, SEVERITY_ERROR);
    assert_true(row->ongoing);
    assert_int_equal(findings->unexplained_sessions, 0);
}

/* How long nobody knows: as the others of that upstream. */
static void test_doubtful_attempts_follow_the_known(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    struct made made;
    add_goods(0, 1, 20);
    for (unsigned i = 0; i < 4; i++)
        add_quick(10 + i, 1, TRANSPORT_UDP);
    make_silent(&made, 20, 1);
    add(&made);
    assert_int_equal(judge(FINDING_UPSTREAM_UNREACHABLE, &row), 1);
    assert_int_equal(row->evidence[0].count, 5);
    assert_true(row->end == AT(20));
    for (size_t i = 0; i < findings->n_rows; i++)
        assert_string_not_equal(findings->rows[i]->key, "upstream-timeout");
}

static void test_unreachable(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    add_goods(0, 1, 20);
    for (unsigned i = 0; i < 4; i++)
        add_quick(10 + i, 1, TRANSPORT_UDP);
    add_goods(20, 1, 20);
    assert_int_equal(judge(FINDING_UPSTREAM_UNREACHABLE, &row), 1);
    assert_int_equal(row->severity, SEVERITY_WARNING);
    assert_int_equal(row->sessions + row->lookups, 0); /* nobody felt it */
}

static void test_two_refusals_are_too_few(void **state)
{
    (void)state;
    add_goods(0, 1, 20);
    add_quick(10, 1, TRANSPORT_UDP);
    add_quick(11, 1, TRANSPORT_UDP);
    assert_silent();
}

/* CoreDNS tries again at once what is refused: one session is one moment. */
static void test_tries_of_one_session_are_no_row(void **state)
{
    (void)state;
    struct made made;
    add_goods(0, 1, 2000);
    made_session(&made, AT(300), 1, "quick.test.", 6 * WHEN_MS);
    for (unsigned i = 0; i < 6; i++)
        made_attempt(&made, AT(300), 1, OUTCOME_NO_REPLY)->quick = true;
    add(&made);
    add_goods(301, 1, 10);
    assert_silent();
}

static void test_connect(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    add_goods(0, 1, 20);
    for (unsigned i = 0; i < 4; i++)
        add_quick(10 + i, 1, TRANSPORT_TCP);
    assert_int_equal(judge(FINDING_UPSTREAM_CONNECT, &row), 1);
    assert_int_equal(row->confidence, CONFIDENCE_LIKELY);
}

static void test_two_broken_connections_are_too_few(void **state)
{
    (void)state;
    add_goods(0, 1, 20);
    add_quick(10, 1, TRANSPORT_TCP);
    add_quick(11, 1, TRANSPORT_TCP);
    assert_silent();
}

static void add_late(double at, bool late)
{
    struct made made;
    struct attempt *attempt = make_silent(&made, at, 1);
    attempt->in_packets = true;
    attempt->late = late;
    add(&made);
}

static void test_late(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    add_goods(0, 1, 100);
    for (unsigned i = 0; i < 3; i++)
        add_late(20 + 10 * i, true);
    add_late(60, false); /* later still: the capture does not show it */
    assert_int_equal(judge(FINDING_UPSTREAM_LATE, &row), 1);
    assert_int_equal(row->confidence, CONFIDENCE_SURE);
    assert_true(row->start == AT(20) && row->end == AT(60));
    assert_int_equal(row->sessions, 4);
    for (size_t i = 0; i < findings->n_rows; i++)
        assert_string_not_equal(findings->rows[i]->key, "upstream-timeout");
}

static void test_two_late_answers_are_too_few(void **state)
{
    (void)state;
    add_goods(0, 1, 100);
    add_late(20, true);
    add_goods(25, 1, 2);
    add_late(30, true);
    assert_silent();
}

static void test_wrong_reply(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    struct made made;
    add_goods(0, 1, 100);
    made_session(&made, AT(20), 1, "wrong.test.", WHEN_MS);
    made_fail(&made, REASON_WRONG_REPLY, 1);
    made_attempt(&made, AT(20), 1, OUTCOME_WRONG_REPLY);
    add(&made);
    assert_int_equal(judge(FINDING_WRONG_REPLY, &row), 1);
    assert_int_equal(row->sessions, 1);
    assert_int_equal(row->severity, SEVERITY_ERROR);
}

/* Another id, seen in packets: CoreDNS skips it, and waits in vain. */
static void test_other_id_is_a_wrong_reply(void **state)
{
    (void)state;
    struct made made;
    for (unsigned i = 0; i < 4; i++) {
        struct attempt *attempt = make_silent(&made, i, 1);
        attempt->in_packets = attempt->other_id = true;
        add(&made);
    }
    assert_int_equal(judge(FINDING_WRONG_REPLY, NULL), 1);
    for (size_t i = 0; i < findings->n_rows; i++)
        assert_string_not_equal(findings->rows[i]->key, "upstream-timeout");
}

static void test_errors_of_a_zone(void **state)
{
    (void)state;
    static const char *const names[] = {"api.partner.test.", "www.partner.test.",
                                        "mx.partner.test."};
    const struct finding_row *row = NULL;
    struct made made;
    add_goods(0, 1, 50);
    for (unsigned i = 0; i < 6; i++) {
        add_error(10 + i, 1 + i % 2, names[i % 3], SERVFAIL);
        add_good(10.5 + i, 1, "www.other.test.", 5);
    }
    made_session(&made, AT(17), 2, names[2], WHEN_MS); /* from the cache */
    made_fail(&made, REASON_SERVFAIL, SERVFAIL);
    made.session.rcode = SERVFAIL;
    made.session.realm = REALM_CACHE;
    add(&made);
    add_good(30, 1, names[0], 5); /* repaired: behind the last error */
    add_good(31, 1, names[1], 5);
    assert_int_equal(judge(FINDING_UPSTREAM_ERROR, &row), 1);
    assert_string_equal(row->subject.text, "partner.test.");
    assert_string_equal(row->subject.kind, "zone");
    assert_int_equal(row->sessions, 7);
    assert_true(row->start == AT(10) && row->end == AT(17));
    assert_non_null(strstr(row->summary, "SERVFAIL"));
    assert_int_equal(findings->unexplained_sessions, 0);
}

/* The same rcode from the cache, but longer after than it is kept. */
static void test_an_old_error_explains_nothing(void **state)
{
    (void)state;
    struct made made;
    for (unsigned i = 0; i < 4; i++)
        add_error(10 + i, 1, "api.partner.test.", SERVFAIL);
    made_session(&made, AT(30), 2, "api.partner.test.", WHEN_MS);
    made_fail(&made, REASON_SERVFAIL, SERVFAIL);
    made.session.rcode = SERVFAIL;
    add(&made);
    const struct finding_row *row = NULL;
    assert_int_equal(judge(FINDING_UPSTREAM_ERROR, &row), 1);
    assert_string_equal(row->subject.text, "partner.test."); /* not the only name that was asked */
    assert_int_equal(row->sessions, 4);
}

/* CoreDNS asked another upstream (failover): no client saw them. */
static void test_errors_that_nobody_felt(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    struct made made;
    for (unsigned i = 0; i < 20; i++) {
        made_session(&made, AT(i), 1, i % 2 ? "a.one.test." : "b.two.test.", 5 * WHEN_MS);
        made_attempt(&made, AT(i), 1, OUTCOME_ANSWERED)->rcode = REFUSED;
        made_attempt(&made, AT(i + 0.001), 2, OUTCOME_ANSWERED);
        add(&made);
    }
    assert_true(judge(FINDING_UPSTREAM_ERROR, &row) >= 1);
    assert_int_equal(row->severity, SEVERITY_WARNING);
}

static void test_errors_without_a_zone(void **state)
{
    (void)state;
    static const char *const names[] = {"a.one.test.", "b.two.test.", "c.three.example.",
                                        "d.four.example."};
    const struct finding_row *row = NULL;
    for (unsigned i = 0; i < 40; i++) {
        if (i % 5 == 0)
            add_error(i, 1, names[i / 5 % 4], NOTIMP);
        else
            add_good(i, 1, names[i % 4], 5);
        add_good(i + 0.5, 2, names[i % 4], 5);
    }
    assert_int_equal(judge(FINDING_UPSTREAM_ERROR, &row), 1);
    assert_string_equal(row->subject.kind, "upstream");
    assert_string_equal(row->subject.text, "10.1.0.1:53");
    assert_int_equal(row->sessions, 8);
}

static void test_rare_errors_are_silent(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2000; i++)
        add_good(i * 0.1, 1, i % 2 ? "a.one.test." : "b.two.test.", 5);
    for (unsigned i = 0; i < 3; i++) {
        add_error(250 + i, 1, "a.one.test.", SERVFAIL);
        add_good(250.5 + i, 1, "a.one.test.", 5);
    }
    assert_silent();
}

/* A hundred thousand names use up neither suspects nor suffixes. */
static void test_random_names_are_bounded(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        char name[64];
        snprintf(name, sizeof name, "x%u.y%u.test.", i, i * 7919u);
        add_error(i * 0.001, 1, name, REFUSED);
    }
    assert_true(map_count(findings->suspects) <= LIMIT_SUSPECTS - LIMIT_ERROR_NAMES);
    const struct finding_row *row = NULL;
    assert_true(judge(FINDING_UPSTREAM_ERROR, &row) >= 1);
    assert_int_equal(findings->unexplained_sessions, 0);
}

static void test_slow_for_a_time(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    for (unsigned i = 0; i < 600; i++)
        add_good(i * 0.1, 1, "a.test.", i >= 200 && i < 250 ? 400 : 5);
    assert_int_equal(judge(FINDING_UPSTREAM_SLOW, &row), 1);
    assert_true(row->start == AT(20) && row->end == AT(24.9));
}

/* The same capture a hundred times as long: buckets are wider, the rule is the same. */
static void test_slow_for_an_hour_of_a_day(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    for (unsigned i = 0; i < 8640; i++)
        add_good(i * 10.0, 1, "a.test.", i >= 3600 && i < 3960 ? 900 : 30);
    assert_int_equal(judge(FINDING_UPSTREAM_SLOW, &row), 1);
    assert_true(row->start == AT(36000) && row->end == AT(39590));
}

static void test_always_slow_is_silent(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 600; i++) {
        add_good(i * 0.1, 1, "a.test.", 30 + i * 37 % 600);
        add_good(i * 0.1 + 0.05, 2, "a.test.", 30 + i * 41 % 600);
    }
    assert_silent();
}

static void test_slow_here_and_there_is_silent(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2000; i++)
        add_good(i * 0.1, 1, "a.test.", i * 7919u % 100 < 8 ? 700 : 5);
    assert_silent();
}

static void test_slower_than_its_peer(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    for (unsigned i = 0; i < 100; i++) {
        add_good(i * 0.5, 1, i % 2 ? "a.one.test." : "b.two.test.", 600);
        add_good(i * 0.5 + 0.1, 2, i % 2 ? "a.one.test." : "b.two.test.", 5);
    }
    assert_int_equal(judge(FINDING_UPSTREAM_SLOW, &row), 1);
    assert_string_equal(row->subject.text, "10.1.0.1:53");
}

/* Far away, and asked for its own zone only: it has no peer. */
static void test_another_zones_upstream_is_no_peer(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        add_good(i * 0.5, 1, "db.far.corp.", 600);
        add_good(i * 0.5 + 0.1, 2, "a.one.test.", 5);
    }
    assert_silent();
}

/* Server SERVER asks UPSTREAM; LOST: no reply. */
static void add_of(uint32_t server, double at, unsigned upstream, bool lost)
{
    struct made made;
    if (lost)
        make_silent(&made, at, upstream)->spent = true;
    else
        made_session(&made, AT(at), 1, "good.test.", 5 * WHEN_MS);
    if (!lost)
        made_attempt(&made, AT(at), upstream, OUTCOME_ANSWERED);
    made.session.server = server;
    add(&made);
}

static void test_one_bad_replica(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    for (unsigned i = 0; i < 200; i++) {
        add_of(0, i, 1 + i % 2, false);
        add_of(1, i + 0.5, 1 + i % 2, i >= 100 && i < 120);
    }
    assert_int_equal(judge(FINDING_ONE_BAD_REPLICA, &row), 1);
    assert_int_equal(row->sessions, 20);
    assert_true(row->start == AT(100.5));
    for (size_t i = 0; i < findings->n_rows; i++)
        if (strcmp(findings->rows[i]->key, "upstream-timeout") == 0)
            assert_ptr_equal(findings->rows[i]->caused_by, row);
}

static void test_both_replicas_are_no_bad_replica(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 200; i++)
        for (uint32_t server = 0; server < 2; server++)
            add_of(server, i + 0.5 * server, 1, i >= 100 && i < 120);
    assert_int_equal(judge(FINDING_ONE_BAD_REPLICA, NULL), 0);
    assert_true(findings->n_rows > 0); /* the upstream */
}

/* What only one server asks is not compared. */
static void test_other_upstreams_are_no_comparison(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 200; i++) {
        add_of(0, i, 1, false);
        add_of(1, i + 0.5, 2, i >= 100 && i < 120);
    }
    assert_int_equal(judge(FINDING_ONE_BAD_REPLICA, NULL), 0);
}

static void add_fast_or_slow(uint32_t server, double at, double took_ms)
{
    struct made made;
    made_session(&made, AT(at), 1, "good.test.", (int64_t)(took_ms * 1e6));
    made_attempt(&made, AT(at), 1, OUTCOME_ANSWERED)->latency_ns = (int64_t)(took_ms * 1e6);
    made.session.server = server;
    add(&made);
}

static void test_one_slow_replica(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    for (unsigned i = 0; i < 50; i++) {
        add_fast_or_slow(0, i, 5);
        add_fast_or_slow(1, i + 0.5, 1200);
    }
    assert_int_equal(judge(FINDING_ONE_BAD_REPLICA, &row), 1);
    assert_int_equal(row->sessions, 50);
    assert_true(row->start == AT(0.5) && row->end == AT(49.5));
}

static void test_both_slow_is_no_bad_replica(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 50; i++)
        for (uint32_t server = 0; server < 2; server++)
            add_fast_or_slow(server, i + 0.5 * server, 500 + 300 * server);
    assert_silent();
}

/* A query from CLIENT (10.1.0.x: an upstream's address) that is forwarded to upstream 1. */
static void add_query(double at, bool from_upstream, const char *name, uint16_t id, bool probe)
{
    struct made made;
    made_session(&made, AT(at), 1, name, WHEN_NONE);
    if (from_upstream)
        made.session.client = endpoint_of((const uint8_t[]){10, 1, 0, 1}, 4, 5000);
    made.session.id = id;
    made.session.background = probe;
    made.session.type = probe ? HINFO : 1;
    made_fail(&made, REASON_UPSTREAM_NO_REPLY, RCODE_NONE);
    made_attempt(&made, AT(at), 1, OUTCOME_NO_REPLY)->spent = true;
    add(&made);
}

static void test_forwarding_loop(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    for (unsigned i = 0; i < 10; i++) {
        char name[32];
        snprintf(name, sizeof name, "n%u.test.", i);
        add_query(i, false, name, 1, false);
        for (uint16_t k = 1; k < 4; k++) /* round and round */
            add_query(i + k * 0.01, true, name, (uint16_t)(100 + k), false);
    }
    assert_int_equal(judge(FINDING_FORWARDING_LOOP, &row), 1);
    assert_int_equal(row->severity, SEVERITY_CRITICAL);
    assert_string_equal(row->subject.text, "10.1.0.1:53");
    assert_true(row->sessions >= 29); /* the first came before anything was known */
}

static void test_a_probe_that_returns_is_proof(void **state)
{
    (void)state;
    add_query(0, false, "1.2.", 1, true);
    add_query(0.01, true, "1.2.", 2, true);
    add_query(0.02, true, "1.2.", 3, true);
    assert_int_equal(judge(FINDING_FORWARDING_LOOP, NULL), 1);
}

/* The node has programs of its own: other questions, or the same at another time. */
static void test_the_nodes_programs_are_no_loop(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 30; i++) {
        char name[32];
        snprintf(name, sizeof name, "n%u.test.", i);
        add_good(10 * i, 1, name, 5);
        snprintf(name, sizeof name, "n%u.test.", i % 10 == 0 ? i : 100 + i);
        add_query(10 * i + 0.002, true, name, (uint16_t)i, false);
    }
    assert_int_equal(judge(FINDING_FORWARDING_LOOP, NULL), 0);
}

static void add_sealed(double at, bool in_packets)
{
    struct made made;
    made_session(&made, AT(at), 1, "a.test.", 20 * WHEN_MS);
    struct attempt *attempt = made_attempt(&made, AT(at), 1, OUTCOME_ANSWERED);
    attempt->transport = TRANSPORT_DOT & 7u;
    attempt->in_packets = in_packets;
    attempt->rcode = in_packets ? RCODE_NONE : 0;
    attempt->name_hash = in_packets ? 0 : 77;
    add(&made);
}

static void test_encrypted(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    for (unsigned i = 0; i < 5; i++)
        add_sealed(i, true);
    assert_int_equal(judge(FINDING_ENCRYPTED_UPSTREAM, &row), 1);
    assert_int_equal(row->severity, SEVERITY_INFO);
}

static void test_dnstap_sees_through_encryption(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5; i++)
        add_sealed(i, false);
    assert_silent();
}

/* A cache asks CoreDNS (upstream 5), which waits for a dead upstream (1): the cache gives up. */
static void test_the_cause_is_behind_the_cache(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        struct made outer, inner;
        make_silent(&outer, i, 5)->spent = true;
        outer.session.server = 1;
        make_silent(&inner, i + 0.001, 1)->spent = true;
        inner.session.internal = true;
        inner.session.parent = outer.session.number;
        add(i % 2 ? &outer : &inner); /* in any order */
        add(i % 2 ? &inner : &outer);
    }
    const struct finding_row *row = NULL;
    assert_int_equal(judge(FINDING_UPSTREAM_TIMEOUT, &row), 2);
    assert_string_equal(row->subject.text, "10.1.0.1:53"); /* roots stand first */
    assert_int_equal(row->sessions, 10);
    assert_null(row->caused_by);
    assert_ptr_equal(findings->rows[1]->caused_by, row);
}

/* Packets show an attempt without reply, and no client of it. */
static void add_lone(double at, unsigned upstream, const char *name)
{
    struct made made;
    made_session(&made, AT(at), 1, name, WHEN_NONE);
    made_fail(&made, REASON_UPSTREAM_NO_REPLY, RCODE_NONE);
    made.session.has_client = false;
    made.session.background = true;
    struct attempt *attempt = made_attempt(&made, AT(at), upstream, OUTCOME_NO_REPLY);
    attempt->in_packets = true;
    made.session.bitmap = BIT_FQ;
    add(&made);
}

/* The same for a client, which saw no answer, or waited until the second attempt had one. */
static void add_seen(double at, unsigned upstream, bool answered)
{
    struct made made;
    made_session(&made, AT(at), 1, "seen.test.", answered ? 2 * WHEN_SECOND : WHEN_NONE);
    struct attempt *attempt = made_attempt(&made, AT(at), upstream, OUTCOME_NO_REPLY);
    attempt->in_packets = attempt->spent = true;
    if (answered)
        made_attempt(&made, AT(at + 2), 9, OUTCOME_ANSWERED)->in_packets = true;
    else
        made.session.status = STATUS_CAPTURE_EDGE;
    made.session.bitmap = answered ? 15 : BIT_CQ | BIT_FQ;
    add(&made);
}

/* Where nobody's answers are seen silence proves nothing. */
static void test_one_direction(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++) {
        add_lone(2 * i, 1, "lone.test.");
        add_seen(2 * i + 1, 1, false);
    }
    assert_silent();
}

/* But CoreDNS checks the health only of what failed. */
static void test_one_upstream_alone(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    for (unsigned i = 0; i < 10; i++) {
        add_lone(2 * i, 1, "lone.test.");
        add_lone(2 * i + 1, 1, ".");
    }
    assert_int_equal(judge(FINDING_UPSTREAM_TIMEOUT, &row), 1);
    assert_int_equal(row->evidence[0].count, 10);
    assert_int_equal(row->confidence, CONFIDENCE_SURE);
}

static void test_missing_packets(void **state)
{
    (void)state;
    input.loss.proven = 1;
    add_seen(0, 1, true);
    for (unsigned i = 0; i < 10; i++)
        add_lone(i, 1, "lone.test.");
    assert_int_equal(judge(FINDING_UPSTREAM_TIMEOUT, NULL), 0);
}

static void test_no_missing_packets(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    add_seen(0, 1, true);
    for (unsigned i = 0; i < 10; i++)
        add_lone(i, 1, "lone.test.");
    assert_int_equal(judge(FINDING_UPSTREAM_TIMEOUT, &row), 1);
    assert_int_equal(row->evidence[0].count, 11);
    assert_int_equal(row->confidence, CONFIDENCE_SURE);
}

/* What went on to another upstream had no reply, whatever else is missing. */
static void test_missing_packets_and_timeouts(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    input.loss.proven = 1;
    for (unsigned i = 0; i < 5; i++) {
        add_seen(i, 1, true);
        add_lone(i + 0.5, 1, "lone.test.");
    }
    assert_int_equal(judge(FINDING_UPSTREAM_TIMEOUT, &row), 1);
    assert_int_equal(row->evidence[0].count, 5);
    assert_int_equal(row->confidence, CONFIDENCE_LIKELY);
}

/* A query that reached CoreDNS over IPv4, and no answer. */
static void add_unanswered(double at, const char *name)
{
    struct made made;
    made_session(&made, AT(at), 1, name, WHEN_NONE);
    made_fail(&made, REASON_NO_ANSWER, RCODE_NONE);
    made.session.service = endpoint_of((const uint8_t[]){10, 96, 0, 10}, 4, 53);
    made.session.bitmap = BIT_CQ;
    made.session.unanswered = 1;
    made.session.at_server = true;
    add(&made);
}

/* OVER: octets of the address of a client that has answers. */
static size_t judge_silent_server(size_t over)
{
    static const uint8_t client[16] = {0xfd, 9};
    for (unsigned i = 0; i < 10; i++) {
        struct made made;
        made_session(&made, AT(i * 0.5), 2, "good.test.", WHEN_MS);
        made.session.service = endpoint_of((const uint8_t[]){10, 96, 0, 10}, 4, 53);
        made.session.client = endpoint_of(client, over, 40000);
        add(&made);
    }
    for (unsigned i = 0; i < 10; i++)
        add_unanswered(10 + i * 0.2, i % 2 ? "a.test." : "b.test.");
    return judge(FINDING_SERVER_SILENT, NULL);
}

static void test_server_silent(void **state)
{
    (void)state;
    assert_int_equal(judge_silent_server(4), 1);
}

/* Answers over IPv6 alone are not what would be seen of these. */
static void test_server_of_one_direction(void **state)
{
    (void)state;
    assert_int_equal(judge_silent_server(16), 0);
}

/* Timeouts between them make no row of what was over at once. */
static void test_refusals_between_timeouts(void **state)
{
    (void)state;
    add_goods(0, 1, 1000);
    for (unsigned i = 0; i < 4; i++) {
        add_silent(110 + 2 * i, 1);
        add_quick(111 + 2 * i, 1, TRANSPORT_UDP);
    }
    assert_int_equal(judge(FINDING_UPSTREAM_UNREACHABLE, NULL), 0);
}

/* What is to be done depends on what the others did meanwhile. */
static void test_timeout_while_another_answers(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    for (unsigned i = 0; i < 5; i++)
        add_silent(100 + i, 1);
    assert_int_equal(judge(FINDING_UPSTREAM_TIMEOUT, &row), 1);
    assert_non_null(strstr(row->advice, "the others did meanwhile"));
    assert_null(strstr(row->summary, "No upstream"));
}

static void test_timeout_of_the_only_upstream(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    for (unsigned i = 0; i < 5; i++)
        add_failed(100 + i, 1);
    assert_int_equal(judge(FINDING_UPSTREAM_TIMEOUT, &row), 1);
    assert_non_null(strstr(row->advice, "No other upstream"));
    assert_null(strstr(row->summary, "No upstream"));
}

static void test_timeout_of_all_upstreams(void **state)
{
    (void)state;
    const struct finding_row *row = NULL;
    add_goods(0, 1, 20);
    add_goods(0, 2, 20);
    for (unsigned i = 0; i < 5; i++) {
        add_failed(100 + i, 1);
        add_failed(100.5 + i, 2);
    }
    assert_int_equal(judge(FINDING_UPSTREAM_TIMEOUT, &row), 2);
    assert_int_equal(row->confidence, CONFIDENCE_LIKELY);
    assert_non_null(strstr(row->advice, "Either the way out"));
    assert_non_null(strstr(row->summary, " No upstream of this CoreDNS answered what it was asked "
                                         "from "));
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_healthy),
        CASE(test_timeout_in_a_row),
        CASE(test_timeouts_here_and_there),
        CASE(test_two_timeouts_are_too_few),
        CASE(test_timeout_that_fails_lookups),
        CASE(test_doubtful_attempts_follow_the_known),
        CASE(test_unreachable),
        CASE(test_two_refusals_are_too_few),
        CASE(test_tries_of_one_session_are_no_row),
        CASE(test_connect),
        CASE(test_two_broken_connections_are_too_few),
        CASE(test_late),
        CASE(test_two_late_answers_are_too_few),
        CASE(test_wrong_reply),
        CASE(test_other_id_is_a_wrong_reply),
        CASE(test_errors_of_a_zone),
        CASE(test_an_old_error_explains_nothing),
        CASE(test_errors_that_nobody_felt),
        CASE(test_errors_without_a_zone),
        CASE(test_rare_errors_are_silent),
        CASE(test_random_names_are_bounded),
        CASE(test_slow_for_a_time),
        CASE(test_slow_for_an_hour_of_a_day),
        CASE(test_always_slow_is_silent),
        CASE(test_slow_here_and_there_is_silent),
        CASE(test_slower_than_its_peer),
        CASE(test_another_zones_upstream_is_no_peer),
        CASE(test_one_bad_replica),
        CASE(test_both_replicas_are_no_bad_replica),
        CASE(test_other_upstreams_are_no_comparison),
        CASE(test_one_slow_replica),
        CASE(test_both_slow_is_no_bad_replica),
        CASE(test_forwarding_loop),
        CASE(test_a_probe_that_returns_is_proof),
        CASE(test_the_nodes_programs_are_no_loop),
        CASE(test_encrypted),
        CASE(test_dnstap_sees_through_encryption),
        CASE(test_the_cause_is_behind_the_cache),
        CASE(test_one_direction),
        CASE(test_one_upstream_alone),
        CASE(test_missing_packets),
        CASE(test_no_missing_packets),
        CASE(test_missing_packets_and_timeouts),
        CASE(test_server_silent),
        CASE(test_server_of_one_direction),
        CASE(test_refusals_between_timeouts),
        CASE(test_timeout_while_another_answers),
        CASE(test_timeout_of_the_only_upstream),
        CASE(test_timeout_of_all_upstreams),
    };
    return cmocka_run_group_tests_name("finding-upstreams", tests, NULL, NULL);
}
