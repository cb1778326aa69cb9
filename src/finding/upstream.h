// SPDX-License-Identifier: BSD-2-Clause
#ifndef FINDING_UPSTREAM_H
#define FINDING_UPSTREAM_H
/* What the findings about upstreams share.  Private to them and their tests. */
#include "base/lru.h"
#include "finding/inside.h"

/* --- upstream-faults.c: what went wrong with one attempt --- */
enum fault {
    FAULT_NONE,     /* answered */
    FAULT_WRONG,    /* answered something else */
    FAULT_LATE,     /* answered when CoreDNS had given up */
    FAULT_REFUSED,  /* nobody listens there */
    FAULT_CONNECT,  /* no connection, or none that lasts */
    FAULT_SILENT,   /* no answer */
    FAULT_DOUBTFUL, /* silent or refused: how long it took is not known */
    FAULT_ERROR,    /* answered with an rcode that no client can use */
    FAULT_UNKNOWN,  /* it did not end in this capture, or how is not known */
    FAULTS
};
enum fault fault_of(const struct attempt *attempt);
/* CoreDNS waited for it in vain, until its read timeout. */
bool fault_is_slow(enum fault fault);
/* It tells whether the upstream answers this server at all. */
bool fault_is_silence(enum fault fault);

/* --- upstream-paths.c: what each server sees of each upstream --- */
/* Latencies are counted by quarters of an octave from 1 ms on, to 4 s: what is faster or slower goes
 * with the first or last. */
#define PATH_BINS 50
/* A capture of a minute has a bucket each second; their width doubles when it grows. */
#define PATH_BUCKETS 128
#define PATH_SLOW_NS (WHEN_SECOND / 10) /* no attempt that is faster is slow */

struct path_bucket {
    int64_t first_slow, last_slow; /* when attempts over PATH_SLOW_NS began; WHEN_NONE */
    uint32_t ended, silent;        /* attempts; of them without reply */
    uint32_t bin[PATH_BINS];       /* exact latencies */
};

struct upstream_path {
    struct endpoint end;
    uint32_t server;
    uint64_t fault[FAULTS];   /* attempts; FAULT_NONE: good ones */
    uint64_t refreshed;       /* of those that ended, refreshes of the cache */
    uint64_t tries;           /* of the failed ones, tries: more in a storm */
    uint64_t ran_out;         /* sessions whose client asked again meanwhile */
    uint64_t in_row, longest; /* attempts without reply, one after another: now, and at most */
    uint64_t row_session;     /* the session that was counted there last */
    uint64_t quick_row, quick_longest; /* the same of those that were refused or not connected */
    uint64_t sure_row, sure_longest;   /* the same without those of `lone` */
    uint64_t
        lone[FAULTS]; /* in packets, of those without reply: nothing else shows that they failed */
    uint64_t probed;  /* health checks without reply */
    uint64_t felt;    /* errors that reached a client */
    uint64_t sealed;  /* answered, encrypted, and only packets tell of it */
    uint64_t kin;     /* one bit a zone that was asked for, hashed: who is asked for the same */
    uint64_t sampled;
    bool in_packets, tapped;
    uint8_t transports; /* bit i: enum transport i */
    struct path_bucket *buckets;
};

struct upstream_paths {
    struct map *map; /* struct upstream_path by endpoint and server */
    struct upstream_path *near[16];
    unsigned level; /* buckets are 1 s << level wide */
    int64_t first;  /* number of the first bucket; WHEN_NONE before the first attempt */
};
void paths_init(struct upstream_paths *paths);
void paths_done(struct upstream_paths *paths);
/* Counts ATTEMPT of SESSION, and gives its path; NULL where there are too many. */
struct upstream_path *paths_add(struct upstream_paths *paths, const struct session *session,
                                const struct attempt *attempt, enum fault fault);
/* Counts SESSION, a health check. */
void paths_probe(struct upstream_paths *paths, const struct session *session);
/* All paths to that address added up, with buckets of their own (to be freed). */
struct upstream_path paths_sum(const struct upstream_paths *paths, const struct endpoint *end);
void path_sum_done(struct upstream_path *sum);
uint64_t path_ended(const struct upstream_path *path);
/* The first path to each address, one after another; NULL: no more. */
struct upstream_path *paths_next(const struct upstream_paths *paths, size_t *at);
int64_t paths_width_ns(const struct upstream_paths *paths);

/* --- upstream-speed.c --- */
#define SPEED_MIN 20   /* attempts that a percentile needs */
#define SPEED_SLOWER 3 /* times as slow as what it is compared with: slow */
struct speed {         /* latencies, counted as in a bucket */
    uint64_t n, bin[PATH_BINS];
};
void speed_add(struct speed *speed, const struct path_bucket *bucket);
/* The bin of a percentile, nearest rank; what a bin begins with. */
unsigned speed_bin(const struct speed *speed, unsigned per_cent);
int64_t speed_edge(unsigned bin);
/* SLOW is surely SPEED_SLOWER times as slow as USUAL at the 90th percentile, and slow at all. */
bool speed_is_slower(const struct speed *slow, const struct speed *usual);
/* The suspect for the slow attempts of a server: its other ones are for those without reply. */
#define SLOW_SERVER UINT32_C(0x80000000)

