// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_MESSAGE_H
#define INPUT_MESSAGE_H
/*
 * One DNS message as a capture saw it: the only thing that the stages behind input/ see.  It is
 * lent by inputs_next until its next call; nothing in it is owned, and but for the slices it may
 * be copied with =.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "dns/message.h"

enum message_kind {
    MESSAGE_DNS, /* a message (with or without readable DNS in it) */
    MESSAGE_GAP, /* something was here that could not be read: damaged frames, a cut in the middle
                    of joined captures.  Only input, frame and offset are set */
};

enum message_leg {
    LEG_NONE,     /* seen, counted, shown in messages; no part of a session (STUB, TOOL, UPDATE …) */
    LEG_CLIENT,   /* client and CoreDNS: CLIENT_QUERY/RESPONSE, AUTH_QUERY/RESPONSE */
    LEG_UPSTREAM, /* CoreDNS and an upstream: FORWARDER_*, RESOLVER_* */
};

enum transport { TRANSPORT_UNKNOWN, TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_DOT, TRANSPORT_DOH, TRANSPORT_DOQ };

struct message {
    enum message_kind kind;
    enum message_leg leg;
    bool response;
    uint8_t tap; /* dnstap Message.Type as it stands in the frame; 0 elsewhere */
    enum transport transport;
    uint32_t input;  /* index of the input */
    uint64_t frame;  /* number in the input, counted from 1 (dnstap: data frames) */
    uint32_t connection; /* START frames met in this input before it: a new one is a new connection
                            of a bare recording, or another capture joined behind the first */
    uint64_t offset; /* byte of the frame's length field in the (decompressed) input */
    int64_t when;    /* the event's time: that of the query in a query, of the response in a
                        response; of whichever is set where only one is; WHEN_NONE */
    int64_t query_time, response_time; /* as tapped; WHEN_NONE where not */
    /* Who asks and who answers.  Client leg: the client, and CoreDNS (unset in dnstap of CoreDNS).
     * Upstream leg: `answerer` is always the upstream (CoreDNS 1.8.0-1.8.1 taps it as the query
     * address: put right here); `asker` is unset (<= 1.8.1, refreshes of 1.14.3-4, failed dials),
     * the client (1.8.2-1.14.4) or CoreDNS's own socket (1.14.5+): the session stage finds out. */
    struct endpoint asker, answerer;
    bool early_shape;  /* an upstream message of 1.8.0-1.8.1 (upstream tapped as query address) */
    uint32_t coredns;  /* the version that CoreDNS states, 1.11.3 = 0x010b03; 0: none stated */
    struct slice identity, version; /* lent; empty where not set */
    struct dns_message dns; /* reach DNS_NOTHING where the frame holds no message */
    bool no_payload; /* the frame carries no DNS message at all (dnstap without `full`) */
    uint64_t hash;   /* of all that makes it the same message in two inputs (payload, times,
                        addresses, type); 0 where no other input can hold it */
};

#endif
