// SPDX-License-Identifier: BSD-2-Clause
// Objects out of kubectl's output: what is read of each kind, lists, several documents and files, how
// much time and memory ten thousand pods take, and what is refused.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <time.h>

#include <cmocka.h>

#include "cluster-file.h"

static struct cluster *fixture(const char *name)
{
    struct cluster *cluster = cluster_new();
    struct error error = {0};
    struct text path = {0};

    text_format(&path, "%s/cluster/%s", getenv("FIXTURES"), name);
    assert_int_equal(cluster_read(cluster, path.at, &error), 0);
    text_done(&path);
    cluster_finish(cluster);
    return cluster;
}

static const struct cluster_pod *pod_named(const struct cluster *cluster, const char *name)
{
    for (size_t i = 0; i < cluster_pods(cluster); i++)
        if (strcmp(cluster_pod(cluster, i)->object.name, name) == 0)
            return cluster_pod(cluster, i);
    return NULL;
}

static void expect_address(const struct cluster_addresses *addresses, size_t i, const char *want)
{
    char text[ADDR_TEXT_MAX];

    assert_true(i < addresses->n);
    endpoint_print_addr(&addresses->at[i], text);
    assert_string_equal(text, want);
}

static void check_pods(const struct cluster *cluster)
{
    const struct cluster_pod *pod = pod_named(cluster, "coredns-7db6d8ff4d-8xk2m");

    assert_non_null(pod);
    assert_int_equal(pod->object.kind, CLUSTER_POD);
    assert_string_equal(pod->object.namespace, "kube-system");
    assert_string_equal(pod->object.node, "node-1");
    assert_string_equal(pod->object.owner_kind, "Deployment"); /* the ReplicaSet's hash removed */
    assert_string_equal(pod->object.owner_name, "coredns");
    assert_int_equal(pod->object.labels.n, 2);
    assert_string_equal(cluster_labels_find(&pod->object.labels, "k8s-app"), "kube-dns");
    assert_null(cluster_labels_find(&pod->object.labels, "app"));
    assert_int_equal(pod->object.from, clock_at(8, 0, 0));
    assert_int_equal(pod->object.until, WHEN_NONE);
    assert_int_equal(pod->object.addresses.n, 1);
    expect_address(&pod->object.addresses, 0, "10.244.1.53");
    expect_address(&pod->host, 0, "172.30.0.1");
    assert_false(pod->host_network);
    assert_int_equal(pod->ports.n, 3);
    assert_int_equal(pod->ports.at[0].number, 53);
    assert_string_equal(pod->ports.at[1].name, "dns-tcp");
    assert_true(pod->ports.at[0].udp && !pod->ports.at[1].udp);

    pod = pod_named(cluster, "cart-0");
    assert_string_equal(pod->object.owner_kind, "StatefulSet");
    assert_string_equal(pod->object.owner_name, "cart");
    pod = pod_named(cluster, "kube-proxy-h2d4s");
    assert_true(pod->host_network);
    pod = pod_named(cluster, "settle-29063520-w8fzn"); /* ran to completion */
    assert_int_equal(pod->object.until, clock_at(8, 40, 0));
}

static void check_services(const struct cluster *cluster)
{
    const struct cluster_service *service = cluster_service_named(cluster, "shop", "cart");

    assert_non_null(service);
    expect_address(&service->object.addresses, 0, "10.96.0.21");
    assert_int_equal(service->object.addresses.n, 1);
    assert_string_equal(cluster_labels_find(&service->selector, "app"), "cart");
    service = cluster_service_named(cluster, "shop", "db");
    assert_true(service->headless);
    assert_int_equal(service->object.addresses.n, 0);
    service = cluster_service_named(cluster, "shop", "mail");
    assert_string_equal(service->external_name, "smtp.example.com");
    assert_null(cluster_service_named(cluster, "shop", "redis"));
    assert_null(cluster_service_named(cluster, "zzz", "zzz"));

    service = cluster_service_named(cluster, "shop", "db");
    const struct cluster_slice *slice = cluster_slice_of(cluster, &service->object, 0);
    assert_non_null(slice);
    assert_null(cluster_slice_of(cluster, &service->object, 1));
    assert_int_equal(slice->n, 3);
    assert_string_equal(slice->at[1].hostname, "db-1");
    assert_string_equal(slice->at[1].pod, "db-1");
    expect_address(&slice->at[1].addresses, 0, "10.244.1.151");
    assert_true(slice->at[1].ready && !slice->at[1].terminating);
}

