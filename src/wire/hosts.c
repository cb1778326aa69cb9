// SPDX-License-Identifier: BSD-2-Clause
/* What is known of addresses: who answers, who asks, and who asks for whom. */
#include "wire/inside.h"

static struct endpoint addr_of(const struct endpoint *end)
{
    struct endpoint addr = *end;
    addr.port = 0;
    return addr;
}

void hosts_init(struct wire *wire)
{
    wire->hosts = map_new(sizeof(struct host), HOSTS_MAX);
    for (size_t i = 0; i < wire->options.n_roles; i++) {
        struct host *host = host_add(wire, &wire->options.roles[i].addr);
        if (host)
            host->role = wire->options.roles[i].role;
    }
}

void hosts_done(struct wire *wire)
{
    map_free(wire->hosts);
}

static size_t near_of(const struct endpoint *end)
{
    uint64_t words[2];
    memory_copy(words, end->octet, sizeof words);
    return map_mix(words[0], words[1]) % NEAR_SLOTS;
}

struct host *host_find(const struct wire *wire, const struct endpoint *end)
{
    struct host *near = wire->near[near_of(end)];
    if (!near || endpoint_same_addr(&near->addr, end))
        return near;
    struct endpoint addr = addr_of(end);
    return map_find(wire->hosts, &addr, sizeof addr);
}

struct host *host_add(struct wire *wire, const struct endpoint *end)
{
    struct host **near = &wire->near[near_of(end)];
    if (*near && endpoint_same_addr(&(*near)->addr, end))
        return *near;
    struct endpoint addr = addr_of(end);
    bool added;
    struct host *host = map_add(wire->hosts, &addr, sizeof addr, &added);
    if (!host)
        return NULL;
    *near = host;
    if (!added)
        return host;
    host->addr = addr;
    host->self = host;
    host->index = (uint32_t)map_count(wire->hosts) - 1;
    return host;
}

static bool mostly_supposed(const struct host *host)
{
    return host->supposed_hits >= (host->answers > 0 ? host->lone * SUPPOSED_SHARE_ASKED
                                                     : host->lone * SUPPOSED_SHARE);
}

void host_suppose(struct host *host, struct host *server)
{
    server = server->self;
    if (host->self != host || server == host || host->role == ROLE_CLIENT ||
        host->role == ROLE_UPSTREAM)
        return;
    if (host->supposed != server && host->supposed_hits > 0) {
        host->supposed_hits--; /* it is the most frequent one that stays */
        return;
    }
    host->supposed = server;
    host->supposed_hits++;
    if (host->supposed_hits >= SUPPOSED_HITS && mostly_supposed(host)) {
        host->self = server;
        server->asks += host->asks;
        server->asks_in |= host->asks_in;
    }
}

/* An address that only asks must be known for sure; one that is asked, too, is a server's, and a
 * server does not ask for others without reason. */
bool wire_owns(const struct exchange *owned)
{
    if (!owned->owner || !owned->supposed)
        return owned->owner != NULL;
    const struct host *asker = owned->asker_host, *server = owned->owner->answerer_host;
    if (!asker || !server)
        return false;
    return asker->self == server->self ||
           (asker->answers > 0 && asker->supposed == server->self && mostly_supposed(asker));
}

bool host_asks(const struct host *host)
{
    return host && host->self->asks > 0;
}

bool host_answers(const struct host *host)
{
    return host && host->self->answers > 0 &&
           (host->self->asked > 0 || host->self->answers >= ANSWERS_SURE);
}

bool host_is_server(const struct host *host)
{
    if (!host)
        return false;
    if (host->role != ROLE_NONE)
        return host->role == ROLE_SERVER || host->role == ROLE_CACHE;
    return host_answers(host) && host->self->asks > 0;
}
