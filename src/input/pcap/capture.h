// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_CAPTURE_H
#define INPUT_PCAP_CAPTURE_H
/* Packet captures as input formats: packets, link layers and what the network carries, together. */
#include "input/format.h"

extern const struct input_format pcap_format, pcapng_format;

#endif
