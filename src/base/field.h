// SPDX-License-Identifier: BSD-2-Clause
#ifndef BASE_FIELD_H
#define BASE_FIELD_H
/*
 * The field tables.  A table describes one kind of row: one entry a field, in the order of the
 * JSON keys, with dotted paths ("client.addr").  Columns, JSON and YAML keys, CSV heads, --fields,
 * --list-fields, --explain, the JSON Schemas and the man page's lists are all read from them; an
 * output never sees the struct behind a row.
 *
 * A prefix ("client") has an entry of its own with shape FIELD_GROUP in front of its fields.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"
#include "base/value.h"

enum field_shape {
    FIELD_VALUE, /* get() */
    FIELD_GROUP, /* an object: the entries behind it whose path starts with "path."; null where
                    present() says so; get(), where set, is its text in a column */
    FIELD_LIST,  /* an array of plain values: count(), item_value() */
    FIELD_ROWS,  /* an array of objects of the table `rows`: count(), item() */
    FIELD_MAP,   /* an object with keys from the data: like FIELD_ROWS, but the first field of
                    `rows` is the key; with two fields the second is the bare value, else the
                    value is an object of the others; get(), where set, is its text in a column */
};

enum { /* flags */
    FIELD_COLUMN_ONLY = 1, /* made for tables and CSV (`waited`, `upstreams`): not in JSON or YAML */
    FIELD_NEVER_NULL = 2,  /* get() never gives null; the schema says so */
    FIELD_NOT_CSV = 4,     /* too nested for a cell */
    FIELD_NOT_COMPARED = 8, /* a text for reading: filters take the name for another field (an alias) */
    FIELD_ANY_KIND = 8,    /* get() gives values of any kind, as the row has them */
};

/* How filters take what is typed for the texts of a field; without one texts are compared octet by
 * octet with what is typed. */
struct field_spelling {
    const char *what; /* one of them, in messages: "rcode" */
    /* Appends the text that TYPED stands for, in whatever spelling; false: there is none. */
    bool (*read)(const char *typed, size_t len, struct text *text);
    /* Another spelling of a text, in which ~ also searches; NULL: there is none. */
    const char *(*other)(const char *at, size_t len);
    const char *(*word)(size_t i); /* words for "did you mean"; NULL behind the last */
    bool folded;                   /* letters have no case */
    bool dotted;                   /* the dot at the end may be left out */
};
/* IPv4 and IPv6 addresses as base/addr.h prints them; filters also take networks (10.244.0.0/16). */
extern const struct field_spelling field_address;

struct field_table;

struct field {
    const char *path;
    const char *heading; /* of its column, in capitals; NULL: the path in capitals */
    enum field_shape shape;
    enum value_kind kind; /* what get()/item_value() gives when it is not null */
    unsigned flags;
    const char *help;         /* what it means, one or two sentences, unit included */
    const char *const *words; /* the only values that a text can have, ended by NULL; or NULL */
    const struct field_spelling *spelling; /* of texts that are neither words nor plain; or NULL */
    /* Texts may be built in SCRATCH (cleared by the caller before each call, lent until the next). */
    struct value (*get)(const void *row, struct text *scratch);
    bool (*present)(const void *row); /* FIELD_GROUP: NULL means always */
    size_t (*count)(const void *row);
    const void *(*item)(const void *row, size_t i); /* lent until the next call of item() */
    struct value (*item_value)(const void *row, size_t i, struct text *scratch);
    const struct field_table *rows;
};

struct field_table {
    const char *name; /* "sessions": the --view it belongs to, or what its rows are */
    const char *help;
    const struct field *fields;
    size_t n;
    const char *columns; /* default columns, comma separated paths; NULL where never a table */
    const char *wide;    /* columns of -o wide */
};

/* What a walk tells: objects and arrays open and close, keys and values come in order.  Inside an
 * array KEY is NULL.  A null group is value(null). */
struct field_sink {
    void (*open)(void *context, const char *key, size_t key_len, bool array);
    void (*close)(void *context, bool array);
    void (*value)(void *context, const char *key, size_t key_len, const struct field *field,
                  const struct value *value);
    void *context;
};

/* Walks ROW through TABLE: open(NULL key) … close, nested as the paths say. */
void field_walk(const struct field_table *table, const void *row, const struct field_sink *sink);
/* The place behind the entry at I and all that stand inside it. */
size_t field_end(const struct field_table *table, size_t i);
/* The field of PATH (compared without case); NULL where there is none. */
const struct field *field_find(const struct field_table *table, const char *path, size_t len);
/* Letters to add, take away, change or swap with their neighbour to make B out of A, case ignored;
 * SIZE_MAX where one of them is longer than any word. */
size_t field_distance(const char *a, size_t a_len, const char *b, size_t b_len);
/* The path that PATH most likely means (by that distance), for "did you mean"; NULL where none is near. */
const char *field_nearest(const struct field_table *table, const char *path, size_t len);
/* Whether FIELD and every group of TABLE that it stands in are present in ROW. */
bool field_present(const struct field_table *table, const struct field *field, const void *row);
/* The cell of FIELD in ROW as one value: lists and groups joined by blanks into SCRATCH.  Fields
 * inside a group that is not present are null. */
struct value field_cell(const struct field_table *table, const struct field *field, const void *row,
                        struct text *scratch);
/* Prints a value as a bare text (CSV cell, table cell): times RFC 3339, ms with three decimals,
 * shares with at most six decimals, true/false, "" for null. */
void field_print(const struct value *value, struct text *text);

#endif
