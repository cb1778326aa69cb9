// SPDX-License-Identifier: BSD-2-Clause
#ifndef FINDING_INSIDE_H
#define FINDING_INSIDE_H
/* What the files of finding/ share.  Private to finding/ and its tests. */
#include "base/lru.h"
#include "base/map.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/when.h"
#include "finding/finding.h"
#include "report/document.h"

/* --- suspects.c: who or what may be at fault, and the bad events that point to it --- */

/* A few distinct things, counted exactly up to FINDING_CROWD_MAX. */
struct crowd {
    uint64_t *seen; /* open addressing; 0: empty place */
    uint32_t n, room;
};
/* A scope must be counted alike in every run: no seed; never 0. */
uint64_t steady_hash(const void *at, size_t len);
void crowd_add(struct crowd *crowd, uint64_t hash);
/* Those of OTHER, too. */
void crowd_join(struct crowd *crowd, const struct crowd *other);

/* A subject as a key: what names it, and nothing else. */
struct subject {
    enum finding_id id;
    uint8_t len;
    uint8_t at[255]; /* an endpoint, a name in wire form, a server's index … */
};

struct suspect {
    uint32_t number; /* its place among the suspects */
    struct subject subject;
    uint64_t events;
    int64_t first, last; /* events; WHEN_NONE */
    struct crowd clients, names, servers;
    struct finding_row *finding; /* what it was found guilty of; NULL: nothing */
    uint8_t rank;                /* among those of its kind: the lower, the nearer to the root */
    bool front; /* an upstream that asks others itself: what went wrong there is behind it */
};

/* The suspect of that subject; NULL where there are too many. */
struct suspect *suspect_of_endpoint(struct findings *findings, enum finding_id id,
                                    const struct endpoint *end);
struct suspect *suspect_of_name(struct findings *findings, enum finding_id id, const uint8_t *name,
                                size_t len);
struct suspect *suspect_of_server(struct findings *findings, enum finding_id id, uint32_t server);
/* One spell of a server: rows about it have the server as their subject. */
struct suspect *suspect_of_spell(struct findings *findings, enum finding_id id, uint32_t server,
                                 uint32_t spell);
struct suspect *suspect_of_capture(struct findings *findings, enum finding_id id);
/* A bad event at WHEN (when its query was sent), of that session (NULL: of none). */
void suspect_event(struct suspect *suspect, int64_t when, const struct session *session);
/* The same for a session that is gone. */
struct witness {
    int64_t when;
    uint64_t client, name, server; /* 0: not known */
};
struct witness witness_of(const struct session *session);
uint64_t witness_of_client(const struct endpoint *client);
/* WHEN: of the query that went wrong. */
struct witness witness_of_lookup(const struct lookup *lookup, int64_t when);
void suspect_witness(struct suspect *suspect, const struct witness *witness);
/* What those functions put into a subject. */
struct endpoint suspect_endpoint(const struct suspect *suspect);
struct slice suspect_name(const struct suspect *suspect);
uint32_t suspect_server(const struct suspect *suspect);
/* Walks those of one kind, in the order in which they came up; NULL: no more. */
struct suspect *suspect_next(struct findings *findings, enum finding_id id, uint32_t *at);

/* --- ledger.c: what went wrong, and the suspects that it points to --- */

enum harm {               /* how bad it was, the worse the later */
            HARM_NONE,    /* nobody felt it */
            HARM_SLOW,    /* waited longer than --slow */
            HARM_STALLED, /* waited for a second or more, or until a stub's timer ran out */
            HARM_FAILED,
            HARMS
};
#define STALLED_NS WHEN_SECOND

#define DOCKET_MAX 8
struct docket_key { /* suspects in the order of roots; no padding: compared as bytes */
    uint32_t suspects[DOCKET_MAX]; /* 1 + number; 0: no more */
};
struct docket {
    struct docket_key key;
    uint64_t sessions[HARMS], lookups[HARMS];
    int64_t first[HARMS], last[HARMS]; /* starts of the lookups */
};
struct charged {           /* a session's docket, until its lookup comes */
    struct docket *docket; /* NULL: it points to nobody yet */
    struct docket *own;    /* the same without what those point to that it caused */
    uint32_t server;
    uint8_t harm;
    bool awaited; /* only those that it caused came so far: it is counted nowhere */
};
/* The suspects that one session or lookup points to. */
struct charge {
    struct suspect *suspects[DOCKET_MAX]; /* in the order of roots, each once */
    size_t n;
};
void charge_add(struct charge *charge, struct suspect *suspect); /* NULL is taken */
/* Records a session or a lookup that went wrong.  A session's charge is remembered for its lookup. */
void ledger_session(struct findings *findings, const struct session *session,
                    const struct charge *charge, enum harm harm);
