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

/* "-V, --version", "--view V". */
static void add_name(struct text *name, const struct option_row *row)
{
    if (row->letter != 0)
        text_format(name, "-%c", row->letter);
    if (row->name != NULL)
        text_format(name, "%s--%s", row->letter != 0 ? ", " : "", row->name);
    /* what --help prints of documents is in the man page */
    if (row->argument != NULL && !option_is_optional(row))
        text_format(name, " %s", row->argument);
}

/* One line; options that share it stand in it together.  Gives the last row of them. */
static size_t add_line(struct text *out, size_t i)
{
    struct text name = {0};

    add_padded(out, option_rows[i].group, HELP_GROUP);
    add_name(&name, &option_rows[i]);
    while (option_rows[i].help == NULL) {
        text_add_string(&name, ", ");
        add_name(&name, &option_rows[++i]);
    }
    add_padded(out, name.at, HELP_OPTION);
    text_add_string(out, option_rows[i].help);
    text_add_char(out, '\n');
    text_done(&name);
    return i;
}

static void help_long(struct text *out)
{
    text_add_string(out,
                    "Usage: dnstap-analyse [OPTION]... FILE...           (- is standard input)\n"
                    "Says from captures of CoreDNS what failed, since when and why.\n");
    for (size_t i = 0; i < option_rows_n; i++)
        i = add_line(out, i);
}

void help_short(struct text *out)
{
    text_add_string(
        out, "Usage: dnstap-analyse [OPTION]... FILE...\n"
             "FILE is a capture (dnstap, pcap, pcapng; gzip, zstd, xz), - is standard input.\n"
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
    static const char *const words[] = {"man",           "completion",      "schema-report",
                                        "schema-lookups", "schema-sessions", "schema-attempts",
                                        "schema-messages", NULL};

    if (word[0] == 0)
        help_long(out);
    else if (strcmp(word, words[0]) == 0)
        manual_print(out);
    else if (strcmp(word, words[1]) == 0)
        completion_print(out);
    else if (strcmp(word, words[2]) == 0)
        schema_print(view_table(VIEW_REPORT), false, out);
    else if (strcmp(word, words[3]) == 0)
        schema_print(view_table(VIEW_LOOKUPS), true, out);
    else if (strcmp(word, words[4]) == 0)
        schema_print(view_table(VIEW_SESSIONS), true, out);
    else if (strcmp(word, words[5]) == 0)
        schema_print(view_table(VIEW_ATTEMPTS), true, out);
    else if (strcmp(word, words[6]) == 0)
        schema_print(view_table(VIEW_MESSAGES), true, out);
    else
        return options_wrong_word(error, "--help", "text", word, words);
    return 0;
}
