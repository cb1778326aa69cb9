// SPDX-License-Identifier: BSD-2-Clause
/*
 * The fields of a message, in the order of the JSON keys: those of Inspektor Gadget's trace_dns under
 * its names and in its spellings, then ours.
 */
#include "messages/fields.h"

#include "cluster/fields.h"
#include "dns/ede.h"
#include "dns/name.h"
#include "dns/spelling.h"
#include "dns/words.h"
#include "session/fields.h"

static const struct message_row *row_of(const void *row)
{
    return row;
}
#define ROW(row) row_of(row)
#define RECORD(row) (row_of(row)->record)
#define DNS(row) (row_of(row)->dns)

static const char *const qr_texts[] = {"Q", "R", NULL};
static const char *const opcode_texts[] = {
    "QUERY",    "IQUERY",   "STATUS",   "OPCODE3",  "NOTIFY",   "UPDATE",
    "DSO",      "OPCODE7",  "OPCODE8",  "OPCODE9",  "OPCODE10", "OPCODE11",
    "OPCODE12", "OPCODE13", "OPCODE14", "OPCODE15", NULL};
static const char *const proto_texts[] = {"UDP", "TCP", "DoT", "DoH", "DoQ", NULL};
/* The kernel's PACKET_ types, of which broadcasts and multicasts are no DNS. */
static const char *const packet_texts[] = {"HOST", "OUTGOING", "OTHERHOST", NULL};
static const char *const leg_texts[] = {"client", "upstream", NULL};

#define GETTER(name, expression)                                                                   \
    static struct value name(const void *row, struct text *scratch)                                \
    {                                                                                              \
        (void)scratch;                                                                             \
        return expression;                                                                         \
    }

/* What only octets of the message tell. */
static bool has_header(const void *row)
{
    return RECORD(row)->wire != NULL && DNS(row)->reach >= DNS_HEADER;
}

static bool has_question(const void *row)
{
    return DNS(row)->reach >= DNS_QUESTION && DNS(row)->name_len > 0;
}

/* RCODE_NONE: a query, or not known. */
static uint16_t rcode_of(const void *row)
{
    if (!RECORD(row)->response)
        return RCODE_NONE;
    return has_header(row)             ? DNS(row)->rcode
           : RECORD(row)->wire == NULL ? RECORD(row)->rcode
                                       : RCODE_NONE;
}

static int64_t latency_of(const void *row)
{
    return RECORD(row)->response ? RECORD(row)->latency_ns : WHEN_NONE;
}

/*
 * The ends.  dnstap tells no address of CoreDNS's own end: that is who answers on the client leg and
 * who asks on the upstream leg, where some versions tap the client instead.
 */
static bool is_asker(const void *row, bool source)
{
    return source != RECORD(row)->response;
}

static bool is_tapper(const void *row, bool source)
{
    return RECORD(row)->server != UINT32_MAX &&
           RECORD(row)->leg == (is_asker(row, source) ? LEG_UPSTREAM : LEG_CLIENT);
}

static const struct endpoint *end_of(const void *row, bool source)
{
    static const struct endpoint none;

    if (is_tapper(row, source) && is_asker(row, source) && !ROW(row)->own_socket &&
        !RECORD(row)->packet)
        return &none;
    return source ? &RECORD(row)->src : &RECORD(row)->dst;
}

static const struct cluster_object *end_object(const void *row, bool source)
{
    const struct cluster *cluster = ROW(row)->cluster;
    struct endpoint end = *end_of(row, source);
    const struct cluster_object *object = NULL;

    if (cluster == NULL)
        return NULL;
    if (is_tapper(row, source))
        object = cluster_named(cluster, ROW(row)->identity);
    if (object != NULL || end.len == 0)
        return object;
    if (is_asker(row, source))
        end.port = 0; /* chosen by chance: it tells nothing */
    return cluster_who(cluster, &end, RECORD(row)->when);
}

static struct value end_value(const void *row, bool source, bool port, struct text *scratch)
{
    const struct cluster_object *object = end_object(row, source);
    const struct endpoint *end = end_of(row, source);

    if (object == NULL && end->len == 0 && is_tapper(row, source))
        return value_string(ROW(row)->identity);
    return cluster_value_endpoint(object, end, port, ROW(row)->cluster != NULL, scratch);
}

static struct value end_port(const struct endpoint *end)
{
    return end->port != 0 ? value_count(end->port) : value_null();
}

static const struct cluster_object *src_object(const void *row)
{
    return end_object(row, true);
}
CLUSTER_GETTERS(src_object)

