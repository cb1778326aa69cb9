// SPDX-License-Identifier: BSD-2-Clause
/* What findings tell the report, and the rows as outputs see them. */
#include "report/findings.h"

#include "report/fields.h"

const char *const severity_words[] = {"info", "warning", "error", "critical", NULL};
const char *const confidence_words[] = {"possible", "likely", "sure", NULL};
static const char *const subject_words[] = {"upstream", "server",  "client", "name",
                                            "zone",     "capture", NULL};
static const char *const state_words_of[] = {"failing", "degraded", "healthy", "unknown"};

void report_take_findings(struct report *report, const struct finding_row *const *rows, uint32_t n)
{
    report->findings = rows;
    report->n_findings = n;
}

void report_take_unexplained(struct report *report, uint64_t lookups, uint64_t sessions)
{
    report->judged = true;
    report->unexplained_lookups = lookups;
    report->unexplained_sessions = sessions;
}

void report_take_folded(struct report *report, uint64_t suspects, uint64_t charges)
{
    report->folded_suspects = suspects;
    report->folded_charges = charges;
}

/* The sentence is read alone, too: in JSON, in a ticket. */
void report_take_verdict(struct report *report, enum verdict_state state, const char *sentence)
{
    struct text text = {0};

    report->verdict.state = state_words_of[state];
    if (sentence == NULL)
        return;
    text_add_string(&text, sentence);
    if (report->n_filters > 0)
        text_add_string(&text, " Sessions that the filter leaves out are not judged.");
    report->verdict.sentence = arena_text(&report->arena, text.at, text.len);
    text_done(&text);
}

#define F struct finding_row
#define E struct finding_evidence

GETTER(what, E, value_string(row->what))
GETTER(count, E, COUNT(row->count))
GETTER(of, E, row->of == UINT64_MAX ? value_null() : COUNT(row->of))
GETTER(base, E, value_string(row->base))

static const struct field evidence_fields[] = {
    {.path = "what",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .get = what,
     .help = "What was counted."},
    FIELD_COUNT("count", "How often it was seen.", count),
    {.path = "of",
     .kind = VALUE_COUNT,
     .get = of,
     .help = "Of how many; null where it is a part of nothing."},
    {.path = "base", .kind = VALUE_TEXT, .get = base, .help = "What those are."},
};
static const struct field_table evidence_table = {
    .name = "findings.evidence",
    .help = "What a finding rests on.",
    FIELDS(evidence_fields),
};

static struct value addr_of(const struct finding_subject *subject, struct text *scratch)
{
    char text[ADDR_TEXT_MAX];
    text_add(scratch, text, endpoint_print_addr(&subject->addr, text));
    return scratch->len == 0 ? value_null() : value_text(scratch->at, scratch->len);
}

static struct value port_of(const struct finding_subject *subject)
{
    return subject->addr.port == 0 ? value_null() : value_count(subject->addr.port);
}

GETTER(key, F, value_string(row->key))
GETTER(severity, F, value_string(severity_words[row->severity]))
GETTER(subject_kind, F, value_string(row->subject.kind))
GETTER(subject_addr, F, addr_of(&row->subject, scratch))
GETTER(subject_port, F, port_of(&row->subject))
GETTER(subject_name, F, value_string(row->subject.name))
GETTER(subject_identity, F, value_string(row->subject.identity))
GETTER(subject_text, F, value_string(row->subject.text))
GETTER(start, F, value_time(row->start))
GETTER(end, F, value_time(row->end))
GETTER(ongoing, F, value_bool(row->ongoing))
GETTER(summary, F, value_string(row->summary))
GETTER(clients, F, COUNT(row->clients))
GETTER(namespaces, F, row->namespaces == UINT32_MAX ? value_null() : COUNT(row->namespaces))
GETTER(names, F, COUNT(row->names))
GETTER(servers, F, COUNT(row->servers))
GETTER(confidence, F, value_string(confidence_words[row->confidence]))
GETTER(lookups, F, COUNT(row->lookups))
GETTER(sessions, F, COUNT(row->sessions))
GETTER(cause_key, F, row->caused_by ? value_string(row->caused_by->key) : value_null())
GETTER(cause_subject, F, row->caused_by ? value_string(row->caused_by->subject.text) : value_null())
GETTER(advice, F, value_string(row->advice))
GETTER(reference, F, value_string(row->reference))
ROWS(evidence, F, row->n_evidence, &row->evidence[i])

