// SPDX-License-Identifier: BSD-2-Clause
// Several inputs: order of time, copies, many files, standard input, facts.
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/memory.h"
#include "base/when.h"
#include "input/inputs.h"
#include "input-capture.h"

enum { START = 2, STOP = 3 };

static void put_start(struct text *text)
{
    text_clear(text);
    put_control(text, START, DNSTAP_TYPE);
}

static const char *put_stop(struct text *text)
{
    put_control(text, STOP, NULL);
    return file_of(text);
}

/* What was read: "seconds:input", ids, copies told. */
struct outcome {
    uint64_t messages, also, duplicates;
    int64_t seconds[512];
    uint16_t ids[512];
    uint32_t inputs[512];
};

static struct outcome run(const char *const *names, size_t n)
{
    struct outcome outcome = {0};
    struct error error;
    struct inputs *inputs = inputs_open(names, n, NULL, &error);
    const struct message *message;

    if (!inputs)
        fail_msg("%s", error.text);
    while (inputs_next(inputs, &message)) {
        if (outcome.messages < 512) {
            outcome.seconds[outcome.messages] = message->when / WHEN_SECOND;
            outcome.ids[outcome.messages] = message->dns.id;
            outcome.inputs[outcome.messages] = message->input;
        }
        outcome.messages++;
        while (inputs_also(inputs) >= 0)
            outcome.also++;
    }
    assert_false(inputs_damaged(inputs));
    for (size_t i = 0; i < n; i++)
        outcome.duplicates += inputs_facts(inputs, i)->skips.n[SKIP_DUPLICATE];
    inputs_close(inputs);
    return outcome;
}

/* Two replicas of the same time are interleaved, rotated files follow one another. */
static void test_order(void **state)
{
    struct text text = {0};
    const char *names[5];
    struct outcome outcome;

    (void)state;
    for (unsigned i = 0; i < 3; i++) { /* rotated: the newest one is named first */
        put_start(&text);
        for (unsigned k = 0; k < 10; k++)
            put_query(&text, 1000 + 20 * (2 - i) + 2 * k, (uint16_t)(100 + k));
        names[i] = put_stop(&text);
    }
    put_start(&text); /* another one that overlaps all of them */
    for (unsigned k = 0; k < 30; k++)
        put_query(&text, 1001 + 2 * k, (uint16_t)(200 + k));
    names[3] = put_stop(&text);
    put_start(&text); /* nothing at all */
    names[4] = put_stop(&text);
    outcome = run(names, 5);
    assert_int_equal(outcome.messages, 60);
    assert_int_equal(outcome.duplicates, 0);
    for (unsigned k = 0; k < 60; k++) {
        assert_int_equal(outcome.seconds[k], 1000 + k);
        assert_int_equal(outcome.inputs[k], k % 2 ? 3 : 2 - k / 20);
    }
    text_done(&text);
}

/* A rotated file whose first frames are older than the last ones of the file before begins behind
 * it all the same: order within a moment is the writer's. */
static void test_rotated_seam(void **state)
{
    struct text text = {0};
    const char *names[2];
    struct outcome outcome;

    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        put_start(&text);
        for (uint16_t k = 0; k < 50; k++) /* ids are nanoseconds, in pairs out of order */
            put_query(&text, 1000, (uint16_t)(1000 + 48 * i + (k ^ 3)));
        names[1 - i] = put_stop(&text);
    }
    outcome = run(names, 2);
    for (unsigned k = 0; k < 50; k++)
        assert_int_equal(outcome.inputs[k], 1);
    text_done(&text);
}

