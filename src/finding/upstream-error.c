// SPDX-License-Identifier: BSD-2-Clause
#include "base/limits.h"
#include "dns/name.h"
#include "dns/words.h"
#include "finding/kinds.h"
#include "finding/upstream.h"

#define ERROR_RATE 0.01
enum { ZONE_MIN = 10 }; /* errors of one zone that are told whatever else its upstreams answer */
enum { LATER_MIN = 3 }; /* answers behind them that show that it is well again */
enum { RCODE_NOERROR = 0, RCODE_NXDOMAIN = 3 };

struct answers {
    uint64_t errors, all;
};

static struct answers answers_of(const struct upstream_path *sum)
{
    uint64_t errors = sum->fault[FAULT_ERROR];
    return (struct answers){errors, errors + sum->fault[FAULT_NONE] + sum->fault[FAULT_WRONG]};
}

static const char *word_of(uint16_t rcode)
{
    return rcode == RCODE_NONE ? "an error" : dns_rcode_word(rcode);
}

/* A name that a shell and a filter take as it is. */
static bool is_plain(const char *name)
{
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.")] == 0;
}

/* To a filter: the names in a zone. */
static void add_within(struct text *text, const char *zone)
{
    text_add_string(text, ",name~(^|\\.)");
    for (; *zone != 0; zone++) {
        if (*zone == '.')
            text_add_char(text, '\\');
        text_add_char(text, *zone);
    }
    text_add_char(text, '$');
}

/* What is asked for well again was not refused: whoever answers for it had trouble.  A top domain is
 * no zone that anybody could forward. */
static const char *zone_advice(const struct zone_error *zone, const char *usual)
{
    if (zone->later >= LATER_MIN)
        return "The upstreams answered for it again later: they can, but its servers or the way "
               "to them failed for a time. Ask who runs the upstreams.";
    if (dns_name_labels(zone->name, zone->len) == 1)
        return "Find out whose zones these names are in and whether the upstream may answer for "
               "them: forward those to servers that do (a server block of its own for each), or "
               "have the upstream repaired.";
    return usual;
}

static void tell_zone(struct findings *findings, struct finding_row *row,
                      const struct zone_error *zone)
{
    struct text text = {0};
    uint64_t all = zone->errors + zone->good;
    text_add_string(&text, "Upstreams answered ");
    text_add_string(&text, word_of(zone->rcode));
    text_add_string(&text, " for ");
    text_add_string(&text, row->subject.name);
    text_add_string(&text, ": ");
    add_share(&text, zone->errors, all, "answer", "answers");
    add_period(&text, findings, row->start, row->end);
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_clear(&text);
    row->advice = zone_advice(zone, row->advice);
    finding_evidence(row, "errors for names in this zone", zone->errors, all,
                     "answers of upstreams for it, from its first to its last error");
    add_condition(&text, "status==", "Failed");
    if (is_plain(row->subject.name))
        add_within(&text, row->subject.name);
    finding_next_rows(findings, row, "sessions", NULL, text.at);
    text_done(&text);
}

/* The zones whose errors have a finding; returns how many errors those are. */
static uint64_t judge_zones(struct findings *findings, bool many)
{
    const struct upstream_evidence *evidence = findings->upstreams;
    uint64_t explained = 0;
    size_t n = 0, domains = map_count(evidence->error_names);
    const struct zone_error **zones = memory_get(domains + 1, sizeof *zones);
    struct finding_row **rows = memory_get(domains + 1, sizeof *rows);
    for (size_t i = 0; i < domains; i++) {
        const struct error_name *domain = map_at(evidence->error_names, i);
        const struct zone_error *zone =
            zone_errors_zone(evidence->zones, domain->name, domain->name_len);
        if (zone == NULL || domain->suspect == NULL || (!many && zone->errors < ZONE_MIN))
            continue;
        struct suspect *suspect =
            suspect_of_name(findings, FINDING_UPSTREAM_ERROR, zone->name, zone->len);
        if (suspect == NULL)
            continue;
        if (suspect->finding == NULL) {
            zones[n] = zone;
            rows[n] = finding_new(findings, FINDING_UPSTREAM_ERROR, suspect, CONFIDENCE_SURE);
            rows[n++]->severity = SEVERITY_WARNING;
            explained += zone->errors;
        }
        if (domain->felt)
            suspect->finding->severity = SEVERITY_ERROR;
        if (suspect != domain->suspect)
            finding_join(suspect->finding, domain->suspect);
    }
    for (size_t i = 0; i < n; i++)
        tell_zone(findings, rows[i], zones[i]);
    memory_free(zones);
    memory_free(rows);
    return explained;
}

