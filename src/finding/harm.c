// SPDX-License-Identifier: BSD-2-Clause
/* What a finding meant for those who waited: known when the ledger is settled, and said in the same
 * words by all. */
#include <string.h>

#include "finding/inside.h"

static void add_counted(struct text *text, uint64_t n, const char *one, const char *many)
{
    text_add_grouped(text, (int64_t)n);
    text_add_char(text, ' ');
    text_add_string(text, n == 1 ? one : many);
}

/* "8 lookups of 3 clients failed because of it, 5 waited for a second or longer." */
static void add_harm(struct text *text, const struct finding_row *row)
{
    bool lookups = row->lookups != 0; /* what applications felt; sessions where that is not known */
    uint64_t all = lookups ? row->lookups : row->sessions;
    uint64_t failed = lookups ? row->failed_lookups : row->failed_sessions;
    text_add_char(text, ' ');
    if (lookups)
        add_counted(text, failed != 0 ? failed : all, "lookup", "lookups");
    else
        add_counted(text, failed != 0 ? failed : all, "session", "sessions");
    text_add_string(text, failed != 0 ? " failed because of it"
                                      : " waited for a second or longer because of it");
    if (failed != 0 && all != failed) {
        text_add_string(text, ", ");
        add_counted(text, all - failed, "waited", "waited");
        text_add_string(text, " for a second or longer");
    }
    if (failed == 0)
        text_add_string(text, ", none failed");
    text_add_char(text, '.');
}

/* " It touched 3 clients."; one client is the subject, or its name is in the sentence. */
static void add_scope(struct text *text, const struct finding_row *row)
{
    if (row->clients < 2)
        return;
    text_add_string(text, " It touched ");
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
            add_harm(&text, row);
        else
            add_rest(&text, row);
        add_scope(&text, row);
        finding_summary(findings, row, &text);
    }
    text_done(&text);
}
