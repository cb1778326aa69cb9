// SPDX-License-Identifier: BSD-2-Clause
// A capture becomes sessions and a report, and every field of them is asked for.
#include <assert.h>

#include "base/field.h"
#include "base/when.h"
#include "input/inputs.h"
#include "report/report.h"
#include "session/session.h"

#include "file.h"
#include "fuzz.h"

enum { CEILING = 4 << 20, LIMIT = 10 };

static uint64_t seen;

static void sink_open(void *context, const char *key, size_t key_len, bool array)
{
    (void)context, (void)key, (void)array;
    seen += key_len;
}

static void sink_close(void *context, bool array)
{
    (void)context, (void)array;
}

static void sink_value(void *context, const char *key, size_t key_len, const struct field *field,
                       const struct value *value)
{
    (void)context, (void)key, (void)field;
    seen += key_len + (uint64_t)value->kind;
    if (value->kind == VALUE_TEXT) {
        for (size_t i = 0; i < value->text.len; i++)
            seen += (uint8_t)value->text.at[i];
    }
}

static const struct field_sink sink = {sink_open, sink_close, sink_value, NULL};

static uint64_t drain(struct sessions *sessions, struct report *report)
{
    const struct session *session;
    uint64_t n = 0;

    for (; (session = sessions_next(sessions)); n++) {
        struct session_row row = {session, 100 * WHEN_MS, NULL};

        field_walk(&session_fields, &row, &sink);
        for (const struct attempt *at = session->attempts; at; at = at->next) {
            struct attempt_row attempt = {&row, at};

            field_walk(&attempt_fields, &attempt, &sink);
        }
        report_add(report, session, sessions_watermark(sessions));
    }
    return n;
}

static void analyse(struct inputs *inputs)
{
    struct session_options session_options = {.ceiling_bytes = CEILING, .slow_ns = 100 * WHEN_MS};
    struct report_options report_options = {.slow_ns = 100 * WHEN_MS, .limit = LIMIT,
                                            .ceiling_bytes = CEILING};
    struct sessions *sessions = sessions_new(&session_options);
    struct report *report = report_new(&report_options);
    const struct message *message;
    uint64_t messages = 0, settled = 0;
    int also;

    while (inputs_next(inputs, &message)) {
        messages += message->kind == MESSAGE_DNS;
        sessions_add(sessions, message);
        while ((also = inputs_also(inputs)) >= 0)
            sessions_also(sessions, (uint32_t)also);
        settled += drain(sessions, report);
    }
    sessions_end(sessions);
    settled += drain(sessions, report);
    assert(settled <= messages);
    report_finish(report, inputs, sessions, messages, false);
    field_walk(&report_fields, report, &sink);
    report_free(report);
    sessions_free(sessions);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *name;
    struct error error;
    struct inputs *inputs;

    if (size > FUZZ_BYTES_MAX)
        return 0;
    name = file_of(data, size);
    inputs = inputs_open(&name, 1, NULL, &error);
    if (!inputs)
        return 0;
    analyse(inputs);
    inputs_close(inputs);
    return 0;
}
