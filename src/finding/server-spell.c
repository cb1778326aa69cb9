// SPDX-License-Identifier: BSD-2-Clause
/*
 * Queries in a row that all went wrong in one way: a spell in which the server was silent or slow.
 * Where a share p of all others goes wrong by chance, k in a row among n come about p^k n times; a
 * spell has so many that this is under one in a hundred.
 */
#include <math.h>

#include "finding/server-inside.h"

#define SPELL_CHANCE 0.01
#define SPELL_MIN 3
/* A silence of less is a hiccup of the network, or packets that the capture lost at once. */
#define SILENCE_MIN_NS (WHEN_SECOND / 2)
/* A server that lacks processor time is quick now and then: what is slow again so soon is of the same
 * spell.  Linux gives out a quota of time every 100 ms, and drops load over seconds. */
#define SLOW_AGAIN_NS WHEN_SECOND
/* What a process still had to finish when it fell silent began up to so long before: a forward call
 * is over within this (semantics.md section 4.1). */
#define UNFINISHED_NS (7 * WHEN_SECOND)

/* So many in a row are no chance. */
static uint64_t needed(const struct watch *watch, enum spell_kind kind)
{
    double n = (double)watch->seen[kind];
    double p = ((double)watch->singles[kind] + 1) / (n + 2); /* Laplace: never 0 */
    if (p >= 1)
        return UINT64_MAX;
    double k = ceil(log(SPELL_CHANCE / n) / log(p));
    return k < SPELL_MIN ? SPELL_MIN : (uint64_t)k;
}

static bool is_spell(const struct watch *watch, const struct run *run, enum spell_kind kind)
{
    if (run->count < SPELL_MIN || !run->names ||
        (kind == SPELL_SILENT && run->last - run->first < SILENCE_MIN_NS))
        return false;
    return run->count >= needed(watch, kind);
}

static struct spell *spell_new(struct findings *findings, const struct watch *watch,
                               enum spell_kind kind)
{
    struct server_evidence *evidence = findings->servers;
    if (evidence->n_spells == LIMIT_SPELLS) {
        findings->folded_suspects++;
        return NULL;
    }
    uint32_t number = (uint32_t)evidence->n_spells;
    struct spell *spell = &evidence->spells[evidence->n_spells++];
    *spell = (struct spell){.server = watch->server, .kind = kind};
    spell->suspects[0] = suspect_of_spell(
        findings, kind == SPELL_SLOW ? FINDING_SERVER_OVERLOAD : FINDING_SERVER_SILENT,
        watch->server, number);
    if (kind == SPELL_SILENT) /* which of the two it was is seen later */
        spell->suspects[1] =
            suspect_of_spell(findings, FINDING_SERVER_RESTART, watch->server, number);
    return spell;
}

/* What RUN knows by now. */
static void spell_update(const struct run *run)
{
    struct spell *spell = run->spell;
    spell->first = run->first;
    spell->last = run->last;
    spell->count = run->count;
    spell->least = run->least;
    spell->most = run->most;
    spell->end = run->end;
    spell->refused = run->refused;
    spell->queries = run->queries;
    spell->at_server = run->at_server;
    spell->blind = run->blind;
    spell->from_taps = run->from_taps;
    for (unsigned i = 0; i < 2; i++)
        spell->over[i] = run->over[i];
}

static void run_clear(struct run *run)
{
    run->spell = NULL;
    run->count = run->queries = run->at_server = run->name = run->client = 0;
    run->first = run->last = run->near = run->end = WHEN_NONE;
    run->least = run->most = 0;
    run->names = run->refused = run->blind = run->from_taps = false;
    run->over[0] = run->over[1] = false;
    run->n_pending = 0;
}

static void run_end(struct watch *watch, enum spell_kind kind)
{
    struct run *run = &watch->run[kind];
    if (run->spell == NULL)
        watch->singles[kind] += run->count;
    run_clear(run);
}

/* It is a spell: what waited for that points to it. */
static void confirm(struct findings *findings, struct watch *watch, enum spell_kind kind)
{
    struct run *run = &watch->run[kind];
    run->spell = spell_new(findings, watch, kind);
    if (run->spell == NULL)
        return;
    for (uint32_t i = 0; i < run->n_pending; i++) {
        const struct pending *pending = &run->pending[i];
        for (size_t k = 0; k < 2; k++) {
            suspect_witness(run->spell->suspects[k], &pending->witness);
            ledger_add(findings, pending->number, run->spell->suspects[k]);
        }
    }
    run->n_pending = 0;
    spell_update(run);
}

/* One more that counts.  What one client asks twice for the same name in a row (A and AAAA) shares
 * its fate: it is one chance. */
