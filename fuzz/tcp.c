// SPDX-License-Identifier: BSD-2-Clause
// TCP streams.  The first octet chooses: segments of any kind on ports 53 and 853, or the segments
// of a stream that is known, in any order and over one another: then all of its messages must come
// out, each once, in order.
#include "base/bytes.h"
#include "base/memory.h"

#include "network.h"

enum { HEADERS = 40, DATA_MAX = 2048, STREAM_MAX = 32768, SEGMENTS_MAX = 100 };
enum { SYN = 2, ACK = 16 };

static void put16(uint8_t *at, unsigned number)
{
    at[0] = (uint8_t)(number >> 8);
    at[1] = (uint8_t)number;
}

static void put32(uint8_t *at, uint32_t number)
{
    put16(at, number >> 16);
    put16(at + 2, number & 0xffff);
}

struct segment {
    bool server;
    uint16_t port;
    uint32_t seq, ack;
    uint8_t flags;
    const uint8_t *at;
    size_t len, missing;
};

static void give(struct run *run, const struct segment *segment)
{
    static uint8_t packet[HEADERS + DATA_MAX];
    size_t len = segment->len > DATA_MAX ? DATA_MAX : segment->len;
    uint8_t *tcp = packet + 20;

    memset(packet, 0, HEADERS);
    packet[0] = 0x45;
    put16(packet + 2, (unsigned)(HEADERS + len + segment->missing));
    packet[9] = 6;
    packet[15] = segment->server ? 2 : 1;
    packet[19] = segment->server ? 1 : 2;
    put16(tcp, segment->server ? segment->port : 4000);
    put16(tcp + 2, segment->server ? 4000 : segment->port);
    put32(tcp + 4, segment->seq);
    put32(tcp + 8, segment->ack);
    tcp[12] = 5 << 4;
    tcp[13] = segment->flags;
    if (len)
        memcpy(packet + HEADERS, segment->at, len);
    run->now++;
    run_give(run, packet, HEADERS + len, segment->missing, 0);
}

/* Per segment: flags, side and port (1), sequence and acknowledgement (2 each, signed, from where
 * the side stands), what the snap length took (1), length (2), data. */
static void any_segments(struct run *run, struct bytes bytes)
{
    uint32_t stand[2] = {UINT32_MAX - 100, 1};

    while (bytes_left(&bytes) >= 9) {
        uint8_t choice = bytes_u8(&bytes);
        int32_t seq = (int16_t)bytes_be16(&bytes), ack = (int16_t)bytes_be16(&bytes);
        struct segment segment = {.server = choice & 0x80, .port = choice & 0x40 ? 853 : 53};
        size_t len;

        segment.flags = choice & 0x1f;
        segment.seq = stand[segment.server] + (uint32_t)seq;
        segment.ack = stand[!segment.server] + (uint32_t)ack;
        if (choice & 0x20) /* from elsewhere */
            segment.seq += 1u << 30;
        segment.missing = bytes_u8(&bytes);
        len = bytes_be16(&bytes);
        segment.len = len < bytes_left(&bytes) ? len : bytes_left(&bytes);
        segment.at = bytes_cut(&bytes, segment.len);
        give(run, &segment);
        stand[segment.server] = segment.seq + (uint32_t)(segment.len + segment.missing);
    }
}

struct known {
    uint8_t at[STREAM_MAX];
    size_t len;
    unsigned messages, seen;
    size_t begins[SEGMENTS_MAX];
};

static void check(void *context, const struct message *message)
{
    struct known *stream = context;

    if (message->kind != MESSAGE_DNS)
        return;
    assert(stream->seen < stream->messages);
    assert(message->dns.id == stream->seen && !message->sighting.cut);
    assert(memcmp(message->dns.wire.at, stream->at + stream->begins[stream->seen] + 2,
                  message->size) == 0);
    stream->seen++;
}

/* A query with a question of the root, and padding of PAD octets behind it. */
static void add_message(struct known *stream, size_t pad)
{
    static const uint8_t query[17] = {0, 0, 1, 0, 0, 1, [15] = 1, [16] = 1};
    uint8_t *at = stream->at + stream->len;

    stream->begins[stream->messages] = stream->len;
    put16(at, (unsigned)(sizeof query + pad));
    memcpy(at + 2, query, sizeof query);
    put16(at + 2, stream->messages++);
    memset(at + 2 + sizeof query, (int)(pad & 0xff), pad);
    stream->len += 2 + sizeof query + pad;
}

/* How many messages (1), the padding of each (1, by 16), then segments: place (2) and length (2).
 * */
static void known_stream(struct run *run, struct bytes bytes)
{
    static struct known stream;
    struct segment segment = {.port = 53, .seq = UINT32_MAX - 300, .flags = SYN};
    uint32_t first = segment.seq + 1;

    stream.len = stream.messages = stream.seen = 0;
    for (unsigned n = bytes_u8(&bytes) % SEGMENTS_MAX; n > 0; n--) {
        size_t pad = bytes_u8(&bytes) * (size_t)16;

        if (stream.len + 19 + pad <= STREAM_MAX)
            add_message(&stream, pad);
    }
    run->take = check;
    run->context = &stream;
    give(run, &segment);
    segment.flags = ACK;
    for (unsigned n = 0; bytes_left(&bytes) >= 4 && n < SEGMENTS_MAX; n++) {
        size_t place = bytes_be16(&bytes), len = bytes_be16(&bytes) % DATA_MAX;

        if (place >= stream.len)
            continue;
        segment.seq = first + (uint32_t)place;
        segment.at = stream.at + place;
        segment.len = len < stream.len - place ? len : stream.len - place;
        give(run, &segment);
    }
    /* All of it once more: nothing may be missing then. */
    for (size_t at = 0; at < stream.len; at += segment.len) {
        segment.seq = first + (uint32_t)at;
        segment.at = stream.at + at;
        segment.len = stream.len - at < DATA_MAX ? stream.len - at : DATA_MAX;
        give(run, &segment);
    }
    assert(stream.seen == stream.messages);
    assert(run->facts.skips.n[SKIP_TCP_GAP] == 0 && run->facts.skips.n[SKIP_TCP_JUNK] == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct run run = {.now = 1};
    struct bytes bytes = bytes_of(data, size);

    if (size > FUZZ_BYTES_MAX || size == 0)
        return 0;
    run_open(&run);
    if (bytes_u8(&bytes) & 1)
        known_stream(&run, bytes);
    else
        any_segments(&run, bytes);
    run_close(&run);
    return 0;
}
