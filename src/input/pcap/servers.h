// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_SERVERS_H
#define INPUT_PCAP_SERVERS_H
/*
 * Which ends of a packet are DNS servers: any address on port 53 and on the ports that were asked
 * for, and those that were found by what they say.  A server is found when a plausible query was
 * sent to it and a plausible response with the same id and question came back from where it was
 * sent; everything that was remembered for it is given then.  Bounded: some queries are remembered,
 * the oldest are forgotten (and counted as no DNS), and so are servers.
 */
#include <stdbool.h>
#include <stdint.h>

#include "input/pcap/carrier.h"
#include "input/skip.h"

enum { /* which ends are servers; both may be */
    SERVERS_NONE = 0, SERVERS_SOURCE = 1, SERVERS_DESTINATION = 2,
};

struct servers;

struct servers *servers_new(const uint16_t *ports, unsigned n_ports, struct skips *skips);
void servers_free(struct servers *servers);
/* Port 853 of TCP is DNS over TLS: sets the carrier's transport where it is that. */
unsigned servers_ends(struct servers *servers, struct carrier *carrier);

enum servers_verdict {
    SERVERS_NOTHING,    /* DNS is no DNS, or proves nothing */
    SERVERS_REMEMBERED, /* a query that is kept until an answer proves it */
    SERVERS_FOUND,      /* the source is a server; servers_next gives what was remembered for it */
};
/* Looks at DNS, the whole content of a datagram or segment between ports that are not known. */
enum servers_verdict servers_look(struct servers *servers, const struct carrier *carrier,
                                  struct slice dns);
/* The next query that was remembered for the server found last, in the order that they came; lent
 * until the next call of servers_look. */
bool servers_next(struct servers *servers, const struct carrier **carrier, struct slice *dns);
/* No more will come: what is still remembered counts as no DNS. */
void servers_end(struct servers *servers);

#endif
