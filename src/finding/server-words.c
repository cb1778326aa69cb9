// SPDX-License-Identifier: BSD-2-Clause
/* The words that findings about servers share. */
#include "finding/server-inside.h"

void add_server(struct text *text, const struct finding_row *row)
{
    if (row->subject.identity != NULL) {
        text_add_string(text, row->subject.identity);
        return;
    }
    text_add_string(text, "CoreDNS");
    if (row->subject.text[0] == 0)
        return;
    text_add_string(text, " at ");
    text_add_string(text, row->subject.text);
}

void next_log(struct findings *findings, struct finding_row *row)
{
    struct text text = {0};
    text_add_string(&text, "kubectl -n kube-system logs ");
    if (row->subject.identity != NULL)
        text_add_string(&text, row->subject.identity);
    else
        text_add_string(&text, "-l k8s-app=kube-dns --tail=-1 --prefix");
    text_add_string(&text, " --timestamps");
    if (row->start != WHEN_NONE) {
        text_add_string(&text, " --since-time=");
        add_instant(&text, row->start);
    }
    finding_next(findings, row, text.at);
    text_done(&text);
}

/* A period is over where nothing bad follows for so long (findings.md, "Time"). */
#define OVER_NS (2 * WHEN_SECOND)

void note_ongoing(const struct findings *findings, struct finding_row *row)
{
    int64_t end = findings->report->end;
    row->ongoing = row->end != WHEN_NONE && end != WHEN_NONE && row->end > end - OVER_NS;
}
