// SPDX-License-Identifier: BSD-2-Clause
/* The verdict on a session: status, reason, realm; what it proves about lost frames. */
#include "session/live.h"

enum {
    RCODE_NOERROR = 0,
    RCODE_FORMERR = 1,
    RCODE_SERVFAIL = 2,
    RCODE_NXDOMAIN = 3,
    RCODE_NOTIMP = 4,
    RCODE_REFUSED = 5
};

static const struct attempt *last_reply(const struct live *live)
{
    const struct attempt *found = NULL;
    for (const struct attempt *attempt = live->s.attempts; attempt; attempt = attempt->next)
        if (attempt->frame_response)
            found = attempt;
    return found;
}

static enum reason reason_by_rcode(uint16_t rcode)
{
    switch (rcode) {
    case RCODE_FORMERR:
        return REASON_FORMERR;
    case RCODE_SERVFAIL:
        return REASON_SERVFAIL;
    case RCODE_NOTIMP:
        return REASON_NOTIMP;
    case RCODE_REFUSED:
        return REASON_REFUSED;
    default:
        return REASON_OTHER_RCODE;
    }
}

static void set(struct live *live, enum status status, enum reason reason)
{
    live->s.status = (uint8_t)status;
    live->s.reason = (uint8_t)reason;
}

/* An answer was seen: its rcode decides. */
void status_answered(struct live *live)
{
    const struct session *s = &live->s;
    if (s->rcode == RCODE_NONE) {
        set(live, STATUS_UNKNOWN, REASON_NO_MESSAGE);
    } else if (s->rcode == RCODE_NXDOMAIN) {
        set(live, STATUS_SUCCEEDED, REASON_NXDOMAIN);
    } else if (s->rcode == RCODE_NOERROR) {
        bool empty = s->answers == 0 && !s->truncated;
        set(live, STATUS_SUCCEEDED, empty ? REASON_NODATA : REASON_ANSWERED);
    } else {
        const struct attempt *reply = s->join == JOIN_AMBIGUOUS ? NULL : last_reply(live);
        enum reason reason = reason_by_rcode(s->rcode);
        if (reply && reply->outcome == OUTCOME_WRONG_REPLY)
            reason = REASON_WRONG_REPLY;
        else if (reply && reply->rcode == s->rcode)
            reason = REASON_UPSTREAM_ERROR;
        set(live, STATUS_FAILED, reason);
    }
}

/* Whether the attempts alone prove that the forward failed: CoreDNS was seen to be at it until
 * its deadline, or through all the tries that 1.14.7 allows, so no later answer of an upstream can
 * be among lost frames.  Not where stale answers are served behind failed attempts. */
static bool proves_failure(const struct live *live)
{
    const struct attempt *last = live->last_attempt;
    const struct stream *stream = live->stream;
    int64_t upstreams = stream->paths ? (int64_t)map_count(stream->paths) : 1;
    if (!last || last->frame_response || stream->stale || live->s.bitmap & BIT_FR ||
        last->ended == WHEN_NONE || live->s.join == JOIN_AMBIGUOUS)
        return false;
    int64_t took = last->ended - last->start;
    if (took >= CALL_DEADLINE_NS)
        return true;
    return stream->coredns >= 0x010e07 && live->s.tries >= 2 * upstreams &&
           took >= 2 * upstreams * READ_TIMEOUT_NS - WHEN_SECOND / 10;
}

/* An upstream's reply that CoreDNS would have passed on: the answer frame is lost.  Replies that
 * it cannot use are tried again, or answered by an error that is not tapped. */
static bool reply_went_on(const struct live *live)
{
    const struct attempt *reply = last_reply(live);
    unsigned replies = 0;
    for (const struct attempt *attempt = live->s.attempts; attempt; attempt = attempt->next)
        replies += attempt->frame_response ? attempt->count : 0;
    return reply && reply->outcome == OUTCOME_ANSWERED && reply == live->last_attempt &&
           replies == 1 && !(reply->flags & DNS_TC);
}

/* A forward gave no reply sooner than a read timeout and nothing more was tried, though the
 * upstream was well: the reply's frame is lost, and what came behind it. */
static bool stops_short(const struct live *live)
{
    return live->quick && live->healthy && live->s.tries == 1 && !live->s.truncated &&
           !(live->s.bitmap & BIT_FR) && live->last_attempt->transport == TRANSPORT_UDP &&
           live->s.join != JOIN_AMBIGUOUS;
}

