// SPDX-License-Identifier: BSD-2-Clause
#include "cluster/forwards.h"

#include <stdlib.h>
#include <string.h>

#include "dns/name.h"

enum { PORT_DNS = 53, PORT_DOT = 853, WORD_MAX_LEN = 300 };

/* Behind "SCHEME://". */
static const char *behind_scheme(const char *word)
{
    const char *scheme = strstr(word, "://");
    return scheme != NULL ? scheme + 3 : word;
}

static bool read_number(const char *text, uint16_t *port)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != 0 || number == 0 || number > UINT16_MAX)
        return false;
    *port = (uint16_t)number;
    return true;
}

/* "10.0.0.1", "10.0.0.1:5353", "[2001:db8::1]:53", "2001:db8::1", "tls://9.9.9.9%dns.quad9.net" */
bool forwards_endpoint(const char *word, struct endpoint *end)
{
    char host[ADDR_TEXT_MAX + 8];
    const char *at = behind_scheme(word);
    size_t len = strcspn(at, "%");
    uint16_t port = strncmp(word, "tls://", 6) == 0 ? PORT_DOT : PORT_DNS;

    if (len >= sizeof host)
        return false;
    memory_copy(host, at, len);
    host[len] = 0;
    if (!endpoint_parse(host, end)) {
        char *colon = strrchr(host, ':'), *start = host;
        if (colon != NULL && (host[0] != '[' || colon[-1] == ']')) {
            if (!read_number(colon + 1, &port))
                return false;
            *colon = 0;
        }
        len = strlen(host);
        if (host[0] == '[' && host[len - 1] == ']') {
            host[len - 1] = 0;
            start++;
        }
        if (!endpoint_parse(start, end))
            return false;
    }
    end->port = port;
    return true;
}

static bool names(const struct coredns_forward *forward, const struct endpoint *end)
{
    struct endpoint named;

    for (size_t i = 0; i < forward->to.n; i++)
        if (forwards_endpoint(forward->to.at[i], &named) && endpoint_same_addr(&named, end) &&
            (end->port == 0 || named.port == end->port))
            return true;
    return false;
}

const struct coredns_forward *forwards_to(const struct coredns *coredns, const struct endpoint *end,
                                          size_t *at)
{
    size_t number = 0;

    for (size_t b = 0; b < coredns->n_blocks; b++)
        for (size_t f = 0; f < coredns->blocks[b].n_forwards; f++, number++)
            if (number >= *at && names(&coredns->blocks[b].forwards[f], end)) {
                *at = number + 1;
                return &coredns->blocks[b].forwards[f];
            }
    return NULL;
}

bool forwards_all_named(const struct coredns *coredns)
{
    struct endpoint end;
    size_t n = 0;

    for (size_t b = 0; b < coredns->n_blocks; b++)
        for (size_t f = 0; f < coredns->blocks[b].n_forwards; f++)
            for (size_t i = 0; i < coredns->blocks[b].forwards[f].to.n; i++, n++)
                if (!forwards_endpoint(coredns->blocks[b].forwards[f].to.at[i], &end))
                    return false;
    return n != 0;
}

/* How many octets of the name a zone ("corp.example:53", "dns://.:1053") covers; 0: it does not. */
static size_t covers(const char *zone, const uint8_t *name, size_t len)
{
    char text[WORD_MAX_LEN];
    uint8_t wire[256];
    const char *at = behind_scheme(zone);
    const char *colon = strrchr(at, ':');
    size_t text_len = colon != NULL && colon > at ? (size_t)(colon - at) : strlen(at);

    if (text_len >= sizeof text || text_len == 0)
        return 0;
    memory_copy(text, at, text_len);
    text[text_len] = 0;
    size_t wire_len = dns_name_parse(text, wire);
    if (wire_len == 0)
        return 0;
    dns_name_lower(wire, wire_len);
    return dns_name_within(name, len, wire, wire_len) ? wire_len : 0;
}

static bool is_excepted(const struct coredns_forward *forward, const uint8_t *name, size_t len)
{
    for (size_t i = 0; i < forward->except.n; i++)
        if (covers(forward->except.at[i], name, len) != 0)
            return true;
    return false;
}

/* The server block of the longest zone takes the query; in it the first forward whose zone fits. */
const struct coredns_forward *forwards_for(const struct coredns *coredns, const uint8_t *name,
                                           size_t len)
{
    const struct coredns_block *block = NULL;
    size_t longest = 0;

    for (size_t b = 0; b < coredns->n_blocks; b++)
        for (size_t z = 0; z < coredns->blocks[b].zones.n; z++) {
            size_t covered = covers(coredns->blocks[b].zones.at[z], name, len);
            if (covered > longest) {
                longest = covered;
                block = &coredns->blocks[b];
            }
        }
    for (size_t f = 0; block != NULL && f < block->n_forwards; f++) {
        const struct coredns_forward *forward = &block->forwards[f];
        if (covers(forward->from, name, len) != 0 && !is_excepted(forward, name, len))
            return forward;
    }
    return NULL;
}
