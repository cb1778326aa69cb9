// SPDX-License-Identifier: BSD-2-Clause
// Corefiles: lines and braces, imports and snippets, and what the plugins are set to.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/limits.h"
#include "cluster-file.h"
#include "cluster/coredns.h"

/* "0 .:53|1 forward . 10.0.0.1|…": depth and words of each line. */
static void expect_lines(const char *corefile, const struct cluster_labels *imports,
                         const char *want)
{
    static const struct cluster_labels none;
    struct arena arena = {0};
    struct text out = {0};
    struct corefile parsed = corefile_parse(&arena, corefile, imports != NULL ? imports : &none);

    for (size_t i = 0; i < parsed.n; i++) {
        text_format(&out, "%s%u", i == 0 ? "" : "|", parsed.at[i].depth);
        for (size_t w = 0; w < parsed.at[i].words.n; w++)
            text_format(&out, " %s", parsed.at[i].words.at[w]);
    }
    assert_string_equal(out.at != NULL ? out.at : "", want);
    text_done(&out);
    arena_done(&arena);
}

static void test_lines(void **state)
{
    (void)state;
    expect_lines("", NULL, "");
    expect_lines("# nothing\n\n", NULL, "");
    expect_lines(".:53 {\n  forward . 10.0.0.1 {\n    policy sequential\n  }\n  cache 30\n}\n"
                 "a.org, b.org {\n}\n",
                 NULL, "0 .:53|1 forward . 10.0.0.1|2 policy sequential|1 cache 30|0 a.org, b.org");
    expect_lines(". {\r\n\tlog # all of it\r\n\trewrite name regex \"(a b)\\\"c\" x\r\n}\r\n", NULL,
                 "0 .|1 log|1 rewrite name regex (a b)\"c x");
    expect_lines(". {\n forward . 1.1.1.1", NULL, "0 .|1 forward . 1.1.1.1"); /* no end */
    expect_lines("}\n}\n. {\n cache\n}\n}\n", NULL, "0 .|1 cache");           /* too many */
    expect_lines("{\n cache\n}\n", NULL, "0 cache"); /* a head without words: not CoreDNS's */
}

static void test_imports(void **state)
{
    static const struct cluster_label texts[] = {{"corp.server", "corp {\n  forward . 10.9.0.2\n}"},
                                                 {"lab.server", "lab {\n}\n"},
                                                 {"log.override", "log\n}\nlost\n"},
                                                 {"loop.override", "import custom/loop.override"}};
    static const struct cluster_labels imports = {texts, sizeof texts / sizeof *texts};

    (void)state;
    expect_lines("(snip) {\n  prometheus\n  cache 5 {\n    prefetch 1\n  }\n}\n"
                 ". {\n  import snip\n  loop\n}\n",
                 &imports, "0 .|1 prometheus|1 cache 5|2 prefetch 1|1 loop");
    expect_lines(". {\n  import custom/log.override\n  import custom/none\n  loop\n}\n"
                 "import custom/*.server\nx {\n}\n",
                 &imports, "0 .|1 log|1 loop|0 corp|1 forward . 10.9.0.2|0 lab|0 x");
    expect_lines("import\n. {\n}\n", &imports, "0 .");
    /* what imports itself comes to an end */
    expect_lines(". {\n import custom/loop.override\n}\n", &imports, "0 .");
    expect_lines("(a) {\n import a\n log\n}\n. {\n import a\n}\n", &imports, "0 .");
}

static void test_bounds(void **state)
{
    static const struct cluster_labels none;
    struct arena arena = {0};
    struct text text = {0};
    clock_t start = clock();

    (void)state;
    for (int i = 0; i < 400000; i++)
        text_add_string(&text, "a {\n");
    struct corefile parsed = corefile_parse(&arena, text.at, &none);
    assert_int_equal(parsed.n, LIMIT_COREFILE_LINES);
    assert_true(parsed.cut);
    assert_int_equal(parsed.at[0].end, parsed.n);
    text_clear(&text);
    text_add_string(&text, "(a) {\n");
    text_add_fill(&text, '\n', 1u << 20);
    text_add_string(&text, "}\n");
    for (int i = 0; i < 10000; i++)
        text_add_string(&text, "import a\n");
    parsed = corefile_parse(&arena, text.at, &none);
    assert_true(parsed.cut);
    assert_true(clock() - start < 5 * CLOCKS_PER_SEC);
    text_done(&text);
    arena_done(&arena);
}

static void expect_words(const struct corefile_words *words, const char *want)
{
    struct text out = {0};

    for (size_t i = 0; i < words->n; i++)
        text_format(&out, "%s%s", i == 0 ? "" : " ", words->at[i]);
    assert_string_equal(out.at != NULL ? out.at : "", want);
    text_done(&out);
}

