// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_PACKET_OPTIONS_H
#define CLI_PACKET_OPTIONS_H
/* The options that say how packets are to be read: --port and --role. */
#include "cli/options.h"

/* The words behind '=' of --role, ended by NULL. */
extern const char *const packet_roles[];

/* Each adds to what the option said before.  -1 and ERROR_USAGE where ARGUMENT is wrong. */
int packet_take_ports(struct options *options, const char *argument, struct error *error);
int packet_take_role(struct options *options, const char *argument, struct error *error);

#endif
