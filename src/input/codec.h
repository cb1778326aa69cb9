// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_CODEC_H
#define INPUT_CODEC_H
/*
 * Decompression of a stream that comes piece by piece: gzip (RFC 1952, several members), Zstandard
 * (RFC 8878, several and skippable frames) and xz (concatenated streams, stream padding).  Chosen
 * by the first bytes, never by a file's name.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CODEC_MAGIC_MAX 6 /* bytes that codec_find wants to see */

struct codec_io { /* moved on by codec_run */
    const uint8_t *in;
    size_t in_len;
    uint8_t *out;
    size_t out_len;
    bool last; /* behind IN there is nothing more */
};

struct codec; /* what makes a codec */
struct codec_run; /* one at work */

/* The codec whose magic number FIRST begins with; NULL where none does. */
const struct codec *codec_find(const uint8_t *first, size_t len);
const char *codec_name(const struct codec *codec); /* "gzip", "zstd", "xz" */

struct codec_run *codec_open(const struct codec *codec);
void codec_close(struct codec_run *run);
/* Decompresses what it can of IN into OUT.  False: the data is damaged. */
bool codec_run(struct codec_run *run, struct codec_io *io);
/* Whether everything seen so far is whole: the end may come here. */
bool codec_between(const struct codec_run *run);

#endif
