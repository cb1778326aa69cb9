// SPDX-License-Identifier: BSD-2-Clause
// Proofs of lost frames and the windows that they make.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "session/loss.h"

#define T0 (INT64_C(1795168800) * WHEN_SECOND)
#define AT(seconds) (T0 + (int64_t)(seconds)*WHEN_SECOND)

static void prove(struct loss *loss, const int *seconds, size_t n)
{
    for (size_t i = 0; i < n; i++)
        loss_prove(loss, AT(seconds[i]));
}

static void check_window(const struct loss *loss, size_t i, int start, int end, uint64_t count)
{
    assert_true(i < loss->n);
    assert_int_equal(loss->window[i].start, AT(start));
    assert_int_equal(loss->window[i].end, AT(end));
    assert_int_equal(loss->count[i], count);
}

static void test_nothing(void **state)
{
    struct loss loss = {0};

    (void)state;
    assert_false(loss_touches(&loss, AT(0), AT(1000)));
    loss_silence(&loss, AT(0), AT(1000));
    assert_int_equal(loss.proven, 0);
    assert_int_equal(loss.n, 0);
    loss_done(&loss);
}

// Proofs up to LOSS_JOIN_NS apart are one spell, whatever the order in which they come.
static void test_joins(void **state)
{
    static const struct {
        int seconds[6];
        size_t n, windows;
    } cases[] = {
        {{100}, 1, 1},
        {{100, 110}, 2, 1},
        {{110, 100}, 2, 1},
        {{100, 111}, 2, 2},
        {{111, 100}, 2, 2},
        {{100, 120, 110}, 3, 1},
        {{100, 120, 109, 111}, 4, 1},
        {{100, 105, 103}, 3, 1},
        {{100, 130, 160}, 3, 3},
        {{160, 130, 100}, 3, 3},
        {{130, 100, 160, 145, 115}, 5, 5},
        {{100, 100, 100}, 3, 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct loss loss = {0};
        uint64_t all = 0;

        prove(&loss, cases[i].seconds, cases[i].n);
        assert_int_equal(loss.proven, cases[i].n);
        assert_int_equal(loss.n, cases[i].windows);
        for (size_t k = 0; k < loss.n; k++) {
            all += loss.count[k];
            assert_true(loss.window[k].start <= loss.window[k].end);
            assert_true(k == 0 || loss.window[k].start - loss.window[k - 1].end > LOSS_JOIN_NS);
        }
        assert_int_equal(all, cases[i].n);
        loss_done(&loss);
    }
}

static void test_ends(void **state)
{
    struct loss loss = {0};

    (void)state;
    prove(&loss, (const int[]){200, 100, 104, 209, 95}, 5);
    assert_int_equal(loss.n, 2);
    check_window(&loss, 0, 95, 104, 3);
    check_window(&loss, 1, 200, 209, 2);
    loss_prove(&loss, AT(114));
    check_window(&loss, 0, 95, 114, 4);
    loss_done(&loss);
}

// One or two proofs tell of one spell only; many tell the rate at which they come.
static void test_touches(void **state)
{
    struct loss one = {0}, many = {0};

    (void)state;
    assert_false(loss_touches(&one, AT(100), AT(100)));
    loss_prove(&one, AT(100));
    assert_true(loss_touches(&one, AT(100), AT(100)));
    assert_true(loss_touches(&one, AT(50), AT(150)));
    assert_true(loss_touches(&one, AT(110), AT(120)));
    assert_true(loss_touches(&one, AT(80), AT(90)));
    assert_false(loss_touches(&one, AT(111), AT(120)));
    assert_false(loss_touches(&one, AT(80), AT(89)));

    for (int i = 0; i <= 100; i++)
        loss_prove(&many, AT(100) + i * WHEN_SECOND / 10);
    assert_int_equal(many.n, 1);
    assert_true(loss_touches(&many, AT(105), AT(105)));
    assert_true(loss_touches(&many, AT(111), AT(112)));
    assert_false(loss_touches(&many, AT(112), AT(113)));
    assert_false(loss_touches(&many, AT(97), AT(98)));
    loss_done(&one);
    loss_done(&many);
}

// A window in front of TO whose reach ends too early must not hide an earlier, wider one.
static void test_touches_between(void **state)
{
    struct loss loss = {0};

    (void)state;
    loss_prove(&loss, AT(100));
    loss_prove(&loss, AT(130));
    assert_true(loss_touches(&loss, AT(105), AT(106)));
    assert_true(loss_touches(&loss, AT(125), AT(126)));
    assert_false(loss_touches(&loss, AT(112), AT(118)));
    assert_true(loss_touches(&loss, AT(112), AT(500)));
    assert_true(loss_touches(&loss, AT(0), AT(500)));
    assert_false(loss_touches(&loss, AT(141), AT(500)));
    loss_done(&loss);
}

static void test_silence(void **state)
{
    struct loss loss = {0};

    (void)state;
    prove(&loss, (const int[]){100, 150, 200}, 3);
    loss_silence(&loss, AT(101), AT(120)); /* beside the first, a flush away */
    check_window(&loss, 0, 100, 120, 1);
    loss_silence(&loss, AT(160), AT(170)); /* beside none */
    check_window(&loss, 1, 150, 150, 1);
    check_window(&loss, 2, 200, 200, 1);
    loss_silence(&loss, AT(180), AT(199));
    check_window(&loss, 2, 180, 200, 1);
    assert_int_equal(loss.proven, 3);
    assert_true(loss_touches(&loss, AT(110), AT(111)));
    loss_silence(&loss, AT(121), AT(149)); /* ties the first two */
    assert_int_equal(loss.n, 2);
    check_window(&loss, 0, 100, 150, 2);
    loss_done(&loss);
}

// However many windows there are, proofs are counted and windows stay in order.
static void test_ceiling(void **state)
{
    struct loss loss = {0};
    uint64_t all = 0;

    (void)state;
    for (int i = 0; i < LOSS_WINDOWS_MAX + 100; i++)
        loss_prove(&loss, AT(0) + i * 20 * WHEN_SECOND);
    loss_prove(&loss, AT(-1000));
    assert_int_equal(loss.proven, LOSS_WINDOWS_MAX + 101);
    assert_true(loss.n <= LOSS_WINDOWS_MAX);
    for (size_t i = 0; i < loss.n; i++) {
        all += loss.count[i];
        assert_true(i == 0 || loss.window[i].start > loss.window[i - 1].end);
    }
    assert_int_equal(all, loss.proven);
    assert_true(loss_touches(&loss, AT(-1000), AT(-1000)));
    assert_true(loss_touches(&loss, AT(0) + LOSS_WINDOWS_MAX * 20 * WHEN_SECOND, INT64_MAX / 2));
    loss_done(&loss);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_joins),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_touches),
        cmocka_unit_test(test_touches_between),
        cmocka_unit_test(test_silence),
        cmocka_unit_test(test_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
