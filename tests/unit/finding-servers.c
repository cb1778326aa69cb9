// SPDX-License-Identifier: BSD-2-Clause
// Findings about servers and the capture: for each a capture that has it, one that just misses it,
// and a healthy one.
#include <stdio.h>

#include "report-session.h"

#include "finding/server-inside.h"

enum { SERVFAIL = 2, REFUSED = 5, HINFO = 13 };

static struct findings *findings;
static struct report *report;
static struct sessions *sessions;
static struct server_facts server;
static struct input_row input;

static int begin(void **state)
{
    (void)state;
    findings = findings_new(&(struct finding_options){.slow_ns = 100 * WHEN_MS});
    report = report_new(&(struct report_options){100 * WHEN_MS, 10, 1 << 22, NULL});
    sessions = sessions_new(&(struct session_options){.ceiling_bytes = 1 << 20});
    server = (struct server_facts){.reloaded = WHEN_NONE};
    memset(&input, 0, sizeof input);
    input.loss.first = input.loss.last = WHEN_NONE;
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

/* Where a session was seen. */
enum place { TAP, POD, CLIENT };

static const char *name_of(unsigned i)
{
    static char name[32];
    snprintf(name, sizeof name, "n%u.test.", i % 7);
    return name;
}

static void make(struct made *made, enum place place, double at, unsigned i, double took_ms)
{
    int64_t took = took_ms < 0 ? WHEN_NONE : (int64_t)(took_ms * 1e6);
    made_session(made, AT(at), 1 + i % 3, name_of(i), took);
    made->session.rcode_source = took_ms < 0 ? 0 : 1;
    if (place != TAP)
        made->session.service = endpoint_of((const uint8_t[]){10, 96, 0, 10}, 4, 53);
    made->session.at_server = place == POD;
    if (place == CLIENT)
        made->session.unobserved = UNOBSERVED_UPSTREAM_LEG;
}

static void add(const struct made *made)
{
    report_add(report, &made->session, made->session.start);
    findings_add_session(findings, &made->session);
}

static void add_good(enum place place, double at, unsigned i, double took_ms)
{
    struct made made;
    make(&made, place, at, i, took_ms);
    add(&made);
}

static void add_error(enum place place, double at, unsigned i, uint16_t rcode)
{
    struct made made;
    make(&made, place, at, i, 1);
    made_fail(&made, rcode == REFUSED ? REASON_REFUSED : REASON_SERVFAIL, rcode);
    made.session.realm = REALM_LOCAL;
    add(&made);
}

/* In dnstap a query that CoreDNS refused, dropped or answered with an error of its own. */
static void add_lone(double at, unsigned i, bool edge)
{
    struct made made;
    make(&made, TAP, at, i, -1);
    made.session.bitmap = BIT_CQ;
    if (edge) {
        made.session.status = STATUS_CAPTURE_EDGE;
        made.session.reason = REASON_CAPTURE_END;
    } else {
        made_fail(&made, REASON_NO_ANSWER, RCODE_NONE);
        made.session.unobserved = UNOBSERVED_CLIENT_ANSWER;
    }
    add(&made);
}

static void add_unanswered(enum place place, double at, unsigned i, bool refused)
{
    struct made made;
    make(&made, place, at, i, -1);
    made_fail(&made, REASON_NO_ANSWER, RCODE_NONE);
    made.session.bitmap = BIT_CQ;
    made.session.unanswered = 1;
    made.session.refused = refused;
    add(&made);
}

static void add_forwarded(enum place place, double at, unsigned i, double took_ms)
{
    struct made made;
    make(&made, place, at, i, took_ms);
    struct attempt *attempt = made_attempt(&made, AT(at), 1, OUTCOME_ANSWERED);
    attempt->latency_ns = (int64_t)(took_ms * 1e6);
    add(&made);
}

static void judge(void)
{
    report_finish(report, NULL, NULL, 0, false);
    report->facts.servers = &server;
    report->facts.n_servers = 1;
    if (input.facts.format != NULL) {
        report->facts.inputs = &input;
        report->facts.n_inputs = 1;
    }
    findings_judge(findings, report, sessions);
}

static const struct finding_row *row_of(enum finding_id id)
{
    for (size_t i = 0; i < findings->n_rows; i++)
        if (findings->rows[i]->key == finding_kinds[id]->key)
            return findings->rows[i];
    return NULL;
}

/* The sentences about what it did to clients are put behind the kind's own. */
static void expect_words(const struct finding_row *row, const char *words)
{
    char shown[512];
    snprintf(shown, strlen(words) + 1 < sizeof shown ? strlen(words) + 1 : sizeof shown, "%s",
             row->summary);
    assert_string_equal(shown, words);
}

/* One row of that kind, from and to these seconds. */
static const struct finding_row *expect(enum finding_id id, enum confidence confidence, double from,
                                        double to)
{
    const struct finding_row *row = row_of(id);
    assert_non_null(row);
    assert_int_equal(row->confidence, confidence);
    assert_int_equal(row->start, AT(from));
    assert_int_equal(row->end, AT(to));
    return row;
}

static void expect_none(void)
{
    for (enum finding_id id = 0; id < FINDINGS; id++)
        if (id == FINDING_SERVER_ERROR || id == FINDING_SERVER_REJECTS ||
            id == FINDING_SERVER_SILENT || id == FINDING_SERVER_OVERLOAD ||
            id == FINDING_SERVER_RESTART || id == FINDING_SAMPLE_LOSS ||
            id == FINDING_CAPTURE_CUT || id == FINDING_NO_MESSAGES)
            assert_null(row_of(id));
}

static void test_a_healthy_server(void **state)
{
    (void)state;
    for (unsigned place = TAP; place <= CLIENT; place++) {
        end(NULL);
        begin(NULL);
        for (unsigned i = 0; i < 2000; i++)
            if (i % 5 == 0)
                add_forwarded((enum place)place, i * 0.05, i, 30);
            else
                add_good((enum place)place, i * 0.05, i, 0.2 + (i % 10) * 0.05);
        judge();
        expect_none();
        assert_int_equal(findings->n_rows, 0);
    }
}

/* --- server-error --- */

/* ERRORS of 1000 queries, by ADD. */
static void play_errors(unsigned errors, enum place place, uint16_t rcode)
{
    for (unsigned i = 0; i < 1000; i++)
        if (i % (1000 / errors) == 500 / errors)
            add_error(place, i * 0.1, i, rcode);
        else if (place != CLIENT && i % 3 == 0)
            add_forwarded(place, i * 0.1, i, 5);
        else
            add_good(place, i * 0.1, i, 0.3);
    judge();
}

static void test_errors_of_its_own(void **state)
{
    (void)state;
    play_errors(20, POD, SERVFAIL);
    const struct finding_row *row = expect(FINDING_SERVER_ERROR, CONFIDENCE_SURE, 2.5, 97.5);
    assert_int_equal(row->severity, SEVERITY_ERROR);
    assert_int_equal(row->sessions, 20);
    expect_words(row, "CoreDNS answered 20 of 1,000 queries (2.0 %) with errors of its own "
                      "(SERVFAIL 20) from 10:00:02 to 10:01:37.");
}

static void test_few_errors_are_none(void **state)
{
    (void)state;
    play_errors(8, POD, SERVFAIL); /* 0.8 %: its lower bound is 0.4 % */
    assert_null(row_of(FINDING_SERVER_ERROR));
    assert_int_equal(findings->unexplained_sessions, 8);
}

static void test_a_client_does_not_see_who_made_them(void **state)
{
    (void)state;
    play_errors(20, CLIENT, REFUSED);
    const struct finding_row *row = expect(FINDING_SERVER_ERROR, CONFIDENCE_LIKELY, 2.5, 97.5);
    assert_non_null(strstr(row->summary, "CoreDNS or an upstream made them"));
    assert_non_null(strstr(row->next[0], "tcpdump"));
    assert_null(row_of(FINDING_SERVER_REJECTS));
}

static void test_lone_queries_of_dnstap(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 200; i++)
        if (i % 20 == 10)
            add_lone(i, i, false);
        else
            add_good(TAP, i, i, 0.1);
    judge();
    const struct finding_row *row = expect(FINDING_SERVER_ERROR, CONFIDENCE_LIKELY, 10, 190);
    assert_int_equal(row->sessions, 10);
    assert_non_null(strstr(row->summary, "or dropped them"));
}

