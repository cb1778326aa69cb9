// SPDX-License-Identifier: BSD-2-Clause
#include "report/moments.h"

#include "base/limits.h"
#include "base/memory.h"

/* A whole order, so that ties do not depend on the order of coming. */
static bool before(const struct moment *a, const struct moment *b)
{
    if (a->when != b->when)
        return a->when < b->when;
    if (a->kind != b->kind)
        return a->kind < b->kind;
    if (a->path != b->path)
        return a->path < b->path;
    return a->refresh < b->refresh;
}

void moments_add(struct moments *moments, struct moment moment)
{
    if (moments->n == moments->room) {
        moments->room = moments->room == 0 ? 64 : moments->room * 2;
        moments->at = memory_grow(moments->at, moments->room, sizeof moment);
    }
    size_t i = moments->n++;
    while (i > 0 && before(&moment, &moments->at[(i - 1) / 2])) {
        moments->at[i] = moments->at[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    moments->at[i] = moment;
}

bool moments_take(struct moments *moments, int64_t when, struct moment *moment)
{
    if (moments->n == 0 || (moments->at[0].when >= when && moments->n < LIMIT_MOMENTS))
        return false;
    *moment = moments->at[0];
    struct moment last = moments->at[--moments->n];
    size_t i = 0;
    for (;;) {
        size_t child = 2 * i + 1;
        if (child >= moments->n)
            break;
        if (child + 1 < moments->n && before(&moments->at[child + 1], &moments->at[child]))
            child++;
        if (!before(&moments->at[child], &last))
            break;
        moments->at[i] = moments->at[child];
        i = child;
    }
    if (moments->n != 0)
        moments->at[i] = last;
    return true;
}

void moments_done(struct moments *moments)
{
    memory_free(moments->at);
    *moments = (struct moments){0};
}
