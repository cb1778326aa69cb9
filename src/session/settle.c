// SPDX-License-Identifier: BSD-2-Clause
/*
 * When sessions leave.  A wheel of quarter seconds, turned by the newest event of all streams,
 * looks at each session when it may be over; whether it is, its own stream's clock tells.  Those
 * that are over wait in a heap until no older one is left, or ORDER_WINDOW of them wait.
 */
#include "session/live.h"

static void wheel_remove(struct live *live)
{
    if (live->due)
        *live->due = NULL;
    live->due = NULL;
}

/* A block of SLOT with room; NULL where the ceiling leaves none. */
static struct block *block_with_room(struct sessions *sessions, struct block **slot)
{
    if (*slot && (*slot)->n < BLOCK_SESSIONS)
        return *slot;
    struct block *block = pool_get(&sessions->pool, sizeof *block);
    if (!block)
        return NULL;
    block->next = *slot;
    block->n = 0;
    return *slot = block;
}

/* Where the ceiling leaves no room in the wheel LIVE stays until it is the oldest. */
void settle_schedule(struct sessions *sessions, struct live *live, int64_t due)
{
    int64_t slot = due / WHEEL_SLOT_NS + 1;
    if (sessions->wheel == WHEN_NONE)
        sessions->wheel = sessions->clock / WHEEL_SLOT_NS;
    if (slot <= sessions->wheel)
        slot = sessions->wheel + 1;
    if (slot >= sessions->wheel + WHEEL_SLOTS)
        slot = sessions->wheel + WHEEL_SLOTS - 1;
    wheel_remove(live);
    struct block *block = block_with_room(sessions, &sessions->slot[(uint64_t)slot % WHEEL_SLOTS]);
    if (!block)
        return;
    live->due = &block->live[block->n++];
    *live->due = live;
}

void settle_ready(struct sessions *sessions, struct live *live)
{
    struct waiting waiting = {live->s.start, live->s.number, live};
    if (sessions->n_ready == sessions->ready_room) {
        sessions->ready_room = sessions->ready_room ? 2 * sessions->ready_room : 256;
        sessions->ready =
            memory_grow(sessions->ready, sessions->ready_room, sizeof *sessions->ready);
    }
    size_t i = sessions->n_ready++;
    for (; i > 0 && settle_before(&waiting, &sessions->ready[(i - 1) / 2]); i = (i - 1) / 2)
        sessions->ready[i] = sessions->ready[(i - 1) / 2];
    sessions->ready[i] = waiting;
}

static void leave(struct sessions *sessions, struct live *live, bool at_end)
{
    wheel_remove(live);
    if (live->crowded)
        nest_leaving(sessions, live);
    chain_leaving(sessions, live);
    status_settle(sessions, live, at_end);
    live_unlink(sessions, live);
    live->s.name_hash = live->name_hash;
    if (live->s.has_question && live->s.realm == REALM_LOCAL)
        zones_learn(sessions->zones, live->s.name, live->s.name_len);
    if (!live->twin)
        fuse_link(sessions, live); /* its packets may have come behind its frames */
    live->taken = fuse_waits(live);
    if (fuse_is_seen(live)) {
        tags_dropped(sessions, live);
        live_free(sessions, live);
    } else if (!live->taken) {
        tags_tapped(sessions, live);
        settle_ready(sessions, live);
    }
}

void settle_take(struct sessions *sessions, struct live *live)
{
    if (!live->taken)
        leave(sessions, live, false);
}

void settle_forget(struct sessions *sessions, struct live *live)
{
    wheel_remove(live);
    chain_leaving(sessions, live);
    live_unlink(sessions, live);
    live_free(sessions, live);
}

