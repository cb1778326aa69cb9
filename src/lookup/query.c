// SPDX-License-Identifier: BSD-2-Clause
/* One type of one name: how often it was asked for, and which answer counts. */
#include "lookup/inside.h"

bool query_is_unanswered(const struct lookup_query *query, int64_t when)
{
    return query->answered == WHEN_NONE || query->answered > when;
}

bool query_is_open(const struct lookup_query *query, int64_t when)
{
    return query_is_unanswered(query, when) || query->result == RESULT_ERROR ||
           query->result == RESULT_HIDDEN || query->result == RESULT_UNKNOWN || query->truncated;
}

bool query_has_failed(const struct lookup_query *query, int64_t when)
{
    int64_t due = query->last + query->tries * TRY_NS;
    return query->tries > 0 &&
           (query->result == RESULT_HIDDEN || query->result == RESULT_UNKNOWN) && when >= due &&
           when <= due + TRY_LATE_NS;
}

/* QUERY was sent as MORE, too.  Of answers, that counts which is the first behind the last time: a
 * stub that asks again takes a late answer to the first time as well.  A truncated one makes glibc ask
 * by TCP for both of a pair, so that the other's may come behind that. */
static void take(struct lookup_query *query, const struct lookup_query *more, bool tried)
{
    bool failed = query->result == RESULT_ERROR || query->result == RESULT_HIDDEN;
    if (more->last >= query->last) {
        query->last = more->last;
        query->id = more->id;
        query->port = more->port;
        query->tries = more->tries;
        if (query->answered < more->last)
            query->answered = WHEN_NONE;
    }
    if (more->answered >= query->last &&
        (query->answered == WHEN_NONE || query->truncated || more->answered < query->answered)) {
        query->answered = more->answered;
        query->rcode = more->rcode;
        query->result = more->result;
        query->addresses = more->addresses;
        query->truncated = more->truncated;
    } else if (query->answered == WHEN_NONE && more->last == query->last) {
        query->rcode = RCODE_NONE;
        query->result = more->result;
        if (failed && tried && more->result == RESULT_UNKNOWN)
            query->result = RESULT_HIDDEN; /* it failed before, and again as far as it is here */
    }
    unsigned lost = query->lost + (unsigned)more->lost;
    query->lost = (lost < QUERY_COUNT_MAX ? lost : QUERY_COUNT_MAX) & 7u;
    if (more->first < query->first)
        query->first_lost = more->first_lost;
    uint32_t asked = (uint32_t)query->asked + more->asked;
    query->asked = (uint16_t)(asked < UINT16_MAX ? asked : UINT16_MAX);
    query->first = more->first < query->first ? more->first : query->first;
}

/* A stub that asks again sooner than its timer tells has got an error. */
static void note_error(struct lookup_query *query, const struct lookup_query *more)
{
    int64_t gap = more->first - query->last;
    bool same_port = query->port == more->port;
    if (query->result != RESULT_UNKNOWN || query->id != more->id || gap <= 0)
        return;
    if (!query_has_failed(query, more->first) &&
        (same_port ? match_is_timer(gap) : gap > 5 * WHEN_SECOND - 5 * WHEN_MS))
        return;
    query->result = RESULT_HIDDEN;
    query->answered = more->first - 1;
}

bool query_is_retry(int64_t gap, bool same_socket)
{
    static const int64_t timers[] = {WHEN_SECOND,     2 * WHEN_SECOND, 5 * WHEN_SECOND / 2,
                                     3 * WHEN_SECOND, 4 * WHEN_SECOND, 5 * WHEN_SECOND,
                                     10 * WHEN_SECOND};
    bool found = false;
    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++)
        found |= gap >= timers[i] - RETRY_EARLY_NS && gap <= timers[i] + RETRY_LATE_NS &&
                 (same_socket || timers[i] == 5 * WHEN_SECOND);
    return found;
}

bool lookup_is_timer(int64_t gap)
{
    return query_is_retry(gap, true);
}

/* It had its answer, but asks again when its timer has run out. */
static void note_again(struct lookup_query *query, const struct lookup_query *more)
{
    bool same = query->port == more->port || query->id == more->id;
    if (query_is_retry(more->first - query->last, same) && !query_is_open(query, more->first) &&
        query->again < QUERY_COUNT_MAX)
        query->again++;
}

void query_again(struct lookup_query *query, const struct lookup_query *more, bool tried)
{
    note_error(query, more);
    note_again(query, more);
    take(query, more, tried);
}
