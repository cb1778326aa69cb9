// SPDX-License-Identifier: BSD-2-Clause
/* The stage's face: sessions in, settled lookups out. */
#include "base/limits.h"
#include "lookup/inside.h"

struct lookups *lookups_new(const struct lookup_options *options)
{
    struct lookups *lookups = memory_get(1, sizeof *lookups);
    store_init(lookups, options->ceiling_bytes);
    lookups->watermark = lookups->clock = WHEN_NONE;
    return lookups;
}

void lookups_free(struct lookups *lookups)
{
    if (!lookups)
        return;
    store_done(lookups);
    memory_free(lookups);
}

/* Puts a session into its lookup, or makes it one. */
static void put(struct lookups *lookups, struct open *turn)
{
    struct tie tie = match_find(lookups, turn);
    if (tie.kind != TIE_NONE) {
        step_join(lookups, &tie, turn);
        return;
    }
    step_first(lookups, turn);
    store_add(lookups, turn);
}

void lookups_add(struct lookups *lookups, const struct session *session, int64_t watermark,
                 bool chosen)
{
    if (watermark > lookups->watermark)
        lookups->watermark = watermark;
    if (!session_in_figures(session) || session->start == WHEN_NONE || session->start > TIME_MOST ||
        session->end > TIME_MOST)
        return;
    if (!session->has_client) {
        if (session->has_question && session->status == STATUS_FAILED)
            orphan_add(lookups, session);
        return;
    }
    if (!session->has_question) {
        lookups->counts.nameless++;
        return;
    }
    if (session->start > lookups->clock)
        lookups->clock = session->start;
    if (session->end > lookups->clock)
        lookups->clock = session->end;
    if (!turn_add(lookups, session, chosen)) {
        lookups->starved = true;
        lookups->counts.refused++;
    }
}

void lookups_end(struct lookups *lookups)
{
    lookups->ended = true;
}

static int64_t start_of(const struct open *open)
{
    return open->first.query[0].first;
}

/* Whether all was answered that this lookup asked for, some time ago, and it found what it was for: it
 * is only kept in case that an answer was lost on its way to the client. */
static bool is_content(const struct lookups *lookups, const struct open *open)
{
    if (open->due > open->latest + REPEAT_NS || open->latest + WALK_OVER_NS >= lookups->clock)
        return false;
    for (unsigned i = 0; i < open->last->n; i++)
        if (open->last->query[i].result == RESULT_FOUND)
            return true;
    return !outcome_may_go_on(lookups, open);
}

/* Where memory is short, what still waits for something steps aside for what does not, up to half of
 * all.  The lookup that leaves before its time. */
static struct open *make_room(struct lookups *lookups)
{
    struct queue *queue = &lookups->queue, *patient = &lookups->patient;
    bool content = false;
    while (queue->oldest && patient->n < queue->n &&
           !(content = is_content(lookups, queue->oldest)))
        queue_add(patient, queue_take(lookups, queue));
    lookups->counts.brief += content;
    lookups->counts.early += !content;
    return queue_take(lookups, queue->oldest && patient->n <= queue->n ? queue : patient);
}

/* The lookup that leaves next, since nothing can belong to it any more; NULL: none for now. */
static struct open *next_open(struct lookups *lookups)
{
    struct queue *queue = &lookups->queue, *patient = &lookups->patient;
    int64_t due = queue->oldest ? queue->oldest->due : INT64_MAX;
    int64_t patient_due = patient->oldest ? patient->oldest->due : INT64_MAX;
    int64_t frontier = turn_frontier(lookups, due < patient_due ? due : patient_due);
    bool over = due < frontier;
    if (patient_due < frontier && (!over || start_of(patient->oldest) <= start_of(queue->oldest)))
        return queue_take(lookups, patient);
    if (over)
        return queue_take(lookups, queue);
    if (!store_is_full(lookups) || queue->n + patient->n == 0)
        return NULL;
    return make_room(lookups);
}

const struct lookup *lookups_next(struct lookups *lookups)
{
    struct open *open, *turn;
    open_free(lookups, lookups->lent);
    lookups->lent = NULL;
    while ((open = next_open(lookups)) == NULL) {
        turn = turn_take(lookups);
        if (!turn)
            return NULL;
        put(lookups, turn);
    }
    lookups->starved = false;
    store_remove(open);
    outcome_settle(lookups, open);
    lookups->lent = open;
    return &lookups->lookup;
}

int64_t lookups_watermark(const struct lookups *lookups)
{
    const struct open *oldest = lookups->queue.oldest, *patient = lookups->patient.oldest;
    int64_t mark = lookups->watermark;
    if (oldest && start_of(oldest) < mark)
        mark = start_of(oldest);
    return patient && start_of(patient) < mark ? start_of(patient) : mark;
}

struct lookup_counts lookups_counts(const struct lookups *lookups)
{
    struct lookup_counts counts = lookups->counts;
    counts.open = lookups->queue.n + lookups->patient.n;
    counts.used_bytes = lookups->pool.used_bytes;
    return counts;
}
