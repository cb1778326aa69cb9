// SPDX-License-Identifier: BSD-2-Clause
// Classic captures, and captures of both kinds behind one another: whole, cut, damaged, joined.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "input/message.h"
#include "input/pcap/head.h"
#include "pcap-reading.h"

static const struct classic_shape shapes[] = {
    {.magic = MAGIC_US, .link = 1},
    {.magic = MAGIC_US, .link = 113, .big = true},
    {.magic = MAGIC_NS, .link = 276},
    {.magic = MAGIC_NS, .link = 101, .big = true},
    {.magic = MAGIC_PATCHED, .link = 1},
    {.magic = MAGIC_PATCHED, .link = 1, .big = true},
};
#define START INT64_C(1700000000) /* seconds */
enum { SHAPES = sizeof shapes / sizeof shapes[0] };

/* Packets with the numbers FIRST to LAST, one a second, of 20 octets. */
static void put_classic(struct text *text, const struct classic_shape *shape, uint8_t first,
                        uint8_t last)
{
    uint8_t octets[20] = {0};

    put_file_header(text, shape);
    for (octets[0] = first; octets[0] <= last; octets[0]++)
        put_record(text, shape, (uint32_t)START + octets[0], 7, octets, sizeof octets);
}

static void put_pcapng(struct text *text, bool big, uint8_t first, uint8_t last)
{
    uint8_t octets[20] = {0};

    put_section(text, big, NULL);
    put_interface(text, big, 1, NULL);
    for (octets[0] = first; octets[0] <= last; octets[0]++)
        put_packet(text, big, 0, (uint64_t)(START + octets[0]) * 1000000, octets, sizeof octets,
                   NULL);
}

static void check_clean(struct text *capture, const char *letters)
{
    struct reading reading = read_capture(capture);

    assert_string_equal(reading.letters, letters);
    assert_string_equal(reading.facts.cut, "");
    assert_string_equal(reading.facts.error, "");
    assert_int_equal(reading.facts.frames, strlen(letters));
    for (int i = 0; i < SKIP_REASONS; i++)
        assert_int_equal(reading.facts.skips.n[i], 0);
    reading_done(&reading);
    text_clear(capture);
}

static void test_shapes(void **state)
{
    struct text text = {0};

    (void)state;
    for (int i = 0; i < SHAPES; i++) {
        const struct classic_shape *shape = &shapes[i];
        struct reading reading;

        put_classic(&text, shape, 1, 3);
        reading = read_capture(&text);
        assert_string_equal(reading.letters, "ppp");
        assert_int_equal(reading.last.number, 3);
        assert_int_equal(reading.last.section, 1);
        assert_int_equal(reading.last.link, shape->link);
        assert_int_equal(reading.last.len, 20);
        assert_int_equal(reading.last.bytes.len, 20);
        assert_int_equal(reading.last.interface, 0);
        assert_int_equal(reading.last.direction, DIRECTION_UNKNOWN);
        assert_int_equal(reading.last.offset,
                         24 + 2 * (20 + (shape->magic == MAGIC_PATCHED ? 24 : 16)));
        assert_int_equal(reading.last.when,
                         (START + 3) * WHEN_SECOND + (shape->magic == MAGIC_NS ? 7 : 7000));
        assert_int_equal(reading.facts.start, reading.last.when - 2 * WHEN_SECOND);
        assert_int_equal(reading.facts.end, reading.last.when);
        assert_int_equal(reading.facts.evidence.n_links, 1);
        assert_int_equal(reading.facts.evidence.links[0], shape->link);
        assert_int_equal(reading.facts.evidence.n_interfaces, 0);
        reading_done(&reading);
        check_clean(&text, "ppp");
        put_classic(&text, shape, 1, 0); /* no packet at all */
        check_clean(&text, "");
    }
    text_done(&text);
}

/* Lengths the other way round, snapshot lengths that are less than what was written, bits above the
 * link type, times after 2038, empty packets, large ones. */
