// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_BLOCK_H
#define INPUT_PCAP_BLOCK_H
/* Blocks and options of pcapng (draft-ietf-opsawg-pcapng section 3): everything has a length twice
 * or a padding, so that a reader can step over what it does not know. */
#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "input/pcap/record.h"
#include "input/stream.h"

enum { /* block types that are looked into */
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 2, /* obsolete */
    BLOCK_SIMPLE = 3,
    BLOCK_STATISTICS = 5,
    BLOCK_ENHANCED = 6,
    BLOCK_SECTION = 0x0a0d0d0a,
};

struct blocks { /* the walk */
    struct stream *stream;
    bool big;     /* byte order of the section */
    bool begun;   /* its header was met */
    size_t lent;  /* octets of the block that was given last and still stands at `at` */
};

struct block { /* lent until the next call */
    uint32_t type;
    uint64_t offset;
    struct bytes body; /* between the two lengths */
};

/* RECORD_PACKET: *block is one of the types above; others are stepped over.  RECORD_OVERSIZED: one
 * of these types is too long to be looked into, and was stepped over, too.  RECORD_HEAD: a section
 * or a classic capture begins at `at` (but the first section header is given as a block). */
enum record block_next(struct blocks *blocks, struct block *block, struct trouble *trouble);

uint16_t block_u16(struct bytes *bytes, bool big);
uint32_t block_u32(struct bytes *bytes, bool big);
uint64_t block_u64(struct bytes *bytes, bool big);

struct option {
    uint16_t code;
    struct slice value;
};
#define OPTION_COMMENT 1

/* The next option; false at the end of them.  *bytes is bad where they contradict themselves. */
bool option_next(struct bytes *bytes, bool big, struct option *option);

#endif
