// SPDX-License-Identifier: BSD-2-Clause
#ifndef SESSION_LIVE_H
#define SESSION_LIVE_H
/*
 * The inside of the session stage: sessions that are still here, the streams that they belong to,
 * and the tables that find them.  Only files of session/ include this.
 */
#include "base/map.h"
#include "base/memory.h"
#include "session/loss.h"
#include "session/session.h"
#include "wire/wire.h"

/* CoreDNS reads an upstream for 2 s a try; a call starts no try later than 5 s after its start. */
#define READ_TIMEOUT_NS (2 * WHEN_SECOND)
#define CALL_DEADLINE_NS (5 * WHEN_SECOND)
/* A session without answer is over when its stream went on for so long behind its newest frame:
 * deadline plus one read timeout. */
#define SETTLE_NS (7 * WHEN_SECOND)
/* It is then held for the proofs of lost frames that come after it. */
#define HOLD_UNANSWERED_NS (10 * WHEN_SECOND)
/* An answered session is held while frames of other connections of the process may come: CoreDNS
 * flushes each once a second, so nested lookups may stand so far apart. */
#define HOLD_ANSWERED_NS (WHEN_SECOND + WHEN_SECOND / 4)
/* How long after the query CoreDNS begins to forward it: 15 us as a rule, 3.3 ms at worst in
 * 1,250 measured cache misses. */
#define FORWARD_DELAY_NS (5 * WHEN_MS)
#define SOON_NS (WHEN_MS / 5) /* 99 of 100 */
/* Sessions that wait for an older one to leave, so that rows leave in the order of their start. */
#define ORDER_WINDOW 256
/* Tries of one forward call from which on it is a retry storm and folded: the deadline leaves room
 * for three that time out and as many that fail at once in between. */
#define STORM_TRIES 8
/* Open sessions of one id (or client) that are looked at for a frame. */
#define CANDIDATES_MAX 64
/* A wait that no session has: the clock was set between its two ends. */
#define ABSURD_NS (300 * WHEN_SECOND)
/* So many events in a row far behind the clock: it was set back (or what set it was damaged). */
#define BEHIND_SURE 16
/* A quiet stream is taken as ended when the others have gone on for so long. */
#define QUIET_NS (60 * WHEN_SECOND)

/* Frames before the asker of upstream frames is taken for a socket of CoreDNS, or for the client. */
#define ASKER_SURE 8

enum asker { ASKER_UNKNOWN, ASKER_CLIENT, ASKER_SOCKET };

/* A silence that is unusual for its stream. */
struct silence {
    int64_t start, end;
    bool bridged; /* work from before it was finished behind it: the process only stood still */
};
#define SILENCES_MAX 16
/* Starts of a configuration (process start, reload) that are remembered. */
#define BEGINNINGS_MAX 32

/* An upstream as one stream uses it. */
struct path {
    int64_t answered;    /* when it last did, by the stream's clock; WHEN_NONE */
    uint32_t unanswered; /* queries tapped without a reply since then */
};
#define PATHS_MAX 256
/* Streams that are followed in all: later ones go without what takes much memory. */
#define STREAMS_FULL 64
/* The loop probe of a new process comes so soon behind its first work. */
#define PROBE_NS (3 * WHEN_SECOND)

/* One CoreDNS process as far as identity and version tell them apart. */
struct stream {
    struct server_facts facts;
    uint32_t index;
    uint32_t coredns; /* stated version number, 0: none */
    char *version;    /* as stated, whole */
    size_t identity_len, version_len;
    bool stated;       /* it states an identity or a version: 1.9.4 or later */
    bool late;         /* 1.8.1 or earlier: client frames are written after the reply */
    bool timeless;     /* 1.7.1 or earlier: query times of answered messages are not kept */
    bool no_ra;        /* some upstream answers without RA */
    bool stale;        /* an answer was seen although no upstream replied */
    bool renames;      /* forwarded names differ from the clients' (rewrite, autopath) */
    bool tcp_upstream; /* work of UDP clients is forwarded over TCP here */
    uint32_t asker_hits, asker_misses; /* upstream frames whose asker is, is not a known client */
    int64_t first;                     /* first event of this epoch */
    int64_t clock;                     /* newest event */
    int64_t gap_end;                   /* end of the newest silence over 2 s */
    uint32_t input, connection;        /* of the frame that moved the clock last */
    uint32_t behind,
        ahead; /* frames in a row far from the clock: it stepped, or they are damaged */
    struct silence silences[SILENCES_MAX];
    uint32_t n_silences;
    int64_t beginnings
        [BEGINNINGS_MAX]; /* a configuration was started: what was open before is not tapped on */
    uint32_t n_beginnings;
    int64_t lone_failure; /* a call gave up after one try: every upstream was held to be down */
    struct map *paths;    /* by upstream */
    struct live *
        unbounded; /* its newest upstream query waits for the next event, which bounds when it was written */
    struct loss loss;
    bool cold; /* its start was seen: what its cache holds was forwarded since */
    int64_t cold_since;
    struct map *forwarded; /* questions forwarded since; NULL where that is not known */
    struct host *host;     /* its address in packets, where both tell of a session; NULL */
};