/* --- upstream-zones.c: errors of upstreams by the names that were asked for --- */
struct upstream_zones;
struct upstream_zones *zone_errors_new(void);
void zone_errors_free(struct upstream_zones *zones);
/* An upstream answered with an error, or well, for NAME (wire form). */
void zone_errors_bad(struct upstream_zones *zones, const uint8_t *name, size_t len, uint16_t rcode,
                     int64_t when);
void zone_errors_good(struct upstream_zones *zones, const uint8_t *name, size_t len);
struct zone_error {
    uint8_t name[256];
    uint8_t len;
    bool asked_itself;            /* some error was for that very name */
    uint64_t errors, good, later; /* GOOD: before its last error; LATER: behind it */
    uint64_t whole;               /* errors for that very name */
    int64_t first, last;
    uint16_t rcode; /* of the first; RCODE_NONE where they differ */
};
/* The zone that NAME's errors are of, as far as they share one: NULL: none. */
const struct zone_error *zone_errors_zone(const struct upstream_zones *zones, const uint8_t *name,
                                          size_t len);

/* --- upstream-echoes.c: failures that repeat an earlier one, or share its attempts --- */
struct echoes;
struct echoes *echoes_new(void);
void echoes_free(struct echoes *echoes);
/* What the attempts for the question of SESSION, which ended about WHEN, point to; RCODE: the error
 * that an upstream sent, or RCODE_NONE. */
void echoes_note(struct echoes *echoes, const struct session *session, const struct charge *charge,
                 uint16_t rcode, int64_t when);
/* A failed session whose own attempts do not tell why. */
void echoes_charge(const struct echoes *echoes, const struct session *session,
                   struct charge *charge);
/* A lookup whose failed query is tapped without its client (CoreDNS up to 1.8.1). */
void echoes_recall(const struct echoes *echoes, const struct lookup *lookup, struct charge *charge);

/* --- upstream-loops.c: questions that come back --- */
struct loops;
struct loops *loops_new(void);
void loops_free(struct loops *loops);
void loops_session(struct findings *findings, struct loops *loops, const struct session *session,
                   struct charge *charge);
/* Adds the loop that UPSTREAM is in, as far as one was seen. */
void loops_charge(struct loops *loops, const struct endpoint *upstream, struct charge *charge);
struct loop_count {
    uint64_t asked;    /* questions from the upstream's address */
    uint64_t returned; /* of them, while they were waited for from there */
    uint64_t probes;   /* of those, the loop plugin's */
};
struct loop_count loops_of(const struct loops *loops, const struct endpoint *upstream);

struct error_name { /* a domain with errors: the last two labels of names */
    struct suspect *suspect;
    bool felt;         /* a client got such an error */
    uint8_t name[256]; /* the first one */
    uint8_t name_len;
};

struct hidden { /* sessions with attempts over TLS of one server that failed, in a row */
    struct charge charge;
    int64_t when;
    uint32_t server, failed;
};

struct upstream_evidence {
    struct upstream_paths paths;
    struct upstream_zones *zones;
    struct echoes *echoes;
    struct loops *loops;
    struct map *error_names; /* struct error_name by domain */
    struct hidden hidden;
};

/* --- upstream-rows.c: what their rows have in common --- */
/* "172.30.0.53", with the port where it is not 53. */
void add_upstream(struct text *text, const struct endpoint *end);
/* Commands: the attempts behind it (FILTER: such as it keeps; NULL); and where no packets show them, the capture that would. */
void upstream_next(struct findings *findings, struct finding_row *row, const struct endpoint *end,
                   const char *filter, bool in_packets);
/* Of which kind the attempts are of which nobody knows how long they took: as those of the same
 * upstream that are known. */
enum fault upstream_doubtful(const struct upstream_path *sum);
/* What the capture may have missed is taken out of SUM.  True: some of it may be missing. */
bool upstream_doubt(const struct findings *findings, struct upstream_path *sum);
/* The rule of what is told by attempts without reply: three in a row, or surely over 1 %. */
bool upstream_is_silent(const struct upstream_path *sum, enum fault fault, uint64_t attempts);
/* How a kind of silence is told. */
struct silence {
    enum finding_id id;
    enum fault fault;
    const char *left;     /* "Upstream X LEFT 23 attempts without an answer …" */
    const char *evidence; /* what is counted */
    const char *tapped;   /* what dnstap cannot tell it from, as a sentence; or NULL */
};
void silence_judge(struct findings *findings, const struct silence *silence);
/* Each upstream, with what all servers asked of it. */
void upstreams_judge(struct findings *findings,
                     void (*judge_each)(struct findings *findings,
                                        const struct upstream_path *sum));

/* --- upstream-words.c --- */
/* Its row in the report, which counts no refreshes of the cache; NULL: none. */
const struct upstream *upstream_row(const struct findings *findings, const struct endpoint *end);
/* Says in the rows of that kind what the other upstreams did meanwhile, and what to do by that. */
void silence_words(struct findings *findings, enum finding_id id);

#endif
