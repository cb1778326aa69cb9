// SPDX-License-Identifier: BSD-2-Clause
// Link layers: a packet of every type in the table, whole and cut at every byte of its header.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "input/message.h"
#include "input/pcap/link.h"

/* Hexadecimal digits, blanks between them; "IP" is 20 octets of an IPv4 header, "V6" of an IPv6
 * one; "*N." repeats the octet before N times in all. */
static size_t bytes_from(const char *words, uint8_t *to)
{
    size_t len = 0;

    while (*words) {
        char *end;

        if (*words == ' ') {
            words++;
        } else if (strncmp(words, "IP", 2) == 0 || strncmp(words, "V6", 2) == 0) {
            memset(to + len, 0, 20);
            to[len] = *words == 'I' ? 0x45 : 0x60;
            len += 20;
            words += 2;
        } else if (*words == '*') {
            long n = strtol(words + 1, &end, 10);

            while (--n > 0) {
                to[len] = to[len - 1];
                len++;
            }
            words = end + 1;
        } else {
            char two[] = {words[0], words[1], 0};

            to[len++] = (uint8_t)strtol(two, NULL, 16);
            words += 2;
        }
    }
    return len;
}

struct seen {
    enum link_result result;
    struct link_seen link;
    size_t at; /* of the IP header in the packet */
};

/* Reads the first LEN octets of a packet, which stand in memory of their own. */
static struct seen open_part(uint16_t link, const uint8_t *bytes, size_t len)
{
    struct seen seen = {0};
    uint8_t *copy = malloc(len ? len : 1);

    memcpy(copy, bytes, len);
    seen.result = link_open(link, (struct slice){copy, len}, &seen.link);
    if (seen.result == LINK_IP) {
        seen.at = (size_t)(seen.link.ip.at - copy);
        assert_true(seen.at + seen.link.ip.len <= len);
        assert_true(seen.link.ip.len > 0);
    }
    free(copy);
    return seen;
}

#define MACS "00 11 22 33 44 55 66 77 88 99 aa bb "
#define SNAP "aa aa 03 00 00 00 "
#define RADIO "00 00 08 00 00 00 00 00 "

