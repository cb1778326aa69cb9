// SPDX-License-Identifier: BSD-2-Clause
#ifndef DNS_WORDS_H
#define DNS_WORDS_H
/* IANA mnemonics through ldns' tables, remembered per number; TYPE65400, CLASS300, RCODE3841
 * (RFC 3597) where there is none. Texts live as long as the program. */
#include <stdint.h>

const char *dns_type_word(uint16_t type);   /* "A", "HTTPS", "ANY" */
const char *dns_class_word(uint16_t class); /* "IN" */
const char *dns_rcode_word(uint16_t rcode); /* "NOERROR", "BADVERS" */
#define DNS_WORD_MAX 16

#endif
