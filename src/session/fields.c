// SPDX-License-Identifier: BSD-2-Clause
/* The fields of a session, in the order of the JSON keys. */
#include "session/fields.h"

#include "cluster/fields.h"
#include "dns/ede.h"
#include "dns/name.h"
#include "dns/spelling.h"
#include "dns/words.h"

#define S(row) (((const struct session_row *)(row))->session)
#define CLUSTER(row) (((const struct session_row *)(row))->cluster)

const char *const status_texts[] = {"Succeeded",   "Failed",  "SampleLoss",
                                    "CaptureEdge", "Unknown", NULL};
const char *const reason_texts[] = {
    "answered",       "nxdomain",    "nodata",      "servfail",          "refused",
    "formerr",        "notimp",      "other_rcode", "upstream_no_reply", "upstream_unreachable",
    "upstream_error", "wrong_reply", "no_answer",   "lost_frames",       "capture_start",
    "capture_end",    "no_message",  NULL};
static const char *const realm_texts[] = {"cluster", "local", "cache", "upstream", "unknown", NULL};
static const char *const join_texts[] = {"exact", "unique", "ambiguous", "time", "none", NULL};
const char *const transport_texts[] = {"udp", "tcp", "dot", "doh", "doq", NULL};
static const char *const source_texts[] = {"client_response", "upstream_response", NULL};

struct value session_value_endpoint(const struct endpoint *end, bool port, struct text *scratch)
{
    char *text = text_room(scratch, ADDR_TEXT_MAX);
    size_t len = port ? endpoint_print(end, text) : endpoint_print_addr(end, text);
    if (len == 0)
        return value_null();
    text_end(scratch, text + len);
    return value_text(scratch->at, scratch->len);
}

struct value session_value_id(const struct session *s, struct text *scratch)
{
    static const char hex[] = "0123456789abcdef";
    if (!s->has_id)
        return value_null();
    char *at = text_room(scratch, 4);
    for (int shift = 12; shift >= 0; shift -= 4)
        *at++ = hex[s->id >> shift & 15];
    text_end(scratch, at);
    return value_text(scratch->at, scratch->len);
}

struct value session_value_name(const struct session *s, struct text *scratch)
{
    if (!s->has_question)
        return value_null();
    dns_name_print(s->name, s->name_len, true, scratch);
    return value_text(scratch->at, scratch->len);
}

static struct value get_start(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_time(S(row)->start);
}

static struct value get_end(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_time(S(row)->end);
}

static struct value get_status(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_string(status_words[S(row)->status].word);
}

static struct value get_reason(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_string(reason_words[S(row)->reason].word);
}

static struct value get_bitmap(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_count(S(row)->bitmap);
}

static bool has_client(const void *row)
{
    return S(row)->has_client;
}

static const struct cluster_object *client_object(const void *row)
{
    return session_client_object(S(row), CLUSTER(row));
}
CLUSTER_GETTERS(client_object)

static struct value get_client(const void *row, struct text *scratch)
{
    return cluster_value_endpoint(client_object(row), &S(row)->client, true, CLUSTER(row) != NULL,
                                  scratch);
}

static struct value get_client_addr(const void *row, struct text *scratch)
{
    return session_value_endpoint(&S(row)->client, false, scratch);
}

static struct value get_client_port(const void *row, struct text *scratch)
{
    (void)scratch;
    return S(row)->client.port ? value_count(S(row)->client.port) : value_null();
}

static struct value get_identity(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_string(S(row)->identity);
}

static const struct cluster_object *server_object(const void *row)
{
    return session_server_object(S(row), CLUSTER(row));
}
CLUSTER_GETTERS(server_object)

static struct value get_server(const void *row, struct text *scratch)
{
    const struct cluster_object *object = server_object(row);
    return object == NULL && S(row)->identity
               ? get_identity(row, scratch)
               : cluster_value_endpoint(object, &S(row)->server_addr, true, CLUSTER(row) != NULL,
                                        scratch);
}

static struct value get_server_addr(const void *row, struct text *scratch)
{
    return session_value_endpoint(&S(row)->server_addr, false, scratch);
}

static struct value get_server_port(const void *row, struct text *scratch)
{
    (void)scratch;
    return S(row)->server_addr.port ? value_count(S(row)->server_addr.port) : value_null();
}

