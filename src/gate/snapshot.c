// SPDX-License-Identifier: BSD-2-Clause
/*
 * What a baseline is about: some figures of a report, its upstreams and its findings.  The report at hand
 * and the file of an earlier one are read by the same code, from the same texts, so that a report never
 * differs from itself.
 */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "gate/inside.h"

static const char *const paths[SNAPSHOT_FIGURES] = {
    [SNAPSHOT_SESSIONS] = "totals.sessions",
    [SNAPSHOT_SUCCEEDED] = "totals.succeeded",
    [SNAPSHOT_FAILED] = "totals.failed",
    [SNAPSHOT_SAMPLE_LOSS] = "totals.sample_loss",
    [SNAPSHOT_ERROR_RATE] = "totals.error_rate",
    [SNAPSHOT_SLOW_RATE] = "totals.slow_rate",
    [SNAPSHOT_WAITS] = "latency.waited_ms.count",
    [SNAPSHOT_WAIT_P50] = "latency.waited_ms.p50",
    [SNAPSHOT_WAIT_P90] = "latency.waited_ms.p90",
    [SNAPSHOT_WAIT_P99] = "latency.waited_ms.p99",
    [SNAPSHOT_LOOKUPS] = "lookups.count",
    [SNAPSHOT_LOOKUP_P50] = "lookups.waited_ms.p50",
    [SNAPSHOT_LOOKUP_P90] = "lookups.waited_ms.p90",
    [SNAPSHOT_LOOKUP_P99] = "lookups.waited_ms.p99",
};
const char *const snapshot_state_words[3] = {"up", "degraded", "down"};

const char *snapshot_path(enum snapshot_figure figure)
{
    return paths[figure];
}

/* What is taken down of the rows. */
enum part {
    PART_ADDR,
    PART_PORT,
    PART_TRANSPORT,
    PART_ATTEMPTS,
    PART_RATE,
    PART_STATE,
    PART_KEY,
    PART_SEVERITY,
    PART_KIND,
    PART_SUBJECT,
    PARTS
};
static const char *const part_paths[PARTS] = {
    [PART_ADDR] = "upstreams.addr",
    [PART_PORT] = "upstreams.port",
    [PART_TRANSPORT] = "upstreams.transport",
    [PART_ATTEMPTS] = "upstreams.attempts",
    [PART_RATE] = "upstreams.failure_rate",
    [PART_STATE] = "upstreams.state.worst",
    [PART_KEY] = "findings.key",
    [PART_SEVERITY] = "findings.severity",
    [PART_KIND] = "findings.subject.kind",
    [PART_SUBJECT] = "findings.subject.text",
};

/* Every path that is looked for is shorter. */
#define PATH_MOST 64

struct snapshot_builder {
    struct snapshot *snapshot;
    struct text path;
    unsigned depth;
    struct {
        bool array;
        size_t path_len; /* of the path in front of what is in it */
    } levels[LIMIT_SCAN_DEPTH];
    struct text parts[PARTS]; /* of the row at hand */
    double numbers[PARTS];
    uint32_t n_upstreams, n_findings; /* rows so far */
};

struct snapshot_builder *snapshot_begin(struct snapshot *snapshot)
{
    struct snapshot_builder *builder = memory_get(1, sizeof *builder);

    *snapshot = (struct snapshot){0};
    for (size_t i = 0; i < SNAPSHOT_FIGURES; i++)
        snapshot->figures[i] = -1;
    builder->snapshot = snapshot;
    return builder;
}

static bool is_at(const struct snapshot_builder *builder, const char *path)
{
    return builder->path.len == strlen(path) && builder->path.len > 0 &&
           memcmp(builder->path.at, path, builder->path.len) == 0;
}

/* Whether the object that opens or closes is a row of the list at PATH of the document. */
static bool is_row(const struct snapshot_builder *builder, const char *path)
{
    return builder->depth == 2 && builder->levels[1].array && !builder->levels[0].array &&
           is_at(builder, path);
}

void snapshot_open(struct snapshot_builder *builder, bool array)
{
    bool row = !array && (is_row(builder, "upstreams") || is_row(builder, "findings"));

    for (size_t i = 0; i < PARTS && row; i++) {
        text_clear(&builder->parts[i]);
        builder->numbers[i] = -1;
    }
    builder->levels[builder->depth].array = array;
    builder->levels[builder->depth].path_len = builder->path.len;
    builder->depth++;
}

