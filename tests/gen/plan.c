// SPDX-License-Identifier: BSD-2-Clause
/* What becomes of one query: who asks what, which upstreams are tried, when the answer is out. */
#include "gen.h"

#define READ_TIMEOUT (2 * SECOND)
#define DEADLINE (5 * SECOND)
#define TTL 30
/* A dead upstream is taken out when three health checks have failed, and asked again soon after. */
#define NOTICED (6 * SECOND)
#define RECOVERY (SECOND / 2)

static uint64_t draw_name(const struct options *o, struct draw *draw, bool outer)
{
    uint64_t half = (o->names + 1) / 2, hot = half < 1000 ? half : 1000;
    uint64_t number = 2 * draw_below(draw, draw_below(draw, 100) < 12 ? hot : half);
    return outer ? name_outer(number + 1) : name_zone(number);
}

static uint16_t draw_type(struct draw *draw)
{
    uint64_t x = draw_below(draw, 100);
    return x < 60 ? TYPE_A : x < 93 ? TYPE_AAAA : x < 97 ? TYPE_SRV : x < 99 ? TYPE_TXT : TYPE_PTR;
}

static bool from_cache(struct flow *flow, struct draw *draw, const struct cache *cache)
{
    for (int try = 0; try < 8 && cache->n; try++) {
        uint64_t held = cache->n < CACHE_ENTRIES ? cache->n : CACHE_ENTRIES;
        const struct cache_entry *entry = &cache->entry[draw_below(draw, held)];
        if (entry->ready >= flow->start || entry->expires - SECOND < flow->start)
            continue;
        flow->kind = KIND_CACHE;
        flow->name = entry->name;
        flow->type = entry->type;
        flow->rcode = entry->rcode;
        flow->ttl = (uint8_t)((entry->expires - flow->start) / SECOND);
        return true;
    }
    return false;
}

void plan_question(const struct options *o, struct flow *flow, struct draw *draw,
                   struct cache *cache)
{
    double x = (double)(draw_next(draw) >> 11) / 9007199254740992.0;
    bool forwarded = x < o->forwarded, servfail = !forwarded && (x -= o->forwarded) < o->servfail;
    bool silent = !forwarded && !servfail && (x -= o->servfail) < o->silent;
    bool mute = !forwarded && !servfail && !silent && x - o->silent < o->no_answer;
    bool outer = forwarded || servfail || silent;
    flow->ttl = TTL;
    flow->silent = silent;
    flow->kind = outer ? KIND_FORWARD : mute ? KIND_MUTE : KIND_ZONE;
    if (o->storm && flow->number % 5000 == 2500)
        flow->kind = KIND_STORM;
    if (flow->kind != KIND_ZONE || draw_below(draw, 100) >= 30 || !from_cache(flow, draw, cache)) {
        flow->name = draw_name(o, draw, outer || flow->kind == KIND_STORM);
        flow->type = draw_type(draw);
        bool missing = mix(flow->name, 1) % (outer ? 10 : 5) == 0;
        flow->rcode = servfail ? RCODE_SERVFAIL : missing ? RCODE_NXDOMAIN : RCODE_NOERROR;
    }
    flow->asked_name = flow->name;
    if (flow->kind == KIND_FORWARD && draw_share(draw, o->rename_share))
        flow->asked_name = name_outer(mix(flow->name, 2) % o->names | 1);
    flow->edns = draw_below(draw, 10) < 3;
    flow->upper = draw_below(draw, 100) == 0;
    flow->own_opt = o->generation->own_opt;
    struct draw more = {mix(o->seed, mix(flow->number, 29))};
    flow->untapped = flow->kind == KIND_MUTE && draw_share(&more, o->untapped);
}

/* Now and then a frame is written later than its event; what CoreDNS does next waits for it. */
static int64_t lateness(const struct options *o, struct draw *draw, int64_t most)
{
    if (!o->jitter || draw_below(draw, 10))
        return 0;
    return draw_between(draw, 0, most);
}

static bool in(struct span span, int64_t t)
{
    return t >= span.from && t < span.to;
}

static bool taken_out(const struct options *o, uint32_t upstream, int64_t t)
{
    struct span out = {o->dead.from + NOTICED, o->dead.to + RECOVERY};
    return upstream == 0 && o->dead.to > o->dead.from && in(out, t - o->start);
}

static bool is_dead(const struct options *o, uint32_t upstream, int64_t t, struct draw *draw)
{
    if (upstream)
        return false;
    return in(o->dead, t - o->start) || (o->dead_share > 0 && draw_share(draw, o->dead_share));
}

static int64_t latency(struct draw *draw)
{
    uint64_t x = draw_below(draw, 100);
    if (x < 70)
        return draw_between(draw, 300 * MICRO, 3 * MILLI);
    if (x < 95)
        return draw_between(draw, 3 * MILLI, 20 * MILLI);
    return draw_between(draw, 20 * MILLI, 300 * MILLI);
}

/* Tries upstreams as forward does: the next one after a failure, until the deadline.  Returns
 * whether one of them answered; the last attempt is the one that did. */
