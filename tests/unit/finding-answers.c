// SPDX-License-Identifier: BSD-2-Clause
// Answers beside what the cluster's file says: for each rule a capture that has it, one that almost has
// it, and a healthy one.  The capture begins at 10:00.
#include "finding-clients.h"

#include "cluster-file.h"
#include "finding/answers.h"

static const char objects[] =
    "- {kind: Service, metadata: {name: web, namespace: shop, creationTimestamp: "
    "'2026-11-21T06:00:00Z'}, spec: {clusterIP: 10.96.0.20, clusterIPs: [10.96.0.20]}}\n"
    "- {kind: Service, metadata: {name: db, namespace: shop}, spec: {clusterIP: None}}\n"
    "- {kind: Service, metadata: {name: peers, namespace: shop}, spec: {clusterIP: None, "
    "publishNotReadyAddresses: true}}\n"
    "- {kind: Service, metadata: {name: two, namespace: shop, creationTimestamp: "
    "'2026-11-21T06:00:00Z'}, spec: {clusterIP: 10.96.0.21, clusterIPs: [10.96.0.21, "
    "'fd00:96::21']}}\n"
    "- {kind: EndpointSlice, metadata: {name: db-1, namespace: shop, labels: "
    "{kubernetes.io/service-name: db}}, endpoints: [{addresses: [10.0.1.1], targetRef: {kind: Pod, "
    "name: db-0}, hostname: db-0}, {addresses: [10.0.1.2], conditions: {ready: false}, targetRef: "
    "{kind: Pod, name: db-1}}, {addresses: [10.0.1.3], targetRef: {kind: Pod, name: db-2}}]}\n"
    "- {kind: EndpointSlice, metadata: {name: peers-1, namespace: shop, labels: "
    "{kubernetes.io/service-name: peers}}, endpoints: [{addresses: [10.0.1.2], conditions: {ready: "
    "false}}, {addresses: [10.0.1.3]}]}\n"
    "- {kind: Pod, metadata: {name: db-0, namespace: shop}, status: {podIP: 10.0.1.1, startTime: "
    "'2026-11-21T06:00:00Z'}}\n"
    "- {kind: Pod, metadata: {name: db-1, namespace: shop}, status: {podIP: 10.0.1.2, startTime: "
    "'2026-11-21T06:00:00Z', conditions: [{type: Ready, lastTransitionTime: "
    "'2026-11-21T10:01:00Z'}]}}\n"
    "- {kind: Pod, metadata: {name: db-2, namespace: shop}, status: {podIP: 10.0.1.3, startTime: "
    "'2026-11-21T06:00:00Z'}}\n";
static const char node[] = "{kind: Node, metadata: {name: n}, status: {conditions: [{type: Ready, "
                           "lastHeartbeatTime: '2026-11-21T10:%02u:00Z'}]}}";

static struct cluster *cluster;

/* The file, taken so many minutes after 10:00; and a Corefile. */
static void take_file(unsigned minute, const char *corefile)
{
    char age[200], config[400];

    snprintf(age, sizeof age, node, minute);
    snprintf(
        config, sizeof config,
        "{kind: ConfigMap, metadata: {name: coredns, namespace: kube-system}, data: {Corefile: "
        "\".:53 {\\n%s\\n}\"}}",
        corefile);
    const char *const texts[] = {objects, age, config, NULL};
    findings_free(findings);
    cluster_free(cluster);
    cluster = cluster_of(texts);
    assert_non_null(cluster);
    findings = findings_new(&(struct finding_options){.slow_ns = 100 * WHEN_MS, .cluster = cluster});
}

static int begin_file(void **state)
{
    begin(state);
    cluster = NULL;
    take_file(5, "kubernetes cluster.local");
    return 0;
}

static int end_file(void **state)
{
    end(state);
    cluster_free(cluster);
    return 0;
}

struct reply {
    const char *addresses; /* words */
    uint16_t type;         /* 0: A */
    uint16_t rcode;
    bool truncated, cname, elsewhere; /* ELSEWHERE: from an upstream */
};

static void get(double at, const char *name, struct reply reply)
{
    static uint8_t detail[16 * 17];
    char words[200];
    uint8_t *to = detail;
    unsigned n = 0;
    struct endpoint end;

    made_session(&made, AT(at), at < 0 ? 1 : 1 + (unsigned)at % 3, name, WHEN_MS);
    snprintf(words, sizeof words, "%s", reply.addresses);
    for (char *rest = NULL, *word = strtok_r(words, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest), n++) {
        assert_true(endpoint_parse(word, &end));
        *to++ = end.len;
        memcpy(to, end.octet, end.len);
        to += end.len;
    }
    made.session.type = reply.type != 0 ? reply.type : A;
    made.session.rcode = reply.rcode;
    made.session.truncated = reply.truncated;
    made.session.realm = reply.elsewhere ? REALM_UPSTREAM : REALM_CLUSTER;
    made.session.answers = n + reply.cname;
    made.session.n_addresses = (uint16_t)n;
    made.session.detail = detail;
    report_add(report, &made.session, made.session.start);
    findings_add_session(findings, &made.session);
}

