// SPDX-License-Identifier: BSD-2-Clause
// What a cluster's files add to findings: namespaces of who was hurt, and what the Corefile has about it;
// and commands, whose words are a stranger's.
#include "finding-clients.h"

#include "cluster-file.h"

static const char *const objects[] = {
    "{kind: Pod, metadata: {name: a, namespace: shop}, status: {podIP: 10.0.0.1, startTime: "
    "'2026-11-21T06:00:00Z'}}",
    "{kind: Pod, metadata: {name: b, namespace: payments}, status: {podIP: 10.0.0.2, startTime: "
    "'2026-11-21T06:00:00Z'}}",
    "{kind: Pod, metadata: {name: c, namespace: shop}, status: {podIP: 10.0.0.3, startTime: "
    "'2026-11-21T06:00:00Z'}}",
    "{kind: Node, metadata: {name: n}, status: {addresses: [{type: InternalIP, address: "
    "10.0.0.4}]}}",
    "{kind: ConfigMap, metadata: {name: coredns, namespace: kube-system}, data: {Corefile: \".:53 "
    "{\\nforward . 10.1.0.1 10.1.0.9 {\\nmax_fails 0\\npolicy round_robin\\n}\\n}\\nvendor.test "
    "{\\nforward . 10.1.0.3\\n}\"}}",
    NULL};

static struct cluster *cluster;

static int begin_cluster(void **state)
{
    begin(state);
    cluster = cluster_of(objects);
    findings_free(findings);
    findings = findings_new(&(struct finding_options){.slow_ns = 100 * WHEN_MS, .cluster = cluster});
    return cluster != NULL ? 0 : -1;
}

static int end_cluster(void **state)
{
    end(state);
    cluster_free(cluster);
    return 0;
}

static void ill(double at, unsigned client, unsigned upstream, uint16_t rcode)
{
    made_session(&made, AT(at), client, rcode != 0 ? "x.vendor.test." : "x.test.", 2 * WHEN_SECOND);
    struct attempt *attempt =
        made_attempt(&made, AT(at), upstream, rcode != 0 ? OUTCOME_ANSWERED : OUTCOME_NO_REPLY);
    attempt->spent = rcode == 0;
    attempt->rcode = rcode != 0 ? rcode : RCODE_NONE;
    made_fail(&made, rcode != 0 ? REASON_UPSTREAM_ERROR : REASON_UPSTREAM_NO_REPLY, rcode);
    report_add(report, &made.session, made.session.start);
    findings_add_session(findings, &made.session);
}

static void test_namespaces(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++) /* a, b, c, a node, and two that nobody knows */
        ill(i, 1 + i % 6, 1, 0);
    judge();
    const struct finding_row *row = row_of(FINDING_UPSTREAM_TIMEOUT);
    assert_non_null(row);
    assert_int_equal(row->clients, 6);
    assert_int_equal(row->namespaces, 2);
}

static void test_namespaces_of_nobody(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++)
        ill(i, 4 + i % 3, 1, 0);
    judge();
    assert_int_equal(row_of(FINDING_UPSTREAM_TIMEOUT)->namespaces, UINT32_MAX);
}

static void test_the_forward_of_an_upstream(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++)
        ill(i, 1, 1, 0);
    judge();
    const struct finding_row *row = row_of(FINDING_UPSTREAM_TIMEOUT);
    expect_words(row->advice, "The Corefile has `forward . 10.1.0.1 10.1.0.9` (policy round_robin, "
                              "max_fails 0). With max_fails 0 ");
    expect_words(row->next[0], "--filter 'upstream.addr==10.1.0.1,outcome!=answered'");
}

static void test_an_upstream_that_is_not_named(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 8; i++)
        ill(i, 1, 7, 0);
    judge();
    expect_words(row_of(FINDING_UPSTREAM_TIMEOUT)->advice, "No forward of the cluster's Corefile");
}

static void test_the_forward_of_a_zone(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 20; i++)
        ill(i, 1, 3, SERVFAIL);
    judge();
    const struct finding_row *row = row_of(FINDING_UPSTREAM_ERROR);
    assert_non_null(row);
    if (strcmp(row->subject.kind, "zone") == 0)
        expect_words(row->advice, "In the Corefile that zone goes to `forward . 10.1.0.3`");
    else
        expect_words(row->advice, "The Corefile has `forward . 10.1.0.3`");
}

/* Words ------------------------------------------------------------------------------------------- */

static void expect_condition(const char *value, const char *want)
{
    struct text text = {0};

    text_add_string(&text, "a==b");
    add_condition(&text, "name==", value);
    assert_string_equal(text.at, want);
    text_done(&text);
}

static void test_conditions(void **state)
{
    (void)state;
    expect_condition("web.shop.", "a==b,name==web.shop.");
    expect_condition("2001:db8::1", "a==b,name==2001:db8::1");
    expect_condition("a b", "a==b,name==\"a b\"");
    expect_condition("", "a==b,name==\"\"");
    expect_condition("a,b||c)", "a==b,name==\"a,b||c)\"");
    expect_condition("a\\\"b\\\\032", "a==b,name==\"a\\\\\\\"b\\\\\\\\032\"");
}

static void expect_word(const char *word, const char *want)
{
    struct text text = {0};

    add_word(&text, word);
    assert_string_equal(text.at, want);
    text_done(&text);
}

static void test_words(void **state)
{
    (void)state;
    expect_word("web-1", " web-1");
    expect_word("a b", " 'a b'");
    expect_word("$(reboot)", " '$(reboot)'");
    expect_word("it's;ls", " 'it'\\''s;ls'");
    expect_word("", " ''");
}

#define CLUSTER_TEST(name) cmocka_unit_test_setup_teardown(name, begin_cluster, end_cluster)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLUSTER_TEST(test_namespaces),
        CLUSTER_TEST(test_namespaces_of_nobody),
        CLUSTER_TEST(test_the_forward_of_an_upstream),
        CLUSTER_TEST(test_an_upstream_that_is_not_named),
        CLUSTER_TEST(test_the_forward_of_a_zone),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
