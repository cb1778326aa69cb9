// SPDX-License-Identifier: BSD-2-Clause
// dnstap frames: what becomes of the fields, and the hand-written decoder held against protobuf-c
// over every frame of the fixtures (or of the captures named as arguments) and over damaged ones.
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/when.h"
#include "input/dnstap/dnstap.h"
#include "input/dnstap/frames.h"
#include "input-capture.h"
#include "proto/dnstap.pb-c.h"

static char **captures;
static size_t captures_n;
static uint64_t compared, refused, stricter;

static void check_bytes(struct slice ours, protobuf_c_boolean has, ProtobufCBinaryData theirs)
{
    assert_int_equal(ours.at != NULL, has != 0);
    assert_int_equal(ours.len, theirs.len);
    if (ours.len)
        assert_memory_equal(ours.at, theirs.data, ours.len);
}

static void check_fields(const struct dnstap_fields *ours, const Dnstap__Dnstap *theirs)
{
    const Dnstap__Message *message = theirs->message;

    assert_int_equal(ours->frame_type, theirs->type);
    check_bytes(ours->identity, theirs->has_identity, theirs->identity);
    check_bytes(ours->version, theirs->has_version, theirs->version);
    if (!message)
        return;
    assert_int_equal(ours->type, message->type);
    assert_int_equal(ours->protocol, message->socket_protocol);
    assert_int_equal(ours->query_port, message->query_port);
    assert_int_equal(ours->response_port, message->response_port);
    assert_int_equal(ours->query_sec, message->query_time_sec);
    assert_int_equal(ours->query_nsec, message->query_time_nsec);
    assert_int_equal(ours->response_sec, message->response_time_sec);
    assert_int_equal(ours->response_nsec, message->response_time_nsec);
    check_bytes(ours->query_address, message->has_query_address, message->query_address);
    check_bytes(ours->response_address, message->has_response_address, message->response_address);
    check_bytes(ours->query_message, message->has_query_message, message->query_message);
    check_bytes(ours->response_message, message->has_response_message, message->response_message);
}

/* Both decoders on one payload.  Ours may refuse what protobuf-c takes (field number 0, numbers of
 * more than 64 bits), never the other way round; `stricter` counts that. */
static void compare(const uint8_t *at, size_t len, bool damaged)
{
    struct dnstap_fields fields;
    enum dnstap_result result = dnstap_decode(at, len, &fields);
    Dnstap__Dnstap *theirs = dnstap__dnstap__unpack(NULL, len, at);

    if (result == DNSTAP_BAD) {
        refused++;
        stricter += theirs != NULL;
        assert_true(damaged || !theirs);
    } else {
        compared++;
        assert_non_null(theirs);
        assert_int_equal(result == DNSTAP_MESSAGE, theirs->message && theirs->type == 1);
        check_fields(&fields, theirs);
    }
    if (theirs)
        dnstap__dnstap__free_unpacked(theirs, NULL);
}

static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    return *seed ^= *seed << 17;
}

static void compare_damaged(const uint8_t *at, size_t len, uint64_t *seed)
{
    uint8_t *copy = memory_get(len + 8, 1);
    uint64_t dice = next_random(seed);
    size_t first = len < 64 ? len : 64; /* most of the fields' heads stand there */

    memory_copy(copy, at, len);
    for (unsigned i = 0; i < 1 + dice % 3 && len; i++) {
        uint64_t random = next_random(seed);

        copy[(random & 1 ? first : len) ? (random >> 8) % (random & 1 ? first : len) : 0] ^=
            (uint8_t)(1u << (random >> 40 & 7));
    }
    if ((dice >> 8) % 4 == 0)
        len = len ? (size_t)(dice >> 16) % len : 0;
    else if ((dice >> 8) % 4 == 1)
        len += (size_t)(dice >> 16) % 8;
    compare(copy, len, true);
    memory_free(copy);
}