/* A session that is still here.  What walks along chains and the wheel look at stands first, in 64
 * octets. */
struct live {
    struct live *next_client, *next_id;   /* chains of the two indexes, newest first */
    struct live **client_link, **id_link; /* what points here in them; NULL where in none */
    struct stream *stream;
    int64_t newest; /* its newest event: of an upstream query, the start of its call */
    uint32_t client_hash, id_hash, name_hash;
    uint8_t copies; /* sightings of its query in one input (two taps of one process) */
    bool query_seen : 1, answered : 1, own_call : 1, crowded : 1, walked_on : 1, proven : 1;
    bool refresh : 1, edge : 1, probe : 1, payload : 1;
    bool quick : 1;        /* its only upstream query was written sooner than a read timeout */
    bool healthy : 1;      /* to an upstream that had just answered */
    bool walking : 1;      /* the newest query of its client and type, and without answer */
    bool parked : 1;       /* looked at again only when it must be over */
    bool query_proven : 1; /* its query's frame is counted as lost */
    bool passed_on : 1;    /* asked of another server, whose session tells */
    bool chained : 1;      /* known by its question */
    bool taken : 1;        /* settled, and waiting for its twin */
    bool stepped : 1;      /* the clock was set while it was open: its times do not compare */
    struct session s;
    struct live *older, *newer; /* all that are here, by arrival */
    struct live **due;          /* its place in the wheel; NULL: none */
    struct attempt *last_attempt;
    int64_t written; /* stream's clock at its newest frame */
    int64_t bounded; /* the next event behind its newest upstream query: written by then */
    struct exchange *twin; /* the packets of its query, which it leaves with; NULL: none */
    uint32_t calls;  /* forward calls so far */
    uint32_t bounded_tries; /* tries when that came */
    uint16_t answer_flags, detail_len;
    uint8_t passed_outcome; /* of the newest query passed on */
};

#define WHEEL_SLOTS 256
#define WHEEL_SLOT_NS (WHEN_SECOND / 4)
/* Sessions of a slot of the wheel, in blocks of 512 octets: read one behind another, so that those
 * to come can be fetched meanwhile. */
#define BLOCK_SESSIONS 62
struct block {
    struct block *next;
    size_t n;
    struct live *live[BLOCK_SESSIONS]; /* NULL: taken out */
};

struct index {
    struct live **bucket;
    uint32_t mask;
    size_t n;
};

/* A settled session that waits for its turn. */
struct waiting {
    int64_t start;
    uint64_t number;
    struct live *live;
};

/* The last query of a client and type, to see it walk its search list. */
struct walk {
    struct live *live;
    uint32_t tag; /* of client, type and stream */
};
#define WALK_SLOTS 8192

struct sessions {
    struct session_options options;
    struct pool pool;
    struct index by_client, by_id;
    struct live *oldest, *newest;
    struct block *slot[WHEEL_SLOTS];
    int64_t wheel;         /* slots before this number are done; WHEN_NONE before the first */
    struct waiting *ready; /* heap by start */
    size_t n_ready, ready_room;
    struct live *lent;
    struct map *stream_map;
    struct stream **streams;
    size_t n_streams;
    struct stream *last_stream;
    struct walk *walks;
    struct recents *recents;
    struct chain *chain;
    struct zones *zones;
    struct loss *input_loss; /* by input, as the report tells it */
    size_t n_input_loss;
    int64_t clock; /* newest event of all streams */
    uint64_t numbers;
    struct session_counts counts;
    struct live *touched; /* by the newest message */
    bool full;            /* the pool had no room for a session */
    struct wire *wire;    /* what packets show; NULL until one comes */
    struct wire_role *roles; /* that wire was told */
    struct tags *tags;    /* NULL: nobody asks for them */
};

/* session.c */
/* A frame of STREAM, written about WHEN, is provably lost. */
void sessions_prove_loss(struct sessions *sessions, struct stream *stream, int64_t when,
                         uint32_t input);
