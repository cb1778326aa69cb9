// SPDX-License-Identifier: BSD-2-Clause
#ifndef SESSION_SESSION_H
#define SESSION_SESSION_H
/*
 * Sessions: one query of a client to CoreDNS with everything that it caused.  Messages are pushed
 * in, settled sessions are pulled out (design: semantics.md section 12, cited in the files).
 * Memory follows what is open: sessions live in a pool with a ceiling.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/field.h"
#include "base/when.h"
#include "cluster/cluster.h"
#include "input/message.h"
#include "wire/wire.h"

enum status {
    STATUS_SUCCEEDED,
    STATUS_FAILED,
    STATUS_SAMPLE_LOSS,
    STATUS_CAPTURE_EDGE,
    STATUS_UNKNOWN,
    STATUSES
};

enum reason { /* in the order of interface.md section 2 */
              REASON_ANSWERED,
              REASON_NXDOMAIN,
              REASON_NODATA,
              REASON_SERVFAIL,
              REASON_REFUSED,
              REASON_FORMERR,
              REASON_NOTIMP,
              REASON_OTHER_RCODE,
              REASON_UPSTREAM_NO_REPLY,
              REASON_UPSTREAM_UNREACHABLE,
              REASON_UPSTREAM_ERROR,
              REASON_WRONG_REPLY,
              REASON_NO_ANSWER,
              REASON_LOST_FRAMES,
              REASON_CAPTURE_START,
              REASON_CAPTURE_END,
              REASON_NO_MESSAGE,
              REASONS
};

enum realm { REALM_CLUSTER, REALM_LOCAL, REALM_CACHE, REALM_UPSTREAM, REALM_UNKNOWN, REALMS };
enum join { JOIN_NULL, JOIN_EXACT, JOIN_UNIQUE, JOIN_AMBIGUOUS, JOIN_TIME, JOIN_NONE, JOINS };
enum outcome {
    OUTCOME_ANSWERED,
    OUTCOME_NO_REPLY,
    OUTCOME_UNREACHABLE,
    OUTCOME_CONNECT_FAILED,
    OUTCOME_WRONG_REPLY,
    OUTCOME_OPEN,
    OUTCOME_UNKNOWN,
    OUTCOMES
};

enum { BIT_CQ = 1, BIT_CR = 2, BIT_FQ = 4, BIT_FR = 8 };

struct word {
    const char *word;
    const char *meaning; /* one sentence */
    const char *advice;  /* one sentence, or NULL */
};
extern const struct word status_words[STATUSES], reason_words[REASONS], realm_words[REALMS],
    join_words[JOINS], outcome_words[OUTCOMES], bitmap_words[16]; /* bitmap: word is the number */
const char *transport_word(enum transport transport); /* "udp" …, NULL when not known */

#define RCODE_NONE 0xffff
#define SESSION_ATTEMPTS_MAX 16 /* kept; `tries` is exact */
#define SESSION_FRAMES_MAX 16
/* An attempt that ended so soon was refused: ICMP and resets are there within a round trip, and
 * nobody sets a read timeout as short as that. */
#define ATTEMPT_QUICK_NS (WHEN_SECOND / 20)
#define SESSION_REPEAT_TIMES_MAX 16 /* kept; `repeats` is exact */

struct attempt {
    struct attempt *next;
    int64_t start;      /* query time as tapped, which all attempts of a forward call share */
    int64_t began;      /* when it began as near as can be told; start where that is exact */
    int64_t latency_ns; /* WHEN_NONE */
    int64_t ended;      /* no later than this by the stream's clock; WHEN_NONE */
    uint64_t frame_query, frame_response; /* first of a folded storm; 0: none */
    uint32_t input_query, input_response;
    struct endpoint upstream;
    uint32_t count;     /* tries folded into this one */
    uint32_t name_hash; /* of the question asked */
    uint16_t type;      /* of the question asked */
    uint16_t rcode;     /* RCODE_NONE */
    uint16_t flags;     /* of the reply */
    uint8_t outcome;    /* enum outcome */
    uint8_t transport : 3;
    bool start_exact : 1; /* it began at start */
    bool latency_exact : 1;
    bool query_lost : 1; /* its query frame is not in the capture */
    bool late : 1;       /* packets: no reply in time, but one when CoreDNS had given up */
    bool other_id : 1;   /* packets: no reply but such with another id, which CoreDNS skips */
    bool quick : 1;      /* without reply, and surely over in less than ATTEMPT_QUICK_NS */
    bool spent : 1;      /* without reply, and surely waited for until CoreDNS gives up */
    bool in_packets : 1; /* packets show it */
};

