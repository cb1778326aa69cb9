// SPDX-License-Identifier: BSD-2-Clause
#include "render/grid.h"

#include <assert.h>

#include "base/memory.h"

#define GRID_GAP 2
#define GRID_LEAST 16 /* columns that are worth breaking lines for */
#define GRID_SHORT 10 /* columns that are left of what is shortened */

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

static void grid_widths(const struct grid *grid, size_t widths[GRID_COLUMNS_MAX])
{
    for (size_t i = 0; i < grid->columns; i++)
        widths[i] = 0;
    for (size_t row = 0; row < grid->rows; row++) {
        for (size_t i = 0; i < grid->columns; i++) {
            const struct text *cell = &grid->cells[row * grid->columns + i];
            size_t columns = text_columns(cell->at, cell->len);
            widths[i] = columns > widths[i] ? columns : widths[i];
        }
    }
}

/* Octets that the first COLUMNS of a text take. */
static size_t grid_octets(const struct text *text, size_t columns)
{
    size_t i = 0;

    for (; i < text->len; i++) {
        bool begins = ((unsigned char)text->at[i] & 0xc0) != 0x80;
        if (begins && columns == 0)
            break;
        columns -= begins;
    }
    return i;
}

void grid_shorten(struct text *text, size_t columns, bool utf8)
{
    size_t all = text_columns(text->at, text->len), mark = utf8 ? 1 : 2;
    struct text made = {0};

    if (all <= columns || columns <= mark)
        return;
    size_t head = (columns - mark + 1) / 2, tail = columns - mark - head;
    size_t from = grid_octets(text, all - tail);
    text_add(&made, text->at, grid_octets(text, head));
    text_add_string(&made, utf8 ? "…" : "..");
    text_add(&made, text->at + from, text->len - from);
    text_done(text);
    *text = made;
}

void grid_fit(struct grid *grid, size_t indent, size_t width, bool utf8)
{
    size_t widths[GRID_COLUMNS_MAX], last = grid->columns - 1;
    size_t all = indent + last * GRID_GAP;

    grid_widths(grid, widths);
    for (size_t i = 0; i < grid->columns; i++) {
        bool broken = i == last && !grid->right[i] && !grid->fit[i]; /* into lines of its own */
        all += broken && widths[i] > GRID_LEAST ? GRID_LEAST : widths[i];
    }
    for (; all > width; all--) {
        size_t most = grid->columns;
        for (size_t i = 0; i < grid->columns; i++)
            if (grid->fit[i] && widths[i] > GRID_SHORT &&
                (most == grid->columns || widths[i] > widths[most]))
                most = i;
        if (most == grid->columns)
            break;
        widths[most]--;
    }
    for (size_t i = 0; i < grid->rows * grid->columns; i++)
        if (grid->fit[i % grid->columns])
            grid_shorten(&grid->cells[i], widths[i % grid->columns], utf8);
}

void grid_print(const struct grid *grid, size_t indent, size_t width, bool bold_head,
                struct text *out)
{
    size_t widths[GRID_COLUMNS_MAX];

    grid_widths(grid, widths);
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
