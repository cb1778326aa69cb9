// SPDX-License-Identifier: BSD-2-Clause
/*
 * CSV (RFC 4180): a head line with the dotted paths, CRLF, lists joined by blanks, an empty cell
 * for what is not known, times in UTC.  Cells are UTF-8 without control characters.
 */
#include "render/formats.h"
#include "render/utf8.h"

static bool csv_control(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0);
}

/* A text out of a capture: octets that are no UTF-8 become what JSON makes of them, and controls
 * (C0, DEL, C1) \xHH, because a cell is read on terminals, too. */
static void csv_text(struct text *out, const char *at, size_t len)
{
    size_t i = 0;

    while (i < len && (unsigned char)at[i] >= 0x20 && (unsigned char)at[i] < 0x7f)
        i++;
    if (i == len) {
        text_add_csv(out, at, len);
        return;
    }
    struct text clean = {0};
    for (i = 0; i < len;) {
        size_t used;
        char code[4];
        uint32_t point = utf8_read(at + i, len - i, &used);
        if (csv_control(point))
            text_format(&clean, "\\x%02x", (unsigned)point);
        else
            text_add(&clean, code, utf8_write(point, code));
        i += used;
    }
    text_add_csv(out, clean.at, clean.len);
    text_done(&clean);
}

void csv_begin(struct text *out, const struct field_table *table, const struct field *const *fields,
               size_t n, const struct render_style *style)
{
    (void)table, (void)style;
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            text_add_char(out, ',');
        text_add_string(out, fields[i]->path);
    }
    text_add_string(out, "\r\n");
}

void csv_row(struct text *out, const struct field_table *table, const struct field *const *fields,
             size_t n, const void *row, bool first, const struct render_style *style)
{
    static struct text scratch; /* kept from row to row: one row at a time is printed */

    (void)first, (void)style;
    for (size_t i = 0; i < n; i++) {
        text_clear(&scratch);
        struct value value = field_cell(table, fields[i], row, &scratch);
        if (i > 0)
            text_add_char(out, ',');
        if (value.kind == VALUE_TEXT)
            csv_text(out, value.text.at, value.text.len);
        else
            field_print(&value, out);
    }
    text_add_string(out, "\r\n");
}
