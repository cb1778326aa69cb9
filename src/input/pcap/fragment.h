// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_FRAGMENT_H
#define INPUT_PCAP_FRAGMENT_H
/*
 * Puts fragments together (RFC 791 section 3.2, RFC 8200 section 4.5), bounded in number, octets
 * and age.  Where fragments overlap, the whole datagram is dropped (RFC 5722); the same fragment
 * twice is a copy, and left out.  What was seen on one interface in one direction is put together
 * by itself, so that the copies that a capture of all interfaces holds become whole each.
 */
#include <stdbool.h>
#include <stdint.h>

#include "input/pcap/ip.h"
#include "input/skip.h"

struct fragments;

struct fragments *fragments_new(struct skips *skips);
void fragments_free(struct fragments *fragments);
/* Takes a fragment, which may be inside one that was lent here.  True: with it the datagram is
 * whole, and *DATAGRAM is that, lent until the next fragment is taken; its origin is the last
 * fragment's. */
bool fragments_add(struct fragments *fragments, struct datagram *datagram);
/* Gives up what is too old at NOW, or over a ceiling, or (ENDING) everything: to be called after
 * each fragments_add until it says false.  True: the first fragment of something that never became
 * whole, with its own origin; lent until the next call of this. */
bool fragments_give_up(struct fragments *fragments, int64_t now, bool ending,
                       struct datagram *datagram);

#endif
