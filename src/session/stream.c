// SPDX-License-Identifier: BSD-2-Clause
/* Streams: which CoreDNS wrote a frame, which generation it is, when it was silent. */
#include <string.h>

#include "session/live.h"

/* A silence is unusual when it is longer than this and many times the stream's mean distance
 * between frames (see stream_tick). */
#define SILENCE_NS WHEN_SECOND
#define SILENCE_TIMES 10
/* Behind a silence, so much time tells whether the process went on with old work. */
#define BRIDGE_NS (5 * WHEN_SECOND)
/* Streams kept apart; frames of further ones share the last. */
#define STREAMS_MAX 4096

static struct stream *stream_make(struct sessions *sessions, const struct message *message)
{
    struct stream *stream = memory_get(1, sizeof *stream);
    stream->index = (uint32_t)sessions->n_streams;
    stream->coredns = message->coredns;
    stream->stated = message->identity.len > 0 || message->version.len > 0;
    stream->first = stream->clock = stream->gap_end = stream->lone_failure = WHEN_NONE;
    stream->facts.first_seen = stream->facts.last_seen = stream->facts.reloaded = WHEN_NONE;
    if (message->identity.len > 0) {
        char *identity = memory_get(message->identity.len + 1, 1);
        memory_copy(identity, message->identity.at, message->identity.len);
        stream->facts.identity = identity;
    }
    stream->identity_len = message->identity.len;
    stream->version_len = message->version.len;
    stream->version = memory_get(message->version.len + 1, 1);
    memory_copy(stream->version, message->version.at, message->version.len);
    size_t len = message->version.len < sizeof stream->facts.version - 1
                     ? message->version.len
                     : sizeof stream->facts.version - 1;
    memory_copy(stream->facts.version, message->version.at, len);
    sessions->streams =
        memory_grow(sessions->streams, sessions->n_streams + 1, sizeof(struct stream *));
    sessions->streams[sessions->n_streams++] = stream;
    return stream;
}

void stream_free(struct stream *stream)
{
    memory_free((void *)(uintptr_t)stream->facts.identity);
    memory_free(stream->version);
    cold_end(stream);
    map_free(stream->paths);
    loss_done(&stream->loss);
    memory_free(stream);
}

static bool stream_is(const struct stream *stream, const struct message *message)
{
    return stream->identity_len == message->identity.len &&
           stream->version_len == message->version.len &&
           (stream->identity_len == 0 ||
            memcmp(stream->facts.identity, message->identity.at, stream->identity_len) == 0) &&
           (stream->version_len == 0 ||
            memcmp(stream->version, message->version.at, stream->version_len) == 0);
}

/* The stream of a message: identity and version, as its frames state them. */
struct stream *stream_of(struct sessions *sessions, const struct message *message)
{
    if (sessions->last_stream && stream_is(sessions->last_stream, message))
        return sessions->last_stream;
    uint8_t key[512];
    size_t identity = message->identity.len < 255 ? message->identity.len : 255;
    size_t version = message->version.len < 255 ? message->version.len : 255;
    memory_copy(key, message->identity.at, identity);
    key[identity] = 0;
    memory_copy(key + identity + 1, message->version.at, version);
    bool added;
    struct stream **found = map_add(sessions->stream_map, key, identity + 1 + version, &added);
    if (!found)
        return sessions->last_stream = sessions->streams[STREAMS_MAX - 1];
    if (added)
        *found = sessions->n_streams < STREAMS_MAX ? stream_make(sessions, message)
                                                   : sessions->streams[STREAMS_MAX - 1];
    return sessions->last_stream = *found;
}

static void add_silence(struct sessions *sessions, struct stream *stream, int64_t start,
                        int64_t end)
{
    if (stream->n_silences == SILENCES_MAX) {
        for (uint32_t i = 1; i < SILENCES_MAX; i++)
            stream->silences[i - 1] = stream->silences[i];
        stream->n_silences--;
    }
    stream->silences[stream->n_silences++] = (struct silence){.start = start, .end = end};
    if (!stream->cold)
        cold_begin(stream, end);
    if (end - start < LOSS_SILENCE_NS)
        return;
    loss_silence(&stream->loss, start, end);
    if (stream->input < sessions->n_input_loss)
        loss_silence(&sessions->input_loss[stream->input], start, end);
}

