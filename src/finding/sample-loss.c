// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "report/document.h"

/* Over this share of the frames lost, what the rest shows is no fair picture. */
#define LOSS_ERROR 0.1

struct losses {
    uint64_t proven, estimate, frames, inputs, windows, drops;
    int64_t start, end; /* first and last proof */
    int64_t from, to;   /* with the silences beside them, which may be part of it: as the verdict */
    bool taps;          /* some are dnstap's */
};

static void add_drops(struct losses *losses, const struct input_row *input)
{
    const struct evidence *evidence = &input->facts.evidence;
    for (size_t i = 0; i < evidence->n_interfaces; i++)
        if (evidence->interfaces[i].drops != EVIDENCE_NONE)
            losses->drops += evidence->interfaces[i].drops;
}

static void add_windows(struct losses *losses, const struct loss_facts *loss)
{
    for (size_t i = 0; i < loss->windows; i++) {
        if (losses->from == WHEN_NONE || loss->window[i].start < losses->from)
            losses->from = loss->window[i].start;
        if (loss->window[i].end > losses->to)
            losses->to = loss->window[i].end;
    }
}

static struct losses sum(const struct report *report)
{
    struct losses losses = {
        .start = WHEN_NONE, .end = WHEN_NONE, .from = WHEN_NONE, .to = WHEN_NONE};
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        const struct input_row *input = &report->facts.inputs[i];
        losses.frames += input->facts.frames;
        add_drops(&losses, input);
        if (input->loss.proven == 0)
            continue;
        losses.inputs++;
        losses.proven += input->loss.proven;
        losses.estimate +=
            input->loss.estimate != UINT64_MAX ? input->loss.estimate : input->loss.proven;
        losses.windows += input->loss.windows;
        losses.taps = losses.taps || !input->has_packets;
        add_windows(&losses, &input->loss);
        if (losses.start == WHEN_NONE || input->loss.first < losses.start)
            losses.start = input->loss.first;
        if (losses.end == WHEN_NONE || input->loss.last > losses.end)
            losses.end = input->loss.last;
    }
    return losses;
}

static void tell(struct findings *findings, struct finding_row *row, const struct losses *losses)
{
    struct text text = {0};
    if (losses->proven != 0) {
        text_add_string(&text, "At least ");
        text_add_grouped(&text, (int64_t)losses->proven);
        text_add_string(&text, losses->proven == 1 ? " frame is missing from the capture"
                                                   : " frames are missing from the capture");
        add_period(&text, findings, losses->from, losses->to);
        if (losses->taps)
            text_add_string(&text, "; how many more dnstap does not say, CoreDNS's log does");
    } else {
        text_add_grouped(&text, (int64_t)losses->drops);
        text_add_string(&text, losses->drops == 1 ? " packet was lost" : " packets were lost");
        text_add_string(&text, " by the program that captured them, as it says itself");
    }
    if (findings->report->totals.by_status[STATUS_SAMPLE_LOSS] != 0)
        text_add_string(&text, "; sessions that may have lost theirs are counted as SampleLoss, "
                               "neither as failed nor as answered");
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_done(&text);
}

static void judge(struct findings *findings)
{
    struct losses losses = sum(findings->report);
    if (losses.proven + losses.drops == 0)
        return;
    struct suspect *suspect = suspect_of_capture(findings, FINDING_SAMPLE_LOSS);
    struct finding_row *row = finding_new(findings, FINDING_SAMPLE_LOSS, suspect, CONFIDENCE_SURE);
    row->start = losses.start;
    row->end = losses.end;
    uint64_t lost = losses.estimate > losses.drops ? losses.estimate : losses.drops;
    if ((double)lost > LOSS_ERROR * ((double)losses.frames + (double)lost))
        row->severity = SEVERITY_ERROR;
    tell(findings, row, &losses);
    if (losses.proven != 0)
        finding_evidence(row, "frames that must have been there", losses.proven, UINT64_MAX, NULL);
    if (losses.estimate > losses.proven)
        finding_evidence(row, "frames missing, as an estimate", losses.estimate, UINT64_MAX, NULL);
    if (losses.windows != 0)
        finding_evidence(row, "spells of loss", losses.windows, UINT64_MAX, NULL);
    if (losses.drops != 0)
        finding_evidence(row, "packets that the capturing program says it lost", losses.drops,
                         UINT64_MAX, NULL);
    if (losses.taps)
        finding_next(findings, row,
                     "kubectl -n kube-system logs -l k8s-app=kube-dns --tail=-1 --prefix "
                     "--timestamps | grep 'Dropped dnstap messages'");
}

const struct finding_kind kind_sample_loss = {
    .key = "sample-loss",
    .severity = SEVERITY_WARNING,
    .meaning = "Frames that must have been there are not in the capture.",
    .rule = "One proven frame is enough: a response without its query (when the stream is older "
            "than 7 s), an answer out of the cache whose forward was never tapped, an upstream "
            "query alone under a session that was answered sooner than a read timeout, an "
            "upstream's reply without an answer, a query without answer whose client at once "
            "walks on to its next search name; and what a pcapng says that its program dropped. "
            "Start and end are the first and last proof; the sentence has the silences beside "
            "them, too. Silence alone proves nothing, so that "
            "whole spells may be lost unseen. It is an error when over 10 % of the frames are "
            "lost.",
    .advice = "Give dnstap a larger queue (CoreDNS 1.11.4 and newer) and a reader that keeps up "
              "(CoreDNS logs \"Dropped dnstap messages\"), spread the load over more CoreDNS "
              "replicas, or give tcpdump a "
              "larger buffer (-B).",
    .reference = "https://coredns.io/plugins/dnstap/",
    .judge = judge,
};
