// SPDX-License-Identifier: BSD-2-Clause
#include "finding/kinds.h"
#include "finding/server-inside.h"

/* Under one query in two hundred is what odd queries make (FORMERR, NOTIMP), not an incident. */
#define ERROR_RATE 0.005

static const char *const rcode_texts[WATCH_RCODES] = {"FORMERR", "SERVFAIL", "NOTIMP", "REFUSED",
                                                      "errors of other kinds"};

/* " (SERVFAIL 22, REFUSED 9)" */
static void add_rcodes(struct text *text, const struct watch *watch)
{
    const char *before = " (";
    for (size_t i = 0; watch != NULL && i < WATCH_RCODES; i++) {
        if (watch->by_rcode[i] == 0)
            continue;
        text_format(text, "%s%s ", before, rcode_texts[i]);
        text_add_grouped(text, (int64_t)watch->by_rcode[i]);
        before = ", ";
    }
    if (before[0] == ',')
        text_add_char(text, ')');
}

/* Where the capture does not show who made them: "Clients got errors for …". */
static void add_blind(struct text *text, const struct finding_row *row, const struct watch *watch,
                      uint64_t errors, uint64_t sessions)
{
    text_add_string(text, "Clients got errors for ");
    add_share(text, errors, sessions, "query", "queries");
    text_add_string(text, " to ");
    add_server(text, row);
    add_rcodes(text, watch);
}

static void add_own(struct text *text, const struct finding_row *row, const struct watch *watch,
                    uint64_t errors, uint64_t sessions)
{
    bool rcodes = watch == NULL || watch->lone != errors;
    add_server(text, row);
    text_add_string(text, rcodes ? " answered " : " sent no answer that dnstap shows to ");
    add_share(text, errors, sessions, "query", "queries");
    if (!rcodes)
        return;
    text_add_string(text, " with errors of its own");
    add_rcodes(text, watch);
}

/* What was seen, and what it leaves open. */
static void tell(struct findings *findings, struct finding_row *row, const struct watch *watch,
                 uint64_t errors, uint64_t sessions)
{
    struct text text = {0};
    bool lone = watch != NULL && watch->lone != 0, blind = watch != NULL && watch->blind && !lone;
    if (blind)
        add_blind(&text, row, watch, errors, sessions);
    else
        add_own(&text, row, watch, errors, sessions);
    add_period(&text, findings, row->start, row->end);
    if (lone)
        text_add_string(&text, ": it asked no upstream for them, so it made an error itself, or "
                               "dropped them");
    else if (blind)
        text_add_string(&text, ": CoreDNS or an upstream made them, this capture does not show "
                               "which");
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_done(&text);
    if (blind)
        row->advice = "Capture at CoreDNS: it tells whether an upstream sent them. CoreDNS's log "
                      "has plugin/errors lines for those that it made itself, timeouts of "
                      "upstreams too, and none for errors that an upstream sent.";
}

static void evidence(struct finding_row *row, const struct watch *watch, uint64_t errors,
                     uint64_t sessions)
{
    bool blind = watch == NULL || watch->blind;
    finding_evidence(row,
                     blind ? "answered with an error, whoever made it"
                           : "failed without an upstream's part in it",
                     errors, sessions, "sessions of this server");
    for (size_t i = 0; watch != NULL && i < WATCH_RCODES; i++)
        if (watch->by_rcode[i] != 0)
            finding_evidence(row, rcode_texts[i], watch->by_rcode[i], UINT64_MAX, NULL);
    if (watch != NULL && watch->lone != 0)
        finding_evidence(row, "queries alone in dnstap, without attempt and answer", watch->lone,
                         UINT64_MAX, NULL);
}

static void judge(struct findings *findings)
{
    uint32_t at = 0;
    struct suspect *suspect;
    while ((suspect = suspect_next(findings, FINDING_SERVER_ERROR, &at)) != NULL) {
        uint32_t server = suspect_server(suspect);
        const struct watch *watch = watch_at(findings->servers, server);
        uint64_t errors = ledger_sessions_left_to(findings, suspect, HARM_FAILED);
        uint64_t sessions = watch_sessions(findings, server);
        if (!surely_over(errors, sessions, ERROR_RATE))
            continue;
        bool blind = watch == NULL || watch->blind || watch->lone != 0;
        struct finding_row *row = finding_new(findings, FINDING_SERVER_ERROR, suspect,
                                              blind ? CONFIDENCE_LIKELY : CONFIDENCE_SURE);
        tell(findings, row, watch, errors, sessions);
        evidence(row, watch, errors, sessions);
        if (blind)
            finding_next_capture(findings, row, CAPTURE_COREDNS, NULL);
        next_log(findings, row);
        finding_next_rows(findings, row, "sessions", NULL, "status==Failed");
    }
}

const struct finding_kind kind_server_error = {
    .key = "server-error",
    .severity = SEVERITY_ERROR,
    .meaning = "CoreDNS answered queries with errors that no upstream sent.",
    .rule = "Failed sessions without an upstream attempt, and not answered from the cache with an "
            "upstream's error, that no other finding explains: at least 3, and surely over 0.5 % "
            "of the sessions of that server (95 % Wilson interval). It is sure where packets or "
            "dnstap show the rcode and what CoreDNS asked upstreams. From dnstap a query without "
            "answer and without attempt counts (CoreDNS 1.8.2 and later): it does not tap the "
            "errors that it makes, so that SERVFAIL, REFUSED and a dropped query look alike. A "
            "client's capture does not show what CoreDNS asked: there every rcode but NOERROR and "
            "NXDOMAIN counts, whoever made it, and a CoreDNS pod's capture or dnstap would tell.",
    .advice = "Read the plugin/errors lines in the CoreDNS log of that time: they name the plugin "
              "and the cause.",
    .reference = "https://coredns.io/plugins/errors/",
    .judge = judge,
};
