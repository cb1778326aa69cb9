// SPDX-License-Identifier: BSD-2-Clause
/* The first words of the report: a sentence of counts, and what such a capture cannot show. */
#include <string.h>

#include "base/when.h"
#include "report/document.h"

/* ", 25 failed (0.6 %)"; nothing where N is 0. */
static void add_part(struct text *text, uint64_t n, uint64_t of, const char *words)
{
    if (n == 0)
        return;
    text_add_string(text, ", ");
    text_add_grouped(text, (int64_t)n);
    text_add_char(text, ' ');
    text_add_string(text, words);
    if (of == 0)
        return;
    uint64_t tenths = (uint64_t)((double)n * 1000 / (double)of + 0.5);
    if (n != of && tenths == 1000)
        tenths = 999;
    text_add_string(text, tenths == 0 ? " (under 0.1 %)" : " (");
    if (tenths == 0)
        return;
    text_add_count(text, (int64_t)(tenths / 10));
    text_add_char(text, '.');
    text_add_count(text, (int64_t)(tenths % 10));
    text_add_string(text, " %)");
}

static void add_wait(struct text *text, const char *name, int64_t ns)
{
    char shown[WHEN_TEXT_MAX];
    text_add_string(text, name);
    text_add(text, shown, when_print_human(ns, false, shown));
}

/* Waits that are only known to be longer take part as what they surely were, so that nothing may
 * be said of what a wait was at most where there are some. */
static void add_waits(struct text *text, const struct report *report)
{
    const struct spread *waited = &report->latency.all;
    if (waited->count == 0)
        return;
    add_wait(text, " The median wait is ", waited->p50);
    add_wait(text, "; 1 % waited ", waited->p99);
    add_wait(text, " or longer, the longest ", waited->most);
    text_add_string(text, report->latency.lower_bounds != 0 ? " or longer." : ".");
}

/* Whose upstream it was: nothing where every replica that asked it had no reply, or there is one. */
static void add_replicas(struct text *text, const struct report *report, const struct upstream *upstream)
{
    const struct upstreams *upstreams = &report->upstreams;
    const char *name = NULL;
    size_t down = 0, all = 0;
    for (size_t i = 0; i < upstreams->n_paths; i++) {
        const struct path *path = upstreams->path_rows[i];
        if (path->upstream != upstream)
            continue;
        all++;
        if (path->worst == STATE_DOWN) {
            down++;
            name = path->server_name;
        }
    }
    if (down == all || down == 0)
        return;
    text_add_string(text, " (only to ");
    if (down == 1 && name)
        text_add_terminal(text, name, strlen(name), false);
    else
        text_add_count(text, (int64_t)down);
    text_add_string(text, down == 1 && name ? ", one of " : " of ");
    text_add_count(text, (int64_t)all);
    text_add_string(text, " replicas)");
}

/* Whether those that were down were asked and silent, rather than not reached at all. */
static bool upstreams_silent(const struct upstreams *upstreams)
{
    for (size_t i = 0; i < upstreams->n; i++)
        if (upstreams->rows[i]->worst == STATE_DOWN && upstreams->rows[i]->counts.no_reply != 0)
            return true;
    return false;
}

/* "Gave no reply for a time: 172.30.0.53:53." */
static void add_upstreams(struct text *text, const struct report *report)
{
    size_t told = 0, more = 0;
    for (size_t i = 0; i < report->upstreams.n; i++) {
        const struct upstream *upstream = report->upstreams.rows[i];
        if (upstream->worst != STATE_DOWN)
            continue;
        if (told == 3) {
            more++;
            continue;
        }
        char shown[ADDR_TEXT_MAX];
        if (told++ != 0)
            text_add_string(text, ", ");
        else
            text_add_string(text, upstreams_silent(&report->upstreams)
                                      ? " Gave no reply for a time: "
                                      : " Could not be reached for a time: ");
        text_add(text, shown, endpoint_print(&upstream->end, shown));
        add_replicas(text, report, upstream);
    }
    if (more != 0) {
        text_add_string(text, " and ");
        text_add_grouped(text, (int64_t)more);
        text_add_string(text, " more");
    }
    if (told != 0)
        text_add_char(text, '.');
}

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

/* Lost frames take whole sessions with them, which are in no figure. */
static void add_loss(struct text *text, const struct report *report)
{
    int64_t start = INT64_MAX, end = WHEN_NONE;
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        const struct loss_facts *loss = &report->facts.inputs[i].loss;
        for (size_t k = 0; k < loss->windows; k++) {
            start = loss->window[k].start < start ? loss->window[k].start : start;
            end = loss->window[k].end > end ? loss->window[k].end : end;
        }
    }
    if (end == WHEN_NONE)
        return;
    char shown[WHEN_TEXT_MAX];
    text_add_string(text, " Frames were lost between ");
    text_add(text, shown, when_print_table(start, false, true, 0, shown));
    text_add_string(text, " and ");
    text_add(text, shown, when_print_table(end, false, true, 0, shown));
    text_add_string(text, " UTC: what they belong to may be in no figure.");
}

static void make_sentence(const struct report *report, struct text *text)
{
    const struct totals *totals = &report->totals;
    if (totals->sessions == 0) {
        if (report->since != WHEN_NONE || report->until != WHEN_NONE) {
            text_add_string(text, "No session of a client starts in the chosen time.");
            return;
        }
        bool holds = payloads(report) != 0 || totals->background + totals->internal != 0;
        text_add_string(text, holds ? "The capture holds no session of a client."
                              : bare_frames(report) != 0
                                  ? "The capture holds no DNS messages that belong to a client."
                                  : "The capture holds no DNS messages.");
        return;
    }
    text_add_grouped(text, (int64_t)totals->sessions);
    text_add_string(text, totals->sessions == 1 ? " session" : " sessions");
    uint64_t judged = totals->by_status[STATUS_SUCCEEDED] + totals->by_status[STATUS_FAILED];
    add_part(text, totals->by_status[STATUS_SUCCEEDED], 0, "succeeded");
    add_part(text, totals->by_status[STATUS_FAILED], judged, "failed");
    if (totals->by_status[STATUS_FAILED] == 0 && judged != 0)
        text_add_string(text, ", none failed");
    add_part(text, totals->by_status[STATUS_SAMPLE_LOSS], 0, "not judged for lost frames");
    add_part(text, totals->by_status[STATUS_CAPTURE_EDGE], 0, "cut by the capture's edges");
    add_part(text, totals->by_status[STATUS_UNKNOWN], 0,
             "answered with a result that is not shown");
    text_add_char(text, '.');
    add_waits(text, report);
    add_upstreams(text, report);
    add_loss(text, report);
}

void verdict_make(struct report *report)
{
    struct text text = {0};
    make_sentence(report, &text);
    report->verdict.state = "unknown";
    report->verdict.sentence = arena_text(&report->arena, text.at, text.len);
    text_done(&text);
    unseen_make(report);
}
