// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_FILTERS_H
#define CLI_FILTERS_H
/*
 * --filter: what the expressions of each view can name.
 *
 * A view's own fields go first, then those of the session (`session.` in front makes it that one).
 *   report    the sessions that it counts; its lookups are those with such a session
 *   sessions  their fields
 *   attempts  their fields and their session's
 *   lookups   parts (between ',', or --filters) with fields of lookups are about the lookup; parts with
 *             other fields are about sessions, and a lookup is kept where one of its sessions has all
 *             that these parts ask for
 *   messages  their fields
 */
#include "base/filter.h"
#include "cli/options.h"

/* In a language of two scopes the second one is that of sessions. */
enum { FILTERS_OWN = 0, FILTERS_SESSION = 1 };
const struct filter_language *filters_language(enum view view);
/* Reads what --filter gave, once the view is known. */
int filters_choose(struct options *options, struct error *error);

#endif
