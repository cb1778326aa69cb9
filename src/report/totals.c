// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/when.h"
#include "dns/words.h"
#include "report/parts.h"

void totals_init(struct totals *totals)
{
    *totals = (struct totals){.first = WHEN_NONE, .last = WHEN_NONE};
    for (unsigned i = 0; i < REALMS; i++)
        totals->by_realm[i].waited.exact_max = COMPACT_MANY;
    for (unsigned i = 0; i < TOTALS_TRANSPORTS; i++)
        totals->by_transport[i].waited.exact_max = COMPACT_MANY;
}

static struct tally *type_tally(struct totals *totals, const struct session *session)
{
    if (!session->has_question)
        return &totals->no_type;
    if (session->type < 256) {
        struct tally **at = &totals->by_type[session->type];
        if (*at == NULL) {
            *at = memory_get(1, sizeof **at);
            (*at)->waited.exact_max = COMPACT_MANY;
        }
        return *at;
    }
    if (totals->more_types == NULL)
        totals->more_types = map_new(sizeof(struct tally), LIMIT_LIST_ROWS);
    return map_add(totals->more_types, &session->type, sizeof session->type, NULL);
}

static void add_span(struct totals *totals, int64_t start)
{
    if (start == WHEN_NONE)
        return;
    if (totals->first == WHEN_NONE || start < totals->first)
        totals->first = start;
    if (totals->last == WHEN_NONE || start > totals->last)
        totals->last = start;
}

void totals_add(struct totals *totals, const struct session *session, const struct sample *sample)
{
    totals->sessions++;
    totals->slow += sample->slow;
    totals->waits += sample->waited;
    totals->by_status[session->status]++;
    totals->by_reason[session->status][session->reason]++;
    totals->by_bitmap[session->bitmap & 15]++;
    totals->blind[session->bitmap & 15] |= (session->unobserved & UNOBSERVED_UPSTREAM_LEG) != 0;
    totals->by_rcode[session->rcode < TOTALS_RCODES ? session->rcode : TOTALS_RCODES]++;
    /* a leg that is missing because frames are lost is told with the loss */
    bool tells = session->status != STATUS_SAMPLE_LOSS && session->status != STATUS_CAPTURE_EDGE;
    unsigned unobserved = session->unobserved;
    if (!tells) /* but that packets show one direction only, no loss tells */
        unobserved &= session->status == STATUS_CAPTURE_EDGE ? UNOBSERVED_CLIENT_ANSWER : 0;
    for (unsigned i = 0; unobserved != 0 && i < 4; i++)
        totals->unobserved[i] += unobserved >> i & 1;
    tally_add(&totals->by_realm[session->realm], sample);
    tally_add(&totals->by_transport[session->transport], sample);
    struct tally *type = type_tally(totals, session);
    if (type != NULL)
        tally_add(type, sample);
    else
        totals->folded_type_sessions++;
    add_span(totals, session->start);
}

static int by_sessions(const struct share_row *a, const struct share_row *b)
{
    return (a->sessions < b->sessions) - (a->sessions > b->sessions);
}

static int compare_statuses(const void *left, const void *right)
{
    const struct share_row *a = left, *b = right;
    int order = by_sessions(a, b);
    if (order == 0)
        order = strcmp(status_words[a->status].word, status_words[b->status].word);
    return order != 0 ? order : strcmp(reason_words[a->reason].word, reason_words[b->reason].word);
}

static int compare_bitmaps(const void *left, const void *right)
{
    const struct share_row *a = left, *b = right;
    int order = by_sessions(a, b);
    return order != 0 ? order : a->number - b->number;
}

static int compare_rcodes(const void *left, const void *right)
{
    const struct share_row *a = left, *b = right;
    int order = by_sessions(a, b);
    if (order != 0 || a->number == b->number)
        return order;
    if (a->number == RCODE_NONE || b->number == RCODE_NONE)
        return a->number == RCODE_NONE ? 1 : -1;
    return strcmp(dns_rcode_word(a->number), dns_rcode_word(b->number));
}

static void share_rows_add(struct share_rows *rows, const struct totals *totals,
                           struct share_row row)
{
    if (row.sessions == 0)
        return;
    row.share = share_of(row.sessions, totals->sessions);
    rows->at[rows->n++] = row;
}

