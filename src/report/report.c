// SPDX-License-Identifier: BSD-2-Clause
#include "report/report.h"

#include "base/when.h"
#include "report/document.h"

/* Attempts are judged this long behind the watermark: a session whose query frame is lost is met
 * when its call is over, up to so much behind its start. */
#define MARGIN_NS (7 * WHEN_SECOND)

struct report *report_new(const struct report_options *options)
{
    struct report *report = memory_get(1, sizeof *report);
    report->options = *options;
    report->since = report->until = report->start = report->end = WHEN_NONE;
    totals_init(&report->totals);
    tops_init(&report->clients, false, options->ceiling_bytes / 4);
    tops_init(&report->names, true, options->ceiling_bytes / 4);
    upstreams_init(&report->upstreams, options->ceiling_bytes / 4);
    slow_init(&report->slow, options->limit);
    report->lookups.waited.exact_max = COMPACT_MANY;
    return report;
}

void report_free(struct report *report)
{
    if (report == NULL)
        return;
    totals_done(&report->totals);
    latency_done(&report->latency);
    lookup_figures_done(&report->lookups);
    timeline_done(&report->timeline);
    upstreams_done(&report->upstreams);
    servers_done(&report->servers);
    tops_done(&report->clients);
    tops_done(&report->names);
    slow_done(&report->slow);
    arena_done(&report->arena);
    memory_free(report);
}

void report_bounds(struct report *report, int64_t since, int64_t until)
{
    report->since = since;
    report->until = until;
}

void report_filters(struct report *report, const char *const *filters, size_t n)
{
    report->filters = filters;
    report->n_filters = n;
}

static void advance(struct report *report, int64_t watermark)
{
    upstreams_advance(&report->upstreams,
                      watermark < INT64_MIN + MARGIN_NS ? INT64_MIN : watermark - MARGIN_NS);
}

/* Sessions that stand in no figure; what they asked upstreams does, in those of upstreams. */
static void add_aside(struct report *report, const struct session *session, int64_t watermark)
{
    if (!session->background) {
        report->totals.internal++;
        if (session->attempts != NULL) {
            upstreams_add(&report->upstreams, session, &report->timeline);
            advance(report, watermark);
        }
        return;
    }
    report->totals.background++;
    if (!session->has_client && session->attempts != NULL) { /* a refresh, not a probe */
        upstreams_add_refresh(&report->upstreams, session);
        advance(report, watermark);
    }
}

void report_add(struct report *report, const struct session *session, int64_t watermark)
{
    if (!session_in_figures(session)) {
        add_aside(report, session, watermark);
        return;
    }
    struct key_search client = tops_expect(&report->clients, session);
    struct key_search name = tops_expect(&report->names, session);
    struct sample sample = sample_of(session, session_is_slow(session, report->options.slow_ns));
    totals_add(&report->totals, session, &sample);
    keys_approach(&report->clients.table, &client);
    keys_approach(&report->names.table, &name);
    latency_add(&report->latency, session);
    keys_reach(&client, &sample);
    keys_reach(&name, &sample);
    timeline_add(&report->timeline, session->start, &sample);
    servers_add(&report->servers, session, &sample);
    keys_add(&report->clients.table, &client, &sample);
    keys_add(&report->names.table, &name, &sample);
    if (sample.slow)
        slow_add(&report->slow, session);
    if (session->attempts != NULL) {
        upstreams_add(&report->upstreams, session, &report->timeline);
        advance(report, watermark);
    }
}

void report_add_lookup(struct report *report, const struct lookup *lookup)
{
    lookup_figures_add(&report->lookups, lookup, report->options.slow_ns);
}

void report_lookup_counts(struct report *report, const struct lookup_counts *counts)
{
    report->facts.lookups = *counts;
}

void report_finish(struct report *report, const struct inputs *inputs,
                   const struct sessions *sessions, uint64_t messages, bool interrupted)
{
    report->facts.messages = messages;
    report->facts.interrupted = interrupted;
    facts_take(&report->facts, &report->arena, inputs, sessions);
    report_settle(report);
}

static int64_t earlier(int64_t a, int64_t b)
{
    if (a == WHEN_NONE || b == WHEN_NONE)
        return a == WHEN_NONE ? b : a;
    return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b; /* WHEN_NONE is the least of all */
}

/* From the first to the last event of the inputs, cut to the bounds that were asked for. */
static void find_window(struct report *report)
{
    int64_t start = WHEN_NONE, end = WHEN_NONE;
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        start = earlier(start, report->facts.inputs[i].facts.start);
        end = later(end, report->facts.inputs[i].facts.end);
    }
    if (start == WHEN_NONE || end == WHEN_NONE) {
        start = report->totals.first;
        end = report->totals.last;
    }
    if (start == WHEN_NONE)
        return;
    start = later(start, report->since);
    end = earlier(end, report->until);
    if (start <= end) {
        report->start = start;
        report->end = end;
    }
}

double report_seconds(const struct report *report)
{
    if (report->start == WHEN_NONE)
        return 0;
    return ((double)report->end - (double)report->start) / (double)WHEN_SECOND;
}

void report_settle(struct report *report)
{
    struct arena *arena = &report->arena;
    find_window(report);
    totals_finish(&report->totals, arena);
    latency_finish(&report->latency);
    lookup_figures_finish(&report->lookups);
    timeline_finish(&report->timeline, arena, report->start, report->end);
    upstreams_finish(&report->upstreams, arena, report->end, report->facts.servers,
                     report->facts.n_servers);
    servers_finish(&report->servers, arena, report->facts.servers, report->facts.n_servers);
    tops_finish(&report->clients, arena, report->options.limit);
    tops_finish(&report->names, arena, report->options.limit);
    slow_finish(&report->slow);
    if (report->options.cluster != NULL)
        objects_find(report);
    verdict_make(report);
}
