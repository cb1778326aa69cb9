// SPDX-License-Identifier: BSD-2-Clause
#include "cluster/names.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

struct claim {           /* of an object to an address */
    struct endpoint end; /* with a port: to that one only */
    const struct cluster_object *object;
};

/* The fields of a row ask for the same endpoint one after the other. */
struct asked {
    struct endpoint end;
    int64_t when;
    const struct cluster_object *object;
};
#define ASKED 8

_Static_assert(sizeof(struct claim) <= CLAIM_BYTES, "the index is counted while files are read");

struct names {
    struct claim *claims; /* by address, then port */
    size_t n, room;
    struct asked asked[ASKED];                      /* lately, by some bits of the address */
    char identity[64];                              /* asked for last; "": none */
    const struct cluster_object *named;             /* what it is */
    const struct cluster_object **pods, **services; /* by name, then namespace */
    const struct cluster_slice **slices;            /* by service, then namespace */
};

/* Ports from here on are given to clients (Linux: 32768 to 60999). */
#define PORT_EPHEMERAL 32768
/* The clocks of the API server, the nodes and the capture may differ so far. */
#define SKEW_NS (5 * WHEN_SECOND)

static void claim(struct names *names, const struct cluster_object *object,
                  const struct cluster_addresses *addresses, uint16_t port)
{
    for (size_t i = 0; i < addresses->n; i++) {
        if (names->n == names->room) {
            names->room *= 2;
            names->claims = memory_grow(names->claims, names->room, sizeof *names->claims);
        }
        names->claims[names->n] = (struct claim){addresses->at[i], object};
        names->claims[names->n++].end.port = port;
    }
}

static void claim_pod(struct names *names, const struct cluster_pod *pod)
{
    if (!pod->host_network)
        claim(names, &pod->object, &pod->object.addresses, 0);
    for (size_t i = 0; i < pod->ports.n; i++) {
        const struct cluster_port *port = &pod->ports.at[i];
        uint16_t number = pod->host_network && port->host == 0 ? port->number : port->host;
        if (number != 0 && number < PORT_EPHEMERAL)
            claim(names, &pod->object, &pod->host, number);
    }
}

/* Its external addresses are its own at its ports only: k3s gives those of the nodes to all services
 * of type LoadBalancer. */
static void claim_service(struct names *names, const struct cluster_service *service)
{
    claim(names, &service->object, &service->object.addresses, 0);
    for (size_t i = 0; i < service->ports.n; i++)
        if (service->ports.at[i].number != 0)
            claim(names, &service->object, &service->external, service->ports.at[i].number);
}

/* Nodes that are not in the files, out of what their pods say of them. */
static void infer_nodes(struct cluster *cluster)
{
    struct map *known = map_new(0, 0);

    for (size_t i = 0; i < cluster->nodes.n; i++) {
        const char *name = cluster_node(cluster, i)->object.name;
        map_add(known, name, strlen(name), NULL);
    }
    for (size_t i = 0; i < cluster->pods.n; i++) {
        const struct cluster_pod *pod = cluster_pod(cluster, i);
        bool added = false;
        if (pod->object.node != NULL && pod->host.n != 0)
            map_add(known, pod->object.node, strlen(pod->object.node), &added);
        if (!added)
            continue;
        struct cluster_node *node = arena_get(&cluster->arena, 1, sizeof *node);
        node->inferred = true;
        node->object = (struct cluster_object){.kind = CLUSTER_NODE,
                                               .name = pod->object.node,
                                               .from = WHEN_NONE,
                                               .until = WHEN_NONE,
                                               .addresses = pod->host};
        pointers_add(&cluster->nodes, node);
    }
    map_free(known);
}

static int by_address(const void *left, const void *right)
{
    const struct claim *a = left, *b = right;
    int order = endpoint_compare(&a->end, &b->end);

    if (order != 0)
        return order;
    if (a->object->kind != b->object->kind) /* pods first, nodes last */
        return a->object->kind < b->object->kind ? -1 : 1;
    if (a->object->from != b->object->from) /* the youngest first */
        return a->object->from > b->object->from ? -1 : 1;
    order = strcmp(a->object->name, b->object->name);
    if (order != 0 || a->object->namespace == NULL || b->object->namespace == NULL)
        return order;
    return strcmp(a->object->namespace, b->object->namespace);
}

static int compare_named(const char *a_namespace, const char *a_name, const char *b_namespace,
                         const char *b_name)
{
    int order = strcmp(a_name, b_name);

    if (order != 0)
        return order;
    return strcmp(a_namespace != NULL ? a_namespace : "", b_namespace != NULL ? b_namespace : "");
}

