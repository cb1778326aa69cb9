// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_LINK_H
#define INPUT_PCAP_LINK_H
/* Link layers: what stands in front of IP, by LINKTYPE_ value (packets.md section 1.1;
 * https://www.tcpdump.org/linktypes.html).  A table with a row a type. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum link_result {
    LINK_IP,      /* an IP packet (the version nibble tells which) */
    LINK_OTHER,   /* something else: ARP, IEEE 802.3 … */
    LINK_SHORT,   /* cut inside the link header */
    LINK_UNKNOWN, /* a link type that is not in the table */
};

struct link_seen {
    struct slice ip;    /* from the IP header on */
    uint32_t interface; /* SLL2's interface number; else 0 */
    uint8_t direction;  /* enum direction, where the link header tells; else unknown */
};

enum { /* that others speak of */
    LINK_EN10MB = 1,
};

enum link_result link_open(uint16_t link, struct slice packet, struct link_seen *seen);
/* Whether it is in the table. */
bool link_known(uint16_t link);
/* "EN10MB", "LINUX_SLL2" …, tcpdump's names without DLT_/LINKTYPE_; those that are not in the table
 * by libpcap's name ("USER0") or, where it has none, by number ("999"). */
#define LINK_TEXT_MAX 64
size_t link_print(uint16_t link, char text[LINK_TEXT_MAX]);

#endif
