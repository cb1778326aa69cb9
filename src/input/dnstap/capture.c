// SPDX-License-Identifier: BSD-2-Clause
#include "input/dnstap/capture.h"

#include <fstrm.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "input/dnstap/control.h"
#include "input/dnstap/dnstap.h"
#include "input/dnstap/frames.h"

struct capture {
    struct input_facts *facts;
    struct frames frames;
    struct dnstap_program program;
    bool bad_run; /* the frame before could not be decoded: one gap tells of them all */
};

enum { LENGTH = 4, PAYLOAD_LOOK = 4096, PROBE_FRAMES = 3 };

static bool is_dnstap(const uint8_t *payload, size_t len)
{
    struct dnstap_fields fields;

    return len && dnstap_decode(payload, len, &fields) == DNSTAP_MESSAGE;
}

bool dnstap_is_payload(struct stream *stream)
{
    size_t len = stream_want(stream, PAYLOAD_LOOK);

    return stream->state != STREAM_OPEN && len <= LIMIT_FRAME_BYTES && is_dnstap(stream->at, len);
}

static uint32_t big(const uint8_t *at)
{
    struct bytes bytes = bytes_of(at, LENGTH);

    return bytes_be32(&bytes);
}

/* A file that begins in the middle of a stream: its first frames must be dnstap. */
static enum format_fit probe_data(struct stream *stream)
{
    size_t at = 0;

    for (int i = 0; i < PROBE_FRAMES; i++) {
        uint32_t len;

        if (stream_want(stream, at + LENGTH) < at + LENGTH)
            break;
        len = big(stream->at + at);
        if (len == 0 && i > 0)
            break;
        if (len == 0 || len > UINT16_MAX * 2u || /* two DNS messages of the largest size */
            stream_want(stream, at + LENGTH + len) < at + LENGTH + len)
            return i > 0 ? FORMAT_FITS : FORMAT_OTHER;
        if (!is_dnstap(stream->at + at + LENGTH, len))
            return FORMAT_OTHER;
        at += LENGTH + len;
        /* A live stream shows its first frame and is believed. */
        if (stream_left(stream) < at + LENGTH)
            break;
    }
    return at ? FORMAT_FITS : FORMAT_OTHER;
}

static enum format_fit probe_control(struct stream *stream, struct error *error)
{
    struct fstrm_control *codec;
    struct control control;
    uint32_t len;

    if (stream_want(stream, 2 * LENGTH) < 2 * LENGTH)
        return FORMAT_OTHER;
    len = big(stream->at + LENGTH);
    if (len < LENGTH || len > LIMIT_CONTROL_BYTES)
        return FORMAT_OTHER;
    if (stream_want(stream, 2 * LENGTH + len) < 2 * LENGTH + len) {
        error_set(error, ERROR_INPUT, "is a Frame Streams file that ends inside its first control "
                                      "frame (after byte %zu)", stream_left(stream));
        return FORMAT_UNUSABLE;
    }
    codec = fstrm_control_init();
    control = control_read(codec, stream->at + 2 * LENGTH, len);
    fstrm_control_destroy(&codec);
    if (control.type == CONTROL_BAD)
        return FORMAT_OTHER;
    if (control.dnstap)
        return FORMAT_FITS;
    error_set(error, ERROR_INPUT, "is a Frame Streams file of the type \"%s\", not of dnstap "
                                  "(\"protobuf:dnstap.Dnstap\")", control.other);
    return FORMAT_UNUSABLE;
}

static enum format_fit probe(struct stream *stream, struct error *error)
{
    if (stream_want(stream, LENGTH) < LENGTH)
        return FORMAT_OTHER;
    return big(stream->at) == 0 ? probe_control(stream, error) : probe_data(stream);
}

static void *capture_open(struct stream *stream, const struct input_options *options,
                          struct input_facts *facts)
{
    struct capture *capture = memory_get(1, sizeof *capture);

