// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_TLS_H
#define INPUT_PCAP_TLS_H
/*
 * What the records of a TLS connection tell of the DNS inside without its keys: when the handshake
 * is over, how it failed, and which records may be messages (RFC 7858; TLS 1.3: RFC 8446, 1.2:
 * RFC 5246).  Padding (RFC 8467) hides sizes; a length and its message in records of their own, or
 * two messages in one, cannot be told from one message.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

enum tls_version { TLS_UNKNOWN, TLS_12, TLS_13 };

struct tls {          /* both directions of one connection; all 0 before the first record */
    uint8_t version;  /* enum tls_version */
    uint8_t around;   /* octets of a record that are not DNS: length, nonce, tag, type */
    bool hello[2];    /* seen from the client, from the server */
    bool changed[2];  /* change_cipher_spec seen */
    bool finished[2]; /* 1.2: an encrypted handshake record behind it */
    bool server_data; /* application data seen of the server */
    bool open;        /* the handshake is over */
    bool answered;    /* a message of the server was given */
    bool no_tickets;  /* 1.3: the server's tickets cannot come any more */
    uint8_t flight;   /* 1.3: the client's records that were taken for its handshake */
    uint16_t waiting; /* messages of the client that have no answer */
    uint32_t last;    /* size of the record that was given as an answer last */
};

enum { TLS_TICKETS = 8 };

struct tls_sizes { /* the newest stand over the oldest */
    uint32_t size[TLS_TICKETS];
    unsigned n; /* ever kept */
};

struct tls_tickets { /* sizes of records that were tickets on any connection, or may have been */
    struct tls_sizes known, suspected;
};

struct tls_record {
    bool server; /* who sent it */
    uint8_t type;
    uint32_t size;     /* of its body */
    struct slice body; /* as far as it is there */
    bool twin;         /* the next record is of the same type and size, and stands right behind */
};

enum tls_event {
    TLS_NOTHING,
    TLS_OPEN,     /* the handshake is over */
    TLS_BROKEN,   /* an alert ended it */
    TLS_MESSAGE,  /* may be one DNS message, of *SIZE octets */
    TLS_OPEN_MESSAGE, /* both: the end of the handshake was not seen */
};

enum tls_event tls_record(struct tls *tls, struct tls_tickets *tickets,
                          const struct tls_record *record, uint32_t *size);

#endif