/* What is here proves that an answer was sent, though its frame is not here. */
static bool lost_answer(const struct live *live)
{
    return reply_went_on(live) || live->walked_on || stops_short(live) ||
           (live->stream->late && live->query_seen);
}

static void judge_lost(struct live *live)
{
    const struct attempt *reply = last_reply(live);
    set(live, STATUS_SAMPLE_LOSS, REASON_LOST_FRAMES);
    if (reply && reply->outcome == OUTCOME_ANSWERED && live->s.join != JOIN_AMBIGUOUS) {
        live->s.rcode = reply->rcode;
        live->s.rcode_source = reply->rcode == RCODE_NONE ? 0 : 2;
    }
}

static void judge_failed(struct live *live)
{
    const struct attempt *last = live->s.join == JOIN_AMBIGUOUS ? NULL : live->last_attempt;
    if (!last)
        set(live, STATUS_FAILED, REASON_NO_ANSWER);
    else if (last->outcome == OUTCOME_WRONG_REPLY)
        set(live, STATUS_FAILED, REASON_WRONG_REPLY);
    else if (last->outcome == OUTCOME_ANSWERED && last->rcode != RCODE_NOERROR &&
             last->rcode != RCODE_NXDOMAIN)
        set(live, STATUS_FAILED, REASON_UPSTREAM_ERROR);
    else if (last->outcome == OUTCOME_ANSWERED)
        set(live, STATUS_FAILED, REASON_WRONG_REPLY);
    else
        set(live, STATUS_FAILED, REASON_UPSTREAM_NO_REPLY);
}

/* How far an answer of this session may have been written unseen. */
static int64_t last_chance(const struct live *live)
{
    return (live->written > live->newest ? live->written : live->newest) + READ_TIMEOUT_NS;
}

/* The process or its configuration was replaced while this was open: the tap went with it. */
static bool was_replaced(const struct live *live)
{
    return stream_replaced_after(live->stream, live->newest);
}

/* No answer was tapped. */
static void judge_unanswered(struct live *live, bool at_end)
{
    struct stream *stream = live->stream;
    bool settled = stream->clock >= live->newest + SETTLE_NS;
    bool lossy = loss_touches(&stream->loss, live->s.start, last_chance(live));
    if (proves_failure(live) && (settled || !at_end)) {
        judge_failed(live);
    } else if (!lossy && was_replaced(live)) {
        set(live, STATUS_CAPTURE_EDGE, REASON_CAPTURE_END);
    } else if (lost_answer(live) && (settled || !at_end || live->walked_on)) {
        judge_lost(live);
    } else if (lossy && settled) {
        judge_lost(live);
    } else if (live->edge) {
        set(live, STATUS_CAPTURE_EDGE, REASON_CAPTURE_START);
    } else if (!settled) {
        set(live, STATUS_CAPTURE_EDGE, REASON_CAPTURE_END);
    } else {
        judge_failed(live);
    }
}

/* CoreDNS asked for itself: what the upstream said. */
static void judge_background(struct live *live)
{
    const struct attempt *reply = last_reply(live);
    if (!reply) {
        judge_unanswered(live, true);
        return;
    }
    live->s.rcode = reply->rcode;
    live->s.rcode_source = reply->rcode == RCODE_NONE ? 0 : 2;
    status_answered(live);
}

/* The newest time at which the session was provably still at work: when the frames of its attempts
 * were written, the stream's clock stood there already. */
static int64_t busy_until(const struct live *live)
{
    int64_t until = live->answered && live->s.end != WHEN_NONE ? live->s.end : live->s.start;
    for (const struct attempt *attempt = live->s.attempts; attempt; attempt = attempt->next)
        if (attempt->ended != WHEN_NONE && attempt->ended > until)
            until = attempt->ended;
    return until;
}

/* A lower bound of the wait where it is not known exactly.  Before 1.8.0 the only true time of a
 * session with an answer is that of an attempt that failed. */
static void wait_at_least(struct live *live)
{
    const struct attempt *first = live->s.attempts;
    bool timeless = live->stream->timeless;
    if (live->s.waited_ns != WHEN_NONE || live->s.background || live->stepped ||
        live->s.join == JOIN_AMBIGUOUS || (timeless && (!first || first->frame_response)))
        return;
    if (!live->query_seen && !live->stream->late)
        return;
    int64_t from = timeless ? first->start : live->s.start, until = busy_until(live);
    if (until > from && until - from <= ABSURD_NS)
        live->s.waited_ns = until - from; /* else nothing is known */
    live->s.waited_exact = false;
}

