// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_FORMATS_H
#define INPUT_FORMATS_H
/* The formats that can be read, and names for the things that cannot. */
#include "input/format.h"

/* The format of the stream by its first bytes, which stay.  NULL where it cannot be read: the text
 * of ERROR (ERROR_INPUT) is what it is instead, without its name ("is text"). */
const struct input_format *formats_pick(struct stream *stream, struct error *error);

#endif
