// SPDX-License-Identifier: BSD-2-Clause
// Which names belong to the cluster.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "cluster-file.h"
#include "dns/name.h"
#include "session/live.h"

static bool is_cluster(const struct zones *zones, const char *name)
{
    uint8_t wire[256];
    size_t len = dns_name_parse(name, wire);

    assert_true(len > 0);
    return zones_cluster(zones, wire, len);
}

static void learn(struct zones *zones, const char *name)
{
    uint8_t wire[256];
    size_t len = dns_name_parse(name, wire);

    assert_true(len > 0);
    zones_learn(zones, wire, len);
}

static void test_usual(void **state)
{
    static const struct {
        const char *name;
        bool cluster;
    } cases[] = {
        {"api.default.svc.cluster.local.", true},
        {"API.Default.SVC.Cluster.LOCAL.", true},
        {"cluster.local.", true},
        {"10-244-1-7.default.pod.cluster.local.", true},
        {"7.1.244.10.in-addr.arpa.", true},
        {"1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.", true},
        {"local.", false},
        {"mycluster.local.", false},
        {"cluster.local.example.com.", false},
        {"arpa.", false},
        {"example.com.", false},
        {".", false},
    };
    struct zones *zones = zones_new();

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(is_cluster(zones, cases[i].name), cases[i].cluster);
    zones_free(zones);
}

// svc.<zone> in what clients walk through and CoreDNS answers with authority shows the zone.
static void test_learned(void **state)
{
    struct zones *zones = zones_new();
    char name[64];

    (void)state;
    learn(zones, "api.default.svc.k8s.corp.");
    assert_false(is_cluster(zones, "api.default.svc.k8s.corp.")); /* one may be chance */
    for (int i = 0; i < 10; i++) {
        snprintf(name, sizeof name, "api%d.shop.svc.k8s.corp.", i);
        learn(zones, name);
    }
    assert_true(is_cluster(zones, "api.default.svc.k8s.corp."));
    assert_true(is_cluster(zones, "example.com.shop.svc.k8s.CORP."));
    assert_true(is_cluster(zones, "k8s.corp."));
    assert_false(is_cluster(zones, "corp."));
    assert_false(is_cluster(zones, "ak8s.corp."));
    assert_true(is_cluster(zones, "cluster.local."));
    zones_free(zones);
}

static void test_not_learned(void **state)
{
    static const char *const names[] = {
        "www.example.com.",   /* no svc */
        "svc.example.com.",   /* nothing in front of it */
        "a.svc.example.com.", /* no namespace */
        "a.b.svc.",           /* no zone behind it */
        "a.b.asvc.example.com.",
        "a.b.svcs.example.com.",
        ".",
    };
    struct zones *zones = zones_new();

    (void)state;
    for (int round = 0; round < 10; round++)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++)
            learn(zones, names[i]);
    assert_false(is_cluster(zones, "www.example.com."));
    assert_false(is_cluster(zones, "example.com."));
    assert_false(is_cluster(zones, "com."));
    zones_free(zones);
}

// A flood of zones is bounded, and those learned first stay known.
static void test_many(void **state)
{
    struct zones *zones = zones_new();
    char name[64];

    (void)state;
    for (int i = 0; i < 10; i++)
        learn(zones, "api.default.svc.first.example.");
    for (int zone = 0; zone < 1000; zone++) {
        snprintf(name, sizeof name, "api.default.svc.zone%d.example.", zone);
        for (int i = 0; i < 5; i++)
            learn(zones, name);
    }
    assert_true(is_cluster(zones, "api.default.svc.first.example."));
    assert_false(is_cluster(zones, "example."));
    zones_free(zones);
}

/* What the Corefile says is known before any message. */
static void test_corefile(void **state)
{
    static const char *const texts[] = {
        "kind: ConfigMap\nmetadata: {name: coredns, namespace: kube-system}\n"
        "data: {Corefile: \".:53 {\\n kubernetes K8s.Corp. 10.0.0.0/8 in-addr.arpa {\\n }\\n}\\n"
        "dns://lab.test:53 {\\n kubernetes\\n}\\n. {\\n kubernetes\\n}\"}\n",
        NULL};
    struct cluster *cluster = cluster_of(texts);
    struct zones *zones = zones_new();

    (void)state;
    zones_read(zones, NULL);
    assert_false(is_cluster(zones, "web.shop.svc.k8s.corp."));
    zones_read(zones, cluster);
    assert_true(is_cluster(zones, "web.shop.svc.k8s.corp."));
    assert_true(is_cluster(zones, "web.shop.svc.lab.test."));
    assert_true(is_cluster(zones, "web.shop.svc.cluster.local."));
    assert_false(
        is_cluster(zones, "example.com.")); /* not everything, whatever is said of the root */
    assert_false(is_cluster(zones, "corp."));
    zones_free(zones);
    cluster_free(cluster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_corefile), cmocka_unit_test(test_usual),
        cmocka_unit_test(test_learned),  cmocka_unit_test(test_not_learned),
        cmocka_unit_test(test_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
