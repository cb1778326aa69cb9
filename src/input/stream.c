// SPDX-License-Identifier: BSD-2-Clause
#include "input/stream.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/memory.h"
#include "input/codec.h"

/* buffer: [head][room].  Reads go into the room; what is left over in front of a read is moved to
 * the end of the head, so that it stands right before the new bytes. */
struct stream_inside {
    int fd;      /* -1: parked */
    char *path;
    dev_t device;
    ino_t inode;
    size_t read_bytes;
    uint8_t *buffer;
    size_t head, room;
    const struct codec *codec;
    struct codec_run *run;
    uint8_t *raw; /* compressed bytes, where there is a codec */
    const uint8_t *raw_at;
    size_t raw_left;
    bool raw_end;
};

volatile sig_atomic_t stream_stop;

static uint8_t *room_of(const struct stream_inside *inside)
{
    return inside->buffer + inside->head;
}

static const char *open_failure(int code)
{
    switch (code) {
    case ENOENT:
        return "no such file";
    case EACCES:
    case EPERM:
        return "no permission to read it";
    case ENOTDIR:
        return "a part of its path is not a folder";
    case EMFILE:
    case ENFILE:
        return "too many files are open";
    default:
        return NULL;
    }
}

static int fail(struct error *error, int code)
{
    const char *words = open_failure(code);

    if (words)
        return error_set(error, ERROR_INPUT, "%s", words);
    return error_set(error, ERROR_INPUT, "cannot be opened: %s", strerror(code));
}

static void buffer_make(struct stream_inside *inside, size_t head, size_t room)
{
    inside->buffer = memory_grow(NULL, head + room, 1);
    inside->head = head;
    inside->room = room;
}

