// SPDX-License-Identifier: BSD-2-Clause
#ifndef DNS_PROBE_H
#define DNS_PROBE_H
/* What CoreDNS asks for itself. */
#include <stdbool.h>

#include "dns/message.h"

/* HINFO <number>.<number>.<zone>, what the loop plugin asks itself at start (semantics.md 3). */
bool dns_is_probe(const struct dns_message *message);
/* ". NS", what the forward plugin asks an upstream that gave no reply (semantics.md 4.2). */
bool dns_is_health(const struct dns_message *message);

#endif
