// SPDX-License-Identifier: BSD-2-Clause
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

enum { FIRST_ROOM = 64 };

static const char hex_digits[] = "0123456789abcdef";

void text_done(struct text *text)
{
    memory_free(text->at);
    *text = (struct text){NULL, 0, 0};
}

void text_clear(struct text *text)
{
    text->len = 0;
    if (text->at)
        text->at[0] = 0;
}

/* Makes room for LEN bytes more and the final 0. */
static void make_room(struct text *text, size_t len)
{
    size_t room = text->room ? text->room : FIRST_ROOM;

    if (len < text->room - text->len)
        return;
    while (room - text->len <= len)
        room = room > SIZE_MAX / 2 ? SIZE_MAX : room * 2;
    text->at = memory_grow(text->at, room, 1);
    text->room = room;
}

void text_add(struct text *text, const char *at, size_t len)
{
    if (!len)
        return;
    char *to = text_room(text, len);
    memcpy(to, at, len);
    text_end(text, to + len);
}

char *text_room_more(struct text *text, size_t n)
{
    make_room(text, n);
    return text->at + text->len;
}

void text_add_string(struct text *text, const char *string)
{
    text_add(text, string, strlen(string));
}

void text_add_char(struct text *text, char c)
{
    char *to = text_room(text, 1);

    *to = c;
    text_end(text, to + 1);
}

void text_add_fill(struct text *text, char c, size_t n)
{
    if (!n)
        return;
    make_room(text, n);
    memset(text->at + text->len, c, n);
    text->len += n;
    text->at[text->len] = 0;
}

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

enum { DIGITS_MAX = 20 }; /* of 2^63, with its sign */

char *text_put_count(char *at, int64_t count)
{
    uint64_t left = count < 0 ? 0 - (uint64_t)count : (uint64_t)count;
    unsigned n = 1; /* digits */

    if (left < 10 && count >= 0) {
        *at = (char)('0' + left);
        return at + 1;
    }
    if (count < 0)
        *at++ = '-';
    for (uint64_t limit = 10; n < DIGITS_MAX - 1 && left >= limit; limit *= 10)
        n++;
    for (char *digit = at + n; left >= 10; left /= 100)
        memcpy(digit -= 2, pairs + 2 * (left % 100), 2);
    if (n % 2)
        *at = (char)('0' + left);
    return at + n;
}

void text_add_count(struct text *text, int64_t count)
{
    text_end(text, text_put_count(text_room(text, DIGITS_MAX), count));
}

void text_add_grouped(struct text *text, int64_t count)
{
    char digit[DIGITS_MAX], *end = text_put_count(digit, count);

    for (const char *at = digit; at < end; at++) {
        text_add_char(text, *at);
        if (*at != '-' && at + 1 < end && (end - at - 1) % 3 == 0)
            text_add_char(text, ',');
    }
}

void text_format(struct text *text, const char *format, ...)
{
    va_list arguments;
    int len;

    va_start(arguments, format);
    len = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (len <= 0)
        return;
    make_room(text, (size_t)len);
    va_start(arguments, format);
    vsnprintf(text->at + text->len, (size_t)len + 1, format, arguments);
    va_end(arguments);
    text->len += (size_t)len;
}

/* The bytes of the UTF-8 code point at AT (RFC 3629: shortest form, no surrogates) and its number
 * in *POINT; 0 where there is none. */
static size_t utf8_point(const uint8_t *at, size_t len, uint32_t *point)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    uint32_t number = n == 1 ? at[0] : at[0] & (0x7fu >> n);

    if (n > len || (at[0] >= 0x80 && at[0] < 0xc2) || at[0] > 0xf4)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        number = number << 6 | (at[i] & 0x3f);
    }
    if (number < least[n] || number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff))
        return 0;
    *point = number;
    return n;
}

/* Sixteen octets side by side: the compiler makes it one register where the machine has such. */
typedef uint8_t octets __attribute__((vector_size(16)));
typedef uint64_t two_words __attribute__((vector_size(16)));

/* Octets that are not 0 where an octet needs an escape in a JSON string of ASCII. */
static inline octets special_octets(octets at)
{
    return (octets)(at - 0x20 > 0x7e - 0x20) | (octets)(at == '"') | (octets)(at == '\\');
}

