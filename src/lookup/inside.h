// SPDX-License-Identifier: BSD-2-Clause
#ifndef LOOKUP_INSIDE_H
#define LOOKUP_INSIDE_H
/* The inside of the lookup stage; only files of lookup/ include this. */
#include "base/lru.h"
#include "base/map.h"
#include "base/memory.h"
#include "lookup/lookup.h"

/* A and AAAA are asked for within this time: measured below 1 ms, more on a busy machine. */
#define PAIR_NS (5 * WHEN_MS)
/* What is sent back to back comes so soon after one another. */
#define AT_ONCE_NS WHEN_MS
/* The next name of a search list is asked for so soon behind the last answer: 20 ms on an idle
 * machine (packets.md section 7); where the processor is short it may lie in CoreDNS's socket. */
#define WALK_QUICK_NS (20 * WHEN_MS)
#define WALK_NS (2 * WHEN_SECOND)
/* A walk that has not gone on by then is over, if nothing keeps CoreDNS from reading. */
#define WALK_OVER_NS (WHEN_SECOND / 4)
/* CoreDNS stamps an answer in dnstap behind its write (semantics.md section 2): what the client does
 * next may be stamped earlier, as a rule by less than 1 ms. */
#define STAMP_NS (20 * WHEN_MS)
/* From here on a pause is one of a timer; resolv.conf's least is 1 s. */
#define STALL_NS (WHEN_SECOND * 9 / 10)
/* Where a repeat alone is to prove that the stub's timer ran out: so near to it.  Measured up to 20 ms
 * on a busy machine. */
#define RETRY_EARLY_NS (5 * WHEN_MS)
#define RETRY_LATE_NS (50 * WHEN_MS)
/* The largest of the small counts of a query. */
#define QUERY_COUNT_MAX 7
/* No stub waits longer for an answer before it asks again or goes on: glibc's and Go's 5 s for each
 * of several servers, c-ares up to 13 s. */
#define GIVE_UP_NS (15 * WHEN_SECOND)
/* CoreDNS waits so long for each upstream (semantics.md section 5), then it has an error to tell, with
 * some delay. */
#define TRY_NS (2 * WHEN_SECOND)
#define TRY_LATE_NS (WHEN_SECOND / 20)
/* The usual timers (5 s, 2.5 s) with some delay: so long an answer that CoreDNS has sent may turn out
 * to be lost. */
#define REPEAT_NS (WHEN_SECOND * 11 / 2)
/* musl gives a name up so long after it first asked for it, whatever came by then; with some delay. */
#define MUSL_WAIT_NS (5 * WHEN_SECOND + WHEN_SECOND / 20)
/* Later times are damage: what is added to a time may not leave what can be counted. */
#define TIME_MOST (INT64_MAX - 60 * WHEN_SECOND)
/* Messages may still come that are so much older than the newest: streams of dnstap are flushed once a
 * second, and inputs are read side by side by the newest of their first second. */
#define ORDER_NS (WHEN_SECOND * 5 / 4)
/* The ids of A and AAAA that musl makes of the clock are so near one another: 0x8c to 0x12c on an idle
 * machine, up to 0x320 seen on a busy one.  Random ids are so near once in 64 times. */
#define MUSL_IDS 0x400
/* glibc asks for all once more, as if anew, where its buffer is too small for the addresses: 1 KiB at
 * first, some 40 octets for each of them. */
#define ADDRESSES_MANY 16
/* Lookups of one client and first label that are looked at for a session. */
#define CANDIDATES_MAX 32

enum evidence { /* bits: what was seen of a stub's habits */
                EVIDENCE_TIMER_GLIBC = 1,
                EVIDENCE_TIMER_MUSL = 2,
                EVIDENCE_TIMER_GO = 4,
                EVIDENCE_TWO_PORTS = 8,
                EVIDENCE_SEQUENTIAL = 16,
                EVIDENCE_IDS_NEAR = 32,
                EVIDENCE_IDS_APART = 64,
                EVIDENCE_WENT_ON = 128, /* behind an answer at which musl stops */
};

/* All that is kept lies in cells of one size, so that the ceiling is a number of them. */
#define CELL_BYTES 304
/* One session adds at most itself, its name, and a block to each list. */
#define CELLS_SPARE 8

struct list { /* numbers, in blocks */
    struct list *next;
    size_t n;
    int64_t at[(CELL_BYTES - 16) / 8];
};

/* A session until its turn comes, with what it asked as its first step; then, where it belongs to no
 * other, a lookup that may still go on.  As a step of another lookup it stays in its cell. */
