// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_RUN_H
#define CLI_RUN_H
/* One run of the program: what is open, and what becomes of settled sessions. */
#include "cli/progress.h"
#include "cli/rows.h"
#include "cluster/cluster.h"
#include "finding/finding.h"
#include "lookup/lookup.h"
#include "messages/messages.h"
#include "report/report.h"
#include "session/session.h"

struct run {
    const struct options *options;
    struct cluster *cluster; /* NULL: no file of its objects */
    struct inputs *inputs;
    struct sessions *sessions;
    struct lookups *lookups;   /* NULL where they are not asked for, as are: */
    struct messages *messages;
    struct report *report;     /* NULL in row views, as are: */
    struct findings *findings;
    struct rows *rows;         /* NULL in the report */
    struct output outputs[OPTIONS_OUTPUTS_MAX];
    struct render_style styles[OPTIONS_OUTPUTS_MAX];
    struct progress progress;
    uint64_t met; /* messages */
    int64_t since, until; /* WHEN_NONE: no bound */
    bool bounds_known;
    bool several, ticking; /* inputs; rows go out while the program waits */
    bool begun;            /* the rows' heads are printed */
    struct render_chosen chosen;
};

/* deliver.c */
/* The heads of rows name the zone of their times, which may depend on WHEN. */
void deliver_begin(struct run *run, int64_t when);
/* Hands on what has settled: to the report, or to the rows of the view. */
int deliver(struct run *run, struct error *error);
/* Nothing more will come. */
int deliver_rest(struct run *run, struct error *error);

#endif
