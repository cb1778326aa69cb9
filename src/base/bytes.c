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

/* Sixteen octets side by side: the compiler makes it one register where the machine has such. */
typedef int8_t octets __attribute__((vector_size(16)));

/* A-Z to a-z.  Octets above 0x7f are negative, and no letters. */
static void lower_sixteen(uint8_t *at)
{
    octets each;

    memcpy(&each, at, sizeof each);
    each |= (octets)(each > 'A' - 1) & (octets)(each < 'Z' + 1) & 0x20;
    memcpy(at, &each, sizeof each);
}

void bytes_lower(uint8_t *at, size_t len)
{
    size_t i = 0;

    if (len >= sizeof(octets)) {
        for (; i < len - sizeof(octets); i += sizeof(octets))
            lower_sixteen(at + i);
        lower_sixteen(at + len - sizeof(octets)); /* overlaps the one before: that changes nothing */
        return;
    }
    for (; i < len; i++)
        at[i] = (uint8_t)(at[i] >= 'A' && at[i] <= 'Z' ? at[i] | 0x20 : at[i]);
}
