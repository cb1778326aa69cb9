// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_DNSTAP_CAPTURE_H
#define INPUT_DNSTAP_CAPTURE_H
/* dnstap captures as an input format: frames and their content together. */
#include <stdbool.h>

#include "input/format.h"

extern const struct input_format dnstap_format;

/* Whether the stream begins with a dnstap payload that no frame surrounds.  Takes nothing. */
bool dnstap_is_payload(struct stream *stream);

#endif
