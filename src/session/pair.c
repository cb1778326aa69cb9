// SPDX-License-Identifier: BSD-2-Clause
/* The client leg: a query opens a session, the response of the same query time closes it. */
#include "dns/probe.h"
#include "session/live.h"

static void note_frame(struct live *live, const struct message *message)
{
    live->s.inputs |= UINT64_C(1) << (message->input < 63 ? message->input : 63);
    if (message->response) {
        live->s.bitmap |= BIT_CR;
        live->s.frame_answer = message->frame;
        live->s.input_answer = message->input;
    } else {
        live->s.bitmap |= BIT_CQ;
        live->s.frame_query = message->frame;
        live->s.input_query = message->input;
    }
    if (message->when > live->newest)
        live->newest = message->when;
    live->written = live->stream->clock;
}

static void set_client(struct sessions *sessions, struct live *live, const struct message *message)
{
    live->s.client = message->asker;
    live->s.has_client = message->asker.len > 0;
    live->s.transport = (uint8_t)message->transport;
    live_index_client(sessions, live);
}

/* The same query seen a second time in one input: the process is tapped twice. */
static bool is_sighting(struct sessions *sessions, struct stream *stream,
                        const struct message *message)
{
    struct live *live = live_of_client(sessions, stream, &message->asker, message->dns.id);
    for (int n = 0; live && n < CANDIDATES_MAX; live = live_next_client(live), n++)
        if (live_same_client(live, stream, message) && live->query_seen && !stream->timeless &&
            live->s.start == message->query_time && live_same_question(live, &message->dns)) {
            live->copies++;
            sessions->touched = live;
            return true;
        }
    return false;
}

/* A query that repeats one which is still open is counted there; both are work for CoreDNS. */
static void note_repeat(struct live *live, const struct message *message)
{
    struct live *first = NULL, *other = live_next_client(live);
    for (int n = 0; other && n < CANDIDATES_MAX; other = live_next_client(other), n++)
        if (live_same_client(other, live->stream, message) && !other->answered &&
            other->query_seen && other->s.transport == live->s.transport &&
            live_same_question(other, &message->dns) && other->s.start < live->s.start)
            first = other;
    if (first)
        first->s.repeats++;
}

void pair_query(struct sessions *sessions, struct stream *stream, const struct message *message)
{
    if (is_sighting(sessions, stream, message))
        return;
    struct live *live = live_new(sessions, stream, message, message->when);
    if (!live)
        return;
    set_client(sessions, live, message);
    if (stream->late || stream_asker(stream) != ASKER_CLIENT || stream->asker_hits < ASKER_SURE)
        live_index_id(sessions, live); /* else its upstream leg is found by the client */
    settle_schedule(sessions, live, stream->clock + HOLD_ANSWERED_NS);
    live->query_seen = true;
    live->probe = dns_is_probe(&message->dns);
    if (live->probe) {
        live->s.background = true;
        /* a cache in front asks its own probe, too: from another host, over TCP */
        if (message->transport == TRANSPORT_UDP || endpoint_is_loopback(&message->asker))
            stream_probe(stream, message->when);
    }
    note_frame(live, message);
    if (live->crowded)
        note_repeat(live, message);
    walk_query(sessions, live);
    chain_query(sessions, live);
    fuse_link(sessions, live);
    sessions->touched = live;
}

/* The session that this response closes.  From 1.8.0 on both carry the same query time to the
 * nanosecond; before, first in, first out. */
static struct live *asked(struct sessions *sessions, struct stream *stream,
                          const struct message *message)
{
    struct live *found = NULL,
                *live = live_of_client(sessions, stream, &message->asker, message->dns.id);
    for (int n = 0; live && n < CANDIDATES_MAX; live = live_next_client(live), n++) {
        if (!live_same_client(live, stream, message) || !live->query_seen ||
            live->s.transport != message->transport ||
            (message->dns.name_len > 0 && !live_same_question(live, &message->dns)))
            continue;
        if (message->query_time == WHEN_NONE ? !live->answered
                                             : live->s.start == message->query_time)
            found = live;
    }
    return found;
}

