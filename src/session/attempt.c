// SPDX-License-Identifier: BSD-2-Clause
/*
 * Attempts of a session's forward calls.  CoreDNS writes FORWARDER_QUERY and -RESPONSE together
 * when an attempt has ended, and gives all attempts of a call the query time of the call: when a
 * later attempt really began is worked out from what those before it must have taken.
 */
#include "session/live.h"

/* An attempt took the read timeout, scheduling aside. */
#define TIMED_OUT_NS (READ_TIMEOUT_NS - WHEN_SECOND / 10)

static int64_t call_time_of(const struct message *message)
{
    return message->query_time != WHEN_NONE ? message->query_time : message->when;
}

static uint32_t tries_of_call(const struct live *live, int64_t call_time)
{
    uint32_t tries = 0;
    for (const struct attempt *attempt = live->s.attempts; attempt; attempt = attempt->next)
        if (attempt->start == call_time)
            tries += attempt->count;
    return tries;
}

/* A retry storm: all its tries on one upstream become one attempt with a count.  Returns the one
 * that MESSAGE was folded into, NULL where it is no storm yet. */
static struct attempt *fold_storm(struct sessions *sessions, struct live *live,
                                  const struct message *message)
{
    int64_t call_time = call_time_of(message);
    if (live->s.tries < STORM_TRIES || tries_of_call(live, call_time) < STORM_TRIES)
        return NULL;
    struct attempt *kept = NULL, **at = &live->s.attempts;
    live->last_attempt = NULL;
    while (*at) {
        struct attempt *attempt = *at;
        bool folds = attempt->start == call_time && attempt->outcome == OUTCOME_OPEN &&
                     endpoint_same(&attempt->upstream, &message->answerer);
        if (folds && kept) {
            kept->count += attempt->count;
            *at = attempt->next;
            live->s.attempts_kept--;
            pool_put(&sessions->pool, attempt, sizeof *attempt);
            continue;
        }
        if (folds)
            kept = attempt;
        live->last_attempt = attempt;
        at = &attempt->next;
    }
    if (!kept)
        return NULL;
    kept->count++;
    live->s.tries++;
    return kept;
}

struct attempt *attempt_query(struct sessions *sessions, struct live *live,
                              const struct message *message)
{
    live->s.bitmap |= BIT_FQ;
    cold_forwarded(live->stream, message->dns.name, message->dns.name_len, message->dns.type);
    if (live->name_hash != message->dns.name_hash)
        cold_forwarded(live->stream, live->s.name, live->s.name_len, live->s.type);
    if (!live->last_attempt || live->last_attempt->start != call_time_of(message))
        live->calls++;
    struct attempt *attempt = fold_storm(sessions, live, message);
    if (attempt) {
        attempt->ended = live->stream->clock;
        return attempt;
    }
    attempt = live_add_attempt(sessions, live);
    if (!attempt)
        return NULL;
    attempt->upstream = message->answerer;
    attempt->transport = message->transport & 7;
    attempt->start = call_time_of(message);
    attempt->frame_query = message->frame;
    attempt->input_query = message->input;
    attempt->name_hash = message->dns.name_hash;
    attempt->type = message->dns.type;
    attempt->ended = live->stream->clock;
    return attempt;
}

/* The attempt that a response ends: the last one of its call on that upstream. */
static struct attempt *asked(const struct live *live, const struct message *message)
{
    struct attempt *found = NULL;
    for (struct attempt *attempt = live->s.attempts; attempt; attempt = attempt->next)
        if (attempt->outcome == OUTCOME_OPEN &&
            endpoint_same(&attempt->upstream, &message->answerer) &&
            (message->query_time == WHEN_NONE || attempt->start == message->query_time))
            found = attempt;
    return found;
}

/* A reply with the right id to another question, or to none that can be read. */
static bool is_wrong(const struct attempt *attempt, const struct message *message)
{
    if (message->no_payload)
        return false;
    if (message->dns.name_len == 0)
        return true;
    return attempt->name_hash != 0 &&
           (attempt->name_hash != message->dns.name_hash || attempt->type != message->dns.type);
}

