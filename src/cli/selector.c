// SPDX-License-Identifier: BSD-2-Clause
#include "cli/selector.h"

#include <string.h>

#include "base/text.h"
#include "cli/nearest.h"
#include "cli/pipeline.h"

/* A value in quotes. */
static void add_quoted(struct text *text, const char *at, size_t len)
{
    text_add_char(text, '"');
    for (size_t i = 0; i < len; i++) {
        if (at[i] == '"' || at[i] == '\\')
            text_add_char(text, '\\');
        text_add_char(text, at[i]);
    }
    text_add_char(text, '"');
}

int selector_take_namespace(struct options *options, const char *argument, struct error *error)
{
    struct text text = {0};

    if (argument[0] == 0)
        return error_set(error, ERROR_USAGE, "-n: an empty name (-A stands for all namespaces)");
    if (options->namespace != NULL)
        return error_set(error, ERROR_USAGE,
                         "-n: only one namespace; --filter 'k8s.namespace==a||k8s.namespace==b' "
                         "asks for several");
    options->namespace = argument;
    options->selects = true;
    text_add_string(&text, "k8s.namespace==");
    add_quoted(&text, argument, strlen(argument));
    options_add_filter(options, text.at);
    text_done(&text);
    return 0;
}

/* Of keys: "app.kubernetes.io/name". */
static size_t key_len(const char *at)
{
    return strspn(at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./_-");
}

/* One of the labels, LEN octets, as a part of TEXT; false where it is none. */
static bool add_label(const char *at, size_t len, struct text *text)
{
    bool absent = len > 0 && at[0] == '!';
    at += absent;
    len -= absent;
    size_t key = key_len(at), rest = len - key;
    const char *op = at + key;

    if (key == 0 || key > len || (absent && rest > 0))
        return false;
    text_format(text, "%s%sk8s.labels.%.*s", text->len > 0 ? "," : "", absent ? "!" : "", (int)key,
                at);
    if (rest == 0)
        return true;
    bool unequal = rest > 1 && op[0] == '!' && op[1] == '=';
    if (!unequal && op[0] != '=')
        return false;
    size_t op_len = unequal || (rest > 1 && op[1] == '=') ? 2 : 1;
    text_add_string(text, unequal ? "!=" : "==");
    add_quoted(text, op + op_len, rest - op_len);
    return true;
}

int selector_take_labels(struct options *options, const char *argument, struct error *error)
{
    struct text text = {0}, shown = {0};
    const char *at = argument;

    for (;; at++) {
        size_t len = strcspn(at, ",");
        if (!add_label(at, len, &text))
            break;
        at += len;
        if (*at == 0) {
            options->selects = true;
            options_add_filter(options, text.at);
            text_done(&text);
            return 0;
        }
    }
    text_add_terminal(&shown, at, strcspn(at, ","), false);
    error_set(error, ERROR_USAGE,
              "-l: column %zu: '%s' is no label (KEY=VALUE, KEY!=VALUE, KEY or !KEY)",
              (size_t)(at - argument) + 1, shown.len > 0 ? shown.at : "");
    text_done(&shown);
    text_done(&text);
    return -1;
}

int selector_check(const struct options *options, struct error *error)
{
    if (!options->selects || options->n_clusters > 0)
        return 0;
    return error_set(error, ERROR_USAGE,
                     "%s: wants --cluster FILE, which tells whose an address is",
                     options->namespace != NULL ? "-n" : "-l");
}

/* What -n asks for. */
static void tell_namespace(const struct options *options, const struct cluster *cluster)
{
    struct nearest nearest = {0};
    struct text line = {0};
    char hint[NEAREST_HINT];
    size_t len = options->namespace != NULL ? strlen(options->namespace) : 0;

    for (size_t i = 0; len > 0 && i < cluster_pods(cluster); i++) {
        const char *namespace = cluster_pod(cluster, i)->object.namespace;
        if (namespace == NULL)
            continue;
        if (strcmp(namespace, options->namespace) == 0)
            return;
        nearest_offer(&nearest, options->namespace, len, namespace);
    }
    if (len == 0)
        return;
    text_format(&line, "-n: the files of --cluster have no pod in namespace '%s'%s",
                options->namespace, nearest_hint(&nearest, len, hint, sizeof hint));
    pipeline_say(NULL, line.at);
    text_done(&line);
}

void selector_tell(const struct options *options, const struct cluster *cluster)
{
    if (cluster != NULL)
        tell_namespace(options, cluster);
    else if (options->filter != NULL && filter_asks(options->filter, "k8s"))
        pipeline_say(
            NULL, "--filter: without --cluster FILE no pod is known: fields of k8s have no value");
}
