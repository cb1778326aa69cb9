// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_INTERFACE_H
#define INPUT_PCAP_INTERFACE_H
/* Interfaces of a pcapng section (draft-ietf-opsawg-pcapng sections 4.2 and 4.6): how their
 * packets' times count, and what is known of them. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "input/inputs.h"

struct interface {
    uint64_t units;    /* of time in a second; 0: none that can be */
    uint64_t unit_ns;  /* of one unit, where that is a whole number; else 0 */
    int64_t offset_ns; /* to be added to all times */
    uint64_t lost;     /* sum of epb_dropcount */
    uint64_t told;     /* drops of it that its row counts */
    uint32_t snaplen;  /* 0: none */
    uint16_t link;
    uint32_t row;      /* in the evidence; UINT32_MAX: none */
};

/* Reads the body of an interface description block and notes it in FACTS.  False: cut short. */
bool interface_read(struct interface *interface, struct bytes body, bool big,
                    struct input_facts *facts);
/* Reads the options of an interface statistics block. */
void interface_count(struct interface *interface, struct bytes *options, bool big,
                     struct input_facts *facts);
/* N more packets were lost before one of its packets. */
void interface_lose(struct interface *interface, uint64_t n, struct input_facts *facts);
/* A packet's TIME as it stands in its block, in ns since 1970; WHEN_NONE where it cannot be. */
int64_t interface_when(const struct interface *interface, uint64_t time);

#endif
