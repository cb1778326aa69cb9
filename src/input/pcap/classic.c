// SPDX-License-Identifier: BSD-2-Clause
/*
 * libpcap reads from a FILE whose octets come out of the input's stream, whole records that were
 * looked at before.  So the place of each record is known, and the FILE ends where a record cannot
 * be whole or another capture was joined: libpcap itself would read its file header as a packet of
 * the year 2055, and tells neither places nor a cut from damage.
 */
#include "input/pcap/classic.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <stdio_ext.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/when.h"
#include "input/message.h"

#define YEAR (366u * 24 * 60 * 60) /* seconds */

enum {
    RECORD = 16, /* octets of a record's header */
    RECORD_PATCHED = 24,
    /* Of the FILE: many records, since each filling of it costs as much as reading one does; few
     * enough to stay in the processor's nearest cache. */
    BUFFER = 8 << 10,
};

struct classic {
    struct stream *stream;
    struct head head;
    uint8_t header[HEAD_BYTES]; /* of the file, as libpcap sees it */
    size_t header_left;         /* of it, what libpcap has not read yet */
    size_t left;                /* of the record at `at`, what was not fed yet */
    uint64_t offset;            /* of the record that libpcap reads next */
    enum record why;            /* the FILE ends; RECORD_PACKET: it does not */
    struct trouble trouble;
    uint8_t *buffer;            /* of the FILE */
    pcap_t *pcap;               /* NULL: libpcap refused it */
    char refused[PCAP_ERRBUF_SIZE];
};

static uint32_t four(const struct head *head, const uint8_t *at)
{
    struct bytes bytes = bytes_of(at, 4);

    return head->big ? bytes_be32(&bytes) : bytes_le32(&bytes);
}

/* Octets of a packet that the record at AT holds.  Up to version 2.3 writers put both lengths the
 * other way round; in 2.3 some did. */
static uint32_t captured(const struct head *head, const uint8_t *at)
{
    uint32_t first = four(head, at + 8), second = four(head, at + 12);
    unsigned version = head->major * 256u + head->minor;

    if (version == 0x0204)
        return first;
    if (version == 0x0203)
        return first < second ? first : second;
    return second;
}

static size_t record_bytes(const struct head *head)
{
    return head->patched ? RECORD_PATCHED : RECORD;
}

enum chain { CHAIN_BROKEN, CHAIN_CUT, CHAIN_WHOLE };

/* Whether the record at AT may stand behind one of BEFORE seconds in the same file. */
static bool plausible(const struct head *head, const uint8_t *at, uint32_t before)
{
    uint32_t sec = four(head, at), apart = sec > before ? sec - before : before - sec;

    return captured(head, at) <= LIMIT_PACKET_BYTES && apart < YEAR &&
           four(head, at + 4) < (head->nano ? 1000000000u : 1000000u);
}

/* How well the next records make sense that stand AT octets behind the stream's `at`.  BEFORE: the
 * seconds of the one in front of them; NULL where they are the first. */
static enum chain follow(struct stream *stream, size_t at, const struct head *head,
                         const uint32_t *before)
{
    enum { STEPS = 4 };
    size_t bytes = record_bytes(head);
    uint32_t sec = before ? *before : 0;

    for (int i = 0; i < STEPS; i++) {
        size_t left = stream_want(stream, at + bytes);
        const uint8_t *record = stream->at + at;

        if (left <= at)
            return left == at ? CHAIN_WHOLE : CHAIN_CUT;
        if (head_kind(record, left - at) != HEAD_NONE)
            return CHAIN_WHOLE;
        if (left < at + bytes)
            return CHAIN_CUT;
        if (i == 0 && !before)
            sec = four(head, record);
        if (!plausible(head, record, sec))
            return CHAIN_BROKEN;
        sec = four(head, record);
        at += bytes + captured(head, record);
    }
    return CHAIN_WHOLE;
}

/* Whether the record of LEN octets at the stream's `at` is not whole, but another capture was
 * joined behind what there is of it.  A packet may as well carry a capture: then the records behind
 * it make sense. */
static bool is_seam(const struct classic *classic, size_t len, size_t have)
{
    struct stream *stream = classic->stream;
    size_t at = head_inside(stream->at, len, have);
    enum chain behind;
    struct head head;
    uint32_t sec;

    if (at == len || stream_want(stream, at + HEAD_BYTES) < at + HEAD_BYTES)
        return false;
    head = head_read(stream->at + at);
    behind = follow(stream, at + HEAD_BYTES, &head, NULL);
    if (at < record_bytes(&classic->head)) /* no record's header has that in it */
        return behind != CHAIN_BROKEN;
    sec = four(&classic->head, stream->at);
    return behind > follow(stream, len, &classic->head, &sec);
}

static bool ends(struct classic *classic, enum record why)
{
    classic->why = why;
    return false;
}

