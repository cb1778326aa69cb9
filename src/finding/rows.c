// SPDX-License-Identifier: BSD-2-Clause
/* The rows of the report, and the words that their sentences share. */
#include <stdio.h>
#include <string.h>

#include "dns/name.h"
#include "finding/inside.h"

const char *keep(struct findings *findings, const struct text *text)
{
    return arena_text(&findings->arena, text->len != 0 ? text->at : "", text->len);
}

static void subject_of_server(struct findings *findings, uint32_t server, struct text *text,
                              struct finding_subject *subject)
{
    bool known = findings->sessions != NULL && server < sessions_servers(findings->sessions);
    const struct server_facts *facts = known ? sessions_server(findings->sessions, server) : NULL;
    subject->kind = "server";
    if (facts == NULL)
        return;
    subject->addr = facts->addr;
    if (facts->identity != NULL) {
        text_add_string(text, facts->identity);
        subject->identity = keep(findings, text);
    } else if (facts->addr.len != 0) {
        add_endpoint(text, &facts->addr);
    }
}

/* What kind of thing each finding is about. */
static const char *const subject_kinds[FINDINGS] = {
    [FINDING_FORWARDING_LOOP] = "upstream",  [FINDING_SERVER_RESTART] = "server",
    [FINDING_AAAA_RACE] = "capture",         [FINDING_LOST_ON_PATH] = "capture",
    [FINDING_ONE_BAD_REPLICA] = "server",    [FINDING_WRONG_REPLY] = "upstream",
    [FINDING_UPSTREAM_LATE] = "upstream",    [FINDING_UPSTREAM_UNREACHABLE] = "upstream",
    [FINDING_UPSTREAM_CONNECT] = "upstream", [FINDING_UPSTREAM_TIMEOUT] = "upstream",
    [FINDING_UPSTREAM_ERROR] = "zone",       [FINDING_SERVER_REJECTS] = "server",
    [FINDING_SERVER_OVERLOAD] = "server",    [FINDING_SERVER_SILENT] = "server",
    [FINDING_TRUNCATED_NO_TCP] = "client",   [FINDING_CLIENT_RETRY] = "capture",
    [FINDING_SERVER_ERROR] = "server",       [FINDING_UPSTREAM_SLOW] = "upstream",
    [FINDING_NEGATIVE_CACHE] = "name",       [FINDING_MISSING_NAME] = "name",
    [FINDING_SEARCH_PATH] = "capture",       [FINDING_RETRY_STORM] = "client",
    [FINDING_SLOW_LOOKUPS] = "capture",      [FINDING_UNEXPECTED_ANSWER] = "name",
    [FINDING_SAMPLE_LOSS] = "capture",       [FINDING_CAPTURE_CUT] = "capture",
    [FINDING_NO_MESSAGES] = "capture",       [FINDING_ENCRYPTED_UPSTREAM] = "upstream",
};

static void set_subject(struct findings *findings, struct finding_row *row,
                        const struct suspect *suspect, const char *kind)
{
    struct text text = {0};
    struct finding_subject *subject = &row->subject;
    subject->kind = kind;
    if (suspect->subject.len == 0) {
        subject->kind = "capture";
    } else if (strcmp(kind, "server") == 0) {
        subject_of_server(findings, suspect_server(suspect), &text, subject);
    } else if (strcmp(kind, "zone") == 0 || strcmp(kind, "name") == 0) {
        struct slice name = suspect_name(suspect);
        dns_name_print(name.at, name.len, true, &text);
        subject->name = keep(findings, &text);
    } else {
        subject->addr = suspect_endpoint(suspect);
        add_endpoint(&text, &subject->addr);
    }
    subject->text = keep(findings, &text);
    text_done(&text);
}

/* Whom a row touches, each of them counted once however many suspects it has. */
struct scope {
    struct crowd clients, names, servers;
};

void finding_done(struct finding_row *row)
{
    struct scope *scope = row->stage;
    memory_free(scope->clients.seen);
    memory_free(scope->names.seen);
    memory_free(scope->servers.seen);
}

void finding_scope(const struct findings *findings, struct finding_row *row)
{
    const struct scope *scope = row->stage;
    row->namespaces = namespaces_count(findings, &scope->clients, row->start, row->end);
}

