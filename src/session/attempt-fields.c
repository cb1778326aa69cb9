// SPDX-License-Identifier: BSD-2-Clause
/* The fields of an attempt: inside a session, and as a row of its own (--view attempts). */
#include "cluster/fields.h"
#include "dns/spelling.h"
#include "dns/words.h"
#include "session/fields.h"

static const char *const outcome_texts[] = {"answered",       "no_reply",    "unreachable",
                                            "connect_failed", "wrong_reply", "open",
                                            "unknown",        NULL};

static struct value get_start(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_time(((const struct attempt *)row)->start);
}

static struct value get_start_exact(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_bool(((const struct attempt *)row)->start_exact);
}

static struct value get_upstream(const void *row, struct text *scratch)
{
    return session_value_endpoint(&((const struct attempt *)row)->upstream, true, scratch);
}

static struct value get_upstream_addr(const void *row, struct text *scratch)
{
    return session_value_endpoint(&((const struct attempt *)row)->upstream, false, scratch);
}

static struct value get_upstream_port(const void *row, struct text *scratch)
{
    (void)scratch;
    const struct attempt *attempt = row;
    return attempt->upstream.port ? value_count(attempt->upstream.port) : value_null();
}

static struct value get_transport(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_string(transport_word((enum transport)((const struct attempt *)row)->transport));
}

static struct value get_outcome(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_string(outcome_words[((const struct attempt *)row)->outcome].word);
}

static struct value get_rcode(const void *row, struct text *scratch)
{
    (void)scratch;
    const struct attempt *attempt = row;
    return attempt->rcode == RCODE_NONE ? value_null()
                                        : value_string(dns_rcode_word(attempt->rcode));
}

static struct value get_latency(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_ms(((const struct attempt *)row)->latency_ns);
}

static struct value get_latency_text(const void *row, struct text *scratch)
{
    char text[WHEN_TEXT_MAX];
    const struct attempt *attempt = row;
    if (attempt->latency_ns == WHEN_NONE)
        return value_null();
    if (!attempt->latency_exact)
        text_add_string(scratch, "~ ");
    text_add(scratch, text, when_print_human(attempt->latency_ns, false, text));
    return value_text(scratch->at, scratch->len);
}

static struct value get_latency_exact(const void *row, struct text *scratch)
{
    (void)scratch;
    const struct attempt *attempt = row;
    return attempt->latency_ns == WHEN_NONE ? value_null() : value_bool(attempt->latency_exact);
}

static struct value get_count(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_count(((const struct attempt *)row)->count);
}

#define HELP_START                                                                                 \
    "Its query time as tapped (UTC): when it began, or, where start_exact is false, when the "     \
    "forward call began whose later attempt it is."
#define HELP_START_EXACT "Whether it began at start."
#define HELP_UPSTREAM "The upstream that was asked."
#define HELP_UPSTREAM_ADDR "Its address."
#define HELP_UPSTREAM_PORT "Its port."
#define HELP_TRANSPORT                                                                             \
    "How it was asked, as tapped: before CoreDNS 1.14.5 that is the client's transport unless "    \
    "forward says otherwise."
#define HELP_OUTCOME "What came of it."
#define HELP_RCODE "Rcode of the upstream's reply; null without one."
#define HELP_LATENCY "From the query to the reply, in milliseconds."
#define HELP_LATENCY_EXACT                                                                         \
    "Whether latency_ms is exact; else it rests on a start that was worked out."
#define HELP_COUNT                                                                                 \
    "Tries at once after one another folded into this one: a retry storm where it is over 1."

#define VALUE(p, k, f, w, h, g)                                                                    \
    {                                                                                              \
        .path = p, .shape = FIELD_VALUE, .kind = k, .flags = f, .words = w, .help = h, .get = g    \
    }
#define TEXT(p, f, s, h, g)                                                                        \
    {                                                                                              \
        .path = p, .shape = FIELD_VALUE, .kind = VALUE_TEXT, .flags = f, .spelling = s, .help = h, \
        .get = g                                                                                   \
    }
#define GROUP(p, h, g)                                                                             \
    {                                                                                              \
        .path = p, .shape = FIELD_GROUP, .kind = VALUE_TEXT, .help = h, .get = g                   \
    }

