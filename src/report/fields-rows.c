// SPDX-License-Identifier: BSD-2-Clause
/* The rows with counts of sessions: statuses, realms, clients, servers, the timeline … */
#include "cluster/fields.h"
#include "dns/words.h"
#include "report/fields.h"

#define FIGURE(name, expression)                                                                   \
    struct value name(const void *at, struct text *scratch)                                        \
    {                                                                                              \
        const struct figures *row = at;                                                            \
        (void)scratch;                                                                             \
        return expression;                                                                         \
    }
FIGURE(figures_sessions, COUNT(row->sessions))
FIGURE(figures_failed, COUNT(row->failed))
FIGURE(figures_error_rate, value_share(share_of(row->failed, row->succeeded + row->failed)))
FIGURE(figures_p50, value_ms(row->waited.p50))
FIGURE(figures_p90, value_ms(row->waited.p90))
FIGURE(figures_p99, value_ms(row->waited.p99))
FIGURE(figures_most, value_ms(row->waited.most))

GETTER(share_sessions, struct share_row, COUNT(row->sessions))
GETTER(share_share, struct share_row, value_share(row->share))
GETTER(share_status, struct share_row, value_string(status_words[row->status].word))
GETTER(share_reason, struct share_row, value_string(reason_words[row->reason].word))
GETTER(share_bitmap, struct share_row, COUNT(row->number))

/* Where the upstream leg does not pass, its absence proves nothing. */
static struct value share_meaning(const void *at, struct text *scratch)
{
    const struct share_row *row = at;

    (void)scratch;
    if (row->blind && row->number == 3)
        return value_string("answered, maybe by an upstream: what CoreDNS asked is not shown here");
    return value_string(bitmap_words[row->number].meaning);
}
GETTER(share_rcode, struct share_row,
       row->number == RCODE_NONE ? value_null() : value_string(dns_rcode_word(row->number)))

#define SHARE_FIELDS                                                                               \
    FIELD_COUNT("sessions", "Sessions.", share_sessions),                                          \
    {                                                                                              \
        .path = "share", .kind = VALUE_SHARE, .help = "Of all sessions in the figures, 0..1.",     \
        .get = share_share                                                                         \
    }

static const struct field status_fields[] = {
    {.path = "status",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = share_status,
     .help = "Succeeded, Failed, SampleLoss, CaptureEdge or Unknown."},
    {.path = "reason",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = share_reason,
     .help = "Why, one word."},
    SHARE_FIELDS,
};
const struct field_table report_status_fields = {
    .name = "statuses",
    .help = "Sessions by status and reason, most first.",
    FIELDS(status_fields),
    .columns = "sessions,share,status,reason",
};

static const struct field bitmap_fields[] = {
    FIELD_COUNT("bitmap",
                "1 client query, 2 client response, 4 forwarder query, 8 forwarder response, added "
                "up.",
                share_bitmap),
    {.path = "meaning",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = share_meaning,
     .help = "What the bitmap proves."},
    SHARE_FIELDS,
};
const struct field_table report_bitmap_fields = {
    .name = "bitmaps",
    .help = "Sessions by bitmap, most first.",
    FIELDS(bitmap_fields),
    .columns = "sessions,share,bitmap,meaning",
};

static const struct field rcode_fields[] = {
    {.path = "rcode",
     .kind = VALUE_TEXT,
     .get = share_rcode,
     .help = "Rcode of the answer; null: none was seen."},
    SHARE_FIELDS,
};
const struct field_table report_rcode_fields = {
    .name = "rcodes",
    .help = "Sessions by rcode, most first.",
    FIELDS(rcode_fields),
    .columns = "sessions,share,rcode",
};

GETTER(named_name, struct named_row, value_string(row->name))

static const struct field realm_fields[] = {
    {.path = "realm",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = named_name,
     .help = "Who answered: cluster, local, cache, upstream or unknown."},
    FIGURE_FIELDS,
};
const struct field_table report_realm_fields = {
    .name = "realms",
    .help = "Sessions by realm, most first.",
    FIELDS(realm_fields),
    .columns = "realm,sessions,failed,error_rate,waited_ms.p50,waited_ms.p99",
};

