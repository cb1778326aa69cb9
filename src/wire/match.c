// SPDX-License-Identifier: BSD-2-Clause
/* A query opens an exchange; the answer with its id and question, between the same ends, closes it:
 * the oldest first, since a stub that asks again keeps port and id (packets.md section 3). */
#include "dns/probe.h"
#include "wire/inside.h"

/* The input of MESSAGE shows what the host asks. */
static void note_asks(struct host *host, const struct exchange *exchange,
                      const struct message *message)
{
    if (!host || exchange->health)
        return;
    host->asks_in |= inputs_bit(message->input);
    host->self->asks_in |= host->asks_in;
}

/* The answer to MESSAGE where it stands a little before it: times of several CPUs, or nodes. */
static struct exchange *answered_before(struct wire *wire, const struct message *message)
{
    struct exchange *exchange = table_of_key(wire, message->dns.id, message->asker.port);
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_key(exchange), n++)
        if (exchange->kind == EXCHANGE_DNS && exchange->asked == WHEN_NONE &&
            exchange->id == message->dns.id && exchange->transport == message->transport &&
            exchange->answered <= message->when + COPY_NS &&
            exchange->answered >= message->when - COPY_NS && copies_form(exchange, message) == 0 &&
            (!exchange->has_question || exchange_same_question(exchange, &message->dns)))
            return exchange;
    return NULL;
}

/* The query of EXCHANGE comes behind its answer. */
static void note_skew(struct wire *wire, const struct exchange *exchange,
                      const struct message *message)
{
    if (exchange->answered != WHEN_NONE)
        inputs_skew(wire, message->input, message->when, exchange->input_answer,
                    exchange->answered);
}

/* Ties EXCHANGE to what caused it.  The first of a client's repeats that it is one of; NULL: none. */
static struct exchange *place(struct wire *wire, struct exchange *exchange,
                              const struct message *message)
{
    struct exchange *root = NULL;
    if (tie_behind(wire, exchange, &message->dns))
        return NULL;
    if (!host_is_server(exchange->asker_host))
        root = repeat_of(wire, exchange, message);
    if (!root)
        tie_query(wire, exchange, &message->dns);
    return root;
}

void match_query(struct wire *wire, const struct message *message)
{
    struct host *asker = host_find(wire, &message->asker);
    struct host *answerer = host_add(wire, &message->answerer);
    struct exchange *exchange = copies_find(wire, message);
    inputs_of(wire, message)->queries++;
    wire->met++;
    if (answerer)
        answerer->asked++;
    if (!exchange)
        exchange = copies_find_translated(wire, message);
    if (exchange) {
        inputs_of(wire, message)->copies += (exchange->inputs & inputs_bit(message->input)) != 0;
        wire->counts.sightings++;
        copies_note(wire, exchange, message);
        note_skew(wire, exchange, message);
        exchange_set_question(wire, exchange, &message->dns); /* the first may be cut */
        note_asks(exchange->asker_host, exchange, message);
        return;
    }
    if (message->transport != TRANSPORT_UDP)
        connect_used(wire, message);
    exchange = answered_before(wire, message);
    if (!exchange)
        exchange = exchange_new(wire, message, EXCHANGE_DNS);
    if (!exchange)
        return;
    exchange->answerer_host = exchange->asked_host = answerer;
    exchange->probe = dns_is_probe(&message->dns);
    if (exchange->probe && !asker)
        asker = host_add(wire, &message->asker); /* only CoreDNS asks so */
    exchange->asker_host = asker;
    exchange->health = dns_is_health(&message->dns);
    copies_note(wire, exchange, message);
    note_skew(wire, exchange, message);
    if (asker && !exchange->health) {
        asker->asks++;
        asker->self->asks += asker->self != asker;
    }
    note_asks(asker, exchange, message);
    struct exchange *root = place(wire, exchange, message);
    inputs_of(wire, message)->repeats += root != NULL;
    if (exchange->owner || host_is_server(exchange->asker_host))
        inputs_of(wire, message)->forwarded++;
    if (!root || repeat_note(wire, root, exchange))
        ending_schedule(wire, exchange, wire->clock + ending_hold(wire, exchange));
}

/* MESSAGE goes to an address that stands for the server that asked: only the query's way out of its
 * node was not seen. */
