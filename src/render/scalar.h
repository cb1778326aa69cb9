// SPDX-License-Identifier: BSD-2-Clause
#ifndef RENDER_SCALAR_H
#define RENDER_SCALAR_H
/* Plain values written straight into a text, for the outputs that print many: JSON and YAML spell
 * them alike. */
#include "base/text.h"
#include "base/value.h"

#define SCALAR_ROOM 64 /* octets that any value but a text takes */

/* null, a number, a word or a time in quotes; VALUE is no text.  SCALAR_ROOM is there; returns the
 * end, which may lie in new memory of OUT. */
char *scalar_value(struct text *out, char *at, const struct value *value);

#endif