/* Packets that hold IP. */
static const struct {
    uint16_t link;
    const char *packet;
    uint32_t interface;
    uint8_t direction;
} good[] = {
    {1, MACS "08 00 IP", 0, 0},
    {1, MACS "86 dd V6", 0, 0},
    {1, MACS "81 00 00 05 08 00 IP", 0, 0},
    {1, MACS "88 a8 00 05 81 00 00 06 86 dd V6", 0, 0},
    {1, MACS "91 00 00 05 92 00 00 06 93 00 00 07 81 00 00 08 08 00 IP", 0, 0},
    {1, MACS "88 64 11 00 00 01 00 16 00 21 IP", 0, 0},
    {1, MACS "81 00 00 05 88 64 11 00 00 01 00 16 57 V6", 0, 0},
    {1, MACS "88 64 11 00 00 01 00 16 02 81 00 01 01 ff IP", 0, 0},
    {1, MACS "88 47 00 01 00 ff 00 02 01 ff IP", 0, 0},
    {1, MACS "88 48 00 02 01 ff V6", 0, 0},
    {1, MACS "00 1c " SNAP "08 00 IP", 0, 0},
    {1, MACS "00 1c aa aa 03 00 00 f8 86 dd V6", 0, 0},
    {1, MACS "00 17 06 06 03 IP", 0, 0},
    {1, MACS "00 20 " SNAP "81 00 00 05 08 00 IP", 0, 0},
    {113, "00 00 00 01 00 06 00*8. 08 00 IP", 0, DIRECTION_IN},
    {113, "00 01 00 01 00 06 00*8. 08 00 IP", 0, DIRECTION_OTHER},
    {113, "00 02 00 01 00 06 00*8. 08 00 IP", 0, DIRECTION_OTHER},
    {113, "00 03 00 01 00 06 00*8. 81 00 00 05 08 00 IP", 0, DIRECTION_OTHER},
    {113, "00 04 ff fe 00 00 00*8. 86 dd V6", 0, DIRECTION_OUT},
    {113, "00 05 00 01 00 06 00*8. 00 04 " SNAP "08 00 IP", 0, DIRECTION_UNKNOWN},
    {276, "08 00 00 00 00 00 00 07 00 01 00 06 00*8. IP", 7, DIRECTION_IN},
    {276, "86 dd 00 00 00 01 00 00 00 01 03 06 00*8. V6", 65536, DIRECTION_OTHER},
    {276, "81 00 00 00 00 00 00 02 00 01 04 06 00*8. 00 05 08 00 IP", 2, DIRECTION_OUT},
    {101, "IP", 0, 0},
    {12, "V6", 0, 0},
    {14, "IP", 0, 0},
    {228, "IP", 0, 0},
    {229, "V6", 0, 0},
    {0, "02 00 00 00 IP", 0, 0},
    {0, "00 00 00 02 IP", 0, 0},
    {0, "1e 00 00 00 V6", 0, 0},
    {0, "00 00 00 18 V6", 0, 0},
    {0, "0a 00 00 00 V6", 0, 0},
    {0, "1c 00 00 00 V6", 0, 0},
    {0, "17 00 00 00 V6", 0, 0},
    {108, "00 00 00 02 IP", 0, 0},
    {9, "00 21 IP", 0, 0},
    {9, "21 IP", 0, 0},
    {9, "ff 03 00 57 V6", 0, 0},
    {50, "ff 03 00 21 IP", 0, 0},
    {50, "0f 00 08 00 IP", 0, 0},
    {50, "8f 00 86 dd V6", 0, 0},
    {51, "11 00 00 01 00 16 00 21 IP", 0, 0},
    {166, "00 03 00 21 IP", 0, DIRECTION_IN},
    {166, "01 03 00 21 IP", 0, DIRECTION_OUT},
    {204, "01 ff 03 00 21 IP", 0, DIRECTION_OUT},
    {204, "00 21 IP", 0, DIRECTION_IN},
    {104, "0f 00 08 00 IP", 0, 0},
    {205, "00 0f 00 86 dd V6", 0, 0},
    {107, "18 41 03 cc IP", 0, 0},
    {107, "18 41 03 00 8e V6", 0, 0},
    {107, "18 41 03 00 80 00 00 00 08 00 IP", 0, 0},
    {206, "01 18 41 03 cc IP", 0, 0},
    {239, "02 00 00 01 08 00 01 00 08 00 01 00 06 00 02 00 41 00 00 00 18 00 09 00 IP", 0, 0},
    {239, "02 00 00 01 00 08 00 01 00 00 08 00 00 18 00 09 IP", 0, 0},
    {239, "0a 00 00 01 18 00 09 00 V6", 0, 0},
    {117, "3d 02 00*62. IP", 0, 0},
    {109, "02 00*11. IP", 0, 0},
    {219, "00 01 01 ff IP", 0, 0},
    {105, "08 01 00*22. " SNAP "08 00 IP", 0, 0},
    {105, "08 03 00*28. " SNAP "08 00 IP", 0, 0},
    {105, "88 02 00*22. 00 00 " SNAP "08 00 IP", 0, 0},
    {105, "88 02 00*22. 00 00 00 00 " SNAP "08 00 IP", 0, 0}, /* padded to four octets */
    {105, "88 82 00*22. 00 00 00*4. " SNAP "86 dd V6", 0, 0},
    {127, RADIO "08 01 00*22. " SNAP "08 00 IP", 0, 0},
    {119, "00*144. 08 01 00*22. " SNAP "08 00 IP", 0, 0},
    {119, "80 21 10 01 00 00 00 40 00*56. 08 01 00*22. " SNAP "08 00 IP", 0, 0},
    {163, "80 21 10 01 00 00 00 40 00*56. 08 01 00*22. " SNAP "08 00 IP", 0, 0},
    {192, "00 00 08 00 69 00 00 00 08 01 00*22. " SNAP "08 00 IP", 0, 0},
    {192, "00 00 0c 00 01 00 00 00 00*4. " MACS "08 00 IP", 0, 0},
    {258, "10 00 00 00 01 00 00 00 01 00 00 00 00*4. " MACS "08 00 IP", 0, 0},
    {258, "0c 00 00 00 01 00 00 00 0c 00 00 00 IP", 0, 0},
    {6, "10 40 00*12. " SNAP "08 00 IP", 0, 0},
    {6, "10 40 00*6. 80 00*5. 06 30 00*4. " SNAP "08 00 IP", 0, 0},
    {8, "00*16. IP", 0, 0},
    {10, "50 00*12. " SNAP "08 00 IP", 0, 0},
    {100, SNAP "08 00 IP", 0, 0},
    {122, "00*16. " SNAP "08 00 IP", 0, 0},
    {138, "00*16. 08 00 IP", 0, 0},
    {226, "01 02 00*22. IP", 0, 0},
    {240, "00*4. " MACS "08 00 IP", 0, 0},
    {241, "00*12. " MACS "08 00 IP", 0, 0},
    {242, "00*40. 08 00 00 00 IP", 0, 0},
    {274, "55*7. d5 " MACS "08 00 IP", 0, 0},
};