static uint64_t compare_capture(const char *name, uint64_t *seed)
{
    struct input_facts *facts = memory_get(1, sizeof *facts);
    struct stream stream;
    struct frames frames;
    struct frame frame;
    struct error error;
    enum frame_kind kind;

    if (stream_open(&stream, name, LIMIT_READ_BYTES, &error) != 0)
        fail_msg("%s: %s", name, error.text);
    frames_open(&frames, &stream, facts);
    while ((kind = frames_next(&frames, &frame)) != FRAME_END) {
        assert_int_equal(kind, FRAME_DATA);
        compare(frame.payload.at, frame.payload.len, false);
        for (int i = 0; i < 4; i++)
            compare_damaged(frame.payload.at, frame.payload.len, seed);
    }
    frames_close(&frames);
    stream_close(&stream);
    memory_free(facts);
    return 1;
}

static void test_against_protobuf_c(void **state)
{
    uint64_t seed = UINT64_C(88172645463325252), files = 0;

    (void)state;
    for (size_t i = 0; i < captures_n; i++)
        files += compare_capture(captures[i], &seed);
    print_message("%ju captures: %ju payloads alike, %ju refused, %ju of them by us alone\n",
                  (uintmax_t)files, (uintmax_t)compared, (uintmax_t)refused, (uintmax_t)stricter);
    assert_true(stricter * 1000 <= compared);
}

/* Merging, order, unknown fields, and what is refused. */
static void test_rules(void **state)
{
    struct text inner = {0}, text = {0};
    struct dnstap_fields fields;

    (void)state;
    put_number(&text, 15, 2);
    put_number(&inner, 1, 5);
    put_number(&inner, 6, 77);
    put_number(&inner, 6, 78); /* the last one wins */
    put_bytes(&inner, 4, "\1\2\3\4", 4);
    put_fixed32(&inner, 99, 1); /* unknown ones */
    put_number(&inner, 1000, 1);
    put_bytes(&inner, 5000, "abc", 3);
    put_bytes(&text, 14, inner.at, inner.len);
    text_clear(&inner);
    put_number(&inner, 1, 6); /* merged into the first */
    put_bytes(&inner, 5, "\5\6\7\10", 4);
    put_bytes(&text, 14, inner.at, inner.len);
    put_number(&text, 15, 1);
    compare((const uint8_t *)text.at, text.len, false);
    assert_int_equal(dnstap_decode((const uint8_t *)text.at, text.len, &fields), DNSTAP_MESSAGE);
    assert_int_equal(fields.type, 6);
    assert_int_equal(fields.query_port, 78);
    assert_int_equal(fields.query_address.len, 4);
    assert_int_equal(fields.response_address.len, 4);
    text_done(&inner);
    text_done(&text);
}

static void test_refused(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        enum dnstap_result result;
    } cases[] = {
        {"", 0, DNSTAP_BAD}, /* no type */
        {"\170\1", 2, DNSTAP_NO_MESSAGE},
        {"\170\2\162\2\10\5", 6, DNSTAP_NO_MESSAGE},
        {"\170\1\162\2\10\5", 6, DNSTAP_MESSAGE},
        {"\170\1\162\0", 4, DNSTAP_BAD},             /* a Message without a type */
        {"\170\1\162\3\10\5", 6, DNSTAP_BAD},         /* a length beyond the end */
        {"\170\1\162\2\12\0", 6, DNSTAP_BAD},         /* a wrong wire type */
        {"\170\1\63\64", 4, DNSTAP_BAD},              /* a group */
        {"\170\1\0\0", 4, DNSTAP_BAD},                /* field number 0 */
        {"\170\1\371", 3, DNSTAP_BAD},                /* a cut key */
        {"\170\1\371\1\1\2\3", 7, DNSTAP_BAD},        /* a cut fixed64 */
        {"\170\1\371\1\1\2\3\4\5\6\7\10", 12, DNSTAP_NO_MESSAGE},
        {"\170\200\200\200\200\200\200\200\200\200\2", 11, DNSTAP_BAD}, /* over 64 bits */
        {"\170\201\200\200\200\200\200\200\200\200\1", 11, DNSTAP_NO_MESSAGE},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct dnstap_fields fields;

        if (dnstap_decode((const uint8_t *)cases[i].bytes, cases[i].len, &fields) !=
            cases[i].result)
            fail_msg("case %zu", i);
    }
}

static struct dnstap_program program;
static struct skips skips;

static struct message message_of(const struct dnstap_fields *fields)
{
    struct message message;

    skips = (struct skips){{0}};
    dnstap_message(fields, &program, &message, &skips);
    return message;
}

