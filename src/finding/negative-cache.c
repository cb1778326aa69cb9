// SPDX-License-Identifier: BSD-2-Clause
#include <string.h>

#include "finding/clients.h"
#include "finding/kinds.h"

/* So many names become rows; more at once is a new zone, which the first ones tell as well. */
#define ROWS 20

static bool is_found_late(const struct gone_name *gone)
{
    /* Servers that disagree about it are something else. */
    return gone->n - gone->after >= GONE_TOLD && gone->found != WHEN_NONE && gone->late == 0 &&
           gone->after < GONE_TOLD;
}

static void add_story(struct text *text, const struct findings *findings,
                      const struct gone_name *gone)
{
    text_add_string(text, " did not exist for ");
    text_add_grouped(text, (int64_t)gone->n);
    text_add_string(text, " lookups");
    add_period(text, findings, gone->first, gone->last);
    text_add_string(text, ", and is there since ");
    add_time(text, findings, gone->found);
    text_add_string(text,
                    ": some of those answers may have come from a cache that still denied it.");
}

/* The lookups that tried it, with the one that found it. */
static void look(struct findings *findings, struct finding_row *row, const struct gone_name *gone)
{
    int64_t end = row->end;
    struct text text = {0};
    add_condition(&text, "steps.name==", row->subject.name);
    if (gone->found > end)
        row->end = gone->found;
    finding_next_rows(findings, row, "lookups", NULL, text.at);
    row->end = end;
    text_done(&text);
}

static void tell(struct findings *findings, const struct gone_name *gone)
{
    struct text text = {0};
    struct slice name = map_key(findings->clients->names.gone, gone);
    struct suspect *suspect = suspect_of_name(findings, FINDING_NEGATIVE_CACHE, name.at, name.len);
    if (suspect == NULL)
        return;
    suspect_event(suspect, gone->first, NULL);
    suspect_event(suspect, gone->last, NULL);
    struct finding_row *row =
        finding_new(findings, FINDING_NEGATIVE_CACHE, suspect, CONFIDENCE_POSSIBLE);
    row->names = 1;
    text_add_string(&text, row->subject.text);
    add_story(&text, findings, gone);
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "lookups that were told NXDOMAIN in the 30 s before the name was there",
                     gone->n, UINT64_MAX, NULL);
    look(findings, row, gone);
    finding_next(findings, row, "kubectl get service -A --sort-by=.metadata.creationTimestamp");
}

static void judge(struct findings *findings)
{
    const struct names *names = &findings->clients->names;
    size_t rows = 0;
    for (size_t i = 0; i < map_count(names->gone) && rows < ROWS; i++) {
        const struct gone_name *gone = map_at(names->gone, i);
        if (!is_found_late(gone))
            continue;
        tell(findings, gone);
        rows++;
    }
}

const struct finding_kind kind_negative_cache = {
    .key = "negative-cache",
    .severity = SEVERITY_WARNING,
    .meaning = "A name was told not to exist and exists soon after: a cache may have kept the "
               "negative answer longer than it was true.",
    .rule = "At least 3 lookups were told NXDOMAIN for a name, each within 30 s of the next, and "
            "within 30 s (how long CoreDNS keeps such an answer in the cluster's zone) the name "
            "exists, and stays. Possible only: when the name was made no capture shows.",
    .advice =
        "Shorten the cache's `denial` TTL in the Corefile, or ask for the name only when it is "
        "there (readiness, start order).",
    .reference = "https://coredns.io/plugins/cache/",
    .judge = judge,
};
