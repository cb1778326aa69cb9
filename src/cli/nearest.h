// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H
/* The word that somebody most likely meant. */
#include <stddef.h>

struct nearest { /* the best of the words that were offered so far */
    const char *word;
    size_t distance;
};
/* Offers CANDIDATE for what was typed as AT; compared without case, swapped letters count once. */
void nearest_offer(struct nearest *nearest, const char *at, size_t len, const char *candidate);
enum { NEAREST_HINT = 128 }; /* octets for a hint: words that are near have at most 64 */
/* "; did you mean 'sessions'?" where the best is near enough, else "". */
const char *nearest_hint(const struct nearest *nearest, size_t len, char *text, size_t room);

#endif
