// SPDX-License-Identifier: BSD-2-Clause
/*
 * One datagram is seen several times: by `-i any` on every interface that it passes, before and
 * after its addresses are translated, and by captures on several nodes (packets.md section 1.4).
 * Copies have the same octets of DNS, lie close together and have the same IP id; where there is
 * none (IPv6, old kernels) one end stays the same, and no place sees a datagram twice.
 */
#include "wire/inside.h"

/* Where a packet was seen: input, interface and direction. */
static uint16_t place_of(const struct message *message)
{
    uint64_t place = (uint64_t)message->input << 34 | (uint64_t)message->sighting.interface << 2 |
                     message->sighting.direction;
    return (uint16_t)(place * UINT64_C(0x9e3779b97f4a7c15) >> 48);
}

static bool seen_there(const uint16_t *places, unsigned n, uint16_t place)
{
    for (unsigned i = 0; i < n; i++)
        if (places[i] == place)
            return true;
    return false;
}

unsigned copies_form(const struct exchange *exchange, const struct message *message)
{
    unsigned i = 0;
    while (i < exchange->n_forms && !(endpoint_same(&exchange->forms[i].asker, &message->asker) &&
                                      endpoint_same(&exchange->forms[i].answerer, &message->answerer)))
        i++;
    return i;
}

/* The asking end is the same: what DNAT alone leaves. */
static bool shares_asker(const struct exchange *exchange, const struct message *message)
{
    for (unsigned i = 0; i < exchange->n_forms; i++)
        if (endpoint_same(&exchange->forms[i].asker, &message->asker))
            return true;
    return false;
}

/* The answering end is: what SNAT alone leaves. */
static bool shares_answerer(const struct exchange *exchange, const struct message *message)
{
    for (unsigned i = 0; i < exchange->n_forms; i++)
        if (endpoint_same(&exchange->forms[i].answerer, &message->answerer))
            return true;
    return false;
}

/* Both have the same octets; where one is cut (a tunnel leaves less below the snap length) the size
 * that it had must do. */
static bool same_octets(const struct exchange *exchange, const struct message *message)
{
    bool response = message->response;
    if (message->sighting.cut || (response ? exchange->answer_cut : exchange->query_cut))
        return (response ? exchange->answer_size : exchange->size) == message->size;
    return (response ? exchange->answer_payload : exchange->payload) == message->payload;
}

/* Both have an IP id. */
static bool have_ids(const struct exchange *exchange, const struct message *message)
{
    return (message->response ? exchange->answer_ip_id : exchange->ip_id) != 0 &&
           message->sighting.ip_id != 0;
}

/* How far copies may be apart.  The clocks of two hosts may differ by more, where the IP id vouches
 * for them. */
static int64_t reach(const struct exchange *exchange, const struct message *message)
{
    uint32_t input = message->response ? exchange->input_answer : exchange->input_query;
    return input != message->input && have_ids(exchange, message) ? TWIN_NS : COPY_NS;
}

/* MESSAGE says the same as the query (or answer) of EXCHANGE, at the same time. */
static bool says_the_same(const struct exchange *exchange, const struct message *message)
{
    int64_t first = message->response ? exchange->answered : exchange->asked;
    int64_t last = message->response ? exchange->answered_last : exchange->asked_last;
    return exchange->kind == EXCHANGE_DNS && first != WHEN_NONE &&
           exchange->id == message->dns.id && exchange->transport == message->transport &&
           message->when <= last + reach(exchange, message) &&
           message->when >= first - reach(exchange, message) &&
           same_octets(exchange, message);
}

/* It goes on from where the other went to (or the reverse): a server that forwards what it was
 * asked. Not where a datagram's two ends are one (a pod that is the service's endpoint). */
static bool goes_on_from(const struct exchange *exchange, const struct message *message)
{
    bool goes_on = false;
    for (unsigned i = 0; i < exchange->n_forms; i++) {
        const struct form *form = &exchange->forms[i];
        if (endpoint_same_addr(&form->asker, &form->answerer))
            return false;
        goes_on |= endpoint_same_addr(&message->asker, &form->answerer) ||
                   endpoint_same_addr(&message->answerer, &form->asker);
    }
    return goes_on && !endpoint_same_addr(&message->asker, &message->answerer);
}