static const struct field inner_entries[] = {
    VALUE("start", VALUE_TIME, 0, NULL, HELP_START, get_start),
    VALUE("start_exact", VALUE_BOOL, FIELD_NEVER_NULL, NULL, HELP_START_EXACT, get_start_exact),
    GROUP("upstream", HELP_UPSTREAM, get_upstream),
    TEXT("upstream.addr", 0, &field_address, HELP_UPSTREAM_ADDR, get_upstream_addr),
    VALUE("upstream.port", VALUE_COUNT, 0, NULL, HELP_UPSTREAM_PORT, get_upstream_port),
    VALUE("transport", VALUE_TEXT, 0, transport_texts, HELP_TRANSPORT, get_transport),
    VALUE("outcome", VALUE_TEXT, FIELD_NEVER_NULL, outcome_texts, HELP_OUTCOME, get_outcome),
    TEXT("rcode", 0, &dns_rcode_spelling, HELP_RCODE, get_rcode),
    VALUE("latency_ms", VALUE_MS, 0, NULL, HELP_LATENCY, get_latency),
    VALUE("latency_exact", VALUE_BOOL, 0, NULL, HELP_LATENCY_EXACT, get_latency_exact),
    VALUE("count", VALUE_COUNT, FIELD_NEVER_NULL, NULL, HELP_COUNT, get_count),
};

const struct field_table session_attempt_fields = {
    "attempt",     "One query of CoreDNS to one upstream.",
    inner_entries, sizeof inner_entries / sizeof *inner_entries,
    NULL,          NULL};

/* The same fields of a row of the attempts view, and those of its session. */
#define INNER(name)                                                                                \
    static struct value outer_##name(const void *row, struct text *scratch)                        \
    {                                                                                              \
        return get_##name(((const struct attempt_row *)row)->attempt, scratch);                    \
    }
INNER(start)
INNER(start_exact)
INNER(upstream_addr)
INNER(upstream_port)
INNER(transport)
INNER(outcome)
INNER(rcode)
INNER(latency)
INNER(latency_text)
INNER(latency_exact)
INNER(count)

static const struct session *session_of(const void *row)
{
    return ((const struct attempt_row *)row)->of->session;
}

static const struct cluster *cluster_of(const void *row)
{
    return ((const struct attempt_row *)row)->of->cluster;
}

static const struct cluster_object *client_object(const void *row)
{
    return session_client_object(session_of(row), cluster_of(row));
}
CLUSTER_GETTERS(client_object)

static const struct cluster_object *server_object(const void *row)
{
    return session_server_object(session_of(row), cluster_of(row));
}
CLUSTER_GETTERS(server_object)

static const struct cluster_object *upstream_object(const void *row)
{
    const struct attempt_row *attempt = row;
    return session_upstream_object(attempt->of->session, attempt->attempt, attempt->of->cluster);
}
CLUSTER_GETTERS(upstream_object)

static struct value outer_upstream(const void *row, struct text *scratch)
{
    return cluster_value_endpoint(upstream_object(row),
                                  &((const struct attempt_row *)row)->attempt->upstream, true,
                                  cluster_of(row) != NULL, scratch);
}

static struct value get_name(const void *row, struct text *scratch)
{
    return session_value_name(session_of(row), scratch);
}

static struct value get_type(const void *row, struct text *scratch)
{
    (void)scratch;
    return session_of(row)->has_question ? value_string(dns_type_word(session_of(row)->type))
                                         : value_null();
}

static struct value get_id(const void *row, struct text *scratch)
{
    return session_value_id(session_of(row), scratch);
}

static bool has_client(const void *row)
{
    return session_of(row)->has_client;
}

static struct value get_client(const void *row, struct text *scratch)
{
    return cluster_value_endpoint(client_object(row), &session_of(row)->client, true,
                                  cluster_of(row) != NULL, scratch);
}

static struct value get_client_addr(const void *row, struct text *scratch)
{
    return session_value_endpoint(&session_of(row)->client, false, scratch);
}

static struct value get_client_port(const void *row, struct text *scratch)
{
    (void)scratch;
    return session_of(row)->client.port ? value_count(session_of(row)->client.port) : value_null();
}

