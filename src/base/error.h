// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_ERROR_H
#define BASE_ERROR_H
/*
 * A failure that ends a piece of work, told once: filled in where the cause is known, handed up
 * as the last argument, printed by cli/ only.  Damage in an input is not an error but data: it is
 * counted (input/skip.h) and reading goes on.
 */
enum error_code {
    ERROR_NONE = 0,
    ERROR_USAGE,  /* exit status 2: the user's words are wrong */
    ERROR_INPUT,  /* an input cannot be used: 4 when it is the only one, else 3 */
    ERROR_OUTPUT, /* 4: a full disk, a closed pipe */
    ERROR_LIMIT,  /* 4: a ceiling was met and the work cannot be done within it */
};

struct error {
    enum error_code code;
    char text[512]; /* one sentence without a final dot or newline; bytes of the user escaped */
};

/* Fills ERROR in; the text is cut to fit.  Always returns -1, so that `return error_set(...)` reads well. */
int error_set(struct error *error, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