static int64_t latest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Looks at a session whose time has come: it leaves, or is put off. */
static void look_at(struct sessions *sessions, struct live *live)
{
    struct stream *stream = live->stream;
    if (sessions->clock - stream->clock > QUIET_NS) {
        if (live->answered || stream->clock >= live->newest + SETTLE_NS)
            status_prove(sessions, live);
        leave(sessions, live, true);
        return;
    }
    if (stream->timeless && !live->query_seen && live->s.tries == 1 && !(live->s.bitmap & BIT_FR) &&
        stream->clock > live->newest + 2 * READ_TIMEOUT_NS + FORWARD_DELAY_NS)
        stream->lone_failure = live->newest;
    int64_t over = live->newest + HOLD_ANSWERED_NS;
    if (!live->answered) {
        over = live->newest + SETTLE_NS;
        if (stream->clock >= over)
            status_prove(sessions, live);
        over = latest(over + HOLD_UNANSWERED_NS,
                      stream->gap_end == WHEN_NONE ? 0 : stream->gap_end + SETTLE_NS);
    }
    if (stream->clock >= over) {
        status_prove(sessions, live);
        leave(sessions, live, false);
        return;
    }
    int64_t next = latest(over, sessions->clock);
    if (!live->answered && !live->proven && next > live->newest + SETTLE_NS)
        next = latest(live->newest + SETTLE_NS, sessions->clock);
    live->parked = !live->answered;
    settle_schedule(sessions, live, next);
}

/* What looking at a session will touch: its own octets, then what its links lead to. */
static void fetch_near(const struct live *live)
{
    __builtin_prefetch(live->client_link, 1);
    __builtin_prefetch(live->s.name);
    __builtin_prefetch(live->older, 1);
}

static void look_at_block(struct sessions *sessions, struct block *block)
{
    for (size_t i = 0; i < block->n; i++) {
        struct live *live = block->live[i];
        if (i + 6 < block->n && block->live[i + 6])
            live_fetch(block->live[i + 6]);
        if (i + 3 < block->n && block->live[i + 3])
            fetch_near(block->live[i + 3]);
        if (!live)
            continue;
        live->due = NULL;
        look_at(sessions, live);
    }
}

/* Turns the wheel to the newest event. */
void settle_advance(struct sessions *sessions)
{
    int64_t now = sessions->clock / WHEEL_SLOT_NS;
    if (sessions->wheel == WHEN_NONE || now <= sessions->wheel)
        return;
    if (now - sessions->wheel > WHEEL_SLOTS)
        sessions->wheel = now - WHEEL_SLOTS;
    while (sessions->wheel < now) {
        struct block **slot = &sessions->slot[(uint64_t)++sessions->wheel % WHEEL_SLOTS];
        struct block *block = *slot, *next;
        *slot = NULL;
        for (; block; block = next) {
            next = block->next;
            look_at_block(sessions, block);
            pool_put(&sessions->pool, block, sizeof *block);
        }
    }
}

static bool is_of(const struct live *live, const struct stream *stream, int64_t until)
{
    return !stream || (live->stream == stream && live->newest <= until);
}

/* All that is open in STREAM (NULL: in all) and no newer than UNTIL leaves as at a capture's end. */
void settle_stream(struct sessions *sessions, struct stream *stream, int64_t until)
{
    for (struct live *live = sessions->oldest; live; live = live->newer) {
        if (!is_of(live, stream, until))
            continue;
        if (live->stream->late && live->query_seen && !live->answered)
            join_adopt(sessions, live); /* its answer was cut off */
        if (live->answered || live->stream->clock >= live->newest + SETTLE_NS)
            status_prove(sessions, live);
    }
    for (struct live *live = sessions->oldest, *next; live; live = next) {
        next = live->newer;
        if (is_of(live, stream, until))
            leave(sessions, live, true);
    }
}

void settle_rebase(struct sessions *sessions, struct stream *stream, int64_t when)
{
    for (struct live *live = sessions->oldest; live; live = live->newer)
        if (live->stream == stream && live->newest > when) {
            live->stepped = true;
            live->newest = live->written = when;
            settle_schedule(sessions, live, when + HOLD_ANSWERED_NS);
        }
}

void settle_all(struct sessions *sessions)
{
    settle_stream(sessions, NULL, 0);
}

void settle_oldest(struct sessions *sessions)
{
    if (!sessions->oldest)
        return;
    sessions->counts.settled_early++;
    leave(sessions, sessions->oldest, true);
}
