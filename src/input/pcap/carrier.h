// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_CARRIER_H
#define INPUT_PCAP_CARRIER_H
/* What carried a message: a packet, between whom, over what. */
#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "input/message.h"

struct origin { /* a packet of the capture */
    int64_t when;
    uint64_t number, offset;
    struct sighting sighting;
};

struct carrier {
    struct origin origin;
    struct endpoint source, destination; /* with their ports where the transport is known */
    enum transport transport;
};

/* Sets all of MESSAGE but dns, input and hash; a response's source is who answers. */
void carrier_message(const struct carrier *carrier, enum message_kind kind, bool response,
                     struct message *message);
/* The same for what carries no DNS octets. */
void carrier_event(const struct carrier *carrier, enum message_kind kind, bool response,
                   struct message *message);
/* The same for a DNS message of SIZE octets on the wire, of which DNS were captured: its QR bit
 * tells the direction.  False (and MESSAGE says nothing) where it is no DNS message (plausible.h).
 * */
bool carrier_dns(const struct carrier *carrier, struct slice dns, uint32_t size,
                 struct message *message);

#endif
