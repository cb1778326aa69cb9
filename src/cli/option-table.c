// SPDX-License-Identifier: BSD-2-Clause
/* The options: a row each, and what taking one does. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/gate-options.h"
#include "cli/nearest.h"
#include "cli/options.h"
#include "cli/packet-options.h"
#include "cli/selector.h"

static int take_view(struct options *options, const char *argument, struct error *error)
{
    for (size_t i = 0; i < VIEWS; i++) {
        if (strcmp(view_words[i], argument) == 0) {
            options->view = (enum view)i;
            options->view_given = true;
            return 0;
        }
    }
    return options_wrong_word(error, "--view", "view", argument, view_words);
}

static int wrong_format(struct error *error, const char *typed, size_t len)
{
    const char *words[32] = {0};
    struct text word = {0};
    size_t n = 0;

    for (size_t i = 0; i < output_formats_n && n < 30; i++) {
        words[n++] = output_formats[i].name;
        if (output_formats[i].alias != NULL)
            words[n++] = output_formats[i].alias;
    }
    text_add(&word, typed, len);
    options_wrong_word(error, "-o", "format", len > 0 ? word.at : "", words);
    text_done(&word);
    return -1;
}

static int take_output(struct options *options, const char *argument, struct error *error)
{
    size_t len = strcspn(argument, "=");
    struct output_choice output = {0};
    struct text name = {0};

    text_add(&name, argument, len);
    if (len > 0)
        output.format = output_format_find(name.at);
    text_done(&name);
    if (output.format == NULL)
        return wrong_format(error, argument, len);
    if (argument[len] == '=') {
        output.file = argument + len + 1;
        if (output.file[0] == 0)
            return error_set(error, ERROR_USAGE,
                             "-o: column %zu: a file name is missing behind '='", len + 2);
        if (strcmp(output.file, "-") == 0)
            output.file = NULL;
    }
    if (options->n_outputs == OPTIONS_OUTPUTS_MAX)
        return error_set(error, ERROR_USAGE, "-o: more than %d outputs", OPTIONS_OUTPUTS_MAX);
    options->outputs[options->n_outputs++] = output;
    return 0;
}

static int take_fields(struct options *options, const char *argument, struct error *error)
{
    (void)error;
    options->fields = argument;
    return 0;
}

static int take_list_fields(struct options *options, const char *argument, struct error *error)
{
    (void)argument, (void)error;
    options->list_fields = true;
    return 0;
}

static int take_filter(struct options *options, const char *argument, struct error *error)
{
    (void)error;
    if (argument[strspn(argument, " \t")] != 0) /* an empty one chooses nothing */
        options_add_filter(options, argument);
    return 0;
}

static int take_point(struct point_choice *point, const char *option, const char *argument,
                      struct error *error)
{
    struct error inner = {0};

    if (when_parse_point(argument, &point->base, &point->value, &inner) < 0)
        return error_set(error, ERROR_USAGE, "%s: %s", option, inner.text);
    point->set = true;
    return 0;
}

static int take_since(struct options *options, const char *argument, struct error *error)
{
    return take_point(&options->since, "--since", argument, error);
}

static int take_until(struct options *options, const char *argument, struct error *error)
{
    return take_point(&options->until, "--until", argument, error);
}

static int take_sort(struct options *options, const char *argument, struct error *error)
{
    (void)error;
    options->sort = argument;
    return 0;
}

/* Digits only; *REST is what stands behind them.  False: no number, or one beyond MOST. */
static bool read_count(const char *text, int64_t most, int64_t *count, const char **rest)
{
    char *end;

    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    *count = strtoll(text, &end, 10);
    *rest = end;
    return errno == 0 && *count <= most;
}

static int take_limit(struct options *options, const char *argument, struct error *error)
{
    const char *rest;

    if (!read_count(argument, 1000000000, &options->limit, &rest) || *rest != 0 ||
        options->limit == 0)
        return error_set(error, ERROR_USAGE, "--limit: wants a whole number from 1 to 1000000000");
    return 0;
}

static int take_slow(struct options *options, const char *argument, struct error *error)
{
    struct error inner = {0};

    if (when_parse_duration(argument, &options->slow_ns, &inner) < 0)
        return error_set(error, ERROR_USAGE, "--slow: %s", inner.text);
    return 0;
}

static int take_cluster(struct options *options, const char *argument, struct error *error)
{
    (void)error;
    options->clusters =
        memory_grow(options->clusters, options->n_clusters + 1, sizeof *options->clusters);
    options->clusters[options->n_clusters++] = argument;
    return 0;
}

