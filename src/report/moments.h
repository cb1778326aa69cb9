// SPDX-License-Identifier: BSD-2-Clause
#ifndef REPORT_MOMENTS_H
#define REPORT_MOMENTS_H
/*
 * Attempts on their way into the order of time.  Sessions come in the order of their start, but a
 * session's later attempts start seconds after those of sessions behind it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum moment_kind {
    MOMENT_SILENT, /* an attempt without reply */
    MOMENT_WRONG,  /* a reply, but none that could be used */
    MOMENT_GOOD
};

struct moment {
    int64_t when;  /* start of the attempt */
    uint32_t path; /* its place among the paths */
    uint16_t kind;
    uint16_t refresh; /* 1: CoreDNS asked for its cache, not for a client */
};

/* Most come almost in order: those go into the line at their place, which is searched from its end;
 * the others go into a heap. */
struct moments {
    size_t n;            /* in all */
    struct moment *line; /* a ring; its room is 0 or a power of two */
    size_t line_first, line_n, line_room;
    struct moment *heap; /* binary, earliest first */
    size_t heap_n, heap_room;
};

void moments_add(struct moments *moments, struct moment moment);
/* Takes the earliest out if it is before WHEN, or if LIMIT_MOMENTS is met. */
bool moments_take(struct moments *moments, int64_t when, struct moment *moment);
void moments_done(struct moments *moments);

#endif
