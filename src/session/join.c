// SPDX-License-Identifier: BSD-2-Clause
/*
 * The upstream leg.  FORWARDER frames of one query time are one forward call.  A call is tied to
 * its session by the client's address where the generation taps it (1.8.2-1.14.4), else by id,
 * question and time.  What fits more than one session equally well is ambiguous, never guessed.
 */
#include "dns/name.h"
#include "dns/probe.h"
#include "session/live.h"

struct choice {
    struct live *best;   /* by time */
    struct live *oldest; /* of those that fit */
    int64_t best_delay, second_delay;
    int n;
    bool client; /* the asker is the client */
};

static bool same_call(const struct live *live, int64_t call_time)
{
    for (const struct attempt *attempt = live->s.attempts; attempt; attempt = attempt->next)
        if (attempt->start == call_time)
            return true;
    return false;
}

/* The session whose forward call this frame continues: among those of the client, where the asker
 * is one, then among those of the id. */
static struct live *find_call(struct sessions *sessions, struct stream *stream,
                              const struct message *message)
{
    struct live *live = NULL;
    if (message->asker.len > 0 && stream_asker(stream) != ASKER_SOCKET)
        live = live_of_client(sessions, stream, &message->asker, message->dns.id);
    for (int n = 0; live && n < CANDIDATES_MAX; live = live_next_client(live), n++)
        if (live_same_client(live, stream, message) && same_call(live, message->query_time))
            return live;
    live = live_of_id(sessions, stream, message->dns.id);
    for (int n = 0; live && n < CANDIDATES_MAX; live = live_next_id(live), n++)
        if (live->stream == stream && live->s.id == message->dns.id &&
            same_call(live, message->query_time))
            return live;
    return NULL;
}

/* 1.7: a response without query time belongs to the newest open attempt on that upstream. */
static struct live *find_timeless(struct sessions *sessions, struct stream *stream,
                                  const struct message *message)
{
    struct live *found = NULL, *live = live_of_id(sessions, stream, message->dns.id);
    for (int n = 0; live && n < CANDIDATES_MAX; live = live_next_id(live), n++) {
        const struct attempt *last = live->last_attempt;
        if (live->stream != stream || live->s.id != message->dns.id || live->answered || !last ||
            last->outcome == OUTCOME_ANSWERED ||
            !endpoint_same(&last->upstream, &message->answerer))
            continue;
        if (!found || last->frame_query > found->last_attempt->frame_query)
            found = live;
    }
    return found;
}

/* 1.7 keeps the true query time of attempts that failed and overwrites that of the answered one:
 * a later attempt of a call lies one or more read timeouts behind its first. */
static struct live *find_late_attempt(struct sessions *sessions, struct stream *stream,
                                      const struct message *message)
{
    struct live *live = live_of_id(sessions, stream, message->dns.id);
    for (int n = 0; live && n < CANDIDATES_MAX; live = live_next_id(live), n++) {
        const struct attempt *last = live->last_attempt;
        if (live->stream != stream || live->s.id != message->dns.id || live->query_seen || !last ||
            last->outcome == OUTCOME_ANSWERED || !live_same_question(live, &message->dns))
            continue;
        int64_t apart = message->query_time - last->start, tried = (int64_t)live->s.tries;
        /* While every upstream is held to be down, calls give up after one try and clients ask
         * again at once, which looks the same. */
        if (stream->lone_failure != WHEN_NONE && last->start - stream->lone_failure < 2 * SETTLE_NS)
            continue;
        if (apart >= tried * READ_TIMEOUT_NS - WHEN_MS && apart < (tried + 1) * READ_TIMEOUT_NS)
            return live;
    }
    return NULL;
}

/* Forwarding of the same question has begun already: another call of it is another session's. */
static bool has_call_of(const struct live *live, const struct message *message)
{
    return live->calls > 0 && live->own_call && live_same_question(live, &message->dns);
}

static void consider(struct choice *choice, struct live *live, int64_t call_time)
{
    int64_t delay = call_time - live->s.start;
    choice->n++;
    if (!choice->oldest || live->s.start < choice->oldest->s.start)
        choice->oldest = live;
    if (!choice->best || delay < choice->best_delay) {
        choice->second_delay = choice->best ? choice->best_delay : INT64_MAX;
        choice->best = live;
        choice->best_delay = delay;
    } else if (delay < choice->second_delay) {
        choice->second_delay = delay;
    }
}