static bool is_copy(const struct exchange *exchange, const struct message *message)
{
    bool response = message->response;
    if (!says_the_same(exchange, message) || goes_on_from(exchange, message))
        return false;
    if (have_ids(exchange, message))
        return (response ? exchange->answer_ip_id : exchange->ip_id) == message->sighting.ip_id;
    return shares_asker(exchange, message) &&
           !seen_there(response ? exchange->answer_places : exchange->places,
                       response ? exchange->n_answer_places : exchange->n_places,
                       place_of(message));
}

/* The same with another asking end (SNAT), without IP ids.  What comes in where the first sighting
 * was is no such copy, but another client's query. */
static bool is_translated(const struct exchange *exchange, const struct message *message)
{
    bool response = message->response;
    return says_the_same(exchange, message) && !have_ids(exchange, message) &&
           !goes_on_from(exchange, message) && shares_answerer(exchange, message) &&
           (response || message->sighting.direction != DIRECTION_IN ||
            message->input != exchange->input_query) &&
           !seen_there(response ? exchange->answer_places : exchange->places,
                       response ? exchange->n_answer_places : exchange->n_places,
                       place_of(message));
}

/* Only a capture that looks at several places sees one datagram from several ports. */
static bool copies_elsewhere(struct wire *wire, const struct message *message)
{
    uint16_t place = place_of(message);
    if (wire->place == 0)
        wire->place = place + 1u;
    wire->many_places = wire->many_places || wire->place != place + 1u ||
                        message->sighting.tunnels > 0;
    return wire->many_places;
}

/* Of several that look the same the older one: copies come in the order of their datagrams. */
static struct exchange *older(const struct message *message, struct exchange *a, struct exchange *b)
{
    if (!a)
        return b;
    bool later = message->response ? b->answered > a->answered : b->asked > a->asked;
    return later ? a : b;
}

struct exchange *copies_find(struct wire *wire, const struct message *message)
{
    struct exchange *found = NULL;
    struct exchange *exchange = table_of_key(wire, message->dns.id, message->asker.port);
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_key(exchange), n++)
        if (is_copy(exchange, message))
            found = older(message, found, exchange);
    if (found || !copies_elsewhere(wire, message))
        return found;
    exchange = table_of_question(wire, &message->dns); /* SNAT may have changed the port */
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_question(exchange), n++)
        if (exchange->id == message->dns.id && message->sighting.ip_id != 0 &&
            is_copy(exchange, message))
            return exchange;
    return NULL;
}

struct exchange *copies_find_translated(struct wire *wire, const struct message *message)
{
    struct exchange *found = NULL;
    struct exchange *exchange =
        wire->many_places ? table_of_question(wire, &message->dns) : NULL;
    for (int n = 0; exchange && n < CANDIDATES_MAX; exchange = table_next_question(exchange), n++)
        if (is_translated(exchange, message))
            found = older(message, found, exchange);
    return found;
}

static void note_place(uint16_t *places, uint8_t *n, uint16_t place)
{
    if (*n < WIRE_PLACES_MAX && !seen_there(places, *n, place))
        places[(*n)++] = place;
}

/* For a second form.  False: the ceiling leaves none. */
static bool make_room(struct wire *wire, struct exchange *exchange)
{
    if (exchange->forms != &exchange->only)
        return true;
    struct form *forms = pool_get(&wire->pool, FORMS_BYTES);
    if (!forms)
        return false;
    forms[0] = exchange->only;
    exchange->forms = forms;
    return true;
}

/* The forms FIRST and its next show what translated the datagram between them. */
static void note_front(struct wire *wire, const struct exchange *exchange, unsigned first)
{
    const struct form *near = &exchange->forms[first], *far = near + 1;
    if (!endpoint_same_addr(&near->answerer, &far->answerer)) {
        struct host *pod = host_find(wire, &far->answerer);
        front_note(wire, host_find(wire, &near->answerer), pod);
        if (pod)
            pod->port = far->answerer.port;
    } else if (!endpoint_same_addr(&near->asker, &far->asker) &&
               host_is_server(exchange->asker_host)) {
        front_note(wire, host_add(wire, &far->asker), host_find(wire, &near->asker));
    }
}

