// SPDX-License-Identifier: BSD-2-Clause
#include "cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/columns.h"
#include "cli/filters.h"
#include "cli/gate-options.h"
#include "cli/nearest.h"
#include "cli/selector.h"
#include "gate/gate.h"
#include "lookup/lookup.h"
#include "messages/messages.h"
#include "report/report.h"
#include "session/session.h"

const char *const view_words[VIEWS + 1] = {"report",   "lookups",  "sessions",
                                             "attempts", "messages", NULL};

const struct field_table *view_table(enum view view)
{
    return view == VIEW_LOOKUPS    ? &lookup_fields
           : view == VIEW_SESSIONS ? &session_fields
           : view == VIEW_ATTEMPTS ? &attempt_fields
           : view == VIEW_MESSAGES ? &message_fields
                                   : &report_fields;
}

int options_wrong_word(struct error *error, const char *option, const char *kind, const char *typed,
                       const char *const *words)
{
    struct nearest nearest = {0};
    struct text shown = {0}, all = {0};
    char hint[NEAREST_HINT];

    for (size_t i = 0; words[i] != NULL; i++) {
        nearest_offer(&nearest, typed, strlen(typed), words[i]);
        text_format(&all, "%s%s", i == 0 ? "" : ", ", words[i]);
    }
    text_add_terminal(&shown, typed, strlen(typed), false);
    nearest_hint(&nearest, strlen(typed), hint, sizeof hint);
    error_set(error, ERROR_USAGE, "%s: there is no %s '%s'%s%s%s%s", option, kind,
              shown.len > 0 ? shown.at : "", hint, hint[0] == 0 ? " (there are: " : "",
              hint[0] == 0 ? all.at : "", hint[0] == 0 ? ")" : "");
    text_done(&shown);
    text_done(&all);
    return -1;
}

/* getopt's own tables, made from ours.  Long options are known by their index behind LONG_BASE. */
#define LONG_BASE 1000
#define OPTIONS_MAX 48
struct getopt_tables {
    struct option longs[OPTIONS_MAX + 1];
    char shorts[3 * OPTIONS_MAX + 2];
};

bool option_is_optional(const struct option_row *row)
{
    const char *argument = row->argument;

    return argument != NULL && argument[0] == '[' && argument[strlen(argument) - 1] == ']';
}

static void make_tables(struct getopt_tables *tables)
{
    size_t n_long = 0, n_short = 0;

    tables->shorts[n_short++] = ':'; /* a missing argument is told by ':' */
    for (size_t i = 0; i < option_rows_n && i < OPTIONS_MAX; i++) {
        const struct option_row *row = &option_rows[i];
        int needs = row->argument == NULL     ? no_argument
                    : option_is_optional(row) ? optional_argument
                                              : required_argument;
        if (row->name != NULL)
            tables->longs[n_long++] = (struct option){row->name, needs, NULL, LONG_BASE + (int)i};
        if (row->letter != 0) {
            tables->shorts[n_short++] = row->letter;
            if (needs == required_argument)
                tables->shorts[n_short++] = ':';
        }
    }
    tables->longs[n_long] = (struct option){0};
    tables->shorts[n_short] = 0;
}

static const struct option_row *row_of(int found)
{
    if (found >= LONG_BASE)
        return &option_rows[found - LONG_BASE];
    for (size_t i = 0; i < option_rows_n; i++)
        if (option_rows[i].letter == found)
            return &option_rows[i];
    return NULL;
}

/* A word that getopt does not know: --sesions, -z. */
static int unknown_option(const char *word, int letter, struct error *error)
{
    struct nearest nearest = {0};
    struct text shown = {0}, prefixed = {0};
    char hint[NEAREST_HINT];
    size_t len = strcspn(word, "=");

    hint[0] = 0;
    if (letter != 0) {
        char typed = (char)letter;
        text_add_terminal(&shown, &typed, 1, false);
        error_set(error, ERROR_USAGE, "-%s: there is no such option; --help lists them", shown.at);
    } else {
        for (size_t i = 0; i < option_rows_n; i++)
            if (option_rows[i].name != NULL && len > 2)
                nearest_offer(&nearest, word + 2, len - 2, option_rows[i].name);
        if (nearest.word != NULL) {
            text_format(&prefixed, "--%s", nearest.word);
            nearest.word = prefixed.at;
            nearest_hint(&nearest, len - 2, hint, sizeof hint);
        }
        text_add_terminal(&shown, word, len, false);
        error_set(error, ERROR_USAGE, "%s: there is no such option%s", shown.at,
                  hint[0] != 0 ? hint : "; --help lists them");
    }
    text_done(&shown);
    text_done(&prefixed);
    return -1;
}

