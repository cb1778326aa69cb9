// SPDX-License-Identifier: BSD-2-Clause
// The walk over Frame Streams, on captures made here, whole, joined, cut and damaged.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "input/inputs.h"
#include "input-capture.h"

enum { START = 2, STOP = 3, READY = 4, ACCEPT = 1, FINISH = 5 };

/* What came out of a capture, as letters: q the query with the next id, x a query with another one,
 * g a gap, then the facts. */
struct outcome {
    char letters[64];
    uint32_t connection; /* of the last message */
    uint64_t frame;
    struct input_facts facts;
    bool damaged;
    char error[512];
};

static struct outcome run(const struct text *capture)
{
    const char *name = file_of(capture);
    struct outcome outcome = {0};
    struct error error = {0};
    struct inputs *inputs = inputs_open(&name, 1, NULL, &error);
    const struct message *message;
    size_t n = 0;
    uint16_t id = 1;

    if (!inputs) {
        const char *colon = strchr(error.text, ':');

        snprintf(outcome.error, sizeof outcome.error, "%s", colon ? colon + 2 : error.text);
        return outcome;
    }
    while (inputs_next(inputs, &message) && n < sizeof outcome.letters - 1) {
        char letter = 'g';

        if (message->kind == MESSAGE_DNS)
            letter = message->dns.id == id ? 'q' : 'x';
        if (message->kind == MESSAGE_DNS)
            id = (uint16_t)(message->dns.id + 1);
        outcome.letters[n++] = letter;
        outcome.connection = message->connection;
        outcome.frame = message->frame;
    }
    outcome.facts = *inputs_facts(inputs, 0);
    outcome.damaged = inputs_damaged(inputs);
    inputs_close(inputs);
    files_remove(NULL);
    return outcome;
}

/* START, queries with the ids FIRST to LAST, STOP. */
static void put_stream(struct text *text, uint16_t first, uint16_t last)
{
    put_control(text, START, DNSTAP_TYPE);
    for (uint16_t id = first; id <= last; id++)
        put_query(text, 1000, id);
    put_control(text, STOP, NULL);
}

static void check_clean(struct text *capture, const char *letters, bool stopped)
{
    struct outcome outcome = run(capture);

    assert_string_equal(outcome.error, "");
    assert_string_equal(outcome.letters, letters);
    assert_string_equal(outcome.facts.cut, "");
    assert_false(outcome.damaged);
    assert_int_equal(outcome.facts.stopped, stopped);
    assert_int_equal(outcome.facts.frames, strlen(letters));
    for (int i = 0; i < SKIP_REASONS; i++)
        assert_int_equal(outcome.facts.skips.n[i], 0);
    text_clear(capture);
}

static void test_shapes(void **state)
{
    struct text text = {0};

    (void)state;
    put_stream(&text, 1, 3);
    check_clean(&text, "qqq", true);
    /* no data */
    put_stream(&text, 1, 0);
    check_clean(&text, "", true);
    put_control(&text, START, DNSTAP_TYPE);
    check_clean(&text, "", false);
    /* no STOP; no content type; no START */
    put_control(&text, START, DNSTAP_TYPE);
    put_query(&text, 1000, 1);
    check_clean(&text, "q", false);
    put_control(&text, START, NULL);
    put_query(&text, 1000, 1);
    check_clean(&text, "q", false);
    put_query(&text, 1000, 1);
    put_query(&text, 1000, 2);
    check_clean(&text, "qq", false);
    /* both directions of a bidirectional stream */
    put_control(&text, READY, DNSTAP_TYPE);
    put_control(&text, ACCEPT, DNSTAP_TYPE);
    put_stream(&text, 1, 2);
    put_control(&text, FINISH, NULL);
    check_clean(&text, "qq", true);
    /* joined; a reconnect without STOP */
    put_stream(&text, 1, 2);
    put_stream(&text, 3, 4);
    check_clean(&text, "qqqq", true);
    put_control(&text, START, DNSTAP_TYPE);
    put_query(&text, 1000, 1);
    put_stream(&text, 2, 3);
    check_clean(&text, "qqq", true);
    text_done(&text);
}

static void test_connections(void **state)
{
    struct text text = {0};
    struct outcome outcome;

    (void)state;
    put_stream(&text, 1, 2);
    put_stream(&text, 3, 3);
    outcome = run(&text);
    assert_int_equal(outcome.connection, 2);
    assert_int_equal(outcome.frame, 3);
    assert_string_equal(outcome.facts.format, "dnstap");
    assert_string_equal(outcome.facts.producer, "CoreDNS");
    assert_string_equal(outcome.facts.producer_version, "1.11.3");
    assert_int_equal(outcome.facts.queries, 3);
    assert_int_equal(outcome.facts.responses, 0);
    assert_int_equal(outcome.facts.bytes, text.len);
    text_done(&text);
}

