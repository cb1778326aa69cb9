// SPDX-License-Identifier: BSD-2-Clause
// The fields of a message: what each tells of one, and what where nothing is known.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cluster-file.h"
#include "messages/fields.h"

#define HEAD(flags, qd, an, ns, ar) "\x1a\x2b" flags "\0" qd "\0" an "\0" ns "\0" ar
#define QUESTION "\7Example\3com\0\0\1\0\1"
#define QUERY HEAD("\1\0", "\1", "\0", "\0", "\0") QUESTION
#define ANSWER                                                                                     \
    HEAD("\x85\x80", "\1", "\3", "\1", "\1")                                                       \
    QUESTION "\xc0\x0c\0\5\0\1\0\0\0\x1e\0\4\1b\xc0\x14"                                           \
             "\xc0\x29\0\1\0\1\0\0\0\x14\0\4\xc0\0\2\1"                                            \
             "\xc0\x29\0\x1c\0\1\0\0\0\x19\0\x10\x20\1\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\1"            \
             "\xc0\x0c\0\2\0\1\0\0\0\x1e\0\5\2ns\xc0\x0c"                                          \
             "\0\0\x29\4\xd0\0\0\0\0\0\x09\0\x0f\0\5\0\x16low"

/* A row and what it points to. */
struct told {
    struct record record;
    struct dns_message dns;
    struct message_row row;
};

static struct endpoint end_at(const char *address, uint16_t port)
{
    struct endpoint end;
    assert_true(endpoint_parse(address, &end));
    end.port = port;
    return end;
}

/* A packet from a pod to CoreDNS, or back. */
static void tell(struct told *told, const char *wire, size_t len, bool response)
{
    struct endpoint asker = end_at("10.0.0.1", 41022), server = end_at("10.96.0.10", 53);
    told->record = (struct record){.when = clock_at(10, 0, 0) + 5,
                                   .latency_ns = response ? 5060000 : WHEN_NONE,
                                   .latency_exact = true,
                                   .frame = 1532,
                                   .session = 12,
                                   .src = response ? server : asker,
                                   .dst = response ? asker : server,
                                   .wire = (const uint8_t *)wire,
                                   .wire_len = (uint32_t)len,
                                   .size = (uint32_t)len,
                                   .sightings = 2,
                                   .server = UINT32_MAX,
                                   .rcode = RCODE_NONE,
                                   .leg = LEG_CLIENT,
                                   .transport = TRANSPORT_UDP,
                                   .direction = DIRECTION_OUT,
                                   .answered = TAG_ANSWERED,
                                   .response = response,
                                   .tapped = true};
    dns_read(&told->dns, wire, len, DNS_READ_RECORDS);
    told->row = (struct message_row){.record = &told->record, .dns = &told->dns};
}

#define TELL(told, octets, response) tell(told, octets, sizeof(octets) - 1, response)

struct cell {
    const char *path, *text;
};

static void expect(const struct told *told, const struct cell *cells, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct text scratch = {0}, out = {0};
        const struct field *field =
            field_find(&message_fields, cells[i].path, strlen(cells[i].path));
        assert_non_null(field);
        struct value value = field_cell(&message_fields, field, &told->row, &scratch);
        field_print(&value, &out);
        if (strcmp(out.at != NULL ? out.at : "", cells[i].text) != 0)
            fail_msg("%s: %s", cells[i].path, out.at != NULL ? out.at : "");
        text_done(&scratch);
        text_done(&out);
    }
}

#define EXPECT(told, ...)                                                                          \
    expect(told, (const struct cell[]){__VA_ARGS__},                                               \
           sizeof((const struct cell[]){__VA_ARGS__}) / sizeof(struct cell))