static void add_beginning(struct stream *stream, int64_t when)
{
    if (stream->n_beginnings == BEGINNINGS_MAX) {
        for (uint32_t i = 1; i < BEGINNINGS_MAX; i++)
            stream->beginnings[i - 1] = stream->beginnings[i];
        stream->n_beginnings--;
    }
    stream->beginnings[stream->n_beginnings++] = when;
}

/* Notes that work from before the newest silence went on behind it. */
static void bridge(struct stream *stream, const struct message *message)
{
    struct silence *last = &stream->silences[stream->n_silences - 1];
    if (stream->clock > last->end + BRIDGE_NS + READ_TIMEOUT_NS)
        return;
    if (message->query_time != WHEN_NONE && message->query_time < last->start &&
        (message->response || message->leg == LEG_UPSTREAM))
        last->bridged = true;
}

static void learn_generation(struct stream *stream, const struct message *message)
{
    if (stream->stated)
        return;
    if (message->early_shape)
        stream->late = true;
    if (message->response && message->query_time == WHEN_NONE)
        stream->late = stream->timeless = true;
    if (message->leg == LEG_UPSTREAM && !message->response && message->asker.len == 0 &&
        !message->early_shape)
        stream->late = stream->timeless = true;
}

/* Another capture of the same process, joined behind a time of which nothing is known: what is
 * open stays open for ever. */
static void new_epoch(struct sessions *sessions, struct stream *stream, int64_t when)
{
    settle_stream(sessions, stream, stream->clock);
    stream->first = when;
    stream->n_silences = stream->n_beginnings = 0;
    stream->gap_end = WHEN_NONE;
    cold_begin(stream, when);
}

/* The clock stands where this message put it. */
static void moved_by(struct stream *stream, const struct message *message)
{
    stream->input = message->input;
    stream->connection = message->connection;
}

/* The clock was set back, or one frame with a time far ahead had moved it. */
static void step_back(struct sessions *sessions, struct stream *stream, int64_t when)
{
    stream->clock = stream->gap_end = when;
    stream->behind = 0;
    sessions->clock = when;
    for (size_t i = 0; i < sessions->n_streams; i++)
        if (sessions->streams[i]->clock > sessions->clock && sessions->streams[i] != stream)
            sessions->clock = sessions->streams[i]->clock;
    sessions->wheel = sessions->clock / WHEEL_SLOT_NS;
    settle_rebase(sessions, stream, when);
}

/* An earlier capture joined behind a later one (cat b a). */
static void earlier_capture(struct sessions *sessions, struct stream *stream,
                            const struct message *message)
{
    new_epoch(sessions, stream, message->when);
    step_back(sessions, stream, message->when);
    moved_by(stream, message);
}

/* An event behind an upstream query tells when that was written at the latest. */
static void bound_write(struct stream *stream, const struct message *message)
{
    struct live *live = stream->unbounded;
    if (!live || message->leg != LEG_CLIENT)
        return;
    stream->unbounded = NULL;
    live->bounded = message->when;
    live->bounded_tries = live->s.tries;
    /* Frames of two connections of a process stand up to a flush interval apart. */
    live->quick = live->s.tries == 1 && live->last_attempt &&
                  message->when - live->last_attempt->start <
                      READ_TIMEOUT_NS - LOSS_FLUSH_NS - WHEN_SECOND / 10;
}

/* Moves the stream's clock to the event of MESSAGE.  The time of a query that was forwarded is
 * that of its call, long before its frame was written, so it moves nothing. */
