// SPDX-License-Identifier: BSD-2-Clause
// The frame walk, formats and decompression: a capture as a file, read once, then named twice.
#include <assert.h>

#include "base/limits.h"
#include "input/inputs.h"

#include "file.h"
#include "fuzz.h"

static uint64_t sum;

static void touch(struct slice slice)
{
    for (size_t i = 0; i < slice.len; i++)
        sum += slice.at[i];
}

/* How many messages the N names give, gaps not counted. */
static uint64_t read_all(const char *const *names, size_t n)
{
    struct error error;
    struct inputs *inputs = inputs_open(names, n, NULL, &error);
    const struct message *message;
    uint64_t messages = 0, frame = 0, offset = 0;

    if (!inputs)
        return 0;
    while (inputs_next(inputs, &message)) {
        if (n == 1) {
            assert(message->frame >= frame && message->offset >= offset);
            frame = message->frame;
            offset = message->offset;
        }
        if (message->kind == MESSAGE_GAP)
            continue;
        messages++;
        touch(message->identity);
        touch(message->version);
        touch(message->dns.wire);
        while (inputs_also(inputs) >= 0)
            ;
    }
    for (size_t i = 0; i < n; i++)
        assert(inputs_facts(inputs, i)->frames >= messages);
    inputs_close(inputs);
    return messages;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *names[2];

    if (size > FUZZ_BYTES_MAX)
        return 0;
    names[0] = names[1] = file_of(data, size);
    /* More frames than are remembered cannot be told from new ones. */
    if (read_all(names, 1) < LIMIT_COPIES / 8) {
        uint64_t once = read_all(names, 1), twice = read_all(names, 2);

        assert(once == twice);
    }
    return 0;
}
