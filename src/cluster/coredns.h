// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLUSTER_COREDNS_H
#define CLUSTER_COREDNS_H
/* What the cluster's objects say of its DNS: the service that pods ask, the replicas behind it, and what
 * their Corefile sets. */
#include "cluster/corefile.h"

struct coredns_forward {
    const char *from;                   /* zone, "." as a rule */
    struct corefile_words to;           /* "172.30.0.53", "tls://9.9.9.9", "/etc/resolv.conf" */
    struct corefile_words except;       /* zones that are not forwarded */
    const char *policy;                 /* random (default), round_robin, sequential */
    int64_t max_concurrent;             /* queries in flight; 0: no bound */
    int64_t max_fails;                  /* default 2; 0: upstreams are never taken for down */
    int64_t expire_ns, health_check_ns; /* defaults 10 s, 0.5 s */
    bool force_tcp, prefer_udp;
};

struct coredns_block {
    struct corefile_words zones; /* "cluster.local:53", commas removed */
    const struct coredns_forward *forwards;
    size_t n_forwards;
    struct corefile_words kubernetes; /* zones of the plugin, without ports; none: no such plugin */
    bool insecure_pods, verified_pods, ignore_empty;
    bool partial; /* not all objects are served: namespaces, labels, noendpoints … */
    bool others;  /* rewrite, template, hosts …: other plugins may answer for its names, too */
    bool cache;             /* the plugin is there */
    int64_t cache_seconds;  /* longest TTL kept: 3600 unless set */
    int64_t denial_seconds; /* the same of NXDOMAIN and NODATA: 1800 unless set */
    bool serve_stale, prefetch;
    bool autopath, loop, dnstap;
};

struct coredns {
    const struct cluster_service *service;     /* "kube-dns"; NULL: not in the files */
    const struct cluster_pod *const *replicas; /* that it leads to, finished ones too */
    size_t n_replicas;
    const struct cluster_config *config; /* NULL */
    struct corefile corefile;
    const struct coredns_block *blocks;
    size_t n_blocks;
};

/* Of a finished cluster. */
const struct coredns *cluster_coredns(const struct cluster *cluster);

/* Everything that is not in CLUSTER already lives in ARENA. */
struct coredns coredns_find(const struct cluster *cluster, struct arena *arena);
/* The blocks of a Corefile. */
const struct coredns_block *coredns_blocks(const struct corefile *corefile, struct arena *arena,
                                           size_t *n);
/* The cluster's domain without a final dot: the first zone of a kubernetes plugin that is not a reverse
 * one; NULL: no Corefile says it. */
const char *coredns_domain(const struct coredns *coredns);

#endif
