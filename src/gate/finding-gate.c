// SPDX-License-Identifier: BSD-2-Clause
/* --fail-on: findings that must not be there. */
#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "finding/finding.h"
#include "gate/inside.h"

const char *gates_finding_word(size_t i)
{
    if (i < SEVERITIES)
        return severity_words[i];
    i -= SEVERITIES;
    return i < FINDINGS ? finding_kinds[i]->key : NULL;
}

bool gates_add_finding(struct gates *gates, const char *word, size_t len)
{
    const char *known;
    size_t i = 0;

    while ((known = gates_finding_word(i)) != NULL &&
           (strlen(known) != len || strncasecmp(known, word, len) != 0))
        i++;
    if (known == NULL)
        return false;
    gates->findings = memory_grow(gates->findings, gates->n_findings + 1, sizeof *gates->findings);
    gates->findings[gates->n_findings++] =
        (struct finding_gate){known, i < SEVERITIES ? (int)i : -1};
    return true;
}

static bool is_meant(const struct finding_gate *gate, const struct finding_row *row)
{
    return gate->severity >= 0 ? row->severity >= gate->severity
                               : strcmp(row->key, gate->word) == 0;
}

/* "error upstream-timeout 172.30.0.53:53" */
static void add_name(struct text *why, const struct finding_row *row)
{
    text_format(why, "%s%s %s", why->len > 0 ? "; " : "", severity_words[row->severity], row->key);
    if (row->subject.text[0] != 0)
        text_format(why, " %s", row->subject.text);
}

static bool is_any_judged(const struct report *report)
{
    struct text scratch = {0};
    bool any = metric_value(report, "totals.succeeded", &scratch).count > 0 ||
               metric_value(report, "totals.failed", &scratch).count > 0;

    text_done(&scratch);
    return any;
}

void finding_gate_judge(struct gates *gates, const struct finding_gate *gate,
                        const struct report *report)
{
    const struct field *list = field_find(&report_fields, "findings", strlen("findings"));
    struct text name = {0}, why = {0};
    uint32_t n = 0;

    text_format(&name, "fail-on %s", gate->word);
    struct gate_row *row = gates_row(gates, gates_keep(gates, &name));
    for (size_t i = 0; i < list->count(report); i++) {
        const struct finding_row *finding = list->item(report, i);
        if (!is_meant(gate, finding))
            continue;
        if (n++ < LIMIT_GATE_NAMES)
            add_name(&why, finding);
        gates_row_finding(row, (uint32_t)i);
    }
    if (n > LIMIT_GATE_NAMES)
        text_format(&why, "; and %u more", n - LIMIT_GATE_NAMES);
    bool blind = n == 0 && !is_any_judged(report);
    if (n == 0)
        text_add_string(&why, blind ? "there is none, but of no session it is known how it ended"
                                    : "there is none");
    row->held = blind ? GATE_UNKNOWN : n == 0 ? GATE_HELD : GATE_FAILED;
    row->value = value_count(n);
    row->why = gates_keep(gates, &why);
    text_done(&name);
    text_done(&why);
}
