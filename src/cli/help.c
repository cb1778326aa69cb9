// SPDX-License-Identifier: BSD-2-Clause
#include "cli/help.h"

#include <string.h>

#include "cli/options.h"

#ifndef PACKAGE_VERSION
#define PACKAGE_VERSION "unknown"
#endif

#define HELP_GROUP 7   /* columns of the group's name */
#define HELP_OPTION 22 /* columns of the option */

static void add_padded(struct text *out, const char *at, size_t columns)
{
    size_t len = strlen(at);

    text_add(out, at, len);
    text_add_fill(out, ' ', len < columns ? columns - len : 1);
}

static void add_option(struct text *out, const struct option_row *row)
{
    struct text name = {0};

    if (row->letter != 0)
        text_format(&name, "-%c", row->letter);
    if (row->name != NULL)
        text_format(&name, "%s--%s", name.len > 0 ? ", " : "", row->name);
    if (row->argument != NULL && row->argument[0] == '[' && strcmp(row->name, "help") == 0)
        text_clear(&name), text_add_string(&name, "-h, --help");
    else if (row->argument != NULL)
        text_format(&name, " %s", row->argument);
    add_padded(out, row->group, HELP_GROUP);
    add_padded(out, name.at, HELP_OPTION);
    text_add_string(out, row->help);
    text_add_char(out, '\n');
    text_done(&name);
}

static void help_long(struct text *out)
{
    text_add_string(out,
                    "Usage: dnstap-analyse [OPTION]... FILE...           (- is standard input)\n"
                    "Says from dnstap captures of CoreDNS what failed, since when and why.\n");
    for (size_t i = 0; i < option_rows_n; i++)
        add_option(out, &option_rows[i]);
}

void help_short(struct text *out)
{
    text_add_string(
        out, "Usage: dnstap-analyse [OPTION]... FILE...\n"
             "FILE is a dnstap capture (Frame Streams; gzip, zstd, xz), - is standard input.\n"
             "Try 'dnstap-analyse --help'.\n");
}

void help_version(struct text *out)
{
    text_add_string(out, "dnstap-analyse " PACKAGE_VERSION "\n");
#ifdef BUILD_LIBRARIES
    text_add_string(out, BUILD_LIBRARIES "\n");
#endif
}

int help_print(const char *word, struct text *out, struct error *error)
{
    static const char *const words[] = {
        "man", "completion", "schema-report", "schema-sessions", "schema-attempts", NULL};

    if (word[0] == 0)
        help_long(out);
    else if (strcmp(word, words[0]) == 0)
        manual_print(out);
    else if (strcmp(word, words[1]) == 0)
        completion_print(out);
    else if (strcmp(word, words[2]) == 0)
        schema_print(view_table(VIEW_REPORT), false, out);
    else if (strcmp(word, words[3]) == 0)
        schema_print(view_table(VIEW_SESSIONS), true, out);
    else if (strcmp(word, words[4]) == 0)
        schema_print(view_table(VIEW_ATTEMPTS), true, out);
    else
        return options_wrong_word(error, "--help", "text", word, words);
    return 0;
}