/* One settled session, lent until the next sessions_next.  All times in ns; WHEN_NONE: not known. */
struct session {
    /* what a row tells */
    int64_t start, end; /* end: when the answer was sent; WHEN_NONE without */
    int64_t waited_ns;  /* WHEN_NONE */
    bool waited_exact;
    uint8_t status, reason, bitmap, realm, join;
    uint8_t transport;
    bool background; /* CoreDNS asked for itself */
    bool internal;   /* caused by another session: `parent` is set */
    bool has_client;
    bool truncated;
    bool authoritative; /* the answer has AA: CoreDNS sets it in what comes from its cache, too */
    bool at_server; /* seen where CoreDNS is: what its client saw is not known */
    struct endpoint client;
    uint16_t id, type, class;
    bool has_id;          /* id is known */
    bool has_question;    /* name, type and class are, too */
    uint16_t rcode;       /* RCODE_NONE */
    uint8_t rcode_source; /* 0 none, 1 client response, 2 upstream response */
    uint8_t unobserved;   /* bits of enum unobserved */
    uint32_t answers;     /* UINT32_MAX: not known */
    uint32_t ttl;         /* UINT32_MAX: not known */
    uint32_t repeats, tries;
    const int64_t *repeat_times; /* when the client asked again, where that is no session of its own;
                                    min(repeats, SESSION_REPEAT_TIMES_MAX) of them, or NULL */
    const uint8_t *name; /* uncompressed wire form, lower case */
    uint8_t name_len;
    uint32_t name_hash;   /* seeded, of the lower-cased name; 0 without */
    const char *identity; /* of the server; NULL */
    struct endpoint server_addr; /* that answered, as near to it as the capture looks; packets only */
    struct endpoint service;     /* that the client asked, where that is another one */
    uint32_t server;      /* index of the server (stream) in sessions_server() */
    struct attempt *attempts;
    uint32_t attempts_kept;
    uint64_t inputs; /* bit i: input i, for i < 63; bit 63: some input from 63 on */
    uint64_t number; /* in order of the query's frames: key() is made of it */
    uint64_t parent; /* number of the parent; 0: none */
    uint64_t frame_query, frame_answer; /* client leg, 0: none */
    uint32_t input_query, input_answer;
    uint16_t n_addresses, n_edes;
    const uint8_t
        *detail; /* addresses (length octet, octets), then EDEs (code be16, length octet, text) */
    /* Packets only: of the query and its repeats that stand for themselves nowhere (255: or more) */
    uint8_t unanswered;  /* never answered, as far as the client's end is seen */
    uint8_t crossed;     /* seen at two places of the way to the server, or more */
    uint8_t query_lost;  /* seen at one place only, and not answered (UDP) */
    uint8_t answer_lost; /* crossed, and the answer was not seen to go on to the client (UDP) */
    bool refused;        /* ICMP said that nobody serves DNS where one of them went */
};

enum unobserved {
    UNOBSERVED_CLIENT_LEG = 1,
    UNOBSERVED_UPSTREAM_LEG = 2,
    UNOBSERVED_CLIENT_ANSWER = 4,
    UNOBSERVED_MESSAGES = 8
};

struct session_options {
    size_t ceiling_bytes; /* for everything kept here */
    int64_t slow_ns;      /* from there on a session is slow */
    const struct wire_role *roles; /* said by the user, each address once; lent */
    size_t n_roles;
    const struct cluster *cluster; /* its Corefile names the zones; lent; NULL: not known */
    bool tags; /* sessions_tag() is asked for */
};

struct sessions;
struct sessions *sessions_new(const struct session_options *options);
void sessions_free(struct sessions *sessions);
void sessions_add(struct sessions *sessions, const struct message *message);
/* Another input holds the message just added, too. */
void sessions_also(struct sessions *sessions, uint32_t input);
/* No more messages will come: everything settles. */
void sessions_end(struct sessions *sessions);
/* The next settled session, in the order of start within a bounded window; NULL: none for now. */
const struct session *sessions_next(struct sessions *sessions);
/* Nothing that starts before this time will leave any more (WHEN_NONE: not known yet); when the
 * window was too small for that it may be passed over: use as a hint for bounded ordering. */
int64_t sessions_watermark(const struct sessions *sessions);

/* CoreDNS processes: those that dnstap tells apart (by identity), and by address those that only
 * packets show. */
