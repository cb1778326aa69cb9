// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_EVIDENCE_H
#define INPUT_EVIDENCE_H
/*
 * What a packet capture says beside its packets: the link types met, the interfaces that it names,
 * what the capturing program lost there, comments.  Bounded: what does not fit is counted.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/limits.h"

#define EVIDENCE_NONE UINT64_MAX /* a figure that nobody stated */

struct interface_facts {
    char name[64], description[512], filter[128]; /* cut to fit; "" where not stated */
    uint16_t link;                                /* LINKTYPE_ value */
    uint64_t packets;
    uint64_t drops; /* packets lost by the capturing host; EVIDENCE_NONE */
};

struct evidence {
    uint16_t links[LIMIT_LINKS]; /* in the order in which they were met */
    size_t n_links;
    bool more_links;
    struct interface_facts *interfaces;
    size_t n_interfaces;
    uint64_t more_interfaces; /* beyond LIMIT_INTERFACES */
    uint64_t comments;
    const char *first_comments[LIMIT_COMMENTS]; /* the first ones, cut to LIMIT_COMMENT_BYTES */
};

/* A link type was met. */
void evidence_link(struct evidence *evidence, uint16_t link);
/* An interface with these texts and link type: the row that it has already, a new one, or SIZE_MAX
 * where there is no room. */
size_t evidence_interface(struct evidence *evidence, const struct interface_facts *interface);
void evidence_comment(struct evidence *evidence, struct slice text);
/* Copies LEN octets of TEXT, cut to fit, with a final 0 (and up to a 0 of its own). */
void evidence_text(char *to, size_t size, struct slice text);
void evidence_done(struct evidence *evidence); /* all zero afterwards */

#endif