static const struct field type_fields[] = {
    {.path = "type",
     .kind = VALUE_TEXT,
     .get = named_name,
     .help = "Query type; null: the question was not seen."},
    FIGURE_FIELDS,
};
const struct field_table report_type_fields = {
    .name = "types",
    .help = "Sessions by query type, most first.",
    FIELDS(type_fields),
    .columns = "type,sessions,failed,error_rate,waited_ms.p50,waited_ms.p99",
};

static const struct field transport_fields[] = {
    {.path = "transport",
     .kind = VALUE_TEXT,
     .get = named_name,
     .help = "How the client asked: udp, tcp, dot, doh, doq; null: not stated."},
    FIGURE_FIELDS,
};
const struct field_table report_transport_fields = {
    .name = "transports",
    .help = "Sessions by the client's transport, most first.",
    FIELDS(transport_fields),
    .columns = "transport,sessions,failed,error_rate,waited_ms.p50,waited_ms.p99",
};

static const struct cluster_object *client_object(const void *row)
{
    return ((const struct named_row *)row)->k8s;
}
CLUSTER_GETTERS(client_object)

static struct value client_text(const void *at, struct text *scratch)
{
    const struct named_row *row = at;
    return row->k8s != NULL ? cluster_value_object(row->k8s, scratch) : value_string(row->name);
}

static const struct field client_fields[] = {
    {.path = "addr",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = named_name,
     .help = "Address of the client."},
    CLUSTER_FIELDS("", client_object),
    {.path = "client",
     .kind = VALUE_TEXT,
     .flags = FIELD_COLUMN_ONLY,
     .get = client_text,
     .help = "What it is in Kubernetes, else its address."},
    FIGURE_FIELDS,
};
const struct field_table report_client_fields = {
    .name = "clients",
    .help = "Clients by failures, then by sessions.",
    FIELDS(client_fields),
    .columns = "addr,sessions,failed,error_rate,waited_ms.p50,waited_ms.p99",
};

static const struct field name_fields[] = {
    {.path = "name",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = named_name,
     .help = "Name that was asked for, lower case, with the final dot."},
    FIGURE_FIELDS,
};
const struct field_table report_name_fields = {
    .name = "names",
    .help = "Names by failures, then by sessions.",
    FIELDS(name_fields),
    .columns = "name,sessions,failed,error_rate,waited_ms.p50,waited_ms.p99",
};

GETTER(realm_count, struct named_row, COUNT(row->figures.waited.count))
GETTER(realm_least, struct named_row, value_ms(row->figures.waited.least))
GETTER(realm_p95, struct named_row, value_ms(row->figures.waited.p95))

static const struct field by_realm_fields[] = {
    {.path = "realm",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = named_name,
     .help = "The realm."},
    FIELD_COUNT("count", "Sessions with a known wait.", realm_count),
    FIELD_WAIT("min", "The shortest wait, milliseconds.", realm_least),
    FIELD_WAIT("p50", "Median of the waits, milliseconds.", figures_p50),
    FIELD_WAIT("p90", "90 % waited at most that long, milliseconds.", figures_p90),
    FIELD_WAIT("p95", "95 % waited at most that long, milliseconds.", realm_p95),
    FIELD_WAIT("p99", "99 % waited at most that long, milliseconds.", figures_p99),
    FIELD_WAIT("max", "The longest wait, milliseconds.", figures_most),
};
const struct field_table report_by_realm_fields = {
    .name = "by_realm",
    .help = "Waits by realm.",
    FIELDS(by_realm_fields),
};

GETTER(step_le, struct step_row, value_ms(row->le_ns))
GETTER(step_sessions, struct step_row, COUNT(row->sessions))

static const struct field step_fields[] = {
    FIELD_WAIT("le_ms", "Upper bound of the step, milliseconds, itself included; null: no bound.",
               step_le),
    FIELD_COUNT("sessions", "Sessions whose wait is over the step before and within this one.",
                step_sessions),
};
const struct field_table report_step_fields = {
    .name = "histogram",
    .help = "Sessions by their wait.",
    FIELDS(step_fields),
    .columns = "le_ms,sessions",
};

