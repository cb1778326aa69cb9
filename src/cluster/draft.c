// SPDX-License-Identifier: BSD-2-Clause
#include "cluster/draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

static const char too_many[] = "has more entries than any object of Kubernetes";

void draft_begin(struct draft *draft)
{
    struct draft old = *draft;

    *draft = (struct draft){.created = WHEN_NONE,
                            .deleted = WHEN_NONE,
                            .started = WHEN_NONE,
                            .finished = WHEN_NONE,
                            .changed = WHEN_NONE,
                            .heartbeat = WHEN_NONE};
#define KEEP(list) draft->list = (struct items){old.list.at, 0, old.list.room}
    KEEP(labels);
    KEEP(selectors);
    KEEP(data);
    KEEP(ports);
    KEEP(addresses);
    KEEP(externals);
    KEEP(hosts);
    KEEP(endpoint_addresses);
    KEEP(endpoints);
#undef KEEP
}

void draft_done(struct draft *draft)
{
    memory_free(draft->labels.at);
    memory_free(draft->selectors.at);
    memory_free(draft->data.at);
    memory_free(draft->ports.at);
    memory_free(draft->addresses.at);
    memory_free(draft->externals.at);
    memory_free(draft->hosts.at);
    memory_free(draft->endpoint_addresses.at);
    memory_free(draft->endpoints.at);
}

/* Adds a record that is a copy of RECORD. */
static int add(struct items *items, const void *record, size_t size, const char **why)
{
    if (items->n == LIMIT_CLUSTER_ITEMS) {
        *why = too_many;
        return -1;
    }
    if (items->n == items->room) {
        items->room = items->room == 0 ? 8 : 2 * items->room;
        items->at = memory_grow(items->at, items->room, size);
    }
    memory_copy((char *)items->at + items->n++ * size, record, size);
    return 0;
}

/* The record that was added last; NULL. */
static void *last(const struct items *items, size_t size)
{
    return items->n == 0 ? NULL : (char *)items->at + (items->n - 1) * size;
}

int draft_open(struct draft *draft, enum place place, const char **why)
{
    static const struct cluster_port no_port;

    switch (place) {
    case PLACE_PORT:
        return add(&draft->ports, &no_port, sizeof no_port, why);
    case PLACE_ENDPOINT: {
        struct draft_endpoint none = {.first = draft->endpoint_addresses.n};
        return add(&draft->endpoints, &none, sizeof none, why);
    }
    case PLACE_OWNER:
        draft->owner_kind = draft->owner_name = NULL;
        draft->owner_controls = false;
        return 0;
    case PLACE_NODE_ADDRESS:
        draft->node_address_counts = false;
        draft->node_address = (struct endpoint){0};
        return 0;
    default:
        return 0;
    }
}

int draft_close(struct draft *draft, enum place place, const char **why)
{
    if (place == PLACE_OWNER && draft->owner_controls) {
        draft->controller_kind = draft->owner_kind;
        draft->controller_name = draft->owner_name;
    }
    if (place == PLACE_NODE_ADDRESS && draft->node_address_counts && draft->node_address.len != 0)
        return add(&draft->addresses, &draft->node_address, sizeof draft->node_address, why);
    return 0;
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), end_len = strlen(end);

    return len > end_len && strcmp(text + len - end_len, end) == 0;
}

void draft_key(struct draft *draft, struct cluster *cluster, enum place place, const char *key)
{
    if (place == PLACE_LABEL || place == PLACE_SELECTOR)
        draft->label_key = cluster_keep(cluster, key, strlen(key));
    if (place != PLACE_DATUM)
        return;
    /* Of ConfigMaps only what CoreDNS reads: its Corefile, and what one may import (AKS). */
    bool is_corefile = strcmp(key, "Corefile") == 0;
    bool wanted = is_corefile || ends_with(key, ".server") || ends_with(key, ".override");
    draft->datum_key = wanted ? cluster_keep(cluster, key, strlen(key)) : NULL;
    draft->has_corefile = draft->has_corefile || wanted;
}

