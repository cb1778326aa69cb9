// SPDX-License-Identifier: BSD-2-Clause
// The whole report: identities of its figures, its keys and their order.
#include "report-session.h"

#include "base/text.h"

static struct report *new_report(size_t limit)
{
    return report_new(&(struct report_options){100 * WHEN_MS, limit, 1 << 26, NULL});
}

/* A mix of everything; returns how many sessions stand in the figures. */
static unsigned fill(struct report *report)
{
    struct made made;
    unsigned n = 0;
    for (unsigned i = 0; i < 1000; i++, n++) {
        char name[] = {'n', (char)('a' + i % 7), '.', 't', 'e', 's', 't', '.', 0};
        made_session(&made, AT(i * 0.05), i % 5, name, WHEN_MS * (i % 300));
        if (i % 10 == 0) {
            made_fail(&made, REASON_UPSTREAM_NO_REPLY, RCODE_NONE);
            made.session.waited_exact = false;
            made_attempt(&made, AT(i * 0.05), 1, OUTCOME_NO_REPLY);
        } else if (i % 10 == 1) {
            made.session.status = STATUS_CAPTURE_EDGE;
            made.session.reason = REASON_CAPTURE_END;
            made.session.waited_ns = WHEN_NONE;
        } else if (i % 10 == 2) {
            made.session.has_question = false;
            made.session.name_len = 0;
        }
        if (i % 50 == 7) {
            made.session.background = i % 100 == 7;
            made.session.internal = true;
            n--;
        }
        report_add(report, &made.session, AT(i * 0.05));
    }
    return n;
}

static void test_identities(void **state)
{
    struct report *report = new_report(10);
    unsigned n = fill(report);
    (void)state;
    report_finish(report, NULL, NULL, 1234, false);
    const struct totals *totals = &report->totals;
    assert_int_equal(totals->sessions, n);
    assert_int_equal(totals->sessions + totals->background + totals->internal, 1000);
    assert_int_equal(totals->background, 10);
    uint64_t sum = 0, shares = 0;
    for (size_t i = 0; i < STATUSES; i++)
        sum += totals->by_status[i];
    assert_int_equal(sum, n);
    const struct share_rows *const lists[] = {&totals->statuses, &totals->bitmaps, &totals->rcodes};
    for (size_t list = 0; list < 3; list++) {
        double share = 0;
        shares = 0;
        for (size_t i = 0; i < lists[list]->n; i++) {
            shares += lists[list]->at[i].sessions;
            share += lists[list]->at[i].share;
            assert_true(i == 0 || lists[list]->at[i - 1].sessions >= lists[list]->at[i].sessions);
        }
        assert_int_equal(shares, n);
        assert_true(share > 0.999999 && share < 1.000001);
    }
    const struct named_rows *const named[] = {&totals->realms, &totals->types, &totals->transports};
    for (size_t list = 0; list < 3; list++) {
        sum = 0;
        for (size_t i = 0; i < named[list]->n; i++)
            sum += named[list]->at[i].figures.sessions;
        assert_int_equal(sum, n);
    }
    sum = shares = 0;
    for (size_t i = 0; i < report->timeline.n_rows; i++) {
        sum += report->timeline.rows[i].sessions;
        shares += report->timeline.rows[i].failed;
    }
    assert_int_equal(sum, n);
    assert_int_equal(shares, totals->by_status[STATUS_FAILED]);
    sum = 0;
    for (size_t i = 0; i < LATENCY_STEPS; i++)
        sum += report->latency.histogram[i];
    assert_int_equal(sum, totals->waits);
    assert_int_equal(report->latency.all.count, totals->waits);
    assert_int_equal(report->latency.lower_bounds, totals->by_status[STATUS_FAILED]);
    assert_int_equal(report->upstreams.rows[0]->counts.no_reply, totals->by_status[STATUS_FAILED]);
    assert_int_equal(report->slow.seen, totals->slow);
    assert_int_equal(report->slow.n, 10);
    for (size_t i = 1; i < report->slow.n; i++)
        assert_true(report->slow.heap[i - 1]->session.waited_ns >=
                    report->slow.heap[i]->session.waited_ns);
    assert_int_equal(report->slow.heap[0]->session.waited_ns, 299 * WHEN_MS);
    report_free(report);
}

/* Takes down the keys of a walk, an object at a time, two levels deep. */
struct key_list {
    struct text text;
    unsigned depth;
};

static void list_add(struct key_list *keys, const char *key, size_t len)
{
    if (key == NULL || keys->depth != 1)
        return;
    text_add(&keys->text, key, len);
    text_add_char(&keys->text, ' ');
}

static void list_open(void *context, const char *key, size_t len, bool array)
{
    (void)array;
    list_add(context, key, len);
    ((struct key_list *)context)->depth++;
}

static void list_close(void *context, bool array)
{
    (void)array;
    ((struct key_list *)context)->depth--;
}

static void list_value(void *context, const char *key, size_t len, const struct field *field,
                       const struct value *value)
{
    if (value->kind != VALUE_NULL && value->kind != field->kind)
        fail_msg("%s: kind %d, not %d", field->path, (int)value->kind, (int)field->kind);
    if (value->kind == VALUE_NULL && field->flags & FIELD_NEVER_NULL)
        fail_msg("%s is null", field->path);
    list_add(context, key, len);
}

