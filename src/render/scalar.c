// SPDX-License-Identifier: BSD-2-Clause
#include "render/scalar.h"

#include <assert.h>

#include "base/field.h"
#include "base/memory.h"
#include "base/when.h"

char *scalar_room(struct text *out, size_t n)
{
    if (out->room - out->len <= n + 1) {
        text_add_fill(out, ' ', n + 1);
        out->len -= n + 1;
    }
    return out->at + out->len;
}

void scalar_end(struct text *out, char *at)
{
    *at = 0;
    out->len = (size_t)(at - out->at);
}

/* Eight octets as one word; written out in full so that the compiler makes one load of it. */
static uint64_t load8(const char *from)
{
    const uint8_t *at = (const uint8_t *)from;

    return (uint64_t)at[0] | (uint64_t)at[1] << 8 | (uint64_t)at[2] << 16 | (uint64_t)at[3] << 24 |
           (uint64_t)at[4] << 32 | (uint64_t)at[5] << 40 | (uint64_t)at[6] << 48 |
           (uint64_t)at[7] << 56;
}

#define EACH(octet) (UINT64_C(0x0101010101010101) * (octet))

/* Not 0 where one of the octets is below 0x20, beyond 0x7e, a quote or a backslash. */
static uint64_t special8(uint64_t word)
{
    uint64_t quote = word ^ EACH('"'), slash = word ^ EACH('\\'), del = word ^ EACH(0x7f);
    uint64_t low = (word - EACH(0x20)) & ~word;
    uint64_t same =
        ((quote - EACH(1)) & ~quote) | ((slash - EACH(1)) & ~slash) | ((del - EACH(1)) & ~del);

    return (word | low | same) & EACH(0x80);
}

char *scalar_quoted(char *at, const char *from, size_t len)
{
    uint64_t bad = 0;
    size_t i = 0;

    *at++ = '"';
    memory_copy(at, from, len);
    for (; len - i > 8; i += 8)
        bad |= special8(load8(from + i));
    if (len >= 8) {
        bad |= special8(load8(from + len - 8)); /* may look at some octets again */
    } else {
        uint64_t word = EACH('n');
        for (; i < len; i++)
            word = word << 8 | (unsigned char)from[i];
        bad |= special8(word);
    }
    at[len] = '"';
    return bad ? NULL : at + len + 1;
}

static char *put_count(char *at, int64_t count)
{
    char digits[20];
    size_t n = 0;
    uint64_t left = count < 0 ? 0 - (uint64_t)count : (uint64_t)count;

    if (count < 0)
        *at++ = '-';
    do {
        digits[n++] = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    while (n > 0)
        *at++ = digits[--n];
    return at;
}

static char *put(char *at, const char *from, size_t len)
{
    memory_copy(at, from, len);
    return at + len;
}

char *scalar_value(struct text *out, char *at, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        return put(at, "null", 4);
    case VALUE_BOOL:
        return value->yes ? put(at, "true", 4) : put(at, "false", 5);
    case VALUE_COUNT:
        return put_count(at, value->count);
    case VALUE_TIME:
        *at++ = '"';
        at += when_print(value->ns, at);
        *at++ = '"';
        return at;
    case VALUE_MS:
        return at + when_print_ms(value->ns, at);
    case VALUE_SHARE:
    case VALUE_NUMBER:
        scalar_end(out, at);
        field_print(value, out);
        return out->at + out->len;
    case VALUE_TEXT:
        break;
    }
    assert(value->kind != VALUE_TEXT);
    return at;
}