static struct value get_service(const void *row, struct text *scratch)
{
    const struct session *session = S(row);
    if (!session->has_client || endpoint_same_addr(&session->service, &session->server_addr))
        return value_null();
    return session_value_endpoint(&session->service, false, scratch);
}

static struct value get_transport(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_string(transport_word((enum transport)S(row)->transport));
}

static struct value get_id(const void *row, struct text *scratch)
{
    return session_value_id(S(row), scratch);
}

static struct value get_name(const void *row, struct text *scratch)
{
    return session_value_name(S(row), scratch);
}

static struct value get_type(const void *row, struct text *scratch)
{
    (void)scratch;
    return S(row)->has_question ? value_string(dns_type_word(S(row)->type)) : value_null();
}

static struct value get_class(const void *row, struct text *scratch)
{
    (void)scratch;
    return S(row)->has_question ? value_string(dns_class_word(S(row)->class)) : value_null();
}

static struct value get_rcode(const void *row, struct text *scratch)
{
    (void)scratch;
    return S(row)->rcode == RCODE_NONE ? value_null() : value_string(dns_rcode_word(S(row)->rcode));
}

static struct value get_rcode_source(const void *row, struct text *scratch)
{
    (void)scratch;
    return S(row)->rcode_source ? value_string(source_texts[S(row)->rcode_source - 1])
                                : value_null();
}

static struct value get_realm(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_string(realm_words[S(row)->realm].word);
}

static struct value get_waited(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_ms(S(row)->waited_ns);
}

static struct value get_waited_text(const void *row, struct text *scratch)
{
    char text[WHEN_TEXT_MAX];
    if (S(row)->waited_ns == WHEN_NONE)
        return value_null();
    if (!S(row)->waited_exact)
        text_add_string(scratch, ">= ");
    text_add(scratch, text, when_print_human(S(row)->waited_ns, false, text));
    return value_text(scratch->at, scratch->len);
}

static struct value get_waited_exact(const void *row, struct text *scratch)
{
    (void)scratch;
    return S(row)->waited_ns == WHEN_NONE ? value_null() : value_bool(S(row)->waited_exact);
}

static struct value get_slow(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_bool(session_is_slow(S(row), ((const struct session_row *)row)->slow_ns));
}

static struct value get_answers(const void *row, struct text *scratch)
{
    (void)scratch;
    return S(row)->answers == UINT32_MAX ? value_null() : value_count(S(row)->answers);
}

static struct value get_ttl(const void *row, struct text *scratch)
{
    (void)scratch;
    return S(row)->ttl == UINT32_MAX ? value_null() : value_count(S(row)->ttl);
}

static struct value get_truncated(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_bool(S(row)->truncated);
}

static size_t count_attempts(const void *row)
{
    return S(row)->attempts_kept;
}

static const void *item_attempt(const void *row, size_t i)
{
    const struct attempt *attempt = S(row)->attempts;
    while (i-- > 0 && attempt)
        attempt = attempt->next;
    return attempt;
}

/* The upstreams tried, in order; "!" behind one that gave no usable answer. */
static struct value get_upstreams(const void *row, struct text *scratch)
{
    for (const struct attempt *attempt = S(row)->attempts; attempt; attempt = attempt->next) {
        if (scratch->len > 0)
            text_add_char(scratch, ' ');
        cluster_value_endpoint(session_upstream_object(S(row), attempt, CLUSTER(row)),
                               &attempt->upstream, true, CLUSTER(row) != NULL, scratch);
        bool usable = attempt->outcome == OUTCOME_ANSWERED &&
                      (attempt->rcode == RCODE_NONE || attempt->rcode == 0 || attempt->rcode == 3);
        if (!usable && attempt->outcome != OUTCOME_OPEN && attempt->outcome != OUTCOME_UNKNOWN)
            text_add_char(scratch, '!');
    }
    return scratch->len > 0 ? value_text(scratch->at, scratch->len) : value_null();
}

static struct value get_tries(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_count(S(row)->tries);
}

static struct value get_repeats(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_count(S(row)->repeats);
}

static struct value get_background(const void *row, struct text *scratch)
{
    (void)scratch;
    return value_bool(S(row)->background);
}

struct value session_value_number(uint64_t number, struct text *scratch)
{
    char *at = text_room(scratch, 24);
    *at++ = 's';
    text_end(scratch, text_put_count(at, (int64_t)number));
    return value_text(scratch->at, scratch->len);
}

