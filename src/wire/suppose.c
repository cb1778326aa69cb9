// SPDX-License-Identifier: BSD-2-Clause
/*
 * Whose work a query is that nothing explains which was put to its own address: the server's that is
 * asked under an address that stands for it (fronts.c; then the capture lost one of two packets), or
 * one's that may be asked under any other.
 */
#include "wire/inside.h"

/* The same question has just come to another server, put there by somebody else and under another
 * address, and that has not asked for it yet: then this may be that server asking, from an address
 * under which it is not asked. */
static bool may_suppose(const struct exchange *exchange, const struct exchange *owned,
                        const struct dns_message *dns)
{
    const struct form *form = &owned->forms[0];
    return exchange != owned && tie_is_open(exchange, owned->asked) && !exchange->owner &&
           owned->asked - exchange->asked <= SUPPOSED_NS &&
           (!exchange->owned || exchange->owned->supposed) && exchange->answerer_host &&
           exchange_same_question(exchange, dns) && !host_is_server(exchange->asker_host) &&
           !endpoint_same_addr(&exchange->forms[0].asker, &form->answerer) &&
           !endpoint_same_addr(&exchange->forms[0].asker, &form->asker) &&
           !tie_is_put_to(exchange, &form->answerer, owned->answerer_host);
}

/* One of both is an address that stands for the other. */
static bool is_fronted(const struct wire *wire, const struct exchange *exchange,
                       const struct exchange *owned)
{
    const struct host *server = exchange->answerer_host, *asker = owned->asker_host;
    return front_hides(wire, server, asker) || front_hides(wire, asker, server);
}

/* Ties OWNED to FOUND, one of which was seen under an address that stands for the server. */
static void own_fronted(struct wire *wire, struct exchange *found, struct exchange *owned)
{
    if (front_hides(wire, found->answerer_host, owned->asker_host))
        found->answerer_host = owned->asker_host;
    else
        owned->asker_host = found->answerer_host;
    tie_own(wire, found, owned);
}

/* The oldest query that may have caused OWNED; one of which that is known, before others. */
static struct exchange *find(struct wire *wire, struct exchange *owned,
                             const struct dns_message *dns, unsigned *n_fronted)
{
    struct exchange *exchange = table_of_question(wire, dns), *found = NULL;
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_question(exchange), n++) {
        if (!may_suppose(exchange, owned, dns))
            continue;
        bool fronted = is_fronted(wire, exchange, owned);
        if (!found || (fronted && *n_fronted == 0) ||
            (fronted == (*n_fronted > 0) && exchange->asked < found->asked))
            found = exchange;
        *n_fronted += fronted;
    }
    return found;
}

bool suppose_owner(struct wire *wire, struct exchange *owned, const struct dns_message *dns)
{
    unsigned n_fronted = 0;
    struct exchange *found = find(wire, owned, dns, &n_fronted);
    if (!found)
        return false;
    if (n_fronted > 0) {
        owned->ambiguous = n_fronted > 1;
        own_fronted(wire, found, owned);
        return true;
    }
    struct host *host = owned->asker_host;
    if (!host) {
        host = owned->asker_host = host_add(wire, &owned->forms[0].asker);
        if (!host)
            return false;
        host->asks = 1;
    }
    owned->supposed = true;
    tie_own(wire, found, owned);
    host->lone++;
    host_suppose(host, found->answerer_host);
    return true;
}
