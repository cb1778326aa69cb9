// SPDX-License-Identifier: BSD-2-Clause
// pcapng: sections, interfaces, times, packet blocks of all kinds, options, damage.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "input/message.h"
#include "pcap-reading.h"

enum { /* block types and options */
    PB = 2, SPB = 3, NRB = 4, ISB = 5, EPB = 6, DSB = 10,
    COMMENT = 1, USERAPPL = 4,
    IF_NAME = 2, IF_DESCRIPTION = 3, IF_TSRESOL = 9, IF_FILTER = 11, IF_OS = 12, IF_TSOFFSET = 14,
    EPB_FLAGS = 2, EPB_DROPCOUNT = 4,
    ISB_IFRECV = 4, ISB_IFDROP = 5, ISB_OSDROP = 7,
};

static const uint8_t octets[8] = {1, 2, 3, 4, 5, 6, 7, 8};

static void check_letters(struct text *text, const char *letters, struct reading *reading)
{
    *reading = read_capture(text);
    if (strcmp(reading->letters, letters) != 0 || reading->facts.cut[0])
        fail_msg("%s, not %s; cut %s", reading->letters, letters, reading->facts.cut);
    text_clear(text);
}

static void put_numbered(struct text *text, bool big, uint32_t interface, uint64_t time, uint8_t n)
{
    uint8_t copy[6] = {n};

    put_packet(text, big, interface, time, copy, sizeof copy, NULL);
}

/* Sections of both byte orders, each with its own interfaces of different link types. */
static void test_sections(void **state)
{
    struct text text = {0};
    struct reading reading;

    (void)state;
    put_section(&text, false, NULL);
    put_interface(&text, false, 1, NULL);
    put_interface(&text, false, 276, NULL);
    put_numbered(&text, false, 0, 5, 1);
    put_numbered(&text, false, 1, 6, 2);
    put_section(&text, true, NULL);
    put_interface(&text, true, 101, NULL);
    put_numbered(&text, true, 0, 7, 3);
    put_section(&text, false, NULL); /* no interfaces, no packets */
    put_section(&text, true, NULL);
    put_interface(&text, true, 147, NULL);
    put_numbered(&text, true, 0, 8, 4);
    check_letters(&text, "pppp", &reading);
    assert_int_equal(reading.last.section, 4);
    assert_int_equal(reading.last.link, 147);
    assert_int_equal(reading.last.interface, 1);
    assert_int_equal(reading.last.when, 8000);
    assert_int_equal(reading.last.number, 4);
    assert_int_equal(reading.facts.evidence.n_links, 4);
    assert_int_equal(reading.facts.evidence.links[1], 276);
    assert_int_equal(reading.facts.evidence.n_interfaces, 4);
    assert_int_equal(reading.facts.evidence.interfaces[2].packets, 1);
    assert_int_equal(reading.facts.evidence.interfaces[2].drops, EVIDENCE_NONE);
    reading_done(&reading);
    text_done(&text);
}

/* The time of a packet that stands as TIME in its block, with if_tsresol and if_tsoffset. */
static int64_t time_of(bool big, int resolution, int64_t offset, uint64_t time, uint64_t *skipped)
{
    struct text text = {0}, options = {0}, number = {0};
    uint8_t value = (uint8_t)resolution;
    struct reading reading;

    if (resolution >= 0)
        put_option(&options, big, IF_TSRESOL, &value, 1);
    put_64(&number, big, (uint64_t)offset);
    put_option(&options, big, IF_TSOFFSET, number.at, 8);
    put_option(&options, big, 0, "", 0);
    put_section(&text, big, NULL);
    put_interface(&text, big, 1, &options);
    put_numbered(&text, big, 0, time, 1);
    reading = read_capture(&text);
    assert_int_equal(reading.facts.frames, 1);
    *skipped = reading.facts.skips.n[SKIP_NO_TIME];
    reading_done(&reading);
    text_done(&text);
    text_done(&options);
    text_done(&number);
    return reading.n ? reading.last.when : WHEN_NONE;
}

