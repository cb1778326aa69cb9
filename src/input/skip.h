// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_SKIP_H
#define INPUT_SKIP_H
/* Why a piece of an input was left out: a closed list, counted per input, shown in the report. */
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
    SKIP_REASONS
};

struct skip_word {
    const char *word; /* the key in inputs[].skipped: "oversized" … */
    const char *help;
};
extern const struct skip_word skip_words[SKIP_REASONS];

struct skips {
    uint64_t n[SKIP_REASONS];
};

#endif
