// SPDX-License-Identifier: BSD-2-Clause
/* Gates of --baseline: figures, upstreams and findings, as they are and as they were. */
#include <string.h>

#include "base/limits.h"
#include "base/when.h"
#include "gate/inside.h"

struct compare {
    struct gates *gates;
    const struct snapshot *before, *now;
    struct text why; /* of the row at hand */
};

static struct gate_row *begin_row(struct compare *compare, const char *what)
{
    struct text name = {0};

    text_clear(&compare->why);
    text_format(&name, "baseline %s", what);
    struct gate_row *row = gates_row(compare->gates, gates_keep(compare->gates, &name));
    text_done(&name);
    return row;
}

static void end_row(struct compare *compare, struct gate_row *row, enum gate_held held)
{
    row->held = held;
    row->why = gates_keep(compare->gates, &compare->why);
}

/* Whether what a figure rests on is enough, then and now; else says so. */
static bool is_enough(struct compare *compare, double before, double now)
{
    double least = (double)compare->gates->tolerance.counts;

    if (before >= least && now >= least)
        return true;
    text_add_string(&compare->why, "too few to judge (");
    text_add_grouped(&compare->why, now < 0 ? 0 : (int64_t)now);
    text_add_string(&compare->why, ", ");
    text_add_grouped(&compare->why, before < 0 ? 0 : (int64_t)before);
    text_add_string(&compare->why, " before)");
    return false;
}

/* A figure, negative where not known, as a value. */
static struct value value_of(double figure, bool is_wait)
{
    if (!is_wait)
        return value_share(figure);
    return figure < 0 || figure > 9e12 ? value_null()
                                       : value_ms((int64_t)(figure * (double)WHEN_MS + .5));
}

/* "is 3.1%, was 0.2%" */
static void say_both(struct compare *compare, double before, double now, bool is_wait)
{
    struct value then = value_of(before, is_wait), value = value_of(now, is_wait);

    text_add_string(&compare->why, "is ");
    metric_print(&value, &compare->why);
    text_add_string(&compare->why, ", was ");
    metric_print(&then, &compare->why);
}

static void compare_figure(struct compare *compare, const char *what, bool is_wait, double before,
                           double now, double base_before, double base_now)
{
    const struct tolerance *tolerance = &compare->gates->tolerance;
    struct gate_row *row = begin_row(compare, what);
    enum gate_held held = GATE_HELD;

    row->value = value_of(now, is_wait);
    bool gone = before >= 0 && now < 0; /* however few there were */
    if (!gone && !is_enough(compare, base_before, base_now)) {
        end_row(compare, row, held);
        return;
    }
    if (before < 0 || now < 0) {
        held = gone ? GATE_UNKNOWN : GATE_HELD;
        text_add_string(&compare->why, now >= 0      ? "was not known before"
                                       : before >= 0 ? "not known, was known before"
                                                     : "not known, then and now");
    } else {
        bool worse = is_wait ? tolerance_wait_worse(tolerance, before, now)
                             : tolerance_rate_worse(tolerance, before, now);
        say_both(compare, before, now, is_wait);
        held = worse ? GATE_FAILED : GATE_HELD;
    }
    end_row(compare, row, held);
}

static double sum(const struct snapshot *snapshot, enum snapshot_figure a, enum snapshot_figure b)
{
    return snapshot->figures[a] + snapshot->figures[b];
}

static double loss_share(const struct snapshot *snapshot)
{
    double sessions = snapshot->figures[SNAPSHOT_SESSIONS];

    return sessions > 0 ? snapshot->figures[SNAPSHOT_SAMPLE_LOSS] / sessions : -1;
}

static void compare_rates(struct compare *compare)
{
    const struct snapshot *before = compare->before, *now = compare->now;

    compare_figure(compare, snapshot_path(SNAPSHOT_ERROR_RATE), false,
                   before->figures[SNAPSHOT_ERROR_RATE], now->figures[SNAPSHOT_ERROR_RATE],
                   sum(before, SNAPSHOT_SUCCEEDED, SNAPSHOT_FAILED),
                   sum(now, SNAPSHOT_SUCCEEDED, SNAPSHOT_FAILED));
    compare_figure(compare, snapshot_path(SNAPSHOT_SLOW_RATE), false,
                   before->figures[SNAPSHOT_SLOW_RATE], now->figures[SNAPSHOT_SLOW_RATE],
                   before->figures[SNAPSHOT_WAITS], now->figures[SNAPSHOT_WAITS]);
    compare_figure(compare, "sample_loss", false, loss_share(before), loss_share(now),
                   before->figures[SNAPSHOT_SESSIONS], now->figures[SNAPSHOT_SESSIONS]);
}

static void compare_waits(struct compare *compare)
{
    static const struct {
        enum snapshot_figure figure, base;
    } waits[] = {{SNAPSHOT_WAIT_P50, SNAPSHOT_WAITS},     {SNAPSHOT_WAIT_P90, SNAPSHOT_WAITS},
                 {SNAPSHOT_WAIT_P99, SNAPSHOT_WAITS},     {SNAPSHOT_LOOKUP_P50, SNAPSHOT_LOOKUPS},
                 {SNAPSHOT_LOOKUP_P90, SNAPSHOT_LOOKUPS}, {SNAPSHOT_LOOKUP_P99, SNAPSHOT_LOOKUPS}};
    const double *before = compare->before->figures, *now = compare->now->figures;

    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++)
        compare_figure(compare, snapshot_path(waits[i].figure), true, before[waits[i].figure],
                       now[waits[i].figure], before[waits[i].base], now[waits[i].base]);
}