/* ", SERVFAIL 8, NOTIMP 8": where the upstream's row counts the same answers. */
static void add_rcodes(struct text *text, const struct findings *findings,
                       const struct endpoint *end, uint64_t errors)
{
    const struct upstream *row = upstream_row(findings, end);
    if (row == NULL || row->counts.errors != errors)
        return;
    for (size_t i = 0; i < row->n_rcodes; i++) {
        if (row->rcodes[i].rcode == RCODE_NOERROR || row->rcodes[i].rcode == RCODE_NXDOMAIN ||
            row->rcodes[i].rcode == RCODE_NONE)
            continue;
        text_format(text, ", %s ", dns_rcode_word(row->rcodes[i].rcode));
        text_add_grouped(text, (int64_t)row->rcodes[i].attempts);
    }
}

static void tell_upstream(struct findings *findings, const struct endpoint *end,
                          const struct answers *answers, bool felt)
{
    struct suspect *suspect = suspect_of_endpoint(findings, FINDING_UPSTREAM_ERROR, end);
    if (suspect == NULL)
        return;
    struct finding_row *row =
        finding_new(findings, FINDING_UPSTREAM_ERROR, suspect, CONFIDENCE_SURE);
    struct text text = {0};
    row->severity = felt ? SEVERITY_ERROR : SEVERITY_WARNING;
    row->subject.kind = "upstream";
    row->subject.name = NULL;
    row->subject.addr = *end;
    add_endpoint(&text, end);
    row->subject.text = keep(findings, &text);
    text_clear(&text);
    text_add_string(&text, "Upstream ");
    add_upstream(&text, end);
    text_add_string(&text, " answered with errors that no client can use: ");
    add_share(&text, answers->errors, answers->all, "answer", "answers");
    add_rcodes(&text, findings, end, answers->errors);
    text_add_char(&text, ',');
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text, "; no zone stands out.");
    finding_summary(findings, row, &text);
    text_done(&text);
    row->advice =
        "Ask it yourself (dig @UPSTREAM NAME TYPE) and read its own log; until it is well, "
        "take it out of forward. CoreDNS passes such answers on and asks no other "
        "upstream, unless forward has a failover line (CoreDNS 1.13.0 and later).";
    finding_evidence(row, "SERVFAIL, REFUSED and the like", answers->errors, answers->all,
                     "answers of this upstream");
    upstream_next(findings, row, end, "rcode!=NOERROR,rcode!=NXDOMAIN", true);
}

static void judge(struct findings *findings)
{
    const struct upstream_paths *paths = &findings->upstreams->paths;
    const struct upstream_path *path;
    struct answers total = {0, 0};
    bool many = false;
    for (size_t at = 0; (path = paths_next(paths, &at)) != NULL;) {
        struct upstream_path sum = paths_sum(paths, &path->end);
        struct answers answers = answers_of(&sum);
        many = many || surely_over(answers.errors, answers.all, ERROR_RATE);
        total.errors += answers.errors;
        total.all += answers.all;
        path_sum_done(&sum);
    }
    uint64_t explained = judge_zones(findings, many);
    uint64_t rest = explained < total.errors ? total.errors - explained : 0;
    if (!surely_over(rest, total.all, ERROR_RATE))
        return;
    for (size_t at = 0; (path = paths_next(paths, &at)) != NULL;) {
        struct upstream_path sum = paths_sum(paths, &path->end);
        struct answers answers = answers_of(&sum);
        if (surely_over(answers.errors, answers.all, ERROR_RATE))
            tell_upstream(findings, &path->end, &answers, sum.felt != 0);
        path_sum_done(&sum);
    }
}

const struct finding_kind kind_upstream_error = {
    .key = "upstream-error",
    .severity = SEVERITY_ERROR,
    .meaning = "An upstream answers with errors (SERVFAIL, REFUSED, FORMERR, NOTIMP), and CoreDNS "
               "passes them on.",
    .rule =
        "Such errors are surely over 1 % of an upstream's answers, and at least 3. They are told "
        "by zone where, from the first to the last of them, at least 90 % of the upstreams' "
        "answers for names in it are errors (10 of them are told however small their share of "
        "the upstream's answers is); else by upstream. A warning where no client got any of "
        "them, because CoreDNS asked another upstream; else an error. It explains the repeats "
        "from the cache, too: CoreDNS keeps such an answer for 5 s. Not seen without dnstap's "
        "messages, over TLS, or at clients.",
    .advice = "Find out whose zone it is and whether the upstream may answer for it: forward that "
              "zone to servers that do (a server block of its own), or have the upstream repaired.",
    .reference = "https://coredns.io/plugins/forward/",
    .judge = judge,
};
