// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_FLOW_H
#define INPUT_PCAP_FLOW_H
/*
 * One direction of a TCP connection: segments in any order become a run of octets with its holes
 * told.  What comes early is held back until what is missing comes, or is known not to come: the
 * other side has acknowledged what stands behind it (so it was sent, but not captured) and some more
 * packets have come (captures of several interfaces or queues are not strictly in order), or no more
 * can be held.  Of octets that come twice the first copy wins (RFC 9293 leaves it open).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "input/pcap/carrier.h"

struct piece; /* an early segment that is held */

struct flow {
    uint32_t first;     /* sequence number of the first octet; only where it has begun */
    uint32_t next;      /* of the first octet that has not been given */
    uint32_t acked;     /* what the other side has acknowledged; only where it has */
    uint32_t missing;   /* octets at `next` that the snap length left out */
    struct piece *held; /* in order, none over another, all behind `next` */
    uint32_t held_bytes;
    uint16_t held_n;
    uint8_t patience; /* packets since the other side has acknowledged what is missing */
    bool begun, acks;
    bool skipped; /* a hole was given up for what is held: it is as old as it came */
};

struct segment {
    uint32_t seq;
    struct slice bytes;   /* as far as they were captured */
    uint32_t len;         /* on the wire; 0: there is none, or it has been taken */
    struct origin origin; /* of the packet, also where it has no segment for this flow */
    bool final;           /* nothing will come: holes are given up */
};

enum flow_step {
    FLOW_DRY,   /* nothing more for now */
    FLOW_CHUNK, /* the next octets */
    FLOW_HOLE,  /* `missing` octets that were not captured */
    FLOW_LOST,  /* the segment has nothing to do with where the flow stands; it is still there */
};

struct chunk {
    struct slice bytes; /* lent until the next flow_pull */
    bool start;         /* they begin as a segment did */
    struct origin origin;
    uint32_t missing;
};

struct flows {         /* what all flows share */
    size_t held_bytes; /* by all of them, their consumers' included */
    struct piece *lent;
};

void flow_begin(struct flow *flow, uint32_t seq);
void flow_acked(struct flow *flow, uint32_t ack);
/* Gives what comes next.  SEGMENT is taken, or held, as soon as it can be. */
enum flow_step flow_pull(struct flow *flow, struct flows *flows, struct segment *segment,
                         struct chunk *chunk);
/* Drops what is held; true where there was something. */
bool flow_drop(struct flow *flow, struct flows *flows);
void flows_release(struct flows *flows); /* what the last chunk was lent from */

#endif
