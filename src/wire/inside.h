// SPDX-License-Identifier: BSD-2-Clause
#ifndef WIRE_INSIDE_H
#define WIRE_INSIDE_H
/* The inside of the wire stage; only files of wire/ include this. */
#include "base/map.h"
#include "wire/wire.h"

/* Copies of one datagram lie microseconds apart on one node, below a millisecond between nodes of
 * one clock (packets.md section 1.4); a stub that asks again at once takes a round trip. */
#define COPY_NS (20 * WHEN_MS)
/* No answer is waited for any longer: stubs have given up, and CoreDNS before them. */
#define OPEN_NS (15 * WHEN_SECOND)
/* What is answered is held for copies and for refreshes behind it; at first longer, until it is
 * known who asks for whom. */
#define HOLD_NS (WHEN_SECOND / 8)
#define HOLD_FIRST_NS (WHEN_SECOND + WHEN_SECOND / 4)
#define HOLD_TAPPED_NS (2 * WHEN_SECOND + WHEN_SECOND / 4)
/* Where several inputs are read their clocks may differ, too. */
#define HOLD_INPUTS_NS (WHEN_SECOND + WHEN_SECOND / 4)
/* And for frames of the same session, which may come by another connection (semantics.md 2). */
#define HOLD_HELD_NS (7 * WHEN_SECOND)
/* A refresh of the cache begins this soon behind the answer that caused it. */
#define REFRESH_NS (50 * WHEN_MS)
/* A forward begins this soon behind the query, or behind the try or call before it: measured below
 * 4 ms with 20 clients (semantics.md section 10); more on a busy machine. */
#define FORWARD_NS (5 * WHEN_MS)
/* Two captures of one datagram whose times differ by less are of one clock, more or less. */
#define TWIN_NS (WHEN_SECOND / 2)
/* Exchanges of one chain that are looked at for a message. */
#define CANDIDATES_MAX 128
/* Queries of an address that must lie inside those to a server, and their least share of what it
 * asks otherwise without reason, until it is known to ask for that server. */
#define SUPPOSED_HITS 3
#define SUPPOSED_SHARE 8 / 10
/* The same share where the address is asked, too: a server's other address (dual stack).  A server
 * asks hardly anything without reason, but names that it changes (autopath, rewrite) are no hits. */
#define SUPPOSED_SHARE_ASKED 2 / 10
/* Of the queries that an input shows, the share that it shows again, where it looks at several
 * places (`-i any` on a node): half of them as a rule. */
#define COPIED_SHARE 10
/* Such a query comes this soon behind the one that it is asked for, as forwards do; a busy machine
 * included.  A pod that asks an upstream itself asks at any time. */
#define SUPPOSED_NS (4 * FORWARD_NS)
/* Answers that make a server of what nobody was seen to ask: a capture of answers only. */
#define ANSWERS_SURE 8
/* Queries whose ids tell whether a server keeps them (CoreDNS before 1.8.7). */
#define IDS_SURE 8
/* A message so far behind the clock, so often in a row: the clock was set back, or an earlier
 * capture is joined behind a later one.  One message so far ahead may be damaged. */
#define FAR_NS (60 * WHEN_SECOND)
#define FAR_SURE 16
/* Addresses that are known; a cluster has some thousands of pods. */
#define HOSTS_MAX 65536
#define NEAR_SLOTS 1024
#define WHEEL_SLOTS 1024
#define WHEEL_SLOT_NS (WHEN_SECOND / 64)
#define LATEST_SLOTS 4096
/* Queries that are gone and yet known, for answers that come very late (a dial of CoreDNS may take
 * 30 s, semantics.md section 4.1): 13 s of 5,000 queries a second. */
#define GONE_SLOTS 65536
/* Who is a server is known after so much of a capture: what looks like a client's until then may be
 * a server's that was not asked yet. */
#define WARM_NS (10 * WHEN_SECOND)
/* Or after so many queries: each server has asked by then. */
#define WARM_QUERIES 16384
/* A try that failed before its server gave up is known to have failed by then. */
#define TRY_NS (WHEN_SECOND * 21 / 10)
/* What an exchange takes of the pool, with its name and, as a rule, the addresses of its answer. */
#define EXCHANGE_BYTES (512 + 128)
/* The forms of an exchange that has several. */
#define FORMS_BYTES (WIRE_FORMS_MAX * sizeof(struct form))

struct bucket_table {
    struct exchange **bucket;
    uint32_t mask;
    size_t n;
};

