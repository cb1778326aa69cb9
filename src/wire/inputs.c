// SPDX-License-Identifier: BSD-2-Clause
/* What the inputs show: which directions, and until when. */
#include "wire/inside.h"

void inputs_note(struct wire *wire, const struct message *message)
{
    uint32_t input = message->input;
    if (input >= wire->n_directions) {
        size_t n = (size_t)input + 1;
        wire->directions = memory_grow(wire->directions, n, sizeof *wire->directions);
        while (wire->n_directions < n)
            wire->directions[wire->n_directions++] =
                (struct directions){.first = WHEN_NONE, .last = WHEN_NONE, .searched = WHEN_NONE};
    }
    struct directions *directions = &wire->directions[input];
    if (directions->first == WHEN_NONE)
        directions->first = directions->last = message->when;
    bool set_back = directions->last > wire->clock;
    if (set_back || (message->when > directions->last && message->when <= wire->clock))
        directions->last = message->when; /* not one ahead of the clock: it may be damaged */
}

struct directions wire_directions(const struct wire *wire, uint32_t input)
{
    return input < wire->n_directions ? wire->directions[input]
                                      : (struct directions){.first = WHEN_NONE, .last = WHEN_NONE};
}

/* The input that goes on where INPUT ends: the next to begin, unless another one ended later. */
static struct directions *find_next(struct wire *wire, const struct directions *input)
{
    struct directions *found = NULL, *end = wire->directions + wire->n_directions;
    for (struct directions *one = wire->directions; one < end; one++)
        if (one->last > input->last && one->first >= input->last &&
            one->first - input->last <= WIRE_SETTLED_NS && (!found || one->first < found->first))
            found = one;
    for (struct directions *one = wire->directions; found && one < end; one++)
        if (one != input && one != found && one->last > input->last && one->last <= found->first)
            found = NULL;
    return found;
}

/* The same, found once for each end. */
static struct directions *next_of(struct wire *wire, struct directions *input)
{
    if (input->searched != input->last) {
        struct directions *next = find_next(wire, input);
        input->next = next ? (uint32_t)(next - wire->directions) + 1 : 0;
        if (wire->ended || wire->clock - input->last > WIRE_SETTLED_NS)
            input->searched = input->last;
    }
    return input->next ? &wire->directions[input->next - 1] : NULL;
}

/* The input, or those that go on where it ends, show something at WHEN or later. */
static bool goes_on(struct wire *wire, size_t input, int64_t when)
{
    struct directions *shown = &wire->directions[input], *next;
    while (shown->last < when && (next = next_of(wire, shown)) && next->last > shown->last)
        shown = next;
    return shown->last >= when;
}

bool wire_goes_on(struct wire *wire, uint64_t inputs, int64_t when)
{
    for (size_t i = 0; i < wire->n_directions && i < 63; i++)
        if (inputs >> i & 1 && goes_on(wire, i, when))
            return true;
    return inputs >> 63 && wire->clock >= when;
}

/* Clocks of one host's captures differ by less. */
#define SKEW_NS (WHEN_MS / 10)
/* A twentieth of copies is more than chance makes. */
#define COPIES_SURE 20

enum vantage wire_vantage(const struct wire *wire, uint32_t input)
{
    struct directions shown = wire_directions(wire, input);
    if (shown.queries == 0)
        return VANTAGE_UNKNOWN;
    if (shown.copies > shown.queries / COPIES_SURE)
        return VANTAGE_NODE;
    if (shown.forwarded == shown.queries)
        return VANTAGE_UNKNOWN;
    return shown.forwarded > 0 ? VANTAGE_SERVER : VANTAGE_CLIENT;
}

void inputs_skew(struct wire *wire, uint32_t began, int64_t from, uint32_t ended, int64_t to)
{
    struct wire_skew *skew = &wire->skew;
    if (began == ended || from - to < SKEW_NS)
        return;
    skew->n++;
    if (from - to > skew->most_ns) {
        skew->most_ns = from - to;
        skew->began = began;
        skew->ended = ended;
    }
}

struct wire_skew wire_skew(const struct wire *wire)
{
    return wire->skew;
}
