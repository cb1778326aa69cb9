// SPDX-License-Identifier: BSD-2-Clause
#ifndef RENDER_UTF8_H
#define RENDER_UTF8_H
/* UTF-8 (RFC 3629), read a code point at a time. */
#include <stddef.h>
#include <stdint.h>

/* The code point at AT (LEN >= 1 octets are there) and in *USED how many octets it takes.  Octets
 * that are no UTF-8 are read as the code point of their own number, one at a time: what
 * text_add_json() makes of them, so that all outputs tell the same text. */
uint32_t utf8_read(const char *at, size_t len, size_t *used);
/* Writes CODE (at most 0x10ffff) into TO; returns the octets written. */
size_t utf8_write(uint32_t code, char to[4]);

#endif
