// SPDX-License-Identifier: BSD-2-Clause
/* Words of a filter: punctuation, and comparisons as one word each. */
#include <stdio.h>
#include <string.h>

#include "base/filter-inside.h"

enum { SHOWN_MAX = 48 }; /* octets of what was typed that a message repeats */

int filter_error(struct error *error, size_t at, const char *what, const char *typed, size_t len,
                 const char *why)
{
    struct text shown = {0};

    text_add_terminal(&shown, typed, len < SHOWN_MAX ? len : SHOWN_MAX, true);
    error_set(error, ERROR_USAGE, "column %zu: %s%s%s%s'%s%s", at + 1, what,
              what[0] != 0 ? " '" : "'", shown.len > 0 ? shown.at : "",
              len > SHOWN_MAX ? "..." : "", why[0] == ';' || why[0] == 0 ? "" : " ", why);
    text_done(&shown);
    return -1;
}

static int plain_error(struct error *error, size_t at, const char *what)
{
    return error_set(error, ERROR_USAGE, "column %zu: %s", at + 1, what);
}

static bool is_op(char c)
{
    return c != 0 && strchr("!~<>=", c) != NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Of fields: paths, and keys of maps (labels: "app.kubernetes.io/name"). */
static bool is_field(char c)
{
    return !is_op(c) && !is_blank(c) && c != 0 && strchr(",|()\"&", c) == NULL;
}

static void skip_blanks(struct filter_lexer *lexer)
{
    while (lexer->at < lexer->len && is_blank(lexer->text[lexer->at]))
        lexer->at++;
}

/* The octet at AT; 0 at the end. */
static char peek(const struct filter_lexer *lexer, size_t at)
{
    return at < lexer->len ? lexer->text[at] : 0;
}

static int read_op(struct filter_lexer *lexer, struct filter_token *token, struct error *error)
{
    static const struct {
        const char *word;
        enum filter_op op;
        bool negated;
    } ops[] = {{"==", FILTER_EQUAL, false},         {"=", FILTER_EQUAL, false},
               {"!=", FILTER_EQUAL, true},          {"<", FILTER_LESS, false},
               {"<=", FILTER_LESS_EQUAL, false},    {">", FILTER_GREATER, false},
               {">=", FILTER_GREATER_EQUAL, false}, {"~", FILTER_MATCH, false},
               {"!~", FILTER_MATCH, true}};
    struct filter_piece *word = &token->op_word;

    word->at = lexer->at;
    while (is_op(peek(lexer, lexer->at)))
        lexer->at++;
    word->len = lexer->at - word->at;
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (strlen(ops[i].word) != word->len ||
            strncmp(ops[i].word, lexer->text + word->at, word->len) != 0)
            continue;
        token->op = ops[i].op;
        token->negated = ops[i].negated;
        return 0;
    }
    return filter_error(error, word->at, "there is no operator", lexer->text + word->at, word->len,
                        "(there are: ==, =, !=, <, <=, >, >=, ~, !~)");
}

/* In quotes: up to the next quote that has no backslash. */
static int read_quoted(struct filter_lexer *lexer, struct filter_token *token, struct error *error)
{
    size_t open = lexer->at++;

    token->quoted = true;
    token->value.at = lexer->at;
    while (lexer->at < lexer->len && lexer->text[lexer->at] != '"')
        lexer->at += lexer->text[lexer->at] == '\\' && lexer->at + 1 < lexer->len ? 2 : 1;
    if (lexer->at >= lexer->len)
        return plain_error(error, open, "this quote is never closed");
    token->value.len = lexer->at++ - token->value.at;
    return 0;
}

/* Up to ',', '||' or a ')' that closes nothing in it.  '&&' is how others write ',': it would never
 * be found in a value, but silently. */
