// SPDX-License-Identifier: BSD-2-Clause
#include "input/scan.h"

#include <string.h>
#include <yaml.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/text.h"
#include "input/stream.h"

struct scan {
    struct stream stream;
    yaml_parser_t parser;
    yaml_event_t event; /* holds the text that is lent */
    bool has_event, too_long, too_many_tags;
    size_t quiet_bytes;  /* read since the last event, */
    size_t line, column; /* which ended here */
    char *name;          /* of the file, for messages */
    unsigned depth;
    bool object[LIMIT_SCAN_DEPTH]; /* by level: an object, else a list */
    bool named[LIMIT_SCAN_DEPTH];  /* by level: the key has come, its value has not */
};

/* Each is compared with all before it. */
#define TAG_DIRECTIVES_MAX 64

/* Feeds the parser.  What it holds, and how long it works on it, is bounded here: it must come to an end
 * of some value within so many bytes, and %TAG lines must not pile up. */
static int feed(void *context, unsigned char *buffer, size_t size, size_t *size_read)
{
    struct scan *scan = context;
    size_t len = stream_want(&scan->stream, 1);

    if (len > size)
        len = size;
    scan->quiet_bytes += len;
    scan->too_long = scan->quiet_bytes > LIMIT_SCAN_VALUE_BYTES;
    scan->too_many_tags =
        scan->parser.tag_directives.top - scan->parser.tag_directives.start > TAG_DIRECTIVES_MAX;
    if (scan->too_long || scan->too_many_tags || (len == 0 && scan->stream.state != STREAM_END))
        return 0;
    memory_copy(buffer, scan->stream.at, len);
    stream_take(&scan->stream, len);
    *size_read = len;
    return 1;
}

struct scan *scan_open(const char *path, struct error *error)
{
    struct scan *scan = memory_get(1, sizeof *scan);
    struct text shown = {0};
    struct error inner = {0};

    text_add_terminal(&shown, path, strlen(path), false);
    scan->name = memory_string(shown.at != NULL ? shown.at : "");
    scan->line = scan->column = 1;
    text_done(&shown);
    if (stream_open(&scan->stream, path, LIMIT_READ_BYTES, &inner) < 0) {
        error_set(error, ERROR_INPUT, "%s: %s", scan->name, inner.text);
        stream_close(&scan->stream);
        memory_free(scan->name);
        memory_free(scan);
        return NULL;
    }
    if (yaml_parser_initialize(&scan->parser) == 0) {
        error_set(error, ERROR_LIMIT, "out of memory");
        scan_close(scan);
        return NULL;
    }
    yaml_parser_set_input(&scan->parser, feed, scan);
    return scan;
}

static void drop_event(struct scan *scan)
{
    if (scan->has_event)
        yaml_event_delete(&scan->event);
    scan->has_event = false;
}

void scan_close(struct scan *scan)
{
    if (scan == NULL)
        return;
    drop_event(scan);
    yaml_parser_delete(&scan->parser);
    stream_close(&scan->stream);
    memory_free(scan->name);
    memory_free(scan);
}

int scan_refuse(const struct scan *scan, const struct scan_item *item, const char *what,
                struct error *error)
{
    return error_set(error, ERROR_INPUT, "%s:%zu:%zu: %s", scan->name, item->line, item->column,
                     what);
}

/* The parser's own complaint, or why it got nothing to read. */
static int fail(const struct scan *scan, struct error *error)
{
    const yaml_parser_t *parser = &scan->parser;
    struct scan_item here = {.line = parser->mark.line + 1, .column = parser->mark.column + 1};
    char why[128];

    if (parser->error == YAML_MEMORY_ERROR)
        return error_set(error, ERROR_LIMIT, "out of memory");
    if (scan->too_many_tags)
        return scan_refuse(scan, &here, "has too many %TAG lines", error);
    if (scan->too_long)
        return error_set(error, ERROR_INPUT,
                         "%s:%zu:%zu: behind this, a value takes more than %u MiB", scan->name,
                         scan->line, scan->column, LIMIT_SCAN_VALUE_BYTES >> 20);
    if (scan->stream.state != STREAM_OPEN && scan->stream.state != STREAM_END) {
        stream_why(&scan->stream, why, sizeof why);
        return scan_refuse(scan, &here, why, error);
    }
    if (parser->error == YAML_READER_ERROR)
        return error_set(error, ERROR_INPUT, "%s: byte %zu: is no text: %s", scan->name,
                         parser->problem_offset, parser->problem);
    here.line = parser->problem_mark.line + 1;
    here.column = parser->problem_mark.column + 1;
    error_set(error, ERROR_INPUT, "%s:%zu:%zu: is neither YAML nor JSON: %s", scan->name, here.line,
              here.column, parser->problem != NULL ? parser->problem : "");
    return -1;
}