static int take_explain(struct options *options, const char *argument, struct error *error)
{
    (void)error;
    options->explain = argument;
    return 0;
}

static const char *const colour_words[] = {"auto", "always", "never", NULL};
static int take_colour(struct options *options, const char *argument, struct error *error)
{
    for (int i = 0; colour_words[i] != NULL; i++) {
        if (strcmp(colour_words[i], argument) == 0) {
            options->colour = (enum colour)i;
            return 0;
        }
    }
    return options_wrong_word(error, "--color", "choice", argument, colour_words);
}

static int take_utc(struct options *options, const char *argument, struct error *error)
{
    (void)argument, (void)error;
    options->local = false;
    return 0;
}

static int take_local(struct options *options, const char *argument, struct error *error)
{
    (void)argument, (void)error;
    options->local = true;
    return 0;
}

static int take_quiet(struct options *options, const char *argument, struct error *error)
{
    (void)argument, (void)error;
    options->quiet = true;
    return 0;
}

static int take_verbose(struct options *options, const char *argument, struct error *error)
{
    (void)argument, (void)error;
    options->verbose = true;
    return 0;
}

static const char *const progress_words[] = {"auto", "never", NULL};
static int take_progress(struct options *options, const char *argument, struct error *error)
{
    options->no_progress = strcmp(argument, "never") == 0;
    if (!options->no_progress && strcmp(argument, "auto") != 0)
        return options_wrong_word(error, "--progress", "choice", argument, progress_words);
    return 0;
}

static int take_partial(struct options *options, const char *argument, struct error *error)
{
    (void)argument, (void)error;
    options->allow_partial = true;
    return 0;
}

static int take_memory(struct options *options, const char *argument, struct error *error)
{
    static const char units[] = "KMG";
    const char *rest;
    int64_t size;
    unsigned shift = 0;

    if (!read_count(argument, INT64_C(1) << 40, &size, &rest))
        return error_set(error, ERROR_USAGE, "--max-memory: wants a size such as 64M or 1G");
    const char *unit = *rest == 0 ? NULL : strchr(units, *rest & ~0x20);
    if (unit != NULL && (rest[1] == 0 || strcmp(rest + 1, "iB") == 0 || strcmp(rest + 1, "B") == 0))
        shift = 10u * (unsigned)(unit - units + 1);
    else if (*rest != 0)
        return error_set(error, ERROR_USAGE,
                         "--max-memory: column %zu: wants a size such as 64M or 1G",
                         (size_t)(rest - argument) + 1);
    if (size > (INT64_C(1) << 40) >> shift)
        return error_set(error, ERROR_USAGE, "--max-memory: at most 1024G");
    if (size << shift < OPTIONS_MEMORY_LEAST)
        return error_set(error, ERROR_USAGE,
                         "--max-memory: at least %" PRId64 "M: less holds too few sessions",
                         OPTIONS_MEMORY_LEAST >> 20);
    options->memory_bytes = size << shift;
    return 0;
}

static int take_version(struct options *options, const char *argument, struct error *error)
{
    (void)argument, (void)error;
    options->version = true;
    return 0;
}

static int take_help(struct options *options, const char *argument, struct error *error)
{
    (void)error;
    options->help = argument == NULL ? "" : argument;
    return 0;
}

static int take_all_namespaces(struct options *options, const char *argument, struct error *error)
{
    (void)options, (void)argument, (void)error;
    return 0;
}

static const char *const format_words[] = {"table", "wide", "json", "yaml", "ndjson",
                                           "jsonl", "csv",  "html", "junit", NULL};

