// SPDX-License-Identifier: BSD-2-Clause
#include "base/bytes.h"

#include <string.h>

const uint8_t *bytes_fail(struct bytes *bytes)
{
    bytes->at = bytes->end;
    bytes->bad = true;
    return NULL;
}

uint16_t bytes_be16(struct bytes *bytes)
{
    const uint8_t *at = bytes_cut(bytes, 2);

    if (!at)
        return 0;
    return (uint16_t)(at[0] << 8 | at[1]);
}

uint32_t bytes_be32(struct bytes *bytes)
{
    const uint8_t *at = bytes_cut(bytes, 4);

    return at ? (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3] : 0;
}

uint32_t bytes_le32(struct bytes *bytes)
{
    const uint8_t *at = bytes_cut(bytes, 4);

    return at ? (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0] : 0;
}

uint64_t bytes_le64(struct bytes *bytes)
{
    const uint8_t *at = bytes_cut(bytes, 8);
    uint64_t value = 0;

    for (int i = 7; at && i >= 0; i--)
        value = value << 8 | at[i];
    return value;
}

uint64_t bytes_varint_long(struct bytes *bytes)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 70; shift += 7) {
        uint8_t octet = bytes_u8(bytes);

        if (bytes->bad || (shift == 63 && octet > 1))
            break;
        value |= (uint64_t)(octet & 0x7f) << shift;
        if (octet < 0x80)
            return value;
    }
    bytes_fail(bytes);
    return 0;
}

void bytes_copy(uint8_t *to, const uint8_t *from, size_t len)
{
    size_t at = 0;

    if (len >= 16) {
        for (; at < len - 16; at += 16)
            memcpy(to + at, from + at, 16);
        memcpy(to + len - 16, from + len - 16, 16); /* overlaps the one before */
    } else if (len >= 8) {
        memcpy(to, from, 8);
        memcpy(to + len - 8, from + len - 8, 8);
    } else {
        for (; at < len; at++)
            to[at] = from[at];
    }
}

/* Eight octets at once: bit 7 of each is set where it lies between 'A' and 'Z'. */
static uint64_t lower_word(uint64_t word)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t seven = word & (ones * 0x7f);
    uint64_t from_a = seven + ones * (0x80 - 'A'), over_z = seven + ones * (0x7f - 'Z');

    return word | (from_a & ~over_z & ~word & (ones * 0x80)) >> 2;
}

void bytes_lower(uint8_t *at, size_t len)
{
    uint64_t word = 0;

    for (; len >= 8; len -= 8, at += 8) {
        memcpy(&word, at, 8);
        word = lower_word(word);
        memcpy(at, &word, 8);
    }
    for (; len > 0; len--, at++)
        *at = (uint8_t)(*at >= 'A' && *at <= 'Z' ? *at | 0x20 : *at);
}
