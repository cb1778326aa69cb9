// SPDX-License-Identifier: BSD-2-Clause
#include "finding/answers.h"

#include <string.h>

#include "cluster/coredns.h"

enum { CLASS_IN = 1, TYPE_A = 1, TYPE_AAAA = 28, RCODE_NOERROR = 0, RCODE_NXDOMAIN = 3 };

/* What the Corefile says of the plugin that serves the cluster's zone. */
static void read_blocks(struct answers *answers, const struct coredns *coredns)
{
    for (size_t i = 0; i < coredns->n_blocks; i++) {
        const struct coredns_block *block = &coredns->blocks[i];
        if (block->kubernetes.n == 0)
            continue;
        answers->partial = answers->partial || block->partial;
        answers->others = answers->others || block->others;
    }
}

struct answers *answers_new(const struct cluster *cluster)
{
    struct answers *answers = memory_get(1, sizeof *answers);

    answers->cluster = cluster;
    if (cluster == NULL)
        return answers;
    const struct coredns *coredns = cluster_coredns(cluster);
    const char *domain = coredns_domain(coredns);
    answers->zone = domain != NULL ? domain : "cluster.local";
    read_blocks(answers, coredns);
    answers->names = map_new(sizeof(struct service_name), LIMIT_SERVICE_NAMES);
    answers->spaces = map_new(0, 0);
    for (size_t i = 0; i < cluster_services(cluster); i++) {
        const char *space = cluster_service(cluster, i)->object.namespace;
        if (space != NULL)
            map_add(answers->spaces, space, strlen(space), NULL);
    }
    return answers;
}

void answers_free(struct answers *answers)
{
    if (answers == NULL)
        return;
    for (size_t i = 0; answers->names != NULL && i < map_count(answers->names); i++) {
        struct service_name *name = map_at(answers->names, i);
        memory_free(name->clients.seen);
        memory_free(name->servers.seen);
    }
    map_free(answers->names);
    map_free(answers->spaces);
    memory_free(answers);
}

/* An answer of the kubernetes plugin whose records are all known.  A CNAME in it (autopath, an
 * ExternalName) leads to another name, of which nothing is said here. */
static bool is_judged(const struct session *session)
{
    bool address = session->type == TYPE_A || session->type == TYPE_AAAA;
    bool whole = session->answers == session->n_addresses ||
                 (session->n_addresses == LIMIT_ADDRESSES && session->answers != UINT32_MAX);

    return session->realm == REALM_CLUSTER && session->status == STATUS_SUCCEEDED && address &&
           whole && session->has_question && session->class == CLASS_IN &&
           session->start != WHEN_NONE &&
           (session->rcode == RCODE_NOERROR || session->rcode == RCODE_NXDOMAIN);
}

/* Reads the addresses of the answer; returns a hash that does not depend on their order. */
static uint64_t take_addresses(struct answers *answers, const struct session *session)
{
    uint64_t hash = 1u + session->truncated;
    const uint8_t *at = session->detail;

    for (size_t i = 0; i < session->n_addresses; i++) {
        answers->addresses[i] = endpoint_of(at + 1, at[0], 0);
        hash += map_hash(at, 1u + at[0]);
        at += 1u + at[0];
    }
    return hash != 0 ? hash : 1;
}

/* The namespace of a name that no service of the files has is the last label in front of "svc". */
static bool has_space(const struct answers *answers, const struct session *session)
{
    static const uint8_t svc[] = {3, 's', 'v', 'c'};
    const uint8_t *name = session->name;

    for (size_t at = 0; name[at] != 0; at += 1u + name[at]) {
        size_t next = at + 1u + name[at];
        if (session->name_len - next > sizeof svc && memcmp(name + next, svc, sizeof svc) == 0 &&
            map_find(answers->spaces, name + at + 1, name[at]) != NULL)
            return true;
    }
    return false;
}