struct wire {
    struct wire_options options;
    struct pool pool;
    struct bucket_table keys, questions;
    struct exchange *oldest, *newest;
    size_t open, most; /* exchanges; most: that the ceiling leaves room for */
    struct exchange *slot[WHEEL_SLOTS];
    int64_t turned; /* slots up to this number are done; WHEN_NONE before the first */
    bool ended, tapped;
    struct exchange *ready;  /* over, by next_due */
    struct exchange *parted; /* at the end: parted from what owned them, by next_due */
    bool full;              /* there was no room for an exchange */
    struct exchange *lent;
    struct exchange *touched; /* by the newest message */
    struct exchange *latest[LATEST_SLOTS]; /* newest of an asking address and port; may be another's */
    uint16_t gone[GONE_SLOTS];             /* by asking end and id; 0: none */
    struct exchange *read_out;             /* asked a read timeout ago; see call.c */
    struct map *hosts;
    struct map *fronts; /* pairs of hosts: the first stands for the other */
    struct host *near[NEAR_SLOTS]; /* by address; NULL: no host has its place here */
    uint32_t place;         /* of the first message */
    bool many_places;       /* others are elsewhere: there may be copies under other ports */
    struct directions *directions;
    size_t n_directions;
    int64_t clock, first; /* newest event, and that of the first message */
    uint64_t met;         /* queries so far */
    uint32_t behind, ahead;
    struct wire_counts counts;
    struct wire_skew skew;
};

/* table.c: the exchanges that are here, and what finds them */
void table_init(struct wire *wire);
void table_done(struct wire *wire);
/* Has fetched where the exchange of MESSAGE would be found, or the octets of one, for use a little
 * later. */
void table_expect(const struct wire *wire, const struct message *message);
void table_fetch(const struct exchange *exchange);
/* NULL (and counted) where the pool has no room. */
struct exchange *exchange_new(struct wire *wire, const struct message *message,
                              enum exchange_kind kind);
void exchange_free(struct wire *wire, struct exchange *exchange);
/* The first of the exchanges of this DNS id and asking port (or, for connections, of this asking
 * end), newest first; _next gives the others.  What is found by hash must be compared. */
struct exchange *table_of_key(const struct wire *wire, uint16_t id, uint16_t port);
struct exchange *table_of_connection(const struct wire *wire, const struct endpoint *asker);
struct exchange *table_next_key(const struct exchange *exchange);
struct exchange *table_of_question(const struct wire *wire, const struct dns_message *dns);
struct exchange *table_of_name(const struct wire *wire, uint32_t name_hash, uint16_t type);
struct exchange *table_next_question(const struct exchange *exchange);
/* EXCHANGE is found first by its question from now on. */
void table_to_front(struct wire *wire, struct exchange *exchange);
bool exchange_same_question(const struct exchange *exchange, const struct dns_message *dns);
struct exchange **table_latest(struct wire *wire, const struct endpoint *asker);
/* The query of EXCHANGE is over and goes; whether one from ASKER with this id did, not long ago. */
void table_note_gone(struct wire *wire, const struct exchange *exchange);
bool table_is_gone(const struct wire *wire, const struct endpoint *asker, uint16_t id);
/* Where its question is not known yet. */
void exchange_set_question(struct wire *wire, struct exchange *exchange,
                           const struct dns_message *dns);
void exchange_set_detail(struct wire *wire, struct exchange *exchange,
                         const struct dns_message *dns);

/* inputs.c */
/* Something that began in input BEGAN at FROM ended in another before: at TO. */
void inputs_skew(struct wire *wire, uint32_t began, int64_t from, uint32_t ended, int64_t to);

/* copies.c: sightings of one datagram */
/* The exchange whose query (or answer) MESSAGE is a copy of; NULL: it is new. */
struct exchange *copies_find(struct wire *wire, const struct message *message);
/* The same where another end asks (SNAT) and no IP id tells: for an answer, only where no open
 * query fits it better. */
struct exchange *copies_find_translated(struct wire *wire, const struct message *message);
/* Notes that MESSAGE shows the query (or answer) of EXCHANGE. */
void copies_note(struct wire *wire, struct exchange *exchange, const struct message *message);
/* The number of the form that has the ends of MESSAGE; n_forms: none. */
unsigned copies_form(const struct exchange *exchange, const struct message *message);

/* match.c: a query, and the answer to it */
void match_query(struct wire *wire, const struct message *message);
void match_answer(struct wire *wire, const struct message *message);
void match_icmp(struct wire *wire, const struct message *message);

