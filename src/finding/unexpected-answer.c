// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>

#include "cluster/fields.h"
#include "dns/name.h"
#include "finding/answers.h"
#include "finding/kinds.h"

/* So many become rows, those with most such answers; of the others the number is told. */
#define ROWS 20
/* A change of endpoints takes its time to CoreDNS; what is rarer than this is on its way. */
#define ODD_RATE 0.01
/* Files so near to the answers show nearly what CoreDNS was told: nodes report each five minutes, which
 * is how exactly the age of a file is known. */
#define NEAR_NS (10 * 60 * WHEN_SECOND)

static uint64_t odd_of(const struct service_name *name)
{
    return name->odd[0] + name->odd[1];
}

/* Of the types that differ. */
static uint64_t base_of(const struct service_name *name)
{
    return (name->odd[0] != 0 ? name->answers[0] : 0) + (name->odd[1] != 0 ? name->answers[1] : 0);
}

/* A service keeps its first cluster IP as long as it lives; the one of the other family may come and
 * go. */
static bool is_fixed(const struct service_name *name)
{
    const struct cluster_service *service = name->service;

    return service != NULL && service->object.addresses.n != 0 &&
           service->object.from != WHEN_NONE &&
           name->odd[service->object.addresses.at[0].len == 16] != 0;
}

static bool is_odd(const struct service_name *name)
{
    return is_fixed(name) || wilson_low(name->odd[0], name->answers[0]) > ODD_RATE ||
           wilson_low(name->odd[1], name->answers[1]) > ODD_RATE;
}

/* One or two answers may have crossed a change of the endpoints. */
static bool is_often(const struct service_name *name)
{
    return is_fixed(name) || name->odd[0] >= 3 || name->odd[1] >= 3;
}

/* The endpoints changed while the capture ran, and the file has one side of it: nearer to its time all
 * answers agree with it. */
static bool is_change(const struct service_name *name, int64_t newest)
{
    if (is_fixed(name) || newest == WHEN_NONE || name->right[0] == WHEN_NONE)
        return false;
    return newest > name->last ? name->last < name->right[0] : name->first > name->right[1];
}

/* How far the newest time of the files lies from the answers. */
static int64_t distance(const struct service_name *name, int64_t newest)
{
    return newest < name->first  ? name->first - newest
           : newest > name->last ? newest - name->last
                                 : 0;
}

/* Only one of several replicas answers so. */
static bool is_of_one(const struct findings *findings, const struct service_name *name)
{
    return name->servers.n == 1 && findings->sessions != NULL &&
           sessions_servers(findings->sessions) >= 2;
}

/* Files that may be much older or younger than the answers prove little; those that are younger show the
 * cluster IP that a service had all the time.  An endpoint that went away leaves no trace in a file:
 * addresses that are too many, and in the answers of all replicas, are everyday. */
static bool is_likely(const struct findings *findings, const struct service_name *name)
{
    int64_t newest = cluster_newest(findings->options.cluster);

    if (newest == WHEN_NONE || name->service == NULL || is_change(name, newest))
        return false;
    if (!is_fixed(name) && name->missing.answers == 0 && !is_of_one(findings, name))
        return false;
    return distance(name, newest) <= NEAR_NS || (is_fixed(name) && newest >= name->last);
}

/* Words -------------------------------------------------------------------------------------------- */

/* "10.244.1.7 (p/shop/web-1), 10.244.1.8 and others" */
static void add_addresses(struct text *text, const struct findings *findings,
                          const struct odd_addresses *odd, int64_t when)
{
    char shown[ADDR_TEXT_MAX];
    struct text object = {0};

    for (uint32_t i = 0; i < odd->n; i++) {
        const struct cluster_object *who =
            cluster_who(findings->options.cluster, &odd->at[i], when);
        text_add_string(text, i == 0 ? "" : i + 1 == odd->n && !odd->more ? " and " : ", ");
        text_add(text, shown, endpoint_print_addr(&odd->at[i], shown));
        text_clear(&object);
        if (cluster_value_object(who, &object).kind != VALUE_NULL)
            text_format(text, " (%s)", object.at);
    }
    if (odd->more)
        text_add_string(text, " and others");
    text_done(&object);
}

