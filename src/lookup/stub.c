// SPDX-License-Identifier: BSD-2-Clause
/* Which stub resolver asks, by its habits (packets.md sections 4.1 and 4.2). */
#include "lookup/inside.h"

enum { TYPE_A = 1 };

#define USUAL_LEAST 3 /* lookups that tell, until they tell of the client's others, too */

void stub_note_pair(struct open *open, const struct lookup_query *first,
                    const struct lookup_query *second)
{
    bool answered = first->answered != WHEN_NONE && first->answered <= second->first;
    int64_t gap = second->first - first->first;
    int64_t took = first->answered != WHEN_NONE ? first->answered - first->first : 0;
    if (answered)
        open->evidence |= EVIDENCE_SEQUENTIAL;
    else if (first->port != second->port && (first->answered == WHEN_NONE || 2 * gap < took))
        open->evidence |= EVIDENCE_TWO_PORTS; /* nearer the end the answer may be stamped late */
    if (first->port != second->port)
        return;
    /* musl makes the id of A first; CoreDNS may tap them the other way round */
    uint16_t ahead =
        (uint16_t)(first->type == TYPE_A ? second->id - first->id : first->id - second->id);
    bool near = ahead > 0 && ahead < MUSL_IDS;
    open->evidence |= near ? EVIDENCE_IDS_NEAR : EVIDENCE_IDS_APART;
}

void stub_note_timer(struct open *open, int64_t gap, bool same_port, bool same_id)
{
    if (match_is_about(gap, 5 * WHEN_SECOND) && same_port && same_id)
        open->evidence |= EVIDENCE_TIMER_GLIBC;
    else if (match_is_about(gap, 5 * WHEN_SECOND) && !same_port && !same_id)
        open->evidence |= EVIDENCE_TIMER_GO;
    else if (match_is_about(gap, 5 * WHEN_SECOND / 2) && same_port && same_id)
        open->evidence |= EVIDENCE_TIMER_MUSL;
}

/* What tells most stands first. */
static const struct {
    uint8_t evidence, against;
    uint8_t stub, why;
} signs[] = {
    {EVIDENCE_TIMER_MUSL, EVIDENCE_WENT_ON, STUB_MUSL, STUB_WHY_TIMER_MUSL},
    {EVIDENCE_TIMER_GO, EVIDENCE_TIMER_GLIBC, STUB_GO, STUB_WHY_TIMER_GO},
    {EVIDENCE_TWO_PORTS, EVIDENCE_TIMER_GLIBC, STUB_GO, STUB_WHY_TWO_PORTS},
    {EVIDENCE_TIMER_GLIBC, 0, STUB_GLIBC, STUB_WHY_TIMER_GLIBC},
    {EVIDENCE_IDS_APART, EVIDENCE_IDS_NEAR, STUB_GLIBC, STUB_WHY_IDS_APART},
    {EVIDENCE_IDS_NEAR, EVIDENCE_IDS_APART | EVIDENCE_WENT_ON, STUB_MUSL, STUB_WHY_IDS_NEAR},
    {EVIDENCE_IDS_APART, 0, STUB_GLIBC, STUB_WHY_IDS_APART},
    {EVIDENCE_SEQUENTIAL, 0, STUB_GLIBC, STUB_WHY_SEQUENTIAL},
};

/* What most of the client's lookups were asked by, where that is clear. */
static enum stub usual(const struct client *client)
{
    enum stub most = STUB_UNKNOWN;
    uint32_t all = 0;
    for (int i = STUB_UNKNOWN + 1; client && i < STUBS; i++) {
        all += client->stubs[i];
        if (most == STUB_UNKNOWN || client->stubs[i] > client->stubs[most])
            most = (enum stub)i;
    }
    return all >= USUAL_LEAST && client->stubs[most] >= all - all / 4 ? most : STUB_UNKNOWN;
}

bool stub_uses_one_port(const struct client *client)
{
    return client &&
           client->stubs[STUB_GLIBC] + client->stubs[STUB_MUSL] > 2 * client->stubs[STUB_GO];
}

bool stub_is_go(const struct client *client)
{
    return client &&
           client->stubs[STUB_GO] > 2 * (client->stubs[STUB_GLIBC] + client->stubs[STUB_MUSL]);
}

/* Ids may be near or far by chance. */
static bool is_weak(enum stub_why why)
{
    return why == STUB_WHY_IDS_NEAR || why == STUB_WHY_IDS_APART;
}

static enum stub own_of(const struct open *open, enum stub_why *why)
{
    for (size_t i = 0; open->evidence && i < sizeof signs / sizeof *signs; i++)
        if (open->evidence & signs[i].evidence && !(open->evidence & signs[i].against)) {
            *why = (enum stub_why)signs[i].why;
            return (enum stub)signs[i].stub;
        }
    *why = STUB_WHY_NOTHING;
    return STUB_UNKNOWN;
}

void stub_learn(struct lookups *lookups, const struct open *open)
{
    enum stub_why why;
    enum stub stub = own_of(open, &why);
    if (stub != STUB_UNKNOWN)
        client_of(lookups, &open->client)->stubs[stub]++;
}

enum stub stub_of(const struct lookups *lookups, const struct open *open, enum stub_why *why)
{
    enum stub stub = own_of(open, why);
    if (stub != STUB_UNKNOWN && !is_weak(*why))
        return stub;
    enum stub other = usual(client_find(lookups, &open->client));
    if (other == STUB_UNKNOWN || other == stub)
        return stub;
    *why = STUB_WHY_CLIENT;
    return other;
}

enum stub lookup_stub(const struct lookup *lookup, enum stub_why *why)
{
    return stub_of(lookup->of, lookup->open, why);
}
