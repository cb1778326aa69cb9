// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_LOOKUP_SESSION_H
#define TESTS_LOOKUP_SESSION_H
/* Sessions made by hand, and the lookups that come of them, for the tests of lookup/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dns/name.h"
#include "lookup/inside.h"

#define T0 (INT64_C(1795255200) * WHEN_SECOND) /* 2026-11-21 10:00:00 */
#define MS(ms) ((int64_t)((ms)*1e6))

enum { A = 1, SRV = 33, AAAA = 28, NOERROR = 0, SERVFAIL = 2, NXDOMAIN = 3 };

/* A question of client 10.0.0.CLIENT, MS milliseconds behind T0, and its answer TOOK ms later. */
struct asked {
    double ms, took; /* took < 0: no answer came */
    unsigned client, port, id;
    const char *name;
    uint16_t type, rcode;
    unsigned addresses; /* of NOERROR; 0: no data */
    bool at_server, truncated;
    const int64_t *again; /* when it was asked again, ns behind T0; ended by 0 */
};

struct told { /* of a lookup, when it was lent */
    struct lookup lookup;
    char host[256];
    size_t n_stalls, n_sessions, n_steps;
    int64_t stalls[LOOKUP_STALLS_MAX];
    uint64_t sessions[LOOKUP_SESSIONS_MAX];
    uint16_t rcodes[LOOKUP_STEPS_MAX];
    enum stub stub;
    enum stub_why why;
};

struct stage {
    struct lookups *lookups;
    struct told *told;
    size_t n, room;
    uint64_t numbers;
};

static inline void stage_open(struct stage *stage, size_t ceiling_bytes)
{
    *stage = (struct stage){.lookups = lookups_new(&(struct lookup_options){ceiling_bytes})};
}

static inline void stage_tell(struct told *told, const struct lookup *lookup)
{
    struct text name = {0};
    struct slice host = lookup_host(lookup);
    *told = (struct told){.lookup = *lookup};
    dns_name_print(host.at, host.len, true, &name);
    assert_true(name.len < sizeof told->host);
    memcpy(told->host, name.at, name.len);
    text_done(&name);
    told->n_stalls = lookup_stalls(lookup);
    for (size_t i = 0; i < told->n_stalls; i++)
        told->stalls[i] = lookup_stall(lookup, i);
    told->n_sessions = lookup_sessions(lookup);
    for (size_t i = 0; i < told->n_sessions; i++)
        told->sessions[i] = lookup_session(lookup, i);
    for (const struct lookup_step *step = lookup->steps; step; step = step->next)
        told->rcodes[told->n_steps++] = lookup_step_rcode(step);
    told->stub = lookup_stub(lookup, &told->why);
}

static inline void stage_take(struct stage *stage)
{
    const struct lookup *lookup;
    while ((lookup = lookups_next(stage->lookups))) {
        if (stage->n == stage->room) {
            stage->room = stage->room ? 2 * stage->room : 16;
            stage->told = realloc(stage->told, stage->room * sizeof *stage->told);
            assert_non_null(stage->told);
        }
        stage_tell(&stage->told[stage->n++], lookup);
    }
}

/* The session of a question, in memory that lives as long as the test's next one. */
static inline struct session *session_of(struct stage *stage, const struct asked *asked)
{
    static struct session session;
    static uint8_t name[256];
    static int64_t again[SESSION_REPEAT_TIMES_MAX];
    uint8_t octets[4] = {10, 0, 0, (uint8_t)asked->client};
    bool answered = asked->took >= 0;
    session = (struct session){.start = T0 + MS(asked->ms),
                               .end = answered ? T0 + MS(asked->ms) + MS(asked->took) : WHEN_NONE,
                               .waited_ns = answered ? MS(asked->took) : WHEN_NONE,
                               .waited_exact = answered,
                               .status = answered && asked->rcode % 3 == 0 ? STATUS_SUCCEEDED
                                                                           : STATUS_FAILED,
                               .has_client = true,
                               .has_question = true,
                               .has_id = true,
                               .client = endpoint_of(octets, 4, (uint16_t)asked->port),
                               .id = (uint16_t)asked->id,
                               .type = asked->type ? asked->type : A,
                               .class = 1,
                               .rcode = answered ? asked->rcode : RCODE_NONE,
                               .rcode_source = answered,
                               .answers = asked->addresses,
                               .n_addresses = (uint8_t)asked->addresses,
                               .truncated = asked->truncated,
                               .at_server = asked->at_server,
                               .name = name,
                               .number = ++stage->numbers};
    session.name_len = (uint8_t)dns_name_parse(asked->name, name);
    for (; asked->again && asked->again[session.repeats]; session.repeats++)
        again[session.repeats] = T0 + asked->again[session.repeats];
    session.repeat_times = session.repeats ? again : NULL;
    return &session;
}

/* WATERMARK is as far as the stage before is when each settles a little behind its start. */
static inline void stage_add(struct stage *stage, const struct session *session)
{
    lookups_add(stage->lookups, session, session->start, true);
    stage_take(stage);
}

static inline void stage_ask(struct stage *stage, struct asked asked)
{
    stage_add(stage, session_of(stage, &asked));
}

static inline void stage_end(struct stage *stage)
{
    lookups_end(stage->lookups);
    stage_take(stage);
}

static inline void stage_close(struct stage *stage)
{
    lookups_free(stage->lookups);
    free(stage->told);
}

#endif