/* A further call of the same question (the next forward line): it begins when the one before has
 * ended, as far as its frames tell or its tries may have lasted. */
static bool goes_on(const struct live *live, int64_t call_time)
{
    const struct attempt *last = live->last_attempt;
    if (!last || last->ended == WHEN_NONE)
        return true;
    int64_t timed_out = last->start + (int64_t)live->s.tries * READ_TIMEOUT_NS;
    return (call_time >= last->ended - FORWARD_DELAY_NS &&
            call_time <= last->ended + FORWARD_DELAY_NS) ||
           (call_time >= timed_out && call_time <= timed_out + 2 * FORWARD_DELAY_NS);
}

/* Renamed queries (rewrite, autopath) fit by id and time alone: at the start of the session, or
 * when the call before has just ended. */
static bool fits_renamed(const struct live *live, const struct message *message, bool client)
{
    if (message->no_payload || !live->payload)
        return true;
    if (client)
        return true;
    int64_t delay = message->query_time - live->s.start;
    if (live->s.type != message->dns.type)
        return false;
    if (delay <= FORWARD_DELAY_NS)
        return true;
    const struct attempt *last = live->last_attempt;
    return last && last->ended != WHEN_NONE &&
           message->query_time >= last->ended - FORWARD_DELAY_NS &&
           message->query_time <= last->ended + FORWARD_DELAY_NS;
}

enum round { ROUND_SAME_NEW, ROUND_SAME, ROUND_RENAMED };

static struct live *first_candidate(struct sessions *sessions, struct stream *stream,
                                    const struct message *message, bool client)
{
    return client ? live_of_client(sessions, stream, &message->asker, message->dns.id)
                  : live_of_id(sessions, stream, message->dns.id);
}

static struct choice candidates(struct sessions *sessions, struct stream *stream,
                                const struct message *message, bool client, enum round round)
{
    struct choice choice = {.second_delay = INT64_MAX, .client = client};
    struct live *live = first_candidate(sessions, stream, message, client);
    for (int n = 0; live && n < CANDIDATES_MAX;
         live = client ? live_next_client(live) : live_next_id(live), n++) {
        if (live->stream != stream || live->s.id != message->dns.id || live->answered ||
            !live->s.has_client || live->s.start > message->query_time ||
            (client && !endpoint_same(&live->s.client, &message->asker)))
            continue;
        bool same = live_same_question(live, &message->dns);
        bool fits = round == ROUND_RENAMED    ? !same && fits_renamed(live, message, client)
                    : round == ROUND_SAME_NEW ? same && !has_call_of(live, message)
                                              : same && (live->s.join == JOIN_AMBIGUOUS ||
                                                         goes_on(live, message->query_time));
        if (fits)
            consider(&choice, live, message->query_time);
    }
    return choice;
}

static struct choice choose(struct sessions *sessions, struct stream *stream,
                            const struct message *message, bool client)
{
    struct choice choice = {0};
    for (enum round round = ROUND_SAME_NEW; round <= ROUND_RENAMED && choice.n == 0; round++)
        choice = candidates(sessions, stream, message, client, round);
    return choice;
}

/* CoreDNS forwards within FORWARD_DELAY_NS of the query, nearly always within SOON_NS: where only one
 * of several sessions began so shortly before the call, it is that one's. */
static bool is_clear(const struct choice *choice)
{
    int64_t best = choice->best_delay, second = choice->second_delay;
    if (choice->n == 1)
        return true;
    return (best <= FORWARD_DELAY_NS && second > FORWARD_DELAY_NS + best * 8) ||
           (best <= SOON_NS && second >= WHEN_MS && second > best * 10);
}

static struct live *take(struct choice *choice, struct sessions *sessions, struct stream *stream,
                         const struct message *message)
{
    if (is_clear(choice)) {
        if (choice->best->s.join != JOIN_AMBIGUOUS)
            choice->best->s.join = choice->client ? JOIN_EXACT : JOIN_UNIQUE;
        return choice->best;
    }
    bool client = choice->client;
    struct live *live = first_candidate(sessions, stream, message, client);
    for (int n = 0; live && n < CANDIDATES_MAX;
         live = client ? live_next_client(live) : live_next_id(live), n++)
        if (live->stream == stream && !live->answered && live->s.has_client &&
            live->s.id == message->dns.id && live_same_question(live, &message->dns) &&
            live->s.start <= message->query_time &&
            (!choice->client || endpoint_same(&live->s.client, &message->asker)))
            live->s.join = JOIN_AMBIGUOUS;
    choice->oldest->s.join = JOIN_AMBIGUOUS;
    return choice->oldest;
}

