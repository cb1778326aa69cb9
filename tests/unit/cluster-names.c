// SPDX-License-Identifier: BSD-2-Clause
// Whose address it is, at which time: addresses used again, host networks, ports, services, nodes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cluster-file.h"

#define POD(name, more, status)                                                                    \
    "- kind: Pod\n  metadata: {name: " name ", namespace: a" more "}\n  status: {" status "}\n"

static void expect_who(const struct cluster *cluster, const char *address, uint16_t port,
                       int64_t when, const char *want)
{
    const struct cluster_object *object = who(cluster, address, port, when);

    if (want == NULL)
        assert_null(object);
    else if (object == NULL)
        fail_msg("%s:%u is nobody's, not %s's", address, port, want);
    else
        assert_string_equal(object->name, want);
}

/* A job that is over, the pod that has its address now, and one to come. */
static void test_used_again(void **state)
{
    static const char *const texts[] = {
        POD("job", "",
            "podIP: 10.0.0.1, phase: Succeeded, startTime: '2026-11-21T08:00:00Z', "
            "containerStatuses: [{state: {terminated: {finishedAt: "
            "'2026-11-21T08:10:00Z'}}}, {state: {terminated: {finishedAt: "
            "'2026-11-21T08:09:00Z'}}}]")
            POD("web", "", "podIP: 10.0.0.1, phase: Running, startTime: '2026-11-21T08:20:00Z'")
                POD("next", ", deletionTimestamp: '2026-11-21T09:00:00Z'",
                    "podIP: 10.0.0.2, startTime: '2026-11-21T08:30:00Z'")
                    POD("evicted", "",
                        "podIP: 10.0.0.3, phase: Failed, startTime: '2026-11-21T08:00:00Z', "
                        "conditions: [{lastTransitionTime: '2026-11-21T08:05:00Z'}]")
                        POD("ageless", "", "podIP: 10.0.0.4"),
        NULL};
    struct cluster *cluster = cluster_of(texts);

    (void)state;
    expect_who(cluster, "10.0.0.1", 0, clock_at(7, 59, 0), NULL);   /* somebody's who is gone */
    expect_who(cluster, "10.0.0.1", 0, clock_at(7, 59, 56), "job"); /* clocks differ by seconds */
    expect_who(cluster, "10.0.0.1", 0, clock_at(8, 5, 0), "job");
    expect_who(cluster, "10.0.0.1", 0, clock_at(8, 10, 0), "job");
    expect_who(cluster, "10.0.0.1", 0, clock_at(8, 15, 0), NULL);
    expect_who(cluster, "10.0.0.1", 0, clock_at(8, 19, 57), "web");
    expect_who(cluster, "10.0.0.1", 0, clock_at(12, 0, 0), "web");
    expect_who(cluster, "10.0.0.1", 0, WHEN_NONE, NULL); /* which of them? */
    expect_who(cluster, "10.0.0.2", 0, WHEN_NONE, "next");
    expect_who(cluster, "10.0.0.2", 0, clock_at(9, 0, 3), "next");
    expect_who(cluster, "10.0.0.2", 0, clock_at(9, 1, 0), NULL);
    expect_who(cluster, "10.0.0.3", 0, clock_at(8, 4, 0), "evicted");
    expect_who(cluster, "10.0.0.3", 0, clock_at(8, 6, 0), NULL);
    expect_who(cluster, "10.0.0.4", 0, clock_at(1, 0, 0), "ageless");
    expect_who(cluster, "10.0.0.5", 0, clock_at(1, 0, 0), NULL);
    cluster_free(cluster);
}

