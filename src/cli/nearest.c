// SPDX-License-Identifier: BSD-2-Clause
#include "cli/nearest.h"

#include <stdio.h>
#include <string.h>

#include "base/field.h"

void nearest_offer(struct nearest *nearest, const char *at, size_t len, const char *candidate)
{
    size_t far = field_distance(at, len, candidate, strlen(candidate));

    if (nearest->word == NULL || far < nearest->distance)
        *nearest = (struct nearest){candidate, far};
}

const char *nearest_hint(const struct nearest *nearest, size_t len, char *text, size_t room)
{
    text[0] = 0;
    if (nearest->word != NULL && nearest->distance <= (len + 2) / 3 && nearest->distance < len)
        snprintf(text, room, "; did you mean '%s'?", nearest->word);
    return text;
}
