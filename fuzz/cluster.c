// SPDX-License-Identifier: BSD-2-Clause
// A file of cluster objects, and every question that can be asked of it.
#include <string.h>

#include "cluster/coredns.h"
#include "cluster/expect.h"
#include "cluster/fields.h"
#include "cluster/forwards.h"
#include "dns/name.h"
#include "file.h"
#include "fuzz.h"

static uint64_t sum;

static void touch_object(const struct cluster *cluster, const struct cluster_object *object)
{
    struct text text = {0};

    for (size_t i = 0; i < object->addresses.n; i++) {
        struct endpoint end = object->addresses.at[i];
        const struct cluster_object *who = cluster_who(cluster, &end, object->from);
        cluster_value_endpoint(who, &end, true, true, &text);
        end.port = 53;
        who = cluster_who_all(cluster, &end, object->from, object->until);
        sum += who != NULL ? strlen(who->name) : 0;
    }
    for (size_t i = 0; i < object->labels.n; i++)
        sum += strlen(object->labels.at[i].key) + strlen(object->labels.at[i].value);
    cluster_value_owner(object, &text);
    sum += cluster_named(cluster, object->name) != NULL;
    text_done(&text);
}

static void touch_service(const struct cluster *cluster, const struct cluster_service *service)
{
    static struct expected expected;
    struct text name = {0};
    uint8_t wire[256];

    text_format(&name, "%s.%s.svc.cluster.local.", service->object.name,
                service->object.namespace != NULL ? service->object.namespace : "x");
    int64_t from = service->object.from; /* a day later nothing of it is news */
    struct expect_question question = {wire, dns_name_parse(name.at, wire), 1,
                                       from == WHEN_NONE ? from : from + 86400 * WHEN_SECOND};
    if (question.len != 0) {
        expect_answer(cluster, "cluster.local", &question, &expected);
        sum += expect_compare(&expected, service->object.addresses.at, service->object.addresses.n,
                              false)
                   .missing;
    }
    text_done(&name);
}

static void touch_forwards(const struct coredns *coredns)
{
    static const uint8_t name[] = "\3git\4corp\7example";

    for (size_t b = 0; b < coredns->n_blocks; b++)
        for (size_t f = 0; f < coredns->blocks[b].n_forwards; f++) {
            struct corefile_words to = coredns->blocks[b].forwards[f].to;
            struct endpoint end;
            size_t at = 0;
            for (size_t i = 0; i < to.n && i < 16; i++)
                if (forwards_endpoint(to.at[i], &end) && forwards_to(coredns, &end, &at) == NULL)
                    sum++;
        }
    sum += forwards_for(coredns, name, sizeof name) != NULL;
    sum += forwards_all_named(coredns);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cluster *cluster = cluster_new();
    struct error error = {0};
    struct arena arena = {0};

    if (size <= FUZZ_BYTES_MAX && cluster_read(cluster, file_of(data, size), &error) == 0) {
        cluster_finish(cluster);
        for (size_t i = 0; i < cluster_pods(cluster); i++)
            touch_object(cluster, &cluster_pod(cluster, i)->object);
        for (size_t i = 0; i < cluster_nodes(cluster); i++)
            touch_object(cluster, &cluster_node(cluster, i)->object);
        for (size_t i = 0; i < cluster_services(cluster); i++) {
            touch_object(cluster, &cluster_service(cluster, i)->object);
            touch_service(cluster, cluster_service(cluster, i));
        }
        struct coredns coredns = coredns_find(cluster, &arena);
        touch_forwards(&coredns);
        sum += coredns.n_blocks + (coredns_domain(&coredns) != NULL);
    }
    arena_done(&arena);
    cluster_free(cluster);
    return 0;
}
