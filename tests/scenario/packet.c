// SPDX-License-Identifier: BSD-2-Clause
/* Lines of a script become packets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "script.h"

static const struct packet_word {
    const char *word;
    enum message_kind kind;
    bool response;
} words_of_packets[] = {
    {"q", MESSAGE_DNS, false},           {"r", MESSAGE_DNS, true},
    {"icmp-q", MESSAGE_ICMP, false},     {"icmp-r", MESSAGE_ICMP, true},
    {"connect", MESSAGE_CONNECT, false}, {"connected", MESSAGE_CONNECTED, true},
    {"broken", MESSAGE_BROKEN, true},    {"closed", MESSAGE_CLOSED, false},
    {"sent", MESSAGE_RECORD, false},     {"got", MESSAGE_RECORD, true},
};

static const struct packet_word *word_at(const char *word)
{
    for (size_t i = 0; i < sizeof words_of_packets / sizeof *words_of_packets; i++)
        if (strcmp(words_of_packets[i].word, word) == 0)
            return &words_of_packets[i];
    return NULL;
}

bool packet_is(const char *word)
{
    return word_at(word) != NULL;
}

/* "3in", "2out", "7other", "4": an interface, and the direction that a packet passes it. */
static void set_place(struct sighting *sighting, const char *text)
{
    char *end;
    sighting->interface = (uint32_t)strtoul(text, &end, 10);
    sighting->direction = *end == 'i'                    ? DIRECTION_IN
                          : *end == 'o' && end[1] == 'u' ? DIRECTION_OUT
                          : *end == 'o'                  ? DIRECTION_OTHER
                                                         : DIRECTION_UNKNOWN;
}

/* An option that only packets have. */
static bool set_option(struct shape *shape, const struct query *query, char *word)
{
    struct message *message = &shape->message;
    const char *value = strchr(word, '=');
    size_t len = value ? (size_t)(value - word) : strlen(word);
    unsigned long number = value ? strtoul(value + 1, NULL, 10) : 0;
    char key[16];
    snprintf(key, sizeof key, "%.*s", (int)(len < sizeof key ? len : sizeof key - 1), word);
    if (strcmp(key, "copy") == 0)
        message->sighting.ip_id = query->ip_id[message->response];
    else if (strcmp(key, "ipid") == 0)
        message->sighting.ip_id = (uint16_t)number;
    else if (strcmp(key, "on") == 0 && value)
        set_place(&message->sighting, value + 1);
    else if (strcmp(key, "hops") == 0)
        message->sighting.ttl = (uint8_t)number;
    else if (strcmp(key, "in") == 0)
        message->input = (uint32_t)number & 15;
    else if (strcmp(key, "cut") == 0)
        shape->cut = number;
    else if (strcmp(key, "by") == 0 && value)
        message->reporter = end_of(value + 1, 0);
    else if (strcmp(key, "icmp") == 0)
        message->icmp = (uint16_t)number;
    else
        return false;
    return true;
}

static void deliver(struct script *script, struct shape *shape)
{
    struct message *message = &shape->message;
    uint32_t octets = message->size; /* of a record */
    if (message->kind != MESSAGE_DNS && message->kind != MESSAGE_ICMP)
        shape->bare = true;
    shape_write(shape);
    message->size = message->kind == MESSAGE_RECORD ? octets : message->size;
    message->sighting.cut = shape->len < message->size;
    message->no_payload = false;
    message->payload = shape->len ? map_hash(shape->wire, shape->len) : 0;
    message->connection = script->connection;
    for (unsigned i = 0; i < shape->times; i++) {
        message->frame = ++script->frames[message->input];
        message->offset = message->frame * 100;
        sessions_add(script->sessions, message);
        if (shape->also >= 0)
            sessions_also(script->sessions, (uint32_t)shape->also);
        take_sessions(script);
    }
}

/* IPv4 datagrams have an id of their own, but for copies. */
static uint16_t next_ip_id(struct script *script, const struct query *query)
{
    if (query->client.len != 4)
        return 0;
    script->ip_id = (uint16_t)(script->ip_id + 1 ? script->ip_id + 1 : 1);
    return script->ip_id;
}

static void begin(struct script *script, struct shape *shape, const struct packet_word *word,
                  const struct query *query, const char *server)
{
    *shape = (struct shape){.message = {.kind = word->kind,
                                        .leg = LEG_WIRE,
                                        .response = word->response,
                                        .input = script->input,
                                        .query_time = WHEN_NONE,
                                        .response_time = WHEN_NONE,
                                        .asker = query->client}};
    shape->message.answerer = end_of(server, 53);
    shape->message.reporter = shape->message.answerer;
    shape->message.icmp = query->client.len == 4 ? 3 << 8 | 3 : 1 << 8 | 4;
    shape->message.sighting.ip_id = next_ip_id(script, query);
}

static void note(struct query *query, const struct message *message, bool copy)
{
    bool asks = !message->response && message->kind != MESSAGE_ICMP;
    if (message->sighting.ip_id)
        query->ip_id[message->response] = message->sighting.ip_id;
    if (asks && !copy && query->n_times < TIMES)
        query->times[query->n_times++] = message->when;
}

void packet(struct script *script, char **words, unsigned n)
{
    static struct shape shape;
    const struct packet_word *word = word_at(words[1]);
    struct query *query = query_of(script, words[2]);
    struct message *message = &shape.message;
    unsigned next = 4;
    bool copy = false;
    if (n < 4)
        broken(script, "TIME WORD ALIAS SERVER");
    begin(script, &shape, word, query, words[3]);
    bool has_rcode = word->kind == MESSAGE_DNS && word->response;
    if ((has_rcode || word->kind == MESSAGE_RECORD) && n <= next)
        broken(script, "too few words");
    if (has_rcode)
        shape.rcode = number_of(script, rcodes, words[next++]);
    shape_begin(&shape, query, word->response);
    if (word->kind == MESSAGE_RECORD)
        message->size = (uint32_t)strtoul(words[next++], NULL, 10);
    message->when = when_of(words[0]);
    for (; next < n; next++) {
        copy |= strcmp(words[next], "copy") == 0;
        if (!set_option(&shape, query, words[next]))
            shape_option(script, &shape, words[next]);
    }
    note(query, message, copy);
    deliver(script, &shape);
}

void own_packets(struct script *script, int64_t when, unsigned number, bool answered,
                 const char *server)
{
    static struct shape shape;
    struct query query = own_query(number, answered);
    for (int response = 0; response <= answered; response++) {
        begin(script, &shape, &words_of_packets[response], &query, server);
        shape_begin(&shape, &query, response);
        if (response)
            shape.flags = DNS_QR | DNS_RD | DNS_AA;
        shape.message.when = when + response * 100 * WHEN_US;
        deliver(script, &shape);
    }
}
