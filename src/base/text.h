// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_TEXT_H
#define BASE_TEXT_H
/* A growing text and the escapes that bytes need before they may go into an output. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct text {
    char *at; /* always ends with a 0 that is not counted in len; NULL while empty */
    size_t len, room;
};

void text_done(struct text *text);  /* frees; takes an empty one too */
void text_clear(struct text *text); /* len 0, keeps the room */
void text_add(struct text *text, const char *at, size_t len);
void text_add_string(struct text *text, const char *string);
void text_add_char(struct text *text, char c);
void text_add_fill(struct text *text, char c, size_t n);
void text_add_count(struct text *text, int64_t count); /* plain decimal; own code, no locale */
void text_add_grouped(struct text *text, int64_t count); /* 18,311 */
/* The digits at AT, at most 20 octets; returns the end. */
char *text_put_count(char *at, int64_t count);
void text_format(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writing in place: where the next octet goes, with room for N behind it and the final 0;
 * text_end() tells how far it went. */
char *text_room_more(struct text *text, size_t n);
static inline char *text_room(struct text *text, size_t n)
{
    return n < text->room - text->len ? text->at + text->len : text_room_more(text, n);
}
static inline void text_end(struct text *text, char *at)
{
    *at = 0;
    text->len = (size_t)(at - text->at);
}
/* Copies all TEXT_STRIDE octets at once: for short literals that lie in blocks of as many. */
#define TEXT_STRIDE 32
static inline void text_put_stride(char *at, const char *from)
{
    memcpy(at, from, TEXT_STRIDE);
}
/* Copies LEN octets; tells whether none of them is BARRED. */
bool text_put_without(char *at, const void *from, size_t len, char barred);
/* Whether all octets are printable ASCII but blanks, backslashes and capitals. */
bool text_is_small(const char *at, size_t len);
/* In double quotes where none of the octets is a control, a quote, a backslash or beyond ASCII:
 * returns the end.  Else NULL.  There is room for LEN + 2. */
char *text_put_quoted(char *at, const char *from, size_t len);

/* A JSON string with its quotes; control characters and bytes that are not UTF-8 become \u escapes. */
void text_add_json(struct text *text, const char *at, size_t len);
/* RFC 4180: quoted where a comma, quote, CR or LF needs it. */
void text_add_csv(struct text *text, const char *at, size_t len);
/* For terminals and messages: bytes outside printable ASCII become \ooo-free \xHH escapes, UTF-8
 * letters are kept where UTF8 (never C0, C1 or bidirectional controls), else the micro sign of units
 * is a u. */
void text_add_terminal(struct text *text, const char *at, size_t len, bool utf8);
/* For HTML, between tags and in quoted attributes: as for a terminal that knows UTF-8, and &, <, >
 * and both quotes as references. */
void text_add_html(struct text *text, const char *at, size_t len);
/* Columns that the text takes on a terminal (UTF-8 code points that are not continuation bytes). */
size_t text_columns(const char *at, size_t len);

#endif
