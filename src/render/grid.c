// SPDX-License-Identifier: BSD-2-Clause
#include "render/grid.h"

#include <assert.h>

#include "base/memory.h"

#define GRID_GAP 2
#define GRID_LEAST 16 /* columns that are worth breaking lines for */

void grid_init(struct grid *grid, size_t columns)
{
    assert(columns <= GRID_COLUMNS_MAX);
    *grid = (struct grid){.columns = columns};
}

void grid_done(struct grid *grid)
{
    for (size_t i = 0; i < grid->room * grid->columns; i++)
        text_done(&grid->cells[i]);
    memory_free(grid->cells);
    *grid = (struct grid){0};
}

void grid_add_row(struct grid *grid)
{
    if (grid->rows == grid->room) {
        size_t room = grid->room == 0 ? 16 : 2 * grid->room;
        grid->cells = memory_grow(grid->cells, room * grid->columns, sizeof *grid->cells);
        for (size_t i = grid->room * grid->columns; i < room * grid->columns; i++)
            grid->cells[i] = (struct text){0};
        grid->room = room;
    }
    grid->rows++;
}

struct text *grid_cell(struct grid *grid, size_t column)
{
    return &grid->cells[(grid->rows - 1) * grid->columns + column];
}

void grid_wrap(struct text *out, const char *at, size_t len, size_t column, size_t indent,
               size_t width)
{
    bool fresh = true; /* nothing stands on this line yet but the indent */

    for (size_t i = 0; i < len;) {
        size_t end = i;
        while (end < len && at[end] != ' ')
            end++;
        size_t word = text_columns(at + i, end - i);
        if (!fresh && column + 1 + word > width) {
            text_add_char(out, '\n');
            text_add_fill(out, ' ', indent);
            column = indent;
            fresh = true;
        }
        if (!fresh) {
            text_add_char(out, ' ');
            column++;
        }
        text_add(out, at + i, end - i);
        column += word;
        fresh = false;
        i = end + 1;
    }
}

static void grid_line(const struct grid *grid, const struct text *cells, const size_t *widths,
                      size_t indent, size_t width, struct text *out)
{
    size_t column = indent, owed = indent;

    for (size_t i = 0; i < grid->columns; i++) {
        size_t columns = text_columns(cells[i].at, cells[i].len);
        size_t blanks = widths[i] - columns;
        if (grid->right[i])
            owed += blanks;
        if (columns > 0) {
            text_add_fill(out, ' ', owed);
            if (i + 1 == grid->columns && !grid->right[i] && column + GRID_LEAST <= width)
                grid_wrap(out, cells[i].at, cells[i].len, column, column, width);
            else
                text_add(out, cells[i].at, cells[i].len);
            owed = 0;
        }
        owed += (grid->right[i] ? 0 : blanks) + GRID_GAP;
        column += widths[i] + GRID_GAP;
    }
    text_add_char(out, '\n');
}

void grid_print(const struct grid *grid, size_t indent, size_t width, bool bold_head,
                struct text *out)
{
    size_t widths[GRID_COLUMNS_MAX] = {0};

    for (size_t row = 0; row < grid->rows; row++) {
        for (size_t i = 0; i < grid->columns; i++) {
            const struct text *cell = &grid->cells[row * grid->columns + i];
            size_t columns = text_columns(cell->at, cell->len);
            widths[i] = columns > widths[i] ? columns : widths[i];
        }
    }
    for (size_t row = 0; row < grid->rows; row++) {
        if (row == 0 && bold_head)
            text_add_string(out, "\033[1m");
        grid_line(grid, &grid->cells[row * grid->columns], widths, indent, width, out);
        if (row == 0 && bold_head) {
            out->len--; /* the newline stands behind the end of the bold part */
            text_add_string(out, "\033[0m\n");
        }
    }
}
