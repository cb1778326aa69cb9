// SPDX-License-Identifier: BSD-2-Clause
/* The run over virtual time: queries begin, frames are written, sessions leave for the truth. */
#include <stdlib.h>

#include "packets.h"

#define LEAD                                                                                       \
    MILLI /* packets come so much before the time in whose name they are planned, at most */
#define SETTLED (8 * SECOND) /* a little more than any reader waits for the end of a session */
#define REPLICAS 64
#define RECENT 64

struct traffic {
    const struct options *o;
    struct output *output;
    struct packets *packets;
    struct truth *truth;
    struct queue queue;
    struct draw arrivals;
    struct flow *flow;          /* ring: flow n stands at n & mask */
    uint64_t mask, first, next; /* flows [first, next) are held */
    uint64_t sessions, frames;
    int64_t next_start, gap, first_event, last_event, clock[REPLICAS];
    struct cache *cache; /* one for each replica */
};

struct traffic *traffic_new(const struct options *o, struct output *output, struct packets *packets,
                            struct truth *truth)
{
    struct traffic *t = need(calloc(1, sizeof *t));
    t->o = o;
    t->output = output;
    t->packets = packets;
    t->truth = truth;
    t->mask = 1023;
    t->flow = need(calloc(t->mask + 1, sizeof *t->flow));
    t->cache = need(calloc(o->replicas, sizeof *t->cache));
    t->arrivals.state = mix(o->seed, 1);
    t->gap = (int64_t)(1e9 / o->rate);
    t->next_start = o->start + (o->probe ? SECOND : 0);
    return t;
}

void traffic_free(struct traffic *t)
{
    free(t->queue.at);
    free(t->flow);
    free(t->cache);
    free(t);
}

void traffic_totals(const struct traffic *t, struct totals *totals)
{
    totals->frames = t->frames;
    totals->first = t->first_event;
    totals->last = t->last_event;
}

static struct flow *flow_at(struct traffic *t, uint64_t number)
{
    return &t->flow[number & t->mask];
}

static struct flow *flow_new(struct traffic *t)
{
    if (t->next - t->first > t->mask) {
        uint64_t mask = 2 * t->mask + 1;
        struct flow *more = need(calloc(mask + 1, sizeof *more));
        for (uint64_t n = t->first; n < t->next; n++)
            more[n & mask] = t->flow[n & t->mask];
        free(t->flow);
        t->flow = more;
        t->mask = mask;
    }
    struct flow *flow = flow_at(t, t->next);
    *flow = (struct flow){.number = t->next++, .repeat_of = NO_NUMBER};
    return flow;
}

/* When a frame of an event is written: somewhat later, never before the frame in front of it. */
static int64_t written(struct flow *flow, struct draw *draw, int64_t event)
{
    int64_t at = event + draw_between(draw, 3 * MICRO, 15 * MICRO);
    if (at < flow->last_write)
        at = flow->last_write;
    return flow->last_write = at;
}

static void schedule(struct traffic *t, struct flow *flow, enum frame frame, unsigned attempt,
                     int64_t at)
{
    struct todo todo = {.at = at,
                        .write = at,
                        .flow = flow->number,
                        .frame = (uint8_t)frame,
                        .attempt = (uint8_t)attempt};
    int64_t phase = SECOND / t->o->replicas * flow->replica;
    if (t->o->bursts)
        todo.at = ((at - phase) / SECOND + 1) * SECOND + phase;
    flow->made |= (uint8_t)(1u << (frame - CQ));
    flow->pending++;
    queue_push(&t->queue, todo);
}

static void schedule_attempts(struct traffic *t, struct flow *flow, struct draw *draw)
{
    for (unsigned i = 0; i < flow->attempts; i++) {
        int64_t at = written(flow, draw, flow->attempt[i].ended + flow->attempt[i].late);
        schedule(t, flow, FQ, i, at);
        if (flow->attempt[i].answered)
            schedule(t, flow, FR, i, at);
    }
}

static void schedule_flow(struct traffic *t, struct flow *flow, struct draw *draw)
{
    bool late = t->o->generation->late_query, client = flow->kind != KIND_REFRESH;
    if (client && !late)
        schedule(t, flow, CQ, 0, written(flow, draw, flow->start + flow->query_late));
    if (flow->kind == KIND_STORM) {
        schedule(t, flow, FQ, 0, written(flow, draw, flow->call_time));
        flow->last_write = flow->end;
    } else {
        schedule_attempts(t, flow, draw);
    }
    if (!client || !flow->answered)
        return;
    int64_t at = written(flow, draw, flow->end + flow->answer_late);
    if (late)
        schedule(t, flow, CQ, 0, at);
    schedule(t, flow, CR, 0, at);
}

