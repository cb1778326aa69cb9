// SPDX-License-Identifier: BSD-2-Clause
#ifndef GEN_GEN_H
#define GEN_GEN_H
/*
 * gen: a deterministic maker of captures with their ground truth.  It plays clients, CoreDNS
 * replicas and upstreams over virtual time and writes the dnstap frames as a given CoreDNS version
 * does and, where asked for (packets.h), the packets of the same traffic as tcpdump sees them.
 * The same options give the same bytes on every machine.  It shares no code with src/, so that a
 * mistake there cannot hide itself.  All times are int64 nanoseconds since 1970.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define MICRO INT64_C(1000)
#define MILLI INT64_C(1000000)
#define SECOND INT64_C(1000000000)
#define NO_NUMBER UINT64_MAX

enum { TYPE_A = 1, TYPE_PTR = 12, TYPE_HINFO = 13, TYPE_TXT = 16, TYPE_AAAA = 28, TYPE_SRV = 33 };
enum { RCODE_NOERROR = 0, RCODE_SERVFAIL = 2, RCODE_NXDOMAIN = 3, RCODE_REFUSED = 5 };

/* What a version of CoreDNS puts into its frames. */
enum leg_address { ASKER_NONE, ASKER_UPSTREAM, ASKER_CLIENT, ASKER_SOCKET };
struct generation {
    const char *name;
    bool late_query;      /* CQ and CR are written together when the answer is out; none without */
    bool racy_times;      /* query_time overwritten by response_time; none in responses */
    bool identity;        /* identity and version are set */
    bool upstream_mapped; /* IPv4 upstreams as 16 octets */
    bool client_mapped;   /* IPv4 clients as 16 octets (listener on the wildcard address) */
    bool capped;          /* at most two attempts for each upstream */
    bool refresh_bare;    /* refreshes have no asker's address but port 0 */
    bool own_opt;         /* the cache puts its own OPT into what it forwards */
    bool same_id;         /* upstreams see the client's id; else a new one each time */
    bool oldest_socket;   /* of the idle sockets, the oldest is used again; else the newest */
    uint8_t asker;        /* enum leg_address: query_address of FQ and FR */
};
const struct generation *generation_find(const char *name);

struct span { /* from <= t < to, ns after the start of the capture; empty when from == to */
    int64_t from, to;
};

/* Where packets are captured: on eth0 of the CoreDNS pods, on eth0 of the clients, and with -i any
 * on the node of all of them. */
enum vantage { POD, CLIENT, ANY, VANTAGES };

struct options {
    uint64_t messages, sessions; /* 0: not limited by this one */
    uint64_t seed, names, storm, half_open;
    const struct generation *generation;
    double rate;
    uint32_t clients, replicas, upstreams;
    double forwarded, servfail, no_answer, silent, dead_share, loss, loss_answers, reuse, repeat,
        tcp, ipv6, refresh, rename_share, untapped, late;
    struct span dead, loss_burst;
    int64_t start, shift;
    bool split, renamed, stop, jitter, bursts, full, probe, old_ids, nano;
    const char *out, *truth, *packets[VANTAGES]; /* NULL: not wanted */
};
void options_parse(struct options *options, int argc, char **argv);

/* Draws: splitmix64, no floating point, so that all machines agree. */
struct draw {
    uint64_t state;
};
uint64_t draw_next(struct draw *draw);
uint64_t draw_below(struct draw *draw, uint64_t n);
int64_t draw_between(struct draw *draw, int64_t from, int64_t to);
bool draw_share(struct draw *draw, double share);
uint64_t mix(uint64_t a, uint64_t b);

/* Frames of a session. */
enum frame { CQ = 5, CR = 6, FQ = 7, FR = 8 }; /* the numbers of dnstap.proto */
enum { BIT_CQ = 1, BIT_CR = 2, BIT_FQ = 4, BIT_FR = 8 };
#define ATTEMPTS_MAX 6

struct attempt {
    int64_t asked, ended;           /* ended: the reply or the time-out */
    int64_t late;                   /* how much later its frames are written */
    int64_t sent, got, late_answer; /* its packets on the pod's eth0; 0: none.  late_answer: when
                                       CoreDNS does not wait for it any more */
    uint16_t port, node_port, id, ip_id; /* CoreDNS's socket, before and behind the node's NAT */
    uint8_t upstream, rcode;
    bool answered;
};

enum kind { KIND_ZONE, KIND_CACHE, KIND_FORWARD, KIND_MUTE, KIND_REFRESH, KIND_STORM, KIND_PROBE };

