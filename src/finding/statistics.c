// SPDX-License-Identifier: BSD-2-Clause
#include <math.h>

#include "finding/inside.h"

/* E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
 * the American Statistical Association 22 (1927): the interval of a rate, good for few events too.
 * SIDE: -1 its lower bound, 1 its upper one. */
static double wilson(uint64_t part, uint64_t base, double side)
{
    static const double z = 1.959964; /* 95 %, two sides */
    double n = (double)base, p = (double)part / n;
    double middle = p + z * z / (2 * n);
    double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    return (middle + side * half) / (1 + z * z / n);
}

double wilson_low(uint64_t part, uint64_t base)
{
    return base == 0 || part == 0 ? 0 : wilson(part < base ? part : base, base, -1);
}

double wilson_high(uint64_t part, uint64_t base)
{
    return base == 0 || part >= base ? 1 : wilson(part, base, 1);
}

bool surely_over(uint64_t part, uint64_t base, double rate)
{
    return part >= 3 && wilson_low(part, base) > rate;
}
