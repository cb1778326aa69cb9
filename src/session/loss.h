// SPDX-License-Identifier: BSD-2-Clause
#ifndef SESSION_LOSS_H
#define SESSION_LOSS_H
/*
 * Frames of one stream that must have been there and are not.  Each proof has the time at which
 * the lost frame was written, to some milliseconds; proofs near to one another make a window.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session/session.h"

/* Proofs with less than this between them are one spell of loss: what causes it (a full queue, a
 * sink that is away, tried again every 10 s since 1.13.2) lasts for seconds. */
#define LOSS_JOIN_NS (10 * WHEN_SECOND)
/* Frames are flushed once a second: a break takes up to so much with it on either side. */
#define LOSS_FLUSH_NS WHEN_SECOND
/* A silence beside a proof that belongs to the loss is at least so long. */
#define LOSS_SILENCE_NS (3 * WHEN_SECOND)
/* Windows kept apart; later ones are joined to the last. */
#define LOSS_WINDOWS_MAX 4096

struct loss {
    uint64_t proven;
    int64_t first, last; /* proofs, where there is one */
    struct loss_window *window; /* by start */
    uint64_t *count;            /* proofs in each */
    size_t n, room;
};

void loss_prove(struct loss *loss, int64_t when);
/* Whether a frame written between FROM and TO may be among the lost ones. */
bool loss_touches(const struct loss *loss, int64_t from, int64_t to);
/* Widens the windows that lie beside a silence by it. */
void loss_silence(struct loss *loss, int64_t start, int64_t end);
void loss_done(struct loss *loss);

#endif
