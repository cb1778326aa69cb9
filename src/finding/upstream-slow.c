// SPDX-License-Identifier: BSD-2-Clause
/* Slow against its own other times, or against its peers: with nothing to compare, nothing is said. */
#include "finding/kinds.h"
#include "finding/upstream.h"

/* Of a time of slowness: by chance so many attempts do not stand together of which most are slow. */
enum { TIME_MIN = 10, TIMES_MAX = 16 };

struct slowness {
    struct speed all, slow, usual;
    bool in[PATH_BUCKETS]; /* buckets in which it was slow */
    int64_t first, last;   /* slow attempts in them */
    bool against_peers;
};

/* More slow attempts than others in a bucket, or fewer (<0). */
static int64_t excess(const struct path_bucket *bucket, unsigned limit)
{
    int64_t excess = 0;
    for (unsigned i = 0; i < PATH_BINS; i++)
        excess += i >= limit ? (int64_t)bucket->bin[i] : -(int64_t)bucket->bin[i];
    return excess;
}

/* The buckets that stand together, none of them taken yet, with the most slow attempts over others. */
static bool find_time(const struct upstream_path *sum, const struct slowness *slowness,
                      unsigned limit, unsigned *from, unsigned *to)
{
    int64_t best = 0, here = 0;
    unsigned begin = 0;
    for (unsigned i = 0; i < PATH_BUCKETS; i++) {
        if (slowness->in[i] || here <= 0) {
            here = 0;
            begin = i;
        }
        if (slowness->in[i])
            continue;
        here += excess(&sum->buckets[i], limit);
        if (here > best) {
            best = here;
            *from = begin;
            *to = i;
        }
    }
    return best > 0;
}

static void take_time(const struct upstream_path *sum, struct slowness *slowness, unsigned from,
                      unsigned to)
{
    struct speed speed = {0};
    for (unsigned i = from; i <= to; i++) {
        slowness->in[i] = true;
        speed_add(&speed, &sum->buckets[i]);
    }
    if (speed.n < TIME_MIN) /* by chance: neither slow nor usual */
        return;
    for (unsigned i = from; i <= to; i++) {
        const struct path_bucket *bucket = &sum->buckets[i];
        speed_add(&slowness->slow, bucket);
        if (bucket->first_slow != 0 &&
            (slowness->first == WHEN_NONE || bucket->first_slow < slowness->first))
            slowness->first = bucket->first_slow;
        if (bucket->last_slow > slowness->last)
            slowness->last = bucket->last_slow;
    }
}

/* Times of which most attempts took longer than 100 ms, and than three times what a quarter of all
 * takes at most: that is what it can do. */
static void find_times(const struct upstream_path *sum, struct slowness *slowness)
{
    unsigned quick = speed_bin(&slowness->all, 25), limit = 0, from, to;
    while (limit + 1 < PATH_BINS && (speed_edge(limit + 1) <= PATH_SLOW_NS ||
                                     speed_edge(limit) < SPEED_SLOWER * speed_edge(quick + 1)))
        limit++;
    for (unsigned n = 0; n < TIMES_MAX && find_time(sum, slowness, limit, &from, &to); n++)
        take_time(sum, slowness, from, to);
    for (unsigned i = 0; i < PATH_BUCKETS; i++)
        if (!slowness->in[i])
            speed_add(&slowness->usual, &sum->buckets[i]);
}

/* Both are asked for the same: most of what the one is asked for, the other is, too. */
static bool is_peer(const struct upstream_path *one, const struct upstream_path *other)
{
    return 2 * __builtin_popcountll(one->kin & other->kin) >= __builtin_popcountll(one->kin);
}

