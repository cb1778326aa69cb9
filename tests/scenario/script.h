// SPDX-License-Identifier: BSD-2-Clause
#ifndef TESTS_SCENARIO_SCRIPT_H
#define TESTS_SCENARIO_SCRIPT_H
/* A script that runs: what the files of the driver share.  Its language: driver.c. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "input/message.h"
#include "lookup/lookup.h"
#include "session/session.h"

#define BASE (INT64_C(1795168800) * WHEN_SECOND) /* second 0: 2026-11-20 10:00:00 */
enum {
    QUERIES = 64,
    WORDS = 40,
    LINE = 2048,
    TIMES = 8,
    ASKED = 256,
    EXPECTED = 128,
    EVENTS = 256
};

struct query {
    char alias[32], name[256];
    enum transport transport;
    struct endpoint client;
    uint16_t id, type;
    int64_t times[TIMES]; /* of its client queries */
    unsigned n_times;
    uint16_t ip_id[2]; /* of its newest packet: query, answer */
};

struct shape { /* of one frame or packet */
    struct message message;
    char name[256];
    uint16_t type, id, flags, rcode, answers, opcode, ede;
    uint32_t ttl;
    bool header_only, stub, bare, no_time;
    unsigned times;
    int also;
    size_t cut; /* octets that are here */
    uint8_t wire[4096];
    size_t len;
};

struct asked { /* the last query of an alias, to an upstream or (without address) to CoreDNS */
    const struct query *query;
    struct endpoint upstream;
    int64_t when;
};

struct record {
    int64_t start;
    uint64_t number;
    uint64_t parent; /* number of the session that caused it, 0: none */
    bool listed, matched;
    char text[LINE];
};

struct ask { /* a query with its answer */
    int64_t when, took;
    const char *alias, *rcode, *transport;
    bool lost, mute, dead, unheard;
    char options[128];
};

struct event { /* a line that waits for its time */
    int64_t when;
    unsigned order;
    char text[LINE];
};

struct line { /* of what came out */
    char *at;
    size_t len;
};

struct script {
    const char *path;
    unsigned line, failures, fills, floods;
    struct sessions *sessions;
    struct session_options options;
    struct lookups *lookups;
    size_t lookup_ceiling;
    uint32_t coredns, input, connection;
    uint16_t ip_id; /* of the newest packet */
    struct wire_role roles[8];
    char identity[64], version[64];
    uint64_t frames[16];
    struct query query[QUERIES];
    struct asked asked[ASKED];
    unsigned n_queries, n_asked, n_expected, n_checks;
    char expected[EXPECTED][LINE], checks[EXPECTED][LINE];
    bool anyorder;
    struct record *records;
    size_t n_records, records_room;
    struct event events[EVENTS];
    unsigned n_events, n_lookups;
    int64_t ends; /* of the capture; 0: some time behind the last event */
    bool at_server, both;
    char lookups_expected[EXPECTED][LINE];
    struct record *told; /* lookups */
    size_t n_told, told_room;
    uint64_t by_status[STATUSES];
};

/* driver.c */
_Noreturn void broken(const struct script *script, const char *what); /* the script is: ends all */
void failed(struct script *script, const char *format, ...) __attribute__((format(printf, 2, 3)));
void statement(struct script *script, const char *text);
void other_client(struct script *script, int64_t when); /* asks, and has its answer */
bool holds(const char *text, const char *word);         /* between blanks */
struct record *record_new(struct script *script, struct record **records, size_t *n, size_t *room);

/* words.c */
struct number_word {
    const char *word;
    uint16_t number;
};
extern const struct number_word types[], rcodes[], transports[], roles[];
uint16_t number_of(const struct script *script, const struct number_word *words, const char *text);
const char *word_of(const struct number_word *words, unsigned number);
unsigned split(char *line, char *words[WORDS]); /* cuts LINE at blanks; how many */
int64_t seconds_of(const char *text);           /* in ns */
int64_t when_of(const char *text);
struct endpoint end_of(const char *text,
                       uint16_t port); /* "1.2.3.4", "[::1]:53"; else no address */

/* shape.c: what a message says */
void shape_begin(struct shape *shape, const struct query *query, bool response);
/* Options of a line; those of no effect on it are taken, too.  WORD is cut in two. */
void shape_option(struct script *script, struct shape *shape, char *word);
void shape_write(struct shape *shape);

/* frame.c: TIME CQ|CR|FQ|FR ... goes into the session stage */
void frame(struct script *script, char **words, unsigned n);
struct query *query_of(struct script *script, const char *alias);
/* The query of fill's or flood's own client NUMBER; its frames: fill's is answered. */
struct query own_query(unsigned number, bool answered);
void own_frames(struct script *script, int64_t when, unsigned number, bool answered);

/* packet.c: TIME q|r|icmp|connect|... goes into the session stage */
bool packet_is(const char *word);
void packet(struct script *script, char **words, unsigned n);
void own_packets(struct script *script, int64_t when, unsigned number, bool answered,
                 const char *server);

/* ask.c */
void ask(struct script *script, char **words, unsigned n);
void play(struct script *script); /* all that was asked */

/* lookup.c */
void lookups_begin(struct script *script);
void lookups_session(struct script *script, const struct session *session);
void lookups_finish(struct script *script);
void lookups_compare(struct script *script);

/* tell.c: what comes out, as lines */
void say(struct line *line, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A number of UNIT with as many decimals as it has. */
void say_time(struct line *line, int64_t ns, int64_t unit);
void say_end(struct line *line, const struct endpoint *end, uint16_t usual);
void take_sessions(struct script *script);

#endif