static int by_name(const void *left, const void *right)
{
    const struct cluster_object *a = *(const struct cluster_object *const *)left;
    const struct cluster_object *b = *(const struct cluster_object *const *)right;
    int order = compare_named(a->namespace, a->name, b->namespace, b->name);

    return order != 0 ? order : (a->from < b->from) - (a->from > b->from);
}

static int by_service(const void *left, const void *right)
{
    const struct cluster_slice *a = *(const struct cluster_slice *const *)left;
    const struct cluster_slice *b = *(const struct cluster_slice *const *)right;

    return compare_named(a->namespace, a->service != NULL ? a->service : "", b->namespace,
                         b->service != NULL ? b->service : "");
}

struct names *names_new(struct cluster *cluster)
{
    struct names *names = memory_get(1, sizeof *names);

    names->room = 64;
    names->claims = memory_get(names->room, sizeof *names->claims);
    infer_nodes(cluster);
    names->pods = memory_get(cluster->pods.n, sizeof *names->pods);
    names->services = memory_get(cluster->services.n, sizeof *names->services);
    for (size_t i = 0; i < cluster->pods.n; i++) {
        claim_pod(names, cluster_pod(cluster, i));
        names->pods[i] = &cluster_pod(cluster, i)->object;
    }
    for (size_t i = 0; i < cluster->services.n; i++) {
        claim_service(names, cluster_service(cluster, i));
        names->services[i] = &cluster_service(cluster, i)->object;
    }
    for (size_t i = 0; i < cluster->nodes.n; i++) {
        const struct cluster_object *node = &cluster_node(cluster, i)->object;
        claim(names, node, &node->addresses, 0);
    }
    qsort(names->claims, names->n, sizeof *names->claims, by_address);
    qsort(names->pods, cluster->pods.n, sizeof(void *), by_name);
    names->slices = memory_get(cluster->slices.n, sizeof *names->slices);
    for (size_t i = 0; i < cluster->slices.n; i++)
        names->slices[i] = cluster_slice(cluster, i);
    qsort(names->slices, cluster->slices.n, sizeof(void *), by_service);
    qsort(names->services, cluster->services.n, sizeof(void *), by_name);
    return names;
}

void names_free(struct names *names)
{
    if (names == NULL)
        return;
    memory_free(names->claims);
    memory_free(names->pods);
    memory_free(names->services);
    memory_free(names->slices);
    memory_free(names);
}

struct range {
    const struct claim *at, *end;
};

/* The claims to an endpoint, its port included. */
static struct range claims_of(const struct names *names, const struct endpoint *end)
{
    size_t first = 0, behind = names->n;

    while (first < behind) {
        size_t middle = first + (behind - first) / 2;
        if (endpoint_compare(&names->claims[middle].end, end) < 0)
            first = middle + 1;
        else
            behind = middle;
    }
    while (behind < names->n && behind - first < LIMIT_CLUSTER_CLAIMS &&
           endpoint_same(&names->claims[behind].end, end))
        behind++;
    return (struct range){names->claims + first, names->claims + behind};
}

/* Whether some of START..STOP lies in the object's time, give or take SLACK.  Times of objects have
 * whole seconds, the rest cut off. */
static bool alive(const struct cluster_object *object, int64_t start, int64_t stop, int64_t slack)
{
    if (object->from != WHEN_NONE && stop < object->from - slack)
        return false;
    return object->until == WHEN_NONE || start < object->until + WHEN_SECOND + slack;
}

/* Of several pods with one address the youngest that is alive: it could not have got the address while
 * the other had it. */
static const struct cluster_object *pick(struct range range, int64_t when)
{
    for (int64_t slack = 0; slack <= SKEW_NS; slack += SKEW_NS)
        for (const struct claim *claim = range.at; claim < range.end; claim++)
            if (alive(claim->object, when, when, slack))
                return claim->object;
    return NULL;
}

/* The only object with a claim between the times; *SEVERAL: there are more. */
static const struct cluster_object *only(struct range range, int64_t start, int64_t stop,
                                         int64_t slack, bool *several)
{
    const struct cluster_object *object = NULL;

    *several = false;
    for (const struct claim *claim = range.at; claim < range.end; claim++) {
        if (claim->object == object || !alive(claim->object, start, stop, slack))
            continue;
        *several = object != NULL;
        if (*several)
            return NULL;
        object = claim->object;
    }
    return object;
}

static const struct cluster_object *find_who(const struct names *names, const struct endpoint *end,
                                             int64_t when)
{
    struct endpoint address = *end;
    bool several;

    if (end->port != 0) {
        const struct cluster_object *pod =
            only(claims_of(names, end), when, when, SKEW_NS, &several);
        if (pod != NULL)
            return pod;
    }
    address.port = 0;
    return pick(claims_of(names, &address), when);
}

