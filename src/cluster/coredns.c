// SPDX-License-Identifier: BSD-2-Clause
#include "cluster/coredns.h"

#include <stdlib.h>
#include <string.h>

#include "cluster/store.h"

/* Whether the pod has all labels of the selector; an empty one selects nothing. */
static bool is_selected(const struct cluster_labels *selector, const struct cluster_labels *labels)
{
    for (size_t i = 0; i < selector->n; i++) {
        const char *value = cluster_labels_find(labels, selector->at[i].key);
        if (value == NULL || strcmp(value, selector->at[i].value) != 0)
            return false;
    }
    return selector->n != 0;
}

/* CoreDNS keeps the name of its forerunner; installers that rename the service keep the label. */
static const struct cluster_service *find_service(const struct cluster *cluster)
{
    const struct cluster_service *service =
        cluster_service_named(cluster, "kube-system", "kube-dns");

    for (size_t i = 0; i < cluster_services(cluster) && service == NULL; i++) {
        const struct cluster_service *other = cluster_service(cluster, i);
        const char *app = cluster_labels_find(&other->object.labels, "k8s-app");
        if (app != NULL && strcmp(app, "kube-dns") == 0 && other->object.addresses.n != 0)
            service = other;
    }
    return service;
}

static void find_replicas(struct coredns *coredns, const struct cluster *cluster,
                          struct arena *arena)
{
    const struct cluster_object *service = &coredns->service->object;
    const struct cluster_pod **replicas =
        arena_get(arena, cluster_pods(cluster) + 1, sizeof *replicas);

    for (size_t i = 0; i < cluster_pods(cluster); i++) {
        const struct cluster_pod *pod = cluster_pod(cluster, i);
        bool same = pod->object.namespace != NULL && service->namespace != NULL &&
                    strcmp(pod->object.namespace, service->namespace) == 0;
        if (same && is_selected(&coredns->service->selector, &pod->object.labels))
            replicas[coredns->n_replicas++] = pod;
    }
    coredns->replicas = replicas;
}

/* The ConfigMap "coredns", else the first one whose Corefile has a kubernetes plugin. */
static const struct cluster_config *find_config(const struct cluster *cluster)
{
    const struct cluster_config *found = NULL;

    for (size_t i = 0; i < cluster_configs(cluster); i++) {
        const struct cluster_config *config = cluster_config(cluster, i);
        const char *text = cluster_labels_find(&config->texts, "Corefile");
        if (text == NULL)
            continue;
        if (strcmp(config->name, "coredns") == 0)
            return config;
        if (found == NULL && strstr(text, "kubernetes") != NULL)
            found = config;
    }
    return found;
}

/* What a Corefile may import: the texts of the other ConfigMaps of its namespace (AKS mounts
 * "coredns-custom"). */
static struct cluster_labels find_imports(const struct cluster *cluster,
                                          const struct cluster_config *of, struct arena *arena)
{
    struct cluster_label *at;
    size_t n = 0;

    for (size_t i = 0; i < cluster_configs(cluster); i++)
        n += cluster_config(cluster, i)->texts.n;
    at = arena_get(arena, n + 1, sizeof *at);
    n = 0;
    for (size_t i = 0; i < cluster_configs(cluster); i++) {
        const struct cluster_config *config = cluster_config(cluster, i);
        const char *a = config->namespace, *b = of->namespace;
        if (config == of || a == NULL || b == NULL || strcmp(a, b) != 0)
            continue;
        memory_copy(at + n, config->texts.at, config->texts.n * sizeof *at);
        n += config->texts.n;
    }
    return (struct cluster_labels){at, n};
}

static int64_t number_or(const char *text, int64_t otherwise)
{
    char *end;

    if (text == NULL || text[0] < '0' || text[0] > '9')
        return otherwise;
    long long number = strtoll(text, &end, 10);
    return *end == 0 ? number : otherwise;
}

static int64_t duration_or(const char *text, int64_t otherwise)
{
    struct error error;
    int64_t duration;

    return text != NULL && when_parse_duration(text, &duration, &error) == 0 ? duration : otherwise;
}

static struct corefile_words words_from(const struct corefile_line *line, size_t first)
{
    if (line->words.n <= first)
        return (struct corefile_words){0};
    return (struct corefile_words){line->words.at + first, line->words.n - first};
}