static const struct cluster_object *dst_object(const void *row)
{
    return end_object(row, false);
}
CLUSTER_GETTERS(dst_object)

static const struct cluster_object *nameserver_object(const void *row)
{
    return end_object(row, RECORD(row)->response);
}
CLUSTER_GETTERS(nameserver_object)

GETTER(get_src, end_value(row, true, true, scratch))
GETTER(get_src_addr, session_value_endpoint(end_of(row, true), false, scratch))
GETTER(get_src_port, end_port(end_of(row, true)))
GETTER(get_dst, end_value(row, false, true, scratch))
GETTER(get_dst_addr, session_value_endpoint(end_of(row, false), false, scratch))
GETTER(get_dst_port, end_port(end_of(row, false)))
GETTER(get_nameserver, end_value(row, RECORD(row)->response, false, scratch))
GETTER(get_nameserver_addr,
       session_value_endpoint(end_of(row, RECORD(row)->response), false, scratch))

/* The pod end of a message: who asks, where that is a pod, else who answers. */
static const struct cluster_object *pod_object(const void *row)
{
    const struct cluster_object *asker = end_object(row, !RECORD(row)->response), *other;

    if (asker != NULL && asker->kind == CLUSTER_POD)
        return asker;
    other = end_object(row, RECORD(row)->response);
    return other != NULL && other->kind == CLUSTER_POD ? other : NULL;
}

static bool pod_present(const void *row)
{
    return pod_object(row) != NULL;
}

static bool pod_owned(const void *row)
{
    const struct cluster_object *pod = pod_object(row);
    return pod != NULL && pod->owner_name != NULL;
}

static size_t pod_labels(const void *row)
{
    const struct cluster_object *pod = pod_object(row);
    return pod != NULL ? pod->labels.n : 0;
}

static const void *pod_label(const void *row, size_t i)
{
    return &pod_object(row)->labels.at[i];
}

CLUSTER_GETTER(get_pod, pod_object, cluster_value_object(object, scratch))
CLUSTER_GETTER(get_pod_node, pod_object, value_string(object->node))
CLUSTER_GETTER(get_pod_namespace, pod_object, value_string(object->namespace))
CLUSTER_GETTER(get_pod_name, pod_object, value_string(object->name))
CLUSTER_GETTER(get_pod_owner, pod_object, cluster_value_owner(object, scratch))
CLUSTER_GETTER(get_pod_owner_kind, pod_object, value_string(object->owner_kind))
CLUSTER_GETTER(get_pod_owner_name, pod_object, value_string(object->owner_name))
CLUSTER_GETTER(get_pod_labels, pod_object, cluster_value_labels(object, scratch))
GETTER(get_container, ((void)row, value_null()))

GETTER(get_time, value_time(RECORD(row)->when))
GETTER(get_time_raw, RECORD(row)->when == WHEN_NONE ? value_null() : value_count(RECORD(row)->when))
GETTER(get_qr, value_string(qr_texts[RECORD(row)->response]))
GETTER(get_qr_raw, value_bool(RECORD(row)->response))
GETTER(get_type, has_question(row) ? value_string(dns_type_word(DNS(row)->type)) : value_null())
GETTER(get_type_raw, has_question(row) ? value_count(DNS(row)->type) : value_null())
GETTER(get_class, has_question(row) && has_header(row)
                      ? value_string(dns_class_word(DNS(row)->class))
                      : value_null())
GETTER(get_opcode,
       has_header(row) ? value_string(opcode_texts[DNS_OPCODE(DNS(row)->flags)]) : value_null())
GETTER(get_rcode_raw, rcode_of(row) == RCODE_NONE ? value_null() : value_count(rcode_of(row)))
GETTER(get_latency_raw, latency_of(row) == WHEN_NONE ? value_null() : value_count(latency_of(row)))
GETTER(get_latency_ms, value_ms(latency_of(row)))
GETTER(get_latency_exact,
       latency_of(row) == WHEN_NONE ? value_null() : value_bool(RECORD(row)->latency_exact))
GETTER(get_num_answers, has_header(row) ? value_count(DNS(row)->ancount) : value_null())

static struct value flag(const void *row, unsigned flag)
{
    return has_header(row) ? value_bool(DNS(row)->flags & flag) : value_null();
}
GETTER(get_tc, flag(row, DNS_TC))
GETTER(get_ra, flag(row, DNS_RA))
GETTER(get_rd, flag(row, DNS_RD))
GETTER(get_aa, flag(row, DNS_AA))

