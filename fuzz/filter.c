// SPDX-License-Identifier: BSD-2-Clause
/*
 * Filters: expressions that are any bytes, and such that the bytes make up by the grammar, over the
 * real tables.  What is taken must obey the laws of the language on a few rows; what is refused must
 * say where.  The first octet chooses.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "cli/filters.h"
#include "dns/name.h"
#include "session/session.h"

#include "fuzz.h"

enum { ROWS = 3, EXPRESSION_MAX = 4096 };

/* Sessions as unlike one another as they come, each with two attempts. */
static struct session sessions[ROWS];
static struct attempt tries[ROWS][2];
static uint8_t wire[ROWS][256];
static const uint8_t detail[] = {4, 10, 96, 0, 1, 4, 10, 0, 0, 2, 0, 22, 2, 'n', 'o'};

static void fill(unsigned i)
{
    static const char *const names[] = {"db.shop.svc.cluster.local.", "a\\.b\\032c.Example.", "."};
    static const uint8_t octets[][4] = {{10, 244, 1, 7}, {172, 30, 0, 53}, {127, 0, 0, 1}};
    struct session *session = &sessions[i];

    *session = (struct session){.start = WHEN_SECOND * (int64_t)(1795168800 + i),
                                .end = i == 1 ? WHEN_NONE : WHEN_SECOND * (int64_t)(1795168802 + i),
                                .waited_ns = i == 1 ? WHEN_NONE : (int64_t)(i + 1) * 700 * WHEN_MS,
                                .status = (uint8_t)i,
                                .reason = (uint8_t)(3 * i),
                                .bitmap = (uint8_t)(5 * i),
                                .realm = (uint8_t)i,
                                .join = (uint8_t)i,
                                .has_client = i != 1,
                                .client = endpoint_of(octets[i], 4, (uint16_t)(40000 + i)),
                                .has_id = true,
                                .id = (uint16_t)(0x1a2b + i),
                                .has_question = i != 2,
                                .type = (uint16_t)(i == 0 ? 28 : 255),
                                .class = 1,
                                .rcode = i == 0   ? 3
                                         : i == 1 ? RCODE_NONE
                                                  : 2,
                                .answers = i == 0 ? 2 : UINT32_MAX,
                                .ttl = UINT32_MAX,
                                .name = wire[i],
                                .identity = i == 0 ? "coredns-0" : NULL,
                                .number = i + 1,
                                .inputs = 1,
                                .attempts_kept = 2,
                                .attempts = tries[i],
                                .n_addresses = i == 0 ? 2 : 0,
                                .n_edes = i == 0,
                                .detail = detail};
    session->name_len = (uint8_t)dns_name_parse(names[i], wire[i]);
    for (unsigned k = 0; k < 2; k++)
        tries[i][k] = (struct attempt){.next = k == 0 ? &tries[i][1] : NULL,
                                       .start = session->start,
                                       .latency_ns = k == 0 ? WHEN_NONE : 3 * WHEN_MS,
                                       .upstream = endpoint_of(octets[k], 4, 53),
                                       .count = k + 1,
                                       .rcode = k == 0 ? RCODE_NONE : 0,
                                       .outcome = (uint8_t)(k + i)};
}

/* Bits of the rows that are kept. */
static unsigned kept(struct filter *filter)
{
    unsigned bits = 0;

    for (unsigned i = 0; i < ROWS; i++) {
        struct session_row row = {&sessions[i], 100 * WHEN_MS, NULL};
        const void *rows[FILTER_SCOPES_MAX] = {&row, &row};
        bits |= (unsigned)filter_keeps(filter, 0, rows) << i;
    }
    return bits;
}

/* The rows that EXPRESSION keeps; -1: refused. */
static int try(const char *expression, struct error *error)
{
    struct filter *filter = filter_new(filters_language(VIEW_SESSIONS));
    int bits = filter_add(filter, expression, error) == 0 ? (int)kept(filter) : -1;

    if (filter_gave_up(filter) > 0)
        bits = -1; /* what was not searched to the end obeys no law */
    filter_free(filter);
    return bits;
}

static void check_laws(const char *expression, int bits)
{
    enum { ALL = (1 << ROWS) - 1 };
    struct text text = {0};
    struct error error;
    int other;

    /* a blank keeps a backslash at the end away from the ')' */
    text_format(&text, "!(%s )", expression);
    other = try(text.at, &error);
    assert(other == -1 || other == (ALL & ~bits));
    text_clear(&text);
    text_format(&text, "(%s )||!(%s )", expression, expression);
    other = try(text.at, &error);
    assert(other == -1 || other == ALL);
    text_clear(&text);
    text_format(&text, "(%s ),slow,(%s )", expression, expression);
    other = try(text.at, &error);
    assert(other == -1 || (other & ~bits) == 0);
    text_done(&text);
}

