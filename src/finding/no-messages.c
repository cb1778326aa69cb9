// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"

static void judge(struct findings *findings)
{
    const struct report *report = findings->report;
    struct text text = {0};
    uint64_t inputs = 0, frames = 0;
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        const struct input_row *input = &report->facts.inputs[i];
        if (input->has_packets || input->facts.format == NULL || input->facts.frames == 0 ||
            input->facts.payloads != 0)
            continue;
        inputs++;
        frames += input->facts.frames;
    }
    if (inputs == 0)
        return;
    struct finding_row *row =
        finding_new(findings, FINDING_NO_MESSAGES,
                    suspect_of_capture(findings, FINDING_NO_MESSAGES), CONFIDENCE_SURE);
    text_add_string(&text, "None of the ");
    text_add_grouped(&text, (int64_t)frames);
    text_add_string(&text, " dnstap frames");
    if (inputs < report->facts.n_inputs)
        text_add_string(&text, " of some inputs");
    text_add_string(&text, " holds a DNS message: names, ids and rcodes are not known, nor "
                           "whether an answer was an error.");
    finding_summary(findings, row, &text);
    finding_evidence(row, "inputs of dnstap without messages", inputs, report->facts.n_inputs,
                     "inputs");
    text_done(&text);
}

const struct finding_kind kind_no_messages = {
    .key = "no-messages",
    .severity = SEVERITY_INFO,
    .meaning = "dnstap was written without DNS messages: names and rcodes are not in it.",
    .rule = "A dnstap input with frames of which none holds a DNS message.",
    .advice = "Add `full` behind the socket in the dnstap line of the Corefile.",
    .reference = "https://coredns.io/plugins/dnstap/",
    .judge = judge,
};