void snapshot_key(struct snapshot_builder *builder, const char *key, size_t len)
{
    size_t from = builder->levels[builder->depth - 1].path_len;

    if (builder->path.at != NULL)
        text_end(&builder->path, builder->path.at + from);
    if (from > 0)
        text_add_char(&builder->path, '.');
    /* what is too long for any path stays so, whatever follows */
    if (builder->path.len <= PATH_MOST)
        text_add(&builder->path, key, len <= PATH_MOST ? len : PATH_MOST + 1);
}

static int word_of(const char *const *words, size_t n, const struct text *text)
{
    for (size_t i = 0; i < n; i++)
        if (text->len == strlen(words[i]) && memcmp(text->at, words[i], text->len) == 0)
            return (int)i;
    return -1;
}

static void add_row(struct snapshot_builder *builder, struct snapshot_rows *rows,
                    struct snapshot_row row, const struct text *name)
{
    struct snapshot *snapshot = builder->snapshot;

    if (rows->n >= LIMIT_BASELINE_ROWS || snapshot->arena.used_bytes >= LIMIT_BASELINE_BYTES) {
        snapshot->too_many = true;
        return;
    }
    char *kept = arena_get(&snapshot->arena, name->len + 1, 1);
    memory_copy(kept, name->at, name->len);
    row.name = kept;
    if (rows->n == rows->room) {
        rows->room = rows->room == 0 ? 16 : 2 * rows->room;
        rows->at = memory_grow(rows->at, rows->room, sizeof *rows->at);
    }
    rows->at[rows->n++] = row;
}

/* "172.30.0.53:53/udp" */
static void add_upstream(struct snapshot_builder *builder)
{
    const struct text *parts = builder->parts;
    struct snapshot_row row = {.attempts = builder->numbers[PART_ATTEMPTS],
                               .failure_rate = builder->numbers[PART_RATE],
                               .state = word_of(snapshot_state_words, 3, &parts[PART_STATE]),
                               .severity = -1,
                               .place = builder->n_upstreams++};
    struct text name = {0};

    text_add(&name, parts[PART_ADDR].at, parts[PART_ADDR].len);
    text_add_char(&name, ':');
    text_add(&name, parts[PART_PORT].at, parts[PART_PORT].len);
    text_add_char(&name, '/');
    text_add(&name, parts[PART_TRANSPORT].at, parts[PART_TRANSPORT].len);
    add_row(builder, &builder->snapshot->upstreams, row, &name);
    text_done(&name);
}

/* "upstream-timeout 172.30.0.53:53"; a key has subjects of one kind, or of the capture as a whole. */
static void add_finding(struct snapshot_builder *builder)
{
    const struct text *parts = builder->parts;
    struct snapshot_row row = {.attempts = -1,
                               .failure_rate = -1,
                               .state = -1,
                               .severity =
                                   word_of(severity_words, SEVERITIES, &parts[PART_SEVERITY]),
                               .place = builder->n_findings++};
    struct text name = {0};

    text_add(&name, parts[PART_KEY].at, parts[PART_KEY].len);
    if (parts[PART_SUBJECT].len > 0) {
        text_add_char(&name, ' ');
        text_add(&name, parts[PART_SUBJECT].at, parts[PART_SUBJECT].len);
    }
    add_row(builder, &builder->snapshot->findings, row, &name);
    text_done(&name);
}

void snapshot_close(struct snapshot_builder *builder)
{
    builder->depth--;
    if (builder->path.at != NULL)
        text_end(&builder->path, builder->path.at + builder->levels[builder->depth].path_len);
    if (builder->levels[builder->depth].array)
        return;
    if (is_row(builder, "upstreams"))
        add_upstream(builder);
    else if (is_row(builder, "findings"))
        add_finding(builder);
}

static bool is_null(const char *at, size_t len, bool bare)
{
    return bare && (len == 0 || (len == 4 && memcmp(at, "null", 4) == 0));
}

/* No figure of a report is larger, and any up to it fits an int64_t. */
#define NUMBER_MOST 9e15