static bool plan_attempts(const struct options *o, struct flow *flow, struct draw *draw)
{
    int64_t t = flow->call_time;
    uint32_t upstream = (uint32_t)draw_below(draw, o->upstreams);
    uint32_t most =
        o->generation->capped && 2 * o->upstreams < ATTEMPTS_MAX ? 2 * o->upstreams : ATTEMPTS_MAX;
    while (flow->attempts < most && t - flow->call_time <= DEADLINE) {
        bool out = taken_out(o, upstream, t);
        if (out && o->upstreams > 1)
            upstream = (upstream + 1) % o->upstreams;
        struct attempt *attempt = &flow->attempt[flow->attempts++];
        *attempt =
            (struct attempt){.asked = t, .upstream = (uint8_t)upstream, .rcode = flow->rcode};
        attempt->answered = !flow->silent && !is_dead(o, upstream, t, draw);
        attempt->ended =
            t + (attempt->answered ? latency(draw)
                                   : READ_TIMEOUT + draw_between(draw, 50 * MICRO, 500 * MICRO));
        attempt->late = lateness(o, draw, 30 * MILLI);
        if (attempt->answered)
            return true;
        if (out && o->upstreams == 1)
            return false; /* all down: one is tried, once */
        t = attempt->ended + attempt->late + draw_between(draw, 5 * MICRO, 15 * MICRO);
        upstream = (upstream + 1) % o->upstreams;
    }
    return false;
}

static void remember(const struct flow *flow, struct cache *cache)
{
    if (flow->rcode == RCODE_SERVFAIL)
        return;
    cache->entry[cache->n++ % CACHE_ENTRIES] = (struct cache_entry){
        flow->name, flow->end, flow->end + TTL * SECOND, flow->type, flow->rcode};
}

static void plan_forward(const struct options *o, struct flow *flow, struct draw *draw,
                         struct cache *cache)
{
    flow->call_time = flow->start + flow->query_late + draw_between(draw, 15 * MICRO, 100 * MICRO);
    flow->answered = plan_attempts(o, flow, draw);
    const struct attempt *last = &flow->attempt[flow->attempts - 1];
    flow->end = last->ended + last->late + draw_between(draw, 20 * MICRO, 80 * MICRO);
    if (flow->answered && cache)
        remember(flow, cache);
    if (!flow->answered)
        flow->rcode = RCODE_SERVFAIL;
}

static void plan_storm(const struct options *o, struct flow *flow, struct draw *draw)
{
    flow->call_time = flow->start + flow->query_late + draw_between(draw, 15 * MICRO, 100 * MICRO);
    flow->attempts = (uint8_t)(o->upstreams < ATTEMPTS_MAX ? o->upstreams : ATTEMPTS_MAX);
    flow->storm = (uint32_t)(o->generation->capped ? 2 * o->upstreams : o->storm);
    flow->tries = flow->storm;
    flow->end = flow->call_time + (o->generation->capped ? 300 * MICRO : SECOND);
    for (uint8_t i = 0; i < flow->attempts; i++)
        flow->attempt[i] = (struct attempt){.asked = flow->call_time, .upstream = i};
    flow->rcode = RCODE_SERVFAIL;
}

void plan_answer(const struct options *o, struct flow *flow, struct draw *draw, struct cache *cache)
{
    flow->query_late = lateness(o, draw, 3 * MILLI);
    flow->answer_late = lateness(o, draw, 30 * MILLI);
    flow->ip_id = (uint16_t)draw_next(draw);
    flow->race_client = draw_below(draw, 100) < 98;
    flow->race_upstream = draw_below(draw, 100) < 98;
    switch (flow->kind) {
    case KIND_FORWARD:
        plan_forward(o, flow, draw, cache);
        break;
    case KIND_STORM:
        plan_storm(o, flow, draw);
        break;
    case KIND_MUTE:
        flow->end = flow->start + flow->query_late + draw_between(draw, 40 * MICRO, 250 * MICRO);
        break;
    default:
        flow->end = flow->start + flow->query_late + draw_between(draw, 40 * MICRO, 250 * MICRO);
        flow->answered = true;
    }
}

void plan_probe(const struct options *o, struct flow *flow, struct draw *draw)
{
    flow->kind = KIND_PROBE;
    flow->client = UINT32_MAX;
    flow->port = (uint16_t)(32768 + draw_below(draw, 28000));
    flow->id = (uint16_t)draw_next(draw);
    flow->name = flow->asked_name = name_probe(draw_next(draw) >> 1);
    flow->type = TYPE_HINFO;
    flow->rcode = RCODE_NXDOMAIN;
    flow->ttl = TTL;
    flow->own_opt = o->generation->own_opt;
    plan_forward(o, flow, draw, NULL);
}

void plan_refresh(const struct options *o, struct flow *flow, const struct flow *parent,
                  struct draw *draw, struct cache *cache)
{
    uint64_t number = flow->number;
    *flow = *parent;
    flow->number = number;
    flow->kind = KIND_REFRESH;
    flow->attempts = 0;
    flow->made = flow->seen = 0;
    flow->pending = flow->lost = 0;
    flow->query_client = flow->query_pod = flow->answer_pod = flow->answer_client = 0;
    flow->ttl = TTL;
    flow->call_time = parent->end + draw_between(draw, -20 * MICRO, 150 * MICRO);
    flow->start = flow->call_time;
    flow->answered = plan_attempts(o, flow, draw);
    flow->end = flow->attempt[flow->attempts - 1].ended;
    if (flow->answered)
        remember(flow, cache);
    else
        flow->rcode = RCODE_SERVFAIL;
}