static bool is_caused(const void *at)
{
    const F *row = at;
    return row->caused_by != NULL;
}

static size_t next_count(const void *at)
{
    const F *row = at;
    return row->n_next;
}

static struct value next_item(const void *at, size_t i, struct text *scratch)
{
    const F *row = at;
    (void)scratch;
    return value_string(row->next[i]);
}

#define TEXT(name, getter, words)                                                                  \
    {                                                                                              \
        .path = name, .kind = VALUE_TEXT, .flags = FIELD_NEVER_NULL, .get = getter, .help = words  \
    }
#define MAYBE(name, getter, words)                                                                 \
    {                                                                                              \
        .path = name, .kind = VALUE_TEXT, .get = getter, .help = words                             \
    }
#define GROUP(name, words)                                                                         \
    {                                                                                              \
        .path = name, .shape = FIELD_GROUP, .help = words                                          \
    }

static const struct field finding_fields[] = {
    TEXT("key", key, "Which kind of finding; --explain tells its rule."),
    {.path = "severity",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .words = severity_words,
     .get = severity,
     .help = "How bad it is."},
    GROUP("subject", "What it is about."),
    {.path = "subject.kind",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .words = subject_words,
     .get = subject_kind,
     .help = "What kind of thing that is; capture: the capture as a whole."},
    MAYBE("subject.addr", subject_addr, "Its address."),
    {.path = "subject.port", .kind = VALUE_COUNT, .get = subject_port, .help = "Its port."},
    MAYBE("subject.name", subject_name, "Its name."),
    MAYBE("subject.identity", subject_identity, "Identity of a CoreDNS process."),
    TEXT("subject.text", subject_text, "All that as one word; empty for the capture as a whole."),
    {.path = "start",
     .kind = VALUE_TIME,
     .get = start,
     .help = "When its first bad query was sent."},
    {.path = "end", .kind = VALUE_TIME, .get = end, .help = "When its last bad query was sent."},
    {.path = "ongoing",
     .kind = VALUE_BOOL,
     .flags = FIELD_NEVER_NULL,
     .get = ongoing,
     .help = "Whether the capture ends inside it."},
    TEXT("summary", summary, "What was seen, in a sentence."),
    {.path = "evidence",
     .shape = FIELD_ROWS,
     .count = evidence_count,
     .item = evidence_item,
     .rows = &evidence_table,
     .help = "What it rests on."},
    GROUP("scope", "Whom it touches; 256: or more."),
    FIELD_COUNT("scope.clients", "Clients.", clients),
    {.path = "scope.namespaces",
     .kind = VALUE_COUNT,
     .get = namespaces,
     .help = "Namespaces of those clients whose pods --cluster tells; null: it tells of none."},
    FIELD_COUNT("scope.names", "Names that were asked for.", names),
    FIELD_COUNT("scope.servers", "CoreDNS processes.", servers),
    {.path = "confidence",
     .kind = VALUE_TEXT,
     .flags = FIELD_NEVER_NULL,
     .words = confidence_words,
     .get = confidence,
     .help =
         "sure: the capture itself shows the cause; likely: it shows the effect and rules out the "
         "usual rivals; possible: one of several causes."},
    GROUP("explains", "What went wrong because of it; each is counted for one root only."),
    FIELD_COUNT("explains.lookups", "Lookups that failed, stalled or waited for a second or more.",
                lookups),
    FIELD_COUNT("explains.sessions", "Sessions that failed or waited for a second or more.",
                sessions),
    {.path = "caused_by",
     .shape = FIELD_GROUP,
     .present = is_caused,
     .help = "The finding that it is a consequence of; null: it is a root."},
    MAYBE("caused_by.key", cause_key, "Which kind of finding."),
    MAYBE("caused_by.subject", cause_subject, "Its subject's text."),
    TEXT("advice", advice, "What to do."),
    TEXT("reference", reference, "A public page about it."),
    {.path = "next",
     .shape = FIELD_LIST,
     .kind = VALUE_TEXT,
     .count = next_count,
     .item_value = next_item,
     .help = "Commands that show more."},
};
const struct field_table report_finding_fields = {
    .name = "findings",
    .help = "What broke, since when, for whom, whose fault, how sure, what to do.",
    FIELDS(finding_fields),
};
