// SPDX-License-Identifier: BSD-2-Clause
/* The DNS message of a line: its options, and its octets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

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

void shape_write(struct shape *shape)
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
    message->size = (uint32_t)shape->len;
    if (shape->cut < shape->len)
        shape->len = shape->cut;
    message->no_payload = shape->len == 0;
    dns_read(&message->dns, shape->wire, shape->len,
             message->response ? DNS_READ_RECORDS : DNS_READ_QUESTION);
}

/* Options of a frame; those of no effect on it are taken, too. */
void shape_option(struct script *script, struct shape *shape, char *word)
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

void shape_begin(struct shape *shape, const struct query *query, bool response)
{
    shape->message.transport = query->transport;
    shape->flags = response ? DNS_QR | DNS_RD | DNS_RA : DNS_RD;
    shape->answers = response && shape->rcode == 0;
    shape->ttl = 30;
    shape->times = 1;
    shape->also = -1;
    shape->cut = SIZE_MAX;
    shape->id = query->id;
    shape->type = query->type;
    snprintf(shape->name, sizeof shape->name, "%s", query->name);
}
