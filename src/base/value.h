// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_VALUE_H
#define BASE_VALUE_H
/* One value of one field, on its way from a row to an output. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/addr.h"
#include "base/when.h"

enum value_kind {
    VALUE_NULL,     /* not known: null, an empty cell */
    VALUE_TEXT,     /* text.at, text.len: any bytes; the output escapes them */
    VALUE_COUNT,    /* count */
    VALUE_SHARE,    /* share: 0..1, at most six decimals */
    VALUE_NUMBER,   /* share: a plain number with three decimals (seconds, qps) */
    VALUE_MS,       /* ns: a duration, printed as milliseconds with three decimals */
    VALUE_TIME,     /* ns since 1970: printed as RFC 3339 UTC */
    VALUE_BOOL,     /* yes */
};

struct value {
    enum value_kind kind;
    union {
        struct {
            const char *at;
            size_t len;
        } text;
        int64_t count;
        double share;
        int64_t ns;
        bool yes;
    };
};

/* Rows have them by the dozen: they are made where they are asked for. */
static inline struct value value_null(void)
{
    return (struct value){.kind = VALUE_NULL, .text = {NULL, 0}};
}

static inline struct value value_text(const char *at, size_t len)
{
    return (struct value){.kind = VALUE_TEXT, .text = {at ? at : "", at ? len : 0}};
}

/* NULL gives null. */
static inline struct value value_string(const char *string)
{
    return string ? value_text(string, strlen(string)) : value_null();
}

static inline struct value value_count(int64_t count)
{
    return (struct value){.kind = VALUE_COUNT, .count = count};
}

static inline struct value value_bool(bool yes)
{
    return (struct value){.kind = VALUE_BOOL, .yes = yes};
}

/* WHEN_NONE gives null. */
static inline struct value value_ms(int64_t ns)
{
    return ns == WHEN_NONE ? value_null() : (struct value){.kind = VALUE_MS, .ns = ns};
}

static inline struct value value_time(int64_t ns)
{
    return ns == WHEN_NONE ? value_null() : (struct value){.kind = VALUE_TIME, .ns = ns};
}

struct value value_share(double share);        /* a negative share or NaN gives null */
struct value value_number(double number);      /* an infinite one or NaN, too */

#endif
