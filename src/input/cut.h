// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_CUT_H
#define INPUT_CUT_H
/* Where an input ends inside something, and where it is damaged. */
#include <stdint.h>

#include "input/inputs.h"
#include "input/stream.h"

/* Notes in facts->cut "at byte OFFSET: …"; the first such note stays.  What the stream itself knows
 * (cut or damaged compression, failed reads) comes before what FORMAT says, which may be empty;
 * after a signal nothing is known. */
void cut_note(struct input_facts *facts, const struct stream *stream, uint64_t offset,
              const char *format, ...) __attribute__((format(printf, 4, 5)));
/* A piece of a packet capture at byte OFFSET contradicts itself. */
void cut_damage(struct input_facts *facts, uint64_t offset);

#endif
