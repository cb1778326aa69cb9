// SPDX-License-Identifier: BSD-2-Clause
/* The verdict: a state, and what a person would say first (findings.md, "The verdict"): the roots, how
 * much went wrong in all, and what bounds the claim. */
#include <string.h>

#include "finding/inside.h"

/* Over this share of the frames provably lost, silence about failures proves nothing. */
#define LOSS_MAX 0.1
/* That nothing failed is said where a fault that hits every fourth session would surely have shown:
 * of 12 sessions or more (the upper Wilson bound of none in 12 is 0.24). */
#define MISSED_MAX 0.25
/* A few that no finding explains are no fault of the system's while surely fewer than this share went
 * wrong: less than server-error and lost-on-path ask for. */
#define SPORADIC_MAX 0.005
/* What the roots may take of four lines of 80 columns, the state's word beside them. */
#define ROOTS_BYTES 210
#define ROOTS_MAX 3
/* Kinds of roots that are named though they are not told, and the longest subject beside one. */
#define MORE_MAX 3
#define MORE_SUBJECT_BYTES 40

static bool is_of_capture(const struct finding_row *row)
{
    static const enum finding_id ids[] = {FINDING_SAMPLE_LOSS, FINDING_CAPTURE_CUT,
                                          FINDING_NO_MESSAGES, FINDING_ENCRYPTED_UPSTREAM};
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
        if (strcmp(row->key, finding_kinds[ids[i]]->key) == 0)
            return true;
    return false;
}

static bool is_harmful(const struct finding_row *row)
{
    return row->lookups + row->sessions != 0;
}

/* Why the capture may not have shown what is wrong. */
enum blind {
    BLIND_NOT,
    BLIND_LOSS,    /* too many frames are lost */
    BLIND_UNTOLD,  /* of most sessions it is not known how they ended */
    BLIND_ONE_WAY, /* there are answers only: a query that got none is in no session */
    BLIND_FEW      /* sessions */
};

static uint64_t judged(const struct report *report)
{
    return report->totals.by_status[STATUS_SUCCEEDED] + report->totals.by_status[STATUS_FAILED];
}

/* Frames that must have been there; *ALL: those that are, too. */
static uint64_t lost_frames(const struct report *report, uint64_t *all)
{
    uint64_t proven = 0, frames = 0;
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        proven += report->facts.inputs[i].loss.proven;
        frames += report->facts.inputs[i].facts.frames;
    }
    *all = frames + proven;
    return proven;
}

static enum blind blind_of(const struct report *report)
{
    uint64_t frames, lost = lost_frames(report, &frames), known = judged(report);
    if ((double)lost > LOSS_MAX * (double)frames)
        return BLIND_LOSS;
    if (2 * known < report->totals.sessions)
        return BLIND_UNTOLD;
    if (known != 0 && report->totals.unobserved[0] == report->totals.sessions)
        return BLIND_ONE_WAY;
    return wilson_high(0, known) > MISSED_MAX ? BLIND_FEW : BLIND_NOT;
}

/* What another finding led to is as bad as that. */
static const struct finding_row *root_of(const struct finding_row *row)
{
    return row->caused_by != NULL ? row->caused_by : row;
}

/* Whether what no finding explains is more than sporadic. */
static bool is_unwell(const struct findings *findings, const struct report *report)
{
    const uint64_t lookups = findings->unexplained_lookups,
                   sessions = findings->unexplained_sessions;
    return (lookups != 0 && wilson_high(lookups, report->lookups.count) > SPORADIC_MAX) ||
           (sessions != 0 && wilson_high(sessions, report->totals.sessions) > SPORADIC_MAX);
}

static enum verdict_state state_of(const struct findings *findings, const struct report *report)
{
    bool degraded = is_unwell(findings, report);
    for (size_t i = 0; i < findings->n_rows; i++) {
        const struct finding_row *row = findings->rows[i];
        if (is_of_capture(row))
            continue;
        if (root_of(row)->severity >= SEVERITY_ERROR && is_harmful(row))
            return VERDICT_FAILING;
        degraded = degraded || row->severity > SEVERITY_INFO || is_harmful(row);
    }
    if (degraded)
        return VERDICT_DEGRADED;
    return blind_of(report) == BLIND_NOT ? VERDICT_HEALTHY : VERDICT_UNKNOWN;
}

/* Whether the dot at AT ends a sentence: a capital follows, or a number, where the word before it is
 * neither a name nor a version, which may end in a dot, too. */
