// SPDX-License-Identifier: BSD-2-Clause
#include "cli/pipeline.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "cli/clash.h"
#include "cli/columns.h"
#include "cli/gate-options.h"
#include "cli/run.h"
#include "cli/selector.h"
#include "cli/stop.h"
#include "cli/style.h"
#include "cli/tick.h"
#include "cli/told.h"
#include "gate/gate.h"

/* Sessions, lookups, and what holds figures or rows share --max-memory.  Messages that wait for
 * their sessions take most of what these have: a session is small beside its messages. */
#define SESSIONS_SHARE(bytes) ((size_t)((bytes) / 10 * 7))
#define LOOKUPS_SHARE(bytes)                                                                       \
    ((size_t)((bytes) / 64 > LOOKUPS_LEAST ? (bytes) / 64 : LOOKUPS_LEAST))
#define LOOKUPS_LEAST (INT64_C(256) << 10)
#define FIGURES_SHARE(bytes) ((size_t)((bytes) / 10 * 3) - LOOKUPS_SHARE(bytes))

void pipeline_say(const char *file, const char *what)
{
    struct text line = {0};

    text_add_string(&line, "dnstap-analyse: ");
    if (file != NULL) {
        text_add_terminal(&line, file, strlen(file), false);
        text_add_string(&line, ": ");
    }
    text_add_terminal(&line, what, strlen(what), false);
    text_add_char(&line, '\n');
    fwrite(line.at, 1, line.len, stderr);
    text_done(&line);
}

/* Durations may be long: what lies beyond all times is the last of them. */
static int64_t behind(int64_t when, int64_t duration)
{
    int64_t sum;

    return __builtin_add_overflow(when, duration, &sum) ? INT64_MAX : sum;
}

static int64_t bound(const struct options *options, const struct point_choice *point, int64_t start,
                     int64_t end)
{
    if (!point->set)
        return WHEN_NONE;
    switch (point->base) {
    case WHEN_ABSOLUTE:
        return point->value;
    case WHEN_CLOCK:
        return when_midnight(start, options->local) + point->value;
    case WHEN_FROM_START:
        return behind(start, point->value);
    case WHEN_FROM_END:
        return end - point->value;
    }
    return WHEN_NONE;
}

static bool from_end(const struct point_choice *point)
{
    return point->set && point->base == WHEN_FROM_END;
}

/* Bounds that count from the end need a pass of their own. */
static int find_bounds(struct run *run, struct error *error)
{
    const struct options *options = run->options;
    int64_t start, end;

    run->since = run->until = WHEN_NONE;
    if (!from_end(&options->since) && !from_end(&options->until))
        return 0;
    struct error inner = {0};
    if (inputs_find_end(run->inputs, &start, &end, &inner) < 0)
        return error_set(error, inner.code, "%s: %s",
                         from_end(&options->since) ? "--since" : "--until", inner.text);
    if (start != WHEN_NONE) {
        run->since = bound(options, &options->since, start, end);
        run->until = bound(options, &options->until, start, end);
        run->bounds_known = true;
    }
    return 0;
}

/* The others count from the first message, or are times of their own. */
static void settle_bounds(struct run *run, const struct message *message)
{
    int64_t start = message->when;

    if (start == WHEN_NONE)
        return;
    if (message->query_time != WHEN_NONE && message->query_time < start)
        start = message->query_time;
    run->since = bound(run->options, &run->options->since, start, start);
    run->until = bound(run->options, &run->options->until, start, start);
    run->bounds_known = true;
}

/* 1: a message; 0: no more.  Rows that are ready go out while this waits. */
static int next_message(struct run *run, const struct message **message, struct error *error)
{
    if (run->ticking)
        tick_wait();
    int found = stop_signal() != 0 ? 0 : inputs_next(run->inputs, message);
    if (run->ticking && !tick_go())
        return error_set(error, ERROR_OUTPUT, "standard output: cannot be written: %s",
                         strerror(errno));
    return found;
}

/* Input ALSO holds the newest message, too. */
static void note_also(struct run *run, uint32_t also)
{
    sessions_also(run->sessions, also);
    if (run->messages != NULL)
        messages_also(run->messages);
}