/* What the cache holds of an upstream's errors has AA, what was forwarded has attempts, and what a
 * cache passed on has a forward. */
static void test_errors_of_others_are_not_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 300; i++) {
        struct made made;
        make(&made, POD, i * 0.1, i, 1);
        made_fail(&made, REASON_SERVFAIL, SERVFAIL);
        if (i % 3 == 0)
            made.session.authoritative = true;
        else if (i % 3 == 1)
            made.session.bitmap |= BIT_FQ;
        else
            made_attempt(&made, made.session.start, 1, OUTCOME_UNKNOWN);
        add(&made);
    }
    judge();
    assert_null(row_of(FINDING_SERVER_ERROR));
}

/* --- server-rejects --- */

/* Queries that are forwarded for a second each; with EIGHT open the next is refused, as with
 * max_concurrent 8.  LATE: what was refused leaves behind what began 17 s later, as in dnstap. */
static void play_rejects(enum place place, unsigned limit, bool by_chance, bool late)
{
    double open[64] = {0}, waiting[400], at = 1;
    unsigned n_waiting = 0, told = 0, random = 1;
    for (unsigned i = 0; i < 900; i++) {
        bool busy = i >= 200 && i < 500; /* 40 a second, else 4 */

        at += busy ? 0.025 : 0.25;
        unsigned n = 0, place_of = 0;
        for (unsigned k = 0; k < 64; k++) {
            n += open[k] > at;
            place_of = open[k] <= at ? k : place_of;
        }
        random = random * 1103515245u + 12345u;
        bool refused = by_chance ? (random >> 16) % 20 == 0 : n == limit;
        for (; told < n_waiting && waiting[told] + 17 < at; told++)
            add_lone(waiting[told], told, false);
        if (refused && late) {
            waiting[n_waiting++] = at;
        } else if (refused && place == TAP) {
            add_lone(at, i, false);
        } else if (refused) {
            add_error(place, at, i, REFUSED);
        } else {
            open[place_of] = at + 1;
            add_forwarded(place, at, i, 1000);
        }
    }
    for (; told < n_waiting; told++)
        add_lone(waiting[told], told, false);
    judge();
}