/* Whether `other` has the same socket and id and is open, as far as its frames tell. */
static bool holds(const struct flow *other, const struct flow *flow)
{
    int64_t end = other->answered ? other->end : other->start + SETTLED;
    return other->client == flow->client && other->port == flow->port && other->id == flow->id &&
           end > flow->start;
}

static void draw_ends(struct traffic *t, struct flow *flow, struct draw *draw)
{
    const struct options *o = t->o;
    flow->client = (uint32_t)draw_below(draw, o->clients);
    flow->port = (uint16_t)(32768 + draw_below(draw, 28232));
    flow->id = (uint16_t)draw_next(draw);
    flow->tcp = draw_share(draw, o->tcp);
    flow->replica = (uint8_t)draw_below(draw, o->replicas);
    if (!draw_share(draw, o->reuse) || t->next - t->first < 2)
        return;
    uint64_t held = t->next - t->first - 1,
             back = 1 + draw_below(draw, held < RECENT ? held : RECENT);
    const struct flow *other = flow_at(t, flow->number - back);
    if (other->kind == KIND_PROBE || other->tcp) /* a connection's port is not used while it is */
        return;
    flow->client = other->client;
    flow->port = other->port;
    flow->id = other->id;
    flow->tcp = other->tcp;
    flow->replica = other->replica;
    flow->reused = true;
    for (back = 1; back <= held && back <= 4 * RECENT && !flow->reused_open; back++)
        flow->reused_open = holds(flow_at(t, flow->number - back), flow);
}

static void start_refresh(struct traffic *t, uint64_t parent, struct draw *draw)
{
    struct flow *flow = flow_new(t), *from = flow_at(t, parent);
    plan_refresh(t->o, flow, from, draw, &t->cache[from->replica]);
    packets_flow(t->packets, flow, NULL);
    schedule_flow(t, flow, draw);
}

/* A stub asks again after 5 s; where the answer is there by then, some time before it. */
static void maybe_repeat(struct traffic *t, const struct flow *flow, struct draw *draw)
{
    int64_t waits = flow->end - flow->start;
    if (flow->kind == KIND_MUTE && !flow->untapped)
        waits = 10 * SECOND;
    if (waits < 20 * MILLI || flow->tcp || flow->kind == KIND_STORM ||
        !draw_share(draw, t->o->repeat))
        return;
    int64_t at =
        flow->start + (waits > 5 * SECOND ? 5 * SECOND : draw_between(draw, waits / 4, waits));
    struct todo todo = {.at = at, .write = at, .flow = flow->number};
    queue_push(&t->queue, todo);
    flow_at(t, flow->number)->pending++;
}

static void start_flow(struct traffic *t)
{
    struct flow *flow = flow_new(t);
    struct draw draw = {mix(t->o->seed, mix(flow->number, 11))};
    uint64_t number = flow->number;
    flow->start = t->next_start;
    draw_ends(t, flow, &draw);
    plan_question(t->o, flow, &draw, &t->cache[flow->replica]);
    plan_answer(t->o, flow, &draw, &t->cache[flow->replica]);
    packets_flow(t->packets, flow, NULL);
    schedule_flow(t, flow, &draw);
    maybe_repeat(t, flow, &draw);
    if (flow->kind == KIND_CACHE && draw_share(&draw, t->o->refresh))
        start_refresh(t, number, &draw);
    t->sessions++;
    t->next_start += draw_between(&t->arrivals, 0, 2 * t->gap);
}

static void start_repeat(struct traffic *t, const struct todo *todo)
{
    struct flow *flow = flow_new(t), *of = flow_at(t, todo->flow);
    struct draw draw = {mix(t->o->seed, mix(flow->number, 13))};
    uint64_t number = flow->number;
    of->pending--;
    of->repeats++;
    *flow = *of;
    flow->number = number;
    flow->repeat_of = todo->flow;
    flow->frame_query = flow->frame_answer = 0;
    flow->pending = flow->lost = flow->repeats = 0;
    flow->attempts = flow->made = flow->seen = 0;
    flow->last_write = 0;
    flow->answer_pod = flow->answer_client = 0;
    flow->reused = flow->reused_open = false;
    flow->start = todo->at;
    plan_answer(t->o, flow, &draw, &t->cache[flow->replica]);
    packets_flow(t->packets, flow, flow_at(t, todo->flow));
    schedule_flow(t, flow, &draw);
    t->sessions++;
}

