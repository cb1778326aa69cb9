// SPDX-License-Identifier: BSD-2-Clause
#include "cluster/expect.h"

#include <string.h>

#include "base/map.h"
#include "base/memory.h"
#include "dns/name.h"

#define LABELS_MAX 4 /* in front of "svc" and the zone: _port._protocol.service.namespace */
enum { TYPE_A = 1, TYPE_AAAA = 28 };
/* What changed so shortly before a question, CoreDNS need not have known: the usual `cache 30`, and the
 * way from the kubelet over two watches. */
#define LATE_NS (35 * WHEN_SECOND)

struct asked {
    char label[LABELS_MAX][64];
    size_t n;
    const char *port, *protocol, *host; /* NULL */
    const char *service, *namespace;
    uint16_t type;
    int64_t when;
};

/* The labels in front of svc.ZONE; false: it is no such name. */
static bool read_labels(const char *zone, const struct expect_question *question,
                        struct asked *asked)
{
    const uint8_t *name = question->name;
    uint8_t suffix[256 + 4] = "\003svc";
    size_t suffix_len = dns_name_parse(zone, suffix + 4) + 4;

    if (suffix_len == 4 || !dns_name_within(name, question->len, suffix, suffix_len))
        return false;
    for (size_t at = 0, end = question->len - suffix_len; at < end; at += 1u + name[at]) {
        size_t len = name[at];
        if (asked->n == LABELS_MAX || len > 63 || memchr(name + at + 1, 0, len) != NULL)
            return false;
        memory_copy(asked->label[asked->n], name + at + 1, len);
        asked->label[asked->n++][len] = 0;
    }
    return true;
}

/* What the labels are; false: of a form that is not judged. */
static bool read_parts(struct asked *asked)
{
    if (asked->n < 2)
        return false;
    asked->namespace = asked->label[asked->n - 1];
    asked->service = asked->label[asked->n - 2];
    if (asked->n == 4) {
        asked->port = asked->label[0] + 1;
        asked->protocol = asked->label[1] + 1;
        return asked->label[0][0] == '_' && asked->label[1][0] == '_';
    }
    asked->host = asked->n == 3 ? asked->label[0] : NULL;
    for (size_t i = 0; i < asked->n; i++) /* older versions of CoreDNS take "*" and "any" */
        if (asked->label[i][0] == '_' || strcmp(asked->label[i], "*") == 0 ||
            strcmp(asked->label[i], "any") == 0)
            return false;
    return true;
}

static bool has_port(const struct asked *asked, const struct cluster_ports *ports)
{
    if (asked->port == NULL)
        return true;
    for (size_t i = 0; i < ports->n; i++) {
        const char *name = ports->at[i].name;
        if (name != NULL && strcmp(name, asked->port) == 0 &&
            strcmp(ports->at[i].udp ? "udp" : "tcp", asked->protocol) == 0)
            return true;
    }
    return false;
}

/* Where the address stands in `place`, or would. */
static size_t place_of_address(const struct expected *expected, const struct endpoint *end)
{
    size_t i = (size_t)map_hash(end->octet, sizeof end->octet);

    for (;; i++) {
        i %= 2 * EXPECT_ADDRESSES_MAX;
        if (expected->place[i] == 0 ||
            endpoint_same_addr(&expected->address[expected->place[i] - 1], end))
            return i;
    }
}

bool expect_has(const struct expected *expected, const struct endpoint *end)
{
    return expected->n + expected->n_optional != 0 &&
           expected->place[place_of_address(expected, end)] != 0;
}

/* Behind those that are there: all that must be come first, then those that may be. */
static void add(struct expected *expected, const struct asked *asked, const struct endpoint *end,
                bool optional)
{
    size_t all = expected->n + expected->n_optional;

    if (end->len != (asked->type == TYPE_A ? 4 : 16))
        return;
    if (all == 0) /* most questions expect nothing: only then it needs to be empty */
        memset(expected->place, 0, sizeof expected->place);
    size_t place = place_of_address(expected, end);
    if (expected->place[place] != 0)
        return;
    if (all == EXPECT_ADDRESSES_MAX) {
        expected->cut = true;
        return;
    }
    expected->address[all] = *end;
    expected->place[place] = (uint16_t)(all + 1);
    expected->n += !optional;
    expected->n_optional += optional;
}

/* "10-244-1-7": what CoreDNS calls an endpoint without a host name. */
static bool is_dashed(const char *label, const struct endpoint *end)
{
    char text[ADDR_TEXT_MAX];
    size_t len = endpoint_print_addr(end, text);

    for (size_t i = 0; i < len; i++)
        if (text[i] == '.' || text[i] == ':')
            text[i] = '-';
    return strcmp(label, text) == 0;
}

/* Whether the endpoint is the one called HOST; the pod's name counts where CoreDNS was told so
 * (endpoint_pod_names). */
static bool is_called(const struct cluster_endpoint *point, const struct endpoint *end,
                      const char *host)
{
    if (host == NULL)
        return true;
    if (point->hostname != NULL && point->hostname[0] != 0)
        return strcmp(point->hostname, host) == 0;
    return (point->pod != NULL && strcmp(point->pod, host) == 0) || is_dashed(host, end);
}

static bool is_settled(int64_t changed, int64_t when)
{
    return when == WHEN_NONE || changed == WHEN_NONE || changed <= when - LATE_NS;
}

