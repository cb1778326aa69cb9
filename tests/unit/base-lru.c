// SPDX-License-Identifier: BSD-2-Clause
// Records in the order of their last use.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/lru.h"

static void check_order(const struct lru *lru, const uint32_t *keys, size_t n)
{
    const uint32_t *record = lru_oldest(lru);

    assert_int_equal(lru_count(lru), n);
    for (size_t i = 0; i < n; i++, record = lru_newer(lru, record)) {
        assert_non_null(record);
        assert_int_equal(*record, keys[i]);
        assert_memory_equal(lru_key(lru, record), &keys[i], sizeof keys[i]);
        assert_ptr_equal(lru_find(lru, &keys[i]), record);
    }
    assert_null(record);
}

static void add(struct lru *lru, uint32_t key)
{
    uint32_t *record = lru_add(lru, &key);

    assert_non_null(record);
    assert_int_equal(*record, 0);
    *record = key;
}

static void test_order(void **state)
{
    struct lru *lru = lru_new(sizeof(uint32_t), sizeof(uint32_t), 3);
    uint32_t key = 9;

    (void)state;
    check_order(lru, NULL, 0);
    assert_null(lru_find(lru, &key));
    add(lru, 1);
    add(lru, 2);
    add(lru, 3);
    check_order(lru, (const uint32_t[]){1, 2, 3}, 3);
    assert_null(lru_add(lru, &key));
    lru_touch(lru, lru_oldest(lru));
    check_order(lru, (const uint32_t[]){2, 3, 1}, 3);
    key = 3;
    lru_touch(lru, lru_find(lru, &key));
    check_order(lru, (const uint32_t[]){2, 1, 3}, 3);
    lru_touch(lru, lru_find(lru, &key));
    check_order(lru, (const uint32_t[]){2, 1, 3}, 3);
    key = 1;
    lru_remove(lru, lru_find(lru, &key));
    check_order(lru, (const uint32_t[]){2, 3}, 2);
    assert_null(lru_find(lru, &key));
    add(lru, 4); /* in the room of the one removed */
    check_order(lru, (const uint32_t[]){2, 3, 4}, 3);
    lru_remove(lru, lru_oldest(lru));
    lru_remove(lru, lru_oldest(lru));
    lru_remove(lru, lru_oldest(lru));
    check_order(lru, NULL, 0);
    lru_free(lru);
    lru_free(NULL);
}

/* As many as it takes to grow; the ceiling met over and over. */
static void test_many(void **state)
{
    enum { CEILING = 1000, KEYS = 10000 };
    struct lru *lru = lru_new(sizeof(uint32_t), sizeof(uint32_t), CEILING);

    (void)state;
    for (uint32_t key = 0; key < KEYS; key++) {
        if (lru_count(lru) == CEILING)
            lru_remove(lru, lru_oldest(lru));
        add(lru, key);
    }
    for (uint32_t key = 0; key < KEYS; key++) {
        const uint32_t *record = lru_find(lru, &key);

        assert_int_equal(record != NULL, key >= KEYS - CEILING);
        if (record)
            assert_int_equal(*record, key);
    }
    lru_free(lru);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
