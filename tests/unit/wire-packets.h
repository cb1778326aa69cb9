// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_WIRE_PACKETS_H
#define TESTS_WIRE_PACKETS_H
/* Packets made by hand, for the tests of wire/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/map.h"
#include "wire/wire.h"

#define T0 (INT64_C(1795255200) * WHEN_SECOND) /* 2026-11-21 10:00:00 */
#define MS(ms) ((int64_t)(ms)*WHEN_MS)
#define US(us) ((int64_t)(us)*WHEN_US)

enum { CLIENTS = 0x0af40000, SERVER = 0x0af50009, UPSTREAM = 0xac1e0035, NODE = 0xc0a80005 };

struct stage { /* the stage under test, and what came out of it */
    struct wire *wire;
    uint64_t numbers;
    uint64_t lent, answered, owned, folded, clientless;
    int64_t newest; /* time given */
};

static inline struct endpoint end_at(uint32_t address, unsigned port)
{
    uint8_t octets[4] = {(uint8_t)(address >> 24), (uint8_t)(address >> 16),
                         (uint8_t)(address >> 8), (uint8_t)address};
    return endpoint_of(octets, 4, (uint16_t)port);
}

static inline void stage_open(struct stage *stage, size_t ceiling_bytes)
{
    *stage = (struct stage){.newest = T0};
    struct wire_options options = {.ceiling_bytes = ceiling_bytes, .numbers = &stage->numbers};
    stage->wire = wire_new(&options);
}

static inline void stage_drain(struct stage *stage)
{
    const struct exchange *one;
    while ((one = wire_next(stage->wire))) {
        stage->lent++;
        stage->answered += one->answered != WHEN_NONE;
        stage->clientless += exchange_is_clientless(one);
        for (const struct exchange *owned = one->owned; owned; owned = owned->next_owned)
            stage->owned += wire_owns(owned);
        for (const struct exchange *folded = one->folded; folded; folded = folded->next_folded)
            stage->folded++;
    }
}

static inline void stage_close(struct stage *stage)
{
    wire_end(stage->wire);
    stage_drain(stage);
    assert_int_equal(wire_counts(stage->wire).open, 0);
    wire_free(stage->wire);
}

/* A query of name "<name>.example." and type A, or the answer to it. */
static inline struct message packet_of(bool response, struct endpoint asker,
                                       struct endpoint answerer, unsigned id, unsigned name)
{
    static uint8_t octets[2][64];
    static uint16_t ip_id;
    uint8_t *at = octets[response];
    struct message message = {.kind = MESSAGE_DNS,
                              .leg = LEG_WIRE,
                              .response = response,
                              .transport = TRANSPORT_UDP,
                              .asker = asker,
                              .answerer = answerer,
                              .query_time = WHEN_NONE,
                              .response_time = WHEN_NONE};
    const uint8_t head[12] = {(uint8_t)(id >> 8),  (uint8_t)id, response ? 0x81 : 1,
                              response ? 0x80 : 0, 0,           1};
    memcpy(at, head, sizeof head);
    at[12] = 8;
    for (unsigned i = 0; i < 8; i++)
        at[13 + i] = (uint8_t)('a' + (name >> 4 * (7 - i) & 15));
    memcpy(at + 21, "\7example\0\0\1\0\1", 13);
    message.size = 34;
    dns_read(&message.dns, at, message.size, response ? DNS_READ_RECORDS : DNS_READ_QUESTION);
    message.payload = map_hash(at, message.size);
    message.sighting.ip_id = ++ip_id ? ip_id : ++ip_id;
    return message;
}

static inline void stage_take(struct stage *stage, struct message *message, int64_t when)
{
    static uint64_t frame;
    message->when = when;
    message->frame = ++frame;
    if (when > stage->newest)
        stage->newest = when;
    wire_add(stage->wire, message);
    stage_drain(stage);
}

static inline void stage_packet(struct stage *stage, int64_t when, bool response,
                                struct endpoint asker, struct endpoint answerer, unsigned id,
                                unsigned name)
{
    struct message message = packet_of(response, asker, answerer, id, name);
    stage_take(stage, &message, when);
}

static inline void stage_event(struct stage *stage, int64_t when, enum message_kind kind,
                               enum transport transport, struct endpoint asker,
                               struct endpoint answerer)
{
    struct message message = {.kind = kind,
                              .leg = LEG_WIRE,
                              .transport = transport,
                              .asker = asker,
                              .answerer = answerer,
                              .query_time = WHEN_NONE,
                              .response_time = WHEN_NONE};
    dns_read(&message.dns, NULL, 0, DNS_READ_QUESTION);
    stage_take(stage, &message, when);
}

/* Time must grow with the work, not with its square: RUN of 4 N takes less than 9 times as long as
 * of N (16 times would be the square; what is too short to be measured is let pass). */
static inline void check_linear(void (*run)(unsigned n), unsigned n)
{
    clock_t start = clock();
    run(n);
    clock_t middle = clock();
    run(4 * n);
    double less = (double)(middle - start), more = (double)(clock() - middle);
    if (more > 0.2 * CLOCKS_PER_SEC && more > 9 * less)
        fail_msg("%u: %.0f ms, %u: %.0f ms", n, less * 1e3 / CLOCKS_PER_SEC, 4 * n,
                 more * 1e3 / CLOCKS_PER_SEC);
}

#endif