/* Whether the address was the endpoint's pod's at that time, and the pod as it is in the files: they
 * are of another one. */
static bool was_there(const struct cluster *cluster, const struct cluster_endpoint *point,
                      const struct endpoint *end, int64_t when)
{
    const struct cluster_object *object;

    if (point->pod == NULL || when == WHEN_NONE)
        return true;
    object = cluster_who(cluster, end, when);
    if (object == NULL || object->kind != CLUSTER_POD)
        return object != NULL;
    const struct cluster_pod *pod = (const void *)object; /* its head */
    return strcmp(object->name, point->pod) == 0 && is_settled(object->from, when) &&
           is_settled(pod->changed, when);
}

/* The endpoints of one slice, those that must be in an answer, or those that may be: an endpoint that is
 * not ready may have been, where its pod changed since. */
static void take_slice(const struct cluster *cluster, const struct cluster_slice *slice,
                       const struct asked *asked, bool optional, struct expected *expected)
{
    for (size_t i = 0; i < slice->n && !expected->cut; i++) {
        const struct cluster_endpoint *point = &slice->at[i];
        /* one that is going was ready until its pod was deleted */
        bool hidden = !point->ready && !point->terminating && !expected->service->publish_not_ready;
        for (size_t a = 0; a < point->addresses.n; a++) {
            const struct endpoint *end = &point->addresses.at[a];
            bool there = was_there(cluster, point, end, asked->when);
            bool sure = point->ready && !point->terminating && there;
            if (!there && cluster_who(cluster, end, WHEN_NONE) != NULL) /* pods are in the files */
                expected->came = true;
            if (hidden && there)
                continue;
            if (sure != optional && is_called(point, end, asked->host))
                add(expected, asked, end, optional);
        }
    }
}

static void expect_endpoints(const struct cluster *cluster, const struct asked *asked,
                             struct expected *expected)
{
    const struct cluster_object *service = &expected->service->object;
    const struct cluster_slice *slice;
    bool found = false;

    for (int optional = 0; optional <= 1; optional++)
        for (size_t i = 0; (slice = cluster_slice_of(cluster, service, i)) != NULL; i++) {
            found = true;
            expected->changed = expected->changed || !is_settled(slice->changed, asked->when);
            if (has_port(asked, &slice->ports))
                take_slice(cluster, slice, asked, optional != 0, expected);
        }
    expected->kind = asked->host != NULL && expected->n + expected->n_optional == 0
                         ? EXPECT_NO_SUCH
                         : EXPECT_ADDRESSES;
    if (!found /* even a service without pods has a slice: they are of some namespaces only */ ||
        expected->changed)
        expected->kind = EXPECT_NOTHING;
}

static void expect_service(const struct cluster *cluster, const struct asked *asked,
                           struct expected *expected)
{
    const struct cluster_service *service = expected->service;

    if (service->external_name != NULL) {
        expected->kind =
            asked->host != NULL || asked->port != NULL ? EXPECT_NO_SUCH : EXPECT_EXTERNAL;
        expected->external_name = service->external_name;
    } else if (service->headless || asked->host != NULL) {
        expect_endpoints(cluster, asked, expected);
    } else {
        expected->kind = has_port(asked, &service->ports) ? EXPECT_ADDRESSES : EXPECT_NO_SUCH;
        for (size_t i = 0; i < service->object.addresses.n && expected->kind == EXPECT_ADDRESSES;
             i++)
            add(expected, asked, &service->object.addresses.at[i], false);
    }
}

void expect_answer(const struct cluster *cluster, const char *zone,
                   const struct expect_question *question, struct expected *expected)
{
    struct asked asked = {.type = question->type, .when = question->when};

    expected->kind = EXPECT_NOTHING;
    expected->service = NULL;
    expected->external_name = NULL;
    expected->n = expected->n_optional = 0;
    expected->cut = expected->came = expected->changed = false;
    if ((question->type != TYPE_A && question->type != TYPE_AAAA) ||
        cluster_services(cluster) == 0 || !read_labels(zone, question, &asked) ||
        !read_parts(&asked))
        return;
    expected->service = cluster_service_named(cluster, asked.namespace, asked.service);
    if (expected->service == NULL) {
        expected->kind = EXPECT_NO_SUCH;
        return;
    }
    expected->changed = !is_settled(expected->service->object.from, question->when);
    if (!expected->changed)
        expect_service(cluster, &asked, expected);
}

static bool has(const struct endpoint *at, size_t n, const struct endpoint *end)
{
    for (size_t i = 0; i < n; i++)
        if (endpoint_same_addr(&at[i], end))
            return true;
    return false;
}

struct difference expect_compare(const struct expected *expected, const struct endpoint *addresses,
                                 size_t n, bool truncated)
{
    struct difference difference = {0};

    if (expected->kind != EXPECT_ADDRESSES || expected->cut)
        return difference;
    for (size_t i = 0; i < n && !expected->came; i++)
        if (!expect_has(expected, &addresses[i]) && difference.unexpected++ == 0)
            difference.first_unexpected = addresses[i];
    for (size_t i = 0; i < expected->n && !truncated; i++)
        if (!has(addresses, n, &expected->address[i]) && difference.missing++ == 0)
            difference.first_missing = expected->address[i];
    return difference;
}
