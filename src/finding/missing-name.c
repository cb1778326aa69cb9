// SPDX-License-Identifier: BSD-2-Clause
#include <stdlib.h>
#include <string.h>

#include "dns/name.h"
#include "finding/clients.h"
#include "finding/kinds.h"

/* So many become rows, those that were asked for most; of the others the number is told. */
#define ROWS 20
/* A typing error: one letter wrong, too many, missing, or two swapped, twice at most; of names so
 * long that this is no chance. */
#define TYPO_EDITS 2
#define TYPO_LETTERS 4 /* at least, for each edit */
#define TYPO_TEXT 256

/* Edits -------------------------------------------------------------------------------------------- */

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* Edits from A to B; swapping two neighbours is one (Damerau 1964).  More than TYPO_EDITS: not exact.
 * Both are shorter than TYPO_TEXT. */
static unsigned edits(const char *a, size_t a_len, const char *b, size_t b_len)
{
    unsigned row[3][TYPO_TEXT + 1];
    for (unsigned k = 0; k <= b_len; k++)
        row[0][k] = k;
    for (unsigned i = 1; i <= a_len; i++) {
        unsigned *now = row[i % 3], *above = row[(i + 2) % 3], *two_above = row[(i + 1) % 3];
        unsigned best = now[0] = i;
        for (unsigned k = 1; k <= b_len; k++) {
            now[k] = least(least(above[k], now[k - 1]) + 1, above[k - 1] + (a[i - 1] != b[k - 1]));
            if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
                now[k] = least(now[k], two_above[k - 2] + 1);
            best = least(best, now[k]);
        }
        if (best > TYPO_EDITS)
            return best;
    }
    return row[a_len % 3][b_len];
}

/* The nearest name that did resolve --------------------------------------------------------------- */

struct hint {
    const struct asked_host *host;
    unsigned edits;
    bool elsewhere; /* the same service in another namespace */
    bool inner;     /* something is put behind it in vain */
};

static bool same_first_label(struct slice a, struct slice b)
{
    return a.len > 1 && b.len > 1 && a.at[0] == b.at[0] && memcmp(a.at, b.at, 1u + a.at[0]) == 0;
}

/* Whether OTHER, a service that was found, is the one that HOST may mean. */
static bool is_elsewhere(struct slice host, struct slice other, const struct asked_host *found)
{
    return found->service != NULL && dns_name_labels(host.at, host.len) <= 2 &&
           same_first_label(host, other);
}

/* Whether HOST is OTHER with more labels behind it: "api.example.com.cluster.local". */
static bool is_inner(struct slice host, struct slice other)
{
    return dns_name_labels(other.at, other.len) >= 2 && host.len > other.len &&
           memcmp(host.at, other.at, other.len - 1) == 0;
}

static unsigned distance(struct slice host, struct slice other, struct text *a, struct text *b)
{
    size_t apart = host.len > other.len ? host.len - other.len : other.len - host.len;
    if (apart > TYPO_EDITS ||
        dns_name_labels(host.at, host.len) != dns_name_labels(other.at, other.len))
        return TYPO_EDITS + 1;
    text_clear(a);
    text_clear(b);
    dns_name_print(host.at, host.len, true, a);
    dns_name_print(other.at, other.len, true, b);
    if (a->len > TYPO_TEXT || b->len > TYPO_TEXT)
        return TYPO_EDITS + 1;
    unsigned n = edits(a->at, a->len, b->at, b->len);
    return n > 0 && n * TYPO_LETTERS <= a->len - 1 ? n : TYPO_EDITS + 1;
}

static struct hint hint_for(const struct names *names, struct slice host)
{
    struct hint hint = {NULL, TYPO_EDITS + 1, false, false};
    struct text a = {0}, b = {0};
    for (size_t i = 0; i < map_count(names->hosts); i++) {
        const struct asked_host *other = map_at(names->hosts, i);
        if (!other->found)
            continue;
        struct slice name = map_key(names->hosts, other);
        unsigned n = distance(host, name, &a, &b);
        bool elsewhere = is_elsewhere(host, name, other);
        if (n < hint.edits)
            hint = (struct hint){other, n, false, false};
        else if (hint.edits > TYPO_EDITS && is_inner(host, name))
            hint = (struct hint){other, TYPO_EDITS + 1, false, true};
        else if (elsewhere && hint.host == NULL)
            hint = (struct hint){other, TYPO_EDITS + 1, true, false};
    }
    text_done(&a);
    text_done(&b);
    return hint;
}

/* -------------------------------------------------------------------------------------------------- */

/* "cart", "cart.shop", or with "svc" behind it: a name outside the cluster is no service's. */
static bool may_be_service(struct slice host)
{
    static const uint8_t svc[] = {3, 's', 'v', 'c'};
    size_t at = 0;
    if (dns_name_labels(host.at, host.len) <= 2)
        return true;
    for (unsigned i = 0; i < 2 && at < host.len; i++)
        at += 1u + host.at[at];
    return host.len > at + sizeof svc && memcmp(host.at + at, svc, sizeof svc) == 0;
}