static void test_query(void **state)
{
    struct told told;
    (void)state;
    TELL(&told, QUERY, false);
    EXPECT(&told, {"timestamp", "2026-11-21T10:00:00.000000005Z"},
           {"timestamp_raw", "1795255200000000005"}, {"src", "10.0.0.1:41022"},
           {"src.addr", "10.0.0.1"}, {"src.port", "41022"}, {"src.k8s", ""},
           {"dst", "10.96.0.10:53"}, {"dst.addr", "10.96.0.10"}, {"dst.port", "53"},
           {"nameserver", "10.96.0.10"}, {"nameserver.addr", "10.96.0.10"}, {"id", "1a2b"},
           {"qr", "Q"}, {"qr_raw", "false"}, {"qtype", "A"}, {"qtype_raw", "1"},
           {"name", "Example.com."}, {"rcode", ""}, {"rcode_raw", ""}, {"latency_ns", ""},
           {"latency_ns_raw", ""}, {"latency_ms", ""}, {"latency_exact", ""}, {"num_answers", "0"},
           {"addresses", ""}, {"tc", "false"}, {"ra", "false"}, {"rd", "true"}, {"aa", "false"},
           {"pkt_type", "OUTGOING"}, {"proto", "UDP"}, {"k8s", ""}, {"k8s.podName", ""},
           {"leg", "client"}, {"session", "s12"}, {"answered", "true"}, {"sightings", "2"},
           {"truncated", "false"}, {"tapped", "true"}, {"size", "29"}, {"transport", "udp"},
           {"identity", ""}, {"frame", "0:1532"}, {"input", "0"}, {"frame_number", "1532"},
           {"class", "IN"}, {"opcode", "QUERY"}, {"answer", ""});
    told.record.answered = TAG_NOT_ANSWERED;
    EXPECT(&told, {"answered", "false"});
    told.record.answered = TAG_UNKNOWN;
    EXPECT(&told, {"answered", ""});
}

static void test_response(void **state)
{
    struct told told;
    (void)state;
    TELL(&told, ANSWER, true);
    EXPECT(&told, {"src", "10.96.0.10:53"}, {"dst", "10.0.0.1:41022"},
           {"nameserver.addr", "10.96.0.10"}, {"qr", "R"}, {"qr_raw", "true"}, {"rcode", "Success"},
           {"rcode_raw", "0"}, {"latency_ns", "5.06ms"}, {"latency_ns_raw", "5060000"},
           {"latency_ms", "5.060"}, {"latency_exact", "true"}, {"num_answers", "3"},
           {"addresses", "192.0.2.1 2001:db8::1"}, {"aa", "true"}, {"ra", "true"}, {"answered", ""},
           {"answer", "Example.com. 30 IN CNAME b.com. b.com. 20 IN A 192.0.2.1 b.com. 25 IN AAAA "
                      "2001:db8::1"},
           {"authority", "Example.com. 30 IN NS ns.Example.com."}, {"additional", ""});
    const struct field *ede = field_find(&message_fields, "ede", 3);
    assert_int_equal(ede->count(&told.row), 1);
    struct value code = ede->rows->fields[0].get(ede->item(&told.row, 0), NULL);
    assert_int_equal(code.count, 22);
    struct text text = {0};
    struct value why = ede->rows->fields[1].get(ede->item(&told.row, 0), &text);
    assert_int_equal(why.text.len, 3);
    assert_memory_equal(why.text.at, "low", 3);
    text_done(&text);
    told.record.latency_ns = WHEN_NONE;
    EXPECT(&told, {"latency_ns", ""}, {"latency_ns_raw", ""}, {"latency_exact", ""});
}

static void test_rcodes(void **state)
{
    static const char *const words[] = {
        "Success", "FormatError", "ServerFailure", "NameError", "NotImplemented", "Refused", "6",
        "7"};
    struct told told;
    (void)state;
    for (unsigned rcode = 0; rcode < 8; rcode++) {
        char octets[] = HEAD("\x81\x80", "\1", "\0", "\0", "\0") QUESTION;
        octets[3] = (char)(0x80 | rcode);
        TELL(&told, octets, true);
        EXPECT(&told, {"rcode", words[rcode]});
    }
    TELL(&told, HEAD("\x81\x80", "\1", "\0", "\0", "\1") QUESTION "\0\0\x29\4\xd0\1\0\0\0\0\0",
         true);
    EXPECT(&told, {"rcode", "16"}, {"rcode_raw", "16"}); /* BADVERS */
}

