// SPDX-License-Identifier: BSD-2-Clause
/* What went wrong, and the suspects that it points to.  Charges are kept as counts by their list of
 * suspects (a docket), so that a hundred million failures take as much room as one. */
#include "base/limits.h"
#include "finding/inside.h"

/* Of what points to a finding, this share must be explained by another for it to be caused by it. */
#define CAUSED_SHARE 0.9

enum harm harm_of_session(const struct session *session, int64_t slow_ns)
{
    if (session->status == STATUS_FAILED)
        return HARM_FAILED;
    if (session->waited_ns != WHEN_NONE && session->waited_ns >= STALLED_NS)
        return HARM_STALLED;
    return session_is_slow(session, slow_ns) ? HARM_SLOW : HARM_NONE;
}

bool asks_as_stub(const struct lookup *lookup)
{
    enum stub_why why = STUB_WHY_NOTHING;
    return lookup_stub(lookup, &why) != STUB_UNKNOWN && why != STUB_WHY_CLIENT;
}

static bool has_timer(const struct lookup *lookup)
{
    bool found = false;
    for (size_t i = 0; i < lookup_stalls(lookup); i++)
        found |= lookup_is_timer(lookup_stall(lookup, i));
    return found;
}

/* Seen at CoreDNS alone: it was answered and asked again all the same, though neither a stub's habits nor
 * its timers show.  That may be a program's own rhythm; that it waited is not proven. */
static bool asks_by_habit(const struct lookup *lookup)
{
    bool answered = true;
    for (const struct lookup_step *step = lookup->steps; step != NULL; step = step->next)
        for (unsigned i = 0; i < step->n; i++) {
            const struct lookup_query *query = &step->query[i];
            answered &= query->tries == 0 && query->answered != WHEN_NONE &&
                        query->result != RESULT_HIDDEN && query->result != RESULT_ERROR;
        }
    return answered && !(asks_as_stub(lookup) && has_timer(lookup));
}

enum harm harm_of_lookup(const struct lookup *lookup, int64_t slow_ns)
{
    if (lookup->outcome == LOOKUP_FAILED || lookup->outcome == LOOKUP_TIMED_OUT)
        return HARM_FAILED;
    if (lookup->at_server && lookup->n_stalls != 0 && asks_by_habit(lookup))
        return HARM_NONE;
    if (lookup->n_stalls != 0 ||
        (lookup->waited_ns != WHEN_NONE && lookup->waited_ns >= STALLED_NS))
        return HARM_STALLED;
    return lookup_is_slow(lookup, slow_ns) ? HARM_SLOW : HARM_NONE;
}

/* It says how an upstream did with attempts. */
static bool is_of_attempts(enum finding_id id)
{
    return id >= FINDING_WRONG_REPLY && id <= FINDING_UPSTREAM_ERROR;
}

/* Roots first; of equals, the one that came up first. */
static bool before(const struct suspect *a, const struct suspect *b)
{
    if (a->subject.id != b->subject.id)
        return a->subject.id < b->subject.id;
    if (a->rank != b->rank)
        return a->rank < b->rank;
    return a->number < b->number;
}

void charge_add(struct charge *charge, struct suspect *suspect)
{
    size_t place = charge->n;
    if (suspect == NULL)
        return;
    for (size_t i = 0; i < charge->n; i++)
        if (charge->suspects[i] == suspect)
            return;
    while (place > 0 && before(suspect, charge->suspects[place - 1]))
        place--;
    if (place == DOCKET_MAX)
        return;
    if (charge->n < DOCKET_MAX)
        charge->n++;
    for (size_t i = charge->n - 1; i > place; i--)
        charge->suspects[i] = charge->suspects[i - 1];
    charge->suspects[place] = suspect;
}

/* NULL: there are too many lists of suspects. */
static struct docket *docket_of(struct findings *findings, const struct charge *charge)
{
    struct docket_key key = {{0}};
    bool added = false;
    for (size_t i = 0; i < charge->n; i++)
        key.suspects[i] = 1 + charge->suspects[i]->number;
    struct docket *docket = map_add(findings->dockets, &key, sizeof key, &added);
    if (docket == NULL)
        findings->folded_dockets++;
    if (!added)
        return docket;
    docket->key = key;
    for (unsigned harm = 0; harm < HARMS; harm++)
        docket->first[harm] = docket->last[harm] = WHEN_NONE;
    return docket;
}