static bool is_behind(const struct wire *wire, const struct exchange *exchange,
                      const struct message *message)
{
    for (unsigned i = 0; i < exchange->n_forms; i++)
        if (endpoint_same_addr(&exchange->forms[i].asker, &message->asker))
            return false; /* it was, and from another port */
    return host_is_server(exchange->asker_host) &&
           endpoint_same(&exchange->forms[0].answerer, &message->answerer) &&
           front_hides(wire, host_find(wire, &message->asker), exchange->asker_host);
}

/* How well EXCHANGE fits an answer: 0 not at all, 1 its asking end does, 2 one stands for the other, 3
 * both ends do. */
#define FITS 4
static int fit(const struct wire *wire, const struct exchange *exchange,
               const struct message *message)
{
    if (exchange->kind != EXCHANGE_DNS || exchange->answered != WHEN_NONE ||
        exchange->asked == WHEN_NONE || exchange->id != message->dns.id ||
        exchange->transport != message->transport ||
        message->when - exchange->asked_last > OPEN_NS ||
        (exchange->asked > message->when + TWIN_NS && exchange->input_query != message->input))
        return 0; /* in one input, an answer stands behind its query: the clock was set back */
    if (message->dns.name_len > 0 && exchange->has_question &&
        !exchange_same_question(exchange, &message->dns))
        return 0; /* without one the query is cut */
    if (copies_form(exchange, message) < exchange->n_forms)
        return 3;
    if (is_behind(wire, exchange, message))
        return 2;
    if (host_is_server(exchange->asker_host))
        return 0; /* its sockets take replies of the address that they ask only */
    for (unsigned i = 0; i < exchange->n_forms; i++)
        if (endpoint_same(&exchange->forms[i].asker, &message->asker))
            return 1;
    return 0;
}

static struct exchange *older(struct exchange *a, struct exchange *b)
{
    return !a || b->asked < a->asked || (b->asked == a->asked && b->number < a->number) ? b : a;
}

/* The query that MESSAGE answers.  One that ICMP refused is not answered, as a rule. */
static struct exchange *asked_by(struct wire *wire, const struct message *message)
{
    struct exchange *best[FITS] = {NULL}, *refused = NULL;
    struct exchange *exchange = table_of_key(wire, message->dns.id, message->asker.port);
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_key(exchange), n++) {
        int how = fit(wire, exchange, message);
        if (how && exchange->refused != WHEN_NONE)
            refused = exchange;
        else if (how)
            best[how] = older(best[how], exchange);
    }
    for (int how = FITS - 1; how > 0; how--)
        if (best[how])
            return best[how];
    if (refused)
        return refused;
    exchange = table_of_question(wire, &message->dns); /* SNAT may have changed the port */
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_question(exchange), n++) {
        int how = fit(wire, exchange, message);
        if (how > 0)
            best[how] = older(best[how], exchange);
    }
    return best[3] ? best[3] : best[2];
}

/* A reply to the question of an open query from its socket, and not the late answer to an earlier
 * one from there, but with another id: CoreDNS skips it and waits on. */
static bool is_misnumbered(struct wire *wire, const struct exchange *exchange,
                           const struct message *message)
{
    const struct dns_message *dns = &message->dns;
    return exchange->has_question && exchange->name_hash == dns->name_hash &&
           exchange->type == dns->type && !table_is_gone(wire, &message->asker, dns->id);
}

/* Id and question are others, and stubs ask several questions from one port: an answer to one that is
 * not in the capture. */
static bool is_of_another(const struct exchange *exchange, const struct message *message)
{
    const struct dns_message *dns = &message->dns;
    return !host_is_server(exchange->asker_host) && exchange->id != dns->id &&
           exchange->has_question && dns->name_len > 0 && !exchange_same_question(exchange, dns);
}

/* A reply between the ends of an open query that has another id or question: a wrong one, as an
 * upstream that is ill sends, or somebody who guesses. */
static bool is_stray(struct wire *wire, const struct message *message)
{
    struct exchange *exchange = *table_latest(wire, &message->asker);
    if (!exchange || exchange->kind != EXCHANGE_DNS || exchange->asked == WHEN_NONE ||
        message->when - exchange->asked > OPEN_NS ||
        copies_form(exchange, message) == exchange->n_forms || is_of_another(exchange, message))
        return false;
    if (exchange->answered == WHEN_NONE && exchange->id == message->dns.id)
        exchange->wrong = message->when;
    else if (exchange->answered == WHEN_NONE && is_misnumbered(wire, exchange, message))
        exchange->other_id = true;
    wire->counts.strays++;
    return true;
}

