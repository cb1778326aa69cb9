// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_FORMAT_H
#define INPUT_FORMAT_H
/*
 * Input formats.  Adding one: a folder with a struct input_format, and a line in formats.c.
 * Whatever the format, what comes out is struct message.
 */
#include <stdint.h>

#include "base/error.h"
#include "input/inputs.h"
#include "input/message.h"
#include "input/stream.h"

enum format_fit {
    FORMAT_OTHER,    /* not this format */
    FORMAT_FITS,
    FORMAT_UNUSABLE, /* this format, but nothing that can be read; the error says what it is */
};

struct input_item { /* lent until the next call on the same reader */
    struct message message;
    struct slice raw; /* see identify() */
};

struct input_format {
    const char *name;
    /* Looks at the first bytes; takes none of them. */
    enum format_fit (*probe)(struct stream *stream, struct error *error);
    /* The reader keeps all of them; it counts frames, skips, times, cut … in FACTS. */
    void *(*open)(struct stream *stream, const struct input_options *options,
                  struct input_facts *facts);
    /* In place of next, when only the first times are wanted: that of the next frame, whatever it
     * holds, or WHEN_NONE.  NULL: next tells. */
    int (*look)(void *reader, int64_t *when);
    /* 1, or 0 at the end.  Everything of the message is set but input and hash. */
    int (*next)(void *reader, struct input_item *item);
    /* Sets `raw` of the item that next gave last: the bytes that make its message the same in two
     * inputs; empty for MESSAGE_GAP.  Nobody asks where there is one input.  NULL: next sets it. */
    void (*identify)(void *reader, struct input_item *item);
    void (*close)(void *reader);
};

#endif
