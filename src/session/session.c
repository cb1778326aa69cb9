// SPDX-License-Identifier: BSD-2-Clause
/* The stage's face: messages in, settled sessions out. */
#include "session/live.h"

#define STREAM_KEYS 4096
#define INPUTS_MAX 100000

struct sessions *sessions_new(const struct session_options *options)
{
    struct sessions *sessions = memory_get(1, sizeof *sessions);
    sessions->options = *options;
    pool_init(&sessions->pool, options->ceiling_bytes);
    index_init(&sessions->by_client);
    index_init(&sessions->by_id);
    sessions->stream_map = map_new(sizeof(struct stream *), STREAM_KEYS);
    sessions->walks = memory_get(WALK_SLOTS, sizeof(struct walk));
    sessions->recents = recents_new();
    sessions->chain = chain_new();
    sessions->zones = zones_new();
    zones_read(sessions->zones, options->cluster);
    sessions->tags = options->tags ? tags_new() : NULL;
    sessions->wheel = sessions->clock = WHEN_NONE;
    return sessions;
}

void sessions_free(struct sessions *sessions)
{
    if (!sessions)
        return;
    for (size_t i = 0; i < sessions->n_streams; i++)
        stream_free(sessions->streams[i]);
    for (size_t i = 0; i < sessions->n_input_loss; i++)
        loss_done(&sessions->input_loss[i]);
    memory_free(sessions->input_loss);
    memory_free(sessions->streams);
    map_free(sessions->stream_map);
    memory_free(sessions->by_client.bucket);
    memory_free(sessions->by_id.bucket);
    memory_free(sessions->walks);
    memory_free(sessions->recents);
    chain_free(sessions->chain);
    memory_free(sessions->ready);
    zones_free(sessions->zones);
    wire_free(sessions->wire);
    memory_free(sessions->roles);
    tags_free(sessions->tags);
    pool_done(&sessions->pool);
    memory_free(sessions);
}

static struct loss *loss_of_input(struct sessions *sessions, uint32_t input)
{
    if (input >= INPUTS_MAX)
        input = INPUTS_MAX - 1;
    if (input >= sessions->n_input_loss) {
        sessions->input_loss = memory_grow(sessions->input_loss, input + 1u, sizeof(struct loss));
        for (size_t i = sessions->n_input_loss; i <= input; i++)
            sessions->input_loss[i] = (struct loss){0};
        sessions->n_input_loss = input + 1u;
    }
    return &sessions->input_loss[input];
}

/* A silence beside a proof belongs to the loss, unless the process is known to have stood still or
 * been replaced. */
static bool is_unexplained(const struct stream *stream, const struct silence *silence)
{
    return silence->end - silence->start >= LOSS_SILENCE_NS && !silence->bridged &&
           !stream_replaced_after(stream, silence->start);
}

void sessions_prove_loss(struct sessions *sessions, struct stream *stream, int64_t when,
                         uint32_t input)
{
    if (sessions_counts(sessions).refused > 0)
        return; /* what is missing may be what the ceiling left no room for */
    struct loss *of_input = loss_of_input(sessions, input);
    loss_prove(&stream->loss, when);
    loss_prove(of_input, when);
    for (uint32_t i = 0; i < stream->n_silences; i++) {
        const struct silence *silence = &stream->silences[i];
        if (when < silence->start - LOSS_JOIN_NS || when > silence->end + LOSS_JOIN_NS ||
            !is_unexplained(stream, silence))
            continue;
        loss_silence(&stream->loss, silence->start, silence->end);
        loss_silence(of_input, silence->start, silence->end);
    }
}

void sessions_prove_earlier_loss(struct sessions *sessions, struct stream *stream, int64_t when,
                                 uint32_t input)
{
    for (uint32_t i = stream->n_silences; i-- > 0;)
        if (stream->silences[i].end <= when && when - stream->silences[i].end <= LOSS_JOIN_NS &&
            is_unexplained(stream, &stream->silences[i])) {
            sessions_prove_loss(sessions, stream, stream->silences[i].end, input);
            return;
        }
    sessions_prove_loss(sessions, stream, when, input);
}

