// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/record.h"

#include <stdarg.h>
#include <stdio.h>

enum record record_trouble(struct trouble *trouble, enum record record, uint64_t offset,
                           const char *format, ...)
{
    va_list list;

    trouble->offset = offset;
    va_start(list, format);
    vsnprintf(trouble->text, sizeof trouble->text, format, list);
    va_end(list);
    return record;
}
