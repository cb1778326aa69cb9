// SPDX-License-Identifier: BSD-2-Clause
/* Addresses and networks in a filter. */
#include <string.h>

#include "base/filter-inside.h"
#include "base/memory.h"

/* The digits at TEXT, all of it; false where they are none, or more than MOST. */
static bool digits(const char *text, unsigned most, unsigned *number)
{
    size_t len = strlen(text);

    *number = 0;
    for (size_t i = 0; i < len && *number <= most; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *number = 10 * *number + (unsigned)(text[i] - '0');
    }
    return len > 0 && *number <= most;
}

/* "fd00::7:53" behind "r/": Inspektor Gadget puts no brackets, and always a port. */
static bool read_raw(const char *text, struct filter_network *network)
{
    const char *colon = strrchr(text, ':');
    char addr[ADDR_TEXT_MAX];
    unsigned number;
    size_t len = colon != NULL ? (size_t)(colon - text) : 0;

    if (len == 0 || len >= sizeof addr || memchr(text, ':', len) == NULL)
        return false;
    memory_copy(addr, text, len);
    addr[len] = 0;
    if (!digits(colon + 1, UINT16_MAX, &number) || number == 0 ||
        !endpoint_parse(addr, &network->addr))
        return false;
    network->bits = 8u * network->addr.len;
    network->addr.port = (uint16_t)number;
    return true;
}

bool filter_network_read(const char *text, bool port, struct filter_network *network)
{
    char addr[ADDR_TEXT_MAX];
    unsigned number;

    if (strncmp(text, "r/", 2) == 0) {
        text += 2;
        if (port && read_raw(text, network))
            return true;
    }
    bool bracket = *text == '[';
    const char *end = bracket ? strchr(++text, ']') : NULL;
    if (bracket && end == NULL)
        return false;
    if (end == NULL) {
        const char *colon = strchr(text, ':');
        bool several = colon != NULL && strchr(colon + 1, ':') != NULL; /* IPv6 */
        end = text + strcspn(text, several ? "/" : "/:");
    }
    size_t len = (size_t)(end - text);
    if (len >= sizeof addr)
        return false;
    memory_copy(addr, text, len);
    addr[len] = 0;
    if (!endpoint_parse(addr, &network->addr))
        return false;
    end += bracket;
    network->bits = 8u * network->addr.len;
    if (*end == 0)
        return true;
    if (*end == '/' && digits(end + 1, network->bits, &number))
        network->bits = number;
    else if (*end == ':' && port && digits(end + 1, UINT16_MAX, &number) && number > 0)
        network->addr.port = (uint16_t)number;
    else
        return false;
    return true;
}

bool filter_network_has(const struct filter_network *network, const struct endpoint *addr)
{
    unsigned octets = network->bits / 8, rest = network->bits % 8;

    if (addr->len != network->addr.len || memcmp(addr->octet, network->addr.octet, octets) != 0)
        return false;
    unsigned mask = 0xff00u >> rest & 0xff;
    return rest == 0 || ((addr->octet[octets] ^ network->addr.octet[octets]) & mask) == 0;
}
