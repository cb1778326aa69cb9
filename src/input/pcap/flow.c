// SPDX-License-Identifier: BSD-2-Clause
#include "input/pcap/flow.h"

#include "base/limits.h"
#include "base/memory.h"

struct piece {
    struct piece *next; /* the one behind it */
    struct origin origin;
    uint32_t seq;
    uint32_t len;  /* on the wire */
    uint32_t have; /* captured of them */
    bool start;    /* a segment began here */
    uint8_t at[];
};

/* How far A stands behind B: sequence numbers run in a circle (RFC 9293 section 3.4). */
static int32_t distance(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b);
}

void flow_begin(struct flow *flow, uint32_t seq)
{
    flow->begun = true;
    flow->first = flow->next = seq;
}

void flow_acked(struct flow *flow, uint32_t ack)
{
    if (!flow->acks || distance(ack, flow->acked) > 0)
        flow->acked = ack;
    flow->acks = true;
}

static void drop(struct flows *flows, struct piece *piece)
{
    flows->held_bytes -= sizeof *piece + piece->have;
    memory_free(piece);
}

void flows_release(struct flows *flows)
{
    if (flows->lent)
        drop(flows, flows->lent);
    flows->lent = NULL;
}

/* Takes the first held piece out. */
static struct piece *unhold(struct flow *flow)
{
    struct piece *piece = flow->held;

    flow->held = piece->next;
    flow->held_n--;
    flow->held_bytes -= (uint32_t)(sizeof *piece + piece->have);
    return piece;
}

bool flow_drop(struct flow *flow, struct flows *flows)
{
    bool some = flow->held != NULL;

    while (flow->held)
        drop(flows, unhold(flow));
    return some;
}

/* Holds the part of SEGMENT from FROM on, LEN octets, in front of *LINK. */
static void hold_part(struct flow *flow, struct flows *flows, struct piece **link,
                      const struct segment *segment, uint32_t from, uint32_t len)
{
    size_t have = segment->bytes.len > from ? segment->bytes.len - from : 0;
    struct piece *piece;

    if (have > len)
        have = len;
    piece = memory_get(1, sizeof *piece + have);
    piece->origin = segment->origin;
    piece->seq = segment->seq + from;
    piece->len = len;
    piece->have = (uint32_t)have;
    piece->start = from == 0;
    if (have)
        memory_copy(piece->at, segment->bytes.at + from, have);
    piece->next = *link;
    *link = piece;
    flow->held_n++;
    flow->held_bytes += (uint32_t)(sizeof *piece + have);
    flows->held_bytes += sizeof *piece + have;
}

/* Holds those parts of SEGMENT that are not there yet. */
static void hold(struct flow *flow, struct flows *flows, const struct segment *segment)
{
    struct piece **link = &flow->held;
    uint32_t from = 0;

    while (from < segment->len) {
        uint32_t seq = segment->seq + from, len = segment->len - from;
        struct piece *piece = *link;

        if (piece && distance(seq, piece->seq + piece->len) >= 0) {
            link = &piece->next;
            continue;
        }
        if (piece && distance(piece->seq, seq) < (int32_t)len)
            len = distance(piece->seq, seq) > 0 ? piece->seq - seq : 0;
        if (len > 0) {
            hold_part(flow, flows, link, segment, from, len);
            link = &(*link)->next;
            from += len;
        } else {
            from = piece->seq + piece->len - segment->seq;
        }
    }
}

/* Gives LEN octets of the wire at `next`, of which BYTES were captured. */
static enum flow_step give(struct flow *flow, struct slice bytes, uint32_t len, struct chunk *chunk)
{
    flow->next += (uint32_t)bytes.len;
    flow->patience = 0;
    flow->missing = len - (uint32_t)bytes.len;
    chunk->bytes = bytes;
    return FLOW_CHUNK;
}

/* Takes what is new of the segment, which does not begin behind `next`. */
static enum flow_step take_segment(struct flow *flow, struct segment *segment, struct chunk *chunk)
{
    uint32_t old = flow->next - segment->seq, len = segment->len;
    struct slice bytes = segment->bytes;

