// SPDX-License-Identifier: BSD-2-Clause
/* What each server sees of each upstream: counts, and by time how many answered how fast. */
#include "base/limits.h"
#include "dns/name.h"
#include "finding/upstream.h"

/* Every attempt tells what is asked for there until so many did, then one of as many as that. */
enum { KIN_MANY = 512, KIN_SOME = 16 };

struct path_key { /* no padding: compared as bytes */
    struct endpoint end;
    uint32_t server;
};
_Static_assert(sizeof(struct path_key) == sizeof(struct endpoint) + sizeof(uint32_t), "no padding");

void paths_init(struct upstream_paths *paths)
{
    *paths = (struct upstream_paths){.first = WHEN_NONE};
    paths->map = map_new(sizeof(struct upstream_path), LIMIT_FINDING_PATHS);
}

void paths_done(struct upstream_paths *paths)
{
    for (size_t i = 0; i < map_count(paths->map); i++) {
        struct upstream_path *path = map_at(paths->map, i);
        memory_free(path->buckets);
    }
    map_free(paths->map);
}

int64_t paths_width_ns(const struct upstream_paths *paths)
{
    return WHEN_SECOND << paths->level;
}

static struct upstream_path *path_at(struct upstream_paths *paths, const struct endpoint *end,
                                     uint32_t server)
{
    unsigned bits = end->octet[3] ^ (unsigned)end->octet[15] << 1 ^ end->port ^ server << 2;
    struct upstream_path **near = &paths->near[bits % (sizeof paths->near / sizeof *paths->near)];
    if (*near != NULL && (*near)->server == server && endpoint_same(&(*near)->end, end))
        return *near;
    struct path_key key = {*end, server};
    bool added = false;
    struct upstream_path *path = map_add(paths->map, &key, sizeof key, &added);
    if (path == NULL)
        return NULL;
    if (added) {
        path->end = *end;
        path->server = server;
        path->buckets = memory_get(PATH_BUCKETS, sizeof *path->buckets);
    }
    *near = path;
    return path;
}

static void bucket_add(struct path_bucket *into, const struct path_bucket *from)
{
    if (from->first_slow != 0 && (into->first_slow == 0 || from->first_slow < into->first_slow))
        into->first_slow = from->first_slow;
    if (from->last_slow > into->last_slow)
        into->last_slow = from->last_slow;
    into->ended += from->ended;
    into->silent += from->silent;
    for (unsigned i = 0; i < PATH_BINS; i++)
        into->bin[i] += from->bin[i];
}

/* Twice the width: two buckets become one, or one that has no neighbour in front stands alone. */
static void paths_widen(struct upstream_paths *paths)
{
    int64_t first = paths->first >> 1;
    for (size_t p = 0; p < map_count(paths->map); p++) {
        const struct upstream_path *path = map_at(paths->map, p);
        struct path_bucket *buckets = path->buckets;
        for (int64_t i = 0; i < PATH_BUCKETS; i++) {
            int64_t to = ((paths->first + i) >> 1) - first;
            struct path_bucket one = buckets[i];
            buckets[i] = (struct path_bucket){0};
            bucket_add(&buckets[to], &one);
        }
    }
    paths->first = first;
    paths->level++;
}

/* Sessions come in the order of their start but for a little: what lies before the first bucket goes
 * into it. */
static struct path_bucket *bucket_at(struct upstream_paths *paths, struct upstream_path *path,
                                     int64_t when)
{
    if (paths->first == WHEN_NONE)
        paths->first = when / WHEN_SECOND;
    while (when / paths_width_ns(paths) - paths->first >= PATH_BUCKETS)
        paths_widen(paths);
    int64_t i = when / paths_width_ns(paths) - paths->first;
    return &path->buckets[i > 0 ? i : 0];
}

/* Quarters of an octave of microseconds, from 2^10 us on. */
static unsigned bin_of(int64_t latency_ns)
{
    uint64_t us = (uint64_t)(latency_ns > 0 ? latency_ns : 0) / 1000;
    if (us < 1024)
        return 0;
    unsigned top = 63u - (unsigned)__builtin_clzll(us);
    unsigned bin = 1 + 4 * (top - 10) + (unsigned)(us >> (top - 2) & 3);
    return bin < PATH_BINS ? bin : PATH_BINS - 1;
}

static void count_latency(struct upstream_paths *paths, struct upstream_path *path,
                          const struct attempt *attempt)
{
    struct path_bucket *bucket = bucket_at(paths, path, attempt->began);
    bucket->bin[bin_of(attempt->latency_ns)]++;
    if (attempt->latency_ns < PATH_SLOW_NS)
        return;
    if (bucket->first_slow == 0 || attempt->began < bucket->first_slow)
        bucket->first_slow = attempt->began;
    if (attempt->began > bucket->last_slow)
        bucket->last_slow = attempt->began;
}

/* The last two labels of what is asked for, as one of 64 bits. */
static void note_kin(struct upstream_path *path, const struct session *session)
{
    if (path->sampled++ >= KIN_MANY && path->sampled % KIN_SOME != 0)
        return;
    if (!session->has_question)
        return;
    unsigned labels = dns_name_labels(session->name, session->name_len);
    size_t at = labels > 2 ? dns_name_skip(session->name, session->name_len, labels - 2) : 0;
    uint32_t hash = 2166136261u; /* FNV-1a: the same in every run */
    for (; at < session->name_len; at++)
        hash = (hash ^ session->name[at]) * 16777619u;
    path->kin |= UINT64_C(1) << (hash >> 26);
}

static void row_add(uint64_t *row, uint64_t *longest)
{
    if (++*row > *longest)
        *longest = *row;
}

