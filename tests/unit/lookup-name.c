// SPDX-License-Identifier: BSD-2-Clause
// Names of one walk along a search list, and what is learned of it.
#include <stdio.h>

#include "lookup-session.h"

static uint8_t octets[2][256];

static struct slice name(int which, const char *text)
{
    return (struct slice){octets[which], dns_name_parse(text, octets[which])};
}

// The part of X in front of its suffix, as text, where Y follows it.
static const char *base_of(const struct stage *stage, const char *x, const char *y, bool quick)
{
    static char text[256];
    const struct endpoint client = endpoint_of((const uint8_t[]){10, 0, 0, 7}, 4, 1);
    struct slice one = name(0, x), other = name(1, y);
    size_t len = name_follows(stage->lookups, &client, one, other, quick);
    struct text out = {0};
    assert_true(len <= one.len);
    one.at = memmove(octets[1], one.at, one.len);
    octets[1][len] = 0;
    dns_name_print(octets[1], len + 1, true, &out);
    memcpy(text, len ? out.at : "", len ? out.len : 0);
    text[len ? out.len : 0] = 0;
    text_done(&out);
    return text;
}

static void learn(struct stage *stage, const char *x, const char *y, const char *base, bool begins)
{
    const struct endpoint client = endpoint_of((const uint8_t[]){10, 0, 0, 7}, 4, 1);
    uint8_t front[256];
    size_t len = dns_name_parse(base, front) - 1;
    client_learn(stage->lookups, &client, name(0, x), name(1, y), len, begins);
}

// What Kubernetes writes: each suffix is the one before without its first label.
static void test_kubernetes(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1 << 20);
    assert_string_equal(base_of(&stage, "web.shop.svc.cluster.local.", "web.svc.cluster.local.", 0),
                        "web.");
    assert_string_equal(base_of(&stage, "a.b.shop.svc.zone.", "a.b.svc.zone.", false), "a.b.");
    assert_string_equal(base_of(&stage, "web.cluster.local.", "web.", false), "web.");
    // the base itself may end like a suffix
    assert_string_equal(
        base_of(&stage, "web.shop.svc.zone.shop.svc.zone.", "web.shop.svc.zone.svc.zone.", false),
        "web.shop.svc.zone.");
    stage_close(&stage);
}

static void test_not_a_walk(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1 << 20);
    assert_string_equal(base_of(&stage, "web.example.com.", "cart.example.com.", true), "");
    assert_string_equal(base_of(&stage, "web.example.com.", "web.example.net.", true), "");
    assert_string_equal(base_of(&stage, ".", "com.", true), "");
    assert_string_equal(base_of(&stage, ".", ".", true), "");
    // the list goes to shorter suffixes; the other way round it is another walk
    assert_string_equal(
        base_of(&stage, "web.svc.cluster.local.", "web.shop.svc.cluster.local.", true), "");
    stage_close(&stage);
}

// A name as it is comes first where it has enough dots, and the next one at once.
static void test_as_it_is_first(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1 << 20);
    assert_string_equal(base_of(&stage, "a.b.c.d.e.", "a.b.c.d.e.svc.zone.", true), "a.b.c.d.e.");
    assert_string_equal(base_of(&stage, "a.b.c.d.e.", "a.b.c.d.e.svc.zone.", false), "");
    learn(&stage, "a.b.c.d.svc.zone.", "a.b.c.d.zone.", "a.b.c.d.", true);
    // names of three dots are tried with the suffixes first, so one of two dots was not
    assert_string_equal(base_of(&stage, "a.b.c.", "a.b.c.svc.zone.", true), "");
    assert_string_equal(base_of(&stage, "a.b.c.d.e.", "a.b.c.d.e.svc.zone.", true), "a.b.c.d.e.");
    stage_close(&stage);
}

// Suffixes that are no parents of each other must be known.
static void test_learned(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1 << 20);
    assert_string_equal(base_of(&stage, "web.corp.example.", "web.lab.test.", true), "");
    learn(&stage, "db.corp.example.", "db.", "db.", true);
    assert_string_equal(base_of(&stage, "web.corp.example.", "web.lab.test.", true), "web.");
    assert_string_equal(base_of(&stage, "web.corp.example.", "web.lab.test.", false), "");
    learn(&stage, "db.corp.example.", "db.lab.test.", "db.", false);
    assert_string_equal(base_of(&stage, "web.corp.example.", "web.lab.test.", false), "web.");
    // of another client nothing is known
    const struct endpoint other = endpoint_of((const uint8_t[]){10, 0, 0, 8}, 4, 1);
    assert_null(client_find(stage.lookups, &other));
    stage_close(&stage);
}

// What a lone name's host is: the suffixes with which walks began, the longest that fits.
static void test_base_of_client(void **state)
{
    const struct endpoint client = endpoint_of((const uint8_t[]){10, 0, 0, 7}, 4, 99);
    struct stage stage;
    (void)state;
    stage_open(&stage, 1 << 20);
    learn(&stage, "db.shop.svc.zone.", "db.svc.zone.", "db.", true);
    learn(&stage, "db.svc.zone.", "db.zone.", "db.", false);
    const struct client *known = client_find(stage.lookups, &client);
    assert_non_null(known);
    assert_int_equal(client_base(stage.lookups, known, name(0, "web.shop.svc.zone.")), 4);
    assert_int_equal(client_base(stage.lookups, known, name(0, "web.svc.zone.")), 0);
    assert_int_equal(client_base(stage.lookups, known, name(0, "shop.svc.zone.")), 0);
    assert_int_equal(client_base(stage.lookups, NULL, name(0, "web.shop.svc.zone.")), 0);
    assert_int_equal(name_dots(name(0, "web.shop.")), 1);
    assert_int_equal(name_dots(name(0, "web.")), 0);
    assert_int_equal(name_dots(name(0, ".")), 0);
    stage_close(&stage);
}

// A ninth suffix takes the place of one that no walk began with, and of no other.
static void test_suffixes_bounded(void **state)
{
    const struct endpoint client = endpoint_of((const uint8_t[]){10, 0, 0, 7}, 4, 99);
    char text[64];
    struct stage stage;
    (void)state;
    stage_open(&stage, 1 << 20);
    for (int i = 0; i < 40; i++) {
        snprintf(text, sizeof text, "db.s%d.test.", i);
        learn(&stage, i < 4 ? text : "db.begin.test.", i < 4 ? "db." : text, "db.", i < 4);
    }
    const struct client *known = client_find(stage.lookups, &client);
    assert_int_equal(known->n_suffixes, CLIENT_SUFFIXES);
    for (int i = 0; i < 4; i++) {
        snprintf(text, sizeof text, "s%d.test.", i);
        assert_true(client_knows(stage.lookups, known, name(0, text)));
    }
    assert_true(client_knows(stage.lookups, known, name(0, "s39.test.")));
    assert_false(client_knows(stage.lookups, known, name(0, "s20.test.")));
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kubernetes),     cmocka_unit_test(test_not_a_walk),
        cmocka_unit_test(test_as_it_is_first), cmocka_unit_test(test_learned),
        cmocka_unit_test(test_base_of_client), cmocka_unit_test(test_suffixes_bounded),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