/* What went wrong with a session that another one caused is what went wrong with that one. */
void ledger_child(struct findings *findings, const struct session *session,
                  const struct charge *charge);
void ledger_lookup(struct findings *findings, const struct lookup *lookup, struct charge *charge,
                   enum harm harm);
/* The session of that number, whose lookup has not come yet, points to SUSPECT, too. */
void ledger_add(struct findings *findings, uint64_t number, struct suspect *suspect);
/* Sessions that point to SUSPECT with that harm or worse and to nobody before it that was found
 * guilty. */
uint64_t ledger_sessions_left_to(const struct findings *findings, const struct suspect *suspect,
                                 enum harm harm);
/* Adds what the lookup's sessions were charged with. */
void ledger_recall(struct findings *findings, const struct lookup *lookup, struct charge *charge);
/* Gives every charge to the first suspect that was found guilty; works out what is caused by what. */
void ledger_settle(struct findings *findings);
/* Sessions with that harm or worse that point to SUSPECT, whoever else is guilty; or lookups, where
 * they are more. */
uint64_t ledger_harmed(const struct findings *findings, const struct suspect *suspect,
                       enum harm harm);
/* Lookups with that harm or worse that point to SUSPECT and to nobody before it that was found
 * guilty; *FIRST and *LAST: of them. */
uint64_t ledger_left_to(const struct findings *findings, const struct suspect *suspect,
                        enum harm harm, int64_t *first, int64_t *last);

enum harm harm_of_session(const struct session *session, int64_t slow_ns);
enum harm harm_of_lookup(const struct lookup *lookup, int64_t slow_ns);
/* Whether it shows itself that a stub with known timers asked (not only the client's other lookups). */
bool asks_as_stub(const struct lookup *lookup);

/* --- statistics.c --- */
/* Bounds of the 95 % Wilson interval (Wilson 1927) of PART in BASE; 0 and 1 where BASE is 0. */
double wilson_low(uint64_t part, uint64_t base);
double wilson_high(uint64_t part, uint64_t base);
/* A rate counts: at least three events, and surely over RATE. */
bool surely_over(uint64_t part, uint64_t base, double rate);

/* --- rows.c: the rows of the report --- */
/* A finding about SUSPECT, with its times, scope, and the kind's texts; summary and evidence are the
 * caller's to add.  SUSPECT may be NULL: of the capture as a whole. */
struct finding_row *finding_new(struct findings *findings, enum finding_id id,
                                struct suspect *suspect, enum confidence confidence);
/* Several suspects may be one finding (a zone's names): this one, too, with its events and scope. */
void finding_join(struct finding_row *row, struct suspect *suspect);
void finding_done(struct finding_row *row); /* its memory beside the arena */
void finding_summary(struct findings *findings, struct finding_row *row, const struct text *text);
/* WHAT and BASE are constant, or live in findings->arena; OF UINT64_MAX: a part of nothing. */
void finding_evidence(struct finding_row *row, const char *what, uint64_t count, uint64_t of,
                      const char *base);
/* What is put in front of the kind's advice. */
void finding_advise(struct findings *findings, struct finding_row *row, const struct text *text);
/* --- next.c: commands --- */
/* --view VIEW of the row's time, with MORE options and a FILTER (NULL: none). */
void finding_next_rows(struct findings *findings, struct finding_row *row, const char *view,
                       const char *more, const char *filter);
/* Adds to a filter: COMPARISON ("name==") with VALUE, quoted where it needs that. */
void add_condition(struct text *text, const char *comparison, const char *value);
void finding_next(struct findings *findings, struct finding_row *row, const char *command);
/* A capture that would decide, of a minute, at PLACE; CoreDNS's pod by its name where that is known.
 * PACKETS: an expression for tcpdump without what shells read; NULL: of all DNS. */
enum capture_place { CAPTURE_COREDNS, CAPTURE_CLIENT, CAPTURE_NODE };
void finding_next_capture(struct findings *findings, struct finding_row *row,
                          enum capture_place place, const char *packets);