static void compare_peers(const struct upstream_paths *paths, const struct upstream_path *sum,
                          struct slowness *slowness)
{
    const struct upstream_path *path;
    struct speed peers = {0};
    for (size_t at = 0; (path = paths_next(paths, &at)) != NULL;) {
        if (endpoint_same_addr(&path->end, &sum->end))
            continue;
        struct upstream_path other = paths_sum(paths, &path->end);
        for (unsigned i = 0; i < PATH_BUCKETS && is_peer(sum, &other); i++)
            speed_add(&peers, &other.buckets[i]);
        path_sum_done(&other);
    }
    slowness->against_peers = true;
    slowness->usual = peers;
    slowness->slow = slowness->all;
    for (unsigned i = 0; i < PATH_BUCKETS; i++) {
        const struct path_bucket *bucket = &sum->buckets[i];
        if (bucket->first_slow == 0)
            continue;
        if (slowness->first == WHEN_NONE || bucket->first_slow < slowness->first)
            slowness->first = bucket->first_slow;
        if (bucket->last_slow > slowness->last)
            slowness->last = bucket->last_slow;
    }
}

static void tell(struct findings *findings, struct finding_row *row,
                 const struct upstream_path *sum, const struct slowness *slowness)
{
    struct text text = {0};
    uint64_t slow = 0;
    for (unsigned i = 0; i < PATH_BINS; i++)
        slow += speed_edge(i + 1) > PATH_SLOW_NS ? slowness->slow.bin[i] : 0;
    text_add_string(&text, "Upstream ");
    add_upstream(&text, &sum->end);
    text_add_string(&text, " was slow");
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text, ": a tenth of its answers took over ");
    add_wait(&text, speed_edge(speed_bin(&slowness->slow, 90)));
    text_add_string(&text, slowness->against_peers
                               ? "; 90 % of those of the other upstreams took under "
                               : "; at other times 90 % took under ");
    add_wait(&text, speed_edge(speed_bin(&slowness->usual, 90) + 1));
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "answers slower than about 100 ms", slow, slowness->slow.n,
                     "timed answers in that time");
    finding_evidence(row,
                     slowness->against_peers ? "timed answers of its peers"
                                             : "timed answers at other times",
                     slowness->usual.n, UINT64_MAX, NULL);
    upstream_next(findings, row, &sum->end, "latency_ms>100ms", sum->in_packets);
}

static void judge_one(struct findings *findings, const struct upstream_path *sum)
{
    struct slowness slowness = {.first = WHEN_NONE, .last = WHEN_NONE};
    for (unsigned i = 0; i < PATH_BUCKETS; i++)
        speed_add(&slowness.all, &sum->buckets[i]);
    if (slowness.all.n < SPEED_MIN || speed_edge(speed_bin(&slowness.all, 99) + 1) <= PATH_SLOW_NS)
        return;
    find_times(sum, &slowness);
    if (!speed_is_slower(&slowness.slow, &slowness.usual)) {
        slowness.first = slowness.last = WHEN_NONE;
        compare_peers(&findings->upstreams->paths, sum, &slowness);
        if (!speed_is_slower(&slowness.slow, &slowness.usual))
            return;
    }
    struct suspect *suspect = suspect_of_endpoint(findings, FINDING_UPSTREAM_SLOW, &sum->end);
    if (suspect == NULL)
        return;
    struct finding_row *row = finding_new(findings, FINDING_UPSTREAM_SLOW, suspect,
                                          sum->in_packets ? CONFIDENCE_SURE : CONFIDENCE_LIKELY);
    row->start = slowness.first;
    row->end = slowness.last;
    tell(findings, row, sum, &slowness);
}

static void judge(struct findings *findings)
{
    upstreams_judge(findings, judge_one);
}

const struct finding_kind kind_upstream_slow = {
    .key = "upstream-slow",
    .severity = SEVERITY_WARNING,
    .meaning = "An upstream answered much more slowly than it does at other times, or than its "
               "peers do.",
    .rule =
        "The 90th percentile of exact latencies is over 100 ms and over three times that of its "
        "own other times, else that of the other upstreams that are asked for the same names; "
        "at least 20 timed answers on each side. A time counts as slow where most answers took "
        "over 100 ms and over three times what its fastest quarter takes at most. An upstream "
        "that is always slow and has no peers is slow for all one can see: then slow-lookups "
        "speaks. From dnstap it is likely: a CoreDNS short of CPU reads late, and looks the same.",
    .advice = "Look at the upstream and the path to it: load, limits on queries, distance. A cache "
              "with prefetch or serve_stale hides some of it from clients.",
    .reference = "https://coredns.io/plugins/cache/",
    .judge = judge,
};
