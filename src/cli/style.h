// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_STYLE_H
#define CLI_STYLE_H
/* How an output may look: what the terminal, the locale and the options allow. */
#include "cli/options.h"

/* Whether the terminal understands control sequences: TERM says so. */
bool style_terminal(void);
struct render_style style_of(const struct options *options, const struct output_choice *output);

#endif
