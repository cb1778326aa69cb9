// SPDX-License-Identifier: BSD-2-Clause
#ifndef LOOKUP_LOOKUP_H
#define LOOKUP_LOOKUP_H
/*
 * Lookups: what an application waited for.  One getaddrinfo asks for A and AAAA, tries the name with
 * each suffix of the search list, and asks again where no answer comes; the sessions of all that are
 * one lookup (packets.md sections 4 and 7).  Sessions are pushed in, lookups are pulled out in the
 * order in which they began.  A session is lent: what is needed of it is kept by value.  Memory is
 * bounded by the ceiling, beyond which the oldest lookup leaves before its time.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/bytes.h"
#include "base/field.h"
#include "base/when.h"
#include "session/session.h"

enum lookup_outcome {
    LOOKUP_RESOLVED,
    LOOKUP_NOT_FOUND,
    LOOKUP_FAILED,
    LOOKUP_TIMED_OUT,
    LOOKUP_UNKNOWN,
    LOOKUP_OUTCOMES
};

/* Who asked, by its habits (packets.md section 4.1). */
enum stub { STUB_UNKNOWN, STUB_GLIBC, STUB_MUSL, STUB_GO, STUBS };
enum stub_why {
    STUB_WHY_NOTHING,
    STUB_WHY_TIMER_GLIBC, /* 5 s, the same port and id */
    STUB_WHY_TIMER_MUSL,  /* 2.5 s */
    STUB_WHY_TIMER_GO,    /* 5 s, another port and id */
    STUB_WHY_TWO_PORTS,
    STUB_WHY_SEQUENTIAL,
    STUB_WHY_IDS_NEAR,
    STUB_WHY_IDS_APART,
    STUB_WHY_CLIENT, /* as the client's other lookups */
    STUB_WHYS
};

/* What came of asking for one type of one name. */
enum lookup_result {
    RESULT_NONE,    /* no answer, and this capture would show it */
    RESULT_HIDDEN,  /* no answer, but CoreDNS does not tap those that it makes itself */
    RESULT_UNKNOWN, /* not known: frames are lost, the capture begins or ends there */
    RESULT_FOUND,   /* records of that type */
    RESULT_EMPTY,   /* the name exists, without that type */
    RESULT_MISSING, /* NXDOMAIN */
    RESULT_CUT,     /* truncated, without a record that could be used */
    RESULT_ERROR,   /* another rcode */
};

struct lookup_query {
    int64_t first, last; /* when it was asked, first and last */
    int64_t answered; /* the first answer behind the last time; RESULT_HIDDEN: it came no earlier;
                            WHEN_NONE */
    uint16_t type, rcode; /* RCODE_NONE */
    uint16_t id, port;    /* when it was asked last */
    uint16_t asked;       /* how often; 65535: or more */
    uint16_t addresses;   /* in the answer */
    uint8_t result;       /* enum lookup_result */
    uint8_t tries;        /* when it was asked last: of upstreams, without an answer that is here */
    bool truncated : 1;   /* the answer is */
    bool first_lost : 1;  /* the first time no answer came until it was asked again, or ever */
    uint8_t lost : 3;     /* how often no answer came to the client; 7: or more */
    uint8_t
        again : 3; /* how often it was asked again by a stub's timer though it had been answered;
                             7: or more */
};

struct lookup_step { /* one name that was tried */
    struct lookup_step *next;
    struct lookup_query query[2]; /* A and AAAA in the order of asking, or one of any type */
    const uint8_t *name;          /* wire form, lower case */
    uint8_t n, name_len;
    bool name_apart : 1; /* it lies in memory of its own */
    bool pair : 1;       /* both were sent at once from one port */
    bool half : 1; /* so, but the second of query[] came only when the stub's timer had run out */
};

#define LOOKUP_STEPS_MAX 16 /* kept; the counts are exact */
#define LOOKUP_SESSIONS_MAX 32
#define LOOKUP_STALLS_MAX 16

