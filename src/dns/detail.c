// SPDX-License-Identifier: BSD-2-Clause
#include "dns/detail.h"

#include "base/limits.h"
#include "base/memory.h"

#define EDES_MAX 4
#define EDE_TEXT_MAX 200

size_t dns_detail(const struct dns_message *message, uint8_t detail[DNS_DETAIL_MAX],
                  uint16_t *n_addresses, uint16_t *n_edes)
{
    uint8_t octets[16 * LIMIT_ADDRESSES], lens[LIMIT_ADDRESSES];
    struct dns_ede edes[EDES_MAX];
    unsigned n = message->addresses ? dns_addresses(message, octets, lens, LIMIT_ADDRESSES) : 0;
    size_t len = 0, from = 0;
    *n_addresses = *n_edes = 0;
    for (unsigned i = 0; i < n && len + 17 <= DNS_DETAIL_MAX - EDES_MAX * (EDE_TEXT_MAX + 3u); i++) {
        detail[len++] = lens[i];
        memory_copy(detail + len, octets + from, lens[i]);
        len += lens[i];
        from += lens[i];
        (*n_addresses)++;
    }
    *n_edes = (uint16_t)(message->edns_octets ? dns_edes(message, edes, EDES_MAX) : 0);
    for (unsigned i = 0; i < *n_edes; i++) {
        size_t text = edes[i].text.len < EDE_TEXT_MAX ? edes[i].text.len : EDE_TEXT_MAX;
        detail[len++] = (uint8_t)(edes[i].code >> 8);
        detail[len++] = (uint8_t)(edes[i].code & 0xff);
        detail[len++] = (uint8_t)text;
        memory_copy(detail + len, edes[i].text.at, text);
        len += text;
    }
    return len;
}