/* What getopt says '?' for: an option with a value too many, or one that is not known. */
static int bad_option(const char *word, struct error *error)
{
    if (optopt >= LONG_BASE)
        return error_set(error, ERROR_USAGE, "--%s: takes no value",
                         option_rows[optopt - LONG_BASE].name);
    return unknown_option(word, optopt, error);
}

static int missing_argument(struct error *error)
{
    const struct option_row *row = row_of(optopt);

    if (row == NULL)
        return error_set(error, ERROR_USAGE, "an option wants a value");
    if (optopt >= LONG_BASE || row->letter == 0)
        return error_set(error, ERROR_USAGE, "--%s: wants a value: %s", row->name, row->argument);
    return error_set(error, ERROR_USAGE, "-%c: wants a value: %s", row->letter, row->argument);
}

/* Outputs and the view must go together; at most one output goes to standard output. */
static int check_outputs(struct options *options, struct error *error)
{
    size_t to_stdout = 0;

    if (options->n_outputs == 0)
        options->outputs[options->n_outputs++].format = output_format_find("table");
    for (size_t i = 0; i < options->n_outputs; i++) {
        const struct output_choice *output = &options->outputs[i];
        if (options->view == VIEW_REPORT && !output->format->report)
            return error_set(error, ERROR_USAGE,
                             "-o %s: not for the report, which is no list of rows; add --view "
                             "lookups, sessions, attempts or messages",
                             output->format->name);
        if (options->view != VIEW_REPORT && !output->format->rows)
            return error_set(error, ERROR_USAGE,
                             "-o %s: for the report only, not for rows; leave out --view %s",
                             output->format->name, view_words[options->view]);
        to_stdout += output->file == NULL;
    }
    if (to_stdout > 1)
        return error_set(
            error, ERROR_USAGE,
            "-o: only one output can go to standard output; name a file for the others: -o %s=FILE",
            options->outputs[options->n_outputs - 1].format->name);
    if (gate_options_check(options, error) < 0 || selector_check(options, error) < 0 ||
        columns_choose(options, error) < 0)
        return -1;
    return filters_choose(options, error);
}

static int read_options(struct options *options, int argc, char **argv, struct error *error)
{
    struct getopt_tables tables;
    int found;

    make_tables(&tables);
    opterr = 0;
    optind = 0; /* starts getopt afresh */
    for (;;) {
        found = getopt_long(argc, argv, tables.shorts, tables.longs, NULL);
        if (found == -1)
            return 0;
        if (found == '?')
            return bad_option(argv[optind - 1], error);
        if (found == ':')
            return missing_argument(error);
        const struct option_row *row = row_of(found);
        if (row != NULL && row->take(options, optarg, error) < 0)
            return -1;
    }
}

/* Nothing can lie between bounds of one kind in the wrong order. */
static int check_bounds(const struct options *options, struct error *error)
{
    const struct point_choice *since = &options->since, *until = &options->until;
    bool from_end = since->base == WHEN_FROM_END;

    if (!since->set || !until->set || since->base != until->base ||
        (from_end ? since->value > until->value : since->value < until->value))
        return 0;
    return error_set(error, ERROR_USAGE, "--until: is no later than --since");
}

int options_parse(struct options *options, int argc, char **argv, struct error *error)
{
    *options = (struct options){.slow_ns = 100 * WHEN_MS, .memory_bytes = INT64_C(256) << 20};
    if (read_options(options, argc, argv, error) < 0)
        return -1;
    options->files = (const char *const *)(argv + optind);
    options->n_files = (size_t)(argc - optind);
    for (size_t i = 0; i < options->n_files; i++)
        if (options->files[i][0] == 0)
            return error_set(error, ERROR_USAGE, "FILE: an empty name");
    if (options->quiet && options->verbose)
        return error_set(error, ERROR_USAGE, "-q, -v: only one of them");
    if (check_bounds(options, error) < 0)
        return -1;
    return check_outputs(options, error);
}

void options_add_filter(struct options *options, const char *expression)
{
    options->filters =
        memory_grow(options->filters, options->n_filters + 1, sizeof *options->filters);
    options->filters[options->n_filters++] = memory_string(expression);
}

void options_done(struct options *options)
{
    for (size_t i = 0; i < options->n_filters; i++)
        memory_free(options->filters[i]);
    for (size_t i = 0; i < options->n_outputs; i++)
        memory_free(options->outputs[i].fields);
    memory_free(options->filters);
    filter_free(options->filter);
    gates_free(options->gates);
    memory_free(options->ports);
    memory_free(options->roles);
    memory_free(options->clusters);
}
