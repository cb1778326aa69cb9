// SPDX-License-Identifier: BSD-2-Clause
// Findings about names: for each a capture that has it, one that just misses it, and a healthy one.
#include "finding-clients.h"

/* Names ------------------------------------------------------------------------------------------- */

static void test_a_typo_is_told_with_the_right_name(void **state)
{
    (void)state;
    walk(0, 1, 2000, "cart.shop.", "shop", 1);
    for (unsigned i = 0; i < 3; i++)
        walk(10 + 10 * i, 1 + i % 2, (uint16_t)(3000 + 10 * i), "crat.shop.", "shop", 4);
    judge();
    const struct finding_row *row = row_of(FINDING_MISSING_NAME);
    assert_non_null(row);
    assert_string_equal(row->subject.name, "crat.shop.");
    assert_true(row->start == AT(10) && row->end == AT(30));
    assert_int_equal(row->clients, 2);
    expect_words(row->summary, "3 lookups");
    expect_words(row->advice, "cart.shop. ");
    assert_null(row_at(FINDING_MISSING_NAME, 1));
}

static void test_twice_is_not_again_and_again(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++)
        walk(10 + 10 * i, 1, (uint16_t)(3000 + 10 * i), "crat.shop.", "shop", 4);
    /* AAAA alone, then A alone: one wish */
    ask(40, 1, 5000, "crat.shop.", AAAA, NXDOMAIN);
    judge();
    const struct finding_row *row = row_of(FINDING_MISSING_NAME);
    assert_non_null(row); /* three */
    end(NULL);
    begin(NULL);
    for (unsigned i = 0; i < 2; i++) {
        ask(10 + 10 * i, 1, (uint16_t)(5000 + i), "crat.shop.", AAAA, NXDOMAIN);
        ask(11 + 10 * i, 1, (uint16_t)(6000 + i), "crat.shop.", A, NXDOMAIN);
    }
    judge();
    assert_null(row_of(FINDING_MISSING_NAME)); /* two */
}

static void test_a_name_that_was_found_is_not_missing(void **state)
{
    (void)state;
    for (unsigned before = 0; before < 2; before++) {
        walk(-10, 1, 1500, "web.", "shop", 3); /* now its search list is known */
        if (before)
            walk(0, 1, 2000, "db.", "shop", 0);
        for (unsigned i = 0; i < 5; i++)
            walk(10 + 10 * i, 2, (uint16_t)(3000 + 10 * i), "db.", "payments", 4);
        if (!before)
            walk(90, 1, 2000, "db.", "shop", 0);
        judge();
        assert_null(row_of(FINDING_MISSING_NAME));
        end(NULL);
        begin(NULL);
    }
}

static void test_reverse_names_and_offers_are_left_out(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 9; i++) {
        ask(i, 1, (uint16_t)(2000 + i), "9.9.9.10.in-addr.arpa.", PTR, NXDOMAIN);
        ask(i + 0.3, 1, (uint16_t)(2500 + i), "9.9.9.10.in-addr.arpa.", A, NXDOMAIN);
        ask(i + 0.5, 1, (uint16_t)(3000 + i), "_grpc_config.cart.test.", A, NXDOMAIN);
        ask(i + 0.7, 1, (uint16_t)(4000 + i), "_http._tcp.cart.test.", SRV, NXDOMAIN);
    }
    judge();
    assert_null(row_of(FINDING_MISSING_NAME));
}

static void test_a_flood_of_random_names_is_no_finding(void **state)
{
    (void)state;
    char name[64];
    for (unsigned i = 0; i < 100000; i++) {
        snprintf(name, sizeof name, "r%x.example.com.", i * 2654435761u);
        ask(i / 1000.0, 1, (uint16_t)(1024 + i % 60000), name, A, NXDOMAIN);
        if (i % 500 == 0) /* and one that is asked for all the time */
            ask(i / 1000.0 + 0.0002, 2, (uint16_t)(1024 + i % 60000), "nosuch.test.", A, NXDOMAIN);
    }
    judge();
    const struct finding_row *row = row_of(FINDING_MISSING_NAME);
    assert_non_null(row);
    assert_string_equal(row->subject.name, "nosuch.test.");
    assert_null(row_at(FINDING_MISSING_NAME, 1));
    assert_true(findings->folded_suspects > 50000); /* counted */
}

static void test_a_suffix_too_many_is_told(void **state)
{
    (void)state;
    walk(0, 1, 2000, "api.example.com.", "shop", 3);
    for (unsigned i = 0; i < 3; i++)
        walk(10 + 10 * i, 1, (uint16_t)(3000 + 10 * i), "api.example.com.cluster.local.", "shop",
             4);
    judge();
    const struct finding_row *row = row_of(FINDING_MISSING_NAME);
    assert_non_null(row);
    expect_words(row->advice, "api.example.com. was found here, without this behind it: "
                              "cluster.local. Correct the name where the application is");
    assert_null(strstr(row->advice, "service"));
    expect_words(row->next[0], "--filter 'host==api.example.com.cluster.local.'");
}

