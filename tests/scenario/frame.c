// SPDX-License-Identifier: BSD-2-Clause
/* Lines of a script become messages: what each generation of CoreDNS taps of them. */
#include <stdio.h>
#include <string.h>

#include "script.h"

/* Gives the message to the stage as often as it is to come. */
static void deliver(struct script *script, struct shape *shape)
{
    struct message *message = &shape->message;
    shape_write(shape);
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
    shape_begin(shape, query, message->response);
    message->asker = query->client;
    if (upstream && script->coredns < 0x010802)
        message->asker = endpoint_of(NULL, 0, 0);
    else if (upstream && script->coredns >= 0x010e05)
        message->asker = end_of("10.244.0.2:54321", 0);
    message->early_shape = upstream && script->coredns >= 0x010800 && script->coredns < 0x010802;
}

struct query *query_of(struct script *script, const char *alias)
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
        shape_option(script, &shape, words[next]);
    if (message->response && (script->coredns < 0x010702 || shape.no_time))
        message->query_time = WHEN_NONE;
    deliver(script, &shape);
}

struct query own_query(unsigned number, bool answered)
{
    uint8_t octets[4] = {10, answered ? 250 : 251, (uint8_t)(number >> 8), (uint8_t)number};
    struct query query = {.transport = TRANSPORT_UDP,
                          .type = 1,
                          .id = (uint16_t)(number * 7 + 1),
                          .client = endpoint_of(octets, 4, (uint16_t)(20000 + number % 40000))};
    snprintf(query.name, sizeof query.name, "%s.example.", answered ? "fill" : "flood");
    return query;
}

void own_frames(struct script *script, int64_t when, unsigned number, bool answered)
{
    static struct shape shape;
    struct query query = own_query(number, answered);
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
