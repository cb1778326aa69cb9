// SPDX-License-Identifier: BSD-2-Clause
// What must be answered for the names of services, and how answers differ from it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cluster-file.h"
#include "cluster/expect.h"
#include "dns/name.h"

static const char objects[] =
    "- {kind: Service, metadata: {name: web, namespace: shop, creationTimestamp: "
    "'2026-11-21T06:00:00Z'}, spec: {clusterIP: 10.96.0.20, clusterIPs: [10.96.0.20, "
    "'fd00:96::20'], ports: [{name: http, port: 80, protocol: TCP}]}}\n"
    "- {kind: Service, metadata: {name: db, namespace: shop}, spec: {clusterIP: None, ports: "
    "[{name: pg, port: 5432, protocol: TCP}]}}\n"
    "- {kind: Service, metadata: {name: peers, namespace: shop}, spec: {clusterIP: None, "
    "publishNotReadyAddresses: true}}\n"
    "- {kind: Service, metadata: {name: empty, namespace: shop}, spec: {clusterIP: None}}\n"
    "- {kind: EndpointSlice, metadata: {name: empty-1, namespace: shop, labels: "
    "{kubernetes.io/service-name: empty}}, endpoints: null}\n"
    "- {kind: Service, metadata: {name: bare, namespace: shop}, spec: {clusterIP: None}}\n"
    "- {kind: Service, metadata: {name: mail, namespace: shop}, spec: {type: ExternalName, "
    "externalName: smtp.example.com}}\n"
    "- kind: EndpointSlice\n"
    "  addressType: IPv4\n"
    "  metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}\n"
    "  endpoints:\n"
    "  - {addresses: [10.0.0.1], conditions: {ready: true}, hostname: db-0, targetRef: {kind: Pod, "
    "name: db-0}}\n"
    "  - {addresses: [10.0.0.2], conditions: {}, targetRef: {kind: Pod, name: db-1}}\n"
    "  - {addresses: [10.0.0.3], conditions: {ready: false}, targetRef: {kind: Pod, name: db-2}}\n"
    "  - {addresses: [10.0.0.4], conditions: {ready: false, terminating: true}}\n"
    "  ports: [{name: pg, port: 5432, protocol: TCP}]\n"
    "- kind: EndpointSlice\n"
    "  addressType: IPv6\n"
    "  metadata: {name: db-2, namespace: shop, labels: {kubernetes.io/service-name: db}}\n"
    "  endpoints: [{addresses: ['fd00::1'], conditions: {ready: true}, hostname: db-0}]\n"
    "  ports: [{name: pg, port: 5432, protocol: TCP}]\n"
    "- kind: EndpointSlice\n"
    "  metadata: {name: peers-1, namespace: shop, labels: {kubernetes.io/service-name: peers}}\n"
    "  endpoints: [{addresses: [10.0.0.5], conditions: {ready: false}}, {addresses: [10.0.0.6]}]\n"
    "- kind: EndpointSlice\n"
    "  metadata: {name: other, namespace: else, labels: {kubernetes.io/service-name: db}}\n"
    "  endpoints: [{addresses: [10.9.9.9]}]\n"
    "- {kind: Pod, metadata: {name: db-0, namespace: shop}, status: {podIP: 10.0.0.1, startTime: "
    "'2026-11-21T06:00:00Z'}}\n"
    "- {kind: Pod, metadata: {name: db-1, namespace: shop}, status: {podIP: 10.0.0.2, startTime: "
    "'2026-11-21T09:00:00Z'}}\n"
    "- {kind: Pod, metadata: {name: db-2, namespace: shop}, status: {podIP: 10.0.0.3, startTime: "
    "'2026-11-21T06:00:00Z', conditions: [{type: Ready, status: 'False', lastTransitionTime: "
    "'2026-11-21T09:30:00Z'}]}}\n"
    "- {kind: Service, metadata: {name: new, namespace: shop}, spec: {clusterIP: None}}\n"
    "- kind: EndpointSlice\n"
    "  metadata: {name: new-1, namespace: shop, creationTimestamp: '2026-11-21T06:00:00Z', labels: "
    "{kubernetes.io/service-name: new}, annotations: {endpoints.kubernetes.io/"
    "last-change-trigger-time: '2026-11-21T09:00:00.5Z'}}\n"
    "  endpoints: [{addresses: [10.0.0.7]}]\n"
    "- {kind: Node, metadata: {name: n1}, status: {conditions: [{type: Ready, lastHeartbeatTime: "
    "'2026-11-21T09:55:00Z', lastTransitionTime: '2026-11-21T06:00:00Z'}]}}\n";

static struct expected expected;

static void ask(const struct cluster *cluster, const char *name, uint16_t type, int64_t when)
{
    uint8_t wire[256];
    struct expect_question question = {wire, dns_name_parse(name, wire), type, when};

    assert_true(question.len > 0);
    expect_answer(cluster, "cluster.local", &question, &expected);
}

