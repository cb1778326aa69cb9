// SPDX-License-Identifier: BSD-2-Clause
#ifndef WIRE_WIRE_H
#define WIRE_WIRE_H
/*
 * What belongs together in packets: the copies of one datagram, a query and its answer, a stub's
 * repeats, a query of a client and the queries that a server made for it.  Who is a client, a
 * server or an upstream is not stated in a packet: it follows from who asks, who answers, and which
 * questions are asked inside which (packets.md sections 1.4, 1.5, 3 and 6).
 *
 * Messages of packets are pushed in, exchanges (a query and what came of it) are pulled out once
 * they are over.  Memory follows what is open: exchanges live in a pool with a ceiling.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/memory.h"
#include "base/when.h"
#include "input/message.h"

#define WIRE_FORMS_MAX 3  /* pairs of addresses of one datagram: service, pod, SNAT */
/* Repeats that are kept with their first: stubs send at most 12 (packets.md section 4.1). */
#define WIRE_FOLDED_MAX 64
#define WIRE_PLACES_MAX 8 /* sightings whose place is kept; more are counted */

/* CoreDNS reads an upstream for 2 s a try (semantics.md section 4.1): a try is still waited for
 * until shortly before. */
#define WIRE_READ_NS (WHEN_SECOND * 19 / 10)
/* A query without answer is settled after this: CoreDNS starts no try later than 5 s and waits 2 s. */
#define WIRE_SETTLED_NS (8 * WHEN_SECOND)

/* What an address is among those that speak DNS in packets: inferred, or said by --role. */
enum role { ROLE_NONE, ROLE_CLIENT, ROLE_SERVER, ROLE_UPSTREAM, ROLE_CACHE, ROLES };
struct wire_role {
    struct endpoint addr; /* port 0 */
    enum role role;
};

/* An address that is asked, or that asks for a server. */
struct host {
    struct endpoint addr;   /* port 0 */
    struct host *self;      /* the address under which this server answers, where it asks under
                               another one (host network, dual stack); itself as a rule */
    struct host *supposed;  /* whose work its lone queries seem to be, and how many of them do */
    uint64_t supposed_hits;
    struct host *behind;    /* whom it stands for, see fronts.c; NULL: for nobody */
    uint64_t n_passed;      /* datagrams that show it */
    bool several;           /* it stands for others, too */
    uint16_t port;          /* where it was asked as one of them; 0: not known */
    uint64_t lone;          /* queries that nothing put to its own address explains */
    uint64_t asks;          /* queries that it sent to others, but for its own health checks */
    uint64_t asks_in;       /* inputs that show some of them, as in struct exchange */
    uint64_t answers;       /* that it sent */
    uint64_t asked;         /* queries that others sent to it */
    uint64_t owned;         /* queries of it that were asked inside a client's */
    uint64_t same_ids, other_ids; /* of them, with the client's DNS id or another */
    enum role role;         /* as the user says; ROLE_NONE: inferred */
    uint32_t index;         /* in the order of first sight */
    void *stage;            /* for the stage behind */
};

enum exchange_kind {
    EXCHANGE_DNS,     /* a DNS query and its answer */
    EXCHANGE_CONNECT, /* a TCP or TLS connection that failed before anything was asked over it */
    EXCHANGE_RECORD,  /* encrypted: sizes and times only */
};

struct form { /* addresses that a datagram had on its way */
    struct endpoint asker, answerer;
};

struct exchange {
    /* tables: the same id and port; the same question; by arrival; the wheel */
    struct exchange *next_key, **key_link;
    struct exchange *next_question, **question_link;
    struct exchange *older, *newer;
    struct exchange *next_due, **due_link;
    uint32_t key_hash, question_hash;

