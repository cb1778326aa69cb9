// SPDX-License-Identifier: BSD-2-Clause
#ifndef MESSAGES_MESSAGES_H
#define MESSAGES_MESSAGES_H
/*
 * The messages view: DNS messages one by one, each once however often it was seen, with what the
 * session that it belongs to tells of it: leg, latency, whether it was answered.  Messages are
 * taken down as they come and leave in the order of time, once no open session can tell any more.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cluster/cluster.h"
#include "input/message.h"
#include "session/session.h"

/* One DNS message.  `wire` is what the capture holds of it; one that no frame holds has what its
 * session tells in id, type, rcode and name. */
struct record {
    int64_t when;         /* WHEN_NONE */
    int64_t latency_ns;   /* of a response, since the query, as its session knows it; WHEN_NONE */
    uint64_t frame;       /* of the first sighting; 0: in no frame */
    uint64_t session;     /* number; 0: of none */
    struct endpoint src, dst; /* len 0: the capture does not show it */
    const uint8_t *wire;  /* NULL: none */
    const uint8_t *name;  /* without wire: of the question, uncompressed wire form; NULL */
    uint32_t wire_len;
    uint32_t size;        /* octets that it had; 0: not known */
    uint32_t input;       /* of the first sighting */
    uint32_t sightings;
    uint32_t server;      /* that tapped it, as in sessions_server(); UINT32_MAX: packets */
    uint16_t id; /* without wire; of packets, one of which may hold several messages; else 0 */
    uint16_t type, rcode; /* without wire; rcode RCODE_NONE: not known */
    uint8_t name_len;
    uint8_t leg;          /* enum message_leg; LEG_NONE, LEG_WIRE: not known */
    uint8_t transport;    /* enum transport */
    uint8_t direction;    /* enum direction */
    uint8_t answered;     /* of a query: enum tag_answered */
    bool response;
    bool latency_exact;
    bool packet;          /* src and dst are those of a packet */
    bool tapped;          /* false: sent, as its session proves, but in no frame */
    bool cut;             /* the capture holds less of it than there was */
};

struct messages;
struct messages *messages_new(size_t ceiling_bytes);
void messages_free(struct messages *messages); /* takes NULL */
/* Takes any message down; those that are no DNS are passed over. */
void messages_add(struct messages *messages, const struct message *message);
/* Another input holds the message just added, too. */
void messages_also(struct messages *messages);
/* What the session stage knows of one of them. */
void messages_tag(struct messages *messages, const struct message_tag *tag);
/* SESSION has settled: the response that it proves, if that is in no frame, is a record, too. */
void messages_session(struct messages *messages, const struct session *session);
/* The next one, in the order of time, lent until the next call: those before MARK, behind which
 * nothing settles any more (sessions_watermark; WHEN_NONE: not known); INT64_MAX: all.  NULL: none. */
const struct record *messages_next(struct messages *messages, int64_t mark);
/* Left before their session had settled, for the ceiling. */
uint64_t messages_early(const struct messages *messages);

/* What RECORD says, as far as it can be read. */
void messages_read(const struct record *record, struct dns_message *dns);

/* A message for the table of messages/fields.c. */
struct message_row {
    const struct record *record;
    const struct dns_message *dns; /* what could be read of it; without wire, of the session */
    const char *identity;          /* of the CoreDNS that tapped it; NULL */
    bool own_socket; /* its upstream queries are tapped with its own socket as the asker; else that may
                        be its client: not told */
    const struct cluster *cluster; /* NULL: no names */
};
extern const struct field_table message_fields; /* row: struct message_row */

#endif