static struct coredns_forward forward_of(const struct corefile *corefile, size_t i)
{
    struct coredns_forward forward = {.from = ".", .max_fails = 2};
    const struct corefile_line *line = &corefile->at[i];
    size_t except = corefile_find(corefile, i, i + 1, "except");

    if (line->words.n > 1)
        forward.from = line->words.at[1];
    forward.to = words_from(line, 2);
    if (except < corefile->n)
        forward.except = words_from(&corefile->at[except], 1);
    forward.policy = corefile_property(corefile, i, "policy");
    if (forward.policy == NULL)
        forward.policy = "random";
    forward.max_concurrent = number_or(corefile_property(corefile, i, "max_concurrent"), 0);
    forward.max_fails = number_or(corefile_property(corefile, i, "max_fails"), 2);
    forward.expire_ns = duration_or(corefile_property(corefile, i, "expire"), 10 * WHEN_SECOND);
    forward.health_check_ns =
        duration_or(corefile_property(corefile, i, "health_check"), WHEN_SECOND / 2);
    forward.force_tcp = corefile_property(corefile, i, "force_tcp") != NULL;
    forward.prefer_udp = corefile_property(corefile, i, "prefer_udp") != NULL;
    return forward;
}

static void take_forwards(struct coredns_block *block, const struct corefile *corefile,
                          size_t parent, struct arena *arena)
{
    struct coredns_forward *forwards;
    size_t n = 0, i = parent + 1;

    for (size_t at = i; (at = corefile_find(corefile, parent, at, "forward")) < corefile->n; at++)
        n++;
    forwards = arena_get(arena, n + 1, sizeof *forwards);
    for (n = 0; (i = corefile_find(corefile, parent, i, "forward")) < corefile->n; i++)
        forwards[n++] = forward_of(corefile, i);
    block->forwards = forwards;
    block->n_forwards = n;
}

/* cache [TTL] [ZONES...] { success CAPACITY [TTL] … denial CAPACITY [TTL] … } */
static void take_cache(struct coredns_block *block, const struct corefile *corefile, size_t parent)
{
    size_t i = corefile_find(corefile, parent, parent + 1, "cache");

    if (i == corefile->n)
        return;
    const struct corefile_words *words = &corefile->at[i].words;
    const char *ttl = words->n > 1 ? words->at[1] : NULL;
    block->cache = true;
    block->cache_seconds = number_or(ttl, 3600);
    block->denial_seconds = number_or(ttl, 1800);
    block->serve_stale = corefile_property(corefile, i, "serve_stale") != NULL;
    block->prefetch = corefile_property(corefile, i, "prefetch") != NULL;
    for (size_t at = i + 1; at < corefile->at[i].end; at++) {
        words = &corefile->at[at].words;
        int64_t *seconds = strcmp(words->at[0], "success") == 0  ? &block->cache_seconds
                           : strcmp(words->at[0], "denial") == 0 ? &block->denial_seconds
                                                                 : NULL;
        if (seconds != NULL && words->n > 2)
            *seconds = number_or(words->at[2], *seconds);
    }
}

/* "dns://cluster.local:53" without its transport and port. */
static const char *bare_zone(const char *zone, struct arena *arena)
{
    const char *scheme = strstr(zone, "://");
    if (scheme != NULL)
        zone = scheme + 3;
    const char *colon = strrchr(zone, ':');
    size_t len = strlen(zone);
    if (colon != NULL && strspn(colon + 1, "0123456789") == strlen(colon + 1))
        len = (size_t)(colon - zone);
    char *copy = arena_get(arena, len + 1, 1);
    memory_copy(copy, zone, len);
    return copy;
}

static struct corefile_words bare_zones(const struct corefile_words *words, struct arena *arena)
{
    const char **zones = arena_get(arena, words->n + 1, sizeof *zones);

    for (size_t i = 0; i < words->n; i++)
        zones[i] = bare_zone(words->at[i], arena);
    return (struct corefile_words){zones, words->n};
}

/* Whether one of the words (ended by NULL) begins a line in the braces of line PARENT. */
static bool has_any(const struct corefile *corefile, size_t parent, const char *const *words)
{
    for (; *words != NULL; words++)
        if (corefile_find(corefile, parent, parent + 1, *words) < corefile->n)
            return true;
    return false;
}

