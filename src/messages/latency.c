// SPDX-License-Identifier: BSD-2-Clause
/* A latency in the words of Inspektor Gadget: two decimals of a unit below a second, from there on
 * what Go prints.  Ties round as printf's do: Go's are the same. */
#include "messages/fields.h"

/* time.Duration's String(): "1h0m0.5s". */
static void add_seconds(struct text *text, int64_t ns)
{
    int64_t seconds = ns / WHEN_SECOND, fraction = ns % WHEN_SECOND;

    if (seconds >= 3600)
        text_format(text, "%dh", (int)(seconds / 3600));
    if (seconds >= 60)
        text_format(text, "%dm", (int)(seconds / 60 % 60));
    text_add_count(text, seconds % 60);
    if (fraction > 0) {
        text_format(text, ".%09d", (int)fraction);
        while (text->at[text->len - 1] == '0')
            text->len--;
    }
    text_add_char(text, 's');
}

struct value message_value_latency(int64_t latency_ns, struct text *scratch)
{
    if (latency_ns == WHEN_NONE || latency_ns < 0)
        return value_null();
    if (latency_ns < WHEN_US)
        text_format(scratch, "%dns", (int)latency_ns);
    else if (latency_ns < WHEN_MS)
        text_format(scratch, "%.2f\xc2\xb5s", (double)latency_ns / (double)WHEN_US);
    else if (latency_ns < WHEN_SECOND)
        text_format(scratch, "%.2fms", (double)latency_ns / (double)WHEN_MS);
    else
        add_seconds(scratch, latency_ns);
    return value_text(scratch->at, scratch->len);
}
