// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "finding/kinds.h"

struct cuts {
    uint64_t inputs, unstopped, packets; /* cut; without STOP; packets shorter than they were */
    const char *file;                    /* the first of them */
};

static struct cuts count(const struct report *report)
{
    struct cuts cuts = {0};
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        const struct input_facts *facts = &report->facts.inputs[i].facts;
        bool cut = facts->cut[0] != 0;
        bool unstopped = !cut && facts->format != NULL && !report->facts.inputs[i].has_packets &&
                         !facts->stopped && facts->frames != 0;
        cuts.inputs += cut;
        cuts.unstopped += unstopped;
        cuts.packets += facts->skips.n[SKIP_CUT_PACKET];
        if ((cut || unstopped || facts->skips.n[SKIP_CUT_PACKET] != 0) && cuts.file == NULL)
            cuts.file = facts->file;
    }
    return cuts;
}

static void judge(struct findings *findings)
{
    struct cuts cuts = count(findings->report);
    struct text text = {0};
    if (cuts.file == NULL)
        return;
    struct finding_row *row =
        finding_new(findings, FINDING_CAPTURE_CUT,
                    suspect_of_capture(findings, FINDING_CAPTURE_CUT), CONFIDENCE_SURE);
    text_add_terminal(&text, cuts.file, strlen(cuts.file), true);
    if (cuts.inputs != 0)
        text_add_string(&text, " ends inside a frame or packet");
    else if (cuts.unstopped != 0)
        text_add_string(&text, " ends without a STOP frame");
    else
        text_add_string(&text, " holds packets that were cut when they were captured");
    if (cuts.inputs + cuts.unstopped > 1)
        text_add_string(&text, ", and so do other inputs");
    text_add_string(&text, ": all that is whole was read.");
    finding_summary(findings, row, &text);
    if (cuts.inputs != 0)
        finding_evidence(row, "inputs that end inside a frame or packet", cuts.inputs,
                         findings->report->facts.n_inputs, "inputs");
    if (cuts.unstopped != 0)
        finding_evidence(row, "inputs of dnstap without STOP", cuts.unstopped,
                         findings->report->facts.n_inputs, "inputs");
    if (cuts.packets != 0)
        finding_evidence(row, "packets whose DNS was cut off by the snap length", cuts.packets,
                         UINT64_MAX, NULL);
    text_done(&text);
}

const struct finding_kind kind_capture_cut = {
    .key = "capture-cut",
    .severity = SEVERITY_INFO,
    .meaning = "The capture was cut: it ends inside something, or holds shortened packets.",
    .rule = "One is enough: an input that ends inside a frame, block or packet; dnstap without the "
            "STOP frame that ends a stream; packets whose DNS is longer than what was kept of "
            "them (snap length). What is whole is read and counted.",
    .advice = "Nothing is wrong with CoreDNS. Let the capturing program end by itself "
              "(Ctrl-C, then wait), and capture whole packets (tcpdump -s 0).",
    .reference = "https://www.tcpdump.org/manpages/tcpdump.1.html",
    .judge = judge,
};
