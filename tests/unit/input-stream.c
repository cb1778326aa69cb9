// SPDX-License-Identifier: BSD-2-Clause
// Streams: what is lent, seams of reads, decompression, ends.
#include <lzma.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <zlib.h>
#include <zstd.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "input/stream.h"
#include "input-capture.h"

enum { SIZE = 700 * 1000 };

/* Bytes that tell their place and do not compress to nothing. */
static uint8_t byte_at(uint64_t at)
{
    return (uint8_t)((at * UINT64_C(0x9e3779b97f4a7c15)) >> 56) & (at % 3 ? 0x0f : 0xff);
}

static uint8_t *bytes_make(size_t len)
{
    uint8_t *bytes = memory_get(len, 1);

    for (size_t i = 0; i < len; i++)
        bytes[i] = byte_at(i);
    return bytes;
}

static void gzip_add(struct text *out, const uint8_t *at, size_t len)
{
    static uint8_t room[SIZE * 2];
    z_stream gzip = {0};

    assert_int_equal(deflateInit2(&gzip, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY),
                     Z_OK);
    gzip.next_in = (z_const Bytef *)at;
    gzip.avail_in = (uInt)len;
    gzip.next_out = room;
    gzip.avail_out = sizeof room;
    assert_int_equal(deflate(&gzip, Z_FINISH), Z_STREAM_END);
    text_add(out, (char *)room, sizeof room - gzip.avail_out);
    deflateEnd(&gzip);
}

static void zstd_add(struct text *out, const uint8_t *at, size_t len)
{
    static uint8_t room[SIZE * 2];
    size_t got = ZSTD_compress(room, sizeof room, at, len, 3);

    assert_false(ZSTD_isError(got));
    text_add(out, (char *)room, got);
}

static void xz_add(struct text *out, const uint8_t *at, size_t len)
{
    static uint8_t room[SIZE * 2];
    size_t got = 0;

    assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC32, NULL, at, len, room, &got,
                                             sizeof room), LZMA_OK);
    text_add(out, (char *)room, got);
}

static void plain_add(struct text *out, const uint8_t *at, size_t len)
{
    text_add(out, (const char *)at, len);
}

static const struct {
    const char *name; /* of the compression */
    void (*add)(struct text *out, const uint8_t *at, size_t len);
} ways[] = {{NULL, plain_add}, {"gzip", gzip_add}, {"zstd", zstd_add}, {"xz", xz_add}};
enum { WAYS = sizeof ways / sizeof ways[0] };

/* Reads all in pieces of pseudo-random length; returns how much came. */
static uint64_t read_all(struct stream *stream)
{
    uint64_t at = 0, seed = 1;

    for (;;) {
        size_t want, got;

        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
        want = seed >> 60 == 0 ? (size_t)(seed >> 33) % LIMIT_FRAME_BYTES
                               : (size_t)(seed >> 33) % 600 + 1;
        got = stream_want(stream, want);
        if (got == 0)
            return at;
        got = got < want ? got : want;
        for (size_t i = 0; i < got; i++) {
            if (stream->at[i] != byte_at(at + i))
                fail_msg("byte %ju", (uintmax_t)(at + i));
        }
        stream_take(stream, got);
        at += got;
        assert_int_equal(stream_offset(stream), at);
        if (seed >> 59 == 3)
            at += stream_skip(stream, 100 * 1000);
    }
}

static void test_whole(void **state)
{
    static const size_t read_sizes[] = {LIMIT_READ_BYTES, LIMIT_LOOK_BYTES, 64};
    uint8_t *bytes = bytes_make(SIZE);

    (void)state;
    for (int way = 0; way < WAYS; way++) {
        for (size_t size = 0; size < 3; size++) {
            struct stream stream;
            struct error error;
            struct text file = {0};

            /* two members, frames or streams behind one another */
            ways[way].add(&file, bytes, SIZE / 2);
            ways[way].add(&file, bytes + SIZE / 2, SIZE - SIZE / 2);
            assert_int_equal(stream_open(&stream, file_of(&file), read_sizes[size], &error), 0);
            assert_true(stream.regular);
            assert_int_equal(stream.size, file.len);
            if (ways[way].name)
                assert_string_equal(stream_compression(&stream), ways[way].name);
            else
                assert_null(stream_compression(&stream));
            assert_int_equal(read_all(&stream), SIZE);
            assert_int_equal(stream.state, STREAM_END);
            assert_int_equal(stream.raw_bytes, file.len);
            stream_close(&stream);
            text_done(&file);
        }
        files_remove(NULL);
    }
    memory_free(bytes);
}

