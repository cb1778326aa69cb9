// SPDX-License-Identifier: BSD-2-Clause
/* The rows of upstreams and paths. */
#include "cluster/fields.h"
#include "dns/words.h"
#include "report/fields.h"

static struct value addr_text(const struct endpoint *end, struct text *scratch)
{
    char text[ADDR_TEXT_MAX];
    text_add(scratch, text, endpoint_print_addr(end, text));
    return scratch->len == 0 ? value_null() : value_text(scratch->at, scratch->len);
}

static struct value port_value(const struct endpoint *end)
{
    return end->port == 0 ? value_null() : value_count(end->port);
}

static struct value failure_rate(const struct attempt_counts *counts)
{
    return value_share(share_of(counts_failed(counts), counts_ended(counts)));
}

static const struct cluster_object *upstream_object(const void *row)
{
    return ((const struct upstream *)row)->k8s;
}
CLUSTER_GETTERS(upstream_object)

GETTER(rcode_word, struct upstream_rcode, value_string(dns_rcode_word(row->rcode)))
GETTER(rcode_attempts, struct upstream_rcode, COUNT(row->attempts))

static const struct field rcode_fields[] = {
    {.path = "rcode",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = rcode_word,
     .help = "Rcode of the upstream's answer."},
    FIELD_COUNT("attempts", "Attempts that it answered so.", rcode_attempts),
};
static const struct field_table rcode_table = {
    .name = "upstreams.rcodes",
    .help = "Attempts by the rcode of the answer.",
    FIELDS(rcode_fields),
};

GETTER(period_start, struct period, value_time(row->start))
GETTER(period_end, struct period, value_time(row->end))
GETTER(period_attempts, struct period, COUNT(row->attempts))
GETTER(period_failures, struct period, COUNT(row->failures))

static const struct field period_fields[] = {
    {.path = "start",
     .kind = VALUE_TIME,
     .flags = FIELD_NEVER_NULL,
     .get = period_start,
     .help = "Start of the first attempt that failed."},
    {.path = "end",
     .kind = VALUE_TIME,
     .flags = FIELD_NEVER_NULL,
     .get = period_end,
     .help = "Start of the last attempt that failed before three good ones in a row, or before one "
             "with "
             "nothing bad in the next 2 s."},
    FIELD_COUNT("attempts", "Attempts in between, both ends included.", period_attempts),
    FIELD_COUNT("failures", "Those of them without reply or with a wrong one.", period_failures),
};
static const struct field_table period_table = {
    .name = "upstreams.bad_periods",
    .help = "Times in which attempts got no reply or a wrong one.",
    FIELDS(period_fields),
    .columns = "start,end,attempts,failures",
};

static struct value upstream_addr(const void *row, struct text *scratch)
{
    return addr_text(&((const struct upstream *)row)->end, scratch);
}

GETTER(upstream_port, struct upstream, port_value(&row->end))
GETTER(upstream_transport, struct upstream,
       value_string(transport_word((enum transport)row->transport)))
GETTER(upstream_attempts, struct upstream, COUNT(row->counts.attempts))
GETTER(upstream_answered, struct upstream, COUNT(row->counts.answered))
GETTER(upstream_no_reply, struct upstream, COUNT(row->counts.no_reply))
GETTER(upstream_unreachable, struct upstream, COUNT(row->counts.unreachable))
GETTER(upstream_rate, struct upstream, failure_rate(&row->counts))
GETTER(upstream_p50, struct upstream, value_ms(row->spread.p50))
GETTER(upstream_p90, struct upstream, value_ms(row->spread.p90))
GETTER(upstream_p99, struct upstream, value_ms(row->spread.p99))
GETTER(upstream_max, struct upstream, value_ms(row->spread.most))
GETTER(upstream_exact, struct upstream, row->spread.count == 0 ? value_null() : value_bool(true))
GETTER(upstream_worst, struct upstream, value_string(state_words[row->worst]))
GETTER(upstream_now, struct upstream, value_string(state_words[row->now]))
GETTER(upstream_first, struct upstream, value_time(row->first_failure))
GETTER(upstream_last, struct upstream, value_time(row->last_failure))
GETTER(upstream_recovered, struct upstream, value_time(row->recovered_at))
GETTER(upstream_hurt, struct upstream, COUNT(row->sessions_hurt))
ROWS(upstream_rcodes, struct upstream, row->n_rcodes, &row->rcodes[i])
ROWS(upstream_periods, struct upstream, row->periods.n, &row->periods.at[i])

