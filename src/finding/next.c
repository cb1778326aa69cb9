// SPDX-License-Identifier: BSD-2-Clause
/* Commands that show more.  They are pasted into shells as they stand: names in them are a stranger's. */
#include <string.h>

#include "finding/inside.h"

void finding_next(struct findings *findings, struct finding_row *row, const char *command)
{
    struct text text = {0};
    text_add_string(&text, command);
    if (row->n_next < FINDING_NEXT_MAX)
        row->next[row->n_next++] = keep(findings, &text);
    text_done(&text);
}

/* The file is written at this end: what an ephemeral container writes is gone with it.  What comes
 * before kubectl is attached is lost (kubernetes issue 27264), hence the sleep; CRI-O gives a container
 * CAP_NET_RAW only with a profile. */
void finding_next_capture(struct findings *findings, struct finding_row *row,
                          enum capture_place place, const char *packets)
{
    static const struct {
        const char *start, *profile, *file;
    } places[] = {
        [CAPTURE_COREDNS] = {"kubectl -n kube-system debug ", "netadmin", "coredns"},
        [CAPTURE_CLIENT] = {"kubectl debug CLIENT-POD", "netadmin", "client"},
        [CAPTURE_NODE] = {"kubectl debug node/NODE", "sysadmin", "node"},
    };
    struct text text = {0};
    text_add_string(&text, places[place].start);
    if (place == CAPTURE_COREDNS)
        text_add_string(&text,
                        row->subject.identity != NULL ? row->subject.identity : "COREDNS-POD");
    text_format(&text,
                " -i -q --profile=%s --image=nicolaka/netshoot -- sh -c 'sleep 2; \"$@\"' sh "
                "timeout 60 tcpdump -i any -U -w - %s >%s.pcap",
                places[place].profile,
                packets != NULL ? packets : "port 53 or port 853 or icmp or icmp6",
                places[place].file);
    finding_next(findings, row, text.at);
    text_done(&text);
}

static void add_quoted(struct text *text, const char *word)
{
    text_add_char(text, '\'');
    for (; *word != 0; word++) {
        if (*word == '\'')
            text_add_string(text, "'\\''");
        else
            text_add_char(text, *word);
    }
    text_add_char(text, '\'');
}

void add_word(struct text *text, const char *word)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:+@%,=";
    text_add_char(text, ' ');
    if (word[0] != 0 && strspn(word, plain) == strlen(word))
        text_add_string(text, word);
    else
        add_quoted(text, word);
}

void add_condition(struct text *text, const char *comparison, const char *value)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:";
    if (text->len != 0)
        text_add_char(text, ',');
    text_add_string(text, comparison);
    if (value[0] != 0 && strspn(value, plain) == strlen(value)) {
        text_add_string(text, value);
        return;
    }
    text_add_char(text, '"');
    for (; *value != 0; value++) {
        if (*value == '"' || *value == '\\')
            text_add_char(text, '\\');
        text_add_char(text, *value);
    }
    text_add_char(text, '"');
}

/* The inputs as they were named, as far as they fit on a line. */
static void add_files(struct text *text, const struct report *report)
{
    enum { FILES = 4 };
    for (size_t i = 0; i < report->facts.n_inputs && i < FILES; i++) {
        const char *file = report->facts.inputs[i].facts.file;
        struct text path = {0};
        /* no option, and not standard input's sign either */
        text_format(&path, "%s%s", file[0] == '-' && file[1] != 0 ? "./" : "", file);
        add_word(text, path.at);
        text_done(&path);
    }
    if (report->facts.n_inputs > FILES)
        text_add_string(text, " ...");
}

void add_instant(struct text *text, int64_t when)
{
    char shown[WHEN_TEXT_MAX];
    size_t len = when_print_table(when, false, false, 0, shown);
    for (size_t i = 0; i < len; i++)
        text_add_char(text, shown[i] == ' ' ? 'T' : shown[i]);
    text_add_char(text, 'Z');
}

/* "dnstap-analyse --view VIEW --since … --until … MORE --filter 'FILTER' FILE" */
void finding_next_rows(struct findings *findings, struct finding_row *row, const char *view,
                       const char *more, const char *filter)
{
    struct text text = {0};
    text_add_string(&text, "dnstap-analyse --view ");
    text_add_string(&text, view);
    if (row->start != WHEN_NONE && row->end != WHEN_NONE && row->end < WHEN_LAST) {
        text_add_string(&text, " --since ");
        add_instant(&text, row->start);
        text_add_string(&text, " --until ");
        add_instant(&text, row->end + WHEN_SECOND);
    }
    if (more != NULL) {
        text_add_char(&text, ' ');
        text_add_string(&text, more);
    }
    if (filter != NULL) {
        text_add_string(&text, " --filter ");
        add_quoted(&text, filter);
    }
    add_files(&text, findings->report);
    finding_next(findings, row, text.at);
    text_done(&text);
}