static int read_all(struct run *run, struct error *error)
{
    const struct message *message = NULL;
    int found, also;

    while ((found = next_message(run, &message, error)) == 1) {
        if (!run->bounds_known)
            settle_bounds(run, message);
        run->met += message->kind == MESSAGE_DNS;
        if (run->messages != NULL)
            messages_add(run->messages, message);
        sessions_add(run->sessions, message);
        while (run->several && (also = inputs_also(run->inputs)) >= 0)
            note_also(run, (uint32_t)also);
        if (deliver(run, error) < 0)
            return -1;
        progress_tell(&run->progress, run->inputs, run->met);
    }
    tick_stop();
    progress_end(&run->progress);
    if (found < 0)
        return -1;
    sessions_end(run->sessions);
    int result = deliver_rest(run, error);
    deliver_begin(run, WHEN_NONE);
    return result;
}

/* Whether some input may make us wait: rows are then written out as they settle. */
static bool is_live(const struct options *options)
{
    for (size_t i = 0; i < options->n_files; i++) {
        struct stat facts;
        bool known = strcmp(options->files[i], "-") == 0 ? fstat(STDIN_FILENO, &facts) == 0
                                                         : stat(options->files[i], &facts) == 0;
        if (known && !S_ISREG(facts.st_mode))
            return true;
    }
    return false;
}

static int open_outputs(struct run *run, struct error *error)
{
    const struct options *options = run->options;

    for (size_t i = 0; i < options->n_outputs; i++) {
        if (output_open(&run->outputs[i], options->outputs[i].file, error) < 0)
            return -1;
        run->styles[i] = style_of(options, &options->outputs[i]);
    }
    return 0;
}

/* Outputs beside those that --fields acts on. */
static void tell_fields(const struct options *options)
{
    struct text line = {0};

    for (size_t i = 0; i < options->n_outputs && options->fields != NULL; i++) {
        const struct output_format *format = options->outputs[i].format;
        if (columns_has(format))
            continue;
        text_clear(&line);
        text_format(&line, "--fields acts on table, wide and csv only: -o %s holds every field",
                    format->name);
        pipeline_say(NULL, line.at);
    }
    text_done(&line);
}

static void start(struct run *run)
{
    const struct options *options = run->options;
    bool rows_on_terminal = false;
    bool messages = options->view == VIEW_MESSAGES;
    size_t share_bytes = SESSIONS_SHARE(options->memory_bytes);
    struct session_options session_options = {.ceiling_bytes = share_bytes / (messages ? 4 : 1),
                                              .slow_ns = options->slow_ns,
                                              .roles = options->roles,
                                              .n_roles = options->n_roles,
                                              .cluster = run->cluster,
                                              .tags = messages};
    struct lookup_options lookup_options = {LOOKUPS_SHARE(options->memory_bytes)};
    struct finding_options finding_options = {options->slow_ns, run->cluster,
                                              options->filter != NULL};
    struct report_options report_options = {options->slow_ns,
                                            options->limit > 0 ? (size_t)options->limit : 10,
                                            FIGURES_SHARE(options->memory_bytes), run->cluster};

    run->sessions = sessions_new(&session_options);
    run->messages = messages ? messages_new(share_bytes / 4 * 3) : NULL;
    if (options->view == VIEW_REPORT || options->view == VIEW_LOOKUPS)
        run->lookups = lookups_new(&lookup_options);
    if (options->view == VIEW_REPORT) {
        run->report = report_new(&report_options);
        run->findings = findings_new(&finding_options);
    } else {
        run->rows =
            rows_new(options, run->outputs, run->styles, FIGURES_SHARE(options->memory_bytes));
        if (!options->local)
            deliver_begin(run, WHEN_NONE);
    }
    for (size_t i = 0; i < options->n_outputs && run->rows != NULL; i++) {
        if (options->outputs[i].file != NULL)
            continue;
        rows_on_terminal = isatty(STDOUT_FILENO) != 0;
        if (options->sort_field == NULL && is_live(options))
            tick_start(&run->outputs[i]);
    }
    run->several = inputs_count(run->inputs) > 1;
    run->ticking = tick_runs();
    run->progress = progress_start(!options->quiet && !options->no_progress && !rows_on_terminal &&
                                   isatty(STDERR_FILENO) && style_terminal());
}

static void judge_gates(struct run *run)
{
    const struct options *options = run->options;

    if (options->filter != NULL && filter_gave_up(options->filter) > 0)
        gates_doubt(options->gates, "a pattern of --filter gave up on some of the texts");
    gates_judge(options->gates, run->report);
}

