// SPDX-License-Identifier: BSD-2-Clause
#ifndef CLUSTER_EXPECT_H
#define CLUSTER_EXPECT_H
/*
 * What CoreDNS must answer for the name of a service (Kubernetes DNS specification 1.1.0, sections 2.3
 * to 2.5; CoreDNS plugin/kubernetes):
 *
 *     SERVICE.NAMESPACE.svc.ZONE           its cluster IPs; headless: the addresses of its ready endpoints;
 *                                          of an ExternalName a CNAME
 *     HOST.SERVICE.NAMESPACE.svc.ZONE      one endpoint of a headless service, by its host name or its
 *                                          address with dashes
 *     _PORT._PROTOCOL.SERVICE.NAMESPACE…   what of that has the port
 *
 * Endpoints that are not ready are left out, unless the service publishes them.  The files show one
 * moment: what a difference proves depends on their age, and what changed in between, as far as its
 * time is told, proves nothing.
 */
#include "cluster/cluster.h"

enum expect_kind {
    EXPECT_NOTHING,   /* no name of a service, or of a kind that is not judged */
    EXPECT_NO_SUCH,   /* no such service or endpoint: NXDOMAIN */
    EXPECT_ADDRESSES, /* exactly these, in any order; none: NODATA, or NXDOMAIN */
    EXPECT_EXTERNAL,  /* a CNAME to external_name */
};

#define EXPECT_ADDRESSES_MAX 1024

struct expected {
    enum expect_kind kind;
    const struct cluster_service *service; /* NULL with EXPECT_NOTHING, and where there is none */
    const char *external_name;
    /* Of the type that was asked for.  Those that may be in the answer or not stand behind the others:
     * endpoints that are not ready of a service that publishes them, and such as are just going. */
    struct endpoint address[EXPECT_ADDRESSES_MAX];
    size_t n, n_optional;
    uint16_t place[2 * EXPECT_ADDRESSES_MAX]; /* 1 + where an address stands, by its hash; 0: none */
    bool cut; /* there are more: nothing can be said */
    bool came;    /* one of the endpoints did since: what it replaced left no trace */
    bool changed; /* the endpoints did, since the question or shortly before: nothing can be said */
};

struct expect_question {
    const uint8_t *name; /* lower-case wire form */
    size_t len;
    uint16_t type; /* 1 (A) and 28 (AAAA) are judged */
    int64_t when;  /* endpoints whose pods were not there or not ready may be missing; WHEN_NONE */
};

/* ZONE: the cluster's domain ("cluster.local"). */
void expect_answer(const struct cluster *cluster, const char *zone, const struct expect_question *question,
                   struct expected *expected);

struct difference {
    size_t unexpected, missing;                      /* addresses */
    struct endpoint first_unexpected, first_missing; /* where there are some */
};
/* Whether it is one of them, optional ones included. */
bool expect_has(const struct expected *expected, const struct endpoint *end);
/* An answer's addresses beside the expected ones.  TRUNCATED: those that are missing prove nothing. */
struct difference expect_compare(const struct expected *expected, const struct endpoint *addresses,
                                 size_t n, bool truncated);

#endif