#define SERVER_GAPS_MAX 16 /* kept: the first ones and the newest; `restarts` is exact */
struct server_gap { /* last event before a restart, and first behind it */
    int64_t start, end;
};
struct server_facts {
    const char *identity; /* NULL: not stated */
    struct endpoint addr; /* port 0; without address where only dnstap tells of it */
    const char *name;     /* for the report: identity, or the address as text; NULL: neither */
    char version[32];     /* as stated, "" */
    int64_t first_seen, last_seen;
    uint32_t restarts; /* seen by loop probes behind a silence */
    uint32_t reloads;  /* seen by loop probes without one */
    uint64_t frames;
    struct server_gap gaps[SERVER_GAPS_MAX]; /* of the restarts */
    uint32_t n_gaps;
    int64_t reloaded; /* the newest reload; WHEN_NONE */
};
size_t sessions_servers(const struct sessions *sessions);
const struct server_facts *sessions_server(const struct sessions *sessions, size_t i);

/* What is provably lost on the way into an input. */
struct loss_window {
    int64_t start, end;
};
struct loss_facts {
    uint64_t proven;   /* frames that must have been there */
    uint64_t estimate; /* UINT64_MAX: no estimate */
    size_t windows; /* with the silences beside the proofs, which may be part of it */
    const struct loss_window *window;
    int64_t first, last; /* proofs; WHEN_NONE */
};
struct loss_facts sessions_loss(const struct sessions *sessions, uint32_t input);

/* Where packets of an input were captured: "client", "server" (a CoreDNS pod), "node"; NULL: dnstap, or
 * nothing tells. */
const char *sessions_vantage(const struct sessions *sessions, uint32_t input);
/* What ended in one input before it began in another: their clocks differ. */
struct wire_skew sessions_skew(const struct sessions *sessions);

struct session_counts {
    uint64_t settled_early; /* settled before their time because the ceiling was met */
    uint64_t refused;       /* not kept at all for the same reason */
    uint64_t absurd_times;  /* negative or impossible latencies (clock steps): told as null */
    uint64_t sightings;     /* copies of DNS messages that packets show several times */
    uint64_t other_opcodes; /* NOTIFY, UPDATE …: in messages only */
    size_t open, used_bytes;
};
struct session_counts sessions_counts(const struct sessions *sessions);

/*
 * What is known of a message of the capture (its input and frame): of each when it comes, and again
 * when its session settles, which is then the better word.
 */
enum tag_answered { TAG_NOT_ANSWERED, TAG_ANSWERED, TAG_UNKNOWN };
struct message_tag {
    uint64_t frame, copy_of; /* copy_of: it is another sighting of that frame; 0: of none */
    uint64_t session;        /* its number; 0: of none */
    int64_t latency_ns;      /* of a response, since its query; WHEN_NONE */
    uint32_t input, copy_input;
    uint32_t server; /* that tapped it, as in sessions_server(); UINT32_MAX: packets */
    uint16_t id, copy_id; /* of packets, one of which may hold several messages; dnstap: 0 */
    uint8_t leg;     /* enum message_leg; LEG_WIRE: not known */
    uint8_t answered; /* of a query: enum tag_answered */
    bool latency_exact;
    bool settled; /* its session has: there is no better word */
};
/* The next one, lent until the next sessions_add or sessions_next; NULL: none for now. */
const struct message_tag *sessions_tag(struct sessions *sessions);
/* Whether the asker of upstream queries that this server tapped is its own socket. */
bool sessions_taps_sockets(const struct sessions *sessions, uint32_t server);

/* How many repeat_times there are of so many repeats. */
static inline size_t session_repeat_times(uint32_t repeats)
{
    return repeats < SESSION_REPEAT_TIMES_MAX ? repeats : SESSION_REPEAT_TIMES_MAX;
}
bool session_is_slow(const struct session *session, int64_t slow_ns); /* wait known and longer */
/* Whether it stands in the figures: neither background nor internal. */
bool session_in_figures(const struct session *session);

/* Rows for the tables of session/fields.c. */
struct session_row {
    const struct session *session;
    int64_t slow_ns;
    const struct cluster *cluster; /* NULL: no names */
};
struct attempt_row {
    const struct session_row *of;
    const struct attempt *attempt;
};
/* What an endpoint of a session is in Kubernetes when it starts; NULL where that is not known. */
const struct cluster_object *session_client_object(const struct session *session,
                                                   const struct cluster *cluster);
const struct cluster_object *session_server_object(const struct session *session,
                                                   const struct cluster *cluster);
const struct cluster_object *session_upstream_object(const struct session *session,
                                                     const struct attempt *attempt,
                                                     const struct cluster *cluster);
extern const struct field_table session_fields; /* row: struct session_row */
extern const struct field_table attempt_fields; /* row: struct attempt_row, for --view attempts */

#endif