enum realm status_realm(struct sessions *sessions, const struct live *live)
{
    const struct session *s = &live->s;
    bool aa = live->answer_flags & DNS_AA, ra = live->answer_flags & DNS_RA;
    if (s->bitmap & (BIT_FQ | BIT_FR))
        return REALM_UPSTREAM;
    if (!live->answered || s->rcode == RCODE_NONE || !s->has_question)
        return REALM_UNKNOWN;
    bool cluster = zones_cluster(sessions->zones, s->name, s->name_len);
    if (aa && (!ra || cluster))
        return cluster ? REALM_CLUSTER : live->stream->no_ra ? REALM_UNKNOWN : REALM_LOCAL;
    if (aa)
        return REALM_CACHE;
    return ra ? REALM_UNKNOWN : REALM_LOCAL;
}

/* An answer of an upstream reached the client though no reply frame is here: sooner than a read
 * timeout, and not a stale one (those have AA). */
static bool reply_is_lost(const struct live *live)
{
    const struct attempt *only = live->s.tries == 1 ? live->last_attempt : NULL;
    return only && only->outcome == OUTCOME_OPEN && !live->stream->timeless &&
           live->s.end != WHEN_NONE &&
           live->s.end - only->start < READ_TIMEOUT_NS - WHEN_SECOND / 10 &&
           (live->s.rcode == RCODE_NOERROR || live->s.rcode == RCODE_NXDOMAIN) &&
           !(live->answer_flags & DNS_AA) && live->s.join != JOIN_AMBIGUOUS;
}

/* A cache hit for a question that was never seen to be forwarded since the cache was empty.  Not
 * where names are rewritten: then the cache may know another name of it. */
static bool forward_is_lost(const struct live *live)
{
    return !(live->s.bitmap & (BIT_FQ | BIT_FR)) && live->s.has_question &&
           !live->stream->renames && live->answer_flags & DNS_AA && live->answer_flags & DNS_RA &&
           live->query_seen && !live->s.background && live->s.rcode != RCODE_NONE &&
           cold_never_forwarded(live->stream, &live->s);
}

/* What a session that is over proves about frames that are not there. */
void status_prove(struct sessions *sessions, struct live *live)
{
    struct stream *stream = live->stream;
    if (live->proven)
        return;
    live->proven = true;
    if (live->answered) {
        if (reply_is_lost(live))
            sessions_prove_loss(sessions, stream, live->s.end, live->s.input_answer);
        else if (forward_is_lost(live))
            sessions_prove_earlier_loss(sessions, stream, live->s.start, live->s.input_answer);
        return;
    }
    if (live->s.background || live->s.internal || live->s.join == JOIN_AMBIGUOUS ||
        !live->query_seen || was_replaced(live))
        return;
    if (reply_went_on(live) || stops_short(live))
        sessions_prove_loss(sessions, stream, live->last_attempt->ended, live->s.input_query);
    else if (stream->late || (live->walked_on && !(live->s.bitmap & (BIT_FQ | BIT_FR))))
        sessions_prove_loss(sessions, stream, live->s.start, live->s.input_query);
}

/* AT_END: no more frames of this stream will come. */
void status_settle(struct sessions *sessions, struct live *live, bool at_end)
{
    struct stream *stream = live->stream;
    attempts_settle(sessions, live);
    if (live->answered && live->s.bitmap & BIT_FQ && !(live->s.bitmap & BIT_FR) &&
        live->answer_flags & DNS_AA)
        stream->stale = true;
    if (live->answered)
        status_answered(live);
    else if (live->s.background)
        judge_background(live);
    else if (!live->payload &&
             !live->s.has_client) /* nothing ties it to the client that it is for */
        set(live, STATUS_UNKNOWN, REASON_NO_MESSAGE);
    else
        judge_unanswered(live, at_end);
    wait_at_least(live);
    live->s.realm = (uint8_t)status_realm(sessions, live);
    live->s.authoritative = live->answered && (live->answer_flags & DNS_AA) != 0;
    if (!live->query_seen && !live->answered && !live->s.background)
        live->s.unobserved |= UNOBSERVED_CLIENT_LEG;
    if (!live->payload)
        live->s.unobserved |= UNOBSERVED_MESSAGES;
    if (!live->answered && live->query_seen && live->s.status == STATUS_FAILED)
        live->s.unobserved |= UNOBSERVED_CLIENT_ANSWER;
}
