// SPDX-License-Identifier: BSD-2-Clause
#include "input/inputs.h"

#include <assert.h>
#include <string.h>

#include "base/limits.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "input/copies.h"
#include "input/source.h"

/* Before an input is opened, frames are remembered from this long before its first time on, since
 * frames of one moment are written in any order. */
#define OVERLAP (2 * WHEN_SECOND)

struct inputs {
    struct input_options options;
    struct source *sources;
    size_t n;
    struct source **heap; /* those that still have something, the next one first */
    size_t heap_n;
    size_t open;          /* of them, how many are open */
    struct copies *copies; /* NULL with one input */
    int64_t watch_from;    /* an input that is still closed may hold copies from here on */
    bool lent;             /* the next message of heap[0] was lent */
    bool interrupted;
    int32_t *also;         /* other inputs that hold the message lent last */
    size_t also_n, also_told;
    uint64_t number;       /* of the message lent last */
};

/* Whether A comes before B: by clock; in turn where the clocks are equal, so that equal inputs go
 * side by side; by index. */
static bool before(const struct source *a, const struct source *b)
{
    if (a->clock != b->clock)
        return a->clock < b->clock;
    if (a->still != b->still)
        return a->still < b->still;
    return a->index < b->index;
}

static void swap(struct inputs *inputs, size_t a, size_t b)
{
    struct source *source = inputs->heap[a];

    inputs->heap[a] = inputs->heap[b];
    inputs->heap[b] = source;
}

static void sift_down(struct inputs *inputs, size_t at)
{
    for (;;) {
        size_t least = at;

        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < inputs->heap_n; child++) {
            if (before(inputs->heap[child], inputs->heap[least]))
                least = child;
        }
        if (least == at)
            return;
        swap(inputs, at, least);
        at = least;
    }
}

static void heap_make(struct inputs *inputs)
{
    inputs->heap = memory_get(inputs->n, sizeof(struct source *));
    for (size_t i = 0; i < inputs->n; i++) {
        if (inputs->sources[i].format)
            inputs->heap[inputs->heap_n++] = &inputs->sources[i];
    }
    for (size_t i = inputs->heap_n; i-- > 0;)
        sift_down(inputs, i);
}

static void watch(struct inputs *inputs)
{
    inputs->watch_from = INT64_MAX;
    for (size_t i = 0; i < inputs->heap_n; i++) {
        const struct source *source = inputs->heap[i];
        int64_t from = source->first < INT64_MIN + OVERLAP ? INT64_MIN : source->first - OVERLAP;

        if (!source->reader && from < inputs->watch_from)
            inputs->watch_from = from;
    }
}

/* The input at AT of the heap has nothing more. */
static void drop(struct inputs *inputs, size_t at)
{
    struct source *source = inputs->heap[at];

    if (source->stream.state == STREAM_INTERRUPTED)
        inputs->interrupted = true;
    if (source->reader)
        inputs->open--;
    source_end(source);
    swap(inputs, at, --inputs->heap_n);
    if (at < inputs->heap_n)
        sift_down(inputs, at);
}

/* Reads on in the input at AT of the heap. */
static void advance(struct inputs *inputs, size_t at)
{
    struct source *source = inputs->heap[at];

    if (!source_next(source)) {
        drop(inputs, at);
        return;
    }
    if (inputs->copies)
        source_identify(source);
    if (inputs->open > LIMIT_OPEN_FILES)
        stream_park(&source->stream);
    sift_down(inputs, at);
}

/* The first in the heap is closed: its time has come. */
static void begin(struct inputs *inputs)
{
    size_t read_bytes = inputs->open < LIMIT_OPEN_FILES ? LIMIT_READ_BYTES : LIMIT_LOOK_BYTES;

    if (!source_begin(inputs->heap[0], read_bytes)) {
        drop(inputs, 0);
        watch(inputs);
        return;
    }
    inputs->open++;
    watch(inputs);
    advance(inputs, 0);
}

/* Whether another input held the next message of SOURCE before.  Tries of one forward call are the
 * same bytes again, and rotated files may part them: unless the two stand BESIDE each other, such a
 * query is a copy only where what came before it in its input was one. */
static bool is_copy(struct inputs *inputs, struct source *source, bool beside)
{
    struct input_item *item = source->item;
    const struct message *message = &item->message;
    bool is_try = message->leg == LEG_UPSTREAM && !message->response, seen;

    if (source->judged || item->message.kind == MESSAGE_GAP)
        return false;
    if (!inputs->copies || (inputs->open < 2 && source->clock < inputs->watch_from))
        return false;
    item->message.hash = map_hash(item->raw.at, item->raw.len);
    seen = copies_seen(inputs->copies, item->message.hash, source->index);
    if (!is_try)
        source->mirrors = seen;
    source->judged = !seen || (is_try && !beside && !source->mirrors);
    if (!source->judged)
        source->facts.skips.n[SKIP_DUPLICATE]++;
    return !source->judged;
}

/* Equal inputs go side by side: their copies of the message that is lent now come next.  One of an
 * input: what follows it may be the next copy of the same bytes. */
static void collect_also(struct inputs *inputs)
{
    const struct input_item *lent = inputs->heap[0]->item;
    bool found = inputs->open > 1 && lent->message.kind != MESSAGE_GAP;

    inputs->also_n = inputs->also_told = 0;
    while (found) {
        found = false;
        for (size_t at = 1; at <= 2 && at < inputs->heap_n && !found; at++) {
            struct source *other = inputs->heap[at];

            if (!other->reader || other->judged || other->told == inputs->number ||
                other->item->raw.len != lent->raw.len ||
                memcmp(other->item->raw.at, lent->raw.at, lent->raw.len) != 0)
                continue;
            if (!is_copy(inputs, other, true))
                continue;
            other->told = inputs->number;
            inputs->also[inputs->also_n++] = (int32_t)other->index;
            advance(inputs, at);
            found = inputs->also_n < inputs->n;
        }
    }
}

