// SPDX-License-Identifier: BSD-2-Clause
/*
 * What is known of each message of a capture, for --view messages: which session it belongs to, on
 * which leg it was, how long its answer took, and of which other frame it is a sighting.
 */
#include "session/live.h"

/* The frame and the packet of one attempt lie no farther apart, whatever their clocks are. */
#define TAG_NEAR_NS (WHEN_SECOND / 2)

struct tags {
    struct message_tag *at;
    size_t n, told, room;
};

struct tags *tags_new(void)
{
    return memory_get(1, sizeof(struct tags));
}

void tags_free(struct tags *tags)
{
    if (!tags)
        return;
    memory_free(tags->at);
    memory_free(tags);
}

const struct message_tag *sessions_tag(struct sessions *sessions)
{
    struct tags *tags = sessions->tags;
    if (tags->told < tags->n)
        return &tags->at[tags->told++];
    tags->n = tags->told = 0;
    return NULL;
}

bool sessions_taps_sockets(const struct sessions *sessions, uint32_t server)
{
    return server < sessions->n_streams &&
           stream_asker(sessions->streams[server]) == ASKER_SOCKET;
}

static void add(struct sessions *sessions, struct message_tag tag)
{
    struct tags *tags = sessions->tags;
    if (tag.frame == 0)
        return;
    if (tag.copy_of == tag.frame && tag.copy_input == tag.input)
        tag.copy_of = 0;
    if (tags->n == tags->room) {
        tags->room = tags->room ? 2 * tags->room : 64;
        tags->at = memory_grow(tags->at, tags->room, sizeof *tags->at);
    }
    tags->at[tags->n++] = tag;
}

static struct message_tag tag_of(uint32_t input, uint64_t frame, uint64_t session, uint32_t server,
                                 enum message_leg leg)
{
    return (struct message_tag){.input = input,
                                .frame = frame,
                                .session = session,
                                .server = server,
                                .leg = (uint8_t)leg,
                                .latency_ns = WHEN_NONE,
                                .answered = TAG_UNKNOWN,
                                .settled = true};
}

static void copy_of(struct message_tag *tag, uint32_t input, uint64_t frame)
{
    tag->copy_of = frame;
    tag->copy_input = input;
}

/* A packet may show what was seen before. */
static void met_packet(struct sessions *sessions, const struct message *message)
{
    const struct exchange *exchange = wire_touched(sessions->wire);
    if (message->kind != MESSAGE_DNS || !exchange)
        return;
    struct message_tag tag = tag_of(message->input, message->frame, 0, UINT32_MAX, LEG_WIRE);
    tag.id = tag.copy_id = message->dns.id;
    if (message->response)
        copy_of(&tag, exchange->input_answer, exchange->frame_answer);
    else
        copy_of(&tag, exchange->input_query, exchange->frame_query);
    if (tag.copy_of != tag.frame || tag.copy_input != tag.input)
        add(sessions, tag);
}

void tags_met(struct sessions *sessions, const struct message *message)
{
    if (!sessions->tags)
        return;
    if (message->leg == LEG_WIRE) {
        met_packet(sessions, message);
        return;
    }
    const struct live *live = sessions->touched;
    uint64_t session = !live        ? 0
                       : live->twin ? live->twin->root->number /* which it leaves with */
                                    : live->s.number;
    struct message_tag tag = tag_of(message->input, message->frame, session,
                                    sessions->last_stream->index, message->leg);
    tag.settled = false;
    if (live && message->leg == LEG_CLIENT && !message->response)
        copy_of(&tag, live->s.input_query, live->s.frame_query); /* tapped twice */
    add(sessions, tag);
}

/* The two frames of an attempt, as dnstap shows it. */
static void add_attempt(struct sessions *sessions, const struct live *live,
                        const struct attempt *attempt, uint64_t session,
                        const struct exchange *packets)
{
    struct message_tag query = tag_of(attempt->input_query, attempt->frame_query, session,
                                      live->s.server, LEG_UPSTREAM);
    struct message_tag reply = tag_of(attempt->input_response, attempt->frame_response, session,
                                      live->s.server, LEG_UPSTREAM);
    query.answered = attempt->frame_response ? TAG_ANSWERED : TAG_NOT_ANSWERED;
    reply.latency_ns = attempt->latency_ns;
    reply.latency_exact = attempt->latency_exact;
    if (packets) {
        query.copy_id = reply.copy_id = packets->id;
        copy_of(&query, packets->input_query, packets->frame_query);
        copy_of(&reply, packets->input_answer, packets->frame_answer);
    }
    add(sessions, query);
    add(sessions, reply);
}

