// SPDX-License-Identifier: BSD-2-Clause
// Percentiles.
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/sketch.h"
#include "base/when.h"

static const double per_cents[] = {0.1, 1, 7, 25, 50, 75, 90, 95, 99, 99.9, 100};
enum { PER_CENTS = sizeof per_cents / sizeof *per_cents };

/* A sequence of numbers, the same in every run. */
static uint64_t next(uint64_t *seed)
{
    *seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *seed >> 33;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* The nearest rank of N sorted values. */
static int64_t nearest(const int64_t *values, size_t n, double per_cent)
{
    size_t rank = 1;

    while ((double)rank < per_cent * (double)n / 100 - 1e-9)
        rank++;
    return values[rank - 1];
}

static void check(const int64_t *values, size_t n, struct sketch *sketch, bool exact)
{
    int64_t *sorted = malloc(n * sizeof *sorted);

    for (size_t i = 0; i < n; i++)
        sorted[i] = values[i];
    qsort(sorted, n, sizeof *sorted, by_size);
    assert_int_equal(sketch->count, n);
    assert_true(sketch->least_ns == sorted[0] && sketch->most_ns == sorted[n - 1]);
    for (size_t i = 0; i < PER_CENTS; i++) {
        int64_t want = nearest(sorted, n, per_cents[i]),
                got = sketch_percentile(sketch, per_cents[i]);
        double error = (double)(got > want ? got - want : want - got);

        assert_true(exact ? got == want : error <= 0.01 * (double)want);
        assert_true(got >= sketch->least_ns && got <= sketch->most_ns);
    }
    free(sorted);
}

static void test_small(void **state)
{
    static const int64_t values[] = {5, 1, 4, 2, 3, 10, 9, 8, 7, 6};
    struct sketch sketch = {.count = 0};

    (void)state;
    assert_true(sketch_percentile(&sketch, 50) == WHEN_NONE);
    sketch_add(&sketch, -1);
    sketch_add(&sketch, WHEN_NONE);
    assert_int_equal(sketch.count, 0);
    sketch_add(&sketch, 42);
    assert_int_equal(sketch_percentile(&sketch, 1), 42);
    assert_int_equal(sketch_percentile(&sketch, 100), 42);
    sketch_done(&sketch);
    for (size_t i = 0; i < 10; i++)
        sketch_add(&sketch, values[i]);
    assert_int_equal(sketch_percentile(&sketch, 50), 5);
    assert_int_equal(sketch_percentile(&sketch, 90), 9);
    assert_int_equal(sketch_percentile(&sketch, 91), 10);
    assert_int_equal(sketch_percentile(&sketch, 10), 1);
    sketch_add(&sketch, 0); /* behind a percentile, too */
    check((const int64_t[]){0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 11, &sketch, true);
    sketch_done(&sketch);
    sketch_done(&sketch);
}

static void test_many(void **state)
{
    enum { N = 20000 };
    static int64_t values[N];
    static const uint64_t widths[] = {1, 60, 70, 1000, 1000000, UINT64_C(1) << 31};
    uint64_t seed = 7;

    (void)state;
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) {
        struct sketch sketch = {.count = 0};

        for (size_t i = 0; i < N; i++) {
            uint64_t scale = next(&seed) % 20;

            values[i] = (int64_t)(next(&seed) % widths[w] * (scale ? scale * scale : 1));
            sketch_add(&sketch, values[i]);
            if (i + 1 == SKETCH_EXACT)
                check(values, i + 1, &sketch, true);
            if (i == SKETCH_EXACT)
                check(values, i + 1, &sketch, false);
        }
        check(values, N, &sketch, false);
        assert_in_range(sketch_bytes(&sketch), 1, 3712 * 4);
        sketch_done(&sketch);
    }
}

static void test_extremes(void **state)
{
    struct sketch sketch = {.count = 0};

    (void)state;
    for (int i = 0; i < 1000; i++) {
        sketch_add(&sketch, INT64_MAX);
        sketch_add(&sketch, 0);
    }
    assert_true(sketch_percentile(&sketch, 50) == 0);
    assert_true(sketch_percentile(&sketch, 51) > INT64_MAX / 100 * 99);
    assert_true(sketch_percentile(&sketch, 100) == INT64_MAX);
    sketch_done(&sketch);
}

static void test_merge(void **state)
{
    static const size_t sizes[][2] = {{0, 0},       {0, 5},       {5, 0},     {100, 100},
                                      {500, 500},   {0, 2000},    {2000, 0},  {2000, 3},
                                      {3, 2000},    {2000, 3000}, {512, 512}, {513, 512},
                                      {512, 10000}, {1, 511},     {1, 512}};
    uint64_t seed = 11;

    (void)state;
    for (size_t c = 0; c < sizeof sizes / sizeof *sizes; c++) {
        struct sketch one = {.count = 0}, two = {.count = 0};
        size_t n = sizes[c][0] + sizes[c][1];
        int64_t *values = malloc((n + 1) * sizeof *values);

        for (size_t i = 0; i < n; i++) {
            values[i] = (int64_t)(next(&seed) << next(&seed) % 20);
            sketch_add(i < sizes[c][0] ? &one : &two, values[i]);
        }
        sketch_merge(&one, &two);
        assert_int_equal(two.count, sizes[c][1]);
        if (n)
            check(values, n, &one, n <= SKETCH_EXACT);
        else
            assert_true(sketch_percentile(&one, 50) == WHEN_NONE);
        sketch_done(&one);
        sketch_done(&two);
        free(values);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_extremes),
        cmocka_unit_test(test_merge),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
