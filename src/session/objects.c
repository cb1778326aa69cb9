// SPDX-License-Identifier: BSD-2-Clause
/* The Kubernetes objects behind a session's endpoints. */
#include "session/session.h"

const struct cluster_object *session_client_object(const struct session *session,
                                                   const struct cluster *cluster)
{
    struct endpoint client = session->client;

    if (cluster == NULL || !session->has_client)
        return NULL;
    client.port = 0; /* chosen by chance: it tells nothing */
    return cluster_who(cluster, &client, session->start);
}

/* dnstap tells what the replica calls itself, packets its address. */
const struct cluster_object *session_server_object(const struct session *session,
                                                   const struct cluster *cluster)
{
    const struct cluster_object *object = NULL;

    if (cluster == NULL)
        return NULL;
    if (session->server_addr.len != 0)
        object = cluster_who(cluster, &session->server_addr, session->start);
    return object != NULL ? object : cluster_named(cluster, session->identity);
}

const struct cluster_object *session_upstream_object(const struct session *session,
                                                     const struct attempt *attempt,
                                                     const struct cluster *cluster)
{
    int64_t when = attempt->start != WHEN_NONE ? attempt->start : session->start;

    return cluster == NULL ? NULL : cluster_who(cluster, &attempt->upstream, when);
}
