// SPDX-License-Identifier: BSD-2-Clause
#include "render/scalar.h"

#include <assert.h>

#include "base/field.h"
#include "base/when.h"

static inline char *put_null(char *at)
{
    at[0] = 'n', at[1] = 'u', at[2] = 'l', at[3] = 'l'; /* one store */
    return at + 4;
}

static inline char *put_bool(char *at, bool yes)
{
    if (yes) {
        at[0] = 't', at[1] = 'r', at[2] = 'u', at[3] = 'e';
        return at + 4;
    }
    at[0] = 'f', at[1] = 'a', at[2] = 'l', at[3] = 's', at[4] = 'e';
    return at + 5;
}

char *scalar_value(struct text *out, char *at, const struct value *value)
{
    switch (value->kind) {
    case VALUE_NULL:
        return put_null(at);
    case VALUE_BOOL:
        return put_bool(at, value->yes);
    case VALUE_COUNT:
        return text_put_count(at, value->count);
    case VALUE_TIME:
        *at++ = '"';
        at += when_print(value->ns, at);
        *at++ = '"';
        return at;
    case VALUE_MS:
        return at + when_print_ms(value->ns, at);
    case VALUE_SHARE:
    case VALUE_NUMBER:
        text_end(out, at);
        field_print(value, out);
        return out->at + out->len;
    case VALUE_TEXT:
        break;
    }
    assert(value->kind != VALUE_TEXT);
    return at;
}
