// SPDX-License-Identifier: BSD-2-Clause
#ifndef DNS_SPELLING_H
#define DNS_SPELLING_H
/*
 * What users type for names, ids, types, classes and rcodes in filters.  Beside IANA's words that
 * is what Inspektor Gadget prints (Success, NameError, ALL; numbers where it has no word), in any
 * case, and Wireshark's 0x1a2b.
 */
#include <stdint.h>

#include "base/field.h"

extern const struct field_spelling dns_name_spelling, dns_id_spelling, dns_type_spelling,
    dns_class_spelling, dns_rcode_spelling;

/* For fields that print rcodes as Inspektor Gadget does: "Success", "NameError"; in decimal where it
 * has no word. */
void dns_rcode_print_gadget(uint16_t rcode, struct text *text);
extern const struct field_spelling dns_rcode_gadget_spelling;

#endif