static int read_bare(struct filter_lexer *lexer, struct filter_token *token, struct error *error)
{
    size_t depth = 0, start = lexer->at;

    while (lexer->at < lexer->len) {
        char c = lexer->text[lexer->at], next = peek(lexer, lexer->at + 1);
        if (c == ',' || (c == '|' && next == '|') || (c == ')' && depth == 0))
            break;
        if (c == '&' && next == '&')
            return plain_error(error, lexer->at,
                               "'&&' is written ',' here (a value that has it stands in \"...\")");
        depth += c == '(';
        depth -= c == ')';
        lexer->at += c == '\\' && next != 0 ? 2 : 1;
    }
    size_t end = lexer->at;
    while (end > start && is_blank(lexer->text[end - 1]))
        end--;
    if (end - start > 1 && lexer->text[start] == '\'' && lexer->text[end - 1] == '\'')
        return plain_error(error, start, "values stand in \"...\", not in '...'");
    token->value = (struct filter_piece){start, end - start};
    if (end == start)
        return filter_error(error, start, "a value is missing behind",
                            lexer->text + token->op_word.at, token->op_word.len,
                            "(an empty one is \"\")");
    return 0;
}

static int read_term(struct filter_lexer *lexer, struct filter_token *token, struct error *error)
{
    token->kind = TOKEN_TERM;
    token->field.at = lexer->at;
    while (is_field(peek(lexer, lexer->at)))
        lexer->at++;
    token->field.len = lexer->at - token->field.at;
    skip_blanks(lexer);
    if (!is_op(peek(lexer, lexer->at)))
        return 0;
    if (token->field.len == 0)
        return plain_error(error, lexer->at, "a field is missing in front of the operator");
    if (read_op(lexer, token, error) < 0)
        return -1;
    skip_blanks(lexer);
    return peek(lexer, lexer->at) == '"' ? read_quoted(lexer, token, error)
                                         : read_bare(lexer, token, error);
}

int filter_lex(struct filter_lexer *lexer, struct filter_token *token, struct error *error)
{
    static const struct {
        char c;
        enum filter_token_kind kind;
    } marks[] = {{',', TOKEN_AND}, {'(', TOKEN_OPEN}, {')', TOKEN_CLOSE}, {0, TOKEN_END}};

    skip_blanks(lexer);
    *token = (struct filter_token){.at = lexer->at};
    char c = peek(lexer, lexer->at), next = peek(lexer, lexer->at + 1);
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        if (marks[i].c != c)
            continue;
        token->kind = marks[i].kind;
        lexer->at += c != 0;
        return 0;
    }
    if (c == '|' && next == '|') {
        token->kind = TOKEN_OR;
        lexer->at += 2;
        return 0;
    }
    if (c == '!' && next != '=' && next != '~') {
        token->kind = TOKEN_NOT;
        lexer->at++;
        return 0;
    }
    if (c == '|' || c == '&')
        return plain_error(error, lexer->at,
                           c == '|' ? "or is written '||'" : "and is written ','");
    if (c == '"')
        return plain_error(error, lexer->at,
                           "a field and an operator are missing in front of the "
                           "quote");
    return read_term(lexer, token, error);
}

/* Octets of TYPED that make one of the value, from the one at I on. */
static size_t escape_len(const char *typed, size_t len, bool quoted, size_t i)
{
    if (typed[i] != '\\' || i + 1 >= len)
        return 1;
    return typed[i + 1] == ',' || typed[i + 1] == '\\' || (quoted && typed[i + 1] == '"') ? 2 : 1;
}

void filter_value(const char *typed, size_t len, bool quoted, struct text *value)
{
    for (size_t i = 0; i < len;) {
        size_t n = escape_len(typed, len, quoted, i);
        text_add_char(value, typed[i + n - 1]);
        i += n;
    }
}

size_t filter_value_origin(const char *typed, size_t len, bool quoted, size_t offset)
{
    size_t i = 0;

    while (i < len && offset-- > 0)
        i += escape_len(typed, len, quoted, i);
    return i;
}
