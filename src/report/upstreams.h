// SPDX-License-Identifier: BSD-2-Clause
#ifndef REPORT_UPSTREAMS_H
#define REPORT_UPSTREAMS_H
/*
 * Upstreams, CoreDNS servers and the paths between them.  Counts are taken as sessions come;
 * states and bad periods need the attempts of all sessions in the order of their start.
 * A storm of tries counts as one attempt.
 */
#include "report/moments.h"
#include "report/parts.h"

enum path_state { STATE_UNKNOWN, STATE_UP, STATE_DEGRADED, STATE_DOWN, STATES };
extern const char *const state_words[STATES + 1]; /* ended by NULL */

struct period {
    int64_t start, end; /* starts of its first and last failed attempt */
    uint64_t attempts, failures;
};
struct periods {
    struct period *at; /* at most LIMIT_BAD_PERIODS */
    size_t n, room;
    uint64_t folded;
};
/* Keeps the periods with the most failures, of equals the earliest; the rest is counted. */
void periods_add(struct periods *periods, struct period period);
void periods_done(struct periods *periods);

struct attempt_counts {
    uint64_t attempts, answered, no_reply, unreachable, wrong; /* the others are open or unknown */
    uint64_t errors; /* of those answered: SERVFAIL, REFUSED …, which no client can use */
};
/* It ended without an answer that a client can use. */
bool attempt_unusable(const struct attempt *attempt);
/* Attempts without a usable answer, and all that ended. */
uint64_t counts_failed(const struct attempt_counts *counts);
uint64_t counts_ended(const struct attempt_counts *counts);

struct upstream_rcode {
    uint16_t rcode;
    uint64_t attempts;
};

struct upstream {
    struct endpoint end;
    struct attempt_counts counts;
    uint64_t by_transport[TOTALS_TRANSPORTS];
    struct upstream_rcode *rcodes; /* most first when finished */
    size_t n_rcodes;
    struct compact latency; /* exact ones only */
    int64_t first_failure, last_failure, recovered_at;
    uint64_t sessions_hurt, hurt_by; /* the session that was counted last */
    /* finished */
    struct periods periods;
    struct spread spread;
    uint8_t worst, now, transport;
    const struct cluster_object *k8s; /* NULL */
};

struct path {
    struct upstream *upstream;
    uint32_t server, number; /* NUMBER: its place among the paths */
    struct attempt_counts counts;
    struct compact latency;
    unsigned in_row; /* attempts without reply since the last reply */
    bool down, was_down, in_period;
    struct period period; /* the open one, as far as its last failure */
    unsigned goods;       /* good attempts in a row since then */
    int64_t first_good;
    struct periods periods;
    /* finished */
    struct spread spread;
    uint8_t worst, now;
    const char *server_name;
};

#define NEAR_PATHS 32
struct upstreams {
    struct map *by_end, *by_path;  /* struct upstream, struct path */
    struct path *near[NEAR_PATHS]; /* used lately, by some bits of their endpoint */
    struct moments moments;
    uint64_t sessions; /* added so far */
    uint64_t folded_upstreams, folded_paths, folded_tries, folded_rcodes, folded_periods;
    struct upstream **rows; /* finished, most failures first */
    struct path **path_rows;
    size_t n, n_paths;
};
void upstreams_init(struct upstreams *upstreams, size_t budget);
void upstreams_add(struct upstreams *upstreams, const struct session *session,
                   struct timeline *timeline);
/* A refresh of the cache: in no count, but it shows whether its upstreams are there. */
void upstreams_add_refresh(struct upstreams *upstreams, const struct session *session);
/* Judges the attempts that started before WHEN: none will be added that start earlier. */
void upstreams_advance(struct upstreams *upstreams, int64_t when);
void upstreams_finish(struct upstreams *upstreams, struct arena *arena, int64_t end,
                      const struct server_facts *servers, size_t n_servers);
void upstreams_done(struct upstreams *upstreams);

/* paths.c: one path at a time */
void path_judge(struct path *path, const struct moment *moment);
void path_finish(struct path *path, int64_t end); /* END: of the window, or WHEN_NONE */

struct server_row {
    struct figures figures;
    struct server_facts facts; /* its identity is copied */
    const struct cluster_object *k8s; /* NULL */
};
struct servers {
    struct tally *at;
    size_t n, room;
    uint64_t folded_sessions; /* of servers beyond LIMIT_LIST_ROWS */
    struct server_row *rows;
    size_t n_rows;
    const char *unseen; /* replicas that are in no input, for verdict.unseen; NULL */
};
void servers_add(struct servers *servers, const struct session *session,
                 const struct sample *sample);
void servers_finish(struct servers *servers, struct arena *arena, const struct server_facts *facts,
                    size_t n);
void servers_done(struct servers *servers);
/* replicas.c: adds the replicas of the cluster that no input shows, as rows without sessions. */
struct report;
void replicas_add(struct report *report);

#endif