struct open {
    struct lookup_step first;
    struct lookup_step *last;   /* the newest */
    struct open *chain, **link; /* others of its bucket, newest first */
    struct open *newer;         /* in its queue */
    struct list *sessions;      /* their numbers, but for the first two */
    struct list *stalls;        /* until its turn comes: when it was asked again */
    int64_t latest, due;        /* newest query; what is asked later is of no part of it */
    uint64_t number[2];         /* of sessions */
    struct endpoint client;     /* of the first query */
    uint32_t server, hash;      /* hash: of the client's address and the first label */
    uint32_t n_sessions, n_stalls, n_steps, queries, wasted;
    uint16_t type[2];
    uint8_t base_len; /* octets of the names in front of the suffixes; 0: one name so far */
    uint8_t evidence;
    bool at_server : 1, sample_loss : 1, capture_edge : 1, chosen : 1;
    bool inexact : 1;   /* something of it was not seen, or has no exact time */
    bool tried : 1;     /* an upstream was asked for it, and no reply is here */
    bool failed_on : 1; /* went on behind an error */
    bool empty_on : 1;  /* went on behind a name that exists without the type */
};

/* Cells lie far from one another, and thousands are used between two uses of one: they are fetched
 * so many places ahead of their turn. */
#define QUEUE_AHEAD 16
struct queue {
    struct open *oldest, *newest;
    struct open *ahead; /* the farthest that was fetched, n_ahead places behind the oldest */
    unsigned n_ahead;
    size_t n;
};

/* What is known of a client by the lookups that were seen of it. */
#define CLIENT_SUFFIXES 8
struct suffix {
    uint32_t number; /* 1 + that of the name in lookups->suffixes */
    uint32_t led;    /* walks that began with it */
};
struct client {
    struct suffix suffix[CLIENT_SUFFIXES]; /* of its search list */
    uint32_t stubs[STUBS];
    uint8_t n_suffixes;
    uint8_t ndots; /* names with fewer dots are tried with the suffixes first */
};

/* A query that failed, of a client that is not tapped (CoreDNS 1.8.1 and older). */
struct orphan {
    int64_t start;
    uint32_t name_hash;
};
#define ORPHANS 1024

struct lookups {
    struct pool pool;
    size_t cells, cells_max;
    struct open **bucket;
    uint32_t mask;
    struct queue in_order; /* sessions that wait for their turn, those that came in their order */
    struct open *late;     /* and the others, the earliest */
    size_t n_late;
    struct queue queue;   /* lookups in the order of start */
    struct queue patient; /* taken out of it since they wait for more: where memory is short */
    struct open *lent;
    struct lookup lookup; /* what is told of it */
    struct lru *clients;
    struct map *suffixes;
    struct orphan *orphans; /* a ring; NULL without any */
    size_t n_orphans;
    int64_t watermark, clock; /* clock: newest event */
    bool ended;
    bool starved; /* there was no room */
    struct lookup_counts counts;
};

/* store.c: memory, and what finds a lookup */
void store_init(struct lookups *lookups, size_t ceiling_bytes);
void store_done(struct lookups *lookups);
void *cell_get(struct lookups *lookups); /* not zeroed; NULL at the ceiling */
void cell_put(struct lookups *lookups, void *cell);
/* Where there is no room the value is not kept. */
void list_add(struct lookups *lookups, struct list **list, int64_t value);
void list_free(struct lookups *lookups, struct list *list);
/* Whether the next session may find no room. */
static inline bool store_is_full(const struct lookups *lookups)
{
    return lookups->cells + CELLS_SPARE > lookups->cells_max || lookups->starved;
}
/* The first lookup from OPEN on that has this hash. */
static inline struct open *store_of(struct open *open, uint32_t hash)
{
    while (open && open->hash != hash)
        open = open->chain;
    return open;
}
void store_add(struct lookups *lookups, struct open *open);
void store_remove(struct open *open);
void queue_add(struct queue *queue, struct open *open);
struct open *queue_take(struct lookups *lookups, struct queue *queue);

/* turn.c: sessions in the order of their start */
bool turn_add(struct lookups *lookups, const struct session *session,
              bool chosen); /* false: no room */
/* The next one whose turn it is; NULL: none for now. */
struct open *turn_take(struct lookups *lookups);
/* No session that starts before this time comes any more; where that is not later than PAST, some time
 * that is not later either. */
int64_t turn_frontier(const struct lookups *lookups, int64_t past);

