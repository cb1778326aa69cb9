// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_FINDING_CLIENTS_H
#define TESTS_FINDING_CLIENTS_H
/* Sessions of clients, pushed through lookups into findings: for the tests of what clients show. */
#include <stdio.h>

#include "report-session.h"

#include "finding/clients.h"

enum {
    A = 1,
    SRV = 33,
    AAAA = 28,
    PTR = 12,
    NOERROR = 0,
    SERVFAIL = 2,
    NXDOMAIN = 3,
};

static struct findings *findings;
static struct report *report;
static struct sessions *sessions;
static struct lookups *lookups;

static inline int begin(void **state)
{
    (void)state;
    findings = findings_new(&(struct finding_options){.slow_ns = 100 * WHEN_MS});
    report = report_new(&(struct report_options){100 * WHEN_MS, 10, 1 << 22, NULL});
    sessions = sessions_new(&(struct session_options){.ceiling_bytes = 1 << 20});
    lookups = lookups_new(&(struct lookup_options){8 << 20});
    return 0;
}

static inline int end(void **state)
{
    (void)state;
    lookups_free(lookups);
    report_free(report);
    findings_free(findings);
    sessions_free(sessions);
    return 0;
}

/* What is asked, and what becomes of it. */
struct question {
    double at;
    unsigned client;
    uint16_t port, type, rcode;
    const char *name;
    double took;   /* seconds; below 0: no answer */
    double again;  /* the client's end: when it was asked again, behind AT; 0: not */
    unsigned lost; /* the client's end: of the two, how many had no answer */
    bool at_server;
    bool truncated, tcp;
    uint16_t id;
};
static struct made made;

static inline void settle(void)
{
    const struct lookup *lookup;
    while ((lookup = lookups_next(lookups)) != NULL)
        findings_add_lookup(findings, lookup);
}

static inline void set_answer(struct session *session, uint16_t rcode)
{
    session->rcode = rcode;
    session->rcode_source = 1;
    bool found = rcode == NOERROR && !session->truncated;
    session->answers = found;
    session->n_addresses = found && (session->type == A || session->type == AAAA);
    if (rcode == SERVFAIL)
        made_fail(&made, REASON_SERVFAIL, rcode);
}

static inline void ask_so(const struct question *asking)
{
    int64_t took = asking->took < 0 ? WHEN_NONE : (int64_t)(asking->took * 1e9);
    int64_t again = AT(asking->at + asking->again);
    struct session *session = &made.session;
    made_session(&made, AT(asking->at), asking->client, asking->name, took);
    session->client.port = asking->port;
    session->id = asking->id;
    session->has_id = true;
    session->type = asking->type;
    session->at_server = asking->at_server;
    session->truncated = asking->truncated;
    session->transport = asking->tcp ? TRANSPORT_TCP : TRANSPORT_UDP;
    session->unanswered = (uint8_t)asking->lost;
    session->repeats = asking->again > 0;
    session->repeat_times = asking->again > 0 ? &again : NULL;
    if (took == WHEN_NONE)
        made_fail(&made, REASON_NO_ANSWER, RCODE_NONE);
    else
        set_answer(session, asking->rcode);
    report_add(report, session, session->start);
    findings_add_session(findings, session);
    lookups_add(lookups, session, session->start, true);
    settle();
}

/* The usual query: answered in 1 ms. */
static inline void ask(double at, unsigned client, uint16_t port, const char *name, uint16_t type,
                       uint16_t rcode)
{
    ask_so(&(struct question){.at = at,
                              .client = client,
                              .port = port,
                              .name = name,
                              .type = type,
                              .rcode = rcode,
                              .took = 0.001,
                              .id = (uint16_t)(port * 31 + type)});
}

static inline void judge(void)
{
    lookups_end(lookups);
    settle();
    report_finish(report, NULL, NULL, 0, false);
    findings_judge(findings, report, sessions);
}

static inline const struct finding_row *row_at(enum finding_id id, size_t n)
{
    for (size_t i = 0; i < findings->n_rows; i++)
        if (findings->rows[i]->key == finding_kinds[id]->key && n-- == 0)
            return findings->rows[i];
    return NULL;
}

static inline const struct finding_row *row_of(enum finding_id id)
{
    return row_at(id, 0);
}

static inline void expect_words(const char *text, const char *words)
{
    if (strstr(text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", text, words);
}

/* A and AAAA at once from one port, both answered in 1 ms. */
static inline void ask_pair(double at, unsigned client, uint16_t port, const char *name,
                            bool at_server)
{
    struct question one = {.at = at,
                           .client = client,
                           .port = port,
                           .name = name,
                           .type = A,
                           .took = 0.001,
                           .id = (uint16_t)(port * 7),
                           .at_server = at_server};
    ask_so(&one);
    one.at += 0.0001;
    one.type = AAAA;
    one.id = (uint16_t)(one.id * 3 + 1000);
    ask_so(&one);
}

/* N healthy lookups, one each 0.1 s. */
static inline void ask_healthy(double at, unsigned n, bool at_server)
{
    for (unsigned i = 0; i < n; i++)
        ask_pair(at + 0.1 * i, 1 + i % 3, (uint16_t)(1024 + i % 30000), "cart.shop.test.",
                 at_server);
}

/* A search walk for HOST (with its final dot) of a client in the namespace SPACE: the FOUND-th name
 * exists; 4: none. */
static inline void walk(double at, unsigned client, uint16_t port, const char *host,
                        const char *space, unsigned found)
{
    char name[4][300];
    snprintf(name[0], sizeof name[0], "%s%s.svc.cluster.local.", host, space);
    snprintf(name[1], sizeof name[1], "%ssvc.cluster.local.", host);
    snprintf(name[2], sizeof name[2], "%scluster.local.", host);
    snprintf(name[3], sizeof name[3], "%s", host);
    for (unsigned i = 0; i < 4; i++) {
        ask(at + 0.002 * i, client, (uint16_t)(port + i), name[i], A,
            i == found ? NOERROR : NXDOMAIN);
        if (i == found)
            return;
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
