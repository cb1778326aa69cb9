// SPDX-License-Identifier: BSD-2-Clause
/*
 * Which zones are the cluster's: cluster.local., those of the Corefile, what clients show as svc.<zone> in the names that
 * CoreDNS answers with authority, and the reverse zones that it answers without recursion.
 */
#include "cluster/coredns.h"
#include "dns/name.h"
#include "session/live.h"

#define ZONES_MAX 8
/* Answers from one zone before it is taken for a cluster's. */
#define ZONE_SURE 3

struct zones {
    struct {
        uint8_t name[DNS_NAME_MAX + 1];
        uint8_t len;
        uint32_t seen;
    } zone[ZONES_MAX];
    unsigned n;
};

static const uint8_t usual[] = "\7cluster\5local";
static const uint8_t reverse4[] = "\7in-addr\4arpa", reverse6[] = "\3ip6\4arpa";

struct zones *zones_new(void)
{
    return memory_get(1, sizeof(struct zones));
}

void zones_free(struct zones *zones)
{
    memory_free(zones);
}

/* Zones that a Corefile gives to the kubernetes plugin; the root would be everything. */
static void zones_know(struct zones *zones, const char *text)
{
    uint8_t name[DNS_NAME_MAX + 1];
    size_t len = dns_name_parse(text, name);

    if (len < 2 || zones->n == ZONES_MAX)
        return;
    dns_name_lower(name, len);
    memory_copy(zones->zone[zones->n].name, name, len);
    zones->zone[zones->n].len = (uint8_t)len;
    zones->zone[zones->n++].seen = ZONE_SURE;
}

void zones_read(struct zones *zones, const struct cluster *cluster)
{
    if (cluster == NULL)
        return;
    const struct coredns *coredns = cluster_coredns(cluster);
    for (size_t i = 0; i < coredns->n_blocks; i++)
        for (size_t z = 0; z < coredns->blocks[i].kubernetes.n; z++)
            zones_know(zones, coredns->blocks[i].kubernetes.at[z]);
}

static bool is_svc(const uint8_t *label)
{
    return label[0] == 3 && label[1] == 's' && label[2] == 'v' && label[3] == 'c';
}

/* NAME was answered by CoreDNS with authority and without recursion. */
void zones_learn(struct zones *zones, const uint8_t *name, size_t len)
{
    size_t at = 0;
    for (unsigned label = 0; at < len && name[at] != 0; at += 1u + name[at], label++) {
        if (label < 2 || name[at] != 3 || len - at < 6 || !is_svc(name + at))
            continue;
        size_t zone = at + 4;
        for (unsigned i = 0; i < zones->n; i++)
            if (dns_name_same(zones->zone[i].name, zones->zone[i].len, name + zone, len - zone)) {
                zones->zone[i].seen++;
                return;
            }
        if (zones->n == ZONES_MAX || len - zone < 2)
            return;
        memory_copy(zones->zone[zones->n].name, name + zone, len - zone);
        zones->zone[zones->n].len = (uint8_t)(len - zone);
        zones->zone[zones->n++].seen = 1;
        return;
    }
}

bool zones_cluster(const struct zones *zones, const uint8_t *name, size_t len)
{
    if (dns_name_within(name, len, usual, sizeof usual) ||
        dns_name_within(name, len, reverse4, sizeof reverse4) ||
        dns_name_within(name, len, reverse6, sizeof reverse6))
        return true;
    for (unsigned i = 0; i < zones->n; i++)
        if (zones->zone[i].seen >= ZONE_SURE &&
            dns_name_within(name, len, zones->zone[i].name, zones->zone[i].len))
            return true;
    return false;
}