/* match.c: which lookup a session belongs to */
enum tie_kind { /* the strongest last */
                TIE_NONE,
                TIE_WALK_LATE, /* the next name, behind one that nobody answered */
                TIE_ANEW,      /* the same question from another port with another id */
                TIE_AGAIN,     /* the same, since there was no room for so many addresses */
                TIE_MATE,      /* the other address type from another port */
                TIE_WALK,      /* the next name */
                TIE_ID,        /* the same question and id from another port */
                TIE_PORT,      /* the same name from the same port */
};
struct tie {
    struct open *open;
    struct lookup_step *step; /* NULL: a new one */
    enum tie_kind kind;
    int64_t distance;
    size_t base_len;
};
struct tie match_find(const struct lookups *lookups, const struct open *turn);
/* Whether GAP may be what a timer of that length took. */
bool match_is_about(int64_t gap, int64_t timer);
/* Whether GAP is a time after which stubs ask again: whole seconds (resolv.conf), or musl's 2.5 s. */
bool match_is_timer(int64_t gap);

/* name.c: names of one walk.  All in wire form with the root label. */
/* The octets in front of the suffixes where Y follows X on the search list of the client at END; 0: it
 * does not. */
size_t name_follows(const struct lookups *lookups, const struct endpoint *end, struct slice x,
                    struct slice y, bool quick);
/* The same where the names in front of Y share the first BASE_LEN octets. */
bool name_goes_on(const struct lookups *lookups, const struct open *open, struct slice y,
                  bool quick);
unsigned name_dots(struct slice name); /* without the final one */

/* query.c: one type of one name */
/* Whether nobody had answered a query by then; or only with what a stub asks again for. */
bool query_is_unanswered(const struct lookup_query *query, int64_t when);
bool query_is_open(const struct lookup_query *query, int64_t when);
/* Whether GAP is what a stub's timer takes, and nothing else as a rule: Go and others with a new socket
 * each time wait for 5 s. */
bool query_is_retry(int64_t gap, bool same_socket);
/* Whether CoreDNS has run out of upstreams right then, though its answer is not tapped. */
bool query_has_failed(const struct lookup_query *query, int64_t when);
/* QUERY was sent as MORE, too; TRIED: as struct open's. */
void query_again(struct lookup_query *query, const struct lookup_query *more, bool tried);

/* step.c: what a session adds */
void step_first(struct lookups *lookups, struct open *open); /* a new lookup, of its session */
void step_join(struct lookups *lookups, const struct tie *tie, struct open *turn); /* takes TURN */
void step_free(struct lookups *lookups, struct lookup_step *step); /* with its cell */
struct slice step_name(const struct lookup_step *step);
struct lookup_query *step_query(struct lookup_step *step, uint16_t type);
/* Until when an answer may be stamped that the client had at WHEN. */
int64_t open_stamped(const struct open *open, int64_t when);
/* Whether one of a pair is not in its newest step. */
bool open_lacks_one(const struct open *open);
void open_free(struct lookups *lookups, struct open *open);

/* client.c: what is learned of clients */
struct client *client_find(const struct lookups *lookups, const struct endpoint *end);
struct client *client_of(struct lookups *lookups, const struct endpoint *end); /* added */
/* Whether SUFFIX is on the client's search list: itself, or behind one that is longer by labels, as
 * Kubernetes has them.  CLIENT may be NULL. */
bool client_knows(const struct lookups *lookups, const struct client *client, struct slice suffix);
/* X and Y are names of one walk in this order, with BASE_LEN octets in front of their suffixes;
 * BEGINS: the walk began with X. */
void client_learn(struct lookups *lookups, const struct endpoint *end, struct slice x,
                  struct slice y, size_t base_len, bool begins);
/* The octets of NAME in front of a suffix with which the client begins its walks; 0: none. */
size_t client_base(const struct lookups *lookups, const struct client *client, struct slice name);

/* orphan.c */
void orphan_add(struct lookups *lookups, const struct session *session);
/* Whether one for NAME was asked within WALK_QUICK_NS of WHEN. */
bool orphan_is(const struct lookups *lookups, struct slice name, int64_t when);

/* stub.c */
void stub_note_pair(struct open *open, const struct lookup_query *first,
                    const struct lookup_query *second);
void stub_note_timer(struct open *open, int64_t gap, bool same_port, bool same_id);
/* What the client's lookups were asked by, as a rule; CLIENT may be NULL. */
bool stub_uses_one_port(const struct client *client); /* for A and AAAA */
bool stub_is_go(const struct client *client);
/* What OPEN tells is known of its client from now on. */
void stub_learn(struct lookups *lookups, const struct open *open);
/* The client's other lookups tell where this one does not. */
enum stub stub_of(const struct lookups *lookups, const struct open *open, enum stub_why *why);

/* outcome.c: the verdict on a lookup that is over */
void outcome_settle(struct lookups *lookups, struct open *open);
/* Whether another name may follow its last one: not behind the name as it is, but where the client
 * begins with it. */
bool outcome_may_go_on(const struct lookups *lookups, const struct open *open);

#endif