/* Where there is no room, the one that has waited longest for its lookup goes. */
static struct charged *add_charged(struct findings *findings, uint64_t number)
{
    if (lru_count(findings->charged) == LIMIT_CHARGED)
        lru_remove(findings->charged, lru_oldest(findings->charged));
    return lru_add(findings->charged, &number);
}

static void recall(const struct findings *findings, const struct docket *docket,
                   struct charge *charge)
{
    for (size_t i = 0; i < DOCKET_MAX && docket != NULL && docket->key.suspects[i] != 0; i++)
        charge_add(charge, map_at(findings->suspects, docket->key.suspects[i] - 1));
}

/* What the session of OUTER points to stands in front of what INNER, asked for it elsewhere, does. */
static void stand_in_front(const struct charge *outer, const struct charge *inner)
{
    for (size_t i = 0; i < outer->n; i++) {
        bool both = false;
        for (size_t k = 0; k < inner->n; k++)
            both = both || inner->suspects[k] == outer->suspects[i];
        if (!both && is_of_attempts(outer->suspects[i]->subject.id))
            outer->suspects[i]->front = true;
    }
}

static void count_session(struct findings *findings, struct docket *docket, enum harm harm,
                          bool more)
{
    uint64_t *count = docket != NULL         ? &docket->sessions[harm]
                      : harm >= HARM_STALLED ? &findings->unexplained_sessions
                                             : NULL;
    if (count != NULL)
        *count = more ? *count + 1 : *count - 1;
}

void ledger_session(struct findings *findings, const struct session *session,
                    const struct charge *charge, enum harm harm)
{
    struct charge whole = *charge;
    struct charged *charged =
        findings->awaited != 0 ? lru_find(findings->charged, &session->number) : NULL;
    if (charged != NULL) { /* those that it caused came first */
        struct charge inner = {.n = 0};
        recall(findings, charged->docket, &inner);
        if (charged->server != session->server)
            stand_in_front(charge, &inner);
        recall(findings, charged->docket, &whole);
    }
    struct docket *docket = whole.n != 0 ? docket_of(findings, &whole) : NULL;
    count_session(findings, docket, harm, true);
    if (harm == HARM_NONE)
        return;
    struct docket *own = docket;
    if (charged != NULL)
        own = charge->n != 0 ? docket_of(findings, charge) : NULL;
    else
        charged = add_charged(findings, session->number);
    *charged = (struct charged){
        .docket = docket, .own = own, .server = session->server, .harm = (uint8_t)harm};
}

void ledger_child(struct findings *findings, const struct session *session,
                  const struct charge *charge)
{
    struct charge outer = {.n = 0}, whole = *charge;
    struct charged *charged = lru_find(findings->charged, &session->parent);
    if (charged == NULL) {
        charged = add_charged(findings, session->parent);
        *charged = (struct charged){.server = session->server, .awaited = true};
        findings->awaited++;
    }
    recall(findings, charged->own, &outer);
    if (!charged->awaited && charged->server != session->server)
        stand_in_front(&outer, charge);
    recall(findings, charged->docket, &whole);
    struct docket *docket = docket_of(findings, &whole);
    if (!charged->awaited) {
        count_session(findings, charged->docket, (enum harm)charged->harm, false);
        count_session(findings, docket, (enum harm)charged->harm, true);
    }
    charged->docket = docket;
}

void ledger_add(struct findings *findings, uint64_t number, struct suspect *suspect)
{
    struct charge whole = {.n = 0};
    struct charged *charged = lru_find(findings->charged, &number);
    if (charged == NULL || suspect == NULL)
        return;
    recall(findings, charged->docket, &whole);
    charge_add(&whole, suspect);
    struct docket *docket = docket_of(findings, &whole);
    if (!charged->awaited) {
        count_session(findings, charged->docket, (enum harm)charged->harm, false);
        count_session(findings, docket, (enum harm)charged->harm, true);
    }
    charged->docket = docket;
}

