// SPDX-License-Identifier: BSD-2-Clause
#include "dns/probe.h"

#define TYPE_NS 2
#define TYPE_HINFO 13

static bool label_is_number(const uint8_t *name, size_t len, size_t at)
{
    if (at >= len || name[at] == 0 || at + 1 + name[at] > len)
        return false;
    for (size_t i = 1; i <= name[at]; i++)
        if (name[at + i] < '0' || name[at + i] > '9')
            return false;
    return true;
}

bool dns_is_probe(const struct dns_message *message)
{
    return message->type == TYPE_HINFO && message->name_len > 0 &&
           label_is_number(message->name, message->name_len, 0) &&
           label_is_number(message->name, message->name_len, 1u + message->name[0]);
}

bool dns_is_health(const struct dns_message *message)
{
    return message->type == TYPE_NS && message->name_len == 1;
}
