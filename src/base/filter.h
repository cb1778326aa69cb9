// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_FILTER_H
#define BASE_FILTER_H
/*
 * The language of --filter, over field tables.  It is Inspektor Gadget's, with more on top:
 *
 *     FIELD OP VALUE   == (=), !=, <, <=, >, >=, ~ (PCRE2, searched), !~
 *     FIELD            a boolean is true, anything else is known, a list holds something
 *     A,B   A||B   !A   (A)          and (binds before ||), or, not
 *
 * A value ends at ',', '||' or a ')' that closes nothing in it; "\," and "\\" stand for ',' and '\',
 * a backslash before anything else stays; in "..." everything but '"' may stand, and '\"'.  Blanks
 * around words are no part of them.
 *
 * A comparison with a field that the row does not have is false; != and !~ are true where == and ~
 * are false.  A comparison with a list, or with a field of rows inside the row, holds where it does
 * for any element.
 *
 * Expressions are read once into a flat list of steps with typed values (limits: LIMIT_FILTER_*);
 * judging a row allocates nothing but room for the longest text met so far.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/field.h"

/* Another name of a field, and of what stands inside it: "src" for "client" also gives "src.port".
 * With several paths, a blank between them, any of these will do, as any element of a list does. */
struct filter_alias {
    const char *alias, *path;
    int64_t unit_ns; /* of bare numbers, for durations and times; 0: that of the field */
};

#define FILTER_SCOPES_MAX 2
struct filter_scope {
    const struct field_table *table;
    const struct filter_alias *aliases;
    size_t n_aliases;
    const char *prefix; /* "session": session.rcode is the one of this scope, whatever others have */
};

/* What expressions can name; lent to the filters. */
struct filter_language {
    struct filter_scope scopes[FILTER_SCOPES_MAX]; /* a name is looked for in this order */
    size_t n_scopes;
    /* The rows of the scopes are never at hand together: each part between ',' outside of
     * parentheses must be of one of them, and is judged with the row of that scope. */
    bool apart;
    const struct field_table *const *elsewhere; /* tables of other views, ended by NULL; for messages */
};

struct filter;
struct filter *filter_new(const struct filter_language *language);
void filter_free(struct filter *filter); /* takes NULL */
/* One more expression that must hold; an empty one holds.  -1 and ERROR_USAGE: "column 8: there is
 * no field 'nmae' in sessions; did you mean 'name'?" (octets from 1). */
int filter_add(struct filter *filter, const char *expression, struct error *error);
/* Whether one of its comparisons is with the field PART of an object, or with what stands in it: "k8s". */
bool filter_asks(const struct filter *filter, const char *part);
/* Whether a row is kept.  ROWS: one for each scope; where the language is apart only that of SCOPE,
 * else SCOPE is 0. */
bool filter_keeps(struct filter *filter, size_t scope, const void *const rows[]);
/* Searches given up because the pattern took too many steps; they count as not found. */
uint64_t filter_gave_up(const struct filter *filter);

#endif
