// SPDX-License-Identifier: BSD-2-Clause
#ifndef FINDING_SERVER_INSIDE_H
#define FINDING_SERVER_INSIDE_H
/* What the files about servers share.  Private to them and their tests. */
#include "base/limits.h"
#include "finding/inside.h"
#include "report/compact.h"

/* --- server-goods.c: when a server did well lately --- */

/* Sessions leave in the order of their start only roughly: one without answer is held for up to
 * 17 s.  So it is kept, to some milliseconds, when good ones began in the last 20 s. */
#define GOODS_SLOT_NS (20 * WHEN_MS)
#define GOODS_SLOTS 1024
struct good {
    int64_t slot;        /* number of the slot since 1970, plus 1; 0: none */
    int32_t first, last; /* good ones in it, from its start on */
};
struct goods {
    struct good *at; /* GOODS_SLOTS, or NULL */
};
void goods_add(struct goods *goods, int64_t when);
/* Whether a good one began between A and B (in any order), as far as that is kept. */
bool goods_between(const struct goods *goods, int64_t a, int64_t b);

/* --- server-spell.c: queries in a row that all went wrong in one way --- */

enum spell_kind {
    SPELL_SILENT, /* no answer */
    SPELL_SLOW,   /* answers that need no upstream were late */
    SPELL_KINDS
};

/* So many in a row that chance does not make them. */
struct spell {
    uint32_t server;
    enum spell_kind kind;
    int64_t first, last;         /* when they were asked */
    int64_t end;                 /* of the last answer that was late */
    int64_t least, most;         /* waits; SPELL_SLOW */
    uint64_t count;              /* of chances: what a client asks twice in a row is one */
    uint64_t queries, at_server; /* all of them, and those seen where the server is */
    bool refused;                /* ICMP said that nobody serves there */
    bool blind;                  /* what the server asks others is not in the capture */
    bool from_taps;              /* dnstap alone tells of it */
    bool over[2];                /* clients asked over IPv4, over IPv6 */
    struct suspect *suspects[2];
};

#define RUN_PENDING 32 /* more in a row that may yet be chance are not looked for */
struct run {           /* the newest in a row: a spell, or too few for one yet */
    struct spell *spell;
    uint64_t count, queries, at_server;
    int64_t first, last; /* of those that count */
    int64_t near;        /* of all */
    int64_t least, most, end;
    uint64_t name, client; /* of the newest that counts */
    bool names;            /* they are of several names */
    bool refused, blind, from_taps, over[2];
    uint32_t n_pending;
    struct pending {
        struct witness witness;
        uint64_t number;
    } pending[RUN_PENDING];
};

/* --- server-pace.c: how fast local answers are in quiet times --- */
#define PACE_BLOCK 20
struct pace {
    int64_t top[3]; /* the slowest of the block: the third of twenty is their 90th percentile */
    uint32_t n;     /* in the block so far */
    struct compact blocks; /* that percentile of each block */
    uint64_t looked;       /* blocks when `quiet` was worked out */
    int64_t quiet;         /* WHEN_NONE: not known yet */
};
void pace_add(struct pace *pace, int64_t waited_ns);
/* From there on a local answer is slow. */
int64_t pace_limit(const struct pace *pace, bool from_taps);

/* --- server-forwards.c: how many forwards were open when queries were refused --- */
struct forwards;
void forwards_free(struct forwards *forwards);
void forwards_open(struct forwards **forwards, int64_t from, int64_t to);
/* EDGE: it had no answer yet when the capture ended. */
void forwards_rejected(struct forwards **forwards, int64_t when, bool edge);
struct forwards_judged {
    uint64_t rejects, at_most; /* refused, and of these with about MOST forwards open */
    uint64_t edges;            /* at the end of the capture, with as many */
    uint32_t most;
    int64_t last_edge; /* WHEN_NONE */
};
struct forwards_judged forwards_judge(struct forwards *forwards);

