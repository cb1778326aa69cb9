// SPDX-License-Identifier: BSD-2-Clause
/* CoreDNS's sockets towards its upstreams, and the ports that the pods and the node have taken. */
#include <stdlib.h>

#include "packets.h"

#define EXPIRES (10 * SECOND) /* forward closes what was idle for so long */
#define PORT_FIRST 32768
#define PORTS 28232
#define DRAWS 100

struct socket {
    int64_t free_from;
    uint16_t port, node_port, ip_id;
};

struct pool { /* of one pod towards one upstream */
    struct socket *at;
    size_t n, room;
};

struct sockets {
    const struct options *o;
    struct pool *pool;
    int64_t *taken; /* until when: PORTS for each pod, then the node's */
};

struct sockets *sockets_new(const struct options *o)
{
    struct sockets *sockets = need(calloc(1, sizeof *sockets));
    sockets->o = o;
    sockets->pool = need(calloc((size_t)o->replicas * o->upstreams, sizeof *sockets->pool));
    sockets->taken = need(calloc((size_t)PORTS * (o->replicas + 1), sizeof *sockets->taken));
    return sockets;
}

void sockets_free(struct sockets *sockets)
{
    for (size_t i = 0; i < (size_t)sockets->o->replicas * sockets->o->upstreams; i++)
        free(sockets->pool[i].at);
    free(sockets->pool);
    free(sockets->taken);
    free(sockets);
}

/* A port that `host` has not taken; after many draws, one that it shares with another peer. */
static uint16_t port_new(struct sockets *sockets, uint32_t host, int64_t from, int64_t to,
                         struct draw *draw)
{
    int64_t *taken = sockets->taken + (size_t)host * PORTS;
    uint64_t port = 0;
    for (int i = 0; i < DRAWS; i++) {
        port = draw_below(draw, PORTS);
        if (taken[port] < from)
            break;
    }
    taken[port] = to;
    return (uint16_t)(PORT_FIRST + port);
}

/* Every second flow keeps its port behind the node's NAT, as far as it is free there. */
static uint16_t port_outside(struct sockets *sockets, uint16_t port, int64_t from, int64_t to,
                             struct draw *draw)
{
    int64_t *taken = &sockets->taken[(size_t)sockets->o->replicas * PORTS + (port - PORT_FIRST)];
    if (draw_below(draw, 2) || *taken >= from)
        return port_new(sockets, sockets->o->replicas, from, to, draw);
    *taken = to;
    return port;
}

uint16_t sockets_port(struct sockets *sockets, const struct flow *flow, int64_t from, int64_t to,
                      struct draw *draw)
{
    return port_new(sockets, flow->replica, from, to, draw);
}

/* Takes an idle socket out of the pool; forgets those that have expired. */
static bool pool_take(struct pool *pool, int64_t at, bool oldest, struct socket *socket)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < pool->n; i++) {
        while (i < pool->n && at - pool->at[i].free_from >= EXPIRES)
            pool->at[i] = pool->at[--pool->n];
        if (i >= pool->n || pool->at[i].free_from >= at)
            continue;
        if (best == SIZE_MAX || (pool->at[i].free_from < pool->at[best].free_from) == oldest)
            best = i;
    }
    if (best == SIZE_MAX)
        return false;
    *socket = pool->at[best];
    pool->at[best] = pool->at[--pool->n];
    return true;
}

static void pool_give(struct pool *pool, const struct socket *socket)
{
    if (pool->n == pool->room) {
        pool->room = pool->room ? 2 * pool->room : 16;
        pool->at = need(realloc(pool->at, pool->room * sizeof *pool->at));
    }
    pool->at[pool->n++] = *socket;
}

static void plan_attempt(struct sockets *sockets, struct flow *flow, struct attempt *attempt,
                         struct draw *draw)
{
    const struct options *o = sockets->o;
    struct pool *pool = &sockets->pool[flow->replica * o->upstreams + attempt->upstream];
    int64_t from = attempt->asked, ended = attempt->ended > from ? attempt->ended : from,
            until = ended + EXPIRES;
    bool tcp = flow->tcp || flow->kind == KIND_REFRESH;
    struct socket socket;
    if (tcp || !pool_take(pool, from, o->generation->oldest_socket, &socket)) {
        socket.port = port_new(sockets, flow->replica, from, until, draw);
        socket.node_port = port_outside(sockets, socket.port, from, until, draw);
        socket.ip_id = (uint16_t)draw_next(draw);
    }
    sockets->taken[(size_t)flow->replica * PORTS + socket.port - PORT_FIRST] = until;
    sockets->taken[(size_t)o->replicas * PORTS + socket.node_port - PORT_FIRST] = until;
    attempt->port = socket.port;
    attempt->node_port = socket.node_port;
    attempt->ip_id = ++socket.ip_id;
    socket.free_from = ended;
    if (attempt->answered && !tcp) /* one that timed out is closed */
        pool_give(pool, &socket);
}

void sockets_plan(struct sockets *sockets, struct flow *flow, struct draw *draw)
{
    for (unsigned i = 0; i < flow->attempts; i++) {
        struct attempt *attempt = &flow->attempt[i];
        attempt->id = sockets->o->generation->same_id ? flow->id : (uint16_t)draw_next(draw);
        plan_attempt(sockets, flow, attempt, draw);
    }
}
