// SPDX-License-Identifier: BSD-2-Clause
/* In how many namespaces a finding hurts.  Scopes count clients by hashes of their addresses: here stands
 * which address a hash is of; whose it was at the time of the finding the cluster knows. */
#include <string.h>

#include "base/limits.h"
#include "finding/inside.h"

void namespaces_client(struct findings *findings, const struct session *session)
{
    if (findings->options.cluster == NULL || !session->has_client)
        return;
    uint64_t hash = witness_of_client(&session->client);
    bool added = false;
    struct endpoint *end = map_add(findings->addresses, &hash, sizeof hash, &added);
    if (added)
        endpoint_set(end, session->client.octet, session->client.len);
}

uint32_t namespaces_count(const struct findings *findings, const struct crowd *clients,
                          int64_t start, int64_t end)
{
    struct crowd spaces = {0};
    if (findings->options.cluster == NULL || clients->n > FINDING_CROWD_MAX)
        return UINT32_MAX; /* of more clients than are counted these are but some */
    for (uint32_t i = 0; i < clients->room; i++) {
        const struct endpoint *address =
            clients->seen[i] != 0
                ? map_find(findings->addresses, &clients->seen[i], sizeof clients->seen[i])
                : NULL;
        const struct cluster_object *object =
            address != NULL ? cluster_who_all(findings->options.cluster, address, start, end)
                            : NULL;
        if (object != NULL && object->namespace != NULL)
            crowd_add(&spaces, steady_hash(object->namespace, strlen(object->namespace)));
    }
    uint32_t n = spaces.n;
    memory_free(spaces.seen);
    return n != 0 ? n : UINT32_MAX;
}
