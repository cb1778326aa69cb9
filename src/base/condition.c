// SPDX-License-Identifier: BSD-2-Clause
#include "base/condition.h"

#include <string.h>

#include "base/filter-inside.h"
#include "base/limits.h"
#include "base/memory.h"

struct condition {
    struct filter_term term;
    struct filter_memory memory;
};

int condition_error(struct error *error, size_t at, const char *what, const char *typed, size_t len,
                    const char *why)
{
    return filter_error(error, at, what, typed, len, why);
}

/* The only word of TEXT, a comparison. */
static int read_token(const char *text, struct filter_token *token, struct error *error)
{
    struct filter_lexer lexer = {text, strlen(text), 0};
    struct filter_token end;

    if (lexer.len > LIMIT_FILTER_BYTES)
        return error_set(error, ERROR_USAGE, "column %u: an expression has at most %u octets",
                         LIMIT_FILTER_BYTES + 1, LIMIT_FILTER_BYTES);
    if (filter_lex(&lexer, token, error) < 0)
        return -1;
    if (token->kind != TOKEN_TERM)
        return error_set(error, ERROR_USAGE, "column %zu: a comparison is wanted: PATH OP VALUE",
                         token->at + 1);
    if (token->op == FILTER_KNOWN)
        return filter_error(error, token->field.at, "behind", text + token->field.at,
                            token->field.len, "an operator and a value are missing");
    if (token->op == FILTER_MATCH)
        return filter_error(error, token->op_word.at, "", text + token->op_word.at,
                            token->op_word.len,
                            "is not for a single value (there are: ==, =, !=, <, <=, >, >=)");
    if (filter_lex(&lexer, &end, error) < 0)
        return -1;
    if (end.kind != TOKEN_END)
        return error_set(error, ERROR_USAGE, "column %zu: more than one comparison", end.at + 1);
    return 0;
}

struct condition *condition_new(const char *text, condition_find *find, void *context,
                                struct error *error)
{
    struct filter_token token;

    if (read_token(text, &token, error) < 0)
        return NULL;
    const struct field *field =
        find(context, text + token.field.at, token.field.len, token.field.at, error);
    if (field == NULL)
        return NULL;
    bool ordered = token.op != FILTER_EQUAL && field->kind == VALUE_TEXT;
    if (ordered) {
        filter_error(error, token.op_word.at, "", text + token.op_word.at, token.op_word.len,
                     "is not for texts: == and != compare them");
        return NULL;
    }
    struct condition *condition = memory_get(1, sizeof *condition);
    condition->term.place.field = field;
    if (filter_operand_read(&condition->term, text, &token, error) < 0) {
        condition_free(condition);
        return NULL;
    }
    return condition;
}

void condition_free(struct condition *condition)
{
    if (condition == NULL)
        return;
    filter_term_done(&condition->term);
    text_done(&condition->memory.scratch);
    text_done(&condition->memory.key);
    memory_free(condition);
}

bool condition_holds(struct condition *condition, const struct value *value)
{
    if (value->kind == VALUE_NULL)
        return false;
    condition->memory.value = *value;
    condition->memory.is_read = condition->memory.is_addr = false;
    return filter_value_holds(&condition->term, &condition->memory) != condition->term.negated;
}

bool condition_asks_less(const struct condition *condition)
{
    return condition->term.op == FILTER_LESS || condition->term.op == FILTER_LESS_EQUAL;
}
