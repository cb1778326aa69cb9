// SPDX-License-Identifier: BSD-2-Clause
#include "finding/inside.h"

struct server_evidence {
    uint64_t sessions;
};

struct server_evidence *server_evidence_new(void)
{
    return memory_get(1, sizeof(struct server_evidence));
}

void server_evidence_free(struct server_evidence *evidence)
{
    memory_free(evidence);
}

void server_evidence_session(struct findings *findings, const struct session *session,
                             enum harm harm, struct charge *charge)
{
    (void)findings;
    (void)session;
    (void)harm;
    (void)charge;
}
