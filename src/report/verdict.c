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

/* "Upstreams without reply at times: 172.30.0.53:53." */
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
        text_add_string(text, told++ == 0 ? " Gave no reply for a time: " : ", ");
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

static uint64_t frames(const struct report *report)
{
    uint64_t n = 0;
    for (size_t i = 0; i < report->facts.n_inputs; i++)
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
                              : frames(report) != 0
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

static void unseen_add(struct report *report, const char *what)
{
    struct verdict *verdict = &report->verdict;
    if (verdict->n_unseen < VERDICT_UNSEEN)
        verdict->unseen[verdict->n_unseen++] = what;
}

/* "3 sessions …": WHAT stands behind the number. */
static void unseen_count(struct report *report, uint64_t n, const char *one, const char *many)
{
    if (n == 0)
        return;
    struct text text = {0};
    text_add_grouped(&text, (int64_t)n);
    text_add_char(&text, ' ');
    text_add_string(&text, n == 1 ? one : many);
    unseen_add(report, arena_text(&report->arena, text.at, text.len));
    text_done(&text);
}

/* What the inputs themselves lack. */
static void unseen_inputs(struct report *report)
{
    uint64_t left_out = 0, lost = 0, cut = 0, unusable = 0;
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        const struct input_row *input = &report->facts.inputs[i];
        for (unsigned j = 0; j < SKIP_REASONS; j++)
            if (j != SKIP_DUPLICATE)
                left_out += input->facts.skips.n[j];
        lost += input->loss.proven;
        cut += input->facts.cut[0] != 0;
        unusable += input->facts.error[0] != 0;
    }
    if (report->facts.interrupted)
        unseen_add(report, "what follows in the inputs: reading was interrupted");
    unseen_count(report, unusable, "input could not be used", "inputs could not be used");
    unseen_count(report, cut, "input is cut inside a record", "inputs are cut inside a record");
    unseen_count(report, left_out, "frame could not be read", "frames could not be read");
    unseen_count(report, lost, "frame is provably lost, and maybe more than that",
                 "frames are provably lost, and maybe more than that");
}

/* What CoreDNS does not tap, by what the sessions lack. */
static void unseen_dnstap(struct report *report)
{
    const struct totals *totals = &report->totals;
    unseen_add(report, "answers that CoreDNS sends itself (SERVFAIL, REFUSED) are not tapped");
    unseen_add(report, "upstream replies that CoreDNS skips (wrong id or question) are not tapped: "
                       "they look like no reply, as do refused, reset and TLS connections");
    unseen_add(report, "how long a query lay in CoreDNS's socket before it was read: it is in no wait");
    if (frames(report) != 0 && payloads(report) == 0)
        unseen_add(report,
                   "no DNS messages in the frames (dnstap without `full`): names, types and "
                   "rcodes");
    else
        unseen_count(report, totals->unobserved[3], "session without a DNS message in its frames",
                     "sessions without DNS messages in their frames");
    if (totals->unobserved[0] != 0)
        unseen_add(report,
                   "the client leg of failed queries (CoreDNS 1.8.1 and older do not tap it): "
                   "who asked and how long it took");
    if (totals->sessions != 0 && totals->waits == 0)
        unseen_add(report,
                   "how long clients waited: no exact times in the frames (CoreDNS 1.7.1 and "
                   "older)");
    unseen_count(report, report->facts.counts.settled_early,
                 "session was judged before its time, because the memory ceiling was met",
                 "sessions were judged before their time, because the memory ceiling was met");
}

void verdict_make(struct report *report)
{
    struct text text = {0};
    make_sentence(report, &text);
    report->verdict.state = "unknown";
    report->verdict.sentence = arena_text(&report->arena, text.at, text.len);
    text_done(&text);
    unseen_inputs(report);
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        if (report->facts.inputs[i].can_lose) {
            unseen_dnstap(report);
            break;
        }
    }
}
