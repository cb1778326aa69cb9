// SPDX-License-Identifier: BSD-2-Clause
#include "gen.h"

uint64_t draw_next(struct draw *draw)
{
    uint64_t z = draw->state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint64_t mix(uint64_t a, uint64_t b)
{
    struct draw draw = {a * UINT64_C(0xd1342543de82ef95) + b};
    return draw_next(&draw);
}

uint64_t draw_below(struct draw *draw, uint64_t n)
{
    return n ? (draw_next(draw) >> 11) % n : 0;
}

int64_t draw_between(struct draw *draw, int64_t from, int64_t to)
{
    return to <= from ? from : from + (int64_t)draw_below(draw, (uint64_t)(to - from));
}

bool draw_share(struct draw *draw, double share)
{
    return (double)(draw_next(draw) >> 11) < share * 9007199254740992.0; /* 2^53 */
}
