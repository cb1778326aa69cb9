// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_TOLD_H
#define CLI_TOLD_H
/* What standard error is told about the inputs when all is read. */
#include "cli/options.h"
#include "input/inputs.h"
#include "session/session.h"

void told_all(const struct options *options, const struct inputs *inputs,
              const struct sessions *sessions);

#endif