/* WANT: the addresses that must be, then "|" and those that may be. */
static void expect_addresses(const struct cluster *cluster, const char *name, uint16_t type,
                             int64_t when, const char *want)
{
    struct text out = {0};
    char text[ADDR_TEXT_MAX];

    ask(cluster, name, type, when);
    assert_int_equal(expected.kind, EXPECT_ADDRESSES);
    assert_false(expected.cut);
    for (size_t i = 0; i < expected.n + expected.n_optional; i++) {
        endpoint_print_addr(&expected.address[i], text);
        text_format(&out, "%s%s", i == expected.n ? "|" : i == 0 ? "" : " ", text);
    }
    assert_string_equal(out.at != NULL ? out.at : "", want);
    text_done(&out);
}

static void expect_kind(const struct cluster *cluster, const char *name, uint16_t type,
                        enum expect_kind kind)
{
    ask(cluster, name, type, WHEN_NONE);
    if (expected.kind != kind)
        fail_msg("%s: %d", name, (int)expected.kind);
}

static void test_answers(void **state)
{
    const char *const texts[] = {objects, NULL};
    struct cluster *cluster = cluster_of(texts);
    int64_t late = clock_at(10, 0, 0);

    (void)state;
    assert_non_null(cluster);
    expect_addresses(cluster, "web.shop.svc.cluster.local.", 1, late, "10.96.0.20");
    expect_addresses(cluster, "web.shop.svc.cluster.local.", 28, late, "fd00:96::20");
    expect_addresses(cluster, "_http._tcp.web.shop.svc.cluster.local.", 1, late, "10.96.0.20");
    /* not ready is not there; going may be */
    expect_addresses(cluster, "db.shop.svc.cluster.local.", 1, late, "10.0.0.1 10.0.0.2|10.0.0.4");
    expect_addresses(cluster, "db.shop.svc.cluster.local.", 28, late, "fd00::1");
    /* an hour before, one of the pods was not there */
    expect_addresses(cluster, "db.shop.svc.cluster.local.", 1, clock_at(8, 0, 0),
                     "10.0.0.1|10.0.0.2 10.0.0.3 10.0.0.4");
    /* nor did CoreDNS have to know at once what became of the third */
    expect_addresses(cluster, "db.shop.svc.cluster.local.", 1, clock_at(9, 30, 20),
                     "10.0.0.1 10.0.0.2|10.0.0.3 10.0.0.4");
    expect_addresses(cluster, "db-0.db.shop.svc.cluster.local.", 1, late, "10.0.0.1");
    expect_addresses(cluster, "10-0-0-2.db.shop.svc.cluster.local.", 1, late, "10.0.0.2");
    expect_addresses(cluster, "db-1.db.shop.svc.cluster.local.", 1, late, "10.0.0.2");
    expect_addresses(cluster, "_pg._tcp.db.shop.svc.cluster.local.", 1, late,
                     "10.0.0.1 10.0.0.2|10.0.0.4");
    expect_addresses(cluster, "_pg._udp.db.shop.svc.cluster.local.", 1, late, "");
    expect_addresses(cluster, "peers.shop.svc.cluster.local.", 1, late, "10.0.0.6|10.0.0.5");
    expect_addresses(cluster, "empty.shop.svc.cluster.local.", 1, late, "");
    ask(cluster, "mail.shop.svc.cluster.local.", 1, late);
    assert_int_equal(expected.kind, EXPECT_EXTERNAL);
    assert_string_equal(expected.external_name, "smtp.example.com");
    ask(cluster, "web.shop.svc.cluster.local.", 1, clock_at(5, 0, 0)); /* not yet created */
    assert_int_equal(expected.kind, EXPECT_NOTHING);
    assert_true(expected.changed);
    cluster_free(cluster);
}

/* What changed since the question proves nothing; nodes tell how old the file is. */
static void test_times(void **state)
{
    const char *const texts[] = {objects, NULL};
    struct cluster *cluster = cluster_of(texts);

    (void)state;
    expect_addresses(cluster, "new.shop.svc.cluster.local.", 1, clock_at(9, 1, 0), "10.0.0.7");
    assert_false(expected.changed);
    for (int minute = 0; minute < 60; minute += 20) {
        ask(cluster, "new.shop.svc.cluster.local.", 1, clock_at(8, minute, 30));
        assert_int_equal(expected.kind, EXPECT_NOTHING);
        assert_true(expected.changed);
    }
    assert_true(cluster_newest(cluster) == clock_at(9, 55, 0));
    cluster_free(cluster);
}