static int finish(struct run *run, struct error *error)
{
    const struct options *options = run->options;

    if (run->rows != NULL && rows_end(run->rows, error) < 0)
        return -1;
    if (run->report != NULL) {
        struct lookup_counts counts = lookups_counts(run->lookups);
        report_lookup_counts(run->report, &counts);
        report_bounds(run->report, run->since, run->until);
        report_filters(run->report, (const char *const *)options->filters, options->n_filters);
        report_finish(run->report, run->inputs, run->sessions,
                      run->met - sessions_counts(run->sessions).sightings, stop_signal() != 0);
        findings_judge(run->findings, run->report, run->sessions);
        if (options->gates != NULL)
            judge_gates(run);
    }
    run->chosen = (struct render_chosen){run->since, run->until,
                                         (const char *const *)options->filters,
                                         options->n_filters};
    for (size_t i = 0; i < options->n_outputs; i++) {
        run->styles[i].interrupted = stop_signal() != 0;
        if (run->since != WHEN_NONE || run->until != WHEN_NONE || options->n_filters > 0)
            run->styles[i].chosen = &run->chosen;
        if (run->report != NULL)
            options->outputs[i].format->report_page(&run->outputs[i].text, &report_fields,
                                                    run->report, &run->styles[i]);
        if (output_finish(&run->outputs[i], error) < 0)
            return -1;
    }
    return 0;
}

static int status_of(const struct run *run)
{
    if (stop_signal() != 0)
        return EXIT_SIGNAL + stop_signal();
    if (run->options->gates != NULL && !gates_held(run->options->gates))
        return EXIT_GATE;
    bool damaged = inputs_damaged(run->inputs) && !run->options->allow_partial;
    for (size_t i = 0; i < inputs_count(run->inputs); i++)
        damaged = damaged || inputs_facts(run->inputs, i)->error[0] != 0;
    return damaged ? EXIT_PARTIAL : EXIT_DONE;
}

static int read_cluster(struct run *run, struct error *error)
{
    const struct options *options = run->options;
    struct text line = {0};

    if (options->n_clusters == 0)
        return 0;
    run->cluster = cluster_new();
    for (size_t i = 0; i < options->n_clusters; i++) {
        struct error inner = {0};
        if (cluster_read(run->cluster, options->clusters[i], &inner) < 0)
            return error_set(error, inner.code, "--cluster: %s", inner.text);
    }
    cluster_finish(run->cluster);
    if (options->verbose) {
        text_format(&line, "--cluster: pods %zu, services %zu, endpoint slices %zu, nodes %zu",
                    cluster_pods(run->cluster), cluster_services(run->cluster),
                    cluster_slices(run->cluster), cluster_nodes(run->cluster));
        pipeline_say(NULL, line.at);
    }
    text_done(&line);
    return 0;
}

static int work(struct run *run, struct error *error)
{
    if (clash_check(run->options, error) < 0 || read_cluster(run, error) < 0 ||
        gate_options_read(run->options, error) < 0)
        return -1;
    struct input_options input_options = {run->options->ports, run->options->n_ports};
    if (!run->options->quiet)
        selector_tell(run->options, run->cluster);
    run->inputs = inputs_open(run->options->files, run->options->n_files, &input_options, error);
    if (run->inputs == NULL || open_outputs(run, error) < 0 || find_bounds(run, error) < 0)
        return -1;
    if (!run->options->quiet)
        tell_fields(run->options);
    start(run);
    if (read_all(run, error) < 0 || finish(run, error) < 0)
        return -1;
    told_all(run);
    return status_of(run);
}

int pipeline_run(const struct options *options, struct error *error)
{
    struct run run = {.options = options};

    for (size_t i = 0; i < OPTIONS_OUTPUTS_MAX; i++)
        run.outputs[i].fd = -1;
    stop_install(run.outputs, OPTIONS_OUTPUTS_MAX);
    int status = work(&run, error);
    tick_stop();
    progress_end(&run.progress);
    rows_free(run.rows);
    report_free(run.report);
    findings_free(run.findings);
    lookups_free(run.lookups);
    messages_free(run.messages);
    sessions_free(run.sessions);
    inputs_close(run.inputs);
    cluster_free(run.cluster);
    for (size_t i = 0; i < options->n_outputs; i++)
        output_done(&run.outputs[i]);
    stop_release();
    return status;
}