/* In a window: where it was one object's only. */
static void test_window(void **state)
{
    static const char *const texts[] = {
        POD("old", "",
            "podIP: 10.0.0.1, phase: Failed, startTime: '2026-11-21T08:00:00Z', "
            "containerStatuses: [{state: {terminated: {finishedAt: "
            "'2026-11-21T08:10:00Z'}}}]")
            POD("new", "", "podIP: 10.0.0.1, startTime: '2026-11-21T08:20:00Z'"),
        NULL};
    struct cluster *cluster = cluster_of(texts);
    struct endpoint end;

    (void)state;
    assert_true(endpoint_parse("10.0.0.1", &end));
    assert_null(cluster_who_all(cluster, &end, clock_at(8, 5, 0), clock_at(8, 25, 0)));
    assert_string_equal(
        cluster_who_all(cluster, &end, clock_at(8, 12, 0), clock_at(8, 25, 0))->name, "new");
    assert_string_equal(cluster_who_all(cluster, &end, clock_at(8, 1, 0), clock_at(8, 2, 0))->name,
                        "old");
    assert_null(cluster_who_all(cluster, &end, clock_at(8, 12, 0), clock_at(8, 13, 0)));
    assert_null(cluster_who_all(cluster, &end, WHEN_NONE, WHEN_NONE));
    assert_null(cluster_who_all(NULL, &end, WHEN_NONE, WHEN_NONE));
    cluster_free(cluster);
}

/* A node's address is the node's, but for ports that one pod there declares. */
static void test_host_network(void **state)
{
    static const char *const texts[] = {
        "- kind: Pod\n"
        "  metadata: {name: resolver, namespace: a}\n"
        "  spec: {hostNetwork: true, nodeName: n1, containers: [{ports: [{containerPort: 53}, "
        "{containerPort: 53, protocol: UDP}, {containerPort: 40000}, {containerPort: 9100}]}]}\n"
        "  status: {podIP: 172.16.0.1, hostIP: 172.16.0.1, startTime: '2026-11-21T08:00:00Z'}\n"
        "- kind: Pod\n"
        "  metadata: {name: exporter, namespace: a}\n"
        "  spec: {nodeName: n1, containers: [{ports: [{containerPort: 9100}]}]}\n"
        "  status: {podIP: 172.16.0.1, hostIP: 172.16.0.1}\n" /* said by the addresses */
        "- kind: Pod\n"
        "  metadata: {name: ingress, namespace: a}\n"
        "  spec: {nodeName: n1, containers: [{ports: [{containerPort: 8443, hostPort: 443}]}]}\n"
        "  status: {podIP: 10.0.0.7, hostIP: 172.16.0.1}\n"
        "- kind: Node\n"
        "  metadata: {name: n1, creationTimestamp: '2026-11-21T06:00:00Z'}\n"
        "  status: {addresses: [{type: Hostname, address: 172.16.9.9}, {type: InternalIP, address: "
        "172.16.0.1}, {address: 'fd00::1', type: InternalIP}, {type: ExternalIP, address: "
        "192.0.2.7}]}\n",
        NULL};
    struct cluster *cluster = cluster_of(texts);
    int64_t when = clock_at(9, 0, 0);

    (void)state;
    expect_who(cluster, "172.16.0.1", 0, when, "n1");
    expect_who(cluster, "172.16.0.1", 53, when, "resolver");
    expect_who(cluster, "172.16.0.1", 53, clock_at(7, 0, 0), "n1"); /* it was not there yet */
    expect_who(cluster, "172.16.0.1", 9100, when, "n1");            /* two pods say it is theirs */
    expect_who(cluster, "172.16.0.1", 40000, when, "n1"); /* may be any client's on the node */
    expect_who(cluster, "172.16.0.1", 443, when, "ingress");
    expect_who(cluster, "172.16.0.1", 8443, when, "n1");
    expect_who(cluster, "10.0.0.7", 8443, when, "ingress");
    expect_who(cluster, "fd00::1", 0, when, "n1");
    expect_who(cluster, "192.0.2.7", 0, when, "n1");
    expect_who(cluster, "172.16.9.9", 0, when, NULL);
    expect_who(cluster, "172.16.0.1", 0, clock_at(5, 0, 0), NULL);
    assert_string_equal(cluster_named(cluster, "n1")->name, "resolver");
    assert_null(cluster_named(cluster, "n2"));
    cluster_free(cluster);
}