/* The form that MESSAGE has is new.  Of captures of several nodes, whose clocks differ a little,
 * the last may come first: each router takes one of the TTL. */
static void add_form(struct wire *wire, struct exchange *exchange, const struct message *message)
{
    struct form form = {message->asker, message->answerer};
    struct host *host = host_add(wire, &message->answerer);
    if (!make_room(wire, exchange))
        return;
    unsigned n = exchange->n_forms++;
    if (message->sighting.ttl <= exchange->ttl_first ||
        !endpoint_same(&form.asker, &exchange->forms[0].asker)) {
        exchange->forms[n] = form;
        exchange->answerer_host = host;
        note_front(wire, exchange, n - 1);
        return;
    }
    for (; n > 0; n--)
        exchange->forms[n] = exchange->forms[n - 1];
    inputs_skew(wire, message->input, message->when, exchange->input_query, exchange->asked);
    exchange->forms[0] = form;
    exchange->answer_forms = (uint8_t)(exchange->answer_forms << 1);
    exchange->ttl_first = message->sighting.ttl;
    exchange->asked_host = host;
    note_front(wire, exchange, 0);
}

static void note_query(struct wire *wire, struct exchange *exchange, const struct message *message)
{
    if (exchange->asked == WHEN_NONE) {
        exchange->asked = exchange->asked_last = message->when;
        exchange->payload = message->payload;
        exchange->size = message->size;
        exchange->query_cut = message->sighting.cut;
        exchange->ttl_first = message->sighting.ttl;
        exchange->ip_id = message->sighting.ip_id;
        exchange->frame_query = message->frame;
        exchange->input_query = message->input;
    }
    if (message->when < exchange->asked)
        exchange->asked = message->when;
    if (message->when > exchange->asked_last)
        exchange->asked_last = message->when;
    if (exchange->n_seen < UINT16_MAX)
        exchange->n_seen++;
    note_place(exchange->places, &exchange->n_places, place_of(message));
    unsigned form = copies_form(exchange, message);
    if (form == exchange->n_forms && form < WIRE_FORMS_MAX)
        add_form(wire, exchange, message);
}

/* The query of EXCHANGE was not seen between the ends of its answer MESSAGE.  That comes from behind
 * the address that was asked, or goes on to whom the asking address stands for: these are the ends. */
static void note_ends(struct wire *wire, struct exchange *exchange, const struct message *message)
{
    struct host *answerer = host_find(wire, &message->answerer);
    struct host *asker = host_find(wire, &message->asker);
    if (front_hides(wire, exchange->answerer_host, answerer))
        exchange->answerer_host = answerer;
    else if (answerer == exchange->answerer_host && host_is_server(asker) &&
             !host_is_server(exchange->asker_host))
        exchange->asker_host = asker;
}

static void note_answer(struct wire *wire, struct exchange *exchange, const struct message *message)
{
    if (exchange->answered == WHEN_NONE) {
        exchange->answered = exchange->answered_last = message->when;
        exchange->answer_payload = message->payload;
        exchange->answer_size = message->size;
        exchange->answer_cut = message->sighting.cut;
        exchange->answer_ip_id = message->sighting.ip_id;
        exchange->frame_answer = message->frame;
        exchange->input_answer = message->input;
    }
    if (message->when < exchange->answered)
        exchange->answered = message->when;
    if (message->when > exchange->answered_last)
        exchange->answered_last = message->when;
    if (exchange->n_answer_seen < UINT16_MAX)
        exchange->n_answer_seen++;
    note_place(exchange->answer_places, &exchange->n_answer_places, place_of(message));
    unsigned form = copies_form(exchange, message);
    if (form < exchange->n_forms)
        exchange->answer_forms |= (uint8_t)(1u << form);
    else
        note_ends(wire, exchange, message);
}

void copies_note(struct wire *wire, struct exchange *exchange, const struct message *message)
{
    exchange->inputs |= inputs_bit(message->input);
    if (message->response)
        note_answer(wire, exchange, message);
    else
        note_query(wire, exchange, message);
    wire->touched = exchange;
}
