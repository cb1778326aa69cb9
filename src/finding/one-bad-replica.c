// SPDX-License-Identifier: BSD-2-Clause
/* One CoreDNS gets no replies, or slow ones, from upstreams that answer the others well. */
#include "finding/kinds.h"
#include "finding/upstream.h"

#define WORSE 3 /* times the rate of the others */
#define SILENT_RATE 0.01

struct side { /* attempts that ended; of them without reply */
    uint64_t ended, silent;
};

struct compared {
    uint32_t server;
    struct side own, others;
    uint64_t longest;
    struct speed speed, usual; /* its own, and the others' at the same upstreams */
};

/* The buckets between the first and the last in which SERVER got no reply: what lies between counts,
 * too, so that it is not only the bad moments that are compared. */
static bool find_window(const struct upstream_paths *paths, uint32_t server, unsigned *from,
                        unsigned *to)
{
    bool found = false;
    for (size_t i = 0; i < map_count(paths->map); i++) {
        const struct upstream_path *path = map_at(paths->map, i);
        for (unsigned b = 0; b < PATH_BUCKETS && path->server == server; b++) {
            if (path->buckets[b].silent == 0)
                continue;
            *from = !found || b < *from ? b : *from;
            *to = !found || b > *to ? b : *to;
            found = true;
        }
    }
    return found;
}

static struct side side_of(const struct upstream_path *path, unsigned from, unsigned to)
{
    struct side side = {0, 0};
    for (unsigned b = from; b <= to; b++) {
        side.ended += path->buckets[b].ended;
        side.silent += path->buckets[b].silent;
    }
    return side;
}

static void side_add(struct side *side, struct side more)
{
    side->ended += more.ended;
    side->silent += more.silent;
}

static void add_speed(struct speed *speed, const struct upstream_path *path)
{
    for (unsigned b = 0; b < PATH_BUCKETS; b++)
        speed_add(speed, &path->buckets[b]);
}

/* Only what the others ask, too, in that time is compared. */
static void compare_path(const struct upstream_paths *paths, const struct upstream_path *own,
                         const unsigned *window, struct compared *compared)
{
    struct side others = {0, 0};
    bool shared = false;
    for (size_t k = 0; k < map_count(paths->map); k++) {
        const struct upstream_path *other = map_at(paths->map, k);
        if (other->server == own->server || !endpoint_same(&other->end, &own->end))
            continue;
        shared = true;
        add_speed(&compared->usual, other);
        if (window != NULL)
            side_add(&others, side_of(other, window[0], window[1]));
    }
    if (shared)
        add_speed(&compared->speed, own);
    if (others.ended == 0)
        return;
    side_add(&compared->others, others);
    side_add(&compared->own, side_of(own, window[0], window[1]));
    compared->longest = own->longest > compared->longest ? own->longest : compared->longest;
}

static struct compared compare(const struct upstream_paths *paths, uint32_t server)
{
    struct compared compared = {.server = server};
    unsigned window[2] = {0, 0};
    bool silent = find_window(paths, server, &window[0], &window[1]);
    for (size_t i = 0; i < map_count(paths->map); i++) {
        const struct upstream_path *own = map_at(paths->map, i);
        if (own->server == server)
            compare_path(paths, own, silent ? window : NULL, &compared);
    }
    return compared;
}

static bool is_bad(const struct compared *compared)
{
    const struct side *own = &compared->own, *others = &compared->others;
    return (surely_over(own->silent, own->ended, SILENT_RATE) ||
            (own->silent >= 3 && compared->longest >= 3)) &&
           wilson_low(own->silent, own->ended) > WORSE * wilson_high(others->silent, others->ended);
}

static void tell_silent(struct text *text, struct finding_row *row, const struct findings *findings,
                        const struct compared *compared)
{
    text_add_string(text, " got no reply to ");
    add_share(text, compared->own.silent, compared->own.ended, "attempt", "attempts");
    add_period(text, findings, row->start, row->end);
    text_add_string(text, ", while the others got one to ");
    add_share(text, compared->others.ended - compared->others.silent, compared->others.ended,
              "attempt", "attempts");
    text_add_string(text, " at the same upstreams.");
    finding_evidence(row, "its attempts without reply", compared->own.silent, compared->own.ended,
                     "its attempts in that time");
    finding_evidence(row, "those of the other replicas", compared->others.silent,
                     compared->others.ended, "their attempts at the same upstreams in that time");
}

