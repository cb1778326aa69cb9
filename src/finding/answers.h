// SPDX-License-Identifier: BSD-2-Clause
#ifndef FINDING_ANSWERS_H
#define FINDING_ANSWERS_H
/*
 * CoreDNS's answers for the names of services, beside what the files of the cluster say of them
 * (cluster/expect.h).  Private to these files and their tests.
 */
#include "base/limits.h"
#include "cluster/expect.h"
#include "finding/inside.h"

#define ODD_SHOWN 4 /* addresses that a summary names */
struct odd_addresses {
    uint64_t answers; /* that they were missing in, or that held them */
    struct endpoint at[ODD_SHOWN];
    uint32_t n;
    bool more; /* there were others, too */
};

/* An answer that was right a moment ago is not looked at again: services may have 1,000 endpoints. */
#define AGREED_NS WHEN_SECOND
struct agreed {
    uint64_t answer; /* a hash of it; 0: none yet */
    int64_t when;
};

struct service_name {            /* by its wire form */
    uint64_t answers[2], odd[2]; /* A, AAAA: judged; that differ */
    uint64_t empty;              /* of these, without any address */
    int64_t first, last;         /* of them */
    int64_t right[2];            /* of those that agree: the first, the last; WHEN_NONE */
    struct odd_addresses missing, unexpected;
    struct agreed agreed[2];               /* A, AAAA */
    const struct cluster_service *service; /* NULL: the files have none */
    struct crowd clients, servers;         /* that got them; that sent them */
    uint32_t server;                       /* one of these */
};

struct answers {
    const struct cluster *cluster; /* NULL: nothing is judged */
    const char *zone;
    bool partial; /* CoreDNS is told to serve some objects only: what it denies proves nothing */
    bool others;  /* other plugins may know such names, too */
    struct map *names;        /* struct service_name */
    struct map *spaces;       /* namespaces of which the files have services */
    struct expected expected; /* of the session in hand, as is: */
    struct endpoint addresses[LIMIT_ADDRESSES];
    uint64_t folded;  /* answers for names beyond LIMIT_SERVICE_NAMES */
    uint64_t changed; /* answers older than what the files have: not judged */
    uint64_t odd_names;
};
struct answers *answers_new(const struct cluster *cluster);
void answers_free(struct answers *answers); /* takes NULL */
/* A session that stands in the figures. */
void answers_session(struct answers *answers, const struct session *session);

#endif
