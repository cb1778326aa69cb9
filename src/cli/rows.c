// SPDX-License-Identifier: BSD-2-Clause
#include "cli/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* A row that is held: the key, then what each output is to print. */
struct held {
    struct value key; /* a text lies in bytes */
    uint64_t order;   /* of coming: breaks ties */
    size_t size;      /* of this block */
    size_t lens[OPTIONS_OUTPUTS_MAX];
    char bytes[]; /* the text of the key, then the outputs' */
};

struct rows {
    const struct options *options;
    struct output *outputs;
    const struct render_style *styles;
    uint64_t printed, came;
    struct held **held; /* with a limit: a heap with the last one on top */
    size_t n, room, used_bytes, ceiling_bytes;
    struct text scratch, rendered;
};

struct rows *rows_new(const struct options *options, struct output *outputs,
                      const struct render_style *styles, size_t ceiling_bytes)
{
    struct rows *rows = memory_get(1, sizeof *rows);

    rows->options = options;
    rows->outputs = outputs;
    rows->styles = styles;
    rows->ceiling_bytes = ceiling_bytes;
    return rows;
}

void rows_free(struct rows *rows)
{
    if (rows == NULL)
        return;
    for (size_t i = 0; i < rows->n; i++)
        memory_free(rows->held[i]);
    memory_free(rows->held);
    text_done(&rows->scratch);
    text_done(&rows->rendered);
    memory_free(rows);
}

void rows_begin(struct rows *rows)
{
    const struct field_table *table = view_table(rows->options->view);

    for (size_t i = 0; i < rows->options->n_outputs; i++) {
        const struct output_choice *choice = &rows->options->outputs[i];
        if (choice->format->begin != NULL)
            choice->format->begin(&rows->outputs[i].text, table, choice->fields, choice->n,
                                  &rows->styles[i]);
    }
}

static void render(const struct rows *rows, size_t output, const void *row, bool first,
                   struct text *out)
{
    const struct output_choice *choice = &rows->options->outputs[output];

    choice->format->row(out, view_table(rows->options->view), choice->fields, choice->n, row, first,
                        &rows->styles[output]);
}

static int pass_through(struct rows *rows, const void *row, struct error *error)
{
    if (rows->options->limit > 0 && rows->printed == (uint64_t)rows->options->limit)
        return 0;
    for (size_t i = 0; i < rows->options->n_outputs; i++) {
        render(rows, i, row, rows->printed == 0, &rows->outputs[i].text);
        if (output_pour(&rows->outputs[i], error) < 0)
            return -1;
    }
    rows->printed++;
    return 0;
}

static int compare_texts(const struct value *a, const struct value *b)
{
    size_t least = a->text.len < b->text.len ? a->text.len : b->text.len;
    int order = least == 0 ? 0 : memcmp(a->text.at, b->text.at, least);

    return order != 0 ? order : (a->text.len > b->text.len) - (a->text.len < b->text.len);
}

/* Both of one kind and not null. */
static int compare_values(const struct value *a, const struct value *b)
{
    switch (a->kind) {
    case VALUE_TEXT:
        return compare_texts(a, b);
    case VALUE_SHARE:
    case VALUE_NUMBER:
        return (a->share > b->share) - (a->share < b->share);
    case VALUE_BOOL:
        return (int)a->yes - (int)b->yes;
    case VALUE_COUNT:
        return (a->count > b->count) - (a->count < b->count);
    case VALUE_MS:
    case VALUE_TIME:
        return (a->ns > b->ns) - (a->ns < b->ns);
    case VALUE_NULL:
        break;
    }
    return 0;
}

/* < 0: A is printed before B.  Rows without a value are the last, whatever the direction. */
static int compare(const struct value *a, uint64_t a_order, const struct value *b, uint64_t b_order,
                   bool down)
{
    int order;

    if (a->kind == VALUE_NULL || b->kind == VALUE_NULL)
        order = (a->kind == VALUE_NULL) - (b->kind == VALUE_NULL);
    else
        order = down ? compare_values(b, a) : compare_values(a, b);
    return order != 0 ? order : (a_order > b_order) - (a_order < b_order);
}

static bool after(const struct rows *rows, size_t a, size_t b)
{
    const struct held *one = rows->held[a], *other = rows->held[b];
    return compare(&one->key, one->order, &other->key, other->order, rows->options->sort_down) > 0;
}

static void swap(struct rows *rows, size_t a, size_t b)
{
    struct held *held = rows->held[a];

    rows->held[a] = rows->held[b];
    rows->held[b] = held;
}

