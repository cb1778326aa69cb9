// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_PLAUSIBLE_H
#define INPUT_PCAP_PLAUSIBLE_H
/*
 * Whether some octets are a DNS message.  Ports tell little: other protocols are sent over port 53
 * to get through firewalls, DNS is served on any port, and a TCP stream that is joined in its
 * middle begins anywhere.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "dns/message.h"

enum { PLAUSIBLE_HEADER = 12 }; /* octets of a DNS header, RFC 1035 section 4.1.1 */

/* A header, read out of a message of SIZE octets on the wire, that DNS may have sent: at least the
 * opcode is assigned, and the counts fit SIZE or there is one question. */
bool plausible_header(struct slice dns, uint32_t size);
/* The same once the message has been read as far as it was captured: it may be damaged, but not in
 * every respect. */
bool plausible_message(const struct dns_message *message, uint32_t size);
/* A query (or response) that nothing speaks against: for ports of which nothing is known.  DNS is
 * the whole message. */
bool plausible_query(struct slice dns);
bool plausible_response(struct slice dns);
/* A TCP segment that begins with a length and a message (RFC 1035 section 4.2.2), as far as it can
 * be seen; two octets alone may be the length of one that follows. */
bool plausible_start(struct slice segment);

#endif