struct flow { /* one client query (or refresh) and everything that it causes */
    uint64_t number, repeat_of, name, asked_name; /* asked_name: as forwarded (rewrite) */
    uint64_t frame_query, frame_answer;           /* numbers in the file, from 1; 0: not there */
    int64_t start, call_time, end;   /* end: the answer was out, whether tapped or not */
    int64_t query_late, answer_late; /* how much later these frames are written */
    int64_t last_write;
    int64_t query_client, query_pod, answer_pod, answer_client; /* packets of the client leg; 0:
                                                                    none */
    struct attempt attempt[ATTEMPTS_MAX];
    uint32_t client, pending, lost, repeats, storm, tries;
    uint16_t port, id, type, ip_id;
    uint8_t attempts, kind, rcode, replica, made, seen, ttl;
    bool answered; /* a response that CoreDNS taps */
    bool untapped; /* an error that CoreDNS sends and does not tap, though nothing was forwarded */
    bool tcp, edns, own_opt, race_client, race_upstream, upper, silent, reused, reused_open;
};

/* Names and addresses, all made from numbers. */
size_t name_wire(uint64_t name, bool upper, uint8_t out[256]);
size_t name_text(uint64_t name, char out[256]); /* lower case, final dot */
uint64_t name_zone(uint64_t number);            /* a name that CoreDNS answers itself */
uint64_t name_outer(uint64_t number);           /* a name that it forwards */
uint64_t name_probe(uint64_t number);
struct address {
    uint8_t octet[16];
    uint8_t len;
};
struct address address_client(const struct options *o, uint32_t client);
struct address address_upstream(const struct options *o, uint32_t upstream);
/* CoreDNS's pod, its service and the node, in the family whose addresses have LEN octets. */
struct address address_server(const struct options *o, uint32_t replica, uint8_t len);
struct address address_service(const struct options *o, uint8_t len);
struct address address_node(const struct options *o, uint8_t len);
size_t address_text(struct address address, char out[64]);
size_t identity_text(uint32_t replica, char out[64]);

/* One dnstap frame (the payload of a Frame Streams data frame).  attempt: of FQ and FR. */
size_t frame_write(const struct options *o, const struct flow *flow, enum frame frame,
                   const struct attempt *attempt, uint8_t out[2048]);
/* The DNS message of that frame; as sent: with that id, and compressed as upstreams do. */
size_t dns_write(const struct flow *flow, enum frame frame, uint8_t rcode, uint8_t out[1024]);
size_t dns_write_sent(const struct flow *flow, enum frame frame, uint8_t rcode, uint16_t id,
                      uint8_t out[1024]);

/* Output: one file, or one for each replica; nothing without a name. */
struct output;
struct output *output_open(const struct options *o);
void output_frame(struct output *output, uint32_t replica, const uint8_t *at, size_t len);
uint64_t output_close(struct output *output, const struct options *o); /* bytes written */

/* Ground truth. */
struct truth;
struct truth *truth_open(const struct options *o);
/* clock: the newest event time that the replica's frames show; packets: the time of the newest packet
 * (-1: none are wanted). */
void truth_flow(struct truth *truth, const struct flow *flow, int64_t clock, int64_t packets);
/* Also prints the summary on standard output. */
struct totals {
    uint64_t frames, bytes;
    int64_t first, last, last_packet;
    uint64_t packets[VANTAGES], messages[VANTAGES], sightings[VANTAGES];
};
void truth_close(struct truth *truth, const struct options *o, const struct totals *totals);

/* Things to do, by time. */
struct todo {
    int64_t at, write; /* at: when it is done; write: order within a burst */
    uint64_t order, flow;
    uint8_t frame, attempt; /* frame 0: a repeat of `flow` starts */
};
struct queue {
    struct todo *at;
    size_t n, room;
    uint64_t order;
};
void queue_push(struct queue *queue, struct todo todo);
bool queue_pop(struct queue *queue, struct todo *todo);

/* The traffic. */
struct traffic;
struct packets;
struct traffic *traffic_new(const struct options *o, struct output *output, struct packets *packets,
                            struct truth *truth);
void traffic_run(struct traffic *traffic);
void traffic_totals(const struct traffic *traffic, struct totals *totals);
void traffic_free(struct traffic *traffic);

/* Plans: what becomes of one query. */
struct cache_entry {
    uint64_t name;
    int64_t ready, expires;
    uint16_t type;
    uint8_t rcode;
};
#define CACHE_ENTRIES 4096
struct cache {
    struct cache_entry entry[CACHE_ENTRIES];
    uint64_t n;
};
void plan_question(const struct options *o, struct flow *flow, struct draw *draw,
                   struct cache *cache);
void plan_answer(const struct options *o, struct flow *flow, struct draw *draw,
                 struct cache *cache);
void plan_probe(const struct options *o, struct flow *flow, struct draw *draw);
/* A prefetch that the cache hit `parent` causes. */
void plan_refresh(const struct options *o, struct flow *flow, const struct flow *parent,
                  struct draw *draw, struct cache *cache);

void *need(void *memory); /* ends the program when memory is NULL */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
