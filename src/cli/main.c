// SPDX-License-Identifier: BSD-2-Clause
/* dnstap-analyse: errors to standard error, exit statuses. */
#include <locale.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/explain.h"
#include "cli/help.h"
#include "cli/pipeline.h"
#include "render/output.h"

static int failed(const struct error *error)
{
    pipeline_say(NULL, error->text);
    return error->code == ERROR_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

/* What needs no input: 1 where it was asked for and OUT holds it, 0 where not, -1 with ERROR. */
static int inform(const struct options *options, struct text *out, struct error *error)
{
    if (options->help != NULL)
        return help_print(options->help, out, error) < 0 ? -1 : 1;
    if (options->version) {
        help_version(out);
        return 1;
    }
    if (options->list_fields) {
        explain_fields(options, out);
        return 1;
    }
    if (options->explain != NULL)
        return explain_key(options->explain, out, error) < 0 ? -1 : 1;
    return 0;
}

static int print(struct text *out, struct error *error)
{
    struct output output;
    int result = output_open(&output, NULL, error);

    if (result == 0) {
        text_add(&output.text, out->at, out->len);
        result = output_finish(&output, error);
    }
    output_done(&output);
    return result;
}

static int run(struct options *options, struct error *error)
{
    static const char *const standard[] = {"-"};
    struct text out = {0};
    int status = inform(options, &out, error);

    if (status > 0)
        status = print(&out, error) < 0 ? -1 : EXIT_DONE;
    else if (status == 0 && options->n_files == 0 && isatty(STDIN_FILENO)) {
        help_short(&out);
        fwrite(out.at, 1, out.len, stderr);
        status = EXIT_USAGE;
    } else if (status == 0) {
        if (options->n_files == 0) {
            options->files = standard;
            options->n_files = 1;
        }
        status = pipeline_run(options, error);
    }
    text_done(&out);
    return status;
}

int main(int argc, char **argv)
{
    struct options options;
    struct error error = {0};
    int status;

    setlocale(LC_CTYPE, ""); /* for UTF-8 on terminals; numbers are our own */
    status = options_parse(&options, argc, argv, &error);
    if (status == 0)
        status = run(&options, &error);
    options_done(&options);
    return status < 0 ? failed(&error) : status;
}
