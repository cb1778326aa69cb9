// SPDX-License-Identifier: BSD-2-Clause
// Clients and names: order, cut, folding.
#include "report-session.h"

#include <stdio.h>

#include "base/limits.h"

static void add_session(struct tops *tops, const struct session *session)
{
    struct key_search search = tops_expect(tops, session);
    struct sample sample = sample_of(session, false);
    keys_approach(&tops->table, &search);
    keys_add(&tops->table, &search, &sample);
}

static void add(struct tops *tops, unsigned client, const char *name, int n, int failed)
{
    struct made made;
    for (int i = 0; i < n; i++) {
        made_session(&made, T0 + i, client, name, WHEN_MS * (i + 1));
        if (i < failed)
            made_fail(&made, REASON_SERVFAIL, 2);
        add_session(tops, &made.session);
    }
}

static void test_order(void **state)
{
    static const char *const want[] = {"bad.test.", "a.a.test.", "a.test.", "b.test.",
                                       "once.test."};
    struct tops tops;
    struct arena arena = {0};
    (void)state;
    tops_init(&tops, true, SIZE_MAX);
    add(&tops, 1, "once.test.", 1, 0);
    add(&tops, 1, "b.test.", 3, 0);
    add(&tops, 1, "a.test.", 3, 0);
    add(&tops, 1, "a.a.test.", 3, 0);
    add(&tops, 1, "bad.test.", 2, 1);
    tops_finish(&tops, &arena, 4);
    assert_int_equal(tops.keys, 5);
    assert_int_equal(tops.all.n, 4);
    for (size_t i = 0; i < tops.all.n; i++)
        assert_string_equal(tops.all.at[i].name, want[i]);
    assert_int_equal(tops.failing.n, 1);
    assert_int_equal(tops.failing_keys, 1);
    assert_string_equal(tops.failing.at[0].name, "bad.test.");
    assert_int_equal(tops.failing.at[0].figures.failed, 1);
    assert_int_equal(tops.all.at[1].figures.waited.most, 3 * WHEN_MS);
    tops_done(&tops);
    arena_done(&arena);
}

static void test_clients(void **state)
{
    struct tops tops;
    struct arena arena = {0};
    struct made made;
    (void)state;
    tops_init(&tops, false, SIZE_MAX);
    made_session(&made, T0, 1, "a.test.", WHEN_MS);
    made.session.client = endpoint_of("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01", 16, 5);
    add_session(&tops, &made.session);
    made.session.has_client = false; /* nobody to count for */
    add_session(&tops, &made.session);
    add(&tops, 20, "a.test.", 1, 0);
    add(&tops, 3, "a.test.", 1, 0);
    tops_finish(&tops, &arena, 10);
    assert_int_equal(tops.all.n, 3);
    assert_string_equal(tops.all.at[0].name, "10.0.0.3");
    assert_string_equal(tops.all.at[1].name, "10.0.0.20");
    assert_string_equal(tops.all.at[2].name, "2001:db8::1");
    tops_done(&tops);
    arena_done(&arena);
}

/* More names than are kept: what is folded plus what is there is all that came, and names with
 * failures or many sessions stay. */
static void check_folding(size_t budget, unsigned names)
{
    struct tops tops;
    struct arena arena = {0};
    char name[32];
    tops_init(&tops, true, budget);
    add(&tops, 1, "failing.test.", 3, 3);
    add(&tops, 1, "busy.test.", 50, 0);
    for (unsigned i = 0; i < names; i++) {
        snprintf(name, sizeof name, "n%u.test.", i);
        add(&tops, 1, name, 1, 0);
    }
    assert_true(tops.table.n <= LIMIT_TOP_KEYS);
    assert_true(tops.table.bytes <= budget);
    tops_finish(&tops, &arena, SIZE_MAX);
    uint64_t sessions = tops.table.folded_sessions;
    for (size_t i = 0; i < tops.all.n; i++)
        sessions += tops.all.at[i].figures.sessions;
    assert_int_equal(sessions, names + 53);
    assert_int_equal(tops.table.folded_keys + tops.keys, names + 2);
    assert_int_equal(tops.table.folded_failed, 0);
    assert_string_equal(tops.all.at[0].name, "failing.test.");
    assert_string_equal(tops.all.at[1].name, "busy.test.");
    assert_int_equal(tops.all.at[1].figures.sessions, 50);
    tops_done(&tops);
    arena_done(&arena);
}

static void test_folding(void **state)
{
    (void)state;
    check_folding(SIZE_MAX, LIMIT_TOP_KEYS * 3);
    check_folding(100000, 5000);
}

/* A key seen a few times costs at most 160 octets. */
static void test_cost(void **state)
{
    enum { KEYS = 16000 };
    struct tops tops;
    char name[32];
    (void)state;
    tops_init(&tops, true, SIZE_MAX);
    for (unsigned i = 0; i < KEYS; i++) {
        snprintf(name, sizeof name, "n%u.shop.example.com.", i);
        add(&tops, 1, name, 2, 0);
    }
    assert_true((tops.table.pool.used_bytes + tops.table.room * 40) / KEYS <= 160);
    tops_done(&tops);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_clients),
        cmocka_unit_test(test_folding),
        cmocka_unit_test(test_cost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