static void test_the_limit_of_forwards(void **state)
{
    (void)state;
    play_rejects(POD, 8, false, false);
    const struct finding_row *row = row_of(FINDING_SERVER_REJECTS);
    assert_non_null(row);
    assert_int_equal(row->confidence, CONFIDENCE_SURE);
    assert_int_equal(row->evidence[0].count, row->evidence[0].of);
    assert_int_equal(row->evidence[1].count, 8);
    assert_int_equal(row->sessions, row->evidence[0].of);
    assert_null(row_of(FINDING_SERVER_ERROR)); /* nothing is left to it */
}

static void test_the_limit_as_dnstap_shows_it(void **state)
{
    (void)state;
    for (unsigned late = 0; late < 2; late++) {
        end(NULL);
        begin(NULL);
        play_rejects(TAP, 8, false, late != 0);
        const struct finding_row *row = row_of(FINDING_SERVER_REJECTS);
        assert_non_null(row);
        assert_int_equal(row->confidence, CONFIDENCE_LIKELY);
        assert_int_equal(row->evidence[1].count, 8);
        assert_int_equal(row->evidence[0].count, row->evidence[0].of);
    }
}

static void test_refused_by_chance_is_no_limit(void **state)
{
    (void)state;
    play_rejects(POD, 8, true, false);
    assert_null(row_of(FINDING_SERVER_REJECTS));
    assert_non_null(row_of(FINDING_SERVER_ERROR));
}

