// SPDX-License-Identifier: BSD-2-Clause
/*
 * The grammar of filters, read into steps without recursion:
 *
 *     either = all { "||" all }        all = [part] { "," [part] }
 *     part   = { "!" } ( comparison | "(" either ")" )
 *
 * A frame stands for each '(' that is open.  Jumps forward are chained through their targets until
 * the place is known that they go to.
 */
#include <stdio.h>
#include <string.h>

#include "base/filter-inside.h"
#include "base/limits.h"
#include "base/memory.h"

struct frame {
    size_t open_at;     /* of its '(' */
    size_t mark_at;     /* of the newest '!' or '||' that still wants something behind it */
    uint32_t ands, ors; /* chains of jumps: behind this alternative, behind all; STEP_END: empty */
    bool negated;       /* its '(' stood behind an odd number of '!' */
    bool not_next;      /* as many stand in front of what comes next */
    bool marked;        /* a '!' wants something */
    bool filled;        /* this alternative has a part */
    bool joined;        /* a part was just read: an operator must follow */
    bool several;       /* there was '||' */
};

struct parser {
    struct filter *filter;
    struct filter_program *program;
    const char *text;
    struct filter_lexer lexer;
    size_t scope, scope_end; /* where names are looked for */
    size_t unknown_at;       /* of a field that is not there; SIZE_MAX */
    struct frame frames[LIMIT_FILTER_DEPTH + 1];
    size_t depth;
};

static int fail(struct error *error, size_t at, const char *what)
{
    return error_set(error, ERROR_USAGE, "column %zu: %s", at + 1, what);
}

static uint32_t emit(struct filter_program *program, enum filter_step_kind kind, uint32_t to)
{
    if (program->n == program->room) {
        program->room = program->room == 0 ? 16 : 2 * program->room;
        program->steps = memory_grow(program->steps, program->room, sizeof *program->steps);
    }
    program->steps[program->n] = (struct filter_step){kind, to};
    return (uint32_t)program->n++;
}

/* The jumps of a chain go to the next step. */
static void land(struct filter_program *program, uint32_t *chain)
{
    while (*chain != STEP_END) {
        struct filter_step *step = &program->steps[*chain];
        *chain = step->to;
        step->to = (uint32_t)program->n;
    }
}

static void open_frame(struct parser *parser, size_t at, bool negated)
{
    parser->frames[parser->depth] =
        (struct frame){.open_at = at, .ands = STEP_END, .ors = STEP_END, .negated = negated};
}

/* In front of a part: what stands in front of it must hold, too. */
static int begin_part(struct parser *parser, const struct filter_token *token, struct error *error)
{
    struct frame *frame = &parser->frames[parser->depth];

    if (frame->joined)
        return fail(error, token->at,
                    token->kind == TOKEN_TERM
                        ? "an operator (==, ~, ...), ',' or '||' is missing in front of this"
                        : "',' or '||' is missing in front of this");
    if (frame->filled)
        frame->ands = emit(parser->program, STEP_JUMP_UNLESS, frame->ands);
    return 0;
}

static void end_part(struct parser *parser)
{
    struct frame *frame = &parser->frames[parser->depth];

    frame->filled = frame->joined = true;
    frame->not_next = frame->marked = false;
}

/* One comparison, at the NTH place that the field stands for; *MORE: there are others. */
static int add_comparison(struct parser *parser, const struct filter_token *token, size_t nth,
                          bool *more, struct error *error)
{
    struct filter *filter = parser->filter;
    struct filter_term term = {0};

    if (filter->n_terms == LIMIT_FILTER_TERMS)
        return error_set(error, ERROR_USAGE, "column %zu: filters hold at most %d comparisons",
                         token->at + 1, LIMIT_FILTER_TERMS);
    int found = filter_place_find(filter->language, parser->scope, parser->scope_end, parser->text,
                                  &token->field, nth, &term.place, error);
    if (found != 0) {
        parser->unknown_at = found > 0 ? token->field.at : SIZE_MAX;
        /* add_apart() says it once, of the first scope */
        return found < 0 || parser->scope > 0
                   ? -1
                   : filter_no_field(filter->language, parser->text, &token->field, error);
    }
    if (filter_operand_read(&term, parser->text, token, error) < 0) {
        filter_term_done(&term);
        return -1;
    }
    if (term.operand == OPERAND_PATTERN && filter->n_patterns++ == LIMIT_FILTER_PATTERNS) {
        filter_term_done(&term);
        return error_set(error, ERROR_USAGE, "column %zu: filters hold at most %d patterns",
                         token->value.at + 1, LIMIT_FILTER_PATTERNS);
    }
    term.negated ^= parser->frames[parser->depth].not_next;
    *more = term.place.more;
    if ((filter->n_terms & (filter->n_terms - 1)) == 0) /* room doubles at powers of two */
        filter->terms = memory_grow(filter->terms, filter->n_terms == 0 ? 1 : 2 * filter->n_terms,
                                    sizeof *filter->terms);
    filter->terms[filter->n_terms] = term;
    emit(parser->program, STEP_TEST, (uint32_t)filter->n_terms++);
    return 0;
}

