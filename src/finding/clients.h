// SPDX-License-Identifier: BSD-2-Clause
#ifndef FINDING_CLIENTS_H
#define FINDING_CLIENTS_H
/* What clients and their lookups show, in parts.  Private to the files of this group and their
 * tests. */
#include "finding/inside.h"

/* Lookups that a lost datagram held up, as finding_next_rows() takes it. */
#define STALLED_ROWS "stalls||waited_ms>=1s"

/* --- spells.c: bad events that come close to one another --- */

struct spell {
    int64_t first, last;
    uint64_t events, from, to; /* the base's count at the first and the last event */
};
/* A rate is judged of the whole capture, and of each spell: a minute of trouble in a day of quiet is
 * one, too. */
struct spells {
    struct spell now;
    struct spell whole, guilty; /* all events; those of spells whose rate is surely over RATE */
    uint64_t spells;            /* of them */
    double rate;
};
/* BASE: how many there were so far, good or bad. */
void spells_event(struct spells *spells, int64_t when, uint64_t base);
/* The events that count: of the whole where that is surely over the rate, else of the guilty spells;
 * WHOLE is the base at the end.  False: of none. */
bool spells_judge(const struct spells *spells, uint64_t whole, struct spell *result);

/* --- losses.c: datagrams that did not arrive --- */

/* How many lookups' queries came in vain, by what they were. */
struct losses {
    uint64_t lookups, at_server;  /* all; those seen at CoreDNS's side */
    uint64_t pairs, lone;         /* sent at once from one port; any other query */
    uint64_t early;               /* of pairs: the second came before the first's answer */
    uint64_t first, second, both; /* of pairs, the one that was lost */
    uint64_t lone_lost, answers;  /* others; answered in time, and asked again */
    uint64_t hard, soft;          /* lookups that prove a loss; that got no answer at all */
    struct spells retries;        /* of lookups */
    struct map *ways;             /* struct way by client */
    struct way *way;              /* the one used last */
    uint64_t datagrams;           /* that crossed or were lost between two places */
    struct spells path;
    bool crossing;        /* the capture looks at two places */
    uint64_t wide_inputs; /* inputs that look at two places by themselves: a node's */
};
void losses_init(struct losses *losses);
void losses_done(struct losses *losses);
void losses_session(struct findings *findings, const struct session *session,
                    struct charge *charge);
void losses_lookup(struct findings *findings, const struct lookup *lookup, enum harm harm,
                   struct charge *charge);

#define LOST_SHARE 0.005 /* of the datagrams, surely more */

struct way {                     /* between the two places, of one client */
    uint64_t crossed, uncrossed; /* queries; not seen at the second place, but answered */
    uint64_t query_lost, answer_lost;
    uint64_t inputs;     /* that show it, as struct session's */
    struct endpoint end; /* of the client, port 0; where it is only one that lost something */
};
/* Lost queries and answers of clients whose queries are seen at both places as a rule. */
struct way losses_on_path(const struct losses *losses);
/* Of those that point to KIND, what has no evidence of its own. */
struct suspect *losses_soft(struct findings *findings, enum finding_id id);

/* --- names.c --- */

/* How long a negative answer may be kept: CoreDNS's cache keeps none longer than 30 min, in the
 * cluster's zone 30 s (the usual `cache 30`); other zones' SOA tell. */
#define DENIAL_NS (30 * WHEN_SECOND)

