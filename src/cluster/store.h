// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLUSTER_STORE_H
#define CLUSTER_STORE_H
/* Where the objects live: an arena, and texts of which each is kept once (a cluster has few namespaces,
 * nodes and labels, and thousands of pods that repeat them).  Private to cluster/. */
#include "base/map.h"
#include "base/memory.h"
#include "cluster/cluster.h"

struct pointers { /* to objects in the arena, in the order of the files */
    void **at;
    size_t n, room;
};
void pointers_add(struct pointers *pointers, void *object);

struct cluster {
    struct arena arena;
    struct map *texts;   /* no records: the key is the text with its final 0 */
    struct map *objects; /* kind, namespace, name, uid -> its place in its list */
    struct pointers pods, services, slices, nodes, configs;
    int64_t newest;
    size_t claim_bytes;  /* that the index of addresses will take */
    struct names *names; /* NULL until cluster_finish, as is */
    struct coredns *coredns;
};

/* The one copy of a text. */
const char *cluster_keep(struct cluster *cluster, const char *text, size_t len);
#define CLAIM_BYTES 32 /* of one address of one object in the index */
/* Octets held, and such as the indexes will take. */
size_t cluster_bytes(const struct cluster *cluster);
/* Adds OBJECT to LIST, or puts it in the place of the one with the same kind, namespace, name and uid. */
void cluster_put(struct cluster *cluster, struct pointers *list, void *object,
                 const char *const identity[4]);

#endif
