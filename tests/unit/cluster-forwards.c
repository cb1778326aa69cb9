// SPDX-License-Identifier: BSD-2-Clause
// Which forward of a Corefile names an upstream, and which one a name goes to.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cluster-file.h"
#include "cluster/forwards.h"
#include "dns/name.h"

static const char config[] = "kind: ConfigMap\n"
                             "metadata: {name: coredns, namespace: kube-system}\n"
                             "data:\n"
                             "  Corefile: |\n"
                             "    .:53 {\n"
                             "      kubernetes cluster.local\n"
                             "      forward vendor.test. 10.0.0.9:5353\n"
                             "      forward . 172.30.0.53 tls://[2001:db8::9]%dns.example {\n"
                             "        except lab.example\n"
                             "        policy sequential\n"
                             "      }\n"
                             "    }\n"
                             "    dns://corp.example:53, other.example:1053 {\n"
                             "      forward . 10.9.0.2 172.30.0.53\n"
                             "    }\n"
                             "    local.example {\n"
                             "      file zone.db\n"
                             "    }\n";

static struct cluster *cluster;
static const struct coredns *coredns;

static int begin(void **state)
{
    const char *const texts[] = {config, NULL};

    (void)state;
    cluster = cluster_of(texts);
    coredns = cluster != NULL ? cluster_coredns(cluster) : NULL;
    return cluster != NULL ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    cluster_free(cluster);
    return 0;
}

static void test_words(void **state)
{
    static const struct {
        const char *word, *end;
    } cases[] = {
        {"10.0.0.1", "10.0.0.1:53"},
        {"10.0.0.1:5353", "10.0.0.1:5353"},
        {"dns://10.0.0.1", "10.0.0.1:53"},
        {"tls://10.0.0.1", "10.0.0.1:853"},
        {"tls://10.0.0.1:8853", "10.0.0.1:8853"},
        {"tls://9.9.9.9%dns.quad9.net", "9.9.9.9:853"},
        {"2001:db8::1", "[2001:db8::1]:53"},
        {"[2001:db8::1]", "[2001:db8::1]:53"},
        {"[2001:db8::1]:5353", "[2001:db8::1]:5353"},
        {"/etc/resolv.conf", NULL},
        {"", NULL},
        {"10.0.0.1:", NULL},
        {"10.0.0.1:0", NULL},
        {"10.0.0.1:65536", NULL},
        {"[]", NULL},
        {":53", NULL},
        {"resolver", NULL},
    };
    char text[ADDR_TEXT_MAX], longest[500];
    struct endpoint end_of;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool known = forwards_endpoint(cases[i].word, &end_of);
        if (known != (cases[i].end != NULL))
            fail_msg("%s", cases[i].word);
        if (!known)
            continue;
        endpoint_print(&end_of, text);
        assert_string_equal(text, cases[i].end);
    }
    memset(longest, '1', sizeof longest - 1);
    longest[sizeof longest - 1] = 0;
    assert_false(forwards_endpoint(longest, &end_of));
}

static size_t count_to(const char *address, uint16_t port)
{
    struct endpoint end_of;
    size_t at = 0, n = 0;

    assert_true(endpoint_parse(address, &end_of));
    end_of.port = port;
    while (forwards_to(coredns, &end_of, &at) != NULL)
        n++;
    return n;
}

static void test_upstreams(void **state)
{
    (void)state;
    assert_int_equal(count_to("172.30.0.53", 53), 2);
    assert_int_equal(count_to("172.30.0.53", 5353), 0);
    assert_int_equal(count_to("172.30.0.53", 0), 2);
    assert_int_equal(count_to("10.0.0.9", 5353), 1);
    assert_int_equal(count_to("2001:db8::9", 853), 1);
    assert_int_equal(count_to("10.0.0.1", 53), 0);
    assert_true(forwards_all_named(coredns));
}

/* What the name goes to first; "": nowhere. */
static void expect_goes(const char *name, const char *to)
{
    uint8_t wire[256];
    const struct coredns_forward *forward = forwards_for(coredns, wire, dns_name_parse(name, wire));

    assert_string_equal(forward != NULL ? forward->to.at[0] : "", to);
}

static void test_names(void **state)
{
    (void)state;
    expect_goes("api.example.com.", "172.30.0.53");
    expect_goes(".", "172.30.0.53");
    expect_goes("db.vendor.test.", "10.0.0.9:5353");
    expect_goes("vendor.test.", "10.0.0.9:5353");
    expect_goes("notvendor.test.", "172.30.0.53");
    expect_goes("x.lab.example.", ""); /* excepted */
    expect_goes("git.corp.example.", "10.9.0.2");
    expect_goes("git.other.example.", "10.9.0.2");
    expect_goes("x.local.example.", ""); /* its block has no forward */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_upstreams),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
