// SPDX-License-Identifier: BSD-2-Clause
/* The fields of a message that are lists: addresses, extended errors, records. */
#include "base/limits.h"
#include "dns/contents.h"
#include "messages/fields.h"
#include "session/fields.h"

enum { EDES_MAX = 4 };

static const struct dns_message *dns_of(const void *at)
{
    const struct message_row *row = at;

    return row->dns;
}

bool message_has_contents(const void *at)
{
    const struct message_row *row = at;

    return row->record->wire != NULL && dns_contents_known(row->dns);
}

size_t message_count_addresses(const void *row)
{
    size_t n = message_has_contents(row) ? dns_of(row)->addresses : 0;

    return n < LIMIT_ADDRESSES ? n : LIMIT_ADDRESSES;
}

struct value message_item_address(const void *row, size_t i, struct text *scratch)
{
    uint8_t octets[16 * LIMIT_ADDRESSES], lens[LIMIT_ADDRESSES];
    unsigned n = dns_addresses(dns_of(row), octets, lens, (unsigned)i + 1);
    const uint8_t *at = octets;

    if (n <= i)
        return value_null();
    for (size_t k = 0; k < i; k++)
        at += lens[k];
    struct endpoint end = endpoint_of(at, lens[i], 0);
    return session_value_endpoint(&end, false, scratch);
}

static struct value contents(const void *row, enum dns_section section, size_t i,
                             struct text *scratch)
{
    dns_contents_print(dns_of(row), section, i, scratch);
    return value_text(scratch->at, scratch->len);
}

#define SECTION(count_name, item_name, section)                                                    \
    size_t count_name(const void *row)                                                             \
    {                                                                                              \
        return message_has_contents(row) ? dns_contents(dns_of(row), section) : 0;                 \
    }                                                                                              \
    struct value item_name(const void *row, size_t i, struct text *scratch)                        \
    {                                                                                              \
        return contents(row, section, i, scratch);                                                 \
    }
SECTION(message_count_answer, message_item_answer, DNS_ANSWER)
SECTION(message_count_authority, message_item_authority, DNS_AUTHORITY)
SECTION(message_count_additional, message_item_additional, DNS_ADDITIONAL)

size_t message_count_edes(const void *row)
{
    struct dns_ede edes[EDES_MAX];

    return message_has_contents(row) && dns_of(row)->edns_octets > 0
               ? dns_edes(dns_of(row), edes, EDES_MAX)
               : 0;
}

const void *message_item_ede(const void *row, size_t i)
{
    static struct dns_ede edes[EDES_MAX]; /* lent until the next call, as a field table has it */

    dns_edes(dns_of(row), edes, EDES_MAX);
    return &edes[i];
}