static void add_difference(struct text *text, const struct findings *findings,
                           const struct service_name *name)
{
    bool all = name->empty == odd_of(name), one = odd_of(name) == 1;

    if (name->missing.answers != 0) {
        if (all)
            text_format(text, ": no address was in %s, but", one ? "it" : "them");
        text_add_string(text, all ? " the file has " : ": the file has ");
        add_addresses(text, findings, &name->missing, name->last);
        if (!all && name->missing.answers == odd_of(name))
            text_add_string(text, one ? ", which it lacks" : ", which they lack");
        else if (!all)
            text_format(text, ", which %llu of them lack%s",
                        (unsigned long long)name->missing.answers,
                        name->missing.answers == 1 ? "s" : "");
    }
    if (name->unexpected.answers != 0) {
        text_format(text, "%s %s ", name->missing.answers != 0 ? ";" : ":",
                    one ? "it holds" : "they hold");
        add_addresses(text, findings, &name->unexpected, name->last);
        text_add_string(text, name->service != NULL ? ", which the file does not have for this name"
                                                    : ", but the file has no such service");
    }
}

/* A replica whose watch of the API is broken answers with what it knew last. */
static void add_server(struct text *text, const struct findings *findings,
                       const struct service_name *name)
{
    const struct server_facts *server;

    if (!is_of_one(findings, name) || name->server >= sessions_servers(findings->sessions))
        return;
    server = sessions_server(findings->sessions, name->server);
    if (server->name != NULL)
        text_format(text, " %s came from CoreDNS %s.", odd_of(name) == 1 ? "It" : "All of them",
                    server->name);
}

static void add_age(struct text *text, const struct findings *findings,
                    const struct service_name *name)
{
    int64_t newest = cluster_newest(findings->options.cluster);

    if (newest == WHEN_NONE) {
        text_add_string(text, " How old the cluster's file is it does not tell.");
    } else if (newest > name->last) {
        text_add_string(text, " The cluster's file was taken ");
        add_wait(text, newest - name->last);
        text_add_string(text,
                        " after that, or later: what changed in between looks like this, too.");
    } else {
        text_add_string(text, " The newest time in the cluster's file is ");
        add_wait(text, name->last - newest);
        text_add_string(text,
                        " before that: if the file is that old, what changed since looks like "
                        "this, too.");
    }
}

static void tell(struct findings *findings, struct finding_row *row,
                 const struct service_name *name)
{
    struct text text = {0};

    text_add_string(&text, row->subject.text);
    text_add_string(&text, name->odd[1] == 0   ? " (A)"
                           : name->odd[0] == 0 ? " (AAAA)"
                                               : " (A and AAAA)");
    text_add_string(&text, " was not answered as the cluster's file has it, ");
    add_share(&text, odd_of(name), base_of(name), "time", "times");
    add_period(&text, findings, name->first, name->last);
    add_difference(&text, findings, name);
    text_add_char(&text, '.');
    add_server(&text, findings, name);
    add_age(&text, findings, name);
    finding_summary(findings, row, &text);
    text_done(&text);
}

/* Rows --------------------------------------------------------------------------------------------- */

static void evidence(struct finding_row *row, const struct service_name *name)
{
    static const char differ[] = "answers that differ";
    uint64_t odd = odd_of(name);

    finding_evidence(row, differ, odd, base_of(name), "answers for this name");
    if (name->empty != 0)
        finding_evidence(row, "of them without any address", name->empty, odd, differ);
    if (name->missing.answers > name->empty)
        finding_evidence(row, "that lack some of the addresses",
                         name->missing.answers - name->empty, odd, differ);
    if (name->unexpected.answers != 0)
        finding_evidence(row, "that hold other addresses", name->unexpected.answers, odd, differ);
}

static void look(struct findings *findings, struct finding_row *row,
                 const struct service_name *name)
{
    struct text text = {0};

    add_condition(&text, "name==", row->subject.name);
    finding_next_rows(findings, row, "sessions", "--fields +addresses,server", text.at);
    text_clear(&text);
    if (name->service != NULL && name->service->object.namespace != NULL) {
        text_add_string(&text, "kubectl get -o yaml -n");
        add_word(&text, name->service->object.namespace);
        if (name->service->headless) {
            struct text label = {0};
            text_format(&label, "kubernetes.io/service-name=%s", name->service->object.name);
            text_add_string(&text, " endpointslices -l");
            add_word(&text, label.at);
            text_done(&label);
        } else {
            text_add_string(&text, " service");
            add_word(&text, name->service->object.name);
        }
        finding_next(findings, row, text.at);
    }
    text_done(&text);
}

