// SPDX-License-Identifier: BSD-2-Clause
/* When a server did well lately: a ring of slots of 20 ms. */
#include "finding/server-inside.h"

static int64_t slot_of(int64_t when)
{
    return when / GOODS_SLOT_NS + 1;
}

static int32_t place_of(int64_t when)
{
    return (int32_t)(when % GOODS_SLOT_NS);
}

void goods_add(struct goods *goods, int64_t when)
{
    if (when < 0)
        return;
    if (goods->at == NULL)
        goods->at = memory_get(GOODS_SLOTS, sizeof *goods->at);
    int64_t slot = slot_of(when);
    int32_t place = place_of(when);
    struct good *good = &goods->at[(uint64_t)slot % GOODS_SLOTS];
    if (good->slot > slot)
        return; /* too long ago */
    if (good->slot < slot)
        *good = (struct good){slot, place, place};
    if (place < good->first)
        good->first = place;
    if (place > good->last)
        good->last = place;
}

bool goods_between(const struct goods *goods, int64_t a, int64_t b)
{
    int64_t from = a < b ? a : b, to = a < b ? b : a;
    if (goods->at == NULL || from < 0)
        return false;
    int64_t first = slot_of(from), last = slot_of(to);
    if (last - first >= GOODS_SLOTS)
        first = last - GOODS_SLOTS + 1;
    for (int64_t slot = first; slot <= last; slot++) {
        const struct good *good = &goods->at[(uint64_t)slot % GOODS_SLOTS];
        if (good->slot != slot)
            continue;
        int64_t start = (slot - 1) * GOODS_SLOT_NS;
        if ((start + good->first > from && start + good->first < to) ||
            (start + good->last > from && start + good->last < to))
            return true;
    }
    return false;
}