/* Copies LEN < 16 octets; returns all of them, some twice, with blanks where there are too few. */
static octets put_few(char *at, const char *from, size_t len)
{
    const uint64_t blanks = UINT64_C(0x2020202020202020);
    uint64_t head = blanks, tail = blanks;
    uint32_t first, last;

    if (len >= 8) {
        memcpy(&head, from, 8);
        memcpy(&tail, from + len - 8, 8);
        memcpy(at, &head, 8);
        memcpy(at + len - 8, &tail, 8);
    } else if (len >= 4) {
        memcpy(&first, from, 4);
        memcpy(&last, from + len - 4, 4);
        memcpy(at, &first, 4);
        memcpy(at + len - 4, &last, 4);
        head = first | (uint64_t)last << 32;
    } else if (len > 0) {
        uint8_t one = (uint8_t)from[0], middle = (uint8_t)from[len / 2],
                end = (uint8_t)from[len - 1];
        at[0] = (char)one;
        at[len / 2] = (char)middle;
        at[len - 1] = (char)end;
        head = blanks << 24 | one | (uint64_t)middle << 8 | (uint64_t)end << 16;
    }
    return (octets)(two_words){head, tail};
}

static bool any(octets flags)
{
    two_words halves = (two_words)flags;

    return (halves[0] | halves[1]) != 0;
}

bool text_put_without(char *at, const void *from, size_t len, char barred)
{
    octets bad = {0}, some;
    const char *octet = from;
    size_t last = len - sizeof some;

    if (len < sizeof some)
        return !any((octets)(put_few(at, from, len) == (uint8_t)barred));
    for (size_t i = 0; i < last; i += sizeof some) {
        memcpy(&some, octet + i, sizeof some);
        memcpy(at + i, &some, sizeof some);
        bad |= (octets)(some == (uint8_t)barred);
    }
    memcpy(&some, octet + last, sizeof some); /* overlaps the ones before it */
    memcpy(at + last, &some, sizeof some);
    return !any(bad | (octets)(some == (uint8_t)barred));
}

static octets not_small(octets at)
{
    return (octets)(at - 0x21 > 0x7e - 0x21) | (octets)(at == '\\') |
           (octets)(at - 'A' <= 'Z' - 'A');
}

bool text_is_small(const char *at, size_t len)
{
    octets bad = {0}, some;

    if (len < sizeof some) {
        bool small = true;
        for (size_t i = 0; i < len; i++)
            small &= at[i] > ' ' && at[i] <= '~' && at[i] != '\\' && (at[i] < 'A' || at[i] > 'Z');
        return small;
    }
    for (size_t i = 0; i < len - sizeof some; i += sizeof some) {
        memcpy(&some, at + i, sizeof some);
        bad |= not_small(some);
    }
    memcpy(&some, at + len - sizeof some, sizeof some); /* overlaps the ones before it */
    return !any(bad | not_small(some));
}

char *text_put_quoted(char *at, const char *from, size_t len)
{
    octets bad = {0}, some;
    char *end = at + len + 1;

    *at++ = '"';
    if (len < sizeof some) {
        bad = special_octets(put_few(at, from, len));
    } else {
        for (size_t i = 0; i < len - sizeof some; i += sizeof some) {
            memcpy(&some, from + i, sizeof some);
            memcpy(at + i, &some, sizeof some);
            bad |= special_octets(some);
        }
        memcpy(&some, from + len - sizeof some, sizeof some); /* overlaps the ones before it */
        memcpy(end - sizeof some, &some, sizeof some);
        bad |= special_octets(some);
    }
    *end = '"';
    return any(bad) ? NULL : end + 1;
}

