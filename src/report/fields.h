// SPDX-License-Identifier: BSD-2-Clause
#ifndef REPORT_FIELDS_H
#define REPORT_FIELDS_H
/* The tables of the report's rows, and what their files share.  Private to report/. */
#include "base/field.h"
#include "base/value.h"
#include "report/document.h"

/* A getter NAME whose row is a TYPE, called `row` in EXPRESSION. */
#define GETTER(name, type, expression)                                                             \
    static struct value name(const void *at, struct text *scratch)                                 \
    {                                                                                              \
        const type *row = at;                                                                      \
        (void)scratch;                                                                             \
        return expression;                                                                         \
    }
/* A counter as a value. */
#define COUNT(n) value_count((int64_t)(n))
/* The rows of a list: how many, and the Ith. */
#define ROWS(name, type, n, address)                                                               \
    static size_t name##_count(const void *at)                                                     \
    {                                                                                              \
        const type *row = at;                                                                      \
        return n;                                                                                  \
    }                                                                                              \
    static const void *name##_item(const void *at, size_t i)                                       \
    {                                                                                              \
        const type *row = at;                                                                      \
        return address;                                                                            \
    }

extern const struct field_table report_input_fields, report_status_fields, report_bitmap_fields,
    report_rcode_fields, report_realm_fields, report_type_fields, report_transport_fields,
    report_step_fields, report_by_realm_fields, report_server_fields, report_client_fields,
    report_name_fields, report_bucket_fields, report_upstream_fields, report_path_fields,
    report_slow_fields, report_finding_fields, report_gate_fields;

struct step_row { /* of the histogram */
    int64_t le_ns;
    uint64_t sessions;
};

/* Of rows that begin with struct figures. */
struct value figures_sessions(const void *row, struct text *scratch);
struct value figures_failed(const void *row, struct text *scratch);
struct value figures_error_rate(const void *row, struct text *scratch);
struct value figures_p50(const void *row, struct text *scratch);
struct value figures_p90(const void *row, struct text *scratch);
struct value figures_p99(const void *row, struct text *scratch);
struct value figures_most(const void *row, struct text *scratch);

#define FIELD_COUNT(name, words, getter)                                                           \
    {                                                                                              \
        .path = name, .kind = VALUE_COUNT, .flags = FIELD_NEVER_NULL, .help = words, .get = getter \
    }
#define FIELD_WAIT(name, words, getter)                                                            \
    {                                                                                              \
        .path = name, .kind = VALUE_MS, .help = words, .get = getter                               \
    }
#define FIGURE_FIELDS                                                                              \
    FIELD_COUNT("sessions", "Sessions.", figures_sessions),                                        \
        FIELD_COUNT("failed", "Sessions that Failed.", figures_failed),                            \
        {.path = "error_rate",                                                                     \
         .kind = VALUE_SHARE,                                                                      \
         .get = figures_error_rate,                                                                \
         .help = "Failed / (Succeeded + Failed), 0..1; null where that is 0."},                    \
        {.path = "waited_ms",                                                                      \
         .shape = FIELD_GROUP,                                                                     \
         .help = "Percentiles of the known waits, milliseconds."},                                 \
        FIELD_WAIT("waited_ms.p50", "Median of the waits, milliseconds.", figures_p50),            \
        FIELD_WAIT("waited_ms.p90", "90 % waited at most that long, milliseconds.", figures_p90),  \
        FIELD_WAIT("waited_ms.p99", "99 % waited at most that long, milliseconds.", figures_p99),  \
        FIELD_WAIT("waited_ms.max", "The longest wait, milliseconds.", figures_most)

#define FIELDS(table) .fields = table, .n = sizeof table / sizeof table[0]

#endif
