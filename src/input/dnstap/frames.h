// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_DNSTAP_FRAMES_H
#define INPUT_DNSTAP_FRAMES_H
/*
 * The walk over Frame Streams (https://farsightsec.github.io/fstrm/): 32-bit big-endian lengths,
 * data frames, control frames behind a length of 0.  Bounded: no frame over LIMIT_FRAME_BYTES is
 * kept.  Takes recordings of both directions' rules (a file that begins with READY, holds ACCEPT
 * or FINISH), streams behind one another, streams without STOP or START, and finds the START of a
 * stream that was joined behind a cut one.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "input/inputs.h"
#include "input/stream.h"

enum frame_kind {
    FRAME_END,
    FRAME_DATA,
    FRAME_GAP, /* something that could not be read was stepped over and counted */
};

struct frame {
    uint64_t offset;      /* of its length field in the decompressed input */
    uint64_t number;      /* data frames from 1 on, unreadable ones too; of a gap: the last one */
    uint32_t connection;  /* START frames before it */
    struct slice payload; /* lent until the next call */
};

struct frames {
    struct stream *stream;
    struct input_facts *facts; /* frames, stopped, cut and skips are kept there */
    struct fstrm_control *control;
    uint32_t connection;
    bool stopped; /* behind STOP: only a control frame may follow */
    bool lent;    /* the last data frame still stands at the stream's `at` */
    uint32_t lent_len;
};

void frames_open(struct frames *frames, struct stream *stream, struct input_facts *facts);
void frames_close(struct frames *frames);
enum frame_kind frames_next(struct frames *frames, struct frame *frame);
/* The payload of the data frame that was just lent is no dnstap.  It is counted as undecodable;
 * where a START frame stands inside it, the walk goes on there. */
void frames_refuse(struct frames *frames);

/* Whether a START frame stands inside the data frame that was just lent, whose payload is not to be
 * used any more. */
bool frames_hold_start(struct frames *frames);

#endif
