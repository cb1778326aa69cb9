// SPDX-License-Identifier: BSD-2-Clause
#ifndef FUZZ_PACKETS_H
#define FUZZ_PACKETS_H
/* What the targets of packet captures share: an input is read once, then named twice. */
#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "input/inputs.h"

#include "file.h"
#include "fuzz.h"

static uint64_t sum;

/* How many messages the N names give, gaps not counted. */
static uint64_t read_all(const char *const *names, size_t n)
{
    struct error error;
    struct inputs *inputs = inputs_open(names, n, NULL, &error);
    const struct message *message;
    uint64_t messages = 0;

    if (!inputs)
        return 0;
    while (inputs_next(inputs, &message)) {
        if (message->kind == MESSAGE_GAP)
            continue;
        messages++;
        assert(message->when != WHEN_NONE && message->leg == LEG_WIRE);
        assert(message->asker.len && message->answerer.len);
        for (size_t i = 0; i < message->dns.wire.len; i++)
            sum += message->dns.wire.at[i];
        while (inputs_also(inputs) >= 0)
            ;
    }
    for (size_t i = 0; i < n; i++) {
        const struct input_facts *facts = inputs_facts(inputs, i);

        assert(facts->queries + facts->responses == facts->payloads);
        assert(facts->frames || !messages);
        for (size_t k = 0; k < facts->evidence.n_interfaces; k++)
            sum += strlen(facts->evidence.interfaces[k].description);
    }
    inputs_close(inputs);
    return messages;
}

static void read_twice(const uint8_t *data, size_t size)
{
    const char *names[2] = {file_of(data, size)};
    uint64_t once = read_all(names, 1);

    names[1] = names[0];
    /* More than is remembered cannot be told from new ones. */
    if (once < LIMIT_COPIES / 8) {
        uint64_t twice = read_all(names, 2);

        assert(once == twice);
    }
}

#endif
