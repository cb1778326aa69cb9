// SPDX-License-Identifier: BSD-2-Clause
/*
 * The verdict on a lookup that is over: what the application got, how long it waited, what it asked
 * for.  The last name of the walk decides; that earlier ones do not exist is no error (packets.md
 * section 7).  Where stubs differ, each is taken at its habits (section 4.1).
 */
#include "lookup/inside.h"

/* Of the last name: how many of its queries went how. */
struct tally {
    uint8_t n[RESULT_ERROR + 1];
};

static struct tally tally_of(const struct open *open)
{
    struct tally tally = {{0}};
    for (unsigned i = 0; i < open->last->n; i++)
        tally.n[open->last->query[i].result]++;
    return tally;
}

static bool has_failed(const struct tally *tally)
{
    return tally->n[RESULT_ERROR] || tally->n[RESULT_HIDDEN];
}

static bool is_absent(const struct tally *tally)
{
    return tally->n[RESULT_MISSING] || tally->n[RESULT_EMPTY];
}

bool outcome_may_go_on(const struct lookups *lookups, const struct open *open)
{
    const struct client *client = client_find(lookups, &open->client);
    if (open->base_len > 0)
        return open->last->name_len != open->base_len + 1u;
    return !client || client_base(lookups, client, step_name(open->last)) > 0 ||
           name_dots(step_name(open->last)) >= client->ndots;
}

/* The capture ends before it can be told whether the walk goes on. */
static bool is_cut_off(const struct lookups *lookups, const struct open *open)
{
    int64_t answered = WHEN_NONE;
    for (unsigned i = 0; i < open->last->n; i++)
        if (open->last->query[i].answered > answered)
            answered = open->last->query[i].answered;
    return lookups->ended && lookups->clock - answered < WALK_OVER_NS &&
           outcome_may_go_on(lookups, open);
}

/* Behind the last name, which does not exist, the name as it is was asked for, and failed: only its
 * client is not tapped. */
static bool is_orphaned(const struct lookups *lookups, const struct open *open)
{
    uint8_t plain[256];
    int64_t answered = open->last->query[open->last->n - 1].answered;
    size_t base = open->base_len;
    if (!lookups->orphans || base == 0 || open->last->name_len == base + 1)
        return false;
    memory_copy(plain, open->last->name, base);
    plain[base] = 0;
    return orphan_is(lookups, (struct slice){plain, base + 1}, answered);
}

/* Whether the outcome depends on who asked. */
static bool stub_matters(const struct open *open, const struct tally *tally)
{
    int64_t until = open->last->query[0].first + MUSL_WAIT_NS;
    bool late = open->last->query[0].answered > until;
    if (open->last->n == 2)
        late = late || open->last->query[1].answered > until;
    return late || has_failed(tally) || tally->n[RESULT_NONE] || open_lacks_one(open);
}

/* Answers that came when musl had given up. */
static void drop_late(struct open *open)
{
    int64_t until = open->last->query[0].first + MUSL_WAIT_NS;
    for (unsigned i = 0; i < open->last->n; i++) {
        struct lookup_query *query = &open->last->query[i];
        if (query->answered <= until)
            continue;
        query->answered = WHEN_NONE;
        query->rcode = RCODE_NONE;
        query->result = RESULT_NONE;
    }
}

/* Of the last pair one was never seen at CoreDNS, and the stub waited for it: packets got lost there. */
static bool lacks_lost(const struct open *open)
{
    const struct lookup_step *before = &open->first;
    int64_t answered = WHEN_NONE;
    if (!open->at_server || !open_lacks_one(open))
        return false;
    while (before->next && before->next != open->last)
        before = before->next;
    for (unsigned i = 0; i < before->n && before != open->last; i++)
        if (before->query[i].answered > answered)
            answered = before->query[i].answered;
    return open->last->query[0].asked > 1 ||
           (answered != WHEN_NONE && open->last->query[0].first - answered >= STALL_NS);
}

/* All or nothing. */
static enum lookup_outcome outcome_musl(const struct open *open, const struct tally *tally)
{
    if (tally->n[RESULT_NONE] || lacks_lost(open))
        return LOOKUP_TIMED_OUT;
    if (has_failed(tally))
        return LOOKUP_FAILED;
    if (tally->n[RESULT_UNKNOWN])
        return LOOKUP_UNKNOWN;
    return tally->n[RESULT_FOUND] ? LOOKUP_RESOLVED : LOOKUP_NOT_FOUND;
}