void ledger_recall(struct findings *findings, const struct lookup *lookup, struct charge *charge)
{
    for (size_t i = 0; i < lookup_sessions(lookup); i++) {
        uint64_t number = lookup_session(lookup, i);
        const struct charged *charged = lru_find(findings->charged, &number);
        if (charged != NULL)
            recall(findings, charged->docket, charge);
    }
}

void ledger_lookup(struct findings *findings, const struct lookup *lookup, struct charge *charge,
                   enum harm harm)
{
    struct docket *docket = charge->n != 0 ? docket_of(findings, charge) : NULL;
    findings->lookups_by_harm[harm]++;
    if (docket == NULL) {
        findings->unexplained_lookups += harm >= HARM_STALLED;
        return;
    }
    docket->lookups[harm]++;
    if (docket->first[harm] == WHEN_NONE || lookup->start < docket->first[harm])
        docket->first[harm] = lookup->start;
    if (docket->last[harm] == WHEN_NONE || lookup->start > docket->last[harm])
        docket->last[harm] = lookup->start;
}

static struct suspect *suspect_in(const struct findings *findings, const struct docket *docket,
                                  size_t i)
{
    if (i == DOCKET_MAX || docket->key.suspects[i] == 0)
        return NULL;
    return map_at(findings->suspects, docket->key.suspects[i] - 1);
}

/* The first that was found guilty, and does not only stand in front of another who was. */
static struct finding_row *root_of(const struct findings *findings, const struct docket *docket)
{
    struct finding_row *front = NULL;
    struct suspect *suspect;
    for (size_t i = 0; (suspect = suspect_in(findings, docket, i)) != NULL; i++) {
        if (suspect->finding == NULL)
            continue;
        if (!suspect->front)
            return suspect->finding;
        front = front == NULL ? suspect->finding : front;
    }
    return front;
}

/* How much of what points to ROW there is, and how much of that each other row explains. */
static const struct finding_row *cause_of(const struct findings *findings,
                                          const struct finding_row *row, uint64_t *by_row)
{
    uint64_t all = 0;
    size_t most = 0;
    bool front = false;
    for (size_t i = 0; i < findings->n_rows; i++)
        by_row[i] = 0;
    for (size_t d = 0; d < map_count(findings->dockets); d++) {
        const struct docket *docket = map_at(findings->dockets, d);
        const struct finding_row *root = root_of(findings, docket);
        const struct suspect *suspect = NULL;
        for (size_t i = 0; (suspect = suspect_in(findings, docket, i)) != NULL; i++)
            if (suspect->finding == row)
                break;
        if (suspect == NULL)
            continue;
        front = front || suspect->front;
        uint64_t weight = 0;
        for (unsigned harm = 0; harm < HARMS; harm++)
            weight += docket->sessions[harm] + docket->lookups[harm];
        all += weight;
        for (size_t i = 0; i < findings->n_rows; i++)
            if (findings->rows[i] == root)
                by_row[i] += weight;
    }
    for (size_t i = 0; i < findings->n_rows; i++)
        if (by_row[i] > by_row[most])
            most = i;
    /* Of two upstreams that are down the second is not down because of the first, unless it asks it. */
    if (all == 0 || findings->rows[most] == row ||
        (findings->rows[most]->key == row->key && !front) ||
        (double)by_row[most] < CAUSED_SHARE * (double)all)
        return NULL;
    return findings->rows[most];
}

/* What is caused by something that is caused itself is caused by the root of both. */
static void find_roots(struct findings *findings)
{
    for (size_t i = 0; i < findings->n_rows; i++) {
        const struct finding_row *cause = findings->rows[i]->caused_by;
        for (size_t k = 0; k < findings->n_rows && cause != NULL && cause->caused_by != NULL; k++)
            cause = cause->caused_by;
        if (cause != NULL && (cause->caused_by != NULL || cause == findings->rows[i]))
            cause = NULL;
        findings->rows[i]->caused_by = cause;
    }
}

/* What explains a failure is at least an error; so is what went wrong with the other attempts of the
 * same session, each of which would have saved it. */
