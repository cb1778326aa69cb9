// SPDX-License-Identifier: BSD-2-Clause
/* Lines of a script become messages: what each generation of CoreDNS taps of them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

struct shape { /* of one frame */
    struct message message;
    char name[256];
    uint16_t type, id, flags, rcode, answers, opcode, ede;
    uint32_t ttl;
    bool header_only, stub, bare, no_time;
    unsigned times;
    int also;
    uint8_t wire[4096];
    size_t len;
};

static void put(struct shape *shape, unsigned value, unsigned octets)
{
    while (octets-- > 0)
        shape->wire[shape->len++] = (uint8_t)(value >> 8 * octets);
}

static void put_question(struct shape *shape)
{
    for (const char *at = shape->name; *at && strcmp(at, ".") != 0;) {
        size_t len = strcspn(at, ".");
        put(shape, (unsigned)len, 1);
        memcpy(shape->wire + shape->len, at, len);
        shape->len += len;
        at += len + (at[len] == '.');
    }
    put(shape, 0, 1);
    put(shape, shape->type, 2);
    put(shape, 1, 2);
}

static void put_answers(struct shape *shape)
{
    for (unsigned i = 1; i <= shape->answers && shape->len < sizeof shape->wire - 64; i++) {
        unsigned octets = shape->type == 28 ? 16 : 4;
        put(shape, 0xc00c, 2);
        put(shape, shape->type == 252 ? 1 : shape->type, 2);
        put(shape, 1, 2);
        put(shape, shape->ttl, 4);
        put(shape, octets, 2);
        put(shape, octets == 16 ? 0x20010db8 : 0xc0000200 | i, 4);
        for (unsigned rest = 4; rest < octets; rest += 4)
            put(shape, rest == 12 ? i : 0, 4);
    }
    if (shape->ede) {
        put(shape, 0, 1);
        put(shape, 41, 2);
        put(shape, 1232, 2);
        put(shape, 0, 4);
        put(shape, 6, 2);
        put(shape, 15, 2);
        put(shape, 2, 2);
        put(shape, shape->ede, 2);
    }
}

static void write_dns(struct shape *shape)
{
    struct message *message = &shape->message;
    bool question = !shape->header_only;
    shape->len = 0;
    put(shape, shape->id, 2);
    put(shape, (unsigned)(shape->flags | shape->opcode << 11 | shape->rcode), 2);
    put(shape, question, 2);
    put(shape, question ? shape->answers : 0, 2);
    put(shape, 0, 2);
    put(shape, question && shape->ede ? 1 : 0, 2);
    if (question) {
        put_question(shape);
        put_answers(shape);
    }
    if (shape->stub)
        shape->len = 5;
    if (shape->bare)
        shape->len = 0;
    message->no_payload = shape->len == 0;
    dns_read(&message->dns, shape->wire, shape->len,
             message->response ? DNS_READ_RECORDS : DNS_READ_QUESTION);
}

/* Options of a frame; those of no effect on it are taken, too. */
static void set_option(struct script *script, struct shape *shape, char *word)
{
    struct message *message = &shape->message;
    char *value = strchr(word, '=');
    if (value)
        *value++ = 0;
    const char *text = value ? value : "0";
    uint16_t number = (uint16_t)strtoul(text, NULL, 10);
    if (strcmp(word, "asked") == 0)
        message->query_time = when_of(text);
    else if (strcmp(word, "id") == 0)
        shape->id = (uint16_t)strtoul(text, NULL, 16);
    else if (strcmp(word, "name") == 0)
        snprintf(shape->name, sizeof shape->name, "%s", text);
    else if (strcmp(word, "type") == 0)
        shape->type = number_of(script, types, text);
    else if (strcmp(word, "client") == 0 || strcmp(word, "socket") == 0)
        message->asker = end_of(text, 0);
    else if (strcmp(word, "noasker") == 0)
        message->asker = endpoint_of(NULL, 0, 0);
    else if (strcmp(word, "udp") == 0)
        message->transport = TRANSPORT_UDP;
    else if (strcmp(word, "tcp") == 0)
        message->transport = TRANSPORT_TCP;
    else if (strcmp(word, "aa") == 0)
        shape->flags |= DNS_AA;
    else if (strcmp(word, "nora") == 0)
        shape->flags &= (uint16_t)~DNS_RA;
    else if (strcmp(word, "tc") == 0)
        shape->flags |= DNS_TC;
    else if (strcmp(word, "answers") == 0)
        shape->answers = number;
    else if (strcmp(word, "ttl") == 0)
        shape->ttl = number;
    else if (strcmp(word, "ede") == 0)
        shape->ede = number;
    else if (strcmp(word, "opcode") == 0)
        shape->opcode = number;
    else if (strcmp(word, "notime") == 0)
        shape->no_time = true;
    else if (strcmp(word, "headeronly") == 0)
        shape->header_only = true;
    else if (strcmp(word, "stub") == 0)
        shape->stub = true;
    else if (strcmp(word, "bare") == 0)
        shape->bare = true;
    else if (strcmp(word, "x") == 0)
        shape->times = number;
    else if (strcmp(word, "also") == 0)
        shape->also = number;
    else
        broken(script, "unknown option");
}