static void read_answer(struct sessions *sessions, struct live *live, const struct message *message)
{
    const struct dns_message *dns = &message->dns;
    if (dns->reach == DNS_NOTHING)
        return;
    live->answer_flags = dns->flags;
    live->s.rcode = dns->rcode;
    live->s.rcode_source = 1;
    live->s.truncated = (dns->flags & DNS_TC) != 0;
    if (dns->reach == DNS_WHOLE) {
        live->s.answers =
            dns->answers + (live->answered && live->s.answers != UINT32_MAX ? live->s.answers : 0);
        live->s.ttl = dns->has_ttl ? dns->ttl : UINT32_MAX;
        live_set_detail(sessions, live, dns);
    }
}

static void set_wait(struct sessions *sessions, struct live *live, const struct message *message)
{
    live->s.end = message->response_time;
    if (live->stream->timeless || message->query_time == WHEN_NONE ||
        message->response_time == WHEN_NONE)
        return;
    int64_t waited = message->response_time - message->query_time;
    if (waited < 0 || waited > ABSURD_NS) {
        sessions->counts.absurd_times++;
        live->s.end = waited < 0 ? WHEN_NONE : live->s.end;
        live->stepped = true;
        return;
    }
    live->s.waited_ns = waited;
    live->s.waited_exact = true;
}

/* The session of a response whose query frame is not in the capture. */
static struct live *unasked(struct sessions *sessions, struct stream *stream,
                            const struct message *message)
{
    int64_t start = message->query_time != WHEN_NONE ? message->query_time : message->when;
    struct live *live = live_new(sessions, stream, message, start);
    if (!live)
        return NULL;
    set_client(sessions, live, message);
    if (stream->late || stream_asker(stream) != ASKER_CLIENT || stream->asker_hits < ASKER_SURE)
        live_index_id(sessions, live); /* else its upstream leg is found by the client */
    settle_schedule(sessions, live, stream->clock + HOLD_ANSWERED_NS);
    live->probe = live->s.background = dns_is_probe(&message->dns);
    return live;
}

/* Asked after the capture had begun, so its frame was written and is lost. */
static void prove_query(struct sessions *sessions, struct live *live, const struct message *message)
{
    if (live->query_proven)
        return;
    live->query_proven = live->s.start > live->stream->first + LOSS_FLUSH_NS + WHEN_SECOND;
    if (live->query_proven)
        sessions_prove_loss(sessions, live->stream, live->s.start, message->input);
    else
        live->edge = true;
}

/* An answer too short for an id: its client and query time tell. */
static struct live *asked_without_id(struct sessions *sessions, struct stream *stream,
                                     const struct message *message)
{
    struct live *live = message->query_time == WHEN_NONE ? NULL : sessions->newest;
    for (int n = 0; live && n < CANDIDATES_MAX; live = live->older, n++)
        if (live->stream == stream && live->query_seen && live->s.start == message->query_time &&
            endpoint_same(&live->s.client, &message->asker))
            return live;
    return NULL;
}

void pair_response(struct sessions *sessions, struct stream *stream, const struct message *message)
{
    struct live *live = asked(sessions, stream, message);
    if (!live && message->dns.reach == DNS_NOTHING && !message->no_payload)
        live = asked_without_id(sessions, stream, message);
    if (!live)
        live = unasked(sessions, stream, message);
    if (!live)
        return;
    sessions->touched = live;
    if (live->answered && live->s.end == message->response_time)
        return; /* a second sighting */
    live_set_name(sessions, live, &message->dns);
    read_answer(sessions, live, message);
    set_wait(sessions, live, message);
    note_frame(live, message);
    if (!live->answered) {
        live->answered = true;
        fuse_answered(live);
        if (live->walking)
            walk_forget(sessions,
                        live); /* it has its answer: where its client goes tells nothing */
        if (live->parked)
            settle_schedule(sessions, live, stream->clock + HOLD_ANSWERED_NS);
        if (stream->late || !live->query_seen)
            join_adopt(sessions, live);
        if (!live->query_seen)
            prove_query(sessions, live, message);
        recent_add(sessions, live);
    }
    if (live->crowded) {
        nest_answered(sessions, live);
        nest_inside(sessions, live);
    }
}