/* The YAML and the JSON of one cluster are the same objects. */
static void test_kinds(void **state)
{
    static const char *const names[] = {"cluster.yaml", "cluster.json"};

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct cluster *cluster = fixture(names[i]);
        assert_int_equal(cluster_pods(cluster), 11);
        assert_int_equal(cluster_services(cluster), 9);
        assert_int_equal(cluster_slices(cluster), 2);
        assert_int_equal(cluster_nodes(cluster), 1);
        assert_int_equal(cluster_configs(cluster), 2);
        assert_int_equal(cluster_newest(cluster), clock_at(9, 38, 12));
        check_pods(cluster);
        check_services(cluster);
        const struct cluster_node *node = cluster_node(cluster, 0);
        assert_string_equal(node->object.name, "node-1");
        assert_null(node->object.namespace);
        assert_false(node->inferred);
        assert_int_equal(node->object.addresses.n, 1);
        assert_string_equal(cluster_config(cluster, 0)->name, "coredns");
        assert_non_null(cluster_labels_find(&cluster_config(cluster, 1)->texts, "corp.server"));
        cluster_free(cluster);
    }
    cluster_free(NULL);
}

#define POD(name, more)                                                                            \
    "{\"metadata\": {\"name\": \"" name "\", \"namespace\": \"a\"" more "}, \"kind\": \"Pod\"}"

/* An object alone, a list of a kind, a list without one, several documents, kinds that are not kept. */
static void test_forms(void **state)
{
    static const struct {
        const char *text;
        size_t pods;
    } cases[] = {
        {POD("x", ""), 1},
        {"[" POD("x", "") ", " POD("y", "") "]", 2},
        {"{\"kind\": \"PodList\", \"items\": [{\"metadata\": {\"name\": \"x\"}}, {\"metadata\": "
         "{\"name\": \"y\"}}]}",
         2},
        {"{\"kind\": \"List\", \"items\": [" POD("x", "") ", {\"kind\": \"Deployment\"}]}", 1},
        {POD("x", "") "\n---\n{\"kind\": \"List\", \"items\": [" POD("y", "") "]}\n---\n" POD("z",
                                                                                              ""),
         3},
        {"kind: Pod\nmetadata:\n  name: x\n---\n---\nkind: Pod\nmetadata:\n  name: y\n", 2},
        {POD("x", ", \"annotations\": {\"kubectl\": \"{\\\"kind\\\":\\\"Node\\\"}\"}"), 1},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const texts[] = {cases[i].text, NULL};
        struct cluster *cluster = cluster_of(texts);
        assert_non_null(cluster);
        assert_int_equal(cluster_pods(cluster), cases[i].pods);
        cluster_free(cluster);
    }
}

/* What hand-made and odd files say in other ways. */
static void test_values(void **state)
{
    static const char *const texts[] = {
        "kind: Pod\n"
        "metadata:\n"
        "  name: x\n"
        "  creationTimestamp: null\n"
        "  labels: {b: '2', a: '', a: again, pod-template-hash: abc}\n"
        "  ownerReferences:\n"
        "  - {kind: Other, name: not-me}\n"
        "  - {kind: ReplicaSet, name: web-abcd, controller: true}\n"
        "spec: {nodeName: n, hostNetwork: 'true', containers: [{ports: [{containerPort: "
        "99999}]}]}\n"
        "status: {podIP: '', podIPs: [{ip: 10.0.0.1}, {ip: 'fd00::1'}, {ip: x}], hostIP: "
        "10.0.0.9,\n"
        "  startTime: yesterday}\n",
        NULL};
    struct cluster *cluster = cluster_of(texts);

    (void)state;
    const struct cluster_pod *pod = cluster_pod(cluster, 0);
    assert_null(pod->object.namespace);
    assert_int_equal(pod->object.from, WHEN_NONE);
    assert_int_equal(pod->object.labels.n, 3); /* by their keys, each once */
    assert_string_equal(pod->object.labels.at[0].key, "a");
    assert_string_equal(pod->object.owner_name, "web-abcd"); /* another hash: nothing is removed */
    assert_string_equal(pod->object.owner_kind, "ReplicaSet");
    assert_false(pod->host_network); /* a text is no boolean */
    assert_int_equal(pod->object.addresses.n, 2);
    assert_int_equal(pod->ports.at[0].number, 0);
    assert_true(cluster_node(cluster, 0)->inferred);
    cluster_free(cluster);
}

