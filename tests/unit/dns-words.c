// SPDX-License-Identifier: BSD-2-Clause
// Words of types, classes and rcodes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dns/words.h"

struct word_case {
    uint16_t number;
    const char *word;
};

static void check(const struct word_case *cases, size_t n, const char *(*word)(uint16_t))
{
    for (size_t i = 0; i < n; i++)
        assert_string_equal(word(cases[i].number), cases[i].word);
}

static void test_types(void **state)
{
    static const struct word_case cases[] = {
        {0, "TYPE0"},
        {1, "A"},
        {2, "NS"},
        {5, "CNAME"},
        {6, "SOA"},
        {10, "NULL"},
        {12, "PTR"},
        {15, "MX"},
        {16, "TXT"},
        {23, "NSAP-PTR"},
        {28, "AAAA"},
        {33, "SRV"},
        {35, "NAPTR"},
        {39, "DNAME"},
        {41, "OPT"},
        {43, "DS"},
        {46, "RRSIG"},
        {48, "DNSKEY"},
        {51, "NSEC3PARAM"},
        {52, "TLSA"},
        {54, "TYPE54"},
        {56, "NINFO"},
        {61, "OPENPGPKEY"},
        {64, "SVCB"},
        {65, "HTTPS"},
        {66, "DSYNC"},
        {69, "TYPE69"},
        {99, "SPF"},
        {103, "UNSPEC"},
        {109, "EUI64"},
        {128, "NXNAME"},
        {248, "TYPE248"},
        {249, "TKEY"},
        {250, "TSIG"},
        {251, "IXFR"},
        {252, "AXFR"},
        {253, "MAILB"},
        {254, "MAILA"},
        {255, "ANY"},
        {256, "URI"},
        {257, "CAA"},
        {260, "AMTRELAY"},
        {261, "RESINFO"},
        {264, "IPN"},
        {265, "TYPE265"},
        {32768, "TA"},
        {32769, "DLV"},
        {65281, "WINS"},
        {65400, "TYPE65400"},
        {65535, "TYPE65535"},
    };

    (void)state;
    check(cases, sizeof cases / sizeof *cases, dns_type_word);
}

static void test_classes(void **state)
{
    static const struct word_case cases[] = {
        {0, "CLASS0"}, {1, "IN"},         {2, "CLASS2"},
        {3, "CH"},     {4, "HS"},         {254, "NONE"},
        {255, "ANY"},  {300, "CLASS300"}, {65535, "CLASS65535"},
    };

    (void)state;
    check(cases, sizeof cases / sizeof *cases, dns_class_word);
}

static void test_rcodes(void **state)
{
    static const struct word_case cases[] = {
        {0, "NOERROR"},      {1, "FORMERR"},        {2, "SERVFAIL"},   {3, "NXDOMAIN"},
        {4, "NOTIMP"},       {5, "REFUSED"},        {6, "YXDOMAIN"},   {7, "YXRRSET"},
        {8, "NXRRSET"},      {9, "NOTAUTH"},        {10, "NOTZONE"},   {11, "DSOTYPENI"},
        {12, "RCODE12"},     {16, "BADVERS"},       {23, "BADCOOKIE"}, {24, "RCODE24"},
        {3841, "RCODE3841"}, {65535, "RCODE65535"},
    };

    (void)state;
    check(cases, sizeof cases / sizeof *cases, dns_rcode_word);
}

/* Every number has a word, which stays where it is. */
static void test_all(void **state)
{
    const char *a = dns_type_word(1), *unknown = dns_type_word(65400);

    (void)state;
    for (unsigned i = 0; i <= UINT16_MAX; i++) {
        const char *word = dns_type_word((uint16_t)i);
        size_t len = strlen(word);

        assert_in_range(len, 1, DNS_WORD_MAX - 1);
        assert_int_equal(strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"), len);
    }
    assert_ptr_equal(dns_type_word(1), a);
    assert_ptr_equal(dns_type_word(65400), unknown);
    assert_string_equal(unknown, "TYPE65400");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_classes),
        cmocka_unit_test(test_rcodes),
        cmocka_unit_test(test_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
