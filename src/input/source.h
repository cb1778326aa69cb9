// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_SOURCE_H
#define INPUT_SOURCE_H
/* One input among others: its look before work begins, its opening, its messages, its clock. */
#include <stdbool.h>
#include <stdint.h>

#include "input/format.h"

struct source {
    struct input_facts facts;
    const struct input_options *options; /* lent */
    uint32_t index;
    const struct input_format *format; /* NULL: cannot be used */
    struct stream stream;
    void *reader;            /* NULL: not open */
    struct input_item *item; /* the next message; while open */
    bool judged;             /* the next message was looked up among the copies, and is new */
    bool mirrors;            /* its last message but for upstream queries was a copy */
    uint64_t told;           /* number of the message lent whose copy here was told last */
    int64_t first;           /* least time met in the look; WHEN_NONE */
    int64_t clock;           /* newest time met, that of the next message included */
    uint64_t still;          /* messages since the clock moved */
};

/* Looks at FILE: kind and, with TIMES, first times.  What cannot be read again (pipes, standard
 * input) stays open, and so does everything without TIMES.  Fills facts.error where it cannot be
 * used. */
void source_look(struct source *source, const char *file, uint32_t index,
                 const struct input_options *options, bool times);
/* Opens it for good, with reads of READ_BYTES.  False: it has gone bad since, see facts.error. */
bool source_begin(struct source *source, size_t read_bytes);
/* Reads the next message into source->item.  False at its end; it is then closed. */
bool source_next(struct source *source);
/* Sets raw of source->item, to find its copies. */
void source_identify(struct source *source);
/* Gives everything back but the facts. */
void source_end(struct source *source);
/* Reads the whole file once more, apart from this, for its least and greatest event times. */
int source_span(const struct source *source, int64_t *start, int64_t *end, struct error *error);

#endif
