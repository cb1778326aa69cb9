// SPDX-License-Identifier: BSD-2-Clause
// What users may type for names, ids, types, classes and rcodes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dns/spelling.h"

static const struct {
    const struct field_spelling *spelling;
    const char *typed, *text; /* NULL: there is none such */
} cases[] = {
    {&dns_rcode_spelling, "NXDOMAIN", "NXDOMAIN"},
    {&dns_rcode_spelling, "nxdomain", "NXDOMAIN"},
    {&dns_rcode_spelling, "NameError", "NXDOMAIN"},
    {&dns_rcode_spelling, "Success", "NOERROR"},
    {&dns_rcode_spelling, "FormatError", "FORMERR"},
    {&dns_rcode_spelling, "ServerFailure", "SERVFAIL"},
    {&dns_rcode_spelling, "NotImplemented", "NOTIMP"},
    {&dns_rcode_spelling, "Refused", "REFUSED"},
    {&dns_rcode_spelling, "3", "NXDOMAIN"},
    {&dns_rcode_spelling, "23", "BADCOOKIE"},
    {&dns_rcode_spelling, "BADVERS", "BADVERS"},
    {&dns_rcode_spelling, "RCODE3", "NXDOMAIN"},
    {&dns_rcode_spelling, "rcode3841", "RCODE3841"},
    {&dns_rcode_spelling, "3841", "RCODE3841"},
    {&dns_rcode_spelling, "NXDOMIAN", NULL},
    {&dns_rcode_spelling, "", NULL},
    {&dns_rcode_spelling, "65536", NULL},
    {&dns_rcode_spelling, "000003", NULL},
    {&dns_rcode_spelling, "-1", NULL},
    {&dns_type_spelling, "aaaa", "AAAA"},
    {&dns_type_spelling, "28", "AAAA"},
    {&dns_type_spelling, "TYPE28", "AAAA"},
    {&dns_type_spelling, "ALL", "ANY"},
    {&dns_type_spelling, "*", "ANY"},
    {&dns_type_spelling, "65", "HTTPS"},
    {&dns_type_spelling, "https", "HTTPS"},
    {&dns_type_spelling, "TYPE65400", "TYPE65400"},
    {&dns_type_spelling, "65400", "TYPE65400"},
    {&dns_type_spelling, "DLV", "DLV"},
    {&dns_type_spelling, "WINS", "WINS"},
    {&dns_type_spelling, "AAAAA", NULL},
    {&dns_class_spelling, "in", "IN"},
    {&dns_class_spelling, "1", "IN"},
    {&dns_class_spelling, "CLASS300", "CLASS300"},
    {&dns_class_spelling, "OUT", NULL},
    {&dns_name_spelling, "Example.COM", "example.com."},
    {&dns_name_spelling, "example.com.", "example.com."},
    {&dns_name_spelling, ".", "."},
    {&dns_name_spelling, "a\\.b.example.", "a\\.b.example."},
    {&dns_name_spelling, "a b.example.", "a\\032b.example."},
    {&dns_name_spelling, "a\\032b.example.", "a\\032b.example."},
    {&dns_name_spelling, "a..b", NULL},
    {&dns_name_spelling, "", NULL},
    {&dns_id_spelling, "1a2b", "1a2b"},
    {&dns_id_spelling, "1A2B", "1a2b"},
    {&dns_id_spelling, "0x1a2b", "1a2b"},
    {&dns_id_spelling, "0x2b", "002b"},
    {&dns_id_spelling, "2b", NULL},
    {&dns_id_spelling, "0x", NULL},
    {&dns_id_spelling, "0x12345", NULL},
    {&dns_id_spelling, "1g2b", NULL},
};

static void test_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct text text = {0};
        bool read = cases[i].spelling->read(cases[i].typed, strlen(cases[i].typed), &text);

        if (read != (cases[i].text != NULL) || (read && strcmp(text.at, cases[i].text) != 0))
            fail_msg("%s: %s", cases[i].typed, text.len > 0 ? text.at : "none");
        text_done(&text);
    }
}

/* What ~ searches beside our own word. */
static void test_other(void **state)
{
    (void)state;
    assert_string_equal(dns_rcode_spelling.other("NXDOMAIN", 8), "NameError");
    assert_null(dns_rcode_spelling.other("REFUSED", 7));
    assert_string_equal(dns_type_spelling.other("ANY", 3), "ALL");
    assert_null(dns_type_spelling.other("A", 1));
}

/* Fields that print rcodes as Inspektor Gadget does take IANA's words, too. */
static void test_gadget(void **state)
{
    static const struct {
        const char *typed, *text;
    } gadget[] = {{"success", "Success"},      {"NOERROR", "Success"}, {"NXDOMAIN", "NameError"},
                  {"NameError", "NameError"},  {"3", "NameError"},     {"REFUSED", "Refused"},
                  {"BADVERS", "16"},           {"16", "16"},           {"RCODE3841", "3841"},
                  {"nxdomian", NULL},          {"65536", NULL},        {"", NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof gadget / sizeof *gadget; i++) {
        struct text text = {0};
        bool read = dns_rcode_gadget_spelling.read(gadget[i].typed, strlen(gadget[i].typed), &text);
        assert_true(read == (gadget[i].text != NULL));
        if (read)
            assert_string_equal(text.at, gadget[i].text);
        text_done(&text);
    }
    assert_string_equal(dns_rcode_gadget_spelling.other("NameError", 9), "NXDOMAIN");
    assert_string_equal(dns_rcode_gadget_spelling.other("16", 2), "BADVERS");
}

/* Every word that is offered is read, as itself or, where it is another spelling, as ours. */
static void test_words(void **state)
{
    static const struct field_spelling *const all[] = {&dns_rcode_spelling, &dns_type_spelling,
                                                       &dns_class_spelling};
    static const size_t least[] = {25, 82, 4};

    (void)state;
    for (size_t k = 0; k < 3; k++) {
        const char *word;
        size_t n = 0;
        for (; (word = all[k]->word(n)) != NULL; n++) {
            struct text text = {0};
            assert_true(all[k]->read(word, strlen(word), &text));
            if (strcmp(text.at, word) != 0) {
                const char *other = all[k]->other(text.at, text.len);
                assert_true(other != NULL && (strcmp(other, word) == 0 || strcmp(word, "*") == 0));
            }
            text_done(&text);
        }
        assert_true(n >= least[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_read), cmocka_unit_test(test_other),
                                       cmocka_unit_test(test_gadget),
                                       cmocka_unit_test(test_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
