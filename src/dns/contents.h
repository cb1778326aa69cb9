// SPDX-License-Identifier: BSD-2-Clause
#ifndef DNS_CONTENTS_H
#define DNS_CONTENTS_H
/*
 * The records of a message as text, in presentation format (RFC 1035 section 5.1), through ldns:
 * "example.com. 30 IN A 192.0.2.1".  One record of a message that dns_read() has walked over is given
 * to ldns at a time; what ldns cannot read, and what it does not know, is told as RFC 3597 section 5
 * has it: "TYPE65400 \# 2 0a0b".  The OPT record, which is no data, is left out.
 */
#include <stddef.h>

#include "base/text.h"
#include "dns/message.h"

/* Whether anything can be told of MESSAGE's records: its questions could be read, and nothing in it
 * contradicts itself. */
bool dns_contents_known(const struct dns_message *message);
/* How many records of SECTION there are, as far as the message goes, at most LIMIT_CONTENTS. */
size_t dns_contents(const struct dns_message *message, enum dns_section section);
/* Appends the Ith of them to TEXT. */
void dns_contents_print(const struct dns_message *message, enum dns_section section, size_t i,
                        struct text *text);

#endif
