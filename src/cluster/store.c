// SPDX-License-Identifier: BSD-2-Clause
#include "cluster/store.h"

#include <string.h>

#include "base/text.h"
#include "cluster/coredns.h"
#include "cluster/names.h"

const char *const cluster_kind_words[CLUSTER_KINDS + 1] = {"pod", "svc", "node", NULL};

struct cluster *cluster_new(void)
{
    struct cluster *cluster = memory_get(1, sizeof *cluster);

    cluster->texts = map_new(0, 0);
    cluster->objects = map_new(sizeof(size_t), 0);
    cluster->newest = WHEN_NONE;
    return cluster;
}

void cluster_free(struct cluster *cluster)
{
    if (cluster == NULL)
        return;
    names_free(cluster->names);
    memory_free(cluster->pods.at);
    memory_free(cluster->services.at);
    memory_free(cluster->slices.at);
    memory_free(cluster->nodes.at);
    memory_free(cluster->configs.at);
    map_free(cluster->texts);
    map_free(cluster->objects);
    arena_done(&cluster->arena);
    memory_free(cluster);
}

void cluster_finish(struct cluster *cluster)
{
    /* Only needed to find objects again while files are read. */
    map_free(cluster->objects);
    cluster->objects = NULL;
    cluster->names = names_new(cluster);
    cluster->coredns = arena_get(&cluster->arena, 1, sizeof *cluster->coredns);
    *cluster->coredns = coredns_find(cluster, &cluster->arena);
}

void pointers_add(struct pointers *pointers, void *object)
{
    if (pointers->n == pointers->room) {
        pointers->room = pointers->room == 0 ? 16 : 2 * pointers->room;
        pointers->at = memory_grow(pointers->at, pointers->room, sizeof *pointers->at);
    }
    pointers->at[pointers->n++] = object;
}

const char *cluster_keep(struct cluster *cluster, const char *text, size_t len)
{
    /* Item texts end with a 0 behind their LEN octets. */
    return (const char *)map_key(cluster->texts, map_add(cluster->texts, text, len + 1, NULL)).at;
}

size_t cluster_bytes(const struct cluster *cluster)
{
    return cluster->arena.used_bytes + cluster->claim_bytes + map_bytes(cluster->texts) +
           map_bytes(cluster->objects);
}

void cluster_put(struct cluster *cluster, struct pointers *list, void *object,
                 const char *const identity[4])
{
    struct text key = {0};
    bool added;

    for (int i = 0; i < 4; i++) {
        const char *part = identity[i] != NULL ? identity[i] : "";
        text_add(&key, part, strlen(part) + 1);
    }
    size_t *place = map_add(cluster->objects, key.at, key.len, &added);
    text_done(&key);
    if (added) {
        *place = list->n;
        pointers_add(list, object);
    } else {
        list->at[*place] = object;
    }
}

const char *cluster_labels_find(const struct cluster_labels *labels, const char *key)
{
    for (size_t i = 0; i < labels->n; i++)
        if (strcmp(labels->at[i].key, key) == 0)
            return labels->at[i].value;
    return NULL;
}

size_t cluster_pods(const struct cluster *cluster)
{
    return cluster->pods.n;
}

const struct cluster_pod *cluster_pod(const struct cluster *cluster, size_t i)
{
    return cluster->pods.at[i];
}

size_t cluster_services(const struct cluster *cluster)
{
    return cluster->services.n;
}

const struct cluster_service *cluster_service(const struct cluster *cluster, size_t i)
{
    return cluster->services.at[i];
}

size_t cluster_slices(const struct cluster *cluster)
{
    return cluster->slices.n;
}

const struct cluster_slice *cluster_slice(const struct cluster *cluster, size_t i)
{
    return cluster->slices.at[i];
}

size_t cluster_nodes(const struct cluster *cluster)
{
    return cluster->nodes.n;
}

const struct cluster_node *cluster_node(const struct cluster *cluster, size_t i)
{
    return cluster->nodes.at[i];
}

size_t cluster_configs(const struct cluster *cluster)
{
    return cluster->configs.n;
}

const struct cluster_config *cluster_config(const struct cluster *cluster, size_t i)
{
    return cluster->configs.at[i];
}

int64_t cluster_newest(const struct cluster *cluster)
{
    return cluster->newest;
}
