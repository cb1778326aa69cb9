// SPDX-License-Identifier: BSD-2-Clause
// The hash map.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/map.h"

struct counter {
    uint64_t n;
    char pad[5];
};

static size_t key_of(char *key, int i)
{
    return (size_t)snprintf(key, 32, "key-%d", i);
}

static void test_add_find(void **state)
{
    struct map *map = map_new(sizeof(struct counter), 0);
    struct counter *first = NULL;
    char key[32];
    bool added;

    (void)state;
    assert_null(map_find(map, "x", 1));
    for (int i = 0; i < 20000; i++) {
        size_t len = key_of(key, i);
        struct counter *counter = map_add(map, key, len, &added);

        assert_true(added);
        assert_int_equal(counter->n, 0);
        assert_int_equal((uintptr_t)counter % 16, 0);
        counter->n = (uint64_t)i;
        if (i == 0)
            first = counter;
    }
    assert_int_equal(map_count(map), 20000);
    for (int i = 0; i < 20000; i++) {
        size_t len = key_of(key, i);
        struct counter *counter = map_find(map, key, len);

        assert_non_null(counter);
        assert_int_equal(counter->n, i);
        assert_ptr_equal(map_at(map, (size_t)i), counter);
        assert_int_equal(map_key(map, counter).len, len);
        assert_memory_equal(map_key(map, counter).at, key, len);
        assert_ptr_equal(map_add(map, key, len, &added), counter);
        assert_false(added);
    }
    assert_ptr_equal(map_find(map, "key-0", 5), first); /* it never moved */
    assert_null(map_find(map, "key-0", 4));
    assert_true(map_bytes(map) > 20000 * sizeof(struct counter));
    map_free(map);
    map_free(NULL);
}

static void test_odd_keys(void **state)
{
    struct map *map = map_new(1, 0);
    uint8_t key[300];

    (void)state;
    memset(key, 0, sizeof key);
    assert_non_null(map_add(map, NULL, 0, NULL));
    for (size_t len = 1; len <= sizeof key; len++)
        assert_non_null(map_add(map, key, len, NULL));
    assert_int_equal(map_count(map), 301);
    assert_non_null(map_find(map, "", 0));
    map_free(map);
}

static void test_ceiling(void **state)
{
    struct map *map = map_new(8, 3);
    bool added = true;

    (void)state;
    assert_non_null(map_add(map, "a", 1, NULL));
    assert_non_null(map_add(map, "b", 1, NULL));
    assert_non_null(map_add(map, "c", 1, NULL));
    assert_null(map_add(map, "d", 1, &added));
    assert_false(added);
    assert_non_null(map_add(map, "b", 1, &added));
    assert_false(added);
    assert_int_equal(map_count(map), 3);
    map_free(map);
}

static bool drop_odd(void *record, void *context)
{
    const struct counter *counter = record;

    (*(int *)context)++;
    return counter->n % 2 == 1;
}

static void test_sweep(void **state)
{
    struct map *map = map_new(sizeof(struct counter), 1000);
    size_t full;
    char key[32];
    int asked = 0;

    (void)state;
    map_sweep(map, drop_odd, &asked);
    for (int i = 0; i < 1000; i++) {
        size_t len = key_of(key, i);

        ((struct counter *)map_add(map, key, len, NULL))->n = (uint64_t)i;
    }
    full = map_bytes(map);
    map_sweep(map, drop_odd, &asked);
    assert_int_equal(asked, 1000);
    assert_int_equal(map_count(map), 500);
    assert_true(map_bytes(map) < full);
    for (int i = 0; i < 1000; i++) {
        size_t len = key_of(key, i);
        const struct counter *counter = map_find(map, key, len);

        assert_int_equal(counter != NULL, i % 2 == 0);
        if (i % 2 == 0)
            assert_ptr_equal(map_at(map, (size_t)i / 2), counter); /* still in order */
    }
    assert_non_null(map_add(map, "new", 3, NULL));
    map_sweep(map, drop_odd, &asked);
    assert_int_equal(map_count(map), 501);
    map_free(map);
}

static void test_hash(void **state)
{
    char text[80], lower[80];
    uint64_t seen[80];

    (void)state;
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)(i % 3 ? 'A' + i % 26 : '@' + i % 60);
        lower[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 32) : text[i];
    }
    for (size_t len = 0; len < sizeof text; len++) {
        assert_true(map_hash_lower(text, len) == map_hash_lower(lower, len));
        assert_true(map_hash(lower, len) == map_hash_lower(lower, len));
        seen[len] = map_hash(text, len);
        for (size_t i = 0; i < len; i++)
            assert_true(seen[i] != seen[len]);
        for (size_t i = 0; i < len; i++) { /* each octet counts */
            text[i] ^= 1;
            assert_true(map_hash(text, len) != seen[len]);
            text[i] ^= 1;
        }
    }
    assert_true(map_mix(1, 2) == map_mix(1, 2));
    assert_true(map_mix(1, 2) != map_mix(2, 1));
    assert_true(map_mix(0, 0) != map_mix(0, 1));
}

static void test_lower_bounds(void **state)
{
    (void)state;
    for (int c = 0; c < 256; c++) {
        uint8_t a[12], b[12];

        memset(a, c, sizeof a);
        memset(b, c >= 'A' && c <= 'Z' ? c + 32 : c, sizeof b);
        assert_true(map_hash_lower(a, sizeof a) == map_hash(b, sizeof b));
        assert_true(map_hash_lower(a, 3) == map_hash(b, 3));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_find), cmocka_unit_test(test_odd_keys),
        cmocka_unit_test(test_ceiling),  cmocka_unit_test(test_sweep),
        cmocka_unit_test(test_hash),     cmocka_unit_test(test_lower_bounds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
