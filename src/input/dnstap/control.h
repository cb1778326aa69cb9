// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_DNSTAP_CONTROL_H
#define INPUT_DNSTAP_CONTROL_H
/*
 * Control frames of Frame Streams (libfstrm's fstrm/control.h): a length of 0 (the escape), the
 * control frame's own length, its type, and fields; all numbers are 32 bits, big-endian.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum control_type {
    CONTROL_BAD, /* cannot be read */
    CONTROL_ACCEPT, CONTROL_START, CONTROL_STOP, CONTROL_READY, CONTROL_FINISH,
};

struct control {
    enum control_type type;
    size_t content_types; /* how many it names */
    bool dnstap;          /* names none, or protobuf:dnstap.Dnstap */
    char other[64];       /* the first other one that it names, printable; "" */
};

struct fstrm_control;

/* Reads the LEN bytes behind the escape and the length.  CODEC: fstrm_control_init(). */
struct control control_read(struct fstrm_control *codec, const uint8_t *at, size_t len);

/* Bytes of a START or READY frame that control_begins wants to see, escape and length included. */
#define CONTROL_SIGNATURE 12
/* Whether a START or READY frame for dnstap may begin at AT, where LEN bytes are left: so a stream
 * that was joined behind a cut one is found inside what the cut frame seems to hold. */
bool control_begins(const uint8_t *at, size_t len);
/* The first such place in LEN bytes from AT on; LEN where there is none. */
size_t control_search(const uint8_t *at, size_t len);

#endif
