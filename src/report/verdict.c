// SPDX-License-Identifier: BSD-2-Clause
/* What the report says as long as no findings judge it: what there is instead of sessions. */
#include "report/document.h"

static uint64_t payloads(const struct report *report)
{
    uint64_t n = 0;
    for (size_t i = 0; i < report->facts.n_inputs; i++)
        n += report->facts.inputs[i].facts.payloads;
    return n;
}

/* Messages without payload, as dnstap has them. */
static uint64_t bare_frames(const struct report *report)
{
    uint64_t n = 0;
    for (size_t i = 0; i < report->facts.n_inputs; i++)
        if (!report->facts.inputs[i].has_packets)
            n += report->facts.inputs[i].facts.frames;
    return n;
}

static const char *nothing(const struct report *report)
{
    bool bounded = report->since != WHEN_NONE || report->until != WHEN_NONE;

    if (report->n_filters > 0)
        return bounded ? "No session of a client in the chosen time is kept by the filter."
                       : "No session of a client is kept by the filter.";
    if (bounded)
        return "No session of a client starts in the chosen time.";
    if (payloads(report) != 0 || report->totals.background + report->totals.internal != 0)
        return "The capture holds no session of a client.";
    return bare_frames(report) != 0 ? "The capture holds no DNS messages that belong to a client."
                                    : "The capture holds no DNS messages.";
}

void verdict_make(struct report *report)
{
    struct text text = {0};
    if (report->totals.sessions == 0) {
        text_add_string(&text, nothing(report));
    } else {
        text_add_grouped(&text, (int64_t)report->totals.sessions);
        text_add_string(&text, report->totals.sessions == 1 ? " session." : " sessions.");
    }
    report->verdict.state = "unknown";
    report->verdict.sentence = arena_text(&report->arena, text.at, text.len);
    text_done(&text);
    unseen_make(report);
}