static void finish_shares(struct totals *totals, struct arena *arena)
{
    struct share_rows *rows = &totals->statuses;
    rows->at = arena_get(arena, (size_t)STATUSES * REASONS, sizeof *rows->at);
    for (uint16_t i = 0; i < STATUSES; i++)
        for (uint16_t j = 0; j < REASONS; j++)
            share_rows_add(
                rows, totals,
                (struct share_row){.status = i, .reason = j, .sessions = totals->by_reason[i][j]});
    qsort(rows->at, rows->n, sizeof *rows->at, compare_statuses);

    rows = &totals->bitmaps;
    rows->at = arena_get(arena, 16, sizeof *rows->at);
    for (uint16_t i = 0; i < 16; i++)
        share_rows_add(rows, totals,
                       (struct share_row){.number = i,
                                          .blind = totals->blind[i],
                                          .sessions = totals->by_bitmap[i]});
    qsort(rows->at, rows->n, sizeof *rows->at, compare_bitmaps);

    size_t n = 0;
    for (unsigned i = 0; i <= TOTALS_RCODES; i++)
        n += totals->by_rcode[i] != 0;
    rows = &totals->rcodes;
    rows->at = arena_get(arena, n + 1, sizeof *rows->at);
    for (uint16_t i = 0; i <= TOTALS_RCODES; i++)
        share_rows_add(rows, totals,
                       (struct share_row){.number = i < TOTALS_RCODES ? i : RCODE_NONE,
                                          .sessions = totals->by_rcode[i]});
    qsort(rows->at, rows->n, sizeof *rows->at, compare_rcodes);
}

/* Most sessions first, then by word, "not known" last. */
static int compare_named(const void *left, const void *right)
{
    const struct named_row *a = left, *b = right;
    if (a->figures.sessions != b->figures.sessions)
        return a->figures.sessions > b->figures.sessions ? -1 : 1;
    if (a->name == NULL || b->name == NULL)
        return (a->name == NULL) - (b->name == NULL);
    return strcmp(a->name, b->name);
}

static void named_rows_add(struct named_rows *rows, struct tally *tally, const char *name)
{
    if (tally != NULL && tally->sessions != 0)
        rows->at[rows->n++] = (struct named_row){figures_of(tally), name, NULL};
}

static void finish_types(struct totals *totals, struct arena *arena)
{
    struct named_rows *rows = &totals->types;
    size_t more = totals->more_types == NULL ? 0 : map_count(totals->more_types);
    rows->at = arena_get(arena, more + 257, sizeof *rows->at);
    named_rows_add(rows, &totals->no_type, NULL);
    for (uint16_t i = 0; i < 256; i++)
        if (totals->by_type[i] != NULL)
            named_rows_add(rows, totals->by_type[i], dns_type_word(i));
    for (size_t i = 0; i < more; i++) {
        struct tally *tally = map_at(totals->more_types, i);
        uint16_t type = 0;
        memory_copy(&type, map_key(totals->more_types, tally).at, sizeof type);
        named_rows_add(rows, tally, dns_type_word(type));
    }
    qsort(rows->at, rows->n, sizeof *rows->at, compare_named);
}

void totals_finish(struct totals *totals, struct arena *arena)
{
    finish_shares(totals, arena);
    finish_types(totals, arena);
    struct named_rows *rows = &totals->realms;
    rows->at = arena_get(arena, REALMS, sizeof *rows->at);
    for (unsigned i = 0; i < REALMS; i++)
        named_rows_add(rows, &totals->by_realm[i], realm_words[i].word);
    qsort(rows->at, rows->n, sizeof *rows->at, compare_named);
    rows = &totals->transports;
    rows->at = arena_get(arena, TOTALS_TRANSPORTS, sizeof *rows->at);
    for (unsigned i = 0; i < TOTALS_TRANSPORTS; i++)
        named_rows_add(rows, &totals->by_transport[i], transport_word((enum transport)i));
    qsort(rows->at, rows->n, sizeof *rows->at, compare_named);
}

void totals_done(struct totals *totals)
{
    for (unsigned i = 0; i < REALMS; i++)
        compact_done(&totals->by_realm[i].waited);
    for (unsigned i = 0; i < TOTALS_TRANSPORTS; i++)
        compact_done(&totals->by_transport[i].waited);
    compact_done(&totals->no_type.waited);
    for (unsigned i = 0; i < 256; i++) {
        if (totals->by_type[i] != NULL)
            compact_done(&totals->by_type[i]->waited);
        memory_free(totals->by_type[i]);
    }
    for (size_t i = 0; totals->more_types != NULL && i < map_count(totals->more_types); i++)
        compact_done(&((struct tally *)map_at(totals->more_types, i))->waited);
    map_free(totals->more_types);
}
