// SPDX-License-Identifier: BSD-2-Clause
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H
/* The whole report: what the field tables read.  Private to report/ and its tests. */
#include "report/findings.h"
#include "report/gates.h"
#include "report/upstreams.h"

struct skip_row {
    const char *word;
    uint64_t n;
};
struct input_row {
    struct input_facts facts; /* its texts are copied */
    struct loss_facts loss;   /* its windows are copied */
    bool can_lose;            /* the format can lose frames unseen: loss is told */
    bool has_packets;         /* a capture of packets */
    const char *vantage;      /* where they were captured; NULL: nothing tells */
    struct skip_row skipped[SKIP_REASONS];
    size_t n_skipped;
};
struct facts {
    struct input_row *inputs;
    size_t n_inputs;
    struct server_facts *servers;
    size_t n_servers;
    struct session_counts counts;
    struct lookup_counts lookups;
    uint64_t messages;
    bool interrupted;
};
/* Copies what the inputs and the session stage know; either may be NULL. */
void facts_take(struct facts *facts, struct arena *arena, const struct inputs *inputs,
                const struct sessions *sessions);
/* The skip reasons that occurred, as rows. */
void input_row_skips(struct input_row *row);

#define VERDICT_UNSEEN 20 /* more than there are reasons */
struct verdict {
    const char *state, *sentence;
    const char *unseen[VERDICT_UNSEEN];
    size_t n_unseen;
};

struct report {
    struct report_options options;
    struct arena arena; /* the finished rows and texts */
    struct totals totals;
    struct latency latency;
    struct lookup_figures lookups;
    struct timeline timeline;
    struct upstreams upstreams;
    struct servers servers;
    struct tops clients, names;
    struct slow slow;
    struct facts facts;
    struct verdict verdict;
    const struct finding_row *const *findings; /* lent */
    uint32_t n_findings;
    const struct gate_row *gates; /* lent */
    uint32_t n_gates;
    bool judged; /* by findings: what they leave unexplained is known */
    uint64_t unexplained_lookups, unexplained_sessions;
    uint64_t folded_suspects, folded_charges;
    int64_t since, until; /* bounds, WHEN_NONE */
    const char *const *filters; /* that chose the sessions; lent */
    size_t n_filters;
    int64_t start, end;   /* window, WHEN_NONE */
};
/* The figures out of report->facts and what was added: report_finish with facts made by hand. */
void report_settle(struct report *report);
double report_seconds(const struct report *report); /* of the window; 0 where not known */
/* The Kubernetes objects of clients, servers, upstreams and slow sessions. */
void objects_find(struct report *report);
const struct cluster_object *objects_server(const struct report *report,
                                            const struct server_facts *facts);
void verdict_make(struct report *report);
void unseen_make(struct report *report);

#endif
