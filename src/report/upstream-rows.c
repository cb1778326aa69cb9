// SPDX-License-Identifier: BSD-2-Clause
/* Upstreams and paths finished: states, merged periods, order of the rows. */
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/when.h"
#include "dns/words.h"
#include "report/upstreams.h"

static int compare_rcodes(const void *left, const void *right)
{
    const struct upstream_rcode *a = left, *b = right;
    if (a->attempts != b->attempts)
        return a->attempts > b->attempts ? -1 : 1;
    return strcmp(dns_rcode_word(a->rcode), dns_rcode_word(b->rcode));
}

static int compare_periods(const void *left, const void *right)
{
    const struct period *a = left, *b = right;
    if (a->start != b->start)
        return a->start < b->start ? -1 : 1;
    return (a->end > b->end) - (a->end < b->end);
}

static int compare_counts(const struct attempt_counts *a, const struct attempt_counts *b)
{
    uint64_t x = counts_failed(a), y = counts_failed(b);
    if (x != y)
        return x > y ? -1 : 1;
    return (a->attempts < b->attempts) - (a->attempts > b->attempts);
}

static int compare_upstreams(const void *left, const void *right)
{
    const struct upstream *a = *(struct upstream *const *)left;
    const struct upstream *b = *(struct upstream *const *)right;
    int order = compare_counts(&a->counts, &b->counts);
    return order != 0 ? order : endpoint_compare(&a->end, &b->end);
}

static int compare_paths(const void *left, const void *right)
{
    const struct path *a = *(struct path *const *)left, *b = *(struct path *const *)right;
    int order = compare_counts(&a->counts, &b->counts);
    if (order == 0)
        order = endpoint_compare(&a->upstream->end, &b->upstream->end);
    if (order == 0 && (a->server_name == NULL || b->server_name == NULL))
        order = (a->server_name == NULL) - (b->server_name == NULL);
    else if (order == 0)
        order = strcmp(a->server_name, b->server_name);
    return order != 0 ? order : (a->server > b->server) - (a->server < b->server);
}

/* The periods of an upstream's paths as one list: those that overlap are one. */
static void merge_periods(struct upstreams *upstreams, struct upstream *upstream,
                          struct period *all, size_t n)
{
    qsort(all, n, sizeof *all, compare_periods);
    for (size_t i = 0; i < n;) {
        struct period period = all[i++];
        for (; i < n && all[i].start <= period.end; i++) {
            if (all[i].end > period.end)
                period.end = all[i].end;
            period.attempts += all[i].attempts;
            period.failures += all[i].failures;
        }
        periods_add(&upstream->periods, period);
    }
    if (upstream->periods.n != 0)
        qsort(upstream->periods.at, upstream->periods.n, sizeof *all, compare_periods);
    upstreams->folded_periods += upstream->periods.folded;
}

/* Whether PATH says nothing about now: its server was gone before the upstream was heard again. */
static bool path_stale(const struct path *path, const struct server_facts *servers, size_t n)
{
    int64_t heard = path->upstream->recovered_at;
    return heard != WHEN_NONE && path->server < n && servers[path->server].last_seen != WHEN_NONE &&
           servers[path->server].last_seen < heard;
}

static int by_upstream(const void *left, const void *right)
{
    const struct path *a = *(struct path *const *)left, *b = *(struct path *const *)right;
    int order = endpoint_compare(&a->upstream->end, &b->upstream->end);
    return order != 0 ? order : (a->number > b->number) - (a->number < b->number);
}

