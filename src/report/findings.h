// SPDX-License-Identifier: BSD-2-Clause
#ifndef REPORT_FINDINGS_H
#define REPORT_FINDINGS_H
/*
 * What the report tells of a finding (interface.md section 9).  The rows are made by finding/; the
 * report only shows them.  All texts live as long as the report: in its arena, or constant.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

struct report;

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_ERROR, SEVERITY_CRITICAL, SEVERITIES };
enum confidence { CONFIDENCE_POSSIBLE, CONFIDENCE_LIKELY, CONFIDENCE_SURE, CONFIDENCES };
enum verdict_state { VERDICT_FAILING, VERDICT_DEGRADED, VERDICT_HEALTHY, VERDICT_UNKNOWN };
extern const char *const severity_words[SEVERITIES + 1], *const confidence_words[CONFIDENCES + 1];

/* What a finding is about; what does not apply is NULL, and ADDR without a family. */
struct finding_subject {
    const char *kind;     /* upstream, server, client, name, zone, capture */
    struct endpoint addr; /* port 0: of any port */
    const char *name;     /* a name in presentation form, with its final dot */
    const char *identity; /* of a CoreDNS process */
    const char *text;     /* as it is printed in one word; "" for the capture as a whole */
};

struct finding_evidence {
    const char *what;
    uint64_t count;
    uint64_t of;      /* UINT64_MAX: it is a part of nothing */
    const char *base; /* what OF counts; NULL without */
};

#define FINDING_EVIDENCE_MAX 8
#define FINDING_NEXT_MAX 4
#define FINDING_CROWD_MAX 255 /* a scope counts so far; one more: or more than that */

struct finding_row {
    const char *key;
    uint8_t severity, confidence; /* enum severity, enum confidence */
    struct finding_subject subject;
    int64_t start, end; /* first and last bad event; WHEN_NONE */
    bool ongoing;       /* the capture ends inside it */
    const char *summary;
    struct finding_evidence evidence[FINDING_EVIDENCE_MAX];
    uint32_t n_evidence, n_next;
    uint32_t clients, names, servers;    /* touched by it: the scope */
    uint32_t namespaces;                 /* of the clients; UINT32_MAX: not known */
    uint64_t lookups, sessions;          /* that went wrong, and that it explains */
    const struct finding_row *caused_by; /* NULL: a root */
    const char *advice, *reference;
    const char *next[FINDING_NEXT_MAX];
    uint64_t failed_lookups, failed_sessions; /* of those that it explains */
    void *stage; /* for the stage that makes it */
};

/* The rows in the order in which they are to be shown; they are lent until the report is freed. */
void report_take_findings(struct report *report, const struct finding_row *const *rows, uint32_t n);
/* What no finding explains. */
void report_take_unexplained(struct report *report, uint64_t lookups, uint64_t sessions);
/* What ceilings left out: things that may be at fault, and lists of them that something points to. */
void report_take_folded(struct report *report, uint64_t suspects, uint64_t charges);
/* Replaces the sentence of counts; SENTENCE is copied. */
void report_take_verdict(struct report *report, enum verdict_state state, const char *sentence);

#endif