/* At the end of a capture what was refused looks like what is still open. */
static void test_the_end_of_a_capture(void **state)
{
    (void)state;
    for (unsigned k = 0; k < 6; k++)
        add_forwarded(TAP, 10 + k * 0.01, k, 5000);
    for (unsigned k = 0; k < 4; k++)
        add_lone(11 + k * 0.1, k, false);
    add_lone(12, 1, true);
    add_lone(16, 2, true); /* nothing is open any more: it may be */
    judge();
    const struct finding_row *row = expect(FINDING_SERVER_REJECTS, CONFIDENCE_LIKELY, 11, 12);
    assert_int_equal(row->evidence[2].count, 1);
}

/* --- server-overload --- */

/* A thousand quick answers, ten a second; those between A and B take SLOW_MS, every STEPth of them. */
static void play_slow(enum place place, unsigned a, unsigned b, unsigned step, double slow_ms)
{
    for (unsigned i = 0; i < 1000; i++) {
        bool slow = i >= a && i < b && i % step == 0;
        add_good(place, i * 0.1, i, slow ? slow_ms : 0.3);
    }
    judge();
}

static void test_late_with_what_it_knows(void **state)
{
    (void)state;
    play_slow(POD, 400, 420, 1, 1500);
    const struct finding_row *row = expect(FINDING_SERVER_OVERLOAD, CONFIDENCE_SURE, 40, 41.9);
    assert_int_equal(row->severity, SEVERITY_ERROR);
    assert_int_equal(row->sessions, 20); /* those before it was known, too */
    expect_words(row, "CoreDNS was too slow from 10:00:40 to 10:00:41: 20 answers that need no "
                      "upstream took up to 1.5 s, on all names at once; in quiet times nine of "
                      "ten take no more than 0.3 ms.");
}

static void test_overload_elsewhere_is_likely(void **state)
{
    (void)state;
    play_slow(CLIENT, 400, 420, 1, 1500);
    expect(FINDING_SERVER_OVERLOAD, CONFIDENCE_LIKELY, 40, 41.9);
    end(NULL);
    begin(NULL);
    play_slow(TAP, 400, 420, 1, 1500);
    expect(FINDING_SERVER_OVERLOAD, CONFIDENCE_LIKELY, 40, 41.9);
}

static void test_what_is_no_overload(void **state)
{
    static const struct {
        unsigned a, b, step;
        double slow_ms;
    } cases[] = {
        {400, 409, 1, 1500}, /* nine: too few */
        {400, 800, 2, 1500}, /* a quick one between any two */
        {400, 420, 1, 15},   /* under what packets need to tell */
        {400, 420, 1, 90},   /* nobody felt it */
        {0, 1000, 1, 150},   /* always: nothing to compare with */
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        end(NULL);
        begin(NULL);
        play_slow(POD, cases[i].a, cases[i].b, cases[i].step, cases[i].slow_ms);
        assert_null(row_of(FINDING_SERVER_OVERLOAD));
    }
}

static void test_what_was_lost_was_not_slow(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        struct made made;
        bool slow = i >= 400 && i < 430;
        make(&made, CLIENT, i * 0.1, i, slow ? 5000 : 0.3);
        made.session.repeats = slow;
        made.session.unanswered = slow;
        add(&made);
    }
    judge();
    assert_null(row_of(FINDING_SERVER_OVERLOAD));
}

/* What is forwarded meanwhile waits, too; its attempts look slow since their answers lie unread. */
static void test_forwards_suffer_with_it(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        bool slow = i >= 400 && i < 440;
        if (i % 4 == 1)
            add_forwarded(POD, i * 0.1, i, slow ? 1200 : 3);
        else
            add_good(POD, i * 0.1, i, slow ? 1200 : 0.3);
    }
    judge();
    const struct finding_row *row = row_of(FINDING_SERVER_OVERLOAD);
    assert_non_null(row);
    assert_int_equal(row->sessions, 40);
    assert_int_equal(findings->unexplained_sessions, 0);
}

static void test_what_it_drops_meanwhile(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1000; i++)
        add_good(POD, i * 0.1, i, i >= 400 && i < 440 ? 1200 : 0.3);
    for (unsigned i = 400; i < 440; i += 8)
        add_unanswered(POD, i * 0.1 + 0.05, i, false);
    judge();
    assert_int_equal(row_of(FINDING_SERVER_OVERLOAD)->sessions, 45);
    assert_int_equal(findings->unexplained_sessions, 0);
}

