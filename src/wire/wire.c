// SPDX-License-Identifier: BSD-2-Clause
/* The stage's face: messages in, exchanges out. */
#include "wire/wire.h"

#include "wire/inside.h"

struct wire *wire_new(const struct wire_options *options)
{
    struct wire *wire = memory_get(1, sizeof *wire);
    wire->options = *options;
    pool_init(&wire->pool, options->ceiling_bytes);
    wire->most = options->ceiling_bytes / 8 * 7 / EXCHANGE_BYTES;
    table_init(wire);
    fronts_init(wire);
    hosts_init(wire);
    wire->clock = wire->first = wire->turned = WHEN_NONE;
    return wire;
}

void wire_free(struct wire *wire)
{
    if (!wire)
        return;
    table_done(wire);
    hosts_done(wire);
    fronts_done(wire);
    memory_free(wire->directions);
    pool_done(&wire->pool);
    memory_free(wire);
}

/* Leaves room for what one message can add.  Where there was none, so many cannot be kept: answers
 * are longer here. */
static void keep_below_ceiling(struct wire *wire)
{
    const struct pool *pool = &wire->pool;
    size_t room = pool->ceiling_bytes / 8;
    if (pool->used_bytes + room < pool->ceiling_bytes && !wire->full)
        return;
    if (wire->full && wire->most > wire->open - wire->open / 8)
        wire->most = wire->open - wire->open / 8;
    wire->full = false;
    for (int i = 0; i < 2 && wire->open > wire->most; i++)
        ending_oldest(wire);
}

void wire_add(struct wire *wire, const struct message *message)
{
    wire->touched = NULL;
    table_expect(wire, message);
    keep_below_ceiling(wire);
    ending_clock(wire, message);
    inputs_note(wire, message);
    if (message->kind == MESSAGE_ICMP)
        match_icmp(wire, message);
    else if (message->kind != MESSAGE_DNS)
        connect_event(wire, message);
    else if (message->response)
        match_answer(wire, message);
    else
        match_query(wire, message);
    ending_turn(wire);
}

void wire_also(struct wire *wire, uint32_t input)
{
    if (wire->touched)
        wire->touched->inputs |= inputs_bit(input);
}

const struct exchange *wire_touched(const struct wire *wire)
{
    return wire->touched;
}

void wire_tapped(struct wire *wire)
{
    wire->tapped = true;
}

void wire_end(struct wire *wire)
{
    wire->ended = true;
    ending_all(wire);
}

const struct exchange *wire_next(struct wire *wire)
{
    if (wire->lent)
        ending_release(wire, wire->lent);
    wire->lent = wire->ready;
    if (wire->lent)
        ending_unschedule(wire->lent);
    return wire->lent;
}

int64_t wire_oldest(const struct wire *wire)
{
    const struct exchange *oldest = wire->oldest;
    if (!oldest)
        return WHEN_NONE;
    return oldest->asked != WHEN_NONE ? oldest->asked : oldest->answered;
}

int64_t wire_clock(const struct wire *wire)
{
    return wire->clock;
}

struct wire_counts wire_counts(const struct wire *wire)
{
    struct wire_counts counts = wire->counts;
    counts.open = wire->open;
    counts.used_bytes = wire->pool.used_bytes;
    return counts;
}

/* Where no answer is ever seen to come from the service's address (it is translated where this
 * capture does not look), that of the pod is as good. */
bool exchange_delivered(const struct exchange *exchange)
{
    bool hidden = exchange->n_forms > 1 && exchange->asked_host && exchange->asked_host->answers == 0;
    return exchange->answered != WHEN_NONE && (hidden || exchange->answer_forms & 1);
}

bool exchange_is_clientless(const struct exchange *exchange)
{
    return !exchange->owner && !exchange->parent && host_is_server(exchange->asker_host) &&
           !host_is_server(exchange->answerer_host);
}

struct endpoint exchange_server(const struct exchange *exchange)
{
    bool asks = exchange_is_clientless(exchange);
    const struct host *host = asks ? exchange->asker_host : exchange->answerer_host;
    const struct endpoint *seen = asks ? &exchange->forms[0].asker
                                       : &exchange->forms[exchange->n_forms - 1].answerer;
    if (!host || endpoint_same_addr(seen, &host->addr))
        return *seen;
    struct endpoint server = host->addr;
    server.port = asks || host->port == 0 ? seen->port : host->port;
    return server;
}

bool exchange_arrived(const struct exchange *exchange)
{
    return !exchange->answerer_host ||
           endpoint_same_addr(&exchange->forms[exchange->n_forms - 1].answerer,
                              &exchange->answerer_host->addr);
}

bool exchange_at_server(const struct wire *wire, const struct exchange *exchange)
{
    const struct host *host = exchange->answerer_host;
    struct directions shown = wire_directions(wire, exchange->input_query);
    return exchange->n_forms == 1 && exchange->n_seen == 1 && host &&
           host->self->asks_in & inputs_bit(exchange->input_query) &&
           shown.copies * COPIED_SHARE < shown.queries;
}

