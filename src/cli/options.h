// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H
/*
 * The command line.  One table (option-table.c) has a row for each option; getopt_long, --help,
 * the man page's OPTIONS and the completion are made from it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/field.h"
#include "base/filter.h"
#include "base/when.h"
#include "render/format.h"
#include "session/session.h"

struct gates;

enum view { VIEW_REPORT, VIEW_LOOKUPS, VIEW_SESSIONS, VIEW_ATTEMPTS, VIEW_MESSAGES, VIEWS };
extern const char *const view_words[VIEWS + 1]; /* ended by NULL */
const struct field_table *view_table(enum view view);

enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };

#define OPTIONS_OUTPUTS_MAX 16
/* Of --max-memory: records are kept by size in slabs of 64 KiB, and below this too few slabs are
 * left for each size to hold the open sessions of a quiet server. */
#define OPTIONS_MEMORY_LEAST (INT64_C(4) << 20)

struct output_choice {
    const struct output_format *format;
    const char *file;            /* NULL: standard output */
    const struct field **fields; /* the columns of a row view; owned */
    size_t n;
};

struct point_choice { /* --since, --until */
    bool set;
    enum when_base base;
    int64_t value;
};

struct options {
    enum view view;
    bool view_given;
    struct output_choice outputs[OPTIONS_OUTPUTS_MAX];
    size_t n_outputs;
    const char *fields, *sort; /* as typed; NULL */
    const struct field *sort_field;
    bool sort_down;
    char **filters; /* as typed; owned */
    size_t n_filters;
    bool selects;          /* -n or -l is given */
    const char *namespace; /* of -n; NULL */
    struct filter *filter; /* NULL: every row; owned */
    struct point_choice since, until;
    int64_t limit; /* 0: not given */
    int64_t slow_ns;
    int64_t memory_bytes;
    uint16_t *ports; /* of DNS in packets, beside 53; as typed, twice where typed twice; owned */
    unsigned n_ports;
    struct wire_role *roles; /* each address once; owned */
    size_t n_roles;
    const char **clusters; /* files of cluster objects, as typed; owned */
    size_t n_clusters;
    struct gates *gates;  /* NULL: none; owned */
    const char *gate;     /* the option that gave one, for messages; NULL */
    const char *baseline; /* NULL */
    bool tolerant;        /* --tolerance is given */
    enum colour colour;
    bool local, quiet, verbose, no_progress, allow_partial;
    bool version, list_fields;
    const char *help;    /* --help: "" or what to print; NULL */
    const char *explain; /* NULL */
    const char *const *files;
    size_t n_files;
};

struct option_row {
    const char *name;         /* long name, NULL: has only the letter */
    char letter;              /* 0: has only the long name */
    const char *argument;     /* NULL: takes none; "[WORD]": may be left out */
    const char *group;        /* heading in --help */
    const char *help;         /* for --help: a line; NULL: that of the row behind it tells, too */
    const char *manual;       /* for the man page: sentences */
    const char *const *words; /* the words that it takes, for the completion; NULL */
    int (*take)(struct options *options, const char *argument, struct error *error);
};
extern const struct option_row option_rows[];
extern const size_t option_rows_n;
/* Whether its argument is of the form "[WORD]" ("[-]FIELD" is not). */
bool option_is_optional(const struct option_row *row);

/* Reads argv.  -1 and ERROR_USAGE where it is wrong; the texts point into argv. */
int options_parse(struct options *options, int argc, char **argv, struct error *error);
void options_done(struct options *options);

/* One more expression that must hold; it is read when the view is known. */
void options_add_filter(struct options *options, const char *expression);

/* Wrong usage: "--view: there is no view 'sesions'; did you mean 'sessions'?".  The words typed
 * are escaped.  Always returns -1. */
int options_wrong_word(struct error *error, const char *option, const char *kind, const char *typed,
                       const char *const *words);

#endif
