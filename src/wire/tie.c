// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which query caused which.  A server asks upstreams from an address under which it is asked (or
 * from one that is found to be its own), for a question that was put to it and is still open, one
 * try at a time.  What fits more than one open query equally well is ambiguous, never guessed.
 */
#include "wire/inside.h"

struct choice {
    struct exchange *oldest; /* of those that fit */
    struct exchange *fit;    /* the one that fits best by time */
    unsigned n, n_fit;
};

bool tie_is_open(const struct exchange *exchange, int64_t when)
{
    return exchange->kind == EXCHANGE_DNS && !exchange->over && exchange->asked != WHEN_NONE &&
           exchange->asked <= when && when - exchange->asked < OPEN_NS &&
           (exchange->answered == WHEN_NONE || exchange->answered > when);
}

bool tie_is_put_to(const struct exchange *exchange, const struct endpoint *asker,
                   const struct host *host)
{
    for (unsigned i = 0; i < exchange->n_forms; i++)
        if (endpoint_same_addr(&exchange->forms[i].answerer, asker))
            return true;
    return host && exchange->answerer_host && exchange->answerer_host->self == host->self;
}

/* When the try LAST was over. */
static int64_t over_at(const struct exchange *last)
{
    int64_t until = last->asked + WIRE_READ_NS;
    if (last->answered != WHEN_NONE && last->answered < until)
        until = last->answered;
    if (last->refused != WHEN_NONE && last->refused < until)
        until = last->refused;
    if (last->wrong != WHEN_NONE && last->wrong < until)
        until = last->wrong;
    return until;
}

/* When the newest try of EXCHANGE was over; WHEN_NONE: there was none.  WAITS: it was not by WHEN,
 * and is surely its own. */
static int64_t tried_until(const struct exchange *exchange, int64_t when, bool *waits)
{
    const struct exchange *last = exchange->last_owned;
    *waits = false;
    if (!last)
        return WHEN_NONE;
    int64_t until = over_at(last);
    *waits = when < until && !last->ambiguous;
    return until;
}

/* The try LAST was over, one way or another, just before WHEN. */
static bool is_just_over(const struct exchange *last, int64_t when)
{
    int64_t until = over_at(last);
    bool timed_out = until == last->asked + WIRE_READ_NS;
    return timed_out ? call_timed_out(last, when) : when >= until && when - until <= FORWARD_NS;
}

/* The time fits: the query has just come, or the try before it has just ended. */
static bool fits_time(const struct exchange *exchange, int64_t when)
{
    bool waits;
    int64_t until = tried_until(exchange, when, &waits);
    if (until == WHEN_NONE)
        return when - exchange->asked <= FORWARD_NS;
    if (exchange->last_owned->ambiguous)
        return true; /* nobody knows what it waited for */
    return !waits && is_just_over(exchange->last_owned, when);
}

static void consider(struct choice *choice, struct exchange *exchange, int64_t when)
{
    choice->n++;
    if (!choice->oldest || exchange->asked < choice->oldest->asked)
        choice->oldest = exchange;
    if (fits_time(exchange, when)) {
        choice->n_fit++;
        choice->fit = exchange;
    }
}

/* The owner goes in front of its chain: a storm of tries must not hide it behind themselves. */
void tie_own(struct wire *wire, struct exchange *owner, struct exchange *owned)
{
    table_to_front(wire, owner);
    owned->owner = owner;
    owned->next_owned = NULL;
    owned->prior_owned = owner->last_owned;
    *(owner->last_owned ? &owner->last_owned->next_owned : &owner->owned) = owned;
    owner->last_owned = owned;
}

void tie_undo(struct exchange *owned)
{
    struct exchange *owner = owned->owner, *prior = owned->prior_owned, *next = owned->next_owned;
    *(prior ? &prior->next_owned : &owner->owned) = next;
    *(next ? &next->prior_owned : &owner->last_owned) = prior;
    owned->owner = owned->next_owned = owned->prior_owned = NULL;
    owned->ambiguous = owned->supposed = owned->exact = owned->renamed = false;
}

/* Ties OWNED to the best of CHOICE.  False: there is none. */
static bool choose(struct wire *wire, const struct choice *choice, struct exchange *owned)
{
    if (choice->n == 0)
        return false;
    if (choice->n > 1 && choice->n_fit == 1) {
        tie_own(wire, choice->fit, owned);
        return true;
    }
    owned->ambiguous |= choice->n > 1;
    tie_own(wire, choice->oldest, owned);
    return true;
}

/* Whether the server keeps the client's DNS id when it forwards: CoreDNS before 1.8.7. */
static bool keeps_ids(const struct host *host)
{
    return host && host->same_ids >= IDS_SURE && host->other_ids == 0;
}

