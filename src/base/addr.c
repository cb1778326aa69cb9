// SPDX-License-Identifier: BSD-2-Clause
#include "base/addr.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"

void endpoint_set(struct endpoint *end, const void *octets, size_t len)
{
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

    *end = (struct endpoint){.len = 0};
    if (len == 16 && memcmp(octets, mapped, sizeof mapped) != 0) {
        memcpy(end->octet, octets, 16);
        end->len = 16;
    } else if (len == 4 || len == 16) {
        memcpy(end->octet, (const uint8_t *)octets + len - 4, 4);
        end->len = 4;
    }
}

struct endpoint endpoint_of(const void *octets, size_t len, uint16_t port)
{
    struct endpoint end;

    endpoint_set(&end, octets, len);
    end.port = port;
    return end;
}

bool endpoint_parse(const char *text, struct endpoint *end)
{
    uint8_t octets[16];

    *end = (struct endpoint){.len = 0};
    if (inet_pton(AF_INET, text, octets) == 1)
        endpoint_set(end, octets, 4);
    else if (inet_pton(AF_INET6, text, octets) == 1)
        endpoint_set(end, octets, 16);
    return end->len != 0;
}

bool endpoint_same(const struct endpoint *a, const struct endpoint *b)
{
    return a->port == b->port && endpoint_same_addr(a, b);
}

bool endpoint_same_addr(const struct endpoint *a, const struct endpoint *b)
{
    return a->len == b->len && memcmp(a->octet, b->octet, sizeof a->octet) == 0;
}

bool endpoint_is_loopback(const struct endpoint *end)
{
    static const uint8_t one[16] = {[15] = 1};

    if (end->len == 4)
        return end->octet[0] == 127;
    return end->len == 16 && memcmp(end->octet, one, sizeof one) == 0;
}

int endpoint_compare(const struct endpoint *a, const struct endpoint *b)
{
    int order;

    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    order = memcmp(a->octet, b->octet, sizeof a->octet);
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (a->port > b->port) - (a->port < b->port);
}

static size_t put_hex(char *to, unsigned number)
{
    size_t n = number > 0xfff ? 4 : number > 0xff ? 3 : number > 0xf ? 2 : 1;

    for (size_t i = n; i-- > 0; number >>= 4)
        to[i] = "0123456789abcdef"[number & 15];
    return n;
}

static char *put_octet(char *at, unsigned octet)
{
    unsigned tens = octet / 10, hundreds = octet / 100;

    at[0] = (char)('0' + hundreds); /* written over where it is 0 */
    at += hundreds != 0;
    at[0] = (char)('0' + tens - 10 * hundreds);
    at += tens != 0;
    at[0] = (char)('0' + octet - 10 * tens);
    return at + 1;
}

static size_t print_four(const uint8_t *octet, char *text)
{
    char *at = put_octet(text, octet[0]);

    for (int i = 1; i < 4; i++) {
        *at++ = '.';
        at = put_octet(at, octet[i]);
    }
    return (size_t)(at - text);
}

/* RFC 5952 section 4: small letters, no leading zeros, the first longest run of at least two zero
 * groups as "::". */
static size_t print_six(const uint8_t *octet, char *text)
{
    int run = -1, run_len = 1;
    unsigned group[8];
    size_t len = 0;

    for (int i = 0; i < 8; i++)
        group[i] = (unsigned)octet[2 * i] << 8 | octet[2 * i + 1];
    for (int i = 0; i < 8; i++) {
        int n = 0;

        while (i + n < 8 && group[i + n] == 0)
            n++;
        if (n > run_len) {
            run = i;
            run_len = n;
        }
    }
    for (int i = 0; i < 8; i++) {
        if (i == run) {
            text[len++] = ':';
            i += run_len - 1;
            if (i == 7)
                text[len++] = ':';
            continue;
        }
        if (i)
            text[len++] = ':';
        len += put_hex(text + len, group[i]);
    }
    return len;
}

static size_t print_octets(const struct endpoint *end, char *text)
{
    if (end->len == 4)
        return print_four(end->octet, text);
    return end->len == 16 ? print_six(end->octet, text) : 0;
}

size_t endpoint_print_addr(const struct endpoint *end, char text[ADDR_TEXT_MAX])
{
    size_t len = print_octets(end, text);

    text[len] = 0;
    return len;
}

size_t endpoint_print(const struct endpoint *end, char text[ADDR_TEXT_MAX])
{
    size_t len = 0;

    if (!end->port || !end->len)
        return endpoint_print_addr(end, text);
    if (end->len == 16)
        text[len++] = '[';
    len += print_octets(end, text + len);
    if (end->len == 16)
        text[len++] = ']';
    text[len++] = ':';
    len = (size_t)(text_put_count(text + len, end->port) - text);
    text[len] = 0;
    return len;
}