const struct option_row option_rows[] = {
    {"view", 0, "V", "Show", "report, lookups, sessions, attempts, messages",
     "What to print: \\fBreport\\fR, the account of the whole capture; \\fBlookups\\fR, a row for "
     "what an application waited for, which is as a rule several sessions; \\fBsessions\\fR, a row "
     "for each query of a "
     "client with everything that it caused; \\fBattempts\\fR, a row for each query to an "
     "upstream; \\fBmessages\\fR, a row for each DNS message, with the fields of Inspektor Gadget's "
     "trace_dns.",
     view_words, take_view},
    {NULL, 'o', "FORMAT[=FILE]", "", "table, wide, json, yaml, ndjson, csv, html, junit",
     "The form of the output (default \\fBtable\\fR), and the file that it goes to instead of standard output. It may be "
     "given several times, "
     "with at most one of them to standard output. A file appears under its name when it is whole; "
     "it must be neither an input nor another output. "
     "\\fBjsonl\\fR is "
     "another name of \\fBndjson\\fR; \\fBcsv\\fR is for rows only, \\fBhtml\\fR and "
     "\\fBjunit\\fR (see \\fBGATES\\fR) for the report only.",
     format_words, take_output},
    {"fields", 0, "A,B,...", "", NULL,
     "The columns of a row view in table, wide and csv. A list that starts with \\fB+\\fR or "
     "\\fB-\\fR changes the "
     "default: \\fB+x\\fR adds a column, \\fB-x\\fR removes one. The other formats always hold "
     "every field, so that at least one output must be one of these three.",
     NULL, take_fields},
    {"list-fields", 0, NULL, "", "columns: +x adds, -x removes; list all",
     "Prints the fields of the view that \\fB--view\\fR names, or of all views, with type, unit "
     "and meaning.",
     NULL, take_list_fields},
    {"sort", 0, "[-]FIELD", "", "order of rows (default: start); -: greatest first",
     "The order of a row view; \\fB-\\fR puts the greatest first. Rows without a value come last. "
     "Without it rows are "
     "printed as their sessions settle, in the order of their start within a small window.",
     NULL, take_sort},
    {"limit", 0, "N", "", "so many rows (in the report: of a list, default 10)",
     "At most that many rows; in the report, the rows of the lists of clients, names, failing "
     "names and slow sessions, "
     "and of every list of the table (default 10).",
     NULL, take_limit},
    {"filter", 0, "EXPR", "Choose", "only what holds: 'status==Failed,waited_ms>1s'",
     "Only sessions of which EXPR holds, in every view and in the whole report; see \\fBFILTERS\\fR. "
     "It may be given several times: all must hold.",
     NULL, take_filter},
    {NULL, 'n', "NS", "", NULL,
     "Only sessions of pods of that namespace: as \\fB--filter k8s.namespace==NS\\fR. It wants "
     "\\fB--cluster\\fR.",
     NULL, selector_take_namespace},
    {NULL, 'l', "KEY=VALUE", "", NULL,
     "Only sessions of pods with that label; \\fBKEY!=VALUE\\fR, \\fBKEY\\fR (which has it), "
     "\\fB!KEY\\fR and several of them joined by \\fB,\\fR are taken, too: as \\fB--filter "
     "k8s.labels.KEY==VALUE\\fR. It wants \\fB--cluster\\fR.",
     NULL, selector_take_labels},
    {"all-namespaces", 'A', NULL, "", "of such pods (see --cluster)",
     "Accepted, so that commands for kubectl and Inspektor Gadget run unchanged; changes nothing.",
     NULL, take_all_namespaces},
    {"since", 0, "T", "", NULL,
     "Only sessions that start at that time or later. T is a time as in RFC 3339 "
     "(\\fB2026-11-20T10:00:00Z\\fR), "
     "\\fBHH:MM\\fR[\\fB:SS\\fR] of the capture's first day, \\fB+90s\\fR from its start, or "
     "\\fB-5m\\fR from its end "
     "(regular files only, which are then read twice). Sessions are chosen after their messages "
     "were joined, lookups after their sessions were.",
     NULL, take_since},
    {"until", 0, "T", "", "from T on, before T: RFC 3339, HH:MM, +90s, -5m",
     "Only sessions that start before that time.", NULL, take_until},
    {"slow", 0, "DURATION", "", "a longer wait is slow: 5ms, 1.5s (default 100ms)",
     "A session that waited longer is slow. The units are us, ms, s, m and h.", NULL, take_slow},
    {"cluster", 0, "FILE", "Names", "kubectl get pods,services,... -A -o yaml (or json)",
     "The objects of the Kubernetes cluster, as \\fBkubectl get "
     "pods,services,endpointslices,nodes,configmaps -A -o yaml\\fR (or \\fB-o json\\fR) prints "
     "them: addresses become pods, services and nodes. It may be given several times, with files of "
     "different times of one cluster: of an object in both the later file counts. It may be "
     "compressed, and \\fB-\\fR is standard input. A pod takes less than 1 KiB of memory, which "
     "\\fB--max-memory\\fR does not count.",
     NULL, take_cluster},
    {"fail-if", 0, "EXPR", "Gates", "exit 1 where that is so: 'totals.error_rate>1%'",
     "The gate PATH OP VALUE: the run fails (exit status 1) where it is true of the report; see "
     "\\fBGATES\\fR. It may be given several times.",
     NULL, gate_take_condition},
    {"fail-on", 0, "WORD[,...]", "", "exit 1 on such findings: a key, a severity",
     "The run fails where the report has a finding of that key or of that severity (\\fBinfo\\fR, "
     "\\fBwarning\\fR, \\fBerror\\fR, \\fBcritical\\fR) or a worse one. It may be given several times.",
     NULL, gate_take_findings},
    {"baseline", 0, "FILE", "", NULL,
     "The report of an earlier run (\\fB-o json\\fR or \\fByaml\\fR, also compressed): the run fails "
     "where it got worse than that; see \\fBGATES\\fR.",
     NULL, gate_take_baseline},
    {"tolerance", 0, "T", "", "exit 1 where worse than that -o json",
     "How much worse than the baseline counts, as \\fBrates=1pp/20%,percentiles=5ms/25%,counts=20\\fR, "
     "which is the default; any part may be left out.",
     NULL, gate_take_tolerance},
    {"port", 0, "N[,N]", "Packet", "DNS ports beside 53 and what is DNS by content",
     "Further ports of DNS in packets. Port 53 is DNS anyway, and so is any other where a query "
     "and "
     "its answer both read as DNS. It may be given several times; for dnstap it changes nothing.",
     NULL, packet_take_ports},
    {"role", 0, "ADDR=ROLE", "", "client, server, upstream, cache (default: inferred)",
     "What an IPv4 or IPv6 address in packets is, whatever was inferred from them: "
     "\\fBclient\\fR, one that only asks; \\fBserver\\fR, CoreDNS or the address of its service; "
     "\\fBupstream\\fR, what CoreDNS asks; \\fBcache\\fR, one between clients and CoreDNS, such as "
     "NodeLocal DNSCache. It may be given several times; for dnstap it changes nothing.",
     packet_roles, packet_take_role},
    {"color", 0, "WHEN", "Look", "auto, always or never; NO_COLOR is honoured",
     "Colour on top of the words: \\fBauto\\fR uses it on a terminal, unless \\fBNO_COLOR\\fR is "
     "set or \\fBTERM\\fR is "
     "\\fBdumb\\fR.",
     colour_words, take_colour},
    {"utc", 0, NULL, "", NULL, "Times of tables in UTC, which is the default.", NULL, take_utc},
    {"local", 0, NULL, "", "zone of tables and of HH:MM: UTC (default), local",
     "Times of tables, and the way \\fBHH:MM\\fR is read, in the local time zone (\\fBTZ\\fR), "
     "which their heads name; so it is in html. The other formats stay in UTC. A zone that the "
     "system does not know "
     "is UTC.",
     NULL, take_local},
    {NULL, 'q', NULL, "", NULL, "No messages on standard error but errors.", NULL, take_quiet},
    {NULL, 'v', NULL, "", NULL,
     "More messages on standard error: what each input holds.", NULL, take_verbose},
    {"progress", 0, "WHEN", "", "only errors; more messages; auto, never",
     "\\fBauto\\fR shows how far reading is, on standard error when that is a terminal and reading "
     "takes over two "
     "seconds.",
     progress_words, take_progress},
    {"allow-partial", 0, NULL, "Work", "damaged or cut input is no error (exit 0, not 3)",
     "A damaged or cut input is no error: exit status 0 instead of 3. An input that cannot be used "
     "at all (no such file, no capture) remains one.",
     NULL, take_partial},
    {"max-memory", 0, "SIZE", "", "ceiling for tables: 64M, 1G (default 256M)",
     "The ceiling for tables. What would pass it is folded into counters that the report shows; "
     "\\fB--sort\\fR without "
     "\\fB--limit\\fR that does not fit ends with exit status 4. The least is 4M.",
     NULL, take_memory},
    {"explain", 0, "KEY", "Help", "what a finding, status, bitmap or field means",
     "Explains a finding (its rule, too), a status, a reason, a bitmap (0 to 15, or the word "
     "\\fBbitmap\\fR), a realm, the "
     "outcome of an attempt, "
     "a kind of join, a reason for skipping, or a field, and what to do about it.",
     NULL, take_explain},
    {"version", 'V', NULL, "", NULL, "Prints the version.", NULL, take_version},
    {"help", 'h', "[WORD]", "", "version; this text",
     "Prints a short help. With a word it prints what is made from the program's tables: "
     "\\fBman\\fR, "
     "\\fBcompletion\\fR, \\fBschema-report\\fR, \\fBschema-lookups\\fR, \\fBschema-sessions\\fR, "
     "\\fBschema-attempts\\fR, \\fBschema-messages\\fR.",
     NULL, take_help},
};
const size_t option_rows_n = sizeof option_rows / sizeof *option_rows;