/* --- server-silent and server-restart --- */

/* Ten queries a second for a hundred seconds; none between A and B is answered.  A session without
 * answer leaves 8 s late. */
static void play_gap(enum place place, double a, double b, bool refused, double probe)
{
    for (unsigned i = 0; i < 1080; i++) {
        double at = i * 0.1, late = at - 8;
        if (i < 1000 && (at < a || at >= b))
            add_good(place, at, i, 0.5);
        if (late >= a && late < b)
            add_unanswered(place, late, i, refused);
        if (probe > 0 && at >= probe && at - 0.1 < probe) {
            struct made made;
            make(&made, place, probe, 1, 1);
            made.session.type = HINFO;
            made.session.background = true;
            add(&made);
        }
    }
    judge();
}

static void test_a_silence(void **state)
{
    (void)state;
    play_gap(POD, 40, 43, false, 0);
    const struct finding_row *row = expect(FINDING_SERVER_SILENT, CONFIDENCE_SURE, 40, 42.9);
    assert_int_equal(row->sessions, 30);
    assert_int_equal(findings->unexplained_sessions, 0);
    assert_null(row_of(FINDING_SERVER_RESTART));
    expect_words(row, "CoreDNS did not answer 30 of 1,000 queries (3.0 %)");
}

static void test_a_silence_seen_by_clients(void **state)
{
    (void)state;
    play_gap(CLIENT, 40, 43, false, 0);
    expect(FINDING_SERVER_SILENT, CONFIDENCE_LIKELY, 40, 42.9); /* three clients */
}

static void test_a_restart(void **state)
{
    static const struct {
        enum place place;
        bool refused;
        double probe;
        enum confidence confidence;
    } cases[] = {{POD, true, 0, CONFIDENCE_SURE},
                 {POD, false, 43.5, CONFIDENCE_SURE},
                 {CLIENT, true, 0, CONFIDENCE_LIKELY}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        end(NULL);
        begin(NULL);
        play_gap(cases[i].place, 40, 43, cases[i].refused, cases[i].probe);
        const struct finding_row *row =
            expect(FINDING_SERVER_RESTART, cases[i].confidence, 40, 42.9);
        assert_int_equal(row->sessions, 30);
        assert_int_equal(row->severity, SEVERITY_ERROR); /* they failed */
        assert_null(row_of(FINDING_SERVER_SILENT));
    }
}

/* What was forwarded when the process ended has an attempt, and no answer; it is of the silence,
 * though others were answered meanwhile.  Long before it is not. */
static void test_what_it_had_not_finished(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 1000; i++) {
        double at = i * 0.1;
        if (i >= 400 && i < 430)
            add_unanswered(POD, at, i, true);
        else
            add_good(POD, at, i, 0.5);
        if (i == 100 || i == 390 || i == 430) {
            struct made made;
            make(&made, POD, i == 430 ? 42.95 : at - 0.05, i, -1);
            made_attempt(&made, made.session.start, 1, OUTCOME_ANSWERED);
            made_fail(&made, REASON_NO_ANSWER, RCODE_NONE);
            made.session.unanswered = 1;
            add(&made);
        }
    }
    judge();
    assert_int_equal(row_of(FINDING_SERVER_RESTART)->sessions, 32);
    assert_int_equal(findings->unexplained_sessions, 1);
}

static void test_what_is_no_restart(void **state)
{
    (void)state;
    play_gap(POD, 97, 100, true, 0); /* nobody came back */
    assert_null(row_of(FINDING_SERVER_RESTART));
    assert_non_null(row_of(FINDING_SERVER_SILENT));
    end(NULL);
    begin(NULL);
    play_gap(POD, 40, 43, false, 60); /* the probe of a later reload */
    assert_null(row_of(FINDING_SERVER_RESTART));
    end(NULL);
    begin(NULL);
    play_gap(POD, 40, 40.2, true, 0); /* two queries */
    assert_null(row_of(FINDING_SERVER_RESTART));
    assert_null(row_of(FINDING_SERVER_SILENT));
}