/* Figures are never negative; null is not known. */
static int read_number(const char *at, size_t len, bool bare, double *number, const char **why)
{
    char text[64], *end;

    *number = -1;
    if (is_null(at, len, bare))
        return 0;
    *why = "is no number";
    if (!bare || len >= sizeof text)
        return -1;
    memory_copy(text, at, len);
    text[len] = 0;
    *number = strtod(text, &end);
    if (text[0] < '0' || text[0] > '9' || *end != 0 || !(*number <= NUMBER_MOST))
        return -1;
    return 0;
}

static int take_part(struct snapshot_builder *builder, enum part part, const char *at, size_t len,
                     bool bare, const char **why)
{
    if (part == PART_ATTEMPTS || part == PART_RATE)
        return read_number(at, len, bare, &builder->numbers[part], why);
    text_clear(&builder->parts[part]);
    if (!is_null(at, len, bare))
        text_add(&builder->parts[part], at, len);
    return 0;
}

static int take_schema(struct snapshot *snapshot, const char *at, size_t len, const char **why)
{
    bool same = len == strlen(REPORT_SCHEMA) && memcmp(at, REPORT_SCHEMA, len) == 0;

    *why = snapshot->has_schema ? "begins a second report"
                                : "is the schema of another kind or version of documents; a report "
                                  "of this one has " REPORT_SCHEMA;
    if (!same || snapshot->has_schema)
        return -1;
    snapshot->has_schema = true;
    return 0;
}

int snapshot_value(struct snapshot_builder *builder, const char *at, size_t len, bool bare,
                   const char **why)
{
    bool in_rows = builder->depth > 2 && builder->levels[1].array;

    if (builder->depth == 0 || builder->levels[builder->depth - 1].array)
        return 0;
    if (is_at(builder, "schema") && builder->depth == 1)
        return take_schema(builder->snapshot, at, len, why);
    for (size_t i = 0; i < PARTS && in_rows; i++)
        if (is_at(builder, part_paths[i]))
            return take_part(builder, (enum part)i, at, len, bare, why);
    for (size_t i = 0; i < SNAPSHOT_FIGURES && !in_rows; i++)
        if (is_at(builder, paths[i]))
            return read_number(at, len, bare, &builder->snapshot->figures[i], why);
    return 0;
}

static int by_name(const void *left, const void *right)
{
    const struct snapshot_row *a = left, *b = right;
    int order = strcmp(a->name, b->name);

    if (order != 0)
        return order;
    if (a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

/* Of rows of one name the first stays. */
static void order_rows(struct snapshot_rows *rows)
{
    size_t n = 0;

    if (rows->n > 1)
        qsort(rows->at, rows->n, sizeof *rows->at, by_name);
    for (size_t i = 0; i < rows->n; i++)
        if (n == 0 || strcmp(rows->at[n - 1].name, rows->at[i].name) != 0)
            rows->at[n++] = rows->at[i];
    rows->n = n;
}

void snapshot_end(struct snapshot_builder *builder)
{
    order_rows(&builder->snapshot->upstreams);
    order_rows(&builder->snapshot->findings);
    for (size_t i = 0; i < PARTS; i++)
        text_done(&builder->parts[i]);
    text_done(&builder->path);
    memory_free(builder);
}

void snapshot_done(struct snapshot *snapshot)
{
    memory_free(snapshot->upstreams.at);
    memory_free(snapshot->findings.at);
    arena_done(&snapshot->arena);
    *snapshot = (struct snapshot){0};
}

/* A report at hand ---------------------------------------------------------------------------------- */

static void sink_open(void *context, const char *key, size_t len, bool array)
{
    if (key != NULL)
        snapshot_key(context, key, len);
    snapshot_open(context, array);
}

static void sink_close(void *context, bool array)
{
    (void)array;
    snapshot_close(context);
}

static void sink_value(void *context, const char *key, size_t len, const struct field *field,
                       const struct value *value)
{
    struct text text = {0};
    const char *why;

    (void)field;
    if (key == NULL) /* of a list */
        return;
    snapshot_key(context, key, len);
    field_print(value, &text);
    /* what the report holds it can hold */
    (void)snapshot_value(context, text.len > 0 ? text.at : "", text.len, value->kind != VALUE_TEXT,
                         &why);
    text_done(&text);
}

void snapshot_take(struct snapshot *snapshot, const struct report *report)
{
    struct snapshot_builder *builder = snapshot_begin(snapshot);
    struct field_sink sink = {sink_open, sink_close, sink_value, builder};

    field_walk(&report_fields, report, &sink);
    snapshot_end(builder);
}