static void test_cut_and_damaged(void **state)
{
    uint8_t *bytes = bytes_make(SIZE);
    char why[96];

    (void)state;
    for (int way = 1; way < WAYS; way++) {
        struct text file = {0};
        struct stream stream;
        struct error error;
        uint64_t got;

        ways[way].add(&file, bytes, SIZE);
        assert_int_equal(stream_open(&stream, file_make(file.at, file.len - 3), LIMIT_READ_BYTES,
                                     &error), 0);
        got = read_all(&stream);
        assert_true(got > SIZE / 2);
        assert_int_equal(stream.state, STREAM_CUT);
        stream_why(&stream, why, sizeof why);
        assert_non_null(strstr(why, "ends early"));
        stream_close(&stream);

        text_add_string(&file, "something else");
        assert_int_equal(stream_open(&stream, file_of(&file), LIMIT_READ_BYTES, &error), 0);
        assert_int_equal(read_all(&stream), SIZE);
        assert_int_equal(stream.state, STREAM_DAMAGED);
        stream_why(&stream, why, sizeof why);
        assert_non_null(strstr(why, "is damaged"));
        stream_close(&stream);
        text_done(&file);
    }
    memory_free(bytes);
}

static void test_gzip_padding(void **state)
{
    uint8_t *bytes = bytes_make(1000);
    struct text file = {0};
    struct stream stream;
    struct error error;

    (void)state;
    gzip_add(&file, bytes, 1000);
    text_add_fill(&file, 0, 512);
    assert_int_equal(stream_open(&stream, file_of(&file), LIMIT_READ_BYTES, &error), 0);
    assert_int_equal(read_all(&stream), 1000);
    assert_int_equal(stream.state, STREAM_END);
    stream_close(&stream);
    text_done(&file);
    memory_free(bytes);
}

/* What a pipe has given is lent at once; more is waited for only where more is wanted. */
static void test_slow_pipe(void **state)
{
    int ends[2], saved = dup(STDIN_FILENO);
    struct stream stream;
    struct error error;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    assert_int_equal(write(ends[1], "0123456", 7), 7);
    assert_int_equal(stream_open(&stream, "-", LIMIT_READ_BYTES, &error), 0);
    assert_false(stream.regular);
    assert_int_equal(stream_want(&stream, 7), 7);
    assert_int_equal(write(ends[1], "789", 3), 3);
    stream_take(&stream, 6);
    assert_int_equal(stream_want(&stream, 2), 4);
    assert_memory_equal(stream.at, "6789", 4);
    close(ends[1]);
    assert_int_equal(stream_want(&stream, 5), 4);
    assert_int_equal(stream.state, STREAM_END);
    stream_close(&stream);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
}

static void test_park(void **state)
{
    uint8_t *bytes = bytes_make(SIZE);

    (void)state;
    for (int way = 0; way < WAYS; way++) {
        struct text file = {0};
        struct stream stream;
        struct error error;
        const char *name;
        uint64_t at = 0;

        ways[way].add(&file, bytes, SIZE);
        name = file_of(&file);
        assert_int_equal(stream_open(&stream, name, LIMIT_LOOK_BYTES, &error), 0);
        for (; stream_want(&stream, 1000) >= 1000; at += 1000) {
            assert_int_equal(stream.at[7], byte_at(at + 7));
            stream_take(&stream, 1000);
            stream_park(&stream);
        }
        assert_int_equal(at, SIZE);
        stream_close(&stream);

        text_done(&file);
    }
    memory_free(bytes);
}

/* Another file of the same name is not read on. */
static void test_park_replaced(void **state)
{
    uint8_t *bytes = bytes_make(SIZE);
    const char *name = file_make(bytes, SIZE), *other = file_make(bytes, SIZE);
    struct stream stream;
    struct error error;
    char why[96];

    (void)state;
    assert_int_equal(stream_open(&stream, name, LIMIT_LOOK_BYTES, &error), 0);
    stream_park(&stream);
    assert_int_equal(rename(other, name), 0);
    assert_int_equal(stream_skip(&stream, SIZE), LIMIT_LOOK_BYTES);
    assert_int_equal(stream.state, STREAM_FAILED);
    stream_why(&stream, why, sizeof why);
    assert_string_equal(why, "the file was replaced while it was read");
    stream_close(&stream);
    memory_free(bytes);
}

static void test_no_file(void **state)
{
    static const struct {
        const char *path, *is;
    } cases[] = {
        {"/tmp", "is a folder"},
        {"/tmp/no such file of dnstap-analyse", "no such file"},
        {"/dev/null/x", "a part of its path is not a folder"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct stream stream;
        struct error error;

        assert_int_equal(stream_open(&stream, cases[i].path, LIMIT_READ_BYTES, &error), -1);
        assert_int_equal(error.code, ERROR_INPUT);
        assert_string_equal(error.text, cases[i].is);
        stream_close(&stream);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_whole, files_remove),
        cmocka_unit_test_teardown(test_cut_and_damaged, files_remove),
        cmocka_unit_test_teardown(test_gzip_padding, files_remove),
        cmocka_unit_test(test_slow_pipe),
        cmocka_unit_test_teardown(test_park, files_remove),
        cmocka_unit_test_teardown(test_park_replaced, files_remove),
        cmocka_unit_test(test_no_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
