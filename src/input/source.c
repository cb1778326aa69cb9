// SPDX-License-Identifier: BSD-2-Clause
#include "input/source.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "base/memory.h"
#include "input/formats.h"

static void facts_init(struct input_facts *facts, const char *file)
{
    *facts = (struct input_facts){.file = file, .start = WHEN_NONE, .end = WHEN_NONE};
}

static void unusable(struct source *source, const struct error *error)
{
    snprintf(source->facts.error, sizeof source->facts.error, "%.*s",
             (int)sizeof source->facts.error - 1, error->text);
    source->format = NULL;
    stream_close(&source->stream);
}

/* The time of the next frame; LEADS where the clock may start with it: tried upstreams are written
 * when they have failed, seconds behind their times. */
static bool look_next(const struct source *source, void *reader, struct input_item *item,
                      int64_t *when, bool *leads)
{
    const struct message *message = &item->message;

    *leads = true;
    if (source->format->look)
        return source->format->look(reader, when);
    if (!source->format->next(reader, item))
        return false;
    *when = message->when;
    *leads = message->leg != LEG_UPSTREAM || message->response;
    return true;
}

/* Times of the first frames.  The clock that an input starts with is the newest time among its
 * first frames, not that of the very first: frames of one moment are written in any order (up to
 * 0.1 s).  So a rotated file begins behind the end of the one before it.  One frame at least is
 * looked at, however large it is.  Packets are written as they come: of them the first tells. */
static void look_times(struct source *source)
{
    struct input_item *item = memory_get(1, sizeof *item);
    struct input_facts facts;
    int64_t lead = WHEN_NONE, when;
    bool leads, any = false;
    void *reader;

    facts_init(&facts, source->facts.file);
    reader = source->format->open(&source->stream, source->options, &facts);
    while ((!any || stream_offset(&source->stream) < LIMIT_LOOK_BYTES) &&
           look_next(source, reader, item, &when, &leads)) {
        any = true;
        if (when == WHEN_NONE)
            continue;
        if (source->first == WHEN_NONE || when < source->first)
            source->first = when;
        if (lead == WHEN_NONE && leads)
            lead = when;
        if (when > source->clock && (lead == WHEN_NONE || when - WHEN_SECOND <= lead))
            source->clock = when;
        if (source->format->look)
            break;
    }
    source->format->close(reader);
    evidence_done(&facts.evidence);
    memory_free(item);
}

void source_look(struct source *source, const char *file, uint32_t index,
                 const struct input_options *options, bool times)
{
    size_t read_bytes = times ? LIMIT_LOOK_BYTES : LIMIT_READ_BYTES;
    struct error error = {0};

    *source = (struct source){
        .index = index, .options = options, .first = WHEN_NONE, .clock = WHEN_NONE};
    facts_init(&source->facts, file);
    if (stream_open(&source->stream, file, read_bytes, &error) != 0) {
        unusable(source, &error);
        return;
    }
    source->facts.compression = stream_compression(&source->stream);
    source->facts.total_bytes = source->stream.size;
    source->format = formats_pick(&source->stream, &error);
    if (!source->format) {
        unusable(source, &error);
        return;
    }
    source->facts.format = source->format->name;
    if (times && source->stream.regular) {
        look_times(source);
        stream_close(&source->stream);
    }
}

bool source_begin(struct source *source, size_t read_bytes)
{
    struct error error = {0};

    if (!source->stream.inside) {
        const struct input_format *format = NULL;

        if (stream_open(&source->stream, source->facts.file, read_bytes, &error) == 0)
            format = formats_pick(&source->stream, &error);
        if (format != source->format) {
            if (!error.code)
                error_set(&error, ERROR_INPUT, "was replaced while this program ran");
            unusable(source, &error);
            return false;
        }
    }
    source->reader = source->format->open(&source->stream, source->options, &source->facts);
    source->item = memory_get(1, sizeof *source->item);
    return true;
}

bool source_next(struct source *source)
{
    struct message *message = &source->item->message;
    int more = source->format->next(source->reader, source->item);

    source->facts.bytes = source->stream.raw_bytes;
    source->judged = false;
    if (!more)
        return false;
    message->input = source->index;
    if (message->when > source->clock) {
        source->clock = message->when;
        source->still = 0;
    } else {
        source->still++;
    }
    return true;
}

void source_identify(struct source *source)
{
    if (source->format->identify)
        source->format->identify(source->reader, source->item);
}

void source_end(struct source *source)
{
    if (source->reader)
        source->format->close(source->reader);
    source->reader = NULL;
    memory_free(source->item);
    source->item = NULL;
    stream_close(&source->stream);
}

int source_span(const struct source *source, int64_t *start, int64_t *end, struct error *error)
{
    struct source span = {.index = source->index,
                          .options = source->options,
                          .format = source->format,
                          .clock = WHEN_NONE};
    bool interrupted;
    int64_t when;

    facts_init(&span.facts, source->facts.file);
    *start = *end = WHEN_NONE;
    if (!source_begin(&span, LIMIT_READ_BYTES)) {
        source_end(&span);
        evidence_done(&span.facts.evidence);
        return error_set(error, ERROR_INPUT, "%s", span.facts.error);
    }
    while (span.format->look ? span.format->look(span.reader, &when) : source_next(&span))
        ;
    interrupted = span.stream.state == STREAM_INTERRUPTED;
    source_end(&span);
    evidence_done(&span.facts.evidence);
    if (interrupted)
        return error_set(error, ERROR_INPUT, "a signal came while the end was searched");
    *start = span.facts.start;
    *end = span.facts.end;
    return 0;
}
