// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_ADDR_H
#define BASE_ADDR_H
/* IPv4 and IPv6 addresses with a port.  ::ffff:a.b.c.d is always kept as IPv4, so that one host
 * has one form (CoreDNS before 1.14.5 writes both, semantics.md section 1). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ADDR_TEXT_MAX 64 /* room for "[ipv6]:65535" and the final 0 */

struct endpoint {
    uint8_t octet[16]; /* unused ones are 0, so that memcmp of whole endpoints compares them */
    uint16_t port;     /* 0: not known */
    uint8_t len;       /* 0: no address, 4 or 16 */
    uint8_t zero;      /* always 0 */
};

/* Makes an endpoint from 4 or 16 octets in network order; any other LEN gives one without address. */
struct endpoint endpoint_of(const void *octets, size_t len, uint16_t port);
/* The same in place, with port 0. */
void endpoint_set(struct endpoint *end, const void *octets, size_t len);
/* The IPv4 or IPv6 address that TEXT is, with port 0; false where it is none. */
bool endpoint_parse(const char *text, struct endpoint *end);
bool endpoint_same(const struct endpoint *a, const struct endpoint *b);
bool endpoint_same_addr(const struct endpoint *a, const struct endpoint *b);
bool endpoint_is_loopback(const struct endpoint *end);
/* IPv4 before IPv6, by number, then by port: <0, 0, >0. */
int endpoint_compare(const struct endpoint *a, const struct endpoint *b);
/* RFC 5952 text of the address alone; "" without address.  Returns the length. */
size_t endpoint_print_addr(const struct endpoint *end, char text[ADDR_TEXT_MAX]);
/* "10.0.0.1:53", "[2001:db8::1]:53"; without the port where it is 0. */
size_t endpoint_print(const struct endpoint *end, char text[ADDR_TEXT_MAX]);

#endif
