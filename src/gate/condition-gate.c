// SPDX-License-Identifier: BSD-2-Clause
/* --fail-if: a figure of the report and what must not be true of it. */
#include <string.h>

#include "gate/inside.h"

int gates_add_condition(struct gates *gates, const char *expression, struct error *error)
{
    struct condition_gate gate = {0};

    gate.condition = condition_new(expression, metric_find, &gate.metric, error);
    if (gate.condition == NULL) {
        metric_done(&gate.metric);
        return -1;
    }
    gate.expression = memory_string(expression);
    gates->conditions =
        memory_grow(gates->conditions, gates->n_conditions + 1, sizeof *gates->conditions);
    gates->conditions[gates->n_conditions++] = gate;
    return 0;
}

void condition_gate_done(struct condition_gate *gate)
{
    memory_free(gate->expression);
    metric_done(&gate->metric);
    condition_free(gate->condition);
}

/* Lists of what went wrong: that they are empty is good news, not a lack of any. */
static bool lists_trouble(const struct metric *metric)
{
    static const char *const lists[] = {"findings", "failing_names", "slow"};
    bool found = false;

    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        found = found || strcmp(metric->steps[0].field->path, lists[i]) == 0;
    return found;
}

/* "unknown" is what a verdict is called that could not be told. */
static bool is_no_verdict(const struct metric *metric, const struct metric_reading *reading)
{
    return strcmp(metric->steps[0].field->path, "verdict.state") == 0 && !reading->holds &&
           reading->text.len == strlen("unknown") &&
           memcmp(reading->text.at, "unknown", reading->text.len) == 0;
}

/* Whether rows that --limit cut off may tell otherwise: those that are there failed most often, or waited
 * longest, and are the most of nothing else. */
static bool is_cut(const struct condition_gate *gate, const struct report *report)
{
    const struct metric *metric = &gate->metric;
    const char *list = metric->steps[0].field->path;
    const char *figure = strcmp(list, "slow") == 0 ? "waited_ms" : "failed";
    struct text path = {0}, scratch = {0};

    text_format(&path, "folded.cut.%s", list);
    struct value cut = metric_value(report, path.at, &scratch);
    text_done(&path);
    text_done(&scratch);
    return cut.kind == VALUE_COUNT && cut.count > 0 &&
           (strcmp(metric->steps[metric->n - 1].field->path, figure) != 0 ||
            condition_asks_less(gate->condition));
}

static enum gate_held judge(const struct condition_gate *gate, const struct metric_reading *reading,
                            struct text *why)
{
    bool is_list = gate->metric.n > 1;

    if (reading->value.kind == VALUE_NULL) {
        bool good = !reading->any && lists_trouble(&gate->metric);
        text_add_string(why, good                       ? "there is none"
                             : !reading->any && is_list ? "not known: the list is empty"
                                                        : "not known from this capture");
        return good ? GATE_HELD : GATE_UNKNOWN;
    }
    if (is_no_verdict(&gate->metric, reading)) {
        text_add_string(why, "not known: the capture allows no verdict");
        return GATE_UNKNOWN;
    }
    bool is_word = reading->value.kind == VALUE_TEXT || reading->value.kind == VALUE_BOOL;
    if (is_word && is_list && !reading->holds) {
        text_add_string(why, "so is none of them");
        return GATE_HELD;
    }
    text_add_string(why, "is ");
    metric_print(&reading->value, why);
    if (reading->row.len > 0)
        text_format(why, " (%s)", reading->row.at);
    return reading->holds ? GATE_FAILED : GATE_HELD;
}

void condition_gate_judge(struct gates *gates, struct condition_gate *gate,
                          const struct report *report)
{
    struct metric_reading reading;
    struct text why = {0};

    metric_read(&gate->metric, gate->condition, report, &reading);
    struct gate_row *row = gates_row(gates, gate->expression);
    row->held = judge(gate, &reading, &why);
    if (row->held == GATE_HELD && is_cut(gate, report)) {
        row->held = GATE_UNKNOWN;
        text_add_string(&why, "; rows that --limit cut off may tell otherwise");
    }
    row->value = reading.value;
    if (reading.value.kind == VALUE_TEXT)
        row->value = value_string(gates_keep(gates, &reading.text));
    row->why = gates_keep(gates, &why);
    metric_reading_done(&reading);
    text_done(&why);
}
