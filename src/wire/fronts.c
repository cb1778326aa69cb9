// SPDX-License-Identifier: BSD-2-Clause
/*
 * Addresses that stand for others: queries to a service go on to a pod (DNAT), and those of a pod
 * leave its node under the node's address (SNAT; packets.md section 1.4).  The forms of a datagram
 * show it.  A capture loses packets, as a rule single ones: then a datagram has been seen under one
 * of its addresses only, and what is known of the others tells whose it was.
 */
#include "wire/inside.h"

/* Which hosts, by their indexes. */
struct pair {
    uint32_t front, behind;
};

void fronts_init(struct wire *wire)
{
    wire->fronts = map_new(1, HOSTS_MAX);
}

void fronts_done(struct wire *wire)
{
    map_free(wire->fronts);
}

/* BEHIND was taken for a host that is asked as FRONT only, before a query was seen on its whole way. */
static void part(struct host *front, struct host *behind)
{
    if (behind->self != front)
        return;
    behind->self = behind;
    front->asks -= front->asks < behind->asks ? front->asks : behind->asks;
}

void front_note(struct wire *wire, struct host *front, struct host *behind)
{
    if (!front || !behind || front == behind)
        return;
    const struct pair pair = {front->index, behind->index};
    map_add(wire->fronts, &pair, sizeof pair, NULL);
    part(front, behind);
    if (!front->behind)
        front->behind = behind;
    front->several |= front->behind != behind;
    front->n_passed++;
}

/* Not where it is the other way round as a rule, and the forms of one datagram were mixed up. */
static bool stands_in_front(const struct host *front, const struct host *behind)
{
    return behind->behind != front || behind->n_passed < front->n_passed;
}

bool front_hides(const struct wire *wire, const struct host *front, const struct host *behind)
{
    if (!front || !behind || !front->behind || !stands_in_front(front, behind))
        return false;
    const struct pair pair = {front->index, behind->index};
    return map_find(wire->fronts, &pair, sizeof pair) != NULL;
}

struct host *front_only(const struct host *front)
{
    return front && front->behind && !front->several && stands_in_front(front, front->behind)
               ? front->behind
               : NULL;
}
