// SPDX-License-Identifier: BSD-2-Clause
/*
 * What is said of an upstream that did not answer, by what the others did meanwhile: one of several
 * is repaired or left out, a single one had nobody to stand in, and where none answered it is not
 * clear that it was the upstreams.
 */
#include "base/limits.h"
#include "finding/server-inside.h"
#include "finding/upstream.h"

enum { RUN_MIN = 3 }; /* attempts, of the upstream and of the others */

struct around {                 /* in the time in which one upstream was silent */
    bool tapped, others;        /* OTHERS: there are some for the same names */
    unsigned servers;           /* that asked it */
    uint64_t answered, silent;  /* attempts at the others */
    int64_t none_from, none_to; /* when the attempts began of which none was answered */
};

/* The paths to one upstream, and all others of the servers that asked it. */
struct company {
    struct endpoint end;
    const struct upstream_path *paths[LIMIT_FINDING_PATHS];
    size_t n;
};

/* Attempts at one upstream and at all others, as far as the servers asked both. */
struct moment_of_two {
    uint64_t own, others, answered;
};

static unsigned bucket_of(const struct upstream_paths *paths, int64_t when)
{
    int64_t i = when / paths_width_ns(paths) - paths->first;
    return i < 0 ? 0 : i < PATH_BUCKETS ? (unsigned)i : PATH_BUCKETS - 1;
}

/* The path of that server to END; NULL: it never asked it. */
static const struct upstream_path *own_path(const struct upstream_paths *paths,
                                            const struct endpoint *end, uint32_t server)
{
    for (size_t i = 0; i < map_count(paths->map); i++) {
        const struct upstream_path *path = map_at(paths->map, i);
        if (path->server == server && endpoint_same(&path->end, end))
            return path;
    }
    return NULL;
}

static void add_bucket(struct moment_of_two *moment, const struct path_bucket *bucket, bool is_own)
{
    moment->answered += bucket->ended - bucket->silent;
    moment->own += is_own ? bucket->silent : 0;
    moment->others += is_own ? 0 : bucket->silent;
}

static struct moment_of_two moment_at(const struct company *company, unsigned b)
{
    struct moment_of_two moment = {0, 0, 0};
    for (size_t i = 0; i < company->n; i++) {
        const struct upstream_path *path = company->paths[i];
        add_bucket(&moment, &path->buckets[b], endpoint_same(&path->end, &company->end));
    }
    return moment;
}

/* The longest run without any answer; it must be most of the time between FROM and TO. */
static void find_run(const struct upstream_paths *paths, const struct company *company,
                     unsigned from, unsigned to, struct around *around)
{
    struct moment_of_two run = {0, 0, 0};
    unsigned first = 0, best = 0;
    around->none_from = around->none_to = WHEN_NONE;
    for (unsigned b = from; b <= to; b++) {
        struct moment_of_two moment = moment_at(company, b);
        if (moment.answered != 0) {
            run = (struct moment_of_two){0, 0, 0};
            continue;
        }
        if (moment.own + moment.others == 0)
            continue;
        first = run.own + run.others == 0 ? b : first;
        run.own += moment.own;
        run.others += moment.others;
        unsigned width = b - first + 1;
        if (run.own < RUN_MIN || run.others < RUN_MIN || width <= best || 2 * width < to - from + 1)
            continue;
        best = width;
        around->none_from = (paths->first + first) * paths_width_ns(paths);
        around->none_to = (paths->first + b + 1) * paths_width_ns(paths) - 1;
    }
}

static struct around around_of(const struct upstream_paths *paths, const struct endpoint *end,
                               const struct finding_row *row)
{
    struct around around = {.none_from = WHEN_NONE, .none_to = WHEN_NONE};
    struct company company = {.end = *end};
    unsigned from = bucket_of(paths, row->start), to = bucket_of(paths, row->end);
    for (size_t i = 0; i < map_count(paths->map); i++) {
        const struct upstream_path *path = map_at(paths->map, i);
        const struct upstream_path *own = own_path(paths, end, path->server);
        if (own != NULL)
            company.paths[company.n++] = path;
        if (own == path) {
            around.servers++;
            around.tapped = around.tapped || path->tapped;
        }
        if (own == NULL || own == path || (own->kin & path->kin) == 0)
            continue;
        around.others = true;
        for (unsigned b = from; b <= to; b++) {
            around.answered += path->buckets[b].ended - path->buckets[b].silent;
            around.silent += path->buckets[b].silent;
        }
    }
    find_run(paths, &company, from, to, &around);
    return around;
}

