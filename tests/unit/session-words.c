// SPDX-License-Identifier: BSD-2-Clause
// The closed sets of words: they are a contract with whoever reads the output.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "session/session.h"

static void check(const struct word *words, const char *const *expected, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(words[i].word, expected[i]);
        assert_non_null(words[i].meaning);
        assert_true(strlen(words[i].meaning) > 8);
        assert_true(!words[i].advice || strlen(words[i].advice) > 8);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(words[k].word, words[i].word);
    }
}

static void test_statuses(void **state)
{
    static const char *const words[STATUSES] = {"Succeeded", "Failed", "SampleLoss", "CaptureEdge",
                                                "Unknown"};

    (void)state;
    check(status_words, words, STATUSES);
}

static void test_reasons(void **state)
{
    static const char *const words[REASONS] = {
        "answered",       "nxdomain",    "nodata",      "servfail",          "refused",
        "formerr",        "notimp",      "other_rcode", "upstream_no_reply", "upstream_unreachable",
        "upstream_error", "wrong_reply", "no_answer",   "lost_frames",       "capture_start",
        "capture_end",    "no_message"};

    (void)state;
    check(reason_words, words, REASONS);
}

static void test_realms_joins_outcomes(void **state)
{
    static const char *const realms[REALMS] = {"cluster", "local", "cache", "upstream", "unknown"};
    static const char *const joins[JOINS] = {"null",      "exact", "unique",
                                             "ambiguous", "time",  "none"};
    static const char *const outcomes[OUTCOMES] = {
        "answered", "no_reply", "unreachable", "connect_failed", "wrong_reply", "open", "unknown"};

    (void)state;
    check(realm_words, realms, REALMS);
    check(join_words, joins, JOINS);
    check(outcome_words, outcomes, OUTCOMES);
}

static void test_bitmaps(void **state)
{
    static const char *const words[16] = {"0", "1", "2",  "3",  "4",  "5",  "6",  "7",
                                          "8", "9", "10", "11", "12", "13", "14", "15"};

    (void)state;
    check(bitmap_words, words, 16);
    assert_int_equal(BIT_CQ | BIT_CR | BIT_FQ | BIT_FR, 15);
}

// What needs a hand of the user says which.
static void test_advice(void **state)
{
    (void)state;
    assert_null(status_words[STATUS_SUCCEEDED].advice);
    for (int i = STATUS_FAILED; i < STATUSES; i++)
        assert_non_null(status_words[i].advice);
    assert_non_null(reason_words[REASON_UPSTREAM_NO_REPLY].advice);
    assert_non_null(reason_words[REASON_NO_ANSWER].advice);
    assert_null(reason_words[REASON_ANSWERED].advice);
}

static void test_transports(void **state)
{
    (void)state;
    assert_null(transport_word(TRANSPORT_UNKNOWN));
    assert_string_equal(transport_word(TRANSPORT_UDP), "udp");
    assert_string_equal(transport_word(TRANSPORT_TCP), "tcp");
    assert_string_equal(transport_word(TRANSPORT_DOT), "dot");
    assert_string_equal(transport_word(TRANSPORT_DOH), "doh");
    assert_string_equal(transport_word(TRANSPORT_DOQ), "doq");
    assert_null(transport_word((enum transport)(TRANSPORT_DOQ + 1)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_reasons),
        cmocka_unit_test(test_realms_joins_outcomes),
        cmocka_unit_test(test_bitmaps),
        cmocka_unit_test(test_advice),
        cmocka_unit_test(test_transports),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