static const struct field upstream_fields[] = {
    {.path = "addr", .kind = VALUE_TEXT, .help = "Address of the upstream.", .get = upstream_addr},
    {.path = "port", .kind = VALUE_COUNT, .help = "Its port.", .get = upstream_port},
    {.path = "transport",
     .kind = VALUE_TEXT,
     .get = upstream_transport,
     .help = "How most of the attempts went: udp, tcp, dot, doh, doq."},
    CLUSTER_FIELDS("", upstream_object),
    FIELD_COUNT("attempts", "Attempts; a storm of tries at once counts as one.", upstream_attempts),
    FIELD_COUNT("answered", "Attempts with an answer, whatever its rcode.", upstream_answered),
    FIELD_COUNT("no_reply", "Attempts without any reply.", upstream_no_reply),
    FIELD_COUNT("unreachable", "Attempts refused on the way, or whose connection failed.",
                upstream_unreachable),
    {.path = "failure_rate",
     .kind = VALUE_SHARE,
     .get = upstream_rate,
     .help = "Attempts without a usable answer / attempts that ended, 0..1."},
    {.path = "rcodes",
     .shape = FIELD_MAP,
     .kind = VALUE_COUNT,
     .rows = &rcode_table,
     .flags = FIELD_NOT_CSV,
     .count = upstream_rcodes_count,
     .item = upstream_rcodes_item,
     .help = "Attempts by the rcode of the answer."},
    {.path = "latency_ms",
     .shape = FIELD_GROUP,
     .help = "Time from a query to its answer where it is exact, milliseconds."},
    FIELD_WAIT("latency_ms.p50", "Median, milliseconds.", upstream_p50),
    FIELD_WAIT("latency_ms.p90", "90 % took at most that long, milliseconds.", upstream_p90),
    FIELD_WAIT("latency_ms.p99", "99 % took at most that long, milliseconds.", upstream_p99),
    FIELD_WAIT("latency_ms.max", "The longest, milliseconds.", upstream_max),
    {.path = "latency_ms.exact",
     .kind = VALUE_BOOL,
     .get = upstream_exact,
     .help = "Whether these are exact times; null: no attempt has one."},
    {.path = "state", .shape = FIELD_GROUP, .help = "State of the upstream."},
    {.path = "state.worst",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .words = state_words,
     .get = upstream_worst,
     .help =
         "The worst in the capture, of any replica: down from the first of three attempts in a "
         "row without reply to the next reply; degraded when surely over 1 % of the attempts got "
         "no reply. CoreDNS's cache refreshes tell of states and times, too, but are in no "
         "count."},
    {.path = "state.now",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .words = state_words,
     .get = upstream_now,
     .help = "The state at the end of the capture."},
    {.path = "first_failure",
     .kind = VALUE_TIME,
     .get = upstream_first,
     .help = "Start of the first attempt without reply."},
    {.path = "last_failure",
     .kind = VALUE_TIME,
     .get = upstream_last,
     .help = "Start of the last attempt without reply."},
    {.path = "recovered_at",
     .kind = VALUE_TIME,
     .get = upstream_recovered,
     .help = "Start of the first attempt behind the last failure that was answered."},
    {.path = "bad_periods",
     .shape = FIELD_ROWS,
     .rows = &period_table,
     .flags = FIELD_NOT_CSV,
     .count = upstream_periods_count,
     .item = upstream_periods_item,
     .help =
         "Times in which attempts got no reply or a wrong one; those of the replicas that overlap "
         "are one."},
    FIELD_COUNT("sessions_hurt",
                "Sessions with an attempt at this upstream that got no usable answer.",
                upstream_hurt),
};
const struct field_table report_upstream_fields = {
    .name = "upstreams",
    .help = "Upstreams, by failed attempts, then by attempts.",
    FIELDS(upstream_fields),
    .columns = "addr,port,attempts,no_reply,latency_ms.p50,latency_ms.p99,state.worst",
};

static struct value path_addr(const void *row, struct text *scratch)
{
    return addr_text(&((const struct path *)row)->upstream->end, scratch);
}

static struct value path_upstream(const void *row, struct text *scratch)
{
    char text[ADDR_TEXT_MAX];
    text_add(scratch, text, endpoint_print(&((const struct path *)row)->upstream->end, text));
    return value_text(scratch->at, scratch->len);
}

GETTER(path_server, struct path, value_string(row->server_name))
GETTER(path_port, struct path, port_value(&row->upstream->end))
GETTER(path_attempts, struct path, COUNT(row->counts.attempts))
GETTER(path_rate, struct path, failure_rate(&row->counts))
GETTER(path_p50, struct path, value_ms(row->spread.p50))
GETTER(path_p90, struct path, value_ms(row->spread.p90))
GETTER(path_p99, struct path, value_ms(row->spread.p99))
GETTER(path_max, struct path, value_ms(row->spread.most))
GETTER(path_exact, struct path, row->spread.count == 0 ? value_null() : value_bool(true))

static const struct field path_fields[] = {
    {.path = "server",
     .kind = VALUE_TEXT,
     .get = path_server,
     .help = "Identity of the CoreDNS replica; null: not stated."},
    {.path = "upstream",
     .shape = FIELD_GROUP,
     .kind = VALUE_TEXT,
     .get = path_upstream,
     .help = "The upstream that it asked."},
    {.path = "upstream.addr", .kind = VALUE_TEXT, .help = "Its address.", .get = path_addr},
    {.path = "upstream.port", .kind = VALUE_COUNT, .help = "Its port.", .get = path_port},
    FIELD_COUNT("attempts", "Attempts; a storm of tries at once counts as one.", path_attempts),
    {.path = "failure_rate",
     .kind = VALUE_SHARE,
     .get = path_rate,
     .help = "Attempts without a usable answer / attempts that ended, 0..1."},
    {.path = "latency_ms",
     .shape = FIELD_GROUP,
     .help = "Time from a query to its answer where it is exact, milliseconds."},
    FIELD_WAIT("latency_ms.p50", "Median, milliseconds.", path_p50),
    FIELD_WAIT("latency_ms.p90", "90 % took at most that long, milliseconds.", path_p90),
    FIELD_WAIT("latency_ms.p99", "99 % took at most that long, milliseconds.", path_p99),
    FIELD_WAIT("latency_ms.max", "The longest, milliseconds.", path_max),
    {.path = "latency_ms.exact",
     .kind = VALUE_BOOL,
     .get = path_exact,
     .help = "Whether these are exact times; null: no attempt has one."},
};
const struct field_table report_path_fields = {
    .name = "paths",
    .help = "Replica by upstream, by failed attempts, then by attempts.",
    FIELDS(path_fields),
    .columns = "server,upstream,attempts,failure_rate,latency_ms.p50,latency_ms.p99",
};