static struct value get_parent(const void *row, struct text *scratch)
{
    return S(row)->parent ? session_value_number(S(row)->parent, scratch) : value_null();
}

struct value session_value_key(const struct session *s, struct text *scratch)
{
    return session_value_number(s->number, scratch);
}

static struct value get_key(const void *row, struct text *scratch)
{
    return session_value_key(S(row), scratch);
}

static struct value get_join(const void *row, struct text *scratch)
{
    (void)scratch;
    return S(row)->join == JOIN_NULL ? value_null() : value_string(join_words[S(row)->join].word);
}

#define TEXT(p, f, s, h, g)                                                                        \
    {                                                                                              \
        .path = p, .shape = FIELD_VALUE, .kind = VALUE_TEXT, .flags = f, .spelling = s, .help = h, \
        .get = g                                                                                   \
    }
#define VALUE(p, k, f, w, h, g)                                                                    \
    {                                                                                              \
        .path = p, .shape = FIELD_VALUE, .kind = k, .flags = f, .words = w, .help = h, .get = g    \
    }

static const struct field entries[] = {
    VALUE("start", VALUE_TIME, FIELD_NEVER_NULL, NULL,
          "When the query came (UTC): its query time, or what is nearest to it in the capture.",
          get_start),
    VALUE("end", VALUE_TIME, 0, NULL, "When the answer was sent (UTC); null without one.", get_end),
    VALUE("status", VALUE_TEXT, FIELD_NEVER_NULL, status_texts,
          "Succeeded, Failed, SampleLoss, CaptureEdge or Unknown.", get_status),
    VALUE("reason", VALUE_TEXT, FIELD_NEVER_NULL, reason_texts, "Why this status; one word.",
          get_reason),
    VALUE("bitmap", VALUE_COUNT, FIELD_NEVER_NULL, NULL,
          "Messages seen: 1 client query, 2 client response, 4 forwarder query, 8 forwarder "
          "response, added up.",
          get_bitmap),
    {.path = "client",
     .shape = FIELD_GROUP,
     .kind = VALUE_TEXT,
     .help = "Who asked; null where this capture shows no client.",
     .present = has_client,
     .get = get_client},
    TEXT("client.addr", 0, &field_address, "Address of the client.", get_client_addr),
    VALUE("client.port", VALUE_COUNT, 0, NULL, "Port of the client.", get_client_port),
    CLUSTER_FIELDS("client.", client_object),
    {.path = "server",
     .shape = FIELD_GROUP,
     .kind = VALUE_TEXT,
     .help = "The CoreDNS replica that was asked.",
     .get = get_server},
    TEXT("server.addr", 0, &field_address,
          "Its address, as near to it as packets were captured; null in dnstap, which does not tell "
          "it.",
          get_server_addr),
    VALUE("server.port", VALUE_COUNT, 0, NULL, "Its port; null in dnstap, which does not tell it.",
          get_server_port),
    TEXT("server.service", 0, &field_address,
          "Address that the client asked, where that is another one: the service's.", get_service),
    VALUE("server.identity", VALUE_TEXT, 0, NULL,
          "What it calls itself in dnstap (its host name as a rule); null before CoreDNS 1.9.4.",
          get_identity),
    CLUSTER_FIELDS("server.", server_object),
    VALUE("transport", VALUE_TEXT, 0, transport_texts,
          "How the client asked; dnstap shows DoT and DoH clients as tcp, DoQ as udp.",
          get_transport),
    TEXT("id", 0, &dns_id_spelling, "DNS id of the client's query, four hex digits.", get_id),
    TEXT("name", 0, &dns_name_spelling, "Name asked for, lower case, with the final dot.", get_name),
    TEXT("type", 0, &dns_type_spelling, "Type asked for.", get_type),
    TEXT("class", 0, &dns_class_spelling, "Class asked for.", get_class),
    TEXT("rcode", 0, &dns_rcode_spelling, "Rcode of the answer.", get_rcode),
    VALUE("rcode_source", VALUE_TEXT, 0, source_texts, "Which message told the rcode.",
          get_rcode_source),
    VALUE("realm", VALUE_TEXT, FIELD_NEVER_NULL, realm_texts,
          "Who knew the answer: cluster, local, cache, upstream or unknown.", get_realm),
    VALUE("waited_ms", VALUE_MS, 0, NULL,
          "How long the client waited, in milliseconds; a proven lower bound where waited_exact is "
          "false.",
          get_waited),
    {.path = "waited",
     .shape = FIELD_VALUE,
     .kind = VALUE_TEXT,
     .flags = FIELD_COLUMN_ONLY,
     .help = "waited_ms with a unit; >= before a lower bound.",
     .get = get_waited_text},
    VALUE("waited_exact", VALUE_BOOL, 0, NULL, "Whether waited_ms is exact.", get_waited_exact),
    VALUE("slow", VALUE_BOOL, FIELD_NEVER_NULL, NULL, "Whether it waited longer than --slow.",
          get_slow),
    VALUE("answers", VALUE_COUNT, 0, NULL, "Records in the answer section.", get_answers),
    {.path = "addresses",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .spelling = &field_address,
     .help = "A and AAAA addresses of the answer, in order; at most 256.",
     .count = session_count_addresses,
     .item_value = session_item_address},
    VALUE("ttl", VALUE_COUNT, 0, NULL, "Smallest TTL of the answer section, in seconds.", get_ttl),
    VALUE("truncated", VALUE_BOOL, FIELD_NEVER_NULL, NULL, "Whether the answer had TC set.",
          get_truncated),
    {.path = "ede",
     .shape = FIELD_ROWS,
     .flags = FIELD_NOT_CSV,
     .help = "Extended DNS errors of the answer (RFC 8914).",
     .count = session_count_edes,
     .item = session_item_ede,
     .rows = &dns_ede_fields},
    {.path = "attempts",
     .shape = FIELD_ROWS,
     .flags = FIELD_NOT_CSV,
     .help = "What CoreDNS asked upstreams for this session; at most 16, tries is exact.",
     .count = count_attempts,
     .item = item_attempt,
     .rows = &session_attempt_fields},
    {.path = "upstreams",
     .shape = FIELD_VALUE,
     .kind = VALUE_TEXT,
     .flags = FIELD_COLUMN_ONLY,
     .help = "Upstreams tried, in order; ! behind one that gave no usable answer.",
     .get = get_upstreams},
    VALUE("tries", VALUE_COUNT, FIELD_NEVER_NULL, NULL, "Queries to upstreams, all counted.",
          get_tries),
    VALUE("repeats", VALUE_COUNT, FIELD_NEVER_NULL, NULL,
          "The same query from the same port again while this one was open; seen at the client they "
          "belong to this session, seen at CoreDNS each is one of its own.",
          get_repeats),
    VALUE("background", VALUE_BOOL, FIELD_NEVER_NULL, NULL,
          "CoreDNS asked for itself (refresh of the cache, loop probe): in no figure.",
          get_background),
    VALUE("parent", VALUE_TEXT, 0, NULL, "Key of the session that caused this one: in no figure.",
          get_parent),
    VALUE("join", VALUE_TEXT, 0, join_texts,
          "How the upstream leg was tied to this session; null without such a leg.", get_join),
    {.path = "unobserved",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .words = session_unobserved_texts,
     .help = "What this capture cannot show of it.",
     .count = session_count_unobserved,
     .item_value = session_item_unobserved},
    {.path = "inputs",
     .shape = FIELD_LIST,
     .kind = VALUE_COUNT,
     .flags = FIELD_NEVER_NULL,
     .help = "Indexes of the inputs that show it, in the order of the arguments from 0; 63 stands "
             "for every input from the 64th on.",
     .count = session_count_inputs,
     .item_value = session_item_input},
    {.path = "frames",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .help = "input:frame of its frames, counted from 1; at most 16.",
     .count = session_count_frames,
     .item_value = session_item_frame},
    VALUE("key", VALUE_TEXT, FIELD_NEVER_NULL, NULL, "Its name within this run.", get_key),
};

const struct field_table session_fields = {
    "sessions",
    "One query of a client to CoreDNS with everything that it caused.",
    entries,
    sizeof entries / sizeof *entries,
    "start,client,name,type,status,reason,rcode,bitmap,waited,upstreams",
    "start,client,server,transport,id,name,type,status,reason,rcode,realm,bitmap,waited,tries,"
    "repeats,addresses,upstreams,frames"};
