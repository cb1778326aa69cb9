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
                          enum capture_place place)
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
                "timeout 60 tcpdump -i any -U -w - port 53 or port 853 or icmp or icmp6 >%s.pcap",
                places[place].profile, places[place].file);
    finding_next(findings, row, text.at);
    text_done(&text);
}

/* A word of a command for a shell: quoted where it needs that. */
static void add_word(struct text *text, const char *word)
{
    static const char plain[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:+@%,=";
    text_add_char(text, ' ');
    if (word[0] != 0 && strspn(word, plain) == strlen(word)) {
        text_add_string(text, word);
        return;
    }
    text_add_char(text, '\'');
    for (; *word != 0; word++) {
        if (*word == '\'')
            text_add_string(text, "'\\''");
        else
            text_add_char(text, *word);
    }
    text_add_char(text, '\'');
}

/* The inputs as they were named, as far as they fit on a line. */
static void add_files(struct text *text, const struct report *report)
{
    enum { FILES = 4 };
    for (size_t i = 0; i < report->facts.n_inputs && i < FILES; i++)
        add_word(text, report->facts.inputs[i].facts.file);
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

/* "dnstap-analyse --view VIEW MORE --since … --until … FILE" */
static void add_view(struct text *text, const struct findings *findings,
                     const struct finding_row *row, const char *view, const char *more)
{
    text_add_string(text, "dnstap-analyse --view ");
    text_add_string(text, view);
    if (row->start != WHEN_NONE && row->end != WHEN_NONE && row->end < WHEN_LAST) {
        text_add_string(text, " --since ");
        add_instant(text, row->start);
        text_add_string(text, " --until ");
        add_instant(text, row->end + WHEN_SECOND);
    }
    if (more != NULL && more[0] != 0) {
        text_add_char(text, ' ');
        text_add_string(text, more);
    }
    add_files(text, findings->report);
}

void finding_next_view(struct findings *findings, struct finding_row *row, const char *view,
                       const char *more)
{
    struct text text = {0};
    add_view(&text, findings, row, view, more);
    finding_next(findings, row, text.at);
    text_done(&text);
}

void finding_next_rows(struct findings *findings, struct finding_row *row, const char *view,
                       const char *condition)
{
    struct text text = {0}, select = {0};
    add_view(&text, findings, row, view, "-o ndjson");
    text_format(&select, "select(%s)", condition);
    text_add_string(&text, " | jq -c");
    add_word(&text, select.at);
    finding_next(findings, row, text.at);
    text_done(&text);
    text_done(&select);
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
