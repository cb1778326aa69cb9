// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLUSTER_CLUSTER_H
#define CLUSTER_CLUSTER_H
/*
 * The objects of a Kubernetes cluster, as `kubectl get pods,services,endpointslices,nodes,configmaps
 * -A -o yaml` (or json) printed them: what DNS needs of each, and nothing else.  They are read once,
 * before the captures.  Texts live as long as the cluster; times are WHEN_NONE where not known.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/error.h"
#include "base/when.h"

enum cluster_kind { CLUSTER_POD, CLUSTER_SERVICE, CLUSTER_NODE, CLUSTER_KINDS };
/* "pod", "svc", "node": the words of Inspektor Gadget and kubectl. */
extern const char *const cluster_kind_words[CLUSTER_KINDS + 1]; /* ended by NULL */

struct cluster_label {
    const char *key, *value;
};
struct cluster_labels {
    const struct cluster_label *at; /* in the order of the file; a key stands once */
    size_t n;
};
/* The value of KEY; NULL. */
const char *cluster_labels_find(const struct cluster_labels *labels, const char *key);

struct cluster_addresses {
    const struct endpoint *at; /* port 0 */
    size_t n;
};

struct cluster_port {
    const char *name; /* NULL */
    uint16_t number;  /* 0: none; in a pod, the container's */
    uint16_t host;    /* of its node that leads to it; 0 */
    bool udp;
};
struct cluster_ports {
    const struct cluster_port *at;
    size_t n;
};

/* What an address can be: the head of a pod, a service or a node. */
struct cluster_object {
    uint8_t kind; /* enum cluster_kind */
    const char *name;
    const char *namespace; /* NULL: a node */
    const char *node;      /* of a pod: where it runs; NULL: not known */
    const char *owner_kind,
        *owner_name; /* its controller, Deployments seen through; both or none */
    struct cluster_labels labels;
    int64_t from, until; /* it had its addresses from..until; WHEN_NONE: no bound known */
    struct cluster_addresses addresses;
};

struct cluster_pod {
    struct cluster_object object;
    int64_t changed;               /* when one of its conditions last did: Ready or another */
    bool host_network;             /* its addresses are its node's */
    struct cluster_addresses host; /* its node's */
    struct cluster_ports ports;
};

struct cluster_service {
    struct cluster_object object;      /* addresses: its cluster IPs */
    struct cluster_addresses external; /* and load balancers': often those of nodes */
    bool headless, publish_not_ready;
    const char *external_name; /* NULL */
    struct cluster_ports ports;
    struct cluster_labels selector;
};

struct cluster_endpoint {
    struct cluster_addresses addresses;
    const char *hostname, *pod; /* NULL */
    bool ready;                 /* or not said: ready (discovery.k8s.io/v1) */
    bool terminating;
};
struct cluster_slice {
    const char *namespace, *service;
    int64_t changed; /* as far as it tells: what went away leaves no time */
    const struct cluster_endpoint *at;
    size_t n;
    struct cluster_ports ports;
};

struct cluster_config { /* a ConfigMap with a Corefile, or with parts of one */
    const char *namespace, *name;
    struct cluster_labels texts; /* by key: "Corefile", "x.server", "x.override" */
};

struct cluster_node {
    struct cluster_object object;
    bool inferred; /* not in the file: its pods tell of it */
};

struct cluster;
struct cluster *cluster_new(void);
void cluster_free(struct cluster *cluster); /* takes NULL */
/* Reads PATH ("-": standard input) on top of what was read before: of an object that is in both, the
 * later one counts.  -1 with ERROR, which names the file and the place in it. */
int cluster_read(struct cluster *cluster, const char *path, struct error *error);
/* Everything is read: the indexes are made.  Before it nothing below may be asked. */
void cluster_finish(struct cluster *cluster);

/* In the order of the files. */
size_t cluster_pods(const struct cluster *cluster);
const struct cluster_pod *cluster_pod(const struct cluster *cluster, size_t i);
size_t cluster_services(const struct cluster *cluster);
const struct cluster_service *cluster_service(const struct cluster *cluster, size_t i);
size_t cluster_slices(const struct cluster *cluster);
const struct cluster_slice *cluster_slice(const struct cluster *cluster, size_t i);
size_t cluster_nodes(const struct cluster *cluster);
const struct cluster_node *cluster_node(const struct cluster *cluster, size_t i);
size_t cluster_configs(const struct cluster *cluster);
const struct cluster_config *cluster_config(const struct cluster *cluster, size_t i);
/* The latest time that stands in the files: they are not older; WHEN_NONE. */
int64_t cluster_newest(const struct cluster *cluster);

/*
 * Whose address it was at WHEN (names.c; WHEN_NONE: at any time, if it always was the same one's).
 * NULL: nobody's that the files show.  A port picks among the pods of a node's address; for clients'
 * addresses, whose ports tell nothing, give port 0.
 */
const struct cluster_object *cluster_who(const struct cluster *cluster, const struct endpoint *end,
                                         int64_t when);
/* The same where it was one object's and no other's in all of START..END. */
const struct cluster_object *cluster_who_all(const struct cluster *cluster,
                                             const struct endpoint *end, int64_t start,
                                             int64_t stop);
/* The pod that calls itself so (a host name, dnstap's identity), or the node of a host-network pod;
 * NULL: none or several. */
const struct cluster_object *cluster_named(const struct cluster *cluster, const char *identity);
/* The service NAMESPACE/NAME; NULL. */
const struct cluster_service *cluster_service_named(const struct cluster *cluster,
                                                    const char *namespace, const char *name);
/* The Ith slice of endpoints of a service; NULL: it has no more. */
const struct cluster_slice *cluster_slice_of(const struct cluster *cluster,
                                             const struct cluster_object *service, size_t i);

#endif
