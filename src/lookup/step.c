// SPDX-License-Identifier: BSD-2-Clause
/* What a session adds to its lookup: a name that is tried, a type of it that is asked for, an answer,
 * a wait of the stub's timer. */
#include "lookup/inside.h"

struct lookup_query *step_query(struct lookup_step *step, uint16_t type)
{
    for (unsigned i = 0; i < step->n; i++)
        if (step->query[i].type == type)
            return &step->query[i];
    return NULL;
}

int64_t open_stamped(const struct open *open, int64_t when)
{
    return open->at_server ? when + STAMP_NS : when;
}

bool open_lacks_one(const struct open *open)
{
    return open->type[1] != 0 && open->last->n == 1;
}

struct slice step_name(const struct lookup_step *step)
{
    return (struct slice){step->name, step->name_len};
}

void step_free(struct lookups *lookups, struct lookup_step *step)
{
    if (step->name_apart)
        cell_put(lookups, (void *)(uintptr_t)step->name);
    cell_put(lookups, step);
}

void open_free(struct lookups *lookups, struct open *open)
{
    if (!open)
        return;
    list_free(lookups, open->sessions);
    list_free(lookups, open->stalls);
    for (struct lookup_step *step = &open->first, *next; step; step = next) {
        next = step->next;
        step_free(lookups, step);
    }
}

/* The newest step makes room for one too many: search lists are not that long. */
static void drop_newest(struct lookups *lookups, struct open *open)
{
    struct lookup_step *before = &open->first;
    while (before->next != open->last)
        before = before->next;
    step_free(lookups, open->last);
    before->next = NULL;
    open->last = before;
}

static void note_type(struct open *open, uint16_t type)
{
    if (open->type[0] == 0)
        open->type[0] = type;
    else if (open->type[0] != type)
        open->type[1] = type;
}

/* Pauses ------------------------------------------------------------------------------------------- */

static bool is_waiting(const struct open *open, int64_t when)
{
    bool waiting = open_lacks_one(open);
    for (unsigned i = 0; i < open->last->n; i++)
        waiting = waiting || query_is_unanswered(&open->last->query[i], open_stamped(open, when));
    return waiting;
}

static void add_stall(struct lookups *lookups, struct open *open, int64_t gap)
{
    if (open->n_stalls++ < LOOKUP_STALLS_MAX)
        list_add(lookups, &open->stalls, gap);
}

/* Whether the stub had an error right then: it was CoreDNS that took so long. */
static bool had_error(const struct open *open, int64_t when)
{
    for (unsigned i = 0; i < open->last->n; i++) {
        const struct lookup_query *query = &open->last->query[i];
        if (query_has_failed(query, when) ||
            (query->result == RESULT_ERROR && query->answered >= when - WALK_QUICK_NS &&
             query->answered <= open_stamped(open, when)))
            return true;
    }
    return false;
}

/* The stub asked again at WHEN, or went on to the next name, behind a pause.  At the server its
 * answer may have been lost, so that only the stubs' own times tell. */
static void note_pause(struct lookups *lookups, struct open *open, int64_t when)
{
    int64_t gap = when - open->latest;
    bool timer =
        open->at_server ? match_is_timer(gap) && !had_error(open, when) : is_waiting(open, when);
    if (gap >= STALL_NS && timer)
        add_stall(lookups, open, gap);
    if (when > open->latest)
        open->latest = when;
}

/* The session from START on was asked again at TIMES.  Nobody had answered by then: else that were
 * another session. */
static void take_repeats(struct lookups *lookups, struct open *open, int64_t start,
                         struct list *times)
{
    for (const struct list *list = times; list; list = list->next)
        for (size_t i = 0; i < list->n; i++) {
            int64_t when = list->at[i], gap = when - open->latest;
            stub_note_timer(open, when - start, true, true);
            if (gap >= STALL_NS)
                add_stall(lookups, open, gap);
            open->latest = when > open->latest ? when : open->latest;
            start = when;
        }
    list_free(lookups, times);
}

/* -------------------------------------------------------------------------------------------------- */

/* Queries for a name that does not exist. */
static uint32_t missing(const struct lookup_step *step)
{
    uint32_t n = 0;
    for (unsigned i = 0; i < step->n; i++)
        n += step->query[i].result == RESULT_MISSING ? step->query[i].asked : 0;
    return n;
}

/* The walk goes on from the newest step to STEP. */
static void walk_on(struct lookups *lookups, struct open *open, const struct lookup_step *step,
                    size_t base_len)
{
    const struct lookup_step *before = open->last;
    client_learn(lookups, &open->client, step_name(before), step_name(step), base_len,
                 open->base_len == 0);
    open->base_len = (uint8_t)base_len;
    open->wasted += missing(before);
    for (unsigned i = 0; i < before->n; i++) {
        uint8_t result = before->query[i].result;
        open->failed_on |= result == RESULT_ERROR || result == RESULT_HIDDEN;
        open->empty_on |= result == RESULT_EMPTY;
        if (result == RESULT_EMPTY || result == RESULT_ERROR)
            open->evidence |= EVIDENCE_WENT_ON;
    }
}

