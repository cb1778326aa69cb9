// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_PCAPNG_H
#define INPUT_PCAP_PCAPNG_H
/* One section of a pcapng capture (draft-ietf-opsawg-pcapng): its interfaces and packets. */
#include "input/pcap/packets.h"
#include "input/pcap/record.h"

struct pcapng;

/* Reads on from the section header at the head of STREAM. */
struct pcapng *pcapng_open(struct stream *stream, struct input_facts *facts);
/* Sets all of PACKET but number and section; its time may be WHEN_NONE.  TROUBLE: set where the
 * result says so. */
enum record pcapng_next(struct pcapng *pcapng, struct packet *packet, struct trouble *trouble);
void pcapng_close(struct pcapng *pcapng); /* takes NULL */

#endif