#define SLICE(text) ((struct slice){(const uint8_t *)(text), sizeof(text) - 1})
#define MAPPED "\0\0\0\0\0\0\0\0\0\0\377\377\12\0\0\1"

static void test_ends(void **state)
{
    struct dnstap_fields fields = {.type = 7, .query_address = SLICE("\12\0\0\2"),
                                   .query_port = 53, .query_sec = 1, .protocol = 1};
    struct message message;
    char text[ADDR_TEXT_MAX];

    (void)state;
    /* 1.8.0-1.8.1: the upstream is the query address */
    message = message_of(&fields);
    assert_true(message.early_shape);
    assert_int_equal(message.asker.len, 0);
    assert_int_equal(message.asker.port, 0);
    endpoint_print(&message.answerer, text);
    assert_string_equal(text, "10.0.0.2:53");
    /* later: the client, or CoreDNS's own socket; 16 octets are IPv4 all the same */
    fields.response_address = SLICE(MAPPED);
    fields.response_port = 53;
    message = message_of(&fields);
    assert_false(message.early_shape);
    endpoint_print(&message.asker, text);
    assert_string_equal(text, "10.0.0.2:53");
    endpoint_print(&message.answerer, text);
    assert_string_equal(text, "10.0.0.1:53");
    /* <= 1.7.1 and refreshes of 1.14.3: nobody asks */
    fields.query_address = (struct slice){(const uint8_t *)"", 0};
    fields.query_port = 0;
    message = message_of(&fields);
    assert_false(message.early_shape);
    assert_int_equal(message.asker.len + message.asker.port, 0);
    /* the client leg is not turned */
    fields = (struct dnstap_fields){.type = 5, .query_address = SLICE(MAPPED), .query_port = 9};
    message = message_of(&fields);
    assert_false(message.early_shape);
    assert_int_equal(message.asker.len, 4);
    assert_int_equal(message.answerer.len, 0);
    /* odd lengths and ports are none */
    fields.query_address = SLICE("\1\2\3");
    fields.query_port = 70000;
    message = message_of(&fields);
    assert_int_equal(message.asker.len + message.asker.port, 0);
}

static void test_times(void **state)
{
    struct dnstap_fields fields = {.type = 6, .query_sec = 5, .query_nsec = 1, .response_sec = 6};
    struct message message = message_of(&fields);

    (void)state;
    assert_int_equal(message.when, 6 * WHEN_SECOND);
    assert_int_equal(message.query_time, 5 * WHEN_SECOND + 1);
    fields.response_sec = 0; /* the only one that is there */
    message = message_of(&fields);
    assert_int_equal(message.when, 5 * WHEN_SECOND + 1);
    assert_true(message.response_time == WHEN_NONE);
    assert_int_equal(skips.n[SKIP_NO_TIME], 0);
    fields.query_nsec = 1000000000;
    message = message_of(&fields);
    assert_true(message.when == WHEN_NONE);
    assert_int_equal(skips.n[SKIP_NO_TIME], 1);
    fields = (struct dnstap_fields){.type = 5, .query_sec = UINT64_MAX, .response_sec = 7};
    message = message_of(&fields);
    assert_true(message.query_time == WHEN_NONE);
    assert_int_equal(message.when, 7 * WHEN_SECOND);
    assert_int_equal(skips.n[SKIP_NO_TIME], 1);
    fields = (struct dnstap_fields){.type = 5, .query_sec = 4611686017, .query_nsec = 999999999};
    assert_int_equal(message_of(&fields).when, INT64_C(4611686017999999999));
    fields.query_sec++;
    assert_true(message_of(&fields).when == WHEN_NONE);
    assert_int_equal(skips.n[SKIP_NO_TIME], 1);
}