/* Work that no client waits for: without an asker (1.14.3-1.14.4), in the wake of an answer from
 * the cache to the same question and id, or over TCP where no upstream is used by TCP anyway. */
static bool is_refresh(const struct sessions *sessions, const struct stream *stream,
                       const struct message *message)
{
    bool tcp = message->transport == TRANSPORT_TCP;
    int64_t most = tcp            ? SETTLE_NS
                   : stream->late ? 0
                                  : FORWARD_DELAY_NS; /* late: its client may be to come */
    if (message->asker.len == 0 && stream->stated && (tcp || stream_asker(stream) != ASKER_SOCKET))
        return true;
    return recent_is(sessions, stream, message, most) ||
           (tcp && !stream->tcp_upstream && !stream->late);
}

/* A call that fits no open session. */
static struct live *lone_call(struct sessions *sessions, struct stream *stream,
                              const struct message *message, bool refresh)
{
    struct live *live = live_new(sessions, stream, message, message->when);
    if (!live)
        return NULL;
    live->s.join = JOIN_NONE;
    live->refresh = live->s.background = refresh;
    live->probe = dns_is_probe(&message->dns);
    if (live->probe)
        live->s.background = true;
    enum asker asker = stream_asker(stream);
    if (!refresh && !stream->late && asker == ASKER_CLIENT && message->asker.len > 0) {
        live->s.client = message->asker;
        live->s.has_client = true;
        live->s.join = JOIN_EXACT;
        live_index_client(sessions, live);
    }
    live_index_id(sessions, live);
    settle_schedule(sessions, live, stream->clock + HOLD_ANSWERED_NS);
    if (refresh || stream->late || (message->no_payload && !live->s.has_client))
        return live;
    if (message->query_time > stream->first + SETTLE_NS && message->query_time != WHEN_NONE) {
        sessions_prove_loss(sessions, stream, message->query_time, message->input);
        live->query_proven = true;
    } else {
        live->edge = true;
    }
    return live;
}

static struct live *place_call(struct sessions *sessions, struct stream *stream,
                               const struct message *message)
{
    struct choice choice = {0};
    if (stream->late)
        return lone_call(sessions, stream, message, is_refresh(sessions, stream, message));
    if (message->asker.len > 0 && stream_asker(stream) != ASKER_SOCKET) {
        choice = choose(sessions, stream, message, true);
        if (choice.n > 0)
            stream->asker_hits++;
        else if (message->transport != TRANSPORT_TCP)
            stream->asker_misses++;
    }
    /* 1.14.3-1.14.4 tap no asker for a refresh, and the client for all else */
    bool by_id = stream_asker(stream) == ASKER_SOCKET ||
                 (stream_asker(stream) == ASKER_UNKNOWN && message->asker.len > 0);
    if (choice.n == 0 && (by_id || (stream->asker_hits == 0 && message->asker.len > 0))) {
        choice = choose(sessions, stream, message, false);
        /* a version may be stated wrongly: until the data decide only what is certain counts */
        if (!by_id && (choice.n != 1 || choice.best_delay > FORWARD_DELAY_NS ||
                       !live_same_question(choice.best, &message->dns)))
            choice.n = 0;
    }
    if (choice.n == 0)
        return lone_call(sessions, stream, message, is_refresh(sessions, stream, message));
    struct live *live = take(&choice, sessions, stream, message);
    if (message->transport == TRANSPORT_TCP && live->s.transport != TRANSPORT_TCP)
        stream->tcp_upstream = true;
    return live;
}

static struct live *find_session(struct sessions *sessions, struct stream *stream,
                                 const struct message *message)
{
    if (message->query_time == WHEN_NONE)
        return find_timeless(sessions, stream, message);
    struct live *live = find_call(sessions, stream, message);
    if (!live && stream->timeless && !message->response)
        live = find_late_attempt(sessions, stream, message);
    return live;
}

/* Follows how the upstream does, for what a single unanswered query to it may mean. */
static void note_path(struct stream *stream, struct live *live, const struct message *message)
{
    struct path *path = stream_path(stream, &message->answerer);
    if (!path)
        return;
    if (message->response) {
        path->answered = stream->clock;
        path->unanswered = 0;
        stream->unbounded = NULL;
        return;
    }
    live->healthy = path->answered != WHEN_NONE &&
                    stream->clock - path->answered < CALL_DEADLINE_NS && path->unanswered == 0;
    path->unanswered++;
    stream->unbounded = live;
}