struct loss_facts sessions_loss(const struct sessions *sessions, uint32_t input)
{
    if (input >= sessions->n_input_loss)
        return (struct loss_facts){
            .estimate = UINT64_MAX, .first = WHEN_NONE, .last = WHEN_NONE};
    const struct loss *loss = &sessions->input_loss[input];
    return (struct loss_facts){.proven = loss->proven,
                               .estimate = UINT64_MAX,
                               .windows = loss->n,
                               .window = loss->window,
                               .first = loss->proven != 0 ? loss->first : WHEN_NONE,
                               .last = loss->proven != 0 ? loss->last : WHEN_NONE};
}

/* Frames that could not be read are lost frames, of whichever stream. */
static void add_gap(struct sessions *sessions, const struct message *message)
{
    for (size_t i = 0; i < sessions->n_streams; i++)
        if (sessions->streams[i]->input == message->input &&
            sessions->streams[i]->clock != WHEN_NONE)
            loss_prove(&sessions->streams[i]->loss, sessions->streams[i]->clock);
    if (sessions->clock != WHEN_NONE)
        loss_prove(loss_of_input(sessions, message->input), sessions->clock);
}

/* Leaves room for what one message can add. */
static void keep_below_ceiling(struct sessions *sessions)
{
    const struct pool *pool = &sessions->pool;
    size_t room = pool->ceiling_bytes / 8;
    if (pool->used_bytes + room < pool->ceiling_bytes && !sessions->full)
        return;
    size_t live = sessions->counts.open + sessions->n_ready;
    size_t most = (pool->ceiling_bytes - room) / (sizeof(struct live) + 128);
    if (live > most || sessions->full) {
        settle_oldest(sessions);
        settle_oldest(sessions);
    }
    sessions->full = false;
}

/* Packets and dnstap have half of the memory each, where packets come. */
static void begin_wire(struct sessions *sessions, int64_t when)
{
    size_t n_roles;
    sessions->pool.ceiling_bytes /= 2;
    sessions->roles = roles_find(&sessions->options, when, &n_roles);
    struct wire_options options = {.roles = sessions->roles,
                                   .n_roles = n_roles,
                                   .ceiling_bytes = sessions->pool.ceiling_bytes,
                                   .numbers = &sessions->numbers};
    sessions->wire = wire_new(&options);
}

static void drain_wire(struct sessions *sessions)
{
    const struct exchange *exchange;
    while ((exchange = wire_next(sessions->wire)))
        packet_session(sessions, exchange);
}

static void add_packet(struct sessions *sessions, const struct message *message)
{
    if (!sessions->wire)
        begin_wire(sessions, message->when);
    wire_add(sessions->wire, message);
    tags_met(sessions, message);
    if (wire_clock(sessions->wire) > sessions->clock)
        sessions->clock = wire_clock(sessions->wire);
    drain_wire(sessions);
    settle_advance(sessions);
}

void sessions_add(struct sessions *sessions, const struct message *message)
{
    sessions->touched = NULL;
    if (message->kind == MESSAGE_GAP) {
        add_gap(sessions, message);
        return;
    }
    if (message->leg == LEG_NONE || message->when == WHEN_NONE)
        return;
    if (message->dns.reach != DNS_NOTHING && DNS_OPCODE(message->dns.flags) != 0) {
        sessions->counts.other_opcodes++;
        return;
    }
    keep_below_ceiling(sessions);
    if (message->leg == LEG_WIRE) {
        add_packet(sessions, message);
        return;
    }
    if (sessions->wire)
        wire_tapped(sessions->wire);
    struct stream *stream = stream_of(sessions, message);
    stream_tick(sessions, stream, message);
    if (sessions->clock == WHEN_NONE || stream->clock > sessions->clock)
        sessions->clock = stream->clock;
    settle_advance(sessions);
    if (message->leg == LEG_UPSTREAM)
        join_message(sessions, stream, message);
    else if (message->response)
        pair_response(sessions, stream, message);
    else
        pair_query(sessions, stream, message);
    tags_met(sessions, message);
}

void sessions_also(struct sessions *sessions, uint32_t input)
{
    if (sessions->touched)
        sessions->touched->s.inputs |= UINT64_C(1) << (input < 63 ? input : 63);
    else if (sessions->wire)
        wire_also(sessions->wire, input);
}

