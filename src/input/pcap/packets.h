// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_PACKETS_H
#define INPUT_PCAP_PACKETS_H
/*
 * Packets of a capture file as they were captured, link header included: classic pcap through
 * libpcap, pcapng through a reader of our own (libpcap refuses, in the middle of a file, interfaces
 * whose link type or snapshot length differ; packets.md section 1.2).  Captures of both kinds may
 * stand behind one another in one input, also behind one that was cut.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "input/inputs.h"
#include "input/stream.h"

struct packet { /* lent until the next call */
    int64_t when;       /* ns since 1970 */
    struct slice bytes; /* what was captured */
    uint32_t len;       /* octets that it had on the wire */
    uint16_t link;      /* LINKTYPE_ value */
    uint32_t interface; /* pcapng: 1 + number of the interface block in its section; pcap: 0 */
    uint8_t direction;  /* enum direction: pcapng's epb_flags; else unknown */
    uint64_t number;    /* in the input, from 1, as Wireshark counts */
    uint64_t offset;    /* of its record in the (decompressed) input */
    uint32_t section;   /* file headers and pcapng sections met in this input, its own included */
};

enum packets_result {
    PACKETS_END,
    PACKETS_ONE,
    PACKETS_GAP, /* something was here that cannot be read: counted; only number (that of the packet
                    before), offset and section are set */
};

struct packets; /* a reader */

/* Reads on from the head of STREAM, which must be a pcap or pcapng one; keeps both.  Counts packets
 * (facts->frames), times, damage, cut, link types, interfaces, drops and comments in FACTS. */
struct packets *packets_open(struct stream *stream, struct input_facts *facts);
/* Packets without a usable time are counted (SKIP_NO_TIME) and stepped over. */
enum packets_result packets_next(struct packets *packets, struct packet *packet);
void packets_close(struct packets *packets);

#endif
