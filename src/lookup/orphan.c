// SPDX-License-Identifier: BSD-2-Clause
/* Up to CoreDNS 1.8.1 a query that fails is tapped without its client (semantics.md section 3): it may
 * be the last of a walk whose other queries are here. */
#include "dns/name.h"
#include "lookup/inside.h"

void orphan_add(struct lookups *lookups, const struct session *session)
{
    if (!lookups->orphans)
        lookups->orphans = memory_get(ORPHANS, sizeof *lookups->orphans);
    lookups->orphans[lookups->n_orphans++ % ORPHANS] =
        (struct orphan){session->start, dns_name_hash(session->name, session->name_len)};
}

bool orphan_is(const struct lookups *lookups, struct slice name, int64_t when)
{
    uint32_t hash = lookups->orphans ? dns_name_hash(name.at, name.len) : 0;
    for (size_t i = 0; i < lookups->n_orphans && i < ORPHANS; i++) {
        const struct orphan *orphan = &lookups->orphans[i];
        if (orphan->name_hash == hash && orphan->start >= when - WALK_QUICK_NS &&
            orphan->start <= when + WALK_QUICK_NS)
            return true;
    }
    return false;
}