/* One in TIMES is lost at random. */
static void play_loss(enum place place, unsigned times)
{
    unsigned random = 7;
    for (unsigned i = 0; i < 3000; i++) {
        random = random * 1103515245u + 12345u;
        if ((random >> 16) % times == 0)
            add_unanswered(place, i * 0.1, i, false);
        else
            add_good(place, i * 0.1, i, 0.5);
    }
    judge();
}

static void test_loss_on_the_way_is_no_silence(void **state)
{
    (void)state;
    for (unsigned times = 2; times <= 200; times *= 3) {
        end(NULL);
        begin(NULL);
        play_loss(CLIENT, times);
        assert_null(row_of(FINDING_SERVER_SILENT));
        assert_null(row_of(FINDING_SERVER_RESTART));
        assert_true(findings->unexplained_sessions != 0);
    }
}

/* At a CoreDNS pod one in TIMES is not answered; AGAIN: so the stub asks again 5 s later, and gets its
 * answer. */
static void play_drops(unsigned times, bool again)
{
    struct lookups *lookups = lookups_new(&(struct lookup_options){1 << 22});
    for (unsigned i = 0; i < 3000 + 50; i++) {
        for (unsigned late = 0; late < 2; late++) {
            struct made made;
            unsigned of = late ? i - 50 : i;
            bool dropped = of % times == times / 2;
            if ((late && (i < 50 || !dropped || !again)) || (!late && i >= 3000))
                continue;
            make(&made, POD, i * 0.1, of, late || !dropped ? 0.5 : -1);
            made.session.client.port = (uint16_t)(1024 + of);
            made.session.id = (uint16_t)of;
            made.session.has_id = true;
            made.session.answers = 1;
            if (!late && dropped) {
                made_fail(&made, REASON_NO_ANSWER, RCODE_NONE);
                made.session.bitmap = BIT_CQ;
                made.session.unanswered = 1;
            }
            add(&made);
            lookups_add(lookups, &made.session, made.session.start, true);
            for (const struct lookup *one; (one = lookups_next(lookups)) != NULL;)
                findings_add_lookup(findings, one);
        }
    }
    lookups_end(lookups);
    for (const struct lookup *one; (one = lookups_next(lookups)) != NULL;)
        findings_add_lookup(findings, one);
    lookups_free(lookups);
    judge();
}

static void test_what_reached_it_is(void **state)
{
    (void)state;
    play_drops(30, true);
    const struct finding_row *row = row_of(FINDING_SERVER_SILENT);
    assert_non_null(row);
    assert_int_equal(row->confidence, CONFIDENCE_LIKELY);
    assert_int_equal(row->sessions, 100);
    assert_int_equal(findings->unexplained_sessions, 0);
    assert_int_equal(findings->unexplained_lookups, 0);
}

static void test_what_nobody_missed_was_lost_by_the_capture(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 100; i++) { /* it lost queries, too: answers that nobody asked for */
        struct made made;
        make(&made, POD, i * 3, i, 0.5);
        made.session.bitmap = BIT_CR;
        add(&made);
    }
    play_drops(30, false); /* nobody asked again: they had their answers */
    assert_null(row_of(FINDING_SERVER_SILENT));
    end(NULL);
    begin(NULL);
    play_drops(30, false); /* answers only */
    const struct finding_row *row = row_of(FINDING_SERVER_SILENT);
    assert_non_null(row);
    assert_int_equal(row->confidence, CONFIDENCE_POSSIBLE);
    end(NULL);
    begin(NULL);
    play_drops(1000, true); /* three of three thousand */
    assert_null(row_of(FINDING_SERVER_SILENT));
}

static void test_restarts_in_dnstap(void **state)
{
    (void)state;
    server.restarts = server.n_gaps = 2;
    server.gaps[0] = (struct server_gap){AT(10), AT(12)};
    server.gaps[1] = (struct server_gap){AT(50), AT(53)};
    server.reloads = 1;
    server.reloaded = AT(30);
    for (unsigned i = 0; i < 60; i++)
        add_good(TAP, i, i, 0.1);
    judge();
    const struct finding_row *row = expect(FINDING_SERVER_RESTART, CONFIDENCE_SURE, 10, 53);
    assert_int_equal(row->severity, SEVERITY_WARNING);
    expect_words(row, "CoreDNS restarted 2 times (10:00:10, 10:00:50), silent for up to "
                      "3.0 s.");
}

