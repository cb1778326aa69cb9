// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_FRAMING_H
#define INPUT_PCAP_FRAMING_H
/*
 * Cuts one direction of a connection into what stands behind each length: DNS messages (RFC 1035
 * section 4.2.2) or TLS records (RFC 8446 section 5.1).  Whatever is whole in a segment is lent
 * from there; only what goes over several is copied together.  After a hole that ends outside of
 * the unit that it began in, or octets that are neither, it begins again with a segment that
 * starts with a sane length and header.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "input/pcap/flow.h"
#include "input/skip.h"

enum framing_kind { FRAMING_DNS, FRAMING_TLS };

struct partial; /* the beginning of a unit */

struct framing {
    struct partial *partial;
    uint32_t ahead; /* octets to come of a unit that was given without them */
    bool lost;      /* waits for a segment to begin with */
};

struct framing_use {
    enum framing_kind kind;
    struct skips *skips;
    struct flows *flows;
};

struct unit {
    uint8_t type;         /* of a TLS record */
    uint32_t size;        /* octets of the body on the wire */
    struct slice body;    /* lent until the next call */
    bool twin;            /* TLS: right behind it stands a record of the same type and size */
    struct origin origin; /* what made it whole; of a cut one, what its last octets came with */
};

/* The next unit out of CHUNK, which it is taken off; false where CHUNK is used up. */
bool framing_next(struct framing *framing, const struct framing_use *use, struct chunk *chunk,
                  struct unit *unit);
/* MISSING octets will not come; true: a unit that is cut by it (its body is shorter than its size).
 * */
bool framing_hole(struct framing *framing, const struct framing_use *use, uint32_t missing,
                  struct unit *unit);
/* The unit given last is not what it should be, so what follows it will not be either. */
void framing_reject(struct framing *framing, const struct framing_use *use,
                    const struct unit *unit);
/* Frees what the last unit was lent from. */
void framing_release(struct framing *framing, struct flows *flows);
/* Drops what is held; true where there was the beginning of a unit. */
bool framing_drop(struct framing *framing, struct flows *flows);
/* Whether a stream could begin with SEGMENT. */
bool framing_may_start(enum framing_kind kind, struct slice segment);

#endif