/* A storm of answered tries (replies that CoreDNS cannot use): the newest of them, LAST, becomes a
 * count of the first on that upstream.  Other calls may have put theirs behind it; then it stays. */
static void fold_answered(struct sessions *sessions, struct live *live, struct attempt *last)
{
    struct attempt *first = NULL, *before = NULL;
    if (last->next || tries_of_call(live, last->start) <= STORM_TRIES)
        return;
    for (struct attempt *at = live->s.attempts; at != last; at = at->next) {
        if (!first && at->start == last->start && at->outcome != OUTCOME_OPEN &&
            endpoint_same(&at->upstream, &last->upstream))
            first = at;
        before = at;
    }
    if (!first)
        return;
    first->count += last->count;
    before->next = NULL;
    live->last_attempt = before;
    live->s.attempts_kept--;
    pool_put(&sessions->pool, last, sizeof *last);
}

/* The same reply seen before: the process is tapped twice. */
static bool is_sighting(const struct live *live, const struct message *message)
{
    for (const struct attempt *attempt = live->s.attempts; attempt; attempt = attempt->next)
        if (attempt->frame_response && attempt->ended == message->when &&
            endpoint_same(&attempt->upstream, &message->answerer))
            return true;
    return false;
}

/* An attempt whose query frame is not in the capture. */
static struct attempt *attempt_unasked(struct sessions *sessions, struct live *live,
                                       const struct message *message)
{
    struct attempt *attempt =
        live->s.attempts_kept < SESSION_ATTEMPTS_MAX ? live_add_attempt(sessions, live) : NULL;
    if (!attempt)
        return NULL;
    attempt->query_lost = true;
    attempt->upstream = message->answerer;
    attempt->transport = message->transport & 7;
    attempt->start = call_time_of(message);
    attempt->name_hash = message->dns.name_hash;
    attempt->type = message->dns.type;
    if (message->when > live->stream->first + LOSS_FLUSH_NS)
        sessions_prove_loss(sessions, live->stream, message->when, message->input);
    return attempt;
}

void attempt_response(struct sessions *sessions, struct live *live, const struct message *message)
{
    if (is_sighting(live, message) && !live->stream->timeless)
        return;
    struct attempt *attempt = asked(live, message);
    live->s.bitmap |= BIT_FR;
    if (!(message->dns.flags & DNS_RA) && !message->no_payload)
        live->stream->no_ra = true;
    if (!attempt)
        attempt = attempt_unasked(sessions, live, message);
    if (!attempt)
        return;
    attempt->frame_response = message->frame;
    attempt->input_response = message->input;
    attempt->ended = message->when;
    attempt->flags = message->dns.flags;
    attempt->rcode = message->dns.reach == DNS_NOTHING ? RCODE_NONE : message->dns.rcode;
    attempt->outcome = is_wrong(attempt, message) ? OUTCOME_WRONG_REPLY : OUTCOME_ANSWERED;
    fold_answered(sessions, live, attempt);
}

/* Whether an attempt without reply that began at START surely ended before a read timeout: what
 * came behind it in the session did so too soon. */
static bool ended_soon(const struct live *live, const struct attempt *attempt, int64_t start)
{
    if (attempt->count > 1)
        return true;
    for (const struct attempt *next = attempt->next; next; next = next->next)
        if (next->start == attempt->start && next->frame_response)
            return next->ended - start < TIMED_OUT_NS;
    return live->answered && live->s.end != WHEN_NONE && live->s.end - start < TIMED_OUT_NS;
}

static bool has_next_in_call(const struct attempt *attempt)
{
    for (const struct attempt *next = attempt->next; next; next = next->next)
        if (next->start == attempt->start)
            return true;
    return false;
}

/* An attempt without a response frame: did it fail, or was the frame lost?  It failed if CoreDNS
 * went on to another attempt, or was seen to wait for a whole read timeout, or gave an answer that
 * is not this upstream's.  Where frames are lost around it, nothing else tells. */
