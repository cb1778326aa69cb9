// SPDX-License-Identifier: BSD-2-Clause
#ifndef DNS_NAME_H
#define DNS_NAME_H
/* Names in uncompressed wire form (RFC 1035 section 3.1): labels and the root label. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

/* Presentation format with the final dot; dot, backslash and octets outside printable ASCII inside
 * a label are escaped (\. \\ \032).  LOWER folds ASCII letters.  Damaged names print as far as they go. */
void dns_name_print(const uint8_t *name, size_t len, bool lower, struct text *text);
/* The same name, letters compared without case (RFC 4343). */
bool dns_name_same(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len);
void dns_name_lower(uint8_t *name, size_t len);
/* Labels without the root. */
unsigned dns_name_labels(const uint8_t *name, size_t len);
/* The octet at which the name without its first N labels starts; len - 1 (the root) where it has fewer. */
size_t dns_name_skip(const uint8_t *name, size_t len, unsigned n);
/* Whether NAME is ZONE or below it. */
bool dns_name_within(const uint8_t *name, size_t len, const uint8_t *zone, size_t zone_len);
/* Reads presentation format; returns the wire length, 0 where it is no name. */
size_t dns_name_parse(const char *text, uint8_t wire[256]);
/* The seeded hash of the lower-cased name; never 0. */
uint32_t dns_name_hash(const uint8_t *name, size_t len);

#endif