/* inputs.c: what inputs show */
/* Notes when the input of MESSAGE shows something; before anything else is done with it. */
void inputs_note(struct wire *wire, const struct message *message);
static inline struct directions *inputs_of(struct wire *wire, const struct message *message)
{
    return &wire->directions[message->input];
}
static inline uint64_t inputs_bit(uint32_t input)
{
    return UINT64_C(1) << (input < 63 ? input : 63);
}

/* repeat.c: a stub that asks again */
/* The oldest query that EXCHANGE, which MESSAGE began, asks again, and that was not served yet. */
struct exchange *repeat_of(struct wire *wire, const struct exchange *exchange,
                           const struct message *message);
/* EXCHANGE repeats ROOT.  False: it is one of too many, only counted, and gone. */
bool repeat_note(struct wire *wire, struct exchange *root, struct exchange *exchange);

/* tie.c: which query caused which */
void tie_query(struct wire *wire, struct exchange *exchange, const struct dns_message *dns);
/* The same for what shows no question: by time alone. */
void tie_by_time(struct wire *wire, struct exchange *exchange);
/* The same for a query from an address that stands for a server: as that one's.  False: it is none
 * of its. */
bool tie_behind(struct wire *wire, struct exchange *exchange, const struct dns_message *dns);
void tie_undo(struct exchange *owned);
/* CLIENT was answered from the cache (AA is set in such answers in all versions, semantics.md
 * section 5) before OWNED was, which was asked about then: for the cache, or for another client. */
bool tie_is_served_without(const struct exchange *client, const struct exchange *owned);
/* Ties OWNED to another owner than that one, or to none: it was asked for the cache. */
void tie_again(struct wire *wire, struct exchange *owned);

/* EXCHANGE waited for its answer at WHEN. */
bool tie_is_open(const struct exchange *exchange, int64_t when);
/* EXCHANGE was put to the server that asks from ASKER. */
bool tie_is_put_to(const struct exchange *exchange, const struct endpoint *asker,
                   const struct host *host);
void tie_own(struct wire *wire, struct exchange *owner, struct exchange *owned);

/* suppose.c: a query from another address than its server is asked under */
bool suppose_owner(struct wire *wire, struct exchange *owned, const struct dns_message *dns);

/* call.c: the tries of a call */
#define CALLS_MAX 16
/* By WHEN the try LAST has just been read for in vain. */
bool call_timed_out(const struct exchange *last, int64_t when);
/* The tries that OWNED may be the next one behind, by the time; how many.  AGAIN: of those that
 * seem to have one, but it may be another's. */
unsigned call_before(struct wire *wire, const struct exchange *owned, bool again,
                     struct exchange *found[CALLS_MAX]);

/* connect.c: connections, and what is encrypted */
void connect_event(struct wire *wire, const struct message *message);
/* MESSAGE is asked over its connection: that is no failed one. */
void connect_used(struct wire *wire, const struct message *message);

/* hosts.c: what is known of addresses */
void hosts_init(struct wire *wire);
void hosts_done(struct wire *wire);
struct host *host_find(const struct wire *wire, const struct endpoint *end);
struct host *host_add(struct wire *wire, const struct endpoint *end);
/* It answers what is put to it: more than a stray answer is known. */
bool host_answers(const struct host *host);
/* HOST asked while OWNER, a query to another address, was open with the same question. */
void host_suppose(struct host *host, struct host *server);

/* fronts.c: addresses that stand for others */
void fronts_init(struct wire *wire);
void fronts_done(struct wire *wire);
/* A datagram shows that FRONT stands for BEHIND. */
void front_note(struct wire *wire, struct host *front, struct host *behind);
bool front_hides(const struct wire *wire, const struct host *front, const struct host *behind);
/* The only one that FRONT stands for; NULL: it stands for nobody, or for several. */
struct host *front_only(const struct host *front);

/* ending.c: when an exchange is over */
void ending_schedule(struct wire *wire, struct exchange *exchange, int64_t due);
/* How long what is answered is held. */
int64_t ending_hold(const struct wire *wire, const struct exchange *exchange);
void ending_unschedule(struct exchange *exchange);
/* Moves the clock to MESSAGE. */
void ending_clock(struct wire *wire, const struct message *message);
/* Lets go what is over by the clock: behind the message that moved it, which may belong to it. */
void ending_turn(struct wire *wire);
void ending_all(struct wire *wire);
void ending_oldest(struct wire *wire);
/* Gives LENT back, with all that only it needed. */
void ending_release(struct wire *wire, struct exchange *lent);

#endif