static void test_a_reload_is_told(void **state)
{
    (void)state;
    server.reloads = 1;
    server.reloaded = AT(30);
    add_good(TAP, 1, 1, 0.1);
    judge();
    assert_int_equal(expect(FINDING_SERVER_RESTART, CONFIDENCE_SURE, 30, 30)->severity,
                     SEVERITY_INFO);
}

/* --- of the capture --- */

static void test_lost_frames(void **state)
{
    (void)state;
    static const struct {
        uint64_t proven;
        enum severity severity;
    } cases[] = {{1, SEVERITY_WARNING}, {111, SEVERITY_WARNING}, {112, SEVERITY_ERROR}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        end(NULL);
        begin(NULL);
        input.facts.format = "dnstap";
        input.facts.frames = input.facts.payloads = 1000;
        input.facts.stopped = true;
        input.loss = (struct loss_facts){
            .proven = cases[i].proven, .estimate = UINT64_MAX, .first = AT(3), .last = AT(9)};
        judge();
        const struct finding_row *row = expect(FINDING_SAMPLE_LOSS, CONFIDENCE_SURE, 3, 9);
        assert_int_equal(row->severity, cases[i].severity);
        assert_int_equal(row->evidence[0].count, cases[i].proven);
    }
}

static void test_a_whole_capture(void **state)
{
    (void)state;
    input.facts.format = "dnstap";
    input.facts.file = "a.fstrm";
    input.facts.frames = 1000;
    input.facts.payloads = 1; /* some messages are enough */
    input.facts.stopped = true;
    judge();
    expect_none();
}

static void test_a_cut_capture(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        end(NULL);
        begin(NULL);
        input.facts.file = "a.fstrm";
        input.facts.format = i == 2 ? "pcap" : "dnstap";
        input.has_packets = i == 2;
        input.facts.frames = input.facts.payloads = 10;
        if (i == 0)
            strcpy(input.facts.cut, "at byte 7");
        if (i == 2)
            input.facts.skips.n[SKIP_CUT_PACKET] = 4;
        judge();
        const struct finding_row *row = row_of(FINDING_CAPTURE_CUT);
        assert_non_null(row);
        assert_int_equal(row->severity, SEVERITY_INFO);
        assert_non_null(strstr(row->summary, i == 0   ? "ends inside a frame"
                                             : i == 1 ? "without a STOP frame"
                                                      : "packets that were cut"));
    }
}

static void test_dnstap_without_messages(void **state)
{
    (void)state;
    input.facts.format = "dnstap";
    input.facts.file = "a.fstrm";
    input.facts.frames = 10;
    input.facts.stopped = true;
    judge();
    assert_int_equal(row_of(FINDING_NO_MESSAGES)->severity, SEVERITY_INFO);
    end(NULL);
    begin(NULL);
    input.facts.format = "pcap"; /* packets without DNS are another matter */
    input.facts.file = "a.pcap";
    input.has_packets = true;
    input.facts.frames = 10;
    judge();
    assert_null(row_of(FINDING_NO_MESSAGES));
}

/* --- what they are made of --- */

static void test_goods(void **state)
{
    (void)state;
    struct goods goods = {NULL};
    assert_false(goods_between(&goods, AT(0), AT(1)));
    goods_add(&goods, AT(5));
    goods_add(&goods, AT(5.004));
    assert_true(goods_between(&goods, AT(4), AT(6)));
    assert_true(goods_between(&goods, AT(6), AT(4)));
    assert_true(goods_between(&goods, AT(5), AT(5.01)));
    assert_true(goods_between(&goods, AT(4.999), AT(5.004)));
    assert_false(goods_between(&goods, AT(5), AT(5.004)));
    assert_false(goods_between(&goods, AT(5.004), AT(400)));
    goods_add(&goods, AT(2)); /* out of order */
    assert_true(goods_between(&goods, AT(1), AT(3)));
    goods_add(&goods, AT(100)); /* what is long ago is forgotten */
    goods_add(&goods, AT(100 - 20.48 * 4));
    assert_true(goods_between(&goods, AT(99), AT(101)));
    memory_free(goods.at);
}

