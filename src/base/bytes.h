// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_BYTES_H
#define BASE_BYTES_H
/*
 * A cursor over bytes that nobody vouches for.  A read past the end gives 0 and sets `bad`, which
 * sticks: a parser reads straight on and asks once at its end.  Never owns what it points at.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct slice { /* some bytes lent by somebody; at is NULL where there are none */
    const uint8_t *at;
    size_t len;
};

struct bytes {
    const uint8_t *at, *end;
    bool bad;
};

/* Marks the cursor as bad and puts it at its end; always NULL. */
const uint8_t *bytes_fail(struct bytes *bytes);
uint64_t bytes_varint_long(struct bytes *bytes);

static inline struct bytes bytes_of(const void *at, size_t len)
{
    const uint8_t *first = len ? at : (const void *)"";
    return (struct bytes){first, first + len, false};
}

static inline size_t bytes_left(const struct bytes *bytes)
{
    return (size_t)(bytes->end - bytes->at);
}

/* The next LEN bytes; NULL where there are fewer. */
static inline const uint8_t *bytes_cut(struct bytes *bytes, size_t len)
{
    const uint8_t *at = len <= bytes_left(bytes) ? bytes->at : bytes_fail(bytes);
    bytes->at = at ? at + len : bytes->at;
    return at;
}

static inline uint8_t bytes_u8(struct bytes *bytes)
{
    const uint8_t *at = bytes_cut(bytes, 1);
    return at ? *at : 0;
}

uint16_t bytes_be16(struct bytes *bytes);
uint32_t bytes_be32(struct bytes *bytes);
uint32_t bytes_le32(struct bytes *bytes);
uint64_t bytes_le64(struct bytes *bytes);

/* A protobuf varint of at most 10 bytes and 64 bits; others are bad. */
static inline uint64_t bytes_varint(struct bytes *bytes)
{
    bool one = bytes->at < bytes->end && *bytes->at < 0x80;
    return one ? *bytes->at++ : bytes_varint_long(bytes);
}

static inline void bytes_skip(struct bytes *bytes, size_t len)
{
    (void)bytes_cut(bytes, len);
}

/* Cuts the next LEN bytes out as a child that cannot see beyond them; bad where they are not there. */
static inline struct bytes bytes_take(struct bytes *bytes, size_t len)
{
    const uint8_t *at = bytes_cut(bytes, len);
    return at ? (struct bytes){at, at + len, false} : (struct bytes){bytes->end, bytes->end, true};
}

static inline struct slice bytes_slice(struct bytes *bytes, size_t len)
{
    const uint8_t *at = bytes_cut(bytes, len);
    return (struct slice){at, at ? len : 0};
}

/* Copies a few octets, a name for instance: quicker there than memory_copy. */
void bytes_copy(uint8_t *to, const uint8_t *from, size_t len);
/* A-Z to a-z in place; other octets stay. */
void bytes_lower(uint8_t *at, size_t len);

#endif