/* The N paths of one upstream, finished, give its state and periods. */
static void finish_states(struct upstreams *upstreams, struct path *const *paths, size_t n,
                          const struct server_facts *servers, size_t n_servers)
{
    struct upstream *upstream = paths[0]->upstream;
    size_t n_periods = 0;
    uint8_t now = STATE_UNKNOWN, stale_now = STATE_UNKNOWN;
    for (size_t i = 0; i < n; i++) {
        uint8_t *of = path_stale(paths[i], servers, n_servers) ? &stale_now : &now;
        if (paths[i]->now > *of)
            *of = paths[i]->now;
        if (paths[i]->worst > upstream->worst)
            upstream->worst = paths[i]->worst;
        n_periods += paths[i]->periods.n;
        upstreams->folded_periods += paths[i]->periods.folded;
    }
    upstream->now = now != STATE_UNKNOWN ? now : stale_now;
    struct period *all = memory_get(n_periods + 1, sizeof *all);
    size_t at = 0;
    for (size_t i = 0; i < n; i++) {
        memory_copy(all + at, paths[i]->periods.at, paths[i]->periods.n * sizeof *all);
        at += paths[i]->periods.n;
    }
    merge_periods(upstreams, upstream, all, n_periods);
    memory_free(all);
}

static void finish_upstream(struct upstream *upstream)
{
    if (upstream->recovered_at != WHEN_NONE && upstream->recovered_at <= upstream->last_failure)
        upstream->recovered_at = WHEN_NONE;
    upstream->spread = spread_of(&upstream->latency);
    if (upstream->n_rcodes != 0)
        qsort(upstream->rcodes, upstream->n_rcodes, sizeof *upstream->rcodes, compare_rcodes);
    for (uint8_t i = 0; i < TOTALS_TRANSPORTS; i++)
        if (upstream->by_transport[i] > upstream->by_transport[upstream->transport])
            upstream->transport = i;
}

/* Those that a client's session asked: what only refreshes asked has no row. */
static void choose_rows(struct upstreams *upstreams, struct arena *arena)
{
    size_t n = map_count(upstreams->by_end), n_paths = map_count(upstreams->by_path);
    upstreams->rows = arena_get(arena, n + 1, sizeof *upstreams->rows);
    upstreams->path_rows = arena_get(arena, n_paths + 1, sizeof *upstreams->path_rows);
    for (size_t i = 0; i < n; i++) {
        struct upstream *upstream = map_at(upstreams->by_end, i);
        if (upstream->counts.attempts != 0)
            upstreams->rows[upstreams->n++] = upstream;
    }
    for (size_t i = 0; i < n_paths; i++) {
        struct path *path = map_at(upstreams->by_path, i);
        if (path->counts.attempts != 0)
            upstreams->path_rows[upstreams->n_paths++] = path;
    }
}

void upstreams_finish(struct upstreams *upstreams, struct arena *arena, int64_t end,
                      const struct server_facts *servers, size_t n_servers)
{
    upstreams_advance(upstreams, INT64_MAX);
    choose_rows(upstreams, arena);
    struct path **paths = upstreams->path_rows;
    size_t n_paths = upstreams->n_paths;
    for (size_t i = 0; i < upstreams->n; i++)
        finish_upstream(upstreams->rows[i]);
    for (size_t i = 0; i < n_paths; i++) {
        path_finish(paths[i], end);
        if (paths[i]->server < n_servers)
            paths[i]->server_name = servers[paths[i]->server].name;
    }
    qsort(paths, n_paths, sizeof(struct path *), by_upstream);
    for (size_t i = 0, next; i < n_paths; i = next) {
        for (next = i + 1; next < n_paths && paths[next]->upstream == paths[i]->upstream;)
            next++;
        finish_states(upstreams, paths + i, next - i, servers, n_servers);
    }
    qsort(paths, n_paths, sizeof(struct path *), compare_paths);
    qsort(upstreams->rows, upstreams->n, sizeof(struct upstream *), compare_upstreams);
}

void upstreams_done(struct upstreams *upstreams)
{
    for (size_t i = 0; upstreams->by_end != NULL && i < map_count(upstreams->by_end); i++) {
        struct upstream *upstream = map_at(upstreams->by_end, i);
        compact_done(&upstream->latency);
        periods_done(&upstream->periods);
        memory_free(upstream->rcodes);
    }
    for (size_t i = 0; upstreams->by_path != NULL && i < map_count(upstreams->by_path); i++) {
        struct path *path = map_at(upstreams->by_path, i);
        compact_done(&path->latency);
        periods_done(&path->periods);
    }
    map_free(upstreams->by_end);
    map_free(upstreams->by_path);
    moments_done(&upstreams->moments);
    *upstreams = (struct upstreams){0};
}