/* Every prefix tells its whole frames and nothing else, and where it was cut. */
static void test_prefixes(void **state)
{
    struct text text = {0}, prefix = {0};
    size_t ends[8], n = 0;

    (void)state;
    put_control(&text, START, DNSTAP_TYPE);
    ends[n++] = text.len;
    for (uint16_t id = 1; id <= 3; id++) {
        put_query(&text, 1000, id);
        ends[n++] = text.len;
    }
    put_control(&text, STOP, NULL);
    ends[n++] = text.len;
    for (size_t len = 0; len <= text.len; len++) {
        struct outcome outcome;
        size_t whole = 0;
        char cut[64];

        text_clear(&prefix);
        text_add(&prefix, text.at, len);
        outcome = run(&prefix);
        if (len < ends[0]) {
            assert_string_not_equal(outcome.error, "");
            continue;
        }
        while (whole + 1 < n && ends[whole + 1] <= len)
            whole++;
        assert_int_equal(strlen(outcome.letters), whole < 3 ? whole : 3);
        assert_int_equal(outcome.facts.frames, whole < 3 ? whole : 3);
        snprintf(cut, sizeof cut, "at byte %zu: ", ends[whole]);
        assert_int_equal(outcome.damaged, len != ends[whole]);
        if (len == ends[whole])
            assert_string_equal(outcome.facts.cut, "");
        else
            assert_int_equal(strncmp(outcome.facts.cut, cut, strlen(cut)), 0);
    }
    text_done(&text);
    text_done(&prefix);
}

/* cat a-cut b, for every place to cut a at: a's whole frames, a gap unless nothing is cut, b. */
static void test_cut_and_joined(void **state)
{
    struct text a = {0}, joined = {0};
    size_t first;

    (void)state;
    put_control(&a, START, DNSTAP_TYPE);
    first = a.len;
    put_query(&a, 1000, 1);
    put_query(&a, 1000, 2);
    for (size_t len = first; len <= a.len; len++) {
        size_t frame = (a.len - first) / 2;
        uint16_t whole = (uint16_t)((len - first) / frame);
        bool clean = (len - first) % frame == 0;
        struct outcome outcome;
        char letters[16];

        for (int ready = 0; ready <= 1; ready++) {
            text_clear(&joined);
            text_add(&joined, a.at, len);
            if (ready)
                put_control(&joined, READY, DNSTAP_TYPE);
            put_stream(&joined, (uint16_t)(whole + 1), (uint16_t)(whole + 300));
            outcome = run(&joined);
            snprintf(letters, sizeof letters, "%.*s%sqqqqq", (int)whole, "qq", clean ? "" : "g");
            if (strncmp(outcome.letters, letters, strlen(letters)) != 0)
                fail_msg("cut at %zu of %zu: %s for %s", len, frame, outcome.letters, letters);
            assert_int_equal(outcome.damaged, !clean);
        }
    }
    text_done(&a);
    text_done(&joined);
}

static void test_undecodable(void **state)
{
    struct text text = {0};
    struct outcome outcome;

    (void)state;
    put_control(&text, START, DNSTAP_TYPE);
    put_query(&text, 1000, 1);
    put_data(&text, "\377\377\377\377", 4);
    put_data(&text, "what is this?", 13);
    put_query(&text, 1000, 2);
    put_data(&text, "\172\1\1", 3); /* type as bytes */
    put_data(&text, "\170\1", 2);    /* no message: dnstap all the same */
    put_query(&text, 1000, 3);
    put_control(&text, STOP, NULL);
    outcome = run(&text);
    assert_string_equal(outcome.letters, "qgqgq");
    assert_int_equal(outcome.facts.skips.n[SKIP_UNDECODABLE], 3);
    assert_int_equal(outcome.facts.skips.n[SKIP_NO_MESSAGE], 1);
    assert_int_equal(outcome.facts.frames, 7);
    assert_int_equal(outcome.frame, 7);
    assert_true(outcome.damaged);
    text_done(&text);
}