static enum lookup_outcome outcome_of(const struct lookups *lookups, const struct open *open,
                                      const struct tally *tally)
{
    if (tally->n[RESULT_FOUND])
        return LOOKUP_RESOLVED;
    if (tally->n[RESULT_UNKNOWN])
        return LOOKUP_UNKNOWN;
    if (is_absent(tally) && is_cut_off(lookups, open))
        return LOOKUP_UNKNOWN;
    if (open->empty_on) /* glibc: "no data" wins over "try again", and that over "no such name" */
        return LOOKUP_NOT_FOUND;
    if (has_failed(tally) || is_orphaned(lookups, open))
        return LOOKUP_FAILED;
    if (is_absent(tally))
        return open->failed_on ? LOOKUP_FAILED : LOOKUP_NOT_FOUND;
    return tally->n[RESULT_NONE] ? LOOKUP_TIMED_OUT : LOOKUP_NOT_FOUND;
}

/* The end of the wait as far as it was seen: the last answer that the last name needs; else the newest
 * of all that was. */
static void set_wait(struct lookup *lookup, const struct open *open, bool exact)
{
    int64_t answered = WHEN_NONE, seen = open->latest;
    for (unsigned i = 0; i < open->last->n; i++) {
        const struct lookup_query *query = &open->last->query[i];
        bool hidden = query->result == RESULT_HIDDEN;
        exact = exact && query->answered != WHEN_NONE && !hidden;
        if (!hidden && query->answered > answered)
            answered = query->answered;
        seen = query->answered > seen ? query->answered : seen;
    }
    lookup->end = answered;
    if (seen < lookup->start)
        return;
    lookup->waited_ns = seen - lookup->start;
    lookup->waited_exact = exact;
}

/* Whether all that bounds the wait is here. */
static bool is_whole(const struct open *open, const struct lookup *lookup,
                     const struct tally *tally, bool musl)
{
    if (open_lacks_one(open) || open->inexact || open->sample_loss || open->capture_edge ||
        lookup->outcome == LOOKUP_UNKNOWN)
        return false;
    /* musl goes on asking until its time is over; of others the error may not be here */
    return lookup->outcome != LOOKUP_FAILED ||
           (!musl && (open->failed_on || tally->n[RESULT_ERROR]));
}

static void tell(const struct lookups *lookups, const struct open *open, struct lookup *lookup)
{
    const struct lookup_query *query = open->first.query;
    bool two = open->first.n == 2 && query[1].first < query[0].first;
    *lookup = (struct lookup){.start = query[two].first,
                              .end = WHEN_NONE,
                              .waited_ns = WHEN_NONE,
                              .client = open->client,
                              .server = open->server,
                              .number = open->number[0],
                              .steps = &open->first,
                              .n_steps = open->n_steps,
                              .n_sessions = open->n_sessions,
                              .n_stalls = open->n_stalls,
                              .queries = open->queries,
                              .type = {open->type[0], open->type[1]},
                              .sample_loss = open->sample_loss,
                              .capture_edge = open->capture_edge,
                              .chosen = open->chosen,
                              .at_server = open->at_server,
                              .open = open,
                              .of = lookups};
}

void outcome_settle(struct lookups *lookups, struct open *open)
{
    struct lookup *lookup = &lookups->lookup;
    struct tally tally = tally_of(open);
    enum stub_why why;
    if (open->evidence != 0)
        stub_learn(lookups, open);
    bool musl = stub_matters(open, &tally) && stub_of(lookups, open, &why) == STUB_MUSL;
    if (musl) {
        drop_late(open);
        tally = tally_of(open);
    }
    tell(lookups, open, lookup);
    lookup->outcome =
        (uint8_t)(musl ? outcome_musl(open, &tally) : outcome_of(lookups, open, &tally));
    lookup->wasted = lookup->outcome == LOOKUP_RESOLVED ? open->wasted : 0;
    set_wait(lookup, open, is_whole(open, lookup, &tally, musl));
}

/* The base of the walk; of one name alone, what stands in front of the suffix with which this client
 * begins its walks. */
struct slice lookup_host(const struct lookup *lookup)
{
    static uint8_t host[256]; /* as lent as the lookup */
    const struct open *open = lookup->open;
    struct slice name = step_name(&open->first);
    size_t base = open->base_len;
    if (base == 0 && lookup->outcome != LOOKUP_NOT_FOUND)
        base = client_base(lookup->of, client_find(lookup->of, &open->client), name);
    if (base == 0)
        return name;
    memory_copy(host, name.at, base);
    host[base] = 0;
    return (struct slice){host, base + 1};
}

uint16_t lookup_step_rcode(const struct lookup_step *step)
{
    static const uint8_t order[] = {RESULT_FOUND, RESULT_ERROR,   RESULT_CUT,
                                    RESULT_EMPTY, RESULT_MISSING, RESULT_UNKNOWN};
    for (size_t r = 0; r < sizeof order; r++)
        for (unsigned i = 0; i < step->n; i++)
            if (step->query[i].result == order[r])
                return step->query[i].rcode;
    return RCODE_NONE;
}

bool lookup_is_slow(const struct lookup *lookup, int64_t slow_ns)
{
    return lookup->waited_ns != WHEN_NONE && lookup->waited_ns > slow_ns;
}
