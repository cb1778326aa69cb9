// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/head.h"

#include <string.h>

#include "base/bytes.h"

enum { /* the magic numbers are 0xa1b2 and one of these */
    MICRO = 0xc3d4,
    NANO = 0x3c4d,
    PATCHED = 0xcd34,
};

static uint16_t two(const uint8_t *at, bool big)
{
    return (uint16_t)(big ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
}

/* The lower half of a classic magic number; 0 where there is none. */
static unsigned magic_of(const uint8_t *at, bool *big)
{
    unsigned half;

    *big = at[0] == 0xa1 && at[1] == 0xb2;
    if (!*big && !(at[3] == 0xa1 && at[2] == 0xb2))
        return 0;
    half = two(*big ? at + 2 : at, *big);
    return half == MICRO || half == NANO || half == PATCHED ? half : 0;
}

/* What libpcap takes: 2.0 to 2.4, and 543.0 of DG/UX's tcpdump. */
static bool known_version(uint16_t major, uint16_t minor)
{
    return (major == 2 && minor <= 4) || (major == 543 && minor == 0);
}

static bool is_section(const uint8_t *at, size_t len)
{
    static const uint8_t type[] = {0x0a, 0x0d, 0x0d, 0x0a}, big[] = {0x1a, 0x2b, 0x3c, 0x4d},
                         little[] = {0x4d, 0x3c, 0x2b, 0x1a};
    size_t seen = len < HEAD_SIGN ? len : HEAD_SIGN;

    if (memcmp(at, type, sizeof type) != 0)
        return false;
    return seen <= 8 || memcmp(at + 8, big, seen - 8) == 0 ||
           memcmp(at + 8, little, seen - 8) == 0;
}

enum head_kind head_kind(const uint8_t *at, size_t len)
{
    bool big;

    if (len < 4)
        return HEAD_NONE;
    if (at[0] == 0x0a)
        return is_section(at, len) ? HEAD_PCAPNG : HEAD_NONE;
    if (!magic_of(at, &big) || (len >= 8 && !known_version(two(at + 4, big), two(at + 6, big))))
        return HEAD_NONE;
    return HEAD_CLASSIC;
}

struct head head_read(const uint8_t *at)
{
    struct head head = {0};
    unsigned magic = magic_of(at, &head.big);

    head.nano = magic == NANO;
    head.patched = magic == PATCHED;
    head.major = two(at + 4, head.big);
    head.minor = two(at + 6, head.big);
    /* 16 bits; above them are the length of frame check sequences and reserved bits. */
    head.link = two(head.big ? at + 22 : at + 20, head.big);
    return head;
}

size_t head_search(const uint8_t *at, size_t len, size_t avail)
{
    for (size_t i = 0; i < len && avail - i >= HEAD_SIGN; i++) {
        if ((at[i] == 0x0a || at[i] == 0xa1 || at[i + 3] == 0xa1) &&
            head_kind(at + i, avail - i) != HEAD_NONE)
            return i;
    }
    return len;
}

/* All classic magic numbers have 0xa1 as their first or fourth octet. */
size_t head_inside(const uint8_t *at, size_t len, size_t avail)
{
    const uint8_t *end = at + (avail - len < 3 ? avail : len + 3), *hit = at + 1;

    for (; hit < end && (hit = memchr(hit, 0xa1, (size_t)(end - hit))); hit++) {
        size_t first = (size_t)(hit - at), fourth = first - 3;

        if (first < len && head_kind(hit, avail - first) == HEAD_CLASSIC)
            return first;
        if (first > 3 && head_kind(at + fourth, avail - fourth) == HEAD_CLASSIC)
            return fourth;
    }
    return len;
}