/* As attempts and sessions mark what is not exact: worked out, or at least so long. */
static struct value get_latency(const void *row, struct text *scratch)
{
    int64_t latency_ns = latency_of(row);

    if (latency_ns == WHEN_NONE)
        return value_null();
    if (!RECORD(row)->latency_exact)
        text_add_string(scratch, RECORD(row)->leg == LEG_UPSTREAM ? "~ " : ">= ");
    return message_value_latency(latency_ns, scratch);
}

static struct value get_id(const void *row, struct text *scratch)
{
    if (DNS(row)->reach < DNS_HEADER)
        return value_null();
    text_format(scratch, "%04x", DNS(row)->id);
    return value_text(scratch->at, scratch->len);
}

static struct value get_name(const void *row, struct text *scratch)
{
    if (!has_question(row))
        return value_null();
    dns_name_print(DNS(row)->name, DNS(row)->name_len, false, scratch);
    return value_text(scratch->at, scratch->len);
}

static struct value get_rcode(const void *row, struct text *scratch)
{
    if (rcode_of(row) == RCODE_NONE)
        return value_null();
    dns_rcode_print_gadget(rcode_of(row), scratch);
    return value_text(scratch->at, scratch->len);
}

static struct value get_packet_type(const void *row, struct text *scratch)
{
    (void)scratch;
    switch (RECORD(row)->direction) {
    case DIRECTION_IN:
        return value_string(packet_texts[0]);
    case DIRECTION_OUT:
        return value_string(packet_texts[1]);
    case DIRECTION_OTHER:
        return value_string(packet_texts[2]);
    default:
        return value_null();
    }
}

GETTER(get_proto, RECORD(row)->transport == TRANSPORT_UNKNOWN
                      ? value_null()
                      : value_string(proto_texts[RECORD(row)->transport - TRANSPORT_UDP]))
GETTER(get_transport, value_string(transport_word((enum transport)RECORD(row)->transport)))
GETTER(get_leg, RECORD(row)->leg == LEG_CLIENT     ? value_string(leg_texts[0])
                : RECORD(row)->leg == LEG_UPSTREAM ? value_string(leg_texts[1])
                                                   : value_null())
GETTER(get_session, RECORD(row)->session != 0 ? session_value_number(RECORD(row)->session, scratch)
                                              : value_null())
GETTER(get_answered, RECORD(row)->response || RECORD(row)->answered == TAG_UNKNOWN
                         ? value_null()
                         : value_bool(RECORD(row)->answered == TAG_ANSWERED))
GETTER(get_sightings, value_count(RECORD(row)->sightings))
GETTER(get_truncated,
       RECORD(row)->wire == NULL
           ? value_null()
           : value_bool(RECORD(row)->cut || (DNS(row)->reach < DNS_WHOLE && !DNS(row)->malformed)))
GETTER(get_tapped, value_bool(RECORD(row)->tapped))
GETTER(get_size, RECORD(row)->size != 0 ? value_count(RECORD(row)->size) : value_null())
GETTER(get_identity, value_string(ROW(row)->identity))
GETTER(get_input, RECORD(row)->frame != 0 ? value_count(RECORD(row)->input) : value_null())
GETTER(get_frame_number,
       RECORD(row)->frame != 0 ? value_count((int64_t)RECORD(row)->frame) : value_null())

static struct value get_frame(const void *row, struct text *scratch)
{
    if (RECORD(row)->frame == 0)
        return value_null();
    text_add_count(scratch, RECORD(row)->input);
    text_add_char(scratch, ':');
    text_add_count(scratch, (int64_t)RECORD(row)->frame);
    return value_text(scratch->at, scratch->len);
}

#define VALUE(p, k, f, w, h, g)                                                                    \
    {                                                                                              \
        .path = p, .shape = FIELD_VALUE, .kind = k, .flags = f, .words = w, .help = h, .get = g    \
    }
#define TEXT(p, s, h, g)                                                                           \
    {                                                                                              \
        .path = p, .shape = FIELD_VALUE, .kind = VALUE_TEXT, .spelling = s, .help = h, .get = g    \
    }
#define GROUP(p, h, g)                                                                             \
    {                                                                                              \
        .path = p, .shape = FIELD_GROUP, .kind = VALUE_TEXT, .help = h, .get = g                   \
    }
#define RECORDS(p, h, c, i)                                                                        \
    {                                                                                              \
        .path = p, .shape = FIELD_LIST, .kind = VALUE_TEXT, .flags = FIELD_NEVER_NULL, .help = h,  \
        .present = message_has_contents, .count = c, .item_value = i                               \
    }

