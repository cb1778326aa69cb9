// SPDX-License-Identifier: BSD-2-Clause
#include "cli/gate-options.h"

#include <string.h>

#include "cli/nearest.h"
#include "gate/gate.h"

static struct gates *gates_of(struct options *options)
{
    if (options->gates == NULL)
        options->gates = gates_new();
    return options->gates;
}

int gate_take_condition(struct options *options, const char *argument, struct error *error)
{
    struct error inner = {0};

    if (gates_add_condition(gates_of(options), argument, &inner) < 0)
        return error_set(error, ERROR_USAGE, "--fail-if: %s", inner.text);
    options->gate = "--fail-if";
    return 0;
}

/* "--fail-on: column 7: there is no finding or severity 'eror'; did you mean 'error'?" */
static int no_finding(const char *typed, size_t len, size_t at, struct error *error)
{
    struct nearest nearest = {0};
    struct text shown = {0};
    const char *word;
    char hint[NEAREST_HINT];

    for (size_t i = 0; (word = gates_finding_word(i)) != NULL; i++)
        nearest_offer(&nearest, typed, len, word);
    nearest_hint(&nearest, len, hint, sizeof hint);
    text_add_terminal(&shown, typed, len, false);
    error_set(error, ERROR_USAGE, "--fail-on: column %zu: there is no finding or severity '%s'%s",
              at + 1, len > 0 ? shown.at : "",
              hint[0] != 0
                  ? hint
                  : " (info, warning, error, critical, or a key of FINDINGS in the manual)");
    text_done(&shown);
    return -1;
}

int gate_take_findings(struct options *options, const char *argument, struct error *error)
{
    const char *at = argument;

    for (;;) {
        size_t len = strcspn(at, ",");
        if (!gates_add_finding(gates_of(options), at, len))
            return no_finding(at, len, (size_t)(at - argument), error);
        if (at[len] == 0)
            break;
        at += len + 1;
    }
    options->gate = "--fail-on";
    return 0;
}

int gate_take_baseline(struct options *options, const char *argument, struct error *error)
{
    if (options->baseline != NULL)
        return error_set(error, ERROR_USAGE, "--baseline: given twice");
    options->baseline = argument;
    options->gate = "--baseline";
    gates_of(options);
    return 0;
}

int gate_take_tolerance(struct options *options, const char *argument, struct error *error)
{
    struct error inner = {0};

    if (gates_set_tolerance(gates_of(options), argument, &inner) < 0)
        return error_set(error, ERROR_USAGE, "--tolerance: %s", inner.text);
    options->tolerant = true;
    return 0;
}

int gate_options_check(const struct options *options, struct error *error)
{
    if (options->tolerant && options->baseline == NULL)
        return error_set(error, ERROR_USAGE, "--tolerance: wants --baseline");
    if (options->gate != NULL && options->view != VIEW_REPORT)
        return error_set(error, ERROR_USAGE, "%s: judges the report, not rows; leave out --view %s",
                         options->gate, view_words[options->view]);
    return 0;
}

int gate_options_read(const struct options *options, struct error *error)
{
    struct error inner = {0};

    if (options->baseline != NULL &&
        gates_read_baseline(options->gates, options->baseline, &inner) < 0)
        return error_set(error, inner.code, "--baseline: %s", inner.text);
    return 0;
}
