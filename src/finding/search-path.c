// SPDX-License-Identifier: BSD-2-Clause
#include "finding/clients.h"
#include "finding/kinds.h"

/* Told where surely more than a tenth of the queries is wasted: below, nobody would gain by it. */
#define TOLD_SHARE 0.1
/* A lookup of an outside name over the usual three suffixes wastes 6 of 8 queries: from here on most
 * of the work is for nothing. */
#define WASTED_SHARE 0.6

static void advise(struct findings *findings, struct finding_row *row, const struct names *names)
{
    struct text text = {0};
    if (2 * names->walks_outside >= names->walks)
        text_add_string(&text, "Most of these names lie outside the cluster: a final dot in the "
                               "application's configuration, or `ndots:2` in the pods' dnsConfig, "
                               "asks for them at once.");
    else
        text_add_string(&text, "Most of these names lie in the cluster: ask for them with their "
                               "namespace and the suffix of the first search domain that has them, "
                               "or with the full name and a final dot.");
    finding_advise(findings, row, &text);
    text_done(&text);
}

static void judge(struct findings *findings)
{
    const struct names *names = &findings->clients->names;
    struct suspect *suspect = findings->whole[FINDING_SEARCH_PATH];
    if (suspect == NULL || names->walks < 3 ||
        !surely_over(names->wasted, names->queries, TOLD_SHARE))
        return;
    struct finding_row *row = finding_new(findings, FINDING_SEARCH_PATH, suspect, CONFIDENCE_SURE);
    struct text text = {0};
    if (surely_over(names->wasted, names->queries, WASTED_SHARE))
        row->severity = SEVERITY_WARNING;
    add_share(&text, names->wasted, names->queries, "query of a client", "queries of clients");
    text_add_string(&text, " asked for names that do not exist, on the search "
                           "path of ");
    text_add_grouped(&text, (int64_t)names->walks);
    text_add_string(&text, " lookups that then succeeded.");
    finding_summary(findings, row, &text);
    text_done(&text);
    finding_evidence(row, "queries for names of the search path that do not exist", names->wasted,
                     names->queries, "queries of clients");
    finding_evidence(row, "queries of the lookups that went over two such names or more",
                     names->walk_queries, names->queries, "queries of clients");
    finding_evidence(row, "lookups that ended with the name as it was asked for",
                     names->walks_outside, names->walks, "lookups that went over two such names");
    advise(findings, row, names);
    finding_next_rows(findings, row, "lookups", "--fields +wasted --sort -wasted --limit 20",
                      "wasted>0");
}

const struct finding_kind kind_search_path = {
    .key = "search-path",
    .severity = SEVERITY_INFO,
    .meaning = "Lookups try the suffixes of the search path first: queries for names that do not "
               "exist, before the one that does.",
    .rule = "Wasted are the NXDOMAIN queries of lookups that then succeed after two or more names "
            "that do not exist. Told where they are surely more than 10 % of all client queries, a "
            "warning where surely more than 60 %. NXDOMAIN on the search path is no error.",
    .advice =
        "In Kubernetes `ndots:5` sends every name with fewer than five dots through the search "
        "list first; CoreDNS's autopath plugin answers the first of them at once.",
    .reference = "https://coredns.io/plugins/autopath/",
    .judge = judge,
};