/* A frame written some time before WHEN is: in the newest silence that nothing else explains. */
void sessions_prove_earlier_loss(struct sessions *sessions, struct stream *stream, int64_t when,
                                 uint32_t input);

/* table.c */
struct live *live_new(struct sessions *sessions, struct stream *stream,
                      const struct message *message, int64_t start);
void live_index_client(struct sessions *sessions, struct live *live);
void live_index_id(struct sessions *sessions, struct live *live);
struct live *live_of_client(const struct sessions *sessions, const struct stream *stream,
                            const struct endpoint *client, uint16_t id);
struct live *live_of_id(const struct sessions *sessions, const struct stream *stream, uint16_t id);
/* The others of the same client and id (or, for live_next_id, of the same id), newest first; what
 * is found by hash must be compared. */
struct live *live_beside(const struct sessions *sessions, const struct live *live);
struct live *live_next_client(const struct live *live);
struct live *live_next_id(const struct live *live);
void live_set_name(struct sessions *sessions, struct live *live, const struct dns_message *dns);
void live_set_detail(struct sessions *sessions, struct live *live, const struct dns_message *dns);
struct attempt *live_add_attempt(struct sessions *sessions, struct live *live);
void live_unlink(struct sessions *sessions, struct live *live);
void live_free(struct sessions *sessions, struct live *live);
bool live_same_client(const struct live *live, const struct stream *stream,
                      const struct message *message);
bool live_same_question(const struct live *live, const struct dns_message *dns);
void index_init(struct index *index);

/* Has the octets of LIVE fetched, for use a little later. */
void live_fetch(const struct live *live);

/* stream.c */
struct stream *stream_of(struct sessions *sessions, const struct message *message);
void stream_tick(struct sessions *sessions, struct stream *stream, const struct message *message);
enum asker stream_asker(const struct stream *stream);
void stream_probe(struct stream *stream, int64_t when);
/* Whether the configuration or process that worked at WHEN was replaced before a session of that
 * time must be over. */
bool stream_replaced_after(const struct stream *stream, int64_t when);
/* NULL where too many upstreams are known already. */
struct path *stream_path(struct stream *stream, const struct endpoint *upstream);
void stream_free(struct stream *stream);
/* The server that a query in packets was put to, or that asked it. */
struct stream *stream_of_exchange(struct sessions *sessions, const struct exchange *exchange);
/* Something of it was seen then (WHEN_NONE: nothing). */
void stream_seen(struct stream *stream, int64_t start, int64_t end);

/* pair.c: the client leg */
void pair_query(struct sessions *sessions, struct stream *stream, const struct message *message);
void pair_response(struct sessions *sessions, struct stream *stream, const struct message *message);

/* nest.c: lookups of CoreDNS inside a session, clients on their search path */
void nest_answered(struct sessions *sessions, struct live *outer);
void nest_leaving(struct sessions *sessions, struct live *live);
/* INNER has its answer, and what it is inside of may have left its frames before. */
void nest_inside(struct sessions *sessions, struct live *inner);
void walk_query(struct sessions *sessions, struct live *live);
void walk_forget(struct sessions *sessions, struct live *live);

/* join.c: the upstream leg */
void join_message(struct sessions *sessions, struct stream *stream, const struct message *message);
/* LIVE got its answer, or never will: takes over the work that was seen without its client
 * (<= 1.8.1, where that is written first, or because the query's frame is lost). */
void join_adopt(struct sessions *sessions, struct live *live);

/* chain.c: caches in front of CoreDNS that are tapped, too */
struct chain *chain_new(void);
void chain_free(struct chain *chain);
/* LIVE has just been asked. */
void chain_query(struct sessions *sessions, struct live *live);
/* LIVE leaves: with a parent, where its client is known to be such a cache. */
void chain_leaving(struct sessions *sessions, struct live *live);

/* recent.c: answers from the cache in the last seconds, to know a refresh behind one */
struct recents *recents_new(void);
void recent_add(struct sessions *sessions, const struct live *live);
/* Whether the call of MESSAGE began less than MOST from an answer from the cache to its question
 * and id (without messages: to its client). */
bool recent_is(const struct sessions *sessions, const struct stream *stream,
               const struct message *message, int64_t most);

/* cold.c: what was forwarded since a process started with an empty cache */
/* A process may start at WHEN: what is forwarded from here on is kept. */
void cold_begin(struct stream *stream, int64_t when);
/* It did start then. */
void cold_known(struct stream *stream);
/* The stream's clock stands at WHEN: without a sign of a start nothing more is kept. */
void cold_tick(struct stream *stream, int64_t when);
void cold_end(struct stream *stream);
void cold_forwarded(struct stream *stream, const uint8_t *name, size_t len, uint16_t type);
/* No forward of this question was tapped, though the cache began empty. */
bool cold_never_forwarded(const struct stream *stream, const struct session *session);

