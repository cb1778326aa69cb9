// SPDX-License-Identifier: BSD-2-Clause
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H
/*
 * The report of interface.md section 5, filled a session at a time in bounded memory.  One row of
 * one field table (report_fields): every output, gate and comparison reads it through that table.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/field.h"
#include "input/inputs.h"
#include "lookup/lookup.h"
#include "session/session.h"

struct report_options {
    int64_t slow_ns;
    size_t limit;         /* rows of clients, names, failing_names, slow and of the table's lists */
    size_t ceiling_bytes; /* for the tables kept here */
    const struct cluster *cluster; /* names for addresses; lent; NULL: none */
};

struct report;
struct report *report_new(const struct report_options *options);
void report_free(struct report *report);
/* Only sessions that start in SINCE..UNTIL (WHEN_NONE: no bound) are added: cuts the window to it.
 * May be called at any time before report_finish. */
void report_bounds(struct report *report, int64_t since, int64_t until);
/* Only sessions that these expressions keep are added, and lookups with such a session; lent.  May be
 * called at any time before report_finish. */
void report_filters(struct report *report, const char *const *filters, size_t n);
/* Adds a settled session; it is not kept.  WATERMARK: sessions_watermark(), so that attempts of
 * many sessions can be put in the order of their time within bounded memory. */
void report_add(struct report *report, const struct session *session, int64_t watermark);
/* Adds a settled lookup; it is not kept. */
void report_add_lookup(struct report *report, const struct lookup *lookup);
/* What could not be made lookups of; may be called at any time before report_finish. */
void report_lookup_counts(struct report *report, const struct lookup_counts *counts);
/* No more sessions: the figures are made.  MESSAGES: distinct DNS messages read.  INTERRUPTED: the
 * inputs were not read to their end.  The facts are copied; INPUTS and SESSIONS may be NULL. */
void report_finish(struct report *report, const struct inputs *inputs,
                   const struct sessions *sessions, uint64_t messages, bool interrupted);

extern const struct field_table report_fields; /* row: struct report, finished */
#define REPORT_SCHEMA "dnstap-analyse/report/1"

#endif
