// SPDX-License-Identifier: BSD-2-Clause
#include "dns/name.h"

#include <string.h>

#include "base/bytes.h"
#include "base/map.h"

enum { NAME_MAX_OCTETS = 255, LABEL_MAX_OCTETS = 63 };

static uint8_t lower(uint8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (uint8_t)(octet + ('a' - 'A')) : octet;
}

/* Octets that stand for themselves in print: PLAIN, capitals with the bit that makes them small;
 * 0: an escape is needed (RFC 1035 section 5.1, RFC 4343 section 2.1). */
enum { PLAIN = 0x80, SMALL = 0x20 };
static const uint8_t shown_as[256] = {
    ['!' ... '-'] = PLAIN, ['/' ... '@'] = PLAIN, ['A' ... 'Z'] = PLAIN | SMALL,
    ['[' ... '['] = PLAIN, [']' ... '~'] = PLAIN,
};

static char *put_escaped(char *at, uint8_t octet)
{
    *at++ = '\\';
    if (octet == '.' || octet == '\\') {
        *at++ = (char)octet;
        return at;
    }
    *at++ = (char)('0' + octet / 100);
    *at++ = (char)('0' + octet / 10 % 10);
    *at++ = (char)('0' + octet % 10);
    return at;
}

/* Puts the octets of a label; with SMALL capitals become small.  Returns the end. */
static char *put_label(char *at, const uint8_t *label, size_t len, uint8_t small)
{
    for (size_t i = 0; i < len; i++) {
        uint8_t shown = shown_as[label[i]];
        if (shown != 0)
            *at++ = (char)(label[i] | (shown & small));
        else
            at = put_escaped(at, label[i]);
    }
    return at;
}

/* Puts a whole name of small letters and what needs no escape, as nearly all are: the octets behind
 * the first one with dots for the lengths.  Returns the end; NULL for other names. */
static char *put_plain(char *at, const uint8_t *name, size_t len)
{
    size_t i = 0;

    if (len < 3 || !text_put_without(at, name + 1, len - 1, '.'))
        return NULL;
    while (i < len && name[i] > 0 && name[i] <= LABEL_MAX_OCTETS) {
        i += 1u + name[i];
        if (i > len)
            return NULL;
        at[i - 1] = '.';
    }
    return i == len - 1 && text_is_small(at, i) ? at + i : NULL;
}

static char *put_any(char *at, const uint8_t *name, size_t len, uint8_t small)
{
    size_t end;

    if (len > 0 && name[0] == 0)
        *at++ = '.';
    for (size_t i = 0; i < len && name[i] > 0 && name[i] <= LABEL_MAX_OCTETS; i = end) {
        end = i + 1 + name[i];
        at = put_label(at, name + i + 1, (end < len ? end : len) - i - 1, small);
        if (end <= len)
            *at++ = '.';
    }
    return at;
}

void dns_name_print(const uint8_t *name, size_t len, bool lower_case, struct text *text)
{
    char *at = text_room(text, 4 * NAME_MAX_OCTETS), *end;

    if (len > NAME_MAX_OCTETS)
        len = NAME_MAX_OCTETS;
    end = put_plain(at, name, len);
    text_end(text, end ? end : put_any(at, name, len, lower_case ? SMALL : 0));
}

bool dns_name_same(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
    if (a_len != b_len)
        return false;
    if (a_len == 0 || memcmp(a, b, a_len) == 0)
        return true;
    /* Length octets are below 'A', so that the whole name may be taken for letters. */
    for (size_t i = 0; i < a_len; i++) {
        if (lower(a[i]) != lower(b[i]))
            return false;
    }
    return true;
}

void dns_name_lower(uint8_t *name, size_t len)
{
    bytes_lower(name, len); /* length octets are below 'A' */
}

unsigned dns_name_labels(const uint8_t *name, size_t len)
{
    unsigned labels = 0;

    for (size_t i = 0; i < len && name[i] > 0 && name[i] <= LABEL_MAX_OCTETS; i += 1u + name[i])
        labels++;
    return labels;
}

size_t dns_name_skip(const uint8_t *name, size_t len, unsigned n)
{
    size_t i = 0;

    if (len == 0)
        return 0;
    for (; n > 0 && i < len && name[i] > 0 && name[i] <= LABEL_MAX_OCTETS; n--)
        i += 1u + name[i];
    return n == 0 && i < len ? i : len - 1;
}

bool dns_name_within(const uint8_t *name, size_t len, const uint8_t *zone, size_t zone_len)
{
    size_t i = 0;

    if (zone_len == 0 || len < zone_len)
        return false;
    while (len - i > zone_len && name[i] > 0 && name[i] <= LABEL_MAX_OCTETS && len - i > name[i])
        i += 1u + name[i];
    return dns_name_same(name + i, len - i, zone, zone_len);
}

/* One character of a label, escapes read (RFC 1035 section 5.1); returns what stands behind it,
 * NULL where the escape is none. */
static const char *parse_octet(const char *at, uint8_t *octet)
{
    unsigned number = 0;

    if (*at != '\\') {
        *octet = (uint8_t)*at;
        return at + 1;
    }
    at++;
    if (*at < '0' || *at > '9') {
        *octet = (uint8_t)*at;
        return *at ? at + 1 : NULL;
    }
    for (int i = 0; i < 3; i++, at++) {
        if (*at < '0' || *at > '9')
            return NULL;
        number = number * 10 + (unsigned)(*at - '0');
    }
    *octet = (uint8_t)number;
    return number <= 255 ? at : NULL;
}

size_t dns_name_parse(const char *text, uint8_t wire[256])
{
    size_t len = 1, label = 0; /* the label's length octet; len is behind its last octet */

    if (strcmp(text, ".") == 0)
        text++;
    else if (!*text || *text == '.')
        return 0;
    while (*text) {
        if (*text == '.') {
            if (len == label + 1)
                return 0;
            wire[label] = (uint8_t)(len - label - 1);
            label = len++;
            text++;
        } else {
            if (len - label > LABEL_MAX_OCTETS || len > NAME_MAX_OCTETS - 1)
                return 0;
            text = parse_octet(text, &wire[len++]);
            if (!text)
                return 0;
        }
        if (len > NAME_MAX_OCTETS)
            return 0;
    }
    if (len > label + 1) { /* no final dot */
        if (len >= NAME_MAX_OCTETS)
            return 0;
        wire[label] = (uint8_t)(len - label - 1);
        label = len++;
    }
    wire[label] = 0;
    return len;
}

uint32_t dns_name_hash(const uint8_t *name, size_t len)
{
    uint64_t hash = map_hash_lower(name, len);
    uint32_t folded = (uint32_t)(hash ^ hash >> 32);

    return folded ? folded : 1;
}
