// SPDX-License-Identifier: BSD-2-Clause
// What may be DNS, as far as it can be seen.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "input/pcap/plausible.h"

#include "pcap-wire.h"

static bool is_message(struct slice dns, size_t size)
{
    struct dns_message message;

    dns_read(&message, dns.at, dns.len, DNS_READ_RECORDS);
    return plausible_message(&message, (uint32_t)size);
}

static struct slice header(unsigned flags, unsigned questions, unsigned records)
{
    return OCTETS(0, 1, U16(flags), U16(questions), U16(records), 0, 0, 0, 0);
}

static void test_header(void **state)
{
    (void)state;
    wire_used = 0;
    for (unsigned opcode = 0; opcode < 16; opcode++)
        assert_int_equal(plausible_header(header(opcode << 11, 1, 0), 17),
                         opcode < 7 && opcode != 3);
    assert_false(plausible_header(part(header(0, 1, 0), 0, 11), 17));
    assert_true(plausible_header(header(0, 0, 0), 12));
    /* Counts that have no room; a question is enough. */
    assert_true(plausible_header(header(0x8000, 0, 2), 34));
    assert_false(plausible_header(header(0x8000, 0, 2), 33));
    assert_true(plausible_header(header(0x8000, 1, 2), 33));
    assert_true(plausible_header(header(0, 2, 0), 22));
    assert_false(plausible_header(header(0, 2, 0), 21));
    assert_false(plausible_header(header(0, 0xffff, 0xffff), UINT32_MAX >> 16));
}

static void test_message(void **state)
{
    struct slice answer;

    (void)state;
    wire_used = 0;
    answer = answer_of(1, 3);
    assert_true(is_message(answer, answer.len));
    for (size_t len = 0; len < answer.len; len++)
        assert_int_equal(is_message(part(answer, 0, len), answer.len), len >= 12);
    /* Records that a server cut off, and left in the counts. */
    assert_true(is_message(part(answer, 0, 29), 29));
    assert_false(is_message(part(answer, 0, 20), 20));
    assert_false(is_message(join(header(0, 1, 9), junk_of(40)), 52));
    assert_true(is_message(header(0x8005, 0, 0), 12));
}

static void test_query(void **state)
{
    struct slice update;

    (void)state;
    wire_used = 0;
    assert_true(plausible_query(query_of(1)));
    assert_false(plausible_response(query_of(1)));
    assert_false(plausible_query(answer_of(1, 1)));
    assert_true(plausible_response(answer_of(1, 1)));
    assert_true(plausible_response(answer_of(1, 0)));
    assert_false(plausible_response(part(answer_of(1, 2), 0, 60)));
    /* An update has records. */
    update = join(join(part(answer_of(1, 1), 0, 2), OCTETS(0x28, 0)), part(answer_of(1, 1), 4, 41));
    assert_true(plausible_query(update));
    for (size_t len = 0; len < 29; len++)
        assert_false(plausible_query(part(query_of(1), 0, len)));
}

static void test_start(void **state)
{
    struct slice query, bad;

    (void)state;
    wire_used = 0;
    query = framed(query_of(1));
    assert_true(plausible_start(query));
    assert_true(plausible_start(join(query, query)));
    assert_true(plausible_start(part(query, 0, 2)));
    for (size_t len = 0; len < query.len; len++)
        assert_int_equal(plausible_start(part(query, 0, len)), len == 2 || len >= 14);
    assert_false(plausible_start(OCTETS(0, 11)));
    assert_true(plausible_start(framed(header(0x8005, 0, 0))));
    bad = framed(join(part(query_of(1), 0, 12), junk_of(30)));
    assert_false(plausible_start(bad));
    bad = framed(query_of(1));
    wire_room[bad.at - wire_room + 30] = 77; /* the class */
    assert_false(plausible_start(bad));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header),
        cmocka_unit_test(test_message),
        cmocka_unit_test(test_query),
        cmocka_unit_test(test_start),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