/* Where the file does not fit at all it is of another cluster, or of another time. */
static bool is_of_another(const struct answers *answers)
{
    size_t judged = map_count(answers->names);

    return judged >= 4 && 2 * answers->odd_names > judged;
}

static struct finding_row *judge_name(struct findings *findings, const struct service_name *name)
{
    const struct answers *answers = findings->answers;
    struct slice wire = map_key(answers->names, name);
    struct suspect *suspect =
        suspect_of_name(findings, FINDING_UNEXPECTED_ANSWER, wire.at, wire.len);
    bool likely = is_often(name) && is_likely(findings, name) &&
                  !is_of_another(answers);

    if (suspect == NULL)
        return NULL;
    suspect_event(suspect, name->first, NULL);
    suspect_event(suspect, name->last, NULL);
    suspect->events = odd_of(name);
    crowd_join(&suspect->clients, &name->clients);
    crowd_join(&suspect->servers, &name->servers);
    struct finding_row *row = finding_new(findings, FINDING_UNEXPECTED_ANSWER, suspect,
                                          likely ? CONFIDENCE_LIKELY : CONFIDENCE_POSSIBLE);
    row->names = 1;
    if (!likely) /* maybe it is only the file that is wrong */
        row->severity = SEVERITY_INFO;
    if (is_of_another(answers))
        row->advice =
            "Most names of services are answered otherwise than the file says: it seems to "
            "be of another cluster, or of another time. Take it again while you capture.";
    tell(findings, row, name);
    evidence(row, name);
    look(findings, row, name);
    return row;
}

static int compare(const void *left, const void *right)
{
    const struct service_name *a = *(struct service_name *const *)left;
    const struct service_name *b = *(struct service_name *const *)right;

    if (odd_of(a) != odd_of(b))
        return odd_of(a) > odd_of(b) ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static void judge(struct findings *findings)
{
    const struct answers *answers = findings->answers;
    size_t n = 0;

    if (answers->cluster == NULL || answers->odd_names == 0)
        return;
    const struct service_name **odd = memory_get(answers->odd_names, sizeof(struct service_name *));
    for (size_t i = 0; i < map_count(answers->names); i++) {
        const struct service_name *name = map_at(answers->names, i);
        if (odd_of(name) != 0 && is_odd(name))
            odd[n++] = name;
    }
    if (n != 0)
        qsort(odd, n, sizeof(struct service_name *), compare);
    for (size_t i = 0; i < n && i < ROWS; i++) {
        struct finding_row *row = judge_name(findings, odd[i]);
        if (i == 0 && row != NULL && n > ROWS)
            finding_evidence(row, "more names with such answers, which are not told", n - ROWS,
                             UINT64_MAX, NULL);
        if (i == 0 && row != NULL && answers->changed != 0)
            finding_evidence(row, "answers for names whose service or endpoints changed since",
                             answers->changed, UINT64_MAX, NULL);
    }
    memory_free(odd);
}

const struct finding_kind kind_unexpected_answer = {
    .key = "unexpected-answer",
    .severity = SEVERITY_WARNING,
    .meaning = "An answer for a service's name differs from what the cluster's file has for it.",
    .rule =
        "With --cluster: A and AAAA answers that CoreDNS gives from the cluster's zone are held "
        "against the service's cluster IPs; those of headless services against its ready endpoints "
        "(and such as are published though they are not ready). Of a cluster IP, which a service "
        "keeps, one answer that differs is enough; of endpoints surely more than 1 % of the "
        "answers "
        "for the name must. Endpoints that are going, that came or changed after the "
        "question or in the 35 s before it, and what a truncated answer lacks prove nothing, nor "
        "do "
        "answers with a CNAME, nor denials where the Corefile lets CoreDNS serve some objects "
        "only. "
        "Likely, where the newest time in the file lies within 10 minutes of the answers, or where "
        "a "
        "cluster IP is in question and the file is younger; and of endpoints 3 answers differ, "
        "not all of them before (or behind) those that are as the younger (or older) file has it, "
        "and lack an address or come from one of several replicas. "
        "Else "
        "possible, and no more than an info: an endpoint that went away leaves no trace in a file. "
        "It explains no failure.",
    .advice =
        "Look how old the file is, and what the service has now; a CoreDNS whose watch of the "
        "API is broken answers with what it knew last, until it is restarted.",
    .reference = "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
    .judge = judge,
};
