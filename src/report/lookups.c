// SPDX-License-Identifier: BSD-2-Clause
/* What applications waited for, in figures. */
#include "base/when.h"
#include "report/parts.h"

void lookup_figures_add(struct lookup_figures *figures, const struct lookup *lookup, int64_t slow_ns)
{
    figures->count++;
    figures->by_outcome[lookup->outcome]++;
    figures->queries += lookup->queries;
    figures->wasted += lookup->wasted;
    figures->stalled += lookup->n_stalls > 0;
    figures->slow += lookup_is_slow(lookup, slow_ns);
    if (lookup->waited_ns == WHEN_NONE)
        return;
    compact_add(&figures->waited, compact_us(lookup->waited_ns));
    figures->lower_bounds += !lookup->waited_exact;
}

void lookup_figures_finish(struct lookup_figures *figures)
{
    figures->all = spread_of(&figures->waited);
}

void lookup_figures_done(struct lookup_figures *figures)
{
    compact_done(&figures->waited);
}
