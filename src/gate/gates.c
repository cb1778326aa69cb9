// SPDX-License-Identifier: BSD-2-Clause
/* All gates of a run: what was asked for in, rows of the report out. */
#include <string.h>

#include "gate/inside.h"

/* More than that of the sessions lost, and the rest proves nothing (interface.md section 7). */
#define SAMPLE_LOSS_MOST .1

struct gates *gates_new(void)
{
    struct gates *gates = memory_get(1, sizeof *gates);

    gates->tolerance = tolerance_default;
    return gates;
}

void gates_free(struct gates *gates)
{
    if (gates == NULL)
        return;
    for (size_t i = 0; i < gates->n_conditions; i++)
        condition_gate_done(&gates->conditions[i]);
    for (size_t i = 0; i < gates->n_rows; i++)
        memory_free(gates->rows[i].findings);
    if (gates->has_baseline)
        snapshot_done(&gates->before);
    memory_free(gates->conditions);
    memory_free(gates->findings);
    memory_free(gates->rows);
    arena_done(&gates->arena);
    memory_free(gates);
}

int gates_set_tolerance(struct gates *gates, const char *typed, struct error *error)
{
    return tolerance_read(&gates->tolerance, typed, error);
}

int gates_read_baseline(struct gates *gates, const char *path, struct error *error)
{
    gates->has_baseline = baseline_read(&gates->before, path, error) == 0;
    if (!gates->has_baseline)
        snapshot_done(&gates->before);
    return gates->has_baseline ? 0 : -1;
}

struct gate_row *gates_row(struct gates *gates, const char *name)
{
    gates->rows = memory_grow(gates->rows, gates->n_rows + 1, sizeof *gates->rows);
    gates->rows[gates->n_rows] =
        (struct gate_row){.gate = name, .value = value_null(), .held = GATE_HELD, .why = ""};
    return &gates->rows[gates->n_rows++];
}

const char *gates_keep(struct gates *gates, const struct text *text)
{
    char *kept = arena_get(&gates->arena, text->len + 1, 1);

    memory_copy(kept, text->at, text->len);
    return kept;
}

void gates_row_finding(struct gate_row *row, uint32_t finding)
{
    row->findings = memory_grow(row->findings, (size_t)row->n_findings + 1, sizeof *row->findings);
    row->findings[row->n_findings++] = finding;
}

static void judge_loss(struct gates *gates, const struct report *report)
{
    struct text why = {0}, scratch = {0};
    double lost = (double)metric_value(report, "totals.sample_loss", &scratch).count;
    double sessions = (double)metric_value(report, "totals.sessions", &scratch).count;
    struct gate_row *row = gates_row(gates, "sample_loss");

    row->value = value_share(sessions > 0 ? lost / sessions : -1);
    if (row->value.kind == VALUE_SHARE) {
        bool much = row->value.share > SAMPLE_LOSS_MOST;
        row->held = much ? GATE_UNKNOWN : GATE_HELD;
        metric_print(&row->value, &why);
        text_add_string(&why, much ? " of the sessions were lost: what is left proves nothing (at "
                                     "most 10% may be)"
                                   : " of the sessions were lost (at most 10% may be)");
        row->why = gates_keep(gates, &why);
    }
    text_done(&why);
    text_done(&scratch);
}

/* Where there was nothing to see nothing was well, either: without a session, or, for what is asked of
 * this capture alone, with none that is known to have succeeded or failed.  Waits may be known all the
 * same. */
static void judge_nothing(struct gates *gates, const struct report *report)
{
    struct text scratch = {0};
    bool any = metric_value(report, "totals.sessions", &scratch).count > 0;
    bool told = metric_value(report, "totals.succeeded", &scratch).count > 0 ||
                metric_value(report, "totals.failed", &scratch).count > 0;

    for (size_t i = 0; i < gates->n_rows; i++) {
        struct gate_row *row = &gates->rows[i];
        bool alone = i < gates->n_conditions + gates->n_findings;
        bool blind = !told && alone && row->held == GATE_HELD && row->value.kind != VALUE_MS;
        if (row->held == GATE_FAILED || (any && !blind))
            continue;
        row->held = GATE_UNKNOWN;
        row->why = any ? "no session is known to have succeeded or failed"
                       : "there is no session to judge";
    }
    text_done(&scratch);
}

/* What made the figures doubtful makes every gate that held so. */
static void judge_doubt(struct gates *gates)
{
    for (size_t i = 0; i < gates->n_rows && gates->doubt != NULL; i++) {
        if (gates->rows[i].held != GATE_HELD)
            continue;
        gates->rows[i].held = GATE_UNKNOWN;
        gates->rows[i].why = gates->doubt;
    }
}

void gates_doubt(struct gates *gates, const char *why)
{
    gates->doubt = why;
}

void gates_judge(struct gates *gates, struct report *report)
{
    for (size_t i = 0; i < gates->n_conditions; i++)
        condition_gate_judge(gates, &gates->conditions[i], report);
    for (size_t i = 0; i < gates->n_findings; i++)
        finding_gate_judge(gates, &gates->findings[i], report);
    if (gates->has_baseline) {
        struct snapshot now;
        snapshot_take(&now, report);
        compare_judge(gates, &now);
        snapshot_done(&now);
    }
    judge_loss(gates, report);
    judge_nothing(gates, report);
    judge_doubt(gates);
    report_take_gates(report, gates->rows, (uint32_t)gates->n_rows);
}

bool gates_held(const struct gates *gates)
{
    for (size_t i = 0; i < gates->n_rows; i++)
        if (gates->rows[i].held != GATE_HELD)
            return false;
    return true;
}
