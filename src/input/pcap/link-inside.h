// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_LINK_INSIDE_H
#define INPUT_PCAP_LINK_INSIDE_H
/* What the files of the link layers share.  Each reader takes the cursor over the packet from where
 * its header begins, and fills seen->ip.  Private to link*.c. */
#include "input/message.h"
#include "input/pcap/link.h"

enum { /* values of EtherType (IANA) */
    ETHER_NONE = 0xffff, /* reserved: here, nothing that is known */
    ETHER_IPV4 = 0x0800,
    ETHER_IPV6 = 0x86dd,
    ETHER_MPLS = 0x8847,
};

/* All that is left, or what its version nibble says of it. */
enum link_result link_rest(struct bytes *bytes, struct link_seen *seen);
enum link_result link_nibble(struct bytes *bytes, struct link_seen *seen);
/* What stands behind a field with this EtherType; tags, labels and LLC are taken off. */
enum link_result link_walk(struct bytes *bytes, uint16_t type, struct link_seen *seen);
/* The EtherType that LLC and SNAP, or PPP's protocol number stand for; ETHER_NONE. */
uint16_t link_llc(struct bytes *bytes);
uint16_t link_ppp(struct bytes *bytes);

enum link_result link_ethernet(struct bytes *bytes, struct link_seen *seen);
enum link_result link_wifi(struct bytes *bytes, struct link_seen *seen);
enum link_result link_radiotap(struct bytes *bytes, struct link_seen *seen);
enum link_result link_prism(struct bytes *bytes, struct link_seen *seen);
enum link_result link_avs(struct bytes *bytes, struct link_seen *seen);

#endif
