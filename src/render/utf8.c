// SPDX-License-Identifier: BSD-2-Clause
#include "render/utf8.h"

#include <stdbool.h>

uint32_t utf8_read(const char *at, size_t len, size_t *used)
{
    uint8_t head = (uint8_t)at[0];
    size_t more = head >= 0xf0 && head <= 0xf4  ? 3
                  : head >= 0xe0 && head < 0xf0 ? 2
                  : head >= 0xc2 && head < 0xe0 ? 1
                                                : 0;
    uint32_t code = more == 3 ? head & 7u : more == 2 ? head & 15u : head & 31u;

    *used = 1;
    if (more == 0 || more >= len)
        return head;
    for (size_t i = 1; i <= more; i++) {
        uint8_t next = (uint8_t)at[i];
        if ((next & 0xc0) != 0x80)
            return head;
        code = code << 6 | (next & 0x3fu);
    }
    bool over_long = (more == 2 && code < 0x800) || (more == 3 && code < 0x10000);
    if (over_long || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        return head;
    *used = more + 1;
    return code;
}

size_t utf8_write(uint32_t code, char to[4])
{
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    size_t more = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t heads[] = {0, 0xc0, 0xe0, 0xf0};
    for (size_t i = more; i > 0; i--) {
        to[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    to[0] = (char)(heads[more] | code);
    return more + 1;
}