    segment->len = 0;
    if (old >= len)
        return FLOW_DRY;
    if (old >= bytes.len)
        bytes = (struct slice){NULL, 0};
    else
        bytes = (struct slice){bytes.at + old, bytes.len - old};
    chunk->start = old == 0;
    chunk->origin = segment->origin;
    return give(flow, bytes, len - old, chunk);
}

static enum flow_step take_held(struct flow *flow, struct flows *flows,
                                const struct segment *segment, struct chunk *chunk)
{
    struct piece *piece = unhold(flow);
    uint32_t old = flow->next - piece->seq;

    flows->lent = piece;
    if (old >= piece->len)
        return FLOW_DRY;
    chunk->start = piece->start && old == 0;
    chunk->origin = flow->skipped ? piece->origin : segment->origin;
    if (old > piece->have)
        return give(flow, (struct slice){NULL, 0}, piece->len - old, chunk);
    return give(flow, (struct slice){piece->at + old, piece->have - old}, piece->len - old, chunk);
}

static bool can_hold(const struct flow *flow, const struct segment *segment)
{
    return flow->held_n < LIMIT_TCP_PIECES &&
           flow->held_bytes + segment->bytes.len <= LIMIT_TCP_HELD_BYTES;
}

/* Where the hole at `next` ends: at what is held first, or at the segment. */
static uint32_t hole_end(const struct flow *flow, const struct segment *segment)
{
    if (flow->held && (segment->len == 0 || distance(flow->held->seq, segment->seq) < 0))
        return flow->held->seq;
    return segment->seq;
}

static enum flow_step skip(struct flow *flow, uint32_t to, struct chunk *chunk)
{
    chunk->missing = to - flow->next;
    flow->next = to;
    flow->patience = 0;
    flow->skipped = true;
    return FLOW_HOLE;
}

/* The octets that the snap length left out, as far as no other copy has them: what is held may. */
static enum flow_step skip_missing(struct flow *flow, struct chunk *chunk)
{
    uint32_t missing = flow->missing;

    flow->missing = 0;
    if (flow->held && distance(flow->held->seq, flow->next) < (int32_t)missing)
        missing = distance(flow->held->seq, flow->next) > 0 ? flow->held->seq - flow->next : 0;
    chunk->missing = missing;
    flow->next += missing;
    return missing ? FLOW_HOLE : FLOW_DRY;
}

static bool is_far(const struct flow *flow, const struct segment *segment)
{
    int32_t ahead = distance(segment->seq, flow->next);

    return ahead > LIMIT_TCP_AHEAD || ahead < -LIMIT_TCP_AHEAD;
}

/* Whether the octets up to END were sent, and will not come any more. */
static bool is_lost(struct flow *flow, uint32_t end)
{
    if (!flow->acks || distance(flow->acked, end) < 0)
        return false;
    return flow->patience++ >= LIMIT_TCP_PATIENCE;
}

/* There is a hole at `next`, and something behind it: gives it up, or holds what is there. */
static enum flow_step wait_or_skip(struct flow *flow, struct flows *flows, struct segment *segment,
                                   struct chunk *chunk)
{
    uint32_t end = hole_end(flow, segment);

    if (segment->final || is_lost(flow, end) || (segment->len > 0 && !can_hold(flow, segment)))
        return skip(flow, end, chunk);
    if (segment->len > 0)
        hold(flow, flows, segment);
    segment->len = 0;
    return FLOW_DRY;
}

enum flow_step flow_pull(struct flow *flow, struct flows *flows, struct segment *segment,
                         struct chunk *chunk)
{
    enum flow_step step = FLOW_DRY;
    bool more = true;

    while (step == FLOW_DRY && more) {
        flows_release(flows);
        if (segment->len > 0 && is_far(flow, segment)) {
            return FLOW_LOST;
        } else if (flow->missing > 0) {
            step = skip_missing(flow, chunk);
        } else if (segment->len > 0 && distance(segment->seq, flow->next) <= 0) {
            step = take_segment(flow, segment, chunk);
        } else if (flow->held && distance(flow->held->seq, flow->next) <= 0) {
            step = take_held(flow, flows, segment, chunk);
        } else if (segment->len > 0 || flow->held) {
            step = wait_or_skip(flow, flows, segment, chunk);
            more = false;
        } else {
            more = false;
        }
    }
    flow->skipped = flow->skipped && step != FLOW_DRY;
    return step;
}
