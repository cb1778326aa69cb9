// SPDX-License-Identifier: BSD-2-Clause
/* Bad events that come close to one another, and how often they are in their own time. */
#include "finding/clients.h"

/* The longest timers of stubs are 15 s; what is quiet for four of them is over. */
#define QUIET_NS (60 * WHEN_SECOND)

static void add(struct spell *to, const struct spell *spell)
{
    if (to->events == 0 || spell->first < to->first)
        to->first = spell->first;
    if (to->events == 0 || spell->last > to->last)
        to->last = spell->last;
    to->events += spell->events;
    to->to += spell->to - spell->from;
}

/* The event that opens a spell is no part of its base: of one event the rate is not known. */
static bool is_guilty(const struct spell *spell, double rate)
{
    return surely_over(spell->events, spell->to - spell->from + 1, rate);
}

void spells_event(struct spells *spells, int64_t when, uint64_t base)
{
    struct spell one = {when, when, 1, base, base};
    struct spell *now = &spells->now;
    if (now->events != 0 && when - now->last > QUIET_NS) {
        if (is_guilty(now, spells->rate)) {
            add(&spells->guilty, now);
            spells->spells++;
        }
        now->events = 0;
    }
    if (now->events == 0)
        *now = one;
    else {
        now->last = when > now->last ? when : now->last;
        now->events++;
        now->to = base;
    }
    add(&spells->whole, &one);
}

bool spells_judge(const struct spells *spells, uint64_t whole, struct spell *result)
{
    *result = spells->whole;
    result->from = 0;
    result->to = whole;
    if (surely_over(result->events, whole, spells->rate))
        return true;
    *result = spells->guilty;
    if (spells->now.events != 0 && is_guilty(&spells->now, spells->rate))
        add(result, &spells->now);
    return result->events != 0;
}