/* Any place that the field stands for will do; of the opposite all must. */
static int add_term(struct parser *parser, const struct filter_token *token, struct error *error)
{
    bool negated = token->negated != parser->frames[parser->depth].not_next, more = true;
    uint32_t decided = STEP_END;

    if (begin_part(parser, token, error) < 0)
        return -1;
    for (size_t nth = 0; more; nth++) {
        if (nth > 0)
            decided = emit(parser->program, negated ? STEP_JUMP_UNLESS : STEP_JUMP_IF, decided);
        if (add_comparison(parser, token, nth, &more, error) < 0)
            return -1;
    }
    land(parser->program, &decided);
    end_part(parser);
    return 0;
}

static int add_open(struct parser *parser, const struct filter_token *token, struct error *error)
{
    bool negated = parser->frames[parser->depth].not_next;

    if (begin_part(parser, token, error) < 0)
        return -1;
    if (parser->depth == LIMIT_FILTER_DEPTH)
        return error_set(error, ERROR_USAGE,
                         "column %zu: parentheses stand inside one another at most %d times",
                         token->at + 1, LIMIT_FILTER_DEPTH);
    parser->depth++;
    open_frame(parser, token->at, negated);
    return 0;
}

/* Nothing is missing where a ',' stands, or a '||', or the end. */
static int check_whole(const struct frame *frame, struct error *error)
{
    return frame->marked ? fail(error, frame->mark_at, "nothing stands behind this '!'") : 0;
}

static int add_or(struct parser *parser, const struct filter_token *token, struct error *error)
{
    struct frame *frame = &parser->frames[parser->depth];

    if (check_whole(frame, error) < 0)
        return -1;
    if (!frame->filled)
        return fail(error, token->at, "nothing stands in front of this '||'");
    frame->ors = emit(parser->program, STEP_JUMP_IF, frame->ors);
    land(parser->program, &frame->ands);
    frame->filled = frame->joined = false;
    frame->several = true;
    frame->mark_at = token->at;
    return 0;
}

/* The end of a frame: its alternatives meet. */
static int close_frame(struct parser *parser, struct error *error)
{
    struct frame *frame = &parser->frames[parser->depth];

    if (check_whole(frame, error) < 0)
        return -1;
    if (!frame->filled && frame->several)
        return fail(error, frame->mark_at, "nothing stands behind this '||'");
    land(parser->program, &frame->ands);
    land(parser->program, &frame->ors);
    if (frame->negated)
        emit(parser->program, STEP_NOT, 0);
    return 0;
}

static int add_close(struct parser *parser, const struct filter_token *token, struct error *error)
{
    if (parser->depth == 0)
        return fail(error, token->at, "this ')' closes nothing");
    if (close_frame(parser, error) < 0)
        return -1;
    if (!parser->frames[parser->depth].filled)
        return fail(error, parser->frames[parser->depth].open_at, "nothing stands in these '()'");
    parser->depth--;
    end_part(parser);
    return 0;
}

static int add_not(struct parser *parser, const struct filter_token *token, struct error *error)
{
    struct frame *frame = &parser->frames[parser->depth];

    if (frame->joined)
        return fail(error, token->at, "',' or '||' is missing in front of this '!'");
    frame->not_next = !frame->not_next;
    frame->marked = true;
    frame->mark_at = token->at;
    return 0;
}

static int add_token(struct parser *parser, const struct filter_token *token, struct error *error)
{
    struct frame *frame = &parser->frames[parser->depth];

    switch (token->kind) {
    case TOKEN_TERM:
        return add_term(parser, token, error);
    case TOKEN_OPEN:
        return add_open(parser, token, error);
    case TOKEN_CLOSE:
        return add_close(parser, token, error);
    case TOKEN_OR:
        return add_or(parser, token, error);
    case TOKEN_NOT:
        return add_not(parser, token, error);
    case TOKEN_AND: /* parts may be empty, as in Inspektor Gadget */
        frame->joined = false;
        return check_whole(frame, error);
    case TOKEN_END:
        break;
    }
    if (parser->depth > 0)
        return fail(error, frame->open_at, "this '(' is never closed");
    return close_frame(parser, error);
}

