// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/packets.h"

#include "base/memory.h"
#include "input/cut.h"
#include "input/pcap/classic.h"
#include "input/pcap/pcapng.h"

struct packets {
    struct stream *stream;
    struct input_facts *facts;
    struct classic *classic; /* one of both is open, or none: a head stands at `at` */
    struct pcapng *pcapng;
    uint32_t section;
    bool ended;
    struct trouble trouble;
};

struct packets *packets_open(struct stream *stream, struct input_facts *facts)
{
    struct packets *packets = memory_get(1, sizeof *packets);

    packets->stream = stream;
    packets->facts = facts;
    return packets;
}

static void readers_close(struct packets *packets)
{
    classic_close(packets->classic);
    pcapng_close(packets->pcapng);
    packets->classic = NULL;
    packets->pcapng = NULL;
}

void packets_close(struct packets *packets)
{
    if (!packets)
        return;
    readers_close(packets);
    memory_free(packets);
}

/* A capture begins at `at`.  RECORD_HEAD: it is open now. */
static enum record begin(struct packets *packets)
{
    struct stream *stream = packets->stream;
    size_t have = stream_want(stream, HEAD_BYTES);

    readers_close(packets);
    packets->section++;
    if (head_kind(stream->at, have) == HEAD_PCAPNG) {
        packets->pcapng = pcapng_open(stream, packets->facts);
        return RECORD_HEAD;
    }
    if (have < HEAD_BYTES)
        return record_trouble(&packets->trouble, RECORD_CUT, stream_offset(stream),
                              "ends inside a file header");
    evidence_link(&packets->facts->evidence, head_read(stream->at).link);
    packets->classic = classic_open(stream);
    return RECORD_HEAD;
}

/* Steps on to where the next capture begins; false, with all stepped over, where none does. */
static bool search(struct packets *packets)
{
    struct stream *stream = packets->stream;
    size_t left, found, step;

    while ((left = stream_want(stream, HEAD_SIGN)) >= HEAD_SIGN) {
        found = head_search(stream->at, left, left);
        /* A head may begin in the last octets at hand. */
        step = found < left ? found : left - (HEAD_SIGN - 1);
        stream_take(stream, step);
        if (found < left)
            return true;
    }
    stream_take(stream, left);
    return false;
}

static enum packets_result gap(const struct packets *packets, struct packet *packet)
{
    *packet = (struct packet){.when = WHEN_NONE,
                              .number = packets->facts->frames,
                              .offset = packets->trouble.offset,
                              .section = packets->section};
    return PACKETS_GAP;
}

/* What stands at `at` cannot be read, or is cut: reading goes on where another capture begins, if
 * one does. */
static enum packets_result lose(struct packets *packets, enum record record, struct packet *packet)
{
    const struct trouble *trouble = &packets->trouble;
    struct input_facts *facts = packets->facts;
    bool found;

    readers_close(packets);
    packets->ended = true;
    if (packets->stream->state == STREAM_INTERRUPTED && record == RECORD_CUT)
        return PACKETS_END;
    stream_skip(packets->stream, 1);
    found = search(packets);
    packets->ended = !found;
    if (record == RECORD_LOST || found)
        cut_damage(facts, trouble->offset);
    if (!found)
        cut_note(facts, packets->stream, trouble->offset, "%s%s", trouble->text,
                 record == RECORD_LOST ? ", and no capture begins behind it" : "");
    return record == RECORD_LOST || found ? gap(packets, packet) : PACKETS_END;
}

/* A packet: false where it has no time that can be. */
static bool count(struct packets *packets, struct packet *packet)
{
    struct input_facts *facts = packets->facts;

    packet->number = ++facts->frames;
    packet->section = packets->section;
    if (packet->when == WHEN_NONE || packet->when > WHEN_LAST) {
        facts->skips.n[SKIP_NO_TIME]++;
        return false;
    }
    if (facts->start == WHEN_NONE || packet->when < facts->start)
        facts->start = packet->when;
    if (packet->when > facts->end)
        facts->end = packet->when;
    return true;
}

/* The next record of the reader that is open; RECORD_HEAD: of another one. */
static enum record next_record(struct packets *packets, struct packet *packet)
{
    enum record record;

    if (!packets->classic && !packets->pcapng)
        return begin(packets);
    record = packets->classic ? classic_next(packets->classic, packet, &packets->trouble)
                              : pcapng_next(packets->pcapng, packet, &packets->trouble);
    if (record == RECORD_HEAD)
        readers_close(packets);
    return record;
}

enum packets_result packets_next(struct packets *packets, struct packet *packet)
{
    struct input_facts *facts = packets->facts;

    while (!packets->ended) {
        enum record record = next_record(packets, packet);

        switch (record) {
        case RECORD_PACKET:
            if (count(packets, packet))
                return PACKETS_ONE;
            break;
        case RECORD_FOLDED:
            facts->frames++;
            facts->skips.n[SKIP_FOLDED]++;
            break;
        case RECORD_SKIPPED:
            facts->frames++;
            cut_damage(facts, packets->trouble.offset);
            return gap(packets, packet);
        case RECORD_OVERSIZED:
            facts->skips.n[SKIP_OVERSIZED]++;
            return gap(packets, packet);
        case RECORD_HEAD:
            break;
        case RECORD_LOST:
        case RECORD_CUT:
            return lose(packets, record, packet);
        case RECORD_END:
            cut_note(facts, packets->stream, 0, "%s", "");
            packets->ended = true;
        }
    }
    return PACKETS_END;
}
