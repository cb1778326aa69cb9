// SPDX-License-Identifier: BSD-2-Clause
#include "cli/filters.h"

#include "lookup/lookup.h"
#include "messages/messages.h"
#include "session/session.h"

#define NS 1
#define SECOND WHEN_SECOND
#define N_OF(array) (sizeof(array) / sizeof *(array))

/* Wireshark's ip.addr and udp.port: any end of the packets. */
#define SESSION_ENDS(part) "client" part " server" part " attempts.upstream" part

/* Inspektor Gadget's names of trace_dns, then Wireshark's, of what a row tells. */
static const struct filter_alias session_aliases[] = {
    {"upstream", "attempts.upstream", 0},
    {"upstreams", "attempts.upstream", 0},
    {"k8s.podName", "client.k8s.name", 0},
    {"k8s.podLabels", "client.k8s.labels", 0},
    {"k8s", "client.k8s", 0},
    {"src", "client", 0},
    {"dst.addr", "server.addr server.service", 0},
    {"dst", "server", 0},
    {"nameserver", "attempts.upstream", 0},
    {"qtype", "type", 0},
    {"latency_ns", "waited_ms", NS},
    {"latency_ns_raw", "waited_ms", NS},
    {"num_answers", "answers", 0},
    {"tc", "truncated", 0},
    {"proto", "transport", 0},
    {"timestamp", "start", 0},
    {"timestamp_raw", "start", NS},
    {"dns.qry.name", "name", 0},
    {"dns.qry.type", "type", 0},
    {"dns.qry.class", "class", 0},
    {"dns.id", "id", 0},
    {"dns.flags.rcode", "rcode", 0},
    {"dns.flags.truncated", "truncated", 0},
    {"dns.count.answers", "answers", 0},
    {"dns.a", "addresses", 0},
    {"dns.aaaa", "addresses", 0},
    {"dns.resp.ttl", "ttl", 0},
    {"dns.time", "waited_ms", SECOND},
    {"frame.time", "start", 0},
    {"ip.addr", SESSION_ENDS(".addr") " server.service", 0},
    {"ipv6.addr", SESSION_ENDS(".addr") " server.service", 0},
    {"ip.src", "client.addr", 0},
    {"ipv6.src", "client.addr", 0},
    {"ip.dst", "server.addr server.service", 0},
    {"ipv6.dst", "server.addr server.service", 0},
    {"udp.port", SESSION_ENDS(".port"), 0},
    {"tcp.port", SESSION_ENDS(".port"), 0},
    {"udp.srcport", "client.port", 0},
    {"tcp.srcport", "client.port", 0},
    {"udp.dstport", "server.port", 0},
    {"tcp.dstport", "server.port", 0},
};

static const struct filter_alias attempt_aliases[] = {
    {"src", "server", 0},
    {"dst", "upstream", 0},
    {"nameserver", "upstream", 0},
    {"qtype", "type", 0},
    {"latency_ns", "latency_ms", NS},
    {"latency_ns_raw", "latency_ms", NS},
    {"proto", "transport", 0},
    {"timestamp", "start", 0},
    {"timestamp_raw", "start", NS},
    {"dns.qry.name", "name", 0},
    {"dns.qry.type", "type", 0},
    {"dns.id", "id", 0},
    {"dns.flags.rcode", "rcode", 0},
    {"dns.time", "latency_ms", SECOND},
    {"frame.time", "start", 0},
    {"ip.addr", "server.addr upstream.addr", 0},
    {"ipv6.addr", "server.addr upstream.addr", 0},
    {"ip.src", "server.addr", 0},
    {"ipv6.src", "server.addr", 0},
    {"ip.dst", "upstream.addr", 0},
    {"ipv6.dst", "upstream.addr", 0},
    {"udp.port", "upstream.port", 0},
    {"tcp.port", "upstream.port", 0},
    {"udp.dstport", "upstream.port", 0},
    {"tcp.dstport", "upstream.port", 0},
};

static const struct filter_alias lookup_aliases[] = {
    {"k8s.podName", "client.k8s.name", 0},
    {"k8s.podLabels", "client.k8s.labels", 0},
    {"k8s", "client.k8s", 0},
    {"src", "client", 0},
    {"latency_ns", "waited_ms", NS},
    {"latency_ns_raw", "waited_ms", NS},
    {"timestamp", "start", 0},
    {"timestamp_raw", "start", NS},
    {"dns.time", "waited_ms", SECOND},
    {"frame.time", "start", 0},
    {"ip.src", "client.addr", 0},
    {"ipv6.src", "client.addr", 0},
    {"udp.srcport", "client.port", 0},
    {"tcp.srcport", "client.port", 0},
};

