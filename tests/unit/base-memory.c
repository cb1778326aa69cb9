// SPDX-License-Identifier: BSD-2-Clause
// Allocation, arena, pool.
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

static void test_get(void **state)
{
    uint8_t *at = memory_get(10, 4);
    char *copy = memory_string("name");

    (void)state;
    for (int i = 0; i < 40; i++)
        assert_int_equal(at[i], 0);
    memset(at, 7, 40);
    at = memory_grow(at, 1000, 4);
    assert_int_equal(at[39], 7);
    memory_free(at);
    assert_string_equal(copy, "name");
    memory_copy(copy, NULL, 0);
    memory_free(copy);
    memory_free(NULL);
    memory_free(memory_get(0, 0));
}

static void test_arena(void **state)
{
    struct arena arena = {NULL, 0};
    uint8_t *before = arena_get(&arena, 1, 1);

    (void)state;
    for (size_t i = 1; i < 3000; i += 7) {
        uint8_t *at = arena_get(&arena, i, 3);

        assert_int_equal((uintptr_t)at % 16, 0);
        for (size_t j = 0; j < i * 3; j++)
            assert_int_equal(at[j], 0);
        memset(at, 0xff, i * 3);
        assert_ptr_not_equal(at, before);
        before = at;
    }
    memset(arena_get(&arena, 1, 300000), 1, 300000);
    assert_true(arena.used_bytes >= 300000);
    assert_non_null(arena_get(&arena, 0, 8));
    arena_done(&arena);
    assert_int_equal(arena.used_bytes, 0);
    assert_null(arena.chunks);
    arena_done(&arena);
}

static void test_pool_sizes(void **state)
{
    struct pool pool;

    (void)state;
    pool_init(&pool, SIZE_MAX);
    for (size_t size = 1; size <= POOL_LARGEST; size++) {
        uint8_t *a = pool_get(&pool, size), *b = pool_get(&pool, size);

        assert_int_equal((uintptr_t)a % 16, 0);
        memset(a, 1, size);
        memset(b, 2, size);
        assert_int_equal(a[0], 1);
        assert_int_equal(a[size - 1], 1);
        pool_put(&pool, a, size);
        pool_put(&pool, b, size);
        assert_ptr_equal(pool_get(&pool, size), b); /* used again at once */
        pool_put(&pool, b, size);
    }
    assert_int_equal(pool.used_bytes, POOL_CLASSES * 65536);
    pool_put(&pool, NULL, 8);
    pool_done(&pool);
    assert_int_equal(pool.used_bytes, 0);
}

static void test_pool_ceiling(void **state)
{
    struct pool pool;
    void *blocks[2048];
    size_t n = 0;

    (void)state;
    pool_init(&pool, 3 * 65536 + 100);
    while (n < 2048 && (blocks[n] = pool_get(&pool, 200)) != NULL)
        memset(blocks[n++], 1, 200);
    assert_int_equal(n, 3 * 315); /* of 208 bytes, behind the head of a slab */
    assert_int_equal(pool.used_bytes, 3 * 65536);
    assert_null(pool_get(&pool, 4096));
    pool_put(&pool, blocks[--n], 200);
    assert_ptr_equal(pool_get(&pool, 208), blocks[n]); /* the same class */
    for (size_t i = 0; i < n; i++)
        pool_put(&pool, blocks[i], 200);
    assert_int_equal(pool.used_bytes, 3 * 65536);
    pool_done(&pool);
    pool_init(&pool, 65535);
    assert_null(pool_get(&pool, 1));
    pool_done(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_get),
        cmocka_unit_test(test_arena),
        cmocka_unit_test(test_pool_sizes),
        cmocka_unit_test(test_pool_ceiling),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
