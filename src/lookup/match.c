// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which lookup a session belongs to.  The port tells first, then the DNS id, then the names and the
 * time (packets.md section 7): lookups of one name that run side by side have other ports and ids.
 */
#include "lookup/inside.h"

enum { TYPE_A = 1, TYPE_AAAA = 28 };

static bool is_address(uint16_t type)
{
    return type == TYPE_A || type == TYPE_AAAA;
}

bool match_is_about(int64_t gap, int64_t timer)
{
    return gap >= timer - 5 * WHEN_MS && gap <= timer + timer / 20 + 50 * WHEN_MS;
}

bool match_is_timer(int64_t gap)
{
    int64_t musl = 5 * WHEN_SECOND / 2;
    if (gap < STALL_NS || gap > 11 * WHEN_SECOND)
        return false;
    for (int64_t timer = WHEN_SECOND; timer <= 10 * WHEN_SECOND; timer += WHEN_SECOND)
        if (match_is_about(gap, timer))
            return true;
    return match_is_about(gap, musl);
}

/* What a session that waits for its turn asked, and when. */
static const struct lookup_query *asked(const struct open *turn)
{
    return &turn->first.query[0];
}

static int64_t asked_at(const struct open *turn)
{
    return asked(turn)->first;
}

/* How far from each other two times are. */
static int64_t apart(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

/* glibc asks for both of a pair again where one had no answer, for the other one right behind the
 * answer to the first (packets.md section 4.1). */
static bool is_behind_mate(const struct open *open, const struct lookup_query *query,
                           const struct open *turn)
{
    const struct lookup_step *step = open->last;
    const struct lookup_query *mate = &step->query[query == &step->query[0]];
    return step->n == 2 && (query == &step->query[0] || query == &step->query[1]) &&
           mate->last - query->last >= STALL_NS && mate->answered >= mate->last &&
           apart(asked_at(turn), mate->answered) <= WALK_QUICK_NS;
}

/* The same question with the same id: the stub asks again. */
static bool is_repeat(const struct open *open, const struct lookup_query *query,
                      const struct open *turn)
{
    int64_t gap = asked_at(turn) - query->last, by = open_stamped(open, asked_at(turn));
    if (gap > GIVE_UP_NS || gap < -GIVE_UP_NS)
        return false;
    if (query_is_open(query, by))
        return true;
    if (open->at_server && query->answered - query->first >= STALL_NS && gap <= GIVE_UP_NS &&
        asked_at(turn) - query->answered <= WALK_NS)
        return true; /* it lay in CoreDNS's socket while the first was answered */
    if (query->result == RESULT_EMPTY && apart(asked_at(turn), query->answered) <= WALK_QUICK_NS)
        return true; /* "lame", as glibc calls that: taken as a failure */
    /* what was answered is asked for again where the answer was lost on its way, or with the other
     * one of the pair, whose answer was (packets.md section 4.1) */
    return match_is_timer(gap) || match_is_timer(asked_at(turn) - query->first) ||
           is_behind_mate(open, query, turn) ||
           (open->last->n == 2 && (query_is_unanswered(&open->last->query[0], by) ||
                                   query_is_unanswered(&open->last->query[1], by)));
}

/* The same question with another id, from another port: Go asks so once more, at once behind an error
 * and behind 5 s without answer. */
static bool is_anew(const struct lookups *lookups, const struct open *open,
                    const struct lookup_query *query, const struct open *turn)
{
    int64_t gap = asked_at(turn) - query->last, by = open_stamped(open, asked_at(turn));
    if (open->evidence & (EVIDENCE_IDS_NEAR | EVIDENCE_IDS_APART | EVIDENCE_SEQUENTIAL) ||
        !query_is_open(query, by) || query->asked > 1)
        return false;
    if (query->result == RESULT_ERROR && query->answered <= by) {
        const struct client *client = client_find(lookups, &turn->client);
        bool go = open->evidence & EVIDENCE_TWO_PORTS || stub_is_go(client);
        int64_t most = go ? WALK_QUICK_NS : stub_uses_one_port(client) ? -1 : AT_ONCE_NS;
        return asked_at(turn) - query->answered <= most;
    }
    return gap >= 5 * WHEN_SECOND - 5 * WHEN_MS && gap <= 5 * WHEN_SECOND + WHEN_SECOND / 4;
}

/* The same question with another id, from another port, at once behind all answers. */
static bool is_again(const struct open *open, const struct lookup_query *query,
                     const struct open *turn)
{
    int64_t answered = WHEN_NONE;
    for (unsigned i = 0; i < open->last->n; i++) {
        if (query_is_unanswered(&open->last->query[i], open_stamped(open, asked_at(turn))))
            return false;
        if (open->last->query[i].answered > answered)
            answered = open->last->query[i].answered;
    }
    return query->addresses >= ADDRESSES_MANY && apart(asked_at(turn), answered) <= WALK_QUICK_NS;
}

/* The other of A and AAAA, from the same port. */
static bool is_mate_of_port(const struct open *open, const struct lookup_query *mate,
                            const struct open *turn)
{
    int64_t gap = asked_at(turn) - mate->first;
    if (apart(asked_at(turn), mate->first) <= PAIR_NS)
        return true;
    return gap > 0 && gap <= GIVE_UP_NS &&
           (query_is_open(mate, open_stamped(open, asked_at(turn))) || match_is_timer(gap) ||
            asked_at(turn) - mate->answered <= WALK_NS);
}

/* The same from another port: glibc's (single-request-reopen) with AAAA behind the answer to A, Go's
 * at the same time. */
static bool is_mate(const struct open *open, const struct client *client,
                    const struct lookup_query *mate, const struct open *turn)
{
    bool one_port = stub_uses_one_port(client);
    if (mate->type == TYPE_A && !query_is_unanswered(mate, open_stamped(open, asked_at(turn))))
        return asked_at(turn) - mate->answered <= PAIR_NS;
    return !one_port && mate->asked == 1 && query_is_unanswered(mate, asked_at(turn)) &&
           apart(asked_at(turn), mate->first) <= PAIR_NS;
}

/* The same question again. */
static enum tie_kind tie_same_question(const struct lookups *lookups, const struct open *open,
                                       const struct lookup_step *step,
                                       const struct lookup_query *query, const struct open *turn)
{
    const struct lookup_query *mate = &step->query[query == &step->query[0] ? step->n - 1 : 0];
    bool same_port = query->port == asked(turn)->port;
    if (query->id == asked(turn)->id && is_repeat(open, query, turn))
        return same_port ? TIE_PORT : TIE_ID;
    if (step != open->last || same_port)
        return TIE_NONE;
    if (mate->port == asked(turn)->port && apart(asked_at(turn), mate->last) <= PAIR_NS)
        return TIE_PORT; /* beside the other of the pair, which was asked anew */
    return is_anew(lookups, open, query, turn) ? TIE_ANEW
           : is_again(open, query, turn)       ? TIE_AGAIN
                                               : TIE_NONE;
}

/* Another type of the same name: the other of A and AAAA. */
static enum tie_kind tie_same_name(const struct lookups *lookups, const struct open *open,
                                   const struct lookup_step *step, const struct open *turn)
{
    const struct lookup_query *mate = &step->query[0];
    if (step->n != 1 || !is_address(asked(turn)->type) || !is_address(mate->type))
        return TIE_NONE;
    if (mate->port == asked(turn)->port)
        return is_mate_of_port(open, mate, turn) ? TIE_PORT : TIE_NONE;
    const struct client *client = client_find(lookups, &turn->client);
    return step == open->last && is_mate(open, client, mate, turn) ? TIE_MATE : TIE_NONE;
}

/* Whether the stub could go on to the next name then: TIE_WALK behind the last answer, TIE_WALK_LATE
 * where it has waited for one in vain, or where the first query for that name was lost on its way to
 * CoreDNS. */
static enum tie_kind walk_is_due(const struct open *open, const struct open *turn, int64_t *gap)
{
    int64_t answered = WHEN_NONE, when = asked_at(turn), by = open_stamped(open, when);
    bool waiting = open_lacks_one(open) && !turn->inexact, hidden = false, unknown = false;
    for (unsigned i = 0; i < open->last->n; i++) {
        const struct lookup_query *query = &open->last->query[i];
        if (query_is_unanswered(query, by))
            waiting = true;
        else if (query->result == RESULT_FOUND)
            return TIE_NONE;
        else if (query->answered > answered)
            answered = query->answered;
        hidden |= query->result == RESULT_HIDDEN;
        unknown |= query->result == RESULT_UNKNOWN;
    }
    *gap = apart(when, waiting ? open->latest : answered);
    if (!waiting && *gap <= WALK_NS)
        return TIE_WALK;
    if (!waiting && !turn->at_server)
        return TIE_NONE;
    bool late =
        match_is_timer(*gap) || (hidden && *gap <= GIVE_UP_NS) || (unknown && *gap <= WALK_NS);
    return late ? TIE_WALK_LATE : TIE_NONE;
}

static bool asks_for(const struct open *open, uint16_t type)
{
    return open->type[0] == type || open->type[1] == type;
}

static enum tie_kind tie_next_name(const struct lookups *lookups, const struct open *open,
                                   const struct open *turn, struct tie *tie)
{
    if (!asks_for(open, asked(turn)->type))
        return TIE_NONE;
    enum tie_kind kind = walk_is_due(open, turn, &tie->distance);
    if (kind == TIE_NONE)
        return kind;
    struct slice x = step_name(open->last), y = step_name(&turn->first);
    bool quick = kind == TIE_WALK && tie->distance <= WALK_QUICK_NS;
    if (open->base_len > 0)
        tie->base_len = name_goes_on(lookups, open, y, quick) ? open->base_len : 0;
    else
        tie->base_len = name_follows(lookups, &turn->client, x, y, quick);
    return tie->base_len > 0 ? kind : TIE_NONE;
}

static struct lookup_step *step_of_name(struct open *open, const struct open *turn)
{
    for (struct lookup_step *step = &open->first; step; step = step->next)
        if (step->name_len == turn->first.name_len &&
            memcmp(step->name, turn->first.name, turn->first.name_len) == 0)
            return step;
    return NULL;
}

/* How TURN would belong to OPEN. */
static struct tie tie_to(const struct lookups *lookups, struct open *open, const struct open *turn)
{
    struct tie tie = {.open = open, .step = step_of_name(open, turn)};
    if (!tie.step) {
        tie.kind = tie_next_name(lookups, open, turn, &tie);
        return tie;
    }
    const struct lookup_query *query = step_query(tie.step, asked(turn)->type);
    tie.kind = query ? tie_same_question(lookups, open, tie.step, query, turn)
                     : tie_same_name(lookups, open, tie.step, turn);
    tie.distance = apart(asked_at(turn), open->latest);
    return tie;
}

struct tie match_find(const struct lookups *lookups, const struct open *turn)
{
    struct tie best = {.kind = TIE_NONE};
    struct open *open = store_of(lookups->bucket[turn->hash & lookups->mask], turn->hash);
    for (int n = 0; open && n < CANDIDATES_MAX; open = store_of(open->chain, turn->hash), n++) {
        if (!endpoint_same_addr(&open->client, &turn->client))
            continue;
        struct tie tie = tie_to(lookups, open, turn);
        if (tie.kind > best.kind ||
            (tie.kind == best.kind && tie.kind != TIE_NONE && tie.distance <= best.distance))
            best = tie;
    }
    return best;
}
