// SPDX-License-Identifier: BSD-2-Clause
#ifndef GATE_INSIDE_H
#define GATE_INSIDE_H
/* What the files of the gates share; only they and their tests include this. */
#include <stddef.h>
#include <stdint.h>

#include "base/condition.h"
#include "base/memory.h"
#include "base/text.h"
#include "gate/gate.h"
#include "report/findings.h"
#include "report/gates.h"

/* metric.c: where a figure stands in the report ---------------------------------------------------- */

/* Lists in lists: upstreams.bad_periods.failures; the last step is the figure itself. */
#define METRIC_STEPS_MAX 4

struct metric_step {
    const struct field_table *table;
    const struct field *field; /* all but the last: FIELD_ROWS or FIELD_MAP */
    char *key;                 /* of the FIELD_MAP; owned */
};
struct metric {
    struct metric_step steps[METRIC_STEPS_MAX];
    size_t n;
    char *path; /* as typed; owned */
};
/* A condition_find; CONTEXT: the struct metric to be filled in. */
const struct field *metric_find(void *context, const char *path, size_t len, size_t at,
                                struct error *error);
void metric_done(struct metric *metric);

struct metric_reading {
    bool any;   /* the lists have a row at all */
    bool holds; /* the condition is true of the figure, of a list of one of its rows at least */
    /* Of those that CONDITION is true of, else of all: of numbers the largest, or for < and <= the
     * smallest; of texts and booleans the first. */
    struct value value;
    struct text text; /* holds that of VALUE */
    struct text row;  /* the name of the row that it is of; empty without lists */
};
/* Reads a metric out of a report.  Free READING with metric_reading_done(). */
void metric_read(const struct metric *metric, struct condition *condition,
                 const struct report *report, struct metric_reading *reading);
void metric_reading_done(struct metric_reading *reading);

/* Appends a value as people read it: "17.42%", "2.1 s", "1,204". */
void metric_print(const struct value *value, struct text *text);
/* The plain value at PATH of the report; texts lie in SCRATCH. */
struct value metric_value(const struct report *report, const char *path, struct text *scratch);

/* tolerance.c: what is no worse yet ---------------------------------------------------------------- */

/* Worse: more than both the absolute and the relative step. */
struct tolerance {
    double rate_points, rate_rise; /* as shares: 1 point is .01 */
    int64_t wait_ns;
    double wait_rise;
    int64_t counts; /* figures of fewer are not judged */
};
extern const struct tolerance tolerance_default;
int tolerance_read(struct tolerance *tolerance, const char *typed, struct error *error);
bool tolerance_rate_worse(const struct tolerance *tolerance, double before, double now);
bool tolerance_wait_worse(const struct tolerance *tolerance, double before_ms, double now_ms);

/* snapshot.c: what a baseline is about, out of a report of now or of then -------------------------- */

enum snapshot_figure {
    SNAPSHOT_SESSIONS,
    SNAPSHOT_SUCCEEDED,
    SNAPSHOT_FAILED,
    SNAPSHOT_SAMPLE_LOSS,
    SNAPSHOT_ERROR_RATE,
    SNAPSHOT_SLOW_RATE,
    SNAPSHOT_WAITS,
    SNAPSHOT_WAIT_P50,
    SNAPSHOT_WAIT_P90,
    SNAPSHOT_WAIT_P99,
    SNAPSHOT_LOOKUPS,
    SNAPSHOT_LOOKUP_P50,
    SNAPSHOT_LOOKUP_P90,
    SNAPSHOT_LOOKUP_P99,
    SNAPSHOT_FIGURES
};
/* Its path in the report. */
const char *snapshot_path(enum snapshot_figure figure);

struct snapshot_row {
    const char *name;    /* what tells it from the others, as it is shown */
    double attempts;     /* of an upstream, as are: */
    double failure_rate; /* negative: not known */
    int state;           /* 0 up, 1 degraded, 2 down; -1: unknown */
    int severity;        /* of a finding: enum severity */
    uint32_t place;      /* in the report's list */
};
struct snapshot_rows {
    struct snapshot_row *at;
    size_t n, room;
};
struct snapshot {
    double figures[SNAPSHOT_FIGURES];         /* negative: not known */
    struct snapshot_rows upstreams, findings; /* by name; one row a name, the worst */
    bool has_schema;
    bool too_many; /* rows than a report has: some were left out */
    struct arena arena;
};

/* Events of a document: objects and lists open and close, keys and values stand in between. */
struct snapshot_builder;
struct snapshot_builder *snapshot_begin(struct snapshot *snapshot);
void snapshot_open(struct snapshot_builder *builder, bool array);
void snapshot_close(struct snapshot_builder *builder);
void snapshot_key(struct snapshot_builder *builder, const char *key, size_t len);
/* BARE: without quotes.  -1 and WHY where the value cannot stand there. */
int snapshot_value(struct snapshot_builder *builder, const char *at, size_t len, bool bare,
                   const char **why);
/* Frees the builder; the rows are in order. */
void snapshot_end(struct snapshot_builder *builder);
void snapshot_done(struct snapshot *snapshot);
/* The snapshot of a report at hand. */
void snapshot_take(struct snapshot *snapshot, const struct report *report);
/* That of a file (baseline.c).  -1 with ERROR. */
int baseline_read(struct snapshot *snapshot, const char *path, struct error *error);
extern const char *const snapshot_state_words[3];

/* The rows ----------------------------------------------------------------------------------------- */

struct condition_gate {
    char *expression; /* as typed */
    struct metric metric;
    struct condition *condition;
};
struct finding_gate {
    const char *word; /* a key or a severity */
    int severity;     /* that and worse; -1: WORD is a key */
};

struct gates {
    struct condition_gate *conditions;
    size_t n_conditions;
    struct finding_gate *findings;
    size_t n_findings;
    struct tolerance tolerance;
    bool has_baseline;
    struct snapshot before;
    struct gate_row *rows;
    size_t n_rows;
    const char *doubt;  /* why the figures may be wrong; NULL: they are not */
    struct arena arena; /* of the rows' texts */
};

/* Adds a row: its value null, held.  It is lent until the next one is added. */
struct gate_row *gates_row(struct gates *gates, const char *name);
/* A copy of TEXT that lives as long as the gates. */
const char *gates_keep(struct gates *gates, const struct text *text);
/* The findings that a row failed for. */
void gates_row_finding(struct gate_row *row, uint32_t finding);

/* Rows of conditions (condition-gate.c), of --fail-on (finding-gate.c), of --baseline (compare.c). */
void condition_gate_judge(struct gates *gates, struct condition_gate *gate,
                          const struct report *report);
void condition_gate_done(struct condition_gate *gate);
void finding_gate_judge(struct gates *gates, const struct finding_gate *gate,
                        const struct report *report);
void compare_judge(struct gates *gates, const struct snapshot *now);

#endif
