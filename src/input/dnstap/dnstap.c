// SPDX-License-Identifier: BSD-2-Clause
#include "input/dnstap/dnstap.h"

#include <string.h>

#include "base/addr.h"
#include "base/when.h"

/* Leg by Message.Type: an authoritative server's and a resolver's taps are read like CoreDNS's. */
static enum message_leg leg_of(uint32_t type)
{
    static const uint8_t legs[] = {
        [DNSTAP_AUTH_QUERY] = LEG_CLIENT,          [DNSTAP_AUTH_RESPONSE] = LEG_CLIENT,
        [DNSTAP_CLIENT_QUERY] = LEG_CLIENT,        [DNSTAP_CLIENT_RESPONSE] = LEG_CLIENT,
        [DNSTAP_RESOLVER_QUERY] = LEG_UPSTREAM,    [DNSTAP_RESOLVER_RESPONSE] = LEG_UPSTREAM,
        [DNSTAP_FORWARDER_QUERY] = LEG_UPSTREAM,   [DNSTAP_FORWARDER_RESPONSE] = LEG_UPSTREAM,
    };

    return type < sizeof legs ? legs[type] : LEG_NONE;
}

static enum transport transport_of(uint32_t protocol)
{
    static const uint8_t transports[] = {
        [1] = TRANSPORT_UDP, [2] = TRANSPORT_TCP, [3] = TRANSPORT_DOT,
        [4] = TRANSPORT_DOH, [7] = TRANSPORT_DOQ,
    };

    return protocol < sizeof transports ? transports[protocol] : TRANSPORT_UNKNOWN;
}

/* Nanoseconds since 1970; WHEN_NONE where it is not set (0 is how some writers say that) or cannot
 * be: a fraction over a second, or seconds beyond WHEN_LAST.  *BAD is set for the latter. */
static int64_t time_of(uint64_t sec, uint32_t nsec, bool *bad)
{
    if (sec == 0 && nsec == 0)
        return WHEN_NONE;
    if (nsec >= WHEN_SECOND || sec >= (uint64_t)(WHEN_LAST / WHEN_SECOND)) {
        *bad = true;
        return WHEN_NONE;
    }
    return (int64_t)sec * WHEN_SECOND + nsec;
}

/* A refresh of 1.14.3-1.14.4 states port 0 and an empty address: nobody. */
static void set_port(struct endpoint *end, uint32_t port)
{
    if (end->len && port <= UINT16_MAX)
        end->port = (uint16_t)port;
}

static void set_ends(const struct dnstap_fields *fields, struct message *message)
{
    endpoint_set(&message->asker, fields->query_address.at, fields->query_address.len);
    set_port(&message->asker, fields->query_port);
    endpoint_set(&message->answerer, fields->response_address.at, fields->response_address.len);
    set_port(&message->answerer, fields->response_port);
    message->early_shape = false;
    /* CoreDNS 1.8.0-1.8.1 writes the upstream as the query address, and no response address. */
    if ((fields->type == DNSTAP_FORWARDER_QUERY || fields->type == DNSTAP_FORWARDER_RESPONSE) &&
        !message->answerer.len && message->asker.len) {
        message->early_shape = true;
        message->answerer = message->asker;
        endpoint_set(&message->asker, NULL, 0);
    }
}

static void set_times(const struct dnstap_fields *fields, struct message *message,
                      struct skips *skips)
{
    bool bad = false;

    message->query_time = time_of(fields->query_sec, fields->query_nsec, &bad);
    message->response_time = time_of(fields->response_sec, fields->response_nsec, &bad);
    message->when = message->response ? message->response_time : message->query_time;
    if (message->when == WHEN_NONE)
        message->when = message->response ? message->query_time : message->response_time;
    if (bad || message->when == WHEN_NONE)
        skips->n[SKIP_NO_TIME]++;
}

static void set_dns(const struct dnstap_fields *fields, struct message *message,
                    struct skips *skips)
{
    struct slice wire = message->response ? fields->response_message : fields->query_message;

    message->no_payload = !wire.len;
    dns_read(&message->dns, wire.at, wire.len,
             message->response ? DNS_READ_RECORDS : DNS_READ_QUESTION);
    if (wire.len && message->dns.reach == DNS_NOTHING)
        skips->n[SKIP_BAD_DNS]++;
}

/* Frame after frame states the same version. */
static bool same_program(const struct dnstap_program *program, struct slice version)
{
    return version.len == program->text_len &&
           (!version.len || memcmp(version.at, program->text, version.len) == 0);
}

void dnstap_message(const struct dnstap_fields *fields, struct dnstap_program *program,
                    struct message *message, struct skips *skips)
{
    bool known = fields->type >= DNSTAP_AUTH_QUERY && fields->type <= DNSTAP_UPDATE_RESPONSE;

    message->kind = MESSAGE_DNS;
    message->leg = leg_of(fields->type);
    message->tap = fields->type <= UINT8_MAX ? (uint8_t)fields->type : 0;
    /* Of a type that nobody knows, the message that is there tells. */
    message->response = known ? fields->type % 2 == 0
                              : fields->response_message.at && !fields->query_message.at;
    if (!known)
        skips->n[SKIP_UNKNOWN_TYPE]++;
    message->transport = transport_of(fields->protocol);
    message->identity = fields->identity;
    message->version = fields->version;
    if (!same_program(program, fields->version))
        dnstap_program_set(program, fields->version);
    message->coredns = program->coredns;
    set_ends(fields, message);
    set_times(fields, message, skips);
    set_dns(fields, message, skips);
}