/* Takes a FORWARDER or RESOLVER message to its session. */
void join_message(struct sessions *sessions, struct stream *stream, const struct message *message)
{
    struct live *live = find_session(sessions, stream, message);
    if (!live)
        live = place_call(sessions, stream, message);
    if (!live)
        return;
    sessions->touched = live;
    live->s.inputs |= UINT64_C(1) << (message->input < 63 ? message->input : 63);
    if (!message->response && live->copies > 1 && live->last_attempt &&
        live->last_attempt->start == message->query_time && live->s.tries % live->copies != 0)
        return; /* tapped twice */
    if (message->response)
        attempt_response(sessions, live, message);
    else
        attempt_query(sessions, live, message);
    note_path(stream, live, message);
    if (live_same_question(live, &message->dns))
        live->own_call = true;
    else if (live->query_seen && live->payload)
        stream->renames = true;
    if (message->when > live->newest)
        live->newest = message->when;
    live->written = stream->clock;
}

static bool same_question(const struct live *a, const struct live *b)
{
    return a->name_hash == b->name_hash && a->s.type == b->s.type &&
           a->s.name_len == b->s.name_len &&
           dns_name_same(a->s.name, a->s.name_len, b->s.name, b->s.name_len);
}

/* How well CALL, work that was seen without its client, fits the client's session LIVE: a distance
 * in time, or -1 where it does not.  The call follows the query at once (both times are kept from
 * 1.8.0 on), and the answer follows the upstream's reply at once; on a busy machine one of the two
 * may take long, so the lesser counts. */
static int64_t adoption(const struct live *call, const struct live *live)
{
    const struct attempt *first = call->s.attempts, *last = call->last_attempt;
    if (call == live || call->stream != live->stream || call->s.id != live->s.id ||
        call->query_seen || call->answered || call->refresh || !first ||
        (call->s.has_client && !endpoint_same(&call->s.client, &live->s.client)))
        return -1;
    bool timeless = live->stream->timeless;
    int64_t most = same_question(call, live) ? WHEN_SECOND : FORWARD_DELAY_NS;
    int64_t delay = timeless ? INT64_MAX : first->start - live->s.start, behind = INT64_MAX;
    if (last->frame_response && live->answered && live->s.end != WHEN_NONE)
        behind = live->s.end - last->ended;
    else if (timeless && last->frame_response)
        behind = live->s.start - last->ended; /* 1.7 puts the response's time there */
    if (delay < 0 || behind < (timeless ? -WHEN_MS : 0))
        return -1;
    int64_t apart = delay < behind ? delay : behind;
    return apart > most ? -1 : apart < 0 ? 0 : apart;
}

static struct live *find_call_for(struct sessions *sessions, const struct live *live)
{
    struct live *found = NULL;
    int64_t best = INT64_MAX;
    for (int pass = 0; pass < 2 && !found; pass++) {
        struct live *call = live_of_id(sessions, live->stream, live->s.id);
        for (int n = 0; call && n < CANDIDATES_MAX; call = live_next_id(call), n++) {
            int64_t apart = adoption(call, live);
            if (apart < 0 || apart >= best || (pass == 0 && !same_question(call, live)))
                continue;
            best = apart;
            found = call;
        }
    }
    return found;
}

/* Moves the work of CALL to LIVE, whose it is, and forgets CALL. */
static void absorb(struct sessions *sessions, struct live *live, struct live *call)
{
    live->s.attempts = call->s.attempts;
    live->s.attempts_kept = call->s.attempts_kept;
    live->s.tries = call->s.tries;
    live->s.bitmap |= call->s.bitmap;
    live->s.inputs |= call->s.inputs;
    live->s.join = call->s.has_client ? JOIN_EXACT : JOIN_UNIQUE;
    live->last_attempt = call->last_attempt;
    live->calls = call->calls;
    live->own_call = live->name_hash == call->name_hash;
    live->stream->renames |= !live->own_call && live->payload && call->payload;
    if (live->stream->timeless && call->s.attempts->start < live->s.start)
        live->s.start = call->s.attempts->start;
    live->query_proven |= call->query_proven;
    call->s.attempts = NULL;
    settle_forget(sessions, call);
}

void join_adopt(struct sessions *sessions, struct live *live)
{
    struct live *call = live->s.attempts ? NULL : find_call_for(sessions, live);
    if (call)
        absorb(sessions, live, call);
}