/* What is refused is tried again at once, by one session: that is one moment. */
static void count_row(struct upstream_path *path, const struct session *session, enum fault fault,
                      bool lone)
{
    bool quick = fault == FAULT_REFUSED || fault == FAULT_CONNECT;
    bool again = quick && path->in_row != 0 && path->row_session == session->number;
    path->row_session = session->number;
    if (!quick && fault != FAULT_DOUBTFUL)
        path->quick_row = 0;
    if (again)
        return;
    row_add(&path->in_row, &path->longest);
    if (quick)
        row_add(&path->quick_row, &path->quick_longest);
    if (!lone)
        row_add(&path->sure_row, &path->sure_longest);
}

/* Packets show neither a reply nor anything that follows from its absence: CoreDNS did not go on to
 * another attempt, and no client has an answer that came late or is an error. */
static bool is_lone(const struct session *session, const struct attempt *attempt, enum fault fault)
{
    bool went_on = attempt->next != NULL && (attempt->spent || attempt->quick);
    bool answered = session->has_client && session->bitmap & BIT_CR;
    return attempt->in_packets && attempt->outcome == OUTCOME_NO_REPLY && fault == FAULT_SILENT &&
           attempt->count == 1 && !went_on && !answered;
}

void paths_probe(struct upstream_paths *paths, const struct session *session)
{
    const struct attempt *attempt = session->attempts;
    struct upstream_path *path = attempt->outcome == OUTCOME_NO_REPLY && attempt->in_packets
                                     ? path_at(paths, &attempt->upstream, session->server)
                                     : NULL;
    if (path != NULL)
        path->probed++;
}

struct upstream_path *paths_add(struct upstream_paths *paths, const struct session *session,
                                const struct attempt *attempt, enum fault fault)
{
    struct upstream_path *path = path_at(paths, &attempt->upstream, session->server);
    if (path == NULL)
        return NULL;
    bool lone = is_lone(session, attempt, fault);
    path->fault[fault]++;
    path->lone[fault] += lone;
    path->tries += fault_is_silence(fault) ? attempt->count : 0;
    path->felt += fault == FAULT_ERROR && session->status == STATUS_FAILED;
    path->refreshed += session->background && fault != FAULT_UNKNOWN;
    path->sealed += attempt->in_packets && fault == FAULT_NONE && attempt->rcode == RCODE_NONE &&
                    attempt->name_hash == 0 && attempt->transport >= TRANSPORT_DOT;
    path->in_packets = path->in_packets || attempt->in_packets;
    path->tapped = path->tapped || !attempt->in_packets;
    path->transports |= (uint8_t)(1u << attempt->transport);
    note_kin(path, session);
    if (fault == FAULT_UNKNOWN || attempt->began == WHEN_NONE || attempt->began <= 0)
        return path;
    struct path_bucket *bucket = bucket_at(paths, path, attempt->began);
    bucket->ended++;
    if (fault_is_silence(fault)) {
        bucket->silent++;
        count_row(path, session, fault, lone);
        return path;
    }
    path->in_row = path->quick_row = path->sure_row = 0;
    if (attempt->latency_exact && attempt->latency_ns != WHEN_NONE)
        count_latency(paths, path, attempt);
    return path;
}

uint64_t path_ended(const struct upstream_path *path)
{
    uint64_t ended = 0;
    for (unsigned i = 0; i < FAULTS; i++)
        ended += i != FAULT_UNKNOWN ? path->fault[i] : 0;
    return ended;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static void path_merge(struct upstream_path *into, const struct upstream_path *from)
{
    for (unsigned i = 0; i < FAULTS; i++) {
        into->fault[i] += from->fault[i];
        into->lone[i] += from->lone[i];
    }
    into->probed += from->probed;
    into->quick_longest = most(into->quick_longest, from->quick_longest);
    into->sure_longest = most(into->sure_longest, from->sure_longest);
    into->refreshed += from->refreshed;
    into->tries += from->tries;
    into->ran_out += from->ran_out;
    into->felt += from->felt;
    into->sealed += from->sealed;
    into->in_row += from->in_row;
    into->longest = most(into->longest, from->longest);
    into->kin |= from->kin;
    into->in_packets = into->in_packets || from->in_packets;
    into->tapped = into->tapped || from->tapped;
    into->transports |= from->transports;
    for (unsigned i = 0; i < PATH_BUCKETS; i++)
        bucket_add(&into->buckets[i], &from->buckets[i]);
}

struct upstream_path paths_sum(const struct upstream_paths *paths, const struct endpoint *end)
{
    struct upstream_path sum = {.end = *end, .server = UINT32_MAX};
    sum.buckets = memory_get(PATH_BUCKETS, sizeof *sum.buckets);
    for (size_t i = 0; i < map_count(paths->map); i++) {
        const struct upstream_path *path = map_at(paths->map, i);
        if (endpoint_same(&path->end, end))
            path_merge(&sum, path);
    }
    return sum;
}

void path_sum_done(struct upstream_path *sum)
{
    memory_free(sum->buckets);
    sum->buckets = NULL;
}

static bool is_known(const struct upstream_paths *paths, const struct endpoint *end, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct upstream_path *path = map_at(paths->map, i);
        if (endpoint_same(&path->end, end))
            return true;
    }
    return false;
}

struct upstream_path *paths_next(const struct upstream_paths *paths, size_t *at)
{
    while (*at < map_count(paths->map)) {
        struct upstream_path *path = map_at(paths->map, (*at)++);
        if (!is_known(paths, &path->end, *at - 1))
            return path;
    }
    return NULL;
}
