// SPDX-License-Identifier: BSD-2-Clause
/*
 * stages WHAT FILE: the program's own stages over a capture, as the report runs them, without its
 * last two (`sessions`), with lookups (`lookups`), or with all (`findings`).  Nothing is printed but
 * how many there were: what the stages cost is the difference, measured side by side.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "finding/finding.h"

#define MEMORY_BYTES ((size_t)256 << 20) /* as without --max-memory */
#define SLOW_NS (100 * WHEN_MS)

struct stages {
    struct inputs *inputs;
    struct sessions *sessions;
    struct lookups *lookups;   /* NULL: without */
    struct findings *findings; /* NULL: without */
    struct report *report;
    uint64_t n_messages, n_sessions, n_lookups;
};

static void take_lookups(struct stages *stages)
{
    const struct lookup *lookup;
    while ((lookup = lookups_next(stages->lookups))) {
        stages->n_lookups++;
        report_add_lookup(stages->report, lookup);
        if (stages->findings)
            findings_add_lookup(stages->findings, lookup);
    }
}

static void take_sessions(struct stages *stages)
{
    const struct session *session;
    while ((session = sessions_next(stages->sessions))) {
        int64_t watermark = sessions_watermark(stages->sessions);
        stages->n_sessions++;
        report_add(stages->report, session, watermark);
        if (stages->findings)
            findings_add_session(stages->findings, session);
        if (stages->lookups) {
            lookups_add(stages->lookups, session, watermark, true);
            take_lookups(stages);
        }
    }
}

static void read_all(struct stages *stages)
{
    const struct message *message;
    while (inputs_next(stages->inputs, &message) == 1) {
        stages->n_messages += message->kind == MESSAGE_DNS;
        sessions_add(stages->sessions, message);
        take_sessions(stages);
    }
    sessions_end(stages->sessions);
    take_sessions(stages);
    if (stages->lookups) {
        lookups_end(stages->lookups);
        take_lookups(stages);
    }
}

static void finish(struct stages *stages)
{
    if (stages->lookups) {
        struct lookup_counts counts = lookups_counts(stages->lookups);
        report_lookup_counts(stages->report, &counts);
    }
    report_finish(stages->report, stages->inputs, stages->sessions, stages->n_messages, false);
    if (stages->findings)
        findings_judge(stages->findings, stages->report, stages->sessions);
}

int main(int argc, char **argv)
{
    struct stages stages = {0};
    struct error error = {0};
    if (argc != 3)
        return 2;
    const char *const files[] = {argv[2]};
    bool findings = strcmp(argv[1], "findings") == 0, lookups = strcmp(argv[1], "sessions") != 0;
    stages.inputs = inputs_open(files, 1, NULL, &error);
    if (!stages.inputs) {
        fprintf(stderr, "stages: %s\n", error.text);
        return 1;
    }
    stages.sessions =
        sessions_new(&(struct session_options){.ceiling_bytes = MEMORY_BYTES / 10 * 7, .slow_ns = SLOW_NS});
    stages.lookups = lookups ? lookups_new(&(struct lookup_options){MEMORY_BYTES / 64}) : NULL;
    stages.findings = findings ? findings_new(&(struct finding_options){.slow_ns = SLOW_NS}) : NULL;
    stages.report = report_new(&(struct report_options){SLOW_NS, 10, MEMORY_BYTES / 10 * 3, NULL});
    read_all(&stages);
    finish(&stages);
    printf("%" PRIu64 " messages, %" PRIu64 " sessions, %" PRIu64 " lookups, %" PRIu64 " early\n",
           stages.n_messages, stages.n_sessions, stages.n_lookups,
           lookups ? lookups_counts(stages.lookups).early : 0);
    report_free(stages.report);
    findings_free(stages.findings);
    lookups_free(stages.lookups);
    sessions_free(stages.sessions);
    inputs_close(stages.inputs);
    return 0;
}
