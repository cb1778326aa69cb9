// SPDX-License-Identifier: BSD-2-Clause
#ifndef GATE_GATE_H
#define GATE_GATE_H
/*
 * Gates: conditions that a run is held against, for CI (interface.md section 7).  They are read before
 * any input is, and judged when the report is whole, through its field table like any other reader.
 *
 *     --fail-if 'totals.error_rate > 1%'     the gate fails where that is true
 *     --fail-on error,search-path            it fails where the report has such a finding
 *     --baseline OLD.json                    gates of their own: what got worse than it was
 *
 * A gate holds, fails, or cannot be judged: its figure is not known, or the capture has no session.
 * With any gate there is one more, sample_loss: a capture that lost much proves nothing.
 */
#include <stdbool.h>

#include "base/error.h"
#include "report/report.h"

struct gates;
struct gates *gates_new(void);
void gates_free(struct gates *gates); /* takes NULL; REPORT is not to be used any more */

/* --fail-if.  -1 and ERROR_USAGE: "column 8: there is no field …; did you mean …?" */
int gates_add_condition(struct gates *gates, const char *expression, struct error *error);
/* One word of --fail-on: false where it is neither the key of a finding nor a severity. */
bool gates_add_finding(struct gates *gates, const char *word, size_t len);
/* What --fail-on takes, for messages and completion: NULL behind the last. */
const char *gates_finding_word(size_t i);
/* --tolerance of --baseline.  -1 and ERROR_USAGE. */
int gates_set_tolerance(struct gates *gates, const char *typed, struct error *error);
/* --baseline: reads PATH ("-": standard input), a report as -o json or yaml prints it.  -1 and
 * ERROR_INPUT where it is none. */
int gates_read_baseline(struct gates *gates, const char *path, struct error *error);

/* Some figures may be wrong, for the reason WHY (constant): what would hold then cannot be judged. */
void gates_doubt(struct gates *gates, const char *why);
/* Judges, and gives the report its rows; FINDINGS of the report are there. */
void gates_judge(struct gates *gates, struct report *report);
/* Whether all of them held. */
bool gates_held(const struct gates *gates);

#endif
