// SPDX-License-Identifier: BSD-2-Clause
#include "cli/nearest.h"

#include <stdio.h>
#include <string.h>

#define NEAREST_MAX 63 /* longer words are not compared: none of ours is */

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][NEAREST_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *now = rows[2];

    for (size_t j = 0; j <= b_len; j++)
        last[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        now[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t same = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
            size_t best = last[j - 1] + same;
            best = last[j] + 1 < best ? last[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]) && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        size_t *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[b_len];
}

void nearest_offer(struct nearest *nearest, const char *at, size_t len, const char *candidate)
{
    size_t candidate_len = strlen(candidate);

    if (len > NEAREST_MAX || candidate_len > NEAREST_MAX)
        return;
    size_t far = distance(at, len, candidate, candidate_len);
    if (nearest->word == NULL || far < nearest->distance)
        *nearest = (struct nearest){candidate, far};
}

const char *nearest_hint(const struct nearest *nearest, size_t len, char *text, size_t room)
{
    text[0] = 0;
    if (nearest->word != NULL && nearest->distance <= len / 3 + 1 && nearest->distance < len)
        snprintf(text, room, "; did you mean '%s'?", nearest->word);
    return text;
}