static bool ends_sentence(const char *text, const char *at)
{
    if (at[1] != ' ' || (at[2] >= 'A' && at[2] <= 'Z'))
        return at[1] == ' ';
    if (at[2] < '0' || at[2] > '9')
        return false;
    while (at > text && at[-1] != ' ')
        if (*--at == '.')
            return false;
    return true;
}

static size_t first_sentence(const char *text)
{
    for (const char *at = text; (at = strchr(at, '.')) != NULL; at++)
        if (ends_sentence(text, at))
            return (size_t)(at + 1 - text);
    return strlen(text);
}

static void add_part(struct text *text, const char *part, size_t len)
{
    if (text->len != 0)
        text_add_char(text, ' ');
    text_add(text, part, len);
}

static bool is_root(const struct finding_row *row)
{
    return row->caused_by == NULL && !is_of_capture(row) &&
           (row->severity > SEVERITY_INFO || is_harmful(row));
}

/* Roots that are not told, by their kinds. */
struct more {
    size_t n, kinds;
    const struct finding_row *first[MORE_MAX];
    size_t count[MORE_MAX];
};

static void more_note(struct more *more, const struct finding_row *row)
{
    size_t i = 0;
    more->n++;
    while (i < more->kinds && more->first[i]->key != row->key)
        i++;
    if (i == MORE_MAX)
        return;
    if (i == more->kinds) {
        more->first[i] = row;
        more->count[i] = 0;
        more->kinds++;
    }
    more->count[i]++;
}

/* " And 3 more findings: upstream-late 10.1.0.1:53, upstream-slow (2)." */
static void add_more(struct text *text, const struct more *more)
{
    size_t named = 0;
    if (more->n == 0)
        return;
    text_add_string(text, " And ");
    text_add_grouped(text, (int64_t)more->n);
    text_add_string(text, more->n == 1 ? " more finding: " : " more findings: ");
    for (size_t i = 0; i < more->kinds; i++) {
        const char *subject = more->first[i]->subject.text;
        text_format(text, "%s%s", i == 0 ? "" : ", ", more->first[i]->key);
        if (more->count[i] != 1 && more->kinds != 1)
            text_format(text, " (%zu)", more->count[i]);
        else if (more->count[i] == 1 && subject != NULL && subject[0] != 0 &&
                 strlen(subject) <= MORE_SUBJECT_BYTES)
            text_format(text, " %s", subject);
        named += more->count[i];
    }
    text_add_string(text, named == more->n ? "." : " and others.");
}

/* What the roots say, as much as fits: the first in any case.  What one hurt stands in its second
 * sentence; what all of them did is told once, behind them.  WHOLE: the only root says that, too. */
static void add_roots(const struct findings *findings, bool whole, struct text *text)
{
    size_t told = 0;
    struct more more = {0};
    for (size_t i = 0; i < findings->n_rows; i++) {
        const struct finding_row *row = findings->rows[i];
        if (!is_root(row))
            continue;
        size_t len = strlen(row->summary);
        if (!whole && (is_harmful(row) || text->len + len > ROOTS_BYTES))
            len = first_sentence(row->summary);
        if (more.n == 0 && told < ROOTS_MAX && (told == 0 || text->len + len <= ROOTS_BYTES)) {
            add_part(text, row->summary, len);
            told++;
            continue;
        }
        more_note(&more, row);
    }
    add_more(text, &more);
}

/* What is counted: lookups are what applications waited for, sessions where there are none, or where
 * only they went wrong. */
struct base {
    const char *one, *many, *fail;
    uint64_t all, failed, stalled, unexplained;
};

static struct base base_of(const struct findings *findings, const struct report *report)
{
    const uint64_t *lookups = findings->lookups_by_harm, *sessions = findings->sessions_by_harm;
    struct base base = {"lookup",
                        "lookups",
                        harm_failed(report),
                        report->lookups.count,
                        lookups[HARM_FAILED],
                        lookups[HARM_STALLED],
                        findings->unexplained_lookups};
    if (harm_is_of_sessions(report) ||
        (base.failed + base.stalled == 0 &&
         (base.all == 0 || sessions[HARM_FAILED] + sessions[HARM_STALLED] != 0)))
        base = (struct base){"session",
                             "sessions",
                             "failed",
                             report->totals.sessions,
                             sessions[HARM_FAILED],
                             sessions[HARM_STALLED],
                             findings->unexplained_sessions};
    return base;
}

