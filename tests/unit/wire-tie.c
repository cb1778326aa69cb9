// SPDX-License-Identifier: BSD-2-Clause
// Whose tries are whose: crowds that ask the same, and storms of tries.
#include <stdlib.h>

#include "wire-packets.h"

#include "wire/inside.h"

struct event { /* a query of a client, a try for it, or its answer */
    int64_t when;
    unsigned client, step;
};

enum { STEPS = 5 }; /* query, tries at once and 2 and 4 s later, SERVFAIL */

struct crowd {
    unsigned clients, names;
    unsigned right, wrong, doubtful, clientless;
};

/* Drawn, and the same in each run. */
static uint64_t draw(uint64_t a, uint64_t b)
{
    uint64_t x = (a * 8 + b + 1) * UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 29) * UINT64_C(0xbf58476d1ce4e5b9);
    return x ^ x >> 32;
}

static int by_when(const void *a, const void *b)
{
    const struct event *one = a, *other = b;
    return one->when < other->when ? -1 : one->when > other->when;
}

static struct endpoint try_from(unsigned client, unsigned step)
{
    return end_at(SERVER, 1024 + client * 3 + step);
}

static void count(struct crowd *crowd, struct wire *wire)
{
    const struct exchange *one;
    while ((one = wire_next(wire))) {
        crowd->clientless += exchange_is_clientless(one);
        unsigned client = one->forms[0].asker.port - 1000u;
        for (const struct exchange *owned = one->owned; owned; owned = owned->next_owned) {
            unsigned port = owned->forms[0].asker.port;
            bool right = port > try_from(client, 0).port && port <= try_from(client, 3).port;
            crowd->right += right && !owned->ambiguous;
            crowd->wrong += !right && !owned->ambiguous;
            crowd->doubtful += owned->ambiguous;
        }
    }
}

/* Clients that ask within SPAN, at times that are drawn; the upstreams are dead. */
static void run_crowd(struct crowd *crowd, int64_t span)
{
    size_t n = 0;
    struct stage stage;
    struct event *events = calloc(crowd->clients, STEPS * sizeof *events);
    assert_non_null(events);
    for (unsigned i = 0; i < crowd->clients; i++) {
        int64_t when = T0 + (int64_t)(draw(i, 0) % (uint64_t)span);
        for (unsigned step = 0; step < STEPS; step++) {
            when += step == 1 ? US(20 + draw(i, 1) % 130) : 0;
            when += step > 1 ? MS(2000) + US(150 + draw(i, step) % 400) : 0;
            events[n++] = (struct event){when, i, step};
        }
    }
    qsort(events, n, sizeof *events, by_when);
    stage_open(&stage, 256u << 20);
    for (size_t i = 0; i < n; i++) {
        unsigned client = events[i].client, step = events[i].step, last = STEPS - 1;
        unsigned name = (unsigned)(draw(client, 7) % crowd->names);
        bool own = step == 0 || step == last;
        struct message message =
            own ? packet_of(step == last, end_at(CLIENTS + client, 1000 + client),
                            end_at(SERVER, 53), client, name)
                : packet_of(false, try_from(client, step), end_at(UPSTREAM, 53),
                            (unsigned)draw(client, step), name);
        message.when = events[i].when;
        wire_add(stage.wire, &message);
        count(crowd, stage.wire);
    }
    wire_end(stage.wire);
    count(crowd, stage.wire);
    wire_free(stage.wire);
    free(events);
}

// However many ask the same, no try is tied to another's query without doubt, and none is left
// without a client; where they stand apart, nearly all are known.
static void test_crowds(void **state)
{
    static const struct {
        unsigned clients, names, seconds, known_percent;
    } cases[] = {
        {200, 1, 10, 85},   {1000, 1, 10, 40},     {2000, 1, 7, 20},
        {2000, 100, 7, 90}, {10000, 10000, 7, 99},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct crowd crowd = {.clients = cases[i].clients, .names = cases[i].names};
        run_crowd(&crowd, cases[i].seconds * WHEN_SECOND);
        assert_int_equal(crowd.wrong, 0);
        assert_int_equal(crowd.clientless, 0);
        assert_int_equal(crowd.right + crowd.doubtful, 3 * crowd.clients);
        if (crowd.right * 100 < 3 * crowd.clients * cases[i].known_percent)
            fail_msg("case %zu: %u of %u known", i, crowd.right, 3 * crowd.clients);
    }
}

/* A storm: each try is refused at once.  NAME: what the server asks for. */
static void storm(struct stage *stage, unsigned tries, unsigned name)
{
    stage_packet(stage, T0, true, end_at(CLIENTS, 999), end_at(SERVER, 53), 1, 99);
    stage_packet(stage, T0 + MS(1), false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    for (unsigned i = 0; i < tries; i++) {
        int64_t when = T0 + MS(1) + US(100) * (i + 1);
        struct message message =
            packet_of(false, end_at(SERVER, 2000), end_at(UPSTREAM, 53), i, name);
        stage_take(stage, &message, when);
        message.kind = MESSAGE_ICMP;
        message.icmp = 3 << 8 | 3;
        stage_take(stage, &message, when + US(50));
    }
    stage_packet(stage, T0 + MS(2) + US(100) * tries, true, end_at(CLIENTS, 1000),
                 end_at(SERVER, 53), 7, 1);
}

// All its tries are the client's, under its name or under another one (rewrite).
static void test_storms(void **state)
{
    (void)state;
    for (unsigned name = 1; name < 3; name++) {
        struct stage stage;
        stage_open(&stage, 64u << 20);
        storm(&stage, 10000, name);
        stage_close(&stage);
        if (stage.owned != 10000)
            fail_msg("name %u: %d", name, (int)stage.owned);
        assert_int_equal(stage.clientless, 0);
        assert_int_equal(stage.lent, 2);
    }
}

static void run_storm(unsigned n)
{
    struct stage stage;
    stage_open(&stage, 64u << 20);
    storm(&stage, n, 1);
    stage_close(&stage);
}

/* Tries for a client, and behind them as many that were asked at the moment of its cached answer. */
static void run_refreshes(unsigned n)
{
    struct stage stage;
    stage_open(&stage, 64u << 20);
    stage_packet(&stage, T0, false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    for (unsigned i = 0; i < 2 * n; i++) {
        int64_t when = T0 + (i < n ? US(i) : MS(500) + i);
        struct message message = packet_of(false, end_at(SERVER, 2000), end_at(UPSTREAM, 53), i, 1);
        stage_take(&stage, &message, when);
        message.kind = MESSAGE_ICMP;
        stage_take(&stage, &message, when);
    }
    struct message message = packet_of(true, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    message.dns.flags |= DNS_AA;
    stage_take(&stage, &message, T0 + MS(501));
    stage_close(&stage);
}

static void test_linear(void **state)
{
    (void)state;
    check_linear(run_storm, 4000);
    check_linear(run_refreshes, 4000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_crowds),
        cmocka_unit_test(test_storms),
        cmocka_unit_test(test_linear),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
