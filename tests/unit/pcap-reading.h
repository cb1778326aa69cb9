// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_UNIT_PCAP_READING_H
#define TESTS_UNIT_PCAP_READING_H
/* Reads a capture made in memory and writes down what came out. */
#include "base/limits.h"
#include "base/when.h"
#include "input/pcap/packets.h"
#include "pcap-file.h"

/* A packet's octets begin with a number, counted from 1; the letters are p for the next one, x for
 * any other, g for a gap. */
struct reading {
    char letters[256];
    size_t n;
    struct packet last; /* without its octets */
    uint8_t first_octets[8];
    struct input_facts facts;
    enum stream_state state;
};

static struct reading read_capture(const struct text *capture)
{
    const char *name = file_of(capture);
    struct reading reading = {.facts = {.start = WHEN_NONE, .end = WHEN_NONE}};
    struct packets *packets;
    struct packet packet;
    struct stream stream;
    struct error error;
    enum packets_result result;
    uint8_t next = 1;

    if (stream_open(&stream, name, LIMIT_LOOK_BYTES, &error) != 0)
        abort();
    packets = packets_open(&stream, &reading.facts);
    while ((result = packets_next(packets, &packet)) != PACKETS_END) {
        char letter = 'g';

        if (result == PACKETS_ONE) {
            letter = packet.bytes.len && packet.bytes.at[0] == next ? 'p' : 'x';
            next = packet.bytes.len ? (uint8_t)(packet.bytes.at[0] + 1) : 0;
            for (size_t i = 0; i < 8 && i < packet.bytes.len; i++)
                reading.first_octets[i] = packet.bytes.at[i];
            reading.last = packet;
            reading.last.bytes.at = NULL;
        }
        if (reading.n < sizeof reading.letters - 1)
            reading.letters[reading.n++] = letter;
    }
    if (packets_next(packets, &packet) != PACKETS_END)
        abort();
    reading.state = stream.state;
    packets_close(packets);
    stream_close(&stream);
    files_remove(NULL);
    return reading;
}

static UNUSED void reading_done(struct reading *reading)
{
    evidence_done(&reading->facts.evidence);
}

#endif
