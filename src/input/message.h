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
    /* Packets only.  All of them have when, asker, answerer, transport and sighting. */
    MESSAGE_ICMP,      /* an ICMP error that quotes a DNS datagram; `response` tells which: a query
                          (nobody serves there), or an answer (nobody waits any more).  `dns` as far
                          as it is quoted, `icmp` and `reporter` tell what and who */
    MESSAGE_CONNECT,   /* TCP to a DNS or DoT server: the client's SYN, once a connection */
    MESSAGE_CONNECTED, /* it can be used: SYN-ACK seen (tcp), TLS handshake over (dot) */
    MESSAGE_BROKEN,    /* it ended by RST, by a TLS alert, or by FIN before it could be used */
    MESSAGE_CLOSED,    /* it ended by FIN */
    MESSAGE_RECORD,    /* DoT: encrypted application data that may be one DNS message, of `size`
                          octets as far as the record tells; `response` tells the direction */
};

enum message_leg {
    LEG_NONE,     /* seen, counted, shown in messages; no part of a session (STUB, TOOL, UPDATE …) */
    LEG_CLIENT,   /* client and CoreDNS: CLIENT_QUERY/RESPONSE, AUTH_QUERY/RESPONSE */
    LEG_UPSTREAM, /* CoreDNS and an upstream: FORWARDER_*, RESOLVER_* */
    LEG_WIRE,     /* a packet: between whom it went is found out by the session stage */
};

enum direction { /* of a packet, seen from the interface that it was captured on */
    DIRECTION_UNKNOWN,
    DIRECTION_IN,    /* it came in for this host (SLL 0, pcapng inbound) */
    DIRECTION_OUT,   /* it was sent by this host (SLL 4, pcapng outbound) */
    DIRECTION_OTHER, /* it came in for another host (SLL 1-3): what a bridge's ports show */
};

/* Where and how a packet was seen. */
struct sighting {
    uint32_t interface; /* SLL2: interface number; pcapng: 1 + interface block of the section; else 0 */
    uint16_t ip_id;     /* of the innermost IPv4 header; 0: none, or IPv6 */
    uint8_t ttl;        /* or hop limit, of the innermost IP header */
    uint8_t direction;  /* enum direction */
    uint8_t tunnels;    /* VXLAN, Geneve, IPIP, 6in4, GRE headers that were taken off */
    bool cut;           /* not all of the DNS message is here: snap length, lost fragments */
};

enum transport { TRANSPORT_UNKNOWN, TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_DOT, TRANSPORT_DOH, TRANSPORT_DOQ };

struct message {
    enum message_kind kind;
    enum message_leg leg;
    bool response;
    uint8_t tap; /* dnstap Message.Type as it stands in the frame; 0 elsewhere */
    enum transport transport;
    uint32_t input;  /* index of the input */
    uint64_t frame;  /* number in the input, counted from 1 (dnstap: data frames; packets: that of
                        the packet which made the message whole) */
    uint32_t connection; /* START frames met in this input before it: a new one is a new connection
                            of a bare recording, or another capture joined behind the first */
    uint64_t offset; /* byte of the frame's length field in the (decompressed) input */
    int64_t when;    /* the event's time: that of the query in a query, of the response in a
                        response; of whichever is set where only one is; WHEN_NONE */
    int64_t query_time, response_time; /* as tapped; WHEN_NONE where not */
    /* Who asks and who answers.  Packets: source and destination of a query, destination and source
     * of a response, always with both ports.  Client leg: the client, and CoreDNS (unset in dnstap of CoreDNS).
     * Upstream leg: `answerer` is always the upstream (CoreDNS 1.8.0-1.8.1 taps it as the query
     * address: put right here); `asker` is unset (<= 1.8.1, refreshes of 1.14.3-4, failed dials),
     * the client (1.8.2-1.14.4) or CoreDNS's own socket (1.14.5+): the session stage finds out. */
    struct endpoint asker, answerer;
    bool early_shape;  /* an upstream message of 1.8.0-1.8.1 (upstream tapped as query address) */
    uint32_t coredns;  /* the version that CoreDNS states, 1.11.3 = 0x010b03; 0: none stated */
    struct slice identity, version; /* lent; empty where not set */
    struct dns_message dns; /* reach DNS_NOTHING where the frame holds no message */
    struct sighting sighting;  /* packets */
    struct endpoint reporter;  /* MESSAGE_ICMP: who sent it */
    uint16_t icmp;             /* MESSAGE_ICMP: type << 8 | code, of ICMP or (IPv6 ends) ICMPv6 */
    uint32_t size;             /* packets: octets of the DNS message on the wire */
    bool no_payload; /* the frame carries no DNS message at all (dnstap without `full`) */
    uint64_t payload;  /* packets: seeded hash of the DNS message's octets */
    uint64_t hash;   /* of all that makes it the same message in two inputs (payload, times,
                        addresses, type); 0 where no other input can hold it */
};

#endif