    uint64_t number;
    int64_t asked, asked_last;       /* first and last sighting of the query; WHEN_NONE: not seen */
    int64_t answered, answered_last; /* and of its answer */
    int64_t refused;                 /* ICMP said that nobody serves there, or the connection broke */
    int64_t wrong;                   /* a reply came that fits its addresses, but not its id or question */
    struct exchange *owner;          /* the query of a client that caused this one */
    struct exchange *owned, *last_owned; /* what it caused, in the order of time */
    struct exchange *next_owned, *prior_owned;
    struct exchange *root;           /* the first of a client's repeats; itself as a rule */
    struct exchange *folded, *next_folded;            /* repeats that belong to this one */
    struct host *asker_host;         /* NULL: an address that only asks */
    struct host *answerer_host;      /* of the last form, or who is known to stand behind that;
                                        NULL: too many */
    struct host *asked_host;         /* of the first form */
    void *stage;                     /* for the stage behind; where set, it stands for itself */

    struct form *forms; /* in the order of sight: [0] is the client's view */
    struct form only;   /* where they are while there is one; then they have WIRE_FORMS_MAX places */
    uint16_t places[WIRE_PLACES_MAX], answer_places[WIRE_PLACES_MAX];
    uint64_t payload, answer_payload;  /* hashes of the messages */
    uint64_t inputs;                   /* as struct session's */
    uint64_t frame_query, frame_answer;
    uint64_t parent;                   /* number of the exchange that caused it, once that is gone */
    uint32_t input_query, input_answer;
    uint32_t size, answer_size;        /* octets of the messages */
    uint32_t ttl, answers;             /* of the answer */
    uint32_t repeats;
    uint32_t name_hash;
    uint16_t id, type, class;
    uint16_t ip_id, answer_ip_id;
    uint16_t rcode, answer_flags;      /* rcode 0xffff: not known */
    uint16_t icmp;                     /* what ICMP said: type << 8 | code */
    uint16_t detail_len;
    uint16_t n_addresses, n_edes;
    uint16_t n_seen, n_answer_seen;    /* sightings */
    uint8_t n_forms, n_places, n_answer_places;
    uint8_t answer_forms;              /* bit i: the answer was seen between the ends of forms[i] */
    uint8_t ttl_first;                 /* of the IP header of forms[0] */
    uint8_t name_len, kind, transport, n_folded;
    bool has_question : 1, whole : 1; /* whole: the answer's records could be read */
    bool query_cut : 1, answer_cut : 1; /* as first seen */
    bool followed : 1; /* by the next try of its call */
    bool doubted : 1; /* a try may have been its, and is tied to another */
    bool ambiguous : 1; /* owner is only the oldest of those that fit */
    bool tapped : 1; /* dnstap tells whose it is */
    bool contended : 1; /* what another owns may be its own */
    bool exact : 1; /* the owner has the same id, and this server keeps ids */
    bool supposed : 1; /* owner rests on asker_host->supposed, see wire_owns() */
    bool renamed : 1; /* owner asked another question (rewrite, autopath) */
    bool refresh : 1; /* asked behind an answer from the cache, for the cache */
    bool health : 1, probe : 1; /* a health check; the loop plugin's probe */
    bool connected : 1; /* EXCHANGE_CONNECT: it could be used */
    bool other_id : 1; /* a reply to its question came, but with another id */
    bool unheard : 1; /* ICMP said that nobody waited for the answer any more */
    bool held : 1; /* the stage behind waits for more of it */
    bool over : 1; /* it was lent, or needs not be: only its owner holds it */
    uint8_t *name;                     /* lower case, wire form; name_len octets */
    uint8_t *detail;                   /* as struct session's */
};

struct wire_options {
    const struct wire_role *roles;
    size_t n_roles;
    size_t ceiling_bytes;
    uint64_t *numbers; /* the newest number given out */
};

struct wire;
struct wire *wire_new(const struct wire_options *options);
void wire_free(struct wire *wire);
/* Takes any message of a packet (leg LEG_WIRE). */
void wire_add(struct wire *wire, const struct message *message);
/* Another input holds the message just added, too. */
void wire_also(struct wire *wire, uint32_t input);
/* The exchange that the message just added is part of; NULL: of none, or it is gone. */
const struct exchange *wire_touched(const struct wire *wire);
/* Dnstap is read beside: exchanges are held a little longer from now on. */
void wire_tapped(struct wire *wire);
/* No more messages will come. */
void wire_end(struct wire *wire);
/* The next exchange that is over and stands for itself: a client's query with all that it caused,
 * or what a server asked without one.  Lent until the next call; NULL: none for now. */
