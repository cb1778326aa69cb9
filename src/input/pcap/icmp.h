// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_ICMP_H
#define INPUT_PCAP_ICMP_H
/* ICMP and ICMPv6 errors (RFC 792, RFC 4443) that quote a packet of DNS: evidence about a server,
 * or about a client that has stopped waiting, and never a DNS message of its own. */
#include <stdbool.h>

#include "input/message.h"
#include "input/pcap/ip.h"
#include "input/pcap/servers.h"

struct quote {
    struct carrier carrier; /* between whom the quoted packet went; origin is the ICMP packet's */
    struct endpoint reporter;
    uint16_t icmp; /* type << 8 | code */
    bool response;
    struct slice dns; /* as far as it is quoted; lent as the datagram is */
    uint32_t size;    /* of the DNS message, as its UDP header says */
};

/* Reads the ICMP message in DATAGRAM; false where it is no error, or quotes no DNS. */
bool icmp_read(const struct datagram *datagram, struct servers *servers, struct quote *quote);
void icmp_message(const struct quote *quote, struct message *message);

#endif