/* Inspektor Gadget's own names are the fields' own. */
static const struct filter_alias message_aliases[] = {
    {"client", "src dst", 0},
    {"server", "src dst", 0},
    {"upstream", "nameserver", 0},
    {"src.proto", "proto", 0},
    {"dst.proto", "proto", 0},
    {"k8s.name", "k8s.podName", 0},
    {"k8s.labels", "k8s.podLabels", 0},
    {"start", "timestamp", 0},
    {"timestamp_raw", "timestamp", NS},
    {"type", "qtype", 0},
    {"answers", "num_answers", 0},
    {"latency", "latency_ms", 0},
    {"waited", "latency_ms", 0},
    {"waited_ms", "latency_ms", 0},
    {"latency_ns", "latency_ms", NS},
    {"dns.qry.name", "name", 0},
    {"dns.qry.type", "qtype", 0},
    {"dns.qry.class", "class", 0},
    {"dns.id", "id", 0},
    {"dns.flags.response", "qr_raw", 0},
    {"dns.flags.rcode", "rcode", 0},
    {"dns.flags.truncated", "tc", 0},
    {"dns.flags.authoritative", "aa", 0},
    {"dns.flags.recavail", "ra", 0},
    {"dns.flags.recdesired", "rd", 0},
    {"dns.count.answers", "num_answers", 0},
    {"dns.a", "addresses", 0},
    {"dns.aaaa", "addresses", 0},
    {"dns.time", "latency_ms", SECOND},
    {"frame.number", "frame_number", 0},
    {"frame.time", "timestamp", 0},
    {"ip.addr", "src.addr dst.addr", 0},
    {"ipv6.addr", "src.addr dst.addr", 0},
    {"ip.src", "src.addr", 0},
    {"ipv6.src", "src.addr", 0},
    {"ip.dst", "dst.addr", 0},
    {"ipv6.dst", "dst.addr", 0},
    {"udp.port", "src.port dst.port", 0},
    {"tcp.port", "src.port dst.port", 0},
    {"udp.srcport", "src.port", 0},
    {"tcp.srcport", "src.port", 0},
    {"udp.dstport", "dst.port", 0},
    {"tcp.dstport", "dst.port", 0},
};

#define SESSIONS(prefix)                                                                           \
    {                                                                                              \
        &session_fields, session_aliases, N_OF(session_aliases), prefix                            \
    }

static const struct field_table *const beside_sessions[] = {&lookup_fields, &attempt_fields,
                                                         &message_fields, NULL};
static const struct field_table *const beside_attempts[] = {&lookup_fields, &message_fields, NULL};
static const struct field_table *const beside_lookups[] = {&attempt_fields, &message_fields, NULL};
static const struct field_table *const beside_messages[] = {&session_fields, &lookup_fields,
                                                         &attempt_fields, NULL};

static const struct filter_language sessions = {
    .scopes = {SESSIONS("session")}, .n_scopes = 1, .elsewhere = beside_sessions};
static const struct filter_language attempts = {
    .scopes = {{&attempt_fields, attempt_aliases, N_OF(attempt_aliases), NULL},
               SESSIONS("session")},
    .n_scopes = 2,
    .elsewhere = beside_attempts};
static const struct filter_language lookups = {
    .scopes = {{&lookup_fields, lookup_aliases, N_OF(lookup_aliases), NULL}, SESSIONS("sessions")},
    .n_scopes = 2,
    .apart = true,
    .elsewhere = beside_lookups};
static const struct filter_language messages = {
    .scopes = {{&message_fields, message_aliases, N_OF(message_aliases), NULL}},
    .n_scopes = 1,
    .elsewhere = beside_messages};

const struct filter_language *filters_language(enum view view)
{
    return view == VIEW_ATTEMPTS   ? &attempts
           : view == VIEW_LOOKUPS  ? &lookups
           : view == VIEW_MESSAGES ? &messages
                                   : &sessions;
}

int filters_choose(struct options *options, struct error *error)
{
    struct error inner = {0};

    if (options->n_filters == 0)
        return 0;
    options->filter = filter_new(filters_language(options->view));
    for (size_t i = 0; i < options->n_filters; i++)
        if (filter_add(options->filter, options->filters[i], &inner) < 0)
            return error_set(error, ERROR_USAGE, "--filter: %s", inner.text);
    return 0;
}