/* Whether slow-lookups, which says itself how many waited, is all that is wrong: that is enough. */
static bool is_told(const struct findings *findings, const struct base *base)
{
    const struct finding_row *only = NULL;
    for (size_t i = 0; i < findings->n_rows; i++) {
        if (!is_root(findings->rows[i]))
            continue;
        if (only != NULL)
            return false;
        only = findings->rows[i];
    }
    return only != NULL && strcmp(only->key, finding_kinds[FINDING_SLOW_LOOKUPS]->key) == 0 &&
           strcmp(base->one, "lookup") == 0 && base->failed == 0 && base->stalled != 0 &&
           only->lookups == base->stalled;
}

/* "31 of 2,105 lookups failed, 231 waited for a second or longer.  12 of these no finding explains." */
static void add_harm(struct text *text, const struct base *base)
{
    if (text->len != 0)
        text_add_char(text, ' ');
    if (base->failed + base->stalled == 0) {
        text_format(text, "No %s is seen to fail or to wait for a second.", base->one);
        return;
    }
    text_add_grouped(text, (int64_t)(base->failed != 0 ? base->failed : base->stalled));
    text_add_string(text, " of ");
    text_add_grouped(text, (int64_t)base->all);
    text_format(text, " %s", base->all == 1 ? base->one : base->many);
    text_format(text, " %s", base->failed != 0 ? base->fail : "waited for a second or longer");
    if (base->failed != 0 && base->stalled != 0) {
        text_add_string(text, ", ");
        text_add_grouped(text, (int64_t)base->stalled);
        text_add_string(text, " waited for a second or longer");
    }
    if (base->unexplained == base->failed + base->stalled) {
        text_add_string(text, "; no finding says why.");
        return;
    }
    text_add_char(text, '.');
    if (base->unexplained == 0)
        return;
    text_add_char(text, ' ');
    text_add_grouped(text, (int64_t)base->unexplained);
    text_add_string(text, " of these no finding explains.");
}

/* "5.0 ms", and where an application waited longer for a lookup: "5.0 ms for a session, 94 ms for a
 * lookup". */
static void add_longest_of_both(struct text *text, const struct report *report)
{
    const struct lookup_figures *lookups = &report->lookups;
    add_wait(text, report->latency.all.most);
    if (lookups->count == 0 || lookups->all.most == WHEN_NONE ||
        lookups->all.most <= report->latency.all.most)
        return;
    text_add_string(text, " for a session, ");
    add_wait(text, lookups->all.most);
    text_add_string(text, lookups->lower_bounds != 0 ? " or longer for a lookup" : " for a lookup");
}

/* "; the longest wait is 5.0 ms": only where all waits are known is the longest of them the longest. */
static void add_longest(struct text *text, const struct report *report)
{
    uint64_t waits = report->totals.waits, all = judged(report);
    if (waits == 0)
        text_add_string(text, "; how long they waited is not seen");
    else if (2 * waits < all)
        text_format(text, "; how long they waited is seen of %llu", (unsigned long long)waits);
    else if (waits == all && report->latency.lower_bounds == 0) {
        text_add_string(text, "; the longest wait is ");
        add_longest_of_both(text, report);
    }
}

/* "418 sessions and 117 lookups, none failed; the longest wait is 5.0 ms." */
static void add_counts(struct text *text, const struct findings *findings,
                       const struct report *report, bool harmed)
{
    const struct totals *totals = &report->totals;
    uint64_t failed = totals->by_status[STATUS_FAILED];
    text_add_grouped(text, (int64_t)totals->sessions);
    text_add_string(text, totals->sessions == 1 ? " session" : " sessions");
    if (report->lookups.count != 0) {
        text_add_string(text, " and ");
        text_add_grouped(text, (int64_t)report->lookups.count);
        text_add_string(text, report->lookups.count == 1 ? " lookup" : " lookups");
    }
    text_add_string(text, failed == 0 ? ", none failed" : "");
    if (totals->slow != 0) {
        text_add_string(text, ", ");
        text_add_grouped(text, (int64_t)totals->slow);
        text_add_string(text, " waited longer than ");
        add_wait(text, findings->options.slow_ns);
    }
    if (!harmed) /* a lookup waits longer than its sessions */
        add_longest(text, report);
    text_add_char(text, '.');
}

