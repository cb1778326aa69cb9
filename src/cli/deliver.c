// SPDX-License-Identifier: BSD-2-Clause
/* What becomes of settled sessions: figures of the report, lookups, or rows of a view, as far as
 * --since, --until and --filter keep them. */
#include "cli/filters.h"
#include "cli/run.h"

static bool chosen(const struct run *run, int64_t start)
{
    if (run->since != WHEN_NONE && (start == WHEN_NONE || start < run->since))
        return false;
    return run->until == WHEN_NONE || (start != WHEN_NONE && start < run->until);
}

/* Whether --filter keeps a session, as far as sessions are asked. */
static bool keeps_session(const struct run *run, const struct session *session)
{
    struct filter *filter = run->options->filter;
    size_t scope = run->options->view == VIEW_LOOKUPS ? FILTERS_SESSION : FILTERS_OWN;

    if (filter == NULL)
        return true;
    struct session_row row = {session, run->options->slow_ns, run->cluster};
    const void *rows[FILTER_SCOPES_MAX] = {&row, &row};
    return filter_keeps(filter, scope, rows);
}

/* A lookup is kept where one of its sessions is, and by what is asked of itself. */
static bool keeps_lookup(const struct run *run, const struct lookup_row *row)
{
    if (!row->lookup->chosen || !chosen(run, row->lookup->start))
        return false;
    if (run->options->view != VIEW_LOOKUPS || run->options->filter == NULL)
        return true;
    const void *rows[FILTER_SCOPES_MAX] = {row, NULL};
    return filter_keeps(run->options->filter, FILTERS_OWN, rows);
}

void deliver_begin(struct run *run, int64_t when)
{
    if (run->begun || run->rows == NULL)
        return;
    for (size_t i = 0; i < run->options->n_outputs; i++)
        when_zone(when, run->options->local, run->styles[i].zone);
    rows_begin(run->rows);
    run->begun = true;
}

static int drain_lookups(struct run *run, struct error *error)
{
    const struct lookup *lookup;

    while ((lookup = lookups_next(run->lookups)) != NULL) {
        struct lookup_row row = {lookup, run->options->slow_ns, run->cluster};
        if (!keeps_lookup(run, &row))
            continue;
        if (run->report != NULL) {
            report_add_lookup(run->report, lookup);
            findings_add_lookup(run->findings, lookup);
            continue;
        }
        deliver_begin(run, lookup->start);
        if (rows_add(run->rows, &row, error) < 0)
            return -1;
    }
    return 0;
}

static int take_attempts(struct run *run, const struct session_row *row, struct error *error)
{
    for (const struct attempt *attempt = row->session->attempts; attempt != NULL;
         attempt = attempt->next) {
        struct attempt_row attempt_row = {row, attempt};
        const void *rows[FILTER_SCOPES_MAX] = {&attempt_row, row};
        if (run->options->filter != NULL &&
            !filter_keeps(run->options->filter, FILTERS_OWN, rows))
            continue;
        if (rows_add(run->rows, &attempt_row, error) < 0)
            return -1;
    }
    return 0;
}

static int take_lookups(struct run *run, const struct session *session, int64_t watermark, bool kept,
                        struct error *error)
{
    if (run->lookups == NULL)
        return 0;
    lookups_add(run->lookups, session, watermark, kept);
    return drain_lookups(run, error);
}

__attribute__((noinline)) static int take(struct run *run, const struct session *session,
                                          struct error *error)
{
    int64_t watermark = sessions_watermark(run->sessions);
    bool in_time = chosen(run, session->start);
    /* lookups are made of all sessions, whatever is chosen; attempts are judged one by one */
    bool kept = run->options->view == VIEW_ATTEMPTS || run->options->filter == NULL ||
                ((in_time || run->lookups != NULL) && keeps_session(run, session));
    bool is_chosen = run->options->view != VIEW_LOOKUPS && in_time && kept;

    if (is_chosen && run->report != NULL) {
        report_add(run->report, session, watermark);
        findings_add_session(run->findings, session);
    }
    if (run->lookups != NULL || !is_chosen)
        return take_lookups(run, session, watermark, kept, error);
    deliver_begin(run, session->start);
    struct session_row row = {session, run->options->slow_ns, run->cluster};
    return run->options->view == VIEW_SESSIONS ? rows_add(run->rows, &row, error)
                                               : take_attempts(run, &row, error);
}

/* A message, once its session has settled. */
static int take_message(struct run *run, const struct record *record, struct error *error)
{
    struct dns_message dns;
    struct message_row row = {.record = record, .dns = &dns, .cluster = run->cluster};
    const void *rows[FILTER_SCOPES_MAX] = {&row, NULL};

    if (!chosen(run, record->when))
        return 0;
    messages_read(record, &dns);
    if (record->server != UINT32_MAX) {
        row.identity = sessions_server(run->sessions, record->server)->identity;
        row.own_socket = sessions_taps_sockets(run->sessions, record->server);
    }
    if (run->options->filter != NULL && !filter_keeps(run->options->filter, FILTERS_OWN, rows))
        return 0;
    deliver_begin(run, record->when);
    return rows_add(run->rows, &row, error);
}

static int drain_messages(struct run *run, int64_t mark, struct error *error)
{
    const struct record *record;

    while ((record = messages_next(run->messages, mark)) != NULL)
        if (take_message(run, record, error) < 0)
            return -1;
    return 0;
}

/* What settled sessions tell of messages. */
static int deliver_messages(struct run *run, struct error *error)
{
    const struct session *session;
    const struct message_tag *tag;

    while ((tag = sessions_tag(run->sessions)) != NULL)
        messages_tag(run->messages, tag);
    while ((session = sessions_next(run->sessions)) != NULL)
        messages_session(run->messages, session);
    return drain_messages(run, sessions_watermark(run->sessions), error);
}

int deliver(struct run *run, struct error *error)
{
    const struct session *session;

    if (run->messages != NULL)
        return deliver_messages(run, error);
    while ((session = sessions_next(run->sessions)) != NULL)
        if (take(run, session, error) < 0)
            return -1;
    return 0;
}

int deliver_rest(struct run *run, struct error *error)
{
    if (deliver(run, error) < 0)
        return -1;
    if (run->messages != NULL)
        return drain_messages(run, INT64_MAX, error);
    if (run->lookups == NULL)
        return 0;
    lookups_end(run->lookups);
    return drain_lookups(run, error);
}