static void sift_up(struct rows *rows, size_t at)
{
    while (at > 0 && after(rows, at, (at - 1) / 2)) {
        swap(rows, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
}

static void sift_down(struct rows *rows)
{
    for (size_t at = 0;;) {
        size_t most = at;
        for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < rows->n; child++)
            if (after(rows, child, most))
                most = child;
        if (most == at)
            return;
        swap(rows, at, most);
        at = most;
    }
}

/* Renders ROW for every output behind its key, as a row that is not the first. */
static struct held *make_held(struct rows *rows, const struct value *key, const void *row)
{
    struct text *all = &rows->rendered;
    size_t lens[OPTIONS_OUTPUTS_MAX] = {0};

    text_clear(all);
    if (key->kind == VALUE_TEXT)
        text_add(all, key->text.at, key->text.len);
    for (size_t i = 0; i < rows->options->n_outputs; i++) {
        size_t before = all->len;
        render(rows, i, row, false, all);
        lens[i] = all->len - before;
    }
    struct held *held = memory_get(1, sizeof *held + all->len);
    held->key = *key;
    held->order = rows->came;
    held->size = sizeof *held + all->len + 2 * sizeof(void *);
    memory_copy(held->lens, lens, sizeof lens);
    memory_copy(held->bytes, all->at, all->len);
    if (key->kind == VALUE_TEXT)
        held->key.text.at = held->bytes;
    return held;
}

static int too_much(const struct rows *rows, struct error *error)
{
    const char *help = rows->options->limit > 0 ? "ask for fewer rows with --limit"
                                                : "ask for the first of them with --limit N";
    return error_set(error, ERROR_LIMIT,
                     "--sort: more than %zu rows do not fit in --max-memory; %s, or raise it",
                     rows->n, help);
}

static int hold(struct rows *rows, const void *row, struct error *error)
{
    const struct options *options = rows->options;
    bool full = options->limit > 0 && rows->n == (size_t)options->limit;

    text_clear(&rows->scratch);
    struct value key =
        field_cell(view_table(options->view), options->sort_field, row, &rows->scratch);
    rows->came++;
    if (full) {
        const struct held *last = rows->held[0];
        if (compare(&key, rows->came, &last->key, last->order, options->sort_down) > 0)
            return 0;
        rows->used_bytes -= last->size;
        memory_free(rows->held[0]);
        rows->held[0] = rows->held[--rows->n];
        sift_down(rows);
    }
    if (rows->n == rows->room) {
        rows->room = rows->room == 0 ? 256 : 2 * rows->room;
        rows->held = memory_grow(rows->held, rows->room, sizeof *rows->held);
    }
    struct held *held = make_held(rows, &key, row);
    rows->held[rows->n++] = held;
    rows->used_bytes += held->size;
    if (rows->used_bytes + rows->room * sizeof *rows->held > rows->ceiling_bytes)
        return too_much(rows, error);
    if (options->limit > 0)
        sift_up(rows, rows->n - 1);
    return 0;
}

int rows_add(struct rows *rows, const void *row, struct error *error)
{
    return rows->options->sort_field == NULL ? pass_through(rows, row, error)
                                             : hold(rows, row, error);
}

static int by_key(const void *a, const void *b, void *context)
{
    const struct held *one = *(struct held *const *)a, *other = *(struct held *const *)b;
    const struct rows *rows = context;

    return compare(&one->key, one->order, &other->key, other->order, rows->options->sort_down);
}

static int print_held(struct rows *rows, const struct held *held, struct error *error)
{
    const char *at = held->bytes + (held->key.kind == VALUE_TEXT ? held->key.text.len : 0);

    for (size_t i = 0; i < rows->options->n_outputs; i++) {
        size_t skip = rows->printed == 0 ? rows->options->outputs[i].format->separator_bytes : 0;
        text_add(&rows->outputs[i].text, at + skip, held->lens[i] - skip);
        at += held->lens[i];
        if (output_pour(&rows->outputs[i], error) < 0)
            return -1;
    }
    rows->printed++;
    return 0;
}

int rows_end(struct rows *rows, struct error *error)
{
    if (rows->n > 0)
        qsort_r(rows->held, rows->n, sizeof *rows->held, by_key, rows);
    for (size_t i = 0; i < rows->n; i++)
        if (print_held(rows, rows->held[i], error) < 0)
            return -1;
    for (size_t i = 0; i < rows->options->n_outputs; i++) {
        const struct output_choice *choice = &rows->options->outputs[i];
        if (choice->format->end != NULL)
            choice->format->end(&rows->outputs[i].text, view_table(rows->options->view),
                                choice->fields, choice->n, rows->printed > 0, &rows->styles[i]);
    }
    return 0;
}