GETTER(server_identity, struct server_row, value_string(row->facts.identity))
GETTER(server_name, struct server_row, value_string(row->facts.name))

static struct value server_addr(const void *at, struct text *scratch)
{
    const struct server_row *row = at;
    char addr[ADDR_TEXT_MAX];
    size_t len = endpoint_print_addr(&row->facts.addr, addr);

    if (len == 0)
        return value_null();
    text_add(scratch, addr, len);
    return value_text(scratch->at, scratch->len);
}

GETTER(server_first, struct server_row, value_time(row->facts.first_seen))
GETTER(server_last, struct server_row, value_time(row->facts.last_seen))
GETTER(server_restarts, struct server_row, COUNT(row->facts.restarts))

static const struct cluster_object *server_object(const void *row)
{
    return ((const struct server_row *)row)->k8s;
}
CLUSTER_GETTERS(server_object)

static struct value server_text(const void *at, struct text *scratch)
{
    const struct server_row *row = at;
    return row->k8s != NULL ? cluster_value_object(row->k8s, scratch)
                            : value_string(row->facts.name);
}

static const struct field server_fields[] = {
    {.path = "name",
     .kind = VALUE_TEXT,
     .get = server_name,
     .help = "Its identity, or its address where it states none; null: neither is known."},
    {.path = "identity",
     .kind = VALUE_TEXT,
     .get = server_identity,
     .help = "What the CoreDNS replica calls itself; null: not stated."},
    {.path = "addr",
     .kind = VALUE_TEXT,
     .get = server_addr,
     .help = "Its address, where packets show it; null in dnstap."},
    CLUSTER_FIELDS("", server_object),
    {.path = "server",
     .kind = VALUE_TEXT,
     .flags = FIELD_COLUMN_ONLY,
     .get = server_text,
     .help = "What it is in Kubernetes, else its name."},
    FIGURE_FIELDS,
    {.path = "first_seen", .kind = VALUE_TIME, .help = "Its first event.", .get = server_first},
    {.path = "last_seen", .kind = VALUE_TIME, .help = "Its last event.", .get = server_last},
    FIELD_COUNT("restarts", "Restarts that the capture shows.", server_restarts),
};
const struct field_table report_server_fields = {
    .name = "servers",
    .help = "CoreDNS replicas, by failures, then by sessions.",
    FIELDS(server_fields),
    .columns = "name,sessions,failed,error_rate,waited_ms.p50,waited_ms.p99,restarts",
};

GETTER(bucket_start, struct bucket, value_time(row->start))
GETTER(bucket_sessions, struct bucket, COUNT(row->sessions))
GETTER(bucket_failed, struct bucket, COUNT(row->failed))
GETTER(bucket_slow, struct bucket, COUNT(row->slow))
GETTER(bucket_p99, struct bucket, value_ms(row->p99))
GETTER(bucket_upstream, struct bucket, COUNT(row->upstream_failures))

static const struct field bucket_fields[] = {
    {.path = "start",
     .kind = VALUE_TIME,
     .flags = FIELD_NEVER_NULL,
     .get = bucket_start,
     .help = "Start of the bucket; all are of the same round width."},
    FIELD_COUNT("sessions", "Sessions that started in it.", bucket_sessions),
    FIELD_COUNT("failed", "Those of them that Failed.", bucket_failed),
    FIELD_COUNT("slow", "Those of them that were slow.", bucket_slow),
    FIELD_WAIT("p99_ms", "99 % of them waited at most that long, milliseconds.", bucket_p99),
    FIELD_COUNT("upstream_failures",
                "Upstream attempts that started in it and got no usable answer.", bucket_upstream),
};
const struct field_table report_bucket_fields = {
    .name = "timeline",
    .help = "Sessions over time, in buckets of a round width.",
    FIELDS(bucket_fields),
    .columns = "start,sessions,failed,slow,p99_ms,upstream_failures",
};