/* A parked file again, where it stopped; -1 where it is not the same file any more. */
static int reopen(struct stream *stream)
{
    struct stream_inside *inside = stream->inside;
    int fd = open(inside->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat status;

    if (fd < 0)
        return -1;
    if (fstat(fd, &status) != 0 || status.st_dev != inside->device ||
        status.st_ino != inside->inode || lseek(fd, (off_t)stream->raw_bytes, SEEK_SET) < 0) {
        close(fd);
        errno = ESTALE;
        return -1;
    }
    return fd;
}

/* One read(2) as it stands in the file; 0 at the end, after a failure and after a signal. */
static size_t read_raw(struct stream *stream, uint8_t *to, size_t len)
{
    struct stream_inside *inside = stream->inside;
    ssize_t got = -1;

    if (stream_stop) {
        stream->state = STREAM_INTERRUPTED;
        return 0;
    }
    if (inside->fd < 0)
        inside->fd = reopen(stream);
    if (inside->fd >= 0)
        got = read(inside->fd, to, len);
    if (got > 0) {
        stream->raw_bytes += (uint64_t)got;
        return (size_t)got;
    }
    if (got == 0) {
        stream->state = STREAM_END;
        return 0;
    }
    stream->failure = errno;
    stream->state = stream->failure == EINTR ? STREAM_INTERRUPTED : STREAM_FAILED;
    return 0;
}

/* Compressed bytes, when all are used up.  False: reading cannot go on. */
static bool raw_fill(struct stream *stream)
{
    struct stream_inside *inside = stream->inside;

    if (inside->raw_left || inside->raw_end)
        return true;
    inside->raw_left = read_raw(stream, inside->raw, inside->read_bytes);
    inside->raw_at = inside->raw;
    inside->raw_end = stream->state == STREAM_END;
    return inside->raw_left || inside->raw_end;
}

/* Decompresses until at least a byte has come. */
static size_t read_codec(struct stream *stream, uint8_t *to, size_t len)
{
    struct stream_inside *inside = stream->inside;

    for (;;) {
        struct codec_io io;
        bool good, moved;

        if (!raw_fill(stream))
            return 0;
        io = (struct codec_io){inside->raw_at, inside->raw_left, to, len, inside->raw_end};
        good = codec_run(inside->run, &io);
        moved = io.in_len < inside->raw_left || io.out_len < len;
        inside->raw_at = io.in;
        inside->raw_left = io.in_len;
        stream->state = STREAM_OPEN;
        if (!good)
            stream->state = STREAM_DAMAGED;
        else if (inside->raw_end && !moved)
            stream->state = codec_between(inside->run) ? STREAM_END : STREAM_CUT;
        if (io.out_len < len || stream->state != STREAM_OPEN)
            return len - io.out_len;
    }
}

/* Moves the bytes at hand in front of the room, into a larger buffer where WANT needs one. */
static void make_room(struct stream *stream, size_t want)
{
    struct stream_inside *inside = stream->inside;
    size_t left = stream_left(stream);
    uint8_t *old = NULL;

    if (want > inside->room || left > inside->head) {
        size_t step = inside->read_bytes, size = (want + step - 1) / step * step;

        old = inside->buffer;
        buffer_make(inside, size, size);
    }
    memory_copy(room_of(inside) - left, stream->at, left);
    memory_free(old);
    stream->at = room_of(inside) - left;
    stream->end = room_of(inside);
}

/* One read into the room behind the bytes at hand. */
static void fill_once(struct stream *stream, size_t want)
{
    struct stream_inside *inside = stream->inside;
    size_t left = stream_left(stream), space, got;
    uint8_t *to;

    if (left == 0)
        stream->at = stream->end = room_of(inside);
    space = (size_t)(room_of(inside) + inside->room - stream->end);
    /* Bytes that lie in the head already have the whole room behind them: enough for every WANT
     * that this buffer was made for. */
    if (space < want - left || (stream->at >= room_of(inside) && space < inside->room / 2)) {
        make_room(stream, want);
        space = inside->room;
    }
    to = room_of(inside) + (inside->room - space);
    got = inside->run ? read_codec(stream, to, space) : read_raw(stream, to, space);
    stream->end = to + got;
    stream->total += got;
}

size_t stream_want(struct stream *stream, size_t want)
{
    assert(want <= 2 * (size_t)LIMIT_FRAME_BYTES);
    while (stream_left(stream) < want && stream->state == STREAM_OPEN)
        fill_once(stream, want);
    return stream_left(stream);
}

uint64_t stream_skip(struct stream *stream, uint64_t len)
{
    uint64_t skipped = 0;

    while (skipped < len && stream_want(stream, 1)) {
        size_t left = stream_left(stream);
        size_t step = len - skipped < left ? (size_t)(len - skipped) : left;

        stream_take(stream, step);
        skipped += step;
    }
    return skipped;
}

/* What has been read so far becomes compressed input where its first bytes say so. */
static void codec_begin(struct stream *stream)
{
    struct stream_inside *inside = stream->inside;
    size_t left = stream_want(stream, CODEC_MAGIC_MAX);

    inside->codec = codec_find(stream->at, left);
    if (!inside->codec)
        return;
    inside->run = codec_open(inside->codec);
    inside->raw = inside->buffer;
    inside->raw_at = stream->at;
    inside->raw_left = left;
    inside->raw_end = stream->state == STREAM_END;
    buffer_make(inside, inside->head, inside->room);
    stream->at = stream->end = room_of(inside);
    stream->total = 0;
    stream->state = STREAM_OPEN;
}

static int file_open(struct stream *stream, const char *path, struct error *error)
{
    struct stream_inside *inside = stream->inside;
    bool standard = strcmp(path, "-") == 0;
    struct stat status;

    inside->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (inside->fd < 0 || fstat(inside->fd, &status) != 0)
        return fail(error, errno);
    if (S_ISDIR(status.st_mode))
        return error_set(error, ERROR_INPUT, "is a folder");
    inside->path = memory_string(path);
    inside->device = status.st_dev;
    inside->inode = status.st_ino;
    stream->regular = S_ISREG(status.st_mode) && !standard;
    if (S_ISREG(status.st_mode) && status.st_size > 0)
        stream->size = (uint64_t)status.st_size;
    return 0;
}

int stream_open(struct stream *stream, const char *path, size_t read_bytes, struct error *error)
{
    *stream = (struct stream){.inside = memory_get(1, sizeof *stream->inside)};
    stream->inside->fd = -1;
    stream->inside->read_bytes = read_bytes;
    if (file_open(stream, path, error) != 0) {
        stream_close(stream);
        return -1;
    }
    buffer_make(stream->inside, read_bytes / 4, read_bytes);
    codec_begin(stream);
    return 0;
}

void stream_close(struct stream *stream)
{
    struct stream_inside *inside = stream->inside;

    if (!inside)
        return;
    if (inside->fd >= 0 && inside->fd != STDIN_FILENO)
        close(inside->fd);
    codec_close(inside->run);
    memory_free(inside->raw);
    memory_free(inside->buffer);
    memory_free(inside->path);
    memory_free(inside);
    *stream = (struct stream){.state = STREAM_END};
}

const char *stream_compression(const struct stream *stream)
{
    const struct stream_inside *inside = stream->inside;

    return inside && inside->codec ? codec_name(inside->codec) : NULL;
}

void stream_why(const struct stream *stream, char *text, size_t size)
{
    text[0] = 0;
    if (stream->state == STREAM_CUT)
        snprintf(text, size, "the %s data ends early", stream_compression(stream));
    else if (stream->state == STREAM_DAMAGED)
        snprintf(text, size, "the %s data is damaged", stream_compression(stream));
    else if (stream->state == STREAM_FAILED && stream->failure == ESTALE)
        snprintf(text, size, "the file was replaced while it was read");
    else if (stream->state == STREAM_FAILED)
        snprintf(text, size, "reading failed: %s", strerror(stream->failure));
}

void stream_park(struct stream *stream)
{
    struct stream_inside *inside = stream->inside;

    if (!inside || !stream->regular || inside->fd < 0)
        return;
    close(inside->fd);
    inside->fd = -1;
}