    (void)options;
    capture->facts = facts;
    frames_open(&capture->frames, stream, facts);
    return capture;
}

static void capture_close(void *reader)
{
    struct capture *capture = reader;

    if (!capture)
        return;
    frames_close(&capture->frames);
    memory_free(capture);
}

__attribute__((noinline)) static void gap(struct input_item *item, const struct frame *frame)
{
    item->raw = (struct slice){NULL, 0};
    item->message = (struct message){.kind = MESSAGE_GAP,
                                     .frame = frame->number,
                                     .offset = frame->offset,
                                     .connection = frame->connection,
                                     .when = WHEN_NONE,
                                     .query_time = WHEN_NONE,
                                     .response_time = WHEN_NONE};
}

__attribute__((noinline)) static void count_producer(struct input_facts *facts,
                                                     const struct dnstap_program *program)
{
    memory_copy(facts->producer, program->name, sizeof facts->producer);
    memory_copy(facts->producer_version, program->version, sizeof facts->producer_version);
}

/* What the report says of the input as a whole. */
static void count(struct capture *capture, const struct message *message)
{
    struct input_facts *facts = capture->facts;

    if (message->when != WHEN_NONE) {
        if (facts->start == WHEN_NONE || message->when < facts->start)
            facts->start = message->when;
        if (message->when > facts->end)
            facts->end = message->when;
    }
    if (!message->no_payload)
        facts->payloads++;
    if (message->dns.reach != DNS_NOTHING && message->response)
        facts->responses++;
    else if (message->dns.reach != DNS_NOTHING)
        facts->queries++;
    if (!facts->producer[0] && !facts->producer_version[0] && capture->program.text_len)
        count_producer(facts, &capture->program);
}

/* A data frame that is no dnstap: the first one of a run is lent as a gap. */
__attribute__((noinline)) static int refuse(struct capture *capture, const struct frame *frame,
                                            struct input_item *item)
{
    struct frame bad = *frame;
    bool first = !capture->bad_run;

    frames_refuse(&capture->frames);
    bad.number = capture->facts->frames; /* without the rest of a cut one */
    capture->bad_run = true;
    if (first)
        gap(item, &bad);
    return first;
}

/* A data frame: 1 where it is one to be lent. */
static int take(struct capture *capture, const struct frame *frame, struct input_item *item)
{
    struct message *message = &item->message;
    struct dnstap_fields fields;

    switch (dnstap_decode(frame->payload.at, frame->payload.len, &fields)) {
    case DNSTAP_BAD:
        return refuse(capture, frame, item);
    case DNSTAP_NO_MESSAGE:
        /* A frame that was cut in its last octet ends in a zero of the stream joined behind it. */
        if (frames_hold_start(&capture->frames))
            return refuse(capture, frame, item);
        capture->facts->skips.n[SKIP_NO_MESSAGE]++;
        capture->bad_run = false;
        return 0;
    case DNSTAP_MESSAGE:
        break;
    }
    capture->bad_run = false;
    message->frame = frame->number;
    message->offset = frame->offset;
    message->connection = frame->connection;
    message->hash = 0;
    item->raw = frame->payload;
    dnstap_message(&fields, &capture->program, message, &capture->facts->skips);
    count(capture, message);
    return 1;
}

static int capture_next(void *reader, struct input_item *item)
{
    struct capture *capture = reader;
    struct frame frame;

    for (;;) {
        switch (frames_next(&capture->frames, &frame)) {
        case FRAME_END:
            return 0;
        case FRAME_GAP:
            capture->bad_run = false;
            gap(item, &frame);
            return 1;
        case FRAME_DATA:
            if (take(capture, &frame, item))
                return 1;
        }
    }
}

const struct input_format dnstap_format = {
    .name = "dnstap",
    .probe = probe,
    .open = capture_open,
    .next = capture_next,
    .close = capture_close,
};