const struct exchange *wire_next(struct wire *wire);
/* Nothing that began before this time will be lent any more; WHEN_NONE: nothing is known. */
int64_t wire_oldest(const struct wire *wire);
/* Newest event. */
int64_t wire_clock(const struct wire *wire);

/* A client's query as dnstap tells it. */
struct wire_tap {
    uint32_t input;
    struct endpoint client;
    int64_t when;       /* when CoreDNS began with it (before 1.8.0: or answered it) */
    uint32_t name_hash; /* 0: dnstap without messages; then id and type are not known, either */
    uint16_t id, type;
    uint8_t transport;
};
/* The packets of that query: the oldest that no other tap has and whose answer came no earlier (a
 * CoreDNS that is short of CPU begins late).  NULL: none. */
struct exchange *wire_twin(struct wire *wire, const struct wire_tap *tap);

/* The packets of a try that dnstap tells of, which no other took yet: what SERVER asked UPSTREAM of
 * that question nearest to WHEN.  NULL: none. */
const struct exchange *wire_try(struct wire *wire, const struct host *server,
                                const struct endpoint *upstream, uint32_t name_hash, uint16_t type,
                                int64_t when);

/* Whether what OWNED says of its owner holds by now (a supposed owner is one only once the asking
 * address is known to be the server's). */
bool wire_owns(const struct exchange *owned);
/* Whether HOST answers clients and asks others: a CoreDNS replica or a cache. */
bool host_is_server(const struct host *host);
/* Whether its queries to others can be seen in this capture. */
bool host_asks(const struct host *host);
/* The answer reached the end that asked, as far as the capture can tell. */
bool exchange_delivered(const struct exchange *exchange);
/* It is a session, and not only a try of its owner: no server's, or put to one that is a server
 * itself (a cache asks CoreDNS). */
bool exchange_is_session(const struct exchange *exchange);
/* A server asked somebody who is none, and no client that it asked for is known. */
bool exchange_is_clientless(const struct exchange *exchange);
/* The server that was asked, or that asked without a client, as near to it as is known. */
struct endpoint exchange_server(const struct exchange *exchange);
/* The query was seen under that one's address: where it went to from there would be, too. */
bool exchange_arrived(const struct exchange *exchange);
/* It is seen where CoreDNS is alone: what the client's end looks like is not known. */
bool exchange_at_server(const struct wire *wire, const struct exchange *exchange);

struct wire_counts {
    uint64_t sightings;   /* copies of messages that were known already */
    uint64_t strays;      /* replies that fit no query, though one was open on their addresses */
    uint64_t early;       /* let go before their time because the ceiling was met */
    uint64_t refused;     /* not kept at all for the same reason */
    uint64_t connections; /* of clients, that failed or were never used: in no session */
    size_t open, used_bytes; /* by now */
};
struct wire_counts wire_counts(const struct wire *wire);

/* What an input shows: one direction only where queries or responses are 0. */
struct directions {
    uint64_t queries, responses;
    uint64_t repeats; /* queries that stubs sent again */
    uint64_t copies;  /* further sightings of queries in the same input: it shows several places */
    uint64_t forwarded; /* queries that servers sent */
    int64_t first, last; /* messages; WHEN_NONE */
    int64_t searched;    /* the end for which `next` is known */
    uint32_t next;       /* 1 + the input that goes on where this one ends (a rotated capture); 0 */
};
struct directions wire_directions(const struct wire *wire, uint32_t input);
/* Where an input was captured, as far as its messages tell. */
enum vantage { VANTAGE_UNKNOWN, VANTAGE_CLIENT, VANTAGE_SERVER, VANTAGE_NODE };
enum vantage wire_vantage(const struct wire *wire, uint32_t input);

/* What ended in one input before it began in another: their clocks differ. */
struct wire_skew {
    uint64_t n;
    int64_t most_ns;
    uint32_t began, ended; /* the inputs, where it was most */
};
struct wire_skew wire_skew(const struct wire *wire);
/* Whether one of INPUTS (bits as in struct exchange), or what goes on with it, shows something at
 * WHEN or later. */
bool wire_goes_on(struct wire *wire, uint64_t inputs, int64_t when);

#endif