static void test_oversized(void **state)
{
    struct text text = {0};
    struct outcome outcome;

    (void)state;
    put_control(&text, START, DNSTAP_TYPE);
    put_query(&text, 1000, 1);
    put_be32(&text, LIMIT_FRAME_BYTES + 1);
    text_add_fill(&text, '\377', LIMIT_FRAME_BYTES + 1);
    put_query(&text, 1000, 2);
    put_be32(&text, LIMIT_FRAME_BYTES);
    text_add_fill(&text, '\377', LIMIT_FRAME_BYTES); /* the largest one is looked at */
    put_query(&text, 1000, 3);
    put_control(&text, STOP, NULL);
    outcome = run(&text);
    assert_string_equal(outcome.letters, "qgqgq");
    assert_int_equal(outcome.facts.skips.n[SKIP_OVERSIZED], 1);
    assert_int_equal(outcome.facts.skips.n[SKIP_UNDECODABLE], 1);
    assert_int_equal(outcome.facts.frames, 5);
    assert_true(outcome.facts.stopped);
    assert_string_equal(outcome.facts.cut, "");
    /* a length that is nonsense: what was joined behind it is found */
    text_clear(&text);
    put_control(&text, START, DNSTAP_TYPE);
    put_query(&text, 1000, 1);
    put_be32(&text, 0x7fffffff);
    text_add_fill(&text, 0, 300 * 1000);
    outcome = run(&text);
    assert_string_equal(outcome.letters, "qg");
    assert_non_null(strstr(outcome.facts.cut, "(300000 of 2147483647 bytes)"));
    put_stream(&text, 2, 4);
    outcome = run(&text);
    assert_string_equal(outcome.letters, "qgqqq");
    assert_string_equal(outcome.facts.cut, "");
    text_done(&text);
}

static void test_behind_stop(void **state)
{
    struct text text = {0};
    struct outcome outcome;

    (void)state;
    put_stream(&text, 1, 1);
    text_add_fill(&text, 0, 100);
    outcome = run(&text);
    assert_string_equal(outcome.letters, "qg");
    assert_int_equal(outcome.facts.skips.n[SKIP_CONTROL], 1);
    assert_true(outcome.damaged);
    put_stream(&text, 2, 3);
    outcome = run(&text);
    assert_string_equal(outcome.letters, "qgqq");
    text_clear(&text);
    put_stream(&text, 1, 1);
    text_add_string(&text, "some bytes behind it");
    outcome = run(&text);
    assert_string_equal(outcome.letters, "qg");
    assert_non_null(strstr(outcome.facts.cut, "what stands there is no frame"));
    text_done(&text);
}

static void test_bad_control(void **state)
{
    struct text text = {0};
    struct outcome outcome;

    (void)state;
    put_control(&text, START, DNSTAP_TYPE);
    put_query(&text, 1000, 1);
    put_control(&text, 77, NULL); /* a type that nobody knows */
    put_query(&text, 1000, 2);
    put_control(&text, START, "protobuf:other"); /* a stream of something else */
    put_data(&text, "{}", 2);
    outcome = run(&text);
    assert_string_equal(outcome.letters, "qgqgg");
    assert_int_equal(outcome.facts.skips.n[SKIP_CONTROL], 2);
    assert_int_equal(outcome.facts.skips.n[SKIP_UNDECODABLE], 1);
    text_done(&text);
}

static void test_something_else(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *is;
    } cases[] = {
        {"", 0, "is empty"},
        {"hello, world\n", 13, "is text, not a capture"},
        {"\324\303\262\241\2\0\4\0\0\0\0\0", 12,
         "is a packet capture (pcap) that ends inside its header (after byte 12)"},
        {"\12\15\15\12\34\0\0\0\115\74\53\32", 12,
         "is a packet capture (pcapng) that ends inside its header (after byte 12)"},
        {"\0\0\0", 3, "is no capture (dnstap, pcap, pcapng), nor anything else that is known"},
        {"\1\2\3\4\5\6\7\10\11", 9, "is no capture (dnstap, pcap, pcapng), nor anything else that is known"},
        {"\37\213\10\0", 4, "cannot be read: the gzip data ends early"},
        {"\37\213\77\0\0\0\0\0\0\0", 10, "cannot be read: the gzip data is damaged"},
        {"\0\0\0\0\0\0\0\42\0\0\0\2\0\0", 14,
         "is a Frame Streams file that ends inside its first control frame (after byte 14)"},
    };
    struct text text = {0};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        text_clear(&text);
        text_add(&text, cases[i].bytes, cases[i].len);
        assert_string_equal(run(&text).error, cases[i].is);
    }
    text_clear(&text);
    put_control(&text, START, "protobuf:other\33[2J");
    assert_string_equal(run(&text).error,
                        "is a Frame Streams file of the type \"protobuf:other?[2J\""
                        ", not of dnstap (\"protobuf:dnstap.Dnstap\")");
    text_clear(&text);
    put_payload(&text, 5, 1000, 1);
    assert_string_equal(run(&text).error, "is a dnstap payload without frames");
    text_done(&text);
    files_remove(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shapes),       cmocka_unit_test(test_connections),
        cmocka_unit_test(test_prefixes),     cmocka_unit_test(test_cut_and_joined),
        cmocka_unit_test(test_undecodable),  cmocka_unit_test(test_oversized),
        cmocka_unit_test(test_behind_stop),  cmocka_unit_test(test_bad_control),
        cmocka_unit_test(test_something_else),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