/* All of them, and cut: never IP from before its header, never a read beyond the end. */
static void test_good(void **state)
{
    uint8_t bytes[512];

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        size_t len = bytes_from(good[i].packet, bytes);
        struct seen seen = open_part(good[i].link, bytes, len);

        if (seen.result != LINK_IP || seen.at + 20 != len)
            fail_msg("%u: %s: result %d, at %zu of %zu", good[i].link, good[i].packet, seen.result,
                     seen.at, len);
        assert_int_equal(seen.link.ip.len, 20);
        assert_int_equal(seen.link.interface, good[i].interface);
        assert_int_equal(seen.link.direction, good[i].direction);
        assert_true(link_known(good[i].link));
        for (size_t part = 0; part < len; part++) {
            struct seen cut = open_part(good[i].link, bytes, part);

            if (part > len - 20)
                assert_int_equal(cut.result, LINK_IP);
            else if (cut.result == LINK_IP)
                fail_msg("%u: %s: IP in %zu of %zu octets", good[i].link, good[i].packet, part,
                         len);
        }
    }
}

/* Packets that hold something else, and some that lie. */
static void test_other(void **state)
{
    static const struct {
        uint16_t link;
        const char *packet;
    } others[] = {
        {1, MACS "08 06 00*28."},                           /* ARP */
        {1, MACS "00 26 42 42 03 00*35."},                  /* spanning tree */
        {1, MACS "00 26 aa aa 03 00 00 0c 20 00 00*30."},   /* Cisco's discovery */
        {1, MACS "88 63 11 09 00 00 00 00"},                /* PPPoE discovery */
        {1, MACS "88 64 11 00 00 01 00 16 c0 21 IP"},       /* LCP */
        {1, MACS "88 64 11 a7 00 01 00 16 00 21 IP"},       /* a session's end */
        {1, MACS "88 47 00 01 01 ff 00 00 00 00 " MACS "08 00 IP"}, /* a pseudowire */
        {113, "00 00 00 01 00 06 00*8. 08 06 00*28."},
        {276, "08 06 00 00 00 00 00 07 00 01 00 06 00*8. 00*28."},
        {101, "00*20."},
        {0, "07 00 00 00 IP"},
        {0, "02 00 00 00 00*20."},
        {9, "c0 21 01 01 00 04"},
        {104, "8f 00 80 35 00*18."},
        {107, "18 41 03 08 00*20."},
        {107, "18 41 13 cc IP"},
        {239, "02 00 00 01 08 00 01 00 08 00 01 00 00 00 00 00"},
        {105, "48 01 00*30."},           /* empty */
        {105, "08 41 00*22. " SNAP "08 00 IP"}, /* encrypted */
        {105, "88 02 00*22. 80 00 " SNAP "08 00 IP"}, /* several in one */
        {105, "80 00 00*30."},           /* beacon */
        {127, "00 00 04 00 00*30."},
        {163, "00*64."},
        {192, "00 00 08 00 c0 00 00 00 00 00 08 00 c0 00 00 00"}, /* itself again */
        {192, "00 00 07 00 69 00 00 00 00*8."},
        {258, "0c 00 00 00 01 00 00 00 02 01 00 00 0c 00 00 00 01 00 00 00 02 01 00 00"},
        {258, "0c 00 00 00 02 00 00 00 0c 00 00 00 IP"},
    };
    uint8_t bytes[512];

    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        size_t len = bytes_from(others[i].packet, bytes);

        if (open_part(others[i].link, bytes, len).result != LINK_OTHER)
            fail_msg("%u: %s", others[i].link, others[i].packet);
        for (size_t part = 0; part < len; part++)
            assert_int_not_equal(open_part(others[i].link, bytes, part).result, LINK_IP);
    }
}

/* Tags without an end are left after a while. */
static void test_deep(void **state)
{
    uint8_t bytes[1500] = {[12] = 0x81};

    (void)state;
    for (size_t i = 12; i < sizeof bytes; i += 4) {
        bytes[i] = 0x81;
        bytes[i + 1] = 0;
    }
    assert_int_equal(open_part(1, bytes, sizeof bytes).result, LINK_OTHER);
    memset(bytes + 12, 0, sizeof bytes - 12);
    bytes[12] = 0x88;
    bytes[13] = 0x47;
    assert_int_equal(open_part(1, bytes, sizeof bytes).result, LINK_OTHER);
}

static void test_names(void **state)
{
    char text[LINK_TEXT_MAX];

    (void)state;
    assert_int_equal(link_print(276, text), 10);
    assert_string_equal(text, "LINUX_SLL2");
    link_print(1, text);
    assert_string_equal(text, "EN10MB");
    link_print(147, text);
    assert_string_equal(text, "USER0");
    link_print(65535, text);
    assert_string_equal(text, "65535");
    assert_false(link_known(147));
    assert_int_equal(open_part(147, (const uint8_t *)"E", 1).result, LINK_UNKNOWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_other),
        cmocka_unit_test(test_deep),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
