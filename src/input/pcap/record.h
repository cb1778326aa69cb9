// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_PCAP_RECORD_H
#define INPUT_PCAP_RECORD_H
/* What the readers of classic pcap and pcapng tell of the next record.  Private to pcap/. */
#include <stdint.h>

enum record {
    RECORD_END,     /* the stream ends behind a whole record */
    RECORD_PACKET,
    RECORD_SKIPPED, /* stepped over: it contradicts itself, but its length holds */
    RECORD_OVERSIZED, /* the same for one that is longer than any of use */
    RECORD_FOLDED,  /* a packet that there was no room for */
    RECORD_HEAD,    /* another capture, or section, begins at `at` */
    RECORD_LOST,    /* what stands at `at` is no record */
    RECORD_CUT,     /* the stream ends inside what stands at `at` */
};

struct trouble { /* of RECORD_SKIPPED, _OVERSIZED, _LOST and _CUT */
    uint64_t offset;
    char text[96]; /* what stands there */
};

enum record record_trouble(struct trouble *trouble, enum record record, uint64_t offset,
                           const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
