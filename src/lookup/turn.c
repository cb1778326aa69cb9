// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sessions leave the stage before in the order of their start as long as few of them wait for others;
 * one that nobody answered comes up to 17 s behind those that were asked after it.  A stub's next
 * steps can be told only in their order, so here they wait for one another, as long as there is room.
 */
#include "lookup/inside.h"

enum { TYPE_A = 1, TYPE_AAAA = 28, RCODE_NOERROR = 0, RCODE_NXDOMAIN = 3 };

static enum lookup_result result_of_rcode(const struct session *session)
{
    bool address = session->type == TYPE_A || session->type == TYPE_AAAA;
    if (session->rcode == RCODE_NXDOMAIN)
        return RESULT_MISSING;
    if (session->rcode != RCODE_NOERROR)
        return RESULT_ERROR;
    if (session->answers == UINT32_MAX)
        return RESULT_FOUND;
    bool none = session->answers == 0 || (address && session->n_addresses == 0); /* a bare CNAME */
    return !none ? RESULT_FOUND : session->truncated ? RESULT_CUT : RESULT_EMPTY;
}

static enum lookup_result result_of(const struct session *session)
{
    if (session->rcode_source == 1)
        return result_of_rcode(session);
    if (session->status != STATUS_FAILED)
        return RESULT_UNKNOWN;
    return session->unobserved & UNOBSERVED_CLIENT_ANSWER ? RESULT_HIDDEN : RESULT_NONE;
}

/* When it was answered: where that is not tapped, when CoreDNS was last seen at work for it, which
 * answers at once behind its last try. */
static int64_t answered_of(const struct session *session, int64_t last)
{
    if (session->rcode_source == 1) /* up to 1.7.1 the query's time may be that of the answer */
        return session->end > last ? session->end : last;
    if (session->unobserved & UNOBSERVED_CLIENT_ANSWER && session->waited_ns != WHEN_NONE)
        return session->start + session->waited_ns;
    return WHEN_NONE;
}

static uint8_t tries_of(const struct session *session)
{
    uint32_t n = 0;
    for (const struct attempt *attempt = session->attempts; attempt; attempt = attempt->next)
        if (attempt->outcome == OUTCOME_NO_REPLY || attempt->outcome == OUTCOME_UNKNOWN)
            n += attempt->count < UINT8_MAX ? attempt->count : UINT8_MAX;
    return (uint8_t)(n < UINT8_MAX ? n : UINT8_MAX);
}

static void query_set(struct lookup_query *query, const struct session *session)
{
    size_t n = session->repeat_times ? session_repeat_times(session->repeats) : 0;
    uint32_t asked = 1 + (n > 0 ? session->repeats : 0);
    int64_t last = n > 0 ? session->repeat_times[n - 1] : session->start;
    uint8_t lost = session->at_server ? 0 : session->unanswered;
    query->first = session->start;
    query->last = last;
    query->answered = answered_of(session, last);
    query->type = session->type;
    query->rcode = session->rcode_source == 1 ? session->rcode : RCODE_NONE;
    query->id = session->id;
    query->port = session->client.port;
    query->asked = (uint16_t)(asked < UINT16_MAX ? asked : UINT16_MAX);
    query->addresses = session->n_addresses;
    query->tries = tries_of(session);
    query->truncated = session->truncated;
    query->first_lost = lost != 0 && (asked > 1 || session->end == WHEN_NONE);
    query->lost = (lost < QUERY_COUNT_MAX ? lost : QUERY_COUNT_MAX) & 7u;
    query->result = (uint8_t)result_of(session);
}

static uint32_t hash_of(const struct session *session)
{
    uint64_t words[2];
    size_t label = 1u + session->name[0];
    memory_copy(words, session->client.octet, sizeof words);
    return (uint32_t)map_mix(
        map_mix(words[0], words[1]),
        map_hash(session->name, label < session->name_len ? label : session->name_len));
}