/* The answer as far as it is here; of copies, one may be cut. */
static void read_answer(struct wire *wire, struct exchange *exchange, const struct message *message)
{
    const struct dns_message *dns = &message->dns;
    exchange_set_question(wire, exchange, dns);
    if (exchange->whole)
        return;
    exchange->answer_flags = dns->flags;
    exchange->rcode = dns->rcode;
    exchange->whole = dns->reach == DNS_WHOLE;
    if (!exchange->whole)
        return;
    exchange->answers = dns->answers;
    exchange->ttl = dns->has_ttl ? dns->ttl : UINT32_MAX;
    exchange_set_detail(wire, exchange, dns);
}

/* An answer whose query is not in the capture. */
static struct exchange *unasked(struct wire *wire, const struct message *message)
{
    struct exchange **latest = table_latest(wire, &message->asker), *open = *latest;
    struct exchange *exchange = exchange_new(wire, message, EXCHANGE_DNS);
    if (open)
        *latest = open; /* strays are looked for among queries */
    if (!exchange)
        return NULL;
    exchange->asker_host = host_find(wire, &message->asker);
    exchange->answerer_host = exchange->asked_host = host_add(wire, &message->answerer);
    exchange->probe = dns_is_probe(&message->dns);
    exchange->health = dns_is_health(&message->dns);
    return exchange;
}

static void sighted(struct wire *wire, struct exchange *exchange, const struct message *message)
{
    wire->counts.sightings++;
    copies_note(wire, exchange, message);
    read_answer(wire, exchange, message);
}

/* An answer that nobody asked for goes on to the server that asked, under whose own address alone the
 * query was seen: the address before stands for it. */
static void take_over(struct wire *wire, struct exchange *exchange, struct exchange *unasked)
{
    const struct endpoint front = unasked->forms[0].asker;
    if (host_is_server(exchange->asker_host))
        front_note(wire, host_add(wire, &front), exchange->asker_host);
    exchange->inputs |= unasked->inputs;
    exchange_free(wire, unasked);
}

void match_answer(struct wire *wire, const struct message *message)
{
    struct exchange *exchange = copies_find(wire, message);
    struct host *host = host_add(wire, &message->answerer);
    inputs_of(wire, message)->responses++;
    if (host)
        host->answers++;
    bool known = exchange && (exchange->asked != WHEN_NONE || exchange == wire->lent);
    struct exchange *asked = known ? NULL : asked_by(wire, message);
    if (exchange && !asked) {
        sighted(wire, exchange, message);
        return;
    }
    if (exchange)
        take_over(wire, asked, exchange);
    exchange = asked;
    if (!exchange && (exchange = copies_find_translated(wire, message))) {
        sighted(wire, exchange, message);
        return;
    }
    if (!exchange && is_stray(wire, message))
        return;
    if (!exchange && (host_is_server(host_find(wire, &message->asker)) ||
                      table_is_gone(wire, &message->asker, message->dns.id))) {
        wire->counts.strays++; /* it came later than its query was kept for */
        return;
    }
    if (!exchange)
        exchange = unasked(wire, message);
    if (!exchange)
        return;
    copies_note(wire, exchange, message);
    if (exchange->asked != WHEN_NONE)
        inputs_skew(wire, exchange->input_query, exchange->asked, message->input, message->when);
    read_answer(wire, exchange, message);
    ending_schedule(wire, exchange, wire->clock + ending_hold(wire, exchange));
}

static void note_icmp(struct wire *wire, struct exchange *exchange, const struct message *message)
{
    if (copies_form(exchange, message) == exchange->n_forms)
        return;
    if (message->response) {
        exchange->unheard = exchange->unheard || exchange->answered != WHEN_NONE;
    } else if (exchange->answered == WHEN_NONE && exchange->refused == WHEN_NONE) {
        exchange->refused = message->when;
        exchange->icmp = message->icmp;
        wire->touched = exchange;
    }
}

/* A quote may end behind the ports (RFC 792: eight octets): then it is of the newest from there. */
void match_icmp(struct wire *wire, const struct message *message)
{
    bool known = message->dns.reach != DNS_NOTHING;
    struct exchange *exchange = known
                                    ? table_of_key(wire, message->dns.id, message->asker.port)
                                    : table_of_connection(wire, &message->asker);
    struct exchange *newest = *table_latest(wire, &message->asker);
    if (!known && newest)
        note_icmp(wire, newest, message);
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_key(exchange), n++)
        note_icmp(wire, exchange, message);
}