/* The same file several times, compressed too: every message once, its copies told. */
static void test_same_file(void **state)
{
    struct text text = {0};
    const char *names[3];
    struct outcome outcome;
    gzFile gzip;

    (void)state;
    put_start(&text);
    for (unsigned k = 0; k < 400; k++) {
        put_query(&text, 1000 + (k * 7) % 50 + k / 10, (uint16_t)k); /* backward jumps */
        if (k % 10 == 0) { /* a storm: the same bytes many times in one input */
            for (int i = 0; i < 20; i++)
                put_query(&text, 1000 + k / 10, 7);
        }
    }
    names[0] = put_stop(&text);
    outcome = run(names, 1);
    assert_int_equal(outcome.messages, 1200);
    assert_int_equal(outcome.duplicates, 0);
    names[1] = names[0];
    outcome = run(names, 2);
    assert_int_equal(outcome.messages, 1200);
    assert_int_equal(outcome.also, 1200);
    assert_int_equal(outcome.duplicates, 1200);
    names[2] = file_make("", 0);
    gzip = gzopen(names[2], "wb");
    assert_int_equal(gzwrite(gzip, text.at, (unsigned)text.len), text.len);
    gzclose(gzip);
    outcome = run(names, 3);
    assert_int_equal(outcome.messages, 1200);
    assert_int_equal(outcome.also, 2400);
    assert_int_equal(outcome.duplicates, 2400);
    text_done(&text);
}

/* Captures that overlap in part: the n-th copy here is the n-th copy there. */
static void test_overlap(void **state)
{
    struct text a = {0}, b = {0};
    const char *names[2];

    (void)state;
    put_start(&a);
    put_start(&b);
    for (unsigned k = 0; k < 300; k++) {
        int copies = k % 5 == 0 ? 3 : 1;

        for (int i = 0; i < copies && k < 200; i++)
            put_query(&a, 1000 + k, (uint16_t)k);
        for (int i = 0; i < (copies == 3 ? 2 : 1) && k >= 100; i++)
            put_query(&b, 1000 + k, (uint16_t)k);
    }
    names[0] = put_stop(&a);
    names[1] = put_stop(&b);
    for (int turn = 0; turn < 2; turn++) {
        struct outcome outcome = run(names, 2);
        const char *first = names[0];

        assert_int_equal(outcome.messages, 200 + 80 + 100 + 20);
        assert_int_equal(outcome.duplicates, 100 + 20);
        names[0] = names[1];
        names[1] = first;
    }
    text_done(&a);
    text_done(&b);
}

/* More files than may be open at once, all of one time, and one after another. */
static void test_many_files(void **state)
{
    enum { FILES = LIMIT_OPEN_FILES + 30, EACH = 200 };
    struct rlimit limit, few;
    struct text text = {0};
    const char *names[FILES];
    struct outcome outcome;

    (void)state;
    for (unsigned i = 0; i < FILES; i++) {
        put_start(&text);
        for (unsigned k = 0; k < EACH; k++)
            put_query(&text, i % 2 ? 1000 + k : 1000 + 2 * i + k, (uint16_t)(i * 256 + k));
        names[i] = put_stop(&text);
    }
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    few = limit;
    few.rlim_cur = LIMIT_OPEN_FILES + 10;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &few), 0);
    outcome = run(names, FILES);
    setrlimit(RLIMIT_NOFILE, &limit);
    assert_int_equal(outcome.messages, FILES * EACH);
    assert_int_equal(outcome.duplicates, 0);
    for (unsigned k = 1; k < 512; k++)
        assert_true(outcome.seconds[k] >= outcome.seconds[k - 1]);
    text_done(&text);
}

static void test_standard_input(void **state)
{
    static const char *const names[] = {"-", "-"};
    int saved = dup(STDIN_FILENO), ends[2];
    struct text text = {0};
    struct error error;
    struct inputs *inputs;
    const struct message *message;
    int64_t start, end;

    (void)state;
    put_start(&text);
    put_query(&text, 1000, 1);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    assert_int_equal(write(ends[1], text.at, text.len), text.len);
    inputs = inputs_open(names, 2, NULL, &error);
    assert_non_null(inputs);
    assert_string_equal(inputs_facts(inputs, 1)->error, "standard input can be named only once");
    assert_int_equal(inputs_find_end(inputs, &start, &end, &error), -1);
    assert_int_equal(error.code, ERROR_USAGE);
    /* a message leaves as soon as it is there */
    assert_int_equal(inputs_next(inputs, &message), 1);
    assert_int_equal(message->dns.id, 1);
    text_clear(&text);
    put_query(&text, 1000, 2);
    assert_int_equal(write(ends[1], text.at, text.len), text.len);
    assert_int_equal(inputs_next(inputs, &message), 1);
    assert_int_equal(message->dns.id, 2);
    close(ends[1]);
    assert_int_equal(inputs_next(inputs, &message), 0);
    assert_int_equal(inputs_next(inputs, &message), 0);
    assert_true(inputs_damaged(inputs)); /* the second "-" */
    inputs_close(inputs);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
    text_done(&text);
}

