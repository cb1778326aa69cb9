// SPDX-License-Identifier: BSD-2-Clause
// Packet captures as inputs: what they are told from, errors, facts, order, copies, signals.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/time.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/when.h"
#include "input/inputs.h"
#include "input/stream.h"
#include "pcap-file.h"

#define START UINT32_C(1700000000) /* seconds */

static const struct classic_shape ethernet = {.magic = MAGIC_US, .link = 1};
static const struct classic_shape ethernet_ns = {.magic = MAGIC_NS, .link = 1, .big = true};

/* A query for the root with this id, in UDP, IPv4, Ethernet; its length. */
static size_t make_query(uint8_t packet[64], uint16_t id)
{
    static const uint8_t head[] = {
        0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 6, 8, 0,                                  /* Ethernet */
        0x45, 0, 0, 45, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2,         /* IPv4 */
        0x0f, 0xa0, 0, 53, 0, 25, 0, 0,                                            /* UDP */
        0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1,                          /* DNS */
    };

    memcpy(packet, head, sizeof head);
    packet[18] = packet[42] = (uint8_t)(id >> 8);
    packet[19] = packet[43] = (uint8_t)id;
    return sizeof head;
}

static void put_dns(struct text *text, const struct classic_shape *shape, uint32_t sec,
                    uint32_t fraction, uint16_t id)
{
    uint8_t packet[64];
    size_t len = make_query(packet, id);

    put_record(text, shape, sec, fraction, packet, len);
}

/* An ARP packet. */
static void put_arp(struct text *text, const struct classic_shape *shape, uint32_t sec)
{
    static const uint8_t packet[60] = {[12] = 8, [13] = 6};

    put_record(text, shape, sec, 0, packet, sizeof packet);
}