static void tell_slow(struct text *text, struct finding_row *row, const struct findings *findings,
                      const struct compared *compared)
{
    text_add_string(text, " waited long for its upstreams");
    add_period(text, findings, row->start, row->end);
    text_add_string(text, ": a tenth of the answers took over ");
    add_wait(text, speed_edge(speed_bin(&compared->speed, 90)));
    text_add_string(text, "; 90 % of those that the other replicas got there took under ");
    add_wait(text, speed_edge(speed_bin(&compared->usual, 90) + 1));
    text_add_char(text, '.');
    finding_evidence(row, "timed answers that it got", compared->speed.n, UINT64_MAX, NULL);
    finding_evidence(row, "timed answers of the same upstreams that the others got",
                     compared->usual.n, UINT64_MAX, NULL);
}

/* A word that a filter takes as it is. */
static bool is_plain(const char *word)
{
    for (; *word != 0; word++)
        if (*word == '"' || *word == '\\' || (unsigned char)*word < ' ')
            return false;
    return true;
}

/* The attempts of that replica; health checks, which ask for the root, left out. */
static void add_attempts(struct text *text, const struct finding_subject *subject)
{
    char addr[ADDR_TEXT_MAX];
    if (subject->identity != NULL && is_plain(subject->identity)) {
        add_condition(text, "server.identity==", subject->identity);
    } else if (subject->identity == NULL && subject->addr.len != 0) {
        endpoint_print_addr(&subject->addr, addr);
        add_condition(text, "server.addr==", addr);
    }
    add_condition(text, "name!=", ".");
}

static void tell(struct findings *findings, const struct compared *compared, bool silent, bool slow)
{
    struct suspect *suspect =
        suspect_of_server(findings, FINDING_ONE_BAD_REPLICA, compared->server);
    struct suspect *slowness =
        slow ? suspect_of_server(findings, FINDING_ONE_BAD_REPLICA, compared->server | SLOW_SERVER)
             : NULL;
    struct text text = {0};
    if (suspect == NULL || (slow && slowness == NULL))
        return;
    struct finding_row *row =
        finding_new(findings, FINDING_ONE_BAD_REPLICA, suspect, CONFIDENCE_SURE);
    text_add_string(&text, "CoreDNS replica ");
    text_add_string(&text, row->subject.text[0] != 0 ? row->subject.text : "without a name");
    if (silent)
        tell_silent(&text, row, findings, compared);
    if (slow)
        finding_join(row, slowness);
    if (slow && silent)
        text_add_string(&text, " It also");
    if (slow)
        tell_slow(&text, row, findings, compared);
    finding_summary(findings, row, &text);
    text_clear(&text);
    add_attempts(&text, &row->subject);
    finding_next_rows(findings, row, "attempts", "--filter 'outcome!=answered||latency_ms>100ms'",
                      text.at);
    text_done(&text);
    finding_next(findings, row, "kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide");
}

/* PATH is the first of its server. */
static bool is_first(const struct upstream_paths *paths, const struct upstream_path *path, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct upstream_path *before = map_at(paths->map, i);
        if (before->server == path->server)
            return false;
    }
    return true;
}

static void judge(struct findings *findings)
{
    const struct upstream_paths *paths = &findings->upstreams->paths;
    for (size_t i = 0; i < map_count(paths->map); i++) {
        const struct upstream_path *path = map_at(paths->map, i);
        if (!is_first(paths, path, i))
            continue;
        struct compared compared = compare(paths, path->server);
        bool silent = is_bad(&compared);
        bool slow = speed_is_slower(&compared.speed, &compared.usual);
        if (silent || slow)
            tell(findings, &compared, silent, slow);
    }
}

const struct finding_kind kind_one_bad_replica = {
    .key = "one-bad-replica",
    .severity = SEVERITY_ERROR,
    .meaning =
        "One CoreDNS replica gets no replies from upstreams that answer the other replicas at "
        "the same time.",
    .rule =
        "From its first to its last attempt without reply, a replica's share of such attempts is "
        "surely over three times that of the other replicas together at the same upstreams (its "
        "lower against three times their upper bound of the 95 % Wilson interval), and surely "
        "over 1 %, or three of them in a row. Needs attempts of two replicas at least in the "
        "captures. The upstreams are not to blame then, and what they left unanswered is told "
        "under this.",
    .advice =
        "The network of that pod or its node: restart the pod, and if that does not help cordon "
        "the node and look at its routes, conntrack table and network policies.",
    .reference = "https://kubernetes.io/docs/tasks/administer-cluster/dns-debugging-resolution/",
    .judge = judge,
};
