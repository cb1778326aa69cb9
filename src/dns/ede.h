// SPDX-License-Identifier: BSD-2-Clause
#ifndef DNS_EDE_H
#define DNS_EDE_H
/* The fields of an extended DNS error (RFC 8914), inside the tables of others. */
#include "base/field.h"

extern const struct field_table dns_ede_fields; /* row: struct dns_ede */

#endif