/* Whether what comes next is the key of an object. */
static bool wants_key(const struct scan *scan)
{
    return scan->depth > 0 && scan->object[scan->depth - 1] && !scan->named[scan->depth - 1];
}

static int open_level(struct scan *scan, struct scan_item *item, bool object, struct error *error)
{
    if (wants_key(scan))
        return scan_refuse(scan, item, "a key is no text", error);
    if (scan->depth == LIMIT_SCAN_DEPTH)
        return scan_refuse(scan, item, "is nested too deep", error);
    scan->object[scan->depth] = object;
    scan->named[scan->depth] = false;
    scan->depth++;
    item->kind = object ? SCAN_OBJECT : SCAN_LIST;
    return 1;
}

/* A value, or all of an object or list, has come: its object waits for the next key. */
static void end_value(struct scan *scan)
{
    if (scan->depth > 0)
        scan->named[scan->depth - 1] = false;
}

static int take_scalar(struct scan *scan, struct scan_item *item, struct error *error)
{
    bool key = wants_key(scan);

    item->text = (const char *)scan->event.data.scalar.value;
    item->len = scan->event.data.scalar.length;
    item->bare = scan->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (memchr(item->text, 0, item->len) != NULL)
        return scan_refuse(scan, item, "a text holds a NUL", error);
    item->kind = key ? SCAN_KEY : SCAN_VALUE;
    if (key)
        scan->named[scan->depth - 1] = true;
    else
        end_value(scan);
    return 1;
}

/* 1: an item; 0: an event that tells nothing; -1 with ERROR. */
static int take_event(struct scan *scan, struct scan_item *item, struct error *error)
{
    static const char anchor[] = "anchors and aliases (& and *) are not taken";
    const yaml_event_t *event = &scan->event;

    item->line = event->start_mark.line + 1;
    item->column = event->start_mark.column + 1;
    switch (event->type) {
    case YAML_SCALAR_EVENT:
        return event->data.scalar.anchor != NULL ? scan_refuse(scan, item, anchor, error)
                                                 : take_scalar(scan, item, error);
    case YAML_MAPPING_START_EVENT:
        return event->data.mapping_start.anchor != NULL ? scan_refuse(scan, item, anchor, error)
                                                        : open_level(scan, item, true, error);
    case YAML_SEQUENCE_START_EVENT:
        return event->data.sequence_start.anchor != NULL ? scan_refuse(scan, item, anchor, error)
                                                         : open_level(scan, item, false, error);
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
        scan->depth--;
        end_value(scan);
        item->kind = SCAN_CLOSE;
        return 1;
    case YAML_ALIAS_EVENT:
        return scan_refuse(scan, item, anchor, error);
    default: /* the stream and its documents */
        return 0;
    }
}

int scan_next(struct scan *scan, struct scan_item *item, struct error *error)
{
    int result = 0;

    while (result == 0) {
        drop_event(scan);
        if (yaml_parser_parse(&scan->parser, &scan->event) == 0)
            return fail(scan, error);
        scan->has_event = true;
        scan->quiet_bytes = 0;
        scan->line = scan->event.end_mark.line + 1;
        scan->column = scan->event.end_mark.column + 1;
        *item = (struct scan_item){0};
        if (scan->event.type == YAML_STREAM_END_EVENT)
            return 0;
        result = take_event(scan, item, error);
    }
    return result;
}
