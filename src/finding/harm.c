// SPDX-License-Identifier: BSD-2-Clause
/* What a finding meant for those who waited: known when the ledger is settled, and said in the same
 * words by all. */
#include <string.h>

#include "finding/inside.h"

bool harm_is_of_sessions(const struct report *report)
{
    const struct totals *totals = &report->totals;
    const uint64_t *by_status = totals->by_status;
    uint64_t failed = by_status[STATUS_FAILED], clientless = 0;
    for (size_t i = 0; i < report->facts.n_inputs; i++)
        if (report->facts.inputs[i].has_packets)
            return false;
    for (unsigned bitmap = 0; bitmap < 16; bitmap++)
        if ((bitmap & 3) == 0)
            clientless += totals->by_bitmap[bitmap];
    /* these may lack any frame */
    uint64_t lost = by_status[STATUS_SAMPLE_LOSS] + by_status[STATUS_CAPTURE_EDGE];
    return failed != 0 && clientless > lost && 2 * (clientless - lost) >= failed;
}

const char *harm_failed(const struct report *report)
{
    const uint64_t *by_outcome = report->lookups.by_outcome;
    bool failed = by_outcome[LOOKUP_FAILED] + by_outcome[LOOKUP_TIMED_OUT] != 0;
    return failed || report->lookups.count == 0 ? "failed" : "came back empty";
}

static void add_counted(struct text *text, uint64_t n, const char *one, const char *many)
{
    text_add_grouped(text, (int64_t)n);
    text_add_char(text, ' ');
    text_add_string(text, n == 1 ? one : many);
}

/* "8 lookups of 3 clients failed because of it, 5 waited for a second or longer." */
static void add_harm(struct text *text, const struct finding_row *row, const struct report *report)
{
    /* what applications felt; sessions where that is not known */
    bool lookups = row->lookups != 0 && (row->sessions == 0 || !harm_is_of_sessions(report));
    uint64_t all = lookups ? row->lookups : row->sessions;
    uint64_t failed = lookups ? row->failed_lookups : row->failed_sessions;
    text_add_char(text, ' ');
    if (lookups)
        add_counted(text, failed != 0 ? failed : all, "lookup", "lookups");
    else
        add_counted(text, failed != 0 ? failed : all, "session", "sessions");
    if (failed != 0)
        text_format(text, " %s because of it", lookups ? harm_failed(report) : "failed");
    else
        text_add_string(text, " waited for a second or longer because of it");
    if (failed != 0 && all != failed) {
        text_add_string(text, ", ");
        add_counted(text, all - failed, "waited", "waited");
        text_add_string(text, " for a second or longer");
    }
    if (failed == 0)
        text_add_string(text, ", none failed");
    text_add_char(text, '.');
}

/* " It hurt 3 clients."; one client is the subject, or its name is in the sentence. */
static void add_scope(struct text *text, const struct finding_row *row)
{
    if (row->clients < 2)
        return;
    text_add_string(text, " It hurt ");
    if (row->clients > FINDING_CROWD_MAX)
        text_add_string(text, "over ");
    text_add_grouped(text, row->clients > FINDING_CROWD_MAX ? FINDING_CROWD_MAX : row->clients);
    text_add_string(text, " clients.");
}

/* slow-lookups is no cause: it says what is left without one. */
static bool is_cause(const struct finding_row *row)
{
    return strcmp(row->key, finding_kinds[FINDING_SLOW_LOOKUPS]->key) != 0;
}

/* " 6 of these waited for a second or longer." */
static void add_rest(struct text *text, const struct finding_row *row)
{
    if (row->lookups == 0)
        return;
    text_add_char(text, ' ');
    text_add_grouped(text, (int64_t)row->lookups);
    text_add_string(text, " of these waited for a second or longer.");
}

void harm_tell(struct findings *findings)
{
    struct text text = {0};
    for (size_t i = 0; i < findings->n_rows; i++) {
        struct finding_row *row = findings->rows[i];
        if (row->lookups + row->sessions == 0)
            continue;
        text_clear(&text);
        text_add_string(&text, row->summary);
        if (is_cause(row))
            add_harm(&text, row, findings->report);
        else
            add_rest(&text, row);
        add_scope(&text, row);
        finding_summary(findings, row, &text);
    }
    text_done(&text);
}
