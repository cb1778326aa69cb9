// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_CONNECTION_H
#define INPUT_PCAP_CONNECTION_H
/* One TCP connection: both flows, what stands in them, and how far it has come. */
#include <stdbool.h>
#include <stdint.h>

#include "input/message.h"
#include "input/pcap/flow.h"
#include "input/pcap/framing.h"
#include "input/pcap/tls.h"
#include "input/skip.h"

struct connection {
    struct endpoint end[2]; /* of its sides, by number */
    struct flow flow[2];    /* what each side sends */
    struct framing framing[2];
    struct tls tls;
    uint8_t transport;              /* enum transport: TCP or DOT */
    uint8_t server;                 /* which side answers */
    bool syn;                       /* its beginning was seen */
    bool holes;                     /* what was sent is not known throughout */
    bool connected, broken, closed; /* these messages were given, or are not to be */
    uint16_t waiting;               /* queries without an answer */
};

struct intake { /* what is worked off of one packet */
    struct segment segment;
    struct chunk chunk;
    struct unit unit;
    bool record; /* the unit is a MESSAGE_RECORD behind the MESSAGE_CONNECTED that was given */
    uint32_t record_size;
    /* Kept from packet to packet. */
    struct skips *skips;
    struct flows flows;
    struct tls_tickets tickets;
};

/* The next message out of what SIDE sent, the segment of the intake being its own; false where that
 * is used up. */
bool connection_pull(struct connection *connection, unsigned side, struct intake *intake,
                     struct message *message);
/* An event that a packet of SIDE is. */
void connection_event(const struct connection *connection, unsigned side, enum message_kind kind,
                      const struct origin *origin, struct message *message);
/* Whether SIDE may begin in the middle with this segment. */
bool connection_may_start(const struct connection *connection, struct slice segment);
/* What an end by RST, or by FIN, is for this connection: MESSAGE_BROKEN, MESSAGE_CLOSED, or
 * MESSAGE_GAP where it says nothing new. */
enum message_kind connection_end(const struct connection *connection, bool reset);
/* Drops what is held; true where there was something. */
bool connection_drop(struct connection *connection, struct flows *flows);

#endif
