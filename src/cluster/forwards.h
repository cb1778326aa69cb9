// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLUSTER_FORWARDS_H
#define CLUSTER_FORWARDS_H
/* Which forward of a Corefile is meant: by the upstream that it names, or by the name that is asked for. */
#include "cluster/coredns.h"

/* The next one that names the upstream, from *AT on (0 to begin with); NULL: no more. */
const struct coredns_forward *forwards_to(const struct coredns *coredns, const struct endpoint *end,
                                          size_t *at);
/* The one that a name (lower-case wire form) goes to; NULL: none. */
const struct coredns_forward *forwards_for(const struct coredns *coredns, const uint8_t *name,
                                           size_t len);
/* The upstream that a word behind `forward ZONE` is, with its port; false: none ("/etc/resolv.conf"). */
bool forwards_endpoint(const char *word, struct endpoint *end);
/* Whether all upstreams are named: none is what a file of a node's says. */
bool forwards_all_named(const struct coredns *coredns);

#endif