static void test_times(void **state)
{
    static const struct {
        int resolution; /* -1: not stated */
        int64_t offset;
        uint64_t time;
        int64_t when;
    } cases[] = {
        {-1, 0, UINT64_C(1700000000123456), INT64_C(1700000000123456000)},
        {6, 0, UINT64_C(1700000000123456), INT64_C(1700000000123456000)},
        {9, 0, UINT64_C(1700000000123456789), INT64_C(1700000000123456789)},
        {0, 0, 1700000000, INT64_C(1700000000000000000)},
        {3, 0, UINT64_C(1700000000123), INT64_C(1700000000123000000)},
        {10, 0, UINT64_C(17000000001234567899), INT64_C(1700000000123456789)},
        {12, 0, UINT64_C(17000000123456789999), INT64_C(17000000123456789)},
        {19, 0, UINT64_C(17000000012345678999), INT64_C(1700000001)},
        {0x80, 0, 1700000000, INT64_C(1700000000000000000)},
        {0x8a, 0, UINT64_C(1700000000) * 1024 + 512, INT64_C(1700000000500000000)},
        {0x9e, 0, (UINT64_C(1700000000) << 30) + (1 << 28), INT64_C(1700000000250000000)},
        {0xa0, 0, (UINT64_C(1700000000) << 32) + UINT32_MAX, INT64_C(1700000000999999999)},
        {0xbf, 0, UINT64_C(1) << 62, INT64_C(500000000)},
        {9, 1700000000, 5, INT64_C(1700000000000000005)},
        {9, -1, UINT64_C(1700000001000000000), INT64_C(1700000000000000000)},
        /* that cannot be */
        {20, 0, 1, WHEN_NONE},
        {0xc0, 0, 1, WHEN_NONE},
        {6, 0, UINT64_MAX, WHEN_NONE},
        {0, 0, UINT64_C(1) << 40, WHEN_NONE},
        {9, 0, UINT64_MAX, WHEN_NONE},
        {9, -2, UINT64_C(1700000000), WHEN_NONE},
        {6, INT64_MAX, 1, WHEN_NONE},
        {6, INT64_MIN, 1, WHEN_NONE},
    };

    (void)state;
    for (size_t i = 0; i < 2 * sizeof cases / sizeof cases[0]; i++) {
        uint64_t skipped;
        int64_t when = time_of(i % 2, cases[i / 2].resolution, cases[i / 2].offset,
                               cases[i / 2].time, &skipped);

        if (when != cases[i / 2].when)
            fail_msg("case %zu: %lld", i / 2, (long long)when);
        assert_int_equal(skipped, when == WHEN_NONE);
    }
}

/* The obsolete block, and the one without a time. */
static void test_old_packets(void **state)
{
    struct text text = {0}, body = {0}, options = {0};
    struct reading reading;

    (void)state;
    for (int big = 0; big < 2; big++) {
        put_section(&text, big, NULL);
        put_interface(&text, big, 1, NULL);
        put_32(&body, big, 5); /* before any time is known: left out */
        text_add(&body, (const char *)octets, 5);
        put_block(&text, big, SPB, &body);
        text_clear(&body);
        put_16(&body, big, 0);
        put_16(&body, big, 3); /* lost before */
        put_32(&body, big, 0);
        put_32(&body, big, 77);
        put_32(&body, big, 5);
        put_32(&body, big, 1000);
        text_add(&body, (const char *)octets, 5);
        text_add_fill(&body, 0, 3);
        put_32(&options, big, 2);
        put_option(&body, big, EPB_FLAGS, options.at, 4);
        put_block(&text, big, PB, &body);
        text_clear(&body);
        put_32(&body, big, 5);
        text_add(&body, (const char *)octets + 1, 5);
        put_block(&text, big, SPB, &body);
        text_clear(&body);
        text_clear(&options);
        check_letters(&text, "pp", &reading);
        assert_int_equal(reading.facts.frames, 3);
        assert_int_equal(reading.facts.skips.n[SKIP_NO_TIME], 1);
        assert_int_equal(reading.last.number, 3);
        assert_int_equal(reading.last.when, 77000);
        assert_int_equal(reading.last.bytes.len, 5);
        assert_int_equal(reading.last.len, 5);
        assert_int_equal(reading.facts.evidence.interfaces[0].drops, 3);
        assert_int_equal(reading.facts.evidence.interfaces[0].packets, 3);
        reading_done(&reading);
    }
    text_done(&text);
    text_done(&body);
    text_done(&options);
}