int inputs_next(struct inputs *inputs, const struct message **message)
{
    if (inputs->lent && !inputs->copies) { /* nothing to merge with */
        if (source_next(inputs->heap[0])) {
            *message = &inputs->heap[0]->item->message;
            return 1;
        }
        drop(inputs, 0);
    } else if (inputs->lent) {
        advance(inputs, 0);
    }
    inputs->lent = false;
    inputs->also_n = inputs->also_told = 0;
    while (inputs->heap_n && !inputs->interrupted) {
        struct source *source = inputs->heap[0];

        if (!source->reader) {
            begin(inputs);
        } else if (is_copy(inputs, source, false)) {
            advance(inputs, 0);
        } else {
            inputs->lent = true;
            inputs->number++;
            if (inputs->copies)
                collect_also(inputs);
            *message = &source->item->message;
            return 1;
        }
    }
    return 0;
}

int inputs_also(struct inputs *inputs)
{
    return inputs->also_told < inputs->also_n ? inputs->also[inputs->also_told++] : -1;
}

/* None of the inputs can be used: says why of as many as there is room for. */
static void say_unusable(const struct inputs *inputs, struct error *error)
{
    struct text text = {0};

    if (inputs->n > 1)
        text_format(&text, "none of the %zu inputs can be used: ", inputs->n);
    for (size_t i = 0; i < inputs->n && text.len < sizeof error->text; i++) {
        const struct input_facts *facts = &inputs->sources[i].facts;

        if (i)
            text_add_string(&text, "; ");
        text_add_terminal(&text, facts->file, strlen(facts->file), true);
        text_add_string(&text, ": ");
        text_add_string(&text, facts->error);
    }
    error_set(error, ERROR_INPUT, "%s", text.at ? text.at : "no input was named");
    text_done(&text);
}

static void look(struct inputs *inputs, const char *const *files)
{
    bool standard = false;

    for (size_t i = 0; i < inputs->n; i++) {
        struct source *source = &inputs->sources[i];
        bool again = strcmp(files[i], "-") == 0 && standard;

        if (!again) {
            source_look(source, files[i], (uint32_t)i, &inputs->options, inputs->n > 1);
        } else {
            *source = (struct source){.index = (uint32_t)i, .first = WHEN_NONE};
            source->facts = (struct input_facts){.file = files[i], .start = WHEN_NONE,
                                                 .end = WHEN_NONE,
                                                 .error = "standard input can be named only once"};
        }
        standard = standard || strcmp(files[i], "-") == 0;
    }
}

struct inputs *inputs_open(const char *const *files, size_t n, const struct input_options *options,
                           struct error *error)
{
    struct inputs *inputs = memory_get(1, sizeof *inputs);

    assert(n <= INT32_MAX);
    inputs->n = n;
    inputs->sources = memory_get(n, sizeof *inputs->sources);
    inputs->also = memory_get(n, sizeof *inputs->also);
    if (options)
        inputs->options = *options;
    look(inputs, files);
    heap_make(inputs);
    if (inputs->heap_n == 0) {
        say_unusable(inputs, error);
        inputs_close(inputs);
        return NULL;
    }
    if (inputs->heap_n > 1)
        inputs->copies = copies_new();
    watch(inputs);
    return inputs;
}

void inputs_close(struct inputs *inputs)
{
    if (!inputs)
        return;
    for (size_t i = 0; i < inputs->n; i++) {
        source_end(&inputs->sources[i]);
        evidence_done(&inputs->sources[i].facts.evidence);
    }
    copies_free(inputs->copies);
    memory_free(inputs->sources);
    memory_free(inputs->heap);
    memory_free(inputs->also);
    memory_free(inputs);
}

size_t inputs_count(const struct inputs *inputs)
{
    return inputs->n;
}

const struct input_facts *inputs_facts(const struct inputs *inputs, size_t i)
{
    assert(i < inputs->n);
    return &inputs->sources[i].facts;
}

int inputs_find_end(struct inputs *inputs, int64_t *start, int64_t *end, struct error *error)
{
    *start = *end = WHEN_NONE;
    for (size_t i = 0; i < inputs->n; i++) {
        const struct source *source = &inputs->sources[i];
        int64_t least, most;

        if (!source->format)
            continue;
        /* What can be read again is closed, or is a regular file that waits to be read. */
        if (source->stream.inside && !source->stream.regular)
            return error_set(error, ERROR_USAGE, "a time counted from the end needs regular files, "
                                                 "not standard input or a pipe");
        if (source_span(source, &least, &most, error) != 0)
            return -1;
        if (least != WHEN_NONE && (*start == WHEN_NONE || least < *start))
            *start = least;
        if (most > *end)
            *end = most;
    }
    return 0;
}

bool inputs_damaged(const struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->n; i++) {
        const struct input_facts *facts = &inputs->sources[i].facts;

        if (facts->cut[0] || facts->error[0])
            return true;
        for (int reason = 0; reason < SKIP_REASONS; reason++) {
            if (facts->skips.n[reason] && (skip_words[reason].flags & SKIP_IS_DAMAGE))
                return true;
        }
    }
    return false;
}

void inputs_stop(void)
{
    stream_stop = 1;
}