/* Whether the files say what the answer must be. */
static bool is_expected(struct answers *answers, const struct session *session)
{
    struct expected *expected = &answers->expected;
    const struct expect_question question = {session->name, session->name_len, session->type,
                                             session->start};

    expect_answer(answers->cluster, answers->zone, &question, expected);
    answers->changed += expected->changed;
    if (expected->kind == EXPECT_ADDRESSES)
        return !expected->cut && (session->n_addresses != 0 || !answers->partial);
    /* what is not there is denied, as it should be; or another plugin knows it */
    return expected->kind == EXPECT_NO_SUCH && session->n_addresses != 0 && !answers->others &&
           (expected->service != NULL || has_space(answers, session));
}

static void note_address(struct odd_addresses *odd, const struct endpoint *end)
{
    for (uint32_t i = 0; i < odd->n; i++)
        if (endpoint_same_addr(&odd->at[i], end))
            return;
    if (odd->n < ODD_SHOWN)
        odd->at[odd->n++] = *end;
    else
        odd->more = true;
}

static bool has(const struct endpoint *at, size_t n, const struct endpoint *end)
{
    for (size_t i = 0; i < n; i++)
        if (endpoint_same_addr(&at[i], end))
            return true;
    return false;
}

static void note_odd(struct service_name *name, struct answers *answers,
                     const struct session *session, bool lacks)
{
    const struct expected *expected = &answers->expected;
    size_t n = session->n_addresses;
    bool holds = false;

    for (size_t i = 0; i < n && !expected->came; i++)
        if (!expect_has(expected, &answers->addresses[i])) {
            note_address(&name->unexpected, &answers->addresses[i]);
            holds = true;
        }
    for (size_t i = 0; i < expected->n && lacks; i++)
        if (!has(answers->addresses, n, &expected->address[i]))
            note_address(&name->missing, &expected->address[i]);
    struct witness witness = witness_of(session);
    if (witness.client != 0)
        crowd_add(&name->clients, witness.client);
    crowd_add(&name->servers, witness.server);
    name->server = session->server;
    name->missing.answers += lacks;
    name->unexpected.answers += holds;
    name->empty += n == 0;
    bool first = name->odd[0] + name->odd[1] == 0;
    if (first || session->start < name->first)
        name->first = session->start;
    if (first || session->start > name->last)
        name->last = session->start;
    name->odd[session->type == TYPE_AAAA]++;
    answers->odd_names += first;
}

static void note_right(struct service_name *name, int64_t when)
{
    if (name->right[0] == WHEN_NONE || when < name->right[0])
        name->right[0] = when;
    if (when > name->right[1]) /* WHEN_NONE is the least of all */
        name->right[1] = when;
}

void answers_session(struct answers *answers, const struct session *session)
{
    if (answers->cluster == NULL || !is_judged(session))
        return;
    struct service_name *name = map_find(answers->names, session->name, session->name_len);
    uint64_t hash = take_addresses(answers, session);
    struct agreed *agreed = name != NULL ? &name->agreed[session->type == TYPE_AAAA] : NULL;
    if (agreed != NULL && agreed->answer == hash && session->start >= agreed->when &&
        session->start - agreed->when < AGREED_NS) {
        name->answers[session->type == TYPE_AAAA]++;
        note_right(name, session->start);
        return;
    }
    if (!is_expected(answers, session))
        return;
    bool added = false;
    if (name == NULL)
        name = map_add(answers->names, session->name, session->name_len, &added);
    if (name == NULL) {
        answers->folded++;
        return;
    }
    if (added)
        name->right[0] = name->right[1] = WHEN_NONE;
    /* of a truncated answer, and of more than are kept, what is missing proves nothing */
    bool cut = session->truncated || session->answers != session->n_addresses;
    const struct expected *expected = &answers->expected;
    struct difference difference = {.unexpected = session->n_addresses};
    if (expected->kind == EXPECT_ADDRESSES)
        difference = expect_compare(expected, answers->addresses, session->n_addresses, cut);
    name->service = expected->service;
    name->answers[session->type == TYPE_AAAA]++;
    if (difference.unexpected + difference.missing != 0)
        note_odd(name, answers, session, difference.missing != 0);
    else {
        name->agreed[session->type == TYPE_AAAA] = (struct agreed){hash, session->start};
        note_right(name, session->start);
    }
}