static void test_settings(void **state)
{
    static const char text[] = ".:53, example.org {\n"
                               "  kubernetes cluster.local in-addr.arpa {\n"
                               "    pods verified\n    ignore empty_service\n  }\n"
                               "  forward . tls://9.9.9.9 /etc/resolv.conf {\n"
                               "    except corp. lab.\n    policy round_robin\n    force_tcp\n"
                               "    max_concurrent 1000\n    max_fails 0\n    expire 20s\n"
                               "    health_check 5s\n  }\n"
                               "  forward corp. 10.9.0.2\n"
                               "  cache 60 {\n    success 5000 120\n    denial 10\n"
                               "    serve_stale 1h\n    prefetch 10\n  }\n"
                               "  loop\n  dnstap unix:///x full\n}\n"
                               "cluster.test {\n  kubernetes\n  forward\n}\n";
    static const struct cluster_labels none;
    struct arena arena = {0};
    struct corefile parsed = corefile_parse(&arena, text, &none);
    size_t n;
    const struct coredns_block *block = coredns_blocks(&parsed, &arena, &n);

    (void)state;
    assert_int_equal(n, 2);
    expect_words(&block->zones, ".:53 example.org");
    expect_words(&block->kubernetes, "cluster.local in-addr.arpa");
    assert_true(block->verified_pods && !block->insecure_pods && block->ignore_empty);
    assert_int_equal(block->n_forwards, 2);
    expect_words(&block->forwards[0].to, "tls://9.9.9.9 /etc/resolv.conf");
    expect_words(&block->forwards[0].except, "corp. lab.");
    assert_string_equal(block->forwards[0].policy, "round_robin");
    assert_int_equal(block->forwards[0].max_concurrent, 1000);
    assert_int_equal(block->forwards[0].max_fails, 0);
    assert_int_equal(block->forwards[0].expire_ns, 20 * WHEN_SECOND);
    assert_int_equal(block->forwards[0].health_check_ns, 5 * WHEN_SECOND);
    assert_true(block->forwards[0].force_tcp && !block->forwards[0].prefer_udp);
    assert_string_equal(block->forwards[1].from, "corp.");
    assert_string_equal(block->forwards[1].policy, "random");
    assert_int_equal(block->forwards[1].max_fails, 2);
    assert_true(block->cache && block->serve_stale && block->prefetch);
    assert_int_equal(block->cache_seconds, 120);
    assert_int_equal(block->denial_seconds, 60);
    assert_true(block->loop && block->dnstap && !block->autopath);
    expect_words(&block[1].kubernetes, "cluster.test"); /* the block's own zones */
    assert_int_equal(block[1].n_forwards, 1);
    assert_int_equal(block[1].forwards[0].to.n, 0);
    assert_false(block[1].cache);
    arena_done(&arena);
}

/* The service, its pods and their Corefile with what it imports, in a whole cluster. */
static void test_cluster(void **state)
{
    struct cluster *cluster = cluster_new();
    struct error error = {0};
    struct arena arena = {0};
    struct text path = {0};

    (void)state;
    text_format(&path, "%s/cluster/cluster.yaml", getenv("FIXTURES"));
    assert_int_equal(cluster_read(cluster, path.at, &error), 0);
    cluster_finish(cluster);
    struct coredns coredns = coredns_find(cluster, &arena);
    assert_string_equal(coredns.service->object.name, "kube-dns");
    assert_int_equal(coredns.n_replicas, 2);
    assert_string_equal(coredns.replicas[1]->object.name, "coredns-7db6d8ff4d-q5w9z");
    assert_string_equal(coredns.config->name, "coredns");
    assert_int_equal(coredns.n_blocks, 2);
    expect_words(&coredns.blocks[0].forwards[0].to, "172.30.0.53 172.30.0.54");
    assert_int_equal(coredns.blocks[0].cache_seconds, 30);
    expect_words(&coredns.blocks[1].zones, "corp.example:53");
    assert_string_equal(coredns_domain(&coredns), "cluster.local");
    text_done(&path);
    arena_done(&arena);
    cluster_free(cluster);
}

/* Nothing of it is there. */
static void test_no_coredns(void **state)
{
    static const char *const texts[] = {"{kind: Pod, metadata: {name: x}}", NULL};
    struct cluster *cluster = cluster_of(texts);
    struct arena arena = {0};
    struct coredns coredns = coredns_find(cluster, &arena);

    (void)state;
    assert_null(coredns.service);
    assert_null(coredns.config);
    assert_int_equal(coredns.n_replicas + coredns.n_blocks, 0);
    assert_null(coredns_domain(&coredns));
    arena_done(&arena);
    cluster_free(cluster);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),   cmocka_unit_test(test_imports),
        cmocka_unit_test(test_bounds),  cmocka_unit_test(test_settings),
        cmocka_unit_test(test_cluster), cmocka_unit_test(test_no_coredns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