static const char *advice_of(const struct around *around)
{
    if (around->none_from != WHEN_NONE)
        return around->servers == 1
                   ? "Either the way out of this CoreDNS failed (pod network, node, egress policy) "
                     "or all of its upstreams did: a capture of another replica, or at an "
                     "upstream, tells which."
                   : "Either what lies between CoreDNS and all of its upstreams failed or they all "
                     "did: a capture at an upstream tells which.";
    if (!around->others)
        return "Look at it and at the path to it: the node's network, firewalls, limits on "
               "queries. No other upstream is asked for these names here: a second one in forward "
               "could stand in.";
    if (around->answered > around->silent)
        return "Repair it, or take it out of forward until it answers: the others did meanwhile, "
               "but each try at it costs a client CoreDNS's read timeout, 2 s as a rule, before "
               "the next one is asked. Look at it and at the path to it: the node's network, "
               "firewalls, limits on queries.";
    return NULL; /* the kind's */
}

static void set_advice(struct findings *findings, struct finding_row *row,
                       const struct around *around)
{
    struct text text = {0};
    const char *advice = advice_of(around);
    text_add_string(&text, advice != NULL ? advice : row->advice);
    if (around->tapped)
        text_add_string(&text, " (Dnstap cannot tell silence from answers that CoreDNS threw "
                               "away, late or with another id: packets can.)");
    row->advice = keep(findings, &text);
    text_done(&text);
}

/* That nobody answered is seen; that it was this upstream's fault is not. */
static void tell_none(struct findings *findings, struct finding_row *row,
                      const struct around *around)
{
    struct text text = {0};
    if (around->none_from == WHEN_NONE ||
        (!around->tapped && !packets_show_answers(findings, &row->subject.addr)))
        return;
    if (row->confidence == CONFIDENCE_SURE)
        row->confidence = CONFIDENCE_LIKELY;
    text_add_string(&text, row->summary);
    text_add_string(&text, around->servers == 1 ? " No upstream of this CoreDNS answered"
                                                : " No upstream answered");
    text_add_string(&text, " what it was asked");
    if (findings->options.filtered)
        text_add_string(&text, " (in what the filter keeps)");
    add_period(&text, findings, around->none_from, around->none_to);
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_done(&text);
}

const struct upstream *upstream_row(const struct findings *findings, const struct endpoint *end)
{
    const struct upstreams *upstreams = &findings->report->upstreams;
    for (size_t i = 0; i < upstreams->n; i++)
        if (endpoint_same(&upstreams->rows[i]->end, end))
            return upstreams->rows[i];
    return NULL;
}

/* Attempts for clients and refreshes of the cache apart, where the upstream's row shows how many are
 * for clients: only there every failure must be one of these. */
static void tell_refreshes(struct findings *findings, struct finding_row *row,
                           const struct upstream_path *sum)
{
    const struct upstream *clients = upstream_row(findings, &sum->end);
    uint64_t silent = sum->fault[FAULT_SILENT] + sum->fault[FAULT_DOUBTFUL];
    if (sum->refreshed == 0 || clients == NULL)
        return;
    uint64_t ended = counts_ended(&clients->counts);
    uint64_t own = clients->counts.no_reply + clients->counts.unreachable + clients->counts.wrong;
    bool only = row->n_evidence != 0 && row->evidence[0].count == silent &&
                sum->fault[FAULT_LATE] + sum->fault[FAULT_REFUSED] + sum->fault[FAULT_CONNECT] +
                        sum->fault[FAULT_WRONG] ==
                    0;
    if (!only || ended + sum->refreshed != path_ended(sum) || own == 0 || own >= silent ||
        silent - own > sum->refreshed)
        return;
    struct text text = {0};
    text_add_string(&text, "Upstream ");
    add_upstream(&text, &sum->end);
    text_add_string(&text, " did not answer ");
    add_share(&text, own, ended, "attempt", "attempts");
    text_add_string(&text, own == ended ? "," : ", those");
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text, ". Nor did it answer ");
    add_share(&text, silent - own, sum->refreshed, "refresh of the cache",
              "refreshes of the cache");
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_done(&text);
}

void silence_words(struct findings *findings, enum finding_id id)
{
    struct suspect *suspect;
    for (uint32_t at = 0; (suspect = suspect_next(findings, id, &at)) != NULL;) {
        struct endpoint end = suspect_endpoint(suspect);
        struct finding_row *row = suspect->finding;
        if (end.zero != 0 || row == NULL || row->key != finding_kinds[id]->key ||
            row->start == WHEN_NONE || row->end == WHEN_NONE)
            continue; /* joined to it, or told by another */
        struct upstream_path sum = paths_sum(&findings->upstreams->paths, &end);
        tell_refreshes(findings, row, &sum);
        path_sum_done(&sum);
        struct around around = around_of(&findings->upstreams->paths, &end, row);
        set_advice(findings, row, &around);
        tell_none(findings, row, &around);
    }
}