static void test_types(void **state)
{
    static const uint8_t legs[16] = {
        [1] = LEG_CLIENT, [2] = LEG_CLIENT, [3] = LEG_UPSTREAM, [4] = LEG_UPSTREAM,
        [5] = LEG_CLIENT, [6] = LEG_CLIENT, [7] = LEG_UPSTREAM, [8] = LEG_UPSTREAM,
    };
    static const uint8_t wire[12] = {0x1a, 0x2b, 0x81, 0x83};

    (void)state;
    for (uint32_t type = 0; type < 16; type++) {
        struct dnstap_fields fields = {.type = type, .query_sec = 1};
        struct message message;

        fields.response_message = (struct slice){wire, sizeof wire};
        message = message_of(&fields);
        assert_int_equal(message.kind, MESSAGE_DNS);
        assert_int_equal(message.leg, legs[type]);
        assert_int_equal(message.tap, type);
        assert_int_equal(skips.n[SKIP_UNKNOWN_TYPE], type == 0 || type == 15);
        /* a query frame does not look at the response's message */
        assert_int_equal(message.response, type % 2 == 0 || type == 15);
        assert_int_equal(message.no_payload, !message.response);
        assert_int_equal(message.dns.id, message.response ? 0x1a2b : 0);
        assert_int_equal(message.dns.rcode, message.response ? 3 : 0);
    }
}

static void test_payloads(void **state)
{
    struct dnstap_fields fields = {.type = 5, .query_sec = 1, .query_message = SLICE("\1\2\3\4\5")};
    struct message message = message_of(&fields);

    (void)state;
    assert_false(message.no_payload);
    assert_int_equal(message.dns.reach, DNS_NOTHING);
    assert_int_equal(skips.n[SKIP_BAD_DNS], 1);
    fields.query_message = (struct slice){NULL, 0};
    message = message_of(&fields);
    assert_true(message.no_payload);
    assert_int_equal(skips.n[SKIP_BAD_DNS], 0);
    for (uint32_t protocol = 0; protocol < 9; protocol++) {
        static const uint8_t transports[9] = {0, TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_DOT,
                                              TRANSPORT_DOH, 0, 0, TRANSPORT_DOQ, 0};

        fields.protocol = protocol;
        assert_int_equal(message_of(&fields).transport, transports[protocol]);
    }
}

static void test_programs(void **state)
{
    static const struct {
        const char *text, *name, *version;
        uint32_t coredns;
    } cases[] = {
        {"CoreDNS-1.11.3", "CoreDNS", "1.11.3", 0x010b03},
        {"CoreDNS 1.8.0", "CoreDNS", "1.8.0", 0x010800},
        {"coredns-1.14.7+rc1", "CoreDNS", "1.14.7+rc1", 0x010e07},
        {"1.9.4", "", "1.9.4", 0x010904},
        {"", "", "", 0},
        {"9.18.24", "", "9.18.24", 0},
        {"unbound 1.17.1", "unbound", "1.17.1", 0},
        {"dnsdist/1.7.3", "dnsdist", "1.7.3", 0},
        {"knot-resolver 5.6.0", "knot-resolver", "5.6.0", 0},
        {"CoreDNS", "CoreDNS", "", 0},
        {"CoreDNS-1.999999999999.3", "CoreDNS", "1.999999999999.3", 0},
        {"my DNS", "my", "DNS", 0},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct slice version = {(const uint8_t *)cases[i].text, strlen(cases[i].text)};

        dnstap_program_set(&program, version);
        assert_string_equal(program.name, cases[i].name);
        assert_string_equal(program.version, cases[i].version);
        assert_int_equal(program.coredns, cases[i].coredns);
    }
}

/* The captures of the arguments, or of the fixtures. */
static void find_captures(int argc, char **argv, glob_t *found)
{
    static const char *const folders[] = {"", "/semantics"};
    const char *fixtures = getenv("FIXTURES");
    char pattern[512];

    captures = argv + 1;
    captures_n = (size_t)argc - 1;
    if (captures_n || !fixtures)
        return;
    for (int i = 0; i < 2; i++) {
        snprintf(pattern, sizeof pattern, "%s%s/*.fstrm*", fixtures, folders[i]);
        glob(pattern, i ? GLOB_APPEND : 0, NULL, found);
    }
    captures = found->gl_pathv;
    captures_n = found->gl_pathc;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),   cmocka_unit_test(test_refused),
        cmocka_unit_test(test_ends),    cmocka_unit_test(test_times),
        cmocka_unit_test(test_types),   cmocka_unit_test(test_payloads),
        cmocka_unit_test(test_programs), cmocka_unit_test(test_against_protobuf_c),
    };
    glob_t found = {0};
    int failed;

    find_captures(argc, argv, &found);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    globfree(&found);
    return failed;
}
