// SPDX-License-Identifier: BSD-2-Clause
// Packets without sense, from few addresses, ports, ids and names so that all of them meet: nothing
// is left behind, and no exchange leads to one that is gone.
#include "wire-packets.h"

#include "wire/inside.h"

enum { PACKETS = 150, ROUNDS = 400 };

static uint64_t drawn;

static unsigned draw(unsigned n)
{
    drawn = drawn * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(drawn >> 33) % n;
}

static bool is_here(const struct wire *wire, const struct exchange *exchange)
{
    for (const struct exchange *one = wire->oldest; one; one = one->newer)
        if (one == exchange)
            return true;
    return false;
}

/* What leads from one exchange to another leads to one that is here. */
static void check_links(const struct wire *wire)
{
    size_t n = 0;
    for (const struct exchange *one = wire->oldest; one; one = one->newer, n++) {
        assert_true(!one->owner || is_here(wire, one->owner));
        assert_true(one->over || is_here(wire, one->root));
        const struct exchange *last = NULL;
        for (const struct exchange *owned = one->owned; owned;
             last = owned, owned = owned->next_owned)
            assert_true(owned->owner == one && owned->prior_owned == last);
        assert_ptr_equal(one->last_owned, last);
        for (const struct exchange *folded = one->folded; folded; folded = folded->next_folded)
            assert_ptr_equal(folded->root, one);
    }
    assert_int_equal(n, wire->open);
    assert_true(!wire->read_out || is_here(wire, wire->read_out));
}

static struct endpoint some_end(unsigned port)
{
    static const uint32_t addresses[] = {CLIENTS, CLIENTS + 1, SERVER, NODE, UPSTREAM};
    return end_at(addresses[draw(5)], port);
}

static int64_t some_step(void)
{
    static const int64_t steps[] = {
        0,        US(10),   US(100),  MS(1), MS(100), MS(2000), MS(2000) + US(200),
        MS(5000), MS(9000), -MS(500), 0,     US(50)};
    return draw(200) == 0 ? (draw(2) ? 1 : -1) * MS(3600000) : steps[draw(12)];
}

static void some_packet(struct stage *stage, int64_t when)
{
    static const enum message_kind kinds[] = {MESSAGE_ICMP,   MESSAGE_CONNECT, MESSAGE_CONNECTED,
                                              MESSAGE_BROKEN, MESSAGE_CLOSED,  MESSAGE_RECORD};
    struct endpoint asker = some_end(1000 + draw(2)), answerer = some_end(53);
    struct message message = packet_of(draw(2), asker, answerer, draw(3), draw(3));
    message.input = draw(3);
    message.sighting.interface = draw(3);
    message.sighting.direction = (uint8_t)draw(4);
    message.sighting.ttl = (uint8_t)(62 + draw(3));
    message.transport = draw(4) ? TRANSPORT_UDP : TRANSPORT_TCP;
    if (draw(3) == 0)
        message.sighting.ip_id = (uint16_t)draw(3);
    if (draw(4) == 0)
        message.dns.flags |= DNS_AA;
    if (draw(6) == 0) {
        message.sighting.cut = true;
        dns_read(&message.dns, message.dns.wire.at, draw(15), DNS_READ_QUESTION);
    }
    if (draw(3) == 0)
        message.kind = kinds[draw(6)];
    stage_take(stage, &message, when);
}

static void test_random(void **state)
{
    static const size_t ceilings[] = {1024, 70000, 140000, 1u << 20, 16u << 20};
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct stage stage;
        int64_t when = T0;
        drawn = round;
        stage_open(&stage, ceilings[draw(5)]);
        if (draw(3) == 0)
            wire_tapped(stage.wire);
        for (unsigned i = 0; i < PACKETS; i++) {
            when += some_step();
            some_packet(&stage, when);
            check_links(stage.wire);
        }
        stage_close(&stage);
    }
}

// Without any packet there is nothing, and nothing to wait for.
static void test_nothing(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    assert_null(wire_next(stage.wire));
    assert_int_equal(wire_oldest(stage.wire), WHEN_NONE);
    assert_int_equal(wire_clock(stage.wire), WHEN_NONE);
    stage_close(&stage);
    wire_free(NULL);
}

// Another input holds the packet just added, too.
static void test_also(void **state)
{
    struct stage stage;
    (void)state;
    stage_open(&stage, 1u << 20);
    wire_also(stage.wire, 5);
    stage_packet(&stage, T0, false, end_at(CLIENTS, 1000), end_at(SERVER, 53), 7, 1);
    wire_also(stage.wire, 5);
    wire_also(stage.wire, 1000);
    assert_int_equal(stage.wire->oldest->inputs, 1 | 1 << 5 | UINT64_C(1) << 63);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_also),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
