// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_TOLD_H
#define CLI_TOLD_H
/* What standard error is told about the inputs when all is read. */
#include "cli/run.h"

void told_all(const struct run *run);

#endif
