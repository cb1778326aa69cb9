// SPDX-License-Identifier: BSD-2-Clause
#ifndef DNS_DETAIL_H
#define DNS_DETAIL_H
/* What is kept of an answer's records: addresses and extended errors (RFC 8914), in few octets. */
#include <stddef.h>
#include <stdint.h>

#include "dns/message.h"

#define DNS_DETAIL_MAX 4096

/* Writes first the addresses (a length octet, the octets), then the extended errors (code big
 * endian, a length octet, the text) of MESSAGE.  Returns the octets used; sets the numbers of both. */
size_t dns_detail(const struct dns_message *message, uint8_t detail[DNS_DETAIL_MAX],
                  uint16_t *n_addresses, uint16_t *n_edes);

#endif
