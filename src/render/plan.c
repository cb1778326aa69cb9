// SPDX-License-Identifier: BSD-2-Clause
#include "render/plan.h"

#include <string.h>

#include "base/memory.h"
#include "render/scalar.h"

enum { PLANS_KEPT = 4 }; /* two views in two syntaxes */

enum step_kind {
    STEP_VALUE,
    STEP_GROUP, /* skips its steps where it is not present */
    STEP_LIST,
    STEP_ROWS,
    STEP_LITERAL
};

/* Octets in blocks of TEXT_STRIDE. */
struct literal {
    const char *at;
    size_t len;
};

struct list {
    const struct field *field;
    struct literal none, first, between, last; /* of no items; around the items */
    const struct steps *rows;                  /* STEP_ROWS */
};

/* Whatever a step needs as a rule lies in the 64 octets of one: rows are many, and by the next one
 * the caches near the processor were used for other things. */
struct step {
    char lead[TEXT_STRIDE]; /* literal in front */
    uint16_t lead_len, kind;
    uint32_t skip; /* STEP_GROUP: steps inside it */
    struct value (*get)(const void *row, struct text *scratch);
    union {
        bool (*present)(const void *row);
        const struct list *list;
    };
};

struct steps {
    struct step *at;
    size_t n, room;
};

struct plan {
    const struct field_table *table;
    const struct plan_syntax *syntax;
    struct arena arena;
    bool possible;
    struct literal none;
    size_t spare; /* room for all literals and for all values but texts, each once */
    struct steps steps;
};

/* --- making a plan --- */

struct builder {
    struct plan *plan;
    struct text lead; /* literal in front of the next step */
};

static struct literal literal_of(struct builder *builder, const char *at, size_t len)
{
    size_t blocks = len / TEXT_STRIDE + 1;
    char *copy = arena_get(&builder->plan->arena, blocks, TEXT_STRIDE);

    builder->plan->spare += blocks * TEXT_STRIDE;
    memory_copy(copy, at, len);
    return (struct literal){copy, len};
}

static struct literal literal_string(struct builder *builder, const char *string)
{
    return literal_of(builder, string, strlen(string));
}

/* Adds a step with at most TEXT_STRIDE octets of the waiting literal, the first ones. */
static struct step *push_step(struct builder *builder, struct steps *steps, enum step_kind kind)
{
    size_t len = builder->lead.len < TEXT_STRIDE ? builder->lead.len : TEXT_STRIDE;

    if (steps->n == steps->room) {
        steps->room = steps->room == 0 ? 64 : 2 * steps->room;
        steps->at = memory_grow(steps->at, steps->room, sizeof *steps->at);
    }
    struct step *step = &steps->at[steps->n++];
    *step = (struct step){.kind = (uint16_t)kind, .lead_len = (uint16_t)len};
    memory_copy(step->lead, builder->lead.at, len);
    builder->plan->spare += TEXT_STRIDE + SCALAR_ROOM;
    return step;
}

/* Adds a step with the whole of the waiting literal; good until the next one is added. */
static struct step *add_step(struct builder *builder, struct steps *steps, enum step_kind kind)
{
    struct text rest = builder->lead;

    for (; builder->lead.len > TEXT_STRIDE; builder->lead.len -= TEXT_STRIDE) {
        push_step(builder, steps, STEP_LITERAL);
        builder->lead.at += TEXT_STRIDE;
    }
    struct step *step = push_step(builder, steps, kind);
    builder->lead = rest;
    text_clear(&builder->lead);
    return step;
}

/* Moves finished steps to where they stay. */
static void keep_steps(struct builder *builder, struct steps *steps)
{
    struct step *kept = arena_get(&builder->plan->arena, steps->n, sizeof *kept);

    memory_copy(kept, steps->at, steps->n * sizeof *kept);
    memory_free(steps->at);
    steps->at = kept;
}

/* What stands in front of an item of a list whose key stands INDENT blanks deep. */
static struct literal item_lead(struct builder *builder, size_t indent, const char *brackets)
{
    struct text text = {0};

    if (builder->plan->syntax->lines) {
        text_add_char(&text, '\n');
        text_add_fill(&text, ' ', indent + 2);
        text_add_string(&text, "- ");
    } else {
        text_add_string(&text, brackets);
    }
    struct literal literal = literal_of(builder, text.at, text.len);
    text_done(&text);
    return literal;
}

