// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_STREAM_H
#define INPUT_STREAM_H
/*
 * The bytes of one input: a file or standard input ("-"), decompressed by content.  They are lent
 * out of one buffer that is filled by large read(2) calls; nothing is copied but what stands at
 * the seam of two reads.  What has come is lent at once: a slow pipe never has to fill the buffer.
 *
 * A read that a signal interrupts (a handler without SA_RESTART), or stream_stop, ends the stream
 * as STREAM_INTERRUPTED.
 */
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/error.h"

/* Not 0: every stream ends as STREAM_INTERRUPTED at its next read. */
extern volatile sig_atomic_t stream_stop;

enum stream_state {
    STREAM_OPEN,
    STREAM_END,         /* nothing more will come */
    STREAM_CUT,         /* the compressed data ends early */
    STREAM_DAMAGED,     /* the compressed data contradicts itself */
    STREAM_FAILED,      /* read(2) failed */
    STREAM_INTERRUPTED, /* a signal: nobody knows what would have come */
};

struct stream {
    const uint8_t *at, *end; /* bytes at hand: read by others, moved by stream_take() */
    enum stream_state state; /* of what comes behind `end` */
    uint64_t total;          /* decompressed bytes up to `end` */
    uint64_t raw_bytes;      /* read so far, as they stand in the file */
    uint64_t size;           /* of a regular file; 0 else */
    bool regular;
    int failure;             /* errno of STREAM_FAILED */
    struct stream_inside *inside;
};

/* Opens PATH and its decompressor.  READ_BYTES: one read(2).  The text of ERROR (ERROR_INPUT) is
 * what PATH is instead, without its name: "no such file", "is a folder" … */
int stream_open(struct stream *stream, const char *path, size_t read_bytes, struct error *error);
void stream_close(struct stream *stream); /* takes a half-opened one, and one that is all zero */

/* Makes at least WANT bytes stand at `at` if they come at all; returns how many stand there, which
 * may be more.  Bytes lent before are gone after it.  WANT: at most twice LIMIT_FRAME_BYTES. */
size_t stream_want(struct stream *stream, size_t want);
/* Steps over LEN bytes, at hand or not; returns how many there were. */
uint64_t stream_skip(struct stream *stream, uint64_t len);

static inline size_t stream_left(const struct stream *stream)
{
    return (size_t)(stream->end - stream->at);
}

/* Moves on over bytes at hand. */
static inline void stream_take(struct stream *stream, size_t len)
{
    stream->at += len;
}

/* Decompressed bytes in front of `at`. */
static inline uint64_t stream_offset(const struct stream *stream)
{
    return stream->total - stream_left(stream);
}

/* "gzip", "zstd", "xz"; NULL. */
const char *stream_compression(const struct stream *stream);
/* Why the stream ended, for "at byte N: …": "the gzip data ends early"; "" for a clean end. */
void stream_why(const struct stream *stream, char *text, size_t size);
/* Gives the file back to the system until the next read (regular files; else nothing happens). */
void stream_park(struct stream *stream);

#endif
