// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_COPIES_H
#define INPUT_COPIES_H
/*
 * Finds messages that several inputs hold.  The n-th copy of some bytes in one input is the n-th
 * copy of the same bytes in another: a client or a retry storm may well write the same frame
 * several times into one input, and each of those counts.  Bounded: of LIMIT_COPIES entries the
 * oldest half is forgotten.
 */
#include <stdbool.h>
#include <stdint.h>

struct copies;

struct copies *copies_new(void);
void copies_free(struct copies *copies);
/* A message with this HASH comes from INPUT.  True: another input held this copy before. */
bool copies_seen(struct copies *copies, uint64_t hash, uint32_t input);

#endif