static const char *const partial_words[] = {"namespaces", "labels", "namespace_labels",
                                            "noendpoints", NULL};
static const char *const other_plugins[] = {"rewrite", "template", "hosts", "file",
                                            "auto",    "etcd",     NULL};

static void take_kubernetes(struct coredns_block *block, const struct corefile *corefile,
                            size_t parent, struct arena *arena)
{
    size_t i = corefile_find(corefile, parent, parent + 1, "kubernetes");

    if (i == corefile->n)
        return;
    const char *pods = corefile_property(corefile, i, "pods");
    const char *ignore = corefile_property(corefile, i, "ignore");
    block->kubernetes = words_from(&corefile->at[i], 1);
    if (block->kubernetes.n == 0)
        block->kubernetes = block->zones;
    block->kubernetes = bare_zones(&block->kubernetes, arena);
    block->insecure_pods = pods != NULL && strcmp(pods, "insecure") == 0;
    block->verified_pods = pods != NULL && strcmp(pods, "verified") == 0;
    block->ignore_empty = ignore != NULL && strcmp(ignore, "empty_service") == 0;
    block->partial = has_any(corefile, i, partial_words);
    block->others = has_any(corefile, parent, other_plugins);
}

/* The words of a block's head without their commas. */
static struct corefile_words zones_of(const struct corefile_line *line, struct arena *arena)
{
    const char **zones = arena_get(arena, line->words.n, sizeof *zones);
    size_t n = 0;

    for (size_t i = 0; i < line->words.n; i++) {
        size_t len = strlen(line->words.at[i]);
        while (len > 0 && line->words.at[i][len - 1] == ',')
            len--;
        char *zone = arena_get(arena, len + 1, 1);
        memory_copy(zone, line->words.at[i], len);
        if (len != 0)
            zones[n++] = zone;
    }
    return (struct corefile_words){zones, n};
}

const struct coredns_block *coredns_blocks(const struct corefile *corefile, struct arena *arena,
                                           size_t *n)
{
    struct coredns_block *blocks;
    size_t heads = 0;

    for (size_t i = 0; i < corefile->n; i = corefile->at[i].end)
        heads++;
    blocks = arena_get(arena, heads + 1, sizeof *blocks);
    *n = 0;
    for (size_t i = 0; i < corefile->n; i = corefile->at[i].end) {
        struct coredns_block *block = &blocks[(*n)++];
        block->zones = zones_of(&corefile->at[i], arena);
        take_forwards(block, corefile, i, arena);
        take_cache(block, corefile, i);
        take_kubernetes(block, corefile, i, arena);
        block->autopath = corefile_find(corefile, i, i + 1, "autopath") < corefile->n;
        block->loop = corefile_find(corefile, i, i + 1, "loop") < corefile->n;
        block->dnstap = corefile_find(corefile, i, i + 1, "dnstap") < corefile->n;
    }
    return blocks;
}

struct coredns coredns_find(const struct cluster *cluster, struct arena *arena)
{
    struct coredns coredns = {.service = find_service(cluster), .config = find_config(cluster)};

    if (coredns.service != NULL)
        find_replicas(&coredns, cluster, arena);
    if (coredns.config != NULL) {
        struct cluster_labels imports = find_imports(cluster, coredns.config, arena);
        const char *text = cluster_labels_find(&coredns.config->texts, "Corefile");
        coredns.corefile = corefile_parse(arena, text, &imports);
        coredns.blocks = coredns_blocks(&coredns.corefile, arena, &coredns.n_blocks);
    }
    return coredns;
}

const struct coredns *cluster_coredns(const struct cluster *cluster)
{
    return cluster->coredns;
}

const char *coredns_domain(const struct coredns *coredns)
{
    for (size_t i = 0; i < coredns->n_blocks; i++) {
        const struct corefile_words *zones = &coredns->blocks[i].kubernetes;
        for (size_t z = 0; z < zones->n; z++) {
            const char *zone = zones->at[z];
            size_t len = strlen(zone);
            bool reverse = len >= 5 && (strcmp(zone + len - 5, ".arpa") == 0 ||
                                        strcmp(zone + len - 5, "arpa.") == 0);
            if (!reverse && zone[0] != '.' && strchr(zone, '/') == NULL)
                return zone;
        }
    }
    return NULL;
}