/* The octets from BEGIN to END, as one more part of a program. */
static int compile(struct parser *parser, size_t begin, size_t end, struct error *error)
{
    struct filter_token token;

    parser->unknown_at = SIZE_MAX;
    parser->lexer = (struct filter_lexer){parser->text, end, begin};
    parser->depth = 0;
    open_frame(parser, begin, false);
    do {
        if (filter_lex(&parser->lexer, &token, error) < 0 || add_token(parser, &token, error) < 0)
            return -1;
    } while (token.kind != TOKEN_END);
    return 0;
}

/* The same behind what the program has; all or nothing of it is added. */
static int add(struct parser *parser, size_t begin, size_t end, struct error *error)
{
    struct filter *filter = parser->filter;
    size_t n_terms = filter->n_terms, n_patterns = filter->n_patterns, n = parser->program->n;

    if (n > 0)
        emit(parser->program, STEP_JUMP_UNLESS, STEP_END);
    size_t first = parser->program->n;
    int result = compile(parser, begin, end, error);
    if (result == 0 && parser->program->n > first)
        return 0;
    while (filter->n_terms > n_terms)
        filter_term_done(&filter->terms[--filter->n_terms]);
    filter->n_patterns = n_patterns;
    parser->program->n = n;
    return result;
}

/* A part goes to the first scope that has all its names. */
static int add_apart(struct parser *parser, size_t begin, size_t end, struct error *error)
{
    const struct filter_language *language = parser->filter->language;
    struct error first = {0};
    size_t first_at = SIZE_MAX;

    for (size_t i = 0; i < language->n_scopes; i++) {
        struct error inner = {0};
        parser->scope = i;
        parser->scope_end = i + 1;
        parser->program = &parser->filter->programs[i];
        if (add(parser, begin, end, &inner) == 0)
            return 0;
        if (parser->unknown_at == SIZE_MAX) {
            *error = inner;
            return -1;
        }
        if (i == 0) {
            first = inner;
            first_at = parser->unknown_at;
        } else if (parser->unknown_at != first_at) {
            return error_set(
                error, ERROR_USAGE,
                "column %zu: fields of %s and of %s stand in one part: put ',' between "
                "them, outside of parentheses, or ask for one kind only",
                first_at + 1, language->scopes[0].table->name, language->scopes[i].table->name);
        }
    }
    *error = first;
    return -1;
}

/* The next ',' outside of parentheses from BEGIN on, or the end, or, where it stands there and comes
 * earlier, '||'; -1 and ERROR where a word is none. */
static int find_end(const char *text, size_t begin, size_t len, struct filter_token *found,
                    struct error *error)
{
    struct filter_lexer lexer = {text, len, begin};
    size_t depth = 0;

    do {
        if (filter_lex(&lexer, found, error) < 0)
            return -1;
        depth += found->kind == TOKEN_OPEN;
        depth -= found->kind == TOKEN_CLOSE && depth > 0;
    } while (found->kind != TOKEN_END &&
             (depth > 0 || (found->kind != TOKEN_AND && found->kind != TOKEN_OR)));
    return 0;
}

/* Parts between ',' go to their scopes one by one; with '||' there is only one part. */
static int parse_apart(struct parser *parser, size_t len, struct error *error)
{
    struct filter_token end = {.at = 0};
    size_t begin = 0;

    do {
        if (find_end(parser->text, end.at + (end.kind == TOKEN_AND), len, &end, error) < 0)
            return -1;
    } while (end.kind == TOKEN_AND);
    if (end.kind == TOKEN_OR)
        return add_apart(parser, 0, len, error);
    do {
        if (find_end(parser->text, begin, len, &end, error) < 0 ||
            add_apart(parser, begin, end.at, error) < 0)
            return -1;
        begin = end.at + 1;
    } while (end.kind == TOKEN_AND);
    return 0;
}

int filter_parse(struct filter *filter, const char *text, size_t len, struct error *error)
{
    struct parser *parser = memory_get(1, sizeof *parser);

    *parser = (struct parser){.filter = filter,
                              .program = &filter->programs[0],
                              .text = text,
                              .scope_end = filter->language->n_scopes};
    int result =
        filter->language->apart ? parse_apart(parser, len, error) : add(parser, 0, len, error);
    memory_free(parser);
    return result;
}
