// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_DNSTAP_DNSTAP_H
#define INPUT_DNSTAP_DNSTAP_H
/*
 * One dnstap frame (a protobuf message Dnstap, https://dnstap.info), decoded by hand: no
 * allocation, nothing copied, everything lent from the payload.  Protobuf's rules hold: fields in
 * any order, the last one of a kind wins, parts of a nested message are merged, unknown fields are
 * skipped by their wire type.  A payload that breaks them (groups, field number 0, a wrong wire
 * type, a length beyond the end, no type) is DNSTAP_BAD as a whole.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "input/message.h"
#include "input/skip.h"

enum dnstap_result {
    DNSTAP_BAD,        /* no dnstap */
    DNSTAP_NO_MESSAGE, /* dnstap, but of another type, or without a Message */
    DNSTAP_MESSAGE,
};

enum { /* Message.Type: odd ones are queries, even ones responses */
    DNSTAP_AUTH_QUERY = 1, DNSTAP_AUTH_RESPONSE, DNSTAP_RESOLVER_QUERY, DNSTAP_RESOLVER_RESPONSE,
    DNSTAP_CLIENT_QUERY, DNSTAP_CLIENT_RESPONSE,
    DNSTAP_FORWARDER_QUERY, DNSTAP_FORWARDER_RESPONSE,
    DNSTAP_UPDATE_RESPONSE = 14,
};

/* The fields as they stand in the frame.  Slices are NULL where the field is not there. */
struct dnstap_fields {
    struct slice identity, version;
    struct slice query_address, response_address, query_message, response_message;
    uint64_t query_sec, response_sec;
    uint32_t query_nsec, response_nsec;
    uint32_t query_port, response_port;
    uint32_t frame_type; /* Dnstap.type */
    uint32_t type;       /* Message.type */
    uint32_t protocol;   /* SocketProtocol; 0 where it is not there */
};

enum dnstap_result dnstap_decode(const uint8_t *payload, size_t len, struct dnstap_fields *fields);

/* What of the version text was understood; remembered, as frame after frame states the same. */
struct dnstap_program {
    char text[64];   /* the version text that the rest was made of */
    size_t text_len;
    uint32_t coredns; /* as in struct message */
    char name[64], version[64];
};

/* Makes a message of the fields: leg, endpoints, times, DNS.  Sets all of it but input, frame,
 * connection, offset and hash.  Counts in SKIPS what could not be told. */
void dnstap_message(const struct dnstap_fields *fields, struct dnstap_program *program,
                    struct message *message, struct skips *skips);

/* "CoreDNS-1.11.3" -> CoreDNS, 1.11.3, 0x010b03; "unbound 1.17.1" -> unbound, 1.17.1, 0. */
void dnstap_program_set(struct dnstap_program *program, struct slice version);

#endif
