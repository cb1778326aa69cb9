// SPDX-License-Identifier: BSD-2-Clause
#ifndef RENDER_OUTPUT_H
#define RENDER_OUTPUT_H
/*
 * Where an output goes: standard output, or a file that is written under a temporary name beside it
 * and gets its name when it is whole; a symbolic link is followed and stays.  What is no regular
 * file (a pipe, /dev/null) is written straight.  A write that fails is never lost: every call that may write gives -1 and ERROR_OUTPUT.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

#define OUTPUT_FLUSH_BYTES (64u << 10) /* text that may wait before it is written */

struct output {
    int fd;                   /* -1: not open */
    const char *file;         /* as typed; NULL: standard output */
    char *path;               /* of a regular file; NULL else */
    char *volatile temporary; /* its name while it is not whole: a signal handler may unlink it */
    struct text text;         /* what waits to be written: append here */
};

/* The path that FILE means behind all symbolic links of its last part, whether it is there or not;
 * owned by the caller. */
char *output_target(const char *file);
/* FILE: NULL is standard output. */
int output_open(struct output *output, const char *file, struct error *error);
/* Writes what waits, when it is much. */
int output_pour(struct output *output, struct error *error);
/* Writes all that waits. */
int output_flush(struct output *output, struct error *error);
/* Writes all, closes, and gives a file its name. */
int output_finish(struct output *output, struct error *error);
/* Frees; a file that was not finished disappears. */
void output_done(struct output *output);

#endif
