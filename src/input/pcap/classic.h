// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_CLASSIC_H
#define INPUT_PCAP_CLASSIC_H
/* One classic pcap file of an input, through libpcap. */
#include "input/pcap/head.h"
#include "input/pcap/packets.h"
#include "input/pcap/record.h"

struct classic;

/* Reads on from the file header at the head of STREAM, all of which is at hand. */
struct classic *classic_open(struct stream *stream);
/* Sets all of PACKET but number and section.  TROUBLE: set where the result says so. */
enum record classic_next(struct classic *classic, struct packet *packet, struct trouble *trouble);
void classic_close(struct classic *classic); /* takes NULL */

#endif