static void test_oddities(void **state)
{
    static const uint16_t versions[][2] = {{2, 0}, {2, 1}, {2, 2}, {2, 3}, {543, 0}};
    struct classic_shape shape = {.magic = MAGIC_US, .link = 1};
    uint8_t octets[40] = {1};
    uint8_t *large = calloc(1, LIMIT_PACKET_BYTES);
    struct text text = {0};
    struct reading reading;

    (void)state;
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        shape.major = versions[i][0];
        shape.minor = versions[i][1];
        put_file_header(&text, &shape);
        put_record_header(&text, &shape, 1, 0, 1500, sizeof octets);
        text_add(&text, (char *)octets, sizeof octets);
        reading = read_capture(&text);
        assert_string_equal(reading.letters, "p");
        assert_int_equal(reading.last.len, 1500);
        assert_int_equal(reading.last.bytes.len, sizeof octets);
        reading_done(&reading);
        text_clear(&text);
    }
    shape = (struct classic_shape){.magic = MAGIC_US, .link = 0xf4000001, .snaplen = 10};
    put_file_header(&text, &shape);
    put_record(&text, &shape, 0xfffffff0, 999999, octets, sizeof octets);
    reading = read_capture(&text);
    assert_string_equal(reading.letters, "p");
    assert_int_equal(reading.last.bytes.len, sizeof octets);
    assert_int_equal(reading.last.link, 1);
    assert_int_equal(reading.last.when, INT64_C(0xfffffff0) * WHEN_SECOND + 999999000);
    reading_done(&reading);
    large[0] = 2;
    put_record(&text, &shape, 1, 0, large, LIMIT_PACKET_BYTES);
    put_record(&text, &shape, 1, 0, "", 0);
    check_clean(&text, "ppx");
    free(large);
    text_done(&text);
}

/* Cut at every byte: all whole packets, and the place. */
static void test_cut(void **state)
{
    struct text text = {0}, part = {0};

    (void)state;
    for (int i = 0; i <= SHAPES + 1; i++) {
        size_t record, head;

        if (i < SHAPES)
            put_classic(&text, &shapes[i], 1, 3);
        else
            put_pcapng(&text, i == SHAPES, 1, 3);
        head = i < SHAPES ? 24 : 28 + 20;
        record = (text.len - head) / 3;
        for (size_t len = HEAD_BYTES; len <= text.len; len++) {
            size_t whole = len < head ? 0 : (len - head) / record;
            bool between = len >= head && (len - head) % record == 0;
            struct reading reading;
            char place[32];

            if (i >= SHAPES && len < head)
                between = len == 28;
            text_clear(&part);
            text_add(&part, text.at, len);
            reading = read_capture(&part);
            assert_int_equal(reading.n, whole);
            assert_int_equal(strspn(reading.letters, "p"), whole);
            snprintf(place, sizeof place, "at byte %zu: ends ",
                     len < 28 && i >= SHAPES ? 0 : len < head ? 28 : head + whole * record);
            if (between)
                assert_string_equal(reading.facts.cut, "");
            else
                assert_memory_equal(reading.facts.cut, place, strlen(place));
            assert_int_equal(reading.facts.skips.n[SKIP_DAMAGED], 0);
            reading_done(&reading);
        }
        text_clear(&text);
    }
    text_done(&text);
    text_done(&part);
}

/* Captures of any shape behind one another are read on; behind one that was cut at any byte the
 * next one is found (but for pcapng behind half a classic record). */
static void test_joined(void **state)
{
    struct text first = {0}, both = {0};

    (void)state;
    for (int i = 0; i <= SHAPES; i++) {
        for (int k = 0; k <= SHAPES; k++) {
            size_t record, head = i < SHAPES ? 24 : 28 + 20;

            text_clear(&first);
            if (i < SHAPES)
                put_classic(&first, &shapes[i], 1, 2);
            else
                put_pcapng(&first, false, 1, 2);
            record = (first.len - head) / 2;
            for (size_t len = head; len <= first.len; len++) {
                struct reading reading;
                size_t whole = (len - head) / record, rest = (len - head) % record;

                text_clear(&both);
                text_add(&both, first.at, len);
                if (k < SHAPES)
                    put_classic(&both, &shapes[k], 11, 13);
                else
                    put_pcapng(&both, true, 11, 13);
                reading = read_capture(&both);
                if (k == SHAPES && i < SHAPES && rest) { /* may lie inside the record: it is told */
                    assert_true(reading.facts.cut[0] || reading.facts.skips.n[SKIP_DAMAGED]);
                    reading_done(&reading);
                    continue;
                }
                if (strcmp(reading.letters + whole, rest ? "gxpp" : "xpp") != 0)
                    fail_msg("%d behind %d, cut at %zu of %zu: %s, %s", k, i, len, first.len,
                             reading.letters, reading.facts.cut);
                assert_string_equal(reading.facts.cut, "");
                assert_int_equal(reading.facts.frames, whole + 3);
                assert_int_equal(reading.facts.skips.n[SKIP_DAMAGED], rest != 0);
                assert_int_equal(reading.last.section, 2);
                assert_int_equal(reading.last.link, k < SHAPES ? shapes[k].link : 1);
                reading_done(&reading);
            }
        }
    }
    text_done(&first);
    text_done(&both);
}