static void test_the_same_service_elsewhere_is_named(void **state)
{
    (void)state;
    walk(0, 1, 2000, "ledger.payments.", "shop", 1);
    for (unsigned i = 0; i < 3; i++)
        walk(10 + 10 * i, 1, (uint16_t)(3000 + 10 * i), "ledger.", "shop", 4);
    judge();
    const struct finding_row *row = row_of(FINDING_MISSING_NAME);
    assert_non_null(row);
    expect_words(row->advice, "ledger.payments.svc.cluster.local. ");
}

static void test_a_name_that_comes_to_be(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5; i++)
        ask(10 + 2 * i, 1, (uint16_t)(2000 + i), "orders.shop.svc.cluster.local.", A, NXDOMAIN);
    ask(21, 1, 2100, "orders.shop.svc.cluster.local.", A, NOERROR);
    judge();
    const struct finding_row *row = row_of(FINDING_NEGATIVE_CACHE);
    assert_non_null(row);
    assert_string_equal(row->subject.name, "orders.shop.svc.cluster.local.");
    assert_int_equal(row->confidence, CONFIDENCE_POSSIBLE);
    assert_true(row->end == AT(18));
    assert_null(row_of(FINDING_MISSING_NAME));
}

static void test_a_name_that_comes_to_be_much_later(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 5; i++)
        ask(10 + 2 * i, 1, (uint16_t)(2000 + i), "orders.shop.svc.cluster.local.", A, NXDOMAIN);
    ask(49, 1, 2100, "orders.shop.svc.cluster.local.", A, NOERROR); /* no cache denies that long */
    judge();
    assert_null(row_of(FINDING_NEGATIVE_CACHE));
    end(NULL);
    begin(NULL);
    for (unsigned i = 0; i < 60; i++) /* servers that disagree are something else */
        ask(10 + 2 * i, 1, (uint16_t)(2000 + i), "odd.test.", A, i % 4 == 3 ? NOERROR : NXDOMAIN);
    judge();
    assert_null(row_of(FINDING_NEGATIVE_CACHE));
    end(NULL);
    begin(NULL);
    for (unsigned i = 0; i < 12; i++) /* however short the capture is */
        ask(10 + i, 1, (uint16_t)(2000 + i), "odd.test.", A, i % 6 == 5 ? NOERROR : NXDOMAIN);
    judge();
    assert_null(row_of(FINDING_NEGATIVE_CACHE));
}

static void test_what_the_search_path_costs(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 40; i++)
        walk(i, 1, (uint16_t)(2000 + 10 * i), "api.example.com.", "shop", 3);
    judge();
    const struct finding_row *row = row_of(FINDING_SEARCH_PATH);
    assert_non_null(row);
    assert_int_equal(row->severity, SEVERITY_WARNING); /* 120 of 160 */
    expect_words(row->summary, "120 of 160");
    expect_words(row->advice, "final dot");
}

static void test_half_of_the_queries_wasted_is_no_warning(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 40; i++)
        walk(i, 1, (uint16_t)(2000 + 10 * i), "api.example.com.", "shop", 3);
    for (unsigned i = 0; i < 60; i++)
        walk(50 + i, 1, (uint16_t)(2000 + 10 * i), "cart.", "shop", 0);
    judge(); /* 120 of 220 */
    assert_int_equal(row_of(FINDING_SEARCH_PATH)->severity, SEVERITY_INFO);
}

static void test_names_that_are_found_at_once_cost_nothing(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 60; i++)
        walk(i, 1, (uint16_t)(2000 + 10 * i), "cart.", "shop",
             i % 2); /* one name too many is usual */
    judge();
    assert_null(row_of(FINDING_SEARCH_PATH));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_typo_is_told_with_the_right_name),
        TEST(test_twice_is_not_again_and_again),
        TEST(test_a_name_that_was_found_is_not_missing),
        TEST(test_reverse_names_and_offers_are_left_out),
        TEST(test_a_flood_of_random_names_is_no_finding),
        TEST(test_a_suffix_too_many_is_told),
        TEST(test_the_same_service_elsewhere_is_named),
        TEST(test_a_name_that_comes_to_be),
        TEST(test_a_name_that_comes_to_be_much_later),
        TEST(test_what_the_search_path_costs),
        TEST(test_half_of_the_queries_wasted_is_no_warning),
        TEST(test_names_that_are_found_at_once_cost_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