/* The same for the other views, whose languages have two kinds of rows; and all parts of them. */
static void check_views(const char *expression)
{
    static const enum view views[] = {VIEW_ATTEMPTS, VIEW_LOOKUPS, VIEW_MESSAGES};
    struct error error;

    for (size_t v = 0; v < sizeof views / sizeof *views; v++) {
        struct filter *filter = filter_new(filters_language(views[v]));
        bool judged = filter_add(filter, expression, &error) == 0 && views[v] != VIEW_MESSAGES;

        for (unsigned i = 0; judged && i < ROWS; i++) {
            struct session_row row = {&sessions[i], 100 * WHEN_MS, NULL};
            struct attempt_row attempt = {&row, sessions[i].attempts};
            const void *rows[FILTER_SCOPES_MAX] = {&attempt, &row};
            /* lookups and messages are not made up: their parts of the filter are read only */
            (void)filter_keeps(filter, v == 0 ? FILTERS_OWN : FILTERS_SESSION, rows);
        }
        filter_free(filter);
    }
}

static void check(const char *expression)
{
    struct error error = {0};
    int bits = try(expression, &error);

    if (error.code != ERROR_NONE) {
        size_t column =
            strncmp(error.text, "column ", 7) == 0 ? strtoul(error.text + 7, NULL, 10) : 0;
        assert(error.code == ERROR_USAGE && column > 0 && column <= strlen(expression) + 1);
    } else if (bits >= 0) {
        check_laws(expression, bits);
    }
    check_views(expression);
}

/* Grammar: each octet chooses what comes next, so that most expressions are taken. */
static void make(const uint8_t *data, size_t size, struct text *text)
{
    static const char *const fields[] = {"status",
                                         "rcode",
                                         "name",
                                         "client",
                                         "client.addr",
                                         "waited_ms",
                                         "waited",
                                         "slow",
                                         "tries",
                                         "start",
                                         "addresses",
                                         "attempts",
                                         "attempts.upstream",
                                         "attempts.outcome",
                                         "ede.code",
                                         "ede.text",
                                         "id",
                                         "type",
                                         "server",
                                         "upstreams",
                                         "latency_ns_raw",
                                         "src.port",
                                         "join",
                                         "unobserved",
                                         "frames",
                                         "session.ttl",
                                         "client.k8s",
                                         "background",
                                         "bitmap",
                                         "realm",
                                         "ip.addr",
                                         "udp.port",
                                         "dst.addr",
                                         "k8s.labels.app",
                                         "timestamp_raw"};
    static const char *const ops[] = {"==", "=", "!=", "<", "<=", ">", ">=", "~", "!~", ""};
    static const char *const values[] = {"Failed",
                                         "succeeded",
                                         "3",
                                         "-1",
                                         "NXDOMAIN",
                                         "NameError",
                                         "28",
                                         "ALL",
                                         "true",
                                         "0",
                                         "1s",
                                         "1.5",
                                         "700ms",
                                         "10.244.0.0/16",
                                         "10.96.0.1",
                                         "172.30.0.53:53",
                                         "127.0.0.1",
                                         "::/0",
                                         "1a2b",
                                         "0x1A2B",
                                         "db.shop.svc.cluster.local",
                                         "\"a\\.b c.example\"",
                                         ".",
                                         "^db",
                                         "(svc|b)",
                                         "local$",
                                         "\"x,y\"",
                                         "a\\,b",
                                         "\"\"",
                                         "2026-11-20T10:00:00Z",
                                         "no_reply",
                                         "n(o|)_",
                                         "coredns-0",
                                         "exact",
                                         "[0-9]{1\\,3}",
                                         "client_leg",
                                         "0:1",
                                         "upstream",
                                         "53",
                                         "r/fd00::1:53",
                                         "1m0.5s",
                                         "700000\xc2\xb5s",
                                         "1795168800000000000"};
    static const char *const joints[] = {",", "||", " , ", " || ", ",,"};
    bool wants = true;
    size_t depth = 0;

    for (size_t i = 0; i < size && text->len < EXPRESSION_MAX; i++) {
        unsigned choice = data[i];

        if (wants && choice < 32) {
            text_add_string(text, choice & 1 ? "!" : "(");
            depth += !(choice & 1);
        } else if (wants) {
            text_add_string(text, fields[choice % (sizeof fields / sizeof *fields)]);
            if (i + 2 < size && data[i + 1] % 10 != 9) {
                text_add_string(text, ops[data[++i] % 10]);
                text_add_string(text, values[data[++i] % (sizeof values / sizeof *values)]);
            }
            wants = false;
        } else if (depth > 0 && choice < 96) {
            text_add_char(text, ')');
            depth--;
        } else {
            text_add_string(text, joints[choice % 5]);
            wants = true;
        }
    }
    text_add_fill(text, ')', depth);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text text = {0};

    if (size < 2 || size > EXPRESSION_MAX)
        return 0;
    for (unsigned i = 0; i < ROWS && sessions[0].name == NULL; i++)
        fill(ROWS - 1 - i);
    if (data[0] & 1)
        make(data + 1, size - 1, &text);
    else
        text_add(&text, (const char *)data + 1, size - 1);
    if (text.len > 0)
        check(text.at); /* up to the first 0 */
    text_done(&text);
    return 0;
}
