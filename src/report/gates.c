// SPDX-License-Identifier: BSD-2-Clause
/* What gates tell the report, and the rows as outputs see them. */
#include "report/gates.h"

#include "report/fields.h"

void report_take_gates(struct report *report, const struct gate_row *rows, uint32_t n)
{
    report->gates = rows;
    report->n_gates = n;
}

#define G struct gate_row

GETTER(gate, G, value_string(row->gate))
GETTER(gate_value, G, row->value)
GETTER(held, G, row->held == GATE_UNKNOWN ? value_null() : value_bool(row->held == GATE_HELD))
GETTER(why, G, value_string(row->why))

static size_t findings_count(const void *at)
{
    const G *row = at;
    return row->n_findings;
}

static struct value findings_item(const void *at, size_t i, struct text *scratch)
{
    const G *row = at;
    (void)scratch;
    return COUNT(row->findings[i]);
}

static const struct field gate_fields[] = {
    {.path = "gate",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = gate,
     .help = "What was asked for: an expression of --fail-if as typed, \"fail-on \" and a word of "
             "--fail-on, \"baseline \" and what was compared, or \"sample_loss\"."},
    {.path = "value",
     .flags = FIELD_ANY_KIND,
     .get = gate_value,
     .help =
         "The figure that was judged, in the unit of its field; a count of findings or upstreams "
         "where the gate is about them; null: not known."},
    {.path = "held",
     .kind = VALUE_BOOL,
     .get = held,
     .help = "Whether the gate held; null: it could not be judged, which is exit status 1, too."},
    {.path = "why",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = why,
     .help = "The figure in words, and what it is of."},
    {.path = "findings",
     .shape = FIELD_LIST,
     .kind = VALUE_COUNT,
     .count = findings_count,
     .item_value = findings_item,
     .help = "The findings for which it failed: their places in the list of findings, from 0."},
};
const struct field_table report_gate_fields = {
    .name = "gates",
    .help = "Conditions that the run was held against.",
    FIELDS(gate_fields),
};
