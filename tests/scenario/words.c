// SPDX-License-Identifier: BSD-2-Clause
/* Words of a script: numbers, times, addresses, mnemonics. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

unsigned split(char *line, char *words[WORDS])
{
    unsigned n = 0;
    for (char *at = line; *at && n < WORDS;) {
        at += strspn(at, " \t\n");
        if (!*at || *at == '#')
            break;
        words[n++] = at;
        at += strcspn(at, " \t\n");
        if (*at)
            *at++ = 0;
    }
    return n;
}

int64_t seconds_of(const char *text)
{
    bool minus = *text == '-';
    char *end;
    int64_t ns = strtoll(text + minus, &end, 10) * WHEN_SECOND, unit = WHEN_SECOND / 10;
    if (*end == '.')
        for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
            ns += (*end - '0') * unit;
    return minus ? -ns : ns;
}

int64_t when_of(const char *text)
{
    return BASE + seconds_of(text);
}

struct endpoint end_of(const char *text, uint16_t port)
{
    char host[64] = "";
    const char *behind = *text == '[' ? strchr(text, ']') : text + strcspn(text, ":");
    text += *text == '[';
    memcpy(host, text, (size_t)(behind - text) < sizeof host ? (size_t)(behind - text) : 0);
    behind += *behind == ']';
    if (*behind == ':')
        port = (uint16_t)strtoul(behind + 1, NULL, 10);
    uint8_t octets[16];
    if (inet_pton(AF_INET, host, octets) == 1)
        return endpoint_of(octets, 4, port);
    return endpoint_of(octets, inet_pton(AF_INET6, host, octets) == 1 ? 16 : 0, port);
}

const struct number_word types[] = {{"A", 1},    {"NS", 2},     {"CNAME", 5}, {"SOA", 6},
                                    {"PTR", 12}, {"HINFO", 13}, {"TXT", 16},  {"AAAA", 28},
                                    {"SRV", 33}, {"AXFR", 252}, {NULL, 0}};
const struct number_word rcodes[] = {{"NOERROR", 0},  {"FORMERR", 1}, {"SERVFAIL", 2},
                                     {"NXDOMAIN", 3}, {"NOTIMP", 4},  {"REFUSED", 5},
                                     {"YXDOMAIN", 6}, {NULL, 0}};
const struct number_word transports[] = {
    {"udp", TRANSPORT_UDP}, {"tcp", TRANSPORT_TCP}, {"dot", TRANSPORT_DOT}, {NULL, 0}};
const struct number_word roles[] = {{"client", ROLE_CLIENT},
                                    {"server", ROLE_SERVER},
                                    {"upstream", ROLE_UPSTREAM},
                                    {"cache", ROLE_CACHE},
                                    {NULL, 0}};

uint16_t number_of(const struct script *script, const struct number_word *words, const char *text)
{
    for (; words->word; words++)
        if (strcmp(words->word, text) == 0)
            return words->number;
    broken(script, "unknown word");
}

const char *word_of(const struct number_word *words, unsigned number)
{
    while (words->word && words->number != number)
        words++;
    return words->word ? words->word : "?";
}