struct missing_once { /* a lookup that found nothing under any name */
    uint32_t mark;    /* of the host */
    uint16_t type;    /* asked for alone; 0: both addresses */
    int64_t when;
    uint64_t client; /* 0: none */
};
struct asked_host { /* by what applications asked for */
    uint64_t missing;
    int64_t first;              /* of them */
    struct missing_once newest; /* of them */
    struct crowd clients;
    uint32_t uses; /* the fewer, the sooner it is forgotten */
    bool found;    /* some name of it exists */
    uint8_t service_len;
    uint8_t *service; /* that name, where it is a service's; NULL */
};
struct gone_name {       /* a name that did not exist */
    uint64_t n;          /* lookups that were told so */
    uint64_t after;      /* of them, behind FOUND: another replica may still remember */
    uint64_t late;       /* longer behind it than any cache remembers */
    int64_t first, last; /* of them */
    int64_t found;       /* when it was first seen to exist; WHEN_NONE */
    uint32_t uses;       /* the fewer, the sooner it is forgotten */
};
#define GONE_TOLD 3 /* lookups that were told so; fewer are chance */
/* What was found or missing, without its name: a host is put into the table of hosts when it comes up
 * again, or while there is room. */
#define NAME_MARKS 16384 /* what is looked at for every lookup stays in the nearest cache */
#define NAME_ONCE 4096
struct names {
    struct map *hosts, *gone;
    uint16_t *found;               /* NAME_MARKS: 12 more bits of the hash, 4 of a count */
    uint8_t *missing, *gone_marks; /* NAME_MARKS bits: of hosts, of names */
    struct missing_once *once;     /* NAME_ONCE, by mark: hosts that were missing once */
    uint64_t folded_hosts, folded_gone;
    bool gone_full;                       /* of names that came to be */
    uint64_t queries;                     /* of all lookups */
    uint64_t walks, walk_queries, wasted; /* lookups that went over two missing names or more */
    uint64_t walks_outside; /* of them, that ended with the name as it was asked for */
};
void names_init(struct names *names);
void names_done(struct names *names);
void names_lookup(struct findings *findings, const struct lookup *lookup, enum harm harm);

/* --- storms.c --- */

#define STORM_TIMES 5    /* as often as in quiet times */
#define STORM_REPEATS 10 /* in a second: fewer harm nobody */
#define STORM_QUIET 5    /* seconds without, at least, to compare with */
#define STORM_LEVELS 20
#define FAILED_HOSTS 8 /* that are remembered of a client, and how long */
#define FAILED_NS (60 * WHEN_SECOND)

struct failed_host {
    uint64_t host;
    int64_t when;
};
struct storm { /* seconds with so many repeats of what failed */
    uint64_t seconds, queries, repeats;
    int64_t first, last;
};
void storm_add(struct storm *to, const struct storm *storm);
struct asking_client { /* that had a failure, a truncated answer, or asked by TCP */
    struct endpoint end;
    uint64_t by_tcp, truncated;  /* queries by TCP, truncated answers by UDP */
    uint64_t cut;                /* lookups left with one, since it last asked by TCP */
    int64_t second, second_last; /* the one that runs: when it began, its newest lookup */
    uint64_t queries, repeats;   /* of lookups that failed in it; for hosts that had failed */
    uint64_t n_failed;
    struct failed_host failed[FAILED_HOSTS];
    struct storm *storms; /* STORM_LEVELS, by the binary logarithm of their rate; NULL: none */
    double quiet;         /* queries a second otherwise; known at the end */
};
struct asking {
    struct map *clients;
    struct asking_client *here; /* the one used last */
    uint64_t folded;
};
void asking_init(struct asking *asking);
void asking_done(struct asking *asking);
void asking_session(struct findings *findings, const struct session *session);
void asking_lookup(struct findings *findings, const struct lookup *lookup, enum harm harm,
                   struct charge *charge);
/* At the end: the seconds in which the client asked over STORM_TIMES its quiet rate. */
struct storm asking_storm(struct asking_client *client, const struct report *report);

/* --- the whole --- */

/* What CoreDNS itself did in that time, as found guilty: restarted, silent, short of CPU; NULL.  A
 * query that comes in while it is away looks lost, and what waits for it is slow. */
struct finding_row *client_excuse(const struct findings *findings, int64_t first, int64_t last);

struct client_evidence {
    struct losses losses;
    struct names names;
    struct asking asking;
};

#endif