static void test_directions(void **state)
{
    static const struct {
        uint32_t flags;
        uint8_t direction;
    } cases[] = {
        {0, DIRECTION_UNKNOWN}, {1, DIRECTION_IN},         {2, DIRECTION_OUT},
        {3, DIRECTION_UNKNOWN}, {1 | 4 << 2, DIRECTION_OTHER}, {1 | 1 << 2, DIRECTION_IN},
        {2 | 4 << 2, DIRECTION_OUT},
    };
    struct text text = {0}, options = {0}, number = {0};
    struct reading reading;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        text_clear(&options);
        text_clear(&number);
        put_32(&number, true, cases[i].flags);
        put_option(&options, true, EPB_FLAGS, number.at, 4);
        put_section(&text, true, NULL);
        put_interface(&text, true, 1, NULL);
        put_packet(&text, true, 0, 5, octets, 3, &options);
        check_letters(&text, "p", &reading);
        assert_int_equal(reading.last.direction, cases[i].direction);
        assert_int_equal(reading.last.bytes.len, 3);
        reading_done(&reading);
    }
    text_done(&text);
    text_done(&options);
    text_done(&number);
}

/* Names, filters, comments, the producer, drops: what the report shows beside the packets. */
static void test_evidence(void **state)
{
    struct text text = {0}, options = {0}, number = {0}, body = {0};
    struct reading reading;
    const struct interface_facts *row;

    (void)state;
    put_option(&options, false, USERAPPL, "Dumpcap (Wireshark) 4.0.17 (Git v4.0.17 packaged)", 49);
    put_option(&options, false, COMMENT, "why", 3);
    put_section(&text, false, &options);
    text_clear(&options);
    put_option(&options, false, IF_NAME, "eth0", 4);
    put_option(&options, false, IF_DESCRIPTION, "k8s.podName=web", 15);
    put_option(&options, false, IF_FILTER, "\0port 53", 8);
    put_option(&options, false, IF_OS, "Linux", 5);
    put_option(&options, false, 0, "", 0);
    put_option(&options, false, IF_NAME, "not read", 8);
    put_interface(&text, false, 1, &options);
    text_clear(&options);
    put_option(&options, false, IF_FILTER, "\1\6\0\0\0", 5); /* machine code */
    put_interface(&text, false, 276, &options);
    text_clear(&options);
    for (int i = 0; i < LIMIT_COMMENTS + 2; i++)
        put_option(&options, false, COMMENT, "PodName: web", 12);
    put_packet(&text, false, 0, 5, octets, 8, &options);
    for (uint64_t drops = 3; drops < 6; drops++) { /* the newest counts: 5 + 2 */
        put_32(&body, false, 0);
        put_64(&body, false, 0);
        put_64(&number, false, drops);
        put_option(&body, false, ISB_IFDROP, number.at, 8);
        put_option(&body, false, ISB_IFRECV, number.at, 8);
        text_clear(&number);
        put_64(&number, false, 2);
        put_option(&body, false, ISB_OSDROP, number.at, 8);
        put_block(&text, false, ISB, &body);
        text_clear(&number);
        text_clear(&body);
    }
    check_letters(&text, "p", &reading);
    assert_string_equal(reading.facts.producer, "Dumpcap (Wireshark)");
    assert_string_equal(reading.facts.producer_version, "4.0.17");
    assert_int_equal(reading.facts.evidence.comments, LIMIT_COMMENTS + 3);
    assert_string_equal(reading.facts.evidence.first_comments[0], "why");
    assert_string_equal(reading.facts.evidence.first_comments[1], "PodName: web");
    assert_int_equal(reading.facts.evidence.n_interfaces, 2);
    row = &reading.facts.evidence.interfaces[0];
    assert_string_equal(row->name, "eth0");
    assert_string_equal(row->description, "k8s.podName=web");
    assert_string_equal(row->filter, "port 53");
    assert_int_equal(row->link, 1);
    assert_int_equal(row->packets, 1);
    assert_int_equal(row->drops, 7);
    assert_string_equal(row[1].filter, "");
    reading_done(&reading);
    text_done(&text);
    text_done(&options);
    text_done(&number);
    text_done(&body);
}