static void on_alarm(int number)
{
    (void)number;
}

/* A signal while a pipe is waited for: the end of the reading, and no damage. */
static void test_interrupted(void **state)
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
    put_start(&text);
    put_query(&text, 1000, 1);
    assert_int_equal(pipe(ends), 0);
    dup2(ends[0], STDIN_FILENO);
    assert_int_equal(write(ends[1], text.at, text.len - 20), text.len - 20);
    inputs = inputs_open(names, 1, NULL, &error);
    assert_non_null(inputs);
    assert_int_equal(sigaction(SIGALRM, &action, &before), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
    assert_int_equal(inputs_next(inputs, &message), 0);
    sigaction(SIGALRM, &before, NULL);
    assert_int_equal(inputs_next(inputs, &message), 0);
    assert_false(inputs_damaged(inputs));
    inputs_close(inputs);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
    close(ends[1]);
    text_done(&text);
}

static void test_facts(void **state)
{
    struct text text = {0};
    const char *names[3];
    struct inputs *inputs;
    const struct input_facts *facts;
    const struct message *message;
    struct error error;
    struct text payload = {0};
    int64_t start, end;

    (void)state;
    put_start(&text);
    put_query(&text, 1005, 1);
    put_payload(&payload, 6, 1003, 1);
    put_data(&text, payload.at, payload.len);
    names[0] = put_stop(&text);
    names[1] = file_make("just text\n", 10);
    put_start(&text);
    put_query(&text, 1010, 9);
    names[2] = file_of(&text);
    inputs = inputs_open(names, 3, NULL, &error);
    assert_non_null(inputs);
    assert_int_equal(inputs_count(inputs), 3);
    assert_int_equal(inputs_find_end(inputs, &start, &end, &error), 0);
    assert_int_equal(start / WHEN_SECOND, 1003);
    assert_int_equal(end, 1010 * WHEN_SECOND + 9);
    while (inputs_next(inputs, &message))
        ;
    facts = inputs_facts(inputs, 0);
    assert_string_equal(facts->file, names[0]);
    assert_string_equal(facts->format, "dnstap");
    assert_int_equal(facts->frames, 2);
    assert_int_equal(facts->queries, 1);
    assert_int_equal(facts->responses, 1);
    assert_int_equal(facts->payloads, 2);
    assert_int_equal(facts->start, 1003 * WHEN_SECOND + 2);
    assert_int_equal(facts->end, 1005 * WHEN_SECOND + 1);
    assert_int_equal(facts->bytes, facts->total_bytes);
    assert_true(facts->stopped);
    facts = inputs_facts(inputs, 1);
    assert_null(facts->format);
    assert_string_equal(facts->error, "is text, not a capture");
    assert_false(inputs_facts(inputs, 2)->stopped);
    assert_true(inputs_damaged(inputs));
    inputs_close(inputs);

    assert_null(inputs_open(&names[1], 1, NULL, &error));
    assert_int_equal(error.code, ERROR_INPUT);
    assert_non_null(strstr(error.text, ": is text, not a capture"));
    text_done(&text);
    text_done(&payload);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_order, files_remove),
        cmocka_unit_test_teardown(test_rotated_seam, files_remove),
        cmocka_unit_test_teardown(test_same_file, files_remove),
        cmocka_unit_test_teardown(test_overlap, files_remove),
        cmocka_unit_test_teardown(test_many_files, files_remove),
        cmocka_unit_test(test_standard_input),
        cmocka_unit_test(test_interrupted),
        cmocka_unit_test_teardown(test_facts, files_remove),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