static void test_kinds(void **state)
{
    const char *const texts[] = {objects, NULL};
    static const char *const few[] = {
        "{kind: Service, metadata: {name: db, namespace: shop}, spec: {clusterIP: None}}", NULL};
    static const char *const none[] = {"{kind: Pod, metadata: {name: x}}", NULL};
    struct cluster *cluster = cluster_of(texts);

    (void)state;
    expect_kind(cluster, "gone.shop.svc.cluster.local.", 1, EXPECT_NO_SUCH);
    expect_kind(cluster, "db.gone.svc.cluster.local.", 1, EXPECT_NO_SUCH);
    expect_kind(cluster, "db-9.db.shop.svc.cluster.local.", 1, EXPECT_NO_SUCH);
    expect_kind(cluster, "10-0-0-1.db.shop.svc.cluster.local.", 1, EXPECT_NO_SUCH); /* is db-0 */
    expect_kind(cluster, "x.mail.shop.svc.cluster.local.", 1, EXPECT_NO_SUCH);
    expect_kind(cluster, "_x._tcp.web.shop.svc.cluster.local.", 1, EXPECT_NO_SUCH);
    expect_kind(cluster, "web.shop.svc.cluster.local.", 16, EXPECT_NOTHING); /* TXT */
    expect_kind(cluster, "shop.svc.cluster.local.", 1, EXPECT_NOTHING);
    expect_kind(cluster, "svc.cluster.local.", 1, EXPECT_NOTHING);
    expect_kind(cluster, "bare.shop.svc.cluster.local.", 1, EXPECT_NOTHING); /* no slice */
    expect_kind(cluster, "any.db.shop.svc.cluster.local.", 1, EXPECT_NOTHING);
    expect_kind(cluster, "*.shop.svc.cluster.local.", 1, EXPECT_NOTHING);
    expect_kind(cluster, "_tcp.web.shop.svc.cluster.local.", 1, EXPECT_NOTHING);
    expect_kind(cluster, "a.b.c.web.shop.svc.cluster.local.", 1, EXPECT_NOTHING);
    expect_kind(cluster, "10-0-0-1.shop.pod.cluster.local.", 1, EXPECT_NOTHING);
    expect_kind(cluster, "web.shop.svc.cluster.localhost.", 1, EXPECT_NOTHING);
    expect_kind(cluster, "example.com.", 1, EXPECT_NOTHING);
    cluster_free(cluster);
    cluster = cluster_of(few); /* slices were not asked for */
    expect_kind(cluster, "db.shop.svc.cluster.local.", 1, EXPECT_NOTHING);
    cluster_free(cluster);
    cluster = cluster_of(none);
    expect_kind(cluster, "db.shop.svc.cluster.local.", 1, EXPECT_NOTHING);
    cluster_free(cluster);
}

static void test_differences(void **state)
{
    const char *const texts[] = {objects, NULL};
    struct cluster *cluster = cluster_of(texts);
    struct endpoint answer[3];
    char text[ADDR_TEXT_MAX];

    (void)state;
    assert_true(endpoint_parse("10.0.0.2", &answer[0]));
    assert_true(endpoint_parse("10.0.0.4", &answer[1])); /* going: neither missing nor wrong */
    assert_true(endpoint_parse("10.0.0.3", &answer[2])); /* not ready: wrong */
    ask(cluster, "db.shop.svc.cluster.local.", 1, clock_at(10, 0, 0));
    struct difference difference = expect_compare(&expected, answer, 3, false);
    assert_int_equal(difference.unexpected, 1);
    assert_int_equal(difference.missing, 1);
    endpoint_print_addr(&difference.first_unexpected, text);
    assert_string_equal(text, "10.0.0.3");
    endpoint_print_addr(&difference.first_missing, text);
    assert_string_equal(text, "10.0.0.1");
    difference = expect_compare(&expected, answer, 2, true); /* truncated */
    assert_int_equal(difference.unexpected + difference.missing, 0);
    expected.cut = true;
    difference = expect_compare(&expected, answer, 3, false);
    assert_int_equal(difference.unexpected + difference.missing, 0);
    ask(cluster, "db.shop.svc.cluster.local.", 1, clock_at(8, 0, 0)); /* db-1 came at 9 */
    assert_true(endpoint_parse("10.0.0.9", &answer[2]));
    difference = expect_compare(&expected, answer, 3, false);
    assert_int_equal(difference.unexpected, 0); /* what it replaced, maybe */
    assert_int_equal(difference.missing, 1);
    ask(cluster, "example.com.", 1, WHEN_NONE);
    difference = expect_compare(&expected, answer, 3, false);
    assert_int_equal(difference.unexpected + difference.missing, 0);
    cluster_free(cluster);
}

/* More endpoints than are compared. */
static void test_many(void **state)
{
    struct text text = {0};

    (void)state;
    text_add_string(&text, "- {kind: Service, metadata: {name: x, namespace: a}, spec: {clusterIP: "
                           "None}}\n- kind: EndpointSlice\n  metadata: {name: x-1, namespace: a, "
                           "labels: {kubernetes.io/service-name: x}}\n  endpoints:\n");
    for (int i = 0; i < 1100; i++)
        text_format(&text, "  - addresses: [10.1.%d.%d]\n", i / 250, i % 250);
    const char *const texts[] = {text.at, NULL};
    struct cluster *cluster = cluster_of(texts);
    ask(cluster, "x.a.svc.cluster.local.", 1, WHEN_NONE);
    assert_true(expected.cut);
    assert_int_equal(expected.n, EXPECT_ADDRESSES_MAX);
    cluster_free(cluster);
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_answers),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_differences),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
