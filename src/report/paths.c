// SPDX-License-Identifier: BSD-2-Clause
/* One path, server to upstream: its attempts in the order of time, what they say of its state. */
#include "base/limits.h"
#include "base/when.h"
#include "report/upstreams.h"

enum {
    DOWN_AFTER = 3,  /* attempts in a row without reply */
    GOOD_AFTER = 3,  /* good attempts in a row end a bad period */
    FAILURES_MIN = 3 /* fewer say nothing about a rate */
};
#define QUIET_NS (2 * WHEN_SECOND) /* or one good attempt, when nothing bad follows for so long */
#define DEGRADED_RATE 0.01

const char *const state_words[STATES + 1] = {"unknown", "up", "degraded", "down", NULL};

uint64_t counts_failed(const struct attempt_counts *counts)
{
    return counts->no_reply + counts->unreachable + counts->wrong + counts->errors;
}

uint64_t counts_ended(const struct attempt_counts *counts)
{
    return counts->answered + counts->no_reply + counts->unreachable + counts->wrong;
}

/* Whether A is the less telling one. */
static bool period_lighter(const struct period *a, const struct period *b)
{
    if (a->failures != b->failures)
        return a->failures < b->failures;
    return a->start > b->start;
}

void periods_add(struct periods *periods, struct period period)
{
    if (periods->n < LIMIT_BAD_PERIODS) {
        if (periods->n == periods->room) {
            periods->room = periods->room == 0 ? 2 : periods->room * 2;
            periods->at = memory_grow(periods->at, periods->room, sizeof period);
        }
        periods->at[periods->n++] = period;
        return;
    }
    size_t least = 0;
    for (size_t i = 1; i < periods->n; i++)
        if (period_lighter(&periods->at[i], &periods->at[least]))
            least = i;
    if (period_lighter(&periods->at[least], &period))
        periods->at[least] = period;
    periods->folded++;
}

void periods_done(struct periods *periods)
{
    memory_free(periods->at);
    *periods = (struct periods){0};
}

static void period_close(struct path *path)
{
    if (path->in_period)
        periods_add(&path->periods, path->period);
    path->in_period = false;
    path->goods = 0;
}

static void judge_bad(struct path *path, int64_t when)
{
    if (path->in_period && path->goods != 0 && when - path->first_good > QUIET_NS)
        period_close(path);
    if (!path->in_period) {
        path->in_period = true;
        path->period = (struct period){.start = when};
    }
    path->period.end = when;
    path->period.attempts += path->goods + 1;
    path->period.failures++;
    path->goods = 0;
}

static void judge_good(struct path *path, int64_t when)
{
    if (!path->in_period)
        return;
    if (path->goods++ == 0)
        path->first_good = when;
    if (path->goods == GOOD_AFTER)
        period_close(path);
}

void path_judge(struct path *path, const struct moment *moment)
{
    if (moment->refresh != 0) {
        /* tells whether the upstream is there, but bad periods are of clients' work */
    } else if (moment->kind == MOMENT_GOOD) {
        judge_good(path, moment->when);
    } else {
        judge_bad(path, moment->when);
    }
    if (moment->kind != MOMENT_SILENT) { /* a wrong reply is a reply: something is there */
        path->in_row = 0;
        path->down = false;
    } else if (++path->in_row >= DOWN_AFTER) {
        path->down = path->was_down = true;
    }
}

void path_finish(struct path *path, int64_t end)
{
    uint64_t silent = path->counts.no_reply + path->counts.unreachable;
    uint64_t ended = counts_ended(&path->counts);
    bool degraded = silent >= FAILURES_MIN && rate_surely_over(silent, ended, DEGRADED_RATE);
    bool over = !path->in_period ||
                (path->goods != 0 && end != WHEN_NONE && end - path->first_good > QUIET_NS);
    path->worst = path->was_down ? STATE_DOWN
                  : degraded     ? STATE_DEGRADED
                  : ended != 0   ? STATE_UP
                                 : STATE_UNKNOWN;
    path->now = path->down          ? STATE_DOWN
                : !over && degraded ? STATE_DEGRADED
                : ended != 0        ? STATE_UP
                                    : STATE_UNKNOWN;
    period_close(path);
    path->spread = spread_of(&path->latency);
}
