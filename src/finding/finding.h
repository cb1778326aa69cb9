// SPDX-License-Identifier: BSD-2-Clause
#ifndef FINDING_FINDING_H
#define FINDING_FINDING_H
/*
 * Findings: what broke, since when, for whom, whose fault, how sure, what to do (findings.md).
 *
 * Sessions and lookups are pushed in as they settle.  Each that went wrong is charged to what it
 * points to: suspects, in the order in which they would be the root.  At the end every kind of
 * finding judges its suspects by its rule, and each charge goes to the first suspect of its list
 * that was found guilty; what is left is counted as unexplained.  Memory is bounded: suspects and
 * lists of suspects have ceilings.
 */
#include <stddef.h>
#include <stdint.h>

#include "lookup/lookup.h"
#include "report/findings.h"
#include "report/report.h"
#include "session/session.h"

/* In the order of roots: where several explain a session, the first does. */
enum finding_id {
    FINDING_FORWARDING_LOOP,
    FINDING_SERVER_RESTART,
    FINDING_AAAA_RACE,
    FINDING_LOST_ON_PATH,
    FINDING_ONE_BAD_REPLICA,
    FINDING_WRONG_REPLY,
    FINDING_UPSTREAM_LATE,
    FINDING_UPSTREAM_UNREACHABLE,
    FINDING_UPSTREAM_CONNECT,
    FINDING_UPSTREAM_TIMEOUT,
    FINDING_UPSTREAM_ERROR,
    FINDING_SERVER_REJECTS,
    FINDING_SERVER_OVERLOAD,
    FINDING_SERVER_SILENT,
    FINDING_TRUNCATED_NO_TCP,
    FINDING_CLIENT_RETRY,
    FINDING_SERVER_ERROR,
    FINDING_UPSTREAM_SLOW,
    FINDING_NEGATIVE_CACHE,
    FINDING_MISSING_NAME,
    FINDING_SEARCH_PATH,
    FINDING_RETRY_STORM,
    FINDING_SLOW_LOOKUPS,
    FINDING_UNEXPECTED_ANSWER,
    FINDING_SAMPLE_LOSS,
    FINDING_CAPTURE_CUT,
    FINDING_NO_MESSAGES,
    FINDING_ENCRYPTED_UPSTREAM,
    FINDINGS
};

struct findings;

/* One kind of finding: a row of the table that --explain, the man page and the rules read. */
struct finding_kind {
    const char *key;
    enum severity severity; /* as a rule */
    const char *meaning;    /* one sentence: what it says */
    const char *rule;       /* when it is said: the evidence, its base and rate */
    const char *advice; /* one or two sentences: what to do; what was seen is put in front of it */
    const char *reference; /* a public page, https */
    /* Tells what the evidence proves: finding_new() for each subject.  NULL: nothing can yet. */
    void (*judge)(struct findings *findings);
};
extern const struct finding_kind *const finding_kinds[FINDINGS];

struct finding_options {
    int64_t slow_ns; /* from there on a lookup is slow */
    const struct cluster *cluster; /* what answers should be, and whose addresses are; lent; NULL */
    bool filtered; /* only the sessions that filters keep come */
};
struct findings *findings_new(const struct finding_options *options);
void findings_free(struct findings *findings);
/* Settled sessions, all that the report is about, in the order in which they leave; not kept. */
void findings_add_session(struct findings *findings, const struct session *session);
/* A settled lookup, behind its sessions; not kept. */
void findings_add_lookup(struct findings *findings, const struct lookup *lookup);
/* Judges, and gives REPORT (finished) its findings, what they do not explain, and its verdict.
 * SESSIONS: what knows of servers and lost frames.  The rows live as long as FINDINGS. */
void findings_judge(struct findings *findings, struct report *report,
                    const struct sessions *sessions);

#endif