static enum outcome unanswered(const struct live *live, const struct attempt *attempt,
                               int64_t start, bool soon)
{
    if (has_next_in_call(attempt) || attempt->count > 1)
        return OUTCOME_NO_REPLY;
    if (!soon && attempt->ended != WHEN_NONE && attempt->ended - start >= TIMED_OUT_NS)
        return OUTCOME_NO_REPLY;
    bool usable = live->s.rcode == 0 || live->s.rcode == 3; /* NOERROR, NXDOMAIN */
    if (live->answered && soon)
        return usable && !(live->answer_flags & DNS_AA) ? OUTCOME_UNKNOWN : OUTCOME_NO_REPLY;
    if (!live->answered && loss_touches(&live->stream->loss, start, live->newest))
        return OUTCOME_UNKNOWN;
    return OUTCOME_NO_REPLY;
}

/* No attempt began behind the event that bounds when its frame was written, nor behind the newest
 * event of its stream: what it is taken to have waited for may not have happened. */
static int64_t latest_begin(const struct live *live, const struct attempt *attempt)
{
    int64_t bound = live->bounded != WHEN_NONE ? live->bounded : live->stream->clock;
    if (attempt->ended != WHEN_NONE && attempt->ended > bound)
        bound = attempt->ended;
    return bound > attempt->start ? bound : attempt->start;
}

/* How long an attempt without reply that began at START was waited for, as far as that is certain. */
static void settle_wait(const struct live *live, struct attempt *attempt, int64_t start, bool soon)
{
    int64_t over = live->answered && live->s.end != WHEN_NONE ? live->s.end : WHEN_NONE;
    bool bounded = live->bounded != WHEN_NONE && live->bounded_tries == live->s.tries;
    if (bounded && (over == WHEN_NONE || live->bounded < over))
        over = live->bounded;
    for (const struct attempt *next = attempt->next; next; next = next->next)
        if (next->start == attempt->start && next->frame_response &&
            (over == WHEN_NONE || next->ended < over))
            over = next->ended;
    attempt->quick =
        attempt->count > 1 || (over != WHEN_NONE && over - start < ATTEMPT_QUICK_NS);
    attempt->spent = !soon && attempt->ended != WHEN_NONE && attempt->ended - start >= TIMED_OUT_NS;
}

static void settle_one(struct sessions *sessions, struct live *live, struct attempt *attempt,
                       int64_t start)
{
    bool first = start == attempt->start, kept = live->stream->timeless;
    attempt->began =
        first || start <= latest_begin(live, attempt) ? start : latest_begin(live, attempt);
    attempt->start_exact = first && !(kept && attempt->frame_response);
    if (attempt->outcome == OUTCOME_OPEN) {
        bool soon = ended_soon(live, attempt, start);
        attempt->outcome = (uint8_t)unanswered(live, attempt, start, soon);
        settle_wait(live, attempt, start, soon);
        return;
    }
    if (kept || !attempt->frame_response)
        return;
    attempt->latency_ns = attempt->ended - attempt->began;
    attempt->latency_exact = first; /* the response frame carries the query's time, too */
    if (attempt->latency_ns < 0 || attempt->latency_ns > ABSURD_NS) {
        attempt->latency_ns = WHEN_NONE;
        attempt->latency_exact = false;
        sessions->counts.absurd_times++;
    }
}

/* When ATTEMPT began: behind those before it in its call, whose frames may stand among those of
 * another call of the session.  *LATER: there are such. */
static int64_t begin_of(const struct live *live, const struct attempt *attempt, bool *later)
{
    int64_t start = attempt->start;
    *later = false;
    for (const struct attempt *before = live->s.attempts; before != attempt;
         before = before->next) {
        if (before->start != attempt->start)
            continue;
        *later = true;
        if (before->frame_response)
            start = before->ended > start ? before->ended : start;
        else if (!ended_soon(live, before, start))
            start += READ_TIMEOUT_NS;
    }
    return start;
}

void attempts_settle(struct sessions *sessions, struct live *live)
{
    for (struct attempt *attempt = live->s.attempts; attempt; attempt = attempt->next) {
        bool later;
        int64_t start = begin_of(live, attempt, &later);
        settle_one(sessions, live, attempt, start);
        if (later)
            attempt->start_exact = attempt->latency_exact = false;
    }
}
