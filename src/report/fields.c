// SPDX-License-Identifier: BSD-2-Clause
/* The report as one row: the document of every output, key by key. */
#include "report/fields.h"

#define R struct report

static size_t filters_count(const void *row)
{
    return ((const struct report *)row)->n_filters;
}

static struct value filters_value(const void *row, size_t i, struct text *scratch)
{
    (void)scratch;
    return value_string(((const struct report *)row)->filters[i]);
}

static bool is_judged(const void *row)
{
    return ((const struct report *)row)->judged;
}

static double qps(const struct report *report)
{
    double seconds = report_seconds(report);
    return seconds > 0 ? (double)report->totals.sessions / seconds : -1;
}

static uint64_t judged(const struct report *report)
{
    return report->totals.by_status[STATUS_SUCCEEDED] + report->totals.by_status[STATUS_FAILED];
}

GETTER(schema, R, ((void)row, value_string(REPORT_SCHEMA)))
GETTER(state, R, value_string(row->verdict.state))
GETTER(sentence, R, value_string(row->verdict.sentence))
GETTER(window_start, R, value_time(row->start))
GETTER(window_end, R, value_time(row->end))
GETTER(window_seconds, R,
       row->start == WHEN_NONE ? value_null() : value_number(report_seconds(row)))
GETTER(messages, R, COUNT(row->facts.messages))
GETTER(sessions, R, COUNT(row->totals.sessions))
GETTER(succeeded, R, COUNT(row->totals.by_status[STATUS_SUCCEEDED]))
GETTER(failed, R, COUNT(row->totals.by_status[STATUS_FAILED]))
GETTER(sample_loss, R, COUNT(row->totals.by_status[STATUS_SAMPLE_LOSS]))
GETTER(capture_edge, R, COUNT(row->totals.by_status[STATUS_CAPTURE_EDGE]))
GETTER(unknown, R, COUNT(row->totals.by_status[STATUS_UNKNOWN]))
GETTER(background, R, COUNT(row->totals.background))
GETTER(internal, R, COUNT(row->totals.internal))
GETTER(slow, R, COUNT(row->totals.slow))
GETTER(error_rate, R, value_share(share_of(row->totals.by_status[STATUS_FAILED], judged(row))))
GETTER(slow_rate, R, value_share(share_of(row->totals.slow, row->totals.waits)))
GETTER(unexplained_lookups, R, COUNT(row->unexplained_lookups))
GETTER(unexplained_sessions, R, COUNT(row->unexplained_sessions))
ROWS(findings, R, row->n_findings, row->findings[i])
ROWS(gates, R, row->n_gates, &row->gates[i])
GETTER(qps_value, R, qps(row) < 0 ? value_null() : value_number(qps(row)))
GETTER(wait_count, R, COUNT(row->latency.all.count))
GETTER(wait_min, R, value_ms(row->latency.all.least))
GETTER(wait_p50, R, value_ms(row->latency.all.p50))
GETTER(wait_p90, R, value_ms(row->latency.all.p90))
GETTER(wait_p95, R, value_ms(row->latency.all.p95))
GETTER(wait_p99, R, value_ms(row->latency.all.p99))
GETTER(wait_max, R, value_ms(row->latency.all.most))
GETTER(wait_bounds, R, COUNT(row->latency.lower_bounds))

GETTER(lookups, R, COUNT(row->lookups.count))
GETTER(resolved, R, COUNT(row->lookups.by_outcome[LOOKUP_RESOLVED]))
GETTER(not_found, R, COUNT(row->lookups.by_outcome[LOOKUP_NOT_FOUND]))
GETTER(lookups_failed, R, COUNT(row->lookups.by_outcome[LOOKUP_FAILED]))
GETTER(timed_out, R, COUNT(row->lookups.by_outcome[LOOKUP_TIMED_OUT]))
GETTER(lookups_unknown, R, COUNT(row->lookups.by_outcome[LOOKUP_UNKNOWN]))
GETTER(stalled, R, COUNT(row->lookups.stalled))
GETTER(lookups_slow, R, COUNT(row->lookups.slow))
GETTER(lookups_p50, R, value_ms(row->lookups.all.p50))
GETTER(lookups_p90, R, value_ms(row->lookups.all.p90))
GETTER(lookups_p99, R, value_ms(row->lookups.all.p99))
GETTER(lookups_max, R, value_ms(row->lookups.all.most))
GETTER(lookups_bounds, R, COUNT(row->lookups.lower_bounds))
GETTER(queries_per_lookup, R,
       row->lookups.count == 0
           ? value_null()
           : value_number((double)row->lookups.queries / (double)row->lookups.count))
