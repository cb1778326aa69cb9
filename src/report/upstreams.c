// SPDX-License-Identifier: BSD-2-Clause
#include "report/upstreams.h"

#include "base/limits.h"
#include "base/when.h"

/* An upstream or path with its periods and latencies at their largest: what a budget is cut by. */
enum { ROW_BYTES = 4096, ROWS_MIN = 64 };
enum { RCODE_NOERROR = 0, RCODE_NXDOMAIN = 3 };

struct path_key { /* no padding: compared as bytes */
    struct endpoint end;
    uint32_t server;
};
_Static_assert(sizeof(struct path_key) == sizeof(struct endpoint) + sizeof(uint32_t), "no padding");

void upstreams_init(struct upstreams *upstreams, size_t budget)
{
    size_t rows = budget / 2 / ROW_BYTES;
    rows = rows < ROWS_MIN ? ROWS_MIN : rows > LIMIT_LIST_ROWS ? LIMIT_LIST_ROWS : rows;
    *upstreams = (struct upstreams){0};
    upstreams->by_end = map_new(sizeof(struct upstream), rows);
    upstreams->by_path = map_new(sizeof(struct path), rows);
}

static struct upstream *upstream_at(struct upstreams *upstreams, const struct endpoint *end)
{
    bool added = false;
    struct upstream *upstream = map_add(upstreams->by_end, end, sizeof *end, &added);
    if (!added)
        return upstream;
    upstream->end = *end;
    upstream->first_failure = upstream->last_failure = upstream->recovered_at = WHEN_NONE;
    upstream->latency.exact_max = COMPACT_MANY;
    return upstream;
}

static struct path *path_find(struct upstreams *upstreams, const struct endpoint *end,
                              uint32_t server, struct upstream **upstream)
{
    *upstream = upstream_at(upstreams, end);
    if (*upstream == NULL)
        return NULL;
    struct path_key key = {*end, server};
    bool added = false;
    struct path *path = map_add(upstreams->by_path, &key, sizeof key, &added);
    if (added) {
        path->upstream = *upstream;
        path->server = server;
        path->number = (uint32_t)map_count(upstreams->by_path) - 1;
    }
    return path;
}

/* The path and its upstream (either may be NULL: folded). */
static struct path *path_at(struct upstreams *upstreams, const struct endpoint *end,
                            uint32_t server, struct upstream **upstream)
{
    unsigned bits = end->octet[3] ^ (unsigned)end->octet[15] << 1 ^ end->port ^ server << 2;
    struct path **near = &upstreams->near[bits % NEAR_PATHS];
    if (*near == NULL || (*near)->server != server ||
        !endpoint_same(&(*near)->upstream->end, end)) {
        struct path *path = path_find(upstreams, end, server, upstream);
        if (path == NULL)
            return NULL;
        *near = path;
    }
    *upstream = (*near)->upstream;
    return *near;
}

static void count_rcode(struct upstreams *upstreams, struct upstream *upstream, uint16_t rcode)
{
    size_t n = upstream->n_rcodes;
    for (size_t i = 0; i < n; i++) {
        if (upstream->rcodes[i].rcode == rcode) {
            upstream->rcodes[i].attempts++;
            return;
        }
    }
    if (n == LIMIT_UPSTREAM_RCODES) {
        upstreams->folded_rcodes++;
        return;
    }
    if ((n & (n - 1)) == 0) /* room is a power of two */
        upstream->rcodes =
            memory_grow(upstream->rcodes, n == 0 ? 1 : 2 * n, sizeof *upstream->rcodes);
    upstream->rcodes[n] = (struct upstream_rcode){rcode, 1};
    upstream->n_rcodes = n + 1;
}

/* Answered with what no client can use. */
static bool answered_error(const struct attempt *attempt)
{
    return attempt->outcome == OUTCOME_ANSWERED && attempt->rcode != RCODE_NONE &&
           attempt->rcode != RCODE_NOERROR && attempt->rcode != RCODE_NXDOMAIN;
}

static void count_outcome(struct attempt_counts *counts, const struct attempt *attempt)
{
    uint8_t outcome = attempt->outcome;
    counts->errors += answered_error(attempt);
    counts->attempts++;
    counts->answered += outcome == OUTCOME_ANSWERED;
    counts->no_reply += outcome == OUTCOME_NO_REPLY;
    counts->unreachable += outcome == OUTCOME_UNREACHABLE || outcome == OUTCOME_CONNECT_FAILED;
    counts->wrong += outcome == OUTCOME_WRONG_REPLY;
}