static void build_range(struct builder *builder, struct steps *steps,
                        const struct field_table *table, size_t first, size_t end, size_t prefix,
                        size_t indent, bool begins);

static void build_list(struct builder *builder, struct steps *steps, const struct field *field,
                       size_t indent)
{
    bool rows = field->shape == FIELD_ROWS, lines = builder->plan->syntax->lines;
    struct step *step = add_step(builder, steps, rows ? STEP_ROWS : STEP_LIST);
    struct list *list = arena_get(&builder->plan->arena, 1, sizeof *list);

    step->list = list;
    list->field = field;
    list->none = literal_string(builder, lines ? " []" : "[]");
    list->first = item_lead(builder, indent, rows ? "[{" : "[");
    list->between = item_lead(builder, indent, rows ? "},{" : ",");
    list->last = literal_string(builder, lines ? "" : rows ? "}]" : "]");
    if (!rows)
        return;
    struct steps *inner = arena_get(&builder->plan->arena, 1, sizeof *inner);
    build_range(builder, inner, field->rows, 0, field->rows->n, 0, indent + 4, true);
    keep_steps(builder, inner);
    list->rows = inner;
}

static void build_group(struct builder *builder, struct steps *steps,
                        const struct field_table *table, size_t i, size_t indent)
{
    const struct field *field = &table->fields[i];
    bool lines = builder->plan->syntax->lines;
    size_t before = 0;

    if (field->present != NULL) {
        add_step(builder, steps, STEP_GROUP)->present = field->present;
        before = steps->n;
    }
    if (!lines)
        text_add_char(&builder->lead, '{');
    build_range(builder, steps, table, i + 1, field_end(table, i), strlen(field->path) + 1,
                indent + 2, !lines);
    if (!lines)
        text_add_char(&builder->lead, '}');
    if (field->present == NULL)
        return;
    if (!lines)
        add_step(builder, steps, STEP_LITERAL);
    steps->at[before - 1].skip = (uint32_t)(steps->n - before);
}

/* The steps of the entries FIRST to END, whose keys begin behind PREFIX characters.  BEGINS: the
 * first of them stands right behind what opened the object.  As deep as the tables are nested. */
static void build_range(struct builder *builder, struct steps *steps,
                        const struct field_table *table, size_t first, size_t end, size_t prefix,
                        size_t indent, bool begins)
{
    const struct plan_syntax *syntax = builder->plan->syntax;
    size_t told = 0;

    for (size_t i = first; i < end; i = field_end(table, i)) {
        const struct field *field = &table->fields[i];
        if (field->flags & FIELD_COLUMN_ONLY)
            continue;
        if ((told++ > 0 || !begins) && syntax->lines) {
            text_add_char(&builder->lead, '\n');
            text_add_fill(&builder->lead, ' ', indent);
        } else if (told > 1) {
            text_add_char(&builder->lead, ',');
        }
        syntax->key(&builder->lead, field->path + prefix, strlen(field->path + prefix));
        text_add_string(&builder->lead, syntax->lines && field->shape == FIELD_VALUE ? ": " : ":");
        if (field->shape == FIELD_VALUE)
            add_step(builder, steps, STEP_VALUE)->get = field->get;
        else if (field->shape == FIELD_GROUP)
            build_group(builder, steps, table, i, indent);
        else if (field->shape == FIELD_MAP)
            builder->plan->possible = false;
        else
            build_list(builder, steps, field, indent);
    }
    if (told == 0)
        builder->plan->possible = false;
}

static void plan_make(struct plan *plan, const struct field_table *table,
                      const struct plan_syntax *syntax)
{
    struct builder builder = {.plan = plan};

    arena_done(&plan->arena);
    *plan = (struct plan){.table = table, .syntax = syntax, .possible = true};
    plan->none = literal_string(&builder, syntax->lines ? " null" : "null");
    text_add_string(&builder.lead, syntax->lines ? "- " : "{");
    build_range(&builder, &plan->steps, table, 0, table->n, 0, 2, true);
    text_add_string(&builder.lead, syntax->lines ? "\n" : "}");
    add_step(&builder, &plan->steps, STEP_LITERAL);
    keep_steps(&builder, &plan->steps);
    text_done(&builder.lead);
}

