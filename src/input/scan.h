// SPDX-License-Identifier: BSD-2-Clause
#ifndef INPUT_SCAN_H
#define INPUT_SCAN_H
/*
 * A YAML file as a row of items: objects and lists open and close, keys and values stand in between.
 * JSON is YAML.  Nothing is built, and nothing is called back: what is held at once is one value and
 * a bit for each level, whatever the file says.  Refused, with the place in the file: anchors and
 * aliases (neither kubectl nor this program prints them, and a few lines can mean gigabytes), values
 * longer than LIMIT_SCAN_VALUE_BYTES, levels beyond LIMIT_SCAN_DEPTH, keys that are no text.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum scan_kind {
    SCAN_OBJECT, /* opens */
    SCAN_LIST,   /* opens */
    SCAN_CLOSE,  /* the object or list opened last that is still open */
    SCAN_KEY,    /* of an object; what it names comes next */
    SCAN_VALUE,
};

struct scan_item {
    enum scan_kind kind;
    const char *text;    /* of a key or value, with a final 0; lent until the next call */
    size_t len;          /* the text has no other 0 */
    bool bare;           /* a value without quotes: true, null and 12 mean what they say */
    size_t line, column; /* counted from 1 */
};

struct scan;

/* Opens PATH ("-": standard input), decompressed by content; NULL with ERROR, which names PATH. */
struct scan *scan_open(const char *path, struct error *error);
void scan_close(struct scan *scan);
/* 1: an item; 0: the end of the file, where all is closed; -1 with ERROR ("FILE:LINE:COLUMN: …").
 * Several documents follow one another as if they were one. */
int scan_next(struct scan *scan, struct scan_item *item, struct error *error);
/* Fills ERROR in for an item that its reader does not take: "FILE:LINE:COLUMN: WHAT".  Returns -1. */
int scan_refuse(const struct scan *scan, const struct scan_item *item, const char *what,
                struct error *error);

#endif