static int add_label(struct items *labels, const char *key, const char *value, const char **why)
{
    struct cluster_label label = {key, value};

    return key == NULL ? 0 : add(labels, &label, sizeof label, why);
}

/* What is no address ("None", "") is none. */
static int add_address(struct items *addresses, const char *text, const char **why)
{
    const struct endpoint *known = addresses->at;
    struct endpoint end;

    if (!endpoint_parse(text, &end))
        return 0;
    for (size_t i = 0; i < addresses->n && i < 4; i++) /* podIP stands in podIPs, too */
        if (endpoint_same_addr(&known[i], &end))
            return 0;
    return add(addresses, &end, sizeof end, why);
}

/* A time is kept in WHEN if it is the latest there. */
static void take_time(struct cluster *cluster, int64_t *when, const char *text)
{
    enum when_base base;
    int64_t value;
    struct error error;

    if (when_parse_point(text, &base, &value, &error) < 0 || base != WHEN_ABSOLUTE || value <= 0 ||
        value > WHEN_LAST)
        return;
    if (value > *when) /* WHEN_NONE is the least of all */
        *when = value;
    if (value > cluster->newest)
        cluster->newest = value;
}

static bool is_true(const struct scan_item *item)
{
    return item->bare && strcmp(item->text, "true") == 0;
}

static bool is_null(const struct scan_item *item)
{
    return item->bare &&
           (item->len == 0 || strcmp(item->text, "null") == 0 || strcmp(item->text, "~") == 0);
}

static uint16_t read_port(const char *text)
{
    char *end;
    unsigned long port = strtoul(text, &end, 10);

    return *end == 0 && port <= UINT16_MAX ? (uint16_t)port : 0;
}

static void take_port(struct draft *draft, struct cluster *cluster, enum place place,
                      const struct scan_item *item)
{
    struct cluster_port *port = last(&draft->ports, sizeof *port);

    if (port == NULL)
        return;
    if (place == PLACE_PORT_NAME)
        port->name = item->len != 0 ? cluster_keep(cluster, item->text, item->len) : NULL;
    else if (place == PLACE_PORT_NUMBER)
        port->number = read_port(item->text);
    else if (place == PLACE_PORT_HOST)
        port->host = read_port(item->text);
    else
        port->udp = strcmp(item->text, "UDP") == 0;
}

static int take_endpoint(struct draft *draft, struct cluster *cluster, enum place place,
                         const struct scan_item *item, const char **why)
{
    struct draft_endpoint *point = last(&draft->endpoints, sizeof *point);
    struct endpoint end;

    if (point == NULL)
        return 0;
    switch (place) {
    case PLACE_ENDPOINT_ADDRESS:
        if (!endpoint_parse(item->text, &end))
            return 0;
        point->n++;
        return add(&draft->endpoint_addresses, &end, sizeof end, why);
    case PLACE_ENDPOINT_READY:
        point->not_ready = !is_true(item);
        return 0;
    case PLACE_ENDPOINT_TERMINATING:
        point->terminating = is_true(item);
        return 0;
    case PLACE_ENDPOINT_HOSTNAME:
        point->hostname = cluster_keep(cluster, item->text, item->len);
        return 0;
    case PLACE_TARGET_KIND:
        point->target_is_pod = strcmp(item->text, "Pod") == 0;
        return 0;
    default:
        point->pod = cluster_keep(cluster, item->text, item->len);
        return 0;
    }
}

static int take_address(struct draft *draft, enum place place, const struct scan_item *item,
                        const char **why)
{
    switch (place) {
    case PLACE_CLUSTER_IP:
    case PLACE_CLUSTER_IPS:
        draft->headless = draft->headless || strcmp(item->text, "None") == 0;
        return add_address(&draft->addresses, item->text, why);
    case PLACE_POD_IP:
        return add_address(&draft->addresses, item->text, why);
    case PLACE_HOST_IP:
        return add_address(&draft->hosts, item->text, why);
    case PLACE_EXTERNAL_IP:
        return add_address(&draft->externals, item->text, why);
    case PLACE_NODE_ADDRESS_TYPE:
        draft->node_address_counts =
            strcmp(item->text, "InternalIP") == 0 || strcmp(item->text, "ExternalIP") == 0;
        return 0;
    default:
        if (!endpoint_parse(item->text, &draft->node_address))
            draft->node_address = (struct endpoint){0};
        return 0;
    }
}