static void advise(struct findings *findings, struct finding_row *row, struct slice host)
{
    const struct names *names = &findings->clients->names;
    struct hint hint = hint_for(names, host);
    struct text text = {0};
    if (!may_be_service(host))
        row->advice = "Correct the name where the application is configured.";
    if (hint.host == NULL)
        return;
    struct slice name = hint.elsewhere ? (struct slice){hint.host->service, hint.host->service_len}
                                       : map_key(names->hosts, hint.host);
    if (hint.elsewhere)
        text_add_string(&text, "This capture shows a service of that name in another namespace: ");
    dns_name_print(name.at, name.len, true, &text); /* its final dot ends that sentence */
    if (hint.inner) {
        text_add_string(&text, " was found here, without this behind it: ");
        dns_name_print(host.at + name.len - 1, host.len - name.len + 1, true, &text);
    } else if (!hint.elsewhere) {
        text_add_string(&text, " is the nearest name that was found here.");
    }
    finding_advise(findings, row, &text);
    text_done(&text);
}

static struct suspect *suspect_of_host(struct findings *findings, const struct asked_host *asked)
{
    struct slice host = map_key(findings->clients->names.hosts, asked);
    struct suspect *suspect = suspect_of_name(findings, FINDING_MISSING_NAME, host.at, host.len);
    if (suspect == NULL)
        return NULL;
    suspect_event(suspect, asked->first, NULL);
    suspect_event(suspect, asked->newest.when, NULL);
    suspect->events = asked->missing;
    crowd_join(&suspect->clients, &asked->clients);
    return suspect;
}

static void look(struct findings *findings, struct finding_row *row)
{
    struct text text = {0};
    add_condition(&text, "host==", row->subject.name);
    finding_next_rows(findings, row, "lookups", NULL, text.at);
    text_done(&text);
}

static void tell(struct findings *findings, struct suspect *suspect)
{
    struct finding_row *row = finding_new(findings, FINDING_MISSING_NAME, suspect, CONFIDENCE_SURE);
    struct text text = {0};
    row->names = 1;
    text_add_string(&text, row->subject.text);
    text_add_string(&text, " was never found: ");
    text_add_grouped(&text, (int64_t)suspect->events);
    text_add_string(&text, " lookups");
    add_period(&text, findings, row->start, row->end);
    text_add_string(&text, " got NXDOMAIN under every name that they tried.");
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "lookups that ended NXDOMAIN under every name", suspect->events,
                     findings->clients->losses.lookups, "lookups");
    advise(findings, row, suspect_name(suspect));
    look(findings, row);
}

static int compare(const void *left, const void *right)
{
    const struct asked_host *a = *(struct asked_host *const *)left;
    const struct asked_host *b = *(struct asked_host *const *)right;
    if (a->missing != b->missing)
        return a->missing > b->missing ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static size_t choose(const struct names *names, const struct asked_host **hosts)
{
    size_t n = 0;
    for (size_t i = 0; i < map_count(names->hosts); i++) {
        const struct asked_host *host = map_at(names->hosts, i);
        if (host->missing >= 3 && !host->found)
            hosts[n++] = host;
    }
    if (n != 0)
        qsort(hosts, n, sizeof(struct asked_host *), compare);
    return n;
}

static void judge(struct findings *findings)
{
    const struct names *names = &findings->clients->names;
    const struct asked_host **hosts =
        memory_get(map_count(names->hosts) + 1, sizeof(struct asked_host *));
    const struct suspect *last = NULL;
    size_t rows = 0, n = choose(names, hosts);
    for (; rows < n && rows < ROWS; rows++) {
        struct suspect *suspect = suspect_of_host(findings, hosts[rows]);
        if (suspect == NULL)
            break;
        tell(findings, suspect);
        last = suspect;
    }
    memory_free(hosts);
    findings->folded_suspects += names->folded_hosts + names->folded_gone;
    if (last != NULL && n > rows)
        finding_evidence(last->finding, "further names that were never found", n - rows, UINT64_MAX,
                         NULL);
}

const struct finding_kind kind_missing_name = {
    .key = "missing-name",
    .severity = SEVERITY_WARNING,
    .meaning = "Applications ask again and again for a name that does not exist.",
    .rule =
        "At least 3 lookups of one host ended NXDOMAIN under every name of the search path, and "
        "no lookup of it found anything (one for AAAA alone and then one for A alone count as "
        "one). "
        "Reverse names (in-addr.arpa, ip6.arpa) are left out: "
        "logs and tools ask for them, and nobody misses them; so are names that begin with an "
        "underscore. The 20 that were asked for most are told, of the others how many there are.",
    .advice = "Correct the name where the application is configured, or make the service that it "
              "asks for; a service of another namespace needs that namespace in its name.",
    .reference = "https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/",
    .judge = judge,
};