static void check_unusable(struct text *text, const char *words)
{
    const char *name = file_of(text);
    struct error error = {0};
    const char *colon;

    assert_null(inputs_open(&name, 1, NULL, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    colon = strstr(error.text, ": ");
    assert_non_null(colon);
    if (strncmp(colon + 2, words, strlen(words)) != 0)
        fail_msg("%s, not %s", error.text, words);
    text_clear(text);
    files_remove(NULL);
}

static void test_unusable(void **state)
{
    struct classic_shape shape = ethernet;
    struct text text = {0};

    (void)state;
    put_file_header(&text, &shape);
    for (size_t len = 4; len < 24; len++) {
        struct text part = {0};

        text_add(&part, text.at, len);
        check_unusable(&part, "is a packet capture (pcap) that ends inside its header");
        text_done(&part);
    }
    text_clear(&text);
    shape.link = 147;
    put_file_header(&text, &shape);
    check_unusable(&text, "link type 147 (USER0) is not known");
    shape.link = 65000;
    put_file_header(&text, &shape);
    check_unusable(&text, "link type 65000 is not known");
    shape = (struct classic_shape){.magic = MAGIC_US, .link = 6, .major = 2, .minor = 2};
    put_file_header(&text, &shape);
    check_unusable(&text, "is a packet capture of AIX (pcap 2.2)");
    shape = (struct classic_shape){.magic = MAGIC_US, .link = 1, .major = 3, .minor = 1};
    put_file_header(&text, &shape);
    check_unusable(&text, "is a packet capture (pcap) of a version that is not known");
    put_section(&text, false, NULL);
    for (size_t len = 4; len < 28; len++) {
        struct text part = {0};

        text_add(&part, text.at, len);
        check_unusable(&part, "is a packet capture (pcapng) that ends inside its header");
        text_done(&part);
    }
    text.at[12] = 2;
    check_unusable(&text, "is a packet capture (pcapng) of version 2.0");
    put_section(&text, true, NULL);
    put_interface(&text, true, 147, NULL);
    put_interface(&text, true, 148, NULL);
    put_packet(&text, true, 0, 5, "x", 1, NULL);
    check_unusable(&text, "link type 148 (USER1) is not known");
    text_add_string(&text, "\n\r\r\nsome text");
    check_unusable(&text, "is text, not a capture");
    text_add(&text, "snoop\0\0\0\0\0\0\2\0\0\0\4", 16);
    check_unusable(&text, "is a packet capture of snoop, which is not read");
    text_done(&text);
}

struct outcome {
    uint16_t ids[64];
    uint32_t inputs[64];
    size_t n, gaps, also;
    int64_t last;
    struct input_facts facts[4];
    bool damaged;
};

static struct outcome run(const char *const *names, size_t n)
{
    struct outcome outcome = {0};
    const struct message *message;
    struct error error;
    struct inputs *inputs = inputs_open(names, n, NULL, &error);

    if (!inputs)
        fail_msg("%s", error.text);
    while (inputs_next(inputs, &message)) {
        outcome.gaps += message->kind == MESSAGE_GAP;
        if (message->kind != MESSAGE_DNS || outcome.n == 64)
            continue;
        outcome.ids[outcome.n] = message->dns.id;
        outcome.inputs[outcome.n++] = message->input;
        outcome.last = message->when;
        while (inputs_also(inputs) >= 0)
            outcome.also++;
    }
    for (size_t i = 0; i < n; i++) {
        outcome.facts[i] = *inputs_facts(inputs, i);
        outcome.facts[i].evidence = (struct evidence){0};
    }
    outcome.damaged = inputs_damaged(inputs);
    inputs_close(inputs);
    files_remove(NULL);
    return outcome;
}

static void test_facts(void **state)
{
    struct text text = {0};
    struct outcome outcome;
    const char *name;

    (void)state;
    put_file_header(&text, &ethernet);
    put_arp(&text, &ethernet, START);
    put_dns(&text, &ethernet, START + 1, 5, 1);
    put_dns(&text, &ethernet, START + 2, 5, 2);
    put_arp(&text, &ethernet, START + 3);
    put_record(&text, &ethernet, START + 3, 0, "cut", 3);
    name = file_of(&text);
    outcome = run(&name, 1);
    assert_int_equal(outcome.n, 2);
    assert_int_equal(outcome.last, (START + 2) * WHEN_SECOND + 5000);
    assert_string_equal(outcome.facts[0].format, "pcap");
    assert_int_equal(outcome.facts[0].frames, 5);
    assert_int_equal(outcome.facts[0].queries, 2);
    assert_int_equal(outcome.facts[0].responses, 0);
    assert_int_equal(outcome.facts[0].payloads, 2);
    assert_int_equal(outcome.facts[0].skips.n[SKIP_NOT_IP], 2);
    assert_int_equal(outcome.facts[0].skips.n[SKIP_CUT_PACKET], 1);
    assert_int_equal(outcome.facts[0].start, START * WHEN_SECOND);
    assert_int_equal(outcome.facts[0].end, (START + 3) * WHEN_SECOND);
    assert_false(outcome.damaged);
    /* cut in the last packet */
    put_dns(&text, &ethernet, START + 4, 5, 3);
    text.len--;
    name = file_of(&text);
    outcome = run(&name, 1);
    assert_int_equal(outcome.n, 2);
    assert_non_null(strstr(outcome.facts[0].cut, ": ends inside a packet (58 of 59 bytes)"));
    assert_int_equal(outcome.gaps, 0);
    assert_true(outcome.damaged);
    /* and another capture behind it */
    put_file_header(&text, &ethernet_ns);
    put_dns(&text, &ethernet_ns, START + 5, 5, 4);
    name = file_of(&text);
    outcome = run(&name, 1);
    assert_int_equal(outcome.n, 3);
    assert_int_equal(outcome.gaps, 1);
    assert_int_equal(outcome.last, (START + 5) * WHEN_SECOND + 5);
    assert_string_equal(outcome.facts[0].cut, "");
    assert_true(outcome.damaged);
    text_done(&text);
}

/* Interfaces of link types that are not known are left out and counted; where there are no others,
 * the capture cannot be used. */
static void test_unknown_links(void **state)
{
    struct text text = {0};
    struct outcome outcome;
    uint8_t packet[64];
    size_t len = make_query(packet, 7);
    const char *name;

    (void)state;
    put_section(&text, false, NULL);
    put_interface(&text, false, 147, NULL);
    put_interface(&text, false, 1, NULL);
    put_packet(&text, false, 0, 5, packet, len, NULL);
    put_packet(&text, false, 1, 6, packet, len, NULL);
    name = file_of(&text);
    outcome = run(&name, 1);
    assert_int_equal(outcome.n, 1);
    assert_string_equal(outcome.facts[0].format, "pcapng");
    assert_int_equal(outcome.facts[0].skips.n[SKIP_LINK], 1);
    assert_string_equal(outcome.facts[0].unknown_links, "USER0");
    assert_int_equal(outcome.facts[0].frames, 2);
    assert_string_equal(outcome.facts[0].error, "");
    assert_false(outcome.damaged);
    text_clear(&text);
    put_section(&text, false, NULL);
    put_interface(&text, false, 1, NULL);
    put_interface(&text, false, 147, NULL);
    put_packet(&text, false, 1, 5, packet, len, NULL);
    name = file_of(&text);
    outcome = run(&name, 1);
    assert_int_equal(outcome.n, 0);
    assert_string_equal(outcome.facts[0].error,
                        "holds only packets of link types that are not known: USER0");
    assert_true(outcome.damaged);
    text_done(&text);
}

/* The same packets as pcap, with nanoseconds, as pcapng, compressed: each message once. */
static void test_copies(void **state)
{
    struct text text = {0};
    const char *names[4];
    struct outcome outcome;
    gzFile gzip;

    (void)state;
    put_file_header(&text, &ethernet);
    for (uint16_t id = 0; id < 40; id++)
        put_dns(&text, &ethernet, START + id / 8, id, id);
    names[0] = file_of(&text);
    names[3] = file_make("", 0);
    gzip = gzopen(names[3], "wb");
    assert_int_equal(gzwrite(gzip, text.at, (unsigned)text.len), text.len);
    gzclose(gzip);
    text_clear(&text);
    put_file_header(&text, &ethernet_ns);
    for (uint16_t id = 0; id < 40; id++)
        put_dns(&text, &ethernet_ns, START + id / 8, id * 1000u + 999, id);
    names[1] = file_of(&text);
    text_clear(&text);
    put_section(&text, true, NULL);
    put_interface(&text, true, 1, NULL);
    for (uint16_t id = 0; id < 40; id++) {
        uint8_t packet[64];
        size_t len = make_query(packet, id);

        put_packet(&text, true, 0, (START + id / 8) * UINT64_C(1000000) + id, packet, len, NULL);
    }
    names[2] = file_of(&text);
    outcome = run(names, 4);
    assert_int_equal(outcome.n, 40);
    for (uint16_t id = 0; id < 40; id++)
        assert_int_equal(outcome.ids[id], id);
    assert_int_equal(outcome.facts[0].skips.n[SKIP_DUPLICATE] +
                         outcome.facts[1].skips.n[SKIP_DUPLICATE] +
                         outcome.facts[2].skips.n[SKIP_DUPLICATE] +
                         outcome.facts[3].skips.n[SKIP_DUPLICATE],
                     120);
    assert_int_equal(outcome.facts[3].queries, 40);
    assert_string_equal(outcome.facts[3].compression, "gzip");
    text_done(&text);
}

/* Rotated captures follow one another whatever the order of the arguments, also where the first
 * packet is larger than the look, and where DNS comes late. */
static void test_order(void **state)
{
    uint8_t *large = calloc(1, LIMIT_PACKET_BYTES);
    struct text text = {0};
    const char *names[4];
    struct outcome outcome;
    struct inputs *inputs;
    struct error error;
    int64_t start, end;

    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        uint32_t begin = START + 10 * (3 - i);

        text_clear(&text);
        put_file_header(&text, &ethernet);
        if (i % 2)
            put_record(&text, &ethernet, begin, 0, large, LIMIT_PACKET_BYTES - 1);
        for (unsigned k = 0; k < 2000 * (i / 2); k++)
            put_arp(&text, &ethernet, begin + k / 1000);
        for (uint32_t k = 0; k < 10; k++)
            put_dns(&text, &ethernet, begin + k, 1, (uint16_t)(10 * (3 - i) + k));
        names[i] = file_of(&text);
    }
    inputs = inputs_open(names, 4, NULL, &error);
    assert_non_null(inputs);
    assert_int_equal(inputs_find_end(inputs, &start, &end, &error), 0);
    assert_int_equal(start, START * WHEN_SECOND);
    assert_int_equal(end, (START + 39) * WHEN_SECOND + 1000);
    inputs_close(inputs);
    outcome = run(names, 4);
    assert_int_equal(outcome.n, 40);
    for (uint16_t id = 0; id < 40; id++) {
        assert_int_equal(outcome.ids[id], id);
        assert_int_equal(outcome.inputs[id], 3 - id / 10);
    }
    free(large);
    text_done(&text);
}

static void on_alarm(int number)
{
    (void)number;
    inputs_stop();
}

/* From a pipe a message leaves as soon as its packet is there; a signal ends the reading, without
 * damage, in a read as well as between two of them. */
static void test_pipe(void **state)
{
    static const char *const names[] = {"-"};
    const struct itimerval soon = {.it_value = {.tv_usec = 20000}};
    struct sigaction action = {.sa_handler = on_alarm}, before;
    int saved = dup(STDIN_FILENO), ends[2];
    const struct message *message;
    struct text text = {0};
    struct inputs *inputs;
    struct error error;

    (void)state;
    put_file_header(&text, &ethernet);
    put_dns(&text, &ethernet, START, 0, 1);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    assert_int_equal(write(ends[1], text.at, text.len), text.len);
    inputs = inputs_open(names, 1, NULL, &error);
    assert_non_null(inputs);
    assert_int_equal(inputs_next(inputs, &message), 1);
    assert_int_equal(message->dns.id, 1);
    text_clear(&text);
    put_dns(&text, &ethernet, START + 1, 0, 2);
    put_dns(&text, &ethernet, START + 2, 0, 3);
    assert_int_equal(write(ends[1], text.at, text.len - 9), text.len - 9);
    assert_int_equal(inputs_next(inputs, &message), 1);
    assert_int_equal(message->dns.id, 2);
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    assert_int_equal(inputs_next(inputs, &message), 0);
    sigaction(SIGALRM, &before, NULL);
    assert_int_equal(write(ends[1], text.at, text.len), text.len);
    assert_int_equal(inputs_next(inputs, &message), 0);
    assert_false(inputs_damaged(inputs));
    assert_int_equal(inputs_facts(inputs, 0)->frames, 2);
    inputs_close(inputs);
    stream_stop = 0;
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
    close(ends[1]);
    text_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unusable), cmocka_unit_test(test_facts),
        cmocka_unit_test(test_unknown_links), cmocka_unit_test(test_copies),
        cmocka_unit_test(test_order),    cmocka_unit_test(test_pipe),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