/* A time for a sentence: "10:00:12"; with the date where the capture is over a day long. */
void add_time(struct text *text, const struct findings *findings, int64_t when);
void add_instant(struct text *text, int64_t when); /* RFC 3339 with whole seconds, for a command */
/* " from 10:00:12 to 10:00:27", " at 10:00:12". */
void add_period(struct text *text, const struct findings *findings, int64_t start, int64_t end);
/* "18 of 1,204 attempts (1.5 %)": ONE and MANY are the noun. */
void add_share(struct text *text, uint64_t part, uint64_t base, const char *one, const char *many);
void add_endpoint(struct text *text, const struct endpoint *end);
void add_wait(struct text *text, int64_t ns);
/* Behind a blank, a word of a command for a shell: quoted where it needs that. */
void add_word(struct text *text, const char *word);
const char *keep(struct findings *findings, const struct text *text); /* in findings->arena */

/* --- harm.c --- */
/* Whether sessions tell more than lookups of who was hurt: most of the failed ones are without their
 * client's leg (dnstap of CoreDNS 1.8.1 and older), and so in no lookup. */
bool harm_is_of_sessions(const struct report *report);
/* "failed" of lookups; "came back empty" where all that failed are truncated answers that read as
 * names without addresses: no outcome is a failure then. */
const char *harm_failed(const struct report *report);
/* Says in the summaries of the rows what they meant for those who waited. */
void harm_tell(struct findings *findings);

/* --- forward-words.c --- */
/* Says in the advice of the rows what the Corefile has about their upstreams and zones. */
void forward_words(struct findings *findings);

/* --- verdict.c --- */
void verdict_judge(struct findings *findings, struct report *report);

/* --- what each group collects (NAME_*), and whom a session or lookup points to --- */
/* upstream-evidence.c */
struct upstream_evidence;
struct upstream_evidence *upstream_evidence_new(void);
void upstream_evidence_free(struct upstream_evidence *evidence);
/* Any session with attempts, refreshes of the cache included, and any that failed.  Adds to CHARGE. */
void upstream_evidence_session(struct findings *findings, const struct session *session,
                               struct charge *charge);
/* A lookup that went wrong, and whose sessions point to nobody. */
void upstream_evidence_lookup(struct findings *findings, const struct lookup *lookup,
                              struct charge *charge);
/* server-evidence.c: what CoreDNS itself did; any session that stands in the figures, and probes. */
struct server_evidence;
struct server_evidence *server_evidence_new(void);
void server_evidence_free(struct server_evidence *evidence);
void server_evidence_session(struct findings *findings, const struct session *session,
                             enum harm harm, struct charge *charge);
/* A lookup that went wrong, with what its sessions point to. */
void server_evidence_lookup(struct findings *findings, const struct lookup *lookup,
                            const struct charge *charge);
/* client-evidence.c: what clients and their lookups show. */
struct client_evidence;
struct client_evidence *client_evidence_new(void);
void client_evidence_free(struct client_evidence *evidence);
void client_evidence_session(struct findings *findings, const struct session *session,
                             enum harm harm, struct charge *charge);
void client_evidence_lookup(struct findings *findings, const struct lookup *lookup, enum harm harm,
                            struct charge *charge);

/* --- namespaces.c --- */
void namespaces_client(struct findings *findings, const struct session *session);
/* Those of CLIENTS at that time; UINT32_MAX: not known. */
uint32_t namespaces_count(const struct findings *findings, const struct crowd *clients,
                          int64_t start, int64_t end);
/* What the scope of a row is: behind all finding_join(). */
void finding_scope(const struct findings *findings, struct finding_row *row);

/* answers.c: what CoreDNS answers for services, beside the files of the cluster. */
struct answers;

struct findings {
    struct finding_options options;
    struct arena arena; /* rows and their texts */
    struct map *suspects, *dockets;
    struct lru *charged; /* session number -> docket, until its lookup came */
    struct map *addresses; /* struct endpoint by what witness_of_client() makes of it */
    uint64_t awaited;    /* of them, that were put there by those that they caused, ever */
    struct suspect *whole[FINDINGS]; /* suspect_of_capture */
    struct upstream_evidence *upstreams;
    struct server_evidence *servers;
    struct client_evidence *clients;
    struct answers *answers;
    uint64_t folded_suspects, folded_dockets; /* not kept: too many */
    uint64_t unexplained_sessions, unexplained_lookups;
    /* while judging */
    const struct report *report;
    const struct sessions *sessions;
    struct finding_row **rows;
    size_t n_rows, rows_room;
    uint64_t sessions_by_harm[HARMS], lookups_by_harm[HARMS]; /* lookups: but NONE */
};

#endif