static const struct field entries[] = {
    VALUE("timestamp", VALUE_TIME, 0, NULL, "When it was sent or came, as captured (UTC).",
          get_time),
    VALUE("timestamp_raw", VALUE_COUNT, FIELD_COLUMN_ONLY, NULL,
          "timestamp in nanoseconds since 1970; not in json and yaml, where jq would round it.",
          get_time_raw),
    GROUP("src", "Who sent it; of CoreDNS, whose address dnstap does not tell, its identity.",
          get_src),
    TEXT("src.addr", &field_address, "Address of the sender.", get_src_addr),
    VALUE("src.port", VALUE_COUNT, 0, NULL, "Its port.", get_src_port),
    CLUSTER_FIELDS("src.", src_object),
    GROUP("dst",
          "Who it was sent to; of CoreDNS, whose address dnstap does not tell, its identity.",
          get_dst),
    TEXT("dst.addr", &field_address, "Address of the receiver.", get_dst_addr),
    VALUE("dst.port", VALUE_COUNT, 0, NULL, "Its port.", get_dst_port),
    CLUSTER_FIELDS("dst.", dst_object),
    GROUP("nameserver", "Who was asked: the receiver of a query, the sender of a response.",
          get_nameserver),
    TEXT("nameserver.addr", &field_address, "Its address.", get_nameserver_addr),
    CLUSTER_FIELDS("nameserver.", nameserver_object),
    TEXT("id", &dns_id_spelling, "DNS id, four hex digits.", get_id),
    VALUE("qr", VALUE_TEXT, FIELD_NEVER_NULL, qr_texts, "Q: a query; R: a response.", get_qr),
    VALUE("qr_raw", VALUE_BOOL, FIELD_NEVER_NULL, NULL, "Whether it is a response.", get_qr_raw),
    TEXT("qtype", &dns_type_spelling, "Type asked for.", get_type),
    VALUE("qtype_raw", VALUE_COUNT, 0, NULL, "Its number.", get_type_raw),
    TEXT("name", &dns_name_spelling, "Name asked for, as sent, with the final dot.", get_name),
    TEXT(
        "rcode", &dns_rcode_gadget_spelling,
        "Rcode as Inspektor Gadget spells it (Success, NameError, ...; others in decimal); filters "
        "take NOERROR, NXDOMAIN, ..., too; null in queries.",
        get_rcode),
    VALUE("rcode_raw", VALUE_COUNT, 0, NULL, "Its number; null in queries.", get_rcode_raw),
    VALUE("latency_ns", VALUE_TEXT, FIELD_NOT_COMPARED, NULL,
          "latency_ns_raw with a unit, as Inspektor Gadget prints it; behind ~ or >= where it is not "
          "exact.",
          get_latency),
    VALUE(
        "latency_ns_raw", VALUE_COUNT, 0, NULL,
        "Of a response: since its query, in nanoseconds, as its session knows it, wherever it was "
        "captured; null where not known.",
        get_latency_raw),
    VALUE("latency_ms", VALUE_MS, 0, NULL, "The same, in milliseconds.", get_latency_ms),
    VALUE("latency_exact", VALUE_BOOL, 0, NULL,
          "Whether that is exact; else it rests on a time that was worked out.", get_latency_exact),
    VALUE("num_answers", VALUE_COUNT, 0, NULL, "Records in the answer section, as the header says.",
          get_num_answers),
    {.path = "addresses",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .spelling = &field_address,
     .help = "A and AAAA addresses of the answer, in order; at most 256.",
     .present = message_has_contents,
     .count = message_count_addresses,
     .item_value = message_item_address},
    VALUE("tc", VALUE_BOOL, 0, NULL, "Flag TC: the answer did not fit.", get_tc),
    VALUE("ra", VALUE_BOOL, 0, NULL, "Flag RA: the server offers recursion.", get_ra),
    VALUE("rd", VALUE_BOOL, 0, NULL, "Flag RD: recursion is desired.", get_rd),
    VALUE(
        "pkt_type", VALUE_TEXT, 0, packet_texts,
        "How the packet met its interface: HOST (came in), OUTGOING or OTHERHOST (passed by); null "
        "in dnstap and where the capture does not tell.",
        get_packet_type),
    VALUE("proto", VALUE_TEXT, 0, proto_texts, "UDP, TCP, DoT, DoH or DoQ.", get_proto),
    {.path = "k8s",
     .shape = FIELD_GROUP,
     .kind = VALUE_TEXT,
     .help = "The pod end: who asks, where that is a pod, else who answers; null where --cluster "
             "tells of none.",
     .present = pod_present,
     .get = get_pod},
    TEXT("k8s.node", NULL, "Node that the pod runs on.", get_pod_node),
    TEXT("k8s.namespace", NULL, "Its namespace.", get_pod_namespace),
    TEXT("k8s.podName", NULL, "Its name.", get_pod_name),
    TEXT("k8s.containerName", NULL,
         "Always null: no capture and no object tells which container of a pod asked.",
         get_container),
    {.path = "k8s.podLabels",
     .shape = FIELD_MAP,
     .kind = VALUE_TEXT,
     .help = "Its labels.",
     .get = get_pod_labels,
     .count = pod_labels,
     .item = pod_label,
     .rows = &cluster_label_fields},
    {.path = "k8s.owner",
     .shape = FIELD_GROUP,
     .kind = VALUE_TEXT,
     .help = "What it belongs to: its Deployment, DaemonSet, Job and so on; null without one.",
     .present = pod_owned,
     .get = get_pod_owner},
    TEXT("k8s.owner.kind", NULL, "Kind of the owner.", get_pod_owner_kind),
    TEXT("k8s.owner.name", NULL, "Name of the owner.", get_pod_owner_name),
    VALUE("leg", VALUE_TEXT, 0, leg_texts,
          "client: between a client and CoreDNS; upstream: between CoreDNS and an upstream.",
          get_leg),
    VALUE("session", VALUE_TEXT, 0, NULL, "Key of its session.", get_session),
    VALUE("answered", VALUE_BOOL, 0, NULL,
          "Of a query: whether the answer is in the capture or proven by it; null in responses and "
          "where the capture cannot tell.",
          get_answered),
    VALUE("sightings", VALUE_COUNT, FIELD_NEVER_NULL, NULL,
          "How often the capture shows it; 0 where no frame holds it.", get_sightings),
    VALUE("truncated", VALUE_BOOL, 0, NULL,
          "Whether octets of it are missing in the capture (tc is the flag).", get_truncated),
    VALUE("tapped", VALUE_BOOL, FIELD_NEVER_NULL, NULL,
          "Whether a frame holds it; false: its session proves that it was sent.", get_tapped),
    VALUE("size", VALUE_COUNT, 0, NULL, "Octets of the DNS message.", get_size),
    VALUE("transport", VALUE_TEXT, 0, transport_texts, "proto in the words of sessions.",
          get_transport),
    VALUE("identity", VALUE_TEXT, 0, NULL,
          "What the CoreDNS that tapped it calls itself; null in packets and before CoreDNS 1.9.4.",
          get_identity),
    VALUE("frame", VALUE_TEXT, 0, NULL, "input:frame of its first sighting, counted from 1.",
          get_frame),
    VALUE("input", VALUE_COUNT, 0, NULL,
          "Index of the input that shows it, in the order of the arguments from 0.", get_input),
    VALUE("frame_number", VALUE_COUNT, 0, NULL, "Number of the frame in that input.",
          get_frame_number),
    TEXT("class", &dns_class_spelling, "Class asked for.", get_class),
    VALUE("opcode", VALUE_TEXT, 0, opcode_texts, "Kind of query: QUERY, NOTIFY, UPDATE ...",
          get_opcode),
    VALUE("aa", VALUE_BOOL, 0, NULL, "Flag AA: the answer is authoritative.", get_aa),
    {.path = "ede",
     .shape = FIELD_ROWS,
     .flags = FIELD_NOT_CSV,
     .help = "Extended DNS errors (RFC 8914); at most 4.",
     .count = message_count_edes,
     .item = message_item_ede,
     .rows = &dns_ede_fields},
    RECORDS("answer",
            "Records of the answer section, in presentation format, as far as the capture holds "
            "them; at most 256.",
            message_count_answer, message_item_answer),
    RECORDS("authority", "Records of the authority section; at most 256.", message_count_authority,
            message_item_authority),
    RECORDS("additional", "Records of the additional section but the OPT record; at most 256.",
            message_count_additional, message_item_additional),
};

const struct field_table message_fields = {
    "messages",
    "A DNS message, once however often it was seen, in the words of Inspektor Gadget's trace_dns.",
    entries,
    sizeof entries / sizeof *entries,
    "timestamp,src,dst,qr,qtype,name,rcode,latency_ns,addresses",
    "timestamp,src,dst,id,qr,qtype,name,rcode,latency_ns,num_answers,addresses,nameserver,proto,tc,"
    "leg,answered,sightings,size,session,frame"};
