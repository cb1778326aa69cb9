// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_SKIP_H
#define INPUT_SKIP_H
/* Why a piece of an input was left out: a closed list, counted per input, shown in the report. */
#include <stddef.h>
#include <stdint.h>

enum skip_reason {
    SKIP_OVERSIZED,   /* a frame longer than LIMIT_FRAME_BYTES */
    SKIP_UNDECODABLE, /* a data frame that is no dnstap protobuf */
    SKIP_NO_MESSAGE,  /* a dnstap frame without a Message */
    SKIP_CONTROL,     /* a control frame that cannot be read or has no place there */
    SKIP_NO_TIME,     /* a message without any time */
    SKIP_UNKNOWN_TYPE,/* a Message.Type that dnstap.proto does not name */
    SKIP_BAD_DNS,     /* a DNS message without even a header; its frame still counts */
    SKIP_DUPLICATE,   /* the same bytes at the same time in another input: a sighting, not a loss */
    /* Packets. */
    SKIP_DAMAGED,     /* records or blocks that contradict themselves */
    SKIP_LINK,        /* packets of a link type that is not known */
    SKIP_NOT_IP,      /* ARP, IEEE 802.3 … */
    SKIP_NOT_DNS,     /* IP, but no DNS */
    SKIP_BAD_IP,      /* an IP, UDP or TCP header that contradicts itself */
    SKIP_CUT_PACKET,  /* the snap length left less than a DNS header */
    SKIP_FRAGMENT,    /* fragments that never became whole, and overlapping ones */
    SKIP_TCP_GAP,     /* octets of a DNS stream that are missing */
    SKIP_TCP_JUNK,    /* octets of a TCP stream that are no DNS */
    SKIP_FOLDED,      /* connections, datagrams, interfaces let go because a ceiling was met */
    SKIP_MULTICAST,   /* mDNS, LLMNR: left out */
    SKIP_REASONS
};

enum { /* what a reason means */
    SKIP_IS_DAMAGE = 1, /* the input is damaged: exit status 3 */
    SKIP_IS_TOLD = 2,   /* no damage, but said even without -v: more could have been known */
    SKIP_IS_BESIDE = 4, /* nothing is missing: it is not what this program is about */
};

struct skip_word {
    const char *word; /* the key in inputs[].skipped: "oversized" … */
    const char *help;
    unsigned flags;
};
extern const struct skip_word skip_words[SKIP_REASONS];
/* What the reason of this word means; 0 where there is none. */
unsigned skip_flags(const char *word, size_t len);

struct skips {
    uint64_t n[SKIP_REASONS];
};

#endif