static void get_often(unsigned n, const char *name, struct reply reply)
{
    for (unsigned i = 0; i < n; i++)
        get(120 + 2 * i, name, reply);
}

#define WEB "web.shop.svc.cluster.local."
#define DB "db.shop.svc.cluster.local."
#define TWO "two.shop.svc.cluster.local."

static const struct finding_row *told(void)
{
    judge();
    return row_of(FINDING_UNEXPECTED_ANSWER);
}

static void test_a_cluster_ip(void **state)
{
    (void)state;
    get_often(4, WEB, (struct reply){.addresses = "10.96.0.20"});
    get(130, WEB, (struct reply){.addresses = "10.96.0.99"});
    const struct finding_row *row = told();
    assert_non_null(row);
    assert_string_equal(row->subject.name, WEB);
    assert_int_equal(row->severity, SEVERITY_WARNING);
    assert_int_equal(row->confidence, CONFIDENCE_LIKELY);
    assert_true(row->lookups + row->sessions == 0);
    expect_words(row->summary, "1 of 5 times (20.0 %) at 10:02:10");
    expect_words(row->summary, "the file has 10.96.0.20 (s/shop/web), which it lacks; it holds "
                               "10.96.0.99, which the file does not have for this name");
    expect_words(row->summary, "taken 2m50s after that, or later");
    expect_words(row->next[0], "--filter 'name==web.shop.svc.cluster.local.'");
    expect_words(row->next[1], "kubectl get -o yaml -n shop service web");
    assert_int_equal(row->clients, 1);
}

static void test_healthy(void **state)
{
    (void)state;
    get_often(9, WEB, (struct reply){.addresses = "10.96.0.20"});
    get_often(9, WEB, (struct reply){.addresses = "", .type = AAAA});
    get_often(9, DB, (struct reply){.addresses = "10.0.1.3 10.0.1.1"});
    get_often(9, "db-0." DB, (struct reply){.addresses = "10.0.1.1"});
    get_often(9, "nosuch.shop.svc.cluster.local.",
              (struct reply){.addresses = "", .rcode = NXDOMAIN});
    get_often(9, TWO, (struct reply){.addresses = "10.96.0.21"});
    get_often(9, TWO, (struct reply){.addresses = "fd00:96::21", .type = AAAA});
    get_often(9, "api.example.com.", (struct reply){.addresses = "192.0.2.1", .elsewhere = true});
    assert_null(told());
}

static void test_denied(void **state)
{
    (void)state;
    get(120, WEB, (struct reply){.addresses = "", .rcode = NXDOMAIN});
    const struct finding_row *row = told();
    assert_non_null(row);
    expect_words(row->summary, "no address was in it, but the file has 10.96.0.20");
}

/* The second family of a service may have come since. */
static void test_dual_stack(void **state)
{
    (void)state;
    get_often(2, TWO, (struct reply){.addresses = "", .type = AAAA});
    assert_int_equal(told()->confidence, CONFIDENCE_POSSIBLE);
    end_file(state);
    begin_file(state);
    get_often(9, TWO, (struct reply){.addresses = "10.96.0.21"});
    get_often(3, TWO, (struct reply){.addresses = "", .type = AAAA});
    const struct finding_row *row = told();
    assert_non_null(row);
    expect_words(row->summary,
                 "(AAAA) was not answered as the cluster's file has it, 3 of 3 times");
}

static void test_endpoints(void **state)
{
    (void)state;
    get_often(3, DB, (struct reply){.addresses = "10.0.1.1 10.0.1.9"});
    const struct finding_row *row = told();
    assert_non_null(row);
    expect_words(row->summary, "the file has 10.0.1.3 (p/shop/db-2), which they lack; they hold "
                               "10.0.1.9, which");
    expect_words(row->next[1], "kubectl get -o yaml -n shop endpointslices -l "
                               "kubernetes.io/service-name=db");
}