void finding_join(struct finding_row *row, struct suspect *suspect)
{
    struct scope *scope = row->stage;
    suspect->finding = row;
    if (suspect->first != WHEN_NONE && (row->start == WHEN_NONE || suspect->first < row->start))
        row->start = suspect->first;
    if (suspect->last > row->end)
        row->end = suspect->last;
    crowd_join(&scope->clients, &suspect->clients);
    crowd_join(&scope->names, &suspect->names);
    crowd_join(&scope->servers, &suspect->servers);
    row->clients = scope->clients.n;
    row->names = scope->names.n;
    row->servers = scope->servers.n;
}

static void keep_row(struct findings *findings, struct finding_row *row)
{
    if (findings->n_rows == findings->rows_room) {
        findings->rows_room = findings->rows_room == 0 ? 16 : 2 * findings->rows_room;
        findings->rows =
            memory_grow(findings->rows, findings->rows_room, sizeof(struct finding_row *));
    }
    findings->rows[findings->n_rows++] = row;
}

struct finding_row *finding_new(struct findings *findings, enum finding_id id,
                                struct suspect *suspect, enum confidence confidence)
{
    const struct finding_kind *kind = finding_kinds[id];
    struct finding_row *row = arena_get(&findings->arena, 1, sizeof *row);
    *row = (struct finding_row){.key = kind->key,
                                .severity = (uint8_t)kind->severity,
                                .confidence = (uint8_t)confidence,
                                .subject = {.kind = "capture", .text = ""},
                                .namespaces = UINT32_MAX,
                                .start = WHEN_NONE,
                                .end = WHEN_NONE,
                                .summary = kind->meaning,
                                .advice = kind->advice,
                                .reference = kind->reference,
                                .stage = arena_get(&findings->arena, 1, sizeof(struct scope))};
    if (suspect != NULL) {
        set_subject(findings, row, suspect, subject_kinds[id]);
        finding_join(row, suspect);
    }
    keep_row(findings, row);
    return row;
}

void finding_summary(struct findings *findings, struct finding_row *row, const struct text *text)
{
    row->summary = keep(findings, text);
}

void finding_evidence(struct finding_row *row, const char *what, uint64_t count, uint64_t of,
                      const char *base)
{
    if (row->n_evidence < FINDING_EVIDENCE_MAX)
        row->evidence[row->n_evidence++] = (struct finding_evidence){what, count, of, base};
}

void finding_advise(struct findings *findings, struct finding_row *row, const struct text *text)
{
    struct text whole = {0};
    text_add(&whole, text->at, text->len);
    text_add_char(&whole, ' ');
    text_add_string(&whole, row->advice);
    row->advice = keep(findings, &whole);
    text_done(&whole);
}

void add_time(struct text *text, const struct findings *findings, int64_t when)
{
    char shown[WHEN_TEXT_MAX];
    bool days = report_seconds(findings->report) >= 86400;
    text_add(text, shown, when_print_table(when, false, !days, 0, shown));
}

void add_period(struct text *text, const struct findings *findings, int64_t start, int64_t end)
{
    if (start == WHEN_NONE)
        return;
    bool once = end == WHEN_NONE || end / WHEN_SECOND == start / WHEN_SECOND;
    text_add_string(text, once ? " at " : " from ");
    add_time(text, findings, start);
    if (once)
        return;
    text_add_string(text, " to ");
    add_time(text, findings, end);
}

void add_share(struct text *text, uint64_t part, uint64_t base, const char *one, const char *many)
{
    text_add_grouped(text, (int64_t)part);
    text_add_string(text, " of ");
    text_add_grouped(text, (int64_t)base);
    text_add_char(text, ' ');
    text_add_string(text, base == 1 ? one : many);
    if (part == 0 || part >= base) /* none and all need no percentage */
        return;
    char shown[32];
    double share = 100 * (double)part / (double)base;
    if (share > 99.9)
        share = 99.9;
    int len = snprintf(shown, sizeof shown, share < 0.1 ? " (under 0.1 %%)" : " (%.1f %%)", share);
    text_add(text, shown, len > 0 ? (size_t)len : 0);
}

void add_endpoint(struct text *text, const struct endpoint *end)
{
    char shown[ADDR_TEXT_MAX];
    text_add(text, shown, endpoint_print(end, shown));
}

void add_wait(struct text *text, int64_t ns)
{
    char shown[WHEN_TEXT_MAX];
    text_add(text, shown, when_print_human(ns, false, shown));
}