void stream_tick(struct sessions *sessions, struct stream *stream, const struct message *message)
{
    int64_t when = message->when, before = stream->clock;
    learn_generation(stream, message);
    bound_write(stream, message);
    stream->facts.frames++;
    if (stream->n_silences > 0)
        bridge(stream, message);
    if (stream->facts.first_seen == WHEN_NONE || when < stream->facts.first_seen)
        stream->facts.first_seen = when;
    if (stream->facts.last_seen == WHEN_NONE || when > stream->facts.last_seen)
        stream->facts.last_seen = when;
    bool other = message->input != stream->input || message->connection != stream->connection;
    if (before == WHEN_NONE) {
        stream->first = stream->clock = when;
        moved_by(stream, message);
        cold_begin(stream, when);
        return;
    }
    if (when <= before) {
        bool joined = message->connection != stream->connection && message->input == stream->input;
        if (joined && when < before - READ_TIMEOUT_NS &&
            (message->leg == LEG_CLIENT || message->response))
            earlier_capture(sessions, stream, message);
        else if (when < before - QUIET_NS && ++stream->behind >= BEHIND_SURE)
            step_back(sessions, stream, when);
        else if (when >= before - QUIET_NS)
            stream->behind = stream->ahead = 0;
        return;
    }
    int64_t gap = when - before;
    if (gap > QUIET_NS && stream->ahead++ == 0)
        return; /* one frame alone may be damaged: the next one tells */
    stream->behind = stream->ahead = 0;
    moved_by(stream, message);
    if (other && gap > SETTLE_NS) {
        new_epoch(sessions, stream, when);
        stream->clock = when;
        return;
    }
    stream->clock = when;
    cold_tick(stream, when);
    if (gap > READ_TIMEOUT_NS)
        stream->gap_end = when;
    int64_t mean = (before - stream->facts.first_seen) / (int64_t)stream->facts.frames;
    if (gap >= SILENCE_NS && gap / SILENCE_TIMES >= mean)
        add_silence(sessions, stream, before, when);
}

/* Who the asker of upstream messages is: stated by the version, checked against what is seen. */
enum asker stream_asker(const struct stream *stream)
{
    if (stream->asker_misses >= ASKER_SURE && stream->asker_hits == 0)
        return ASKER_SOCKET;
    if (stream->asker_hits >= ASKER_SURE && stream->asker_misses < stream->asker_hits)
        return ASKER_CLIENT;
    if (stream->coredns != 0)
        return stream->coredns >= 0x010e05 ? ASKER_SOCKET : ASKER_CLIENT;
    return stream->stated ? ASKER_UNKNOWN : ASKER_CLIENT;
}

static void add_restart(struct server_facts *facts, const struct silence *silence)
{
    facts->restarts++;
    if (facts->n_gaps < SERVER_GAPS_MAX)
        facts->n_gaps++;
    facts->gaps[facts->n_gaps - 1] = (struct server_gap){silence->start, silence->end};
}

/* The loop plugin asks its probe when a configuration starts: behind a silence that is a new
 * process with a cold cache, else a reload. */
void stream_probe(struct stream *stream, int64_t when)
{
    const struct silence *last =
        stream->n_silences ? &stream->silences[stream->n_silences - 1] : NULL;
    bool start = when - stream->first < PROBE_NS;
    if (last && when - last->end < PROBE_NS && !last->bridged) {
        add_restart(&stream->facts, last);
    } else if (!start) {
        stream->facts.reloads++;
        stream->facts.reloaded = when;
    }
    if (!start)
        add_beginning(stream, when);
    cold_known(stream);
}

bool stream_replaced_after(const struct stream *stream, int64_t when)
{
    for (uint32_t i = stream->n_beginnings; i-- > 0;)
        if (stream->beginnings[i] >= when && stream->beginnings[i] <= when + SETTLE_NS)
            return true;
    return false;
}

struct path *stream_path(struct stream *stream, const struct endpoint *upstream)
{
    bool added;
    if (stream->index >= STREAMS_FULL)
        return NULL;
    if (!stream->paths)
        stream->paths = map_new(sizeof(struct path), PATHS_MAX);
    struct path *path = map_add(stream->paths, upstream, sizeof *upstream, &added);
    if (path && added)
        path->answered = WHEN_NONE;
    return path;
}

void stream_seen(struct stream *stream, int64_t start, int64_t end)
{
    int64_t last = end != WHEN_NONE ? end : start;
    if (stream->facts.first_seen == WHEN_NONE || start < stream->facts.first_seen)
        stream->facts.first_seen = start;
    if (stream->facts.last_seen == WHEN_NONE || last > stream->facts.last_seen)
        stream->facts.last_seen = last;
}

struct stream *stream_of_exchange(struct sessions *sessions, const struct exchange *exchange)
{
    static const struct message nothing;
    struct host *host =
        exchange_is_clientless(exchange) ? exchange->asker_host : exchange->answerer_host;
    if (host)
        host = host->self;
    if (host && host->stage)
        return host->stage;
    if (sessions->n_streams >= STREAMS_MAX)
        return sessions->streams[STREAMS_MAX - 1];
    struct stream *stream = stream_make(sessions, &nothing);
    if (host) {
        stream->facts.addr = host->addr;
        host->stage = stream;
    }
    return stream;
}
