// SPDX-License-Identifier: BSD-2-Clause
#include "finding/clients.h"
#include "finding/kinds.h"

static void add_rate(struct text *text, double rate)
{
    text_format(text, rate < 9.95 ? "%.1f" : "%.0f", rate);
}

static void tell(struct findings *findings, const struct asking_client *client,
                 const struct storm *storm)
{
    struct text text = {0};
    struct suspect *suspect = suspect_of_endpoint(findings, FINDING_RETRY_STORM, &client->end);
    if (suspect == NULL)
        return;
    suspect_event(suspect, storm->first, NULL);
    suspect_event(suspect, storm->last, NULL);
    struct finding_row *row = finding_new(findings, FINDING_RETRY_STORM, suspect, CONFIDENCE_SURE);
    row->clients = 1;
    add_endpoint(&text, &client->end);
    text_add_string(&text, " sent ");
    add_rate(&text, (double)storm->queries / (double)storm->seconds);
    text_add_string(&text, " queries a second");
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text, ", else ");
    add_rate(&text, client->quiet);
    text_add_string(&text, ", for names that had just failed.");
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "lookups that repeat a name which failed in the minute before",
                     storm->repeats, UINT64_MAX, NULL);
    finding_evidence(row, "queries of the lookups that failed in those seconds", storm->queries,
                     UINT64_MAX, NULL);
    finding_evidence(row, "seconds of the storm", storm->seconds, UINT64_MAX, NULL);
    finding_next_rows(findings, row, "lookups", NULL, NULL);
}

static void judge(struct findings *findings)
{
    const struct asking *asking = &findings->clients->asking;
    findings->folded_suspects += asking->folded;
    for (size_t i = 0; i < map_count(asking->clients); i++) {
        struct asking_client *client = map_at(asking->clients, i);
        if (client->n_failed == 0)
            continue;
        struct storm storm = asking_storm(client, findings->report);
        if (storm.seconds >= 3)
            tell(findings, client, &storm);
    }
}

const struct finding_kind kind_retry_storm = {
    .key = "retry-storm",
    .severity = SEVERITY_WARNING,
    .meaning = "A client asks again and again, and ever more often, for names that failed.",
    .rule =
        "In at least 3 seconds 10 or more lookups of a client failed for names that had failed for "
        "it in the minute before, and their queries alone are over 5 times as many as it sends "
        "in its other seconds. Other names are new work, and no storm; what a stub repeats by "
        "itself is one lookup.",
    .advice = "Let the application wait longer after each failure (exponential back-off with "
              "jitter): its retries are load on what has just failed.",
    .reference =
        "https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/",
    .judge = judge,
};
