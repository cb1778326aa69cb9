// SPDX-License-Identifier: BSD-2-Clause
#include "input/cut.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void cut_note(struct input_facts *facts, const struct stream *stream, uint64_t offset,
              const char *format, ...)
{
    char why[96], what[120] = "";
    va_list list;

    if (facts->cut[0] || stream->state == STREAM_INTERRUPTED)
        return;
    stream_why(stream, why, sizeof why);
    va_start(list, format);
    vsnprintf(what, sizeof what, format, list);
    va_end(list);
    if (why[0])
        offset = stream->total;
    if (why[0] || what[0])
        snprintf(facts->cut, sizeof facts->cut, "at byte %" PRIu64 ": %s", offset,
                 why[0] ? why : what);
}

void cut_damage(struct input_facts *facts, uint64_t offset)
{
    if (!facts->skips.n[SKIP_DAMAGED]++)
        facts->damaged_at = offset;
}