/* Gives the message to the stage as often as it is to come. */
static void deliver(struct script *script, struct shape *shape)
{
    struct message *message = &shape->message;
    write_dns(shape);
    message->identity = (struct slice){(const uint8_t *)script->identity, strlen(script->identity)};
    message->version = (struct slice){(const uint8_t *)script->version, strlen(script->version)};
    message->coredns = script->version[0] ? script->coredns : 0;
    message->input = script->input;
    message->connection = script->connection;
    for (unsigned i = 0; i < shape->times; i++) {
        message->frame = ++script->frames[script->input];
        message->offset = message->frame * 100;
        sessions_add(script->sessions, message);
        if (shape->also >= 0)
            sessions_also(script->sessions, (uint32_t)shape->also);
        take_sessions(script);
    }
}

/* Where the time of the last query of QUERY's (to UPSTREAM) is kept. */
static int64_t *asked_of(struct script *script, const struct query *query,
                         const struct endpoint *upstream)
{
    for (unsigned i = 0; i < script->n_asked; i++)
        if (script->asked[i].query == query && endpoint_same(&script->asked[i].upstream, upstream))
            return &script->asked[i].when;
    if (script->n_asked == ASKED)
        broken(script, "too many queries");
    script->asked[script->n_asked] = (struct asked){query, *upstream, WHEN_NONE};
    return &script->asked[script->n_asked++].when;
}

/* Sets what the generation taps of who asks whom, and when. */
static void set_shape(struct script *script, struct shape *shape, const struct query *query)
{
    struct message *message = &shape->message;
    bool upstream = message->leg == LEG_UPSTREAM;
    message->asker = query->client;
    if (upstream && script->coredns < 0x010802)
        message->asker = endpoint_of(NULL, 0, 0);
    else if (upstream && script->coredns >= 0x010e05)
        message->asker = end_of("10.244.0.2:54321", 0);
    message->early_shape = upstream && script->coredns >= 0x010800 && script->coredns < 0x010802;
    shape->flags = message->response ? DNS_QR | DNS_RD | DNS_RA : DNS_RD;
    shape->answers = message->response && shape->rcode == 0;
    shape->ttl = 30;
    shape->times = 1;
    shape->also = -1;
    shape->id = query->id;
    shape->type = query->type;
    snprintf(shape->name, sizeof shape->name, "%s", query->name);
    message->transport = query->transport;
}

static struct query *query_of(struct script *script, const char *alias)
{
    for (unsigned i = 0; i < script->n_queries; i++)
        if (strcmp(script->query[i].alias, alias) == 0)
            return &script->query[i];
    broken(script, "unknown query");
}

void frame(struct script *script, char **words, unsigned n)
{
    static struct shape shape;
    struct query *query = query_of(script, n > 2 ? words[2] : "");
    struct message *message = &shape.message;
    unsigned next = 3;
    shape = (struct shape){.message = {.kind = MESSAGE_DNS}};
    message->leg = words[1][0] == 'F' ? LEG_UPSTREAM : LEG_CLIENT;
    message->response = words[1][1] == 'R';
    if (n < next + (message->leg == LEG_UPSTREAM) + message->response)
        broken(script, "too few words");
    if (message->leg == LEG_UPSTREAM)
        message->answerer = end_of(words[next++], 53);
    if (message->response)
        shape.rcode = number_of(script, rcodes, words[next++]);
    set_shape(script, &shape, query);
    int64_t *asked = asked_of(script, query, &message->answerer), when = when_of(words[0]);
    message->when = when;
    message->query_time = message->response ? *asked : when;
    message->response_time = message->response ? when : WHEN_NONE;
    if (!message->response)
        *asked = when;
    if (!message->response && message->leg == LEG_CLIENT && query->n_times < TIMES)
        query->times[query->n_times++] = when;
    for (; next < n; next++)
        set_option(script, &shape, words[next]);
    if (message->response && (script->coredns < 0x010702 || shape.no_time))
        message->query_time = WHEN_NONE;
    deliver(script, &shape);
}

void own_query(struct script *script, int64_t when, unsigned number, bool answered)
{
    static struct shape shape;
    uint8_t octets[4] = {10, answered ? 250 : 251, (uint8_t)(number >> 8), (uint8_t)number};
    struct query query = {.transport = TRANSPORT_UDP,
                          .type = 1,
                          .id = (uint16_t)(number * 7 + 1),
                          .client = endpoint_of(octets, 4, (uint16_t)(20000 + number % 40000))};
    snprintf(query.name, sizeof query.name, "%s.example.", answered ? "fill" : "flood");
    for (int response = 0; response <= answered; response++) {
        shape = (struct shape){
            .message = {.kind = MESSAGE_DNS, .leg = LEG_CLIENT, .response = response}};
        set_shape(script, &shape, &query);
        if (response)
            shape.flags = DNS_QR | DNS_RD | DNS_AA;
        shape.message.when = when + response * 100 * WHEN_US;
        shape.message.query_time = response && script->coredns < 0x010702 ? WHEN_NONE : when;
        shape.message.response_time = response ? shape.message.when : WHEN_NONE;
        deliver(script, &shape);
    }
}
