// SPDX-License-Identifier: BSD-2-Clause
#ifndef FUZZ_NETWORK_H
#define FUZZ_NETWORK_H
/* What the targets of IP and TCP share: packets go to a network, and what comes out is looked at.
 * */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "input/pcap/network.h"

#include "fuzz.h"

struct run {
    struct input_facts facts;
    struct network *network;
    uint64_t number;
    int64_t now;
    uint64_t sum;
    /* Called for each message, where set. */
    void (*take)(void *context, const struct message *message);
    void *context;
};

static void run_look(struct run *run, const struct message *message)
{
    assert(message->leg == LEG_WIRE);
    assert(message->frame > 0 && message->frame <= run->number);
    assert(message->when <= run->now);
    assert(message->asker.len && message->answerer.len);
    assert(message->sighting.tunnels <= LIMIT_TUNNELS);
    if (message->kind == MESSAGE_DNS) {
        assert(message->dns.reach != DNS_NOTHING);
        assert(message->response == ((message->dns.flags & DNS_QR) != 0));
    }
    assert(message->kind == MESSAGE_RECORD || message->dns.wire.len <= message->size);
    assert(message->sighting.cut == (message->dns.wire.len < message->size) ||
           message->kind == MESSAGE_RECORD);
    for (size_t i = 0; i < message->dns.wire.len; i++)
        run->sum += message->dns.wire.at[i];
    for (unsigned i = 0; i < message->dns.name_len; i++)
        run->sum += message->dns.name[i];
    if (run->take)
        run->take(run->context, message);
}

static void run_drain(struct run *run)
{
    struct message message;

    while (network_next(run->network, &message))
        run_look(run, &message);
}

static void run_open(struct run *run)
{
    static const uint16_t ports[] = {5300};
    struct network_options options = {ports, 1};

    run->network = network_new(&options, &run->facts);
}

/* The packet, from a block of its very size that is gone afterwards. */
static void run_give(struct run *run, const uint8_t *at, size_t len, size_t missing,
                     uint8_t direction)
{
    uint8_t *copy = malloc(len ? len : 1);
    struct packet packet = {
        .when = run->now, .len = (uint32_t)(len + missing), .number = ++run->number};

    if (!copy)
        abort();
    memcpy(copy, at, len);
    packet.bytes = (struct slice){copy, len};
    network_add(run->network, &packet, packet.bytes, 0, direction);
    run_drain(run);
    free(copy);
}

static void run_close(struct run *run)
{
    network_end(run->network);
    run_drain(run);
    network_free(run->network);
}

#endif
