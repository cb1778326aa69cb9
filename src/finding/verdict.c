// SPDX-License-Identifier: BSD-2-Clause
/* The verdict: a state, and one to three sentences of the roots (findings.md, "The verdict"). */
#include <string.h>

#include "finding/inside.h"

/* Over this share of the frames provably lost, silence about failures proves nothing. */
#define LOSS_MAX 0.1

static bool is_of_capture(const struct finding_row *row)
{
    static const enum finding_id ids[] = {FINDING_SAMPLE_LOSS, FINDING_CAPTURE_CUT,
                                          FINDING_NO_MESSAGES, FINDING_ENCRYPTED_UPSTREAM};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (strcmp(row->key, finding_kinds[ids[i]]->key) == 0)
            return true;
    return false;
}

/* Whether most of the capture could be judged at all. */
static bool could_show(const struct report *report)
{
    const struct totals *totals = &report->totals;
    uint64_t judged = totals->by_status[STATUS_SUCCEEDED] + totals->by_status[STATUS_FAILED];
    uint64_t proven = 0, frames = 0;
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        proven += report->facts.inputs[i].loss.proven;
        frames += report->facts.inputs[i].facts.frames;
    }
    return judged != 0 && 2 * judged >= totals->sessions &&
           (double)proven <= LOSS_MAX * (double)(frames + proven);
}

static enum verdict_state state_of(const struct findings *findings, const struct report *report)
{
    bool degraded = false;
    for (size_t i = 0; i < findings->n_rows; i++) {
        const struct finding_row *row = findings->rows[i];
        if (is_of_capture(row) || row->severity == SEVERITY_INFO)
            continue;
        if (row->severity >= SEVERITY_ERROR && row->lookups + row->sessions != 0)
            return VERDICT_FAILING;
        degraded = true;
    }
    if (findings->unexplained_lookups != 0 || findings->unexplained_sessions != 0)
        degraded = true;
    return degraded ? VERDICT_DEGRADED : could_show(report) ? VERDICT_HEALTHY : VERDICT_UNKNOWN;
}

void verdict_judge(struct findings *findings, struct report *report)
{
    enum { ROOTS = 3 };
    struct text text = {0};
    size_t told = 0, more = 0;
    enum verdict_state state = state_of(findings, report);
    for (size_t i = 0; i < findings->n_rows; i++) {
        const struct finding_row *row = findings->rows[i];
        if (row->caused_by != NULL || row->severity == SEVERITY_INFO)
            continue;
        if (told == ROOTS) {
            more++;
            continue;
        }
        if (told++ != 0)
            text_add_char(&text, ' ');
        text_add_string(&text, row->summary);
    }
    if (more != 0) {
        text_add_string(&text, " And ");
        text_add_grouped(&text, (int64_t)more);
        text_add_string(&text, more == 1 ? " finding more." : " findings more.");
    }
    report_take_verdict(report, state, text.len != 0 ? text.at : NULL);
    text_done(&text);
}