/* attempt.c */
struct attempt *attempt_query(struct sessions *sessions, struct live *live,
                              const struct message *message);
void attempt_response(struct sessions *sessions, struct live *live, const struct message *message);
/* Starts, latencies and outcomes, once nothing more can come. */
void attempts_settle(struct sessions *sessions, struct live *live);

/* packet.c: sessions from packets */
void packet_session(struct sessions *sessions, const struct exchange *root);

/* fuse.c: sessions that dnstap and packets show */
/* LIVE has a client's query: ties it to the packets of that query. */
void fuse_link(struct sessions *sessions, struct live *live);
/* LIVE has its answer. */
void fuse_answered(struct live *live);
/* LIVE leaves with the packets of its query. */
bool fuse_waits(const struct live *live);
/* LIVE, without a client in dnstap, is part of what packets show. */
bool fuse_is_seen(const struct live *live);
/* What a server asked without a client is told by dnstap. */
bool fuse_is_tapped(const struct exchange *exchange);
/* Who answered, and which attempts were made, before the verdict on LIVE; and what else dnstap
 * tells, behind it: the sessions that dnstap shows are gone then. */
void fuse_attempts(struct sessions *sessions, struct live *live, const struct exchange *root);
void fuse_verdict(struct sessions *sessions, struct live *live, const struct exchange *root);
void fuse_forget(struct sessions *sessions, const struct exchange *root);
/* The packets of ROOT are no session: those that dnstap shows stand for themselves again. */
void fuse_let_go(struct sessions *sessions, const struct exchange *root);

/* tags.c: what is known of each message */
struct tags *tags_new(void);
void tags_free(struct tags *tags);
/* MESSAGE was taken in just now. */
void tags_met(struct sessions *sessions, const struct message *message);
/* LIVE, which dnstap shows, leaves; where packets show it, too, they are those of FAMILY, whose first
 * is ROOT. */
void tags_tapped(struct sessions *sessions, const struct live *live);
void tags_fused(struct sessions *sessions, const struct live *live, const struct exchange *root,
                const struct exchange *member);
/* LIVE is gone, for packets tell of it better. */
void tags_dropped(struct sessions *sessions, const struct live *live);
/* The exchanges of ROOT are LIVE (NULL: no session). */
void tags_packets(struct sessions *sessions, const struct live *live, const struct exchange *root);

/* status-packet.c */
void status_packet(struct sessions *sessions, struct live *live, const struct exchange *root);

/* status.c */
/* By the rcode of the answer. */
void status_answered(struct live *live);
enum realm status_realm(struct sessions *sessions, const struct live *live);
void status_prove(struct sessions *sessions, struct live *live);
void status_settle(struct sessions *sessions, struct live *live, bool at_end);

/* settle.c: when a session leaves */
/* The order in which settled sessions leave: by start, then by arrival. */
static inline bool settle_before(const struct waiting *a, const struct waiting *b)
{
    return a->start != b->start ? a->start < b->start : a->number < b->number;
}
void settle_schedule(struct sessions *sessions, struct live *live, int64_t due);
/* Puts a settled session among those that wait for their turn. */
void settle_ready(struct sessions *sessions, struct live *live);
void settle_advance(struct sessions *sessions);
void settle_stream(struct sessions *sessions, struct stream *stream, int64_t until);
void settle_all(struct sessions *sessions);
/* The clock of STREAM was set to WHEN: what is open goes on from there. */
void settle_rebase(struct sessions *sessions, struct stream *stream, int64_t when);
/* Settles LIVE, if it is not, for another session that it becomes part of. */
void settle_take(struct sessions *sessions, struct live *live);
/* Takes a session away that has become part of another. */
void settle_forget(struct sessions *sessions, struct live *live);
/* Makes room by letting the oldest session go before its time. */
void settle_oldest(struct sessions *sessions);

/* roles.c: what wire is told of addresses when packets begin at WHEN; to be freed */
struct wire_role *roles_find(const struct session_options *options, int64_t when, size_t *n);

/* zones.c: which zones are the cluster's */
struct zones *zones_new(void);
void zones_free(struct zones *zones);
/* What the Corefiles of the cluster say; NULL: nothing. */
void zones_read(struct zones *zones, const struct cluster *cluster);
void zones_learn(struct zones *zones, const uint8_t *name, size_t len);
bool zones_cluster(const struct zones *zones, const uint8_t *name, size_t len);

#endif
