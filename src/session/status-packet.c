// SPDX-License-Identifier: BSD-2-Clause
/* The verdict on a session that packets show. */
#include "session/live.h"

/* Of the queries that nobody answered, the share that stubs must have repeated until it is known
 * that answers are missing on the wire, and not only in a capture of one direction. */
#define REPEATED_SHARE 10

static void set(struct live *live, enum status status, enum reason reason)
{
    live->s.status = (uint8_t)status;
    live->s.reason = (uint8_t)reason;
}

/* Why CoreDNS had nothing better, as far as its tries tell. */
static bool reason_of_tries(const struct live *live, enum reason *reason)
{
    const struct attempt *last = live->s.join == JOIN_AMBIGUOUS ? NULL : live->last_attempt;
    if (!last && !live->passed_on)
        return false;
    switch (last ? last->outcome : live->passed_outcome) {
    case OUTCOME_NO_REPLY:
        *reason = REASON_UPSTREAM_NO_REPLY;
        return true;
    case OUTCOME_UNREACHABLE:
    case OUTCOME_CONNECT_FAILED:
        *reason = REASON_UPSTREAM_UNREACHABLE;
        return true;
    case OUTCOME_WRONG_REPLY:
        *reason = REASON_WRONG_REPLY;
        return true;
    default:
        return false;
    }
}

static void judge_answered(struct live *live)
{
    enum reason reason;
    status_answered(live);
    if (live->s.reason == REASON_SERVFAIL && reason_of_tries(live, &reason))
        live->s.reason = (uint8_t)reason;
    else if (live->s.reason == REASON_FORMERR && reason_of_tries(live, &reason) &&
             reason == REASON_WRONG_REPLY)
        live->s.reason = (uint8_t)reason; /* that is what CoreDNS tells its client then */
}

/* The capture holds no answers at all, and stubs do not behave as if there were none. */
static bool shows_no_answers(const struct sessions *sessions, const struct exchange *root)
{
    struct directions shown = wire_directions(sessions->wire, root->input_query);
    return shown.responses == 0 && shown.repeats * REPEATED_SHARE < shown.queries;
}

/* The answer may be among packets that the capture lost. */
static bool is_lossy(const struct sessions *sessions, const struct exchange *root)
{
    return root->input_query < sessions->n_input_loss &&
           loss_touches(&sessions->input_loss[root->input_query], root->asked,
                        root->asked_last + READ_TIMEOUT_NS);
}

/* A capture that shows the query, or its last repeat, went on for long enough to show an answer. */
static bool is_settled(const struct sessions *sessions, const struct exchange *root)
{
    int64_t last = root->asked;
    uint64_t inputs = root->inputs;
    for (const struct exchange *one = root->folded; one; one = one->next_folded) {
        last = one->asked;
        inputs |= one->inputs;
    }
    return wire_goes_on(sessions->wire, inputs, last + WIRE_SETTLED_NS);
}

static void judge_unanswered(struct sessions *sessions, struct live *live,
                             const struct exchange *root)
{
    enum reason reason = REASON_NO_ANSWER;
    bool settled = is_settled(sessions, root);
    if (root->refused == WHEN_NONE && shows_no_answers(sessions, root)) {
        set(live, STATUS_CAPTURE_EDGE, REASON_CAPTURE_END);
        live->s.unobserved |= UNOBSERVED_CLIENT_ANSWER;
    } else if (!settled && root->refused == WHEN_NONE) {
        set(live, STATUS_CAPTURE_EDGE, REASON_CAPTURE_END);
    } else if (is_lossy(sessions, root)) {
        set(live, STATUS_SAMPLE_LOSS, REASON_LOST_FRAMES);
    } else {
        reason_of_tries(live, &reason);
        set(live, STATUS_FAILED, reason);
    }
}

/* What CoreDNS asked without a client that the capture shows. */
static void judge_clientless(struct sessions *sessions, struct live *live,
                             const struct exchange *root)
{
    const struct attempt *last = live->last_attempt;
    enum reason reason = REASON_UPSTREAM_NO_REPLY;
    if (last && last->outcome == OUTCOME_ANSWERED && last->rcode != RCODE_NONE) {
        live->s.rcode = last->rcode;
        live->s.rcode_source = 2;
        live->s.answers = root->last_owned ? root->last_owned->answers : root->answers;
        status_answered(live);
    } else if (last && last->outcome == OUTCOME_ANSWERED) {
        set(live, STATUS_UNKNOWN, REASON_NO_MESSAGE);
    } else if (!last || last->outcome == OUTCOME_OPEN) {
        set(live, STATUS_CAPTURE_EDGE, REASON_CAPTURE_END);
    } else {
        reason_of_tries(live, &reason);
        set(live, STATUS_FAILED, reason);
    }
    int64_t first = wire_directions(sessions->wire, root->input_query).first;
    if (!live->s.background && live->s.status == STATUS_FAILED &&
        live->s.start - first < SETTLE_NS)
        set(live, STATUS_CAPTURE_EDGE, REASON_CAPTURE_START);
}

/* An answer to a query that should be in the capture, and is not. */
static void prove_loss(struct sessions *sessions, const struct live *live,
                       const struct exchange *root)
{
    struct directions shown = wire_directions(sessions->wire, root->input_answer);
    if (!live->query_seen && root->answerer_host && root->answerer_host->asked > 0 &&
        root->answered - shown.first > 2 * SETTLE_NS)
        sessions_prove_loss(sessions, live->stream, root->answered, root->input_answer);
}

void status_packet(struct sessions *sessions, struct live *live, const struct exchange *root)
{
    prove_loss(sessions, live, root);
    if (!live->s.has_client)
        judge_clientless(sessions, live, root);
    else if (live->answered)
        judge_answered(live);
    else
        judge_unanswered(sessions, live, root);
    live->s.realm = (uint8_t)status_realm(sessions, live);
    live->s.authoritative = live->answered && (live->answer_flags & DNS_AA) != 0;
    if (!live->s.has_client || !live->query_seen)
        live->s.unobserved |= UNOBSERVED_CLIENT_LEG;
    if (live->s.has_client && !live->s.attempts &&
        (!host_asks(root->answerer_host) || !exchange_arrived(root)))
        live->s.unobserved |= UNOBSERVED_UPSTREAM_LEG;
    if (!live->payload || !live->s.has_question)
        live->s.unobserved |= UNOBSERVED_MESSAGES;
}
