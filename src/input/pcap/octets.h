// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_OCTETS_H
#define INPUT_PCAP_OCTETS_H
/* Numbers in network order, out of octets that bytes_cut (base/bytes.h) has vouched for: a header
 * of a fixed size is cut once and then read where it stands. */
#include <stdint.h>

static inline uint16_t octets_16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t octets_32(const uint8_t *at)
{
    return (uint32_t)octets_16(at) << 16 | octets_16(at + 2);
}

#endif
