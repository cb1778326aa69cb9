// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_GATE_OPTIONS_H
#define CLI_GATE_OPTIONS_H
/* The options that a run is held against: --fail-if, --fail-on, --baseline, --tolerance. */
#include "cli/options.h"

int gate_take_condition(struct options *options, const char *argument, struct error *error);
int gate_take_findings(struct options *options, const char *argument, struct error *error);
int gate_take_baseline(struct options *options, const char *argument, struct error *error);
int gate_take_tolerance(struct options *options, const char *argument, struct error *error);
/* Whether what was given goes together, once all options are known. */
int gate_options_check(const struct options *options, struct error *error);
/* Reads the file of --baseline, before any input. */
int gate_options_read(const struct options *options, struct error *error);

#endif
