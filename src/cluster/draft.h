// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLUSTER_DRAFT_H
#define CLUSTER_DRAFT_H
/*
 * One object while it is read.  What kind of object it is may come last (kubectl sorts the keys:
 * `endpoints` and `data` stand before `kind`), so that all that any kind has is taken down, and
 * draft_build picks what its kind wants.  Private to cluster/.
 */
#include "cluster/place.h"
#include "cluster/store.h"
#include "input/scan.h"

struct items { /* a list that grows, of records of one size; used again for the next object */
    void *at;
    size_t n, room;
};

struct draft_endpoint {
    size_t first, n; /* of endpoint_addresses */
    const char *hostname, *pod;
    bool target_is_pod, not_ready, terminating;
};

struct draft {
    const char *kind, *name, *namespace, *uid;
    int64_t created, deleted, started, finished, changed;
    int64_t heartbeat; /* of a node, each five minutes: only how old the file is it tells */
    const char *node, *external_name;
    const char *owner_kind, *owner_name; /* of the reference that is read */
    bool owner_controls;
    const char *controller_kind, *controller_name;
    bool host_network, headless, publish_not_ready, over, has_corefile;
    const char *datum_key, *label_key; /* whose value comes next */
    bool node_address_counts;          /* the type of the one that is read is an IP */
    struct endpoint node_address;
    struct items labels, selectors, data;                         /* struct cluster_label */
    struct items ports;                                           /* struct cluster_port */
    struct items addresses, externals, hosts, endpoint_addresses; /* struct endpoint */
    struct items endpoints;                                       /* struct draft_endpoint */
};

void draft_begin(struct draft *draft); /* keeps the room of its lists */
void draft_done(struct draft *draft);
/* An object opens, or ends, at PLACE. */
int draft_open(struct draft *draft, enum place place, const char **why);
int draft_close(struct draft *draft, enum place place, const char **why);
/* The key of labels, selectors and data is told before their value. */
void draft_key(struct draft *draft, struct cluster *cluster, enum place place, const char *key);
/* All of them: -1 and WHY where the object is refused. */
int draft_value(struct draft *draft, struct cluster *cluster, enum place place,
                const struct scan_item *item, const char **why);
/* Puts the object into the cluster; LIST_KIND: of the list that it stands in ("PodList"), or NULL.
 * False: it is of a kind that is not kept. */
bool draft_build(const struct draft *draft, struct cluster *cluster, const char *list_kind);

#endif
