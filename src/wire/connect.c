// SPDX-License-Identifier: BSD-2-Clause
/*
 * Connections of a server to its upstreams.  One that fails before anything is asked over it is a
 * try that failed; of encrypted ones sizes and times of the records are all that can be seen, which
 * is enough, since CoreDNS has one query at a time on each (packets.md section 2).
 */
#include "wire/inside.h"

static bool is_between(const struct exchange *exchange, const struct message *message)
{
    return endpoint_same(&exchange->forms[0].asker, &message->asker) &&
           endpoint_same(&exchange->forms[0].answerer, &message->answerer);
}

/* The newest exchange of KIND between the ends of MESSAGE. */
static struct exchange *find(const struct wire *wire, const struct message *message,
                             enum exchange_kind kind)
{
    struct exchange *exchange = table_of_connection(wire, &message->asker);
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_key(exchange), n++)
        if (exchange->kind == kind && is_between(exchange, message))
            return exchange;
    return NULL;
}

static struct exchange *begin(struct wire *wire, const struct message *message,
                              enum exchange_kind kind)
{
    struct exchange *exchange = exchange_new(wire, message, kind);
    if (!exchange)
        return NULL;
    exchange->asker_host = host_find(wire, &message->asker);
    if (exchange->asker_host && kind == EXCHANGE_RECORD)
        exchange->asker_host->asks++;
    exchange->asked_host = exchange->answerer_host = host_add(wire, &message->answerer);
    copies_note(wire, exchange, message);
    tie_by_time(wire, exchange);
    ending_schedule(wire, exchange, wire->clock + ending_hold(wire, exchange));
    return exchange;
}

/* Copies of a connection's packets between other addresses (SNAT) are others' connections. */
static bool asks_for_itself(const struct wire *wire, const struct message *message)
{
    const struct host *host = host_find(wire, &message->asker);
    return host && (host->asked > 0 || host->self->answers > 0);
}

static void forget(struct wire *wire, struct exchange *exchange)
{
    if (exchange->owner)
        tie_undo(exchange);
    exchange_free(wire, exchange);
}

void connect_used(struct wire *wire, const struct message *message)
{
    struct exchange *exchange = find(wire, message, EXCHANGE_CONNECT);
    if (exchange)
        forget(wire, exchange);
}

static void broken(struct wire *wire, const struct message *message)
{
    struct exchange *exchange = find(wire, message, EXCHANGE_CONNECT);
    if (exchange && exchange->refused == WHEN_NONE) {
        if (exchange->connected)
            forget(wire, exchange);
        else
            exchange->refused = message->when;
        return;
    }
    exchange = find(wire, message, EXCHANGE_RECORD);
    if (!exchange) {
        exchange = *table_latest(wire, &message->asker);
        if (!exchange || exchange->kind != EXCHANGE_DNS || !is_between(exchange, message) ||
            exchange->transport == TRANSPORT_UDP)
            return;
    }
    if (exchange->asked != WHEN_NONE && exchange->answered == WHEN_NONE &&
        exchange->refused == WHEN_NONE)
        exchange->refused = message->when;
}

/* A record that went on its way from another address (SNAT): the same size to the same server at
 * the same time. */
static bool is_copy(const struct wire *wire, const struct message *message)
{
    const struct exchange *other = wire->newest;
    for (int n = 0; other && n < CANDIDATES_MAX; other = other->older, n++)
        if (other->kind == EXCHANGE_RECORD && other->size == message->size &&
            message->when - other->asked <= COPY_NS &&
            endpoint_same(&other->forms[0].answerer, &message->answerer) &&
            !endpoint_same_addr(&other->forms[0].asker, &message->asker))
            return true;
    return false;
}

static void record(struct wire *wire, const struct message *message)
{
    struct exchange *exchange = find(wire, message, EXCHANGE_RECORD);
    if (!message->response) {
        connect_used(wire, message);
        if (is_copy(wire, message))
            wire->counts.sightings++;
        else
            begin(wire, message, EXCHANGE_RECORD);
        return;
    }
    struct host *host = host_add(wire, &message->answerer);
    if (host)
        host->answers++;
    if (!exchange || exchange->answered != WHEN_NONE)
        return;
    copies_note(wire, exchange, message);
    ending_schedule(wire, exchange, wire->clock + ending_hold(wire, exchange));
}

void connect_event(struct wire *wire, const struct message *message)
{
    struct exchange *exchange;
    switch (message->kind) {
    case MESSAGE_CONNECT:
        if (asks_for_itself(wire, message))
            begin(wire, message, EXCHANGE_CONNECT);
        else
            wire->counts.connections++;
        break;
    case MESSAGE_CONNECTED:
        exchange = find(wire, message, EXCHANGE_CONNECT);
        if (exchange)
            exchange->connected = true;
        break;
    case MESSAGE_BROKEN:
        broken(wire, message);
        break;
    case MESSAGE_RECORD:
        record(wire, message);
        break;
    default: /* an idle connection that is closed tells nothing */
        break;
    }
}