const struct cluster_object *cluster_who(const struct cluster *cluster, const struct endpoint *end,
                                         int64_t when)
{
    if (cluster == NULL || end->len == 0)
        return NULL;
    if (when == WHEN_NONE)
        return cluster_who_all(cluster, end, INT64_MIN, INT64_MAX);
    struct asked *asked = &cluster->names->asked[end->octet[end->len - 1] % ASKED];
    if (asked->when != when || !endpoint_same(&asked->end, end))
        *asked = (struct asked){*end, when, find_who(cluster->names, end, when)};
    return asked->object;
}

const struct cluster_object *cluster_who_all(const struct cluster *cluster,
                                             const struct endpoint *end, int64_t start,
                                             int64_t stop)
{
    struct endpoint address = *end;
    bool several;

    if (cluster == NULL || end->len == 0)
        return NULL;
    if (start == WHEN_NONE)
        start = INT64_MIN;
    if (stop == WHEN_NONE)
        stop = INT64_MAX;
    if (end->port != 0) {
        const struct cluster_object *pod =
            only(claims_of(cluster->names, end), start, stop, 0, &several);
        if (pod != NULL)
            return pod;
    }
    address.port = 0;
    const struct cluster_object *object =
        only(claims_of(cluster->names, &address), start, stop, 0, &several);
    if (object != NULL || several)
        return object;
    return only(claims_of(cluster->names, &address), start, stop, SKEW_NS, &several);
}

/* The first of the sorted objects with that name, and in that namespace, where that is not NULL. */
static size_t find(const struct cluster_object **objects, size_t n, const char *namespace,
                   const char *name)
{
    size_t first = 0, behind = n;

    while (first < behind) {
        size_t middle = first + (behind - first) / 2;
        if (compare_named(objects[middle]->namespace, objects[middle]->name, namespace, name) < 0)
            first = middle + 1;
        else
            behind = middle;
    }
    return first;
}

const struct cluster_service *cluster_service_named(const struct cluster *cluster,
                                                    const char *namespace, const char *name)
{
    const struct cluster_object **services = cluster->names->services;
    size_t i = find(services, cluster->services.n, namespace, name);

    if (i == cluster->services.n ||
        compare_named(services[i]->namespace, services[i]->name, namespace, name) != 0)
        return NULL;
    return (const void *)services[i]; /* its head */
}

const struct cluster_slice *cluster_slice_of(const struct cluster *cluster,
                                             const struct cluster_object *service, size_t i)
{
    const struct cluster_slice **slices = cluster->names->slices;
    size_t first = 0, behind = cluster->slices.n;

    while (first < behind) {
        size_t middle = first + (behind - first) / 2;
        const char *name = slices[middle]->service;
        if (compare_named(slices[middle]->namespace, name != NULL ? name : "", service->namespace,
                          service->name) < 0)
            first = middle + 1;
        else
            behind = middle;
    }
    if (i >= cluster->slices.n - first)
        return NULL;
    const struct cluster_slice *slice = slices[first + i];
    return slice->service != NULL && compare_named(slice->namespace, slice->service,
                                                   service->namespace, service->name) == 0
               ? slice
               : NULL;
}

/* On the host network a pod's host name is its node's: the one that declares port 53 is meant. */
static const struct cluster_object *resolver_on(const struct cluster *cluster, const char *name)
{
    for (size_t i = 0; i < cluster->nodes.n; i++) {
        const struct cluster_object *node = &cluster_node(cluster, i)->object;
        if (strcmp(node->name, name) != 0 || node->addresses.n == 0)
            continue;
        struct endpoint end = node->addresses.at[0];
        end.port = 53;
        const struct cluster_object *pod = cluster_who(cluster, &end, WHEN_NONE);
        return pod != NULL ? pod : node;
    }
    return NULL;
}

static const struct cluster_object *find_named(const struct cluster *cluster, const char *identity)
{
    const struct cluster_object **pods = cluster->names->pods;
    size_t n = cluster->pods.n, i = find(pods, n, NULL, identity);

    if (i == n || strcmp(pods[i]->name, identity) != 0)
        return resolver_on(cluster, identity);
    /* The youngest of that name, where all of them are in one namespace. */
    for (size_t j = i + 1; j < n && strcmp(pods[j]->name, identity) == 0; j++)
        if (compare_named(pods[i]->namespace, "", pods[j]->namespace, "") != 0)
            return NULL;
    return pods[i];
}

const struct cluster_object *cluster_named(const struct cluster *cluster, const char *identity)
{
    if (cluster == NULL || identity == NULL || identity[0] == 0)
        return NULL;
    struct names *names = cluster->names;
    size_t len = strlen(identity);
    if (strcmp(names->identity, identity) == 0)
        return names->named;
    names->named = find_named(cluster, identity);
    bool fits = len < sizeof names->identity;
    memory_copy(names->identity, fits ? identity : "", fits ? len + 1 : 1);
    return names->named;
}
