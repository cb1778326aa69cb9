// SPDX-License-Identifier: BSD-2-Clause
/* Out of what was read of an object, what its kind wants. */
#include <stdlib.h>
#include <string.h>

#include "cluster/draft.h"

static const void *copy_items(struct cluster *cluster, const struct items *items, size_t size)
{
    void *at = arena_get(&cluster->arena, items->n + 1, size);

    memory_copy(at, items->at, items->n * size);
    return at;
}

static struct cluster_addresses addresses_of(struct cluster *cluster, const struct items *items)
{
    return (struct cluster_addresses){copy_items(cluster, items, sizeof(struct endpoint)),
                                      items->n};
}

static struct cluster_ports ports_of(struct cluster *cluster, const struct items *items)
{
    return (struct cluster_ports){copy_items(cluster, items, sizeof(struct cluster_port)),
                                  items->n};
}

static int by_key(const void *left, const void *right)
{
    const struct cluster_label *a = left, *b = right;

    return strcmp(a->key, b->key);
}

/* In the order of their keys, as kubectl prints them; each key once. */
static struct cluster_labels labels_of(struct cluster *cluster, const struct items *items)
{
    struct cluster_label *at = arena_get(&cluster->arena, items->n + 1, sizeof *at);
    size_t n = 0;

    memory_copy(at, items->at, items->n * sizeof *at);
    qsort(at, items->n, sizeof *at, by_key);
    for (size_t i = 0; i < items->n; i++)
        if (n == 0 || strcmp(at[n - 1].key, at[i].key) != 0)
            at[n++] = at[i];
    return (struct cluster_labels){at, n};
}

/* A Deployment's pods belong to a ReplicaSet whose name is the Deployment's, "-" and the hash that its
 * pods have as a label; ReplicaSets of others (Argo Rollouts) have no such label.  kubectl and
 * Inspektor Gadget see through it in the same way. */
static void set_owner(struct cluster *cluster, struct cluster_object *object,
                      const struct draft *draft)
{
    const char *hash = cluster_labels_find(&object->labels, "pod-template-hash");
    const char *name = draft->controller_name;

    if (name == NULL || draft->controller_kind == NULL)
        return;
    object->owner_kind = draft->controller_kind;
    object->owner_name = name;
    if (hash == NULL || hash[0] == 0 || strcmp(object->owner_kind, "ReplicaSet") != 0)
        return;
    size_t len = strlen(name), hash_len = strlen(hash);
    if (len < hash_len + 2 || name[len - hash_len - 1] != '-' ||
        strcmp(name + len - hash_len, hash) != 0)
        return;
    char *deployment = memory_string(name);
    deployment[len - hash_len - 1] = 0;
    object->owner_kind = "Deployment";
    object->owner_name = cluster_keep(cluster, deployment, len - hash_len - 1);
    memory_free(deployment);
}

static int64_t earlier(int64_t a, int64_t b)
{
    if (a == WHEN_NONE || b == WHEN_NONE)
        return a == WHEN_NONE ? b : a;
    return a < b ? a : b;
}

static void set_head(struct cluster *cluster, struct cluster_object *object, enum cluster_kind kind,
                     const struct draft *draft)
{
    object->kind = (uint8_t)kind;
    object->name = draft->name;
    object->namespace = kind == CLUSTER_NODE ? NULL : draft->namespace;
    object->labels = labels_of(cluster, &draft->labels);
    object->from = draft->created;
    object->until = draft->deleted;
    object->addresses = addresses_of(cluster, &draft->addresses);
    cluster->claim_bytes += draft->addresses.n * CLAIM_BYTES;
}

static bool shares(const struct items *a, const struct items *b)
{
    const struct endpoint *one = a->at, *other = b->at;

    return a->n != 0 && b->n != 0 && endpoint_same_addr(&one[0], &other[0]);
}

/* A pod has its addresses from the time when its node took it (status.startTime), to when the last of
 * its containers ended: a pod that ran to completion still shows the address that it no longer has. */