static void test_latency(void **state)
{
    static const struct {
        int64_t ns;
        const char *text;
    } cases[] = {{0, "0ns"},
                 {870, "870ns"},
                 {1000, "1.00\xc2\xb5s"},
                 {1125, "1.12\xc2\xb5s"},
                 {12340, "12.34\xc2\xb5s"},
                 {999999, "1000.00\xc2\xb5s"},
                 {1000000, "1.00ms"},
                 {5064999, "5.06ms"},
                 {1000000000, "1s"},
                 {1234567891, "1.234567891s"},
                 {2500000000, "2.5s"},
                 {INT64_C(60000000000), "1m0s"},
                 {INT64_C(90500000000), "1m30.5s"},
                 {INT64_C(3600000000001), "1h0m0.000000001s"},
                 {WHEN_NONE, NULL},
                 {-1, NULL}};
    struct text text = {0};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text_clear(&text);
        struct value value = message_value_latency(cases[i].ns, &text);
        if (cases[i].text == NULL) {
            assert_int_equal(value.kind, VALUE_NULL);
            continue;
        }
        assert_int_equal(value.text.len, strlen(cases[i].text));
        assert_memory_equal(value.text.at, cases[i].text, value.text.len);
    }
    text_done(&text);
}

/* Octets that are missing, that contradict themselves, and none at all. */
static void test_damage(void **state)
{
    struct told told;
    (void)state;
    tell(&told, ANSWER, 63, true);
    EXPECT(&told, {"truncated", "true"}, {"num_answers", "3"}, {"addresses", "192.0.2.1"},
           {"answer", "Example.com. 30 IN CNAME b.com. b.com. 20 IN A 192.0.2.1"},
           {"rcode", "Success"});
    tell(&told, ANSWER, 20, true);
    EXPECT(&told, {"truncated", "true"}, {"id", "1a2b"}, {"name", ""}, {"qtype", ""}, {"class", ""},
           {"rcode", "Success"}, {"answer", ""});
    tell(&told, ANSWER, 11, true);
    EXPECT(&told, {"truncated", "true"}, {"id", ""}, {"name", ""}, {"rcode", ""}, {"tc", ""},
           {"num_answers", ""}, {"opcode", ""}, {"qr", "R"});
    TELL(&told, HEAD("\x81\x80", "\1", "\0", "\0", "\0") "\7Example\xc0\x0c\0\1\0\1", true);
    EXPECT(&told, {"truncated", "false"}, {"name", ""}, {"answer", ""});
    TELL(&told, QUERY, false);
    told.record.cut = true;
    EXPECT(&told, {"truncated", "true"});
    TELL(&told, "", true);
    told.record.wire = NULL;
    EXPECT(&told, {"truncated", ""}, {"id", ""}, {"rcode", ""}, {"num_answers", ""}, {"size", ""});
}

/* A response that only its session proves. */
static void test_untapped(void **state)
{
    static const uint8_t name[] = "\7example\3com";
    struct told told;
    (void)state;
    TELL(&told, "", true);
    told.record.wire = NULL;
    told.record.name = name;
    told.record.name_len = sizeof name;
    told.record.id = 0x1a2b;
    told.record.type = 28;
    told.record.rcode = 2;
    told.record.tapped = false;
    told.record.frame = 0;
    told.record.sightings = 0;
    messages_read(&told.record, &told.dns);
    EXPECT(&told, {"tapped", "false"}, {"id", "1a2b"}, {"name", "example.com."}, {"qtype", "AAAA"},
           {"rcode", "ServerFailure"}, {"tc", ""}, {"num_answers", ""}, {"class", ""},
           {"frame", ""}, {"input", ""}, {"frame_number", ""}, {"sightings", "0"},
           {"truncated", ""}, {"addresses", ""}, {"answer", ""});
}

/* dnstap tells no address of CoreDNS's own end. */
static void test_dnstap(void **state)
{
    struct told told;
    (void)state;
    TELL(&told, QUERY, false);
    told.record.server = 0;
    told.record.dst = (struct endpoint){0};
    told.record.direction = DIRECTION_UNKNOWN;
    told.row.identity = "coredns-x";
    EXPECT(&told, {"src", "10.0.0.1:41022"}, {"dst", "coredns-x"}, {"dst.addr", ""},
           {"dst.port", ""}, {"nameserver", "coredns-x"}, {"nameserver.addr", ""},
           {"identity", "coredns-x"}, {"pkt_type", ""});
    /* The asker of an upstream's query may be its client: it is told where it is not. */
    TELL(&told, QUERY, false);
    told.record.server = 0;
    told.record.leg = LEG_UPSTREAM;
    told.row.identity = "coredns-x";
    EXPECT(&told, {"src", "coredns-x"}, {"src.addr", ""}, {"nameserver", "10.96.0.10"},
           {"leg", "upstream"});
    told.row.own_socket = true;
    EXPECT(&told, {"src", "10.0.0.1:41022"}, {"src.addr", "10.0.0.1"});
    told.record.leg = LEG_NONE;
    EXPECT(&told, {"leg", ""});
}

