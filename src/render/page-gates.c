// SPDX-License-Identifier: BSD-2-Clause
/* The gates of the page: what failed first, then what could not be judged, then what held. */
#include "render/page.h"

#define GATE_INDENT 11 /* columns of the word in front */

static const char *const words[] = {"FAILED", "UNKNOWN", "held"};

/* Which of the words a gate is. */
static size_t word_of(struct row_ref gate)
{
    struct text scratch = {0};
    struct value held = access_value(gate, "held", &scratch);

    text_done(&scratch);
    return held.kind != VALUE_BOOL ? 1 : held.yes ? 2 : 0;
}

static void print_gate(const struct page *page, struct row_ref gate, size_t word)
{
    struct text line = {0};

    text_add_string(page->out, "  ");
    if (word == 2)
        text_add_string(page->out, words[word]);
    else
        page_bold(page, words[word], word == 0 ? "\033[1;31m" : PAGE_BOLD);
    text_add_fill(page->out, ' ', GATE_INDENT - 2 - strlen(words[word]));
    access_add(gate, "gate", page->style->utf8, &line);
    text_add_string(&line, ": ");
    access_add(gate, "why", page->style->utf8, &line);
    grid_wrap(page->out, line.at, line.len, GATE_INDENT, GATE_INDENT + 2, page->width);
    text_add_char(page->out, '\n');
    text_done(&line);
}

void page_gates(const struct page *page)
{
    struct list_ref gates = access_list(page->report, "gates");
    size_t held = 0;

    if (gates.n == 0)
        return;
    page_heading(page, "GATES");
    for (size_t word = 0; word < sizeof words / sizeof *words; word++) {
        for (size_t i = 0; i < gates.n; i++) {
            struct row_ref gate = access_item(&gates, i);
            if (word_of(gate) != word)
                continue;
            /* what failed is never left out */
            if (word < 2 || held++ < page->style->limit)
                print_gate(page, gate, word);
        }
    }
    page_more(page, held > page->style->limit ? held - page->style->limit : 0);
    text_add_char(page->out, '\n');
}