static void build_pod(const struct draft *draft, struct cluster *cluster, const char *const id[4])
{
    struct cluster_pod *pod = arena_get(&cluster->arena, 1, sizeof *pod);

    set_head(cluster, &pod->object, CLUSTER_POD, draft);
    set_owner(cluster, &pod->object, draft);
    pod->object.node = draft->node;
    pod->changed = draft->changed;
    if (draft->started != WHEN_NONE)
        pod->object.from = draft->started;
    if (draft->over)
        pod->object.until = earlier(
            pod->object.until, draft->finished != WHEN_NONE ? draft->finished : draft->changed);
    pod->host = addresses_of(cluster, &draft->hosts);
    pod->host_network = draft->host_network || shares(&draft->addresses, &draft->hosts);
    pod->ports = ports_of(cluster, &draft->ports);
    cluster->claim_bytes += draft->ports.n * draft->hosts.n * CLAIM_BYTES;
    cluster_put(cluster, &cluster->pods, pod, id);
}

static void build_service(const struct draft *draft, struct cluster *cluster,
                          const char *const id[4])
{
    struct cluster_service *service = arena_get(&cluster->arena, 1, sizeof *service);

    set_head(cluster, &service->object, CLUSTER_SERVICE, draft);
    service->external = addresses_of(cluster, &draft->externals);
    service->headless = draft->headless;
    service->publish_not_ready = draft->publish_not_ready;
    service->external_name = draft->external_name;
    service->ports = ports_of(cluster, &draft->ports);
    cluster->claim_bytes += draft->ports.n * draft->externals.n * CLAIM_BYTES;
    service->selector = labels_of(cluster, &draft->selectors);
    cluster_put(cluster, &cluster->services, service, id);
}

static void build_slice(const struct draft *draft, struct cluster *cluster, const char *const id[4])
{
    struct cluster_slice *slice = arena_get(&cluster->arena, 1, sizeof *slice);
    struct cluster_labels labels = labels_of(cluster, &draft->labels);
    const struct endpoint *addresses =
        copy_items(cluster, &draft->endpoint_addresses, sizeof *addresses);
    const struct draft_endpoint *from = draft->endpoints.at;
    struct cluster_endpoint *at = arena_get(&cluster->arena, draft->endpoints.n + 1, sizeof *at);

    slice->namespace = draft->namespace;
    slice->service = cluster_labels_find(&labels, "kubernetes.io/service-name");
    slice->changed = draft->changed > draft->created ? draft->changed : draft->created;
    slice->ports = ports_of(cluster, &draft->ports);
    slice->at = at;
    slice->n = draft->endpoints.n;
    for (size_t i = 0; i < slice->n; i++) {
        at[i].addresses = (struct cluster_addresses){addresses + from[i].first, from[i].n};
        at[i].hostname = from[i].hostname;
        at[i].pod = from[i].target_is_pod ? from[i].pod : NULL;
        at[i].ready = !from[i].not_ready;
        at[i].terminating = from[i].terminating;
    }
    cluster_put(cluster, &cluster->slices, slice, id);
}

static void build_node(const struct draft *draft, struct cluster *cluster, const char *const id[4])
{
    struct cluster_node *node = arena_get(&cluster->arena, 1, sizeof *node);

    set_head(cluster, &node->object, CLUSTER_NODE, draft);
    cluster_put(cluster, &cluster->nodes, node, id);
}

static void build_config(const struct draft *draft, struct cluster *cluster,
                         const char *const id[4])
{
    struct cluster_config *config;

    if (!draft->has_corefile)
        return;
    config = arena_get(&cluster->arena, 1, sizeof *config);
    config->namespace = draft->namespace;
    config->name = draft->name;
    config->texts = labels_of(cluster, &draft->data);
    cluster_put(cluster, &cluster->configs, config, id);
}

static const struct {
    const char *kind;
    void (*build)(const struct draft *draft, struct cluster *cluster, const char *const id[4]);
} kinds[] = {{"Pod", build_pod},
             {"Service", build_service},
             {"EndpointSlice", build_slice},
             {"Node", build_node},
             {"ConfigMap", build_config}};

/* Whether KIND is WORD, or, as the kind of a list, WORD and "List". */
static bool is_kind(const char *kind, const char *word, bool list)
{
    size_t len = strlen(word);

    return strncmp(kind, word, len) == 0 && strcmp(kind + len, list ? "List" : "") == 0;
}

bool draft_build(const struct draft *draft, struct cluster *cluster, const char *list_kind)
{
    const char *kind = draft->kind != NULL ? draft->kind : list_kind;

    if (kind == NULL || draft->name == NULL)
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!is_kind(kind, kinds[i].kind, draft->kind == NULL))
            continue;
        const char *const id[4] = {kinds[i].kind, draft->namespace, draft->name, draft->uid};
        kinds[i].build(draft, cluster, id);
        return true;
    }
    return false;
}
