// SPDX-License-Identifier: BSD-2-Clause
#ifndef RENDER_GRID_H
#define RENDER_GRID_H
/* A small table that is held whole, so that its columns can be as wide as what they hold. */
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

#define GRID_COLUMNS_MAX 12

struct grid {
    size_t columns, rows;
    bool right[GRID_COLUMNS_MAX];
    bool fit[GRID_COLUMNS_MAX]; /* grid_fit() may shorten its cells */
    struct text *cells;         /* rows * columns */
    size_t room;                /* rows that cells has room for */
};

void grid_init(struct grid *grid, size_t columns);
void grid_done(struct grid *grid);
/* Adds an empty row. */
void grid_add_row(struct grid *grid);
/* A cell of the row that was added last: add text to it. */
struct text *grid_cell(struct grid *grid, size_t column);
/* Shortens TEXT in its middle to so many columns: "n9.regi…ple.io.", ".." where not UTF8. */
void grid_shorten(struct text *text, size_t columns, bool utf8);
/* Shortens cells of the columns to `fit`, the widest first, until lines INDENT blanks in pass WIDTH
 * no more, or nothing can be shorter. */
void grid_fit(struct grid *grid, size_t indent, size_t width, bool utf8);
/* Prints it, each line INDENT blanks in.  The last column, where it stands on the left, goes on in
 * further lines below itself when it has blanks to break at and would pass WIDTH (but not where
 * there is next to no room for it). */
void grid_print(const struct grid *grid, size_t indent, size_t width, bool bold_head,
                struct text *out);

/* Adds words, broken at blanks so that no line passes WIDTH (a longer word stands alone); COLUMN is
 * where the line is now, further ones start INDENT blanks in.  No newline at the end. */
void grid_wrap(struct text *out, const char *at, size_t len, size_t column, size_t indent,
               size_t width);

#endif