static void test_producers(void **state)
{
    static const char *const cases[][3] = {
        {"Mergecap (Wireshark) 3.6.2", "Mergecap (Wireshark)", "3.6.2"},
        {"ptcpdump v0.33.2, linux", "ptcpdump", "0.33.2"},
        {"tcpdump (libpcap version 1.9.1)", "tcpdump (libpcap version 1.9.1)", ""},
        {"Some tool", "Some tool", ""},
        {"", "", ""},
    };
    struct text text = {0}, options = {0};
    struct reading reading;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        text_clear(&options);
        put_option(&options, true, USERAPPL, cases[i][0], strlen(cases[i][0]));
        put_section(&text, true, &options);
        put_section(&text, true, NULL);
        check_letters(&text, "", &reading);
        assert_string_equal(reading.facts.producer, cases[i][1]);
        if (strstr(cases[i][2], "0.33"))
            assert_string_equal(reading.facts.producer_version, "v0.33.2");
        else
            assert_string_equal(reading.facts.producer_version, cases[i][2]);
        reading_done(&reading);
    }
    text_done(&text);
    text_done(&options);
}

/* Drops of one interface: the greater of what statistics and packets say, and sections add up. */
static void test_drops(void **state)
{
    struct text text = {0}, options = {0}, number = {0}, body = {0};
    struct reading reading;

    (void)state;
    for (int section = 0; section < 2; section++) {
        text_clear(&options);
        text_clear(&number);
        put_section(&text, true, NULL);
        put_interface(&text, true, 1, NULL);
        put_64(&number, true, 4);
        put_option(&options, true, EPB_DROPCOUNT, number.at, 8);
        put_packet(&text, true, 0, 5, octets, 8, &options);
        put_packet(&text, true, 0, 5, octets, 8, &options);
        text_clear(&number);
        text_clear(&body);
        put_32(&body, true, 0);
        put_64(&body, true, 0);
        put_64(&number, true, section ? UINT64_MAX : 7);
        put_option(&body, true, ISB_IFDROP, number.at, 8);
        put_block(&text, true, ISB, &body);
        if (section == 0) {
            reading = read_capture(&text);
            assert_int_equal(reading.facts.evidence.interfaces[0].drops, 8);
            reading_done(&reading);
        }
    }
    reading = read_capture(&text);
    assert_int_equal(reading.facts.evidence.n_interfaces, 1);
    assert_int_equal(reading.facts.evidence.interfaces[0].drops, INT64_MAX);
    assert_int_equal(reading.facts.evidence.interfaces[0].packets, 4);
    reading_done(&reading);
    text_done(&text);
    text_done(&options);
    text_done(&number);
    text_done(&body);
}

/* Blocks that are stepped over: names, secrets, unknown ones, also when they are large. */
static void test_other_blocks(void **state)
{
    struct text text = {0}, body = {0};
    struct reading reading;

    (void)state;
    put_section(&text, false, NULL);
    text_add_fill(&body, 'n', 100);
    put_block(&text, false, NRB, &body);
    put_interface(&text, false, 1, NULL);
    put_block(&text, false, 0x80000001, &body);
    put_numbered(&text, false, 0, 5, 1);
    text_add_fill(&body, 's', 3 << 20);
    put_block(&text, false, DSB, &body);
    put_numbered(&text, false, 0, 6, 2);
    reading = read_capture(&text);
    assert_string_equal(reading.letters, "pp");
    assert_false(reading.facts.cut[0]);
    reading_done(&reading);
    put_block(&text, false, EPB, &body); /* no packet is as large */
    put_numbered(&text, false, 0, 7, 3);
    check_letters(&text, "ppgp", &reading);
    assert_int_equal(reading.facts.skips.n[SKIP_OVERSIZED], 1);
    assert_int_equal(reading.facts.frames, 3);
    reading_done(&reading);
    text_done(&text);
    text_done(&body);
}

