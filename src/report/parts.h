// SPDX-License-Identifier: BSD-2-Clause
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H
/*
 * The aggregates of a report, one file each with the same calls: x_add while sessions come,
 * x_finish once (makes the rows that fields read), x_done.  Private to report/ and its tests.
 */
#include "base/map.h"
#include "base/sketch.h"
#include "report/keys.h"
#include "report/report.h"

struct named_row { /* of realms, types, transports, clients, names */
    struct figures figures;
    const char *name; /* NULL: not known */
    const struct cluster_object *k8s; /* of a client; NULL */
};
struct named_rows {
    struct named_row *at;
    size_t n;
};

/* --- totals.c --- */
#define TOTALS_RCODES 4096 /* 12 bits; one more for "none" */
#define TOTALS_TRANSPORTS (TRANSPORT_DOQ + 1)
struct share_row { /* of statuses, bitmaps, rcodes */
    uint16_t status, reason, number;
    bool blind; /* bitmaps: of some of them the upstream leg is not in the captures */
    uint64_t sessions;
    double share;
};
struct share_rows {
    struct share_row *at;
    size_t n;
};
struct totals {
    uint64_t sessions, background, internal, slow, waits;
    uint64_t by_status[STATUSES], by_reason[STATUSES][REASONS], by_bitmap[16];
    bool blind[16]; /* by bitmap */
    uint64_t by_rcode[TOTALS_RCODES + 1], unobserved[4];
    uint64_t folded_type_sessions;
    struct tally by_realm[REALMS], by_transport[TOTALS_TRANSPORTS], no_type;
    struct tally *by_type[256];
    struct map *more_types;
    int64_t first, last; /* starts of the sessions in the figures */
    struct share_rows statuses, bitmaps, rcodes;
    struct named_rows realms, types, transports;
};
void totals_init(struct totals *totals);
void totals_add(struct totals *totals, const struct session *session, const struct sample *sample);
void totals_finish(struct totals *totals, struct arena *arena);
void totals_done(struct totals *totals);

/* --- latency.c --- */
#define LATENCY_STEPS 17
extern const int64_t
    latency_steps[LATENCY_STEPS]; /* upper bounds, ns; the last is WHEN_NONE: more */
struct latency {
    struct sketch waited;
    uint64_t lower_bounds, histogram[LATENCY_STEPS];
    struct spread all;
};
void latency_add(struct latency *latency, const struct session *session);
void latency_finish(struct latency *latency);
void latency_done(struct latency *latency);

/* --- lookups.c --- */
struct lookup_figures {
    uint64_t count, by_outcome[LOOKUP_OUTCOMES];
    uint64_t queries, wasted; /* of them, for names that do not exist */
    uint64_t stalled, slow, lower_bounds;
    struct compact waited;
    struct spread all;
};
void lookup_figures_add(struct lookup_figures *figures, const struct lookup *lookup,
                        int64_t slow_ns);
void lookup_figures_finish(struct lookup_figures *figures);
void lookup_figures_done(struct lookup_figures *figures);

/* --- timeline.c --- */
struct bucket {
    int64_t start;
    uint64_t sessions, failed, slow, upstream_failures;
    struct compact waited;
    int64_t p99;
};
struct timeline {
    struct bucket *fine; /* n buckets of fine_width from number `first` on */
    int64_t first;
    size_t n, room;
    unsigned level;      /* of the fine width */
    struct bucket *here; /* the one used last; NULL: none */
    int64_t here_end;
    struct bucket *rows;
    size_t n_rows;
    int64_t width;
};
void timeline_add(struct timeline *timeline, int64_t start, const struct sample *sample);
void timeline_failure(struct timeline *timeline, int64_t when);
void timeline_finish(struct timeline *timeline, struct arena *arena, int64_t start, int64_t end);
void timeline_done(struct timeline *timeline);

/* --- tops.c --- */
struct tops {
    struct keys table;
    bool names; /* keys are wire names, else addresses */
    struct named_rows all, failing;
    size_t keys, failing_keys; /* before the cut */
};
void tops_init(struct tops *tops, bool names, size_t budget);
/* The session's key; to be handed on to keys_approach and keys_add. */
struct key_search tops_expect(const struct tops *tops, const struct session *session);
void tops_finish(struct tops *tops, struct arena *arena, size_t limit);
void tops_done(struct tops *tops);

/* --- slow.c --- */
struct slow_entry {
    struct session session; /* its name and attempts are owned here */
    struct attempt *attempts;
    const struct cluster *cluster; /* NULL: no names */
    uint8_t name[DNS_NAME_MAX + 1];
};
struct slow {
    struct slow_entry **heap; /* least slow on top; sorted, slowest first, when finished */
    size_t n, room, limit;
    uint64_t seen;
};
void slow_init(struct slow *slow, size_t limit);
void slow_add(struct slow *slow, const struct session *session);
void slow_finish(struct slow *slow);
void slow_done(struct slow *slow);

/* A share, or -1 (null) where BASE is 0. */
double share_of(uint64_t part, uint64_t base);
/* Whether PART of BASE is surely over RATE: the lower bound of the 95 % Wilson interval is. */
bool rate_surely_over(uint64_t part, uint64_t base, double rate);
/* A copy that lives as long as the arena. */
const char *arena_text(struct arena *arena, const char *at, size_t len);

#endif
