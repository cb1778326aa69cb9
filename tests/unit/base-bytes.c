// SPDX-License-Identifier: BSD-2-Clause
// The cursor over untrusted bytes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"

static void test_numbers(void **state)
{
    static const uint8_t octets[] = {1,  2,  3,  4,  5,  6,  7,  8,  9, 10,
                                     11, 12, 13, 14, 15, 16, 17, 18, 19};
    struct bytes bytes = bytes_of(octets, sizeof octets);

    (void)state;
    assert_int_equal(bytes_u8(&bytes), 1);
    assert_int_equal(bytes_be16(&bytes), 0x0203);
    assert_int_equal(bytes_be32(&bytes), 0x04050607);
    assert_int_equal(bytes_le32(&bytes), 0x0b0a0908);
    assert_true(bytes_le64(&bytes) == UINT64_C(0x131211100f0e0d0c));
    assert_int_equal(bytes_left(&bytes), 0);
    assert_false(bytes.bad);
    assert_int_equal(bytes_u8(&bytes), 0);
    assert_true(bytes.bad);
}

static void test_bad_sticks(void **state)
{
    static const uint8_t octets[] = {0xff, 0xff, 0xff};
    struct bytes bytes = bytes_of(octets, sizeof octets);

    (void)state;
    assert_int_equal(bytes_be32(&bytes), 0);
    assert_true(bytes.bad);
    assert_int_equal(bytes_u8(&bytes), 0);
    assert_int_equal(bytes_le64(&bytes), 0);
    assert_int_equal(bytes_left(&bytes), 0);
    bytes_skip(&bytes, 0);
    assert_true(bytes.bad);
}

static void test_empty(void **state)
{
    struct bytes bytes = bytes_of(NULL, 0);
    struct bytes child = bytes_take(&bytes, 0);
    struct slice slice;

    (void)state;
    assert_int_equal(bytes_left(&bytes), 0);
    assert_false(bytes.bad || child.bad);
    slice = bytes_slice(&bytes, 1);
    assert_null(slice.at);
    assert_int_equal(slice.len, 0);
    assert_true(bytes.bad);
}

static void test_children(void **state)
{
    static const uint8_t octets[] = {1, 2, 3, 4, 5};
    struct bytes bytes = bytes_of(octets, sizeof octets);
    struct bytes child = bytes_take(&bytes, 2);
    struct slice slice;

    (void)state;
    assert_int_equal(bytes_be16(&child), 0x0102);
    assert_int_equal(bytes_u8(&child), 0);
    assert_true(child.bad);
    assert_false(bytes.bad);
    slice = bytes_slice(&bytes, 2);
    assert_ptr_equal(slice.at, octets + 2);
    assert_int_equal(slice.len, 2);
    child = bytes_take(&bytes, SIZE_MAX);
    assert_true(child.bad && bytes.bad);
    assert_int_equal(bytes_left(&child), 0);
}

static void test_varint(void **state)
{
    static const struct {
        uint8_t octets[12];
        size_t len;
        uint64_t value;
        bool bad;
    } cases[] = {
        {{0}, 1, 0, false},
        {{0x7f}, 1, 127, false},
        {{0x80, 0x01}, 2, 128, false},
        {{0xac, 0x02}, 2, 300, false},
        {{0x80, 0x00}, 2, 0, false}, /* longer than need be */
        {{0x80}, 1, 0, true},        /* cut */
        {{0}, 0, 0, true},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, 10, UINT64_MAX, false},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}, 10, 0, true},
        {{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}, 11, 0, true},
        {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 9, 0, true},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes bytes = bytes_of(cases[i].octets, cases[i].len);

        assert_true(bytes_varint(&bytes) == cases[i].value);
        assert_int_equal(bytes.bad, cases[i].bad);
        assert_int_equal(bytes_left(&bytes), 0);
    }
}

/* Every length up to a name's, with the octets around left alone. */
static void test_copy_and_lower(void **state)
{
    uint8_t from[300], to[300];

    (void)state;
    for (size_t len = 0; len <= 255; len++) {
        for (size_t i = 0; i < sizeof from; i++) {
            from[i] = (uint8_t)(i * 37 + len);
            to[i] = 0xee;
        }
        bytes_copy(to + 3, from + 1, len);
        assert_memory_equal(to + 3, from + 1, len);
        bytes_lower(to + 3, len);
        for (size_t i = 0; i < sizeof to; i++) {
            uint8_t was = i < 3 || i >= 3 + len ? 0xee : from[i - 2];

            assert_int_equal(to[i], was >= 'A' && was <= 'Z' ? was + 0x20 : was);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers), cmocka_unit_test(test_bad_sticks),
        cmocka_unit_test(test_empty),   cmocka_unit_test(test_children),
        cmocka_unit_test(test_varint),  cmocka_unit_test(test_copy_and_lower),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