/* A second file of the same cluster, later: what is in both is as the later one says; what is gone in
 * it is known from the first. */
static void test_several_files(void **state)
{
    static const char *const texts[] = {
        POD("x", ", \"uid\": \"1\"") "\n---\n" POD("y", ", \"uid\": \"2\""),
        POD("y", ", \"uid\": \"2\", \"labels\": {\"later\": \"yes\"}") "\n---\n" POD(
            "y", ", \"uid\": \"3\""),
        NULL};
    struct cluster *cluster = cluster_of(texts);

    (void)state;
    assert_int_equal(cluster_pods(cluster), 3);
    assert_int_equal(cluster_pod(cluster, 1)->object.labels.n, 1);
    cluster_free(cluster);
}

static void expect_error(const char *text, size_t len, const char *want)
{
    struct cluster *cluster = cluster_new();
    struct error error = {0};

    assert_int_equal(cluster_read(cluster, file_with(text, len), &error), -1);
    assert_int_equal(error.code, ERROR_INPUT);
    if (strstr(error.text, want) == NULL)
        fail_msg("%s", error.text);
    cluster_free(cluster);
}

static void test_refused(void **state)
{
    static const char listing[] = "NAME  READY\nweb-1  1/1\n";
    static const char other[] = "{\"kind\": \"Deployment\", \"metadata\": {\"name\": \"x\"}}";
    struct text text = {0};

    (void)state;
    expect_error("", 0, ":1:1: holds no objects of a cluster; kubectl get");
    expect_error(listing, sizeof listing - 1, ":1:1: holds no objects of a cluster");
    expect_error(other, sizeof other - 1,
                 ":1:1: holds no pods, services, endpoint slices, nodes or ConfigMaps");
    /* one object with more labels than memory */
    text_add_string(&text, "kind: Pod\nmetadata:\n  name: x\n  labels:\n");
    for (int i = 0; i < 200000; i++)
        text_format(&text, "    l%d: v\n", i);
    expect_error(text.at, text.len, ":131077:14: has more entries than any object of Kubernetes");
    text_clear(&text);
    text_add_string(&text, "kind: ConfigMap\nmetadata: {name: x}\ndata:\n");
    for (int i = 0; i < 400; i++) {
        text_format(&text, "    %d.server: v%d", i, i);
        text_add_fill(&text, 'x', 1u << 20);
        text_add_char(&text, '\n');
    }
    expect_error(text.at, text.len, ": the objects take too much memory");
    text_clear(&text); /* every port at every address of the node is one more name */
    text_add_string(&text,
                    "- kind: Pod\n  metadata: {name: x}\n  spec:\n    containers:\n    - ports:\n");
    for (int i = 0; i < 20000; i++)
        text_format(&text, "      - hostPort: %d\n", i);
    text_add_string(&text, "  status:\n    hostIPs:\n");
    for (int i = 0; i < 20000; i++)
        text_format(&text, "    - ip: 10.0.%d.%d\n", i / 250, i % 250);
    text_add_string(&text, "- kind: Node\n");
    expect_error(text.at, text.len, ": the objects take too much memory");
    text_done(&text);
}