/* --- server-evidence.c --- */
#define WATCH_RCODES 5
struct watch { /* one server */
    uint32_t server;
    struct goods goods[SPELL_KINDS];
    struct run run[SPELL_KINDS];
    uint64_t seen[SPELL_KINDS];    /* good and bad */
    uint64_t singles[SPELL_KINDS]; /* bad ones in no spell */
    int64_t last_good;             /* answered in time; WHEN_NONE */
    struct pace pace;
    struct forwards *forwards;
    uint64_t lone;                   /* errors that dnstap does not show */
    uint64_t by_rcode[WATCH_RCODES]; /* FORMERR, SERVFAIL, NOTIMP, REFUSED, others */
    bool blind;                      /* of some of these errors the upstream leg is not seen */
    uint64_t reached;                /* without answer, but seen where the server is */
    uint64_t unasked;                /* answers to queries that are not in the capture */
    /* lookups that such a one is in, and those whose stub's timer ran out; the same of spells */
    uint64_t lookups, stalled, spell_lookups, spell_stalled;
    struct charge
        dead;          /* of the newest session whose attempts all failed; none: one was answered */
    int64_t forwarded; /* start of the newest session with an attempt that was; WHEN_NONE */
};
struct probe { /* the loop plugin's: a configuration was started */
    uint32_t server;
    int64_t when;
};
struct server_evidence {
    struct watch **watches; /* by server; NULL: none */
    size_t n_watches, watched;
    bool crossed;    /* packets show several places of the way to a server */
    bool answers[2]; /* packets show some answer, of whomever: over IPv4, over IPv6 */
    struct spell spells[LIMIT_SPELLS];
    size_t n_spells;
    struct probe probes[LIMIT_SPELLS]; /* packets only: dnstap's are counted with the streams */
    size_t n_probes;
};
struct watch *watch_at(const struct server_evidence *evidence, uint32_t server); /* NULL: none */
/* Packets show an answer of anybody over the IP version of END: they are not of one direction only. */
bool packets_show_answers(const struct findings *findings, const struct endpoint *end);
/* While judging: packets that must have been there are not in the capture. */
bool packets_are_missing(const struct findings *findings);
/* Sessions of a server that stand in the figures. */
uint64_t watch_sessions(const struct findings *findings, uint32_t server);

/* --- server-mistakes.c --- */
/* A session with attempts, and whom upstream-evidence.c charges with it. */
void mistake_forwarded(struct watch *watch, const struct session *session,
                       const struct charge *charge);
/* One that failed, or was cut off by the capture's end; WATCH may be NULL. */
void mistake_session(struct findings *findings, struct watch *watch, const struct session *session,
                     struct charge *charge);

/* --- server-spell.c, which needs a watch --- */
/* A good one of that kind. */
void run_good(struct watch *watch, enum spell_kind kind, int64_t when);
/* A bad one: COUNTS, or only suffers with those that do. */
void run_bad(struct findings *findings, struct watch *watch, enum spell_kind kind,
             const struct session *session, bool counts, struct charge *charge);

/* One without answer that was forwarded: it is of a silence that began before its answer was sent. */
void run_unfinished(struct findings *findings, struct watch *watch, const struct session *session,
                    struct charge *charge);
/* Who is to blame for the spell of slow answers at that time; NULL: there was none. */
struct suspect *spell_slow_at(const struct server_evidence *evidence, uint32_t server,
                              int64_t when);

/* --- server-words.c --- */
/* What names the server of a row in a sentence: "coredns-7db6d8ff4d-8xk2m", "CoreDNS (10.96.0.10)". */
void add_server(struct text *text, const struct finding_row *row);
/* The command that would tell more. */
void next_log(struct findings *findings, struct finding_row *row);
/* Whether the capture ends inside it. */
void note_ongoing(const struct findings *findings, struct finding_row *row);

#endif