static void learn_ids(struct host *host, const struct exchange *owned)
{
    if (!host || owned->ambiguous || owned->renamed)
        return;
    host->owned++;
    if (owned->id == owned->owner->id)
        host->same_ids++;
    else
        host->other_ids++;
}

/* A query that the cache of this server answered a moment ago: it asks again for itself. */
static bool is_refresh(struct wire *wire, const struct exchange *owned,
                       const struct dns_message *dns)
{
    struct exchange *exchange = table_of_question(wire, dns);
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_question(exchange), n++)
        if (exchange != owned && exchange->kind == EXCHANGE_DNS && exchange->asked != WHEN_NONE &&
            exchange->answered != WHEN_NONE && exchange->answered <= owned->asked &&
            owned->asked - exchange->answered <= REFRESH_NS &&
            tie_is_put_to(exchange, &owned->forms[0].asker, owned->asker_host) &&
            exchange_same_question(exchange, dns))
            return true;
    return false;
}

/* A call of this server without a client that is known (for its cache; or the capture shows none)
 * whose newest try has just failed: this is its next one. */
static bool by_call(struct wire *wire, struct exchange *owned, const struct dns_message *dns)
{
    struct exchange *exchange = table_of_question(wire, dns), *found = NULL;
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_question(exchange), n++) {
        const struct exchange *last = exchange->last_owned ? exchange->last_owned : exchange;
        if (exchange != owned && exchange->kind == EXCHANGE_DNS && !exchange->owner &&
            !exchange->over && exchange->asked != WHEN_NONE && exchange->asker_host &&
            exchange->asker_host->self == owned->asker_host->self &&
            (last->answered == WHEN_NONE || last->answered > owned->asked) &&
            is_just_over(last, owned->asked) && exchange_same_question(exchange, dns) &&
            (!found || exchange->asked < found->asked))
            found = exchange;
    }
    if (found)
        tie_own(wire, found, owned);
    return found != NULL;
}

bool tie_is_served_without(const struct exchange *client, const struct exchange *owned)
{
    return client->answered != WHEN_NONE && (client->answer_flags & DNS_AA) &&
           owned->asked >= client->answered - FORWARD_NS &&
           (owned->answered == WHEN_NONE || owned->answered > client->answered);
}

/* Of owners that fit a try by the time: the one that has waited longest for it; all are in doubt
 * where there are several. */
struct fitting {
    struct exchange *owner[CALLS_MAX], *last[CALLS_MAX]; /* last: the try before; NULL: none */
    unsigned n, best;
    bool same_id, doubted;
};

static void add_fitting(struct fitting *fitting, struct exchange *owner, struct exchange *last,
                        const struct exchange *owned, bool keeps_ids)
{
    bool same_id = keeps_ids && (last ? last : owner)->id == owned->id;
    if ((fitting->same_id && !same_id) || fitting->n == CALLS_MAX)
        return;
    if (same_id && !fitting->same_id)
        *fitting = (struct fitting){.same_id = true};
    unsigned n = fitting->n++;
    fitting->owner[n] = owner;
    fitting->last[n] = last;
    fitting->doubted |= (last ? last : owner)->doubted || (last && last->ambiguous);
    if (owner->asked < fitting->owner[fitting->best]->asked)
        fitting->best = n;
}

/* Queries that have just come, and have no try yet. */
static void find_fresh(struct wire *wire, struct fitting *fitting, const struct exchange *owned,
                       const struct dns_message *dns)
{
    const struct endpoint *asker = &owned->forms[0].asker;
    struct exchange *exchange = table_of_question(wire, dns);
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_question(exchange), n++)
        if (exchange != owned && !exchange->owned && tie_is_open(exchange, owned->asked) &&
            owned->asked - exchange->asked <= FORWARD_NS &&
            tie_is_put_to(exchange, asker, owned->asker_host) &&
            exchange_same_question(exchange, dns) && !tie_is_served_without(exchange, owned) &&
            !endpoint_same_addr(&exchange->forms[0].asker, asker))
            add_fitting(fitting, exchange, NULL, owned, keeps_ids(owned->asker_host));
}

/* Owners whose newest try has just been read for in vain; a call without a known client, too. */
static void find_waited(struct wire *wire, struct fitting *fitting, const struct exchange *owned,
                        bool again)
{
    struct exchange *last[CALLS_MAX];
    unsigned n = call_before(wire, owned, again, last);
    bool is_asked = host_answers(owned->asker_host);
    for (unsigned i = 0; i < n; i++)
        if (last[i]->owner ? tie_is_open(last[i]->owner, owned->asked) : is_asked)
            add_fitting(fitting, last[i]->owner ? last[i]->owner : last[i], last[i], owned,
                        keeps_ids(owned->asker_host));
        else
            fitting->doubted |= last[i]->ambiguous; /* it is somebody else's, who still waits */
}