GETTER(wasted, R, COUNT(row->lookups.wasted))
GETTER(wasted_share, R, value_share(share_of(row->lookups.wasted, row->lookups.queries)))
GETTER(lookups_early, R, COUNT(row->facts.lookups.early))
GETTER(lookups_brief, R, COUNT(row->facts.lookups.brief))
GETTER(lookups_refused, R, COUNT(row->facts.lookups.refused))
GETTER(lookups_nameless, R, COUNT(row->facts.lookups.nameless))

static size_t unseen_count(const void *at)
{
    return ((const struct report *)at)->verdict.n_unseen;
}

static struct value unseen_value(const void *at, size_t i, struct text *scratch)
{
    (void)scratch;
    return value_string(((const struct report *)at)->verdict.unseen[i]);
}

static size_t step_count(const void *at)
{
    (void)at;
    return LATENCY_STEPS;
}

/* Lent until the next call, which is what a walk needs. */
static const void *step_item(const void *at, size_t i)
{
    static struct step_row row;
    row = (struct step_row){latency_steps[i], ((const struct report *)at)->latency.histogram[i]};
    return &row;
}

ROWS(input_rows, R, row->facts.n_inputs, &row->facts.inputs[i])
ROWS(statuses, R, row->totals.statuses.n, &row->totals.statuses.at[i])
ROWS(bitmaps, R, row->totals.bitmaps.n, &row->totals.bitmaps.at[i])
ROWS(rcodes, R, row->totals.rcodes.n, &row->totals.rcodes.at[i])
ROWS(realms, R, row->totals.realms.n, &row->totals.realms.at[i])
ROWS(types, R, row->totals.types.n, &row->totals.types.at[i])
ROWS(transports, R, row->totals.transports.n, &row->totals.transports.at[i])
ROWS(upstreams, R, row->upstreams.n, row->upstreams.rows[i])
ROWS(servers, R, row->servers.n_rows, &row->servers.rows[i])
ROWS(paths, R, row->upstreams.n_paths, row->upstreams.path_rows[i])
ROWS(clients, R, row->clients.all.n, &row->clients.all.at[i])
ROWS(names, R, row->names.all.n, &row->names.all.at[i])
ROWS(failing, R, row->names.failing.n, &row->names.failing.at[i])
ROWS(slowest, R, row->slow.n, row->slow.heap[i])
ROWS(timeline, R, row->timeline.n_rows, &row->timeline.rows[i])

GETTER(folded_client_keys, R, COUNT(row->clients.table.folded_keys))
GETTER(folded_client_sessions, R, COUNT(row->clients.table.folded_sessions))
GETTER(folded_client_failed, R, COUNT(row->clients.table.folded_failed))
GETTER(folded_name_keys, R, COUNT(row->names.table.folded_keys))
GETTER(folded_name_sessions, R, COUNT(row->names.table.folded_sessions))
GETTER(folded_name_failed, R, COUNT(row->names.table.folded_failed))
GETTER(folded_types, R, COUNT(row->totals.folded_type_sessions))
GETTER(folded_servers, R, COUNT(row->servers.folded_sessions))
GETTER(folded_upstreams, R, COUNT(row->upstreams.folded_upstreams))
GETTER(folded_paths, R, COUNT(row->upstreams.folded_paths))
GETTER(folded_rcodes, R, COUNT(row->upstreams.folded_rcodes))
GETTER(folded_periods, R, COUNT(row->upstreams.folded_periods))
GETTER(folded_tries, R, COUNT(row->upstreams.folded_tries))
GETTER(settled_early, R, COUNT(row->facts.counts.settled_early))
GETTER(absurd_times, R, COUNT(row->facts.counts.absurd_times))
GETTER(other_opcodes, R, COUNT(row->facts.counts.other_opcodes))
GETTER(cut_clients, R, COUNT(row->clients.keys - row->clients.all.n))
GETTER(cut_names, R, COUNT(row->names.keys - row->names.all.n))
GETTER(cut_failing, R, COUNT(row->names.failing_keys - row->names.failing.n))
GETTER(folded_suspects, R, COUNT(row->folded_suspects))
GETTER(folded_charges, R, COUNT(row->folded_charges))
GETTER(cut_slow, R, COUNT(row->slow.seen - row->slow.n))

