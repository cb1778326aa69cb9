// SPDX-License-Identifier: BSD-2-Clause
/* What clients and their lookups show: each part takes what it needs. */
#include "finding/clients.h"

struct client_evidence *client_evidence_new(void)
{
    struct client_evidence *evidence = memory_get(1, sizeof *evidence);
    losses_init(&evidence->losses);
    names_init(&evidence->names);
    asking_init(&evidence->asking);
    return evidence;
}

void client_evidence_free(struct client_evidence *evidence)
{
    if (evidence == NULL)
        return;
    losses_done(&evidence->losses);
    names_done(&evidence->names);
    asking_done(&evidence->asking);
    memory_free(evidence);
}

/* Whoever waited long for no reason that another finding tells. */
static void charge_slow(struct findings *findings, const struct witness *witness,
                        struct charge *charge)
{
    struct suspect *suspect = suspect_of_capture(findings, FINDING_SLOW_LOOKUPS);
    if (witness != NULL)
        suspect_witness(suspect, witness);
    charge_add(charge, suspect);
}

/* A failure is not explained by a slow session that it has, too. */
static void drop_slow(const struct findings *findings, struct charge *charge)
{
    size_t kept = 0;
    for (size_t i = 0; i < charge->n; i++)
        if (charge->suspects[i] != findings->whole[FINDING_SLOW_LOOKUPS])
            charge->suspects[kept++] = charge->suspects[i];
    charge->n = kept;
}

void client_evidence_session(struct findings *findings, const struct session *session,
                             enum harm harm, struct charge *charge)
{
    if (!session->has_client)
        return;
    losses_session(findings, session, charge);
    asking_session(findings, session);
    if (harm == HARM_SLOW || harm == HARM_STALLED)
        charge_slow(findings, NULL, charge);
}

void client_evidence_lookup(struct findings *findings, const struct lookup *lookup, enum harm harm,
                            struct charge *charge)
{
    losses_lookup(findings, lookup, harm, charge);
    names_lookup(findings, lookup, harm);
    asking_lookup(findings, lookup, harm, charge);
    if (harm == HARM_FAILED)
        drop_slow(findings, charge);
    /* At CoreDNS, a wait for the stub's timer is not its slowness: what it took its sessions tell. */
    bool timer = lookup->at_server && lookup->n_stalls != 0;
    if ((harm == HARM_SLOW || harm == HARM_STALLED) && !timer) {
        struct witness witness = witness_of_lookup(lookup, lookup->start);
        charge_slow(findings, &witness, charge);
    }
}

/* A stub's longest wait before the query that the row begins with. */
#define EXCUSE_NS (5 * WHEN_SECOND)

struct finding_row *client_excuse(const struct findings *findings, int64_t first, int64_t last)
{
    static const enum finding_id ids[] = {FINDING_SERVER_RESTART, FINDING_SERVER_SILENT,
                                          FINDING_SERVER_OVERLOAD};
    for (size_t i = 0; i < findings->n_rows; i++) {
        struct finding_row *row = findings->rows[i];
        bool server = false;
        for (size_t k = 0; k < sizeof ids / sizeof *ids; k++)
            server |= row->key == finding_kinds[ids[k]]->key;
        if (server && row->severity > SEVERITY_INFO && row->start != WHEN_NONE &&
            first >= row->start - EXCUSE_NS && last <= row->end + WHEN_SECOND)
            return row;
    }
    return NULL;
}