/* Why the state is unknown though nothing wrong is seen. */
static void add_blindness(struct text *text, const struct report *report, enum blind blind)
{
    uint64_t frames, lost = lost_frames(report, &frames), known = judged(report);
    text_add_string(text, "Nothing wrong is seen, but too little to say that all is well: ");
    if (blind == BLIND_LOSS) {
        text_add_grouped(text, (int64_t)lost);
        text_add_string(text, " of ");
        text_add_grouped(text, (int64_t)frames);
        text_add_string(text, " frames are provably lost.");
        return;
    }
    if (blind == BLIND_ONE_WAY) {
        text_add_string(text, "the capture holds answers only, and what got none is not in it.");
        return;
    }
    text_add_string(text, known == 0 ? "" : "only ");
    if (blind == BLIND_FEW) {
        text_add_grouped(text, (int64_t)known);
        text_add_string(text, known == 1 ? " session shows how it ended."
                                         : " sessions show how they ended.");
        return;
    }
    if (known == 0)
        text_add_string(text, "none");
    else
        text_add_grouped(text, (int64_t)known);
    text_add_string(text, " of ");
    text_add_grouped(text, (int64_t)report->totals.sessions);
    text_add_string(text, report->totals.sessions == 1 ? " session" : " sessions");
    text_add_string(text, known <= 1 ? " shows how it ended." : " show how they ended.");
}

/* " Frames were lost from 10:00:12 to 10:00:19: what they belong to is in no figure." */
static void add_loss(struct text *text, const struct findings *findings,
                     const struct report *report)
{
    int64_t start = WHEN_NONE, end = WHEN_NONE;
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        const struct loss_facts *loss = &report->facts.inputs[i].loss;
        for (size_t k = 0; k < loss->windows; k++) {
            if (start == WHEN_NONE || loss->window[k].start < start)
                start = loss->window[k].start;
            if (loss->window[k].end > end)
                end = loss->window[k].end;
        }
    }
    if (start == WHEN_NONE)
        return;
    text_add_string(text, " Frames were lost");
    add_period(text, findings, start, end);
    text_add_string(text, ": what they belong to may be in no figure.");
}

static bool has_packets(const struct report *report)
{
    for (size_t i = 0; i < report->facts.n_inputs; i++)
        if (report->facts.inputs[i].has_packets)
            return true;
    return false;
}

/* What dnstap cannot know of those who were hurt. */
static void add_untold(struct text *text, const struct findings *findings,
                       const struct report *report)
{
    if (harm_is_of_sessions(report))
        text_add_string(text, " Who asked for those that failed is not in dnstap of CoreDNS 1.8.1 "
                              "and older: few lookups show it.");
    for (size_t i = 0; i < findings->n_rows; i++) {
        const struct finding_row *row = findings->rows[i];
        if (strcmp(row->key, finding_kinds[FINDING_SERVER_RESTART]->key) != 0 || !is_root(row) ||
            has_packets(report))
            continue;
        text_add_string(text, " Queries that came while CoreDNS was away are in no dnstap: who was "
                              "hurt, packets tell.");
        return;
    }
}

/* What a healthy verdict does not speak of, by where the captures were taken. */
static void add_vantage(struct text *text, const struct report *report)
{
    bool client = false, server = false;
    for (size_t i = 0; i < report->facts.n_inputs; i++) {
        const struct input_row *input = &report->facts.inputs[i];
        const char *vantage = input->vantage != NULL ? input->vantage : "";
        bool node = strcmp(vantage, "node") == 0;
        client = client || node || strcmp(vantage, "client") == 0;
        server = server || node || strcmp(vantage, "server") == 0 ||
                 (input->facts.format != NULL && !input->has_packets);
    }
    if (server && !client)
        text_add_string(text, " What was lost on the way to CoreDNS, or back, is not seen here.");
    else if (client && !server)
        text_add_string(text, " What CoreDNS asked upstreams is not seen here.");
}

void verdict_judge(struct findings *findings, struct report *report)
{
    struct text text = {0};
    enum verdict_state state = state_of(findings, report);
    enum blind blind = blind_of(report);
    struct base base = base_of(findings, report);
    bool wrong = state == VERDICT_FAILING || state == VERDICT_DEGRADED;
    bool harmed = base.failed + base.stalled != 0, whole = is_told(findings, &base);
    if (wrong) {
        add_roots(findings, whole, &text);
    } else if (report->totals.sessions != 0 && blind != BLIND_NOT) {
        add_blindness(&text, report, blind);
    } else if (report->totals.sessions != 0) {
        text_add_string(&text, harmed ? "Next to nothing wrong is seen: " : "Nothing wrong seen: ");
        add_counts(&text, findings, report, harmed);
    }
    if (base.all != 0 && (wrong || harmed) && !whole)
        add_harm(&text, &base);
    if (wrong)
        add_untold(&text, findings, report);
    if (text.len != 0)
        add_loss(&text, findings, report);
    if (state == VERDICT_HEALTHY)
        add_vantage(&text, report);
    /* Of nothing the report says itself what there is instead. */
    report_take_verdict(report, state, text.len != 0 ? text.at : NULL);
    text_done(&text);
}
