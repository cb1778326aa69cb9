// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H
/* Every bound of the program, with the reason for its value. */

/* A dnstap frame: libfstrm's writers and readers refuse more than 1 MiB; a DNS message has 64 KiB. */
#define LIMIT_FRAME_BYTES (1u << 20)
/* One read(2) of an input: larger ones gain nothing (performance.md section 4). */
#define LIMIT_READ_BYTES (256u << 10)
/* Jumps of a compressed name: 255 octets hold at most 127 labels. */
#define LIMIT_NAME_JUMPS 128
/* Records of one message that are looked at: 64 KiB hold at most 5,957 of the smallest. */
#define LIMIT_RECORDS 8192
/* Keys of one top list (clients, names) kept exactly; rarer ones are folded and counted. */
#define LIMIT_TOP_KEYS 16384
/* Rows of a list that is whole in JSON (upstreams, servers, paths). */
#define LIMIT_LIST_ROWS 10000
/* Addresses kept of one answer for the `addresses` field. */
#define LIMIT_ADDRESSES 256
/* Files that may be open at once; rotated captures come by the thousand. */
#define LIMIT_OPEN_FILES 64
/* Bytes of an input that are looked at before work begins: some tens of frames, for its first time. */
#define LIMIT_LOOK_BYTES (16u << 10)
/* Memory of a decompressor: what xz -9 (65 MiB) and zstd --long (a window of 2^27) need at most. */
#define LIMIT_XZ_BYTES (128u << 20)
#define LIMIT_ZSTD_WINDOW_LOG 27
/* A Frame Streams control frame: the length that the protocol allows (libfstrm). */
#define LIMIT_CONTROL_BYTES 512
/* Frames remembered to find their copies in overlapping inputs: 4 MiB; copies stand near one
 * another, because the inputs are read side by side in the order of time. */
#define LIMIT_COPIES (1u << 17)
/* Buckets of the timeline while its end is not known, and its rows (20-60 fit every width). */
#define LIMIT_FINE_BUCKETS 600
#define LIMIT_TIMELINE_ROWS 60
/* Attempts waiting to be put in the order of their time, 16 octets each: a session without answer is
 * held for 17 s, so this is enough for 60,000 attempts a second; beyond, the oldest goes first. */
#define LIMIT_MOMENTS (1u << 20)
/* Bad periods told of one upstream; the smallest are folded and counted. */
#define LIMIT_BAD_PERIODS 50
/* Different rcodes counted of one upstream; sane ones send less than ten. */
#define LIMIT_UPSTREAM_RCODES 64

#endif