/* On the way from the API to CoreDNS. */
static void test_endpoints_twice(void **state)
{
    (void)state;
    get_often(2, DB, (struct reply){.addresses = "10.0.1.1"});
    const struct finding_row *row = told();
    assert_non_null(row);
    assert_int_equal(row->severity, SEVERITY_INFO);
    assert_int_equal(row->confidence, CONFIDENCE_POSSIBLE);
    end_file(state);
    begin_file(state);
    for (unsigned i = 0; i < 1000; i++)
        get(120 + 0.1 * i, DB, (struct reply){.addresses = "10.0.1.1 10.0.1.3"});
    get_often(3, DB, (struct reply){.addresses = "10.0.1.1"});
    assert_null(told());
}

/* A file that is younger than the capture has what an endpoint was replaced by. */
static void test_a_rolling_update(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 9; i++)
        get(80 + i, DB, (struct reply){.addresses = "10.0.1.1 10.0.1.9"});
    get_often(9, DB, (struct reply){.addresses = "10.0.1.1 10.0.1.3"});
    const struct finding_row *row = told();
    assert_non_null(row);
    assert_int_equal(row->severity, SEVERITY_INFO);
    end_file(state);
    begin_file(state);
    get_often(9, DB, (struct reply){.addresses = "10.0.1.1 10.0.1.3"});
    for (unsigned i = 0; i < 9; i++) /* nearer to the file's time */
        get(140 + i, DB, (struct reply){.addresses = "10.0.1.1 10.0.1.9"});
    assert_int_equal(told()->severity, SEVERITY_WARNING);
}

/* An endpoint that went away before the file was taken stands nowhere in it. */
static void test_a_scale_down(void **state)
{
    (void)state;
    get_often(9, DB, (struct reply){.addresses = "10.0.1.1 10.0.1.3 10.0.1.9"});
    const struct finding_row *row = told();
    assert_non_null(row);
    assert_int_equal(row->severity, SEVERITY_INFO);
    assert_int_equal(row->confidence, CONFIDENCE_POSSIBLE);
}

static void test_truncated(void **state)
{
    (void)state;
    get_often(9, DB, (struct reply){.addresses = "10.0.1.1", .truncated = true});
    assert_null(told());
    end_file(state);
    begin_file(state);
    get_often(9, DB, (struct reply){.addresses = "10.0.1.9", .truncated = true});
    const struct finding_row *row = told();
    assert_non_null(row); /* what is there is no endpoint of it */
    assert_null(strstr(row->summary, "lack"));
}

/* db-1 is not ready since 10:01; before, it may have been. */
static void test_not_ready(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 9; i++)
        get(30 + i, DB, (struct reply){.addresses = "10.0.1.1 10.0.1.2 10.0.1.3"});
    for (unsigned i = 0; i < 9; i++) /* CoreDNS' cache */
        get(70 + i, DB, (struct reply){.addresses = "10.0.1.1 10.0.1.2 10.0.1.3"});
    assert_null(told());
    end_file(state);
    begin_file(state);
    get_often(9, DB, (struct reply){.addresses = "10.0.1.1 10.0.1.2 10.0.1.3"});
    const struct finding_row *row = told();
    assert_non_null(row);
    expect_words(row->summary,
                 "they hold 10.0.1.2 (p/shop/db-1), which the file does not have for this name");
}

static void test_published_though_not_ready(void **state)
{
    (void)state;
    get_often(9, "peers.shop.svc.cluster.local.", (struct reply){.addresses = "10.0.1.2 10.0.1.3"});
    get_often(9, "peers.shop.svc.cluster.local.", (struct reply){.addresses = "10.0.1.3"});
    assert_null(told());
}

/* A file of another time is told as such, and proves little. */
static void test_old_file(void **state)
{
    (void)state;
    take_file(2, "kubernetes cluster.local");
    for (unsigned i = 0; i < 9; i++)
        get(1200 + i, WEB, (struct reply){.addresses = "10.96.0.99"});
    const struct finding_row *row = told();
    assert_non_null(row);
    assert_int_equal(row->severity, SEVERITY_INFO);
    assert_int_equal(row->confidence, CONFIDENCE_POSSIBLE);
    expect_words(row->summary, "The newest time in the cluster's file is 18m08s before that");
}

/* Of a younger file: a cluster IP was the same all the time, endpoints need not have been. */
static void test_young_file(void **state)
{
    (void)state;
    take_file(50, "kubernetes cluster.local");
    get_often(3, WEB, (struct reply){.addresses = "10.96.0.99"});
    get_often(3, DB, (struct reply){.addresses = "10.0.1.1"});
    get_often(9, TWO, (struct reply){.addresses = "10.96.0.21"});
    get_often(9, "db-0." DB, (struct reply){.addresses = "10.0.1.1"});
    get_often(9, "peers.shop.svc.cluster.local.", (struct reply){.addresses = "10.0.1.3"});
    judge();
    const struct finding_row *first = row_at(FINDING_UNEXPECTED_ANSWER, 0);
    const struct finding_row *second = row_at(FINDING_UNEXPECTED_ANSWER, 1);
    assert_non_null(second);
    assert_string_equal(first->subject.name, WEB);
    assert_int_equal(first->confidence, CONFIDENCE_LIKELY);
    assert_int_equal(second->confidence, CONFIDENCE_POSSIBLE);
}