/* A packet that carries a capture is a packet. */
static void test_carried(void **state)
{
    struct text inner = {0}, text = {0};

    (void)state;
    for (int i = 0; i < SHAPES; i++) {
        text_clear(&inner);
        text_add_char(&inner, 1);
        put_classic(&inner, &shapes[i], 1, 3);
        put_pcapng(&inner, false, 1, 3);
        for (size_t len = 10; len <= inner.len; len += 13) {
            put_file_header(&text, &shapes[0]);
            put_record(&text, &shapes[0], 5, 0, inner.at, len);
            put_record(&text, &shapes[0], 5, 0, "\2", 1);
            put_record(&text, &shapes[0], 5, 0, "\3", 1);
            check_clean(&text, "ppp");
            put_file_header(&text, &shapes[0]);
            put_record(&text, &shapes[0], 5, 0, inner.at, len);
            check_clean(&text, "p");
        }
    }
    text_done(&inner);
    text_done(&text);
}

/* A length that cannot be ends the reading there, unless another capture begins behind. */
static void test_damaged(void **state)
{
    struct classic_shape shape = shapes[0];
    struct text text = {0};
    struct reading reading;

    (void)state;
    put_classic(&text, &shape, 1, 2);
    put_record_header(&text, &shape, 9, 0, LIMIT_PACKET_BYTES + 1, 60);
    text_add_fill(&text, 'x', 400);
    reading = read_capture(&text);
    assert_string_equal(reading.letters, "ppg");
    assert_string_equal(reading.facts.cut, "at byte 96: a packet of 262145 bytes cannot be, and no "
                                           "capture begins behind it");
    assert_int_equal(reading.facts.skips.n[SKIP_DAMAGED], 1);
    assert_int_equal(reading.facts.damaged_at, 96);
    assert_int_equal(reading.facts.frames, 2);
    reading_done(&reading);
    put_pcapng(&text, true, 3, 4);
    text_add_string(&text, "no block at all");
    reading = read_capture(&text);
    assert_string_equal(reading.letters, "ppgppg");
    assert_int_equal(reading.facts.skips.n[SKIP_DAMAGED], 2);
    assert_int_equal(reading.facts.damaged_at, 96);
    assert_non_null(strstr(reading.facts.cut, ": a block of "));
    reading_done(&reading);
    text_done(&text);
}

static void test_heads(void **state)
{
    static const uint8_t section[] = {0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a};
    static const uint8_t text[] = "\n\r\r\nsome text, no capture";
    uint8_t bytes[64] = {0};
    struct text file = {0};

    (void)state;
    assert_int_equal(head_kind(section, 12), HEAD_PCAPNG);
    assert_int_equal(head_kind(section, 5), HEAD_PCAPNG);
    assert_int_equal(head_kind(section, 3), HEAD_NONE);
    assert_int_equal(head_kind(text, sizeof text), HEAD_NONE);
    put_file_header(&file, &shapes[0]);
    assert_int_equal(head_kind((uint8_t *)file.at, file.len), HEAD_CLASSIC);
    file.at[6] = 5; /* version 2.5 */
    assert_int_equal(head_kind((uint8_t *)file.at, file.len), HEAD_NONE);
    for (size_t at = 0; at + 12 <= sizeof bytes; at++) {
        memset(bytes, 0x0a, sizeof bytes);
        for (size_t i = 0; i < 12; i++)
            bytes[at + i] = section[i];
        assert_int_equal(head_search(bytes, sizeof bytes, sizeof bytes), at);
        file.at[6] = 4;
        memset(bytes, 0xa1, sizeof bytes);
        for (size_t i = 0; i < 12; i++)
            bytes[at + i] = (uint8_t)file.at[i];
        assert_int_equal(head_search(bytes, sizeof bytes, sizeof bytes), at);
        assert_int_equal(head_inside(bytes, at + 1, sizeof bytes), at ? at : at + 1);
    }
    text_done(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),  cmocka_unit_test(test_oddities),
        cmocka_unit_test(test_cut),     cmocka_unit_test(test_joined),
        cmocka_unit_test(test_carried), cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_heads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