/* A pod as kubectl prints it, with what no DNS tool wants. */
static void add_pod(struct text *text, unsigned i, bool json)
{
    char address[24];

    snprintf(address, sizeof address, "10.%u.%u.%u", 128 + (i >> 14), i >> 6 & 255, 1 + (i & 63));
    if (json) {
        text_format(text,
                    "%s{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {"
                    "\"annotations\": {\"cni/podIP\": \"%s/32\"}, \"creationTimestamp\": "
                    "\"2026-11-21T08:00:00Z\", \"labels\": {\"app\": \"web\", "
                    "\"pod-template-hash\": \"5f6c8d7b9\"}, \"name\": \"web-5f6c8d7b9-%05u\", "
                    "\"namespace\": \"ns%u\", \"ownerReferences\": [{\"kind\": \"ReplicaSet\", "
                    "\"controller\": true, \"name\": \"web-5f6c8d7b9\"}], \"uid\": \"u%u\"}, ",
                    i == 0 ? "" : ",\n", address, i, i % 50, i);
        text_format(text,
                    "\"spec\": {\"nodeName\": \"node-%u\", \"containers\": [{\"name\": \"web\", "
                    "\"args\": [\"--listen\", \"0.0.0.0:8080\"], \"ports\": [{\"containerPort\": "
                    "8080, \"protocol\": \"TCP\"}], \"env\": [",
                    i % 100);
        for (int k = 0; k < 25; k++)
            text_format(text,
                        "%s{\"name\": \"SETTING_%d\", \"value\": \"some longer value of it\"}",
                        k == 0 ? "" : ", ", k);
        text_format(text,
                    "]}]}, \"status\": {\"hostIP\": \"10.0.0.%u\", \"phase\": \"Running\", "
                    "\"podIP\": \"%s\", \"podIPs\": [{\"ip\": \"%s\"}], \"startTime\": "
                    "\"2026-11-21T08:00:01Z\"}}",
                    i % 100, address, address);
        return;
    }
    text_format(text,
                "- apiVersion: v1\n  kind: Pod\n  metadata:\n    annotations:\n"
                "      cni/podIP: %s/32\n    creationTimestamp: \"2026-11-21T08:00:00Z\"\n"
                "    labels:\n      app: web\n      pod-template-hash: 5f6c8d7b9\n"
                "    name: web-5f6c8d7b9-%05u\n    namespace: ns%u\n    ownerReferences:\n"
                "    - apiVersion: apps/v1\n      controller: true\n      kind: ReplicaSet\n"
                "      name: web-5f6c8d7b9\n    uid: u%u\n",
                address, i, i % 50, i);
    text_add_string(text, "  spec:\n    containers:\n    - args:\n      - --listen\n"
                          "      - 0.0.0.0:8080\n      env:\n");
    for (int k = 0; k < 50; k++)
        text_format(text, "      - name: SETTING_%d\n        value: some longer value of it\n", k);
    text_format(text,
                "      name: web\n      ports:\n      - containerPort: 8080\n"
                "        protocol: TCP\n    nodeName: node-%u\n  status:\n"
                "    hostIP: 10.0.0.%u\n    phase: Running\n    podIP: %s\n    podIPs:\n"
                "    - ip: %s\n    startTime: \"2026-11-21T08:00:01Z\"\n",
                i % 100, i % 100, address, address);
}

enum { PODS = 10000 };

static void read_many(const char *file)
{
    struct cluster *cluster = cluster_new();
    struct error error = {0};
    struct rusage before, after;
    clock_t start = clock();

    getrusage(RUSAGE_SELF, &before);
    assert_int_equal(cluster_read(cluster, file, &error), 0);
    cluster_finish(cluster);
    double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    getrusage(RUSAGE_SELF, &after);
    print_message("%d pods: %.2f s, %ld KiB more\n", PODS, seconds,
                  after.ru_maxrss - before.ru_maxrss);
    assert_int_equal(cluster_pods(cluster), PODS);
    assert_int_equal(cluster_nodes(cluster), 100);
    assert_string_equal(who(cluster, "10.128.3.8", 0, clock_at(9, 0, 0))->name,
                        "web-5f6c8d7b9-00199");
    cluster_free(cluster);
    const char *sanitized = getenv("SANITIZED"); /* which takes much more of both */
    if (sanitized != NULL && strcmp(sanitized, "yes") == 0)
        return;
    assert_true(after.ru_maxrss - before.ru_maxrss < 65536);
    assert_true(seconds < 4); /* 0.5 on an idle machine */
}

static void test_many(void **state)
{
    struct text text = {0};

    (void)state;
    for (int json = 0; json <= 1; json++) {
        text_clear(&text);
        text_add_string(&text, json != 0 ? "{\"kind\": \"List\", \"items\": [" : "items:\n");
        for (unsigned i = 0; i < PODS; i++)
            add_pod(&text, i, json != 0);
        text_add_string(&text, json != 0 ? "]}\n" : "kind: List\n");
        const char *file = file_with(text.at, text.len);
        print_message("%zu octets of %s\n", text.len, json != 0 ? "JSON" : "YAML");
        read_many(file);
    }
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_many),          cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_forms),         cmocka_unit_test(test_values),
        cmocka_unit_test(test_several_files), cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
