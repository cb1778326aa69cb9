// SPDX-License-Identifier: BSD-2-Clause
// The dnstap decoder: one payload becomes a message.
#include "input/dnstap/dnstap.h"

#include "fuzz.h"

static uint64_t sum;

static void touch(struct slice slice)
{
    for (size_t i = 0; i < slice.len; i++)
        sum += slice.at[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dnstap_program program;
    struct dnstap_fields fields;
    struct message message;
    struct skips skips = {{0}};

    if (size > FUZZ_BYTES_MAX || dnstap_decode(data, size, &fields) != DNSTAP_MESSAGE)
        return 0;
    dnstap_message(&fields, &program, &message, &skips);
    touch(message.identity);
    touch(message.version);
    touch(message.dns.wire);
    sum += message.asker.port + message.answerer.len + (uint64_t)message.when;
    return 0;
}
