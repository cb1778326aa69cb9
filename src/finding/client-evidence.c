// SPDX-License-Identifier: BSD-2-Clause
#include "finding/inside.h"

struct client_evidence {
    uint64_t sessions;
};

struct client_evidence *client_evidence_new(void)
{
    return memory_get(1, sizeof(struct client_evidence));
}

void client_evidence_free(struct client_evidence *evidence)
{
    memory_free(evidence);
}

void client_evidence_session(struct findings *findings, const struct session *session,
                             enum harm harm, struct charge *charge)
{
    (void)findings;
    (void)session;
    (void)harm;
    (void)charge;
}

void client_evidence_lookup(struct findings *findings, const struct lookup *lookup, enum harm harm,
                            struct charge *charge)
{
    (void)findings;
    (void)lookup;
    (void)harm;
    (void)charge;
}
