// SPDX-License-Identifier: BSD-2-Clause
/*
 * Who answers as CoreDNS in packets, as far as the user or the cluster's files say it: the rest is
 * inferred.  Upstreams that a Corefile names are left to that: one that forwards in sight of the capture
 * is a server, too.
 */
#include "cluster/coredns.h"
#include "session/live.h"

static void add_server(struct wire_role *roles, size_t *n, const struct endpoint *addr)
{
    for (size_t i = 0; i < *n; i++)
        if (endpoint_same_addr(&roles[i].addr, addr))
            return; /* what the user says counts */
    roles[(*n)++] = (struct wire_role){.addr = *addr, .role = ROLE_SERVER};
}

/* The address was the replica's when the packets begin, and not only its node's. */
static bool has_own(const struct cluster *cluster, const struct cluster_pod *pod,
                    const struct endpoint *addr, int64_t when)
{
    return !pod->host_network && cluster_who(cluster, addr, when) == &pod->object;
}

struct wire_role *roles_find(const struct session_options *options, int64_t when, size_t *n)
{
    static const struct coredns unknown;
    static const struct cluster_addresses none;
    bool known = options->cluster != NULL && when != WHEN_NONE;
    const struct coredns *coredns = known ? cluster_coredns(options->cluster) : &unknown;
    const struct cluster_addresses *service =
        coredns->service != NULL ? &coredns->service->object.addresses : &none;
    size_t room = options->n_roles + service->n;

    for (size_t i = 0; i < coredns->n_replicas; i++)
        room += coredns->replicas[i]->object.addresses.n;
    struct wire_role *roles = memory_get(room + 1, sizeof *roles);
    memory_copy(roles, options->roles, options->n_roles * sizeof *roles);
    *n = options->n_roles;
    for (size_t i = 0; i < coredns->n_replicas; i++) {
        const struct cluster_pod *pod = coredns->replicas[i];
        for (size_t k = 0; k < pod->object.addresses.n; k++)
            if (has_own(options->cluster, pod, &pod->object.addresses.at[k], when))
                add_server(roles, n, &pod->object.addresses.at[k]);
    }
    for (size_t i = 0; i < service->n; i++)
        add_server(roles, n, &service->at[i]);
    return roles;
}
