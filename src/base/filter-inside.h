// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_FILTER_INSIDE_H
#define BASE_FILTER_INSIDE_H
/* What the files of the filter share; only they include this. */
#include "base/addr.h"
#include "base/filter.h"

/* filter-lexer.c: words ---------------------------------------------------------------------------- */

enum filter_token_kind {
    TOKEN_END,
    TOKEN_AND,   /* , */
    TOKEN_OR,    /* || */
    TOKEN_NOT,   /* ! */
    TOKEN_OPEN,  /* ( */
    TOKEN_CLOSE, /* ) */
    TOKEN_TERM,  /* a field, alone or with an operator and a value */
};

enum filter_op {
    FILTER_KNOWN, /* the field alone */
    FILTER_EQUAL,
    FILTER_LESS,
    FILTER_LESS_EQUAL,
    FILTER_GREATER,
    FILTER_GREATER_EQUAL,
    FILTER_MATCH,
};

struct filter_piece { /* octets of the expression */
    size_t at, len;
};

struct filter_token {
    enum filter_token_kind kind;
    size_t at;
    struct filter_piece field, op_word, value; /* value: as typed, without the quotes around it */
    enum filter_op op;
    bool negated; /* != and !~: the opposite of OP */
    bool quoted;
};

struct filter_lexer {
    const char *text;
    size_t len, at;
};

/* The next word; -1 and ERROR where there is none. */
int filter_lex(struct filter_lexer *lexer, struct filter_token *token, struct error *error);
/* Appends a value with its backslashes resolved. */
void filter_value(const char *typed, size_t len, bool quoted, struct text *value);
/* The octet of TYPED that became octet OFFSET of its value. */
size_t filter_value_origin(const char *typed, size_t len, bool quoted, size_t offset);
/* "column N: WHAT 'TYPED' WHY"; TYPED is escaped and cut.  Always -1. */
int filter_error(struct error *error, size_t at, const char *what, const char *typed, size_t len,
                 const char *why);

/* filter-pattern.c: PCRE2 -------------------------------------------------------------------------- */

struct pattern;
/* FOLDED: letters have no case.  DOTTED: "$" also matches in front of a dot at the end.  NULL and
 * WHY, with the OFFSET in the pattern, where it is none. */
struct pattern *pattern_new(const char *at, size_t len, bool folded, bool dotted, char why[128],
                            size_t *offset);
void pattern_free(struct pattern *pattern);
bool pattern_found(struct pattern *pattern, const char *at, size_t len);
uint64_t pattern_gave_up(const struct pattern *pattern);

/* A comparison ------------------------------------------------------------------------------------- */

/* Where a value stands in a row.  All is lent by the language. */
struct filter_place {
    size_t scope;
    const struct field_table *outer; /* the scope's table, where ROWS is in it */
    const struct field *rows;        /* FIELD_ROWS or FIELD_MAP whose elements have it; or NULL */
    char *key;                       /* of the FIELD_MAP; owned by the term; or NULL */
    const struct field_table *table;
    const struct field *field;
    int64_t unit_ns; /* of bare numbers; 0: the field's own */
    bool more;       /* the name stands for further places */
};

struct filter_network {
    struct endpoint addr; /* port 0: any */
    unsigned bits;
};

enum filter_operand { /* what the value is compared with */
    OPERAND_NONE,
    OPERAND_INTEGER, /* counts, durations, times, booleans */
    OPERAND_REAL,
    OPERAND_TEXT,
    OPERAND_ADDRESS,  /* by number; of a group, that of its fields .addr and .port */
    OPERAND_PATTERN,
};

struct filter_term {
    struct filter_place place;
    enum filter_op op;
    bool negated;
    enum filter_operand operand;
    union {
        int64_t integer;
        double real;
        struct text text;
        struct filter_network network;
        struct pattern *pattern;
    };
    const struct field *port; /* OPERAND_ADDRESS: the field, where a port was typed */
};

/* filter-network.c: "10.0.0.1", "10.244.0.0/16", "[fd00::1]"; with PORT also "10.0.0.1:53" and
 * "[fd00::1]:53"; in front of all of them "r/", as Inspektor Gadget prints them ("r/fd00::1:53"). */
bool filter_network_read(const char *text, bool port, struct filter_network *network);
/* Whether an address is in it, whatever its port. */
bool filter_network_has(const struct filter_network *network, const struct endpoint *addr);

/* filter-place.c: the NTH place (from 0) that FIELD, a piece of TEXT, stands for in the scopes from
 * SCOPE to before END; 1 where it names nothing there, -1 and ERROR where it cannot be compared. */
int filter_place_find(const struct filter_language *language, size_t scope, size_t end,
                      const char *text, const struct filter_piece *field, size_t nth,
                      struct filter_place *place, struct error *error);
/* filter-nearest.c: says that there is no such field, and what was likely meant.  Always -1. */
int filter_no_field(const struct filter_language *language, const char *text,
                    const struct filter_piece *field, struct error *error);
/* Whether a table has it, under its own name. */
bool filter_place_in(const struct field_table *table, const char *path, size_t len);

/* filter-operand.c: fills in operand and op of a term whose place is found.  TEXT: the expression. */
int filter_operand_read(struct filter_term *term, const char *text, const struct filter_token *token,
                        struct error *error);
void filter_term_done(struct filter_term *term);

/* filter-judge.c: the value that was asked for last is kept, since lists of names and addresses are
 * long: "name==a||name==b||...". */
struct filter_memory {
    struct text scratch, key;
    const struct field *field; /* whose value it is, in the row at hand; NULL: none is kept */
    struct value value;
    bool is_read, is_addr; /* whether its text was looked at as an address, and is one */
    struct endpoint addr;
};
bool filter_term_holds(const struct filter_term *term, const void *row,
                       struct filter_memory *memory);
/* Whether "==" with a text is decided by the value that is kept having another length: of lists of
 * names most comparisons are. */
static inline bool filter_term_misses(const struct filter_term *term,
                                      const struct filter_memory *memory)
{
    return memory->field == term->place.field && term->operand == OPERAND_TEXT &&
           term->op == FILTER_EQUAL && memory->value.kind == VALUE_TEXT &&
           memory->value.text.len != term->text.len;
}
/* For the value that MEMORY keeps, whatever row it is of; not negated. */
bool filter_value_holds(const struct filter_term *term, struct filter_memory *memory);

/* The program ---------------------------------------------------------------------------------------
 *
 * A list of steps over one truth value: "A,B" is "A; unless true jump behind; B".  So nothing recurses,
 * and what is decided is not asked any more. */

enum filter_step_kind {
    STEP_TEST,        /* the value becomes that of the term TO */
    STEP_NOT,         /* it becomes the opposite */
    STEP_JUMP_IF,     /* to the step TO where it is true */
    STEP_JUMP_UNLESS, /* where it is false */
};
#define STEP_END UINT32_MAX

struct filter_step {
    enum filter_step_kind kind;
    uint32_t to;
};

struct filter_program {
    struct filter_step *steps;
    size_t n, room;
};

struct filter {
    const struct filter_language *language;
    struct filter_program programs[FILTER_SCOPES_MAX];
    struct filter_term *terms;
    size_t n_terms, n_patterns;
    struct filter_memory memory;
};

/* filter-parse.c */
int filter_parse(struct filter *filter, const char *text, size_t len, struct error *error);

#endif
