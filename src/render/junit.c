// SPDX-License-Identifier: BSD-2-Clause
/*
 * The report as a JUnit document, which CI systems show as tests: a case for each gate and each finding.
 * A case fails exactly where the exit status is 1 because of it: a gate that failed, a gate that could not
 * be judged (an error), a finding for which a gate failed.  Other findings pass, with what they say as
 * their output: nobody asked for the run to fail on them.
 *
 * There are no times, and only characters that XML 1.0 has (section 2.2): the same report gives the same
 * octets.
 */
#include <string.h>

#include "base/memory.h"
#include "render/access.h"
#include "render/formats.h"

struct junit {
    struct text *out;
    struct row_ref report;
    bool *failed; /* by finding: a gate failed for it */
    struct text words;
};

/* WORDS, emptied afterwards, in an element or attribute: what HTML wants is enough for XML. */
static void put_words(struct junit *junit)
{
    if (junit->words.len > 0)
        text_add_html(junit->out, junit->words.at, junit->words.len);
    text_clear(&junit->words);
}

static void put_attribute(struct junit *junit, const char *name)
{
    text_format(junit->out, " %s=\"", name);
    put_words(junit);
    text_add_char(junit->out, '"');
}

enum outcome { PASSED, FAILED, UNKNOWN };

static enum outcome gate_outcome(struct row_ref gate)
{
    struct text scratch = {0};
    struct value held = access_value(gate, "held", &scratch);

    text_done(&scratch);
    return held.kind != VALUE_BOOL ? UNKNOWN : held.yes ? PASSED : FAILED;
}

/* Which findings gates failed for. */
static void mark_findings(struct junit *junit, const struct list_ref *gates, size_t n_findings)
{
    struct text scratch = {0};

    for (size_t i = 0; i < gates->n; i++) {
        struct row_ref gate = access_item(gates, i);
        struct list_ref places = access_list(gate, "findings");
        for (size_t k = 0; k < places.n && gate_outcome(gate) == FAILED; k++) {
            struct value place = access_item_value(&places, k, &scratch);
            if (place.kind == VALUE_COUNT && (uint64_t)place.count < n_findings)
                junit->failed[place.count] = true;
        }
    }
    text_done(&scratch);
}

static void open_suite(struct junit *junit, const char *name, size_t tests, size_t failures,
                       size_t errors)
{
    text_format(junit->out,
                "  <testsuite name=\"%s\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" "
                "skipped=\"0\">\n",
                name, tests, failures, errors);
}

static void open_case(struct junit *junit, const char *class)
{
    text_format(junit->out, "    <testcase classname=\"dnstap-analyse.%s\"", class);
    put_attribute(junit, "name");
    text_add_string(junit->out, ">\n");
}

/* "GATE: WHY" as the message of a failure, the same behind it as its text. */
static void put_gate(struct junit *junit, struct row_ref gate)
{
    static const char *const elements[] = {
        [PASSED] = "system-out", [FAILED] = "failure", [UNKNOWN] = "error"};
    enum outcome outcome = gate_outcome(gate);
    const char *element = elements[outcome];

    access_add(gate, "gate", true, &junit->words);
    open_case(junit, "gates");
    text_format(junit->out, "      <%s", element);
    if (outcome != PASSED) {
        text_format(junit->out, " type=\"%s\"", outcome == FAILED ? "gate" : "unknown");
        access_add(gate, "why", true, &junit->words);
        put_attribute(junit, "message");
    }
    text_add_char(junit->out, '>');
    access_add(gate, "gate", true, &junit->words);
    text_add_string(&junit->words, ": ");
    access_add(gate, "why", true, &junit->words);
    put_words(junit);
    text_format(junit->out, "</%s>\n    </testcase>\n", element);
}

static void add_line(struct junit *junit, struct row_ref finding, const char *head,
                     const char *path)
{
    size_t from = junit->words.len;

    access_add(finding, path, true, &junit->words);
    if (junit->words.len == from)
        return;
    text_clear(&junit->words);
    text_add_string(junit->out, "\n");
    text_add_string(junit->out, head);
    access_add(finding, path, true, &junit->words);
    put_words(junit);
}

static void add_commands(struct junit *junit, struct row_ref finding)
{
    struct list_ref commands = access_list(finding, "next");
    struct text scratch = {0};

    for (size_t i = 0; i < commands.n; i++) {
        struct value command = access_item_value(&commands, i, &scratch);
        text_add_string(junit->out, "\nlook: ");
        field_print(&command, &junit->words);
        put_words(junit);
    }
    text_done(&scratch);
}

static void put_finding(struct junit *junit, struct row_ref finding, bool failed)
{
    const char *element = failed ? "failure" : "system-out";

    access_add(finding, "key", true, &junit->words);
    struct text scratch = {0};
    struct value subject = access_value(finding, "subject.text", &scratch);
    if (subject.kind == VALUE_TEXT && subject.text.len > 0) {
        text_add_char(&junit->words, ' ');
        access_add(finding, "subject.text", true, &junit->words);
    }
    text_done(&scratch);
    open_case(junit, "findings");
    text_format(junit->out, "      <%s", element);
    if (failed) {
        access_add(finding, "severity", true, &junit->words);
        put_attribute(junit, "type");
        access_add(finding, "summary", true, &junit->words);
        put_attribute(junit, "message");
    }
    text_add_char(junit->out, '>');
    access_add(finding, "severity", true, &junit->words);
    text_add_string(&junit->words, ", ");
    access_add(finding, "confidence", true, &junit->words);
    text_add_string(&junit->words, ": ");
    access_add(finding, "summary", true, &junit->words);
    put_words(junit);
    add_line(junit, finding, "advice: ", "advice");
    add_commands(junit, finding);
    add_line(junit, finding, "see: ", "reference");
    text_format(junit->out, "</%s>\n    </testcase>\n", element);
}

/* All of them, counted. */
static void put_suites(struct junit *junit, const struct list_ref *gates,
                       const struct list_ref *findings)
{
    size_t by_outcome[3] = {0}, bad = 0;

    for (size_t i = 0; i < gates->n; i++)
        by_outcome[gate_outcome(access_item(gates, i))]++;
    for (size_t i = 0; i < findings->n; i++)
        bad += junit->failed[i];
    text_format(junit->out,
                "<testsuites name=\"dnstap-analyse\" tests=\"%zu\" failures=\"%zu\" "
                "errors=\"%zu\">\n",
                gates->n + findings->n, by_outcome[FAILED] + bad, by_outcome[UNKNOWN]);
    open_suite(junit, "gates", gates->n, by_outcome[FAILED], by_outcome[UNKNOWN]);
    for (size_t i = 0; i < gates->n; i++)
        put_gate(junit, access_item(gates, i));
    text_add_string(junit->out, "  </testsuite>\n");
    open_suite(junit, "findings", findings->n, bad, 0);
    for (size_t i = 0; i < findings->n; i++)
        put_finding(junit, access_item(findings, i), junit->failed[i]);
    text_add_string(junit->out, "  </testsuite>\n</testsuites>\n");
}

void junit_report(struct text *out, const struct field_table *table, const void *report,
                  const struct render_style *style)
{
    struct junit junit = {.out = out, .report = {table, report}};
    struct list_ref gates = access_list(junit.report, "gates"),
                    findings = access_list(junit.report, "findings");

    (void)style;
    text_add_string(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    junit.failed = memory_get(findings.n + 1, sizeof *junit.failed);
    mark_findings(&junit, &gates, findings.n);
    put_suites(&junit, &gates, &findings);
    memory_free(junit.failed);
    text_done(&junit.words);
}
