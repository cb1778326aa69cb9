// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_UNIT_GATE_REPORT_H
#define TESTS_UNIT_GATE_REPORT_H
/* Reports made by hand, and what gates say of them. */
#include "report-session.h"

#include "base/text.h"
#include "gate/inside.h"
#include "render/formats.h"
#include "report/report.h"

/* N sessions, of which FAILED failed at upstream 10.1.0.1:53 and LOST lost frames; they waited WAIT_NS. */
struct want {
    unsigned n, failed, lost;
    int64_t wait_ns;
    const struct finding_row *const *findings;
    uint32_t n_findings;
};

static __attribute__((unused)) struct report *report_of(const struct want *want)
{
    struct report *report = report_new(&(struct report_options){100 * WHEN_MS, 10, 1 << 26, NULL});
    struct made made;

    for (unsigned i = 0; i < want->n; i++) {
        int64_t at = AT(i * 0.1);
        bool bad = i < want->failed;
        made_session(&made, at, 1 + i % 3, "name.test.", want->wait_ns);
        if (bad)
            made_fail(&made, REASON_UPSTREAM_NO_REPLY, RCODE_NONE);
        else if (i >= want->n - want->lost)
            made.session.status = STATUS_SAMPLE_LOSS;
        made_attempt(&made, at, 1, bad ? OUTCOME_NO_REPLY : OUTCOME_ANSWERED);
        report_add(report, &made.session, at);
    }
    report_finish(report, NULL, NULL, want->n, false);
    report_take_findings(report, want->findings, want->n_findings);
    report_take_unexplained(report, 0, 0);
    return report;
}

/* The row of that name; fails the test where there is none. */
static __attribute__((unused)) const struct gate_row *row_of(const struct gates *gates,
                                                             const char *name)
{
    for (size_t i = 0; i < gates->n_rows; i++)
        if (strcmp(gates->rows[i].gate, name) == 0)
            return &gates->rows[i];
    fail_msg("no gate %s", name);
    return NULL;
}

static const struct finding_row gate_timeout = {
    .key = "upstream-timeout",
    .severity = SEVERITY_ERROR,
    .subject = {.kind = "upstream", .text = "10.1.0.1:53"},
    .start = WHEN_NONE,
    .end = WHEN_NONE,
    .summary = "It <was> \033[31msilent.",
    .advice = "Look.",
    .reference = "https://example.org/",
    .n_next = 1,
    .next = {"dnstap-analyse 'x & y'"}};
static const struct finding_row gate_search = {.key = "search-path",
                                               .severity = SEVERITY_INFO,
                                               .subject = {.kind = "capture", .text = ""},
                                               .start = WHEN_NONE,
                                               .end = WHEN_NONE,
                                               .summary = "Many.",
                                               .advice = "Dots.",
                                               .reference = "https://example.org/"};
static __attribute__((unused))
const struct finding_row *const gate_findings[] = {&gate_timeout, &gate_search};

#endif