static void step_hang(struct lookups *lookups, struct open *open, struct lookup_step *step,
                      size_t base_len)
{
    walk_on(lookups, open, step, base_len);
    if (open->n_steps >= LOOKUP_STEPS_MAX)
        drop_newest(lookups, open);
    open->last->next = step;
    open->last = step;
    open->n_steps++;
    note_type(open, step->query[0].type);
}

/* What of TURN bounds what may be said of its lookup. */
static void note_bounds(struct open *open, const struct open *turn,
                        const struct lookup_query *query)
{
    int64_t when = turn->first.query[0].first;
    open->sample_loss |= turn->sample_loss;
    open->capture_edge |= turn->capture_edge;
    open->chosen |= turn->chosen;
    open->inexact |= turn->inexact;
    if (turn->at_server && query && when - query->last >= STALL_NS &&
        !query_is_open(query, open_stamped(open, when)))
        open->inexact = true; /* the answer that it had was lost on its way */
}

static void note_session(struct lookups *lookups, struct open *open, const struct open *turn)
{
    uint32_t n = open->n_sessions++;
    if (n < 2)
        open->number[n] = turn->number[0];
    else if (n < LOOKUP_SESSIONS_MAX)
        list_add(lookups, &open->sessions, (int64_t)turn->number[0]);
    open->queries += turn->first.query[0].asked;
}

static void set_due(struct open *open)
{
    int64_t answered = WHEN_NONE, due = open->latest + GIVE_UP_NS;
    bool over = !open_lacks_one(open);
    for (unsigned i = 0; i < open->last->n; i++) {
        const struct lookup_query *query = &open->last->query[i];
        over = over && !query_is_open(query, INT64_MAX);
        answered = query->answered > answered ? query->answered : answered;
    }
    if (over)
        due = open->at_server ? open->latest + REPEAT_NS : open->latest + PAIR_NS;
    open->due = answered != WHEN_NONE && answered + WALK_NS > due ? answered + WALK_NS : due;
}

void step_first(struct lookups *lookups, struct open *open)
{
    struct list *times = open->stalls;
    open->stalls = NULL;
    open->last = &open->first;
    open->n_steps = 1;
    open->latest = open->first.query[0].first;
    note_type(open, open->first.query[0].type);
    note_session(lookups, open, open);
    if (times)
        take_repeats(lookups, open, open->latest, times);
    set_due(open);
}

/* MORE asks for the other type of STEP: at once, or, seen where CoreDNS is, when the stub's timer has
 * run out; it had sent both at once, and one did not arrive.  glibc's third time is from another port,
 * behind the answer to the first of the two. */
static void note_pair(struct lookup_step *step, const struct lookup_query *more)
{
    const struct lookup_query *query = &step->query[0];
    int64_t gap = more->first - query->first;
    bool same_port = query->port == more->port;
    bool again = query->again > 0 && more->first - query->last < STALL_NS;
    bool answered = query->again > 0 || !query_is_open(query, more->first);
    step->pair = same_port &&
                 (gap <= AT_ONCE_NS || (gap <= PAIR_NS && query_is_unanswered(query, more->first)));
    step->half = (same_port || again) && answered && query_is_retry(gap, true) &&
                 query->result != RESULT_ERROR;
}

/* TURN asks for a type of STEP that was asked for, or not yet. */
static void query_join(struct open *open, struct lookup_step *step, const struct open *turn)
{
    const struct lookup_query *more = &turn->first.query[0];
    struct lookup_query *query = step_query(step, more->type);
    note_bounds(open, turn, query);
    if (query) {
        stub_note_timer(open, more->first - query->last, query->port == more->port,
                        query->id == more->id);
        query_again(query, more, turn->tried);
        return;
    }
    note_pair(step, more);
    step->query[step->n++] = *more;
    note_type(open, more->type);
    stub_note_pair(open, &step->query[0], &step->query[1]);
}

void step_join(struct lookups *lookups, const struct tie *tie, struct open *turn)
{
    struct open *open = tie->open;
    struct list *times = turn->stalls;
    int64_t start = turn->first.query[0].first;
    note_pause(lookups, open, start);
    note_session(lookups, open, turn);
    if (tie->step) {
        query_join(open, tie->step, turn);
        step_free(lookups, &turn->first);
    } else {
        note_bounds(open, turn, NULL);
        step_hang(lookups, open, &turn->first, tie->base_len);
    }
    if (times)
        take_repeats(lookups, open, start, times);
    set_due(open);
}