static void start_probes(struct traffic *t)
{
    for (uint32_t replica = 0; replica < t->o->replicas; replica++) {
        struct flow *flow = flow_new(t);
        struct draw draw = {mix(t->o->seed, mix(flow->number, 17))};
        flow->start = t->o->start + replica * MILLI;
        flow->replica = (uint8_t)replica;
        plan_probe(t->o, flow, &draw);
        packets_flow(t->packets, flow, NULL);
        schedule_flow(t, flow, &draw);
    }
}

static bool is_lost(const struct traffic *t, const struct flow *flow, const struct todo *todo)
{
    const struct options *o = t->o;
    int64_t since = todo->write - o->start;
    if (since >= o->loss_burst.from && since < o->loss_burst.to)
        return true;
    double share = o->loss + (todo->frame == CR ? o->loss_answers : 0);
    if (!(share > 0))
        return false;
    struct draw draw = {
        mix(mix(o->seed, flow->number), todo->frame * 64u + todo->attempt + flow->storm * 512u)};
    return draw_share(&draw, share);
}

static int64_t event_time(const struct options *o, const struct flow *flow, const struct todo *todo)
{
    switch (todo->frame) {
    case CQ:
        return o->generation->racy_times && flow->race_client ? flow->end : flow->start;
    case CR:
        return flow->end;
    case FR:
        return flow->attempt[todo->attempt].ended;
    default:
        return flow->call_time;
    }
}

static void write_frame(struct traffic *t, struct flow *flow, const struct todo *todo)
{
    uint8_t frame[2048];
    size_t n = frame_write(t->o, flow, todo->frame, &flow->attempt[todo->attempt], frame);
    int64_t event = event_time(t->o, flow, todo);
    output_frame(t->output, flow->replica, frame, n);
    t->frames++;
    flow->seen |= (uint8_t)(1u << (todo->frame - CQ));
    if (todo->frame == CQ)
        flow->frame_query = t->frames;
    if (todo->frame == CR)
        flow->frame_answer = t->frames;
    if (!t->first_event || event < t->first_event)
        t->first_event = event;
    if (event > t->last_event)
        t->last_event = event;
    if (event > t->clock[flow->replica])
        t->clock[flow->replica] = event;
}

static void act(struct traffic *t, const struct todo *todo)
{
    if (!todo->frame) {
        start_repeat(t, todo);
        return;
    }
    struct flow *flow = flow_at(t, todo->flow);
    flow->pending--;
    if (is_lost(t, flow, todo))
        flow->lost++;
    else
        write_frame(t, flow, todo);
    if (flow->kind != KIND_STORM || todo->frame != FQ || flow->storm <= 1)
        return;
    flow->storm--; /* the next try of the storm */
    int64_t rest = flow->end - todo->write;
    schedule(t, flow, FQ, (todo->attempt + 1u) % flow->attempts,
             todo->write + rest / (flow->storm + 1));
}

/* Whether all packets of the flow are written that can be, and long enough for any verdict. */
static bool packets_settled(const struct flow *flow, int64_t newest)
{
    int64_t last = flow->query_pod;
    for (unsigned i = 0; i < flow->attempts; i++)
        last = flow->attempt[i].ended > last ? flow->attempt[i].ended : last;
    return newest > (flow->answer_client ? flow->answer_client : last + SETTLED + 2 * SECOND);
}

/* Sessions leave in the order in which they began, when nothing can be added to them. */
static void retire(struct traffic *t, bool all)
{
    int64_t packets = packets_newest(t->packets);
    while (t->first < t->next) {
        struct flow *flow = flow_at(t, t->first);
        int64_t clock = t->clock[flow->replica];
        bool settled = flow->seen & BIT_CR || clock > flow->last_write + SETTLED;
        settled = settled && (packets < 0 || packets_settled(flow, packets));
        if (!all && (flow->pending || !settled || t->next - t->first <= 4 * RECENT))
            return;
        truth_flow(t->truth, flow, clock, packets);
        t->first++;
    }
}

void traffic_run(struct traffic *t)
{
    const struct options *o = t->o;
    struct todo todo;
    if (o->probe)
        start_probes(t);
    for (;;) {
        bool more = !o->sessions || t->sessions < o->sessions;
        bool later = !t->queue.n || t->queue.at[0].at > t->next_start;
        if (more || t->queue.n)
            packets_until(t->packets, (more && later ? t->next_start : t->queue.at[0].at) - LEAD);
        if (more && later) {
            start_flow(t);
            continue;
        }
        if (!queue_pop(&t->queue, &todo))
            break;
        if (todo.frame || more)
            act(t, &todo);
        else
            flow_at(t, todo.flow)->pending--;
        retire(t, false);
        if (o->messages && t->frames >= o->messages)
            break;
    }
    packets_until(t->packets, o->messages ? todo.at : t->last_event + SETTLED);
    retire(t, true);
}