static void test_pace_is_that_of_quiet_times(void **state)
{
    (void)state;
    struct pace pace = {.quiet = WHEN_NONE};
    assert_int_equal(pace_limit(&pace, true), 2 * WHEN_MS);
    for (unsigned i = 0; i < 19; i++)
        pace_add(&pace, (i + 1) * WHEN_MS);
    assert_int_equal(pace.quiet, WHEN_NONE);
    pace_add(&pace, 20 * WHEN_MS);
    assert_int_equal(pace.quiet, 18 * WHEN_MS); /* the 18th of twenty */
    for (unsigned i = 0; i < 20 * 8; i++)
        pace_add(&pace, 5000 * WHEN_MS); /* an incident changes nothing */
    assert_int_equal(pace.quiet, 18 * WHEN_MS);
    assert_int_equal(pace_limit(&pace, false), 180 * WHEN_MS);
    compact_done(&pace.blocks);
}

/* Whatever sessions say, nothing breaks, and nothing grows without end. */
static void test_hostile_sessions(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (unsigned i = 0; i < 60000; i++) {
        struct made made;
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407u;
        unsigned pick = (unsigned)(random >> 40);
        make(&made, (enum place)(pick % 3), 0, i, pick % 5 == 0 ? -1 : (double)(pick % 9000));
        made.session.start = (int64_t)(pick % 4 == 0 ? random >> 2 : (uint64_t)AT(i * 0.001));
        made.session.end = pick % 7 == 0 ? (int64_t)(random >> 3) : made.session.end;
        made.session.server = pick % 11 == 0 ? pick % 4096 : pick % 3;
        made.session.unanswered = pick % 6 == 0;
        made.session.refused = pick % 8 == 0;
        if (pick % 4 == 1)
            made_fail(&made, pick % 8 == 1 ? REASON_NO_ANSWER : REASON_REFUSED,
                      pick % 8 == 1 ? RCODE_NONE : REFUSED);
        if (pick % 4 == 2)
            made_attempt(&made, (int64_t)(random >> 2), 1 + pick % 3,
                         (enum outcome)(pick % OUTCOMES));
        findings_add_session(findings, &made.session);
    }
    assert_true(findings->servers->watched <= LIMIT_WATCHED_SERVERS);
    assert_true(findings->servers->n_spells <= LIMIT_SPELLS);
    assert_true(findings->folded_suspects != 0); /* and what is given up is counted */
    judge();
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        TEST(test_a_healthy_server),
        TEST(test_errors_of_its_own),
        TEST(test_few_errors_are_none),
        TEST(test_a_client_does_not_see_who_made_them),
        TEST(test_lone_queries_of_dnstap),
        TEST(test_errors_of_others_are_not_its_own),
        TEST(test_the_limit_of_forwards),
        TEST(test_the_limit_as_dnstap_shows_it),
        TEST(test_refused_by_chance_is_no_limit),
        TEST(test_the_end_of_a_capture),
        TEST(test_late_with_what_it_knows),
        TEST(test_overload_elsewhere_is_likely),
        TEST(test_what_is_no_overload),
        TEST(test_what_was_lost_was_not_slow),
        TEST(test_forwards_suffer_with_it),
        TEST(test_what_it_drops_meanwhile),
        TEST(test_a_silence),
        TEST(test_a_silence_seen_by_clients),
        TEST(test_a_restart),
        TEST(test_what_it_had_not_finished),
        TEST(test_what_is_no_restart),
        TEST(test_loss_on_the_way_is_no_silence),
        TEST(test_what_reached_it_is),
        TEST(test_what_nobody_missed_was_lost_by_the_capture),
        TEST(test_restarts_in_dnstap),
        TEST(test_a_reload_is_told),
        TEST(test_lost_frames),
        TEST(test_a_whole_capture),
        TEST(test_a_cut_capture),
        TEST(test_dnstap_without_messages),
        TEST(test_goods),
        TEST(test_pace_is_that_of_quiet_times),
        TEST(test_hostile_sessions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
