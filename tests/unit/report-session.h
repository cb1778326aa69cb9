// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_REPORT_SESSION_H
#define TESTS_REPORT_SESSION_H
/* Sessions made by hand, for the tests of report/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/when.h"
#include "dns/name.h"
#include "report/document.h"

#define T0 (INT64_C(1795255200) * WHEN_SECOND) /* 2026-11-21 10:00:00 */
#define AT(seconds) (T0 + (int64_t)((seconds)*1e9))

struct made {
    struct session session;
    struct attempt attempts[SESSION_ATTEMPTS_MAX];
    uint8_t name[256];
};

/* A Succeeded session of client 10.0.0.CLIENT for NAME, at AT, that waited WAITED_NS. */
static inline const struct session *made_session(struct made *made, int64_t start, unsigned client,
                                                 const char *name, int64_t waited_ns)
{
    static uint64_t number;
    uint8_t octets[4] = {10, 0, 0, (uint8_t)client};
    struct session *session = &made->session;
    memset(made, 0, sizeof *made);
    session->start = start;
    session->end = waited_ns == WHEN_NONE ? WHEN_NONE : start + waited_ns;
    session->waited_ns = waited_ns;
    session->waited_exact = waited_ns != WHEN_NONE;
    session->status = STATUS_SUCCEEDED;
    session->reason = REASON_ANSWERED;
    session->bitmap = 3;
    session->realm = REALM_CLUSTER;
    session->transport = TRANSPORT_UDP;
    session->has_client = session->has_question = true;
    session->client = endpoint_of(octets, 4, 40000);
    session->type = 1;
    session->class = 1;
    session->answers = session->ttl = UINT32_MAX;
    session->name_len = (uint8_t)dns_name_parse(name, made->name);
    session->name = made->name;
    session->number = ++number;
    session->frame_query = session->number;
    return session;
}

static inline void made_fail(struct made *made, enum reason reason, uint16_t rcode)
{
    made->session.status = STATUS_FAILED;
    made->session.reason = (uint8_t)reason;
    made->session.rcode = rcode;
}

/* One more attempt at 10.1.0.UPSTREAM:53. */
static inline struct attempt *made_attempt(struct made *made, int64_t start, unsigned upstream,
                                           enum outcome outcome)
{
    uint8_t octets[4] = {10, 1, 0, (uint8_t)upstream};
    uint32_t n = made->session.attempts_kept++;
    struct attempt *attempt = &made->attempts[n];
    attempt->start = attempt->began = start;
    attempt->latency_ns = outcome == OUTCOME_ANSWERED ? 5 * WHEN_MS : WHEN_NONE;
    attempt->latency_exact = attempt->start_exact = true;
    attempt->ended = WHEN_NONE;
    attempt->upstream = endpoint_of(octets, 4, 53);
    attempt->count = 1;
    attempt->rcode = outcome == OUTCOME_ANSWERED ? 0 : RCODE_NONE;
    attempt->outcome = (uint8_t)outcome;
    attempt->transport = TRANSPORT_UDP;
    if (n == 0)
        made->session.attempts = attempt;
    else
        made->attempts[n - 1].next = attempt;
    made->session.tries++;
    made->session.bitmap = outcome == OUTCOME_ANSWERED ? 15 : 5;
    made->session.realm = REALM_UPSTREAM;
    return attempt;
}

#endif
