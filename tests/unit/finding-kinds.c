// SPDX-License-Identifier: BSD-2-Clause
// The table of findings: every key that users were promised, and words for each.
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "finding/finding.h"

/* What --explain, gates and scripts name: none may go away. */
static const char *const promised[] = {
    "upstream-timeout", "upstream-unreachable", "upstream-connect",  "upstream-error",
    "upstream-slow",    "upstream-late",        "wrong-reply",       "server-error",
    "server-rejects",   "server-silent",        "server-overload",   "server-restart",
    "one-bad-replica",  "search-path",          "missing-name",      "negative-cache",
    "aaaa-race",        "client-retry",         "lost-on-path",      "truncated-no-tcp",
    "forwarding-loop",  "retry-storm",          "slow-lookups",      "unexpected-answer",
    "sample-loss",      "capture-cut",          "no-messages",       "encrypted-upstream"};

static void test_every_promised_key_is_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof promised / sizeof *promised; i++) {
        unsigned found = 0;
        for (unsigned id = 0; id < FINDINGS; id++)
            found += strcmp(finding_kinds[id]->key, promised[i]) == 0;
        if (found != 1)
            fail_msg("%s is there %u times", promised[i], found);
    }
}

static void test_keys_are_words(void **state)
{
    (void)state;
    for (unsigned id = 0; id < FINDINGS; id++) {
        const char *key = finding_kinds[id]->key;
        assert_true(islower((unsigned char)key[0]));
        assert_int_equal(strspn(key, "abcdefghijklmnopqrstuvwxyz-"), strlen(key));
        for (unsigned other = 0; other < id; other++)
            assert_string_not_equal(key, finding_kinds[other]->key);
    }
}

/* Sentences: they begin with a letter or digit, end with a full stop, and hold single blanks. */
static void check_sentences(const char *key, const char *what, const char *text)
{
    if (text == NULL || strlen(text) < 20)
        fail_msg("%s has no %s", key, what);
    size_t len = strlen(text);
    if (!isalnum((unsigned char)text[0]) && text[0] != '`')
        fail_msg("%s: %s begins with '%c'", key, what, text[0]);
    if (text[len - 1] != '.' && text[len - 1] != '?')
        fail_msg("%s: %s ends with '%c'", key, what, text[len - 1]);
    for (size_t i = 0; i < len; i++)
        if (text[i] < ' ' || text[i] > '~' || (text[i] == ' ' && text[i + 1] == ' '))
            fail_msg("%s: %s: bad octet or blanks at %zu", key, what, i);
}

static void test_every_kind_has_its_words(void **state)
{
    (void)state;
    for (unsigned id = 0; id < FINDINGS; id++) {
        const struct finding_kind *kind = finding_kinds[id];
        check_sentences(kind->key, "meaning", kind->meaning);
        check_sentences(kind->key, "rule", kind->rule);
        check_sentences(kind->key, "advice", kind->advice);
        if (kind->reference == NULL || strncmp(kind->reference, "https://", 8) != 0 ||
            strpbrk(kind->reference, " \t\n\"<>\\") != NULL)
            fail_msg("%s has no reference", kind->key);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_promised_key_is_there),
        cmocka_unit_test(test_keys_are_words),
        cmocka_unit_test(test_every_kind_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