static void run_count(struct watch *watch, enum spell_kind kind, const struct session *session,
                      const struct witness *witness)
{
    struct run *run = &watch->run[kind];
    int64_t waited = session->waited_ns;
    bool same = run->count != 0 && run->name == witness->name && run->client == witness->client;
    run->names = run->names || (run->count != 0 && run->name != witness->name);
    run->name = witness->name;
    run->client = witness->client;
    if (run->first == WHEN_NONE || session->start < run->first)
        run->first = session->start;
    if (session->start > run->last)
        run->last = session->start;
    if (kind == SPELL_SLOW && (run->count == 0 || waited < run->least))
        run->least = waited;
    if (kind == SPELL_SLOW && waited > run->most)
        run->most = waited;
    run->count += kind == SPELL_SLOW || !same;
    run->refused = run->refused || session->refused;
    run->queries++;
    run->at_server += session->at_server || session->crossed != 0;
    run->blind = run->blind || (session->unobserved & UNOBSERVED_UPSTREAM_LEG) != 0;
    run->from_taps = run->from_taps || session->service.len == 0;
    run->over[session->client.len == 16] = true;
}

/* Spells that are looked at for a session without answer, which leaves up to 17 s late. */
#define SPELLS_NEAR 16

static const struct spell *spell_at(const struct server_evidence *evidence, enum spell_kind kind,
                                    uint32_t server, int64_t when, int64_t beside_ns)
{
    size_t near = evidence->n_spells < SPELLS_NEAR ? evidence->n_spells : SPELLS_NEAR;
    for (size_t i = evidence->n_spells; i-- > evidence->n_spells - near;) {
        const struct spell *spell = &evidence->spells[i];
        int64_t end = kind == SPELL_SLOW ? spell->end : spell->last;
        if (spell->kind == kind && spell->server == server && when >= spell->first - beside_ns &&
            when <= end + beside_ns)
            return spell;
    }
    return NULL;
}

struct suspect *spell_slow_at(const struct server_evidence *evidence, uint32_t server, int64_t when)
{
    const struct spell *spell = spell_at(evidence, SPELL_SLOW, server, when, 0);
    return spell != NULL ? spell->suspects[0] : NULL;
}

static void charge_spell(const struct spell *spell, const struct witness *witness,
                         struct charge *charge)
{
    for (size_t k = 0; k < 2; k++) {
        suspect_witness(spell->suspects[k], witness);
        charge_add(charge, spell->suspects[k]);
    }
}

/* What is pending and began too long before WHEN belongs to no silence of then. */
static void drop_stale(struct run *run, int64_t when)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < run->n_pending; i++)
        if (run->pending[i].witness.when >= when - UNFINISHED_NS)
            run->pending[kept++] = run->pending[i];
    run->n_pending = kept;
}

static void put_off(struct run *run, const struct session *session)
{
    if (run->n_pending == RUN_PENDING && run->count == 0)
        drop_stale(run, session->start);
    if (run->n_pending < RUN_PENDING)
        run->pending[run->n_pending++] = (struct pending){witness_of(session), session->number};
}

void run_unfinished(struct findings *findings, struct watch *watch, const struct session *session,
                    struct charge *charge)
{
    struct witness witness = witness_of(session);
    const struct spell *spell =
        spell_at(findings->servers, SPELL_SILENT, watch->server, session->start, UNFINISHED_NS);
    bool over = spell != NULL && session->start > spell->last &&
                goods_between(&watch->goods[SPELL_SILENT], spell->last, session->start);
    if (spell != NULL && !over)
        charge_spell(spell, &witness, charge);
    else
        put_off(&watch->run[SPELL_SILENT], session);
}

void run_good(struct watch *watch, enum spell_kind kind, int64_t when)
{
    watch->seen[kind]++;
    goods_add(&watch->goods[kind], when);
}

void run_bad(struct findings *findings, struct watch *watch, enum spell_kind kind,
             const struct session *session, bool counts, struct charge *charge)
{
    struct run *run = &watch->run[kind];
    struct witness witness = witness_of(session);
    bool again =
        kind == SPELL_SLOW && run->spell != NULL && session->start <= run->end + SLOW_AGAIN_NS;
    if (run->near != WHEN_NONE && !again &&
        goods_between(&watch->goods[kind], run->near, session->start))
        run_end(watch, kind);
    if (kind == SPELL_SLOW && !counts && run->count != 0 && session->start > run->end)
        return; /* those were over by then */
    if (kind == SPELL_SLOW && counts && run->count == 0 && run->end < session->start)
        run_clear(run); /* what suffered was over, too */
    if (kind == SPELL_SILENT && run->count == 0)
        drop_stale(run, session->start);
    if (run->near == WHEN_NONE || session->start > run->near)
        run->near = session->start;
    if (counts) {
        watch->seen[kind]++;
        run_count(watch, kind, session, &witness);
    }
    if (session->end > run->end)
        run->end = session->end;
    if (run->spell != NULL) {
        spell_update(run);
        charge_spell(run->spell, &witness, charge);
        return;
    }
    put_off(run, session);
    if (!is_spell(watch, run, kind))
        return;
    confirm(findings, watch, kind);
    for (size_t k = 0; run->spell != NULL && k < 2; k++)
        charge_add(charge, run->spell->suspects[k]);
}
