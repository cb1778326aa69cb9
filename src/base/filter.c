// SPDX-License-Identifier: BSD-2-Clause
#include "base/filter.h"

#include <string.h>

#include "base/filter-inside.h"
#include "base/limits.h"
#include "base/memory.h"

struct filter *filter_new(const struct filter_language *language)
{
    struct filter *filter = memory_get(1, sizeof *filter);

    filter->language = language;
    return filter;
}

void filter_free(struct filter *filter)
{
    if (filter == NULL)
        return;
    for (size_t i = 0; i < filter->n_terms; i++)
        filter_term_done(&filter->terms[i]);
    for (size_t i = 0; i < FILTER_SCOPES_MAX; i++)
        memory_free(filter->programs[i].steps);
    memory_free(filter->terms);
    text_done(&filter->memory.scratch);
    text_done(&filter->memory.key);
    memory_free(filter);
}

int filter_add(struct filter *filter, const char *expression, struct error *error)
{
    size_t len = strlen(expression);

    if (len > LIMIT_FILTER_BYTES)
        return error_set(error, ERROR_USAGE, "column %u: an expression has at most %u octets",
                         LIMIT_FILTER_BYTES + 1, LIMIT_FILTER_BYTES);
    return filter_parse(filter, expression, len, error);
}

/* Whether PART is a word of PATH. */
static bool has_part(const char *path, const char *part)
{
    size_t len = strlen(part);

    for (; *path != 0; path += *path == '.') {
        size_t word_len = strcspn(path, ".");
        if (word_len == len && strncmp(path, part, len) == 0)
            return true;
        path += word_len;
    }
    return false;
}

bool filter_asks(const struct filter *filter, const char *part)
{
    bool found = false;

    for (size_t i = 0; i < filter->n_terms; i++) {
        const struct filter_place *place = &filter->terms[i].place;
        found = found || has_part(place->field->path, part) ||
                (place->rows != NULL && has_part(place->rows->path, part));
    }
    return found;
}

bool filter_keeps(struct filter *filter, size_t scope, const void *const rows[])
{
    const struct filter_program *program = &filter->programs[scope];
    bool holds = true;

    filter->memory.field = NULL;
    for (size_t at = 0; at < program->n;) {
        const struct filter_step *step = &program->steps[at++];
        const struct filter_term *term;

        switch (step->kind) {
        case STEP_TEST:
            term = &filter->terms[step->to];
            holds = filter_term_misses(term, &filter->memory)
                        ? term->negated
                        : filter_term_holds(term, rows[term->place.scope], &filter->memory);
            break;
        case STEP_NOT:
            holds = !holds;
            break;
        case STEP_JUMP_IF:
            at = holds ? step->to : at;
            break;
        case STEP_JUMP_UNLESS:
            at = holds ? at : step->to;
            break;
        }
    }
    return holds;
}

uint64_t filter_gave_up(const struct filter *filter)
{
    uint64_t n = 0;

    for (size_t i = 0; i < filter->n_terms; i++)
        if (filter->terms[i].operand == OPERAND_PATTERN)
            n += pattern_gave_up(filter->terms[i].pattern);
    return n;
}