/* Makes the next record stand whole at the stream's `at`.  False: there is none, see `why`. */
static bool stage(struct classic *classic)
{
    struct stream *stream = classic->stream;
    struct trouble *trouble = &classic->trouble;
    size_t head = record_bytes(&classic->head), have = stream_left(stream), len;
    uint64_t offset;

    if (have < head)
        have = stream_want(stream, head);
    offset = stream_offset(stream);
    if (have == 0)
        return ends(classic, RECORD_END);
    if (head_kind(stream->at, have) != HEAD_NONE)
        return ends(classic, RECORD_HEAD);
    if (have < head)
        return ends(classic, record_trouble(trouble, RECORD_CUT, offset,
                                            "ends inside a packet's header"));
    len = captured(&classic->head, stream->at);
    if (len > LIMIT_PACKET_BYTES)
        return ends(classic, record_trouble(trouble, RECORD_LOST, offset,
                                            "a packet of %zu bytes cannot be", len));
    len += head;
    if (have < len && (have = stream_want(stream, len)) < len)
        return ends(classic, record_trouble(trouble, RECORD_CUT, offset,
                                            "ends inside a packet (%zu of %zu bytes)", have - head,
                                            len - head));
    if (is_seam(classic, len, have))
        return ends(classic, record_trouble(trouble, RECORD_LOST, offset,
                                            "a packet ends in another capture"));
    classic->left = len;
    return true;
}

/* The record behind that at the stream's `at`, fed whole, stands whole at hand, too, and nothing in
 * it looks like the head of a capture: its octets; else 0. */
static size_t plain_record(const struct classic *classic)
{
    const struct stream *stream = classic->stream;
    size_t head = record_bytes(&classic->head), have = stream_left(stream), len;

    if (have < head)
        return 0;
    len = captured(&classic->head, stream->at);
    if (len > LIMIT_PACKET_BYTES || have < len + head)
        return 0;
    len += head;
    return head_kind(stream->at, have) == HEAD_NONE && head_inside(stream->at, len, have) == len
               ? len
               : 0;
}

static size_t feed_head(struct classic *classic, char *to, size_t size)
{
    size_t n = size < classic->header_left ? size : classic->header_left;

    memory_copy(to, classic->header + HEAD_BYTES - classic->header_left, n);
    classic->header_left -= n;
    return n;
}

/* Octets of the record that was staged, then of those behind it that need no second look and have
 * room: what a live capture shows is never kept back for what has not come yet. */
static ssize_t feed(void *cookie, char *to, size_t size)
{
    struct classic *classic = cookie;
    size_t fed = 0, next;

    if (classic->header_left)
        return (ssize_t)feed_head(classic, to, size);
    if (!classic->left && !stage(classic))
        return 0;
    next = size < classic->left ? size : classic->left;
    classic->left -= next;
    do {
        memory_copy(to + fed, classic->stream->at, next);
        stream_take(classic->stream, next);
        fed += next;
    } while (!classic->left && (next = plain_record(classic)) > 0 && next <= size - fed);
    return (ssize_t)fed;
}

/* libpcap cuts packets to the header's snapshot length; some writers state less than they wrote. */
static void raise_snaplen(struct classic *classic)
{
    uint8_t *at = classic->header + 16;

    for (int i = 0; i < 4; i++)
        at[classic->head.big ? 3 - i : i] = (uint8_t)(LIMIT_PACKET_BYTES >> (8 * i) & 0xff);
}

struct classic *classic_open(struct stream *stream)
{
    struct classic *classic = memory_get(1, sizeof *classic);
    FILE *file = fopencookie(classic, "rb", (cookie_io_functions_t){.read = feed});

    classic->stream = stream;
    classic->head = head_read(stream->at);
    memory_copy(classic->header, stream->at, HEAD_BYTES);
    raise_snaplen(classic);
    stream_take(stream, HEAD_BYTES);
    classic->offset = stream_offset(stream);
    classic->header_left = HEAD_BYTES;
    classic->why = RECORD_PACKET;
    if (!file)
        return classic;
    /* Without a buffer every octet would be a call; nobody else uses this FILE. */
    classic->buffer = memory_grow(NULL, BUFFER, 1);
    setvbuf(file, (char *)classic->buffer, _IOFBF, BUFFER);
    __fsetlocking(file, FSETLOCKING_BYCALLER);
    classic->pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO,
                                                             classic->refused);
    if (!classic->pcap)
        fclose(file);
    return classic;
}

void classic_close(struct classic *classic)
{
    if (!classic)
        return;
    if (classic->pcap)
        pcap_close(classic->pcap);
    memory_free(classic->buffer);
    memory_free(classic);
}

enum record classic_next(struct classic *classic, struct packet *packet, struct trouble *trouble)
{
    struct pcap_pkthdr *header = NULL;
    const u_char *data = NULL;
    int result = classic->pcap ? pcap_next_ex(classic->pcap, &header, &data) : PCAP_ERROR;

    if (result == 1) {
        /* Seconds are unsigned (draft-ietf-opsawg-pcap section 5): they end in 2106, not 2038. */
        packet->when = (int64_t)(uint32_t)header->ts.tv_sec * WHEN_SECOND + header->ts.tv_usec;
        packet->bytes = (struct slice){data, header->caplen};
        packet->len = header->len < header->caplen ? header->caplen : header->len;
        packet->link = classic->head.link;
        packet->interface = 0;
        packet->direction = DIRECTION_UNKNOWN;
        packet->offset = classic->offset;
        classic->offset += record_bytes(&classic->head) + header->caplen;
        return RECORD_PACKET;
    }
    if (result == PCAP_ERROR && classic->why == RECORD_PACKET)
        return record_trouble(trouble, RECORD_LOST, classic->offset, "%s",
                              classic->pcap ? pcap_geterr(classic->pcap) : classic->refused);
    *trouble = classic->trouble;
    return classic->why;
}