static void raise_severity(const struct findings *findings, const struct docket *docket)
{
    const struct suspect *suspect, *root = NULL;
    if (docket->sessions[HARM_FAILED] + docket->lookups[HARM_FAILED] == 0)
        return;
    for (size_t i = 0; (suspect = suspect_in(findings, docket, i)) != NULL; i++) {
        if (suspect->finding == NULL)
            continue;
        bool guilty = root == NULL ||
                      (is_of_attempts(root->subject.id) && is_of_attempts(suspect->subject.id));
        root = root == NULL ? suspect : root;
        if (guilty && suspect->finding->caused_by == NULL &&
            suspect->finding->severity == SEVERITY_WARNING)
            suspect->finding->severity = SEVERITY_ERROR;
    }
}

static void settle_docket(struct findings *findings, const struct docket *docket)
{
    struct finding_row *root = root_of(findings, docket);
    uint64_t sessions = docket->sessions[HARM_STALLED] + docket->sessions[HARM_FAILED];
    uint64_t lookups = docket->lookups[HARM_STALLED] + docket->lookups[HARM_FAILED];
    if (root == NULL) {
        findings->unexplained_sessions += sessions;
        findings->unexplained_lookups += lookups;
        return;
    }
    root->sessions += sessions;
    root->lookups += lookups;
    root->failed_sessions += docket->sessions[HARM_FAILED];
    root->failed_lookups += docket->lookups[HARM_FAILED];
}

void ledger_settle(struct findings *findings)
{
    uint64_t *by_row = memory_get(findings->n_rows + 1, sizeof *by_row);
    for (size_t d = 0; d < map_count(findings->dockets); d++)
        settle_docket(findings, map_at(findings->dockets, d));
    for (size_t i = 0; i < findings->n_rows; i++)
        findings->rows[i]->caused_by = cause_of(findings, findings->rows[i], by_row);
    find_roots(findings);
    for (size_t d = 0; d < map_count(findings->dockets); d++)
        raise_severity(findings, map_at(findings->dockets, d));
    memory_free(by_row);
}

/* Whether DOCKET points to SUSPECT, or to one of the same finding, and to nobody before it that was
 * found guilty. */
static bool is_left_to(const struct findings *findings, const struct docket *docket,
                       const struct suspect *suspect)
{
    const struct suspect *one;
    size_t i = 0;
    while ((one = suspect_in(findings, docket, i)) != NULL && one != suspect &&
           one->finding == NULL)
        i++;
    return one == suspect ||
           (one != NULL && suspect->finding != NULL && one->finding == suspect->finding);
}

uint64_t ledger_sessions_left_to(const struct findings *findings, const struct suspect *suspect,
                                 enum harm harm)
{
    uint64_t n = 0;
    for (size_t d = 0; d < map_count(findings->dockets); d++) {
        const struct docket *docket = map_at(findings->dockets, d);
        for (unsigned h = harm; h < HARMS && is_left_to(findings, docket, suspect); h++)
            n += docket->sessions[h];
    }
    return n;
}

uint64_t ledger_harmed(const struct findings *findings, const struct suspect *suspect,
                       enum harm harm)
{
    uint64_t sessions = 0, lookups = 0;
    for (size_t d = 0; d < map_count(findings->dockets); d++) {
        const struct docket *docket = map_at(findings->dockets, d);
        const struct suspect *one;
        for (size_t i = 0; (one = suspect_in(findings, docket, i)) != NULL; i++)
            for (unsigned h = harm; one == suspect && h < HARMS; h++) {
                sessions += docket->sessions[h];
                lookups += docket->lookups[h];
            }
    }
    return sessions > lookups ? sessions : lookups;
}

uint64_t ledger_left_to(const struct findings *findings, const struct suspect *suspect,
                        enum harm harm, int64_t *first, int64_t *last)
{
    uint64_t n = 0;
    *first = *last = WHEN_NONE;
    for (size_t d = 0; d < map_count(findings->dockets); d++) {
        const struct docket *docket = map_at(findings->dockets, d);
        if (!is_left_to(findings, docket, suspect))
            continue;
        for (unsigned h = harm; h < HARMS; h++) {
            n += docket->lookups[h];
            if (docket->first[h] != WHEN_NONE && (*first == WHEN_NONE || docket->first[h] < *first))
                *first = docket->first[h];
            if (docket->last[h] > *last)
                *last = docket->last[h];
        }
    }
    return n;
}