static void test_services(void **state)
{
    static const char *const texts[] = {
        "- kind: Service\n"
        "  metadata: {name: dns, namespace: kube-system, creationTimestamp: "
        "'2026-11-21T06:00:00Z'}\n"
        "  spec: {clusterIP: 10.96.0.10, clusterIPs: [10.96.0.10, 'fd00:96::a'], externalIPs: "
        "[192.0.2.1], ports: [{port: 53, protocol: UDP}]}\n"
        "  status: {loadBalancer: {ingress: [{ip: 192.0.2.2}, {hostname: x}]}}\n"
        "- {kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: "
        "192.0.2.2}]}}\n"
        "- kind: Service\n"
        "  metadata: {name: headless, namespace: a}\n"
        "  spec: {clusterIP: None, clusterIPs: [None]}\n",
        NULL};
    struct cluster *cluster = cluster_of(texts);

    (void)state;
    expect_who(cluster, "10.96.0.10", 53, clock_at(9, 0, 0), "dns");
    expect_who(cluster, "10.96.0.10", 0, clock_at(5, 0, 0), NULL);
    expect_who(cluster, "fd00:96::a", 0, clock_at(9, 0, 0), "dns");
    expect_who(cluster, "192.0.2.1", 53, clock_at(9, 0, 0), "dns");
    expect_who(cluster, "192.0.2.2", 53, clock_at(9, 0, 0), "dns");
    expect_who(cluster, "192.0.2.2", 0, clock_at(9, 0, 0), "n1"); /* a node is behind it, too */
    expect_who(cluster, "192.0.2.1", 0, clock_at(9, 0, 0), NULL);
    assert_int_equal(who(cluster, "10.96.0.10", 0, WHEN_NONE)->kind, CLUSTER_SERVICE);
    assert_int_equal(cluster_service_named(cluster, "kube-system", "dns")->object.addresses.n, 2);
    cluster_free(cluster);
}

/* Pods alone tell of their nodes. */
static void test_inferred_nodes(void **state)
{
    static const char *const texts[] = {
        "- {kind: Pod, metadata: {name: x, namespace: a}, spec: {nodeName: n1}, status: {podIP: "
        "10.0.0.1, hostIP: 172.16.0.1}}\n"
        "- {kind: Pod, metadata: {name: y, namespace: a}, spec: {nodeName: n1}, status: {podIP: "
        "10.0.0.2, hostIP: 172.16.0.1}}\n"
        "- {kind: Pod, metadata: {name: pending, namespace: a}, spec: {}, status: {}}\n",
        NULL};
    struct cluster *cluster = cluster_of(texts);

    (void)state;
    assert_int_equal(cluster_nodes(cluster), 1);
    expect_who(cluster, "172.16.0.1", 0, clock_at(9, 0, 0), "n1");
    cluster_free(cluster);
}

/* dnstap's identity is the host name: the pod's name. */
static void test_identities(void **state)
{
    static const char *const texts[] = {
        "- {kind: Pod, metadata: {name: same, namespace: a}}\n"
        "- {kind: Pod, metadata: {name: same, namespace: b}}\n"
        "- {kind: Pod, metadata: {name: db-0, namespace: a, uid: '1', creationTimestamp: "
        "'2026-11-21T06:00:00Z'}}\n"
        "- {kind: Pod, metadata: {name: db-0, namespace: a, uid: '2', creationTimestamp: "
        "'2026-11-21T07:00:00Z'}}\n",
        NULL};
    struct cluster *cluster = cluster_of(texts);

    (void)state;
    expect_who(cluster, "10.0.0.1", 53, clock_at(9, 0, 0), NULL); /* nobody has an address */
    assert_null(cluster_named(cluster, "same"));
    assert_int_equal(cluster_named(cluster, "db-0")->from, clock_at(7, 0, 0));
    assert_null(cluster_named(cluster, "db"));
    assert_null(cluster_named(cluster, NULL));
    assert_null(cluster_named(NULL, "db-0"));
    cluster_free(cluster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_used_again),     cmocka_unit_test(test_window),
        cmocka_unit_test(test_host_network),   cmocka_unit_test(test_services),
        cmocka_unit_test(test_inferred_nodes), cmocka_unit_test(test_identities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
