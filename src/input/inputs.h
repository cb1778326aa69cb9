// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_INPUTS_H
#define INPUT_INPUTS_H
/*
 * All inputs of a run, read together as one incident.  Kinds and first times are read first (a
 * regular file is closed again), then files are opened as their time comes and messages leave in
 * the order of each input's clock (the newest event time met in it so far, which never runs
 * backwards), so that two captures of the same time are interleaved and rotated files follow one
 * another whatever the order of the arguments.  Ties: in turn, then by index.  Within one input
 * messages keep the order of the file; the session stage bears out-of-order times.
 *
 * A message that stands byte for byte and at the same time in an input that overlaps is lent once;
 * its copies are counted (SKIP_DUPLICATE) and reported through inputs_also().
 *
 * A read that a signal interrupts (a handler without SA_RESTART) or inputs_stop() ends the reading:
 * inputs_next gives 0 from then on, and nothing counts as cut.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/when.h"
#include "input/evidence.h"
#include "input/message.h"
#include "input/skip.h"

struct input_facts { /* what is known of one input; the texts live as long as the inputs do */
    const char *file;   /* as typed; "-" is standard input */
    const char *format; /* "dnstap", "pcap", "pcapng"; NULL while not known or not usable */
    const char *compression; /* "gzip", "zstd", "xz"; NULL */
    char producer[64];  /* "CoreDNS", "Dumpcap (Wireshark)" … as it says itself; "": not */
    char producer_version[64];
    uint64_t bytes;     /* read so far, as they stand in the file (compressed) */
    uint64_t total_bytes; /* size of a regular file; 0 else */
    uint64_t frames, queries, responses; /* data frames or packets; DNS messages decoded, every copy
                                            counted */
    uint64_t payloads;  /* frames that hold a DNS message; of packets, DNS messages */
    int64_t start, end; /* least and greatest event time, of any packet; WHEN_NONE */
    bool stopped;       /* a STOP frame ended the last stream of it */
    char cut[160];      /* "at byte N: …" where it ends inside something; "" */
    char error[256];    /* why it cannot be used at all; "" */
    struct skips skips;
    uint64_t damaged_at; /* byte of the first piece of a packet capture that is damaged; 0: none */
    char unknown_links[80]; /* link types of packets that were left out: "USER0, USER1"; "" */
    struct evidence evidence; /* packets */
};

struct input_options {
    const uint16_t *ports; /* of DNS in packets, beside 53; lent as long as the inputs live */
    unsigned n_ports;
};

struct inputs;

/* Looks at every file (a few KiB of each) before any work begins.  Files that cannot be used are
 * listed with `error`.  NULL and ERROR_INPUT only where not one of them can be used.  OPTIONS are
 * copied; NULL: none. */
struct inputs *inputs_open(const char *const *files, size_t n, const struct input_options *options,
                           struct error *error);
void inputs_close(struct inputs *inputs);
size_t inputs_count(const struct inputs *inputs);
/* In the order of the arguments. */
const struct input_facts *inputs_facts(const struct inputs *inputs, size_t i);
/* 1: *message is lent until the next call; 0: the end of all inputs.  Damage is counted, never an
 * error. */
int inputs_next(struct inputs *inputs, const struct message **message);
/* The message lent last stands in this other input, too (a sighting): its index, or -1.  Each call
 * gives one more; copies that stand far from one another in their inputs are counted, not told. */
int inputs_also(struct inputs *inputs);
/* Greatest event time of all inputs by reading them through once (regular files only: else
 * ERROR_USAGE); for --since -5m.  Call before the first inputs_next. */
int inputs_find_end(struct inputs *inputs, int64_t *start, int64_t *end, struct error *error);
/* Whether some input was damaged, cut or unusable (exit status 3 without --allow-partial). */
bool inputs_damaged(const struct inputs *inputs);
/* Ends the reading of all inputs as an interrupted read does, at the next read(2): for a signal's
 * handler, since packets may come for long without a message among them. */
void inputs_stop(void);

#endif
