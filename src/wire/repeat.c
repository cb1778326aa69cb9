// SPDX-License-Identifier: BSD-2-Clause
/* A stub that gets no answer asks again with the same port and id: one wait of the application,
 * unless it is seen where CoreDNS is alone, which works for each (interface.md section 2,
 * "Repeats"). */
#include "wire/inside.h"

/* Some repeat of the client's query, or the first, got an answer that reached it. */
static bool is_served(const struct exchange *root)
{
    for (const struct exchange *one = root; one;
         one = one == root ? root->folded : one->next_folded)
        if (exchange_delivered(one))
            return true;
    return false;
}

/* Where a short snap length left no names, their sizes must do. */
static bool asks_the_same(const struct exchange *other, const struct exchange *exchange,
                          const struct message *message)
{
    return exchange->has_question
               ? exchange_same_question(other, &message->dns)
               : !other->has_question && other->query_cut && other->size == exchange->size;
}

struct exchange *repeat_of(struct wire *wire, const struct exchange *exchange,
                           const struct message *message)
{
    struct exchange *first = NULL,
                    *other = table_of_key(wire, message->dns.id, message->asker.port);
    for (int n = 0; other && n < CANDIDATES_MAX; other = table_next_key(other), n++)
        if (other != exchange && other->kind == EXCHANGE_DNS && !other->over &&
            other->asked != WHEN_NONE && other->asked <= exchange->asked &&
            exchange->asked - other->asked < OPEN_NS && other->id == exchange->id &&
            other->transport == exchange->transport &&
            endpoint_same(&other->forms[0].asker, &message->asker) &&
            asks_the_same(other, exchange, message) && !is_served(other->root))
            first = other;
    return first ? first->root : NULL;
}

bool repeat_note(struct wire *wire, struct exchange *root, struct exchange *exchange)
{
    struct exchange **link = &root->folded;
    root->repeats++;
    if (exchange_at_server(wire, root))
        return true;
    if (root->n_folded == WIRE_FOLDED_MAX) {
        exchange_free(wire, exchange);
        return false;
    }
    root->n_folded++;
    while (*link)
        link = &(*link)->next_folded;
    *link = exchange;
    exchange->root = root;
    return true;
}
