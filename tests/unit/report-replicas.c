// SPDX-License-Identifier: BSD-2-Clause
// Replicas of CoreDNS that the cluster has and a capture does not show.  The capture is of 10:00 to 10:01.
#include "report-session.h"

#include "cluster-file.h"

static const char service[] =
    "{kind: Service, metadata: {name: kube-dns, namespace: kube-system}, spec: {clusterIP: "
    "10.96.0.10, selector: {k8s-app: kube-dns}}}";
/* Name, from, phase, finished, address. */
static const char pod[] =
    "{kind: Pod, metadata: {name: %s, namespace: kube-system, labels: {k8s-app: kube-dns}}, "
    "status: "
    "{startTime: '2026-11-21T%sZ', phase: %s, podIP: %s, containerStatuses: [{state: {terminated: "
    "{finishedAt: '2026-11-21T%sZ'}}}]}}";

struct there {
    const char *name, *from, *phase, *addr, *finished;
};

static char texts[8][500];
static const char *all[9];
static struct cluster *cluster;
static struct report *report;
static struct server_facts facts[4];

static void begin_report(const struct there *pods, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        snprintf(texts[i], sizeof texts[i], pod, pods[i].name, pods[i].from, pods[i].phase,
                 pods[i].addr, pods[i].finished != NULL ? pods[i].finished : "07:00:00");
        all[i] = texts[i];
    }
    all[n] = service;
    all[n + 1] = NULL;
    cluster = cluster_of(all);
    assert_non_null(cluster);
    report = report_new(&(struct report_options){
        .slow_ns = 100 * WHEN_MS, .limit = 10, .ceiling_bytes = 1 << 22, .cluster = cluster});
    memset(facts, 0, sizeof facts);
}

/* The replicas that show up, by identity or address (words). */
static void settle(const char *seen)
{
    char words[100];
    struct made made;
    size_t n = 0;

    snprintf(words, sizeof words, "%s", seen);
    for (char *rest = NULL, *word = strtok_r(words, " ", &rest); word != NULL;
         word = strtok_r(NULL, " ", &rest), n++) {
        facts[n].first_seen = facts[n].last_seen = AT(1);
        facts[n].name = word;
        if (!endpoint_parse(word, &facts[n].addr))
            facts[n].identity = word;
    }
    for (size_t i = 0; i < n; i++) {
        made_session(&made, AT(60 * (double)i), 1, "example.com.", WHEN_MS);
        made.session.server = (uint32_t)i;
        report_add(report, &made.session, made.session.start);
    }
    made_session(&made, AT(60), 1, "example.com.", WHEN_MS);
    report_add(report, &made.session, made.session.start);
    report->facts.servers = facts;
    report->facts.n_servers = n;
    report_settle(report);
}

static void end_report(void)
{
    report_free(report);
    cluster_free(cluster);
}

static void expect_unseen(const char *words)
{
    const char *told = report->servers.unseen;
    bool listed = false;

    if (words == NULL) {
        assert_null(told);
        return;
    }
    assert_string_equal(told != NULL ? told : "", words);
    for (size_t i = 0; i < report->verdict.n_unseen; i++)
        listed = listed || strcmp(report->verdict.unseen[i], words) == 0;
    assert_true(listed);
}

static const struct there two[] = {{"coredns-a", "06:00:00", "Running", "10.244.1.53", NULL},
                                   {"coredns-b", "06:00:00", "Running", "10.244.1.54", NULL}};

static void test_one_of_two(void **state)
{
    (void)state;
    for (unsigned by_address = 0; by_address < 2; by_address++) {
        begin_report(two, 2);
        settle(by_address ? "10.244.1.53" : "coredns-a");
        expect_unseen("1 of the cluster's 2 CoreDNS replicas: coredns-b is not in this capture");
        assert_int_equal(report->servers.n_rows, 2);
        const struct server_row *row = &report->servers.rows[1];
        assert_int_equal(row->figures.sessions, 0);
        assert_string_equal(row->k8s->name, "coredns-b");
        assert_null(row->facts.identity); /* none was stated */
        assert_true(row->facts.first_seen == WHEN_NONE);
        end_report();
    }
}

static void test_all(void **state)
{
    (void)state;
    begin_report(two, 2);
    settle("coredns-a 10.244.1.54");
    expect_unseen(NULL);
    assert_int_equal(report->servers.n_rows, 2);
    end_report();
}

static void test_none(void **state)
{
    (void)state;
    begin_report(two, 2);
    settle("10.96.0.10");
    expect_unseen("which of the cluster's 2 CoreDNS replicas answered: neither their addresses nor "
                  "their names are in this capture");
    assert_int_equal(report->servers.n_rows, 1);
    end_report();
}

/* What began later, or was over, was not there. */
static void test_times(void **state)
{
    static const struct there pods[] = {
        {"coredns-a", "06:00:00", "Running", "10.244.1.53", NULL},
        {"coredns-later", "10:02:00", "Running", "10.244.1.54", NULL},
        {"coredns-gone", "06:00:00", "Succeeded", "10.244.1.55", "09:00:00"},
        {"coredns-going", "06:00:00", "Failed", "10.244.1.56", "10:00:30"}};

    (void)state;
    begin_report(pods, 3);
    settle("coredns-a");
    expect_unseen(NULL);
    end_report();
    begin_report(pods, 4);
    settle("coredns-a");
    expect_unseen("1 of the cluster's 2 CoreDNS replicas: coredns-going is not in this capture");
    end_report();
}

static void test_many(void **state)
{
    static const struct there pods[] = {{"a", "06:00:00", "Running", "10.244.1.1", NULL},
                                        {"b", "06:00:00", "Running", "10.244.1.2", NULL},
                                        {"c", "06:00:00", "Running", "10.244.1.3", NULL},
                                        {"d", "06:00:00", "Running", "10.244.1.4", NULL},
                                        {"e", "06:00:00", "Running", "10.244.1.5", NULL}};

    (void)state;
    begin_report(pods, 5);
    settle("e");
    expect_unseen(
        "4 of the cluster's 5 CoreDNS replicas: a, b, c and others are not in this capture");
    end_report();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_of_two), cmocka_unit_test(test_all),  cmocka_unit_test(test_none),
        cmocka_unit_test(test_times),      cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