static void check_keys(const struct report *report)
{
    struct key_list keys = {0};
    struct field_sink sink = {list_open, list_close, list_value, &keys};
    field_walk(&report_fields, report, &sink);
    assert_string_equal(
        keys.text.at, "schema verdict inputs window filters totals statuses bitmaps rcodes realms "
                      "types "
                      "transports latency upstreams servers paths clients names failing_names slow "
                      "lookups timeline findings gates folded ");
    assert_int_equal(keys.depth, 0);
    text_done(&keys.text);
}

static void check_text(const struct report *report, const char *path, const char *want)
{
    struct text scratch = {0}, text = {0};
    const struct field *field = field_find(&report_fields, path, strlen(path));
    assert_non_null(field);
    struct value value = field_cell(&report_fields, field, report, &scratch);
    field_print(&value, &text);
    assert_string_equal(text.at != NULL ? text.at : "", want);
    text_done(&scratch);
    text_done(&text);
}

static void test_document(void **state)
{
    struct report *report = new_report(3);
    (void)state;
    fill(report);
    report_finish(report, NULL, NULL, 1234, false);
    check_keys(report);
    check_text(report, "schema", REPORT_SCHEMA);
    check_text(report, "verdict.state", "unknown");
    check_text(report, "totals.messages", "1234");
    check_text(report, "window.start", "2026-11-21T10:00:00.000000000Z");
    check_text(report, "totals.unexplained.sessions", "");
    check_text(report, "lookups.count", "0");
    check_text(report, "folded.cut.names", "4");
    check_text(report, "folded.cut.clients", "2");
    report_free(report);
}

static void test_empty(void **state)
{
    struct report *report = new_report(10);
    (void)state;
    report_finish(report, NULL, NULL, 0, false);
    check_keys(report);
    check_text(report, "verdict.sentence", "The capture holds no DNS messages.");
    check_text(report, "totals.error_rate", "");
    check_text(report, "totals.qps", "");
    check_text(report, "latency.waited_ms.p50", "");
    check_text(report, "window.start", "");
    report_free(report);
}

static void test_inputs_and_bounds(void **state)
{
    struct report *report = new_report(10);
    struct input_row rows[2] = {
        {.facts = {.file = "a", .format = "dnstap", .frames = 7, .start = AT(0), .end = AT(90)},
         .loss = {.proven = 3, .estimate = UINT64_MAX},
         .can_lose = true},
        {.facts = {.file = "b", .start = WHEN_NONE, .end = WHEN_NONE, .error = "is text"}},
    };
    struct made made;
    (void)state;
    rows[0].facts.skips.n[SKIP_OVERSIZED] = 2;
    input_row_skips(&rows[0]);
    assert_int_equal(rows[0].n_skipped, 1);
    report_add(report, made_session(&made, AT(31), 1, "a.test.", WHEN_MS), AT(30));
    report->facts.inputs = rows;
    report->facts.n_inputs = 2;
    report_bounds(report, AT(30), AT(60));
    static const char *const filters[] = {"slow", "tries>1"};
    report_filters(report, filters, 2);
    report_settle(report);
    check_keys(report);
    check_text(report, "window.start", "2026-11-21T10:00:30.000000000Z");
    check_text(report, "window.seconds", "30.000");
    check_text(report, "totals.qps", "0.033");
    check_text(report, "filters", "slow tries>1");
    assert_true(report->verdict.n_unseen >= 5);
    assert_string_equal(report->verdict.unseen[0], "1 input could not be used");
    report_free(report);
}

static void test_slow_alone(void **state)
{
    struct slow slow;
    struct made made;
    (void)state;
    slow_init(&slow, 0); /* --limit 0 */
    slow_add(&slow, made_session(&made, AT(0), 1, "a.test.", WHEN_SECOND));
    assert_int_equal(slow.n, 0);
    assert_int_equal(slow.seen, 1);
    slow_done(&slow);
    slow_init(&slow, 2);
    for (int i = 0; i < 20; i++) {
        made_session(&made, AT(i), 1, "a.test.", WHEN_SECOND * (i * 7 % 20));
        made_attempt(&made, AT(i), 1, OUTCOME_ANSWERED);
        made_attempt(&made, AT(i), 2, OUTCOME_ANSWERED);
        slow_add(&slow, &made.session);
    }
    slow_finish(&slow);
    assert_int_equal(slow.heap[0]->session.waited_ns, 19 * WHEN_SECOND);
    assert_int_equal(slow.heap[1]->session.waited_ns, 18 * WHEN_SECOND);
    const struct attempt *attempt = slow.heap[0]->session.attempts;
    assert_ptr_not_equal(attempt, &made.attempts[0]); /* copies of its own */
    assert_int_equal(attempt->next->upstream.octet[3], 2);
    assert_null(attempt->next->next);
    slow_done(&slow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identities), cmocka_unit_test(test_document),
        cmocka_unit_test(test_empty),      cmocka_unit_test(test_inputs_and_bounds),
        cmocka_unit_test(test_slow_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
