// SPDX-License-Identifier: BSD-2-Clause
#include "input/codec.h"

#include <limits.h>
#include <lzma.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/limits.h"
#include "base/memory.h"

struct codec {
    const char *name;
    size_t magic_len;
    uint8_t magic[CODEC_MAGIC_MAX];
    bool (*begin)(struct codec_run *run);
    bool (*run)(struct codec_run *run, struct codec_io *io);
    void (*end)(struct codec_run *run);
};

struct codec_run {
    const struct codec *codec;
    bool begun, between;
    z_stream gzip;
    lzma_stream xz;
    ZSTD_DStream *zstd;
};

/* zlib and our own counts differ in width. */
static unsigned narrow(size_t len)
{
    return len > UINT_MAX ? UINT_MAX : (unsigned)len;
}

static bool gzip_begin(struct codec_run *run)
{
    return inflateInit2(&run->gzip, MAX_WBITS + 16) == Z_OK;
}

/* Between members zeros are padding (tapes and block devices leave them); anything else must be
 * another member. */
static bool gzip_next_member(struct codec_run *run, struct codec_io *io)
{
    while (io->in_len && *io->in == 0) {
        io->in++;
        io->in_len--;
    }
    if (!io->in_len)
        return true;
    run->between = false;
    return inflateReset(&run->gzip) == Z_OK;
}

static bool gzip_run(struct codec_run *run, struct codec_io *io)
{
    z_stream *gzip = &run->gzip;
    unsigned in_len, out_len;
    int result;

    if (run->between && !gzip_next_member(run, io))
        return false;
    if (run->between)
        return true;
    in_len = narrow(io->in_len);
    out_len = narrow(io->out_len);
    gzip->next_in = (z_const Bytef *)io->in;
    gzip->avail_in = in_len;
    gzip->next_out = io->out;
    gzip->avail_out = out_len;
    result = inflate(gzip, Z_NO_FLUSH);
    io->in += in_len - gzip->avail_in;
    io->in_len -= in_len - gzip->avail_in;
    io->out += out_len - gzip->avail_out;
    io->out_len -= out_len - gzip->avail_out;
    run->between = result == Z_STREAM_END;
    return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR;
}

static void gzip_end(struct codec_run *run)
{
    inflateEnd(&run->gzip);
}

static bool zstd_begin(struct codec_run *run)
{
    run->zstd = ZSTD_createDStream();
    return run->zstd && !ZSTD_isError(ZSTD_DCtx_setParameter(run->zstd, ZSTD_d_windowLogMax,
                                                             LIMIT_ZSTD_WINDOW_LOG));
}

static bool zstd_run(struct codec_run *run, struct codec_io *io)
{
    ZSTD_inBuffer in = {io->in, io->in_len, 0};
    ZSTD_outBuffer out = {io->out, io->out_len, 0};
    size_t result;

    if (!io->in_len && run->between)
        return true;
    result = ZSTD_decompressStream(run->zstd, &out, &in);
    io->in += in.pos;
    io->in_len -= in.pos;
    io->out += out.pos;
    io->out_len -= out.pos;
    run->between = result == 0;
    return !ZSTD_isError(result);
}

static void zstd_end(struct codec_run *run)
{
    ZSTD_freeDStream(run->zstd);
}

static bool xz_begin(struct codec_run *run)
{
    run->xz = (lzma_stream)LZMA_STREAM_INIT;
    return lzma_stream_decoder(&run->xz, LIMIT_XZ_BYTES, LZMA_CONCATENATED) == LZMA_OK;
}

static bool xz_run(struct codec_run *run, struct codec_io *io)
{
    lzma_ret result;

    if (run->between)
        return true;
    run->xz.next_in = io->in;
    run->xz.avail_in = io->in_len;
    run->xz.next_out = io->out;
    run->xz.avail_out = io->out_len;
    result = lzma_code(&run->xz, io->last ? LZMA_FINISH : LZMA_RUN);
    io->in = run->xz.next_in;
    io->in_len = run->xz.avail_in;
    io->out = run->xz.next_out;
    io->out_len = run->xz.avail_out;
    run->between = result == LZMA_STREAM_END;
    return result == LZMA_OK || result == LZMA_STREAM_END || result == LZMA_BUF_ERROR;
}

static void xz_end(struct codec_run *run)
{
    lzma_end(&run->xz);
}

static const struct codec codecs[] = {
    {"gzip", 2, {0x1f, 0x8b}, gzip_begin, gzip_run, gzip_end},
    {"zstd", 4, {0x28, 0xb5, 0x2f, 0xfd}, zstd_begin, zstd_run, zstd_end},
    {"xz", 6, {0xfd, '7', 'z', 'X', 'Z', 0}, xz_begin, xz_run, xz_end},
};

const struct codec *codec_find(const uint8_t *first, size_t len)
{
    for (size_t i = 0; i < sizeof codecs / sizeof codecs[0]; i++) {
        if (len >= codecs[i].magic_len && memcmp(first, codecs[i].magic, codecs[i].magic_len) == 0)
            return &codecs[i];
    }
    return NULL;
}

const char *codec_name(const struct codec *codec)
{
    return codec->name;
}

struct codec_run *codec_open(const struct codec *codec)
{
    struct codec_run *run = memory_get(1, sizeof *run);

    run->codec = codec;
    run->begun = codec->begin(run);
    return run;
}

void codec_close(struct codec_run *run)
{
    if (!run)
        return;
    run->codec->end(run);
    memory_free(run);
}

bool codec_run(struct codec_run *run, struct codec_io *io)
{
    return run->begun && run->codec->run(run, io);
}

bool codec_between(const struct codec_run *run)
{
    return run->between;
}