/* What lies within its block is stepped over and counted. */
static void test_damage_inside(void **state)
{
    struct text text = {0}, body = {0}, options = {0};
    struct reading reading;

    (void)state;
    put_section(&text, false, NULL);
    put_interface(&text, false, 1, NULL);
    put_numbered(&text, false, 0, 5, 1);
    put_numbered(&text, false, 1, 5, 2); /* no such interface */
    put_32(&body, false, 0);
    put_64(&body, false, 0);
    put_32(&body, false, 9); /* longer than the block */
    put_32(&body, false, 9);
    text_add_fill(&body, 'x', 8);
    put_block(&text, false, EPB, &body);
    text_clear(&body);
    put_block(&text, false, EPB, &body); /* too short for anything */
    put_block(&text, false, ISB, &body);
    put_block(&text, false, 1, &body); /* an interface */
    put_16(&options, false, EPB_FLAGS);
    put_16(&options, false, 400); /* an option that is longer than the block */
    put_packet(&text, false, 0, 5, "\2", 1, &options);
    reading = read_capture(&text);
    assert_string_equal(reading.letters, "pgggp");
    assert_string_equal(reading.facts.cut, "");
    assert_int_equal(reading.facts.skips.n[SKIP_DAMAGED], 6);
    assert_int_equal(reading.facts.damaged_at, 28 + 20 + 40);
    assert_int_equal(reading.facts.frames, 5);
    reading_done(&reading);
    text_done(&text);
    text_done(&body);
    text_done(&options);
}

/* A block whose lengths differ ends the reading, unless another section begins behind it. */
static void test_damage(void **state)
{
    struct text text = {0};
    struct reading reading;

    (void)state;
    for (int turn = 0; turn < 3; turn++) {
        put_section(&text, true, NULL);
        put_interface(&text, true, 1, NULL);
        put_numbered(&text, true, 0, 5, 1);
        put_numbered(&text, true, 0, 5, 2);
        if (turn == 0)
            text.at[text.len - 1] ^= 4; /* second length */
        else if (turn == 1)
            text.at[text.len - 40 + 5] ^= 0x40; /* first length: 4 MiB more */
        else
            text.at[text.len - 40 + 7] = 8; /* less than a block has */
        put_numbered(&text, true, 0, 5, 3);
        reading = read_capture(&text);
        assert_string_equal(reading.letters, turn == 1 ? "p" : "pg");
        if (turn == 0)
            assert_string_equal(reading.facts.cut,
                                "at byte 88: a block has two lengths, 40 and 44, and no capture "
                                "begins behind it");
        else
            assert_memory_equal(reading.facts.cut, "at byte 88: ", 12);
        reading_done(&reading);
        put_section(&text, false, NULL);
        put_interface(&text, false, 1, NULL);
        put_numbered(&text, false, 0, 5, 2);
        if (turn == 1) {
            text_clear(&text);
            continue;
        }
        check_letters(&text, "pgp", &reading);
        assert_int_equal(reading.facts.skips.n[SKIP_DAMAGED], 1);
        assert_int_equal(reading.last.section, 2);
        reading_done(&reading);
    }
    text_done(&text);
}

/* More interfaces than there is room for. */
static void test_many_interfaces(void **state)
{
    struct text text = {0}, options = {0};
    struct reading reading;

    (void)state;
    put_section(&text, false, NULL);
    for (uint32_t i = 0; i < LIMIT_SECTION_INTERFACES + 2; i++) {
        text_clear(&options);
        put_option(&options, false, IF_NAME, &i, i < 2 * LIMIT_INTERFACES ? sizeof i : 0);
        put_interface(&text, false, 1, &options);
    }
    put_numbered(&text, false, LIMIT_SECTION_INTERFACES - 1, 5, 1);
    put_numbered(&text, false, LIMIT_SECTION_INTERFACES + 1, 5, 2);
    put_numbered(&text, false, LIMIT_SECTION_INTERFACES + 2, 5, 3);
    check_letters(&text, "pg", &reading);
    assert_int_equal(reading.facts.frames, 3);
    assert_int_equal(reading.facts.skips.n[SKIP_FOLDED], 1);
    assert_int_equal(reading.facts.skips.n[SKIP_DAMAGED], 1);
    assert_int_equal(reading.facts.evidence.n_interfaces, LIMIT_INTERFACES);
    assert_true(reading.facts.evidence.more_interfaces > 0);
    reading_done(&reading);
    text_done(&text);
    text_done(&options);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sections),      cmocka_unit_test(test_times),
        cmocka_unit_test(test_old_packets),   cmocka_unit_test(test_directions),
        cmocka_unit_test(test_evidence),      cmocka_unit_test(test_producers),
        cmocka_unit_test(test_drops),         cmocka_unit_test(test_other_blocks),
        cmocka_unit_test(test_damage_inside), cmocka_unit_test(test_damage),
        cmocka_unit_test(test_many_interfaces),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
