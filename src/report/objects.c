// SPDX-License-Identifier: BSD-2-Clause
/* What the addresses of the finished rows are in Kubernetes: where an address changed hands within the
 * window, nobody's. */
#include "report/document.h"

static const struct cluster_object *who(const struct report *report, const struct endpoint *end)
{
    return cluster_who_all(report->options.cluster, end, report->start, report->end);
}

const struct cluster_object *objects_server(const struct report *report,
                                            const struct server_facts *facts)
{
    const struct cluster_object *object = who(report, &facts->addr);

    return object != NULL ? object : cluster_named(report->options.cluster, facts->identity);
}

void objects_find(struct report *report)
{
    for (size_t i = 0; i < report->clients.all.n; i++) {
        struct named_row *row = &report->clients.all.at[i];
        struct endpoint end;
        if (row->name != NULL && endpoint_parse(row->name, &end))
            row->k8s = who(report, &end);
    }
    for (size_t i = 0; i < report->servers.n_rows; i++)
        report->servers.rows[i].k8s = objects_server(report, &report->servers.rows[i].facts);
    replicas_add(report);
    for (size_t i = 0; i < report->upstreams.n; i++)
        report->upstreams.rows[i]->k8s = who(report, &report->upstreams.rows[i]->end);
    for (size_t i = 0; i < report->slow.n; i++)
        report->slow.heap[i]->cluster = report->options.cluster;
}
