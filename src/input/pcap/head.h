// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_HEAD_H
#define INPUT_PCAP_HEAD_H
/*
 * How packet captures begin: the file header of classic pcap (draft-ietf-opsawg-pcap section 4) and
 * the section header of pcapng (draft-ietf-opsawg-pcapng section 4.1).  Captures are joined with
 * cat, also behind one that was cut, so that a head may stand anywhere.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum head_kind {
    HEAD_NONE,
    HEAD_CLASSIC,
    HEAD_PCAPNG,
};

#define HEAD_BYTES 24 /* of a classic file header */
#define HEAD_SIGN 12  /* bytes that head_kind() wants to see; with fewer it tells what it can */

struct head { /* of a classic file */
    bool big;     /* big-endian */
    bool nano;    /* nanoseconds, else microseconds */
    bool patched; /* Alexey Kuznetzov's form: record headers of 24 octets, not 16 */
    uint16_t major, minor;
    uint16_t link;
};

/* Whether a capture begins at AT, by magic number and version (pcapng: byte order, too).  With
 * fewer than HEAD_SIGN bytes: whether it may, where there are four of them. */
enum head_kind head_kind(const uint8_t *at, size_t len);
/* Reads HEAD_BYTES at AT, where head_kind says HEAD_CLASSIC. */
struct head head_read(const uint8_t *at);
/* The first place in LEN bytes from AT on where a capture begins; AVAIL: bytes that can be seen
 * from AT on.  LEN where there is none. */
size_t head_search(const uint8_t *at, size_t len, size_t avail);
/* The same for classic captures only, behind the first byte: quick enough for every packet. */
size_t head_inside(const uint8_t *at, size_t len, size_t avail);

#endif