static void test_a_service_made_later(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 9; i++)
        get(-4.5 * 3600 + i, WEB, (struct reply){.addresses = "10.96.0.99"});
    get_often(9, "gone.shop.svc.cluster.local.", (struct reply){.addresses = "10.96.0.77"});
    get_often(9, "x.elsewhere.svc.cluster.local.", (struct reply){.addresses = "10.96.0.78"});
    const struct finding_row *row = told();
    assert_non_null(row); /* gone.shop: its namespace is in the file */
    assert_string_equal(row->subject.name, "gone.shop.svc.cluster.local.");
    assert_int_equal(row->confidence, CONFIDENCE_POSSIBLE);
    expect_words(row->summary, "they hold 10.96.0.77, but the file has no such service");
    assert_null(
        row_at(FINDING_UNEXPECTED_ANSWER, 1)); /* answered before 06:00; a namespace left out */
}

static void test_what_the_corefile_allows(void **state)
{
    (void)state;
    take_file(5, "kubernetes cluster.local {\\nnamespaces kube-system\\n}");
    get_often(9, WEB, (struct reply){.addresses = "", .rcode = NXDOMAIN});
    assert_null(told());
    end_file(state);
    begin_file(state);
    take_file(5, "rewrite name api.shop.svc.cluster.local web.shop.svc.cluster.local\\n"
                 "kubernetes cluster.local");
    get_often(9, "api.shop.svc.cluster.local.", (struct reply){.addresses = "10.96.0.20"});
    assert_null(told());
    end_file(state);
    begin_file(state);
    /* autopath answers under the first name of the search list */
    get_often(9, "web.shop.shop.svc.cluster.local.",
              (struct reply){.addresses = "10.96.0.20", .cname = true});
    assert_null(told());
}

/* A file of another cluster is one finding's worth of advice. */
static void test_another_cluster(void **state)
{
    (void)state;
    get_often(9, WEB, (struct reply){.addresses = "10.7.0.1"});
    get_often(9, TWO, (struct reply){.addresses = "10.7.0.2"});
    get_often(9, DB, (struct reply){.addresses = "10.7.0.3"});
    get_often(9, "gone.shop.svc.cluster.local.", (struct reply){.addresses = "10.7.0.4"});
    const struct finding_row *row = told();
    assert_non_null(row);
    assert_int_equal(row->severity, SEVERITY_INFO);
    expect_words(row->advice, "it seems to be of another cluster");
}

static void test_names_without_end(void **state)
{
    char name[64];

    (void)state;
    for (unsigned i = 0; i < LIMIT_SERVICE_NAMES + 100; i++) {
        snprintf(name, sizeof name, "s%u.shop.svc.cluster.local.", i);
        get(120, name, (struct reply){.addresses = "10.7.0.4"});
    }
    for (unsigned i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "s%u.shop.svc.cluster.local.", i);
        get_often(3, name, (struct reply){.addresses = "10.7.0.4"});
    }
    assert_int_equal(findings->answers->folded, 100);
    const struct finding_row *row = told();
    assert_non_null(row_at(FINDING_UNEXPECTED_ANSWER, 19));
    assert_null(row_at(FINDING_UNEXPECTED_ANSWER, 20));
    bool more = false;
    for (unsigned i = 0; i < row->n_evidence; i++)
        more = more || (row->evidence[i].count == LIMIT_SERVICE_NAMES - 20 &&
                        strstr(row->evidence[i].what, "more names"));
    assert_true(more);
}

#define FILE_TEST(name) cmocka_unit_test_setup_teardown(name, begin_file, end_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(test_a_cluster_ip),
        FILE_TEST(test_healthy),
        FILE_TEST(test_denied),
        FILE_TEST(test_dual_stack),
        FILE_TEST(test_endpoints),
        FILE_TEST(test_endpoints_twice),
        FILE_TEST(test_a_rolling_update),
        FILE_TEST(test_a_scale_down),
        FILE_TEST(test_truncated),
        FILE_TEST(test_not_ready),
        FILE_TEST(test_published_though_not_ready),
        FILE_TEST(test_old_file),
        FILE_TEST(test_young_file),
        FILE_TEST(test_a_service_made_later),
        FILE_TEST(test_what_the_corefile_allows),
        FILE_TEST(test_another_cluster),
        FILE_TEST(test_names_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