static bool json_plain(uint8_t c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* What goes out as it is: all but controls, and what a YAML may not hold or takes for the end of a line
 * (JSON is read as YAML, too; YAML 1.1 sections 4.1.1 and 4.1.4). */
static bool json_allowed(uint32_t point)
{
    return point >= 0xa0 && point != 0x2028 && point != 0x2029 && point != 0xfeff &&
           point != 0xfffe && point != 0xffff;
}

static void add_json_escape(struct text *text, uint16_t c)
{
    static const char *const shorts = "\"\"\\\\\nn\rr\tt";
    char escape[6] = {'\\',
                      'u',
                      hex_digits[c >> 12],
                      hex_digits[c >> 8 & 15],
                      hex_digits[c >> 4 & 15],
                      hex_digits[c & 15]};

    for (size_t i = 0; shorts[i]; i += 2) {
        if ((uint8_t)shorts[i] == c) {
            escape[1] = shorts[i + 1];
            text_add(text, escape, 2);
            return;
        }
    }
    text_add(text, escape, sizeof escape);
}

void text_add_json(struct text *text, const char *at, size_t len)
{
    const uint8_t *octet = (const uint8_t *)at;
    size_t i = 0, kept = 0; /* bytes from kept to i go out as they are */

    text_add_char(text, '"');
    while (i < len) {
        uint32_t point = 0;
        size_t n;

        if (json_plain(octet[i])) {
            i++;
            continue;
        }
        n = utf8_point(octet + i, len - i, &point);
        if (n > 1 && json_allowed(point)) {
            i += n;
            continue;
        }
        text_add(text, at + kept, i - kept);
        add_json_escape(text, n > 1 ? (uint16_t)point : octet[i]);
        i += n ? n : 1;
        kept = i;
    }
    if (len)
        text_add(text, at + kept, len - kept);
    text_add_char(text, '"');
}

void text_add_csv(struct text *text, const char *at, size_t len)
{
    bool quoted = false;

    for (size_t i = 0; i < len && !quoted; i++)
        quoted = at[i] == ',' || at[i] == '"' || at[i] == '\r' || at[i] == '\n';
    if (!quoted) {
        text_add(text, at, len);
        return;
    }
    text_add_char(text, '"');
    for (size_t i = 0; i < len; i++) {
        if (at[i] == '"')
            text_add_char(text, '"');
        text_add_char(text, at[i]);
    }
    text_add_char(text, '"');
}

/* Whether a terminal shows the code point as a sign of its own and is not steered by it: no
 * controls, no bidirectional marks (they reorder what stands around), nothing of zero width, no
 * line separators, tags, private signs or noncharacters. */
static bool terminal_point(uint32_t point)
{
    static const struct {
        uint32_t first, last;
    } barred[] = {
        {0x0000, 0x009f}, {0x00ad, 0x00ad}, {0x034f, 0x034f},   {0x061c, 0x061c},
        {0x115f, 0x1160}, {0x17b4, 0x17b5}, {0x180b, 0x180f},   {0x200b, 0x200f},
        {0x2028, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},   {0xe000, 0xf8ff},
        {0xfdd0, 0xfdef}, {0xfe00, 0xfe0f}, {0xfeff, 0xfeff},   {0xffa0, 0xffa0},
        {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0x1d173, 0x1d17a}, {0xe0000, 0x10ffff},
    };

    for (size_t i = 0; i < sizeof barred / sizeof *barred; i++) {
        if (point >= barred[i].first && point <= barred[i].last)
            return false;
    }
    return true;
}

/* The octets of the sign at AT that a terminal may see as it is; 0: an octet to be escaped. */
static size_t terminal_octets(const uint8_t *at, size_t len, bool utf8)
{
    uint32_t point = 0;

    if (at[0] >= 0x20 && at[0] < 0x7f)
        return 1;
    size_t n = at[0] >= 0x80 && utf8 ? utf8_point(at, len, &point) : 0;
    return n && terminal_point(point) ? n : 0;
}

static void add_hex_escape(struct text *text, uint8_t octet)
{
    char escape[4] = {'\\', 'x', hex_digits[octet >> 4], hex_digits[octet & 15]};

    text_add(text, escape, sizeof escape);
}

void text_add_terminal(struct text *text, const char *at, size_t len, bool utf8)
{
    const uint8_t *octet = (const uint8_t *)at;

    for (size_t i = 0; i < len;) {
        size_t n = terminal_octets(octet + i, len - i, utf8);

        bool micro = !utf8 && i + 1 < len && octet[i] == 0xc2 && octet[i + 1] == 0xb5;

        if (n)
            text_add(text, at + i, n);
        else if (micro)
            text_add_char(text, 'u');
        else
            add_hex_escape(text, octet[i]);
        i += n ? n : 1 + (size_t)micro;
    }
}

/* What HTML (HTML Standard section 13.1.4) wants for a character; NULL: itself. */
static const char *html_reference(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void text_add_html(struct text *text, const char *at, size_t len)
{
    const uint8_t *octet = (const uint8_t *)at;

    for (size_t i = 0; i < len;) {
        const char *reference = html_reference(at[i]);
        size_t n = terminal_octets(octet + i, len - i, true);

        if (reference)
            text_add_string(text, reference);
        else if (n)
            text_add(text, at + i, n);
        else
            add_hex_escape(text, octet[i]);
        i += n ? n : 1;
    }
}

size_t text_columns(const char *at, size_t len)
{
    size_t columns = 0;

    for (size_t i = 0; i < len; i++)
        columns += ((uint8_t)at[i] & 0xc0) != 0x80;
    return columns;
}
