// SPDX-License-Identifier: BSD-2-Clause
// The fields of an object inside another table, and endpoints as texts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cluster-file.h"
#include "cluster/fields.h"

/* A table as others have: rows with an object, or without one. */
struct row {
    const struct cluster_object *object;
};

static const struct cluster_object *peer(const void *row)
{
    return ((const struct row *)row)->object;
}
CLUSTER_GETTERS(peer)

static bool always(const void *row)
{
    return row != NULL;
}

static const struct field entries[] = {
    {.path = "peer", .shape = FIELD_GROUP, .present = always},
    CLUSTER_FIELDS("peer.", peer),
};
static const struct field_table table = {
    .name = "toys", .fields = entries, .n = sizeof entries / sizeof *entries};

static const char objects[] =
    "- kind: Pod\n"
    "  metadata: {name: web-1, namespace: shop, labels: {tier: front, app: web}, ownerReferences: "
    "[{kind: StatefulSet, name: web, controller: true}]}\n"
    "  spec: {nodeName: n1}\n"
    "  status: {podIP: 10.0.0.1}\n"
    "- {kind: Service, metadata: {name: dns, namespace: kube-system}, spec: {clusterIP: "
    "10.96.0.10}}\n"
    "- {kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: "
    "172.16.0.1}]}}\n";

static void expect_cell(const struct row *row, const char *path, const char *want)
{
    struct text scratch = {0}, out = {0};
    const struct field *field = field_find(&table, path, strlen(path));

    assert_non_null(field);
    struct value value = field_cell(&table, field, row, &scratch);
    field_print(&value, &out);
    assert_string_equal(out.at != NULL ? out.at : "", want);
    text_done(&scratch);
    text_done(&out);
}

static void test_cells(void **state)
{
    const char *const texts[] = {objects, NULL};
    struct cluster *cluster = cluster_of(texts);
    struct row pod = {who(cluster, "10.0.0.1", 0, WHEN_NONE)};
    struct row service = {who(cluster, "10.96.0.10", 53, WHEN_NONE)};
    struct row node = {who(cluster, "172.16.0.1", 0, WHEN_NONE)}, none = {NULL};

    (void)state;
    expect_cell(&pod, "peer.k8s", "p/shop/web-1");
    expect_cell(&pod, "peer.k8s.kind", "pod");
    expect_cell(&pod, "peer.k8s.namespace", "shop");
    expect_cell(&pod, "peer.k8s.name", "web-1");
    expect_cell(&pod, "peer.k8s.owner", "StatefulSet/web");
    expect_cell(&pod, "peer.k8s.owner.kind", "StatefulSet");
    expect_cell(&pod, "peer.k8s.owner.name", "web");
    expect_cell(&pod, "peer.k8s.node", "n1");
    expect_cell(&pod, "peer.k8s.labels", "app=web,tier=front");
    expect_cell(&service, "peer.k8s", "s/kube-system/dns");
    expect_cell(&service, "peer.k8s.kind", "svc");
    expect_cell(&service, "peer.k8s.owner", "");
    expect_cell(&service, "peer.k8s.owner.name", "");
    expect_cell(&service, "peer.k8s.labels", "");
    expect_cell(&node, "peer.k8s", "n/n1");
    expect_cell(&node, "peer.k8s.namespace", "");
    expect_cell(&none, "peer.k8s", "");
    expect_cell(&none, "peer.k8s.name", "");
    expect_cell(&none, "peer.k8s.labels", "");
    cluster_free(cluster);
}

static void expect_endpoint(const struct cluster_object *object, const char *address, uint16_t port,
                            bool with_port, const char *want)
{
    struct endpoint end = {0};
    struct text scratch = {0};

    assert_true(address == NULL || endpoint_parse(address, &end));
    end.port = port;
    struct value value = cluster_value_endpoint(object, &end, with_port, true, &scratch);
    if (want == NULL)
        assert_int_equal(value.kind, VALUE_NULL);
    else
        assert_string_equal(scratch.at, want);
    text_done(&scratch);
}

static void test_endpoints(void **state)
{
    const char *const texts[] = {objects, NULL};
    struct cluster *cluster = cluster_of(texts);
    const struct cluster_object *pod = who(cluster, "10.0.0.1", 0, WHEN_NONE);

    (void)state;
    expect_endpoint(pod, "10.0.0.1", 41022, true, "p/shop/web-1:41022");
    expect_endpoint(pod, "10.0.0.1", 41022, false, "p/shop/web-1");
    expect_endpoint(pod, "10.0.0.1", 0, true, "p/shop/web-1");
    expect_endpoint(pod, NULL, 0, true, "p/shop/web-1"); /* known by its name only */
    expect_endpoint(NULL, "168.63.129.16", 53, true, "r/168.63.129.16:53");
    expect_endpoint(NULL, "fd00::1", 53, true, "r/[fd00::1]:53");
    expect_endpoint(NULL, "fd00::1", 53, false, "r/fd00::1");
    expect_endpoint(NULL, NULL, 0, true, NULL);
    cluster_free(cluster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cells),
                                       cmocka_unit_test(test_endpoints)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