/* Ties OWNED to one of FITTING, which holds the fresh ones, or of those that have waited. */
static bool tie_fitting(struct wire *wire, struct fitting *fitting, struct exchange *owned)
{
    find_waited(wire, fitting, owned, false);
    if (fitting->n == 0)
        find_waited(wire, fitting, owned, true);
    owned->ambiguous = fitting->n > 1 || fitting->doubted;
    if (fitting->n == 0)
        return false;
    struct exchange *last = fitting->last[fitting->best];
    owned->exact = fitting->same_id && !owned->ambiguous;
    for (unsigned i = 0; i < fitting->n && fitting->n > 1; i++)
        (fitting->last[i] ? fitting->last[i] : fitting->owner[i])->doubted = true;
    if (last) {
        last->followed = true;
        owned->supposed = last->supposed;
        owned->renamed = last->renamed;
    }
    tie_own(wire, fitting->owner[fitting->best], owned);
    return true;
}

/* Ties OWNED by the times that CoreDNS keeps: a first try begins right behind its query, each
 * further one right behind the read timeout of the one before. */
static bool by_time(struct wire *wire, struct exchange *owned, const struct dns_message *dns)
{
    struct fitting fitting = {0};
    find_fresh(wire, &fitting, owned, dns);
    return tie_fitting(wire, &fitting, owned);
}

/* The open queries to the server of OWNED with its question: those whose server waits for nothing
 * else, or else all. */
struct choices {
    struct choice all, free; /* free: those whose server waits for nothing else */
    struct choice same_id;   /* of them, with the DNS id of the query */
    bool same_transport;     /* some of them came over the transport of the query */
};

static void consider_all(struct wire *wire, struct choices *choices, struct exchange *owned,
                         const struct dns_message *dns, bool contended)
{
    const struct endpoint *asker = &owned->forms[0].asker;
    struct exchange *exchange = table_of_question(wire, dns);
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_question(exchange), n++) {
        bool waits;
        if (exchange == owned || !tie_is_open(exchange, owned->asked) ||
            !tie_is_put_to(exchange, asker, owned->asker_host) ||
            !exchange_same_question(exchange, dns) || tie_is_served_without(exchange, owned) ||
            endpoint_same_addr(&exchange->forms[0].asker, asker))
            continue;
        tried_until(exchange, owned->asked, &waits);
        consider(&choices->all, exchange, owned->asked);
        if (waits)
            continue;
        consider(&choices->free, exchange, owned->asked);
        if (exchange->id == owned->id)
            consider(&choices->same_id, exchange, owned->asked);
        choices->same_transport |= exchange->transport == owned->transport;
        exchange->contended |= contended;
    }
}

/* Tries follow one another and go on over the client's transport, as a rule; refreshes come at any
 * time, over TCP (semantics.md section 5). */
static bool looks_like_refresh(struct wire *wire, const struct choices *choices,
                               const struct exchange *owned, const struct dns_message *dns)
{
    return (choices->free.n == 0 || !choices->same_transport) && is_refresh(wire, owned, dns);
}

static bool by_question(struct wire *wire, struct exchange *owned, const struct dns_message *dns)
{
    struct choices choices = {0};
    struct host *host = owned->asker_host;
    consider_all(wire, &choices, owned, dns, false);
    if (keeps_ids(host) && choices.same_id.n > 0) {
        owned->exact = choices.same_id.n == 1;
        choose(wire, &choices.same_id, owned);
    } else if (!looks_like_refresh(wire, &choices, owned, dns)) {
        choose(wire, choices.free.n > 0 ? &choices.free : &choices.all, owned);
    }
    if (!owned->owner)
        return false;
    learn_ids(host, owned);
    if (owned->ambiguous)
        consider_all(wire, &choices, owned, dns, true);
    return true;
}

/* Tries that failed at once may have pushed their owner far back: whose they are tells. */
static void find_stormy(struct choice *choice, const struct exchange *owned)
{
    const struct exchange *other = owned->older;
    for (int n = 0; other && n < CANDIDATES_MAX; other = other->older, n++) {
        struct exchange *owner = other->owner;
        if (owner && other == owner->last_owned && other->kind == owned->kind &&
            other->type == owned->type && tie_is_open(owner, owned->asked) &&
            is_just_over(other, owned->asked) &&
            endpoint_same_addr(&other->forms[0].asker, &owned->forms[0].asker))
            consider(choice, owner, owned->asked);
    }
}