static const char objects[] =
    "- kind: Pod\n"
    "  metadata: {name: web-1, namespace: shop, labels: {app: web}, ownerReferences: [{kind: "
    "StatefulSet, name: web, controller: true}]}\n"
    "  spec: {nodeName: n1}\n"
    "  status: {podIP: 10.0.0.1}\n"
    "- {kind: Pod, metadata: {name: coredns-x, namespace: kube-system}, spec: {nodeName: n2}, "
    "status: "
    "{podIP: 10.0.0.2}}\n"
    "- {kind: Service, metadata: {name: dns, namespace: kube-system}, spec: {clusterIP: "
    "10.96.0.10}}\n"
    "- {kind: Node, metadata: {name: n1}, status: {addresses: [{type: InternalIP, address: "
    "172.16.0.1}]}}\n";

static void test_cluster(void **state)
{
    const char *const texts[] = {objects, NULL};
    struct cluster *cluster = cluster_of(texts);
    struct told told;
    (void)state;
    TELL(&told, ANSWER, true);
    told.row.cluster = cluster;
    EXPECT(&told, {"src", "s/kube-system/dns:53"}, {"dst", "p/shop/web-1:41022"},
           {"nameserver", "s/kube-system/dns"}, {"nameserver.k8s.kind", "svc"},
           {"dst.k8s.owner", "StatefulSet/web"}, {"k8s", "p/shop/web-1"}, {"k8s.node", "n1"},
           {"k8s.namespace", "shop"}, {"k8s.podName", "web-1"}, {"k8s.containerName", ""},
           {"k8s.podLabels", "app=web"}, {"k8s.owner", "StatefulSet/web"},
           {"k8s.owner.kind", "StatefulSet"}, {"k8s.owner.name", "web"});
    /* A node asks a replica: that is the pod. */
    told.record.dst = end_at("172.16.0.1", 4000);
    told.record.src = end_at("10.0.0.2", 53);
    EXPECT(&told, {"dst", "n/n1:4000"}, {"k8s", "p/kube-system/coredns-x"}, {"k8s.node", "n2"},
           {"k8s.owner", ""}, {"k8s.podLabels", ""});
    told.record.src = end_at("192.0.2.9", 53);
    EXPECT(&told, {"src", "r/192.0.2.9:53"}, {"k8s", ""}, {"k8s.podName", ""});
    /* dnstap: by what the replica calls itself. */
    TELL(&told, QUERY, false);
    told.record.server = 0;
    told.record.dst = (struct endpoint){0};
    told.row.cluster = cluster;
    told.row.identity = "coredns-x";
    EXPECT(&told, {"dst", "p/kube-system/coredns-x"}, {"nameserver.k8s.name", "coredns-x"},
           {"k8s", "p/shop/web-1"});
    cluster_free(cluster);
}

static void test_ends(void **state)
{
    static const char *const protos[] = {"", "UDP", "TCP", "DoT", "DoH", "DoQ"};
    static const char *const directions[] = {"", "HOST", "OUTGOING", "OTHERHOST"};
    struct told told;
    (void)state;
    TELL(&told, QUERY, false);
    told.record.src = end_at("fd00::1", 40000);
    EXPECT(&told, {"src", "[fd00::1]:40000"}, {"src.addr", "fd00::1"});
    for (uint8_t i = 0; i < 6; i++) {
        told.record.transport = i;
        EXPECT(&told, {"proto", protos[i]});
    }
    for (uint8_t i = 0; i < 4; i++) {
        told.record.direction = i;
        EXPECT(&told, {"pkt_type", directions[i]});
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_query),  cmocka_unit_test(test_response),
        cmocka_unit_test(test_rcodes), cmocka_unit_test(test_latency),
        cmocka_unit_test(test_damage), cmocka_unit_test(test_untapped),
        cmocka_unit_test(test_dnstap), cmocka_unit_test(test_cluster),
        cmocka_unit_test(test_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
