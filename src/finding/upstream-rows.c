// SPDX-License-Identifier: BSD-2-Clause
/* What the rows about upstreams have in common. */
#include "finding/server-inside.h"
#include "finding/upstream.h"

enum { PORT_DNS = 53, IN_A_ROW = 3 };
#define SILENT_RATE 0.01 /* lossy paths without a fault lose less */

void add_upstream(struct text *text, const struct endpoint *end)
{
    char shown[ADDR_TEXT_MAX];
    if (end->port == PORT_DNS)
        text_add(text, shown, endpoint_print_addr(end, shown));
    else
        add_endpoint(text, end);
}

void upstream_next(struct findings *findings, struct finding_row *row, const struct endpoint *end,
                   const char *filter, bool in_packets)
{
    char addr[ADDR_TEXT_MAX];
    struct text text = {0};
    endpoint_print_addr(end, addr);
    add_condition(&text, "upstream.addr==", addr);
    text_format(&text, "%s%s", filter != NULL ? "," : "", filter != NULL ? filter : "");
    finding_next_rows(findings, row, "attempts", NULL, text.at);
    text_clear(&text);
    text_format(&text, "host %s or icmp or icmp6", addr);
    if (!in_packets)
        finding_next_capture(findings, row, CAPTURE_COREDNS, text.at);
    text_done(&text);
}

enum fault upstream_doubtful(const struct upstream_path *sum)
{
    uint64_t quick = sum->fault[FAULT_REFUSED] + sum->fault[FAULT_CONNECT];
    if (quick <= sum->fault[FAULT_SILENT] + sum->fault[FAULT_LATE])
        return FAULT_SILENT;
    return sum->fault[FAULT_REFUSED] >= sum->fault[FAULT_CONNECT] ? FAULT_REFUSED : FAULT_CONNECT;
}

/* Where packets are missing, or no answer of anybody is there (a capture of one direction), a reply
 * may be missing, too: only what was done for want of it tells.  CoreDNS checks the health of an
 * upstream only when it failed, and stops when it answers. */
bool upstream_doubt(const struct findings *findings, struct upstream_path *sum)
{
    bool blind = !packets_show_answers(findings, &sum->end) && sum->probed < IN_A_ROW;
    if (!sum->in_packets || (!blind && !packets_are_missing(findings)))
        return false;
    for (unsigned fault = 0; fault < FAULTS; fault++)
        sum->fault[fault] -= sum->lone[fault];
    sum->longest = sum->sure_longest;
    return true;
}

static bool is_quick(enum fault fault)
{
    return fault == FAULT_REFUSED || fault == FAULT_CONNECT;
}

static uint64_t longest_of(const struct upstream_path *sum, enum fault fault)
{
    return is_quick(fault) ? sum->quick_longest : sum->longest;
}

bool upstream_is_silent(const struct upstream_path *sum, enum fault fault, uint64_t attempts)
{
    return surely_over(attempts, path_ended(sum), SILENT_RATE) ||
           (attempts >= IN_A_ROW && longest_of(sum, fault) >= IN_A_ROW);
}

/* "From 10:00:12 to 10:00:27 upstream 172.30.0.53 left 23 of its 110 attempts without an answer." */
static void tell(struct findings *findings, struct finding_row *row, const struct silence *silence,
                 const struct upstream_path *sum, uint64_t count)
{
    struct text text = {0};
    uint64_t ended = path_ended(sum);
    text_add_string(&text, "Upstream ");
    add_upstream(&text, &sum->end);
    text_add_char(&text, ' ');
    text_add_string(&text, silence->left);
    text_add_char(&text, ' ');
    add_share(&text, count, ended, "attempt", "attempts");
    text_add_string(&text, count == ended ? "," : ", those");
    add_period(&text, findings, row->start, row->end);
    text_add_char(&text, '.');
    finding_summary(findings, row, &text);
    text_done(&text);
}

static void add_evidence(struct finding_row *row, const struct silence *silence,
                         const struct upstream_path *sum, uint64_t count)
{
    finding_evidence(row, silence->evidence, count, path_ended(sum),
                     sum->refreshed != 0 ? "attempts, with refreshes of the cache" : "attempts");
    finding_evidence(row,
                     is_quick(silence->fault) ? "longest run of such attempts"
                                              : "longest run of attempts without reply",
                     longest_of(sum, silence->fault), UINT64_MAX, NULL);
    uint64_t attempts = 0;
    for (unsigned fault = 0; fault < FAULTS; fault++)
        attempts += fault_is_silence((enum fault)fault) ? sum->fault[fault] : 0;
    if (sum->tries > attempts)
        finding_evidence(row, "tries, storms of them counted one by one", sum->tries, UINT64_MAX,
                         NULL);
}

static void judge_one(struct findings *findings, const struct silence *silence,
                      struct upstream_path *sum)
{
    struct endpoint key = sum->end;
    bool missing = upstream_doubt(findings, sum);
    bool doubtful = sum->fault[FAULT_DOUBTFUL] != 0 && upstream_doubtful(sum) == silence->fault;
    uint64_t count = sum->fault[silence->fault] + (doubtful ? sum->fault[FAULT_DOUBTFUL] : 0);
    if (count == 0 || !upstream_is_silent(sum, silence->fault, count))
        return;
    struct suspect *suspect = suspect_of_endpoint(findings, silence->id, &key);
    key.zero = 1;
    struct suspect *other =
        doubtful ? suspect_of_endpoint(findings, FINDING_UPSTREAM_TIMEOUT, &key) : NULL;
    if (suspect == NULL || suspect->finding != NULL) /* told by another already */
        return;
    bool sure = sum->in_packets && !doubtful && !missing && !sum->tapped;
    struct finding_row *row =
        finding_new(findings, silence->id, suspect, sure ? CONFIDENCE_SURE : CONFIDENCE_LIKELY);
    if (other != NULL)
        finding_join(row, other);
    row->ongoing = sum->in_row != 0;
    if (sum->ran_out != 0 && !suspect->front) /* else what is behind it tells how bad it is */
        row->severity = SEVERITY_ERROR;
    tell(findings, row, silence, sum, count);
    add_evidence(row, silence, sum, count);
    if (!sure && !missing && silence->tapped != NULL) {
        struct text text = {0};
        text_add_string(&text, silence->tapped);
        finding_advise(findings, row, &text);
        text_done(&text);
    }
    upstream_next(findings, row, &sum->end, "outcome!=answered", sure);
}

void silence_judge(struct findings *findings, const struct silence *silence)
{
    const struct upstream_paths *paths = &findings->upstreams->paths;
    const struct upstream_path *path;
    for (size_t at = 0; (path = paths_next(paths, &at)) != NULL;) {
        struct upstream_path sum = paths_sum(paths, &path->end);
        judge_one(findings, silence, &sum);
        path_sum_done(&sum);
    }
}

void upstreams_judge(struct findings *findings,
                     void (*judge_each)(struct findings *findings, const struct upstream_path *sum))
{
    const struct upstream_paths *paths = &findings->upstreams->paths;
    const struct upstream_path *path;
    for (size_t at = 0; (path = paths_next(paths, &at)) != NULL;) {
        struct upstream_path sum = paths_sum(paths, &path->end);
        judge_each(findings, &sum);
        path_sum_done(&sum);
    }
}
