// SPDX-License-Identifier: BSD-2-Clause
/*
 * One session that both dnstap and packets show (interface.md section 2, "Different kinds
 * together"): wait, repeats, lost answers and the rcode are what the client's packets tell; the
 * replica's identity, and which attempts were made for it where packets leave that open, are what
 * dnstap tells.
 */
#include "session/live.h"

/* LIVE, which dnstap shows, has a client's query: ties it to the packets of that query. */
void fuse_link(struct sessions *sessions, struct live *live)
{
    if (!sessions->wire || live->twin || !live->s.has_client || live->s.internal)
        return;
    const struct wire_tap tap = {.input = live->s.input_query,
                                 .client = live->s.client,
                                 .when = live->s.start,
                                 .name_hash = live->name_hash,
                                 .id = live->s.id,
                                 .transport = live->s.transport,
                                 .type = live->s.type};
    struct exchange *exchange = wire_twin(sessions->wire, &tap);
    if (!exchange)
        return;
    exchange->stage = live;
    exchange->held = !live->answered;
    live->twin = exchange;
    struct host *host = exchange->answerer_host ? exchange->answerer_host->self : NULL;
    if (!host)
        return;
    host->stage = live->stream;
    live->stream->host = host;
    if (live->stream->facts.addr.len == 0)
        live->stream->facts.addr = host->addr;
}

bool fuse_waits(const struct live *live)
{
    return live->twin != NULL;
}

/* Up to 1.8.1 a client whose query fails is in no frame: packets tell of it, and of its tries. */
bool fuse_is_seen(const struct live *live)
{
    return !live->s.has_client && live->stream->late && host_asks(live->stream->host);
}

/* What CoreDNS asked without a client in these packets is in its dnstap, too, with or without one;
 * health checks are not. */
bool fuse_is_tapped(const struct exchange *exchange)
{
    const struct host *host = exchange->asker_host ? exchange->asker_host->self : NULL;
    const struct stream *stream = host ? host->stage : NULL;
    return stream && stream->host && !stream->late && !exchange->health && stream->clock >= exchange->asked &&
           stream->first <= exchange->asked;
}

static void free_attempts(struct sessions *sessions, struct live *live)
{
    for (struct attempt *attempt = live->s.attempts, *next; attempt; attempt = next) {
        next = attempt->next;
        pool_put(&sessions->pool, attempt, sizeof *attempt);
    }
    live->s.attempts = live->last_attempt = NULL;
    live->s.attempts_kept = live->s.tries = 0;
}

void fuse_answered(struct live *live)
{
    if (live->twin)
        live->twin->held = false;
}

/* Dnstap ties a session to its attempts better than packets where these leave a doubt, show less of
 * them, or only their sizes; but not without messages, when all that a client asks from one port
 * looks the same. */
static bool knows_better(const struct live *tapped, const struct live *live)
{
    if (tapped->s.join == JOIN_AMBIGUOUS || (!tapped->payload && host_asks(tapped->stream->host)))
        return false;
    if (live->s.join == JOIN_AMBIGUOUS)
        return tapped->s.tries > 0 || (tapped->query_seen && tapped->answered);
    return tapped->s.tries > live->s.tries || (live->s.join == JOIN_TIME && tapped->s.tries > 0);
}

/* Packets have the exact times of what dnstap tells. */
static void time_attempt(struct sessions *sessions, const struct live *live,
                         struct attempt *attempt)
{
    const struct exchange *try = live->stream->host && attempt->count == 1 && attempt->name_hash
                                     ? wire_try(sessions->wire, live->stream->host,
                                                &attempt->upstream, attempt->name_hash,
                                                attempt->type, attempt->began)
                                     : NULL;
    if (!try)
        return;
    attempt->start = attempt->began = try->asked;
    attempt->start_exact = attempt->in_packets = true;
    if (attempt->outcome != OUTCOME_ANSWERED || try->answered == WHEN_NONE)
        return;
    attempt->latency_ns = try->answered - try->asked;
    attempt->latency_exact = true;
}

static void take_attempts(struct sessions *sessions, struct live *live, struct live *tapped)
{
    free_attempts(sessions, live);
    live->s.attempts = tapped->s.attempts;
    live->last_attempt = tapped->last_attempt;
    live->s.attempts_kept = tapped->s.attempts_kept;
    live->s.tries = tapped->s.tries;
    live->s.join = tapped->s.join;
    tapped->s.attempts = tapped->last_attempt = NULL;
    for (struct attempt *attempt = live->s.attempts; attempt; attempt = attempt->next)
        time_attempt(sessions, live, attempt);
}

void fuse_attempts(struct sessions *sessions, struct live *live, const struct exchange *root)
{
    struct live *tapped = root->stage;
    if (!tapped)
        return;
    settle_take(sessions, tapped);
    tags_fused(sessions, tapped, root, root);
    live->s.identity = tapped->s.identity;
    live->s.server = tapped->s.server;
    live->stream = tapped->stream;
    live->s.inputs |= tapped->s.inputs;
    live->s.bitmap |= tapped->s.bitmap;
    if (root->folded == NULL && knows_better(tapped, live))
        take_attempts(sessions, live, tapped);
}

/* What only dnstap shows of the answer, where the capture of packets could not show it. */
static void take_answer(struct live *live, struct live *tapped)
{
    live->answered = true;
    live->answer_flags = tapped->answer_flags;
    live->s.end = tapped->s.end;
    live->s.waited_ns = tapped->s.waited_ns;
    live->s.waited_exact = tapped->s.waited_exact;
    live->s.status = tapped->s.status;
    live->s.reason = tapped->s.reason;
    live->s.rcode = tapped->s.rcode;
    live->s.rcode_source = tapped->s.rcode_source;
    live->s.truncated = tapped->s.truncated;
    live->s.answers = tapped->s.answers;
    live->s.ttl = tapped->s.ttl;
}

void fuse_forget(struct sessions *sessions, const struct exchange *root)
{
    for (const struct exchange *one = root; one; one = one == root ? root->folded : one->next_folded)
        if (one->stage) {
            settle_take(sessions, one->stage);
            if (one != root)
                tags_fused(sessions, one->stage, root, one);
            live_free(sessions, one->stage);
        }
}

void fuse_let_go(struct sessions *sessions, const struct exchange *root)
{
    for (const struct exchange *one = root; one; one = one == root ? root->folded : one->next_folded) {
        struct live *live = one->stage;
        if (!live)
            continue;
        live->twin = NULL;
        if (live->taken) {
            tags_tapped(sessions, live);
            settle_ready(sessions, live);
        }
        live->taken = false;
    }
}

void fuse_verdict(struct sessions *sessions, struct live *live, const struct exchange *root)
{
    struct live *tapped = root->stage;
    if (!tapped) {
        fuse_forget(sessions, root);
        return;
    }
    bool cannot_tell = live->s.status == STATUS_CAPTURE_EDGE ||
                       live->s.status == STATUS_SAMPLE_LOSS || live->s.status == STATUS_UNKNOWN;
    if (cannot_tell && tapped->answered)
        take_answer(live, tapped);
    if (live->s.realm == REALM_UNKNOWN || (tapped->answered && live->s.realm != REALM_UPSTREAM))
        live->s.realm = tapped->s.realm;
    live->s.unobserved &= (uint8_t)~UNOBSERVED_UPSTREAM_LEG;
    fuse_forget(sessions, root);
}
