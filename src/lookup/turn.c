// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sessions leave the stage before in the order of their start as long as few of them wait for others;
 * one that nobody answered comes up to 17 s behind those that were asked after it.  A stub's next
 * steps can be told only in their order, so here they wait for one another, as long as there is room.
 */
#include "lookup/inside.h"

enum { TYPE_A = 1, TYPE_AAAA = 28, RCODE_NOERROR = 0, RCODE_NXDOMAIN = 3 };

/* Late ones come nearly in order: so many are looked at for the place of one. */
#define LATE_LOOKED_AT 64

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

static struct lookup_query query_of(const struct session *session)
{
    size_t n = session->repeat_times ? session_repeat_times(session->repeats) : 0;
    uint32_t asked = 1 + (n > 0 ? session->repeats : 0);
    int64_t last = n > 0 ? session->repeat_times[n - 1] : session->start;
    return (struct lookup_query){.first = session->start,
                                 .last = last,
                                 .answered = answered_of(session, last),
                                 .type = session->type,
                                 .rcode = session->rcode_source == 1 ? session->rcode : RCODE_NONE,
                                 .id = session->id,
                                 .port = session->client.port,
                                 .asked = (uint16_t)(asked < UINT16_MAX ? asked : UINT16_MAX),
                                 .addresses = session->n_addresses,
                                 .tries = tries_of(session),
                                 .truncated = session->truncated,
                                 .result = (uint8_t)result_of(session)};
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
    *turn = (struct open){
        .first = {.name = name, .name_len = session->name_len, .name_apart = apart, .n = 1},
        .client = session->client,
        .server = session->server,
        .hash = hash_of(session),
        .number = {session->number},
        .at_server = session->at_server,
        .sample_loss = session->status == STATUS_SAMPLE_LOSS,
        .capture_edge = session->status == STATUS_CAPTURE_EDGE,
        .inexact = session->rcode_source == 1 && !session->waited_exact,
        .tried = session->attempts && !(session->bitmap & BIT_FR),
    };
    turn->first.query[0] = query_of(session);
    for (size_t i = 0; session->repeat_times && i < session_repeat_times(session->repeats); i++)
        list_add(lookups, &turn->stalls, session->repeat_times[i]);
    return turn;
}

static int64_t start_of(const struct open *turn)
{
    return turn->first.query[0].first;
}

static void add_late(struct queue *late, struct open *turn)
{
    struct open *before = late->oldest;
    if (!before || start_of(late->newest) <= start_of(turn)) {
        queue_add(late, turn);
        return;
    }
    late->n++;
    if (start_of(before) > start_of(turn)) {
        turn->newer = before;
        late->oldest = turn;
        return;
    }
    for (int n = 0; n < LATE_LOOKED_AT && start_of(before->newer) <= start_of(turn); n++)
        before = before->newer;
    turn->newer = before->newer;
    before->newer = turn;
}

bool turn_add(struct lookups *lookups, const struct session *session)
{
    struct open *turn = turn_new(lookups, session);
    if (!turn)
        return false;
    const struct open *newest = lookups->in_order.newest;
    if (!newest || start_of(newest) <= start_of(turn))
        queue_add(&lookups->in_order, turn);
    else
        add_late(&lookups->late, turn);
    return true;
}

/* The queue that has the next one, if there is any. */
static bool is_late_next(const struct lookups *lookups)
{
    const struct open *in_order = lookups->in_order.oldest, *late = lookups->late.oldest;
    return late && (!in_order || start_of(late) <= start_of(in_order));
}

int64_t turn_frontier(const struct lookups *lookups)
{
    int64_t frontier = lookups->ended                    ? INT64_MAX
                       : lookups->watermark == WHEN_NONE ? WHEN_NONE
                                                         : lookups->watermark - ORDER_NS;
    const struct open *turn =
        is_late_next(lookups) ? lookups->late.oldest : lookups->in_order.oldest;
    return turn && start_of(turn) < frontier ? start_of(turn) : frontier;
}

/* They have half of the memory; beyond, or at the end, nobody waits any more. */
static bool is_due(const struct lookups *lookups, const struct open *turn)
{
    return lookups->ended || start_of(turn) + ORDER_NS <= lookups->watermark ||
           lookups->in_order.n + lookups->late.n > lookups->cells_max / 2 || store_is_full(lookups);
}

struct open *turn_take(struct lookups *lookups)
{
    struct queue *queue = is_late_next(lookups) ? &lookups->late : &lookups->in_order;
    if (!queue->oldest || !is_due(lookups, queue->oldest))
        return NULL;
    struct open *turn = queue_take(queue);
    if (queue->oldest) {
        __builtin_prefetch(&lookups->bucket[queue->oldest->hash & lookups->mask], 1);
        CELL_FETCH(queue->oldest->newer); /* it may be NULL */
    }
    return turn;
}
