// SPDX-License-Identifier: BSD-2-Clause
#include "base/value.h"

#include <string.h>

#include "base/when.h"

struct value value_null(void)
{
    return (struct value){.kind = VALUE_NULL, .text = {NULL, 0}};
}

struct value value_string(const char *string)
{
    return string ? value_text(string, strlen(string)) : value_null();
}

struct value value_text(const char *at, size_t len)
{
    return (struct value){.kind = VALUE_TEXT, .text = {at ? at : "", at ? len : 0}};
}

struct value value_count(int64_t count)
{
    return (struct value){.kind = VALUE_COUNT, .count = count};
}

struct value value_share(double share)
{
    return share >= 0 ? (struct value){.kind = VALUE_SHARE, .share = share} : value_null();
}

struct value value_number(double number)
{
    bool plain = number - number == 0; /* neither NaN nor infinite */

    return plain ? (struct value){.kind = VALUE_NUMBER, .share = number} : value_null();
}

struct value value_ms(int64_t ns)
{
    return ns == WHEN_NONE ? value_null() : (struct value){.kind = VALUE_MS, .ns = ns};
}

struct value value_time(int64_t ns)
{
    return ns == WHEN_NONE ? value_null() : (struct value){.kind = VALUE_TIME, .ns = ns};
}

struct value value_bool(bool yes)
{
    return (struct value){.kind = VALUE_BOOL, .yes = yes};
}