/* A turn without what its memory is. */
static void turn_set(struct open *turn, const struct session *session)
{
    static const struct open none; /* copied: that is faster than to clear what is so small */
    *turn = none;
    turn->first.name_len = session->name_len;
    turn->first.n = 1;
    turn->client = session->client;
    turn->server = session->server;
    turn->hash = hash_of(session);
    turn->number[0] = session->number;
    turn->at_server = session->at_server;
    turn->sample_loss = session->status == STATUS_SAMPLE_LOSS;
    turn->capture_edge = session->status == STATUS_CAPTURE_EDGE;
    turn->inexact = session->rcode_source == 1 && !session->waited_exact;
    turn->tried = session->attempts && !(session->bitmap & BIT_FR);
    query_set(&turn->first.query[0], session);
}

static struct open *turn_new(struct lookups *lookups, const struct session *session)
{
    struct open *turn = cell_get(lookups);
    bool apart = session->name_len > CELL_BYTES - sizeof *turn;
    uint8_t *name = !turn ? NULL : apart ? cell_get(lookups) : (uint8_t *)(turn + 1);
    if (!name) {
        cell_put(lookups, turn);
        return NULL;
    }
    bytes_copy(name, session->name, session->name_len);
    turn_set(turn, session);
    turn->first.name = name;
    turn->first.name_apart = apart;
    for (size_t i = 0; session->repeat_times && i < session_repeat_times(session->repeats); i++)
        list_add(lookups, &turn->stalls, session->repeat_times[i]);
    return turn;
}

static int64_t start_of(const struct open *turn)
{
    return turn->first.query[0].first;
}

static bool is_before(const struct open *a, const struct open *b)
{
    return start_of(a) != start_of(b) ? start_of(a) < start_of(b) : a->number[0] < b->number[0];
}

/* Late ones lie in a pairing heap, the earliest on top: `chain` is the first below, `newer` the next
 * beside it. */
static struct open *heap_merge(struct open *a, struct open *b)
{
    if (!a || !b)
        return a ? a : b;
    struct open *top = is_before(b, a) ? b : a, *below = top == a ? b : a;
    below->newer = top->chain;
    top->chain = below;
    return top;
}

/* What is left below a top that was taken: in pairs, then all together. */
static struct open *heap_rest(struct open *below)
{
    struct open *pairs = NULL, *rest = NULL, *next;
    for (; below; below = next) {
        struct open *other = below->newer;
        next = other ? other->newer : NULL;
        below = heap_merge(below, other);
        below->newer = pairs;
        pairs = below;
    }
    for (; pairs; pairs = next) {
        next = pairs->newer;
        rest = heap_merge(pairs, rest);
    }
    return rest;
}

bool turn_add(struct lookups *lookups, const struct session *session, bool chosen)
{
    struct open *turn = turn_new(lookups, session);
    if (!turn)
        return false;
    turn->chosen = chosen;
    const struct open *newest = lookups->in_order.newest;
    if (!newest || start_of(newest) <= start_of(turn))
        queue_add(&lookups->in_order, turn);
    else {
        lookups->late = heap_merge(turn, lookups->late);
        lookups->n_late++;
    }
    return true;
}

static bool is_late_next(const struct lookups *lookups)
{
    const struct open *in_order = lookups->in_order.oldest;
    return lookups->late && (!in_order || is_before(lookups->late, in_order));
}

static struct open *next_of(const struct lookups *lookups)
{
    return is_late_next(lookups) ? lookups->late : lookups->in_order.oldest;
}

int64_t turn_frontier(const struct lookups *lookups, int64_t past)
{
    int64_t frontier = lookups->ended                    ? INT64_MAX
                       : lookups->watermark == WHEN_NONE ? WHEN_NONE
                                                         : lookups->watermark - ORDER_NS;
    if (frontier <= past)
        return frontier;
    const struct open *turn = next_of(lookups);
    return turn && start_of(turn) < frontier ? start_of(turn) : frontier;
}

/* They have half of the memory; beyond, or at the end, nobody waits any more. */
static bool is_due(const struct lookups *lookups, const struct open *turn)
{
    return lookups->ended || start_of(turn) + ORDER_NS <= lookups->watermark ||
           lookups->in_order.n + lookups->n_late > lookups->cells_max / 2 || store_is_full(lookups);
}

struct open *turn_take(struct lookups *lookups)
{
    struct open *turn = next_of(lookups);
    if (!turn || !is_due(lookups, turn))
        return NULL;
    if (turn == lookups->late) {
        lookups->late = heap_rest(turn->chain);
        lookups->n_late--;
        return turn;
    }
    return queue_take(lookups, &lookups->in_order);
}