static bool outcome_silent(uint8_t outcome)
{
    return outcome == OUTCOME_NO_REPLY || outcome == OUTCOME_UNREACHABLE ||
           outcome == OUTCOME_CONNECT_FAILED;
}

bool attempt_unusable(const struct attempt *attempt)
{
    return outcome_silent(attempt->outcome) || attempt->outcome == OUTCOME_WRONG_REPLY ||
           answered_error(attempt);
}

static void note_silence(struct upstream *upstream, const struct attempt *attempt)
{
    if (!outcome_silent(attempt->outcome) || attempt->began == WHEN_NONE)
        return;
    if (upstream->first_failure == WHEN_NONE || attempt->began < upstream->first_failure)
        upstream->first_failure = attempt->began;
    if (upstream->last_failure == WHEN_NONE || attempt->began > upstream->last_failure)
        upstream->last_failure = attempt->began;
}

static void add_moment(struct upstreams *upstreams, const struct path *path,
                       const struct attempt *attempt, bool refresh)
{
    bool answered = attempt->outcome == OUTCOME_ANSWERED;
    bool silent = outcome_silent(attempt->outcome);
    if (attempt->began == WHEN_NONE ||
        (!answered && !silent && attempt->outcome != OUTCOME_WRONG_REPLY))
        return;
    moments_add(&upstreams->moments, (struct moment){attempt->began, path->number,
                                                     answered ? MOMENT_GOOD
                                                     : silent ? MOMENT_SILENT
                                                              : MOMENT_WRONG,
                                                     refresh});
}

/* What is counted of the upstream itself. */
static void count_attempt(struct upstreams *upstreams, struct upstream *upstream,
                          const struct attempt *attempt)
{
    count_outcome(&upstream->counts, attempt);
    upstream->by_transport[attempt->transport]++;
    if (attempt->outcome == OUTCOME_ANSWERED && attempt->rcode != RCODE_NONE)
        count_rcode(upstreams, upstream, attempt->rcode);
    note_silence(upstream, attempt);
    if (attempt_unusable(attempt) && upstream->hurt_by != upstreams->sessions) {
        upstream->hurt_by = upstreams->sessions;
        upstream->sessions_hurt++;
    }
}

static void add_attempt(struct upstreams *upstreams, const struct attempt *attempt, uint32_t server,
                        struct timeline *timeline)
{
    struct upstream *upstream = NULL;
    struct path *path = path_at(upstreams, &attempt->upstream, server, &upstream);
    if (attempt_unusable(attempt))
        timeline_failure(timeline, attempt->began);
    if (upstream == NULL) {
        upstreams->folded_upstreams++;
        return;
    }
    count_attempt(upstreams, upstream, attempt);
    bool timed = attempt->latency_exact && attempt->latency_ns != WHEN_NONE;
    uint32_t us = timed ? compact_us(attempt->latency_ns) : 0;
    unsigned bucket = compact_bucket(us);
    if (timed)
        compact_add_to(&upstream->latency, us, bucket);
    if (path == NULL) {
        upstreams->folded_paths++;
        return;
    }
    count_outcome(&path->counts, attempt);
    if (timed)
        compact_add_to(&path->latency, us, bucket);
    add_moment(upstreams, path, attempt, false);
}

void upstreams_add(struct upstreams *upstreams, const struct session *session,
                   struct timeline *timeline)
{
    uint64_t told = 0;
    upstreams->sessions++;
    for (const struct attempt *at = session->attempts; at != NULL; at = at->next) {
        add_attempt(upstreams, at, session->server, timeline);
        told += at->count;
    }
    if (session->tries > told)
        upstreams->folded_tries += session->tries - told;
}

void upstreams_add_refresh(struct upstreams *upstreams, const struct session *session)
{
    for (const struct attempt *at = session->attempts; at != NULL; at = at->next) {
        struct upstream *upstream = NULL;
        struct path *path = path_at(upstreams, &at->upstream, session->server, &upstream);
        if (path == NULL)
            continue;
        note_silence(upstream, at);
        add_moment(upstreams, path, at, true);
    }
}

void upstreams_advance(struct upstreams *upstreams, int64_t when)
{
    struct moment moment;
    while (moments_take(&upstreams->moments, when, &moment)) {
        struct path *path = map_at(upstreams->by_path, moment.path);
        struct upstream *upstream = path->upstream;
        path_judge(path, &moment);
        if (moment.kind == MOMENT_SILENT)
            upstream->recovered_at = WHEN_NONE;
        else if (moment.kind == MOMENT_GOOD && upstream->recovered_at == WHEN_NONE &&
                 upstream->last_failure != WHEN_NONE && moment.when > upstream->last_failure)
            upstream->recovered_at = moment.when;
    }
}
