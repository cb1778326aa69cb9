// SPDX-License-Identifier: BSD-2-Clause
#include "dns/ede.h"

#include "dns/message.h"

static struct value get_code(const void *row, struct text *scratch)
{
    const struct dns_ede *ede = row;

    (void)scratch;
    return value_count(ede->code);
}

static struct value get_text(const void *row, struct text *scratch)
{
    const struct dns_ede *ede = row;

    (void)scratch;
    return value_text((const char *)ede->text.at, ede->text.len);
}

static const struct field entries[] = {
    {.path = "code",
     .shape = FIELD_VALUE,
     .kind = VALUE_COUNT,
     .flags = FIELD_NEVER_NULL,
     .help = "Code of the extended DNS error (RFC 8914).",
     .get = get_code},
    {.path = "text",
     .shape = FIELD_VALUE,
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .help = "Its text as sent; may be empty.",
     .get = get_text},
};
const struct field_table dns_ede_fields = {
    "ede", "An extended DNS error.", entries, sizeof entries / sizeof *entries, NULL, NULL};