const struct plan *plan_of(const struct field_table *table, const struct plan_syntax *syntax)
{
    static struct plan plans[PLANS_KEPT];
    static size_t next;
    struct plan *plan = plans;

    while (plan < plans + PLANS_KEPT && (plan->table != table || plan->syntax != syntax))
        plan++;
    if (plan == plans + PLANS_KEPT) {
        plan = &plans[next++ % PLANS_KEPT];
        plan_make(plan, table, syntax);
    }
    return plan->possible ? plan : NULL;
}

/* --- printing a row --- */

struct printer {
    const struct plan_syntax *syntax;
    struct text *out;
    struct text scratch;
    size_t spare;
    struct literal none; /* instead of a group that is not there */
};

/* Room for N octets behind AT, which is the end of what was written. */
static inline char *room(struct printer *printer, char *at, size_t n)
{
    struct text *out = printer->out;

    if (n < out->room - (size_t)(at - out->at))
        return at;
    text_end(out, at);
    return text_room_more(out, n);
}

/* Room for LEN + TEXT_STRIDE octets is there. */
static inline char *put_literal(char *at, const struct literal *literal)
{
    size_t done = 0;

    do {
        text_put_stride(at + done, literal->at + done);
        done += TEXT_STRIDE;
    } while (done < literal->len);
    return at + literal->len;
}

static char *put_text(struct printer *printer, char *at, const struct value *value)
{
    at = room(printer, at, value->text.len + 2 + printer->spare);
    char *end = text_put_quoted(at, value->text.at, value->text.len);

    if (end != NULL)
        return end;
    text_end(printer->out, at);
    printer->syntax->escaped(printer->out, value->text.at, value->text.len);
    return text_room(printer->out, printer->spare);
}

/* SCALAR_ROOM is there. */
static inline char *put_value(struct printer *printer, char *at, const struct value *value)
{
    if (value->kind == VALUE_TEXT)
        return put_text(printer, at, value);
    at = scalar_value(printer->out, at, value);
    bool may_grow = value->kind == VALUE_SHARE || value->kind == VALUE_NUMBER;
    return may_grow ? room(printer, at, printer->spare) : at;
}

static char *put_steps(struct printer *printer, const struct steps *steps, char *at,
                       const void *row);

static char *put_list(struct printer *printer, const struct list *list, char *at, const void *row)
{
    const struct field *field = list->field;
    size_t n = field->count(row);

    if (n == 0)
        return put_literal(at, &list->none);
    for (size_t i = 0; i < n; i++) {
        at = put_literal(at, i == 0 ? &list->first : &list->between);
        if (list->rows != NULL) {
            at = put_steps(printer, list->rows, at, field->item(row, i));
        } else {
            printer->scratch.len = 0;
            struct value value = field->item_value(row, i, &printer->scratch);
            at = put_value(printer, at, &value);
        }
        at = room(printer, at, printer->spare);
    }
    return put_literal(at, &list->last);
}

/* The spare room is there at the beginning and at the end; what is of no fixed length takes care
 * that it is there again.  As deep as the tables are nested. */
static char *put_steps(struct printer *printer, const struct steps *steps, char *at,
                       const void *row)
{
    const struct step *end = steps->at + steps->n;

    for (const struct step *step = steps->at; step < end; step++) {
        text_put_stride(at, step->lead);
        at += step->lead_len;
        if (step->kind == STEP_VALUE) {
            printer->scratch.len = 0;
            struct value value = step->get(row, &printer->scratch);
            at = put_value(printer, at, &value);
        } else if (step->kind == STEP_GROUP) {
            if (step->present(row))
                continue;
            at = put_literal(at, &printer->none);
            step += step->skip;
        } else if (step->kind != STEP_LITERAL) {
            at = put_list(printer, step->list, at, row);
        }
    }
    return at;
}

void plan_print(const struct plan *plan, const void *row, struct text *out)
{
    static struct text scratch; /* kept from row to row: one row at a time is printed */
    struct printer printer = {plan->syntax, out, scratch, plan->spare, plan->none};

    char *at = put_steps(&printer, &plan->steps, text_room(out, plan->spare), row);
    text_end(out, at);
    scratch = printer.scratch;
}
