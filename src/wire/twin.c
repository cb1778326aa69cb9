// SPDX-License-Identifier: BSD-2-Clause
/* Queries that dnstap tells of, too. */
#include "wire/inside.h"

static int64_t apart(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

static bool is_asked_by(const struct exchange *exchange, const struct endpoint *client)
{
    for (unsigned i = 0; i < exchange->n_forms; i++)
        if (endpoint_same(&exchange->forms[i].asker, client))
            return true;
    return false;
}

/* TAP may tell of EXCHANGE. */
static bool fits(const struct exchange *exchange, const struct wire_tap *tap)
{
    bool same =
        tap->name_hash == 0 || (exchange->id == tap->id && exchange->name_hash == tap->name_hash &&
                                exchange->type == tap->type);
    return same && exchange->transport == tap->transport && exchange->kind == EXCHANGE_DNS &&
           exchange->asked != WHEN_NONE && !exchange->stage && !exchange->over &&
           tap->when >= exchange->asked - TWIN_NS && tap->when - exchange->asked <= OPEN_NS &&
           (exchange->answered == WHEN_NONE || tap->when <= exchange->answered_last + TWIN_NS) &&
           is_asked_by(exchange, &tap->client);
}

/* The older one.  Without messages all queries from one port look the same: then one that has just
 * come goes first. */
static struct exchange *better(struct exchange *a, struct exchange *b, const struct wire_tap *tap)
{
    if (!a)
        return b;
    bool a_just = tap->name_hash == 0 && apart(a->asked, tap->when) <= FORWARD_NS;
    bool b_just = tap->name_hash == 0 && apart(b->asked, tap->when) <= FORWARD_NS;
    if (a_just != b_just)
        return a_just ? a : b;
    return b->asked < a->asked ? b : a;
}

static struct exchange *find(struct wire *wire, const struct wire_tap *tap)
{
    bool known = tap->name_hash != 0;
    struct exchange *found = NULL;
    struct exchange *exchange =
        known ? table_of_key(wire, tap->id, tap->client.port) : wire->newest;
    for (int n = 0; exchange && n < CANDIDATES_MAX; n++) {
        if (fits(exchange, tap))
            found = better(found, exchange, tap);
        exchange = known ? table_next_key(exchange) : exchange->older;
    }
    if (found || !known)
        return found;
    exchange = table_of_name(wire, tap->name_hash, tap->type); /* SNAT may have changed the port */
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_question(exchange), n++)
        if (fits(exchange, tap) && (!found || exchange->asked < found->asked))
            found = exchange;
    return found;
}

struct exchange *wire_twin(struct wire *wire, const struct wire_tap *tap)
{
    struct exchange *found = find(wire, tap);
    if (found)
        inputs_skew(wire, found->input_query, found->asked, tap->input, tap->when);
    return found;
}

/* When a further try of a call began is worked out in dnstap, not tapped. */
#define TRY_APART_NS WHEN_SECOND

const struct exchange *wire_try(struct wire *wire, const struct host *server,
                                const struct endpoint *upstream, uint32_t name_hash, uint16_t type,
                                int64_t when)
{
    struct exchange *found = NULL, *exchange = table_of_name(wire, name_hash, type);
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_question(exchange), n++)
        if (exchange->kind == EXCHANGE_DNS && !exchange->tapped && exchange->asked != WHEN_NONE &&
            exchange->name_hash == name_hash && exchange->type == type &&
            exchange->asker_host && exchange->asker_host->self == server->self &&
            endpoint_same(&exchange->forms[0].answerer, upstream) &&
            apart(exchange->asked, when) <= TRY_APART_NS &&
            (!found || apart(exchange->asked, when) < apart(found->asked, when)))
            found = exchange;
    if (found)
        found->tapped = true;
    return found;
}
