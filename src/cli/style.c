// SPDX-License-Identifier: BSD-2-Clause
#include "cli/style.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_PRESET 80
#define COLUMNS_MOST 160

static size_t terminal_columns(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
        return COLUMNS_PRESET;
    return size.ws_col > COLUMNS_MOST ? COLUMNS_MOST : size.ws_col < 40 ? 40 : size.ws_col;
}

bool style_terminal(void)
{
    const char *term = getenv("TERM");
    return term != NULL && term[0] != 0 && strcmp(term, "dumb") != 0;
}

static bool colour(const struct options *options, bool terminal)
{
    const char *none = getenv("NO_COLOR");

    if (options->colour != COLOUR_AUTO)
        return options->colour == COLOUR_ALWAYS;
    return terminal && (none == NULL || none[0] == 0) && style_terminal();
}

struct render_style style_of(const struct options *options, const struct output_choice *output)
{
    bool terminal = output->file == NULL && isatty(STDOUT_FILENO);
    bool wide = strcmp(output->format->name, "wide") == 0;

    return (struct render_style){
        .columns = terminal ? terminal_columns()
                   : wide   ? COLUMNS_MOST
                            : COLUMNS_PRESET,
        .colour = colour(options, terminal),
        .utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
        .local = options->local,
        .wide = wide,
        .named = options->n_clusters > 0,
        .limit = options->limit > 0 ? (size_t)options->limit : 10,
        .slow_ns = options->slow_ns,
    };
}
