// SPDX-License-Identifier: BSD-2-Clause
#include "input/dnstap/frames.h"

#include <fstrm.h>
#include <inttypes.h>

#include "base/limits.h"
#include "input/cut.h"
#include "input/dnstap/control.h"

enum {
    LENGTH = 4,  /* octets of a length field */
    SEARCH = 64, /* octets of a START frame that control_search wants to see, rounded up */
};

static uint32_t big(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void frames_open(struct frames *frames, struct stream *stream, struct input_facts *facts)
{
    *frames = (struct frames){.stream = stream, .facts = facts};
    frames->control = fstrm_control_init();
}

void frames_close(struct frames *frames)
{
    if (frames->control)
        fstrm_control_destroy(&frames->control);
}

/* Looks for a START frame from `at` on, within the next LEN octets; steps over what stands before
 * it.  False, with all of it stepped over, where there is none. */
static bool search(struct frames *frames, uint64_t len)
{
    struct stream *stream = frames->stream;

    for (;;) {
        size_t left = stream_want(stream, SEARCH), found, step;

        if (left == 0)
            return false;
        found = control_search(stream->at, left);
        if (found < left) {
            if (found >= len) {
                stream_take(stream, (size_t)len);
                return false;
            }
            stream_take(stream, found);
            return true;
        }
        /* A START frame may begin in the last octets at hand, unless nothing comes behind them. */
        step = left >= SEARCH ? left - (SEARCH - 1) : left;
        if (step >= len) {
            stream_take(stream, (size_t)len);
            return false;
        }
        stream_take(stream, step);
        len -= step;
    }
}

static enum frame_kind gap(struct frames *frames, struct frame *frame, enum skip_reason reason)
{
    frames->facts->skips.n[reason]++;
    frame->number = frames->facts->frames;
    frame->payload = (struct slice){NULL, 0};
    return FRAME_GAP;
}

/* Nothing at the place of FRAME makes sense: the walk goes on at the next START frame, if any. */
static enum frame_kind lost(struct frames *frames, struct frame *frame, enum skip_reason reason)
{
    stream_skip(frames->stream, 1);
    if (!search(frames, UINT64_MAX))
        cut_note(frames->facts, frames->stream, frame->offset,
                 "what stands there is no frame, and no stream begins behind it");
    return gap(frames, frame, reason);
}

/* The end comes inside the frame at `at`; a stream may have been joined behind the cut one. */
static enum frame_kind cut_frame(struct frames *frames, struct frame *frame, uint64_t len)
{
    struct stream *stream = frames->stream;
    uint64_t have = stream_left(stream) - LENGTH;

    stream_take(stream, 1);
    if (search(frames, UINT64_MAX))
        return gap(frames, frame, SKIP_UNDECODABLE);
    cut_note(frames->facts, stream, frame->offset,
             "ends inside a frame (%" PRIu64 " of %" PRIu64 " bytes)", have, len);
    return FRAME_END;
}

/* A frame that is too long to be kept.  A length that is nonsense hides what comes behind it. */
static enum frame_kind oversized(struct frames *frames, struct frame *frame, uint64_t len)
{
    struct stream *stream = frames->stream;
    uint64_t behind = frame->offset + LENGTH + len;

    stream_take(stream, 1);
    if (search(frames, LENGTH - 1 + len))
        return gap(frames, frame, SKIP_OVERSIZED);
    if (stream_offset(stream) < behind)
        cut_note(frames->facts, stream, frame->offset,
                 "ends inside a frame (%" PRIu64 " of %" PRIu64 " bytes)",
                 stream_offset(stream) - frame->offset - LENGTH, len);
    else
        frames->facts->frames++;
    return gap(frames, frame, SKIP_OVERSIZED);
}

/* Takes a control frame in; false where it is none or has no place here. */
static bool control(struct frames *frames, const uint8_t *at, size_t len)
{
    struct control control = control_read(frames->control, at, len);

    switch (control.type) {
    case CONTROL_START:
        frames->connection++;
        frames->stopped = frames->facts->stopped = false;
        return control.dnstap;
    case CONTROL_STOP:
        frames->stopped = frames->facts->stopped = true;
        return true;
    case CONTROL_READY:
    case CONTROL_ACCEPT:
    case CONTROL_FINISH:
        return control.dnstap;
    case CONTROL_BAD:
        break;
    }
    return false;
}

/* A control frame stands at `at`.  FRAME_DATA: it was taken in, go on. */
static enum frame_kind control_frame(struct frames *frames, struct frame *frame)
{
    struct stream *stream = frames->stream;
    size_t left = stream_want(stream, 2 * LENGTH);
    uint32_t len;

    if (left < 2 * LENGTH) {
        cut_note(frames->facts, stream, frame->offset, "ends inside a control frame");
        return FRAME_END;
    }
    len = big(stream->at + LENGTH);
    if (len < LENGTH || len > LIMIT_CONTROL_BYTES)
        return lost(frames, frame, SKIP_CONTROL);
    left = stream_want(stream, 2 * LENGTH + len);
    if (left < 2 * LENGTH + len) {
        stream_take(stream, 1);
        if (search(frames, UINT64_MAX))
            return gap(frames, frame, SKIP_CONTROL);
        cut_note(frames->facts, stream, frame->offset, "ends inside a control frame");
        return FRAME_END;
    }
    if (!control(frames, stream->at + 2 * LENGTH, len)) {
        /* A cut stream's last octets may look like the head of one. */
        if (control_search(stream->at + 1, 2 * LENGTH + len - 1) < 2 * LENGTH + len - 1)
            return lost(frames, frame, SKIP_CONTROL);
        stream_take(stream, 2 * LENGTH + len);
        return gap(frames, frame, SKIP_CONTROL);
    }
    stream_take(stream, 2 * LENGTH + len);
    return FRAME_DATA;
}

static enum frame_kind lend(struct frames *frames, struct frame *frame, uint32_t len)
{
    frames->lent = true;
    frames->lent_len = LENGTH + len;
    frame->number = ++frames->facts->frames;
    frame->payload = (struct slice){frames->stream->at + LENGTH, len};
    return FRAME_DATA;
}

/* A data frame stands at `at`. */
static enum frame_kind data_frame(struct frames *frames, struct frame *frame, uint32_t len)
{
    struct stream *stream = frames->stream;

    /* Behind STOP there is no data: what follows is not of this stream. */
    if (frames->stopped)
        return lost(frames, frame, SKIP_UNDECODABLE);
    if (len > LIMIT_FRAME_BYTES)
        return oversized(frames, frame, len);
    if (stream_left(stream) < LENGTH + len && stream_want(stream, LENGTH + len) < LENGTH + len)
        return cut_frame(frames, frame, len);
    return lend(frames, frame, len);
}

/* Whatever stands at `at`, at hand or not. */
static enum frame_kind any_frame(struct frames *frames, struct frame *frame)
{
    struct stream *stream = frames->stream;

    for (;;) {
        enum frame_kind kind;
        uint32_t len;

        frame->offset = stream_offset(stream);
        if (stream_left(stream) < LENGTH && stream_want(stream, LENGTH) < LENGTH) {
            cut_note(frames->facts, stream, frame->offset, "%s",
                     stream_left(stream) ? "ends inside a frame's length" : "");
            return FRAME_END;
        }
        len = big(stream->at);
        frame->connection = frames->connection;
        if (len != 0)
            return data_frame(frames, frame, len);
        kind = control_frame(frames, frame);
        if (kind != FRAME_DATA)
            return kind;
    }
}

enum frame_kind frames_next(struct frames *frames, struct frame *frame)
{
    struct stream *stream = frames->stream;
    size_t left;
    uint32_t len;

    if (frames->lent)
        stream_take(stream, frames->lent_len);
    frames->lent = false;
    left = stream_left(stream);
    if (left < LENGTH || frames->stopped)
        return any_frame(frames, frame);
    len = big(stream->at);
    if (len == 0 || len > LIMIT_FRAME_BYTES || len > left - LENGTH)
        return any_frame(frames, frame);
    frame->offset = stream->total - left;
    frame->connection = frames->connection;
    return lend(frames, frame, len);
}

bool frames_hold_start(struct frames *frames)
{
    size_t len = frames->lent_len, left = stream_want(frames->stream, len + SEARCH);

    return control_search(frames->stream->at + 1, left - 1) < len - 1;
}

void frames_refuse(struct frames *frames)
{
    frames->facts->skips.n[SKIP_UNDECODABLE]++;
    frames->lent = false;
    stream_take(frames->stream, 1);
    /* The joined stream's START may begin in the length field, and end behind the frame. */
    if (search(frames, frames->lent_len - 1))
        frames->facts->frames--; /* what stood there was the rest of a cut frame */
}