/* Renamed queries (rewrite, autopath) fit by time alone: right behind the client's query, or when
 * the try before has just ended. */
static bool by_rename(struct wire *wire, struct exchange *owned)
{
    struct choice choice = {0};
    struct exchange *exchange = owned->older;
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = exchange->older, n++) {
        bool own_question = exchange->last_owned && !exchange->last_owned->renamed;
        if (tie_is_open(exchange, owned->asked) && exchange->type == owned->type && !own_question &&
            tie_is_put_to(exchange, &owned->forms[0].asker, owned->asker_host) &&
            fits_time(exchange, owned->asked))
            consider(&choice, exchange, owned->asked);
    }
    if (choice.n == 0)
        find_stormy(&choice, owned);
    owned->renamed = choice.n > 0;
    return choose(wire, &choice, owned);
}

/* To what was put to the server that asks, or as a refresh of its cache. */
static bool tie_known(struct wire *wire, struct exchange *exchange, const struct dns_message *dns)
{
    bool is_asked = host_answers(exchange->asker_host);
    if (by_time(wire, exchange, dns)) {
        if (exchange->owner->answerer_host && !exchange->supposed)
            learn_ids(exchange->asker_host, exchange);
        return true;
    }
    if (by_question(wire, exchange, dns))
        return true;
    exchange->refresh = is_asked && is_refresh(wire, exchange, dns);
    return exchange->refresh || (is_asked && !exchange->health && by_call(wire, exchange, dns));
}

bool tie_behind(struct wire *wire, struct exchange *exchange, const struct dns_message *dns)
{
    struct host *front = exchange->asker_host, *server = front_only(front);
    if (!host_is_server(server) || host_is_server(front))
        return false;
    exchange->asker_host = server;
    if (exchange->health || (exchange->has_question && tie_known(wire, exchange, dns)))
        return true;
    exchange->asker_host = front;
    exchange->ambiguous = false;
    return false;
}

void tie_query(struct wire *wire, struct exchange *exchange, const struct dns_message *dns)
{
    struct host *host = exchange->asker_host;
    bool is_asked = host_answers(host);
    if (!exchange->has_question && host_answers(host))
        tie_by_time(wire, exchange); /* a short snap length left no name */
    if (!exchange->has_question)
        return;
    if (!host && map_count(wire->hosts) < HOSTS_MAX) { /* nobody ever asked this address */
        if (!exchange->health && !exchange->probe)
            suppose_owner(wire, exchange, dns);
        return;
    }
    if (tie_known(wire, exchange, dns))
        return;
    if (!exchange->health && !exchange->probe && !suppose_owner(wire, exchange, dns)) {
        if (host && !(is_asked && by_rename(wire, exchange)))
            host->lone++;
    }
}

void tie_again(struct wire *wire, struct exchange *owned)
{
    struct dns_message question = {.name_len = owned->name_len,
                                   .name_hash = owned->name_hash,
                                   .type = owned->type,
                                   .class = owned->class};
    bytes_copy(question.name, owned->name, owned->name_len);
    tie_undo(owned);
    if (!by_question(wire, owned, &question))
        owned->refresh = true;
}

/* DNS lengths that a query may have behind CoreDNS: as it came, or with an OPT record added. */
#define OPT_OCTETS 11

static bool is_sized(const struct exchange *client, const struct exchange *owned)
{
    return owned->kind != EXCHANGE_CONNECT &&
           (owned->size == client->size || owned->size == client->size + OPT_OCTETS);
}

void tie_by_time(struct wire *wire, struct exchange *exchange)
{
    struct choice sized = {0}, all = {0};
    struct fitting fitting = {0};
    struct exchange *other = exchange->older;
    for (int n = 0; other && n < CANDIDATES_MAX; other = other->older, n++) {
        bool waits;
        if (!tie_is_open(other, exchange->asked) ||
            !tie_is_put_to(other, &exchange->forms[0].asker, exchange->asker_host))
            continue;
        tried_until(other, exchange->asked, &waits);
        if (waits)
            continue;
        consider(&all, other, exchange->asked);
        if (is_sized(other, exchange))
            consider(&sized, other, exchange->asked);
        if (is_sized(other, exchange) && !other->owned &&
            exchange->asked - other->asked <= FORWARD_NS)
            add_fitting(&fitting, other, NULL, exchange, false);
    }
    if (exchange->kind != EXCHANGE_CONNECT && tie_fitting(wire, &fitting, exchange))
        return;
    if (all.n == 0)
        find_stormy(&all, exchange);
    choose(wire, sized.n > 0 ? &sized : &all, exchange);
}