static const char *const states[] = {"failing", "degraded", "healthy", "unknown", NULL};

#define GROUP(name, words)                                                                         \
    {                                                                                              \
        .path = name, .shape = FIELD_GROUP, .help = words                                          \
    }
#define LIST(name, rows_name, table, words)                                                        \
    {                                                                                              \
        .path = name, .shape = FIELD_ROWS, .rows = &table, .flags = FIELD_NOT_CSV,                 \
        .count = rows_name##_count, .item = rows_name##_item, .help = words                        \
    }
static const struct field fields[] = {
    {.path = "schema",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = schema,
     .help = "Name and version of this document's schema."},
    GROUP("verdict", "What is wrong, in short."),
    {.path = "verdict.state",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .words = states,
     .get = state,
     .help = "failing, degraded, healthy or unknown."},
    {.path = "verdict.sentence",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = sentence,
     .help = "The verdict in words."},
    {.path = "verdict.unseen",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .count = unseen_count,
     .item_value = unseen_value,
     .help = "What this capture cannot show."},
    LIST("inputs", input_rows, report_input_fields, "The inputs, in the order of the arguments."),
    GROUP("window", "The time that the inputs cover, cut to --since and --until."),
    {.path = "window.start", .kind = VALUE_TIME, .help = "First event.", .get = window_start},
    {.path = "window.end", .kind = VALUE_TIME, .help = "Last event.", .get = window_end},
    {.path = "window.seconds",
     .kind = VALUE_NUMBER,
     .help = "Seconds in between.",
     .get = window_seconds},
    {.path = "filters",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .count = filters_count,
     .item_value = filters_value,
     .help = "What --filter asked of sessions: those that it kept are all that the figures are of "
             "(inputs, messages and the window are of all)."},
    GROUP("totals", "The counts."),
    FIELD_COUNT("totals.messages", "DNS messages, each once, whatever its sightings.", messages),
    FIELD_COUNT("totals.sessions",
                "Sessions in the figures: neither CoreDNS's own (background) nor caused by another "
                "session (internal).",
                sessions),
    FIELD_COUNT("totals.succeeded", "Sessions that Succeeded.", succeeded),
    FIELD_COUNT("totals.failed", "Sessions that Failed.", failed),
    FIELD_COUNT("totals.sample_loss", "Sessions not judged for lost frames.", sample_loss),
    FIELD_COUNT("totals.capture_edge", "Sessions cut by an edge of the capture.", capture_edge),
    FIELD_COUNT("totals.unknown", "Sessions answered with an rcode that is not shown.", unknown),
    FIELD_COUNT("totals.background", "Sessions of CoreDNS itself, in no other figure.", background),
    FIELD_COUNT("totals.internal", "Sessions caused by others, in no other figure.", internal),
    FIELD_COUNT("totals.slow", "Sessions that waited longer than --slow.", slow),
    {.path = "totals.error_rate",
     .kind = VALUE_SHARE,
     .get = error_rate,
     .help = "Failed / (Succeeded + Failed), 0..1; null where that is 0."},
    {.path = "totals.slow_rate",
     .kind = VALUE_SHARE,
     .get = slow_rate,
     .help = "Slow / sessions with a known wait, 0..1; null where there are none."},
    {.path = "totals.qps",
     .kind = VALUE_NUMBER,
     .get = qps_value,
     .help = "Sessions a second of the window."},
    {.path = "totals.unexplained",
     .shape = FIELD_GROUP,
     .present = is_judged,
     .help = "What failed or waited for a second or more, and no finding explains; null: not judged."},
    FIELD_COUNT("totals.unexplained.lookups", "Lookups.", unexplained_lookups),
    FIELD_COUNT("totals.unexplained.sessions", "Sessions.", unexplained_sessions),
    LIST("statuses", statuses, report_status_fields, "Sessions by status and reason."),
    LIST("bitmaps", bitmaps, report_bitmap_fields, "Sessions by bitmap."),
    LIST("rcodes", rcodes, report_rcode_fields, "Sessions by rcode."),
    LIST("realms", realms, report_realm_fields, "Sessions by realm."),
    LIST("types", types, report_type_fields, "Sessions by query type."),
    LIST("transports", transports, report_transport_fields, "Sessions by transport."),
    GROUP("latency", "How long clients waited."),
    GROUP("latency.waited_ms", "Percentiles of all known waits, milliseconds."),
    FIELD_COUNT("latency.waited_ms.count", "Sessions with a known wait.", wait_count),
    FIELD_WAIT("latency.waited_ms.min", "The shortest wait, milliseconds.", wait_min),
    FIELD_WAIT("latency.waited_ms.p50", "Median of the waits, milliseconds.", wait_p50),
    FIELD_WAIT("latency.waited_ms.p90", "90 % waited at most that long, milliseconds.", wait_p90),
    FIELD_WAIT("latency.waited_ms.p95", "95 % waited at most that long, milliseconds.", wait_p95),
    FIELD_WAIT("latency.waited_ms.p99", "99 % waited at most that long, milliseconds.", wait_p99),
    FIELD_WAIT("latency.waited_ms.max", "The longest wait, milliseconds.", wait_max),
    FIELD_COUNT("latency.waited_ms.lower_bounds",
                "Waits among them that are only known to be at least that long.", wait_bounds),
    {.path = "latency.histogram",
     .shape = FIELD_ROWS,
     .rows = &report_step_fields,
     .flags = FIELD_NOT_CSV,
     .count = step_count,
     .item = step_item,
     .help = "Sessions by their wait."},
    {.path = "latency.by_realm",
     .shape = FIELD_MAP,
     .rows = &report_by_realm_fields,
     .flags = FIELD_NOT_CSV,
     .count = realms_count,
     .item = realms_item,
     .help = "Waits by realm."},
    LIST("upstreams", upstreams, report_upstream_fields, "The upstreams that CoreDNS asked."),
    LIST("servers", servers, report_server_fields, "The CoreDNS replicas."),
    LIST("paths", paths, report_path_fields, "Replica by upstream."),
    LIST("clients", clients, report_client_fields, "Clients by failures, then by sessions."),
    LIST("names", names, report_name_fields, "Names by failures, then by sessions."),
    LIST("failing_names", failing, report_name_fields, "Names with failures."),
    LIST("slow", slowest, report_slow_fields, "The slowest sessions among the slow ones."),
    GROUP("lookups", "What applications waited for: the sessions of one getaddrinfo call each."),
    FIELD_COUNT("lookups.count", "Lookups.", lookups),
    FIELD_COUNT("lookups.resolved", "Lookups that got what was asked for.", resolved),
    FIELD_COUNT("lookups.not_found", "Lookups of names that do not exist.", not_found),
    FIELD_COUNT("lookups.failed", "Lookups that ended with an error.", lookups_failed),
    FIELD_COUNT("lookups.timed_out", "Lookups that nobody answered.", timed_out),
    FIELD_COUNT("lookups.unknown", "Lookups whose outcome the capture does not hold.",
                lookups_unknown),
    FIELD_COUNT("lookups.stalled", "Lookups in which a stub's timer ran out.", stalled),
    FIELD_COUNT("lookups.slow", "Lookups that waited longer than --slow.", lookups_slow),
    GROUP("lookups.waited_ms", "Percentiles of the waits of lookups, milliseconds."),
    FIELD_WAIT("lookups.waited_ms.p50", "Median, milliseconds.", lookups_p50),
    FIELD_WAIT("lookups.waited_ms.p90", "90 % waited at most that long, milliseconds.",
               lookups_p90),
    FIELD_WAIT("lookups.waited_ms.p99", "99 % waited at most that long, milliseconds.",
               lookups_p99),
    FIELD_WAIT("lookups.waited_ms.max", "The longest, milliseconds.", lookups_max),
    FIELD_COUNT("lookups.waited_ms.lower_bounds",
                "Waits among them that are only known to be at least that long.", lookups_bounds),
    {.path = "lookups.queries_per_lookup",
     .kind = VALUE_NUMBER,
     .get = queries_per_lookup,
     .help = "Queries that a lookup took; null without lookups."},
    FIELD_COUNT("lookups.wasted_queries",
                "Queries for names that do not exist, tried by search lists before those that do.",
                wasted),
    {.path = "lookups.wasted_share",
     .kind = VALUE_SHARE,
     .get = wasted_share,
     .help = "Of all queries of lookups, 0..1; null without lookups."},
    LIST("timeline", timeline, report_bucket_fields, "Sessions over time."),
    LIST("findings", findings, report_finding_fields,
         "What broke, what hurt most first; what a finding caused stands behind it."),
    LIST("gates", gates, report_gate_fields,
         "Conditions that the run was held against; empty where none were given."),
    GROUP("folded", "What ceilings and --limit left out of the lists above."),
    GROUP("folded.clients", "Rare clients that are only counted."),
    FIELD_COUNT("folded.clients.keys", "How often a client was let go.", folded_client_keys),
    FIELD_COUNT("folded.clients.sessions", "Their sessions.", folded_client_sessions),
    FIELD_COUNT("folded.clients.failed", "Those of them that Failed.", folded_client_failed),
    GROUP("folded.names", "Rare names that are only counted."),
    FIELD_COUNT("folded.names.keys", "How often a name was let go.", folded_name_keys),
    FIELD_COUNT("folded.names.sessions", "Their sessions.", folded_name_sessions),
    FIELD_COUNT("folded.names.failed", "Those of them that Failed.", folded_name_failed),
    FIELD_COUNT("folded.types", "Sessions of query types that have no row.", folded_types),
    FIELD_COUNT("folded.servers", "Sessions of replicas that have no row.", folded_servers),
    FIELD_COUNT("folded.upstreams", "Attempts at upstreams that have no row.", folded_upstreams),
    FIELD_COUNT("folded.paths", "Attempts on paths that have no row.", folded_paths),
    FIELD_COUNT("folded.rcodes", "Attempts with an rcode that is not in upstreams.rcodes.",
                folded_rcodes),
    FIELD_COUNT("folded.bad_periods", "Bad periods, the smallest, that have no row.",
                folded_periods),
    FIELD_COUNT("folded.tries", "Tries of sessions beyond the attempts that are kept of each.",
                folded_tries),
    FIELD_COUNT("folded.settled_early",
                "Sessions judged before their time because the memory ceiling was met.",
                settled_early),
    FIELD_COUNT("folded.absurd_times", "Negative or impossible durations told as null.",
                absurd_times),
    FIELD_COUNT("folded.other_opcodes", "Messages with another opcode than QUERY, in no session.",
                other_opcodes),
    GROUP("folded.lookups", "What lookups could not be made of."),
    FIELD_COUNT("folded.lookups.early",
                "Lookups told before all was known that may belong to them, because the memory "
                "ceiling was met.",
                lookups_early),
    FIELD_COUNT("folded.lookups.brief",
                "Lookups with all answers told before it was known whether one was lost on its way to "
                "the client and asked for again, for the same reason.",
                lookups_brief),
    FIELD_COUNT("folded.lookups.refused",
                "Sessions in no lookup because the memory ceiling was met.",
                lookups_refused),
    FIELD_COUNT("folded.lookups.nameless", "Sessions in no lookup since they show no question.",
                lookups_nameless),
    GROUP("folded.findings", "What findings could not be judged over, since there was too much of it."),
    FIELD_COUNT("folded.findings.suspects",
                "How often something pointed to an upstream, server, client or name that is not kept.",
                folded_suspects),
    FIELD_COUNT("folded.findings.charges",
                "Sessions and lookups whose list of what they point to is not kept: unexplained where "
                "they went wrong.",
                folded_charges),
    GROUP("folded.cut", "Rows cut off by --limit."),
    FIELD_COUNT("folded.cut.clients", "Clients.", cut_clients),
    FIELD_COUNT("folded.cut.names", "Names.", cut_names),
    FIELD_COUNT("folded.cut.failing_names", "Names with failures.", cut_failing),
    FIELD_COUNT("folded.cut.slow", "Slow sessions.", cut_slow),
};

const struct field_table report_fields = {
    .name = "report",
    .help = "The report: one document for all inputs of a run.",
    FIELDS(fields),
};