static struct value get_identity(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_string(session_of(row)->identity);
}

static struct value get_server(const void *row, struct text *scratch)
{
    const struct session *session = session_of(row);
    const struct cluster_object *object = server_object(row);
    return object == NULL && session->identity
               ? value_string(session->identity)
               : cluster_value_endpoint(object, &session->server_addr, true,
                                        cluster_of(row) != NULL, scratch);
}

static struct value get_server_addr(const void *row, struct text *scratch)
{
    return session_value_endpoint(&session_of(row)->server_addr, false, scratch);
}

static struct value get_session(const void *row, struct text *scratch)
{
    return session_value_key(session_of(row), scratch);
}

static const struct field outer_entries[] = {
    VALUE("start", VALUE_TIME, 0, NULL, HELP_START, outer_start),
    VALUE("start_exact", VALUE_BOOL, FIELD_NEVER_NULL, NULL, HELP_START_EXACT, outer_start_exact),
    GROUP("upstream", HELP_UPSTREAM, outer_upstream),
    TEXT("upstream.addr", 0, &field_address, HELP_UPSTREAM_ADDR, outer_upstream_addr),
    VALUE("upstream.port", VALUE_COUNT, 0, NULL, HELP_UPSTREAM_PORT, outer_upstream_port),
    CLUSTER_FIELDS("upstream.", upstream_object),
    VALUE("transport", VALUE_TEXT, 0, transport_texts, HELP_TRANSPORT, outer_transport),
    VALUE("outcome", VALUE_TEXT, FIELD_NEVER_NULL, outcome_texts, HELP_OUTCOME, outer_outcome),
    TEXT("rcode", 0, &dns_rcode_spelling, HELP_RCODE, outer_rcode),
    VALUE("latency_ms", VALUE_MS, 0, NULL, HELP_LATENCY, outer_latency),
    {.path = "latency",
     .shape = FIELD_VALUE,
     .kind = VALUE_TEXT,
     .flags = FIELD_COLUMN_ONLY,
     .help = "latency_ms with a unit; ~ before one that is not exact.",
     .get = outer_latency_text},
    VALUE("latency_exact", VALUE_BOOL, 0, NULL, HELP_LATENCY_EXACT, outer_latency_exact),
    VALUE("count", VALUE_COUNT, FIELD_NEVER_NULL, NULL, HELP_COUNT, outer_count),
    TEXT("name", 0, &dns_name_spelling,
          "Name that the client asked for (the upstream may have been asked for another: rewrite, "
          "autopath).",
          get_name),
    TEXT("type", 0, &dns_type_spelling, "Type that the client asked for.", get_type),
    TEXT("id", 0, &dns_id_spelling, "DNS id of the client's query, four hex digits.", get_id),
    {.path = "client",
     .shape = FIELD_GROUP,
     .kind = VALUE_TEXT,
     .help = "Who asked; null where this capture shows no client.",
     .present = has_client,
     .get = get_client},
    TEXT("client.addr", 0, &field_address, "Address of the client.", get_client_addr),
    VALUE("client.port", VALUE_COUNT, 0, NULL, "Port of the client.", get_client_port),
    CLUSTER_FIELDS("client.", client_object),
    GROUP("server", "The CoreDNS replica that asked.", get_server),
    TEXT("server.addr", 0, &field_address,
          "Its address, where packets show it; null in dnstap, which does not tell it.",
          get_server_addr),
    VALUE("server.identity", VALUE_TEXT, 0, NULL,
          "What it calls itself in dnstap; null before CoreDNS 1.9.4.", get_identity),
    CLUSTER_FIELDS("server.", server_object),
    VALUE("session", VALUE_TEXT, FIELD_NEVER_NULL, NULL, "Key of its session.", get_session),
};

const struct field_table attempt_fields = {
    "attempts",
    "One query of CoreDNS to one upstream.",
    outer_entries,
    sizeof outer_entries / sizeof *outer_entries,
    "start,upstream,name,type,outcome,rcode,latency,count",
    "start,upstream,transport,server,client,id,name,type,outcome,rcode,latency,count,session"};
