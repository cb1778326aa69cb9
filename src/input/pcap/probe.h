// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_PROBE_H
#define INPUT_PCAP_PROBE_H
/* Whether a stream begins with a packet capture, and one that can be read.  They take nothing. */
#include "input/format.h"

enum format_fit probe_pcap(struct stream *stream, struct error *error);
enum format_fit probe_pcapng(struct stream *stream, struct error *error);

#endif