/* One settled lookup, lent until the next lookups_next.  All times in ns; WHEN_NONE: not known. */
struct lookup {
    int64_t start, end;     /* end: of the last answer that it waited for; WHEN_NONE without */
    int64_t waited_ns;      /* a proven lower bound where not exact; WHEN_NONE */
    struct endpoint client; /* address, and port of the first query */
    uint32_t server;        /* of the first session, as there */
    uint64_t number;        /* that of its first session */
    const struct lookup_step *steps;
    uint32_t n_steps, n_sessions, n_stalls; /* all of them, kept or not */
    uint32_t queries;                       /* sent, repeats included */
    uint32_t wasted;  /* of them, for names that do not exist, tried before the one that does */
    uint16_t type[2]; /* asked for: in the order of asking; 0: only one */
    uint8_t outcome;  /* enum lookup_outcome */
    bool waited_exact : 1;
    bool sample_loss : 1, capture_edge : 1; /* some session is */
    bool chosen : 1;                        /* some session was added as chosen */
    bool at_server : 1;                     /* as the sessions */
    const struct open *open;                /* for the functions below */
    const struct lookups *of;
};

/* The rest is worked out where it is asked for. */

/* What the application asked for: wire form, lower case. */
struct slice lookup_host(const struct lookup *lookup);
/* Which stub asked, likely; *WHY tells by what. */
enum stub lookup_stub(const struct lookup *lookup, enum stub_why *why);
/* The numbers of its sessions that are kept, the oldest first. */
size_t lookup_sessions(const struct lookup *lookup);
uint64_t lookup_session(const struct lookup *lookup, size_t i);
/* How long the stub's timer ran each time before it asked again, as far as that is kept. */
size_t lookup_stalls(const struct lookup *lookup);
int64_t lookup_stall(const struct lookup *lookup, size_t i);
/* Whether GAP is what a stub's timer takes, and nothing else as a rule. */
bool lookup_is_timer(int64_t gap);
/* The rcode that decided on a step; RCODE_NONE. */
uint16_t lookup_step_rcode(const struct lookup_step *step);
bool lookup_is_slow(const struct lookup *lookup, int64_t slow_ns);

struct lookup_options {
    size_t ceiling_bytes;
};

struct lookups;
struct lookups *lookups_new(const struct lookup_options *options);
void lookups_free(struct lookups *lookups);
/* WATERMARK: sessions_watermark().  CHOSEN: a filter keeps it; it is looked at all the same.  Sessions
 * that stand in no figure, or that show no question, are passed over.  What lookups_next has is to be taken after each call. */
void lookups_add(struct lookups *lookups, const struct session *session, int64_t watermark,
                 bool chosen);
/* No more sessions will come: everything settles. */
void lookups_end(struct lookups *lookups);
/* The next settled lookup; NULL: none for now. */
const struct lookup *lookups_next(struct lookups *lookups);
/* Nothing that starts before this time will leave any more, but for sessions that come late: use as a
 * hint for bounded ordering.  WHEN_NONE: not known yet. */
int64_t lookups_watermark(const struct lookups *lookups);

struct lookup_counts {
    uint64_t early;   /* let go before all was known that may belong to them: the ceiling was met */
    uint64_t brief;   /* the same, but all had been answered: only a lost answer was waited for */
    uint64_t refused; /* sessions that are in no lookup for the same reason */
    uint64_t nameless; /* sessions that are in no lookup since they show no question */
    size_t open, used_bytes;
};
struct lookup_counts lookups_counts(const struct lookups *lookups);

extern const struct word lookup_outcome_words[LOOKUP_OUTCOMES], stub_words[STUBS];
extern const char *const stub_why_texts[STUB_WHYS];

/* Rows for the table of lookup/fields.c. */
struct lookup_row {
    const struct lookup *lookup;
    int64_t slow_ns;
    const struct cluster *cluster; /* NULL: no names */
};
extern const struct field_table lookup_fields; /* row: struct lookup_row */

#endif