void sessions_end(struct sessions *sessions)
{
    settle_all(sessions);
    if (!sessions->wire)
        return;
    wire_end(sessions->wire);
    drain_wire(sessions);
}

/* Takes the session that starts first out of the heap of those that are settled. */
static struct live *take_ready(struct sessions *sessions)
{
    struct waiting *ready = sessions->ready, last = ready[--sessions->n_ready];
    struct live *first = ready[0].live;
    size_t i = 0, n = sessions->n_ready, child;
    for (; (child = 2 * i + 1) < n; i = child) { /* the hole goes down … */
        child += child + 1 < n && settle_before(&ready[child + 1], &ready[child]);
        ready[i] = ready[child];
    }
    for (; i > 0 && settle_before(&last, &ready[(i - 1) / 2]); i = (i - 1) / 2)
        ready[i] =
            ready[(i - 1) / 2]; /* … and the last one up from there: it is a late one as a rule */
    ready[i] = last;
    return first;
}

/* Before 1.8.2 sessions are met when they end: those that started earlier may still come. */
static int64_t order_slack(const struct live *live)
{
    return live->stream->late ? SETTLE_NS : 0;
}

/* No session that is still open starts before this time. */
static int64_t oldest_open(const struct sessions *sessions)
{
    const struct live *oldest = sessions->oldest;
    int64_t start = oldest ? oldest->s.start - order_slack(oldest) : INT64_MAX;
    int64_t on_wire = sessions->wire ? wire_oldest(sessions->wire) : WHEN_NONE;
    return on_wire != WHEN_NONE && on_wire < start ? on_wire : start;
}

const struct session *sessions_next(struct sessions *sessions)
{
    if (sessions->lent)
        live_free(sessions, sessions->lent);
    sessions->lent = NULL;
    if (sessions->n_ready == 0)
        return NULL;
    if (sessions->n_ready <= ORDER_WINDOW && sessions->ready[0].start > oldest_open(sessions))
        return NULL;
    sessions->lent = take_ready(sessions);
    if (sessions->n_ready > 0)
        live_fetch(sessions->ready[0].live); /* the next one, while this one is used */
    return &sessions->lent->s;
}

int64_t sessions_watermark(const struct sessions *sessions)
{
    int64_t mark = sessions->clock;
    if (sessions->oldest && sessions->oldest->s.start < mark)
        mark = sessions->oldest->s.start;
    if (sessions->n_ready > 0 && sessions->ready[0].start < mark)
        mark = sessions->ready[0].start;
    int64_t on_wire = sessions->wire ? wire_oldest(sessions->wire) : WHEN_NONE;
    return on_wire != WHEN_NONE && on_wire < mark ? on_wire : mark;
}

size_t sessions_servers(const struct sessions *sessions)
{
    return sessions->n_streams;
}

const struct server_facts *sessions_server(const struct sessions *sessions, size_t i)
{
    return &sessions->streams[i]->facts;
}

const char *sessions_vantage(const struct sessions *sessions, uint32_t input)
{
    static const char *const words[] = {[VANTAGE_UNKNOWN] = NULL,
                                        [VANTAGE_CLIENT] = "client",
                                        [VANTAGE_SERVER] = "server",
                                        [VANTAGE_NODE] = "node"};
    return sessions->wire ? words[wire_vantage(sessions->wire, input)] : NULL;
}

struct wire_skew sessions_skew(const struct sessions *sessions)
{
    return sessions->wire ? wire_skew(sessions->wire) : (struct wire_skew){0};
}

struct session_counts sessions_counts(const struct sessions *sessions)
{
    struct session_counts counts = sessions->counts;
    counts.used_bytes = sessions->pool.used_bytes;
    if (sessions->wire) {
        struct wire_counts on_wire = wire_counts(sessions->wire);
        counts.sightings = on_wire.sightings;
        counts.settled_early += on_wire.early;
        counts.refused += on_wire.refused;
        counts.open += on_wire.open;
        counts.used_bytes += on_wire.used_bytes;
    }
    return counts;
}

bool session_is_slow(const struct session *session, int64_t slow_ns)
{
    return session->waited_ns != WHEN_NONE && session->waited_ns > slow_ns;
}

bool session_in_figures(const struct session *session)
{
    return !session->background && !session->internal;
}
