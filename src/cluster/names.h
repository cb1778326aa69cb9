// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLUSTER_NAMES_H
#define CLUSTER_NAMES_H
/*
 * Whose address is it?  All addresses of the objects in one sorted list, each with the time in which it
 * was its object's.
 *
 * A pod's address is its own until it ends; then another pod may get it, so that of several the one
 * alive at that time is meant.  All host-network pods of a node, its kubelet, and whatever is
 * masqueraded share the node's addresses: these are the node's, unless the port is one that exactly
 * one pod there declares (a resolver's 53) below the ports that clients are given.
 * Private to cluster/.
 */
#include "cluster/store.h"

struct names *names_new(struct cluster *cluster);
void names_free(struct names *names); /* takes NULL */

#endif
