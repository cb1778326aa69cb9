// SPDX-License-Identifier: BSD-2-Clause
// Percentiles in little memory.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/when.h"
#include "report/compact.h"

static void test_empty_and_few(void **state)
{
    struct compact compact = {0};
    (void)state;
    assert_int_equal(compact_percentile(&compact, 50), WHEN_NONE);
    compact_add(&compact, 700);
    assert_int_equal(compact_percentile(&compact, 1), 700 * WHEN_US);
    assert_int_equal(compact_percentile(&compact, 100), 700 * WHEN_US);
    compact_add(&compact, 300);
    assert_int_equal(compact_bytes(&compact), 0); /* two values cost nothing */
    assert_int_equal(compact_percentile(&compact, 50), 300 * WHEN_US);
    assert_int_equal(compact_percentile(&compact, 51), 700 * WHEN_US);
    compact_add(&compact, 500);
    assert_int_equal(compact_percentile(&compact, 50), 500 * WHEN_US);
    assert_true(sizeof compact + compact_bytes(&compact) <= 64);
    compact_done(&compact);
}

static void test_microseconds(void **state)
{
    (void)state;
    assert_int_equal(compact_us(-5), 0);
    assert_int_equal(compact_us(1499), 1);
    assert_int_equal(compact_us(1500), 2);
    assert_int_equal(compact_us(INT64_MAX), UINT32_MAX);
}

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Every percentile is within 1 % of the real value, least and greatest are exact. */
static void check_near(const uint32_t *values, size_t n, struct compact *compact)
{
    static const double per_cents[] = {1, 25, 50, 90, 95, 99, 99.9};
    assert_int_equal(compact->count, n);
    for (size_t i = 0; i < sizeof per_cents / sizeof *per_cents; i++) {
        double exact = per_cents[i] / 100 * (double)n;
        size_t rank = (size_t)exact + ((double)(size_t)exact < exact - 1e-9);
        double want = (double)values[rank == 0 ? 0 : rank - 1] * 1000;
        double got = (double)compact_percentile(compact, per_cents[i]);
        assert_true(got >= want * 0.99 - 1 && got <= want * 1.01 + 1);
    }
    assert_int_equal(compact_percentile(compact, 100), (int64_t)values[n - 1] * WHEN_US);
    assert_int_equal(compact->least_us, values[0]);
}

static void test_many(void **state)
{
    enum { N = 70000 };
    uint32_t *values = malloc(N * sizeof *values);
    struct compact compact = {0}, half[2] = {{0}, {.exact_max = COMPACT_MANY}};
    uint64_t seed = 12345;
    (void)state;
    assert_non_null(values);
    for (size_t i = 0; i < N; i++) {
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        unsigned shift = (unsigned)(seed >> 59); /* all magnitudes */
        values[i] = (uint32_t)(seed >> 20) >> (shift > 30 ? 30 : shift);
        compact_add(&compact, values[i]);
        compact_add(&half[i % 7 == 0], values[i]);
    }
    qsort(values, N, sizeof *values, compare);
    check_near(values, N, &compact);
    compact_merge(&half[1], &half[0]);
    check_near(values, N, &half[1]);
    assert_true(compact_bytes(&compact) < 16384);
    compact_done(&compact);
    compact_done(&half[0]);
    compact_done(&half[1]);
    free(values);
}

/* Counters widen: 100,000 equal values need four octets. */
static void test_one_value(void **state)
{
    struct compact compact = {0}, into = {0};
    (void)state;
    for (int i = 0; i < 100000; i++)
        compact_add(&compact, 250);
    assert_int_equal(compact_percentile(&compact, 50), 250 * WHEN_US);
    assert_int_equal(compact.width, 4);
    compact_merge(&into, &compact); /* into an empty one */
    assert_int_equal(into.count, 100000);
    assert_int_equal(compact_percentile(&into, 99), 250 * WHEN_US);
    compact_done(&compact);
    compact_done(&into);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_empty_and_few),
        cmocka_unit_test(test_microseconds),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_one_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