static void add_client(struct sessions *sessions, const struct live *live, uint64_t session,
                       const struct exchange *packets)
{
    struct message_tag query = tag_of(live->s.input_query, live->s.frame_query, session,
                                      live->s.server, LEG_CLIENT);
    struct message_tag answer = tag_of(live->s.input_answer, live->s.frame_answer, session,
                                       live->s.server, LEG_CLIENT);
    query.answered = live->answered ? TAG_ANSWERED : TAG_NOT_ANSWERED;
    answer.latency_ns = live->s.waited_ns;
    answer.latency_exact = live->s.waited_exact;
    if (packets) {
        query.copy_id = answer.copy_id = packets->id;
        copy_of(&query, packets->input_query, packets->frame_query);
        copy_of(&answer, packets->input_answer, packets->frame_answer);
    }
    add(sessions, query);
    add(sessions, answer);
}

void tags_tapped(struct sessions *sessions, const struct live *live)
{
    if (!sessions->tags)
        return;
    add_client(sessions, live, live->s.number, NULL);
    for (const struct attempt *at = live->s.attempts; at; at = at->next)
        add_attempt(sessions, live, at, live->s.number, NULL);
}

void tags_dropped(struct sessions *sessions, const struct live *live)
{
    if (!sessions->tags)
        return;
    for (const struct attempt *at = live->s.attempts; at; at = at->next)
        add_attempt(sessions, live, at, 0, NULL);
}

/* The packets of an attempt of MEMBER that dnstap tells: of those with its upstream and question the
 * nearest in time. */
static const struct exchange *packets_of(const struct exchange *member,
                                         const struct attempt *attempt)
{
    const struct exchange *found = NULL;
    int64_t nearest = TAG_NEAR_NS;
    for (const struct exchange *at = member->owned; at; at = at->next_owned) {
        int64_t apart = at->asked - attempt->began;
        if (at->kind != EXCHANGE_DNS || at->asked == WHEN_NONE ||
            at->name_hash != attempt->name_hash || at->type != attempt->type ||
            !endpoint_same(&at->forms[at->n_forms - 1].answerer, &attempt->upstream))
            continue;
        apart = apart < 0 ? -apart : apart;
        if (apart < nearest) {
            nearest = apart;
            found = at;
        }
    }
    return found;
}

void tags_fused(struct sessions *sessions, const struct live *live, const struct exchange *root,
                const struct exchange *member)
{
    if (!sessions->tags)
        return;
    add_client(sessions, live, root->number, member);
    for (const struct attempt *at = live->s.attempts; at; at = at->next)
        add_attempt(sessions, live, at, root->number, packets_of(member, at));
}

static const struct exchange *next_of(const struct exchange *root, const struct exchange *one)
{
    return one == root ? root->folded : one->next_folded;
}

/* A client that asks again from the same socket takes an answer to any of its queries for one to all
 * that it has sent by then: the last answer to ROOT and its repeats. */
static int64_t last_answer(const struct exchange *root)
{
    int64_t last = WHEN_NONE;
    for (const struct exchange *one = root; one; one = next_of(root, one))
        last = one->answered > last ? one->answered : last;
    return last;
}

/* The query and the answer of an exchange that is SESSION's; it was answered by the time LAST. */
static void add_exchange(struct sessions *sessions, const struct exchange *one, uint64_t session,
                         enum message_leg leg, int64_t last, const struct live *waited)
{
    struct message_tag query =
        tag_of(one->input_query, one->frame_query, session, UINT32_MAX, leg);
    struct message_tag answer =
        tag_of(one->input_answer, one->frame_answer, session, UINT32_MAX, leg);
    query.id = answer.id = one->id;
    query.answered = one->answered != WHEN_NONE || (last != WHEN_NONE && last >= one->asked)
                         ? TAG_ANSWERED
                         : TAG_NOT_ANSWERED;
    if (waited) {
        answer.latency_ns = waited->s.waited_ns;
        answer.latency_exact = waited->s.waited_exact;
    } else if (one->asked != WHEN_NONE && one->answered != WHEN_NONE &&
               one->answered >= one->asked) {
        answer.latency_ns = one->answered - one->asked;
        answer.latency_exact = true;
    }
    if (one->asked != WHEN_NONE)
        add(sessions, query);
    if (one->answered != WHEN_NONE)
        add(sessions, answer);
}

void tags_packets(struct sessions *sessions, const struct live *live, const struct exchange *root)
{
    if (!sessions->tags)
        return;
    uint64_t session = live ? live->s.number : 0;
    enum message_leg leg = exchange_is_clientless(root) ? LEG_UPSTREAM : LEG_CLIENT;
    int64_t last = last_answer(root);
    for (const struct exchange *one = root; one; one = next_of(root, one)) {
        /* who asked again waited since the first time */
        bool went_by = live && leg == LEG_CLIENT && live->answered &&
                       one->frame_answer == live->s.frame_answer &&
                       one->input_answer == live->s.input_answer;
        if (one->kind == EXCHANGE_DNS)
            add_exchange(sessions, one, session, leg, last, went_by ? live : NULL);
        for (const struct exchange *owned = one->owned; owned; owned = owned->next_owned)
            if (owned->kind == EXCHANGE_DNS && wire_owns(owned) && !exchange_is_session(owned))
                add_exchange(sessions, owned, session, LEG_UPSTREAM, owned->answered, NULL);
    }
}