/* Texts of which one is kept. */
static const char **text_at(struct draft *draft, enum place place)
{
    switch (place) {
    case PLACE_KIND:
        return &draft->kind;
    case PLACE_NAME:
        return &draft->name;
    case PLACE_NAMESPACE:
        return &draft->namespace;
    case PLACE_UID:
        return &draft->uid;
    case PLACE_NODE_NAME:
        return &draft->node;
    case PLACE_EXTERNAL_NAME:
        return &draft->external_name;
    case PLACE_OWNER_KIND:
        return &draft->owner_kind;
    case PLACE_OWNER_NAME:
        return &draft->owner_name;
    default:
        return NULL;
    }
}

static int64_t *time_at(struct draft *draft, enum place place)
{
    switch (place) {
    case PLACE_CREATED:
        return &draft->created;
    case PLACE_DELETED:
        return &draft->deleted;
    case PLACE_STARTED:
        return &draft->started;
    case PLACE_CHANGED:
        return &draft->changed;
    case PLACE_HEARTBEAT:
        return &draft->heartbeat;
    case PLACE_FINISHED:
        return &draft->finished;
    default:
        return NULL;
    }
}

static int take_rest(struct draft *draft, struct cluster *cluster, enum place place,
                     const struct scan_item *item, const char **why)
{
    const char *value;

    switch (place) {
    case PLACE_OWNER_CONTROLS:
        draft->owner_controls = is_true(item);
        return 0;
    case PLACE_HOST_NETWORK:
        draft->host_network = is_true(item);
        return 0;
    case PLACE_PUBLISH:
        draft->publish_not_ready = is_true(item);
        return 0;
    case PLACE_PHASE:
        draft->over = strcmp(item->text, "Succeeded") == 0 || strcmp(item->text, "Failed") == 0;
        return 0;
    case PLACE_DATUM:
        if (draft->datum_key == NULL)
            return 0;
        value = cluster_keep(cluster, item->text, item->len);
        return add_label(&draft->data, draft->datum_key, value, why);
    case PLACE_LABEL:
    case PLACE_SELECTOR:
        value = cluster_keep(cluster, item->text, item->len);
        return add_label(place == PLACE_LABEL ? &draft->labels : &draft->selectors,
                         draft->label_key, value, why);
    default:
        return 0;
    }
}

int draft_value(struct draft *draft, struct cluster *cluster, enum place place,
                const struct scan_item *item, const char **why)
{
    const char **text = text_at(draft, place);
    int64_t *when = time_at(draft, place);

    if (is_null(item) && place != PLACE_LABEL)
        return 0;
    if (text != NULL) {
        *text = cluster_keep(cluster, item->text, item->len);
        return 0;
    }
    if (when != NULL) {
        take_time(cluster, when, item->text);
        return 0;
    }
    switch (place) {
    case PLACE_PORT_NAME:
    case PLACE_PORT_NUMBER:
    case PLACE_PORT_HOST:
    case PLACE_PORT_PROTOCOL:
        take_port(draft, cluster, place, item);
        return 0;
    case PLACE_ENDPOINT_ADDRESS:
    case PLACE_ENDPOINT_READY:
    case PLACE_ENDPOINT_TERMINATING:
    case PLACE_ENDPOINT_HOSTNAME:
    case PLACE_TARGET_KIND:
    case PLACE_TARGET_NAME:
        return take_endpoint(draft, cluster, place, item, why);
    case PLACE_CLUSTER_IP:
    case PLACE_CLUSTER_IPS:
    case PLACE_POD_IP:
    case PLACE_HOST_IP:
    case PLACE_EXTERNAL_IP:
    case PLACE_NODE_ADDRESS_TYPE:
    case PLACE_NODE_ADDRESS_TEXT:
        return take_address(draft, place, item, why);
    default:
        return take_rest(draft, cluster, place, item, why);
    }
}