/* The row of the same name; NULL. */
static const struct snapshot_row *find_row(const struct snapshot_rows *rows, const char *name)
{
    size_t first = 0, end = rows->n;

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        int order = strcmp(rows->at[middle].name, name);
        if (order == 0)
            return &rows->at[middle];
        if (order < 0)
            first = middle + 1;
        else
            end = middle;
    }
    return NULL;
}

/* The Nth that got worse goes by name, as far as there is room for names. */
static bool is_named(struct compare *compare, size_t n)
{
    if (n >= LIMIT_GATE_NAMES)
        return false;
    text_add_string(&compare->why, n > 0 ? "; " : "");
    return true;
}

/* WORSE of them, or none, of those that were COMPARED. */
static void end_list(struct compare *compare, struct gate_row *row, size_t worse, size_t compared,
                     const char *what)
{
    if (worse > LIMIT_GATE_NAMES)
        text_format(&compare->why, "; and %zu more", worse - LIMIT_GATE_NAMES);
    if (worse == 0)
        text_format(&compare->why, "%zu %s compared, none is worse", compared, what);
    row->value = value_count((int64_t)worse);
    end_row(compare, row, worse > 0 ? GATE_FAILED : GATE_HELD);
}

/* Whether an upstream was asked often enough, then and now. */
static bool is_busy(const struct compare *compare, const struct snapshot_row *then,
                    const struct snapshot_row *now)
{
    double least = (double)compare->gates->tolerance.counts;

    return then != NULL && then->attempts >= least && now->attempts >= least;
}

static void compare_failures(struct compare *compare)
{
    const struct snapshot_rows *rows = &compare->now->upstreams;
    struct gate_row *gate = begin_row(compare, "upstreams.failure_rate");
    size_t worse = 0, compared = 0;

    for (size_t i = 0; i < rows->n; i++) {
        const struct snapshot_row *now = &rows->at[i];
        const struct snapshot_row *then = find_row(&compare->before->upstreams, now->name);
        if (!is_busy(compare, then, now) || then->failure_rate < 0 || now->failure_rate < 0)
            continue;
        compared++;
        if (!tolerance_rate_worse(&compare->gates->tolerance, then->failure_rate,
                                  now->failure_rate))
            continue;
        if (is_named(compare, worse++)) {
            text_format(&compare->why, "%s ", now->name);
            say_both(compare, then->failure_rate, now->failure_rate, false);
        }
    }
    end_list(compare, gate, worse, compared, compared == 1 ? "upstream" : "upstreams");
}

static void compare_states(struct compare *compare)
{
    const struct snapshot_rows *rows = &compare->now->upstreams;
    struct gate_row *gate = begin_row(compare, "upstreams.state.worst");
    size_t worse = 0, compared = 0;

    for (size_t i = 0; i < rows->n; i++) {
        const struct snapshot_row *now = &rows->at[i];
        const struct snapshot_row *then = find_row(&compare->before->upstreams, now->name);
        if (!is_busy(compare, then, now) || then->state < 0 || now->state < 0)
            continue;
        compared++;
        if (now->state > then->state && is_named(compare, worse++))
            text_format(&compare->why, "%s is %s, was %s", now->name,
                        snapshot_state_words[now->state], snapshot_state_words[then->state]);
    }
    end_list(compare, gate, worse, compared, compared == 1 ? "upstream" : "upstreams");
}

/* Findings from warning on that were not there, or were less severe. */
static void compare_findings(struct compare *compare)
{
    const struct snapshot_rows *rows = &compare->now->findings;
    struct gate_row *gate = begin_row(compare, "findings");
    size_t worse = 0;

    for (size_t i = 0; i < rows->n; i++) {
        const struct snapshot_row *now = &rows->at[i];
        const struct snapshot_row *then = find_row(&compare->before->findings, now->name);
        if (now->severity < SEVERITY_WARNING || (then != NULL && then->severity >= now->severity))
            continue;
        gates_row_finding(gate, now->place);
        if (!is_named(compare, worse++))
            continue;
        text_format(&compare->why, "%s is ", now->name);
        if (then == NULL)
            text_format(&compare->why, "new (%s)", severity_words[now->severity]);
        else
            text_format(&compare->why, "%s, was %s", severity_words[now->severity],
                        then->severity >= 0 ? severity_words[then->severity] : "none");
    }
    end_list(compare, gate, worse, rows->n, rows->n == 1 ? "finding" : "findings");
}

void compare_judge(struct gates *gates, const struct snapshot *now)
{
    struct compare compare = {.gates = gates, .before = &gates->before, .now = now};

    compare_rates(&compare);
    compare_waits(&compare);
    compare_failures(&compare);
    compare_states(&compare);
    compare_findings(&compare);
    text_done(&compare.why);
}
