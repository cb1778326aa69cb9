// SPDX-License-Identifier: BSD-2-Clause
/* The replicas of CoreDNS that the cluster had while the inputs were recorded, beside those that they
 * show: whoever looks at half of them must know it. */
#include "base/limits.h"
#include "cluster/coredns.h"
#include "report/document.h"

#define NAMED 3 /* replicas whose names are told */

struct replicas {
    const struct cluster_pod **missing;
    size_t n_missing, n;
};

static bool was_there(const struct report *report, const struct cluster_object *pod)
{
    if (report->start == WHEN_NONE)
        return false;
    return (pod->from == WHEN_NONE || pod->from <= report->end) &&
           (pod->until == WHEN_NONE || pod->until >= report->start);
}

/* Of all servers, those without a session that was chosen included. */
static bool is_seen(const struct report *report, const struct cluster_object *pod)
{
    for (size_t i = 0; i < report->facts.n_servers; i++)
        if (objects_server(report, &report->facts.servers[i]) == pod)
            return true;
    return false;
}

static struct replicas find(struct report *report, const struct coredns *coredns)
{
    struct replicas replicas = {.missing = arena_get(&report->arena, coredns->n_replicas + 1,
                                                     sizeof(struct cluster_pod *))};

    for (size_t i = 0; i < coredns->n_replicas && replicas.n < LIMIT_LIST_ROWS; i++) {
        const struct cluster_pod *pod = coredns->replicas[i];
        if (!was_there(report, &pod->object))
            continue;
        replicas.n++;
        if (!is_seen(report, &pod->object))
            replicas.missing[replicas.n_missing++] = pod;
    }
    return replicas;
}

static void add_rows(struct report *report, const struct replicas *replicas)
{
    struct servers *servers = &report->servers;
    struct tally none = {0};
    struct server_row *rows =
        arena_get(&report->arena, servers->n_rows + replicas->n_missing + 1, sizeof *rows);

    memory_copy(rows, servers->rows, servers->n_rows * sizeof *rows);
    for (size_t i = 0; i < replicas->n_missing; i++) {
        const struct cluster_pod *pod = replicas->missing[i];
        struct server_row *row = &rows[servers->n_rows + i];
        *row = (struct server_row){.figures = figures_of(&none), .k8s = &pod->object};
        row->facts.first_seen = row->facts.last_seen = row->facts.reloaded = WHEN_NONE;
        row->facts.name = pod->object.name;
        if (pod->object.addresses.n != 0)
            row->facts.addr = pod->object.addresses.at[0];
    }
    servers->rows = rows;
    servers->n_rows += replicas->n_missing;
}

/* Where none is seen, only the service's address stands in the packets, or no identity in dnstap. */
static void tell(struct report *report, const struct replicas *replicas)
{
    struct text text = {0};

    if (replicas->n_missing == replicas->n) {
        text_format(&text,
                    "which of the cluster's %zu CoreDNS replica%s answered: neither their "
                    "addresses nor their names are in this capture",
                    replicas->n, replicas->n == 1 ? "" : "s");
    } else {
        text_format(&text, "%zu of the cluster's %zu CoreDNS replicas: ", replicas->n_missing,
                    replicas->n);
        for (size_t i = 0; i < replicas->n_missing && i < NAMED; i++)
            text_format(&text, "%s%s", i == 0 ? "" : ", ", replicas->missing[i]->object.name);
        if (replicas->n_missing > NAMED)
            text_add_string(&text, " and others");
        text_add_string(&text, replicas->n_missing == 1 ? " is not in this capture"
                                                        : " are not in this capture");
    }
    report->servers.unseen = arena_text(&report->arena, text.at, text.len);
    text_done(&text);
}

void replicas_add(struct report *report)
{
    const struct coredns *coredns = cluster_coredns(report->options.cluster);
    struct replicas replicas = find(report, coredns);

    if (replicas.n_missing == 0)
        return;
    if (replicas.n_missing < replicas.n) /* else any row may be any replica's */
        add_rows(report, &replicas);
    tell(report, &replicas);
}
